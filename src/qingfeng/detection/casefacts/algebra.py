"""Operators of the language over bounded values: certain where the bounds decide, else left open."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from qingfeng.terms.calendar import CalendarMissing, WorkCalendar

from .values import BIG, MISSING, PERHAPS, THERE, Flags, Ints, Kind, Pool, Small, Val, anything, both_bad, truth

_NUMBERS = frozenset({Kind.NUMBER, Kind.TRUTH})
_PYTHON: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip
COMPARISONS = frozenset({"==", "!=", ">", ">=", "<", "<="})
ARITHMETIC = frozenset({"+", "-", "*"})


def true_false(val: Val, pool: Pool) -> tuple[Flags, Flags]:
    """Return where a value certainly counts as true and where as false."""
    there, gone = val.null == THERE, val.null == MISSING
    if val.kind is not Kind.THING:
        return there & ((val.lo > 0) | (val.hi < 0)), gone | (there & (val.lo == 0) & (val.hi == 0))
    said = pool.mapped("bool", bool, val, kind=Kind.TRUTH, bounds=(0, 1), null=THERE)
    return (said.lo == 1) & (said.hi == 1), (said.lo == 0) & (said.hi == 0)


def conjunction(args: Sequence[Val], pool: Pool, *, all_of: bool) -> Val:
    """All of them hold, or one of them."""
    yes, no = np.full(1, all_of), np.full(1, not all_of)
    for also_yes, also_no in (true_false(one, pool) for one in args):
        yes, no = (yes & also_yes, no | also_no) if all_of else (yes | also_yes, no & also_no)
    return truth(yes, no, both_bad(*args))


def negation(arg: Val, pool: Pool) -> Val:
    """It does not hold."""
    yes, no = true_false(arg, pool)
    return truth(no, yes, arg.bad)


def compare(op: str, a: Val, b: Val, pool: Pool, strict: Flags) -> Val:
    """A comparison: false with something missing.  strict: where equal places in a case are one act."""
    if op in ("<", "<="):
        return compare(">" if op == "<" else ">=", b, a, pool, strict)
    gone, there = (a.null == MISSING) | (b.null == MISSING), (a.null == THERE) & (b.null == THERE)
    bad = both_bad(a, b)
    if a.kind is Kind.ORDER or b.kind is Kind.ORDER:
        yes, no = _orders(op, a, b, strict)
    elif a.kind in _NUMBERS and b.kind in _NUMBERS:
        yes, no = _bounds(op, a, b)
    elif a.kind is b.kind and op in ("==", "!="):
        yes, no = _bounds(op, a, b)
        if (doubt := a.exact & b.exact & pool.odd(a.lo) & pool.odd(b.lo) & (a.lo != b.lo)).any():
            said = pool.apply(_PYTHON[op], [a, b], kind=Kind.TRUTH, bounds=(0, 1), null=THERE)
            yes, no = np.where(doubt, said.lo == 1, yes), np.where(doubt, said.hi == 0, no)
            bad = both_bad(said) if bad is None else bad | (False if said.bad is None else said.bad)
    else:
        said = pool.apply(_two_valued(_PYTHON[op]), [a, b], kind=Kind.TRUTH, bounds=(0, 1), null=THERE)
        yes, no, bad = said.lo == 1, said.hi == 0, said.bad
    return truth(there & yes, gone | no, bad)


def _two_valued(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: a is not None and b is not None and function(a, b)


def _bounds(op: str, a: Val, b: Val) -> tuple[Flags, Flags]:
    known = (a.lo == a.hi) & (b.lo == b.hi)
    match op:
        case ">":
            return a.lo > b.hi, a.hi <= b.lo
        case ">=":
            return a.lo >= b.hi, a.hi < b.lo
    equal, apart = known & (a.lo == b.lo), (a.lo > b.hi) | (a.hi < b.lo)
    return (equal, apart) if op == "==" else (apart, equal)


def _orders(op: str, a: Val, b: Val, strict: Flags) -> tuple[Flags, Flags]:
    """Places in a case are compared with each other, or with the constant 0, before which there is none."""
    never = np.zeros(1, dtype=np.bool_)
    if any(
        one.kind is not Kind.ORDER and (one.kind is not Kind.NUMBER or one.lo.any() or one.hi.any()) for one in (a, b)
    ):
        return never, never
    yes, no = _bounds(op, a, b)
    touching = ~strict & (a.lo <= b.hi) & (a.hi >= b.lo)
    return yes & ~touching, no & ~touching


def arithmetic(op: str, args: Sequence[Val], pool: Pool) -> Val:
    """Sum, difference, product; missing if an argument is."""
    if any(one.kind not in _NUMBERS for one in args):
        return pool.apply(_folded(_PYTHON[op]), args)
    made = args[0]
    for one in args[1:]:
        lo, hi = _clipped(_PYTHON[op], op, made, one)
        made = Val(Kind.NUMBER, lo, hi, _missing_if_one_is(made, one), both_bad(made, one))
    return made if len(args) > 1 else Val(Kind.NUMBER, made.lo, made.hi, made.null, made.bad)


def _folded(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def fold(*args: Any) -> Any:
        if any(one is None for one in args):
            return None
        made = args[0]
        for one in args[1:]:
            made = function(made, one)
        return made

    return fold


def _missing_if_one_is(a: Val, b: Val) -> Small:
    one = np.where((a.null == MISSING) | (b.null == MISSING), MISSING, np.maximum(a.null, b.null))
    return one.astype(np.int8)


def _clipped(function: Callable[[Any, Any], Any], op: str, a: Val, b: Val) -> tuple[Ints, Ints]:
    """Bounds of a result; those that leave the range, or rest on none, become none."""
    ends = [(a.lo, b.lo), (a.hi, b.hi)] if op == "+" else [(a.lo, b.hi), (a.hi, b.lo)] if op == "-" else [
        (x, y) for x in (a.lo, a.hi) for y in (b.lo, b.hi)]  # fmt: skip
    near = [function(x.astype(np.float64), y.astype(np.float64)) for x, y in ends]
    if op == "*":
        unbounded = (np.maximum(np.abs(a.lo), np.abs(a.hi)) >= BIG) | (np.maximum(np.abs(b.lo), np.abs(b.hi)) >= BIG)
        wide = unbounded | (np.abs(near).max(axis=0) >= BIG)
        values = [function(np.where(wide, 0, x), np.where(wide, 0, y)) for x, y in ends]
        return np.where(wide, -BIG, np.minimum.reduce(values)), np.where(wide, BIG, np.maximum.reduce(values))
    (low_a, low_b), (high_a, high_b) = ends
    open_low = (np.abs(low_a) >= BIG) | (np.abs(low_b) >= BIG) | (np.abs(near[0]) >= BIG)
    open_high = (np.abs(high_a) >= BIG) | (np.abs(high_b) >= BIG) | (np.abs(near[1]) >= BIG)
    low = function(np.where(open_low, 0, low_a), np.where(open_low, 0, low_b))
    high = function(np.where(open_high, 0, high_a), np.where(open_high, 0, high_b))
    return np.where(open_low, -BIG, low), np.where(open_high, BIG, high)


def or_else(a: Val, b: Val, pool: Pool) -> Val:
    """The first, or the second where the first is missing."""
    a, b = _alike(a, b, pool)
    gone, there = a.null == MISSING, a.null == THERE
    lo = np.where(gone, b.lo, np.where(there | (b.null == MISSING), a.lo, np.minimum(a.lo, b.lo)))
    hi = np.where(gone, b.hi, np.where(there | (b.null == MISSING), a.hi, np.maximum(a.hi, b.hi)))
    null = np.where(gone, b.null, np.where(there, THERE, np.where(b.null == THERE, THERE, PERHAPS)))
    return Val(a.kind, lo, hi, null.astype(np.int8), both_bad(a, b))


def _alike(a: Val, b: Val, pool: Pool) -> tuple[Val, Val]:
    """Return two values as of one kind."""
    if a.kind is b.kind:
        return a, b
    if (a.null == MISSING).all():
        return Val(b.kind, a.lo, a.hi, a.null, a.bad), b
    if (b.null == MISSING).all():
        return a, Val(a.kind, b.lo, b.hi, b.null, b.bad)
    if Kind.ORDER in (a.kind, b.kind):
        other = b if a.kind is Kind.ORDER else a
        if other.kind is Kind.NUMBER and not other.lo.any() and not other.hi.any():  # 0: before every act
            return Val(Kind.ORDER, a.lo, a.hi, a.null, a.bad), Val(Kind.ORDER, b.lo, b.hi, b.null, b.bad)
        return anything(bad=a.bad), anything(bad=b.bad)
    return _things(a, pool), _things(b, pool)


def _things(val: Val, pool: Pool) -> Val:
    if val.kind is Kind.THING:
        return val
    known = val.exact
    values, which = np.unique(np.where(known, val.lo, 0), return_inverse=True)
    numbers = np.array(
        [pool.number(bool(v) if val.kind is Kind.TRUTH else v) for v in values.tolist()], dtype=np.int64
    )[which]
    return Val(Kind.THING, np.where(known, numbers, -BIG), np.where(known, numbers, BIG), val.null, val.bad)


def missing(val: Val, pool: Pool) -> Val:
    """It is absent, or an empty text or list."""
    there, gone = val.null == THERE, val.null == MISSING
    if val.kind is not Kind.THING:
        return truth(gone, there, val.bad)
    empty = 0 if pool.base and pool.texts[0] == "" else -1  # its number among the texts
    text = there & (val.lo > max(empty, -1)) & (val.hi < pool.base)
    if not (there & (val.lo >= pool.base)).any():  # texts alone
        return truth(gone | (there & (val.lo == empty) & (val.hi == empty)), text, val.bad)
    said = pool.mapped("missing", _empty, val, kind=Kind.TRUTH, bounds=(0, 1), null=THERE)
    return truth((said.lo == 1) & (said.hi == 1), (said.hi == 0) | text, said.bad)


def _empty(thing: Any) -> bool:
    return thing is None or thing in ("", [], (), {})


def member(val: Val, many: Val, pool: Pool) -> Val:
    """It is one of some things."""
    if len(many.lo) == 1 and many.exact[0] and many.kind is Kind.THING and many.null[0] == THERE and many.bad is None:
        group = pool.thing(int(many.lo[0]))
        said = pool.mapped(
            ("in", int(many.lo[0])), lambda one: _in(one, group), val, kind=Kind.TRUTH, bounds=(0, 1), null=THERE
        )
    else:
        said = pool.apply(_in, [val, many], kind=Kind.TRUTH, bounds=(0, 1), null=THERE)
    if (
        len(many.lo) > 1
        or not many.exact.all()
        or many.kind is not Kind.THING
        or many.null[0] == MISSING
        or val.kind is not Kind.THING
    ):
        return said
    listed = pool.thing(int(many.lo[0]))
    numbers = [pool.number(one) for one in listed if isinstance(one, str)] if isinstance(listed, tuple | list) else []
    if not isinstance(listed, tuple | list) or len(numbers) < len(listed):
        return said
    texts = (val.lo >= 0) & (val.hi < pool.base)
    outside = np.ones(len(val.lo), dtype=np.bool_)
    for one in numbers:
        outside &= (val.lo > one) | (val.hi < one)
    return truth((said.lo == 1) & (said.hi == 1), (said.hi == 0) | (texts & outside), said.bad)


def _in(one: Any, many: Any) -> bool:
    return one is not None and many is not None and one in many


def working_days(calendar: WorkCalendar, a: Val, b: Val) -> Val:
    """Return the working days between two days, as numbers: by the running number of each distinct day instead of each pair of them.

    Unknown days, and those without a calendar, are bad: the exact evaluator will say what comes of them.
    """
    n = max(len(a.lo), len(b.lo))
    a, b = a.wide(n), b.wide(n)
    known = a.exact & b.exact
    both = known & (a.null == THERE) & (b.null == THERE)
    later = both & (b.lo > a.lo)
    days, which = np.unique(np.concatenate([a.lo[later], b.lo[later]]), return_inverse=True)
    running = [_running(calendar, day) for day in days.tolist()]
    table = np.array([0 if one is None else one for one in running], dtype=np.int64)
    lacking = np.array([one is None for one in running], dtype=np.bool_)
    begin, end = which[: len(which) // 2], which[len(which) // 2 :]
    bad = ~known
    for one in (a.bad, b.bad):
        bad = bad if one is None else bad | one
    lo, hi = np.zeros(n, dtype=np.int64), np.where(known, 0, BIG)
    lo[later] = hi[later] = table[end] - table[begin]
    bad[later] |= lacking[begin] | lacking[end]
    null = np.where(both, THERE, np.where(known, MISSING, PERHAPS)).astype(np.int8)
    return Val(Kind.NUMBER, lo, hi, null, bad if bad.any() else None)


def _running(calendar: WorkCalendar, day: int) -> int | None:
    try:
        return calendar.index(date.fromordinal(day))
    except (CalendarMissing, ValueError, OverflowError):
        return None
