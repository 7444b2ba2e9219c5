"""qingfeng detect, findings, case read: what is found is kept once and told as a lead; who reads leaves a trace."""

from __future__ import annotations

from pathlib import Path

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


def test_whoever_is_sent_home_twice_is_told_of_by_name_with_the_days_the_clerks_and_what_came_later(told: Told, tmp_path: Path) -> None:
    script = tmp_path / "visits.yaml"
    visit = "contact_outcome: notice, content: 告知须先备齐材料, matter_code: equipment, document_hash: " + "'" + "1" * 64 + "'"
    script.write_text(
        f"""power: a002/acceptance
title: 两次空跑
rows:
  - {{day: 2026-05-18, who: party, does: take_ticket, with: {{ticket_no: Z-1}}}}
  - {{day: 2026-05-18, who: counter_clerk, does: record_contact_outcome,
     with: {{ticket_no: Z-1, applicant: 示例装备有限公司, missing_codes: [proof], {visit}}}}}
  - {{day: 2026-05-20, who: party, does: take_ticket, with: {{ticket_no: Z-2}}}}
  - {{day: 2026-05-20, who: counter_clerk/2, does: record_contact_outcome,
     with: {{ticket_no: Z-2, applicant: 示例装备（有限公司）, missing_codes: [licence], {visit}}}}}
""",
        encoding="utf-8",
    )
    found = told("case", "run", "--script", str(script), code=None)["findings"]
    assert {one["rule"] for one in found} == {"repeated_visits"}
    assert {one["key"] for one in found} == {None, "licence"}, "the second visit, and the paper asked for only then"
    for one in found:
        assert "来窗口2次：2026-05-18" in one["sentence"]["zh"]
        assert "后来才要的材料：“营业执照”" in one["sentence"]["zh"]
        assert "请核查" in one["sentence"]["zh"]
