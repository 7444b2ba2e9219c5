"""An agency at work for a while: cases come in, officers take them up one after the other through the door of casework.

Where a power has rules that ask for substance, its cases are played from its honest stories (`told`); elsewhere agents act on the
engine as it stands, and no story is read.  Everything follows from the random numbers handed in, but for the salts of the store's
entries: the same seed gives the same events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from random import Random

from qingfeng.casework import clockwork, linked
from qingfeng.casework.handle import Asked, Done, Sitting, Stopped, fire_due, handle_within
from qingfeng.casework.office import CASE, Office, Registry, load_case
from qingfeng.casework.ports import WriteTx
from qingfeng.casework.reading import open_within
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.case import Case, new_case
from qingfeng.engine.clock import Clock
from qingfeng.engine.control import Command, Refusal
from qingfeng.engine.decide import Refused, decide
from qingfeng.terms.instants import local_day

from . import invent
from .chronicle import Attempted, Chronicle, Stuck, Turn
from .course import Move
from .hours import OPENS, days_later, moment, office_hours
from .keeping import keep_duties
from .officers import LATE_ENTRY, REASONS, Habits, Mind, Plan, Scene, deal, look, prepare, ready_at, wishes
from .registers import Registers
from .scenes import Shown
from .told import Departure, Leaning, Teller, Telling

PATIENCE = 30
"""Turns without anything to do, one working day each, after which a case is told to be stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Cases arrive from first to last day; officers work until `until` (last by default), then pens down."""

    first: date
    last: date
    until: date

    @staticmethod
    def of(first: date, last: date, until: date | None = None) -> Period:
        """Return a period."""
        return Period(first=first, last=last, until=until or last)


def work(
    office: Office, *, rng: Random, period: Period, arrivals: int, habits: Habits, powers: Sequence[str] | None = None,
    progress: Callable[[str, float], None] = lambda _, __: None, departures: Sequence[tuple[date, Departure]] = (),
    scenes: Sequence[Shown] = (),
) -> Chronicle:  # fmt: skip
    """Let the agency work through a period; `arrivals` cases of every power come in, or of `powers`; of supervision none that are not
    named: they come of findings.  departures: wrongs to be tried besides, each in a case that begins on or after its day;
    scenes: cases that stand at a chosen place on the last day.  Raises StoreError, CalendarMissing."""
    agency = _Agency(office, rng, period, habits)
    with office.store.read() as tx:
        registry = office.registry(tx)
    every = list(powers) if powers is not None else registry.powers()
    arriving = [one for one in every if powers is not None or not registry.supervises(one)]
    agency.invite(every, arriving, arrivals, registry)
    agency.show(scenes, registry)
    for begins, departure in departures:
        mind = Mind(case="", about=invent.persona(rng, kind="", number=agency.number), departure=departure)
        agency.put(moment(begins, OPENS), mind, departure.tale.version.power)
    span = max((period.until - period.first).days, 1)
    while (day := agency.next_day()) is not None and day <= period.until:
        progress(day.isoformat(), min((day - period.first).days / span, 1.0))
        agency.one_day(day)
    progress(period.until.isoformat(), 1.0)
    agency.told.open = sorted([*(mind.case for _, _, mind, _ in agency.queue if mind.case), *agency.shown])
    agency.told.waiting = sorted(power for _, _, mind, power in agency.queue if not mind.case)
    return agency.told


class _Agency:
    """The queue of cases by the time of their next turn, and what has happened so far."""

    def __init__(self, office: Office, rng: Random, period: Period, habits: Habits) -> None:
        self.office, self.rng, self.period, self.habits = office, rng, period, habits
        self.queue: list[tuple[datetime, int, Mind, str]] = []
        self.told = Chronicle()
        self.states: dict[str, Case] = {}  # cases as the acts of the day have left them
        self.decks: dict[str, list[Plan]] = {}
        self.number = 0
        self.last_turn = (period.first.month, period.first.isocalendar().week)  # periods of duties end with a month or a week
        self.powers: Sequence[str] = ()
        self.tx: WriteTx | None = None
        self.shown: list[str] = []
        leaning = Leaning(branching=habits.branching, weights=habits.weights, carelessness=habits.carelessness, late=habits.late_stories)
        self.teller = Teller(rng, Registers(rng, self.used), leaning)

    def used(self, field_id: str, value: str) -> bool:
        """True if some case of the agency says this value in an indexed field."""
        return self.tx is not None and bool(self.tx.uses(field_id, value, limit=1))

    def invite(self, powers: Sequence[str], arriving: Sequence[str], arrivals: int, registry: Registry) -> None:
        """Spread the arrivals of the powers in `arriving` over the working days of the period on which they are in force; powers: all
        whose duties are kept."""
        self.powers, self.teller.registered = powers, linked.REGISTER in registry.powers()
        working = [d for n in range((self.period.last - self.period.first).days + 1)
                   if registry.calendar.is_working(d := self.period.first + timedelta(days=n))]  # fmt: skip
        for power in arriving:
            days = [d for d in working if registry.in_force(power, d)]
            if not days:
                registry.version_on(power, self.period.last)  # raises: says from when it is in force
            for place in range(arrivals):
                day = days[min(len(days) - 1, (place * len(days)) // arrivals + self.rng.randint(0, 1))]
                self.number += 1
                mind = Mind(case="", about=invent.persona(self.rng, kind="", number=self.number))
                self.put(moment(day, OPENS) + timedelta(minutes=self.rng.randint(0, 180)), mind, power)

    def show(self, scenes: Sequence[Shown], registry: Registry) -> None:
        """Begin the cases that are to stand at a chosen place at the end."""
        for one in scenes:
            if one.power not in registry.powers():
                continue
            version, controls = self.office.version(registry, one.power, registry.version_on(one.power, self.period.until))
            telling = self.teller.show(one, version, controls, registry, self.period.until)
            if telling is not None and local_day(telling.due) >= self.period.first:
                mind = Mind(case="", about=invent.persona(self.rng, kind=version.kind, number=self.number), telling=telling)
                self.put(telling.due, mind, one.power)

    def put(self, at: datetime, mind: Mind, power: str) -> None:
        """Note when somebody will take up a case next."""
        self.number += 1
        heappush(self.queue, (at, self.number, mind, power))

    def next_day(self) -> date | None:
        """Return the day of the next turn."""
        return local_day(self.queue[0][0]) if self.queue else None

    def one_day(self, day: date) -> None:
        """Do all turns of a day in one transaction, after the clock has done what fell due before."""
        clockwork.run(self.office, now=moment(day, OPENS), confirm_clock=True)
        turn = (day.month, day.isocalendar().week)
        if self.habits.duties and turn != self.last_turn:
            self.last_turn = turn
            self.told.kept += keep_duties(self.office, self.powers, at=moment(day, OPENS))
        self.states.clear()
        with self.office.store.write() as tx:
            self.tx = tx
            while self.queue and local_day(self.queue[0][0]) == day:
                at, _, mind, power = heappop(self.queue)
                again = self.turn(tx, at, mind, power)
                if again is not None:
                    self.put(again, mind, power)
        self.tx = None
        for case in self.states.values():  # on disk now
            self.office.remember(case)

    def turn(self, tx: WriteTx, at: datetime, mind: Mind, power: str) -> datetime | None:
        """Take a case up once; return when it will be taken up again, None when it is finished or stuck."""
        if mind.telling is not None:
            return self.tell(tx, mind, mind.telling, power)
        if not mind.case and (begun := self.story(tx, at, mind, power)) is not None:
            return begun
        scene = self.scene(tx, at, mind, power)
        if mind.held is not None:
            return self.enter_late(tx, scene, mind, power)
        asleep = self.asleep(scene, mind)
        if asleep is not None:
            return asleep
        moves = wishes(scene, mind, self.habits, self.rng)
        if scene.case.closed and not moves and not scene.case.pending:
            self.told.finished.append(mind.case)
            return None
        waking: list[datetime] = []
        reasons: tuple[Refusal, ...] = ()
        for move in moves:
            ready = ready_at(scene, move.rule)
            if ready is None or ready > at:
                waking += [ready] if ready is not None else []
                if ready is not None and mind.plan is not None and mind.plan.act == move.rule.act:
                    return office_hours(ready + timedelta(minutes=5), scene.calendar)  # this is what its people wait for
                continue
            command = prepare(scene, mind, move, self.rng)
            if isinstance(command, Command):
                mind.idle = 0
                return self.act(tx, scene, mind, power, move, command)
            reasons = command
        return self.nothing_done(scene, mind, moves, waking, reasons)

    def story(self, tx: WriteTx, at: datetime, mind: Mind, power: str) -> datetime | None:
        """Give a new case its story where its power is played from stories; return when it begins, None where nothing is told.

        Where none goes as told from today on (a holiday lies in the way) people come another day.
        """
        registry = self.office.registry(tx)
        version, controls = self.office.version(registry, power, registry.version_on(power, local_day(at)))
        if mind.departure is not None:
            mind.telling = self.teller.depart(mind.departure, controls, registry, at)
            return mind.telling.due if mind.telling is not None else office_hours(at + timedelta(days=1), registry.calendar)
        if not self.teller.tells(version, controls, registry):
            return None
        mind.telling = self.teller.begin(version, controls, registry, at)
        return mind.telling.due if mind.telling is not None else office_hours(at + timedelta(days=1), registry.calendar)

    def tell(self, tx: WriteTx, mind: Mind, telling: Telling, power: str) -> datetime | None:
        """Play the next line of a case; return when the one after is due, None when it is finished or stuck."""
        line = telling.line
        if telling.reads:
            data = telling.story.data(telling.place, telling.course.days)
            read = open_within(self.office, tx, mind.case, reader=telling.story.who(line.who), data=data, at=telling.due)
            stopped = read if isinstance(read, tuple) else ()
        else:
            self.slip(tx, mind, telling, power)
            command = telling.command(mind.case)
            meant, reason = mind.departure is not None, [line.reason] if line.reason else REASONS
            stopped = self.submit(tx, power, command, mind, meant=meant, reason=reason)
        state = self.states.get(mind.case)
        if stopped:
            telling.story.give_back(telling.place)
            if mind.departure is not None:
                self.told.attempted.append(
                    Attempted(departure=mind.departure, case=mind.case, line=telling.place, refusals=stopped)
                )
                return None
            self.told.stuck.append(Stuck(case=mind.case, step=state.step if state else "", acts=(line.does,), refusals=stopped))
            return None
        if telling.place == 0:
            tale = telling.story.tale
            self.told.stories[mind.case] = f"{power} {tale.story}"
            self.told.plans |= {mind.case: tale.covers[0]} if tale.covers else {}
        telling.place += 1
        if telling.over and mind.departure is not None:
            self.told.attempted.append(Attempted(departure=mind.departure, case=mind.case, line=telling.place - 1))
        elif telling.stop is not None and telling.over:
            self.shown.append(mind.case)
        elif telling.over:
            self.told.finished.append(mind.case)
        return None if telling.over else telling.due

    def slip(self, tx: WriteTx, mind: Mind, telling: Telling, power: str) -> None:
        """Try what a careless officer tries before he does the next line as it should be: a step skipped, a field forgotten."""
        leap = telling.leap(mind.case) if telling.place in telling.skips and mind.case else None
        if leap is not None:
            registry = self.office.registry(tx)
            case, controls = load_case(self.office, tx, registry, mind.case)
            outcome = decide(case, leap, people=registry.people, calendar=registry.calendar, controls=controls, stream=CASE)
            if isinstance(outcome, Refused) and outcome.refusals[0].ring == "order":
                self.submit(tx, power, leap, mind, meant=True)
        if telling.place in telling.forgets and mind.case:
            command = telling.command(mind.case)
            case, _ = load_case(self.office, tx, self.office.registry(tx), mind.case)
            rule = case.version.rules.get((case.step, command.act))
            if rule is not None and rule.word.required:
                data = {k: v for k, v in command.data.items() if k != min(rule.word.required)}
                self.submit(tx, power, replace(command, data=data), mind, meant=True)

    def nothing_done(
        self, scene: Scene, mind: Mind, moves: list[Move], waking: list[datetime], reasons: tuple[Refusal, ...]
    ) -> datetime | None:
        """Wait for the first waiting time to end; without one look again tomorrow, but not for ever."""
        if waking:
            return office_hours(min(waking) + timedelta(minutes=self.rng.randint(1, 90)), scene.calendar)
        mind.idle += 1
        if mind.idle < PATIENCE:
            return office_hours(scene.now + timedelta(days=1), scene.calendar)
        if scene.case.closed:
            self.told.finished.append(mind.case)
            if scene.case.pending:
                self.told.moot[mind.case] = tuple(sorted(scene.case.pending))
            return None
        acts = tuple(dict.fromkeys(m.rule.act for m in moves))
        self.told.stuck.append(Stuck(case=mind.case, step=scene.case.step, acts=acts, refusals=reasons))
        return None

    def scene(self, tx: WriteTx, at: datetime, mind: Mind, power: str) -> Scene:
        """Look at a case as it stands now, what the clock has just done included."""
        registry = self.office.registry(tx)
        case: Case
        running: Mapping[str, Clock]
        if mind.case:
            tx.lock(CASE + mind.case)
            case, controls = load_case(self.office, tx, registry, mind.case)
            case, running = fire_due(Sitting(self.office, tx, registry), case, controls, now=at)
        else:
            version, controls = self.office.version(registry, power, registry.version_on(power, local_day(at)))
            case, running = new_case("", version), {}
            mind.about = invent.persona(self.rng, kind=version.kind, number=self.number)
            mind.plan = self.cause(version)
        return Scene(case=case, clocks=running, people=registry.people,
                     calendar=registry.calendar, controls=controls, now=at)  # fmt: skip

    def cause(self, version: PowerVersion) -> Plan | None:
        """Return what the people of a new case will have cause to bring about, if anything."""
        if self.rng.random() >= self.habits.branching:
            return None
        deck = self.decks.setdefault(version.power, [])
        if not deck:
            deck += deal(version, self.habits, self.rng)
        return deck.pop() if deck else None

    def asleep(self, scene: Scene, mind: Mind) -> datetime | None:
        """Return until when a case is left lying because its people let a limit take effect."""
        clock = scene.clocks.get(mind.plan.limit) if mind.plan is not None else None
        if clock is None or not clock.running or clock.due is None or clock.over(scene.now):
            return None
        return office_hours(clock.due.outer + timedelta(hours=9), scene.calendar)

    def act(self, tx: WriteTx, scene: Scene, mind: Mind, power: str, move: Move, command: Command) -> datetime | None:
        """Do an act, carefully or not; return when the case is taken up again."""
        mind.done_aside.add(move.rule.act)
        slip = self.rng.random() < self.habits.carelessness
        kind = self.rng.choice(("late", "entered late", "forgotten")) if slip else ""
        if kind == "entered late" and mind.case and command.actor != "party":
            mind.held = command
            return days_later(scene.now, self.rng.randint(4, 6), scene.calendar, self.rng)
        if kind == "forgotten" and move.rule.word.required:
            lacking = {k: v for k, v in command.data.items() if k != min(move.rule.word.required)}
            self.submit(tx, power, replace(command, data=lacking), mind, meant=True)
            command = replace(command, at=command.at + timedelta(minutes=3), entered=command.entered + timedelta(minutes=3))
        self.submit(tx, power, command, mind)
        after = self.scene(tx, command.entered, mind, power)
        return self.next_turn(after, kind == "late")

    def enter_late(self, tx: WriteTx, scene: Scene, mind: Mind, power: str) -> datetime | None:
        """Enter what was done days ago, unless the case has moved on meanwhile."""
        assert mind.held is not None
        command = replace(mind.held, entered=scene.now, seen=scene.case.seq)
        mind.held = None
        if not look(scene, command):
            self.submit(tx, power, command, mind, reason=LATE_ENTRY)
        return self.next_turn(self.scene(tx, scene.now, mind, power), False)

    def submit(
        self, tx: WriteTx, power: str, command: Command, mind: Mind, *, meant: bool = False, reason: Sequence[str] = REASONS
    ) -> tuple[Refusal, ...]:
        """Hand a command in at the door; answer a demand for a reason; return why it was refused."""
        opening = power if not mind.case else None
        answer = handle_within(self.office, tx, command, power=opening)
        if isinstance(answer, Asked):
            self.note(mind.case, power, command, "asked", (), meant)
            command = replace(command, reason=self.rng.choice(list(reason)))
            answer = handle_within(self.office, tx, command, power=opening)
        if isinstance(answer, Done):
            if answer.state is not None:
                self.states[answer.case] = answer.state
            if opening is not None:
                mind.case = answer.case
                self.told.cases.append(answer.case)
                if mind.plan is not None:
                    self.told.plans[answer.case] = mind.plan.branch
            self.note(mind.case, power, command, "accepted", (), meant)
            return ()
        assert isinstance(answer, Stopped), f"nobody else works on {mind.case}"
        self.note(mind.case, power, command, "refused", answer.refusals, meant)
        return answer.refusals

    def note(self, case: str, power: str, command: Command, outcome: str, refusals: tuple[Refusal, ...], meant: bool) -> None:
        """Keep an answer of the door."""
        self.told.turns.append(Turn(case=case, power=power, act=command.act, actor=command.actor, at=command.entered,
                                    outcome=outcome, refusals=refusals, meant=meant))  # fmt: skip

    def next_turn(self, scene: Scene, linger: bool) -> datetime:
        """Return when the case is taken up again: in good time for its limits, or too late if it is left lying."""
        calendar, now = scene.calendar, scene.now
        dues = [c.due for c in scene.clocks.values() if c.running and c.due is not None and c.limit.holder == "agency"]
        ahead = [d for d in dues if d.outer > now]
        near = min(ahead, key=lambda d: d.raw) if ahead else None
        if linger and near is not None and near.outer - now < timedelta(days=40):
            return days_later(office_hours(near.outer, calendar), self.rng.randint(0, 2), calendar, self.rng)
        haste = self.habits.haste
        pace = self.rng.choices(("hours", "tomorrow", "days"), (haste, (1 - haste) * 0.64, (1 - haste) * 0.36))[0]
        if pace == "hours":
            later = office_hours(now + timedelta(minutes=self.rng.randint(20, 200)), calendar)
        else:
            later = days_later(now, 1 if pace == "tomorrow" else self.rng.randint(2, 3), calendar, self.rng)
        if near is not None and later > near.raw - timedelta(days=1, hours=10):
            later = office_hours(now + timedelta(minutes=self.rng.randint(5, 40)), calendar)
        return later
