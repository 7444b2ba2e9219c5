"""Cases played from the honest stories of their power: other people, other days, numbers of their own, the same lawful substance.

Rules that ask for evidence relied on, votes, receipts without gaps cannot be satisfied by inventing data field by field; a story
that a lawyer wrote can.  The door verifies every case: what it refuses here, and the law does not demand, is a fault of ours.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from qingfeng.casework import linked
from qingfeng.casework.office import Registry
from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.engine.control import Command, Control
from qingfeng.terms.calendar import WorkCalendar

from .registers import RECEIPT, Registers
from .rehearse import Course, Putting, Stage, honest, rehearse
from .retell import Retelling
from .scenes import Shown, course_until, tale_of
from .tale import SET_ASIDE, Days, Line, Tale, needs_tales, tales

PER_DAY = 2
"""Different stories of a power that begin on the same day: each has to be tried first, which costs as much as playing it."""
CASTS = 8
"""Casts that are tried for a case whose officers are out elsewhere, before its people come another day."""
LATENESS = frozenset({"time_limit", "prompt_registration", SET_ASIDE})
"""What is found of people who are merely late; and of a draw that was set aside, with good reason or without."""
PUT_OFF = (4, 8, 15, 30)
"""Working days by which careless officers leave something lying, the fewest first that make it late."""
ENTERED_LATE = (4, 6)
EARLIEST, LATEST = -30, 150
"""Minutes by which a case's working day is shifted against its story, where that tells no time of day."""


@dataclass(slots=True)
class Telling:
    """A case being played: its lines one after the other.  forgets, skips: lines where a field is forgotten, a step is skipped; stop:
    so many lines are played and no more."""

    course: Course
    story: Retelling
    shift: timedelta
    forgets: frozenset[int] = frozenset()
    skips: frozenset[int] = frozenset()
    place: int = 0
    stop: int | None = None

    @property
    def line(self) -> Line:
        """The line that is due."""
        return self.story.tale.lines[self.place]

    @property
    def over(self) -> bool:
        """True if all lines are done."""
        return self.place >= (len(self.story.tale.lines) if self.stop is None else self.stop)

    @property
    def due(self) -> datetime:
        """When the next line is done (entered)."""
        return self.course.moments[self.place][1] + self.shift

    @property
    def reads(self) -> bool:
        """True if the next line opens a file and is no act."""
        return self.line.does == READ_FILE

    def command(self, case: str) -> Command:
        """Return what is asked of the door at the next line."""
        line, (at, entered) = self.line, self.course.moments[self.place]
        data = self.story.data(self.place, self.course.days)
        return Command(case=case, act=line.does, actor=self.story.who(line.who), at=at + self.shift, entered=entered + self.shift,
                       data=data)  # fmt: skip

    def leap(self, case: str) -> Command | None:
        """Return the act after the next one, tried too early; None where that would use up a receipt or only read."""
        if self.place + 1 >= len(self.story.tale.lines):
            return None
        line = self.story.tale.lines[self.place + 1]
        if line.does == READ_FILE or RECEIPT in line.data or line.does == self.line.does:
            return None
        data = self.story.data(self.place + 1, self.course.days)
        return Command(case=case, act=line.does, actor=self.story.who(line.who), at=self.due, entered=self.due, data=data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A course that departs from an honest tale: its lines up to `first` are that tale's, those to `last` are the corrupt act's.

    resumes: line of the honest tale with which it goes on; beside: numbers that the corrupt act tells amiss -> the right ones.
    """

    honest: Tale
    tale: Tale
    first: int
    last: int
    resumes: int = 0
    beside: Mapping[str, str] = field(default_factory=dict)

    def days(self, honest: Days, calendar: WorkCalendar) -> Days:
        """Return when it is played: as late as the honest tale is where the two run together, and as told between."""
        first, ahead = honest.played[0], honest.by_calendar
        plain = Days(self.honest.lines, first, {}, calendar, by_calendar=ahead).played
        late = [calendar.working_days_between(a, b) if a < b else 0 for a, b in zip(plain, honest.played, strict=True)]
        rest = len(self.tale.lines) - self.last - 1
        path = late[: self.first] + [0] * (self.last + 1 - self.first) + late[self.resumes : self.resumes + rest]
        delays, so_far = dict[int, int](), 0
        for n, days in enumerate(path):
            if days > so_far:
                delays[n], so_far = days - so_far, days
        return Days(self.tale.lines, first, delays, calendar, by_calendar=ahead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """Which stories people have cause to live through: share with branches, branch -> weight, chance per act of a slip; late: may
    a story tell of lateness."""

    branching: float
    weights: Mapping[str, int]
    carelessness: float
    late: bool


@dataclass(slots=True)
class _Repertoire:
    """The tales of one version: which go as told at all, and on which days, with these people."""

    stage: Stage
    tales: list[Tale]
    sound: dict[str, bool] = field(default_factory=dict)
    courses: dict[tuple[str, date], Course | None] = field(default_factory=dict)

    def goes(self, tale: Tale) -> bool:
        """True if a tale goes on its own days, to its end, and nothing is found of it (but lateness, where it is about that)."""
        if tale.story not in self.sound:
            went = rehearse(tale, tale.lines[0].day, self.stage, detect=tale.late)
            late = isinstance(went, Course) and tale.late and went.closed and went.found <= LATENESS
            self.sound[tale.story] = late or (isinstance(went, Course) and honest(went))
        return self.sound[tale.story]

    def played(self, leaning: Leaning) -> list[Tale]:
        """Return the tales that such people play: honest ones (as far as they have been tried), and late ones where these take
        no such branch."""
        plain = [tale for tale in self.tales if not tale.late and self.sound.get(tale.story, True)]
        taken = {branch for tale in plain for branch in tale.covers}
        late = [tale for tale in self.tales if tale.late and (leaning.carelessness or not taken.issuperset(tale.covers))]
        return plain + (late if leaning.late else [])

    def course(self, tale: Tale, day: date) -> Course | None:
        """Return a tale as it goes from a day on; None if it would not go as told."""
        key = (tale.story, day)
        if key not in self.courses:
            went = rehearse(tale, day, self.stage) if self.goes(tale) else None
            fine = isinstance(went, Course) and (tale.late or honest(went))
            self.courses[key] = went if isinstance(went, Course) and fine else None
        return self.courses[key]


_REPERTOIRES: OrderedDict[PowerVersion, _Repertoire] = OrderedDict()
"""What was tried once is known: a version has the same stories for every agency that has the same people and calendar."""
MOST_KNOWN = 32


def _repertoire(version: PowerVersion, stage: Stage) -> _Repertoire:
    known = _REPERTOIRES.get(version)
    if known is None or known.stage.people is not stage.people or known.stage.calendar is not stage.calendar:
        known = _REPERTOIRES[version] = _Repertoire(stage, tales(version))
    while len(_REPERTOIRES) > MOST_KNOWN:
        _REPERTOIRES.popitem(last=False)
    return known


def _leads_on(tale: Tale) -> bool:
    return any(linked.leads_on(tale.version.power, line.does, line.data) for line in tale.lines)


class Teller:
    """Gives every new case its story.  registered: the system opens cases of accountability by itself; whoever would take these up is
    not told of, so no story is told that leads to one: the register has arrivals of its own."""

    registered = False

    def __init__(self, rng: Random, registers: Registers, leaning: Leaning) -> None:
        self.rng, self.registers, self.leaning = rng, registers, leaning
        self._decks: dict[tuple[PowerVersion, bool], list[Tale]] = {}
        self._count = 0

    def tells(self, version: PowerVersion, controls: Sequence[Control], registry: Registry) -> bool:
        """True if cases of this version are played from stories: its rules ask for substance, and there is an honest story."""
        if not needs_tales(version):
            return False
        known = _repertoire(version, Stage(registry.people, registry.calendar, controls))
        return any(known.goes(tale) for tale in known.tales if not tale.late)

    def begin(self, version: PowerVersion, controls: Sequence[Control], registry: Registry, at: datetime) -> Telling | None:
        """Return a case that begins on the day; None if none of its stories would go as told from that day on."""
        stage = Stage(registry.people, registry.calendar, controls)
        known, day = _repertoire(version, stage), at.date()
        chosen = self._chosen(version, known, day)
        if chosen is None:
            return None
        tale, course = chosen
        slips = self._slips(tale)
        bent = self._bent(tale, day, stage, slips)
        self._count += 1
        key = f"{version.power} {day} {self._count} {self.rng.random()}"
        for _ in range(CASTS):
            story = Retelling.of(
                tale, self.registers, key=key, rng=self.rng, holders=lambda post: registry.people.holders(post, day)
            )
            days = (bent or course).days
            if self.registers.free(story.visits(days), story.sanctions(days)):
                break  # else some of these officers are out elsewhere at that time, or one is sanctioned for that already
        else:
            return None
        shift = 0 if tale.hurried else self.rng.randint(EARLIEST, LATEST)
        return Telling(bent or course, story, timedelta(minutes=shift), frozenset(slips["forgotten"]), frozenset(slips["skipped"]))

    def show(self, shown: Shown, version: PowerVersion, controls: Sequence[Control], registry: Registry, until: date) -> Telling | None:
        """Return a case that stands where a scene wants it at the end of a day; None if it would not come there."""
        stage, found = Stage(registry.people, registry.calendar, controls), tale_of(shown, version)
        if found is None:
            return None
        tale, lines = found
        course = course_until(tale, lines, stage, until, ago=shown.ago)
        if course is None:
            return None
        day, fit = course.days.played[0], list[Retelling]()
        for _ in range(CASTS):
            self._count += 1
            story = Retelling.of(tale, self.registers, key=f"{version.power} {day} {self._count} {self.rng.random()}", rng=self.rng,
                                 holders=lambda post: registry.people.holders(post, day))  # fmt: skip
            if self.registers.free(story.visits(course.days), story.sanctions(course.days)):
                fit.append(story)
        if not fit:
            return None
        # the first holder of a post has an account that visitors are shown
        return Telling(course, max(fit, key=lambda one: sum(one.who(post) == post for post in version.posts)), timedelta(), stop=lines)

    def depart(
        self, departure: Departure, controls: Sequence[Control], registry: Registry, at: datetime
    ) -> Telling | None:
        """Return a case that is to go wrong, begun on the day; None if its honest tale would not go as told from that day on."""
        tale, day = departure.tale, at.date()
        course = _repertoire(tale.version, Stage(registry.people, registry.calendar, controls)).course(departure.honest, day)
        if course is None:
            return None
        days = departure.days(course.days, registry.calendar)
        self._count += 1
        story = Retelling.of(tale, self.registers, key=f"{tale.story} {day} {self._count}", rng=self.rng, beside=departure.beside,
                             holders=lambda post: registry.people.holders(post, day))  # fmt: skip
        if not self.registers.free(story.visits(days), story.sanctions(days)):
            return None
        moments = tuple((days.moment(line.at, n), days.moment(line.entered, n)) for n, line in enumerate(tale.lines))
        return Telling(Course(days, moments, frozenset(), frozenset(), closed=False), story, timedelta())

    def _chosen(self, version: PowerVersion, known: _Repertoire, day: date) -> tuple[Tale, Course] | None:
        """Return a story for the day: one that was tried for it already, once there are a few."""
        everything = [tale for tale in known.played(self.leaning) if not (self.registered and _leads_on(tale))]
        fit = [(t, c) for t in everything if (c := known.courses.get((t.story, day))) is not None]
        if len(fit) >= PER_DAY:
            return self.rng.choice(fit)
        for tale in self._dealt(version, everything):
            course = known.course(tale, day)
            if course is not None:
                return tale, course
        return None

    def _dealt(self, version: PowerVersion, everything: list[Tale]) -> list[Tale]:
        """Return tales in the order in which they are to be tried: the next of the deck first."""
        branching = self.rng.random() < self.leaning.branching
        some = [t for t in everything if bool(t.covers) == branching] or everything
        deck = self._decks.setdefault((version, branching), [])
        if not deck:
            weighed = [t for t in some for _ in range(self._weight(t))] or some
            deck += self.rng.sample(weighed, len(weighed))
        return [deck.pop(), *self.rng.sample(some, len(some)), *self.rng.sample(everything, len(everything))]

    def _weight(self, tale: Tale) -> int:
        return max((self.leaning.weights.get(branch, 1) for branch in tale.covers), default=1)

    def _slips(self, tale: Tale) -> dict[str, list[int]]:
        """Return at which lines careless officers slip, and how."""
        slips: dict[str, list[int]] = {"late": [], "entered late": [], "forgotten": [], "skipped": []}
        for n, line in enumerate(tale.lines):
            if self.rng.random() < self.leaning.carelessness:
                kind = self.rng.choice(sorted(slips))
                if kind != "entered late" or (n and line.who != "party" and line.at == line.entered):
                    slips[kind].append(n)
        return slips

    def _bent(self, tale: Tale, day: date, stage: Stage, slips: Mapping[str, list[int]]) -> Course | None:
        """Return the story with something left lying or entered late, if it goes on even so; None if it is played as told."""
        for n in slips["late"][:1]:
            for days in PUT_OFF:
                went = rehearse(tale, day, stage, putting=Putting(delays={n: days}))
                if isinstance(went, Course) and n in went.asked:
                    return went
        for n in slips["entered late"][:1]:
            days = self.rng.randint(*ENTERED_LATE)
            went = rehearse(tale, day, stage, putting=Putting(delays={n + 1: days}, entered={n: days}))
            if isinstance(went, Course) and n in went.asked:
                return went
        return None
