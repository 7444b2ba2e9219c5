"""One region read as a map: by its drawing where it has geometry, by its words where it has none."""

from __future__ import annotations

from dataclasses import replace

from qingfeng.importing.classify import Part, by_leaning
from qingfeng.importing.cues import squeezed
from qingfeng.importing.grouping import Region
from qingfeng.importing.named import headed, headed_boxes, without_lanes
from qingfeng.importing.pairing import Paired, Side, pair, usual_order
from qingfeng.importing.placing import Layout, lay_out
from qingfeng.importing.readmap import FlowStep, MapBox, ReadMap, boxes_from
from qingfeng.importing.regiondoubts import (
    border_doubts,
    by_words,
    end_doubts,
    flow_doubts,
    head_doubts,
    kind_doubts,
    loose_doubt,
    order_doubt,
    placing_doubts,
    simple_doubt,
    two_in_one,
)
from qingfeng.importing.tables import phones_in
from qingfeng.importing.titles import FIELD, kind_of_power
from qingfeng.terms.limits import MAX_STEPS

SURE = 0.8
"""Pairings at least so sure carry no doubt: measured on the seeds, see docs/adr/018-reading-maps.md."""
_MOST_BOXES = 600


def from_drawing(region: Region) -> ReadMap:
    """Read a region with geometry."""
    if len(region.parts) > _MOST_BOXES or len(region.steps) > MAX_STEPS:
        return _crowded(region)
    parts = [part for part in region.parts if part.rect is not None]
    lost = [part for part in region.parts if part.rect is None and part.kind in {"risk", "measure", "side", "both"}]
    parts, lanes = without_lanes(parts)
    layout = lay_out(parts, region.connectors)
    _whole_out(layout)
    read = _empty(region, layout.steps)
    levels = [part for part in parts if part.kind == "level"]
    read.doubts += lanes
    for placed in sorted(layout.placed, key=lambda one: one.part.rect.y if one.part.rect else 0.0):
        if named := headed(placed.part, read.steps):
            read.boxes += headed_boxes(placed.part, placed.part.kind, named)
            continue
        made = _boxes(placed.part, placed.step, placed.how, placed.confidence, placed.alternatives)
        read.boxes += _graded(made, placed.part, levels)
        read.counts += [(text, placed.step) for text in placed.part.content.counts]
        read.doubts += placing_doubts(read, placed, made)
    for part in (*layout.loose, *lost):
        if named := headed(part, read.steps):
            read.boxes += headed_boxes(part, part.kind, named)
            continue
        made = _boxes(part, None, "loose", 0.1, tuple(range(min(3, len(layout.steps)))))
        read.boxes += made
        read.doubts += [loose_doubt(read, box) for box in made]
    read.doubts += flow_doubts(read, layout)
    if region.joined:
        read.doubts.append(
            simple_doubt(
                "continued",
                "这张图跨页，第二页没有题目；按同一张图读。",
                "The map goes on over a page without a title; read as one map.",
                "若是两张图，请分开。",
                "If they are two maps, part them.",
            )
        )
    if region.split and region.title is not None:
        read.doubts.append(
            simple_doubt(
                "two_columns",
                "一页上并排有几条流程，题目只有一个；各作一张图。",
                "Several flows stand side by side under one title; each was read as a map.",
                "请核对各图的题目。",
                "Check the title of each.",
            )
        )
    return read


def _whole_out(layout: Layout) -> None:
    """A box called 全过程 in the flow is no step: what stands beside it belongs to all of them."""
    at = next((n for n, step in enumerate(layout.steps) if step.name in {"全过程", "全流程"}), None)
    if at is None:
        return
    layout.steps.pop(at)
    for placed in layout.placed:
        if placed.step is not None:
            placed.step = None if placed.step == at else placed.step - (placed.step > at)
        placed.alternatives = tuple(n - (n > at) for n in placed.alternatives if n != at)
    layout.branches = [(a - (a > at), b - (b > at)) for a, b in layout.branches if at not in (a, b)]
    layout.returns = [(a - (a > at), b - (b > at)) for a, b in layout.returns if at not in (a, b)]


def _graded(made: list[MapBox], part: Part, levels: list[Part]) -> list[MapBox]:
    """A level in a box of its own belongs to the risk box that it touches or overlaps in its row."""
    if not levels or part.rect is None:
        return made
    here = part.rect
    near = [
        lv
        for lv in levels
        if lv.rect
        and lv.content.level
        and here.y - 6 <= lv.rect.cy <= here.bottom + 6
        and abs(lv.rect.cx - here.cx) < here.w + lv.rect.w + 20
    ]
    if not near:
        return made
    nearest = min(near, key=lambda lv: abs(lv.rect.cx - here.cx) + abs(lv.rect.cy - here.cy) if lv.rect else 0.0)
    return [
        _with_level(box, nearest.content.level) if box.kind == "risk" and box.level is None else box for box in made
    ]


def _with_level(box: MapBox, level: str | None) -> MapBox:

    return replace(box, level=level, level_said=True)


def from_words(region: Region) -> ReadMap:
    """Read a region without geometry: everything about its order and pairs is a guess and carries its doubt."""
    if len(region.parts) > _MOST_BOXES or len(region.steps) > MAX_STEPS:
        return _crowded(region)
    kind = kind_of_power(region.title.power if region.title else "") or "other_power"
    steps = region.steps
    place = {part.seq: n for n, part in enumerate(p for p in region.parts if p.kind not in {"caption", "mark"})}
    names = [step.name for step in steps]
    order = None if region.ordered else usual_order(names, kind=kind)
    if order is not None:
        steps = [steps[n] for n in order]
    for part in region.sides:
        if part.kind == "side":
            lean = by_leaning(part)
            part.kind = lean or "risk"
            if lean is None:
                part.notes.append("kind")
    flow = [(step.name, float(place.get(step.seq, 0))) for step in steps]
    risks = [part for part in region.sides if part.kind in {"risk", "both"}]
    measures = [part for part in region.sides if part.kind == "measure"]
    paired = _as_typed(region, steps, risks, measures) if region.ordered else None
    if paired is None:
        paired = pair(flow, [_side(p, place) for p in risks], [_side(p, place) for p in measures], kind=kind)
    read = _empty(region, steps)
    for part, found in [*zip(risks, paired[0], strict=True), *zip(measures, paired[1], strict=True)]:
        made = _boxes(part, found.step, "words", found.confidence, found.alternatives)
        read.boxes += made
        read.counts += [(text, found.step) for text in part.content.counts]
        read.doubts += [by_words(read, box, found) for box in made if found.confidence < SURE or found.step is None]
        read.doubts += kind_doubts(read, part, made)
        read.doubts += border_doubts(read, part, made)
    for part in steps:
        read.doubts += border_doubts(read, part, [])
    if order is not None:
        read.doubts.append(order_doubt(names, [step.name for step in steps]))
    read.doubts += end_doubts(read)
    return read


def _as_typed(
    region: Region, steps: list[Part], risks: list[Part], measures: list[Part]
) -> tuple[list[Paired], list[Paired]] | None:
    """Text in reading order: a box belongs to the step above it, if no step has two of a kind and none stands before the first."""
    index = {part.seq: n for n, part in enumerate(steps)}
    here: int | None = None
    at: dict[int, int] = {}
    for part in region.parts:
        here = index.get(part.seq, here)
        if part in risks or part in measures:
            if here is None:
                return None
            at[part.seq] = here
    for group in (risks, measures):
        if len({at[part.seq] for part in group}) < len(group):
            return None
    return [Paired(at[p.seq], 0.95, ()) for p in risks], [Paired(at[p.seq], 0.95, ()) for p in measures]


def _side(part: Part, place: dict[int, int]) -> Side:
    return Side("".join(item.text for item in part.content.items), float(place.get(part.seq, 0)), part.content.owner)


def _empty(region: Region, steps: list[Part]) -> ReadMap:
    title = region.title
    power = title.power if title else ""
    named = [
        found[2]
        for part in region.parts
        if (found := FIELD.match(squeezed(part.box.text))) and found[1] == "名称" and found[2]
    ]
    power = named[0] if named else power
    read = ReadMap(
        number=0,
        title=title.text if title else None,
        agency=title.agency if title else None,
        power=power,
        kind=kind_of_power(power),
        steps=[FlowStep(step.name, step.label, step.content.level, step.content.owner) for step in steps],
        boxes=[],
        counts=[(part.box.text, None) for part in region.parts if part.kind == "count"],
    )
    for key, number in phones_in([part.box.text for part in region.parts if part.kind == "phone"]).items():
        read.phones[key] = number
    read.doubts += head_doubts(read)
    for step in steps:
        if (
            len(step.box.paragraphs) > 1
            and step.content.plain
            and len(step.content.plain) > 1
            and step.box.paragraphs[0].rstrip().endswith(("，", ",", "、"))
        ):
            read.doubts.append(two_in_one(step.name))
    return read


def _boxes(
    part: Part, step: int | None, how: str, confidence: float, alternatives: tuple[int | None, ...]
) -> list[MapBox]:
    return boxes_from(
        part.content,
        part.kind,
        id_=f"b{part.seq}",
        step=step,
        how=how,
        confidence=confidence,
        alternatives=alternatives,
    )


def _crowded(region: Region) -> ReadMap:
    read = _empty(region, [])
    read.doubts.append(
        simple_doubt(
            "crowded",
            f"这一部分有{len(region.parts)}个方框，不像一张防控图；没有配对。",
            f"This part has {len(region.parts)} boxes, unlike any map; nothing was paired.",
            "请只留一张图后再导入。",
            "Leave one map in the file and import it again.",
        )
    )
    return read
