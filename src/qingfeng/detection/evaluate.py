"""The small evaluator of rules: one case at a time, in plain Python.  What a query engine computes must equal it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.detection.late import late_outcome
from qingfeng.engine.facts import ActRow, Col, Expr, FactRule, LateRule, Outcome, Rule
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import local_day

_OPS: Mapping[str, Callable[..., int]] = {
    "and": lambda *a: int(all(a)),
    "or": lambda *a: int(any(a)),
    "not": lambda a: int(not a),
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "+": operator.add,
}


def evaluate(expr: Expr, facts: Mapping[str, int]) -> int:
    """Return the value of an expression (booleans as 0 and 1)."""
    if isinstance(expr, int):
        return expr
    if isinstance(expr, Col):
        return facts[expr.name]
    return int(_OPS[expr.op](*(evaluate(arg, facts) for arg in expr.args)))


def outcome(rule: Rule, rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar) -> Outcome:
    """Return what a rule says of one case, whose acts are given in order."""
    if isinstance(rule, LateRule):
        return late_outcome(rows, version, calendar)
    if rule.per_actor and any(row.actor is None and any(f.counts(row) for f in rule.facts.values()) for row in rows):
        return Outcome.NOT_EVALUABLE
    groups: dict[str | None, list[ActRow]] = {}
    for row in rows:
        if not (rule.per_actor and row.actor == SYSTEM):  # the clock is nobody: it cannot be two people
            groups.setdefault(row.actor if rule.per_actor else None, []).append(row)
    found = [_facts(rule, group) for group in groups.values()]
    if any(evaluate(rule.violated, facts) for facts in found):
        return Outcome.VIOLATED
    whole = _facts(rule, rows)
    return Outcome.SATISFIED if evaluate(rule.applies, whole) else Outcome.NOT_APPLICABLE


def _facts(rule: FactRule, rows: Iterable[ActRow]) -> dict[str, int]:
    rows = list(rows)
    return {name: sum(fact.counts(row) for row in rows) for name, fact in rule.facts.items()}


def lag_between(at: datetime, entered: datetime, calendar: WorkCalendar, data: Mapping[str, object] | None = None) -> int:
    """Return the working days from an act (or the earlier day of service or receipt that it names) to its entry."""
    named = [date.fromisoformat(str(day)) for n in ("served_on", "received_on") if (day := (data or {}).get(n))]
    first, last = min([local_day(at), *named]), local_day(entered)
    return calendar.working_days_between(first, last) if last > first else 0
