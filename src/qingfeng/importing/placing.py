"""Which box belongs to which step when the source has geometry: lines first, then the row in which it stands."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qingfeng.importing.assignment import assign
from qingfeng.importing.boxes import Box, Connector, Rect
from qingfeng.importing.classify import Part, by_leaning
from qingfeng.importing.cues import BLANK

_TOLERANCE = 9.0
_FAR = 250.0


@dataclass(slots=True)
class Placed:
    """A box at its step.  `how`: line (a connector says so), row (it stands beside it), whole (beside all of them)."""

    part: Part
    step: int | None
    how: str
    confidence: float
    alternatives: tuple[int, ...] = ()


@dataclass(slots=True)
class Layout:
    """A map as drawn: its steps in the order of the work, its boxes placed, what stays open."""

    steps: list[Part]
    placed: list[Placed] = field(default_factory=list)
    loose: list[Part] = field(default_factory=list)
    branches: list[tuple[int, int]] = field(default_factory=list)
    returns: list[tuple[int, int]] = field(default_factory=list)


def lay_out(parts: Sequence[Part], connectors: Sequence[Connector]) -> Layout:
    """Order the steps and place the boxes of one map, all of which have geometry."""
    _into_flow(parts)
    steps = [part for part in parts if part.kind == "step"]
    steps = _in_column(steps, parts)
    if _runs_across(steps):
        parts, connectors = [_swapped(part) for part in parts], [_swapped_line(line) for line in connectors]
    by_seq = {part.seq: part for part in parts}
    steps = [by_seq[part.seq] for part in steps]
    links = _Links(parts, connectors, {part.seq for part in steps})
    layout = Layout(steps)
    _order(layout, links)
    sides = [part for part in parts if part.kind in {"risk", "measure", "side", "both"}]
    sides += [part for part in parts if part.kind == "step" and part not in layout.steps]
    _name_columns(sides, layout.steps, [part for part in parts if part.kind == "caption"])
    _place(layout, sides, links)
    return layout


def _rect(part: Part) -> Rect:
    assert part.rect is not None, "only boxes with geometry are laid out"
    return part.rect


def _into_flow(parts: Sequence[Part]) -> None:
    """A short box without a number in the very column of the steps is a step, whatever its words begin with (落实…, 加强…)."""
    steps = [_rect(part) for part in parts if part.kind == "step"]
    if len(steps) < 2:
        return
    middles, widths = sorted(rect.cx for rect in steps), sorted(rect.w for rect in steps)
    middle, wide = middles[len(middles) // 2], widths[len(widths) // 2]
    for part in parts:
        items = part.content.items
        short = (
            len(items) == 1
            and items[0].number is None
            and len(items[0].text) <= 16
            and items[0].text[-1] not in "。；;."
        )
        here = _rect(part)
        inside = abs(here.cx - middle) < 0.25 * wide and 0.5 * wide < here.w < 2 * wide
        if part.kind in {"side", "measure"} and short and inside and not part.content.level_said:
            part.kind = "step"


def _in_column(steps: list[Part], parts: Sequence[Part]) -> list[Part]:
    """Steps proper: a short box that stands within a column of risks or measures, away from the flow, is none."""
    if len(steps) < 3:
        return steps
    typed = [part for part in parts if part.kind in {"risk", "measure"}]
    kept = []
    for step in steps:
        here = _rect(step)
        flow = sum(1 for other in steps if _shares_x(here, _rect(other)))
        beside = sum(1 for side in typed if _shares_x(here, _rect(side)))
        if flow == 1 and beside >= 2 and step.could_be_step:
            step.kind = "side"
        else:
            kept.append(step)
    return kept


def _shares_x(a: Rect, b: Rect) -> bool:
    return min(a.right, b.right) - max(a.x, b.x) > 0.5 * min(a.w, b.w)


def _runs_across(steps: Sequence[Part]) -> bool:
    """True if the work flows from left to right: the steps share a row, not a column."""
    if len(steps) < 2:
        return False
    rects = [_rect(step) for step in steps]
    rows = sum(
        1 for a in rects for b in rects if a is not b and min(a.bottom, b.bottom) - max(a.y, b.y) > 0.5 * min(a.h, b.h)
    )
    columns = sum(1 for a in rects for b in rects if a is not b and _shares_x(a, b))
    return rows > columns


def _swapped(part: Part) -> Part:
    box: Box = replace(part.box, rect=_rect(part).swapped())
    return Part(box, part.kind, part.content, part.could_be_step, part.notes)


def _swapped_line(line: Connector) -> Connector:
    return replace(line, x1=line.y1, y1=line.x1, x2=line.y2, y2=line.x2)


class _Links:
    """The lines of a drawing as a graph of boxes: which can be reached from which without passing through a step."""

    def __init__(self, parts: Sequence[Part], connectors: Sequence[Connector], steps: set[int]) -> None:
        self.steps = steps
        self.arrows: list[tuple[int, int, bool]] = []
        self.near: dict[int, set[int]] = defaultdict(set)
        boxes = [part for part in parts if part.kind not in {"title", "phone"}]
        joints: list[tuple[float, float, int]] = []
        for number, line in enumerate(connectors):
            ends = [
                glued if glued is not None else _at(boxes, x, y)
                for glued, x, y in ((line.start, line.x1, line.y1), (line.end, line.x2, line.y2))
            ]
            first, second = ends
            node = -1 - number  # a line's own node, so that lines that meet hang together
            for end, x, y in ((first, line.x1, line.y1), (second, line.x2, line.y2)):
                if end is not None:
                    self._join(node, end)
                else:
                    joints.append((x, y, node))
            if first is not None and second is not None and {first, second} <= steps:
                self.arrows.append((first, second, line.arrow))
        self._meet(joints, connectors)

    def _join(self, a: int, b: int) -> None:
        self.near[a].add(b)
        self.near[b].add(a)

    def _meet(self, joints: list[tuple[float, float, int]], connectors: Sequence[Connector]) -> None:
        """Loose ends that meet each other, or end on another line, belong to one line drawn in pieces."""
        grid: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
        for x, y, node in joints:
            for dx in (-1, 0, 1):
                for dy in (-1, 0, 1):
                    for ox, oy, other in grid[int(x // 4) + dx, int(y // 4) + dy][:20]:
                        if other != node and abs(ox - x) <= 4 and abs(oy - y) <= 4:
                            self._join(node, other)
            grid[int(x // 4), int(y // 4)].append((x, y, node))
        if len(joints) * len(connectors) > 200_000:
            return
        for x, y, node in joints:
            for number, line in enumerate(connectors):
                if -1 - number != node and _on(line, x, y):
                    self._join(node, -1 - number)

    def steps_from(self, seq: int) -> list[int]:
        """Steps that a box is joined to, the nearest ones only; other boxes may lie between, steps not."""
        seen, waiting = {seq}, deque([(seq, 0)])
        found: list[int] = []
        reach: int | None = None
        while waiting:
            here, far = waiting.popleft()
            if reach is not None and far > reach:
                break
            if here in self.steps and here != seq:
                found.append(here)
                reach = far
                continue
            for following in self.near[here]:
                if following not in seen:
                    seen.add(following)
                    waiting.append((following, far + 1))
        return found


def _at(boxes: Sequence[Part], x: float, y: float) -> int | None:
    """The box at whose edge (or nearly) a line ends: the nearest one, the smaller of two that hold it."""
    best: tuple[float, float, int] | None = None
    for part in boxes:
        rect = _rect(part)
        if rect.near(x, y, _TOLERANCE):
            dx = max(rect.x - x, 0.0, x - rect.right)
            dy = max(rect.y - y, 0.0, y - rect.bottom)
            rank = (dx + dy, rect.w * rect.h, part.seq)
            best = min(best, rank) if best else rank
    return best[2] if best else None


def _on(line: Connector, x: float, y: float) -> bool:
    """True if a point lies on a straight line, not at its ends."""
    if abs(line.x1 - line.x2) < 2:
        return abs(x - line.x1) < 3 and min(line.y1, line.y2) - 1 < y < max(line.y1, line.y2) + 1
    if abs(line.y1 - line.y2) < 2:
        return abs(y - line.y1) < 3 and min(line.x1, line.x2) - 1 < x < max(line.x1, line.x2) + 1
    return False


def _order(layout: Layout, links: _Links) -> None:
    """Steps along the arrows; where arrows leave it open, from the top; arrows that lead back up are returns."""
    place = {part.seq: (_rect(part).cy, _rect(part).cx) for part in layout.steps}
    arrows = {(a, b) for a, b, arrow in links.arrows if arrow and a != b}
    forward = {(a, b) for a, b in arrows if place[a] <= place[b]}
    back = arrows - forward
    if len(back) > len(forward):  # drawn from the bottom upwards
        forward, back = back, forward
        place = {seq: (-y, x) for seq, (y, x) in place.items()}
    following: dict[int, set[int]] = defaultdict(set)
    before: dict[int, int] = defaultdict(int)
    for a, b in forward:
        following[a].add(b)
        before[b] += 1
    ready = sorted((seq for seq in place if not before[seq]), key=place.__getitem__)
    ordered: list[int] = []
    while ready:
        here = ready.pop(0)
        ordered.append(here)
        for after in sorted(following[here], key=place.__getitem__):
            before[after] -= 1
            if not before[after]:
                ready.append(after)
        ready.sort(key=place.__getitem__)
    by_seq = {part.seq: part for part in layout.steps}
    layout.steps = [by_seq[seq] for seq in ordered]
    index = {seq: n for n, seq in enumerate(ordered)}
    layout.branches = sorted((index[a], index[b]) for a in following if len(following[a]) > 1 for b in following[a])
    layout.returns = sorted((index[a], index[b]) for a, b in back)


def _name_columns(sides: list[Part], steps: list[Part], captions: list[Part]) -> None:
    """Boxes that do not say what they are take it from their column: its heading, its other boxes, the opposite of the other one."""
    columns: list[list[Part]] = []
    for part in sorted(sides, key=lambda p: _rect(p).x):
        home = next((c for c in columns if _shares_x(_rect(c[0]), _rect(part))), None)
        if home is None:
            columns.append([part])
        else:
            home.append(part)
    votes = [_votes(column, steps, captions) for column in columns]
    for n, column in enumerate(columns):
        vote = votes[n] or (-votes[1 - n] if len(columns) == 2 else 0.0)
        for part in column:
            if part.kind in {"side", "step"}:
                lean = by_leaning(part)
                part.kind = "risk" if vote > 0 else "measure" if vote < 0 else lean or "risk"
                if not vote and lean is None:
                    part.notes.append("kind")


def _votes(column: list[Part], steps: list[Part], captions: list[Part]) -> float:
    """Above 0: a column of risks, below: of measures."""
    vote = 0.0
    for part in column:
        vote += 2.0 if part.kind == "risk" else -2.0 if part.kind == "measure" else 0.0
        if part.kind == "side":
            lean = by_leaning(part)
            vote += 0.6 if lean == "risk" else -0.6 if lean == "measure" else 0.0
    rects = [_rect(part) for part in column]
    middle = sum(r.cx for r in rects) / len(rects)
    flow = sum(_rect(s).cx for s in steps) / len(steps) if steps else middle
    for caption in captions:
        words, rect = BLANK.sub("", caption.box.text), _rect(caption)
        over = any(_shares_x(rect, r) for r in rects)
        between = min(middle, flow) < rect.cx < max(middle, flow) and any(abs(rect.cy - r.cy) < r.h for r in rects)
        if over or between:
            vote += (
                1.0
                if "风险" in words and "措施" not in words
                else -1.0
                if "措施" in words and "风险" not in words
                else 0.0
            )
    return vote


def _place(layout: Layout, sides: list[Part], links: _Links) -> None:
    index = {part.seq: n for n, part in enumerate(layout.steps)}
    rest: list[Part] = []
    for part in sides:
        reached = [index[seq] for seq in links.steps_from(part.seq) if seq in index]
        if len(reached) == 1:
            layout.placed.append(Placed(part, reached[0], "line", 1.0))
        elif len(reached) > 1 and len(reached) < max(3, len(layout.steps)):
            nearest = min(reached, key=lambda n: _gap(_rect(part), _rect(layout.steps[n])))
            layout.placed.append(Placed(part, nearest, "shared", 0.5, tuple(n for n in reached if n != nearest)))
        else:
            rest.append(part)
    for kind in ("risk", "measure", "both"):
        _by_rows(layout, [part for part in rest if part.kind == kind], kind)


def _by_rows(layout: Layout, parts: list[Part], kind: str) -> None:
    """Boxes without lines, one step each, all together; a box as tall as the whole flow belongs to all of it."""
    if not layout.steps:
        layout.loose += parts
        return
    rects = [_rect(step) for step in layout.steps]
    top, bottom = min(r.y for r in rects), max(r.bottom for r in rects)
    taken = {one.step for one in layout.placed if one.part.kind == kind}
    waiting = []
    for part in parts:
        here = _rect(part)
        covered = sum(1 for r in rects if here.y - 2 <= r.cy <= here.bottom + 2)
        if len(rects) >= 3 and covered >= max(3, 0.7 * len(rects)) and here.h > 0.6 * (bottom - top):
            layout.placed.append(Placed(part, None, "whole", 0.6))
        else:
            waiting.append(part)
    if not waiting:
        return
    scores = []
    for part in waiting:
        row = [-_gap(_rect(part), rect) - (200.0 if n in taken else 0.0) for n, rect in enumerate(rects)]
        scores.append(row + [-_FAR - 100] * len(waiting))
    for part, step, row in zip(waiting, assign(scores), scores, strict=True):
        if step >= len(rects):
            layout.loose.append(part)
            continue
        others = sorted((n for n in range(len(rects)) if n != step), key=lambda n: -row[n])
        margin = row[step] - row[others[0]] if others else 100.0
        inside = _rect(part).y - 4 <= rects[step].cy <= _rect(part).bottom + 4
        only = inside and sum(1 for r in rects if _rect(part).y <= r.cy <= _rect(part).bottom) == 1
        sure = 0.95 if only and margin > 12 else 0.75 if margin > 25 else 0.4
        layout.placed.append(Placed(part, step, "row", sure, tuple(others[:2])))


def _gap(side: Rect, step: Rect) -> float:
    """How far a box lies from a step's row: 0 on the same middle; less than the step's own height hardly counts."""
    overlap = min(side.bottom, step.bottom) - max(side.y, step.y)
    away = abs(side.cy - step.cy)
    return away * (0.4 if overlap > 0.6 * min(side.h, step.h) else 1.0)
