"""Which box belongs to which step when the source has no geometry: all at once, by words, order and the usual course.

A risk box and a measure box go together when they share words and stand near each other in the file; both go to the step
whose name they speak of, or whose stage their words usually belong to. What comes out is a proposal: each pairing carries
its margin, and the steps that were nearly as good.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qingfeng.importing.assignment import assign
from qingfeng.importing.cues import squeezed
from qingfeng.importing.stages import course, profile, rank_of, stages, stages_of_name

_STAGE, _NAME, _ORDER, _OWNER, _LINK, _NEAR, _ALONE = 1.0, 0.8, 0.35, 0.5, 0.9, 0.6, 0.45
_ROUNDS = 8
_NAMED, _CLOSE = 6, 1.8  # alternatives named at most, and how much worse the later ones may be
_BARE = {"lead", "apply", "material", "close"}
_Link = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Side:
    """A box of risks or of measures, as far as pairing looks at it: its words, its owner, its place in the file."""

    text: str
    position: float
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Paired:
    """The step of a box (None: none fits, the whole process), how sure that is (0 to 1), and other steps, likeliest first."""

    step: int | None
    confidence: float
    alternatives: tuple[int | None, ...]


def pair(
    steps: Sequence[tuple[str, float]], risks: Sequence[Side], measures: Sequence[Side], *, kind: str
) -> tuple[list[Paired], list[Paired]]:
    """The step of each risk box and of each measure box.  steps: name and place in the file, in the order of the work."""
    if not steps:
        none = Paired(None, 0.0, ())
        return [none] * len(risks), [none] * len(measures)
    common = Counter(gram for side in (*risks, *measures) for gram in _grams(side.text))
    work = _Work(
        risk_fit=[[_fit(side, step, kind) for step in steps] for side in risks],
        measure_fit=[[_fit(side, step, kind) for step in steps] for side in measures],
        link=[[_link(risk, measure, common) for measure in measures] for risk in risks],
        steps=len(steps),
    )
    return work.solve()


class _Work:
    """One map's boxes, being paired.  Columns beyond the steps mean: belongs to no step."""

    def __init__(
        self, risk_fit: list[list[float]], measure_fit: list[list[float]], link: list[list[float]], steps: int
    ) -> None:
        self.risk_fit, self.measure_fit, self.link, self.steps = risk_fit, measure_fit, link, steps

    def solve(self) -> tuple[list[Paired], list[Paired]]:
        starts = [
            self._climb(self._best(self.risk_fit), first_risks=True),
            self._climb(self._best(self.measure_fit), first_risks=False),
        ]
        risks, measures = max(starts, key=lambda pair: self._total(*pair))
        return self._told(risks, measures, of_risks=True), self._told(risks, measures, of_risks=False)

    def _best(self, fit: list[list[float]]) -> list[int]:
        return assign([row + [-0.2] * len(fit) for row in fit]) if fit else []

    def _climb(self, given: list[int], *, first_risks: bool) -> tuple[list[int], list[int]]:
        risks, measures = (given, []) if first_risks else ([], given)
        for _ in range(_ROUNDS):
            before = (risks, measures)
            if first_risks:
                measures = self._following(self.measure_fit, risks, lambda m, r: self.link[r][m])
                risks = self._following(self.risk_fit, measures, lambda r, m: self.link[r][m])
            else:
                risks = self._following(self.risk_fit, measures, lambda r, m: self.link[r][m])
                measures = self._following(self.measure_fit, risks, lambda m, r: self.link[r][m])
            if (risks, measures) == before:
                break
        return risks, measures

    def _following(self, fit: list[list[float]], others: list[int], link: _Link) -> list[int]:
        if not fit:
            return []
        at = {step: other for other, step in enumerate(others) if step < self.steps}
        table = []
        for one, row in enumerate(fit):
            table.append(
                [score + (link(one, at[s]) if s in at else -_ALONE) for s, score in enumerate(row)]
                + [-_ALONE] * len(fit)
            )
        return assign(table)

    def _total(self, risks: list[int], measures: list[int]) -> float:
        total, holds = 0.0, {step: m for m, step in enumerate(measures) if step < self.steps}
        for risk, step in enumerate(risks):
            if step < self.steps:
                total += self.risk_fit[risk][step]
                total += self.link[risk][holds[step]] if step in holds else -_ALONE
            else:
                total -= _ALONE
        held = {step for step in risks if step < self.steps}
        for measure, step in enumerate(measures):
            if step < self.steps:
                total += self.measure_fit[measure][step] - (0 if step in held else _ALONE)
            else:
                total -= _ALONE
        return total

    def _told(self, risks: list[int], measures: list[int], *, of_risks: bool) -> list[Paired]:
        """Every box with what would be lost if it (alone, or with its partner) stood at another step instead."""
        best, told = self._total(risks, measures), []
        mine, theirs = (risks, measures) if of_risks else (measures, risks)
        for box, step in enumerate(mine):
            losses: dict[int | None, float] = {}
            for other in range(self.steps):
                if other != step:
                    ways = [(_swapped(mine, box, other), theirs)]
                    ways.append((ways[0][0], _exchanged(theirs, step, other)))
                    totals = [self._total(*(way if of_risks else way[::-1])) for way in ways]
                    losses[other] = best - max(totals)
            if step < self.steps:
                free = [*mine]
                free[box] = self.steps + box
                losses[None] = best - self._total(*((free, theirs) if of_risks else (theirs, free))) + 0.3
            ordered = sorted(losses, key=lambda key: losses[key])
            margin = losses[ordered[0]] if ordered else 2.0
            near = [key for n, key in enumerate(ordered) if n < 3 or (n < _NAMED and losses[key] < _CLOSE)]
            sure = 1 - math.exp(-max(0.0, margin))
            told.append(Paired(step if step < self.steps else None, sure, tuple(near)))
        return told


def _swapped(columns: list[int], box: int, to: int) -> list[int]:
    moved = [*columns]
    if to in moved:
        moved[moved.index(to)] = moved[box]
    moved[box] = to
    return moved


def _exchanged(columns: list[int], one: int, other: int) -> list[int]:
    return [other if step == one else one if step == other else step for step in columns]


def _fit(side: Side, step: tuple[str, float], kind: str) -> float:
    """How well a box fits a step, alone."""
    name, position = step
    text = squeezed(side.text)
    speaks, meant = profile(text), stages_of_name(name)
    most = max(speaks.values(), default=0.0)
    stage = max((speaks.get(one, 0.0) * weight for one, weight in meant.items()), default=0.0) / most if most else 0.0
    usual = course(kind)
    if stage and not any(one in usual for one in meant):
        stage *= 0.9
    bare = squeezed(name).removesuffix("环节")
    grams = _grams(bare)
    named = sum(1 for gram in grams if gram in text) / len(grams) if grams else 0.0
    owned = 0.0
    if side.owner:
        by = squeezed(side.owner)
        owned = 1.0 if any(gram in by for gram in grams) else 0.0
    closeness = math.exp(-abs(side.position - position) / 3)
    if meant and set(meant) <= _BARE:
        closeness -= 0.6  # the first and the last box of a flow seldom carry risks
    return _STAGE * stage + _NAME * named + _ORDER * closeness + _OWNER * owned


def _link(risk: Side, measure: Side, common: Counter[str]) -> float:
    """How well a risk box and a measure box go together."""
    mine, theirs = set(_grams(squeezed(risk.text))), set(_grams(squeezed(measure.text)))
    shared = sum(1 / common[gram] if common[gram] else 1.0 for gram in mine & theirs)
    words = min(1.0, shared)
    one, two = profile(risk.text), profile(measure.text)
    norm = math.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in two.values()))
    alike = sum(weight * two.get(stage, 0.0) for stage, weight in one.items()) / norm if norm else 0.0
    return _LINK * (0.5 * words + 0.5 * alike) + _NEAR * math.exp(-abs(risk.position - measure.position) / 2)


def _grams(text: str) -> list[str]:
    letters = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    return [a + b for a, b in pairwise(letters)]


def usual_order(names: Sequence[str], *, kind: str) -> list[int] | None:
    """The order in which the work usually goes, as indexes of the names; None if the order given can be meant.

    Supervision afterwards and completion come in either order. A name that says no stage stays behind its neighbour.
    """
    reached = 0.0
    for name in names:
        possible = sorted(_late(stages()[stage].rank) for stage in stages_of_name(name))
        if possible:
            fitting = [rank for rank in possible if rank >= reached]
            if not fitting:
                break
            reached = fitting[0]
    else:
        return None
    ranks: list[float] = []
    for name in names:
        rank = rank_of(name, kind)
        ranks.append(rank if rank is not None else (ranks[-1] + 0.01 if ranks else 0.0))
    return sorted(range(len(names)), key=lambda n: (ranks[n], n))


def _late(rank: int) -> float:
    return float(stages()["close"].rank if rank == stages()["supervise"].rank else rank)
