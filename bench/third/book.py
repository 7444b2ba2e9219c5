"""The rows of a year as they are written, and who of the office does the next piece of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from qingfeng.detection.relations import RELATIONS

from .people import FIRST, LAST, Firm, Office, Officer, is_working, later, within
from .wrongs import Plants

Row = tuple[object, ...]
AWAY = timedelta(minutes=20)


@dataclass(slots=True)
class Case:
    """A case as it is written."""

    number: int
    id: str
    power: str
    firm: Firm
    acts: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """The year as it grows.  stays: when an officer is on site, by officer and day."""

    rng: Random
    staff: Office
    plants: Plants
    cases: list[Case] = field(default_factory=list)
    reads: list[Row] = field(default_factory=list)
    stays: dict[tuple[str, date], list[tuple[datetime, datetime]]] = field(default_factory=dict)
    last_text: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[date, date | None]] = field(default_factory=dict)  # firm -> in the library from, until

    def habit(self, who: Officer, name: str, mean: float, spread: float = 0.35) -> bool:
        """True as often as this honest person does so: about the mean, people differ."""
        if name not in who.habits:
            who.habits[name] = min(mean * self.rng.lognormvariate(0, spread), 0.9)
        return self.rng.random() < who.habits[name]

    def pick(self, post: str, at: datetime, firm: Firm | None = None, *, but: Officer | None = None) -> Officer:
        """Return who gets the next piece of work: those of the place, specialists of the trade, whoever is there."""
        people = [one for one in self.staff.of(post) if one.there(at.date()) and one is not but]
        if firm is not None and firm.station:
            people = [one for one in people if one.station == firm.station] or [
                one for one in people if not one.station
            ]
        else:
            people = [one for one in people if not one.station] or people
        weights = [one.load * (5.0 if firm is not None and one.trade == firm.trade else 1.0) for one in people]
        return self.rng.choices(people, weights)[0]

    def when(self, who: Officer, at: datetime, days: float) -> datetime:
        """Return an instant some days on at which this person is at work."""
        then = later(self.rng, at, days, half=who.half)
        while not who.there(then.date()):
            then = later(self.rng, then, 3, half=who.half)
        return then

    def act(
        self, case: Case, act: str, who: Officer | None, at: datetime, *, late: bool = False, **said: object
    ) -> datetime:
        """Write an act (who: None is the party); return when it was typed in.  late: it was done outside, typed in afterwards."""
        entered = at if who is None else self.entered(case, who, at, late=late)
        if entered.date() <= LAST:
            case.acts.append({"case_id": case.id, "power": case.power, "act": act, "actor": who.id if who else "party",
                              "post": who.post if who else None, "at": at, "entered": entered, **said})  # fmt: skip
        return entered

    def entered(self, case: Case, who: Officer, at: datetime, *, late: bool) -> datetime:
        """Return when an act is typed in: at once, next morning after work outside, after an outage, or with others much later."""
        rng = self.rng
        if at.date() in self.staff.outages:
            return max(within(rng, at.date() + timedelta(days=rng.randrange(1, 4))), at)
        wrong = self.plants.now("back_entry_batches", who.id, at, case.number)
        if wrong:
            gap = {"blatant": 14, "moderate": 7, "weak": 4}[wrong]
            day = at.date() + timedelta(days=gap + (3 - at.date().weekday()) % 7)
            while not is_working(day):
                day += timedelta(days=1)
            return datetime(day.year, day.month, day.day, 16, 20) + timedelta(seconds=rng.randrange(1500))
        if late and self.habit(who, "next morning", 0.15):
            return later(rng, at, 1)
        return at + timedelta(seconds=rng.randrange(4, 400))

    def read(self, case: Case, who: Officer, at: datetime, part: str = "file") -> None:
        """Write that somebody opened a part of a case."""
        if FIRST <= at.date() <= LAST:
            self.reads.append((case.id, who.id, who.post, at, part))

    def free(self, who: Officer, began: datetime, ended: datetime) -> bool:
        """True if this person is nowhere else then, nor on the way."""
        return all(ended + AWAY <= a or b + AWAY <= began for a, b in self.stays.get((who.id, began.date()), ()))

    def rows(self) -> dict[str, list[Row]]:
        """Return all relations; acts of a case are numbered as they were typed in."""
        acts: list[Row] = []
        for case in self.cases:
            case.acts.sort(key=_typed)
            for seq, one in enumerate(case.acts, 1):
                whole: Mapping[str, object] = {**one, "seq": seq}
                acts.append(tuple(whole.get(column) for column in RELATIONS["acts"]))
        calendar: list[Row] = []
        number = 0
        for n in range(365 + 45):
            day = FIRST + timedelta(days=n)
            number += is_working(day)
            calendar.append((day, number, is_working(day)))
        subjects: list[Row] = [(one.name, one.grade, *self.lists[one.name]) for one in self.staff.firms if one.grade]
        bars: list[Row] = [("penalty", 50_000.0), ("penalty", 100_000.0)]
        opened = {case.id for case in self.cases if case.acts}
        reads = [row for row in self.reads if row[0] in opened]
        return {"acts": acts, "reads": reads, "subjects": subjects, "thresholds": bars, "calendar": calendar}


def _typed(one: dict[str, object]) -> tuple[str, str]:
    return str(one["entered"]), str(one["at"])
