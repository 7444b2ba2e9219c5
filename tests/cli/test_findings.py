"""qingfeng detect, findings, case read: what is found is kept once and told as a lead; who reads leaves a trace."""

from __future__ import annotations

from tests.cli.conftest import Run, Told, Until


def test_nothing_is_found_in_a_new_agency(told: Told, run: Run) -> None:
    assert told("detect")["findings"] == []
    assert told("findings")["findings"] == []
    assert "没有第1号" in run("findings", "show", "1", code=2).output
    assert "没有发布职权" in run("findings", "list", "--power", "a009/none", code=None).output
    run("detect", "--power", "a009/none", code=None)
    assert "提前" in run("detect", "--now", "2027-01-01", code=2).output


def test_a_missed_duty_is_found_once_with_its_period_and_told_neutrally(told: Told, run: Run, until: Until) -> None:
    until(2026, 6, 3, 10)
    told("deadlines", "run", "--confirm-clock")
    found = run("--json", "detect", code=1)
    assert '"duty:register_check"' in found.output
    listed = told("findings", "list", "--rule", "duty:register_check")["findings"]
    assert {one["key"] for one in listed} >= {"2026-03", "2026-04"}
    assert all("请核查" in one["sentence"]["zh"] for one in listed)
    shown = run("findings", "show", str(listed[0]["number"])).output
    assert "不是结论" in shown
    assert told("detect")["findings"] == [], "kept once"
    assert "台账检查" in run("findings", "list").output


def test_a_reading_is_told_and_a_stranger_is_refused(told: Told, run: Run, case: str) -> None:
    read = run("case", "read", case, "--who", "intake_officer", "--purpose", "办案", code=None)
    assert read.exit_code in (0, 1)
    refused = told("case", "read", case, "--who", "nobody", "--purpose", "看看", code=1)
    assert refused["outcome"] == "refused"
    run("case", "read", case, "--who", "intake_officer", code=2)


def test_a_finding_names_duties_and_the_clock_in_words(told: Told, run: Run, until: Until) -> None:
    until(2026, 6, 3, 10)
    told("deadlines", "run", "--confirm-clock")
    run("detect", code=1)
    for one in told("findings")["findings"]:
        assert "system" not in one["sentence"]["zh"] + one["sentence"]["en"], one["sentence"]
        assert one["rule"].removeprefix("duty:") not in one["sentence"]["en"], one["sentence"]
