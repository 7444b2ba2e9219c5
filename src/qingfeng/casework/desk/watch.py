"""What supervision looks at, gathered in one look: where cases stand, which are late, what each day brought, which duties were done.

Everything is bounded: counts are kept by the store, late cases are read from the inbox by urgency up to a bound, days are tallied
by an index; findings and duties are remembered and only what is new is read.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from weakref import WeakKeyDictionary

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .. import dutywork
from ..dutywork import DutyState
from ..followup import Followed, standing
from ..office import Office, Registry, UnknownThing
from ..ports import CaseRow, ReadTx
from ..projection import ENDED, OPENED, RATED, RED, YELLOW
from .access import Viewer, sees_suspicion
from .board import SOON

MOST_WARNED = 2_000
"""So many late or nearly late cases are counted one by one; an agency with more has no need of an exact number."""
DAYS = "~"  # after every digit and letter: the end of a day's values


@dataclass(frozen=True, slots=True)
class Warned:
    """A case whose limit is over (red) or near (yellow)."""

    row: CaseRow
    due: datetime
    red: bool


@dataclass(frozen=True, slots=True)
class Look:
    """One look of supervision."""

    registry: Registry
    versions: Mapping[str, PowerVersion]
    counts: Sequence[tuple[str, str, str, int]]
    warned: Sequence[Warned]
    more_warned: bool
    findings: Sequence[Followed]
    duties: Sequence[DutyState]
    now: datetime

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
        if power not in self.versions:
            return Text(zh=power, en=power)
        title = self.versions[power].title
        if sum(one.title == title for one in self.versions.values()) == 1:
            return title
        agency = power.partition("/")[0]
        return Text(zh=f"{title.zh}（{agency}）", en=f"{title.en} ({agency})")


def look(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime) -> Look:
    """Return what a viewer may know of the agency.  Who is not of discipline is shown no suspicion."""
    registry = office.registry(tx)
    versions = versions_of(office, registry, local_day(now))
    warned, more = warned_cases(tx, registry, now)
    every = standing(office, tx).found.values()
    seen = [one for one in every if sees_suspicion(viewer) or not one.discreet]
    return Look(registry, versions, tx.counts(), warned, more, seen, states(office, tx, registry, versions, today=local_day(now)), now)


def versions_of(office: Office, registry: Registry, day: date) -> Mapping[str, PowerVersion]:
    """Return the version of every power in force on a day."""
    told = {}
    for power in registry.powers():
        try:
            told[power], _ = office.version(registry, power, registry.version_on(power, day))
        except UnknownThing:
            continue  # published, not yet in force
    return told


def warned_cases(tx: ReadTx, registry: Registry, now: datetime) -> tuple[Sequence[Warned], bool]:
    """Return the cases late or nearly so, the most urgent first, and whether there are more."""
    posts = sorted({one.post for one in registry.people.appointments})
    found = []
    rows = tx.inbox(posts, limit=MOST_WARNED) if posts else []
    for row in rows:
        if row.next_due is None:
            break
        due = datetime.fromisoformat(row.next_due)
        if due - now > SOON:
            break
        found.append(Warned(row, due, due <= now))
    return found, len(found) == MOST_WARNED


_STATES: WeakKeyDictionary[Office, dict[str, tuple[int, date, DutyState]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def states(office: Office, tx: ReadTx, registry: Registry, versions: Mapping[str, PowerVersion], *, today: date) -> Sequence[DutyState]:
    """Return every duty at work; a stream that has not grown since today's last look is not read again."""
    with _LOCK:
        known = _STATES.setdefault(office, {})
        told = []
        for power, version in versions.items():
            for name in version.duties:
                stream = dutywork.stream_of(power, name)
                head = tx.head(stream)
                if not head:
                    continue
                kept = known.get(stream)
                if kept is None or kept[:2] != (head, today) or kept[2].version is not version:
                    kept = known[stream] = (head, today, dutywork.state(office, tx, registry, stream, today=today))
                told.append(kept[2])
        return told


BAD_RATINGS = frozenset({"bad", "very_bad"})


@dataclass(frozen=True, slots=True)
class Rated:
    """Ratings of services: how many in all, how many of them bad."""

    many: int
    bad: int


def rated(tx: ReadTx, last: date) -> Rated | None:
    """Return the ratings of the year up to a day, None while there is none."""
    told = [(value.rpartition(" ")[2], n) for value, n in tx.tally(RATED, f"{last.year}", last.isoformat() + DAYS)]
    many = sum(n for _, n in told)
    return Rated(many, sum(n for rating, n in told if rating in BAD_RATINGS)) if many else None


@dataclass(frozen=True, slots=True)
class Flow:
    """What a span of days brought, by day and power."""

    opened: Mapping[tuple[str, str], int]
    ended: Mapping[tuple[str, str], int]
    yellow: Mapping[tuple[str, str], int]
    red: Mapping[tuple[str, str], int]

    @staticmethod
    def total(many: Mapping[tuple[str, str], int], days: Iterable[str] | None = None) -> int:
        """Return how many on certain days, or on all."""
        wanted = None if days is None else set(days)
        return sum(n for (day, _), n in many.items() if wanted is None or day in wanted)


def flow(tx: ReadTx, first: date, last: date) -> Flow:
    """Return what the days from first to last brought."""

    def told(field: str) -> dict[tuple[str, str], int]:
        found = {}
        for value, n in tx.tally(field, first.isoformat(), last.isoformat() + DAYS):
            day, _, power = value.partition(" ")
            found[day, power] = n
        return found

    return Flow(told(OPENED), told(ENDED), told(YELLOW), told(RED))
