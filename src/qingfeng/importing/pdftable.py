"""Tables in print without ruled lines: columns are what white space parts from top to bottom, rows what it parts from side to side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from qingfeng.importing.boxes import Cell, Rect
from qingfeng.importing.cues import BLANK
from qingfeng.importing.tables import heads_in

Word = dict[str, Any]
_GAP = 3.0
"""Points of white space that part two columns: less than half a character of the smallest print."""
_MOST_COLUMNS = 12


def bare_table(lines: Sequence[list[Word]]) -> tuple[Rect, list[tuple[Rect, list[Word]]], list[tuple[int, int]]] | None:
    """The table of a page that has no lines, None if there is none.

    lines: all words of the page as lines from the top.  Returns its place, its cells (place, words) row by row, the row and column of each.
    """
    head = next(
        (n for n, line in enumerate(lines) if len(heads_in([BLANK.sub("", word["text"]) for word in line])) >= 3), None
    )
    if head is None:
        return None
    columns, last = _columns(lines, head)
    if not 3 <= len(columns) <= _MOST_COLUMNS:
        return None
    rows = _rows(lines[head : last + 1], columns)
    cells, places = [], []
    for r, row in enumerate(rows):
        for c, (left, right) in enumerate(columns):
            held = [word for word in row if left <= (word["x0"] + word["x1"]) / 2 <= right]
            top, bottom = min(word["top"] for word in row), max(word["bottom"] for word in row)
            cells.append((Rect(left, top, right - left, bottom - top), held))
            places.append((r, c))
    top, bottom = cells[0][0].y, cells[-1][0].bottom
    return Rect(columns[0][0], top, columns[-1][1] - columns[0][0], bottom - top), cells, places


def _columns(lines: Sequence[list[Word]], head: int) -> tuple[list[tuple[float, float]], int]:
    """The columns (left, right) that hold from the heading downwards, and the last line that keeps to them: running text does not."""
    columns = _parted([(word["x0"], word["x1"]) for word in lines[head]])
    last = head
    for n in range(head + 1, len(lines)):
        wider = _parted([*columns, *((word["x0"], word["x1"]) for word in lines[n])])
        if len(wider) < len(columns):
            break
        columns, last = wider, n
    return columns, last


def _parted(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if merged and left - merged[-1][1] < _GAP:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _rows(lines: Sequence[list[Word]], columns: Sequence[tuple[float, float]]) -> list[list[Word]]:
    """Rows: parted by gaps clearly wider than those within a cell; where all are alike, each text of the first column begins one."""
    gaps = [
        min(word["top"] for word in below) - max(word["bottom"] for word in above) for above, below in pairwise(lines)
    ]
    within = min(gaps, default=0.0)
    wide = [gap > max(1.35 * within, within + 2.0) for gap in gaps]
    if not any(wide):
        first = columns[0][1]
        wide = [any(word["x1"] <= first for word in line) for line in lines[1:]]
    rows = [list(lines[0])]
    for parted, line in zip(wide, lines[1:], strict=True):
        if parted:
            rows.append([])
        rows[-1] += line
    return rows


def cells_of(texts: Sequence[tuple[str, ...]], places: Sequence[tuple[int, int]]) -> list[Cell]:
    """Cells of a table from the texts of each and its row and column."""
    return [Cell(row=r, column=c, paragraphs=text) for text, (r, c) in zip(texts, places, strict=True)]
