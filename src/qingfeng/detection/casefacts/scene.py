"""What an expression of a rule can be, given the facts of cases alone: sound for every history that has these facts.

A scene has one act and the cases in which it was done; T stands for every one of those acts at once.  What comes out holds for all of
them, or is left open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qingfeng.detection.evaluate import FUNCTIONS, World
from qingfeng.facts.rule import Expr, Gather, Op, R, T, Table, Today

from .algebra import (
    ARITHMETIC,
    COMPARISONS,
    arithmetic,
    compare,
    conjunction,
    member,
    missing,
    negation,
    or_else,
    working_days,
)
from .facts import Facts
from .gathering import RISKY, gather
from .plan import OWN
from .values import BIG, MISSING, THERE, Flags, Ints, Kind, Val, anything, truth

_NUMBERS: Mapping[str, tuple[tuple[int, int], int]] = {
    "length": ((0, BIG), THERE), "size": ((0, BIG), THERE), "without": ((0, BIG), THERE), "working_days": ((0, BIG), 2),
}  # fmt: skip
RESULTS = 200_000
"""Results kept from batch to batch: some 30 MB; then they begin anew, so that memory does not grow with the log."""
_TEXTS = frozenset({"plain", "spelling", "unmarked"})
"""They make a text of every text."""
_TRUTHS = frozenset({"mentions", "alike", "strays", "in"})


class Results:
    """What functions made of a text, for as many texts as fit; the world has to be the same for all."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def of(self, op: str, world: World, args: tuple[Any, ...]) -> Any:
        """Return the result of a function.  Raises what it raises."""
        if len(args) != 1 or not isinstance(args[0], str):  # True and 1 are one key, and two values
            return FUNCTIONS[op](world, *args)
        key = (op, args[0])
        if key not in self._known:
            if len(self._known) >= RESULTS:
                self._known.clear()
            self._known[key] = FUNCTIONS[op](world, *args)
        return self._known[key]


class Scene:
    """The cases of a batch in which an act was done."""

    def __init__(self, facts: Facts, act: str, world: World, *, row_order: bool, results: Results) -> None:
        self.facts, self.act, self.world, self.results = facts, act, world, results
        self.at: Ints = np.flatnonzero(facts.count[act])
        self.size = len(self.at)
        self.by_day: Flags = facts.whole[""][self.at] > 0
        self.strict: Flags = facts.tied[self.at] == 0
        self.row_order = row_order
        self._kept: dict[tuple[int, str | None], Val] = {}
        self._held: list[Expr] = []
        self._orders: dict[str, tuple[Ints, Ints]] = {}
        self._present: dict[str, Ints] = {}

    def present(self, act: str) -> Ints:
        """Return in which of the cases another act was done too."""
        found = self._present.get(act)
        if found is None:
            found = self._present[act] = np.flatnonzero(self.facts.count[act][self.at])
        return found

    def count(self, act: str) -> Ints:
        """Return how often the act was done, in the cases in which it was."""
        return self.facts.count[act][self.at[self.present(act)]]

    def order(self, act: str) -> tuple[Ints, Ints]:
        """Return the first and last place of an act, in the cases in which it was done: instants, or days where only those are known."""
        found = self._orders.get(act)
        if found is None:
            here = self.at[self.present(act)]
            first, last = self.facts.first[act][here], self.facts.last[act][here]
            by_day = self.by_day[self.present(act)]
            if by_day.any():
                day = self.facts.wall.day
                first, last = np.where(by_day, day(first), first), np.where(by_day, day(last), last)
            found = self._orders[act] = (first, last)
        return found

    def value(self, expr: Expr, other: str | None = None) -> Val:
        """Return bounds of an expression; other: the act of the rows that R stands for (then only cases that have it)."""
        if other is not None and not asks_of_rows(expr):
            return self.value(expr).at(self.present(other))
        key = (id(expr), other)
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._value(expr, other)
            self._held.append(expr)  # its id stays its own
        return found

    def _value(self, expr: Expr, other: str | None) -> Val:
        pool = self.facts.pool
        match expr:
            case Op(op, args):
                return self._apply(op, args, other)
            case T(name):
                return self._column(self.act, name)
            case R(name):
                assert other is not None, f"R({name}) stands outside a Gather"
                return self._column(other, name)
            case Gather():
                return gather(self, expr)
            case Today():
                return pool.constant(self.world.today.toordinal())
            case Table(rows):
                return pool.table(rows)
            case _:
                return pool.constant(expr)

    def _column(self, act: str, name: str) -> Val:
        facts, here = self.facts, self.at[self.present(act)]
        between = facts.first[act][here], facts.last[act][here]
        if not name.startswith("_"):
            return self._said(act, f"f_{name}", here)
        match name:
            case "_act":
                return facts.pool.constant(act)
            case "_power":
                return facts.pool.constant(facts.power)
            case "_seq":
                first, last = self.order(act)
                return Val(Kind.ORDER, first, last, np.zeros(first.shape, dtype=np.int8))
            case "_on" | "_day":
                return facts.days(between)
            case "_at":
                return facts.seconds(between)
            case "_lag":
                return facts.pool.constant(0)
            case "_reason":
                return facts.pool.constant(None)
            case "_entered":
                said = self._said(act, "entered", here)
                return facts.days((said.lo, said.hi))
            case "_actor" | "_post":
                return self._said(act, OWN[name], here)
        return anything(THERE if name in ("_case", "_position") else 2)

    def _said(self, act: str, column: str, here: Ints) -> Val:
        found = self.facts.said.get((act, column))
        return self.facts.pool.constant(None) if found is None else found.at(here)

    def _apply(self, op: str, args: Sequence[Expr], other: str | None) -> Val:
        pool = self.facts.pool
        if op in ("==", "!=") and (function := _of_both(args)):
            return self._same(
                op, function, [self.value(arg.args[0], other) for arg in args if isinstance(arg, Op)], other
            )
        given = [self.value(arg, other) for arg in args]
        if op in ("and", "or"):
            return conjunction(given, pool, all_of=op == "and")
        if op in COMPARISONS:
            strict = self.strict if other is None else self.strict[self.present(other)]
            return compare(op, given[0], given[1], pool, strict)
        if op in ARITHMETIC:
            return arithmetic(op, given, pool)
        match op:
            case "not":
                return negation(given[0], pool)
            case "or_else":
                return or_else(given[0], given[1], pool)
            case "missing":
                return missing(given[0], pool)
            case "in":
                return member(given[0], given[1], pool)
        return self._function(op, given)

    def _same(self, op: str, function: str, given: list[Val], other: str | None) -> Val:
        """Compare what a function makes of two texts: where they are one text it is the same, and need not be computed.

        With one of them missing the comparison is false, whatever the function makes of the other.
        """
        pool = self.facts.pool
        n = max(len(one.lo) for one in given)
        a, b = (one.wide(n) for one in given)
        same = (a.null == THERE) & (b.null == THERE) & (a.lo == a.hi) & (b.lo == b.hi) & (a.lo == b.lo)
        same &= (a.lo >= 0) & (a.lo < pool.base) & np.array(a.kind is Kind.THING and b.kind is Kind.THING)
        needless = same | (a.null == MISSING) | (b.null == MISSING)
        a, b = (
            Val(one.kind, one.lo, one.hi, np.where(needless, MISSING, one.null).astype(np.int8), one.bad)
            for one in (a, b)
        )
        strict = self.strict if other is None else self.strict[self.present(other)]
        said = compare(op, self._function(function, [a]), self._function(function, [b]), pool, strict)
        yes, no = (said.lo == 1) & (said.hi == 1), (said.lo == 0) & (said.hi == 0)
        return truth(np.where(same, op == "==", yes), np.where(same, op != "==", no), said.bad)

    def _function(self, op: str, given: list[Val]) -> Val:
        if op == "working_days" and all(one.kind is Kind.NUMBER for one in given):
            return working_days(self.world.calendar, *given)

        def function(*args: Any) -> Any:
            return self.results.of(op, self.world, args)

        bounds, null = _NUMBERS.get(op, ((0, 1), THERE) if op in _TRUTHS else ((-BIG, BIG), 2))
        kind = Kind.NUMBER if op in _NUMBERS else Kind.TRUTH if op in _TRUTHS else Kind.THING
        if len(given) == 1 and op not in RISKY:
            return self.facts.pool.mapped(op, function, given[0], kind=kind, bounds=bounds, null=null)
        return self.facts.pool.apply(function, given, kind=kind, bounds=bounds, null=null, risky=op in RISKY)


def _of_both(args: Sequence[Expr]) -> str | None:
    """Return the function of which both sides of a comparison are results, if it makes a text of every text."""
    a, b = args
    found = isinstance(a, Op) and isinstance(b, Op) and a.op == b.op and a.op in _TEXTS
    return a.op if found and isinstance(a, Op) else None


def asks_of_rows(expr: Expr) -> bool:
    """True if an expression means something for a row being gathered only."""
    match expr:
        case R():
            return True
        case Op(_, args):
            return any(asks_of_rows(arg) for arg in args)
        case Gather():
            return expr.same is not None and asks_of_rows(expr.equals)
    return False
