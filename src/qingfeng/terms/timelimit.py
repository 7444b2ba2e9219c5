"""Time limits (期限): when one has run out, computed in one place.

The counting rules are 民法典 200-203: the first day is not counted, hours run from the event, a month or year ends on
the same-numbered day (else on the month's last day), a last day on a rest day gives way to the next working day.
Whether that last rule holds for limits on the *agency* is no text of 行政处罚法 or 行政强制法 but an inference: both
days are given, `raw` as the day due and `outer` as the outer limit. A coercive measure is never prolonged by it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, end_of_day, local_day, start_of_day
from qingfeng.terms.limits import MAX_LIST, MAX_UNITS, MAX_YEAR
from qingfeng.terms.text import TermError, Text


class Unit(StrEnum):
    """What a limit counts. 日 is a working day only where the statute says so, so every limit names its unit."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"


class LimitKind(StrEnum):
    """On what a limit rests: a statute, a promise of the agency, or a setting without force of law."""

    STATUTORY = "statutory"
    PROMISED = "promised"
    SETTING = "setting"


class Rolls(StrEnum):
    """What happens when the last day is a rest day (see the module's text)."""

    PARTY = "party"
    AGENCY = "agency"
    NEVER = "never"


class BadLimit(TermError):
    """A limit, its extensions or its stops cannot be computed as given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """n units, 1 to 10 000; `BadLimit` otherwise."""

    n: int
    unit: Unit
    kind: LimitKind
    rolls: Rolls

    def __post_init__(self) -> None:
        _check_count(self.n, least=1)


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit has run out: the first instant too late, 00:00 after the last day (hours: the start plus n hours).

    `raw` is counted strictly, `outer` after giving way to rest days; they are equal where nothing gives way.
    `provisional`: a working-day table that the answer rests on is not official yet.
    """

    raw: datetime
    outer: datetime
    provisional: bool

    @property
    def raw_day(self) -> date:
        """The last day of the period, strictly counted."""
        return local_day(self.raw - datetime.resolution)

    @property
    def outer_day(self) -> date:
        """The last day of the period once rest days have given way."""
        return local_day(self.outer - datetime.resolution)


def due(
    limit: TimeLimit,
    *,
    start: datetime,
    calendar: WorkCalendar,
    excluded: Sequence[tuple[date, date]] = (),
    extensions: Sequence[tuple[int, Unit]] = (),
) -> Due:
    """When the limit runs out that the event at `start` has set running.

    `excluded`: stops of the clock [a, b): from the day a on, the day b counts again; the first day counts for nothing
    either way. A stop that begins after the period has run out prolongs nothing. An open stop is the caller's matter.
    `extensions`: (n, unit) added one after another to the raw end, before rest days give way.

    Hours never give way to a rest day, cannot be stopped, and are extended by hours only; nothing else is extended by
    hours (`BadLimit`). A table is needed for every working day counted and for the last day unless it rolls never:
    `CalendarMissing` otherwise.
    """
    if len(excluded) > MAX_LIST or len(extensions) > MAX_LIST:
        raise _bad(f"停表或延期超过{MAX_LIST}次", f"more than {MAX_LIST} stops or extensions", "核对", "check")
    periods = [(limit.n, limit.unit), *extensions]
    for n, unit in periods:
        _check_count(n, least=1)
        if (unit is Unit.HOUR) is not (limit.unit is Unit.HOUR):
            raise _bad(
                "小时不能与日、月、年相加", "hours do not add to days or longer units", "改用同类单位", "use one kind"
            )
    stops = merged_stops(excluded)
    if limit.unit is Unit.HOUR:
        return _hours(sum(n for n, _ in periods), start=start, stops=stops)

    last = local_day(start)
    provisional = False
    for n, unit in periods:
        first = last + timedelta(days=1)
        last = _last_day(n, unit, after=last, stops=stops, calendar=calendar)
        provisional = provisional or (unit is Unit.WORKING_DAY and calendar.provisional(first, last))
    outer = last
    if limit.rolls is not Rolls.NEVER:
        outer = calendar.next_working(last)
        provisional = provisional or calendar.provisional(last, outer)
    return Due(raw=end_of_day(last), outer=end_of_day(outer), provisional=provisional)


def warn_at(due: Due, n: int, unit: Unit, calendar: WorkCalendar) -> datetime:
    """When to warn that a limit is about to run out: `n` units before its raw end.

    Days: 00:00 of the n-th calendar day, or n-th working day, before the last day (which is not counted itself, and
    may be a rest day); n = 0 is the last day. Hours: n hours before the end. Months and years are a `BadLimit`.
    """
    _check_count(n, least=0)
    match unit:
        case Unit.HOUR:
            return due.raw - timedelta(hours=n)
        case Unit.CALENDAR_DAY:
            return start_of_day(due.raw_day - timedelta(days=n))
        case Unit.WORKING_DAY:
            return start_of_day(calendar.subtract_working(due.raw_day, n))
        case Unit.MONTH | Unit.YEAR:
            raise _bad("提前量不能以月、年计", "a warning lead is not counted in months or years", "改用日", "use days")


def merged_stops(excluded: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """The stops [a, b) in order, overlapping and touching ones made one, empty ones dropped. a after b: `BadLimit`."""
    merged: list[tuple[date, date]] = []
    for stop, resume in sorted(excluded):
        if resume < stop:
            raise _bad(f"恢复日{resume}早于停表日{stop}", f"resumed {resume} before stopped {stop}", "核对", "check")
        if merged and stop <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], resume))
        elif stop < resume:
            merged.append((stop, resume))
    return merged


def _last_day(n: int, unit: Unit, *, after: date, stops: list[tuple[date, date]], calendar: WorkCalendar) -> date:
    """The last day of n units that begin the day after `after`.

    The stops come in order, so one pass reaches the fixed point: each that begins within the period as it has grown so
    far makes it grow by the days it takes out.
    """
    count = n
    months = n * {Unit.MONTH: 1, Unit.YEAR: 12}.get(unit, 0)
    if months:
        count = (_same_day(after, months) - after).days
    last = _count_on(count, unit, after=after, calendar=calendar)
    for stop, resume in stops:
        first_lost, last_lost = max(stop, after + timedelta(days=1)), resume - timedelta(days=1)
        if first_lost > last_lost:
            continue
        if first_lost > last:
            break
        if unit is Unit.WORKING_DAY:
            count += calendar.working_days_between(first_lost - timedelta(days=1), last_lost)
        else:
            count += (resume - first_lost).days
        last = _count_on(count, unit, after=after, calendar=calendar)
    return last


def _count_on(count: int, unit: Unit, *, after: date, calendar: WorkCalendar) -> date:
    if unit is Unit.WORKING_DAY:
        return calendar.add_working(after, count)
    if count > (date(MAX_YEAR, 12, 31) - after).days:
        raise _too_far()
    return after + timedelta(days=count)


def _same_day(day: date, months: int) -> date:
    """The same-numbered day so many months later, else that month's last day (民法典 202)."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAX_YEAR:
        raise _too_far()
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def _hours(hours: int, *, start: datetime, stops: list[tuple[date, date]]) -> Due:
    if stops:
        raise _bad("以小时计的期限不能停表", "a limit in hours cannot be stopped", "删去停表", "remove the stop")
    local_day(start)  # refuses an instant without a zone
    end = start.astimezone(LOCAL) + timedelta(hours=hours)
    if end.year > MAX_YEAR:
        raise _too_far()
    return Due(raw=end, outer=end, provisional=False)


def _check_count(n: int, *, least: int) -> None:
    if type(n) is not int or not least <= n <= MAX_UNITS:  # a bool is an int, but no number of days
        zh, en = f"数目{n}不在{least}至{MAX_UNITS}之间", f"count {n} is not within {least} to {MAX_UNITS}"
        raise _bad(zh, en, "改正", "correct it")


def _too_far() -> BadLimit:
    return _bad(f"期限超过{MAX_YEAR}年", f"the limit ends after {MAX_YEAR}", "核对数目和单位", "check number and unit")


def _bad(zh: str, en: str, next_zh: str, next_en: str) -> BadLimit:
    return BadLimit(Text(zh=f"期限无法计算：{zh}；请{next_zh}。", en=f"The limit cannot be computed: {en}; {next_en}."))
