"""What every reader hands over: pages with texts, boxes, connectors and tables, as pure data without any meaning yet.

Lengths are points (1/72 inch), y grows downwards from the top of the page. A box without geometry (`rect is None`)
comes from a source that has none: plain text, a slide's placeholder, a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.limits import MAX_IMPORT_CHARACTERS, MAX_IMPORT_PAGES, MAX_IMPORT_SHAPES
from qingfeng.terms.text import Text, clean, hazards

EMU_PER_POINT = 12_700


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on a page, in points; width and height are never negative."""

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

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.h

    def near(self, x: float, y: float, tolerance: float) -> bool:
        """True if the point lies inside or not farther than `tolerance` outside."""
        return self.x - tolerance <= x <= self.right + tolerance and self.y - tolerance <= y <= self.bottom + tolerance

    def moved(self, dx: float, dy: float) -> Rect:
        """The same rectangle elsewhere."""
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def swapped(self) -> Rect:
        """Mirrored at the diagonal: what ran from left to right runs from top to bottom."""
        return Rect(self.y, self.x, self.h, self.w)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A shape or frame with text.  `seq` is its place among everything in the document, in file order."""

    seq: int
    paragraphs: tuple[str, ...]
    rect: Rect | None = None
    hidden: bool = False
    turned: bool = False
    shape: str | None = None

    @property
    def text(self) -> str:
        """All paragraphs joined."""
        return "".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """A line from one point to another; `start` and `end` are the `seq` of the boxes it is glued to, where the file says so."""

    seq: int
    x1: float
    y1: float
    x2: float
    y2: float
    arrow: bool = False
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table: the first row and column it covers, counted from 0, and how many of each."""

    row: int
    column: int
    paragraphs: tuple[str, ...]
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        """All paragraphs joined."""
        return "".join(self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as its cells, merged ones once."""

    seq: int
    cells: tuple[Cell, ...]
    rect: Rect | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One paragraph of running text outside boxes and tables."""

    seq: int
    text: str
    y: float | None = None
    header: bool = False


@dataclass(slots=True)
class Page:
    """One page or section: where positions count from its own corner."""

    number: int
    height: float = 842.0
    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    connectors: list[Connector] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """True if nothing stands on it."""
        return not (self.lines or self.boxes or self.tables or self.connectors)


@dataclass(slots=True)
class Document:
    """A document as read.  `format` names what it is; `notes` tell what was met and left alone (macros, external links, hidden text).

    `reading_order`: it has no places, but somebody typed it in the order in which it is read.
    """

    name: str
    format: str
    pages: list[Page]
    notes: list[Text] = field(default_factory=list)
    reading_order: bool = False


class Collector:
    """Gathers what a reader finds, numbers it, cleans texts, and stops what is too much.  Raises ImportFailed."""

    def __init__(self, name: str, form: str) -> None:
        self.document = Document(name=name, format=form, pages=[Page(1)])
        self._seq = self._shapes = self._characters = 0
        self._told: set[str] = set()

    @property
    def page(self) -> Page:
        """The page that is being filled."""
        return self.document.pages[-1]

    def new_page(self, height: float | None = None) -> Page:
        """Begin a page; an empty one is used again."""
        if not self.page.empty:
            if len(self.document.pages) >= MAX_IMPORT_PAGES:
                raise too_much(f"多于{MAX_IMPORT_PAGES}页", f"more than {MAX_IMPORT_PAGES} pages")
            self.document.pages.append(Page(len(self.document.pages) + 1, self.page.height))
        if height:
            self.page.height = height
        return self.page

    def note(self, zh: str, en: str) -> None:
        """Tell once what was met and left alone."""
        if zh not in self._told:
            self._told.add(zh)
            self.document.notes.append(Text(zh=zh, en=en))

    def line(self, text: str, *, y: float | None = None, header: bool = False) -> None:
        """Add a paragraph of running text; blank ones are left out."""
        for part in self.texts([text]):
            self.page.lines.append(Line(seq=self._next(), text=part, y=y, header=header))

    def box(
        self,
        paragraphs: Iterable[str],
        rect: Rect | None,
        *,
        hidden: bool = False,
        turned: bool = False,
        shape: str | None = None,
    ) -> int | None:
        """Add a box; returns its number, None if it holds no text or is hidden (which is noted, not read)."""
        kept = _upright(self.texts(paragraphs))
        if not kept:
            return None
        self._count_shape()
        if hidden:
            self.note(
                f"文件中有隐藏的文字，没有采用：“{kept[0][:20]}”等。",
                f"The document holds hidden text, which was not taken: “{kept[0][:20]}” and so on.",
            )
            return None
        seq = self._next()
        self.page.boxes.append(Box(seq=seq, paragraphs=kept, rect=rect, turned=turned, shape=shape))
        return seq

    def connector(
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        arrow: bool,
        start: int | None = None,
        end: int | None = None,
    ) -> None:
        """Add a line between two points, in the direction of its arrow."""
        self._count_shape()
        self.page.connectors.append(
            Connector(seq=self._next(), x1=x1, y1=y1, x2=x2, y2=y2, arrow=arrow, start=start, end=end)
        )

    def table(self, cells: Iterable[Cell], rect: Rect | None = None) -> None:
        """Add a table unless all its cells are blank."""
        kept = []
        for cell in cells:
            self._count_shape()
            texts = _upright(self.texts(cell.paragraphs))
            kept.append(Cell(row=cell.row, column=cell.column, paragraphs=texts, rows=cell.rows, columns=cell.columns))
        if any(cell.paragraphs for cell in kept):
            self.page.tables.append(Table(seq=self._next(), cells=tuple(kept), rect=rect))

    def finish(self) -> Document:
        """The document, without an empty last page."""
        if len(self.document.pages) > 1 and self.page.empty:
            self.document.pages.pop()
        return self.document

    def texts(self, paragraphs: Iterable[str]) -> tuple[str, ...]:
        """Paragraphs in normal form, trimmed, blank ones dropped, characters that steer a terminal or the reading taken out."""
        kept = []
        for paragraph in paragraphs:
            for part in paragraph.replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n").split("\n"):
                text = clean(part).strip(" \t\u3000\xa0\ufeff\u200b")
                if hazards(text):
                    text = "".join(char for char in text if not hazards(char))
                    self.note(
                        "文字中有不可见的控制字符，已去掉。", "Invisible control characters in the text were taken out."
                    )
                if text:
                    kept.append(text)
                    self._characters += len(text)
        if self._characters > MAX_IMPORT_CHARACTERS:
            raise too_much(f"文字多于{MAX_IMPORT_CHARACTERS}字", f"more than {MAX_IMPORT_CHARACTERS} characters")
        return tuple(kept)

    def _count_shape(self) -> None:
        self._shapes += 1
        if self._shapes > MAX_IMPORT_SHAPES:
            raise too_much(f"图形多于{MAX_IMPORT_SHAPES}个", f"more than {MAX_IMPORT_SHAPES} shapes")

    def _next(self) -> int:
        self._seq += 1
        return self._seq


def _upright(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """A word written one character below the other is one word."""
    alone = len(paragraphs) > 1 and all(len(text) == 1 and "\u4e00" <= text <= "\u9fff" for text in paragraphs)
    return ("".join(paragraphs),) if alone else paragraphs


def too_much(zh: str, en: str) -> ImportFailed:
    """The failure of a document that is larger than any map book."""
    return ImportFailed(
        Text(
            zh=f"文件过大：{zh}；防控图不会有这么多；请只取含防控图的那几页另存后再导入。",
            en=f"The document is too large: {en}; no book of maps has so many; save the pages with the maps alone and import those.",
        )
    )
