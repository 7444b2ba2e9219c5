"""The command as a process: imports, pipes, signals, encodings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "qingfeng"]
SLOW = ("rich", "yaml", "jsonschema", "psycopg", "hypothesis")


def environment(agency: Path | None = None, **more: str) -> dict[str, str]:
    source = str(Path(__file__).parents[2] / "src")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QINGFENG_")}
    return {**kept, "PYTHONPATH": source, **({"QINGFENG_AGENCY": str(agency)} if agency else {}), **more}


@contextmanager
def heeding() -> Iterator[None]:
    """What is started within takes Ctrl-C as at a terminal, though the run itself may ignore it, as in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler), signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])


@pytest.mark.parametrize(
    "args", [["--help"], ["case", "list"], ["case", "inbox", "--post", "case_handler"], ["people", "list"]]
)
def test_a_quick_command_imports_nothing_slow(agency: Path, args: list[str]) -> None:
    code = (
        "import sys\n"
        "from qingfeng.cli.main import main\n"
        f"sys.argv = ['qingfeng', *{args!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        f"print(sorted(m for m in {SLOW!r} if m in sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(agency), capture_output=True, text=True, check=True
    )
    assert done.stderr.strip().split("\n")[-1] == "[]"


def test_the_module_is_the_command() -> None:
    done = subprocess.run([*COMMAND, "powers", "schema"], env=environment(), capture_output=True, check=True)
    assert done.stdout.startswith(b"{")


def test_a_reader_that_goes_away_is_no_error(agency: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "powers", "export"], env=environment(agency), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


def test_ctrl_c_ends_a_watch_with_a_sentence(agency: Path) -> None:
    args = ["deadlines", "run", "--confirm-clock", "--watch", "60"]
    with heeding(), subprocess.Popen(
        [*COMMAND, *args], env=environment(agency, PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        while b"\xe5\xa4\x84\xe7\x90\x86" not in (
            line := process.stdout.readline()
        ):  # 处理…项: the first round is done
            assert line, "ended early"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "已中断" in err.decode()
    assert "Traceback" not in err.decode()


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "utf-8"])
def test_no_encoding_of_the_terminal_stops_the_work(agency: Path, encoding: str) -> None:
    env = environment(agency, PYTHONIOENCODING=encoding)
    done = subprocess.run([*COMMAND, "calendar", "list", "--lang", "both"], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_bytes_that_are_no_utf8_are_bad_input(agency: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "case", "show", b"\xff\xfe"], env=environment(agency), capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
