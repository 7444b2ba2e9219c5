"""Assigning rows to columns so that the sum of scores is largest: the Hungarian method, small and without a library.

scipy offers the same; it is an optional extra of this project, and a map has some thirty rows at most.
Source: Kuhn 1955, in the O(n²m) form with potentials (e-maxx).
"""

from __future__ import annotations

from collections.abc import Sequence

_INFINITE = float("inf")


def assign(scores: Sequence[Sequence[float]]) -> list[int]:
    """The column of each row.  scores: rows × columns, at least as many columns as rows; larger is better."""
    rows = len(scores)
    if not rows:
        return []
    columns = len(scores[0])
    assert all(len(row) == columns for row in scores), "the rows differ in length"
    assert columns >= rows, "more rows than columns"
    work = _Work(scores, rows, columns)
    for row in range(1, rows + 1):
        work.place(row)
    result = [-1] * rows
    for column, row in enumerate(work.holder[1:]):
        if row:
            result[row - 1] = column
    return result


class _Work:
    """Rows and columns counted from 1; holder: the row that holds a column, 0 for none."""

    def __init__(self, scores: Sequence[Sequence[float]], rows: int, columns: int) -> None:
        self.scores, self.columns = scores, columns
        self.of_row, self.of_column = [0.0] * (rows + 1), [0.0] * (columns + 1)
        self.holder, self.way = [0] * (columns + 1), [0] * (columns + 1)

    def place(self, row: int) -> None:
        """Give one more row a column, moving others along the cheapest way."""
        self.holder[0], at = row, 0
        least, used = [_INFINITE] * (self.columns + 1), [False] * (self.columns + 1)
        while self.holder[at]:
            used[at] = True
            at = self._step(at, least, used)
        while at:
            self.holder[at] = self.holder[self.way[at]]
            at = self.way[at]

    def _step(self, at: int, least: list[float], used: list[bool]) -> int:
        here, delta, following = self.holder[at], _INFINITE, 0
        for column in range(1, self.columns + 1):
            if used[column]:
                continue
            cost = -self.scores[here - 1][column - 1] - self.of_row[here] - self.of_column[column]
            if cost < least[column]:
                least[column], self.way[column] = cost, at
            if least[column] < delta:
                delta, following = least[column], column
        for column in range(self.columns + 1):
            if used[column]:
                self.of_row[self.holder[column]] += delta
                self.of_column[column] -= delta
            else:
                least[column] -= delta
        return following
