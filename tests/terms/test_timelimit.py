"""When a limit runs out: the golden vectors, each unit, rolling, warnings, and what cannot be computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, BadInstant, end_of_day, parse_instant, start_of_day
from qingfeng.terms.timelimit import BadLimit, Due, LimitKind, Rolls, TimeLimit, Unit, due, warn_at

DAY = timedelta(days=1)
Stops = Sequence[tuple[date, date]]


def limit(n: int, unit: Unit, rolls: Rolls = Rolls.PARTY) -> TimeLimit:
    return TimeLimit(n=n, unit=unit, kind=LimitKind.STATUTORY, rolls=rolls)


def at(written: str) -> datetime:
    return parse_instant(written)


def day(written: str) -> date:
    return date.fromisoformat(written)


STARTS = st.dates(date(2025, 1, 1), date(2026, 6, 30))
COUNTS = st.integers(1, 60)
DAY_UNITS = st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY])
ROLLS = st.sampled_from(list(Rolls))


@st.composite
def stops(draw: st.DrawFn) -> Stops:
    pairs = draw(st.lists(st.tuples(st.dates(date(2025, 1, 1), date(2026, 9, 30)), st.integers(0, 30)), max_size=5))
    return [(a, a + DAY * length) for a, length in pairs]


# --- golden vectors: statute, 2026 table ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "rule", "raw", "outer"),
    [
        pytest.param(
            "2026-09-24", limit(5, Unit.WORKING_DAY), "2026-10-09", "2026-10-09", id="hearing request, 处罚法 64(1)"
        ),
        pytest.param(
            "2026-09-30",
            limit(7, Unit.WORKING_DAY, Rolls.AGENCY),
            "2026-10-15",
            "2026-10-15",
            id="service in absence, 处罚法 61",
        ),
        pytest.param(
            "2026-02-13",
            limit(5, Unit.WORKING_DAY, Rolls.AGENCY),
            "2026-02-27",
            "2026-02-27",
            id="one-time notification, 许可法 32(4)",
        ),
        pytest.param(
            "2026-02-13",
            limit(20, Unit.WORKING_DAY, Rolls.AGENCY),
            "2026-03-19",
            "2026-03-19",
            id="licence decision as of receipt, 许可法 42(1)",
        ),
        pytest.param(
            "2026-09-16", limit(15, Unit.CALENDAR_DAY), "2026-10-01", "2026-10-08", id="payment of a fine, 处罚法 67"
        ),
        pytest.param(
            "2026-07-03",
            limit(90, Unit.CALENDAR_DAY, Rolls.AGENCY),
            "2026-10-01",
            "2026-10-08",
            id="penalty decision, 处罚法 60",
        ),
        pytest.param(
            "2026-09-05",
            limit(30, Unit.CALENDAR_DAY, Rolls.NEVER),
            "2026-10-05",
            "2026-10-05",
            id="seizure, 强制法 25: never rolls",
        ),
    ],
)
def test_golden_vectors(shipped: WorkCalendar, start: str, rule: TimeLimit, raw: str, outer: str) -> None:
    result = due(rule, start=at(start), calendar=shipped)
    assert (result.raw_day, result.outer_day) == (day(raw), day(outer))
    assert (result.raw, result.outer) == (end_of_day(day(raw)), end_of_day(day(outer)))
    assert not result.provisional


@pytest.mark.parametrize("clock", ["00:00", "09:00", "23:59:59.999"])
def test_the_hour_of_the_day_does_not_change_a_limit_in_days(shipped: WorkCalendar, clock: str) -> None:
    result = due(limit(5, Unit.WORKING_DAY), start=at(f"2026-09-24 {clock}"), calendar=shipped)
    assert result.outer_day == day("2026-10-09")


def test_the_first_day_is_the_day_in_china(shipped: WorkCalendar) -> None:
    late_utc = datetime(2026, 9, 23, 17, tzinfo=UTC)  # 01:00 on 24 September in Beijing
    assert due(limit(5, Unit.WORKING_DAY), start=late_utc, calendar=shipped).outer_day == day("2026-10-09")


# --- months, years, hours -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "n", "unit", "last"),
    [
        ("2026-01-31", 1, Unit.MONTH, "2026-02-28"),
        ("2024-01-31", 1, Unit.MONTH, "2024-02-29"),
        ("2026-01-15", 1, Unit.MONTH, "2026-02-15"),
        ("2026-02-28", 1, Unit.MONTH, "2026-03-28"),
        ("2026-08-31", 6, Unit.MONTH, "2027-02-28"),
        ("2026-10-31", 3, Unit.MONTH, "2027-01-31"),
        ("2026-12-01", 12, Unit.MONTH, "2027-12-01"),
        ("2024-02-29", 1, Unit.YEAR, "2025-02-28"),
        ("2024-02-29", 4, Unit.YEAR, "2028-02-29"),
        ("2026-05-05", 5, Unit.YEAR, "2031-05-05"),
    ],
)
def test_months_and_years_end_on_the_same_numbered_day_else_the_month_end(
    shipped: WorkCalendar, start: str, n: int, unit: Unit, last: str
) -> None:
    result = due(limit(n, unit, Rolls.NEVER), start=at(start), calendar=shipped)
    assert result.raw_day == result.outer_day == day(last)


@given(
    start=st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    n=st.integers(1, 60),
    unit=st.sampled_from([Unit.MONTH, Unit.YEAR]),
)
def test_the_month_rule_equals_walking_month_by_month(shipped: WorkCalendar, start: date, n: int, unit: Unit) -> None:
    year, month = start.year, start.month
    for _ in range(n if unit is Unit.MONTH else 12 * n):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    expected = start.day
    while True:
        try:
            oracle = date(year, month, expected)
            break
        except ValueError:
            expected -= 1
    result = due(limit(n, unit, Rolls.NEVER), start=start_of_day(start), calendar=shipped)
    assert result.raw_day == oracle
    assert not result.provisional


def test_a_month_that_ends_on_a_rest_day_gives_way_for_the_party(shipped: WorkCalendar) -> None:
    result = due(limit(1, Unit.MONTH), start=at("2026-09-01"), calendar=shipped)
    assert (result.raw_day, result.outer_day) == (day("2026-10-01"), day("2026-10-08"))


def test_hours_run_from_the_event_through_nights_and_holidays(shipped: WorkCalendar) -> None:
    for rolls in Rolls:
        result = due(limit(24, Unit.HOUR, rolls), start=at("2026-10-01 16:30:15"), calendar=shipped)
        assert result.raw == result.outer == at("2026-10-02 16:30:15")
        assert result.raw_day == day("2026-10-02")
        assert not result.provisional


def test_hours_that_end_at_midnight_end_on_the_day_before(shipped: WorkCalendar) -> None:
    assert due(limit(24, Unit.HOUR), start=at("2026-10-01 00:00"), calendar=shipped).raw_day == day("2026-10-01")


def test_hours_need_no_table(shipped: WorkCalendar) -> None:
    result = due(limit(24, Unit.HOUR), start=datetime(2040, 1, 1, tzinfo=UTC), calendar=shipped)
    assert result.raw == datetime(2040, 1, 2, tzinfo=UTC)
    assert result.raw.tzinfo is LOCAL


# --- order and rolling ----------------------------------------------------------------------------------------------


@given(start=STARTS, n=COUNTS, unit=DAY_UNITS, rolls=ROLLS, excluded=stops())
def test_a_longer_limit_or_a_later_start_never_ends_earlier(
    shipped: WorkCalendar, *, start: date, n: int, unit: Unit, rolls: Rolls, excluded: Stops
) -> None:
    def ends(n: int, start: date) -> Due:
        return due(limit(n, unit, rolls), start=start_of_day(start), calendar=shipped, excluded=excluded)

    now, longer, later = ends(n, start), ends(n + 1, start), ends(n, start + DAY)
    assert longer.raw > now.raw
    assert longer.outer >= now.outer
    assert later.raw >= now.raw
    assert later.outer >= now.outer


@given(start=st.dates(date(2025, 1, 1), date(2026, 10, 1)), n=st.integers(1, 12))
def test_months_never_end_earlier_for_a_later_start(shipped: WorkCalendar, start: date, n: int) -> None:
    rule = limit(n, Unit.MONTH)
    now = due(rule, start=start_of_day(start), calendar=shipped)
    assert due(rule, start=start_of_day(start + DAY), calendar=shipped).outer >= now.outer


@given(start=STARTS, n=COUNTS, unit=DAY_UNITS)
def test_party_and_agency_end_on_a_working_day_and_never_rolls_nothing(
    shipped: WorkCalendar, *, start: date, n: int, unit: Unit
) -> None:
    party, agency, never = (
        due(limit(n, unit, rolls), start=start_of_day(start), calendar=shipped)
        for rolls in (Rolls.PARTY, Rolls.AGENCY, Rolls.NEVER)
    )
    assert party == agency
    assert shipped.is_working(party.outer_day)
    assert party.raw <= party.outer
    assert never.raw == never.outer == party.raw
    if unit is Unit.WORKING_DAY:
        assert party.raw == party.outer


# --- warnings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "unit", "warned"),
    [
        (5, Unit.CALENDAR_DAY, "2026-09-26T00:00:00+08:00"),
        (0, Unit.CALENDAR_DAY, "2026-10-01T00:00:00+08:00"),
        (1, Unit.WORKING_DAY, "2026-09-30T00:00:00+08:00"),
        (5, Unit.WORKING_DAY, "2026-09-23T00:00:00+08:00"),
        (2, Unit.HOUR, "2026-10-01T22:00:00+08:00"),
    ],
)
def test_the_warning_comes_so_long_before_the_raw_last_day(
    shipped: WorkCalendar, n: int, unit: Unit, warned: str
) -> None:
    fine = due(limit(15, Unit.CALENDAR_DAY), start=at("2026-09-16"), calendar=shipped)  # raw 1 October, a holiday
    assert warn_at(fine, n, unit, shipped) == at(warned)


def test_a_limit_in_hours_is_warned_in_hours(shipped: WorkCalendar) -> None:
    emergency = due(limit(24, Unit.HOUR), start=at("2026-10-01 16:30"), calendar=shipped)
    assert warn_at(emergency, 4, Unit.HOUR, shipped) == at("2026-10-02 12:30")


@given(start=STARTS, n=st.integers(20, 60), lead=st.integers(0, 15), unit=DAY_UNITS)
def test_a_longer_lead_warns_earlier_and_always_by_the_last_day(
    shipped: WorkCalendar, start: date, n: int, lead: int, unit: Unit
) -> None:
    result = due(limit(n, Unit.WORKING_DAY), start=start_of_day(start), calendar=shipped)
    warned = warn_at(result, lead, unit, shipped)
    assert warned <= start_of_day(result.raw_day)
    assert warn_at(result, lead + 1, unit, shipped) < warned
    if unit is Unit.WORKING_DAY:
        assert shipped.add_working(warned.date(), lead) == result.raw_day


def test_a_warning_is_not_counted_in_months(shipped: WorkCalendar) -> None:
    result = due(limit(90, Unit.CALENDAR_DAY), start=at("2026-03-02"), calendar=shipped)
    for unit in (Unit.MONTH, Unit.YEAR):
        with pytest.raises(BadLimit):
            warn_at(result, 1, unit, shipped)
    with pytest.raises(BadLimit):
        warn_at(result, -1, Unit.CALENDAR_DAY, shipped)


# --- what cannot be computed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [0, -1, 10_001, True])
def test_a_limit_of_no_or_absurd_length_is_refused(n: int) -> None:
    with pytest.raises(BadLimit):
        limit(n, Unit.CALENDAR_DAY)


def test_the_longest_limit_is_accepted(shipped: WorkCalendar) -> None:
    rule = limit(10_000, Unit.CALENDAR_DAY, Rolls.NEVER)
    assert due(rule, start=at("2026-01-01"), calendar=shipped).raw_day == day("2026-01-01") + DAY * 10_000


@pytest.mark.parametrize("unit", [Unit.MONTH, Unit.YEAR])
def test_a_limit_beyond_the_calendar_is_refused_not_overflown(shipped: WorkCalendar, unit: Unit) -> None:
    with pytest.raises(BadLimit):
        due(limit(10_000, unit, Rolls.NEVER), start=at("2026-01-01"), calendar=shipped)
    with pytest.raises(BadLimit):
        due(limit(1, Unit.CALENDAR_DAY, Rolls.NEVER), start=at("2199-12-31"), calendar=shipped)
    with pytest.raises(BadLimit):
        due(limit(24, Unit.HOUR), start=at("2199-12-31"), calendar=shipped)


def test_stops_and_extensions_that_make_no_sense_are_refused(shipped: WorkCalendar) -> None:
    start, some = at("2026-03-02"), (day("2026-03-05"), day("2026-03-08"))
    days, hours = limit(10, Unit.CALENDAR_DAY), limit(24, Unit.HOUR)
    asked: list[Callable[[], Due]] = [
        lambda: due(hours, start=start, calendar=shipped, excluded=[some]),
        lambda: due(hours, start=start, calendar=shipped, extensions=[(1, Unit.CALENDAR_DAY)]),
        lambda: due(days, start=start, calendar=shipped, extensions=[(1, Unit.HOUR)]),
        lambda: due(days, start=start, calendar=shipped, extensions=[(0, Unit.CALENDAR_DAY)]),
        lambda: due(days, start=start, calendar=shipped, excluded=[(some[1], some[0])]),
        lambda: due(days, start=start, calendar=shipped, excluded=[some] * 1001),
        lambda: due(days, start=start, calendar=shipped, extensions=[(1, Unit.CALENDAR_DAY)] * 1001),
    ]
    for ask in asked:
        with pytest.raises(BadLimit) as caught:
            ask()
        assert isinstance(caught.value, ValueError)
        assert "请" in caught.value.text.zh


def test_a_start_without_a_zone_is_refused(shipped: WorkCalendar) -> None:
    for unit in (Unit.HOUR, Unit.CALENDAR_DAY):
        with pytest.raises(BadInstant):
            due(limit(1, unit), start=datetime(2026, 3, 2), calendar=shipped)


def test_units_kinds_and_rolls_are_written_as_in_power_files() -> None:
    assert [*Unit] == ["working_day", "calendar_day", "hour", "month", "year"]
    assert [*LimitKind] == ["statutory", "promised", "setting"]
    assert [*Rolls] == ["party", "agency", "never"]
