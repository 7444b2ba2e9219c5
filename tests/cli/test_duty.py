"""qingfeng duty: what is due, and reports with content."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.casework.registry import By, register
from qingfeng.simulation.script import row_from_story
from qingfeng.simulation.script import run as script
from tests.cli.conftest import NOW, Run, Told, Until
from tests.drilled import drilled
from tests.simulation.test_sampling import SAMPLED


def test_a_new_agency_has_missed_nothing(told: Told, run: Run) -> None:
    assert told("deadlines", "run")["fired"] == []
    for duty in told("duty")["duties"]:
        assert (duty["missed"], duty["next"][:4]) == ([], "2026"), duty
        assert duty["due"] > "2026-03-03"


def test_duties_are_listed_and_reported(told: Told, run: Run, until: Until) -> None:
    listed = {d["power"]: d for d in told("duty")["duties"] if d["duty"] == "register_check"}
    assert listed["a000/penalty"]["by"] == "section_head"
    assert listed["a000/penalty"]["missed"] == []
    until(2026, 6, 3, 10)
    report = ("duty", "report", "a000/penalty", "register_check", "--who", "section_head", "--opened", "0")
    assert told(*report)["period"] == "2026-05", "the month just over comes first"
    assert "须说明理由" in run(*report, code=1).output, "two earlier ones were missed since the founding in March"
    assert told(*report, "--reason", "系统刚启用")["period"] == "2026-03"
    after = {d["power"]: d for d in told("duty")["duties"] if d["duty"] == "register_check"}["a000/penalty"]
    assert after["done"] == {"2026-03": "section_head", "2026-05": "section_head"}
    assert after["missed"] == ["2026-03", "2026-04"]


def test_hostile_reports_are_refused_in_words(run: Run) -> None:
    base = ("duty", "report", "a000/penalty", "register_check", "--who")
    assert "没有该岗位" in run(*base, "case_handler", "--opened", "0", code=1).output
    run(*base, "section_head", "--data", "{", code=2)
    run(*base, "section_head", "--opened", "-1", code=2)
    run("duty", "report", "a000/penalty", "nothing", "--who", "section_head", code=None)


@pytest.fixture
def sampled(tmp_path: Path) -> Path:
    """An agency with the small permit, whose files are sampled every week; one file was closed on Wednesday, 1 April."""
    power = drilled(*SAMPLED[:1])
    path = tmp_path / "sampled.db"
    store = wiring.open_store(str(path), create=True)
    office = wiring.office_over(store)
    wiring.furnish(office, [power], name="示例单位", demo_people=True, at=NOW - timedelta(days=1))
    rows = [row_from_story(row) for row in power.versions[-1].stories[0].rows]
    results = list(script(office, rows, power=power.id))
    assert results[-1].happened == "closed"
    with store.write() as tx:
        person = {"officer": "discipline_inspector", "post": "discipline_inspector", "from": "2024-01-01"}
        if not office.registry(tx).people.holds("discipline_inspector", "discipline_inspector", NOW.date()):
            register(
                office,
                tx,
                "officer_added",
                {"officer": "discipline_inspector", "name": "严明"},
                by=By(actor="admin", entered=NOW),
            )
            register(office, tx, "appointed", person, by=By(actor="admin", entered=NOW))
    store.close()
    return path


DUTY = ("a900/permit", "file_sampling")
CASE = "a900/permit/2026/00001"
VALUE = ("--on", "2026-04-07", "--value", "03 11 24 26 29 31 05")


def test_the_sample_is_drawn_and_its_report_taken_from_a_file(
    sampled: Path, tmp_path: Path, told: Told, run: Run, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QINGFENG_AGENCY", str(sampled))
    until(2026, 4, 8, 10)
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps({"files": {}}), encoding="utf-8")
    run("deadlines", "run", "--confirm-clock")
    while told("duty", "sample", *DUTY)["period"] < "2026-W14":  # weeks without a closed file have a report too
        told("duty", "report", *DUTY, "--who", "discipline_inspector", "--data-file", str(empty))
    before = told("duty", "sample", *DUTY)
    assert (before["period"], before["value_of"], before["pool"]) == (
        "2026-W14",
        "2026-04-07",
        {"always": [], "chance": [CASE]},
    )
    assert before["sheet"] is None
    assert "2026-04-07" in before["trouble"]["zh"]
    after = told("duty", "sample", *DUTY, *VALUE)
    assert (list(after["sheet"]), len(after["sheet"][CASE]), after["trouble"]) == ([CASE], 9, None)
    assert CASE in run("duty", "sample", *DUTY, *VALUE).stdout
    gates = dict.fromkeys(after["sheet"][CASE], "pass") | {"evidence": "fail"}
    content = {"beacon": {"on": "2026-04-07", "round": "2026040", "value": VALUE[3]},
               "files": {CASE: {"gates": gates, "cover": 0, "content": 0, "words": "申请书没有签名"}}}  # fmt: skip
    path = tmp_path / "report.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    report = ("duty", "report", *DUTY, "--who", "discipline_inspector", "--data-file", str(path))
    assert "以外的人登记" in told(*report, code=1)["reasons"][0]["zh"]
    entry = ("duty", "value", *DUTY, *VALUE, "--round", "2026040", "--who")
    assert told(*entry, "discipline_inspector")["outcome"] == "accepted"
    assert told(*report, code=1)["outcome"] == "refused", "his own entry is not enough"
    assert told(*entry, "section_head")["value"] == VALUE[3]
    assert "已经登记过" in told(*entry, "section_head", code=1)["reasons"][0]["zh"]
    assert "不是日期" in run("duty", "value", *DUTY, "--on", "x", "--round", "1", "--value", "03", "--who", "x", code=2).output
    value = told(*report)
    assert (value["outcome"], value["period"]) == ("accepted", "2026-W14")
    assert ["证据" in one["zh"] for one in value["findings"]] == [True]
    found = told("detect", code=1)["findings"]
    assert [(one["case"], one["key"]) for one in found if one["rule"] == "duty:file_sampling" and one["case"]] == [
        (CASE, "evidence")
    ]


def test_a_sheet_is_shown_for_duties_that_do_not_draw_and_unknown_ones_are_told(told: Told, run: Run) -> None:
    shown = told("duty", "sample", "a000/penalty", "register_check")
    assert (shown["pool"], shown["sheet"], shown["trouble"]) == (None, {}, None)
    assert "qingfeng duty" in run("duty", "sample", "a000/penalty", "nothing", code=2).output
    assert "qingfeng duty" in run("duty", "report", "a000/penalty", "nothing", "--who", "section_head", code=2).output
