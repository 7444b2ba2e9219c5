"""Days, hours and the rows of the log: when people work, when they type, in what order a case reads."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from .agency import END, START, Agency, Firm, Officer, working

Row = tuple[object, ...]
YEAR = [START + timedelta(n) for n in range(365)]
OPEN = [day for day in YEAR if working(day)]
SEASON = {1: 0.8, 2: 0.55, 3: 1.2, 4: 1.1, 5: 1.0, 6: 1.1, 7: 0.9, 8: 0.9, 9: 1.1, 10: 0.85, 11: 1.15, 12: 1.05}
COLUMNS = ("party", "code", "tier", "amount", "outcome", "intermediary", "place", "started", "ended", "team", "text")
CASE_WIDE = ("party", "code")


@dataclass(slots=True)
class Wrong:
    """A planted wrong.  subject: whom a finding must name; accomplices may be named beside; what decides its course is the style."""

    pattern: str
    subject: tuple[str, ...]
    style: str
    strength: float
    since: date
    clients: set[str] = field(default_factory=set)
    accomplices: set[str] = field(default_factory=set)
    cases: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Book:
    """The log of a year as it is written."""

    agency: Agency
    rng: Random
    wrongs: dict[tuple[str, str], Wrong] = field(default_factory=dict)
    """By pattern and by the name of the officer or firm that acts so."""
    cases: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    about: dict[str, dict[str, Any]] = field(default_factory=dict)
    reads: list[Row] = field(default_factory=list)
    diary: dict[tuple[str, date], list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    slots: dict[tuple[str, date], datetime] = field(default_factory=dict)
    queue: dict[tuple[str, date], datetime] = field(default_factory=dict)
    outage: set[date] = field(default_factory=set)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def bent(self, pattern: str, name: str, day: date, case: str = "", *, always: bool = False) -> Wrong | None:
        """Return the wrong that its author commits this time, None if none; note the case."""
        wrong = self.wrongs.get((pattern, name))
        if wrong is None or day < wrong.since or not (always or self.rng.random() < wrong.strength):
            return None
        if case:
            wrong.cases.append(case)
        return wrong

    def new(self, power: str, firm: Firm | None, code: str) -> str:
        """Open a case; return its number."""
        self.numbers[power] += 1
        case = f"{power}-2026-{self.numbers[power]:05d}"
        self.about[case] = {"power": power, "party": firm.name if firm else None, "code": code}
        return case

    def add(
        self,
        case: str,
        act: str,
        who: Officer | str,
        at: datetime,
        *,
        entered: datetime | None = None,
        says: bool = False,
        **columns: Any,
    ) -> datetime:
        """Write an act; says: this act's form carries party and matter.  Return its instant."""
        name, post = (who, who) if isinstance(who, str) else (who.name, who.post)
        if entered is None:
            entered = at + timedelta(seconds=self.rng.randint(0, 90))
        if entered.date() in self.outage:
            entered = (
                self.moment(who, self.day_after(max(self.outage), 1))
                if isinstance(who, Officer)
                else entered + timedelta(3)
            )
        if isinstance(who, Officer) and self.rng.random() < 0.25:
            self.read(case, who, at - timedelta(minutes=self.rng.uniform(0.5, 15)))
        row = {"act": act, "actor": name, "post": post, "at": at, "entered": entered, **columns}
        if says or self.agency.dense:
            row = {**{k: self.about[case][k] for k in CASE_WIDE}, **row}
        self.cases[case].append(row)
        return at

    def read(self, case: str, who: Officer, at: datetime, part: str = "file") -> None:
        """Note a reading of the file."""
        self.reads.append((case, who.name, who.post, at, part))

    def start_day(self) -> date:
        """Return a day on which something comes in, by season and weekday."""
        while True:
            day = self.rng.choice(OPEN)
            if self.rng.random() < SEASON[day.month] / 1.25 * (1.0 if day.weekday() < 4 else 0.8):
                return day

    def day_after(self, day: date, days: float) -> date:
        """Return the working day so many working days on; days may be 0."""
        left = max(0, round(days))
        while left or not working(day):
            day += timedelta(1)
            left -= working(day) and left > 0
        return day

    def moment(self, who: Officer | str, day: date, *, after: datetime | None = None) -> datetime:
        """Return when somebody does a piece of office work, on the day or, being away or too late, on a later one."""
        away = who.away if isinstance(who, Officer) else set()
        overtime = who.overtime if isinstance(who, Officer) else 0.02
        for _ in range(200):
            if not working(day) or day in away:
                day += timedelta(1)
                continue
            at = self._clock(day, overtime)
            if after is not None and at <= after:
                near = after + timedelta(minutes=math.exp(self.rng.gauss(3.0, 0.9)))
                if near.date() != day or near.time() > time(17, 50):
                    day += timedelta(1)
                    continue
                at = near
            if isinstance(who, Officer) and any(a <= at <= b for a, b in self.diary.get((who.name, day), ())):
                after = max(b for a, b in self.diary[who.name, day] if a <= at <= b)
                continue
            return at
        return datetime.combine(day, time(9, 30))

    def _clock(self, day: date, overtime: float) -> datetime:
        rng, chance = self.rng, self.rng.random()
        if chance < overtime:
            minute = rng.triangular(18 * 60, 21 * 60 + 30, 18 * 60 + 30)
        elif chance < 0.5:
            minute = min(max(rng.gauss(10 * 60 + 5, 52), 8 * 60 + 20), 12 * 60 + 10)
        else:
            minute = min(max(rng.gauss(15 * 60 + 40, 58), 13 * 60 + 40), 17 * 60 + 50)
        return datetime.combine(day, time(0)) + timedelta(seconds=round(minute * 60 + rng.random() * 59))

    def sitting(self, who: Officer, case: str, after: datetime, *, lag: float = 1.0) -> datetime:
        """Return when an approver deals with the file: in turn with the day's others, as a rule having read it.

        Once a week what the case meeting has talked through is clicked off within minutes, read the day before or on paper.
        """
        rng, day = self.rng, self.day_after(after.date(), rng_days(self.rng, lag * who.pace))
        while day in who.away or not working(day):
            day += timedelta(1)
        wrong = self.bent("rubber_stamping", who.name, day, case)
        if wrong is not None:
            return self._stamped(who, case, after, day, wrong)
        same_day = day == after.date()
        if same_day and after.time() > time(16, 45):
            day = self.day_after(day, 1)
            same_day = False
        met = day.weekday() == 1 and rng.random() < 0.35
        last = self.queue.get((who.name, day)) or self.moment(who, day)
        gap = (
            timedelta(seconds=rng.uniform(15, 75))
            if met
            else timedelta(seconds=60 * math.exp(rng.gauss(1.5, 0.8)) + 25)
        )
        at = max(last, after + timedelta(minutes=rng.uniform(4, 40)) if same_day else last) + gap
        if at.date() != day or at.time() > time(20, 0):
            day = self.day_after(day, 1)
            at = self.moment(who, day)
        self.queue[who.name, day] = at
        if met and rng.random() < 0.6:
            before = self.moment(who, self.day_after(after.date(), 0), after=after)
            if before < at:
                self.read(case, who, before)
        elif rng.random() < who.reads_first:
            self.read(case, who, max(at - min(gap * 0.9, timedelta(minutes=25)), after + timedelta(seconds=30)))
        return at

    def _stamped(self, who: Officer, case: str, after: datetime, day: date, wrong: Wrong) -> datetime:
        rng = self.rng
        if wrong.style == "at_once":
            return after + timedelta(seconds=rng.uniform(8, 70))
        evening = wrong.style == "evening_batch"
        key = (who.name, day)
        last = self.slots.get(key) or datetime.combine(day, time(17 if evening else 9, rng.randint(5, 40)))
        at = max(last, after) + timedelta(seconds=rng.uniform(6, 28))
        self.slots[key] = at
        if wrong.style == "opens_briefly" and rng.random() < 0.5:
            self.read(case, who, at - timedelta(seconds=4))
        return at

    def typed(self, who: Officer, at: datetime, case: str) -> datetime:
        """Return when a field record comes into the system, by the officer's way of working or of making it up later."""
        late = self.bent("back_entry_batches", who.name, at.date(), case)
        return self._made_up(late, at) if late is not None else self._usual(who, at)

    def _made_up(self, late: Wrong, at: datetime) -> datetime:
        """Return the evening on which the files of weeks are typed up, before the quarter's review or when there are enough."""
        ends = [date(2026, 3, 27), date(2026, 6, 26), date(2026, 9, 24), date(2026, 12, 25), date(2027, 1, 8)]
        if late.style == "every_few_weeks":
            ends = late.more.setdefault("days", [*sorted(self.rng.sample(OPEN[20:], 9)), date(2027, 1, 8)])
        day = next((end for end in ends if end > at.date()), date(2027, 1, 12))
        if late.style == "file_by_file":
            day = self.day_after(at.date(), self.rng.randint(12, 35))
        last = self.slots.get((late.subject[0], day)) or datetime.combine(day, time(17, self.rng.randint(0, 59)))
        told = last + timedelta(seconds=self.rng.uniform(25, 150))
        self.slots[late.subject[0], day] = told
        return max(told, at)

    def _usual(self, who: Officer, at: datetime) -> datetime:
        rng, day = self.rng, at.date()
        if who.types == "mobile":
            return at + timedelta(minutes=rng.uniform(1, 25))
        if who.types == "same_day" and at.time() < time(16, 30) and rng.random() < 0.8:
            return at + timedelta(minutes=rng.uniform(30, 110))
        if who.types == "friday":
            while day.weekday() != 4 or not working(day):
                day += timedelta(1)
                if (day - at.date()).days > 9:
                    break
            return self._in_turn(who, day, at)
        if who.types == "month_end":
            day = self._last_open(at.date())
            return self._in_turn(who, day, at)
        return self.moment(who, self.day_after(day, rng.choice((1, 1, 2, 3))))

    def _last_open(self, day: date) -> date:
        month = [one for one in OPEN if one.month == day.month]
        last = month[-1]
        return last if last >= day else self.day_after(day, 1)

    def _in_turn(self, who: Officer, day: date, at: datetime) -> datetime:
        day = self.day_after(day, 0)
        last = self.slots.get((who.name, day)) or self.moment(who, day)
        told = max(last, at) + timedelta(seconds=60 * math.exp(self.rng.gauss(1.1, 0.5)))
        self.slots[who.name, day] = told
        return told

    def relations(self) -> dict[str, list[Row]]:
        """Return the rows as they stood at the end of the year."""
        acts: list[Row] = []
        for case in sorted(self.cases):
            rows = [row for row in sorted(self.cases[case], key=lambda one: one["at"]) if row["at"].date() <= END]
            power = self.about[case]["power"]
            acts += [(case, n, power, row["act"], row["actor"], row["post"], row["at"], max(row["entered"], row["at"]),
                      *(row.get(column) for column in COLUMNS)) for n, row in enumerate(rows, 1)]  # fmt: skip
        days: list[Row] = []
        number = 0
        for n in range(-400, 500):
            day = START + timedelta(n)
            number += working(day)
            days.append((day, number, working(day)))
        return {
            "acts": acts,
            "reads": [row for row in self.reads if row[3].date() <= END],  # type: ignore[attr-defined]
            "subjects": [(one.name, one.stratum, one.first, one.last) for one in self.agency.firms],
            "thresholds": [("处罚", 10_000.0), ("处罚", 50_000.0), ("处罚", 100_000.0)],
            "calendar": days,
        }


def rng_days(rng: Random, mean: float) -> int:
    """Return a waiting time in whole working days, often none or one, now and then long."""
    return int(rng.expovariate(1 / max(mean, 0.05)) + 0.45)


def logit(p: float, offset: float) -> float:
    """Return the share p moved by an offset in logits."""
    p = min(max(p, 1e-4), 1 - 1e-4)
    return 1 / (1 + math.exp(-(math.log(p / (1 - p)) + offset)))
