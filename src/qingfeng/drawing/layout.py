"""Where everything stands: a sheet becomes pages of boxes, lines and texts.  Pure: the same sheet is always placed alike.

Three columns: what may go wrong, the course, what holds it.  A row is as tall as its tallest box, boxes lie level with their
step; nothing overlaps and no line crosses a box, a text or another line (tests/drawing/test_layout.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from .furniture import closing, closing_height, heading, heading_height
from .loops import turn_lines
from .measure import width
from .paper import AUTO, ENDLESS, PAPERS, SIZES, Measures, Paper
from .rows import Band, Row, Stack, band_of, pieces
from .scene import Anchor, Box, Dot, Line, Page, Part, Scene, Words
from .sheet import Mark, Sheet

MOST_STRETCH = 2.0
"""How much wider the room between rows may become so that a page is filled, in sizes of the text."""
READABLE = 9.0
"""Smallest text with which a map is still put on A4 when the paper may be chosen."""
PILL = 3.2
"""Sizes of the text up to which a first or last step is drawn with round ends."""


def draw(sheet: Sheet, *, paper: str = "screen") -> Scene:
    """Return a map on a paper (a name of PAPERS, or AUTO: one page of A4 if it can be read there, else A3)."""
    return min(_tries(sheet, paper), key=lambda scene: (len(scene.pages), -scene.size))


def _tries(sheet: Sheet, paper: str) -> Iterator[Scene]:
    if paper == AUTO:
        for scene in _tries(sheet, "a4"):
            if len(scene.pages) == 1 and scene.size >= READABLE:
                yield scene
                return
        paper = "a3"
    for size in SIZES[paper]:
        scene = _on(sheet, PAPERS[paper], size)
        yield scene
        if len(scene.pages) == 1:
            return


def _on(sheet: Sheet, paper: Paper, size: float) -> Scene:
    m = Measures(paper=paper, size=size)
    bands = [band_of(block, sheet, m) for block in sheet.blocks]
    groups = _paged(sheet, bands, m)
    pages = [Page(paper.width, paper.height) for _ in groups]
    for number, (page, group) in enumerate(zip(pages, groups, strict=True), 1):
        top = heading(page, sheet, m, first=number == 1)
        _place(page, group, top, sheet, m, last=number == len(groups))
        if paper.height == ENDLESS:
            page.height = max((box.bottom for box in page.boxes), default=top) + m.between + closing_height(sheet, m)
        closing(page, sheet, m, number=number, of=len(pages))
    return Scene(title=sheet.heading, description=_description(sheet), paper=paper.name, size=size, pages=tuple(pages))


def _paged(sheet: Sheet, bands: list[Band], m: Measures) -> list[list[Band]]:
    """Share the rows out among pages: a row is never parted unless it is taller than a page."""
    if m.paper.height == ENDLESS:
        return [bands]
    closing_room = closing_height(sheet, m)
    rooms = [m.paper.height - heading_height(sheet, m, first=first) - closing_room - 2 * m.between for first in (True, False)]
    groups: list[list[Band]] = [[]]
    used = 0.0
    for band in [piece for whole in bands for piece in pieces(whole, min(rooms), m)]:
        room = rooms[0] if len(groups) == 1 else rooms[1]
        more = band.height + (m.between if groups[-1] else 0.0)
        if groups[-1] and used + more > room:
            groups.append([])
            used, more = 0.0, band.height
        groups[-1].append(band)
        used += more
    return groups


def _place(page: Page, bands: list[Band], top: float, sheet: Sheet, m: Measures, *, last: bool) -> None:
    between = m.between
    if m.paper.height != ENDLESS and bands:
        bottom = m.paper.height - closing_height(sheet, m) - m.between
        spare = bottom - top - sum(band.height for band in bands) - m.between * (len(bands) - 1)
        between += max(0.0, min(spare / max(1, len(bands)), MOST_STRETCH * m.size))
    y = top
    steps: list[Box] = []
    for band in bands:
        steps.append(_band(page, band, y, sheet, m))
        y += band.height + between
    _flow(page, bands, steps, between, m, last=last)
    page.lines += turn_lines(page, [(band.block, box) for band, box in zip(bands, steps, strict=True)], m)


def _band(page: Page, band: Band, y: float, sheet: Sheet, m: Measures) -> Box:
    """Place one row; return its step."""
    left, middle, right = m.columns
    centre = y + band.height / 2
    first = not band.block.whole and band.block.number in (1, len(sheet.steps)) and not band.step.foot
    height = band.step.height
    radius = height / 2 if first and height <= PILL * m.size else 5.0
    step = _box(page, band.step, "step", middle, centre, m, band=band, wide=m.step, radius=radius, dashed=band.block.whole or band.part > 0)
    sides: tuple[tuple[Stack | None, Part, float], ...] = ((band.risks, "risks", left), (band.measures, "measures", right))
    for stack, part, x in sides:
        if stack is None:
            continue
        box = _box(page, stack, part, x, centre, m, band=band, wide=m.side)
        a, b = ((box.right, step.x) if part == "risks" else (step.right, box.x))
        page.lines.append(Line(points=((a, centre), (b, centre)), kind=part.rstrip("s"), tone=box.tone, wide=m.size * 0.11,
                               ends=(f"{part}:{band.block.id}", f"step:{band.block.id}")))  # fmt: skip
        if part == "risks" and stack.foot and band.block.level is not None and band.block.rank is not None:
            _dots(page, box, band.block.rank, len(sheet.scheme), m)
    return step


def _box(page: Page, stack: Stack, part: Part, x: float, centre: float, m: Measures, *, band: Band, wide: float, radius: float = 5.0,
         dashed: bool = False) -> Box:  # fmt: skip
    tone = {"risks": band.tone, "measures": "measure"}.get(part, "step")
    if part == "step" and band.block.findings:
        tone = "live"
    whole = part == "step" or band.block.mark in (Mark.ADDED, Mark.REMOVED)  # what changed of a step says so itself, line by line
    box = Box(x=x, y=centre - stack.height / 2, w=wide, h=stack.height, part=part, tone=tone, block=band.block.id, radius=radius,
              dashed=dashed, mark=band.block.mark.value if whole else Mark.SAME.value, paragraphs=stack.paragraphs)  # fmt: skip
    number = len(page.boxes)
    page.boxes.append(box)
    y = box.y + (m.pad * 0.8 if stack.body else 0.0)
    for row in stack.body:
        _row(page, row, box, number, y, m)
        y += row.height
    if stack.foot:
        if stack.body:
            y += m.pad * 0.8
            page.lines.append(Line(points=((box.x, y), (box.right, y)), kind="inner", tone=tone, wide=m.size * 0.06))
        y += m.pad * 0.4
        for row in stack.foot:
            _row(page, row, box, number, y, m)
            y += row.height
    return box


def _row(page: Page, row: Row, box: Box, number: int, y: float, m: Measures) -> None:
    base = y + row.height / 2 + row.size * 0.36
    tone = box.tone if row.tone == "tone" else row.tone
    if row.number:
        page.words.append(Words(x=box.x + m.pad, y=base, text=row.number, size=row.size, tone=tone, box=number))
    anchor: Anchor = "middle" if row.indent < 0 else "start"
    x = box.x + box.w / 2 if anchor == "middle" else box.x + m.pad + row.indent
    page.words.append(Words(x=x, y=base, text=row.text, size=row.size, face=row.face, tone=tone, struck=row.struck, box=number,
                            anchor=anchor))  # fmt: skip


def _dots(page: Page, box: Box, rank: int, many: int, m: Measures) -> None:
    r = m.size * 0.36
    y = box.bottom - m.pad * 0.4 - m.line / 2
    for place in range(min(many, 6)):
        x = box.right - m.pad - r - (min(many, 6) - 1 - place) * m.size * 1.1
        page.dots.append(Dot(x=x, y=y, r=r, tone=box.tone, filled=place <= rank))


def _flow(page: Page, bands: list[Band], steps: list[Box], between: float, m: Measures, *, last: bool) -> None:
    """The arrows from step to step; to and from another page they are short and say so."""
    shown = [(band, box) for band, box in zip(bands, steps, strict=True) if not band.block.whole]
    if not shown:
        return
    x = shown[0][1].x + shown[0][1].w / 2
    for (a, above), (b, below) in pairwise(shown):
        tone = "removed" if Mark.REMOVED in (a.block.mark, b.block.mark) else "flow"
        page.lines.append(Line(points=((x, above.bottom), (x, below.y)), kind="flow", tone=tone, arrow=True, wide=m.size * 0.12,
                               ends=(f"step:{a.block.id}", f"step:{b.block.id}")))  # fmt: skip
    if not last:
        box, band = shown[-1][1], bands[-1]
        end = box.y + box.h / 2 + band.height / 2 + m.size * 1.1
        page.lines.append(Line(points=((x, box.bottom), (x, end)), kind="flow", arrow=True, wide=m.size * 0.12,
                               ends=(f"step:{band.block.id}", "")))  # fmt: skip
        page.words.append(Words(x=x + m.size * 0.8, y=end, text="接下页", size=m.small, tone="grey"))


def _description(sheet: Sheet) -> str:
    """The map told in one text, for those who listen to it."""
    told = []
    for block in sheet.blocks:
        level = f"，风险等级{block.level}" if block.level else ""
        owner = f"，责任人{block.owner}" if block.owner else ""
        told.append(f"{block.name}：风险点{len(block.risks)}个{level}，防控措施{len(block.measures)}项{owner}")
    return f"{sheet.heading}，共{len(sheet.steps)}个环节。" + "；".join(told) + "。"


assert width("清", 1.0) == 1.0, "a Chinese character is one em wide in the fonts of the maps"
