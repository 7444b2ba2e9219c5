"""An imported map put into a power that runs already: its texts, levels and owners are the new ones, everything else stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qingfeng.importing.cues import squeezed


def merged(version: Mapping[str, Any], imported: Mapping[str, Any]) -> dict[str, Any]:
    """The version of a power (as its file has it) with the steps of an imported version.

    A step is the same by its name, a risk or measure of it by its words: then ids, bindings, readings and parts stay. What the new map
    no longer has goes; the procedure is not touched, so that the checks say where it and the new map no longer fit.
    """
    old = {squeezed(step["name"]["zh"]): step for step in version["steps"]}
    taken = {step["id"] for step in version["steps"]}
    steps = []
    for step in imported["steps"]:
        before = old.get(squeezed(step["name"]["zh"]))
        if before is None:
            id_ = _free(str(step["id"]), taken)
            taken.add(id_)
            steps.append({**step, "id": id_})
        else:
            steps.append(_box(before, step))
    whole, was = imported.get("whole_process"), version.get("whole_process")
    told = {key: value for key, value in version.items() if key != "whole_process"}
    told["steps"] = steps
    if whole is not None:
        told["whole_process"] = _box(was, whole) if was is not None else whole
    return told


def _box(before: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in before.items()
        if key not in ("owner", "level", "doubt", "risks", "measures", "label")
    }
    fresh = {key: new[key] for key in ("owner", "level", "doubt", "label") if key in new}
    owner, was = fresh.get("owner"), before.get("owner")
    if owner and was and squeezed(owner["source"]) == squeezed(str(was.get("source", ""))):
        fresh["owner"] = was
    return {
        **kept,
        **fresh,
        "risks": _items(before.get("risks") or (), new.get("risks") or (), "r"),
        "measures": _items(before.get("measures") or (), new.get("measures") or (), "m"),
    }


def _items(before: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], letter: str) -> list[dict[str, Any]]:
    known = {squeezed(item["text"]): item for item in before}
    numbers = [int(found[0]) for item in before if (found := re.findall(r"[0-9]+$", str(item["id"])))]
    last = max(numbers, default=0)
    items: list[dict[str, Any]] = []
    used: set[str] = set()
    for item in new:
        words = squeezed(item["text"])
        same = known.get(words)
        if same is not None and words not in used:
            used.add(words)
            items.append({**same, "text": item["text"]})
        else:
            last += 1
            items.append({**item, "id": f"{letter}{last}"})
    return items


def _free(wanted: str, taken: set[str]) -> str:
    name, n = wanted, 2
    while name in taken:
        name, n = f"{wanted}_{n}", n + 1
    return name
