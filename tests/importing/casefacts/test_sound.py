"""What the facts decide is what the exact evaluator says of the acts themselves, for every control, over histories full of faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from qingfeng.controls import discover
from qingfeng.detection.casefacts.decide import Answer, Judge
from qingfeng.detection.casefacts.facts import wall_of
from qingfeng.detection.casefacts.plan import plan_of
from qingfeng.detection.evaluate import Log, World
from qingfeng.detection.foreign import Part, judge_case, parts_of
from qingfeng.importing.casefacts import stream
from qingfeng.importing.casefacts.table import case_names, facts_of
from qingfeng.importing.logs.canonical import Canonical
from tests.controls.tellings import example_of, people_of
from tests.importing.casefacts.factkit import acts_in, histories, written
from tests.sample import calendar

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 4, 20)
WORDS = {Answer.EMPTY: "value", Answer.DAY: "grain"}
NAMES = sorted(discover())
SHARE = 0.55
"""So much of what the histories ask, short and full of repetitions, is decided by their facts at least; tables, which are compared item by
item, are not."""


def _decided(log: Canonical, parts: list[Part], world: World, *, row_order: bool) -> Iterator[tuple[Part, str, Answer]]:
    plan = plan_of(parts, acts=acts_in(log), fields=frozenset(log.fields()), never_said=frozenset())
    wall = wall_of(ZONE, *(datetime.fromisoformat(log.manifest[end]) for end in ("first", "last")))
    for table in stream.streamed(log, plan, wall, until=None):
        facts = facts_of(table, plan, log.schema, wall, "s900/free")
        judge = Judge(facts, world, row_order=row_order)
        names = case_names(facts, range(len(facts.began)))
        for part in parts:
            yield from ((part, case, Answer(said)) for case, said in zip(names, judge.said(part).tolist(), strict=True))


def _exact(
    log: Canonical, parts: list[Part], world: World, *, row_order: bool
) -> dict[tuple[str, str], tuple[str, str]]:
    cases = list(log.cases(ZONE, power="s900/free"))
    shared = Log([one.row for case in cases for one in case])
    found = {}
    for case in cases:
        rows, whole = [one.row for one in case], [one.whole_day for one in case]
        for part in parts:
            said = judge_case(part, rows, whole, world, row_order=row_order, log=shared)
            found[part.name, rows[0].case] = (said.outcome.value, said.why)
    return found


def _compare(folder: Path, name: str, *, seed: int, n: int, row_order: bool) -> Counter[str]:
    kind: Any = discover()[name]
    control, version = example_of(kind, rich=True)
    log = written(folder / name, histories(name, seed=seed, n=n))
    world = World(calendar(), people_of(kind), TODAY)
    parts = parts_of([control], version)
    exact = _exact(log, parts, world, row_order=row_order)
    told: Counter[str] = Counter()
    for part, case, answer in _decided(log, parts, world, row_order=row_order):
        told[answer.name] += 1
        if answer is not Answer.OPEN:
            not_evaluable = answer in (*WORDS, Answer.LACKS)
            said = ("not_evaluable", WORDS.get(answer, "")) if not_evaluable else (answer.name.lower(), "")
            assert said == exact[part.name, case], (part.name, case, answer)
    return told


@pytest.mark.parametrize("tenth", range(10))
def test_the_facts_decide_nothing_that_the_acts_contradict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tenth: int
) -> None:
    monkeypatch.setattr(stream, "ROWS", 100)
    told: Counter[str] = Counter()
    for name in NAMES[tenth::10]:
        told += _compare(tmp_path, name, seed=tenth, n=4, row_order=tenth % 2 == 0)
    assert told["VIOLATED"], "nothing was violated: nothing was tested"
    assert told["OPEN"] < (1 - SHARE) * told.total()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_many_histories_of_a_control(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(stream, "ROWS", 300)
    for row_order in (False, True):
        assert _compare(tmp_path / str(row_order), name, seed=97, n=80, row_order=row_order).total()
