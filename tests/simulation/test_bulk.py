"""Stamped cases cannot be told from run ones: sealed to the byte, projections as from the events, numbers dense."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest

from qingfeng.casework import rebuild
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import CASE, Office, load_case
from qingfeng.casework.ports import StoredEvent
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT
from qingfeng.ledger.entry import broken
from qingfeng.simulation.agency import Period, work
from qingfeng.simulation.bulk import Written, make_dies, write_bulk
from qingfeng.simulation.officers import LAWFUL
from qingfeng.simulation.shifting import moved
from qingfeng.terms.instants import LOCAL, local_day

from .conftest import agency_of

POWERS = ("a000/penalty", "a001/licence", "a002/budget")
RUN, BULK = 4, 500


@pytest.fixture(scope="module")
def bulk() -> Iterator[tuple[Office, Written, list[int]]]:
    """A store with stamped cases of three powers; and what progress said."""
    said: list[int] = []
    with agency_of(*POWERS) as office:
        yield office, write_bulk(office, cases=BULK, seed=6, per_power=RUN, progress=said.append), said


def all_rows(office: Office) -> list[StoredEvent]:
    """Return every event of the store."""
    rows: list[StoredEvent] = []
    with office.store.read() as tx:
        while page := tx.all_events(after=rows[-1].position if rows else 0):
            rows += page
    return rows


def test_every_stamped_entry_fits_its_openings(bulk: tuple[Office, Written, list[int]]) -> None:
    office, written, said = bulk
    rows = [row for row in all_rows(office) if row.stream.startswith(CASE)]
    assert [row.stream for row in rows if broken(row.entry, row.opening, row.private)] == []
    assert len(rows) > written.events > BULK
    assert sum(row.private is not None for row in rows) > BULK
    assert said[-1] == BULK


def test_projections_and_deadlines_are_those_of_the_events(bulk: tuple[Office, Written, list[int]]) -> None:
    office, _, _ = bulk
    assert rebuild.compare(office) == []
    with office.store.read() as tx:
        counted = sum(n for *_, n in tx.counts())
        assert counted == BULK + RUN * len(POWERS)
        assert {row.status for row in tx.case_rows(limit=1_000)} >= {"open", "closed"}


def test_salts_are_fresh_for_every_field_of_every_case(bulk: tuple[Office, Written, list[int]]) -> None:
    office, _, _ = bulk
    salts = Counter(
        salt
        for row in all_rows(office)
        for part in (row.opening, row.private)
        if part is not None
        for salt, _ in json.loads(part).values()
    )
    assert max(salts.values()) == 1


def test_numbers_are_dense_and_go_on(bulk: tuple[Office, Written, list[int]]) -> None:
    office, _, _ = bulk
    series: dict[str, list[int]] = {}
    for row in all_rows(office):
        if row.seq == 1 and row.stream.startswith(CASE):
            name, _, number = row.stream.removeprefix(CASE).rpartition("/")
            series.setdefault(name, []).append(int(number))
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in series.values())
    at = datetime(2026, 6, 1, 9, tzinfo=LOCAL)
    data = {"lead_source": "report", "lead_no": "示线〔2026〕9999号", "summary": "无证经营", "allegations": ["A1"]}
    command = Command(case="", act="register_lead", actor="intake_officer", at=at, entered=at, data=data)
    answer = handle(office, command, power="a000/penalty")
    assert isinstance(answer, Done)
    assert answer.case == f"a000/penalty/2026/{len(series['a000/penalty/2026']) + 1:05d}"


def test_courses_can_be_kept_short() -> None:
    with agency_of("a002/record_filing") as office:
        dies = make_dies(office, rng=Random(1), per_power=4, moves=2, open_share=0.0, longest=3)
        assert dies
        assert max(len(die.parts) for die in dies) <= 3


def test_a_case_is_moved_only_where_it_would_have_gone_the_same_way() -> None:
    """Acts never come to lie on a rest day, and a holiday that would make one late forbids the move."""
    with agency_of("a002/acceptance") as office:
        period = Period.of(date(2026, 3, 2), date(2026, 3, 31), date(2026, 12, 31))
        told = work(office, rng=Random(2), period=period, arrivals=6, habits=LAWFUL)
        allowed = refused = 0
        with office.store.read() as tx:
            registry = office.registry(tx)
            for case_id in told.cases:
                case, controls = load_case(office, tx, registry, case_id)
                for weeks in range(24, 36):
                    again = moved(case, 7 * weeks, registry=registry, controls=controls)
                    days = [
                        local_day(e.at + timedelta(weeks=weeks))
                        for e in case.events
                        if e.kind == ACT and e.actor != "system"
                    ]
                    if again is None:
                        refused += 1
                        continue
                    allowed += 1
                    assert all(registry.calendar.is_working(day) for day in days)
                    assert [local_day(e.at) for e in again.events if e.kind == ACT and e.actor != "system"] == days
                    assert (again.step, again.pending) == (case.step, case.pending)
        assert allowed
        assert refused
