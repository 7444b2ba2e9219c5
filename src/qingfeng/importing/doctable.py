"""Tables of a binary Word document from its text alone: a cell ends in one mark, a row in one more that stands alone.

A blank cell is a mark alone too; the number of columns that makes every row end in a mark alone tells them apart.
"""

from __future__ import annotations

from qingfeng.importing.boxes import Cell
from qingfeng.importing.cues import is_title
from qingfeng.importing.titles import agency_of

_MOST_PENDING, _MOST_COLUMNS = 12, 60


class Marks:
    """Cells as they come; paragraphs before a mark belong to its cell once a table has begun."""

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._pending: list[str] = []

    def mark(self, text: str) -> None:
        """A paragraph that ends in the mark of a cell or a row (without the mark)."""
        self._cells.append("\r".join([*self._pending, text]))
        self._pending.clear()

    def takes(self, text: str) -> bool:
        """True if a paragraph without a mark may stand inside a cell; it is kept until the next mark or `end`."""
        if not self._cells:
            return False
        if not self._cells[-1].strip() and (len(self._pending) >= _MOST_PENDING or is_title(text) or agency_of(text)):
            return False
        self._pending.append(text)
        return True

    def end(self) -> tuple[list[Cell], list[str]]:
        """The cells of the table, and paragraphs that turned out to stand behind it."""
        rows, rest = self._rows(), list(self._pending)
        self._cells.clear()
        self._pending.clear()
        cells = [
            Cell(row=r, column=c, paragraphs=tuple(text.split("\r")))
            for r, row in enumerate(rows)
            for c, text in enumerate(row)
        ]
        return cells, rest

    def _rows(self) -> list[list[str]]:
        blank = [not text.strip() for text in self._cells]
        for wide in range(1, _MOST_COLUMNS):
            ends = range(wide, len(blank), wide + 1)
            whole = len(blank) % (wide + 1) == 0
            if blank and whole and all(blank[end] for end in ends) and not any(blank[:wide]):
                return [self._cells[end - wide : end] for end in ends]
        return self._ragged(blank)

    def _ragged(self, blank: list[bool]) -> list[list[str]]:
        """Rows of different lengths (merged cells): each ends at the first mark alone that fills it."""
        rows: list[list[str]] = [[]]
        widest = 0
        for text, empty in zip(self._cells, blank, strict=True):
            if empty and rows[-1] and len(rows[-1]) >= widest:
                widest = max(widest, len(rows[-1])) if len(rows) > 1 else len(rows[-1])
                rows.append([])
            else:
                rows[-1].append(text)
        return [row for row in rows if row]
