"""Time limits of a whole case: which marks, at which instant, after stops, extensions, restarts and effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import PARTY, SYSTEM
from qingfeng.engine.case import Case, evolve
from qingfeng.engine.clock import Clock, Mark, clocks, marks
from qingfeng.engine.event import MARK, Event
from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from qingfeng.terms.instants import end_of_day, start_of_day
from tests.sample import EVERYBODY_CLERK, Walk, at, calendar, course_document, free_version, limit, refusals


def running(case: Case) -> Mapping[str, Clock]:
    return clocks(case, calendar())


def wanted(case: Case) -> dict[tuple[str, str], datetime]:
    return {(m.limit, m.mark): m.at for m in marks(case, running(case), calendar())}


def due(case: Case, name: str) -> tuple[date, date]:
    end = running(case)[name].due
    assert end is not None
    return end.raw_day, end.outer_day


def free(*rows: tuple[str, str], **one: Any) -> Case:
    """A case of the free power with one limit, from `investigate` to `approve`, after these acts."""
    made = {"n": 5, "unit": "working_day", **one}
    walk = Walk(
        free_version([limit("one", ["investigate"], ["approve"], made.pop("n"), made.pop("unit"), **made)]),
        who=EVERYBODY_CLERK,
    )
    for act, when in rows:
        day, _, data = when.partition("|")
        hour = datetime.fromisoformat(f"{day}+08:00") if " " in day else at(day)
        walk.do(act, "ann", hour, data={"due_on": data} if data else {})
    return walk.case


def test_an_agencys_limit_is_marked_yellow_then_red_at_the_end_of_its_outer_day() -> None:
    case = Walk().to("look").case
    assert due(case, "decide_20") == (date(2026, 3, 31), date(2026, 3, 31))
    assert wanted(case) == {
        ("decide_20", "yellow"): start_of_day(date(2026, 3, 24)),
        ("decide_20", "red"): end_of_day(date(2026, 3, 31)),
    }


def test_a_partys_window_lapses_and_a_limit_with_an_effect_takes_effect() -> None:
    assert wanted(Walk().to("take").case) == {("notice_5", "effect"): end_of_day(date(2026, 3, 9))}
    assert wanted(Walk().to("serve").case)["window", "lapsed"] == end_of_day(date(2026, 3, 13))


@pytest.mark.parametrize(
    ("n", "unit", "rolls", "raw", "outer"),
    [
        (5, "working_day", "agency", "2026-03-09", "2026-03-09"),
        (5, "calendar_day", "agency", "2026-03-07", "2026-03-09"),
        (5, "calendar_day", "never", "2026-03-07", "2026-03-07"),
        (1, "month", "party", "2026-04-02", "2026-04-02"),
        (2, "month", "party", "2026-05-02", "2026-05-06"),
        (1, "year", "agency", "2027-03-02", "2027-03-02"),
    ],
)
def test_every_unit_and_every_way_of_rolling(n: int, unit: str, rolls: str, raw: str, outer: str) -> None:
    case = free(("investigate", "2026-03-02"), n=n, unit=unit, rolls=rolls)
    assert due(case, "one") == (date.fromisoformat(raw), date.fromisoformat(outer))


def test_hours_run_from_the_event_and_end_to_the_minute() -> None:
    case = free(("investigate", "2026-03-06 16:30"), n=24, unit="hour", rolls="never")
    assert wanted(case) == {("one", "red"): datetime.fromisoformat("2026-03-07T16:30+08:00")}


def made(case: Case, mark: Mark, entered: datetime) -> Case:
    clock = running(case)[mark.limit]
    assert clock.due is not None
    facts = {"run": mark.run, "mark": mark.mark, "due": clock.due.raw_day.isoformat()}
    event = Event(
        stream="case/c1",
        seq=case.seq + 1,
        kind=MARK,
        act=mark.limit,
        at=mark.at,
        entered=entered,
        actor=SYSTEM,
        facts=facts,
    )
    return evolve(case, event)


def test_a_mark_is_wanted_until_it_is_made_and_again_only_when_the_end_moves() -> None:
    walk = Walk().to("look")
    first = marks(walk.case, running(walk.case), calendar())[0]
    assert first.mark == "yellow"
    walk.case = made(walk.case, first, first.at)
    assert list(wanted(walk.case)) == [("decide_20", "red")]
    walk.do("extend", "eve", "2026-03-25")
    assert due(walk.case, "decide_20") == (date(2026, 4, 15), date(2026, 4, 15))
    assert wanted(walk.case) == {
        ("decide_20", "yellow"): start_of_day(date(2026, 4, 8)),
        ("decide_20", "red"): end_of_day(date(2026, 4, 15)),
    }


def test_each_kind_of_extension_has_its_own_count() -> None:
    walk = Walk().to("look")
    walk.do("extend", "eve", "2026-03-25")
    assert refusals(walk.ask("extend", "eve", "2026-03-25")) == ["time_limit"]
    walk.do("extend_more", "eve", "2026-03-26")
    assert due(walk.case, "decide_20")[0] == date(2026, 4, 22)
    assert refusals(walk.ask("extend_more", "eve", "2026-03-26")) == ["time_limit"]


def test_a_limit_that_is_over_is_not_extended_any_more() -> None:
    walk = Walk().to("look")
    assert refusals(walk.ask("extend", "eve", "2026-04-01")) == ["time_limit"]
    assert refusals(walk.ask("extend", "eve", "2026-03-31")) == []


def test_an_act_that_extends_two_limits_needs_one_that_runs() -> None:
    more = [{"by": "extend", "n": 3, "unit": "working_day", "times": 1}]
    two = [
        limit("one", ["investigate"], ["approve"], 5, "working_day", extend=more),
        limit("two", ["interview"], ["approve"], 5, "working_day", extend=more),
    ]
    walk = Walk(free_version(two), who=EVERYBODY_CLERK)
    walk.do("investigate", "ann", "2026-03-02")
    walk.do("extend", "ann", "2026-03-03")
    assert due(walk.case, "one")[0] == date(2026, 3, 12)
    assert refusals(walk.ask("extend", "ann", "2026-03-03")) == ["time_limit"]


STOPS = [
    {"from": "suspend", "to": "resume", "basis": None},
    {"from": "order_review", "to": "receive_review", "basis": None},
]


def test_a_stopped_clock_has_no_end_and_no_marks_and_goes_on_where_it_was() -> None:
    rows = [("investigate", "2026-03-02"), ("suspend", "2026-03-04")]
    stopped = free(*rows, stops=STOPS)
    assert running(stopped)["one"].due is None
    assert running(stopped)["one"].stopped_since == date(2026, 3, 4)
    assert wanted(stopped) == {}
    assert due(free(*rows, ("resume", "2026-03-11"), stops=STOPS), "one")[0] == date(2026, 3, 16)


def test_overlapping_stops_end_each_by_its_own_act() -> None:
    rows = [("investigate", "2026-03-02"), ("suspend", "2026-03-03"), ("order_review", "2026-03-04")]
    assert running(free(*rows, ("resume", "2026-03-05"), stops=STOPS))["one"].due is None
    both = free(*rows, ("resume", "2026-03-05"), ("receive_review", "2026-03-11"), stops=STOPS)
    assert due(both, "one")[0] == date(2026, 3, 17)
    assert running(free(*rows, ("receive_review", "2026-03-05"), stops=STOPS))["one"].stopped_since == date(2026, 3, 3)


def test_a_limit_that_is_over_cannot_be_stopped_any_more() -> None:
    case = free(("investigate", "2026-03-02"), ("suspend", "2026-03-12"), stops=STOPS)
    assert due(case, "one")[0] == date(2026, 3, 9)
    assert running(case)["one"].over(at("2026-03-13"))


def test_a_new_start_begins_a_new_run() -> None:
    case = free(("investigate", "2026-03-02"), ("approve", "2026-03-03"))
    assert running(case)["one"].ended == at("2026-03-03")
    assert wanted(case) == {}
    again = free(("investigate", "2026-03-02"), ("approve", "2026-03-03"), ("investigate", "2026-03-10"))
    assert (running(again)["one"].run, due(again, "one")[0]) == (2, date(2026, 3, 17))


def test_a_running_limit_begins_anew_only_where_the_file_says_so() -> None:
    rows = [("investigate", "2026-03-02"), ("investigate", "2026-03-10")]
    assert due(free(*rows), "one")[0] == date(2026, 3, 9)
    assert due(free(*rows, restarts=True), "one")[0] == date(2026, 3, 17)


def test_a_decision_that_was_returned_no_longer_keeps_a_clock_running() -> None:
    walk = Walk().to("closed")
    walk.do("object", PARTY, "2026-03-17")
    walk.do("answer", "dan", "2026-03-18", data={"outcome": "redo"})
    assert not {"window", "pay_15"} & {m.limit for m in marks(walk.case, running(walk.case), calendar())}


def test_a_named_last_day_is_the_end_and_may_be_moved() -> None:
    one = {
        **limit("one", ["set_day"], ["approve"], 1, "calendar_day"),
        "until": "due_on",
        "extend": [{"by": "move_day", "until": "due_on", "times": 2}],
    }
    walk = Walk(free_version([one]), who=EVERYBODY_CLERK)
    walk.do("set_day", "ann", "2026-03-02", data={"due_on": "2026-03-14"})
    assert due(walk.case, "one")[1] == date(2026, 3, 14)
    assert refusals(walk.ask("move_day", "ann", "2026-03-03", data={"due_on": "2026-03-14"})) == ["event_time"]
    for n, day in enumerate(("2026-03-18", "2026-03-20")):
        walk.do("move_day", "ann", f"2026-03-0{n + 3}", data={"due_on": day})
        assert due(walk.case, "one")[1] == date.fromisoformat(day)
    assert refusals(walk.ask("move_day", "ann", "2026-03-05", data={"due_on": "2026-04-01"})) == ["time_limit"]


def test_after_closure_a_limit_that_nothing_can_end_is_moot_and_one_that_can_runs_on() -> None:
    walk = Walk().to("look")
    walk.do("drop", PARTY, "2026-03-05")
    assert wanted(walk.case) == {}
    closed = wanted(Walk().to("closed").case)
    assert set(closed) == {("object_2m", "lapsed"), ("file_1y", "red")}


def deemed(received: str) -> Walk:
    walk = Walk()
    walk.do("apply", "ann", received, data={"matter": "示例"})
    (mark,) = marks(walk.case, running(walk.case), calendar())
    walk.case = made(walk.case, mark, mark.at)
    walk.do("deem_accept", SYSTEM, mark.at, effective=date.fromisoformat(received), reason="期限届满")
    return walk


def test_golden_licence_deemed_accepted_as_of_the_day_of_receipt() -> None:
    """许可法 32(4): received 2026-02-13, notice due 02-27, nothing sent: decision due 03-19."""
    received = Walk()
    received.do("apply", "ann", "2026-02-13", data={"matter": "示例"})
    assert due(received.case, "notice_5")[1] == date(2026, 2, 27)
    walk = deemed("2026-02-13")
    assert walk.case.step == "look"
    assert due(walk.case, "decide_20")[1] == date(2026, 3, 19)
    assert walk.case.events[-1].effective_day == date(2026, 2, 13)


def test_a_limit_that_took_effect_has_ended() -> None:
    clock = running(deemed("2026-02-13").case)["notice_5"]
    assert not clock.running
    assert set(wanted(deemed("2026-02-13").case)) == {("decide_20", "yellow"), ("decide_20", "red")}


@pytest.mark.parametrize(
    ("start", "n", "unit", "rolls", "raw", "outer"),
    [
        ("2026-09-24", 5, "working_day", "party", "2026-10-09", "2026-10-09"),
        ("2026-09-30", 7, "working_day", "agency", "2026-10-15", "2026-10-15"),
        ("2026-02-13", 5, "working_day", "agency", "2026-02-27", "2026-02-27"),
        ("2026-09-16", 15, "calendar_day", "party", "2026-10-01", "2026-10-08"),
        ("2026-07-03", 90, "calendar_day", "agency", "2026-10-01", "2026-10-08"),
        ("2026-09-05", 30, "calendar_day", "never", "2026-10-05", "2026-10-05"),
    ],
)
def test_golden_vectors_through_a_case(start: str, n: int, unit: str, rolls: str, raw: str, outer: str) -> None:
    case = free(("investigate", start), n=n, unit=unit, rolls=rolls)
    assert due(case, "one") == (date.fromisoformat(raw), date.fromisoformat(outer))
    (red,) = marks(case, running(case), calendar())
    assert red.at == end_of_day(date.fromisoformat(outer))


def test_what_rests_on_an_unofficial_table_is_provisional_and_a_missing_one_is_an_error() -> None:
    case = free(("investigate", "2026-12-28"))
    assert all(m.provisional for m in marks(case, running(case), calendar()))
    without = WorkCalendar([calendar().table(2026)])
    with pytest.raises(CalendarMissing):
        clocks(case, without)
    assert clocks(free(("investigate", "2026-12-21")), without)["one"].due is not None


def test_a_day_counted_from_service_moves_the_stop() -> None:
    walk = Walk().to("look")
    walk.do("suspend", "carl", "2026-03-10", data={"served_on": "2026-03-06"})
    walk.do("resume", "carl", "2026-03-12", data={"served_on": "2026-03-11"})
    assert due(walk.case, "decide_20")[0] == date(2026, 4, 3), "three working days, 6, 9 and 10 March, do not count"


def test_over_begins_with_the_first_instant_after_the_outer_day() -> None:
    clock = running(free(("investigate", "2026-03-02")))["one"]
    end = end_of_day(date(2026, 3, 9))
    assert not clock.over(end - timedelta(microseconds=1))
    assert clock.over(end)


def test_marks_come_earliest_first() -> None:
    case = Walk().to("serve").case
    found: Sequence[Mark] = marks(case, running(case), calendar())
    assert [m.at for m in found] == sorted(m.at for m in found)
    assert len(found) > 1


def told_stop(*rows: tuple[str, str]) -> Case:
    """One limit of 5 working days that a review stops for the period told in writing (due_on)."""
    stops = [{"from": "set_day", "to": "resume", "until": "due_on", "basis": None}]
    return free(*rows, stops=stops)


def test_a_stop_ends_with_the_period_told_or_earlier_when_its_end_comes() -> None:
    assert due(told_stop(("investigate", "2026-03-02")), "one")[0] == date(2026, 3, 9)
    overrun = told_stop(("investigate", "2026-03-02"), ("set_day", "2026-03-03|2026-03-06"))
    assert due(overrun, "one")[0] == date(2026, 3, 13), "3, 4, 5 and 6 March do not count; nobody has to resume it"
    early = told_stop(("investigate", "2026-03-02"), ("set_day", "2026-03-03|2026-03-20"), ("resume", "2026-03-05"))
    assert due(early, "one")[0] == date(2026, 3, 11), "3 and 4 March do not count, the 5th does"


def test_a_limit_may_start_on_one_choice_only() -> None:
    def begun(outcome: str) -> bool:
        one = limit("again", ["review=returned"], ["serve"], 20, "working_day")
        version = version_from_document(course_document(limits=[one]))
        walk = Walk(version=version).to("decide")
        walk.do("review", "carl", "2026-03-10", data={"outcome": outcome})
        return "again" in running(walk.case)

    assert begun("returned")
    assert not begun("approved")


def test_an_effect_needs_a_start_far_enough_ahead() -> None:
    def marked(until: str) -> set[str]:
        one = {**limit("one", ["set_day"], ["approve"], 1, "calendar_day", rolls="never"), "until": "due_on",
               "effect": "note", "ahead": {"n": 30, "unit": "calendar_day"}}  # fmt: skip
        walk = Walk(free_version([one]), who=EVERYBODY_CLERK)
        walk.do("set_day", "ann", "2026-03-02", data={"due_on": until})
        return {mark for _, mark in wanted(walk.case)}

    assert marked("2026-04-02") == {"effect"}
    assert marked("2026-03-20") == {"lapsed"}


def test_service_by_announcement_counts_thirty_days_after_posting() -> None:
    event = Event(stream="case/c1", seq=1, kind="act", act="serve", at=at("2026-03-18"), entered=at("2026-03-18"),
                  data={"service_method": "announcement"})  # fmt: skip
    assert event.effective_day == date(2026, 4, 17)
    assert replace(event, data={"service_method": "direct"}).effective_day == date(2026, 3, 18)


def test_who_waits_for_a_window_waits_from_its_entry_when_that_came_later() -> None:
    walk = Walk().to("decide")
    walk.do("review", "carl", "2026-03-06", entered=at("2026-03-12"), data={"outcome": "approved"}, reason="外出办案")
    clock = running(walk.case)["window"]
    assert clock.due is not None
    assert clock.waits_until is not None
    assert clock.due.outer == end_of_day(date(2026, 3, 13)), "the law counts from the act"
    assert clock.waits_until == end_of_day(date(2026, 3, 19)), "the agency waits from the entry"
