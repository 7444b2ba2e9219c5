"""An agency at work: what every use case needs before it can decide — powers, people, calendar — read once, kept fresh.

All of it is events of one stream, `registry`: whoever publishes a power, appoints an officer or loads a calendar leaves
the same kind of proof as whoever decides a case.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, reduce
from typing import Any
from weakref import WeakKeyDictionary

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import SUPERVISION, PowerVersion
from qingfeng.controls import configure
from qingfeng.engine.case import Case, evolve, fold
from qingfeng.engine.control import Control
from qingfeng.engine.event import Event
from qingfeng.ledger.entry import Salts, unseal
from qingfeng.terms.calendar import WorkCalendar, YearTable
from qingfeng.terms.limits import MAX_REMEMBERED_CASES, MAX_REMEMBERED_EVENTS
from qingfeng.terms.people import NOBODY, People
from qingfeng.terms.text import Text

from .personnel import evolve as evolve_people
from .ports import CASE_STREAM, Opened, ReadTx, Store, StoredEvent, StoreError, StoreUnavailable, Wanted, WriteTx
from .records import read_back, sealed

REGISTRY = "registry"
CASE = CASE_STREAM
REFUSALS = "refusals/"
READS = "reads/"
"""The stream of who opened a case's file; a reading is written under the lock of the case."""
PERSON, CALENDAR, POWER, AGENCY = "person", "calendar", "power", "agency"


class DamagedEvent(StoreError):
    """The bytes of a stored event are not what was written; says which one."""

    def __init__(self, row: StoredEvent) -> None:
        super().__init__(Text(
            zh=f"记录已损坏或被改动：流{row.stream}第{row.seq}条（位置{row.position}）。请停止写入，由备份核对恢复，并报纪检",
            en=f"the record is damaged or was tampered with: stream {row.stream} event {row.seq} (position {row.position}); "
            "stop writing, restore from a checked backup and report it"))  # fmt: skip


class UnknownThing(Exception):
    """A case, power or officer that is not there; carries what to tell a person."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Registry:
    """What the registry stream says, up to event `seq`."""

    seq: int = 0
    agency: Mapping[str, Any] = field(default_factory=dict)
    people: People = NOBODY
    tables: Mapping[int, YearTable] = field(default_factory=dict)
    versions: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)  # (power, version) -> document
    calendar: WorkCalendar = field(default_factory=lambda: WorkCalendar(()))

    def powers(self) -> list[str]:
        """Return the ids of the published powers in order."""
        return sorted({power for power, _ in self.versions})

    def supervises(self, power: str) -> bool:
        """True if a power is built-in supervision of the agency itself: no work of the agency on anybody's matter."""
        return any(one == power and document["power"]["kind"] == SUPERVISION for (one, _), document in self.versions.items())

    def in_force(self, power: str, day: date) -> bool:
        """True if some version of the power is in force on a day."""
        return any(p == power and v <= day.isoformat() for p, v in self.versions)

    def version_on(self, power: str, day: date) -> str:
        """Return the name of the version in force on a day.  Raises UnknownThing."""
        names = sorted(v for p, v in self.versions if p == power)
        if not names:
            raise UnknownThing(f"没有发布职权“{power[:100]}”；已发布：{'、'.join(self.powers()) or '无'}",
                               f"no published power {power[:100]!r}; published: {', '.join(self.powers()) or 'none'}")  # fmt: skip
        fit = [v for v in names if v <= day.isoformat()]
        if not fit:
            raise UnknownThing(
                f"职权“{power}”自{names[0]}起施行，{day}尚未施行", f"power {power} is in force from {names[0]} only"
            )
        return fit[-1]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an office knows before it asks the store, and what it then wants to be told."""

    registry: Registry
    case: Case | None
    wanted: Wanted


Built = dict[tuple[str, str], tuple[PowerVersion, tuple[Control, ...]]]


class Office:
    """One agency over one store.  salts: fresh unpredictable bytes, handed in by wiring."""

    def __init__(
        self, store: Store, *, salts: Salts, built: Built | None = None, known: Registry | None = None,
        remembers: int = MAX_REMEMBERED_EVENTS,
    ) -> None:  # fmt: skip
        """built, known: versions built before and the registry as it was, by offices over copies of the same agency;
        remembers: events of the cases kept folded in memory."""
        self.store, self.salts = store, salts
        self._registry = known or Registry()
        self._lock = threading.Lock()
        # transactions that changed the registry, with what they know of it: it may yet be undone
        self._changing: WeakKeyDictionary[ReadTx, Registry] = WeakKeyDictionary()
        self._seen: WeakKeyDictionary[ReadTx, Registry] = WeakKeyDictionary()
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._events, self._remembers = 0, remembers  # of all of them
        self._built: Built = {} if built is None else built
        self._known: dict[tuple[str, str], tuple[Mapping[str, Any], tuple[PowerVersion, tuple[Control, ...]]]] = {}

    def registry(self, tx: ReadTx) -> Registry:
        """Return the registry as of this transaction; reads only what is new."""
        seen = self._seen.get(tx)
        if seen is not None:
            return seen
        known = self._changing.get(tx, self._registry)
        registry = self._registry_with(tx, known, tx.events(REGISTRY, after=known.seq))
        if not hasattr(tx, "append"):  # a look is consistent: what it saw once it sees to its end
            self._seen[tx] = registry
        return registry

    def outlook(self, tx: ReadTx, case_id: str | None, key: str | None) -> Outlook:
        """Return what to open for a command on a case; None: a case that has no id yet."""
        registry = self._changing.get(tx, self._registry)
        stream, case = None, None
        if case_id is not None:
            stream, case = CASE + case_id, self.remembered(case_id)
        return Outlook(registry, case, Wanted(stream, case.seq if case else 0, REGISTRY, registry.seq, key))

    def registry_in(self, tx: ReadTx, outlook: Outlook, opened: Opened) -> Registry:
        """Return the registry as of this transaction."""
        return self._registry_with(tx, outlook.registry, opened.beside)

    def _registry_with(self, tx: ReadTx, known: Registry, rows: Sequence[StoredEvent]) -> Registry:
        if rows:
            known = grown(known, [event_of(row) for row in rows])
            if tx in self._changing:
                self._changing[tx] = known
            else:
                self._registry = known
        return known

    def version(self, registry: Registry, power: str, version: str) -> tuple[PowerVersion, tuple[Control, ...]]:
        """Return a published version, built, and its controls, configured.  Raises UnknownThing."""
        document = registry.versions.get((power, version))
        if document is None:
            raise UnknownThing(
                f"没有发布职权“{power[:100]}”的{version[:20]}版",
                f"power {power[:100]!r} has no version {version[:20]!r}",
            )
        known = self._known.get((power, version))
        if known is not None and known[0] is document:
            return known[1]
        built = self._built.get((power, version))
        if built is None or built[0].document != document:  # what was published and undone may come back changed
            made = version_from_document(document)
            built = self._built[power, version] = (made, configure(made))
        self._known[power, version] = (document, built)
        return built

    def remember(self, case: Case) -> None:
        """Keep a case as committed, so that the next command on it reads only what is new."""
        with self._lock:
            former = self._cases.pop(case.id, None)
            self._events += case.seq - (former.seq if former is not None else 0)
            self._cases[case.id] = case
            while self._events > self._remembers or len(self._cases) > MAX_REMEMBERED_CASES:
                self._events -= self._cases.popitem(last=False)[1].seq

    def forget_all(self) -> None:
        """Drop every remembered case: after an erasure, or to measure."""
        with self._lock:
            self._cases.clear()
            self._events = 0

    def remembered(self, case_id: str) -> Case | None:
        """Return a case as last committed by us; events after its seq may have come since."""
        return self._cases.get(case_id)

    def append(self, tx: WriteTx, event: Event) -> int:
        """Seal an event and store it; return its position."""
        if event.stream == REGISTRY:
            self._changing.setdefault(tx, self._registry)
        return tx.append(sealed(event, salts=self.salts))


def load_case(office: Office, tx: ReadTx, registry: Registry, case_id: str) -> tuple[Case, tuple[Control, ...]]:
    """Return a case and the controls of its version.  Raises UnknownThing."""
    known = office.remembered(case_id)
    rows = tx.events(CASE + case_id, after=known.seq if known is not None else 0)
    return case_with(office, registry, case_id, known, rows)


def load_cases(office: Office, tx: ReadTx, registry: Registry, cases: Sequence[str]) -> dict[str, tuple[Case, tuple[Control, ...]]]:
    """Return many cases at one go, those that are there; for lists of some dozens: all their events are in memory together."""
    known = {case: office.remembered(case) for case in cases}
    rows = tx.events_after([(CASE + case, one.seq if one is not None else 0) for case, one in known.items()])
    return {case: case_with(office, registry, case, one, rows[CASE + case]) for case, one in known.items()
            if one is not None or rows[CASE + case]}  # fmt: skip


def case_with(
    office: Office, registry: Registry, case_id: str, known: Case | None, rows: Sequence[StoredEvent]
) -> tuple[Case, tuple[Control, ...]]:
    """Return a case as known and what came since, and the controls of its version.  Raises UnknownThing."""
    events = [event_of(row) for row in rows]
    if known is None and not events:
        raise UnknownThing(f"没有案件“{case_id[:100]}”", f"no case {case_id[:100]!r}")
    first = known.events[0] if known is not None else events[0]
    version, controls = office.version(registry, first.power, first.version)
    if known is None:
        return fold(case_id, version, events), controls
    return reduce(evolve, events, known), controls


def event_of(row: StoredEvent) -> Event:
    """Return the event in a stored row.  Raises DamagedEvent, which names the place, when its bytes are no event."""
    try:
        return read_back(unseal(row.entry, row.opening, row.private))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedEvent(row) from error


def grown(registry: Registry, events: list[Event]) -> Registry:
    """Return the registry after more events of its stream."""
    people, agency = registry.people, dict(registry.agency)
    tables, versions = dict(registry.tables), dict(registry.versions)
    for event in events:
        if event.kind == PERSON:
            people = evolve_people(people, event)
        elif event.kind == CALENDAR:
            table = YearTable.of(event.data["table"])
            tables[table.year] = table
        elif event.kind == POWER:
            document = event.data["document"]
            versions[event.power, event.version] = document
        elif event.kind == AGENCY:
            agency |= event.data
        else:
            raise StoreUnavailable(
                Text(
                    zh=f"登记流中有本程序不认识的记录“{event.kind}”，请升级程序",
                    en=f"unknown registry event {event.kind!r}: upgrade",
                )
            )
    calendar = registry.calendar if tables == registry.tables else _calendar(tuple(tables[y] for y in sorted(tables)))
    return Registry(events[-1].seq, agency, people, tables, versions, calendar)


@lru_cache(maxsize=8)
def _calendar(tables: tuple[YearTable, ...]) -> WorkCalendar:
    return WorkCalendar(tables)
