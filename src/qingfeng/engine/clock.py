"""Time limits of a case: which run, until when, and which marks (yellow, red, lapsed, effect) are still to be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from qingfeng.catalogue.power import Limit, PowerVersion
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, end_of_day, local_day, start_of_day
from qingfeng.terms.timelimit import Due, TimeLimit, Unit, due, warn_at

from .case import Case
from .event import ACT, MARK, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One run of a limit.  due is None while it is stopped or after its end; ended: when an act ended it, else None."""

    limit: Limit
    run: int
    started: datetime
    due: Due | None
    ended: datetime | None
    waits_until: datetime | None  # whoever waits for it waits till then: counted from the entry if that came later
    stopped_since: date | None
    extensions: tuple[str, ...]  # the acts that lengthened it, one for each time

    @property
    def running(self) -> bool:
        """True until an act ends it; also after it has run out."""
        return self.ended is None

    @property
    def effective_day(self) -> date:
        """The day as of which the limit's effect holds: its start (deemed acceptance), or the date it runs to (renewal)."""
        return self.due.raw_day if self.limit.until is not None and self.due is not None else local_day(self.started)

    def over(self, at: datetime) -> bool:
        """True if the limit had run out by that instant (outer limit; an end before that counts as in time)."""
        return self.due is not None and at >= self.due.outer


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark to be made on a case when its time comes."""

    limit: str
    run: int
    mark: str  # yellow | red | lapsed | effect
    at: datetime
    provisional: bool


@lru_cache(maxsize=512)
def _concerned(version: PowerVersion) -> Mapping[str, tuple[Limit, ...]]:
    """Act -> limits that it starts, ends, stops or extends."""
    found: dict[str, list[Limit]] = {}
    for limit in version.procedure.limits.values():
        acts = limit.starts | limit.ends | {limit.effect or ""} | {s.from_act for s in limit.stops} | {s.to_act for s in limit.stops}
        for act in acts | {e.by for e in limit.extend}:
            found.setdefault(act, []).append(limit)
    return {act: tuple(limits) for act, limits in found.items()}


@lru_cache(maxsize=16_384)
def _due(
    limit: TimeLimit, start: datetime, calendar: WorkCalendar, excluded: tuple[tuple[date, date], ...], more: tuple[tuple[int, Unit], ...]
) -> Due:
    """Remembered: a command asks for the same limits before and after the act."""
    return due(limit, start=start, calendar=calendar, excluded=excluded, extensions=more)


class _Run:
    """A run of a limit while it is being read from the events."""

    __slots__ = ("ended", "extended", "extra", "limit", "number", "open", "start", "stops", "told", "until")

    def __init__(self, limit: Limit, number: int, start: Event) -> None:
        self.limit, self.number, self.start = limit, number, start
        self.ended: datetime | None = None
        self.open: dict[str, date] = {}  # act that stopped it -> since when
        self.told: dict[str, tuple[date, date]] = {}  # act that stopped it for a period told in writing -> that period
        self.stops: list[tuple[date, date]] = []
        self.extended: list[str] = []
        self.extra: list[tuple[int, Unit]] = []
        self.until = str(start.data.get(limit.until)) if limit.until and start.data.get(limit.until) else None

    def note(self, event: Event) -> None:
        """Take in an act during this run."""
        for extension in self.limit.extend:
            if extension.by == event.act and self.extended.count(event.act) < extension.times:
                if extension.until is None:
                    assert extension.unit is not None
                    self.extra.append((extension.n, extension.unit))
                    self.extended.append(event.act)
                elif event.data.get(extension.until):
                    self.until = str(event.data[extension.until])
                    self.extended.append(event.act)
        day = event.effective_day
        for stop in self.limit.stops:  # each stop has its own end: a hearing that ends does not end an expert review
            if stop.to_act == event.act and stop.from_act in self.open:
                since = self.open.pop(stop.from_act)
                self.stops += [(since, day)] if since < day else []
            if stop.to_act == event.act and stop.from_act in self.told:
                since, last = self.told.pop(stop.from_act)
                self.stops += [(since, min(last, day))] if since < min(last, day) else []
        for stop in self.limit.stops:
            told = str(event.data.get(stop.until) or "") if stop.until else ""
            if stop.from_act == event.act and told:
                self.told[event.act] = (day, date.fromisoformat(told[:10]) + timedelta(days=1))
            elif stop.from_act == event.act:
                self.open.setdefault(event.act, day)
        if event.act in self.limit.ends or event.act == self.limit.effect:
            self.ended = event.at

    def clock(self, calendar: WorkCalendar) -> Clock:
        """Return what this run amounts to."""
        stopped_since = min(self.open.values(), default=None)
        started = self.start.at
        if local_day(started) != self.start.effective_day:
            started = datetime.combine(self.start.effective_day, started.astimezone(LOCAL).timetz())
        end: Due | None = None
        if self.ended is None and self.until is not None:
            raw = datetime.fromisoformat(self.until) if "T" in self.until else end_of_day(date.fromisoformat(self.until))
            end = Due(raw, raw, False)
        elif self.ended is None and self.limit.until is None:
            stops = (*self.stops, *(told for told in self.told.values() if told[0] < told[1]))
            end = _due(self.limit.length, started, calendar, stops, tuple(self.extra))
        if stopped_since is not None and end is not None and stopped_since <= end.raw_day:
            end = None  # a stop that begins after the end stops nothing: who is late stays late
        waits_until = end.outer if end is not None else None
        if end is not None and self.until is None and local_day(self.start.entered) > self.start.effective_day:
            waits_until = max(end.outer, _due(self.limit.length, self.start.entered, calendar, stops, tuple(self.extra)).outer)
        return Clock(limit=self.limit, run=self.number, started=started, due=end, ended=self.ended, waits_until=waits_until,
                     stopped_since=stopped_since, extensions=tuple(self.extended))  # fmt: skip


def clocks(case: Case, calendar: WorkCalendar) -> dict[str, Clock]:
    """Return the latest run of every limit that has started in this round.  Raises CalendarMissing for a year without a table.

    What a return to an earlier step undid (a decision, a report) no longer keeps a clock running.
    """
    concerned = _concerned(case.version)
    runs: dict[str, _Run] = {}
    numbers: dict[str, int] = {}
    for event in case.events:
        if event.kind != ACT:
            continue
        for limit in concerned.get(event.act, ()):
            run = runs.get(limit.id)
            if run is not None and run.ended is None:
                run.note(event)
            if limit.begins(event.act, event.data):
                numbers[limit.id] = number = numbers.get(limit.id, 0) + 1
                stands = case.begun.get(event.act, event.seq + 1) <= event.seq
                if stands and (run is None or run.ended is not None or limit.restarts):
                    runs[limit.id] = _Run(limit, number, event)
    return {limit: run.clock(calendar) for limit, run in runs.items()}


def marks(case: Case, running: Mapping[str, Clock], calendar: WorkCalendar) -> list[Mark]:
    """Return the marks not yet made, earliest first.  A limit that no act can end any more is moot."""
    made = {(e.act, e.facts["run"], e.facts["mark"], e.facts["due"]) for e in case.events if e.kind == MARK}
    found = []
    for clock in running.values():
        if clock.ended is not None or clock.due is None or _moot(case, clock.limit):
            continue
        for mark, at in _wanted(clock, clock.due, calendar):
            if (clock.limit.id, clock.run, mark, clock.due.raw_day.isoformat()) not in made:
                found.append(Mark(clock.limit.id, clock.run, mark, at, clock.due.provisional))
    return sorted(found, key=lambda m: (m.at, m.limit, m.mark))


def _wanted(clock: Clock, end: Due, calendar: WorkCalendar) -> list[tuple[str, datetime]]:
    limit = clock.limit
    early = limit.ahead is None or warn_at(end, *limit.ahead, calendar) > start_of_day(local_day(clock.started))
    lapses = limit.holder == "party" or not limit.ends or limit.effect is not None
    mark = "effect" if limit.effect is not None and early else "lapsed" if lapses else "red"
    wanted = [(mark, end.outer)]
    if limit.yellow is not None:
        wanted.append(("yellow", max(warn_at(end, *limit.yellow, calendar), clock.started)))
    return wanted


def _moot(case: Case, limit: Limit) -> bool:
    return case.closed and not any((case.step, act) in case.version.rules for act in limit.ends)
