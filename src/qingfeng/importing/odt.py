"""OpenDocument text, drawings, slides and sheets: shapes with svg positions, connectors glued or free, tables.

Source: OASIS ODF 1.3 part 3 (§10 graphic content, §9 tables). Positions count from the anchor: the page, or the paragraph,
whose place on its page is counted in lines; shapes of a group already stand in the frame of the group's anchor.
"""

from __future__ import annotations

import re

from qingfeng.importing.archive import Archive, Element, attr, encrypted, every, kid, local, number
from qingfeng.importing.boxes import Cell, Collector, Document, Rect
from qingfeng.importing.docx import LINE
from qingfeng.importing.drawingml import block_arrow
from qingfeng.importing.failure import broken
from qingfeng.importing.vml import length
from qingfeng.terms.limits import MAX_LIST

_BOXES = {"custom-shape", "frame", "rect", "ellipse", "circle", "polygon", "path", "polyline"}
_LINES = {"line", "connector"}
_DRAWN = _BOXES | _LINES | {"g"}
_MOVE = re.compile(r"translate\s*\(\s*([-\d.a-z]+)[ ,]+([-\d.a-z]+)\s*\)")
_TURN = re.compile(r"rotate\s*\(\s*([-\d.]+)\s*\)")
_REPEAT = 1_000


def read_odt(data: bytes, name: str) -> Document:
    """Read .odt, .odg, .odp or .ods.  Raises ImportFailed."""
    archive = Archive(data)
    if "content.xml" not in archive:
        raise broken("没有正文部分", "it has no main part")
    if "META-INF/manifest.xml" in archive:
        _refuse_locked(archive)
    out = Collector(name, "odt")
    if archive.macros():
        out.note("文件带有宏，没有运行，也不需要。", "The file carries macros; they were not run and are not needed.")
    tree = archive.xml("content.xml")
    body = next(every(tree, "body"), None)
    if body is None:
        raise broken("没有正文", "it has no body")
    _Reader(out, tree).blocks(body)
    return out.finish()


def _refuse_locked(archive: Archive) -> None:
    if any(True for _ in every(archive.xml("META-INF/manifest.xml"), "encryption-data")):
        raise encrypted()


class _Reader:
    def __init__(self, out: Collector, tree: Element) -> None:
        self.out = out
        self.y = 0.0
        self.ids: dict[str, int] = {}
        self.styles = {attr(style, "name") or "": style for style in every(tree, "style")}
        self.late: list[tuple[Element, float]] = []

    def blocks(self, parent: Element) -> None:
        for child in parent:
            match local(child):
                case "p" | "h":
                    self._paragraph(child)
                case "table":
                    self._table(child)
                case "page":
                    self._page()
                    self.blocks(child)
                    self._connectors()
                case "soft-page-break":
                    self._page()
                case name if name in _DRAWN:
                    self._shape(child, 0.0)
                case "forms" | "sequence-decls" | "tracked-changes" | "notes" | "settings":
                    continue
                case _:
                    self.blocks(child)
        if local(parent) == "body":
            self._connectors()

    def _paragraph(self, paragraph: Element) -> None:
        if self._breaks(attr(paragraph, "style-name")):
            self._page()
        at = self.y
        text = self._text(paragraph, at)
        if text.strip():
            self.out.line(text, y=at)
        self.y += LINE

    def _text(self, element: Element, at: float) -> str:
        """Text of a paragraph; the shapes anchored in it are read as they come."""
        pieces = [element.text or ""]
        for child in element:
            match local(child):
                case "tab":
                    pieces.append("\t")
                case "s":
                    pieces.append(" " * min(200, int(number(attr(child, "c"), 1))))
                case "line-break":
                    pieces.append("\n")
                case "soft-page-break":
                    self._page()
                    at = self.y
                case "note" | "annotation" | "ruby-text":
                    continue
                case name if name in _DRAWN:
                    self._shape(child, 0.0 if attr(child, "anchor-type") == "page" else at)
                case _:
                    pieces.append(self._text(child, at))
            pieces.append(child.tail or "")
        return "".join(pieces)

    def _breaks(self, name: str | None, depth: int = 0) -> bool:
        style = self.styles.get(name or "")
        if style is None or depth > 5:
            return False
        properties = kid(style, "paragraph-properties")
        if properties is not None and attr(properties, "break-before") == "page":
            return True
        return bool(attr(style, "master-page-name"))

    def _page(self) -> None:
        self._connectors()
        self.out.new_page()
        self.y = 0.0

    def _shape(self, element: Element, at: float) -> None:
        name = local(element)
        if name == "g":
            for child in element:
                if local(child) in _DRAWN:
                    self._shape(child, at)
            return
        if name in _LINES:
            self.late.append((element, at))
            return
        rect = _rect(element).moved(0, at)
        inner = kid(element, "text-box") if name == "frame" else element
        texts = _paragraphs(inner if inner is not None else element)
        if any(text.strip() for text in texts):
            seq = self.out.box(texts, rect, turned=_turned(element))
            for key in (attr(element, "id"), element.get("{http://www.w3.org/XML/1998/namespace}id")):
                if key and seq is not None:
                    self.ids[key] = seq
            return
        geometry = kid(element, "enhanced-geometry")
        form = (attr(geometry, "type") or "" if geometry is not None else "").lower()
        if "arrow" in form:
            block_arrow(self.out, form, rect)
        elif min(rect.w, rect.h) < 2 < max(rect.w, rect.h):
            backwards = self._arrow(element, "marker-start") and not self._arrow(element, "marker-end")
            ends = (rect.x, rect.y, rect.right, rect.bottom)
            x1, y1, x2, y2 = (*ends[2:], *ends[:2]) if backwards else ends
            self.out.connector(x1, y1, x2, y2, arrow=backwards or self._arrow(element, "marker-end"))

    def _connectors(self) -> None:
        for element, at in self.late:
            ends = [length(attr(element, key)) for key in ("x1", "y1", "x2", "y2")]
            start, end = (self.ids.get(attr(element, key) or "") for key in ("start-shape", "end-shape"))
            x1, y1, x2, y2 = ends[0], ends[1] + at, ends[2], ends[3] + at
            before, after = self._arrow(element, "marker-start"), self._arrow(element, "marker-end")
            if before and not after:
                x1, y1, x2, y2, start, end = x2, y2, x1, y1, end, start
            self.out.connector(x1, y1, x2, y2, arrow=before or after, start=start, end=end)
        self.late.clear()

    def _arrow(self, element: Element, name: str) -> bool:
        style = self.styles.get(attr(element, "style-name") or "")
        properties = kid(style, "graphic-properties")
        return properties is not None and bool(attr(properties, name))

    def _table(self, table: Element) -> None:
        cells, row = [], 0
        for line in every(table, "table-row"):
            column = 0
            for cell in line:
                if local(cell) not in {"table-cell", "covered-table-cell"}:
                    continue
                texts = tuple(_paragraphs(cell))
                repeat = max(1, int(number(attr(cell, "number-columns-repeated"), 1)))
                if local(cell) == "table-cell" and any(text.strip() for text in texts):
                    for n in range(min(repeat, MAX_LIST)):
                        cells.append(
                            Cell(
                                row=row,
                                column=column + n,
                                paragraphs=texts,
                                rows=_span(cell, "rows"),
                                columns=_span(cell, "columns"),
                            )
                        )
                for shape in cell:
                    if local(shape) in _DRAWN:
                        self._shape(shape, self.y)
                column += repeat
            row += max(1, min(_REPEAT, int(number(attr(line, "number-rows-repeated"), 1))))
        self.out.table(cells)
        self.y += LINE * row


def _span(cell: Element, what: str) -> int:
    return max(1, min(_REPEAT, int(number(attr(cell, f"number-{what}-spanned"), 1))))


def _paragraphs(element: Element) -> list[str]:
    return [_plain(p) for p in every(element, "p", "h")]


def _plain(paragraph: Element) -> str:
    pieces = [paragraph.text or ""]
    for child in paragraph:
        match local(child):
            case "tab":
                pieces.append("\t")
            case "s":
                pieces.append(" " * min(200, int(number(attr(child, "c"), 1))))
            case "line-break":
                pieces.append("\n")
            case "note" | "annotation" | "ruby-text":
                continue
            case name if name not in _DRAWN:
                pieces.append(_plain(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _turned(element: Element) -> bool:
    found = _TURN.search(attr(element, "transform") or "")
    return bool(found) and abs(number(found[1] if found else None)) > 0.1


def _rect(element: Element) -> Rect:
    x, y, w, h = (length(attr(element, key)) for key in ("x", "y", "width", "height"))
    if local(element) == "frame" and not h:
        inner = kid(element, "text-box")
        h = length(attr(inner, "min-height")) if inner is not None else 0.0
    if found := _MOVE.search(attr(element, "transform") or ""):
        x, y = x + length(found[1]), y + length(found[2])
        turn = _TURN.search(attr(element, "transform") or "")
        if turn and 0.8 < abs(number(turn[1])) < 2.4:  # radians: lies on its side, turned about its corner
            return Rect(x, y - w, h, w) if number(turn[1]) > 0 else Rect(x - h, y, h, w)
    return Rect(x, y, w, h)
