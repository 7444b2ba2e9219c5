"""The papers a map is drawn on, and the measures of everything on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENDLESS = 0.0
AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper: width and height in points (height ENDLESS: one page as long as the map), least margin at the sides."""

    name: str
    width: float
    height: float
    margin: float


PAPERS: Mapping[str, Paper] = {
    paper.name: paper
    for paper in (
        Paper(name="a4", width=595.3, height=841.9, margin=30),
        Paper(name="a4-landscape", width=841.9, height=595.3, margin=34),
        Paper(name="a3", width=841.9, height=1190.6, margin=42),
        Paper(name="a3-landscape", width=1190.6, height=841.9, margin=46),
        Paper(name="screen", width=842.0, height=ENDLESS, margin=28),
    )
}  # ISO 216 in points
SIZES: Mapping[str, tuple[float, ...]] = {
    "a4": (10.5, 10.0, 9.5, 9.0, 8.5),
    "a4-landscape": (10.5, 10.0, 9.5, 9.0),
    "a3": (14.0, 13.0, 12.0, 11.0, 10.5, 10.0, 9.5),
    "a3-landscape": (14.0, 13.0, 12.0, 11.0, 10.5, 10.0, 9.5),
    "screen": (10.0,),
}
"""Sizes of the text, the largest first: the first with which the map needs the fewest pages is taken.  Smaller than 8.5 nobody reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Every length on a paper with text of one size."""

    paper: Paper
    size: float

    @property
    def line(self) -> float:
        """From one line of text to the next."""
        return self.size * 1.5

    @property
    def pad(self) -> float:
        """From the edge of a box to its text."""
        return self.size * 0.75

    @property
    def gap(self) -> float:
        """Between two columns: room for a connector and the lane of a return."""
        return self.size * 2.5

    @property
    def step(self) -> float:
        """Width of the middle column."""
        return self.size * 12.5

    @property
    def side(self) -> float:
        """Width of the columns left and right."""
        return (self.paper.width - 2 * self.paper.margin - self.step - 2 * self.gap) / 2

    @property
    def small(self) -> float:
        """Size of turns, footers and captions."""
        return max(7.0, self.size - 1.5)

    @property
    def small_line(self) -> float:
        """From one line of small text to the next."""
        return self.small * 1.4

    @property
    def between(self) -> float:
        """Least room between two rows, so that an arrow is seen."""
        return self.size * 1.5

    @property
    def columns(self) -> tuple[float, float, float]:
        """Where the columns begin."""
        left = self.paper.margin
        middle = left + self.side + self.gap
        return left, middle, middle + self.step + self.gap
