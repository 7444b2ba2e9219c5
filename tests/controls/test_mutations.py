"""Planted mistakes in either telling of a control must break the agreement: else the agreement test proves nothing.

They are made from the control itself: every number, act, comparison, connective, span and condition of `detect` is changed in
turn; `check` forgets the acts of one kind, a field, all but the last act, is asked of some acts only, or has another setting.
Not every one can be noticed (a condition may be implied by another): most must be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest

from qingfeng.catalogue.power import PowerVersion
from qingfeng.controls import discover
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Control, Demand, Refusal, Situation
from qingfeng.facts.rule import AnyOf, Expr, GateRule, Gather, LateRule, Op, Rule, Span, Table
from tests.controls.histories import history
from tests.controls.tellings import (
    Check,
    Telling,
    acts_of,
    example_of,
    fields_of,
    hit_by,
    objected_to,
    telling_of,
)
from tests.sample import calendar, free_version

TRIES = 500
NOTICED = 0.8
Mutant = tuple[str, Telling]
_FLIPPED = {"and": "or", "or": "and", "==": "!=", "!=": "==", ">": ">=", ">=": ">", "<": "<=", "<=": "<"}


def bent_operations(op: str, args: tuple[Expr, ...]) -> Iterator[tuple[str, Expr]]:
    """Yield a comparison or connective with one mistake in it."""
    if op in _FLIPPED:
        yield f"{op} for {_FLIPPED[op]}", Op(_FLIPPED[op], args)
    if op == "not":
        yield "not forgotten", args[0]
    if op in ("and", "or", "+") and len(args) > 1:
        for n in range(len(args)):
            yield f"{op}: part {n} forgotten", Op(op, args[:n] + args[n + 1 :])
    for n, arg in enumerate(args):
        for what, other in bent_expressions(arg):
            yield what, Op(op, (*args[:n], other, *args[n + 1 :]))


def bent_expressions(expr: Expr) -> Iterator[tuple[str, Expr]]:
    """Yield an expression with one mistake in it, in every way we know."""
    match expr:
        case bool():
            return
        case int():
            yield f"{expr}+1", expr + 1
        case Op(op, args):
            yield from bent_operations(op, args)
        case Gather():
            yield "span", replace(expr, span=Span.ALL if expr.span is not Span.ALL else Span.BEFORE)
            if expr.since:
                yield "since forgotten", replace(expr, since=frozenset())
            if expr.where != 1:
                yield "where forgotten", replace(expr, where=1)
            for act in sorted(expr.acts or ()):
                yield f"{act} forgotten", replace(expr, acts=(expr.acts or frozenset()) - {act})
            for what, other in bent_expressions(expr.where):
                yield what, replace(expr, where=other)
        case Table(rows) if len(rows) > 1:
            yield "table without its last row", Table(rows[:-1])
        case tuple() if len(expr) > 1:
            yield "list without its last", expr[:-1]
        case _:
            return


def bent_rules(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Yield a rule with one mistake in it."""
    if isinstance(rule, AnyOf):
        for n, one in enumerate(rule.rules):
            for what, other in bent_rules(one):
                assert isinstance(other, GateRule)
                yield f"rule {n}: {what}", AnyOf((*rule.rules[:n], other, *rule.rules[n + 1 :]))
    elif isinstance(rule, GateRule):
        for act in sorted(rule.on or ()):
            yield f"{act} not judged", replace(rule, on=(rule.on or frozenset()) - {act})
        yield "never", replace(rule, violated=0)
        yield "always", replace(rule, violated=1)
        for what, expr in bent_expressions(rule.violated):
            yield what, replace(rule, violated=expr)


def limits_of(**changes: Any) -> Any:
    (one,) = discover()["time_limit"].example_limits
    return free_version([{**one, **changes}])


LIMIT_MISTAKES: dict[str, dict[str, Any]] = {
    "one day more": {"n": 6}, "one day less": {"n": 4}, "stops forgotten": {"stops": []}, "extensions forgotten": {"extend": []},
    "calendar days": {"unit": "calendar_day", "rolls": "never"}, "ended by another act": {"ends": ["note"]},
}  # fmt: skip


def of_detect(name: str) -> Iterator[Mutant]:
    """Yield the control with a mistake in `detect`."""
    telling = telling_of(name)
    if isinstance(telling.rule, LateRule):
        for what, changes in LIMIT_MISTAKES.items():
            yield what, replace(telling, read_by=limits_of(**changes))
    for what, rule in bent_rules(telling.rule):
        yield what, replace(telling, rule=rule)


def checking(telling: Telling, change: Callable[[Check, Situation], Refusal | Demand | None]) -> Telling:
    return replace(telling, check=lambda situation: change(telling.check, situation))


def seeing(keep: Callable[[Any, Any], bool]) -> Callable[[Check, Situation], Refusal | Demand | None]:
    """`check` sees only some of the case's events."""

    def change(check: Check, s: Situation) -> Refusal | Demand | None:
        events = tuple(e for e in s.case.events if keep(e, s))
        beside = replace(s.elsewhere, unseen=lambda e: not keep(e, s))  # type: ignore[type-var]
        return check(replace(s, case=replace(s.case, events=events), elsewhere=beside))

    return change


def other_clocks(version: PowerVersion) -> Callable[[Check, Situation], Refusal | Demand | None]:
    """`check` is given the clocks of other limits."""
    return lambda check, s: check(replace(s, clocks=clocks(replace(s.case, version=version), calendar())))


def deaf_to(act: str) -> Callable[[Check, Situation], Refusal | Demand | None]:
    """`check` lets an act pass."""
    return lambda check, s: None if s.proposed.act == act else check(s)


def blind_to(field: str) -> Callable[[Check, Situation], Refusal | Demand | None]:
    """`check` does not read a field of the proposed act."""

    def change(check: Check, s: Situation) -> Refusal | Demand | None:
        data = {name: said for name, said in s.proposed.data.items() if name != field}
        return check(replace(s, proposed=replace(s.proposed, data=data)))

    return change


def of_check(name: str) -> Iterator[Mutant]:
    """Yield the control with a mistake in `check`."""
    telling, kind = telling_of(name), discover()[name]
    said = Demand(by="x", reason=kind.title)
    yield "never", checking(telling, lambda _check, _s: None)
    yield "always", checking(telling, lambda _check, _s: said)
    if name == "time_limit":
        for what, changes in LIMIT_MISTAKES.items():
            version = limits_of(**changes)
            yield what, checking(telling, other_clocks(version))
        return
    for act in sorted(set(acts_of(name))):
        yield f"{act} not looked at", checking(telling, seeing(lambda e, _s, act=act: e.act != act))  # type: ignore[misc]
        yield f"{act} not asked", checking(telling, deaf_to(act))
    yield "only the last act", checking(telling, seeing(lambda e, s: e.seq == s.case.seq))
    for field in sorted({f for said_fields in fields_of(name).values() for f in said_fields}):
        yield f"{field} not read", checking(telling, blind_to(field))
    control, _ = example_of(kind)
    yield from _other_settings(telling, control)


def _other_settings(telling: Telling, control: Control) -> Iterator[Mutant]:
    for f in fields(control):  # type: ignore[arg-type]
        now = getattr(control, f.name)
        if type(now) is int:
            yield f"{f.name}={now + 1}", replace(telling, check=replace(control, **{f.name: now + 1}).check)  # type: ignore[type-var]
        elif isinstance(now, tuple) and len(now) > 1:
            yield f"{f.name} shorter", replace(telling, check=replace(control, **{f.name: now[:-1]}).check)  # type: ignore[type-var]


def unnoticed(mutants: list[Mutant], name: str) -> list[str]:
    """Return the mistakes that no random history brings to light; the sound side is asked once a history."""
    left, sound = dict(mutants), telling_of(name)
    chance = Random(42)
    for _ in range(TRIES):
        if not left:
            break
        events = history(chance, name=name)
        objected, hits = objected_to(sound, events), hit_by(sound, events)
        left = {what: mutant for what, mutant in left.items() if _agrees(mutant, sound, events, objected, hits)}
    return sorted(left)


def _agrees(mutant: Telling, sound: Telling, events: Any, objected: Any, hits: Any) -> bool:
    try:
        if mutant.check is sound.check:
            return bool(hit_by(mutant, events) == objected)
        return bool(objected_to(mutant, events) == hits)
    except (TypeError, KeyError, ValueError, AttributeError, IndexError, StopIteration, AssertionError):
        return False  # a mistake that breaks the program is noticed


@pytest.mark.parametrize("name", sorted(discover()))
@pytest.mark.parametrize("side", ["check", "detect"])
def test_most_planted_mistakes_break_the_agreement(name: str, side: str) -> None:
    mutants = list((of_check if side == "check" else of_detect)(name))
    left = unnoticed(mutants, name)
    assert len(mutants) - len(left) >= 3, left
    harmless = (
        [what for what in left if what.endswith(("not looked at", "not asked", "not read"))] if side == "check" else []
    )
    counted = len(mutants) - len(harmless)  # most controls do not look at most acts
    assert len(left) - len(harmless) <= (1 - NOTICED) * counted, left
