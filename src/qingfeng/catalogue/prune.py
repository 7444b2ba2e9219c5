"""What is left of a file when everything of the wrong shape is taken out, so that one slip does not hide the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from qingfeng.catalogue.faults import Path
from qingfeng.catalogue.located import Located
from qingfeng.catalogue.schema import BRANCHES
from qingfeng.catalogue.structure import departures
from qingfeng.terms.limits import MAX_LIST

_ROUNDS = 8
"""Taking a part out can leave its surroundings incomplete; each round goes one level up, and a file has few."""
_UNSAID: dict[str, Any] = {
    "id": "unknown/unknown",
    "title": {"zh": "？", "en": "?"},
    "agency": None,
    "kind": "other_power",
    "source": {"document": "unknown", "diagram": 1},
    "phones": {"supervision": "", "service": ""},
}
"""Stands in for a head that is missing or broken while the rest is judged; never reaches a power."""


def sound_part(located: Located, broken: Iterable[Path], schema: dict[str, Any]) -> tuple[Any, Mapping[Path, int]]:
    """The data without the places named and what falls with them, and its lines; (None, {}) if nothing is left."""
    data, lines = located.data, located.lines
    if not isinstance(data, Mapping):
        return None, {}
    drop = set(broken)
    for _ in range(_ROUNDS):
        data, lines = _without(data, lines, {path for path in drop if not _is_branches(data, path)} - {()})
        _say_the_unsaid(data)
        drop = {tuple(error.absolute_path) for error in islice(departures(data, schema), MAX_LIST)}
        if not drop:
            return data, lines
        if () in drop:
            break
    return None, {}


def _is_branches(data: Any, path: Path) -> bool:
    """A map of branches that lacks one is told and then filled up, not taken out."""
    if path[-1:] != ("branches",):
        return False
    for part in path:
        data = data[part]  # a departure is told at a place that is there
    return isinstance(data, Mapping)


def _say_the_unsaid(data: dict[str, Any]) -> None:
    for key, stand_in in _UNSAID.items():
        data.setdefault(key, stand_in)
    versions = data.get("versions")
    for version in versions if isinstance(versions, list) else ():
        procedure = version.get("procedure") if isinstance(version, dict) else None
        if isinstance(procedure, dict):
            branches = procedure.setdefault("branches", {})
            for name in BRANCHES if isinstance(branches, dict) else ():
                branches.setdefault(name, {"why_not": {"zh": "？", "en": "?"}})


def _without(data: Any, lines: Mapping[Path, int], drop: set[Path]) -> tuple[Any, dict[Path, int]]:
    kept: dict[Path, int] = {}

    def copy(value: Any, old: Path, new: Path) -> Any:
        if old in lines:
            kept[new] = lines[old]
        if isinstance(value, dict):
            return {
                key: copy(member, (*old, key), (*new, key)) for key, member in value.items() if (*old, key) not in drop
            }
        if isinstance(value, list):
            members: list[Any] = []
            for place, member in enumerate(value):
                if (*old, place) not in drop:
                    members.append(copy(member, (*old, place), (*new, len(members))))
            return members
        return value

    return copy(data, (), ()), kept
