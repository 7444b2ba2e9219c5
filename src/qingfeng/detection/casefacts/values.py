"""Values of many cases at once, known or bounded: what an expression can be, case by case.

A `Val` has one entry a case (or a single one for all).  Numbers are bounded by lo and hi; texts and lists are numbers of a `Pool`, in
which the texts of the facts stand in order, so that bounds mean something for them too.  Everything here errs to one side only: the
true value lies within.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qingfeng.terms.calendar import CalendarMissing

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Small = NDArray[np.int8]
BIG = 1 << 60
"""No bound beyond this; a value so large counts as unknown."""
ANY = (-BIG, BIG)
THERE, MISSING, PERHAPS = 0, 1, 2
NEAR = 4
"""Numbers that span no more than so many times their count are told apart by a table, which costs less than a sort."""


class Kind(StrEnum):
    """What the numbers of a Val stand for."""

    NUMBER = "number"
    TRUTH = "truth"  # 0, 1
    THING = "thing"  # of the pool
    ORDER = "order"  # where in the case: an instant or day; comparable with its like and with 0 alone


@dataclass(slots=True)
class Val:
    """Bounds of a value.  null: THERE, MISSING or PERHAPS; bad: where computing it exactly might have failed."""

    kind: Kind
    lo: Ints
    hi: Ints
    null: Small
    bad: Flags | None = None

    @property
    def exact(self) -> Flags:
        """Where it is known, be it as missing."""
        found: Flags = (self.null == MISSING) | ((self.null == THERE) & (self.lo == self.hi) & (np.abs(self.lo) < BIG))
        return found

    def at(self, where: NDArray[Any]) -> Val:
        """Return the entries at these places (a mask or indices)."""
        if len(self.lo) == 1:
            return self
        bad = self.bad if self.bad is None or len(self.bad) == 1 else self.bad[where]
        return Val(self.kind, self.lo[where], self.hi[where], self.null[where], bad)

    def wide(self, n: int) -> Val:
        """Return it with n entries."""
        if len(self.lo) == n:
            return self
        bad = None if self.bad is None else np.broadcast_to(self.bad, (n,))
        return Val(
            self.kind,
            np.broadcast_to(self.lo, (n,)),
            np.broadcast_to(self.hi, (n,)),
            np.broadcast_to(self.null, (n,)),
            bad,
        )


def ints(*values: int) -> Ints:
    """Return an array of numbers."""
    return np.array(values, dtype=np.int64)


def nulls(*values: int) -> Small:
    """Return an array of marks."""
    return np.array(values, dtype=np.int8)


def anything(null: int = PERHAPS, *, kind: Kind = Kind.THING, bad: Flags | None = None) -> Val:
    """Return what may be everything."""
    return Val(kind, ints(-BIG), ints(BIG), nulls(null), bad)


def truth(yes: Flags, no: Flags, bad: Flags | None = None) -> Val:
    """Return a truth that is certain where `yes` or `no` holds."""
    return Val(Kind.TRUTH, yes.astype(np.int64), (~no).astype(np.int64), np.zeros(yes.shape, dtype=np.int8), bad)


def both_bad(*vals: Val) -> Flags | None:
    """Return where one of them might have failed."""
    found: Flags | None = None
    for one in vals:
        if one.bad is not None:
            found = one.bad if found is None else found | one.bad
    return found


class Pool:
    """Things by number: first the texts of the facts in order, then whatever else turns up."""

    def __init__(self, texts: Sequence[str]) -> None:
        """texts: in order, without doubles."""
        self.texts = texts
        self.base = len(texts)
        self._more: list[Any] = []
        self._known: dict[Any, int] = {}
        self._odd: set[int] = set()
        self._tables: dict[int, tuple[Any, Val]] = {}
        self._memos: dict[object, Memo] = {}

    def number(self, thing: Any) -> int:
        """Return the number of a text, list, number or table."""
        if isinstance(thing, str):
            at = bisect_left(self.texts, thing)
            if at < self.base and self.texts[at] == thing:
                return at
        key = (
            (type(thing), tuple(thing))
            if isinstance(thing, list)
            else (type(thing), id(thing) if isinstance(thing, dict) else thing)
        )
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self.base + len(self._more)
            self._more.append(thing)
            if not isinstance(thing, str):
                self._odd.add(found)
        return found

    def thing(self, number: int) -> Any:
        """Return what has this number."""
        return self.texts[number] if number < self.base else self._more[number - self.base]

    def constant(self, thing: Any) -> Val:
        """Return the same thing for all cases."""
        if thing is None:
            return Val(Kind.THING, ints(0), ints(0), nulls(MISSING))
        if isinstance(thing, bool):
            return Val(Kind.TRUTH, ints(thing), ints(thing), nulls(THERE))
        if isinstance(thing, int):
            return (
                Val(Kind.NUMBER, ints(thing), ints(thing), nulls(THERE))
                if abs(thing) < BIG
                else anything(THERE, kind=Kind.NUMBER)
            )
        return Val(Kind.THING, *(2 * (ints(self.number(thing)),)), nulls(THERE))

    def table(self, rows: tuple[tuple[str, Any], ...]) -> Val:
        """Return a table to look up in, the same for all cases."""
        found = self._tables.get(id(rows))
        if found is None:
            found = self._tables[id(rows)] = (rows, self.constant(dict(rows)))
        return found[1]

    def odd(self, numbers: Ints) -> Flags:
        """Return which are no texts: two of those may be equal without being one."""
        if not self._odd or not (numbers >= self.base).any():
            return np.zeros(numbers.shape, dtype=np.bool_)
        return np.isin(numbers, np.fromiter(self._odd, dtype=np.int64))

    def plain(self, val: Val, number: int) -> Any:
        """Return an exact entry as the rules know it."""
        return bool(number) if val.kind is Kind.TRUTH else self.thing(number) if val.kind is Kind.THING else number

    def apply(
        self, function: Callable[..., Any], args: Sequence[Val], *, kind: Kind = Kind.THING, bounds: tuple[int, int] = ANY,
        null: int = PERHAPS, risky: bool = False,
    ) -> Val:  # fmt: skip
        """Compute a function for every distinct tuple of known arguments; where one is unknown the result lies within `bounds`.

        risky: it might have failed there.  What fails for known arguments is bad: the exact evaluator will say how.
        """
        n = max((len(one.lo) for one in args), default=1)
        spread = [one.wide(n) for one in args]
        known = np.ones(n, dtype=np.bool_)
        for one in spread:
            known &= one.exact & np.array(one.kind is not Kind.ORDER)
        bad = both_bad(*spread)
        bad = np.zeros(n, dtype=np.bool_) if bad is None else bad.copy()
        if risky:
            bad |= ~known
        lo, hi = np.full(n, bounds[0], dtype=np.int64), np.full(n, bounds[1], dtype=np.int64)
        marks = np.full(n, null, dtype=np.int8)
        keys, which = _distinct([np.where(one.null == MISSING, -BIG, one.lo)[known] for one in spread])
        results: list[Any] = []
        failed = np.zeros(len(keys), dtype=np.bool_)
        for place, key in enumerate(keys):
            try:
                results.append(
                    function(*(None if k == -BIG else self.plain(one, k) for one, k in zip(spread, key, strict=True)))
                )
            except (TypeError, ValueError, OverflowError, KeyError, AttributeError, CalendarMissing):
                results.append(None)  # told by the exact evaluator, to which the case goes
                failed[place] = True
        made = self._results(results, kind)
        if made.kind is not kind:
            lo[:], hi[:] = ANY
        if len(keys):
            lo[known], hi[known], marks[known] = made.lo[which], made.hi[which], made.null[which]
            bad[known] |= failed[which]
        return Val(made.kind, lo, hi, marks, bad if bad.any() else None)

    def mapped(
        self, name: object, function: Callable[[Any], Any], arg: Val, *, kind: Kind = Kind.THING, bounds: tuple[int, int] = ANY,
        null: int = PERHAPS,
    ) -> Val:  # fmt: skip
        """Compute a function of one thing, once for each text of the pool however often it is asked.  name: the same for the same."""
        gone = arg.null == MISSING
        known = arg.exact & ~gone
        numbers = np.where(known, arg.lo, -1)
        if arg.kind is not Kind.THING or (numbers >= self.base).any():
            return self.apply(function, [arg], kind=kind, bounds=bounds, null=null)
        memo = self._memos.get(name)
        if memo is None:
            memo = self._memos[name] = Memo(self.base, self.apply(function, [self.constant(None)], kind=kind))
        asked = np.zeros(self.base + 1, dtype=np.bool_)
        asked[numbers] = True
        fresh = np.flatnonzero(asked[: self.base] & ~memo.done)
        if len(fresh):
            here = Val(Kind.THING, fresh, fresh, np.zeros(len(fresh), dtype=np.int8))
            if not memo.take(fresh, self.apply(function, [here], kind=kind)):
                return self.apply(function, [arg], kind=kind, bounds=bounds, null=null)
        if bounds != ANY and memo.kind is not kind:
            bounds = ANY
        lo, hi, marks, bad = (np.where(known, table[numbers], rest) for table, rest in (
            (memo.lo, bounds[0]), (memo.hi, bounds[1]), (memo.null, null), (memo.bad, False)))  # fmt: skip
        for made, of_none in ((lo, memo.none.lo), (hi, memo.none.hi), (marks, memo.none.null)):
            made[gone] = of_none[0]
        bad = bad if arg.bad is None else bad | arg.bad
        return Val(memo.kind or kind, lo, hi, marks.astype(np.int8), bad if bad.any() else None)

    def _results(self, results: Sequence[Any], kind: Kind) -> Val:
        types = {type(one) for one in results if one is not None}
        kind = Kind.TRUTH if types == {bool} else Kind.NUMBER if types == {int} else Kind.THING if types else kind
        made = [0 if one is None else int(one) if kind is not Kind.THING else self.number(one) for one in results]
        low = np.array([one if abs(one) < BIG else -BIG for one in made], dtype=np.int64)
        high = np.array([one if abs(one) < BIG else BIG for one in made], dtype=np.int64)
        return Val(kind, low, high, np.array([MISSING if one is None else THERE for one in results], dtype=np.int8))


class Memo:
    """What a function makes of the texts of a pool, as far as it was asked; all of one kind."""

    def __init__(self, size: int, none: Val) -> None:
        self.none = none
        self.kind: Kind | None = None if none.null[0] == MISSING else none.kind
        self.failed = none.bad is not None
        self.done, self.bad = np.zeros(size + 1, dtype=np.bool_), np.zeros(size + 1, dtype=np.bool_)
        self.done = self.done[:size]
        self.lo, self.hi = np.zeros(size + 1, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
        self.null = np.zeros(size + 1, dtype=np.int8)

    def take(self, fresh: Ints, made: Val) -> bool:
        """Remember results; False if they are of another kind than the former ones."""
        some = bool((made.null != MISSING).any())
        if self.failed or (some and self.kind is not None and made.kind is not self.kind):
            return False
        self.kind = made.kind if some else self.kind
        self.done[fresh] = True
        self.lo[fresh], self.hi[fresh], self.null[fresh] = made.lo, made.hi, made.null
        if made.bad is not None:
            self.bad[fresh] = made.bad
        return True


def _distinct(columns: Sequence[Ints]) -> tuple[list[tuple[int, ...]], Ints]:
    """Return the distinct rows of some columns and for every row which of them it is."""
    if not columns:
        return [()], ints(0)
    which = np.zeros(len(columns[0]), dtype=np.int64)
    if not len(which):
        return [], which
    for column in columns:
        inverse, values = _ranked(column)
        which, _ = _ranked(which * values + inverse)
    first = np.zeros(int(which.max()) + 1, dtype=np.int64)
    first[which] = np.arange(len(which))
    return list(zip(*(column[first].tolist() for column in columns), strict=True)), which


def _ranked(column: Ints) -> tuple[Ints, int]:
    """Return which of the distinct values, in their order, each is, and how many these are; without a sort where they are near."""
    low = int(column.min())
    span = int(column.max()) - low + 1
    if span > NEAR * len(column):
        values, which = np.unique(column, return_inverse=True)
        return which, len(values)
    there = np.zeros(span, dtype=np.bool_)
    there[column - low] = True
    rank = np.cumsum(there) - 1
    return rank[column - low], int(rank[-1]) + 1
