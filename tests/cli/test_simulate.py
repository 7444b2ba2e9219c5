"""qingfeng simulate and qingfeng evaluate: a labelled log, and the rules held against its labels."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, Told


def test_a_log_is_simulated_and_evaluated(told: Told, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "log"
    size = ("--power", "a001/licence", "--events", "1500", "--rate", "0.4", "--seed", "3")
    assert "没有风险点" in run("simulate", str(out), *size, "--risk", "no.r9", code=2).output
    done = told("simulate", str(out), *size, "--risk", "decide.r1", "--risk", "decide.r2")
    assert done["misconducts"]
    assert done["honest_courses"] >= 5
    assert done["events"] >= 1500
    assert "不是空的" in run("simulate", str(out), *size, code=2).output
    said = told("evaluate", str(out), code=None)
    assert said["planted"] > 0
    assert said["false_cases"] == 0
    assert said["planted"] == said["found"] + said["beside"] + said["blind"] + said["missed"]
    assert "没有标签" in run("evaluate", str(tmp_path), code=2).output
