"""What supervision looks at, gathered in one look: where cases stand, which are late, what each day brought, which duties were done.

Everything is bounded: counts are kept by the store, late cases are read from the inbox by urgency up to a bound, days are tallied
by an index; findings and duties are remembered and only what is new is read.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import complaints, dutywork
from ..dutywork import DutyState
from ..followup import Followed, standing
from ..office import Office, Registry, UnknownThing
from ..ports import CaseRow, ReadTx
from ..projection import ENDED, OPENED, RATED, RED, YELLOW
from .access import Viewer, sees_suspicion
from .board import SOON, known_to, sees_finding, tone_of
from .concerned import Hidden, hidden_from

MOST_WARNED = 2_000
"""So many late or nearly late cases are counted; an agency with more has no need of an exact number."""
PRESSING = 7
"""So many of them are shown one by one."""
DAYS = "~"  # after every digit and letter: the end of a day's values


@dataclass(frozen=True, slots=True)
class Warned:
    """Cases whose limit is over (red) or near (yellow), counted by power and step, and the first of them, most urgent first.

    more: there are more than were counted.
    """

    by_step: Mapping[tuple[str, str], int]
    red: int
    yellow: int
    more: bool
    first: Sequence[CaseRow]

    def of(self, power: str) -> int:
        """Return how many a power has."""
        return sum(n for (of_power, _), n in self.by_step.items() if of_power == power)


@dataclass(frozen=True, slots=True)
class Look:
    """One look of supervision."""

    registry: Registry
    versions: Mapping[str, PowerVersion]
    counts: Sequence[tuple[str, str, str, int]]
    warned: Warned
    findings: Sequence[Followed]
    duties: Sequence[DutyState]
    now: datetime
    hidden: Hidden = field(default_factory=Hidden)

    @property
    def today(self) -> date:
        """The day of the look."""
        return local_day(self.now)

    def judged(self) -> Counter[str]:
        """Return how many cases each power has had."""
        told: Counter[str] = Counter()
        for power, _, _, n in self.counts:
            told[power] += n
        return told

    def title(self, power: str) -> Text:
        """Return the name of a power; with its agency where two powers bear one name."""
        return title_among(self.versions, power)


def title_among(versions: Mapping[str, PowerVersion], power: str) -> Text:
    """Return the name of a power; with the document that its map stands in where two of the powers bear one name."""
    if power not in versions:
        return Text(zh=power, en=power)
    title = versions[power].title
    if sum(one.title == title for one in versions.values()) == 1:
        return title
    agency = power.partition("/")[0]
    number = agency.removeprefix("a")  # an agency is named by the document that its maps stand in: a002 by document 002
    if not number.isdecimal():
        return Text(zh=f"{title.zh}（{agency}）", en=f"{title.en} ({agency})")
    return Text(zh=f"{title.zh}（{number}号文件）", en=f"{title.en} (document {number})")


def look(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime) -> Look:
    """Return what a viewer may know of the agency.  Who is not of discipline is shown no suspicion."""
    registry = office.registry(tx)
    versions = versions_of(office, registry, local_day(now))
    known = standing(office, tx)
    every = tuple(known.found.values())
    hidden = hidden_from(office, tx, registry, viewer, every)  # nor how many of these cases there are, and where they stand
    versions = {power: version for power, version in versions.items() if power not in hidden.powers}
    warned = warned_cases(tx, now, without=hidden)
    warned = replace(warned, first=known_to(office, tx, registry, viewer, warned.first))
    seen = every
    if hidden.powers or viewer.near or not sees_suspicion(viewer) or not all(sees_finding(viewer, one) for one in known.above):
        seen = tuple(one for one in every if sees_finding(viewer, one) and one.finding.power not in hidden.powers)
    duties = states(office, tx, registry, versions, today=local_day(now))
    return Look(registry, versions, hidden.without(tx.counts()), warned, seen, duties, now, hidden)


def versions_of(office: Office, registry: Registry, day: date) -> Mapping[str, PowerVersion]:
    """Return the version of every power in force on a day."""
    told = {}
    for power in registry.powers():
        try:
            told[power], _ = office.version(registry, power, registry.version_on(power, day))
        except UnknownThing:
            continue  # published, not yet in force
    return told


def warned_cases(tx: ReadTx, now: datetime, *, without: Hidden) -> Warned:
    """Return the cases late or nearly so, without what is hidden."""
    before = now + SOON + timedelta(seconds=1)  # limits end on a second
    by_step: Counter[tuple[str, str]] = Counter()
    many = {True: 0, False: 0}
    for power, step, red, n in tx.late_by_step(now, before, limit=MOST_WARNED):
        if power not in without.powers:
            by_step[power, step] += n
            many[red] += n
    for row in without.rows:
        tone = tone_of(row, now) if row.status != "closed" else "gry"
        if tone != "gry" and by_step[row.power, row.step] > 0:
            by_step[row.power, row.step] -= 1
            many[tone == "red"] -= 1
    more = sum(many.values()) == MOST_WARNED
    first = [row for row in tx.late(before, limit=PRESSING) if row.power not in without.powers]
    return Warned(by_step, many[True], many[False], more, first)


_STATES: WeakKeyDictionary[Office, dict[str, tuple[int, date, DutyState]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def states(office: Office, tx: ReadTx, registry: Registry, versions: Mapping[str, PowerVersion], *, today: date) -> Sequence[DutyState]:
    """Return every duty at work; a stream that has not grown since today's last look is not read again."""
    with _LOCK:
        known = _STATES.setdefault(office, {})
        told = []
        streams = {dutywork.stream_of(power, name): version for power, version in versions.items() for name in version.duties}
        heads = tx.heads(list(streams))
        for stream, version in streams.items():
            head = heads.get(stream)
            if head is None:
                continue
            kept = known.get(stream)
            if kept is None or kept[:2] != (head, today) or kept[2].version is not version:
                kept = known[stream] = (head, today, dutywork.state(office, tx, registry, stream, today=today))
            told.append(kept[2])
        return told


@dataclass(frozen=True, slots=True)
class Rated:
    """Ratings of services: how many in all, how many of them bad."""

    many: int
    bad: int


def rated(tx: ReadTx, last: date) -> Rated | None:
    """Return the ratings of the year up to a day, None while there is none."""
    told = [(value.rpartition(" ")[2], n) for value, n in tx.tally(RATED, f"{last.year}", last.isoformat() + DAYS)]
    many = sum(n for _, n in told)
    return Rated(many, sum(n for rating, n in told if rating in complaints.BAD)) if many else None


@dataclass(frozen=True, slots=True)
class Flow:
    """What a span of days brought, by day and power."""

    opened: Mapping[tuple[str, str], int]
    ended: Mapping[tuple[str, str], int]
    yellow: Mapping[tuple[str, str], int]
    red: Mapping[tuple[str, str], int]

    def within(self, powers: Container[str], hidden: Hidden) -> Flow:
        """Return the same of these powers alone and without single cases: what somebody may not know of is in no sum he is shown."""

        def kept(name: str, many: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
            return {(day, power): left for (day, power), n in many.items()
                    if power in powers and (left := n - hidden.noted.get((name, f"{day} {power}"), 0)) > 0}  # fmt: skip

        return Flow(kept(OPENED, self.opened), kept(ENDED, self.ended), kept(YELLOW, self.yellow), kept(RED, self.red))

    def between(self, first: date, last: date) -> Flow:
        """Return the same of some of its days alone."""
        days = (first.isoformat(), last.isoformat())

        def kept(many: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
            return {(day, power): n for (day, power), n in many.items() if days[0] <= day <= days[1]}

        return Flow(kept(self.opened), kept(self.ended), kept(self.yellow), kept(self.red))

    @staticmethod
    def total(many: Mapping[tuple[str, str], int], days: Iterable[str] | None = None) -> int:
        """Return how many on certain days, or on all."""
        wanted = None if days is None else set(days)
        return sum(n for (day, _), n in many.items() if wanted is None or day in wanted)


def flow(tx: ReadTx, first: date, last: date, *, marks_alone: bool = False) -> Flow:
    """Return what the days from first to last brought; marks_alone: which limits came near or ran out, not how many cases came and went,
    which of a month of a large agency are a hundred times as many."""

    def told(field: str) -> dict[tuple[str, str], int]:
        found = {}
        for value, n in tx.tally(field, first.isoformat(), last.isoformat() + DAYS):
            day, _, power = value.partition(" ")
            found[day, power] = n
        return found

    opened, ended = ({}, {}) if marks_alone else (told(OPENED), told(ENDED))
    return Flow(opened, ended, told(YELLOW), told(RED))
