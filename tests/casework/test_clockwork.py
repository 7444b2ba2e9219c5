"""The clock at work: marks once, effects of law, calendars replaced, jumps, cases that cannot be computed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from qingfeng.casework import clockwork, dutywork
from qingfeng.casework.clockwork import ClockJumped
from qingfeng.casework.handle import Asked, Done, Stopped
from qingfeng.casework.office import CASE, Office, event_of
from qingfeng.casework.ports import Store
from qingfeng.casework.rebuild import compare, rebuild
from qingfeng.casework.registry import BadRegistration, By, load_calendar, publish
from qingfeng.catalogue.power import SYSTEM
from qingfeng.terms.calendar import CalendarMissing, YearTable
from qingfeng.terms.instants import end_of_day, start_of_day
from tests.casework.agency import COURSE, FOUNDED, FREE, begin, case_of, do, furnished, seqs
from tests.sample import COURSE_PENDING, at, calendar, course_document, free_document, limit, tables


def marks_of(office: Office, case: str) -> list[tuple[str, str]]:
    return [(e.act, str(e.facts["mark"])) for e in case_of(office, case).events if e.kind == "mark"]


def looked_at(office: Office, opened: str = "2026-03-02") -> str:
    case = begin(office, opened)
    assert isinstance(do(office, case, "accept", "ann", opened), Done)
    return case


def test_yellow_and_red_are_marked_once_at_their_time(office: Office) -> None:
    case = looked_at(office)
    yellow, red = start_of_day(date(2026, 3, 23)), end_of_day(date(2026, 3, 30))
    assert clockwork.run(office, now=yellow - timedelta(seconds=1)).claimed == 0
    fired = clockwork.run(office, now=yellow).fired
    assert [(f.case, f.limit, f.mark, f.at, f.step) for f in fired] == [(case, "decide_20", "yellow", yellow, "look")]
    assert clockwork.run(office, now=yellow).claimed == 0
    assert [f.mark for f in clockwork.run(office, now=red).fired] == ["red"]
    assert marks_of(office, case) == [("decide_20", "yellow"), ("decide_20", "red")]
    event = case_of(office, case).events[-1]
    assert (event.actor, event.at, event.entered) == (SYSTEM, red, red)
    assert compare(office) == []


def test_an_act_makes_the_marks_that_are_due_before_it(office: Office) -> None:
    case = looked_at(office)
    answer = do(office, case, "inspect", "bob", "2026-04-01")
    assert isinstance(answer, Done)
    assert marks_of(office, case) == [("decide_20", "yellow"), ("decide_20", "red")]
    assert answer.seq == 5
    assert clockwork.run(office, now=at("2026-04-02"), confirm_clock=True).fired == ()


def test_a_late_act_needs_a_reason_and_is_done_with_it(office: Office) -> None:
    case = looked_at(office)
    do(office, case, "inspect", "bob", "2026-03-03")
    do(office, case, "send_up", "ann", "2026-03-04")
    late = do(office, case, "review", "carl", "2026-04-07", data={"outcome": "approved"})
    assert isinstance(late, Asked)
    assert [d.by for d in late.demands] == ["time_limit"]
    assert "2026-03-30" in late.demands[0].reason.zh
    assert isinstance(
        do(office, case, "review", "carl", "2026-04-07", data={"outcome": "approved"}, reason="汛期停办"), Done
    )


def test_deemed_acceptance_happens_once_as_of_the_day_of_receipt(office: Office) -> None:
    case = begin(office, "2026-02-13")
    for _ in range(3):
        clockwork.run(office, now=at("2026-03-02"))
    events = case_of(office, case).events
    assert [(e.kind, e.act) for e in events] == [("act", "apply"), ("mark", "notice_5"), ("act", "deem_accept")]
    assert events[2].at == end_of_day(date(2026, 2, 27))
    assert events[2].effective_day == date(2026, 2, 13)
    assert case_of(office, case).step == "look"
    with office.store.read() as tx:
        row = tx.case_row(case)
        assert row is not None
        assert row.next_due == "2026-03-20T00:00:00+08:00", "the limit that took effect is over, the next one counts"
    assert compare(office) == []


def test_an_effect_that_the_procedure_stops_is_not_lost_in_silence(office: Office) -> None:
    blocked = [{**COURSE_PENDING[0], "blocks": ["accept", "deem_accept"]}, *COURSE_PENDING[1:]]
    limits = [limit("quick", ["apply"], ["accept"], 5, "working_day", effect="deem_accept")]
    with office.store.write() as tx:
        publish(
            office,
            tx,
            course_document(in_force_from="2026-03-01", pending=blocked, limits=[*limits, *_window()]),
            by=FOUNDED,
        )
    case = begin(office)
    do(office, case, "tell_missing", "ann", "2026-03-03")
    clockwork.run(office, now=at("2026-03-12"))
    assert marks_of(office, case) == [("quick", "effect")]
    assert case_of(office, case).step == "take"
    with office.store.read() as tx:
        (refused,) = [event_of(row) for row in tx.events(f"refusals/{case}")]
    assert (refused.act, refused.actor, refused.facts["by"]) == ("deem_accept", SYSTEM, ["lawful_order"])
    assert clockwork.run(office, now=at("2026-03-13")).claimed == 0


def _window() -> list[dict[str, object]]:
    return [limit("window", ["review"], ["waive"], 5, "working_day", **{"for": "party"})]


def test_a_clock_that_has_leapt_stops_until_it_is_confirmed(office: Office) -> None:
    looked_at(office)
    with pytest.raises(ClockJumped) as caught:
        clockwork.run(office, now=at("2027-03-02"))
    assert "2026-03-23" in caught.value.message.zh
    assert compare(office) == []
    assert len(clockwork.run(office, now=at("2026-05-01"), confirm_clock=True).fired) == 2


def test_a_case_that_cannot_be_computed_leaves_nothing_by_halves_and_holds_up_nobody(office: Office) -> None:
    """Deemed accepted at the end of 2027, the next limit reaches into a year without a table."""
    stuck = begin(office, "2027-12-15")
    fine = begin(office, "2027-12-14", power=FREE)
    assert isinstance(do(office, fine, "note", "ann", "2027-12-15"), Done)
    ticked = clockwork.run(office, now=at("2027-12-23"))
    assert [case for case, _ in ticked.stuck] == [stuck]
    assert "2028" in ticked.stuck[0][1].zh
    assert seqs(office, CASE + stuck) == [1], "neither the mark nor the effect"
    assert clockwork.run(office, now=at("2027-12-23")).claimed == 0
    with pytest.raises(CalendarMissing):
        do(office, stuck, "accept", "ann", "2027-12-23")
    table = YearTable(year=2028, off=frozenset(), worked=frozenset(), official=False, source="暂定")
    with office.store.write() as tx:
        load_calendar(office, tx, table, by=FOUNDED)
    assert [f.case for f in clockwork.run(office, now=at("2027-12-25")).fired] == [stuck]
    assert case_of(office, stuck).step == "look"
    assert compare(office) == []


OFFICIAL = YearTable(
    year=2027, off=frozenset(date(2027, 1, d) for d in (1, 4, 5)), worked=frozenset(), official=True, source="通知"
)


def test_the_official_table_recomputes_what_was_provisional_and_nothing_else(office: Office) -> None:
    now, later = looked_at(office, "2026-03-02"), looked_at(office, "2026-12-14")
    with office.store.read() as tx:
        before = {case: (tx.case_row(case), tx.deadlines(case=case)) for case in (now, later)}
        assert {d.provisional for d in before[later][1]} == {True}
        assert {d.provisional for d in before[now][1]} == {False}
    with office.store.write() as tx:
        assert load_calendar(office, tx, OFFICIAL, by=FOUNDED) == [later]
        assert load_calendar(office, tx, OFFICIAL, by=FOUNDED) == []
    with office.store.read() as tx:
        assert (tx.case_row(now), tx.deadlines(case=now)) == before[now]
        after = tx.deadlines(case=later)
        assert {d.provisional for d in after} == {False}
        assert max(d.at for d in after) == max(d.at for d in before[later][1]) + timedelta(days=2), "two more days off"
    assert compare(office) == []
    with office.store.write() as tx, pytest.raises(BadRegistration, match="official"):
        load_calendar(office, tx, next(t for t in tables() if t.year == 2027), by=FOUNDED)


DUTY = {"register_check": {"every": "month", "by": "head", "within": {"n": 5, "unit": "working_day"}}}


def test_a_corrected_notice_recomputes_every_open_case(office: Office) -> None:
    """As in 2020, when the Spring Festival holiday was prolonged after the notice for the year."""
    case = begin(office, "2026-03-02")
    known = next(t for t in tables() if t.year == 2026)
    longer = replace(known, off=known.off | {date(2026, 3, 3), date(2026, 3, 4)}, source="更正通知（虚构）")
    with office.store.write() as tx:
        before = {d.limit: d.at for d in tx.deadlines(case=case)}
        assert case in load_calendar(office, tx, longer, by=FOUNDED)
        after = {d.limit: d.at for d in tx.deadlines(case=case)}
    assert after["notice_5"] == before["notice_5"] + timedelta(days=2), "9 March becomes 11 March"
    assert compare(office) == []


def test_duties_survive_an_official_table_and_a_rebuild(office: Office) -> None:
    document = free_document(duties=DUTY, in_force_from="2026-12-01")
    with office.store.write() as tx:
        publish(office, tx, document, by=By(actor="x", entered=at("2026-12-02")))
    with office.store.read() as tx:
        (armed,) = tx.deadlines(case=f"duty/{FREE}/register_check")
        assert armed.provisional
    with office.store.write() as tx:
        load_calendar(office, tx, OFFICIAL, by=FOUNDED)
    with office.store.read() as tx:
        (after,) = tx.deadlines(case=f"duty/{FREE}/register_check")
        assert not after.provisional
        assert after.at == end_of_day(date(2027, 1, 12))
    assert compare(office) == []
    rebuild(office)
    with office.store.read() as tx:
        assert tx.deadlines(case=f"duty/{FREE}/register_check") == [after]
    assert [f.mark for f in clockwork.run(office, now=at("2027-01-14")).fired] == ["red"]
    assert compare(office) == []


def test_a_running_case_keeps_its_version_and_a_new_one_gets_that_of_its_day(office: Office) -> None:
    old = begin(office, "2026-03-02")
    quick = [limit("decide_20", ["accept", "deem_accept"], ["review"], 10, "working_day"), *_window()]
    with office.store.write() as tx:
        publish(office, tx, course_document(in_force_from="2026-03-10", limits=quick), by=FOUNDED)
    for case, version in (
        (old, "2024-01-01"),
        (begin(office, "2026-03-09"), "2024-01-01"),
        (begin(office, "2026-03-10"), "2026-03-10"),
    ):
        assert case_of(office, case).version.version == version
        assert isinstance(do(office, case, "accept", "ann", "2026-03-10", reason="说明"), Done | Stopped)
    assert case_of(office, old).version.procedure.limits["decide_20"].length.n == 20
    assert {e.version for e in case_of(office, old).events} == {"2024-01-01"}
    assert case_of(office, f"{COURSE}/2026/00003").version.procedure.limits["decide_20"].length.n == 10
    assert compare(office) == []


def test_an_agency_without_next_years_table_says_so(opener: Callable[[], Store]) -> None:
    office = furnished(Office(opener(), salts=secrets.token_bytes), calendar=[calendar().table(2026)])
    with pytest.raises(CalendarMissing, match="2027"):
        begin(office, "2026-12-30")
    assert seqs(office, f"{CASE}{COURSE}/2026/00001") == []
    assert begin(office, "2026-03-02") == f"{COURSE}/2026/00001"


def test_a_report_cannot_say_of_which_period_it_is(office: Office) -> None:
    with office.store.write() as tx:
        publish(
            office,
            tx,
            free_document(duties=DUTY, in_force_from="2026-03-01"),
            by=By(actor="x", entered=at("2026-03-02")),
        )
    stream = f"duty/{FREE}/register_check"
    content = {"opened": 0, "period": "2099-01", "register": 77}
    period, reasons = dutywork.report(office, stream, content, actor="carl", at=at("2026-04-01"))
    assert reasons == ()
    assert period is not None
    assert period.name == "2026-03"
    with office.store.read() as tx:
        data = event_of(tx.events(stream)[-1]).data
    assert (data["period"], data["register"]) == ("2026-03", 0)
