"""qingfeng case: what people type is what is recorded, and a refusal says why."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from qingfeng.casework.words import remaining
from qingfeng.cli import agency as edge
from qingfeng.terms.instants import LOCAL
from tests.cli.conftest import LEAD, NOW, PROPOSE, Run, Told, Until, lead

ANSWER = {"outcome", "case", "seq", "step", "repeated", "by", "ring", "reasons", "remedies", "citations", "promise"}


def test_a_case_is_opened_and_carried_on(told: Told) -> None:
    opened = told("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD)
    assert opened.keys() == ANSWER
    assert (opened["outcome"], opened["case"], opened["seq"]) == ("accepted", "a000/penalty/2026/00001", 1)
    done = told("case", "do", opened["case"], *PROPOSE)
    assert (done["outcome"], done["seq"], done["step"]) == ("accepted", 2, "open_case")


def test_a_refusal_names_rule_reason_and_remedy_and_ends_with_1(told: Told, run: Run, case: str) -> None:
    refused = told("case", "do", case, "approve_case_opening", "--who", "intake_officer", "opinion=x", code=1)
    assert refused["outcome"] == "refused"
    assert refused["ring"] == "order"
    assert len(refused["by"]) == len(refused["reasons"]) == len(refused["remedies"]) == len(refused["citations"]) >= 1
    words = run("case", "do", case, "approve_case_opening", "--who", "intake_officer", "opinion=x", code=1).stdout
    assert refused["reasons"][0]["zh"] in words
    english = run(
        "--lang", "en", "case", "do", case, "approve_case_opening", "--who", "intake_officer", "opinion=x", code=1
    )
    assert refused["reasons"][0]["en"] in english.stdout


def test_late_entry_is_asked_for_a_reason_and_taken_with_one(told: Told) -> None:
    late = ("case", "open", "a000/penalty", "--who", "intake_officer", "--at", "2026-02-02", *LEAD)
    assert told(*late, code=1)["outcome"] == "demand"
    assert told("case", "list")["cases"] == []
    assert told(*late, "--reason", "停电")["outcome"] == "accepted"


def test_a_key_makes_repeating_harmless(told: Told, case: str) -> None:
    first = told("case", "do", case, *PROPOSE, "--key", "k1")
    again = told("case", "do", case, *PROPOSE, "--key", "k1", "--at", "2026-03-03 10:00")
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["seq"] == first["seq"] == 2


def test_a_key_repeats_a_command_that_names_no_time(told: Told, case: str, until: Until) -> None:
    first = told("case", "do", case, *PROPOSE, "--key", "k1")
    event = told("case", "history", case, "--as", "intake_officer")["events"][-1]
    assert event["at"] == event["entered"]
    until(2026, 3, 3, 10, 20)
    again = told("case", "do", case, *PROPOSE, "--key", "k1")
    assert (again["repeated"], again["seq"]) == (True, first["seq"])
    opening = ("case", "open", "a000/penalty", "--who", "intake_officer", *lead(2), "--key", "k2")
    new = told(*opening)
    until(2026, 3, 3, 10, 30)
    assert told(*opening)["case"] == new["case"]


def test_who_saw_an_older_state_is_told_of_the_conflict(told: Told, case: str) -> None:
    told("case", "do", case, *PROPOSE)
    stale = told("case", "do", case, *PROPOSE, "--seen", "1", code=1)
    assert (stale["outcome"], stale["seq"]) == ("conflict", 2)


def test_fields_come_from_words_json_and_files(told: Told, case: str, tmp_path: Path) -> None:
    told("case", "do", case, *PROPOSE)
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"opinion": "同意"}), encoding="utf-8")
    approve = ("case", "do", case, "approve_case_opening", "--who", "deputy_in_charge")
    done = told(*approve, "--data-file", str(file), "officers=case_handler", "officers=enforcement_officer")
    assert done["outcome"] == "accepted"
    events = told("case", "history", case, "--as", "intake_officer")["events"]
    assert events[-1]["data"] == {"opinion": "同意", "officers": ["case_handler", "enforcement_officer"]}


@pytest.mark.parametrize(
    "words",
    [("officers=case_handler",), ('officers:=["case_handler"]',), ("--data", '{"officers": ["case_handler"]}')],
    ids=["single", "json", "data"],
)
def test_a_list_of_one_may_be_written_in_three_ways(told: Told, case: str, words: tuple[str, ...]) -> None:
    told("case", "do", case, *PROPOSE)
    told("case", "do", case, "approve_case_opening", "--who", "deputy_in_charge", "opinion=同意", *words)
    assert told("case", "history", case, "--as", "intake_officer")["events"][-1]["data"]["officers"] == ["case_handler"]


@pytest.mark.parametrize(
    "words", [("nonsense",), ("=x",), ("a:={",), ("--data", "[]"), ("--data", "{"), ("a=1", "--data", '{"a": 1}')]
)
def test_malformed_fields_are_bad_input(run: Run, case: str, words: tuple[str, ...]) -> None:
    run("case", "do", case, "propose_case_opening", "--who", "case_handler", *words, code=2)


def test_show_says_step_limits_and_who_may_do_what(told: Told, run: Run, case: str) -> None:
    shown = told("case", "show", case)
    assert (shown["case"], shown["step"], shown["status"], shown["seq"]) == (case, "open_case", "open", 1)
    propose = next(act for act in shown["acts"] if act["act"] == "propose_case_opening")
    assert "case_handler" in propose["officers"]
    assert {f["id"] for f in propose["fields"] if f["required"]} == {"violation", "facts"}
    (limit,) = [x for x in shown["limits"] if x["id"] == "filing"]
    assert limit["remaining"]["zh"].startswith("还剩")
    words = run("case", "show", case).stdout
    assert limit["remaining"]["zh"] in words
    assert "propose_case_opening" in words


def test_history_tells_acts_marks_and_refusals(told: Told, run: Run, case: str, until: Until) -> None:
    told("case", "do", case, "approve_case_opening", "--who", "intake_officer", "opinion=x", code=1)
    until(2026, 6, 1, 10)
    run("deadlines", "run", "--confirm-clock")
    events = told("case", "history", case, "--as", "intake_officer")["events"]
    assert {"act", "refused", "mark"} == {e["kind"] for e in events}
    refused = next(e for e in events if e["kind"] == "refused")
    assert refused["by"]
    assert refused["reasons"]
    words = run("case", "history", case, "--as", "intake_officer").stdout
    assert "被拒绝——" in words
    assert "超期" in words
    english = run("--lang", "en", "case", "history", case, "--as", "intake_officer").stdout
    assert "refused by: scope of authority (authority_scope)" in english or "refused by: lawful order" in english
    assert f"reason as recorded, in Chinese: {refused['reasons'][0]}" in english


def test_a_late_entry_shows_both_times(told: Told, run: Run) -> None:
    opened = told("case", "open", "a000/penalty", "--who", "intake_officer", "--at", "2026-03-02 09:30", *LEAD)
    words = run("case", "history", opened["case"], "--as", "intake_officer").stdout
    assert "2026-03-02 09:30（2026-03-03 10:00录入）" in words


def test_the_inbox_puts_the_most_urgent_first(told: Told, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    older = told("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD)["case"]
    monkeypatch.setattr(edge, "read_clock", lambda: datetime(2026, 3, 5, 10, tzinfo=LOCAL))
    newer = told("case", "open", "a000/penalty", "--who", "intake_officer", *lead(2))["case"]
    by_officer = told("case", "inbox", "--who", "case_handler/2")["cases"]
    by_post = told("case", "inbox", "--post", "case_handler")["cases"]
    assert [c["case"] for c in by_officer] == [c["case"] for c in by_post] == [older, newer]
    assert "还剩" in run("case", "inbox", "--post", "case_handler").stdout


def test_lists_filter_by_power_and_status_and_go_on(told: Told) -> None:
    cases = [told("case", "open", "a000/penalty", "--who", "intake_officer", *lead(n))["case"] for n in range(3)]
    assert [c["case"] for c in told("case", "list", "--power", "a000/penalty", "--status", "open")["cases"]] == cases
    assert told("case", "list", "--status", "closed")["cases"] == []
    first = told("case", "list", "--limit", "2")["cases"]
    rest = told("case", "list", "--after", first[-1]["case"])["cases"]
    assert [c["case"] for c in first + rest] == cases


def test_an_unknown_power_or_post_is_bad_input_and_the_nearest_is_named(run: Run) -> None:
    assert "a000/penalty" in run("case", "list", "--power", "a000/penaltie", code=2).stderr
    assert "case_handler" in run("case", "inbox", "--post", "case_handlr", code=2).stderr
    assert "did you mean 'case_handler'" in run("--lang", "en", "case", "inbox", "--post", "case_handlr", code=2).stderr
    assert "a000/award" in run("case", "list", "--power", "§", code=2).stderr


def test_what_the_clock_does_by_itself_is_not_offered(application: str, told: Told, run: Run) -> None:
    shown = told("case", "show", application)
    assert {"accept_application"} <= {act["act"] for act in shown["acts"]}
    assert all(act["by"] != ["system"] for act in shown["acts"])
    assert "deemed_" not in run("case", "show", application).stdout


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ((2026, 3, 4, 0, 0), "今天到期"),
        ((2026, 3, 5, 0, 0), "还剩1天"),
        ((2026, 3, 3, 0, 0), "已逾期1天"),
        ((2026, 3, 3, 12, 30), "还剩2小时30分"),
        ((2026, 3, 3, 9, 30), "已逾期0小时30分"),
    ],
)
def test_time_left_is_told_in_days_and_hours(due: tuple[int, int, int, int, int], words: str) -> None:
    assert remaining(datetime(*due, tzinfo=LOCAL), NOW).zh == words


def test_a_single_code_is_a_list_of_one(told: Told) -> None:
    lead = ("lead_source=report", "summary=群众举报", "lead_no=L-2026-099", "allegations=A1")
    assert told("case", "open", "a000/penalty", "--who", "intake_officer", *lead)["outcome"] == "accepted"
