"""Projections against the events they came from: compare, and write anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qingfeng.engine.case import fold

from . import dutywork, receipts
from .office import CASE, DamagedEvent, Office, Registry, event_of
from .ports import CaseRow, DeadlineRow, ReadTx, Use
from .projection import note_version, notes_of, project

PAGE = 1_000


def cases_of(tx: ReadTx) -> Iterator[str]:
    """Yield the id of every case, in order of its first event."""
    return (stream[len(CASE) :] for stream in _streams(tx) if stream.startswith(CASE))


def _streams(tx: ReadTx) -> Iterator[str]:
    after = 0
    while rows := tx.all_events(after=after, limit=PAGE):
        yield from (row.stream for row in rows if row.seq == 1)
        after = rows[-1].position


def compare(office: Office, *, progress: Callable[[int], None] = lambda n: None) -> list[str]:
    """Return the ids of cases (and streams of duties) whose stored row or deadlines differ from what their events say."""
    wrong = []
    with office.store.read() as tx:
        registry = office.registry(tx)
        for n, stream in enumerate(_streams(tx), 1):
            name = stream.removeprefix(CASE)
            try:
                row, armed = _projected(office, tx, registry, stream)
            except DamagedEvent:
                wrong.append(name)
                continue
            noted = _uses(office, tx, registry, stream)
            if (
                sorted(tx.uses_of(name)) != sorted(noted)
                or tx.case_row(name) != row
                or _keys(tx.deadlines(case=name)) != _keys(armed)
            ):
                wrong.append(name)
            progress(n)
    return wrong


def rebuild(office: Office, *, progress: Callable[[int], None] = lambda n: None) -> int:
    """Drop all projections and write them anew in one transaction; return the number of cases."""
    n = 0
    with office.store.write() as tx:
        registry = office.registry(tx)
        tx.clear_projections()
        for stream in _streams(tx):
            row, armed = _projected(office, tx, registry, stream)
            if row is not None:
                n += 1
                tx.put_case(row)
                progress(n)
            tx.note_uses(stream.removeprefix(CASE), _uses(office, tx, registry, stream))
            if armed:
                tx.put_deadlines(stream.removeprefix(CASE), armed)
        note_version(tx)
    return n


def _projected(office: Office, tx: ReadTx, registry: Registry, stream: str) -> tuple[CaseRow | None, list[DeadlineRow]]:
    """What the stored events of a stream say, whatever the office remembers of it."""
    if stream.startswith(dutywork.DUTY):
        return None, dutywork.armed(registry, dutywork.standing(office, tx, registry, stream))
    if not stream.startswith(CASE):
        return None, []
    events = [event_of(row) for row in tx.events(stream)]
    version, _ = office.version(registry, events[0].power, events[0].version)
    return project(fold(stream[len(CASE) :], version, events), registry.calendar)


def _uses(office: Office, tx: ReadTx, registry: Registry, stream: str) -> list[Use]:
    if not stream.startswith((CASE, receipts.STREAM)):
        return []
    events = [event_of(row) for row in tx.events(stream)]
    if stream.startswith(receipts.STREAM):
        return receipts.notes_of(events)
    version, _ = office.version(registry, events[0].power, events[0].version)
    return notes_of(fold(stream[len(CASE) :], version, events))


def _keys(rows: list[DeadlineRow]) -> set[tuple[str, int, str, object, bool]]:
    return {(r.limit, r.run, r.mark, r.at, r.provisional) for r in rows}
