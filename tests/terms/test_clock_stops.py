"""Stops of the clock, extensions, and answers that rest on a provisional or missing table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from qingfeng.terms.instants import parse_instant, start_of_day
from qingfeng.terms.timelimit import LimitKind, Rolls, TimeLimit, Unit, due, merged_stops

DAY = timedelta(days=1)
Stops = Sequence[tuple[date, date]]


def limit(n: int, unit: Unit, rolls: Rolls = Rolls.PARTY) -> TimeLimit:
    return TimeLimit(n=n, unit=unit, kind=LimitKind.STATUTORY, rolls=rolls)


def at(written: str) -> datetime:
    return parse_instant(written)


def day(written: str) -> date:
    return date.fromisoformat(written)


# --- stops ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "stops", "last"),
    [
        pytest.param(limit(10, Unit.CALENDAR_DAY, Rolls.NEVER), [], "2026-03-12", id="no stop"),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER), [("2026-03-05", "2026-03-08")], "2026-03-15", id="three days"
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER), [("2026-03-05", "2026-03-05")], "2026-03-12", id="same day: none"
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER),
            [("2026-02-20", "2026-03-04")],
            "2026-03-13",
            id="only 3 March lies after the first day",
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER),
            [("2026-02-01", "2026-03-03")],
            "2026-03-12",
            id="over before it began",
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER),
            [("2026-03-12", "2026-03-20")],
            "2026-03-20",
            id="from the last day on",
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER),
            [("2026-03-13", "2026-03-20")],
            "2026-03-12",
            id="after it ran out",
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER),
            [("2026-03-13", "2026-03-15"), ("2026-03-10", "2026-03-12")],
            "2026-03-16",
            id="the second only counts because of the first",
        ),
        pytest.param(
            limit(10, Unit.CALENDAR_DAY, Rolls.NEVER),
            [("2026-03-05", "2026-03-08"), ("2026-03-06", "2026-03-09")],
            "2026-03-16",
            id="overlap counts once",
        ),
        pytest.param(
            limit(5, Unit.WORKING_DAY),
            [("2026-03-05", "2026-03-09")],
            "2026-03-11",
            id="Thursday, Friday and a weekend",
        ),
        pytest.param(limit(5, Unit.WORKING_DAY), [("2026-03-07", "2026-03-09")], "2026-03-09", id="a weekend only"),
        pytest.param(
            limit(1, Unit.MONTH, Rolls.NEVER), [("2026-03-05", "2026-03-08")], "2026-04-05", id="a month and three days"
        ),
    ],
)
def test_days_of_a_stop_are_not_counted(
    shipped: WorkCalendar, rule: TimeLimit, stops: list[tuple[str, str]], last: str
) -> None:
    excluded = [(day(a), day(b)) for a, b in stops]
    assert due(rule, start=at("2026-03-02"), calendar=shipped, excluded=excluded).raw_day == day(last)


STARTS = st.dates(date(2025, 1, 1), date(2026, 6, 30))
COUNTS = st.integers(1, 60)
DAY_UNITS = st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY])
ROLLS = st.sampled_from(list(Rolls))


@st.composite
def stops(draw: st.DrawFn) -> Stops:
    pairs = draw(st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2026, 9, 30)), st.integers(0, 30)), max_size=5))
    return [(a, a + DAY * length) for a, length in pairs]


def naive_last_day(calendar: WorkCalendar, start: date, n: int, unit: Unit, excluded: Stops) -> date:
    """The n-th day after the start that counts, found by walking."""
    current, left = start, n
    while left:
        current += DAY
        stopped = any(a <= current < b for a, b in excluded)
        left -= not stopped and (unit is Unit.CALENDAR_DAY or calendar.is_working(current))
    return current


@given(start=STARTS, n=COUNTS, unit=DAY_UNITS, rolls=ROLLS, excluded=stops())
def test_every_limit_in_days_equals_walking_day_by_day(
    shipped: WorkCalendar, *, start: date, n: int, unit: Unit, rolls: Rolls, excluded: Stops
) -> None:
    result = due(limit(n, unit, rolls), start=start_of_day(start), calendar=shipped, excluded=excluded)
    raw = naive_last_day(shipped, start, n, unit, excluded)
    outer = raw
    while rolls is not Rolls.NEVER and not shipped.is_working(outer):
        outer += DAY
    assert (result.raw_day, result.outer_day) == (raw, outer)


@given(start=STARTS, n=st.integers(1, 6), excluded=stops())
def test_a_stopped_month_grows_by_exactly_the_days_lost_inside_it(
    shipped: WorkCalendar, start: date, n: int, excluded: Stops
) -> None:
    rule = limit(n, Unit.MONTH, Rolls.NEVER)
    bare = due(rule, start=start_of_day(start), calendar=shipped).raw_day
    last = due(rule, start=start_of_day(start), calendar=shipped, excluded=excluded).raw_day
    span = [start + DAY * i for i in range(1, (last - start).days + 1)]
    lost = sum(any(a <= d < b for a, b in excluded) for d in span)
    assert (last - bare).days == lost
    assert not any(a <= last < b for a, b in excluded)


@given(
    start=STARTS,
    n=COUNTS,
    unit=st.sampled_from([u for u in Unit if u not in (Unit.HOUR, Unit.YEAR)]),
    rolls=ROLLS,
    excluded=stops(),
)
def test_a_stop_never_shortens_and_merged_stops_are_worth_their_union(
    shipped: WorkCalendar, *, start: date, n: int, unit: Unit, rolls: Rolls, excluded: Stops
) -> None:
    n = min(n, 12) if unit is Unit.MONTH else n
    rule, begun = limit(n, unit, rolls), start_of_day(start)
    bare = due(rule, start=begun, calendar=shipped)
    stopped = due(rule, start=begun, calendar=shipped, excluded=excluded)
    assert stopped.raw >= bare.raw
    assert stopped.outer >= bare.outer
    assert due(rule, start=begun, calendar=shipped, excluded=merged_stops(excluded)) == stopped
    assert due(rule, start=begun, calendar=shipped, excluded=[*reversed(excluded), *excluded]) == stopped


def test_a_stop_on_the_day_of_resumption_continues_the_one_before() -> None:
    first, second = (day("2026-03-02"), day("2026-03-05")), (day("2026-03-05"), day("2026-03-09"))
    assert merged_stops([second, first]) == [(day("2026-03-02"), day("2026-03-09"))]


@given(excluded=stops())
def test_merged_stops_are_apart_in_order_and_cover_the_same_days(excluded: Stops) -> None:
    def covered(pairs: Stops) -> set[date]:
        return {a + DAY * i for a, b in pairs for i in range((b - a).days)}

    merged = merged_stops(excluded)
    assert covered(merged) == covered(excluded)
    assert all(a < b for a, b in merged)
    assert all(before[1] < after[0] for before, after in pairwise(merged))


# --- extensions -----------------------------------------------------------------------------------------------------


def test_extensions_are_added_one_after_another_to_the_raw_end_before_rolling(shipped: WorkCalendar) -> None:
    def extended(rule: TimeLimit, start: str, *extensions: tuple[int, Unit]) -> tuple[str, str]:
        result = due(rule, start=at(start), calendar=shipped, extensions=extensions)
        return result.raw_day.isoformat(), result.outer_day.isoformat()

    licence = limit(20, Unit.WORKING_DAY, Rolls.AGENCY)
    assert extended(licence, "2026-02-13", (10, Unit.WORKING_DAY)) == ("2026-04-02", "2026-04-02")
    seizure = limit(30, Unit.CALENDAR_DAY, Rolls.NEVER)
    assert extended(seizure, "2026-09-05", (30, Unit.CALENDAR_DAY)) == ("2026-11-04", "2026-11-04")
    fine = limit(15, Unit.CALENDAR_DAY)
    # From the raw 1 October, not from the rolled 8 October: the second working day after it is the 9th.
    assert extended(fine, "2026-09-16", (2, Unit.WORKING_DAY)) == ("2026-10-09", "2026-10-09")
    assert extended(fine, "2026-09-16", (2, Unit.CALENDAR_DAY)) == ("2026-10-03", "2026-10-08")
    assert extended(fine, "2026-09-16", (2, Unit.WORKING_DAY), (1, Unit.CALENDAR_DAY)) == ("2026-10-10", "2026-10-10")
    assert extended(limit(1, Unit.MONTH), "2026-01-31", (1, Unit.MONTH)) == ("2026-03-28", "2026-03-30")


def test_hours_are_extended_by_hours(shipped: WorkCalendar) -> None:
    result = due(limit(24, Unit.HOUR), start=at("2026-10-01 08:00"), calendar=shipped, extensions=[(12, Unit.HOUR)])
    assert result.raw == at("2026-10-02 20:00")


def test_a_stop_within_the_extension_counts_there(shipped: WorkCalendar) -> None:
    result = due(
        limit(30, Unit.CALENDAR_DAY, Rolls.NEVER),
        start=at("2026-03-02"),  # raw 1 April
        calendar=shipped,
        extensions=[(30, Unit.CALENDAR_DAY)],  # raw 1 May
        excluded=[(day("2026-04-10"), day("2026-04-15"))],
    )
    assert result.raw_day == day("2026-05-06")


@given(start=STARTS, n=COUNTS, more=COUNTS, unit=DAY_UNITS, excluded=stops())
def test_an_extension_in_the_same_unit_is_worth_a_longer_limit(
    shipped: WorkCalendar, *, start: date, n: int, more: int, unit: Unit, excluded: Stops
) -> None:
    begun = start_of_day(start)
    extended = due(limit(n, unit), start=begun, calendar=shipped, excluded=excluded, extensions=[(more, unit)])
    assert extended == due(limit(n + more, unit), start=begun, calendar=shipped, excluded=excluded)


# --- provisional and missing years ----------------------------------------------------------------------------------


@given(start=st.dates(date(2026, 10, 1), date(2026, 12, 31)), n=COUNTS, unit=DAY_UNITS, rolls=ROLLS)
def test_an_answer_is_provisional_exactly_when_it_rests_on_a_day_of_2027(
    shipped: WorkCalendar, *, start: date, n: int, unit: Unit, rolls: Rolls
) -> None:
    result = due(limit(n, unit, rolls), start=start_of_day(start), calendar=shipped)
    rests_on_the_table = unit is Unit.WORKING_DAY or rolls is not Rolls.NEVER
    assert result.provisional is (rests_on_the_table and result.outer_day.year == 2027)


def test_the_first_day_is_not_counted_so_its_provisional_table_does_not_matter(shipped: WorkCalendar) -> None:
    old, new = shipped.table(2026), shipped.table(2027)
    swapped = shipped.replace(replace(old, official=False)).replace(replace(new, official=True))
    result = due(limit(1, Unit.WORKING_DAY), start=at("2026-12-31"), calendar=swapped)
    assert result.raw_day == day("2027-01-04")
    assert not result.provisional
    longer = due(limit(5, Unit.WORKING_DAY), start=at("2026-12-30"), calendar=swapped)
    assert longer.raw_day == day("2027-01-07")
    assert longer.provisional  # 31 December 2026 was counted


def test_without_the_table_of_2028_there_is_no_answer_unless_none_is_needed(shipped: WorkCalendar) -> None:
    start = at("2027-12-20")
    for rule in (
        limit(20, Unit.WORKING_DAY, Rolls.NEVER),
        limit(1, Unit.MONTH),
        limit(30, Unit.CALENDAR_DAY, Rolls.AGENCY),
    ):
        with pytest.raises(CalendarMissing) as caught:
            due(rule, start=start, calendar=shipped)
        assert caught.value.year == 2028
    assert due(limit(1, Unit.MONTH, Rolls.NEVER), start=start, calendar=shipped).raw_day == day("2028-01-20")
