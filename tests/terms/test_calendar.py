"""Working days: the tables as shipped, counting against a day-by-day oracle, missing years, faulty tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from qingfeng.terms.calendar import BadYearTable, CalendarMissing, WorkCalendar, YearTable

DAY = timedelta(days=1)
FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)
DAYS = st.dates(FIRST, LAST)


def days(year: int, *spans: tuple[tuple[int, int], tuple[int, int]]) -> set[date]:
    """Every day of the spans ((month, day), (month, day)), both ends included."""
    out = set()
    for first, last in spans:
        day = date(year, *first)
        while day <= date(year, *last):
            out.add(day)
            day += DAY
    return out


def table(year: int, off: set[date] | None = None, worked: set[date] | None = None) -> YearTable:
    return YearTable(year, frozenset(off or ()), frozenset(worked or ()), official=True, source="通知")


# --- the tables as shipped ------------------------------------------------------------------------------------------


def test_2025_is_the_table_of_the_notice(shipped: WorkCalendar) -> None:
    notice = shipped.table(2025)
    assert notice.official
    assert notice.off == days(
        2025,
        ((1, 1), (1, 1)),
        ((1, 28), (2, 4)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((5, 31), (6, 2)),
        ((10, 1), (10, 8)),
    )
    assert notice.worked == {date(2025, m, d) for m, d in [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)]}


def test_2026_is_the_table_of_the_notice(shipped: WorkCalendar) -> None:
    notice = shipped.table(2026)
    assert notice.official
    assert notice.off == days(
        2026,
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    )
    assert notice.worked == {date(2026, m, d) for m, d in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]}
    assert (len(notice.off), len(notice.worked)) == (33, 6)


@pytest.mark.parametrize("year", [2025, 2026])
def test_an_independent_table_agrees_on_every_day(shipped: WorkCalendar, year: int) -> None:
    for day in days(year, ((1, 1), (12, 31))):
        assert shipped.is_working(day) is chinese_calendar.is_workday(day), day


def test_2027_is_provisional_says_so_and_guesses_no_make_up_day(shipped: WorkCalendar) -> None:
    provisional = shipped.table(2027)
    assert not provisional.official
    assert provisional.note is not None
    assert "暂定" in provisional.note.zh
    assert provisional.worked == frozenset()
    statute = [  # 1 + 4 + 1 + 2 + 1 + 1 + 3 days of the regulation
        *days(2027, ((1, 1), (1, 1)), ((2, 5), (2, 8)), ((4, 5), (4, 5)), ((5, 1), (5, 2)), ((6, 9), (6, 9))),
        *days(2027, ((9, 15), (9, 15)), ((10, 1), (10, 3))),
    ]
    compensation = days(2027, ((2, 9), (2, 10)), ((5, 3), (5, 4)), ((10, 4), (10, 5)))
    assert len(statute) == 13
    assert sum(day.weekday() >= 5 for day in statute) == len(compensation)
    assert provisional.off == {*statute, *compensation}


def test_the_years_shipped_are_consecutive(shipped: WorkCalendar) -> None:
    assert shipped.years == (2025, 2026, 2027)


# --- counting -------------------------------------------------------------------------------------------------------


def naive_working(calendar: WorkCalendar, day: date) -> bool:
    year = calendar.table(day.year)
    return day in year.worked or (day not in year.off and day.weekday() < 5)


@given(day=DAYS)
def test_a_day_is_worked_as_its_table_says(shipped: WorkCalendar, day: date) -> None:
    assert shipped.is_working(day) is naive_working(shipped, day)


@given(start=st.dates(FIRST, date(2026, 12, 31)), n=st.integers(0, 200))
def test_adding_working_days_equals_counting_day_by_day(shipped: WorkCalendar, start: date, n: int) -> None:
    day, left = start, n
    while left:
        day += DAY
        left -= naive_working(shipped, day)
    assert shipped.add_working(start, n) == day
    assert shipped.working_days_between(start, day) == n


@given(day=st.dates(date(2026, 1, 1), LAST), n=st.integers(1, 200))
def test_subtracting_working_days_equals_counting_back_day_by_day(shipped: WorkCalendar, day: date, n: int) -> None:
    back, left = day, n
    while left:
        back -= DAY
        left -= naive_working(shipped, back)
    assert shipped.subtract_working(day, n) == back


@given(start=DAYS, end=DAYS)
def test_the_count_between_two_days_is_the_sum_over_the_days(shipped: WorkCalendar, start: date, end: date) -> None:
    counted = sum(naive_working(shipped, start + DAY * i) for i in range(1, (end - start).days + 1))
    assert shipped.working_days_between(start, end) == counted
    if start <= end:
        assert shipped.index(end) - shipped.index(start) == counted


@given(start=DAYS, end=DAYS)
def test_adding_what_lies_between_comes_back_to_the_end_or_the_last_working_day_before(
    shipped: WorkCalendar, start: date, end: date
) -> None:
    n = shipped.working_days_between(start, end)
    assume(n > 0)
    reached = shipped.add_working(start, n)
    assert reached <= end
    assert shipped.working_days_between(reached, end) == 0
    assert (reached == end) is shipped.is_working(end)


@given(start=st.dates(FIRST, date(2027, 6, 1)), n=st.integers(0, 60))
def test_a_later_start_or_a_longer_span_never_ends_earlier(shipped: WorkCalendar, start: date, n: int) -> None:
    end = shipped.add_working(start, n)
    assert shipped.add_working(start, n + 1) > end
    assert shipped.add_working(start + DAY, n) >= end


@given(day=st.dates(FIRST, date(2027, 12, 31)))
def test_the_next_working_day_is_the_first_one_from_the_day_on(shipped: WorkCalendar, day: date) -> None:
    following = shipped.next_working(day)
    assert shipped.is_working(following)
    assert not any(naive_working(shipped, day + DAY * i) for i in range((following - day).days))


def test_the_year_before_the_first_table_is_not_needed_when_only_its_last_day_starts_the_count(
    shipped: WorkCalendar,
) -> None:
    assert shipped.add_working(date(2024, 12, 31), 1) == date(2025, 1, 2)
    assert shipped.working_days_between(date(2024, 12, 31), date(2025, 1, 2)) == 1


# --- a missing year -------------------------------------------------------------------------------------------------


def test_2028_is_missing_rather_than_guessed(shipped: WorkCalendar) -> None:
    day = date(2028, 1, 3)
    asked: list[Callable[[], object]] = [
        lambda: shipped.is_working(day),
        lambda: shipped.next_working(day),
        lambda: shipped.add_working(date(2027, 12, 31), 1),
        lambda: shipped.add_working(date(2027, 1, 1), 300),
        lambda: shipped.subtract_working(date(2028, 1, 10), 1),
        lambda: shipped.working_days_between(date(2027, 12, 1), day),
        lambda: shipped.index(day),
        lambda: shipped.provisional(date(2026, 1, 1), day),
        lambda: shipped.table(2028),
    ]
    for ask in asked:
        with pytest.raises(CalendarMissing) as caught:
            ask()
        assert caught.value.year == 2028
        assert "缺少2028年的工作日历" in caught.value.text.zh
        assert "calendars/2028.yaml" in caught.value.text.en


def test_2024_is_missing_too(shipped: WorkCalendar) -> None:
    asked: list[Callable[[], object]] = [
        lambda: shipped.is_working(date(2024, 12, 31)),
        lambda: shipped.subtract_working(date(2025, 1, 2), 1),
        lambda: shipped.add_working(date(2024, 12, 30), 1),
    ]
    for ask in asked:
        with pytest.raises(CalendarMissing) as caught:
            ask()
        assert caught.value.year == 2024


def test_an_empty_calendar_knows_no_day() -> None:
    with pytest.raises(CalendarMissing):
        WorkCalendar().is_working(date(2026, 1, 5))


def test_a_gap_between_years_is_named_and_a_year_given_twice_refused() -> None:
    with pytest.raises(CalendarMissing) as caught:
        WorkCalendar([table(2027), table(2025)])
    assert caught.value.year == 2026
    with pytest.raises(BadYearTable):
        WorkCalendar([table(2026), table(2026)])


# --- provisional, replace -------------------------------------------------------------------------------------------


@given(first=DAYS, last=DAYS)
def test_a_span_is_provisional_exactly_when_it_touches_2027(shipped: WorkCalendar, first: date, last: date) -> None:
    assume(first <= last)
    assert shipped.provisional(first, last) is (last.year == 2027)


def test_the_notice_replaces_the_provisional_table_and_leaves_the_old_calendar_alone(shipped: WorkCalendar) -> None:
    notice = table(2027, off={date(2027, 1, 4)}, worked={date(2027, 1, 2)})
    replaced = shipped.replace(notice)
    assert replaced.years == shipped.years
    assert replaced.table(2027) == notice
    assert not replaced.provisional(FIRST, LAST)
    assert replaced.is_working(date(2027, 1, 2))
    assert not replaced.is_working(date(2027, 1, 4))
    assert shipped.is_working(date(2027, 1, 4))
    assert shipped.replace(table(2028)).years == (2025, 2026, 2027, 2028)


# --- faulty tables --------------------------------------------------------------------------------------------------

GOOD: dict[str, object] = {
    "year": 2026,
    "official": True,
    "source": "通知",
    "off": [date(2026, 1, 1), "2026-01-02"],
    "worked": ["2026-01-04"],
}


def test_a_table_takes_dates_and_written_dates() -> None:
    made = YearTable.of(GOOD)
    assert made.off == {date(2026, 1, 1), date(2026, 1, 2)}
    assert made.worked == {date(2026, 1, 4)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"year": "2026"}, "year"),
        ({"year": True}, "year"),
        ({"year": 1800}, "1900"),
        ({"official": "yes"}, "official"),
        ({"source": 5}, "source"),
        ({"source": " "}, "来源"),
        ({"source": "通" * 201}, "来源"),
        ({"note": "暂定"}, "note"),
        ({"note": {"zh": "暂定"}}, "note"),
        ({"off": "2026-01-01"}, "off"),
        ({"off": ["2026-02-30"]}, "2026-02-30"),
        ({"off": ["2026-W01-1"]}, "2026-W01-1"),
        ({"off": [datetime(2026, 1, 1, 10)]}, "2026-01-01 10:00:00"),
        ({"off": ["2026-01-01", date(2026, 1, 1)]}, "重复"),
        ({"off": [date(2026, 1, 1)] * 1001}, "off"),
        ({"off": ["2027-01-01"]}, "不在该年"),
        ({"worked": ["2025-12-28"]}, "不在该年"),
        ({"off": ["2026-01-04"]}, "既放假又上班"),
        ({"worked": ["2026-01-05"]}, "不是周六、周日"),
        ({"surplus": 1}, "surplus"),
    ],
)
def test_a_faulty_table_is_refused_and_the_fault_named(change: dict[str, object], told: str) -> None:
    with pytest.raises(BadYearTable) as caught:
        YearTable.of({**GOOD, **change})
    assert told in caught.value.text.zh
    assert caught.value.text.en


@pytest.mark.parametrize("missing", list(GOOD))
def test_a_missing_key_is_named(missing: str) -> None:
    with pytest.raises(BadYearTable, match=missing):
        YearTable.of({key: value for key, value in GOOD.items() if key != missing})


def test_a_bare_off_which_yaml_reads_as_false_is_told_as_such() -> None:
    bare = yaml.safe_load('{year: 2026, official: true, source: 通知, off: ["2026-01-01"], worked: []}')
    assert False in bare
    with pytest.raises(BadYearTable, match="引号"):
        YearTable.of(bare)


def test_what_is_no_table_at_all_is_refused() -> None:
    with pytest.raises(BadYearTable):
        YearTable.of(["2026"])


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(BadYearTable) as caught:
        table(2026, off={date(2027, 1, 1), date(2026, 1, 5)}, worked={date(2026, 1, 5), date(2026, 1, 6)})
    assert len(caught.value.faults) == 4  # not in the year; both off and worked; two make-up days that are no weekend
    with pytest.raises(BadYearTable) as caught:
        YearTable.of({**GOOD, "official": 1, "off": ["x", "y"]})
    assert len(caught.value.faults) == 3
