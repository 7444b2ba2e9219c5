"""qingfeng duty: what is due, and reports with content."""

from __future__ import annotations

from tests.cli.conftest import Run, Told, Until


def test_a_new_agency_has_missed_nothing(told: Told, run: Run) -> None:
    assert told("deadlines", "run")["fired"] == []
    for duty in told("duty")["duties"]:
        assert (duty["missed"], duty["next"][:4]) == ([], "2026"), duty
        assert duty["due"] > "2026-03-03"


def test_duties_are_listed_and_reported(told: Told, run: Run, until: Until) -> None:
    listed = {d["power"]: d for d in told("duty")["duties"]}
    assert listed["a000/penalty"]["by"] == "section_head"
    assert listed["a000/penalty"]["missed"] == []
    until(2026, 6, 3, 10)
    report = ("duty", "report", "a000/penalty", "register_check", "--who", "section_head", "--opened", "0")
    assert told(*report)["period"] == "2026-05", "the month just over comes first"
    assert "须说明理由" in run(*report, code=1).output, "two earlier ones were missed since the founding in March"
    assert told(*report, "--reason", "系统刚启用")["period"] == "2026-03"
    after = {d["power"]: d for d in told("duty")["duties"]}["a000/penalty"]
    assert after["done"] == {"2026-03": "section_head", "2026-05": "section_head"}
    assert after["missed"] == ["2026-03", "2026-04"]


def test_hostile_reports_are_refused_in_words(run: Run) -> None:
    base = ("duty", "report", "a000/penalty", "register_check", "--who")
    assert "没有该岗位" in run(*base, "case_handler", "--opened", "0", code=1).output
    run(*base, "section_head", "--data", "{", code=2)
    run(*base, "section_head", "--opened", "-1", code=2)
    run("duty", "report", "a000/penalty", "nothing", "--who", "section_head", code=None)
