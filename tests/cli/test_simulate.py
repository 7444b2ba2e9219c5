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


def test_a_year_of_habits_is_written_and_the_patterns_are_held_against_it(told: Told, run: Run, tmp_path: Path) -> None:
    assert "--power" in run("simulate", str(tmp_path / "none"), code=2).output
    out = tmp_path / "habits"
    done = told("simulate", str(out), "--habits", "--cases", "900", "--seed", "21")
    assert sum(one["cases"] for one in done["logs"].values()) <= 900
    assert all(one["quarantined"] == {} for one in done["logs"].values())
    said = told("evaluate", str(out), code=None)
    assert said["planted"] == len(done["planted"]) == len(said["patterns"])
    assert said["found"] >= 5, "a small agency shows less than a large one"
    assert said["false_per_1000"] < 5
    honest = tmp_path / "honest"
    told("simulate", str(honest), "--habits", "--cases", "200", "--rate", "0")
    assert told("evaluate", str(honest), code=None)["planted"] == 0
