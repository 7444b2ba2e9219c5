"""Careless officers: late, entered late, forgotten fields, a step skipped; each with its trace, and nothing worse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

import pytest

from qingfeng.casework.logbook import LiveLog, case_log
from qingfeng.casework.office import Office, load_case
from qingfeng.detection.evaluate import World, judge, lag_between
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT
from qingfeng.facts.rows import Outcome
from qingfeng.simulation.agency import Period, work
from qingfeng.simulation.chronicle import Chronicle
from qingfeng.simulation.officers import Habits
from qingfeng.terms.calendar import WorkCalendar

from .conftest import agency_of

POWERS = ("a000/penalty", "a001/licence", "a002/acceptance")
Told = tuple[Chronicle, list[tuple[Case, tuple[Control, ...]]], WorkCalendar, Office]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """What careless officers did in two months."""
    with agency_of(*POWERS) as office:
        yield _work(office)


def _work(office: Office) -> Told:
    period = Period.of(date(2026, 3, 2), date(2026, 4, 30), date(2027, 6, 30))
    chronicle = work(office, rng=Random(3), period=period, arrivals=10, habits=Habits(carelessness=0.25, branching=0.5))
    with office.store.read() as tx:
        registry = office.registry(tx)
        return chronicle, [load_case(office, tx, registry, c) for c in chronicle.cases], registry.calendar, office


def test_every_demand_for_a_reason_is_answered(told: Told) -> None:
    chronicle, cases, _, _ = told
    asked = [t for t in chronicle.turns if t.outcome == "asked"]
    reasons = [e for case, _ in cases for e in case.events if e.kind == ACT and e.facts.get("demanded")]
    assert len(asked) == len(reasons) > 0
    assert all(e.facts["reason"] for e in reasons)
    late = {"time_limit", "prompt_registration"}
    assert late <= {by for e in reasons for by in e.facts["demanded"]} <= late | {"post_card"}  # a step's own days are a limit too


def test_a_forgotten_field_or_skipped_step_is_refused_and_then_given(told: Told) -> None:
    chronicle, _, _, _ = told
    refused = [(n, t) for n, t in enumerate(chronicle.turns) if t.outcome == "refused"]
    assert refused
    for n, turn in refused:
        given = [t for t in chronicle.turns[n + 1 :] if t.outcome == "accepted" and (t.act, t.actor) == (turn.act, turn.actor)]
        assert turn.meant
        assert {r.ring for r in turn.refusals} in ({"shape"}, {"order"})
        assert any(turn.case in ("", t.case) for t in given)  # others may do the same in between, in cases of their own
    assert {r.ring for _, turn in refused for r in turn.refusals} == {"shape", "order"}


def test_late_entries_keep_the_time_at_which_it_happened(told: Told) -> None:
    _, cases, calendar, _ = told
    late = [e for case, _ in cases for e in case.events if e.kind == ACT and lag_between(e.at, e.entered, calendar) > 3]
    assert late
    assert all("prompt_registration" in e.facts["demanded"] for e in late)


def test_careless_officers_finish_their_cases(told: Told) -> None:
    chronicle, cases, _, _ = told
    assert chronicle.stuck == []
    assert all(case.closed for case, _ in cases)


def test_detection_finds_exactly_what_was_demanded(told: Told) -> None:
    """The second telling of each control, over the log of honest people, agrees with what the door asked them."""
    _, cases, _, office = told
    found = 0
    with office.store.read() as tx:
        registry = office.registry(tx)
        world = World(registry.calendar, registry.people)
        for case, controls in cases:
            rows = case_log(office, tx, registry, case.id).rows
            demanded = {by for e in case.events if e.kind == ACT for by in e.facts.get("demanded") or ()}
            for control in controls:
                said, _ = judge(control.detect(case.version), rows, case.version, world, log=LiveLog(tx, registry.calendar))
                assert (said is Outcome.VIOLATED) == (control.name in demanded), (case.id, control.name)
                found += said is Outcome.VIOLATED
    assert found
