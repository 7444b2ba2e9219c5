"""The usual course of a power: which stage a step's name means, and which stage a box's words speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from qingfeng.importing.cues import BLANK


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage: its id, usual rank from 0 to 100, words of names and of boxes, and its name in both languages."""

    id: str
    rank: int
    zh: str
    en: str
    names: tuple[str, ...]
    words: tuple[str, ...]


@cache
def stages() -> Mapping[str, Stage]:
    """All stages by id, in rank order."""
    return {
        row["id"]: Stage(row["id"], row["rank"], row["zh"], row["en"], tuple(row["names"]), tuple(row["words"]))
        for row in _data()["stages"]
    }


@cache
def course(kind: str) -> tuple[str, ...]:
    """Ids of the stages that a kind of power usually has."""
    return tuple(_data()["courses"].get(kind, _data()["courses"]["other_power"]))


@cache
def _data() -> dict[str, Any]:
    text = resources.files("qingfeng.importing").joinpath("stages.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)  # type: ignore[no-any-return]


@lru_cache(maxsize=4096)
def stages_of_name(name: str) -> Mapping[str, float]:
    """The stages that a step's name may mean, with weights up to 1: a longer word, and one nearer to the end, says more."""
    bare = BLANK.sub("", name).removesuffix("环节").removesuffix("阶段")
    found: dict[str, float] = {}
    for stage in stages().values():
        for word in stage.names:
            at = bare.rfind(word)
            if at >= 0:
                weight = len(word) / len(bare) * 0.5 + 0.5 * (at + len(word)) / len(bare)
                found[stage.id] = max(found.get(stage.id, 0.0), weight)
    return found


def rank_of(name: str, kind: str) -> float | None:
    """The usual rank of a step among the steps of its kind of power; None for a name that says no known stage."""
    found = stages_of_name(name)
    if not found:
        return None
    usual = course(kind)
    best = max(found, key=lambda stage: (found[stage] + (0.2 if stage in usual else 0.0), -stages()[stage].rank))
    return float(stages()[best].rank)


def profile(text: str) -> dict[str, float]:
    """How much a text speaks of each stage: words of the stage found in it, the longer and the rarer ones more."""
    found: dict[str, float] = {}
    for stage in stages().values():
        weight = sum(len(word) / 2 / _spread(word) for word in stage.words if word in text)
        if weight:
            found[stage.id] = weight
    return found


@cache
def _spread(word: str) -> int:
    """In how many stages a word stands."""
    return sum(1 for stage in stages().values() if word in stage.words)
