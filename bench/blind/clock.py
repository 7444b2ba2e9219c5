"""Days and hours of a county office in 2026: working days, hours at the desk, when an act is typed in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, time, timedelta
from random import Random

FIRST, LAST, TODAY = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 15)
_OFF = (
    (date(2026, 1, 1), date(2026, 1, 3)), (date(2026, 2, 15), date(2026, 2, 23)), (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)), (date(2026, 6, 19), date(2026, 6, 21)), (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)), (date(2027, 1, 1), date(2027, 1, 3)),
)  # fmt: skip
_WORKED = frozenset({date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)})
_MONTHS = (0.8, 0.6, 1.0, 1.1, 1.1, 1.3, 1.0, 0.9, 1.3, 0.9, 1.1, 1.2)
"""Work by month: quiet around Spring Festival, the campaign of June, checks before National Day, the end of the year."""


def is_working(day: date) -> bool:
    """Whether offices are open (notice of the State Council for 2026)."""
    if day in _WORKED:
        return True
    return day.weekday() < 5 and not any(a <= day <= b for a, b in _OFF)


_ALL = [date(2024, 1, 1) + timedelta(n) for n in range((date(2027, 1, 31) - date(2024, 1, 1)).days + 1)]
_OPEN = [day for day in _ALL if is_working(day)]
_YEAR = [day for day in _OPEN if FIRST <= day <= LAST]


def later(day: date, days: int) -> date:
    """The working day so many working days on (0: the day itself or the next that is one)."""
    return _OPEN[min(bisect_left(_OPEN, day) + days, len(_OPEN) - 1)]


def any_day(rng: Random) -> date:
    """A working day of the year, by season."""
    return rng.choices(_YEAR, [_MONTHS[day.month - 1] for day in _YEAR])[0]


def month_end(day: date) -> date:
    """The last working day of the month."""
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return _OPEN[bisect_right(_OPEN, after - timedelta(1)) - 1]


def before_break(day: date) -> bool:
    """Whether three or more days off follow within two days: then things stay on the desk."""
    return any((a - day).days in (1, 2) for a, _ in _OFF)


def at_desk(rng: Random, day: date, overtime: float = 0.0) -> datetime:
    """A moment of a day in office hours (8:30-12:00, 14:00-17:30), or in the evening with probability `overtime`."""
    if rng.random() < overtime:
        return datetime.combine(day, time(17, 35)) + timedelta(minutes=min(rng.expovariate(1 / 55), 230), seconds=rng.randrange(60))
    minute = rng.randrange(420)
    start = time(8, 30) if minute < 210 else time(14)
    return datetime.combine(day, start) + timedelta(minutes=minute % 210, seconds=rng.randrange(60))


def typed(rng: Random, at: datetime, late: float) -> datetime:
    """When an act is typed in.  late: how often it is not on the day."""
    chance = min(late * (2.0 if before_break(at.date()) else 1.0), 0.6)
    if rng.random() >= chance:
        return at + timedelta(minutes=rng.lognormvariate(2.0, 0.8))
    kind = rng.random()
    if kind < 0.7:
        day = later(at.date() + timedelta(1), 0)
    elif kind < 0.9:
        day = later(at.date() + timedelta(1), rng.randint(1, 4))
    else:
        day = max(month_end(at.date()), later(at.date() + timedelta(1), 0))
    return at_desk(rng, day, 0.1)


def calendar_rows() -> list[tuple[object, ...]]:
    """Rows of the relation `calendar`."""
    rows: list[tuple[object, ...]] = []
    for day in _ALL:
        rows.append((day, bisect_right(_OPEN, day), is_working(day)))
    return rows
