"""A tale tried on a day, in thought only: whether it would go as told, who would have to wait, what would be late.

The engine and the rules are asked as the door asks them, over this one case: nothing is stored.  What holidays lengthen or
shorten is found out here, so that honest officers begin such a case on another day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from qingfeng.casework.logbook import row_of
from qingfeng.catalogue.power import READ_FILE, SYSTEM
from qingfeng.detection.evaluate import World, judge
from qingfeng.detection.run import found_in
from qingfeng.engine.case import evolve, new_case
from qingfeng.engine.clock import Clock, clocks, marks
from qingfeng.engine.control import Command, Control
from qingfeng.engine.decide import Accepted, Demanded, Outcome, decide
from qingfeng.engine.event import MARK, Event
from qingfeng.facts.rows import ActRow
from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People

from .retell import only_moved, renumbered, whole_pool
from .tale import Days, Tale

TRIES = 12
REASON = "承办人同时办理多件急件，已向负责人说明"
_CASE = "case/"


@dataclass(frozen=True, slots=True)
class Stage:
    """What the door knows beside the case."""

    people: People
    calendar: WorkCalendar
    controls: Sequence[Control]

    @property
    def end(self) -> date:
        """The last day of which the calendar knows."""
        return date(self.calendar.years[-1], 12, 31)


@dataclass(frozen=True, slots=True)
class Putting:
    """How a tale is bent: lines put off by working days (with all after them), lines entered so many working days later."""

    delays: Mapping[int, int] = field(default_factory=dict)
    entered: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """A tale on its days.  asked: lines that must say why; left: limits that run out (red …) and rules that miss something."""

    days: Days
    moments: tuple[tuple[datetime, datetime], ...]  # at, entered
    asked: frozenset[int]
    left: frozenset[str]
    closed: bool
    found: frozenset[str] = frozenset()  # rules that find something in it, where that was asked

    @property
    def quiet(self) -> bool:
        """True if nothing runs out or is left undone, on any day of its course and after it, and the case is closed."""
        return self.closed and not self.left


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a tale does not go on these days: the line that was stopped, by which rules."""

    line: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wait:
    line: int
    days: int


def rehearse(tale: Tale, first: date, stage: Stage, *, putting: Putting | None = None, detect: bool = False) -> Course | Unfit:
    """Try a tale that begins on a day.  detect: also look for what the rules find in the whole of it."""
    went = _tried(tale, first, stage, putting or Putting(), detect, by_calendar=True)
    if isinstance(went, Course) and (went.quiet or went.asked):
        return went
    again = _tried(tale, first, stage, putting or Putting(), detect, by_calendar=False)
    return went if isinstance(again, Unfit) and isinstance(went, Course) else again


def _tried(tale: Tale, first: date, stage: Stage, bent: Putting, detect: bool, *, by_calendar: bool) -> Course | Unfit:
    delays = dict(bent.delays)
    for _ in range(TRIES):
        try:
            days = Days(tale.lines, first, delays, stage.calendar, by_calendar=by_calendar)
            went = _Rehearsal(tale, days, stage, bent.entered).play(detect)
        except CalendarMissing:
            return Unfit(-1, ("calendar",))
        if not isinstance(went, _Wait):
            return went
        delays[went.line] = delays.get(went.line, 0) + went.days
    return Unfit(-1, ("time_limit",))


class _Rehearsal:
    """One playing of a tale in thought."""

    def __init__(self, tale: Tale, days: Days, stage: Stage, late: Mapping[int, int]) -> None:
        self.tale, self.days, self.stage, self.late = tale, days, stage, late
        self.case, self.said = new_case("", tale.version), renumbered(tale, days)
        self.rows: list[ActRow] = []
        self.left: set[str] = set()
        self.asked: set[int] = set()
        self.moments: list[tuple[datetime, datetime]] = []
        version = tale.version
        self.watches = {c.name: w(version) for c in stage.controls if (w := getattr(c, "watch", None)) is not None}

    def play(self, detect: bool) -> Course | Unfit | _Wait:
        """Play all lines."""
        for n in range(len(self.tale.lines)):
            stopped = self.line(n)
            if stopped is not None:
                return stopped
        last = self.moments[-1][1]
        ahead = marks(self.case, clocks(self.case, self.stage.calendar), self.stage.calendar)
        self.left |= {f"red {m.limit}" for m in ahead if m.mark == "red"} | self.undone(self.stage.end)
        found: frozenset[str] = frozenset()
        if detect:
            world = World(self.stage.calendar, self.stage.people, max(local_day(last), self.stage.end))
            found = frozenset(f.rule for f in found_in(self.rows, self.case.events, self.tale.version, self.stage.controls, world))
        return Course(self.days, tuple(self.moments), frozenset(self.asked), frozenset(self.left),
                      self.case.closed, found)  # fmt: skip

    def line(self, n: int) -> Unfit | _Wait | None:
        """Play one line; return why it does not go."""
        line = self.tale.lines[n]
        at, entered = self.days.moment(line.at, n), self.days.moment(line.entered, n)
        if n in self.late:
            day = self.stage.calendar.add_working(local_day(entered), self.late[n])
            entered += timedelta(days=(day - local_day(entered)).days)
        before = self.moments[-1][1] if self.moments else entered
        self.moments.append((at, entered))
        if entered < before:
            return Unfit(n, ("event_time",))
        if line.does == READ_FILE:
            return None
        if local_day(before) < local_day(entered):
            self.left |= self.undone(local_day(entered) - timedelta(days=1))
        running = self.let_pass(entered)
        people, day = self.stage.people, local_day(at)
        data = only_moved(self.tale, n, self.days, self.said)
        data = whole_pool(self.tale.version, line.does, data, lambda post: people.holders(post, day))
        command = Command(case="", act=line.does, actor=line.who, at=at, entered=entered, data=data)
        outcome = self.decided(command, running)
        if isinstance(outcome, Demanded):
            self.asked.add(n)
            outcome = self.decided(replace(command, reason=line.reason or REASON), running)
        if isinstance(outcome, Accepted):
            self.take(outcome.event)
            return None
        by = tuple(r.by for r in outcome.refusals) if not isinstance(outcome, Demanded) else ("demand",)
        return self.waits(n, entered, running) or Unfit(n, by)

    def decided(self, command: Command, running: Mapping[str, Clock]) -> Outcome:
        """Ask the engine."""
        stage = self.stage
        return decide(self.case, command, people=stage.people, calendar=stage.calendar, controls=stage.controls, stream=_CASE,
                      running=running)  # fmt: skip

    def take(self, event: Event) -> None:
        """Let an event happen."""
        self.case = evolve(self.case, event)
        if event.kind != MARK:
            self.rows.append(row_of(event, len(self.rows) + 1, self.stage.calendar))

    def let_pass(self, now: datetime) -> Mapping[str, Clock]:
        """Let limits come near, run out or take effect by then, as the clock of the agency would."""
        case, calendar = self.case, self.stage.calendar
        while True:
            running = clocks(self.case, calendar) if self.case.seq else {}
            due = [m for m in marks(self.case, running, calendar) if m.at <= now] if running else []
            if not due:
                return running
            mark, clock = due[0], running[due[0].limit]
            assert clock.due is not None
            self.left |= {f"red {mark.limit}"} if mark.mark == "red" else set()
            facts = {"run": mark.run, "mark": mark.mark, "due": clock.due.raw_day.isoformat(), "provisional": mark.provisional}
            self.take(Event(stream=_CASE, seq=self.case.seq + 1, kind=MARK, act=mark.limit, at=mark.at, entered=now,
                            power=case.version.power, version=case.version.version, actor=SYSTEM, post=SYSTEM, facts=facts))  # fmt: skip
            if mark.mark == "effect" and clock.limit.effect is not None:
                outcome = self.decided(Command(case="", act=clock.limit.effect, actor=SYSTEM, at=mark.at, entered=now, data={},
                                               reason="期限届满，依法当然发生", effective=clock.effective_day), running)  # fmt: skip
                if isinstance(outcome, Accepted):
                    self.take(outcome.event)

    def undone(self, today: date) -> set[str]:
        """Return the rules that, read on that day, find something not done in time."""
        world = World(self.stage.calendar, self.stage.people, today)
        rows = self.rows
        return {name for name, rule in self.watches.items() if rows and judge(rule, rows, self.tale.version, world)[1]}

    def waits(self, n: int, now: datetime, running: Mapping[str, Clock]) -> _Wait | None:
        """Return by how many working days a line must be put off because its waiting times are not over; None if that is not it."""
        rule = self.case.version.rules.get((self.case.step, self.tale.lines[n].does))
        ends = [running[w].waits_until or now for w in rule.waits if w in running and running[w].running] if rule else []
        if not ends or max(ends) <= now:
            return None
        return _Wait(n, max(self.stage.calendar.working_days_between(local_day(now), local_day(max(ends))), 1))


def honest(course: Course) -> bool:
    """True if nobody had to explain anything, nothing ran out, and no rule finds anything in it."""
    return course.quiet and not course.asked and not course.found

