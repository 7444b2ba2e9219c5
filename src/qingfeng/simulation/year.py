"""An honest year of an agency with all its powers: it does everything as its stories tell, and every rule reads it each month.

What is refused in it although the law does not demand it, and what is found in it, is a fault of a rule or of a story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from qingfeng.casework import clockwork
from qingfeng.casework.logbook import found_within
from qingfeng.casework.office import Office
from qingfeng.catalogue.build import version_document, version_from_document
from qingfeng.catalogue.power import Power
from qingfeng.detection.run import Found
from qingfeng.terms.instants import LOCAL, end_of_day

from .agency import Period, work
from .cast import HOLDERS
from .chronicle import Chronicle, Stuck
from .officers import Habits
from .retell import BOOKS
from .tale import tales

FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
FOUNDED = datetime(2026, 1, 4, 9, tzinfo=LOCAL)
HABITS = Habits(carelessness=0.0, branching=0.6, duties=False, late_stories=False)
"""The duties that come back read all files of a power each week: their own tests keep them, so a large year need not."""
PAGE = 500
VOIDS, MOST_VOIDS = "receipt_voids", 50
A_HAND = 60
"""Cases a year of the powers that send a post out for which it needs one more person."""


def with_thick_books(power: Power) -> Power:
    """Return the power with books of receipts that last a year: those of a file hold what its stories need, and few more.

    A book a hundred times as thick may have more spoilt receipts before each is looked into.
    """
    versions = []
    for version in power.versions:
        document = deepcopy(version_document(version))
        for book in document["version"]["controls"].get(BOOKS, {}).get("books", ()):
            book["last"] = "9" * len(book["last"])
        if VOIDS in document["version"]["controls"]:
            document["version"]["controls"][VOIDS]["most"] = MOST_VOIDS
        versions.append(version_from_document(document))
    return replace(power, versions=tuple(versions))


def staff_for(powers: Sequence[Power], cases: int) -> dict[str, int]:
    """Return how many holders each post needs whose people go out on visits, which take them away for hours; others need three."""
    out: Counter[str] = Counter()  # powers that send a post out
    for power in powers:
        lines = [line for tale in tales(power.versions[-1]) for line in tale.lines if line.data.get("started")]
        out.update({str(who).partition("/")[0] for line in lines for who in line.data.get("officers") or ()})
    return {post: HOLDERS + -(-n * cases // (len(powers) * A_HAND)) for post, n in sorted(out.items())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the rules found on a day in all cases there were: how many cases, how many of them had to be read anew."""

    day: date
    cases: int
    read: int
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReport:
    """How the year went.  stuck: cases with what refused them; asked: acts that had to say why."""

    cases: int
    closed: int
    acts: int
    stories: int
    stuck: tuple[Stuck, ...]
    asked: tuple[tuple[str, str], ...]  # case, act
    readings: tuple[Reading, ...]
    waiting: tuple[str, ...] = ()  # powers of cases that did not begin before the year was over

    @property
    def found(self) -> tuple[Found, ...]:
        """All that the rules found."""
        return tuple(dict.fromkeys(f for reading in self.readings for f in reading.found))

    @property
    def honest(self) -> bool:
        """True if nothing was refused, nobody was asked, and no rule found anything."""
        return not self.stuck and not self.asked and not self.found


@dataclass(slots=True)
class Reader:
    """Reads the cases at month's ends: those that are closed and silent for good are read once, others again."""

    office: Office
    silent: dict[str, int] = field(default_factory=dict)  # case -> number of its last event when it was read

    def read(self, today: date) -> Reading:
        """Read all cases as they stand on a day, after the clock has done what is due by then."""
        clockwork.run(self.office, now=_evening(today), confirm_clock=True)
        found: list[Found] = []
        cases = read = 0
        with self.office.store.read() as tx:
            registry, after = self.office.registry(tx), ""
            for_good = date(registry.calendar.years[-1], 12, 31)
            while rows := tx.case_rows(after=after, limit=PAGE):
                for row in rows:
                    cases += 1
                    if self.silent.get(row.case) == row.seq:
                        continue
                    read += 1
                    closed = row.status == "closed"
                    fresh = found_within(self.office, tx, registry, row.case, for_good if closed else today)
                    if closed and not fresh:
                        self.silent[row.case] = row.seq
                    elif closed:
                        fresh = found_within(self.office, tx, registry, row.case, today)
                    found += fresh
                after = rows[-1].case
        return Reading(day=today, cases=cases, read=read, found=tuple(found))


@dataclass(slots=True)
class Monthly:
    """Reads all cases at the end of each month of the year that an agency works through, and tells how far it is."""

    office: Office
    progress: Callable[[date, float], None]
    readings: list[Reading] = field(default_factory=list)
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.office)

    def each_day(self, day: str, part: float) -> None:
        """Before the first turn of a day: read, if a month has ended."""
        now = date.fromisoformat(day)
        before = now.replace(day=1) - timedelta(days=1)
        if before >= FIRST and (not self.readings or self.readings[-1].day < before):
            self.readings.append(self.reader.read(before))
        self.progress(now, part)

    def ended(self) -> list[Reading]:
        """Read once more, on the year's last day; return all readings."""
        return [*self.readings, self.reader.read(LAST)]


def honest_year(
    office: Office, powers: Sequence[str], *, cases: int, seed: int = 1, habits: Habits = HABITS,
    progress: Callable[[date, float], None] = lambda _, __: None,
) -> YearReport:  # fmt: skip
    """Let an agency founded on FOUNDED work honestly for a year; so many cases, evenly over its powers.  Raises StoreError."""
    monthly = Monthly(office, progress)
    told = work(office, rng=Random(seed), period=Period.of(FIRST, LAST), arrivals=-(-cases // len(powers)), habits=habits,
                powers=powers, progress=monthly.each_day)  # fmt: skip
    return _report(told, monthly.ended())


def _report(told: Chronicle, months: Sequence[Reading]) -> YearReport:
    outcomes = Counter(turn.outcome for turn in told.turns)
    return YearReport(
        cases=len(told.cases), closed=len(told.finished), acts=outcomes["accepted"], stories=len(set(told.stories.values())),
        stuck=tuple(told.stuck), asked=tuple((t.case, t.act) for t in told.turns if t.outcome == "asked"),
        readings=tuple(months), waiting=tuple(told.waiting),
    )  # fmt: skip


def _evening(day: date) -> datetime:
    return end_of_day(day) - timedelta(minutes=1)

