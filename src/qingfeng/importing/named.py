"""Boxes that say themselves where they belong: one long box whose parts are headed by the names of steps, and headings of lanes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qingfeng.importing.classify import Part
from qingfeng.importing.cues import NUMBER, content_of, squeezed
from qingfeng.importing.doubts import Doubt
from qingfeng.importing.readmap import FlowStep, MapBox, boxes_from
from qingfeng.importing.regiondoubts import simple_doubt

SURE = 0.95
"""A heading that names the step: as sure as a row in which nothing else stands."""
_TAIL = re.compile(r"(?:环节|阶段|步骤)?[：:]?$")
_OFFICE = re.compile(
    r"(?:窗口|科室|科|股|室|处|局|领导|负责人|部门|单位|中心|人员|岗位?|长|大队|支队|所|机关|申请人|当事人|相对人|企业)$"
)


def headed(part: Part, steps: Sequence[FlowStep]) -> list[tuple[int, tuple[str, ...]]]:
    """The parts of a box that are headed by two or more steps (index, paragraphs); empty for any other box."""
    names = {_bare(step.name): n for n, step in enumerate(steps)}
    found: list[tuple[int, list[str]]] = []
    before: list[str] = []
    for paragraph in part.box.paragraphs:
        at = names.get(_bare(paragraph)) if len(paragraph) <= 30 else None
        if at is not None:
            found.append((at, []))
        elif found:
            found[-1][1].append(paragraph)
        else:
            before.append(paragraph)
    held = [(at, tuple(texts)) for at, texts in found if texts]
    return held if len({at for at, _ in held}) >= 2 and not content_of(tuple(before)).items else []


def headed_boxes(part: Part, kind: str, parts: Sequence[tuple[int, tuple[str, ...]]]) -> list[MapBox]:
    """Such a box as the boxes of its steps."""
    return [
        box
        for n, (step, paragraphs) in enumerate(parts, 1)
        for box in boxes_from(
            content_of(paragraphs), kind, id_=f"b{part.seq}_{n}", step=step, how="named", confidence=SURE
        )
    ]


def _bare(words: str) -> str:
    return _TAIL.sub("", squeezed(NUMBER.sub("", words)).strip("【】[]《》“”"))


def without_lanes(parts: list[Part]) -> tuple[list[Part], list[Doubt]]:
    """Leave out the headings of lanes: offices or people in one row above all steps, each with steps below it."""
    steps = [part for part in parts if part.kind == "step" and part.rect is not None]
    heads = [part for part in steps if _OFFICE.search(part.name)]
    rest = [part for part in steps if part not in heads]
    top = min((part.rect.y for part in rest if part.rect), default=0.0)
    heads = [part for part in heads if part.rect and part.rect.bottom <= top + 2]
    if (
        len(heads) < 2
        or len(rest) < 2
        or max(p.rect.cy for p in heads if p.rect) - min(p.rect.cy for p in heads if p.rect) > 12
    ):
        return parts, []
    names = "、".join(part.name for part in sorted(heads, key=lambda p: p.rect.x if p.rect else 0.0))
    doubt = simple_doubt(
        "lanes",
        f"“{names}”写在各环节之上，认作分栏的部门或人员，没有当作环节。",
        f"“{names}” stand above all steps and were taken as the heads of lanes, not as steps.",
        "确是环节的，请增加环节。",
        "Add them if they are steps.",
    )
    return [part for part in parts if part not in heads], [doubt]
