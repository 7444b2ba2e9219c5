"""What a duty brings to light is recorded with its report, found on its case, and kept once; over both stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from qingfeng.casework import clockwork, dutywork, publicvalues, rebuild
from qingfeng.casework.findings import act_behind, sentence, sweep
from qingfeng.casework.handle import Done
from qingfeng.casework.logbook import hits
from qingfeng.casework.office import Office, event_of
from qingfeng.casework.registry import publish
from qingfeng.duties.integrity_call_back import QUESTIONS
from qingfeng.duties.sampling import Samples
from qingfeng.engine.event import Event
from tests.casework.agency import FOUNDED, begin, change, do
from tests.duties.power import BEACON, POWER, plain
from tests.sample import at

TODAY = date(2026, 1, 6)
HASH = "0" * 64
WORDS = "当事人称逢年过节都送礼"


@pytest.fixture(autouse=True)
def _published(office: Office) -> None:
    with office.store.write() as tx:
        publish(office, tx, plain(), by=FOUNDED)
    change(office, "appointed", {"officer": "dan", "post": "head", "from": "2024-01-01"}, on="2025-12-02")


def stream(name: str) -> str:
    return f"duty/{POWER}/{name}"


def closed_case(office: Office, day: str = "2025-12-10", **said: str) -> str:
    case = begin(office, day, power=POWER)
    for hour, (act, data) in enumerate([("answer", {"gifts": "none", **said}), ("close", {})], 10):
        assert isinstance(do(office, case, act, "ann", at(day, hour), data=data), Done)
    return case


def report(office: Office, name: str, content: Mapping[str, Any], who: str = "carl", when: str = "2026-01-06") -> str:
    if "beacon" in content:
        looked_up(office, when)
    period, refusals = dutywork.report(office, stream(name), content, actor=who, at=at(when))
    assert (period is None) == bool(refusals)
    return "；".join(one.reason.zh for one in refusals)


def looked_up(office: Office, when: str) -> None:
    """Somebody other than the reporter enters the public value, as he must."""
    with office.store.read() as tx:
        known = dutywork.state(office, tx, office.registry(tx), stream(CALL), today=date.fromisoformat(when)).duty
        done = publicvalues.entries(tx)
    assert isinstance(known, Samples)
    on = date.fromisoformat(BEACON["on"])
    if not done and on <= date.fromisoformat(when):
        assert publicvalues.enter(office, known, on, BEACON["round"], BEACON["value"], actor="ann", at=at(when, 8)) is None


def events(office: Office, name: str) -> list[Event]:
    with office.store.read() as tx:
        return [event_of(row) for row in tx.events(stream(name))]


def said(*cases: str, **more: str) -> dict[str, Any]:
    entry = {"reached": "yes", **dict.fromkeys(QUESTIONS, "none"), **more}
    return {"beacon": BEACON, "answers": dict.fromkeys(cases, entry)}


CALL = "integrity_call_back"


def test_a_finding_is_recorded_with_the_report_and_seen_on_the_case(office: Office) -> None:
    case = closed_case(office)
    assert report(office, CALL, said(case, gave="some", words=WORDS)) == ""
    begun, done, found = events(office, CALL)
    assert (begun.kind, done.kind, found.kind) == ("duty_begun", "duty_done", "duty_finding")
    assert (done.actor, found.actor, found.data["case"], found.data["key"], found.data["period"]) == (
        "carl",
        "system",
        case,
        "gave",
        "2025-12",
    )
    assert f"{case}#2" in found.data["evidence"]
    assert (f"duty:{CALL}", 3) in hits(office, case, TODAY)
    other = closed_case(office)
    assert not [rule for rule, _ in hits(office, other, TODAY) if rule.startswith("duty:")]


def test_a_finding_is_kept_once_and_told_in_its_own_words(office: Office) -> None:
    case = closed_case(office)
    report(office, CALL, said(case, gave="some", words=WORDS))
    fresh = [one for one in sweep(office, now=at("2026-01-07")) if one.found.rule == f"duty:{CALL}"]
    assert [(one.found.case, one.found.seq, one.found.key) for one in fresh] == [(case, 3, "gave")]
    assert sweep(office, now=at("2026-01-08")) == []
    with office.store.read() as tx:
        event = act_behind(office, tx, fresh[0])
        registry = office.registry(tx)
        version, _ = office.version(registry, POWER, registry.version_on(POWER, TODAY))
    assert event is not None
    text = sentence(fresh[0], event, version, lambda who: who)
    assert "书面答“无”" in text.zh
    assert "carl" not in text.zh, "who reports is not who is reported"
    assert text.en.endswith("please check.")
    assert rebuild.compare(office) == []


def test_the_words_of_the_party_can_be_erased_and_the_finding_stays(office: Office) -> None:
    case = closed_case(office)
    report(office, CALL, said(case, gave="some", words=WORDS))
    with office.store.read() as tx:
        stored = tx.events(stream(CALL))
    secret = WORDS.encode()
    assert [secret in (row.private or b"") for row in stored] == [False, True, False]
    assert not [row for row in stored if secret in row.opening or secret in row.entry]
    with office.store.write() as tx:
        assert tx.erase(stream(CALL), 2)
    _, done, found = events(office, CALL)
    assert "answers" in done.erased
    assert found.data["case"] == case
    assert (f"duty:{CALL}", 3) in hits(office, case, TODAY)


def test_a_report_that_does_not_count_leaves_nothing(office: Office) -> None:
    case = closed_case(office)
    for content, who, wanted in (
        (said(), "carl", "缺少1件"), (said(case, gave="some"), "carl", "写明当事人的说法"), (said(case), "bob", "没有该岗位"),
        ({"answers": {}}, "carl", "公开随机值"), ({"answers": {case: 0.5}}, "carl", "无法保存"), ({"表": 1}, "carl", "无法保存"),
    ):  # fmt: skip
        assert wanted in report(office, CALL, content, who)
    assert "尚未结束" in report(office, CALL, said(case), when="2025-12-31")
    assert [one.kind for one in events(office, CALL)] == ["duty_begun"]
    assert report(office, CALL, said(case)) == ""
    assert [one.kind for one in events(office, CALL)] == ["duty_begun", "duty_done"]


def test_what_is_entered_after_the_period_as_of_a_day_in_it_is_not_drawn(office: Office) -> None:
    case = closed_case(office)
    late = begin(office, "2025-12-10", power=POWER)
    do(office, late, "close", "ann", at("2025-12-11"), entered=at("2026-01-05"), reason="补录")
    shown = dutywork.show(office, stream(CALL), {"beacon": BEACON}, at=at("2026-01-06"))
    assert shown.pool is not None
    assert (set(shown.pool.chance), dict(shown.sheet), shown.trouble) == ({case}, {case: tuple(QUESTIONS)}, None)


def test_what_a_report_must_hold_is_shown_before_and_after_the_draw(office: Office) -> None:
    cases = {closed_case(office) for _ in range(7)}
    early = dutywork.show(office, stream(CALL), {}, at=at("2025-12-20"))
    assert early.trouble is not None
    assert "尚未结束" in early.trouble.zh
    open_draw = dutywork.show(office, stream(CALL), {}, at=at("2026-01-06"))
    assert (open_draw.sheet, open_draw.value_of) == ({}, date(2026, 1, 1))
    assert open_draw.trouble is not None
    drawn = dutywork.show(office, stream(CALL), {"beacon": BEACON}, at=at("2026-01-06"))
    assert len(drawn.sheet) == 3
    assert drawn.sheet.keys() < cases
    assert report(office, CALL, said(*drawn.sheet)) == ""


def test_a_lead_is_matched_with_the_whole_agency(office: Office) -> None:
    case = begin(office, "2025-12-03", power=POWER)
    do(office, case, "register_lead", "ann", at("2025-12-03", 10), data={"external_no": "A-1"})
    lists = {
        "hotline_12345": {"numbers": ["A-1", "A-2"], "list_hash": HASH},
        "petition": {"numbers": [], "list_hash": HASH},
    }
    assert report(office, "lead_reconciliation", {"lists": lists}, when="2025-12-08") == ""
    _, done, found = events(office, "lead_reconciliation")
    assert (done.data["period"], found.data["case"], found.data["key"]) == ("2025-W49", "", "hotline_12345:A-2")
    fresh = [one.found for one in sweep(office, now=at("2025-12-09")) if one.found.rule == "duty:lead_reconciliation"]
    assert [(one.case, one.key) for one in fresh] == [("", "hotline_12345:A-2")]


def test_a_missed_sample_is_found_and_can_be_made_good_with_the_same_draw(office: Office) -> None:
    cases = sorted(closed_case(office) for _ in range(4))
    before = dutywork.show(office, stream(CALL), {"beacon": BEACON}, at=at("2026-01-06")).sheet
    begin(office, "2026-01-20", power=POWER)
    do(office, cases[0], "note", "ann", at("2026-01-19"))
    late = said(*before)
    assert "补报须说明理由" in report(office, CALL, late, when="2026-01-20")
    assert report(office, CALL, {**late, "late_reason": "年初人手不足"}, when="2026-01-20") == ""
    assert [one.kind for one in events(office, CALL)] == ["duty_begun", "duty_missed", "duty_done"]


def test_duties_of_a_version_that_comes_into_force_later_begin_on_that_day(office: Office) -> None:
    later = plain()
    later["power"] = {**later["power"], "id": "s900/later"}
    later["version"] = {**later["version"], "in_force_from": "2026-02-01"}
    with office.store.write() as tx:
        publish(office, tx, later, by=FOUNDED)
    for day, begun in (("2026-01-31", 0), ("2026-02-03", 1), ("2026-02-04", 1)):
        clockwork.run(office, now=at(day), confirm_clock=True)
        with office.store.read() as tx:
            heads = [tx.head(f"duty/s900/later/{name}") for name in later["version"]["duties"]]
        assert [min(head, 1) for head in heads] == [begun] * len(heads), day
    missed = clockwork.run(office, now=at("2026-04-01"), confirm_clock=True)
    assert any(one.case == "duty/s900/later/register_check" for one in missed.fired) is ("register_check" in later["version"]["duties"])
    assert any(one.case.startswith("duty/s900/later/") for one in missed.fired)
