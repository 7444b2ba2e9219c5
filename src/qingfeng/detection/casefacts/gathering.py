"""What is gathered from other rows of a case, by their facts: how many at least and at most, and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qingfeng.facts.rule import Expr, Gather, Op, R, Span, Take

from .algebra import true_false
from .values import BIG, MISSING, PERHAPS, THERE, Flags, Ints, Kind, Val, anything, both_bad, ints

if TYPE_CHECKING:
    from .scene import Scene

RISKY = frozenset({"working_days", "workday"})
"""Functions that fail where there is no calendar: what they are given has to be known."""


@dataclass(slots=True)
class Piece:
    """The rows of one act, in the cases (places in the scene) that have it.

    all_in, none_in: certain; least, most: how many are taken; value: bounds of what is taken of each; whole: every row and no more
    is known of them, so that bounds of a column are reached.
    """

    at: Ints
    all_in: Flags
    none_in: Flags
    least: Ints
    most: Ints
    value: Val
    first: Ints
    last: Ints
    own: bool


def gather(scene: Scene, expr: Gather) -> Val:
    """Return bounds of what is gathered."""
    n = scene.size
    risky = np.full(n, any(_risky(one) for one in (expr.where, expr.value, expr.equals)))
    if expr.same is not None:
        return _unseen(expr.take, risky if risky.any() else None)
    since = _since(scene, expr) if expr.since and expr.span is not Span.AFTER else (np.full(n, -BIG), np.full(n, -BIG))
    bad = np.zeros(n, dtype=np.bool_)
    acts = scene.facts.count.keys() if expr.acts is None else sorted(expr.acts & scene.facts.count.keys())
    pieces = [
        piece for act in acts if len(scene.present(act)) and (piece := _piece(scene, expr, act, since, bad)) is not None
    ]
    least, most = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    settled = np.ones(n, dtype=np.bool_)
    for piece in pieces:
        least[piece.at] += piece.least
        most[piece.at] = np.minimum(most[piece.at] + piece.most, BIG)
        settled[piece.at] &= piece.all_in | piece.none_in
    made = _made(scene, expr, pieces, least, most, settled)
    made.bad = both_bad(made, anything(bad=bad)) if bad.any() else made.bad
    return made


def _tells(scene: Scene, expr: Gather, act: str) -> bool:
    """True unless an act never says what is gathered: then its rows count for nothing, or hold no element."""
    asked = expr.each or (expr.value.field if isinstance(expr.value, R) and expr.take is not Take.COUNT else "_")
    return asked.startswith("_") or (act, f"f_{asked}") in scene.facts.said


def _unseen(take: Take, bad: Flags | None) -> Val:
    """What is gathered where nothing is known of the rows."""
    if take in (Take.COUNT, Take.DISTINCT):
        return Val(Kind.NUMBER, ints(0), ints(BIG), np.zeros(1, dtype=np.int8), bad)
    return anything(THERE if take in (Take.SET, Take.SUM) else PERHAPS, bad=bad)


def _risky(expr: Expr) -> bool:
    match expr:
        case Op(op, args):
            return op in RISKY or any(_risky(arg) for arg in args)
        case Gather():
            return _risky(expr.where) or _risky(expr.value) or _risky(expr.equals)
    return False


def _since(scene: Scene, expr: Gather) -> tuple[Ints, Ints]:
    """Return between which places the latest earlier act of `since` lies (-BIG: there is none)."""
    low, high = np.full(scene.size, -BIG), np.full(scene.size, -BIG)
    own_first, own_last = scene.order(scene.act)
    for act in sorted(expr.since & scene.facts.count.keys()):
        at = scene.present(act)
        first, last = scene.order(act)
        begin, end = own_first[at], own_last[at]
        if act == scene.act:
            several = scene.count(act) > 1
            high[at] = np.where(several, np.maximum(high[at], end), high[at])
            continue
        surely = np.where(last < begin, last, np.where(first < begin, first, -BIG))
        perhaps = np.where(first > end, -BIG, np.minimum(last, end))
        low[at], high[at] = np.maximum(low[at], surely), np.maximum(high[at], perhaps)
    return low, high


def _piece(scene: Scene, expr: Gather, act: str, since: tuple[Ints, Ints], bad: Flags) -> Piece | None:
    at, number = scene.present(act), scene.count(act)
    first, last = scene.order(act)
    begin, end = (one[at] for one in scene.order(scene.act))
    never = np.zeros(len(at), dtype=np.bool_)
    own = act == scene.act
    spare = 0
    if expr.span is Span.ALL:
        inside, outside, one_in = ~never, never, ~never
    elif own:
        inside, outside, one_in, spare = never, number == 1, never, 1
    elif expr.span is Span.BEFORE:
        inside, outside, one_in = last < begin, first > end, first < begin
    else:
        inside, outside, one_in = first > end, last < begin, last > end
    low, high = since[0][at], since[1][at]
    one_in = one_in & ((first > high) | ((last > high) & (last < begin) if expr.span is Span.BEFORE else last > high))
    inside, outside = inside & (first > high), outside | (last < low) | (scene.strict[at] & (last <= low))
    if expr.each is not None:
        listed = scene.value(R(expr.each), act).wide(len(at))
        empty = scene.facts.pool.apply(
            lambda many: not isinstance(many, list | tuple | dict) or not many, [listed], kind=Kind.TRUTH
        )
        outside, inside, one_in = outside | (empty.null == THERE) & (empty.lo == 1), never, never
    if outside.all():
        return None
    where = scene.value(expr.where, act).wide(len(at))
    yes, no = true_false(where, scene.facts.pool)
    yes, no = np.broadcast_to(yes, never.shape), np.broadcast_to(no, never.shape)
    value = scene.value(expr.value, act).wide(len(at))
    both = both_bad(where, anything(bad=None if value.bad is None else value.bad & ~no))
    if both is not None:
        bad[at] |= both & ~outside
    all_in, none_in = inside & yes & ~outside, outside | no
    least = np.where(all_in, number, np.where(one_in & yes & ~outside, 1, 0))
    most = np.where(none_in, 0, BIG if expr.each is not None else number - spare)
    return Piece(at, all_in, none_in, least, most, value, first, last, isinstance(expr.value, R))


def _made(scene: Scene, expr: Gather, pieces: Sequence[Piece], least: Ints, most: Ints, settled: Flags) -> Val:
    n = scene.size
    if expr.take is Take.COUNT:
        return Val(Kind.NUMBER, least, most, np.zeros(n, dtype=np.int8))
    if expr.take is Take.SUM:
        return _sum(n, pieces)
    kinds = {one.value.kind for one in pieces if not (one.value.null == MISSING).all()}
    if len(kinds) > 1:
        return _unseen(expr.take, None)
    kind = next(iter(kinds), Kind.THING)
    if expr.take in (Take.DISTINCT, Take.SET):
        return _set(scene, expr.take, kind, pieces, settled, most)
    if expr.take in (Take.MIN, Take.MAX) and kind is not Kind.THING:
        return _extreme(scene, expr, kind, pieces)
    return _chosen(scene, expr.take, kind, pieces, settled)


def _sum(n: int, pieces: Sequence[Piece]) -> Val:
    lo, hi = np.zeros(n), np.zeros(n)
    exact_lo, exact_hi = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for one in pieces:
        if one.value.kind not in (Kind.NUMBER, Kind.TRUTH) and not (one.value.null == MISSING).all():
            return anything(THERE)
        gone = (one.value.null == MISSING) | one.none_in
        low, high = np.where(gone, 0, one.value.lo), np.where(gone, 0, one.value.hi)
        few = np.where(one.value.null == THERE, one.least, 0)
        for floats, exact, bound, times in (
            (lo, exact_lo, low, np.where(low < 0, one.most, few)), (hi, exact_hi, high, np.where(high > 0, one.most, few))):  # fmt: skip
            product = bound.astype(np.float64) * times
            floats[one.at] += product
            exact[one.at] += np.where(np.abs(product) < BIG, bound * np.where(np.abs(product) < BIG, times, 0), 0)
    lo_out, hi_out = np.abs(lo) >= BIG, np.abs(hi) >= BIG
    return Val(
        Kind.NUMBER, np.where(lo_out, -BIG, exact_lo), np.where(hi_out, BIG, exact_hi), np.zeros(n, dtype=np.int8)
    )


def _extreme(scene: Scene, expr: Gather, kind: Kind, pieces: Sequence[Piece]) -> Val:
    """The least or greatest: between what is surely taken and what may be."""
    n, sign = scene.size, 1 if expr.take is Take.MIN else -1
    reached_by_all = np.full(n, BIG)  # the least is at most this
    reached_by_any = np.full(n, BIG)  # … and at least this
    some, sure = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    for one in pieces:
        low, high = (one.value.lo, one.value.hi) if sign == 1 else (-one.value.hi, -one.value.lo)
        possible, certain = ~one.none_in & (one.value.null != MISSING), (one.least > 0) & (one.value.null == THERE)
        # a bound that is none is no value either
        attained = one.all_in & np.array(one.own and _attained(scene, expr.value)) & (np.abs(low) < BIG)
        worst = np.where(attained, low, high)
        reached_by_all[one.at] = np.where(certain, np.minimum(reached_by_all[one.at], worst), reached_by_all[one.at])
        reached_by_any[one.at] = np.where(possible, np.minimum(reached_by_any[one.at], low), reached_by_any[one.at])
        some[one.at] |= possible
        sure[one.at] |= certain
    null = np.where(sure, THERE, np.where(some, PERHAPS, MISSING)).astype(np.int8)
    upper = np.where(sure, reached_by_all, np.max([_highest(n, pieces, sign), reached_by_any], axis=0))
    low, high = (reached_by_any, upper) if sign == 1 else (-upper, -reached_by_any)
    return Val(kind, np.where(some, low, 0), np.where(some, high, 0), null)


def _highest(n: int, pieces: Sequence[Piece], sign: int) -> Ints:
    found = np.full(n, -BIG)
    for one in pieces:
        high = one.value.hi if sign == 1 else -one.value.lo
        possible = ~one.none_in & (one.value.null != MISSING)
        found[one.at] = np.where(possible, np.maximum(found[one.at], high), found[one.at])
    return found


def _attained(scene: Scene, value: Expr) -> bool:
    """True if the bounds of a column are values of it: of instants and days only where the clock is steady."""
    assert isinstance(value, R), "a column"
    return scene.facts.wall.steady or value.field == "_seq" or not value.field.startswith("_")


def _matrix(scene: Scene, pieces: Sequence[Piece], settled: Flags) -> tuple[list[Val], Flags]:
    """Return the value of each piece in every case (missing where it takes none) and where all are known."""
    n, made = scene.size, []
    known = settled.copy()
    for one in pieces:
        lo, null = np.zeros(n, dtype=np.int64), np.full(n, MISSING, dtype=np.int8)
        take = one.all_in
        lo[one.at], null[one.at] = np.where(take, one.value.lo, 0), np.where(take, one.value.null, MISSING)
        known[one.at] &= ~take | one.value.exact | ((one.value.kind is Kind.ORDER) & (one.value.lo == one.value.hi))
        made.append(Val(one.value.kind, lo, lo, null))
    return made, known


def _set(scene: Scene, take: Take, kind: Kind, pieces: Sequence[Piece], settled: Flags, most: Ints) -> Val:
    n = scene.size
    if kind is Kind.ORDER:
        return _unseen(take, None)
    values, known = _matrix(scene, pieces, settled)
    args = [Val(kind, np.where(known, v.lo, 0), np.where(known, v.hi, 1), v.null) for v in values]
    if take is Take.DISTINCT:
        said = scene.facts.pool.apply(
            lambda *them: len({one for one in them if one is not None}), args, kind=Kind.NUMBER
        ).wide(n)
        some = np.zeros(n, dtype=np.int64)
        for one in pieces:
            some[one.at] |= (one.least > 0) & (one.value.null == THERE)
        return Val(
            Kind.NUMBER,
            np.where(known, said.lo, some),
            np.where(known, said.hi, most),
            np.zeros(n, dtype=np.int8),
            said.bad,
        )
    ordered, clear = _by_order(scene, pieces, args, first=True)
    known &= clear
    args = [
        Val(kind, np.where(known, v.lo, 0), np.where(known, v.hi, 1), np.where(known, v.null, THERE).astype(np.int8))
        for v in ordered
    ]
    return scene.facts.pool.apply(
        lambda *them: tuple(dict.fromkeys(one for one in them if one is not None)), args, null=THERE
    ).wide(n)


def _by_order(scene: Scene, pieces: Sequence[Piece], values: Sequence[Val], *, first: bool) -> tuple[list[Val], Flags]:
    """Return the values in the order of their rows, and where that order is clear."""
    n = scene.size
    if len(pieces) < 2:
        return list(values), np.ones(n, dtype=np.bool_)
    place = np.full((len(pieces), n), BIG)
    for row, one in enumerate(pieces):
        place[row, one.at] = np.where(one.all_in, one.first if first else one.last, BIG)
    for row, value in enumerate(values):
        place[row] = np.where(value.null == MISSING, BIG, place[row])
    order = np.argsort(place, axis=0, kind="stable")
    sorted_places = np.take_along_axis(place, order, axis=0)
    clear = ~((sorted_places[1:] == sorted_places[:-1]) & (sorted_places[1:] < BIG)).any(axis=0)
    lo = np.take_along_axis(np.stack([np.broadcast_to(v.lo, (n,)) for v in values]), order, axis=0)
    hi = np.take_along_axis(np.stack([np.broadcast_to(v.hi, (n,)) for v in values]), order, axis=0)
    null = np.take_along_axis(np.stack([np.broadcast_to(v.null, (n,)) for v in values]), order, axis=0)
    return [Val(values[0].kind, lo[row], hi[row], null[row]) for row in range(len(pieces))], clear


def _chosen(scene: Scene, take: Take, kind: Kind, pieces: Sequence[Piece], settled: Flags) -> Val:
    """The first or last that has a value; or the least or greatest of things."""
    n = scene.size
    low, high = np.full(n, BIG), np.full(n, -BIG)
    some, certain = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    best, clear = np.full(n, -BIG), settled.copy()
    lo, hi = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for one in pieces:
        possible = ~one.none_in & (one.value.null != MISSING)
        low[one.at] = np.where(possible, np.minimum(low[one.at], one.value.lo), low[one.at])
        high[one.at] = np.where(possible, np.maximum(high[one.at], one.value.hi), high[one.at])
        some[one.at] |= possible
        certain[one.at] |= (one.least > 0) & (one.value.null == THERE)
        clear[one.at] &= ~possible | (one.value.null == THERE)
        place = np.where(possible, one.last if take is Take.LAST else -one.first, -BIG)
        clear[one.at] &= (place != best[one.at]) | (place == -BIG)
        ahead = place > best[one.at]
        mine = one.value
        ends = (mine.hi, mine.hi) if kind is Kind.ORDER and take is Take.LAST else (mine.lo, mine.lo) if kind is Kind.ORDER else (
            mine.lo, mine.hi)  # fmt: skip
        lo[one.at], hi[one.at] = np.where(ahead, ends[0], lo[one.at]), np.where(ahead, ends[1], hi[one.at])
        best[one.at] = np.maximum(best[one.at], place)
    if take in (Take.MIN, Take.MAX):
        clear &= False
    null = np.where(~some, MISSING, np.where(certain, THERE, PERHAPS)).astype(np.int8)
    return Val(kind, np.where(some, np.where(clear, lo, low), 0), np.where(some, np.where(clear, hi, high), 0), null)
