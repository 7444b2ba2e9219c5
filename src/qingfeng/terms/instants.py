"""Instants and days in China's one time zone.

Inside, an instant is always a `datetime` with a zone; a naive one is refused wherever it appears.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from qingfeng.terms.limits import MAX_YEAR, MIN_YEAR
from qingfeng.terms.text import TermError, Text

LOCAL = timezone(timedelta(hours=8))
"""Beijing time: one fixed offset for the whole country, no summer time since 1991; so no zone database is needed."""

_OPENING_HOUR = 9
_INSTANT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T](?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.(?:[0-9]{3}|[0-9]{6}))?)?)"
    r"(?P<zone>Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?"
)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3,6})?\+08:00")


class BadInstant(TermError):
    """What was given is no instant."""


def parse_instant(text: str) -> datetime:
    """An instant as written, in `LOCAL`. Without a zone it is Beijing time; a bare day is 09:00, when offices open.

    Accepts "2026-03-02", "2026-03-02 10:00", "2026-03-02T10:00:05+08:00", seconds with 3 or 6 decimals, zone "Z".
    Years 1900 to 2199. Everything else is a `BadInstant`.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise _bad(text)
    clock, zone = match["clock"] or f"{_OPENING_HOUR:02d}:00", match["zone"] or "+08:00"
    try:
        # Years are bounded before the zone is changed, which would overflow at the ends of the calendar.
        written = datetime.fromisoformat(f"{match['day']}T{clock}{zone}")
    except ValueError:
        raise _bad(text) from None
    if not MIN_YEAR <= written.year <= MAX_YEAR:
        raise _bad(text)
    return written.astimezone(LOCAL)


def day_if_instant(value: str) -> str:
    """The day of an instant as `format_instant` writes it, anything else as it is: by its day an instant is found across cases."""
    return value[:10] if _WRITTEN.fullmatch(value) else value


def format_instant(instant: datetime) -> str:
    """The one way an instant is written: ISO 8601 with seconds and +08:00.

    A fraction is kept, never dropped: 3 decimals when it is whole milliseconds, else 6.
    A naive instant is a `BadInstant`.
    """
    local = _zoned(instant).astimezone(LOCAL)
    if local.microsecond % 1000:
        return local.isoformat(timespec="microseconds")
    return local.isoformat(timespec="milliseconds" if local.microsecond else "seconds")


def local_day(instant: datetime) -> date:
    """The day in China on which the instant falls. A naive instant is a `BadInstant`."""
    if instant.tzinfo is LOCAL:  # asked many times a command
        return instant.date()
    return _zoned(instant).astimezone(LOCAL).date()


def start_of_day(day: date) -> datetime:
    """00:00 of the day."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL)


def end_of_day(day: date) -> datetime:
    """24:00 of the day, that is 00:00 of the next: the first instant that no longer belongs to it."""
    return start_of_day(day) + timedelta(days=1)


def _zoned(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise _bad(instant.isoformat())
    return instant


def _bad(text: str) -> BadInstant:
    return BadInstant(
        Text(
            zh=f"时间“{text[:40]}”无法识别；须是{MIN_YEAR}至{MAX_YEAR}年间确实存在的时间；"
            "请写成 2026-03-02、2026-03-02 10:00 或 2026-03-02T10:00:05+08:00。",
            en=f'Time "{text[:40]}" is not understood; it must exist and lie in {MIN_YEAR} to {MAX_YEAR}; '
            "write 2026-03-02, 2026-03-02 10:00 or 2026-03-02T10:00:05+08:00.",
        )
    )
