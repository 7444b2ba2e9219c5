"""Values of a foreign log, read strictly: what is odd is told and goes into quarantine, never guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from math import isnan
from typing import NamedTuple

from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.money import BadAmount, parse_yuan
from qingfeng.terms.text import Text

from .mapping import Kind

_DAY = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_INSTANT = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:[.,]([0-9]{1,9}))?"
                      r" ?(Z|[+-][0-9]{2}:?[0-9]{2})?)?", re.ASCII)  # fmt: skip
_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3})?(?:[+-][0-9]{2}:[0-5][0-9])?")
"""An instant as most systems write one, which the library reads as `_written` does, several times as fast."""
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLAGS: Mapping[str, bool] = {"true": True, "false": False, "是": True, "否": False}


class Odd(ValueError):
    """A value that is not what its column holds; the message is the reason under which it is counted."""


class NaiveTime(ImportFailed):
    """An instant without a zone in a log for which none was declared."""

    def __init__(self, written: str) -> None:
        super().__init__(Text(
            zh=f"时间“{written[:40]}”没有时区，直接当作某地时间会错开几小时；请用 --zone Asia/Shanghai（或映射中的zone）写明是哪里的时间。",
            en=f'Time "{written[:40]}" has no zone, and guessing one would shift it by hours; say where it was taken: '
            "--zone Asia/Shanghai (or zone in the mapping)."))  # fmt: skip


class Instant(NamedTuple):
    """utc: the instant; offset: minutes east of UTC as written; whole_day: no hour is written; midnight: the hour written is midnight."""

    utc: datetime
    offset: int
    whole_day: bool
    midnight: bool


def instant(value: object, zone: tzinfo | None) -> Instant:
    """Return an instant as written or as a datetime.  Raises Odd, NaiveTime."""
    whole = False
    if isinstance(value, datetime):
        found = value
    elif isinstance(value, date):
        found, whole = datetime(value.year, value.month, value.day), True
    elif isinstance(value, str):
        found, whole = _written(value.strip())
    else:
        raise Odd("time")
    if found.tzinfo is None:
        if zone is None:
            raise NaiveTime(str(value))
        if found.replace(tzinfo=zone).utcoffset() != found.replace(tzinfo=zone, fold=1).utcoffset():
            raise Odd("time_twice_or_never")  # the hour in which clocks are changed
        found = found.replace(tzinfo=zone)
    away = found.utcoffset()
    assert away is not None, "an instant with a zone has an offset"
    midnight = found.hour == found.minute == found.second == found.microsecond == 0
    try:
        utc = found.astimezone(UTC)
    except OverflowError:
        raise Odd("time") from None
    if not 1900 <= utc.year <= 2199:
        raise Odd("time")
    return Instant(utc, away.days * 1_440 + round(away.seconds / 60), whole, midnight and not whole)


def _written(text: str) -> tuple[datetime, bool]:
    if _USUAL.fullmatch(text):
        try:
            return datetime.fromisoformat(text), False
        except ValueError:
            raise Odd("time") from None
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise Odd("time")
    year, _, month, day, hour, minute, second, part, zone = found.groups()
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day)), True
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), int((part or "").ljust(6, "0")[:6]),
                        _offset(zone) if zone else None), False  # fmt: skip
    except ValueError:
        raise Odd("time") from None


@cache
def _offset(written: str) -> tzinfo:
    """Return the zone of an offset: Z, +08:00, -0530.  Raises ValueError for one that no clock shows."""
    if written == "Z":
        return UTC
    hours, minutes = int(written[1:3]), int(written[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError(written)
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if written[0] == "-" else away)


def absent(value: object) -> bool:
    """True if a cell says nothing."""
    if type(value) is str:
        return not value or value.isspace()
    return (
        value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, float) and isnan(value))
    )


def text_of(value: object) -> str:
    """Return an id or name as text, exactly as written.  Raises Odd for what is no text, number or instant."""
    if type(value) is str:
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | date):
        raise Odd("type")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # a sheet keeps a badge number as a float
    return value.isoformat() if isinstance(value, date) else str(value)


def _whole(value: object) -> int:
    if isinstance(value, bool):
        raise Odd("number")
    if isinstance(value, int):
        written = str(value)
    elif isinstance(value, float | Decimal) and value == int(value):
        written = str(int(value))
    else:
        written = value.strip() if isinstance(value, str) else ""
    if not _WHOLE.fullmatch(written):
        raise Odd("number")
    return int(written)


def _yuan(value: object) -> int:
    return _yuan_of(f"{value:.2f}" if isinstance(value, float) and round(value, 2) == value else str(value))


@lru_cache(maxsize=10_000)
def _yuan_of(written: str) -> int:
    try:
        return parse_yuan(re.sub(r"(\.[0-9]{2})0+$", r"\1", written.strip()))
    except BadAmount:
        raise Odd("amount") from None


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    found = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise Odd("flag")
    return found


def _day(value: object) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    found = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise Odd("day")
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).isoformat()
    except ValueError:
        raise Odd("day") from None


def _parts(text: str) -> list[str]:
    """Return the items of a list written as text: a JSON list of texts as it is, anything else divided at `;`, `；` or `、`."""
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return found
    return [one.strip() for one in re.split("[;；、]", text)]


def _lines(value: object) -> list[str]:
    parts = _parts(value) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise Odd("list")
    return [text_of(one) for one in parts if not absent(one)]


def _table(value: object) -> str:
    """Return a table as JSON in one way of writing: equal tables are equal texts."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (json.JSONDecodeError, RecursionError):
        raise Odd("table") from None
    if not isinstance(found, dict) or not all(isinstance(said, str) or type(said) is int for said in found.values()):
        raise Odd("table")
    return table_text(found)


def table_text(table: Mapping[str, object]) -> str:
    """Return a table of texts and whole numbers as it is kept: JSON, names in order."""
    return json.dumps(table, ensure_ascii=False, sort_keys=True)


_READ: Mapping[Kind, Callable[[object], object]] = {
    Kind.TEXT: text_of, Kind.NUMBER: _whole, Kind.YUAN: _yuan, Kind.FEN: _whole, Kind.FLAG: _flag, Kind.DAY: _day, Kind.LINES: _lines,
    Kind.TABLE: _table,
}  # fmt: skip


def field_value(value: object, kind: Kind) -> object:
    """Return the value of a field, None if it says nothing.  Raises Odd with its reason."""
    if absent(value):
        return None
    try:
        return _READ[kind](value)
    except (OverflowError, ArithmeticError, ValueError) as error:
        if isinstance(error, Odd):
            raise
        raise Odd(kind.value) from None
