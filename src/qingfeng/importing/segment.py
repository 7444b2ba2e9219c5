"""Where one map ends and the next begins when a file holds several and gives no places: the best cuts, all at once.

A good stretch has the steps that its kind of power usually has, none twice, as many measure boxes as risk boxes, begins
with the columns' heading or a first stage and ends with a last one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qingfeng.importing.classify import Part, by_leaning
from qingfeng.importing.cues import BLANK
from qingfeng.importing.stages import course, stages, stages_of_name

_OWN_WORDS = {
    "penalty": "处罚",
    "inspection": "检查",
    "licence": "许可|审批",
    "compulsory_measure": "强制|查封|扣押",
    "award": "奖励|考核|考评|评定",
    "record_filing": "备案",
    "announcement": "公告|公示",
    "budget_preparation": "预算|编制",
    "disciplinary_sanction": "处分",
    "acceptance": "受理",
}
_OPPOSITES = (("owner", "no owner"), ("level", "no level"), ("comma", "stop"), ("suffix", "bare"))
_COMMON = {"行政", "其他", "权力", "职权", "事项", "工作", "管理"}
_LITTLE, _ZONE = 1.8, 24
_LONGEST = 90
_WORK_AT_MOST = 3_000_000
_FLOW_CAPTION = ("工作流程", "权力运行流程", "办理流程", "业务流程", "工作环节")


@dataclass(frozen=True, slots=True)
class Border:
    """Where a map begins; it could as well begin anywhere from `low` to `high`: what lies between may belong to the neighbour."""

    start: int
    low: int
    high: int


def cut(parts: Sequence[Part], powers: Sequence[tuple[str, str]]) -> list[Border]:
    """Where each map begins in `parts`, the first at 0.  powers: kind and name of each map.  Empty if the parts are too many to weigh."""
    count, total = len(powers), len(parts)
    if count <= 1:
        return [Border(0, 0, 0)] * count
    if total < count or total * _LONGEST * count > _WORK_AT_MOST:
        return []
    facts = [_Facts.of(part) for part in parts]
    owned = [[bool(own.search(fact.bare)) for fact in facts] for own in _own_words(powers)]
    worst = float("-inf")
    best = [[worst] * (total + 1) for _ in range(count + 1)]
    back = [[0] * (total + 1) for _ in range(count + 1)]
    best[0][0] = 0.0
    for n, (kind, _) in enumerate(powers):
        for start in range(total):
            if best[n][start] == worst:
                continue
            stretch = _Stretch(kind)
            for end in range(start + 1, min(total, start + _LONGEST) + 1):
                stretch.take(facts[end - 1], owned[n][end - 1])
                score = best[n][start] + stretch.score()
                if score > best[n + 1][end]:
                    best[n + 1][end], back[n + 1][end] = score, start
    if best[count][total] == worst:
        return []
    starts, at = [total], total
    for n in range(count, 0, -1):
        at = back[n][at]
        starts.append(at)
    starts.reverse()
    return [Border(0, 0, 0), *(_border(facts, owned, powers, starts, n) for n in range(1, count))]


def _border(
    facts: list[_Facts], owned: list[list[bool]], powers: Sequence[tuple[str, str]], starts: list[int], n: int
) -> Border:
    """The beginning of map n with the stretch in which it could lie for little less."""
    first, here, last = starts[n - 1], starts[n], starts[n + 1]

    def scores(at: int, end: int, step: int, map_: int) -> list[float]:
        stretch, found = _Stretch(powers[map_][0]), []
        for place in range(at, end, step):
            stretch.take(facts[place], owned[map_][place])
            found.append(stretch.score())
        return found

    left = scores(first, last - 1, 1, n - 1)  # left[k]: the former map ends behind first + k
    totals = {
        at: left[at - first - 1] + scores(at, last, 1, n)[-1]
        for at in range(max(first + 1, here - _ZONE), min(last, here + _ZONE + 1))
    }
    near = [at for at, total in totals.items() if totals[here] - total < _LITTLE]
    return Border(here, min(near), max(near))


def _own_words(powers: Sequence[tuple[str, str]]) -> list[re.Pattern[str]]:
    """Words by which a box speaks of the power that its map is named after: those of the kind, pairs of characters of its name."""
    pairs = [
        {a + b for a, b in pairwise(name) if "\u4e00" <= a <= "\u9fff" and "\u4e00" <= b <= "\u9fff"}
        for _, name in powers
    ]
    found = []
    for n, (kind, _) in enumerate(powers):
        others = set().union(*(own for m, own in enumerate(pairs) if m != n))
        words = [re.escape(pair) for pair in sorted(pairs[n] - others - _COMMON)]
        found.append(re.compile("|".join([_OWN_WORDS.get(kind, ""), *words]).strip("|") or "^$"))
    return found


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the weighing looks at in one box, found out once."""

    kind: str
    bare: str
    heading: bool
    name: str
    found: frozenset[str]
    ranks: tuple[int, ...]
    styles: tuple[str, ...]

    @classmethod
    def of(cls, part: Part) -> _Facts:
        """Look at a box."""
        bare, step = BLANK.sub("", part.box.text), part.kind == "step"
        found = frozenset(stages_of_name(part.name)) if step else frozenset()
        styles = (("suffix" if part.name.endswith(("环节", "阶段")) else "bare"),) if step else cls._styles(part)
        ranks = tuple(stages()[stage].rank for stage in found)
        return cls(part.kind, bare, bare in _FLOW_CAPTION, part.name if step else "", found, ranks, styles)

    @staticmethod
    def _styles(part: Part) -> tuple[str, ...]:
        """One hand draws a map in one manner: owners named or not, levels or not, items ended alike."""
        lean, told = by_leaning(part) if part.kind == "side" else part.kind, []
        if lean == "measure":
            told.append("owner" if part.content.owner_said else "no owner")
        elif lean == "risk":
            told.append("level" if part.content.level_said else "no level")
        ends = [item.text[-1:] for item in part.content.items[:-1]]
        if ends:
            told.append("comma" if ends.count("；") > len(ends) / 2 else "stop")
        return tuple(told)


class _Stretch:
    """A stretch of boxes taken as one map of a kind, scored as it grows."""

    def __init__(self, kind: str) -> None:
        self.usual = frozenset(course(kind))
        self.style = dict.fromkeys((style for pair in _OPPOSITES for style in pair), 0)
        self.seen: set[str] = set()
        self.texts: set[str] = set()
        self.points = 0.0
        self.risks = self.measures = self.steps = self.headings = self.length = 0
        self.met: set[str] = set()
        self.ending = 0.0

    def take(self, fact: _Facts, owned: bool) -> None:
        """Let one more box belong to it.  owned: it speaks of the power that the map is named after."""
        self.length += 1
        if fact.kind == "step":
            self._step(fact, owned)
        elif fact.kind == "caption":
            if fact.heading:
                self.headings += 1
                self.points += 1.5 if self.length == 1 else 0.4 if self.headings == 1 else -3.0
            elif self.length == 1 and self.headings == 0:
                self.points -= 0.3  # a column's heading stands beside its boxes, seldom before all
        else:
            if fact.bare in self.texts:
                self.points -= 1.0
            self.texts.add(fact.bare)
            self.points += 0.25 if owned else 0.0
            for style in fact.styles:
                self.style[style] += 1
            self.risks += fact.kind == "risk"
            self.measures += fact.kind == "measure"
            if self.length > 1:
                self.ending = max(0.0, self.ending - 0.3)

    def _step(self, fact: _Facts, owned: bool) -> None:
        self.steps += 1
        self.points += 0.5 if owned else 0.0
        self.style[fact.styles[0]] += 1
        usual = fact.found & self.usual
        self.points += 0.8 if usual else -0.2
        fresh = usual - self.met
        self.points += 0.4 if fresh else 0.0
        self.met |= fresh
        if fact.name in self.seen:
            self.points -= 3.0
        self.seen.add(fact.name)
        last = max(fact.ranks, default=0)
        self.ending = 1.0 if last >= 85 else 0.4 if last >= 65 else 0.0
        if self.steps == 1 and fact.ranks and min(fact.ranks) <= 15:
            self.points += 0.5

    def score(self) -> float:
        """How well the stretch would be one map."""
        if not self.steps:
            return -8.0
        sides = abs(self.risks - self.measures) * 0.8 + max(0, max(self.risks, self.measures) - self.steps) * 1.2
        mixed = sum(min(self.style[a], self.style[b]) for a, b in _OPPOSITES)
        return self.points + self.ending - sides - 0.35 * mixed
