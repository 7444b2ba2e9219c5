"""The live store as a log of acts: one case with its readings as rows, and the other cases by what they share with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from qingfeng.catalogue.power import PowerVersion
from qingfeng.detection.evaluate import World, lag_between
from qingfeng.detection.run import BACKDATED, Found, found_in
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rows import ActRow
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.names import key_of

from . import dutywork
from .office import CASE, PERSON, READS, REGISTRY, Office, Registry, event_of
from .ports import ReadTx

_GIVES = frozenset({"appointed", "credential_granted", "stand_in_named", "delegated"})


def row_of(event: Event, position: int, calendar: WorkCalendar) -> ActRow:
    """Return an act (or a reading, numbered backwards) as a row of the log."""
    reading = event.stream.startswith(READS)
    return ActRow(
        case=event.stream.removeprefix(READS if reading else CASE), act=event.act, actor=event.actor, at=event.at, entered=event.entered,
        effective=event.effective_day.isoformat(), lag=lag_between(event.at, event.entered, calendar),
        reason=event.facts.get("reason"), data=event.data, post=event.post, seq=-event.seq if reading else event.seq,
        position=position, power=event.power)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseLog:
    """One case as it stands in the store."""

    version: PowerVersion
    controls: tuple[Control, ...]
    events: Sequence[Event]
    rows: Sequence[ActRow]


def case_log(office: Office, tx: ReadTx, registry: Registry, case_id: str) -> CaseLog:
    """Return a case with its readings, in the order in which they were stored.  Raises IndexError for no such case."""
    stored = [(row.position, event_of(row)) for row in tx.events(CASE + case_id)]
    reads = [(row.position, event_of(row)) for row in tx.events(READS + case_id)]
    events = [event for _, event in stored]
    version, controls = office.version(registry, events[0].power, events[0].version)
    acts = sorted([*((p, e) for p, e in stored if e.kind == ACT), *reads], key=lambda one: one[0])
    return CaseLog(version, controls, events, [row_of(event, position, registry.calendar) for position, event in acts])


@dataclass(frozen=True, slots=True)
class LiveLog:
    """All cases of the store, asked by a value that they say."""

    tx: ReadTx
    calendar: WorkCalendar

    def sharing(self, name: str, value: object) -> Sequence[ActRow]:
        """Return the acts of all cases that say this value in an indexed field, in order of the store."""
        if name == "_case":
            rows = ((event_of(stored), stored.position) for stored in self.tx.events(CASE + str(value)))
            return [row_of(event, position, self.calendar) for event, position in rows if event.kind == ACT]
        found = []
        for case, seq in self.tx.uses(name, key_of(name, str(value))):
            stored = self.tx.events(CASE + case, after=seq - 1)[0]
            found.append(row_of(event_of(stored), stored.position, self.calendar))
        return sorted(found, key=lambda row: row.position)


def found_on(office: Office, case_id: str, today: date, *, only: Set[str] | None = None) -> list[Found]:
    """Return everything that the rules of its power find on a case, as the store stands, read on a day, and what its duties found.

    only: no other controls are asked.
    """
    with office.store.read() as tx:
        registry = office.registry(tx)
        row = tx.case_row(case_id)
        events = dutywork.found_on_case(tx, row.power, case_id) if row is not None else []
        by_duties = [Found(f"duty:{event.act}", case_id, event.seq, str(event.data["key"])) for event in events]
        return [*found_within(office, tx, registry, case_id, today, only=only), *by_duties]


def found_within(
    office: Office, tx: ReadTx, registry: Registry, case_id: str, today: date, *, only: Set[str] | None = None
) -> list[Found]:
    """The same within a look at the store."""
    log = case_log(office, tx, registry, case_id)
    world = World(registry.calendar, registry.people, today)
    asked = [one for one in log.controls if only is None or one.name in only]
    found = found_in(log.rows, log.events, log.version, asked, world, log=LiveLog(tx, registry.calendar))
    late = [event for event in log.events if event.kind == ACT and local_day(event.at) < local_day(event.entered)]
    return sorted([*found, *_made_lawful_later(tx, case_id, late)]) if late else found


def _made_lawful_later(tx: ReadTx, case_id: str, late: Sequence[Event]) -> Iterator[Found]:
    """An act entered later rests on a post or credential that was registered only after the act was done.

    Whoever may act as of any day, once somebody registers him as of that day, can be given a past.
    """
    people = [event for event in (event_of(row) for row in tx.events(REGISTRY)) if event.kind == PERSON]
    for act in late:
        named = {act.actor, *(one for field in ("officers", "members") for one in act.data.get(field) or ())}
        for one in people:
            if (one.act in _GIVES and act.at < one.entered <= act.entered and one.data["officer"] in named
                    and str(one.data["from"]) <= local_day(act.at).isoformat()):  # fmt: skip
                yield Found(BACKDATED, case_id, act.seq, str(one.data["officer"]))


def hits(office: Office, case_id: str, today: date, *, only: Set[str] | None = None) -> set[tuple[str, int]]:
    """Return the rules and duties (duty:…) that find something on a case, with the number of the event that proves it (of a
    duty: in its own stream).  only: no other controls are asked."""
    return {(found.rule, found.seq) for found in found_on(office, case_id, today, only=only)}
