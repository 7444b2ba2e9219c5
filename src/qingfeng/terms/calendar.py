"""Working days (工作日) by the State Council's yearly table of holidays and make-up working days (调休).

A year without a table is an error, never a guess. All answers come from one sorted tuple of working days, so that a
command pays O(log n) whatever its limit. Days are `date`; nothing here knows hours.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from qingfeng.terms.limits import MAX_LIST, MAX_NAME, MAX_YEAR, MIN_YEAR
from qingfeng.terms.text import TermError, Text

_SATURDAY = 5
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEYS = frozenset({"year", "official", "source", "off", "worked"})


class BadYearTable(TermError):
    """A table of one year is faulty; `faults` names every fault found."""

    def __init__(self, faults: Iterable[Text]) -> None:
        self.faults = tuple(faults)
        super().__init__(Text(zh="；".join(f.zh for f in self.faults), en="; ".join(f.en for f in self.faults)))


class CalendarMissing(TermError):
    """A working day was asked for in a year without a table."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            Text(
                zh=f"缺少{year}年的工作日历，无法计算涉及该年的期限；放假和调休以国务院办公厅每年的通知为准，系统不作推测；"
                f"请管理员按通知录入{year}年日历（calendars/{year}.yaml）后再办。",
                en=f"The working-day calendar of {year} is missing, so no limit that touches it can be computed; "
                "holidays and make-up working days follow the yearly notice of the State Council and are not guessed; "
                f"enter the calendar of {year} from the notice (calendars/{year}.yaml) and try again.",
            )
        )


@dataclass(frozen=True, slots=True)
class YearTable:
    """What differs in one year from "Monday to Friday": days off and weekend days worked.

    `off` may name weekend days too (the notice counts them); a make-up day stands in the table of its own year, even
    when the holiday is in the next. `official` is false for a table made before the notice. Faulty: `BadYearTable`.
    """

    year: int
    off: frozenset[date]
    worked: frozenset[date]
    official: bool
    source: str
    note: Text | None = None

    def __post_init__(self) -> None:
        faults = _domain_faults(self)
        if faults:
            raise BadYearTable(faults)

    @classmethod
    def of(cls, mapping: object) -> YearTable:
        """From the parsed calendar file; days are dates or "YYYY-MM-DD". `BadYearTable` with every fault."""
        if not isinstance(mapping, Mapping):
            raise BadYearTable([_fault(0, "须是带名称的项目表", "it must be a table of named items")])
        faults: list[Text] = []
        if set(mapping) - {"note"} != _KEYS:
            raise BadYearTable([_wrong_keys(set(mapping) - {"note"} ^ _KEYS)])
        year, official, source = mapping["year"], mapping["official"], mapping["source"]
        if not isinstance(year, int) or isinstance(year, bool):
            faults.append(_fault(0, "year 须是年份数字", "year must be a number"))
            year = MIN_YEAR
        if not isinstance(official, bool):
            faults.append(_fault(year, "official 须是 true 或 false", "official must be true or false"))
        if not isinstance(source, str):
            faults.append(_fault(year, "source 须是文字", "source must be text"))
        note = _note(year, mapping.get("note"), faults)
        off = _days(year, "off", mapping["off"], faults)
        worked = _days(year, "worked", mapping["worked"], faults)
        if faults:
            raise BadYearTable(faults)
        return cls(year=year, off=off, worked=worked, official=official is True, source=str(source), note=note)

    def working_ordinals(self) -> list[int]:
        """The proleptic ordinals of the year's working days, ascending."""
        first, last = date(self.year, 1, 1).toordinal(), date(self.year, 12, 31).toordinal()
        off = {day.toordinal() for day in self.off}
        worked = {day.toordinal() for day in self.worked}
        return [o for o in range(first, last + 1) if o in worked or (o not in off and not _weekend(o))]


class WorkCalendar:
    """The tables of consecutive years as one line of working days. Immutable: `replace` gives another one."""

    __slots__ = ("_first", "_last", "_ordinals", "_tables")

    def __init__(self, tables: Iterable[YearTable] = ()) -> None:
        """Two tables of one year: `BadYearTable`. No table for a year between two others: `CalendarMissing`."""
        ordered = sorted(tables, key=lambda table: table.year)
        for before, after in pairwise(ordered):
            if before.year == after.year:
                raise BadYearTable([_fault(after.year, "同一年有两张表", "the year has two tables")])
            if before.year + 1 != after.year:
                # With a gap, the running number would silently understate every span across it.
                raise CalendarMissing(before.year + 1)
        self._tables = {table.year: table for table in ordered}
        self._ordinals = tuple(o for table in ordered for o in table.working_ordinals())
        self._first = date(ordered[0].year, 1, 1).toordinal() if ordered else 1
        self._last = date(ordered[-1].year, 12, 31).toordinal() if ordered else 0

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have a table, ascending."""
        return tuple(self._tables)

    def table(self, year: int) -> YearTable:
        """The table of the year."""
        if year not in self._tables:
            raise CalendarMissing(year)
        return self._tables[year]

    def replace(self, table: YearTable) -> WorkCalendar:
        """A calendar in which `table` stands for its year, added or exchanged (the notice for a provisional table)."""
        return WorkCalendar([*(t for t in self._tables.values() if t.year != table.year), table])

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day."""
        self._know(day.toordinal())
        at = bisect_left(self._ordinals, day.toordinal())
        return at < len(self._ordinals) and self._ordinals[at] == day.toordinal()

    def next_working(self, day: date) -> date:
        """The day itself when it is a working day, else the first one after it."""
        self._know(day.toordinal())
        return self._at(bisect_left(self._ordinals, day.toordinal()))

    def add_working(self, start: date, n: int) -> date:
        """The n-th working day after `start`; `start` is never counted. n = 0 gives `start`, even on a rest day."""
        assert n >= 0, n
        if n == 0:
            return start
        following = start.toordinal() + 1
        self._know(following)
        return self._at(bisect_left(self._ordinals, following) + n - 1)

    def subtract_working(self, day: date, n: int) -> date:
        """The n-th working day before `day`; `day` is never counted. n = 0 gives `day`."""
        assert n >= 0, n
        if n == 0:
            return day
        self._know(day.toordinal() - 1)
        at = bisect_left(self._ordinals, day.toordinal()) - n
        if at < 0:
            raise CalendarMissing(self.years[0] - 1)
        return self._at(at)

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie in (start, end]; 0 when `end` is not after `start`."""
        if end <= start:
            return 0
        self._know(start.toordinal() + 1)
        self._know(end.toordinal())
        return bisect_right(self._ordinals, end.toordinal()) - bisect_right(self._ordinals, start.toordinal())

    def index(self, day: date) -> int:
        """Running number of working days up to and including the day, from the first year of this calendar.

        For a companion table of days: the difference for two days is the number of working days between them. The
        number itself shifts when an earlier year is added.
        """
        self._know(day.toordinal())
        return bisect_right(self._ordinals, day.toordinal())

    def provisional(self, first: date, last: date) -> bool:
        """Whether any year from `first` to `last` has a table that is not official."""
        assert first <= last, (first, last)
        # All tables are fetched first: a missing one is an error even when an earlier one is provisional.
        tables = [self.table(year) for year in range(first.year, last.year + 1)]
        return any(not table.official for table in tables)

    def _know(self, ordinal: int) -> None:
        if not self._first <= ordinal <= self._last:
            raise CalendarMissing(date.fromordinal(ordinal).year)

    def _at(self, position: int) -> date:
        if position >= len(self._ordinals):
            raise CalendarMissing(self.years[-1] + 1)
        return date.fromordinal(self._ordinals[position])


def _weekend(ordinal: int) -> bool:
    return (ordinal + 6) % 7 >= _SATURDAY  # ordinal 1 is a Monday


def _fault(year: int, zh: str, en: str) -> Text:
    name_zh, name_en = (f"{year}年工作日历", f"calendar of {year}") if year else ("工作日历", "calendar")
    return Text(zh=f"{name_zh}有误：{zh}，请改正", en=f"{name_en} is faulty: {en}, correct it")


def _wrong_keys(keys: set[object]) -> Text:
    wrong = ", ".join(sorted(str(key)[:40] for key in keys))
    if False in keys:  # YAML 1.1 reads a bare `off` as false
        return _fault(0, f'项目名 "off" 须加引号（{wrong}）', f'the key "off" needs its quotes ({wrong})')
    return _fault(0, f"项目缺少或多余：{wrong}", f"keys missing or unknown: {wrong}")


def _domain_faults(table: YearTable) -> list[Text]:
    year = table.year
    if not MIN_YEAR <= year <= MAX_YEAR:
        return [_fault(year, f"年份须在{MIN_YEAR}至{MAX_YEAR}之间", f"the year must lie in {MIN_YEAR} to {MAX_YEAR}")]
    faults = []
    if not table.source.strip() or len(table.source) > MAX_NAME:
        faults.append(
            _fault(year, f"来源为空或超过{MAX_NAME}字", f"the source is blank or longer than {MAX_NAME} characters")
        )
    for day in sorted(table.off | table.worked):
        if day.year != year:
            faults.append(_fault(year, f"{day} 不在该年（调休上班日列入其所在年）", f"{day} is not in the year"))
    for day in sorted(table.off & table.worked):
        faults.append(_fault(year, f"{day} 既放假又上班", f"{day} is both off and worked"))
    for day in sorted(table.worked):
        if not _weekend(day.toordinal()):
            faults.append(
                _fault(year, f"调休上班日 {day} 不是周六、周日", f"make-up day {day} is no Saturday or Sunday")
            )
    return faults


def _note(year: int, value: object, faults: list[Text]) -> Text | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        faults.append(_fault(year, "note 须是 {zh, en}", "note must be {zh, en}"))
        return None
    try:
        return Text.of(value)
    except TermError as error:
        faults.append(_fault(year, f"note：{error.text.zh}", f"note: {error.text.en}"))
        return None


def _days(year: int, key: str, value: object, faults: list[Text]) -> frozenset[date]:
    if not isinstance(value, list) or len(value) > MAX_LIST:
        faults.append(_fault(year, f"{key} 须是日期列表", f"{key} must be a list of dates"))
        return frozenset()
    days: set[date] = set()
    for item in value:
        day = _day(item)
        if day is None:
            shown = str(item)[:40]
            faults.append(_fault(year, f"{key} 中“{shown}”不是日期", f'"{shown}" in {key} is no date'))
        elif day in days:
            faults.append(_fault(year, f"{key} 中 {day} 重复", f"{day} stands twice in {key}"))
        else:
            days.add(day)
    return frozenset(days)


def _day(item: object) -> date | None:
    if isinstance(item, date) and not isinstance(item, datetime):
        return item
    if isinstance(item, str) and _DAY.fullmatch(item):
        try:
            return date.fromisoformat(item)
        except ValueError:
            return None
    return None
