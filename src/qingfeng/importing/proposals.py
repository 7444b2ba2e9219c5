"""What a draft proposes and nobody has accepted yet: controls for each risk and measure, limits named in the map, usual acts, posts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import yaml

from qingfeng.importing.cues import squeezed
from qingfeng.importing.stages import rank_of, stages, stages_of_name

_LEAST = 0.30
"""Likeness below which nothing is proposed: two measures that share only 建立…制度 lie at 0.2."""
_LIMIT = re.compile(
    r"(\d{1,3}|[一二三四五六七八九十]{1,3})\s*个?\s*(工作日|日|天|小时|个月|月)(?:之?内|以内|办结|完成|送达|答复|告知)"
)
_UNITS = {
    "工作日": "working_day",
    "日": "calendar_day",
    "天": "calendar_day",
    "小时": "hour",
    "个月": "month",
    "月": "month",
}
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the names that answer it, from a reviewed map or from the library's own words; `origin` says which."""

    text: str
    names: tuple[str, ...]
    origin: str
    measure: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name proposed for a text, how alike the nearest example is (0 to 1), and that example."""

    name: str
    likeness: float
    because: str
    origin: str


class Library:
    """Examples made searchable: character pairs weighed by how rare they are, compared by the cosine of their weights."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._examples = [example for example in examples if example.names]
        grams = [Counter(_grams(example.text)) for example in self._examples]
        self._known = Counter(gram for one in grams for gram in one)
        self._vectors = [self._weighed(one) for one in grams]

    def propose(self, text: str, *, measure: bool, at_most: int = 4) -> list[Proposal]:
        """Names for a risk or a measure, the likeliest first; empty when nothing is alike enough."""
        mine = self._weighed(Counter(_grams(text)))
        best: dict[str, Proposal] = {}
        for example, vector in zip(self._examples, self._vectors, strict=True):
            if example.measure != measure:
                continue
            likeness = sum(weight * vector.get(gram, 0.0) for gram, weight in mine.items())
            if likeness < _LEAST:
                continue
            for name in example.names:
                if name not in best or best[name].likeness < likeness:
                    best[name] = Proposal(name, round(likeness, 2), example.text, example.origin)
        ordered = sorted(best.values(), key=lambda one: (-one.likeness, one.name))
        return [one for one in ordered if one.likeness > 0.6 * ordered[0].likeness][:at_most]

    def _weighed(self, grams: Counter[str]) -> dict[str, float]:
        total = len(self._examples) + 1
        weights = {gram: count * math.log(total / (1 + self._known.get(gram, 0)) + 1) for gram, count in grams.items()}
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / norm for gram, weight in weights.items()}


def _grams(text: str) -> list[str]:
    letters = [char for char in squeezed(text) if "\u4e00" <= char <= "\u9fff"]
    return [a + b for a, b in pairwise(letters)]


def examples_from(powers: Iterable[Mapping[str, Any]], *, without_agency: str | None = None) -> list[Example]:
    """Examples of reviewed power files (as parsed); without_agency: a folder to leave out, to measure honestly."""
    found = []
    for power in powers:
        folder = str(power["id"]).split("/", maxsplit=1)[0]
        if folder == without_agency:
            continue
        for version in power["versions"][-1:]:
            for box in (*version["steps"], version.get("whole_process") or {}):
                found += _of_box(box, str(power["id"]))
    return found


def map_part(text: str) -> Mapping[str, Any]:
    """The head and the map of a power file, without its procedure and stories, which are most of it and hold no texts of the map."""
    for part in (text.split("\n    procedure:", 1)[0], text):
        found = yaml.load(part, Loader=yaml.CSafeLoader)
        if isinstance(found, dict) and all("steps" in version for version in found.get("versions", [{}])):
            return found
    return {"id": "", "versions": []}


def _of_box(box: Mapping[str, Any], origin: str) -> list[Example]:
    found = []
    for risk in box.get("risks", ()):
        names = [*risk.get("stopped_by", ()), *(name for part in risk.get("parts", ()) for name in part["stopped_by"])]
        found.append(Example(risk.get("reads_as", risk["text"]), tuple(dict.fromkeys(names)), origin, measure=False))
        found += [
            Example(part["text"], tuple(part["stopped_by"]), origin, measure=False) for part in risk.get("parts", ())
        ]
    for measure in box.get("measures", ()):
        names = [name for name in measure["carried_by"] if ":" not in name or name.startswith("duty:")]
        found.append(
            Example(measure.get("reads_as", measure["text"]), tuple(dict.fromkeys(names)), origin, measure=True)
        )
    return found


@cache
def _usual() -> dict[str, Any]:
    text = resources.files("qingfeng.importing").joinpath("usual.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]


def post_of(owner: str) -> str | None:
    """The post that the words of a map usually mean; None if nothing fits."""
    return next((post for pattern, post in _usual()["owners"] if re.search(pattern, owner)), None)


def stage_of(name: str, kind: str) -> str | None:
    """The stage that a step's name means, for a kind of power."""
    rank = rank_of(name, kind)
    if rank is None:
        return None
    fitting = [stage for stage in stages_of_name(name) if stages()[stage].rank == rank]
    return fitting[0] if fitting else None


def usual_acts(stage: str | None, kind: str) -> list[tuple[str, str]]:
    """Acts and posts that a stage usually has; empty for an unknown one."""
    if stage is None:
        return []
    own = _usual().get(kind, {})
    return [(act, post) for act, post in (own.get(stage) or _usual()["common"].get(stage, []))]


@dataclass(frozen=True, slots=True)
class FoundLimit:
    """A time limit that the map itself names, with the words it stands in."""

    n: int
    unit: str
    words: str


def limits_in(texts: Sequence[str]) -> list[FoundLimit]:
    """Every time limit named in texts."""
    found = []
    for text in texts:
        for number, unit in _LIMIT.findall(text):
            found.append(FoundLimit(int(number) if number.isdigit() else _han(number), _UNITS[unit], text))
    return [one for one in found if one.n]


def _han(number: str) -> int:
    """A Chinese number below a hundred."""
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return _DIGITS.find(number) if len(number) == 1 else 0
    return (_DIGITS.find(tens) if tens else 1) * 10 + (_DIGITS.find(ones) if ones else 0)
