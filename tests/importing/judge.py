"""What was read against what stands in the file: by identity of every text, its step, level and owner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qingfeng.importing.readmap import ReadMap
from tests.importing.others import Other

Told = dict[str, tuple[tuple[str, ...], tuple[str, ...], str | None, str | None]]
"""Step → risks, measures, level, owner."""


def read_as(read: ReadMap) -> Told:
    """What was read."""
    return {
        step.name: (tuple(i.text for i in step.risks), tuple(i.text for i in step.measures), step.level, step.owner)
        for step in read.filled()
    }


def told_by(other: Other) -> Told:
    """What a generated file holds."""
    told: Told = {}
    for step in other.steps:
        risk = next((b for b in other.risks if b.step == step), None)
        measure = next((b for b in other.measures if b.step == step), None)
        told[step] = (
            risk.items if risk else (),
            measure.items if measure else (),
            risk.says if risk else None,
            measure.says if measure else None,
        )
    return told


def reviewed(power: Mapping[str, Any]) -> Told:
    """What a reviewed power file says of its map."""
    told: Told = {}
    version = power["versions"][-1]
    whole = version.get("whole_process")
    for box in (*version["steps"], *([{**whole, "name": {"zh": "全过程"}}] if whole else [])):
        owner = box.get("owner") or {}
        told["".join(box["name"]["zh"].split())] = (
            tuple(r["text"] for r in box.get("risks", ())),
            tuple(m["text"] for m in box.get("measures", ())),
            box.get("level"),
            owner.get("source"),
        )
    return told


def differences(read: ReadMap, truth: Told) -> list[str]:
    """Every text at the wrong step, lost or invented; every level or owner that differs; a wrong order of steps.  Empty: all is right."""
    got = read_as(read)
    found = [
        f"{step}：{got.get(step)} ≠ {truth[step]}"
        for step in truth
        if got.get(step, ((), (), None, None)) != truth[step]
    ]
    found += [f"{step}：没有这个环节" for step in got if step not in truth]
    order = [step.name for step in read.steps]
    wanted = [step for step in truth if step != "全过程"]
    if order != wanted:
        found.append(f"次序：{order} ≠ {wanted}")
    return found


def undoubted_errors(read: ReadMap, truth: Told) -> Iterator[str]:
    """Texts that stand at the wrong step without a doubt that names the right one."""
    place = {
        (kind, text): step
        for step, told in truth.items()
        for kind, texts in (("risk", told[0]), ("measure", told[1]))
        for text in texts
    }
    doubted = {doubt.text: doubt for doubt in read.doubts if doubt.code == "pairing"}
    for box in read.boxes:
        here = "全过程" if box.step is None else read.steps[box.step].name
        for item in box.items:
            if item.text in truth.get(here, ((), ()))[0 if box.kind == "risk" else 1]:
                continue
            right = place.get((box.kind, item.text))
            doubt = doubted.get(box.id)
            if right is None or doubt is None or right not in doubt.alternatives:
                yield f"{item.text}：归入{here}，应在{right}，疑点{doubt.alternatives if doubt else None}"
