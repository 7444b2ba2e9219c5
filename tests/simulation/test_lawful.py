"""Lawful officers: never refused, every case ends, every branch is walked; what they do is fixed by the seed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from random import Random

import pytest

from qingfeng import wiring
from qingfeng.casework.office import CASE, Office, event_of, load_case
from qingfeng.catalogue.power import SYSTEM, Power
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event
from qingfeng.simulation import course
from qingfeng.simulation.agency import Period, work
from qingfeng.simulation.chronicle import Chronicle
from qingfeng.simulation.officers import Habits
from qingfeng.terms.instants import local_day

PERIOD = Period.of(date(2026, 3, 2), date(2026, 4, 30), date(2027, 6, 30))
EAGER = Habits(branching=1.0)
Worked = tuple[Power, list[Chronicle], list[Case]]
FEWEST_SEEDS, MOST_SEEDS, CASES = 2, 12, 14


@pytest.fixture(scope="module")
def worked(one_power: tuple[Power, Office]) -> Worked:
    """Let an agency work, seed after seed, until all branches of its power have been walked or patience ends."""
    power, _ = one_power
    applicable = {name for name, branch in power.versions[-1].procedure.branches.items() if branch.acts}
    told: list[Chronicle] = []
    cases: list[Case] = []
    with wiring.throwaways([power]) as agencies:
        for seed in range(1, MOST_SEEDS + 1):
            with agencies() as office:
                told.append(work(office, rng=Random(seed), period=PERIOD, arrivals=CASES, habits=EAGER, powers=[power.id]))
                cases += cases_of(office, told[-1].cases)
            if seed >= FEWEST_SEEDS and applicable <= {b for case in cases for b in course.walked(case)}:
                break
    return power, told, cases


def cases_of(office: Office, ids: list[str]) -> list[Case]:
    """Return the cases as the store has them."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        return [load_case(office, tx, registry, case_id)[0] for case_id in ids]


def test_no_act_of_a_lawful_officer_is_refused(worked: Worked) -> None:
    _, told, _ = worked
    refused = [(t.case, t.act, [r.reason.zh for r in t.refusals]) for c in told for t in c.turns if t.outcome == "refused"]
    assert refused == []


def test_every_case_is_finished_and_closed(worked: Worked) -> None:
    _, told, cases = worked
    assert [s for c in told for s in c.stuck] == []
    assert [case for c in told for case in c.open] == []
    assert [case.id for case in cases if not case.closed] == []
    assert len(cases) >= FEWEST_SEEDS * CASES


def test_every_branch_that_applies_is_walked(worked: Worked) -> None:
    power, _, cases = worked
    applicable = {name for name, branch in power.versions[-1].procedure.branches.items() if branch.acts}
    assert applicable - {b for case in cases for b in course.walked(case)} == set()


def test_officers_act_on_working_days_in_office_hours(worked: Worked, one_power: tuple[Power, Office]) -> None:
    _, office = one_power
    with office.store.read() as tx:
        calendar = office.registry(tx).calendar
    _, _, cases = worked
    wrong = [
        (case.id, e.act, e.at) for case in cases for e in case.events
        if e.kind == ACT and e.actor != SYSTEM
        and not (calendar.is_working(local_day(e.at)) and "08:30" <= f"{e.at:%H:%M}" <= "18:30")
    ]  # fmt: skip
    assert wrong == []


def events_of(office: Office, ids: list[str]) -> list[Event]:
    """Return all that is stored of the cases, without the salts."""
    with office.store.read() as tx:
        return [event_of(row) for case_id in ids for row in tx.events(CASE + case_id)]


def test_the_same_seed_gives_the_same_events_and_fresh_salts(agency: Callable[..., AbstractContextManager[Office]]) -> None:
    habits = Habits(carelessness=0.2, branching=0.8)
    runs: list[list[Event]] = []
    entries: list[set[bytes]] = []
    for seed in (7, 7, 8):
        with agency("a001/licence", "a002/record_filing") as office:
            told = work(office, rng=Random(seed), period=PERIOD, arrivals=4, habits=habits)
            runs.append(events_of(office, told.cases))
            with office.store.read() as tx:
                entries.append({row.entry for case_id in told.cases for row in tx.events(CASE + case_id)})
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert entries[0].isdisjoint(entries[1])


def test_a_period_that_ends_leaves_cases_open(agency: Callable[..., AbstractContextManager[Office]]) -> None:
    with agency("a000/penalty") as office:
        short = Period.of(date(2026, 3, 2), date(2026, 3, 6))
        told = work(office, rng=Random(1), period=short, arrivals=5, habits=EAGER)
        assert len(told.open) + len(told.finished) == len(told.cases) == 5
        assert told.open
        assert all(local_day(e.entered) <= date(2026, 3, 6) for e in events_of(office, told.cases))
