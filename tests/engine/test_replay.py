"""Replay: what is stored adds up to the same case as what happened, also when personal fields are gone."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.casework.records import read_back, sealed
from qingfeng.catalogue.power import PARTY, SYSTEM
from qingfeng.engine.case import Case, fold
from qingfeng.engine.clock import clocks
from qingfeng.engine.decide import Accepted
from qingfeng.engine.event import Event
from qingfeng.engine.order import possible
from qingfeng.ledger.entry import broken, unseal
from tests.sample import Walk, at, calendar, course, later, salts

BY = {"clerk": "ann", "inspector": "bob", "head": "carl", "deputy": "dan", "chief": "eve", PARTY: PARTY, SYSTEM: SYSTEM}


def data_for(act: str, chance: Random) -> dict[str, Any]:
    match act:
        case "apply":
            return {"matter": "示例事项", "applicant": "王小明"}
        case "review":
            return {"outcome": chance.choice(["approved", "returned"])}
        case "answer":
            return {"outcome": chance.choice(["approved", "returned", "redo"])}
        case "give_days":
            return {"due_on": "2026-06-01"}
    return {}


def random_walk(seed: int, steps: int) -> Walk:
    """Only lawful acts: what the heart refuses or asks reasons for is left out."""
    chance, walk, now = Random(seed), Walk(), at("2026-03-02")
    for _ in range(steps):
        choices = possible(walk.case)
        if not choices:
            break
        rule = chance.choice(choices)
        now = later(now, hours=chance.choice([1, 20, 70]))
        outcome = walk.ask(rule.act, BY[rule.by[0]], now, data=data_for(rule.act, chance), reason="说明")
        if isinstance(outcome, Accepted):
            walk.case = fold("c1", course(), [*walk.case.events, outcome.event])
    return walk


def stored(event: Event, *, erase: bool = False) -> Event:
    made = sealed(event, salts=salts())
    assert broken(made.entry, made.opening, made.private) == []
    return read_back(unseal(made.entry, made.opening, None if erase else made.private))


def state(case: Case) -> tuple[Any, ...]:
    return case.step, case.since, case.done, case.pending, case.passes, case.returns, case.seq


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 25))
def test_stored_events_add_up_to_the_same_case_after_each_step(seed: int, steps: int) -> None:
    events = random_walk(seed, steps).case.events
    for n in range(len(events) + 1):
        lived, replayed = fold("c1", course(), events[:n]), fold("c1", course(), map(stored, events[:n]))
        assert state(lived) == state(replayed)
        assert clocks(lived, calendar()) == clocks(replayed, calendar())
        assert [r.act for r in possible(lived)] == [r.act for r in possible(replayed)]


def test_random_walks_reach_every_step_and_go_back() -> None:
    walks = [random_walk(seed, 40).case for seed in range(60)]
    reached = {step for case in walks for n in range(case.seq) for step in [fold("c1", course(), case.events[:n]).step]}
    assert reached | {case.step for case in walks} == {"take", "look", "decide", "serve", "closed"}
    assert any(case.returns for case in walks)
    assert any(case.pending for case in walks)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_reading_back_what_was_sealed_gives_the_event(seed: int) -> None:
    for event in random_walk(seed, 12).case.events:
        back = stored(event)
        for name in (
            "stream",
            "seq",
            "kind",
            "act",
            "at",
            "entered",
            "power",
            "version",
            "actor",
            "post",
            "data",
            "effective_day",
        ):
            assert getattr(back, name) == getattr(event, name), name
        assert back.facts == {name: value for name, value in event.facts.items() if value}, (
            "what is empty is not stored"
        )
        assert back.erased == frozenset()
        assert stored(back).facts == back.facts


def test_erased_personal_fields_are_named_and_the_case_is_still_the_same() -> None:
    events = Walk().to("closed").case.events
    emptied = [stored(event, erase=True) for event in events]
    assert "applicant" not in emptied[0].data
    lived = fold("c1", course(), events)
    gone = fold("c1", course(), emptied)
    assert state(gone) == state(lived)
    assert clocks(gone, calendar()) == clocks(lived, calendar())


def test_erased_fields_bear_the_names_that_they_had() -> None:
    walk = Walk()
    walk.do("apply", "ann", "2026-03-02", data={"matter": "示例", "applicant": "王小明"}, reason="补录说明")
    made = sealed(walk.case.events[0], salts=salts())
    assert made.private is not None
    assert "王小明".encode() not in made.entry + made.opening
    assert stored(walk.case.events[0], erase=True).erased - {"reason"} == {"applicant"}


def test_an_event_out_of_number_is_our_own_bug() -> None:
    events = Walk().to("look").case.events
    with pytest.raises(AssertionError):
        fold("c1", course(), [events[1]])
    with pytest.raises(AssertionError):
        fold("c1", course(), [events[0], events[0]])
