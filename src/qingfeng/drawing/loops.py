"""Returns drawn as lines: only those that cross nothing.  The others are told in the box of their step, which all of them are anyway."""

from __future__ import annotations

from collections.abc import Sequence

from .paper import Measures
from .scene import Box, Line, Page
from .sheet import Block

LANE = 0.9
"""How far from the step its lane runs, in sizes of the text; the gap between the columns is two and a half."""


def turn_lines(page: Page, rows: Sequence[tuple[Block, Box]], m: Measures) -> list[Line]:
    """Return the returns to earlier steps of the same page, the shortest first, each in a free lane left or right."""
    place = {block.id: at for at, (block, _) in enumerate(rows) if not block.whole}
    wanted = sorted(
        {(at - place[turn.target], place[turn.target], at) for at, (block, _) in enumerate(rows) for turn in block.turns
         if turn.target in place and turn.back and place[turn.target] < at})  # fmt: skip
    beside = {side: {box.block for box in page.boxes if box.part == side} for side in ("measures", "risks")}
    taken: dict[str, set[int]] = {"measures": set(), "risks": set()}
    found = []
    for _, first, last in wanted:
        gaps = set(range(first, last))
        for side in ("measures", "risks"):
            between = {rows[at][0].id for at in range(first + 1, last)}
            if not gaps & taken[side] and not between & beside[side]:
                taken[side] |= gaps
                found.append(_line(rows[last][1], rows[first][1], m, right=side == "measures"))
                break
    return found


def _line(source: Box, target: Box, m: Measures, *, right: bool) -> Line:
    """From the source above its connector up the lane to the target below its connector."""
    leave, arrive = source.y + min(8.0, source.h / 4), target.bottom - min(8.0, target.h / 4)
    edge, other = (source.right, target.right) if right else (source.x, target.x)
    lane = edge + (LANE if right else -LANE) * m.size
    return Line(points=((edge, leave), (lane, leave), (lane, arrive), (other, arrive)), kind="turn", tone="turn", arrow=True,
                wide=m.size * 0.09, ends=(f"step:{source.block}", f"step:{target.block}"))  # fmt: skip
