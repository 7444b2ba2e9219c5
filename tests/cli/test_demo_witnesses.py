"""The demonstration's three witnesses: receipts become final before one's eyes, and they are said to vouch for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qingfeng.cli.demo_witnesses import ENOUGH, FOLDER, NAMES, PORT
from tests.cli.conftest import Run
from tests.cli.log_kit import Desk, found, found_without_log


@contextmanager
def witnesses(agency: Path) -> Iterator[None]:
    """Run the three beside an agency until they stand on its list."""
    told = {**os.environ, "QINGFENG_AGENCY": str(agency), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    command = [sys.executable, "-m", "qingfeng", "witness", "demo"]
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert "只作演示" in running.stdout.readline()  # said once they listen and are registered
            yield
        finally:
            running.terminate()


def final(desk: Desk) -> int:
    """Let the log go round until the heads are cosigned; return up to where it is final."""
    for _ in range(40):
        desk.told("notary", "run", "--once")
        state = desk.told("notary", "state")
        if state["size"] and state["final"] == state["size"] and not state["pending"]:
            break
        time.sleep(0.25)
    return int(state["final"])


def test_three_witnesses_on_this_machine_make_the_receipts_of_a_demonstration_final(tmp_path: Path) -> None:
    found(tmp_path)
    desk, folder, agency = Desk(tmp_path), tmp_path / FOLDER, tmp_path / "agency.db"
    with witnesses(agency):
        assert final(desk) > 0
        state = desk.told("notary", "state")
        assert [one["name"] for one in state["witnesses"]] == list(NAMES)
        assert state["least"] == ENOUGH
        assert all(one["size"] == state["size"] for one in state["witnesses"])

    def kept() -> list[bytes]:
        keys = [folder / name / "witness.key" for name in NAMES]
        return [path.read_bytes() for path in (folder / PORT, tmp_path / "notary" / "policy", *keys)]

    before = kept()
    with witnesses(agency):  # started again they are the same ones at the same place, and nothing is registered anew
        assert final(desk) == state["final"]
    assert kept() == before


def test_without_a_log_there_is_nothing_to_witness(run: Run) -> None:
    assert "先运行 qingfeng notary begin" in run("witness", "demo", code=2).output


@pytest.mark.parametrize("demo", ["0", "1"])
def test_a_demonstration_is_not_told_to_look_for_witnesses_that_it_starts_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: str
) -> None:
    found_without_log(tmp_path)
    monkeypatch.setenv("QINGFENG_DEMO", demo)
    said = Desk(tmp_path).run("notary", "begin", "--if-none").output
    assert ("还没有见证机构" in said) == (demo == "0")
    assert ("随网站启动" in said) == (demo == "1")
    start = (Path(__file__).parents[2] / "start").read_text(encoding="utf-8")
    assert start.index("export QINGFENG_DEMO=1") < start.index("notary begin"), "./start says that it is one before it begins the log"
