"""Plain tables for a terminal: columns that fit Chinese characters, long cells broken into lines."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from unicodedata import combining, east_asian_width

from .screen import Screen

GAP = 2
WIDEST, NARROWEST = 200, 60
"""Columns of the terminal that are used at most and at least."""
_NOT_FIRST = "，。；：、！？）》”』」"


def width(text: str) -> int:
    """Return how many columns a terminal gives to a text."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def terminal_columns() -> int:
    """Return how wide a table may be."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((120, 40)).columns))


def show_table(
    screen: Screen, heads: Sequence[str], rows: Iterable[Sequence[str]], *, columns: int | None = None
) -> None:
    """Write a table, as wide as its cells need and no wider than the terminal."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = _widths([list(heads), *cells], columns or terminal_columns())
    _row(screen, list(heads), widths)
    screen.line("─" * (sum(widths) + GAP * (len(widths) - 1)))
    for row in cells:
        _row(screen, row, widths)


def wrapped(text: str, columns: int) -> list[str]:
    """Return the text in lines of at most `columns` columns; breaks at spaces where there are some."""
    lines: list[str] = []
    for part in text.split("\n"):
        line, used = "", 0
        for char in part:
            wide = width(char)
            if used + wide > columns and char not in _NOT_FIRST:
                head, space, rest = line.rpartition(" ")
                keep = space and width(rest) < columns // 2 and char != " "
                lines.append(head if keep else line)
                line = rest if keep else ""
                used = width(line)
            if line or char != " " or not lines:
                line, used = line + char, used + wide
        lines.append(line)
    return lines


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[int]:
    count = len(rows[0])
    natural = [max(1, *(max(width(line) for line in row[n].split("\n")) for row in rows)) for n in range(count)]
    room = columns - GAP * (count - 1)
    widths = list(natural)
    while sum(widths) > room:
        widest = widths.index(max(widths))
        if widths[widest] <= 8:
            break
        others = [w for w in widths if w < widths[widest]]
        ties = widths.count(widths[widest])
        cut = min(widths[widest] - max(others, default=8), -(-(sum(widths) - room) // ties))
        for n in range(count):
            if widths[n] == widths[widest] and n != widest:
                widths[n] -= max(1, cut)
        widths[widest] -= max(1, cut)
    return [max(4, w) for w in widths]


def _row(screen: Screen, cells: Sequence[str], widths: Sequence[int]) -> None:
    broken = [wrapped(cell, w) for cell, w in zip(cells, widths, strict=True)]
    for n in range(max(len(lines) for lines in broken)):
        parts = [(lines[n] if n < len(lines) else "") for lines in broken]
        screen.line(
            (" " * GAP).join(p + " " * max(0, w - width(p)) for p, w in zip(parts, widths, strict=True)).rstrip()
        )
