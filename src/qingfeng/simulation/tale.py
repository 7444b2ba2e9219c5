"""The honest stories of a power file as courses that can be played again: the rows that leave something behind, and their days.

What a story has refused, met with a demand for a reason, or left to the clock is dropped: what remains is what people did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from qingfeng.casework.registry import PERSON_ACTS
from qingfeng.catalogue.checks_stories import WAIT, happens
from qingfeng.catalogue.power import PowerVersion, StoryRow
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, local_day, parse_instant

from .script import moment_of

PLAIN = frozenset({"time_limit", "prompt_registration", "separate_duties"})
"""Controls that an officer can satisfy without knowing what the case is about."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:")
NEAR = 60
"""Days before a story's first row within which a working day is told as such; farther back only the calendar counts."""
SET_ASIDE, VOID = "draw_set_aside", "void_draw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a tale.  at, entered: as told; reason: what was answered to a demand, if the story has one."""

    who: str
    does: str
    data: Mapping[str, Any]
    at: datetime
    entered: datetime
    reason: str | None = None
    timed: bool = False  # the story tells the time of day

    @property
    def day(self) -> date:
        """The local day on which it was done."""
        return local_day(self.at)


@dataclass(frozen=True, slots=True, eq=False)
class Tale:
    """One honest story of a power, as it can be played again on other days by other people."""

    version: PowerVersion
    story: str
    covers: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def hurried(self) -> bool:
        """True if the story tells the time of day of some row: then no row may be moved within its day."""
        return any(line.timed for line in self.lines)

    @property
    def late(self) -> bool:
        """True if somebody in it had to say why (it is about lateness), or a draw was set aside: that is lawful, and always found."""
        voids = self.version.controls.get(SET_ASIDE, {}).get("voids", (VOID,)) if SET_ASIDE in self.version.controls else ()
        return any(line.reason is not None or line.does in voids for line in self.lines)


def needs_tales(version: PowerVersion) -> bool:
    """True if the power has rules that ask for substance, which only a story can give."""
    return not version.controls.keys() <= PLAIN


def tales(version: PowerVersion) -> list[Tale]:
    """Return the stories that can be played on one case by the agency's people as they are."""
    found = []
    for story in version.stories:
        done = [row for row in story.rows if row.does not in PERSON_ACTS]
        if len(done) == len(story.rows):
            lines = lines_of(row for row in story.rows if _leaves_an_act(row))
            found += [Tale(version, story.id, story.covers, lines)] if lines else []
    return found


def lines_of(rows: Iterable[StoryRow]) -> tuple[Line, ...]:
    """Return rows as lines; what is left to the clock is none."""
    lines, last = [], None
    for row in rows:
        at = moment_of(row.day, last)
        last = at if row.entered is None else last
        if row.does != WAIT:
            entered = parse_instant(row.entered) if row.entered else at
            timed = len(row.day.strip()) > len("2026-01-01") or any(_MOMENT.match(str(value)) for value in row.data.values())
            lines.append(Line(who=row.who, does=row.does, data=row.data, at=at, entered=entered, reason=row.reason, timed=timed))
    return tuple(lines)


def _leaves_an_act(row: StoryRow) -> bool:
    return happens(row.then)[0] == "then"


class Days:
    """When the days of a tale come to lie: as many working days from its first row as told, and more where people had to wait.

    delays: place of a line -> working days by which it and all later ones are put off; by_calendar: a day told ahead on which
    nothing is done (the end of a period) lies as many calendar days ahead as told.  Raises CalendarMissing.
    """

    def __init__(
        self, lines: Sequence[Line], first: date, delays: Mapping[int, int], calendar: WorkCalendar, *, by_calendar: bool = False
    ) -> None:
        self.calendar, self.by_calendar = calendar, by_calendar
        self.told = [line.day for line in lines]
        self.played: list[date] = []
        late = 0
        for n, day in enumerate(self.told):
            late += delays.get(n, 0)
            self.played.append(self._on(self.told[0], first, day, late))

    def day(self, told: date, n: int) -> date:
        """Return when a told day comes to lie, seen from line n."""
        same = [k for k, day in enumerate(self.told) if day == told]
        if same:
            return self.played[n if n in same else max(same) if told > self.told[n] else min(same)]
        if told > self.told[n] and (self.by_calendar or told.year not in self.calendar.years):
            return self.played[n] + (told - self.told[n])
        before = [k for k, day in enumerate(self.told) if day < told and (k <= n or told > self.told[n])]
        if before:
            return self._on(self.told[max(before)], self.played[max(before)], told, 0)
        return self._back(told)

    def moment(self, told: datetime, n: int) -> datetime:
        """Return when a told moment comes to lie, at the same time of day."""
        return datetime.combine(self.day(local_day(told), n), told.astimezone(LOCAL).timetz())

    def _on(self, origin: date, start: date, day: date, late: int) -> date:
        """Return the day as far from `start` as `day` is from `origin`, in working days, a rest day in calendar days from there."""
        working = self.calendar.working_days_between(origin, day)
        rest = day if working == 0 else self.calendar.add_working(origin, working)
        return self.calendar.add_working(start, working + late) + timedelta(days=(day - rest).days)

    def _back(self, day: date) -> date:
        first, start = self.told[0], self.played[0]
        if (first - day).days <= NEAR and self.calendar.years[0] <= day.year and self.calendar.is_working(day):
            return self.calendar.subtract_working(start, self.calendar.working_days_between(day, first))
        return start - (first - day)
