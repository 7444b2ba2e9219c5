"""Planted mistakes in either telling of a control must break the agreement: else the agreement test proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from qingfeng.controls import discover
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Demand, Refusal, Situation
from qingfeng.engine.facts import Col, Fact, FactRule, LateRule, Op
from qingfeng.terms.instants import local_day
from tests.controls.tellings import Check, Telling, acts_of, agrees, history, telling_of
from tests.sample import calendar, free_version

Mutation = Callable[[Telling], Telling]
TRIES = 3_000


def checking(change: Callable[[Check, Situation], Refusal | Demand | None]) -> Mutation:
    return lambda telling: replace(telling, check=lambda situation: change(telling.check, situation))


def facts(change: Callable[[FactRule], FactRule]) -> Mutation:
    def mutated(telling: Telling) -> Telling:
        assert isinstance(telling.rule, FactRule)
        return replace(telling, rule=change(telling.rule))

    return mutated


def with_events(situation: Situation, keep: Callable[[Any], bool]) -> Situation:
    """The case as it would be if only some of its events were looked at."""
    return replace(situation, case=replace(situation.case, events=tuple(e for e in situation.case.events if keep(e))))


def limits(**changes: Any) -> Callable[[Telling], Any]:
    def other(_: Telling) -> Any:
        (one,) = discover()["time_limit"].example_limits
        return free_version([{**one, **changes}])

    return other


def other_clocks(**changes: Any) -> Mutation:
    """`check` reads the limit otherwise than the file says."""

    def mutated(telling: Telling) -> Telling:
        version = limits(**changes)(telling)

        def check(situation: Situation) -> Refusal | Demand | None:
            wrong = clocks(replace(situation.case, version=version), calendar())
            return telling.check(replace(situation, clocks=wrong))

        return replace(telling, check=check)

    return mutated


def other_scan(**changes: Any) -> Mutation:
    """`detect` reads the limit otherwise than the file says."""

    def mutated(telling: Telling) -> Telling:
        assert isinstance(telling.rule, LateRule)
        return replace(telling, read_by=limits(**changes)(telling))

    return mutated


def always(answer: bool) -> Mutation:
    said = Demand(by="x", reason=discover()["time_limit"].title)
    return checking(lambda _, situation: said if answer else None)


def days_not_working_days(_: Check, situation: Situation) -> Demand | None:
    late = (local_day(situation.proposed.entered) - local_day(situation.proposed.at)).days
    return Demand(by="x", reason=discover()["time_limit"].title) if late > 3 else None


def acts_only_of(*acts: str) -> Mutation:
    return checking(lambda check, s: check(s) if s.proposed.act in acts else None)


ONE, BOTH = Col("first0"), (Col("first0"), Col("second0"))
MUTATIONS: dict[str, tuple[dict[str, Mutation], dict[str, Mutation]]] = {
    "separate_duties": (
        {
            "only the last act is looked at": checking(
                lambda check, s: check(with_events(s, lambda e: e.seq == s.case.seq))
            ),
            "only one direction": acts_only_of("approve"),
            "one act of the first duty forgotten": checking(
                lambda check, s: check(with_events(s, lambda e: e.act != "interview"))
            ),
            "another actor's acts count too": checking(
                lambda check, s: check(
                    replace(
                        s, case=replace(s.case, events=tuple(replace(e, actor=s.proposed.actor) for e in s.case.events))
                    )
                )
            ),
        },
        {
            "or instead of and": facts(
                lambda r: replace(r, violated=Op("or", (Op(">", (BOTH[0], 0)), Op(">", (BOTH[1], 0)))))
            ),
            "one act of the first duty forgotten": facts(
                lambda r: replace(r, facts={**r.facts, "first0": Fact(frozenset({"investigate"}))})
            ),
            "whole case instead of each actor": facts(lambda r: replace(r, per_actor=False)),
            "more than one act wanted": facts(
                lambda r: replace(r, violated=Op("and", (Op(">", (BOTH[0], 1)), Op(">", (BOTH[1], 0)))))
            ),
        },
    ),
    "prompt_registration": (
        {
            "calendar days": checking(days_not_working_days),
            "never": always(False),
            "only some acts": acts_only_of("investigate"),
        },
        {
            "one day more": facts(lambda r: replace(r, facts={**r.facts, "late": Fact(None, min_lag=5)})),
            "one day less": facts(lambda r: replace(r, facts={**r.facts, "late": Fact(None, min_lag=3)})),
            "twice only": facts(lambda r: replace(r, violated=Op(">", (Col("late"), 1)))),
            "only one act": facts(
                lambda r: replace(r, facts={**r.facts, "late": Fact(frozenset({"approve"}), min_lag=4)})
            ),
        },
    ),
    "time_limit": (
        {
            "one day more": other_clocks(n=6),
            "stops forgotten": other_clocks(stops=[]),
            "extensions forgotten": other_clocks(extend=[]),
            "calendar days": other_clocks(unit="calendar_day", rolls="never"),
            "ended by another act": other_clocks(ends=["note"]),
        },
        {
            "one day less": other_scan(n=4),
            "stops forgotten": other_scan(stops=[]),
            "extensions forgotten": other_scan(extend=[]),
            "extended twice": other_scan(extend=[{"by": "extend", "n": 3, "unit": "working_day", "times": 2}]),
            "calendar days": other_scan(unit="calendar_day", rolls="never"),
            "begun anew by every start": other_scan(restarts=True),
        },
    ),
}
PLANTED = [
    pytest.param(name, mutation, id=f"{name}-{side}-{what}")
    for name, sides in MUTATIONS.items()
    for side, planted in zip(("check", "detect"), sides, strict=True)
    for what, mutation in planted.items()
]


def test_every_control_has_planted_mistakes_on_both_sides() -> None:
    assert set(MUTATIONS) == set(discover())
    for sides in MUTATIONS.values():
        assert all(len(side) >= 3 for side in sides)


@pytest.mark.parametrize(("name", "mutation"), PLANTED)
def test_a_planted_mistake_breaks_the_agreement(name: str, mutation: Mutation) -> None:
    mutated, chance, acts = mutation(telling_of(name)), Random(42), acts_of(name)
    assert any(not agrees(mutated, history(chance, acts=acts)) for _ in range(TRIES))
