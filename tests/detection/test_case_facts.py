"""Bounds of what facts say: numbers too large to reckon with decide nothing; ranks are those of a sort; results are remembered by text."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from qingfeng.detection.casefacts import scene
from qingfeng.detection.casefacts.facts import Facts, Wall, bounded
from qingfeng.detection.casefacts.scene import Results, Scene
from qingfeng.detection.casefacts.values import THERE, Kind, Pool, Val, _distinct, ints, nulls
from qingfeng.detection.evaluate import World
from qingfeng.facts.rule import Gather, Op, R, Take
from qingfeng.terms.calendar import WorkCalendar

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
