"""Where the shapes and flows of a BPMN file stand: tasks in the middle, annotations left and right, returns in lanes of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .paper import PAPERS, Measures
from .rows import band_of
from .sheet import WHOLE, Sheet

EVENT, GATE, GAP, LANE = 36.0, 40.0, 30.0, 12.0
TASK, SIDE, LABEL = 160.0, 330.0, 104.0
SPREAD = 1.35
"""Viewers set annotations wider than our fonts: boxes are so much taller than the text that we measure."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle; lengths as in BPMN DI, pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def cx(self) -> float:
        """Centre, from the left."""
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        """Centre, from the top."""
        return self.y + self.h / 2


def places_of(
    sheet: Sheet, flows: Sequence[tuple[str, str, str]], notes: Sequence[tuple[str, str]]
) -> tuple[dict[str, Place], dict[str, list[Point]], dict[str, Place]]:
    """Return the place of every node and annotation, the way of every flow and association, and the places of names beside them.

    flows: id, source, target; notes: id of an annotation and the node that it belongs to.
    """
    lanes = max(1, sum(_number(source) >= _number(target) > 0 for _, source, target in flows if source.startswith("gateway")))
    middle = GAP + SIDE + GAP + LABEL + lanes * LANE + TASK / 2
    shapes = _nodes(sheet, flows, notes, middle, lanes)
    edges: dict[str, list[Point]] = {}
    lane = 0
    for flow, source, target in flows:
        back = source.startswith("gateway") and _number(source) >= _number(target) > 0
        lane += back
        x = middle - TASK / 2 - LANE * (lane + 0.5)
        edges[flow] = _way(shapes[source], shapes[target], back=back, x=x, straight=_straight(source, target))
    for note, step in notes:
        a, b = shapes[step], shapes[note]
        left = note.startswith("risks")
        edges[f"{note}_at"] = [(a.x if left else a.x + a.w, a.cy), (b.x + b.w if left else b.x, a.cy)]
    return shapes, edges, _names(flows, shapes, middle, lanes)


def _names(flows: Sequence[tuple[str, str, str]], shapes: Mapping[str, Place], middle: float, lanes: int) -> dict[str, Place]:
    """The names of returns stand left of the lanes, those of ways ahead right of theirs, each level with its gateway."""
    begin, done = shapes["event_begin"], shapes["event_done"]
    found = {name: Place(box.x + box.w + 6, box.cy - 7, 30, 14) for name, box in (("event_begin", begin), ("event_done", done))}
    seen: dict[tuple[str, bool], int] = {}
    for flow, source, target in flows:
        if source.startswith("gateway") and not _straight(source, target) and not target.startswith("event"):
            back = _number(source) >= _number(target)
            place = seen[source, back] = seen.get((source, back), -1) + 1
            gate = shapes[source]
            found[flow] = (Place(middle - TASK / 2 - lanes * LANE - LABEL, gate.cy - 14 + place * 28, LABEL - 8, 28) if back
                           else Place(middle + TASK / 2 + LANE + 6, gate.cy + 40 + place * 28, LABEL - 8, 28))  # fmt: skip
    return found


def _nodes(
    sheet: Sheet, flows: Sequence[tuple[str, str, str]], notes: Iterable[tuple[str, str]], middle: float, lanes: int
) -> dict[str, Place]:
    m = Measures(paper=PAPERS["screen"], size=10.0)
    bands = {block.id: band_of(block, sheet, m) for block in sheet.blocks}
    there = {name for name, _ in notes}
    ends: dict[str, list[str]] = {}
    for _, source, target in flows:
        if target.startswith("event_end"):
            ends.setdefault(source, []).append(target)
    shapes: dict[str, Place] = {}
    right = middle + TASK / 2 + GAP + max(LABEL, EVENT * max([1, *map(len, ends.values())]) * 1.6) + GAP
    y = GAP
    names = [("event_begin", bands.get(WHOLE)), *((f"step_{number}", bands[block.id]) for number, block in enumerate(sheet.steps, 1))]
    for name, band in names:
        tall = {f"{kind}_{name}": (stack.height if stack is not None else 0.0) * SPREAD
                for kind, stack in (("risks", band.risks if band else None), ("measures", band.measures if band else None))}  # fmt: skip
        wide, high = (EVENT, EVENT) if name == "event_begin" else (TASK, 70.0)
        row = max(high, *tall.values())
        shapes[name] = Place(middle - wide / 2, y + (row - high) / 2, wide, high)
        for note, height in tall.items():
            if note in there:
                x = middle - TASK / 2 - lanes * LANE - LABEL - GAP - SIDE if note.startswith("risks") else right
                shapes[note] = Place(x, y + (row - height) / 2, SIDE, height)
        y += row + GAP
        gate = name.replace("step", "gateway")
        if any(source == gate for _, source, _ in flows):
            shapes[gate] = Place(middle - GATE / 2, y, GATE, GATE)
            for place, end in enumerate(ends.get(gate, ())):
                shapes[end] = Place(middle + TASK / 2 + GAP + place * EVENT * 1.6, y + (GATE - EVENT) / 2, EVENT, EVENT)
            y += GATE + GAP + 16.0  # the name of an end event stands below it
    shapes["event_done"] = Place(middle - EVENT / 2, y, EVENT, EVENT)
    return shapes


def _way(source: Place, target: Place, *, back: bool, x: float, straight: bool) -> list[Point]:
    if straight:
        return [(source.cx, source.y + source.h), (target.cx, target.y)]
    if back:
        enter = target.cy + target.h / 4
        return [(source.x, source.cy), (x, source.cy), (x, enter), (target.x, enter)]
    if abs(source.cy - target.cy) < 1.0:  # an end event beside its gateway
        return [(source.x + source.w, source.cy), (target.x, target.cy)]
    x = target.cx + TASK / 2 + LANE  # ahead, past the steps between
    enter = target.cy if target.w < TASK else target.cy - target.h / 4
    return [(source.x + source.w, source.cy + GATE / 4), (x, source.cy + GATE / 4), (x, enter), (target.x + target.w, enter)]


def _number(name: str) -> int:
    """The number of a step or of a gateway, 0 for an event."""
    kind, _, number = name.partition("_")
    return int(number) if kind in ("step", "gateway") else 0


def _straight(source: str, target: str) -> bool:
    """True for the way from a node to the next below it."""
    if target.startswith("gateway") or source == "event_begin" or target == "event_done":
        return True
    return _number(target) == _number(source) + 1
