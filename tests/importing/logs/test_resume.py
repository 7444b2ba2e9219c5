"""An import that is killed, or runs out of disk, goes on where it was; the log is then the same to the byte."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs import stage
from qingfeng.importing.logs.canonical import LOG, MANIFEST, QUARANTINE

from .made_kit import EVENTS, MAPPING, as_csv, imported

MANY = [
    dict(one) | {"案号": f"A-{n // 7}", "编号": f"e{n}", "金额": "x" if n % 50 == 0 else "1.00"}
    for n in range(4_000)
    for one in EVENTS[:1]
]
IN_PARTS = """
import sys
from pathlib import Path
from qingfeng.importing.logs import stage
from tests.importing.logs.made_kit import imported, MAPPING
stage.PART = 200
imported(Path(sys.argv[1]), "log.csv", MAPPING, progress=lambda n: print(n, flush=True) or __import__("time").sleep(0.05))
"""
FILES = (LOG, QUARANTINE)


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def told(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("parts", [1, 3, 11])
def test_killed_and_run_again_is_as_if_never_killed(parts: int, tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv", MANY)
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", IN_PARTS, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        for _ in range(parts):
            assert run.stdout.readline()
        os.kill(run.pid, signal.SIGKILL)
    staged = sorted((tmp_path / "out" / ".staging").glob("*.json"))
    assert len(staged) >= parts  # with the key of the import
    assert not (tmp_path / "out" / LOG).exists()
    begun = time.monotonic()
    again = subprocess.run(
        [sys.executable, "-c", IN_PARTS, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    assert time.monotonic() > begun
    assert int(again.stdout.split()[0]) > 200 * (parts - 1)  # what was done is not done again
    imported(tmp_path, "log.csv", out="whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")
    assert told(tmp_path / "out") == told(tmp_path / "whole")
    assert not (tmp_path / "out" / ".staging").exists()


def test_another_mapping_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "PART", 200)
    as_csv(tmp_path / "log.csv", MANY)
    stopped = {"n": 0}

    def stop(n: int) -> None:
        stopped["n"] = n
        if n >= 600:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, "log.csv", progress=stop)
    other = MAPPING.replace("处罚: decide_penalty", "处罚: null")
    imported(tmp_path, "log.csv", other)
    imported(tmp_path, "log.csv", other, out="whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")


def test_a_log_that_grew_meanwhile_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "PART", 200)
    as_csv(tmp_path / "log.csv", MANY[:1000])

    def stop(n: int) -> None:
        if n >= 600:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, "log.csv", progress=stop)
    as_csv(tmp_path / "log.csv", MANY)
    assert imported(tmp_path, "log.csv")["rows_read"] == len(MANY)


def test_a_folder_that_holds_a_log_is_not_written_over(tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv")
    imported(tmp_path, "log.csv")
    before = content(tmp_path / "out")
    with pytest.raises(ImportFailed, match="already holds"):
        imported(tmp_path, "log.csv")
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize("most", [300, 4_000, 12_000, 20_000])
def test_a_full_disk_loses_nothing(most: int, tmp_path: Path) -> None:
    as_csv(tmp_path / "log.csv", MANY)
    root = Path(__file__).parents[3]

    def full() -> None:  # no file may grow beyond this: writing then fails as on a full disk
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    code = "import sys; from pathlib import Path; from tests.importing.logs.made_kit import imported; "
    code += "imported(Path(sys.argv[1]), 'log.csv')"
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        preexec_fn=full,
        check=False,
    )
    assert run.returncode != 0
    assert "OSError" in run.stderr or "IOException" in run.stderr or "File too large" in run.stderr
    assert not (tmp_path / "out" / MANIFEST).exists()
    imported(tmp_path, "log.csv")
    imported(tmp_path, "log.csv", out="whole")
    assert content(tmp_path / "out") == content(tmp_path / "whole")
