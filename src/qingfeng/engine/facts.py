"""The second telling: facts of a case, collected from a log of acts in one pass, and a predicate over them.

Expressions are data, so that the small evaluator in `detection` (tests, one case) and a query engine (a province) compute the same.
Every rule ends in one of four outcomes; a rule that never applied is not satisfied but not applicable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule says of a case."""

    VIOLATED = "violated"
    SATISFIED = "satisfied"
    NOT_APPLICABLE = "not_applicable"
    NOT_EVALUABLE = "not_evaluable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One act of a log, in the order of the case.  lag: working days from the act to its entry."""

    case: str
    act: str
    actor: str | None
    at: datetime
    entered: datetime
    effective: str
    lag: int
    reason: str | None = None
    data: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A number gathered over all occurrences of some acts: how many there were (over all acts if `acts` is None).

    min_lag: only those entered at least so many working days late.
    """

    acts: frozenset[str] | None
    min_lag: int | None = None

    def counts(self, row: ActRow) -> bool:
        """True if this act is one of those counted."""
        return (self.acts is None or row.act in self.acts) and (self.min_lag is None or row.lag >= self.min_lag)


@dataclass(frozen=True, slots=True)
class Col:
    """The value of a fact."""

    name: str


@dataclass(frozen=True, slots=True)
class Op:
    """A comparison or connective over facts and numbers: and, or, not, >, >=, ==, +."""

    op: str
    args: tuple[Expr, ...]


Expr = Col | Op | int

@dataclass(frozen=True, slots=True, kw_only=True)
class FactRule:
    """Facts per case, or per case and actor, with two predicates: does the rule apply, is it violated."""

    per_actor: bool
    facts: Mapping[str, Fact]
    applies: Expr
    violated: Expr


@dataclass(frozen=True, slots=True)
class LateRule:
    """Was a limit that asks for a reason ended late, or moved after it had run out?  No facts say that: `detection.late`
    walks every run of the power's limits through the acts of a case."""


Rule = FactRule | LateRule
