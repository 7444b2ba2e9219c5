"""Bounds of what facts say: numbers too large to reckon with decide nothing; ranks are those of a sort; results are remembered by text."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from qingfeng.detection.casefacts import scene
from qingfeng.detection.casefacts.algebra import working_days
from qingfeng.detection.casefacts.facts import Facts, Wall, bounded
from qingfeng.detection.casefacts.scene import Results, Scene
from qingfeng.detection.casefacts.values import BIG, MISSING, PERHAPS, THERE, Kind, Pool, Val, _distinct, ints, nulls
from qingfeng.detection.evaluate import FUNCTIONS, World
from qingfeng.facts.rule import Gather, Op, R, T, Take
from qingfeng.terms.calendar import CalendarMissing, WorkCalendar
from tests.sample import calendar

WORLD = World(WorkCalendar([]), today=date(2026, 3, 2))


def _scene(said: int) -> Scene:
    """One case: act `a` says a number, then act `b` is done."""
    one, at = ints(1), ints(1_000_000)
    lo, hi = bounded(ints(said), ints(said))
    facts = Facts(
        cases=["x"], count={"a": one, "b": one}, first={"a": at, "b": at + 1}, last={"a": at, "b": at + 1},
        said={("a", "f_n"): Val(Kind.NUMBER, lo, hi, nulls(THERE))}, tied=ints(0), whole={"": ints(0), "a": ints(0), "b": ints(0)},
        began=at, pool=Pool([]), wall=Wall((0,), (0,)),
    )  # fmt: skip
    return Scene(facts, "b", WORLD, row_order=False, results=Results())


@pytest.mark.parametrize("take", [Take.MIN, Take.MAX])
@pytest.mark.parametrize("said", [7, 1 << 60, 1 << 62, -(1 << 62)])
def test_the_least_and_greatest_of_a_vast_number_are_open(take: Take, said: int) -> None:
    gathered = Gather(take=take, acts=frozenset({"a"}), value=R("n"))
    for op, holds in ((">", said > 5), ("<", said < 5)):
        found = _scene(said).value(Op(op, (gathered, 5)))
        assert found.lo[0] <= holds <= found.hi[0], f"{take} {said} {op} 5"
        assert (found.lo[0] == found.hi[0]) == (said == 7), "what can be reckoned with is certain"


@pytest.mark.parametrize("reach", [3, 50, 10**6, 1 << 59])
def test_distinct_rows_are_told_apart_whether_their_numbers_are_near_or_far(reach: int) -> None:
    chance = np.random.default_rng(reach)
    for n in (0, 1, 2, 400):
        columns = [
            chance.integers(-reach, reach, n),
            np.where(chance.random(n) < 0.2, -(1 << 60), chance.integers(0, 5, n)),
        ]
        keys, which = _distinct(columns)
        rows = list(zip(*(one.tolist() for one in columns), strict=True))
        assert [keys[k] for k in which.tolist()] == rows
        assert keys == sorted(set(rows))


def test_results_are_remembered_for_texts_only_and_no_more_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "RESULTS", 2)
    results = Results()
    for text in ("甲（县）", "a b", "甲（县）", "A-B", "c"):
        assert results.of("plain", WORLD, (text,)) == text.lower().translate({ord(sign): None for sign in "（） -"})
    assert results.of("length", WORLD, ("ab",)) == 2
    assert [results.of("size", WORLD, (many,)) for many in ((), ("a",), None)] == [0, 1, 0]
    with pytest.raises(ValueError, match="isoformat"):
        results.of("day", WORLD, ("soon",))


def test_working_days_by_running_numbers_are_those_of_the_calendar() -> None:
    world = World(calendar(), today=date(2026, 3, 2))
    first, last = date(world.calendar.years[0], 1, 1).toordinal(), date(world.calendar.years[-1], 12, 31).toordinal()
    chance = np.random.default_rng(3)
    low = chance.integers(first - 40, last + 40, (2, 600))
    high = low + (chance.random((2, 600)) < 0.1)
    null = chance.choice(np.array([THERE, MISSING, PERHAPS], dtype=np.int8), (2, 600), p=[0.9, 0.05, 0.05])
    given = [Val(Kind.NUMBER, low[n], high[n], null[n]) for n in (0, 1)]
    found = working_days(world.calendar, *given)
    certain = 0
    for n in range(600):
        if not all(one.exact[n] for one in given):
            assert found.bad is not None
            assert found.bad[n]
            assert found.lo[n] <= 0
            assert found.hi[n] == BIG
            continue
        asked = [None if one.null[n] == MISSING else int(one.lo[n]) for one in given]
        try:
            exact = FUNCTIONS["working_days"](world, *asked)
        except CalendarMissing:
            assert found.bad is not None
            assert found.bad[n]
            continue
        if found.bad is not None and found.bad[n]:
            continue  # one day before the calendar begins: left open
        certain += 1
        assert (None if found.null[n] == MISSING else found.lo[n]) == exact
        assert found.null[n] == MISSING or found.lo[n] == found.hi[n]
    assert certain > 300


@pytest.mark.parametrize("op", ["==", "!="])
def test_texts_compared_by_what_a_function_makes_of_them_are_compared_so(op: str) -> None:
    texts = sorted(["", "甲公司", "甲（公司）", "乙公司", " "])
    pairs = [(x, y) for x in (*texts, None) for y in (*texts, None)]
    n = len(pairs)
    said = {}
    for act, side in (("a", 0), ("b", 1)):
        numbers = ints(*(0 if pair[side] is None else texts.index(str(pair[side])) for pair in pairs))
        null = nulls(*(MISSING if pair[side] is None else THERE for pair in pairs))
        said[act, "f_n"] = Val(Kind.THING, numbers, numbers, null)
    one, none, at = np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64), np.full(n, 1_000_000)
    facts = Facts(
        cases=[str(k) for k in range(n)], count={"a": one, "b": one}, first={"a": at, "b": at + 1}, last={"a": at, "b": at + 1}, said=said,
        tied=none, whole={"": none, "a": none, "b": none}, began=at, pool=Pool(texts), wall=Wall((0,), (0,)),
    )  # fmt: skip
    scene_ = Scene(facts, "b", WORLD, row_order=False, results=Results())
    before = Gather(take=Take.LAST, acts=frozenset({"a"}), value=R("n"))
    found = scene_.value(Op(op, (Op("plain", (before,)), Op("plain", (T("n"),)))))
    empty = scene_.value(Op("missing", (T("n"),)))
    plain = {None: None, "": "", " ": "", "甲公司": "甲公司", "甲（公司）": "甲公司", "乙公司": "乙公司"}
    for k, (x, y) in enumerate(pairs):
        holds = None not in (x, y) and ((plain[x] == plain[y]) == (op == "=="))
        assert (found.lo[k], found.hi[k]) == (holds, holds), (x, op, y)
        assert (empty.lo[k], empty.hi[k]) == (y in (None, ""), y in (None, "")), y
