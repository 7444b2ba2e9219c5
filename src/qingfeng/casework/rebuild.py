"""Projections against the events they came from: compare, and write anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .office import CASE, Office, Registry, load_case
from .ports import CaseRow, DeadlineRow, ReadTx
from .projection import project

PAGE = 1_000


def cases_of(tx: ReadTx) -> Iterator[str]:
    """Yield the id of every case, in order of its first event."""
    after = 0
    while rows := tx.all_events(after=after, limit=PAGE):
        for row in rows:
            if row.seq == 1 and row.stream.startswith(CASE):
                yield row.stream[len(CASE) :]
        after = rows[-1].position


def compare(office: Office, *, progress: Callable[[int], None] = lambda n: None) -> list[str]:
    """Return the ids of cases whose stored row or deadlines differ from what their events say."""
    wrong = []
    with office.store.read() as tx:
        registry = office.registry(tx)
        for n, case_id in enumerate(cases_of(tx), 1):
            row, armed = _projected(office, tx, registry, case_id)
            if tx.case_row(case_id) != row or _keys(tx.deadlines(case=case_id)) != _keys(armed):
                wrong.append(case_id)
            progress(n)
    return wrong


def rebuild(office: Office, *, progress: Callable[[int], None] = lambda n: None) -> int:
    """Drop all projections and write them anew in one transaction; return the number of cases."""
    n = 0
    with office.store.write() as tx:
        registry = office.registry(tx)
        tx.clear_projections()
        for n, case_id in enumerate(cases_of(tx), 1):
            row, armed = _projected(office, tx, registry, case_id)
            tx.put_case(row)
            tx.put_deadlines(case_id, armed)
            progress(n)
    return n


def _projected(office: Office, tx: ReadTx, registry: Registry, case_id: str) -> tuple[CaseRow, list[DeadlineRow]]:
    case, _ = load_case(office, tx, registry, case_id)
    return project(case, registry.calendar)


def _keys(rows: list[DeadlineRow]) -> set[tuple[str, int, str, object, bool]]:
    return {(r.limit, r.run, r.mark, r.at, r.provisional) for r in rows}
