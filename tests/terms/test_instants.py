"""Instants are read strictly, written in one form, and belong to a day in China."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.terms.instants import (
    LOCAL,
    BadInstant,
    end_of_day,
    format_instant,
    local_day,
    parse_instant,
    start_of_day,
)

INSTANTS = st.datetimes(datetime(1901, 1, 1), datetime(2198, 12, 31), timezones=st.sampled_from([LOCAL, UTC]))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("2026-03-02", "2026-03-02T09:00:00+08:00"),
        ("2026-03-02 10:00", "2026-03-02T10:00:00+08:00"),
        ("2026-03-02T10:00:05+08:00", "2026-03-02T10:00:05+08:00"),
        ("2026-03-02T10:00:05.250", "2026-03-02T10:00:05.250+08:00"),
        ("2026-03-02T10:00:05.250125Z", "2026-03-02T18:00:05.250125+08:00"),
        ("2026-03-02T23:30-05:00", "2026-03-03T12:30:00+08:00"),
        ("2024-02-29", "2024-02-29T09:00:00+08:00"),
    ],
)
def test_an_instant_has_one_canonical_form(written: str, canonical: str) -> None:
    assert format_instant(parse_instant(written)) == canonical


@pytest.mark.parametrize(
    "faulty",
    [
        "",
        "2026",
        "2026-3-2",
        "20260302",
        "2026-W10-1",
        "2026-02-29",
        "2026-13-01",
        "2026-03-02 24:00",
        "2026-03-02 10",
        "2026-03-02  10:00",
        "2026-03-02 10:00:60",
        "2026-03-02T10:00:05.1",
        "2026-03-02T10:00:05+0800",
        "2026-03-02T10:00+15:00",
        "2026-03-02+08:00",
        "2026-03-02 ",
        "2026-03-02\n",
        "２０２６-03-02",
        "0001-01-01T00:00+14:00",
        "9999-12-31",
        "1899-12-31",
        "2200-01-01",
    ],
)
def test_anything_else_is_no_instant_and_the_message_shows_how_to_write_one(faulty: str) -> None:
    with pytest.raises(BadInstant) as caught:
        parse_instant(faulty)
    assert "2026-03-02 10:00" in caught.value.text.zh
    assert "2026-03-02 10:00" in caught.value.text.en


@given(INSTANTS)
def test_writing_loses_nothing(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant


@given(INSTANTS)
def test_the_day_is_the_day_in_china(instant: datetime) -> None:
    day = local_day(instant)
    assert start_of_day(day) <= instant < end_of_day(day)
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=24)


def test_the_day_turns_at_midnight_in_beijing_wherever_the_clock_stands() -> None:
    assert local_day(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert local_day(datetime(2026, 3, 1, 16, tzinfo=UTC)) == date(2026, 3, 2)
    assert local_day(datetime(2026, 3, 2, 23, tzinfo=timezone(timedelta(hours=-10)))) == date(2026, 3, 3)


def test_the_offset_is_the_same_all_year() -> None:
    assert {datetime(2026, month, 1, tzinfo=LOCAL).utcoffset() for month in range(1, 13)} == {timedelta(hours=8)}


def test_the_end_of_a_day_is_midnight_of_the_next() -> None:
    assert format_instant(end_of_day(date(2026, 12, 31))) == "2027-01-01T00:00:00+08:00"


def test_an_instant_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 10)
    for refuse in (local_day, format_instant):
        with pytest.raises(BadInstant):
            refuse(naive)
