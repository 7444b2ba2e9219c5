"""What is on the paper: boxes, texts, lines, dots and QR codes at their places.  Lengths are points (1/72 inch), y grows downwards.

Every renderer draws the same scene, so what holds for it (nothing overlaps, nothing is clipped) holds for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .measure import Face, width

Part = Literal["head", "risks", "step", "measures", "legend"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A text of a box as one piece: its number ("1."; empty for none), its words, and how it is meant.

    kind: item | foot | name | turn | note | head | was; struck: removed in the newer version.
    """

    text: str
    number: str = ""
    kind: str = "item"
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle with what stands in it.  tone: hi | mi | lo | none (level), step, live, measure, head, mark names; block: id."""

    x: float
    y: float
    w: float
    h: float
    part: Part
    tone: str
    block: str = ""
    radius: float = 4.0
    dashed: bool = False
    mark: str = "same"
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """Half its height, from the top of the page."""
        return self.y + self.h / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text.  x: where its anchor stands, y: its base line; box: the number of the box on its page that holds it."""

    x: float
    y: float
    text: str
    size: float
    face: Face = "sans"
    anchor: Anchor = "start"
    tone: str = "ink"
    struck: bool = False
    box: int | None = None

    @property
    def wide(self) -> float:
        """How wide it is."""
        return width(self.text, self.size, self.face)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - {"start": 0.0, "middle": self.wide / 2, "end": self.wide}[self.anchor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line through points, each run of it level or upright.  kind: flow | risk | measure | turn | rule | inner."""

    points: tuple[tuple[float, float], ...]
    kind: str
    tone: str = "flow"
    wide: float = 1.0
    arrow: bool = False
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A level as dots: how many are filled says how high it is."""

    x: float
    y: float
    r: float
    tone: str
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code: its dark squares, row by row, and what it says.  size: its side without the quiet zone."""

    x: float
    y: float
    size: float
    caption: str
    content: str
    rows: tuple[tuple[bool, ...], ...]


@dataclass(slots=True)
class Page:
    """One page."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A map on its pages.  paper: its name; size: of the text; description: for those who cannot see it."""

    title: str
    description: str
    paper: str
    size: float
    pages: tuple[Page, ...]
