"""Word documents since 2007: text boxes in every form, tables, headers, SmartArt, page by page.

Word keeps no pages; a shape counts from its page or from its paragraph. Pages are told apart by breaks, by sections and by
`lastRenderedPageBreak`, where a paragraph lies on its page is counted in lines: good enough for order, and for nothing else.
"""

from __future__ import annotations

from qingfeng.importing.archive import Archive, Element, attr, every, kid, local, number
from qingfeng.importing.boxes import EMU_PER_POINT, Cell, Collector, Document, Rect
from qingfeng.importing.drawingml import Drawing, Frame, branch, paragraphs_of
from qingfeng.importing.failure import broken
from qingfeng.importing.smartart import read_diagram
from qingfeng.importing.vml import read_vml, style_of

LINE = 15.6
"""Points from one line to the next in an official document (five-point type); only the order of boxes rests on it."""
_A4 = 842.0


def read_docx(data: bytes, name: str) -> Document:
    """Read a .docx, .docm or .dotx.  Raises ImportFailed."""
    archive = Archive(data)
    main = next((path for kind, path in archive.related("").values() if kind == "officeDocument"), "word/document.xml")
    if main not in archive:
        raise broken("没有正文部分", "it has no main part")
    return _Reader(archive, main, Collector(name, "docx")).read()


class _Reader:
    def __init__(self, archive: Archive, main: str, collector: Collector) -> None:
        self.archive, self.main, self.out = archive, main, collector
        self.related = archive.related(main)
        self.left = self.above = 72.0
        self.y = 72.0

    def read(self) -> Document:
        if self.archive.macros():
            self.out.note(
                "文件带有宏，没有运行，也不需要。", "The file carries macros; they were not run and are not needed."
            )
        if self.archive.links_outside():
            self.out.note("文件带有外部链接，没有访问。", "The file links to things outside; none was fetched.")
        body = kid(self.archive.xml(self.main), "body")
        if body is None:
            raise broken("没有正文", "it has no body")
        self._margins(next(every(body, "sectPr"), None))
        self._headers()
        self._blocks(body)
        return self.out.finish()

    def _margins(self, section: Element | None) -> None:
        margin, size = kid(section, "pgMar"), kid(section, "pgSz")
        if margin is not None:
            self.left, self.above = number(attr(margin, "left"), 1440) / 20, number(attr(margin, "top"), 1440) / 20
        self.out.page.height = number(attr(size, "h"), _A4 * 20) / 20 if size is not None else _A4
        self.y = self.above

    def _headers(self) -> None:
        for kind, path in self.related.values():
            if kind in {"header", "footer"} and path in self.archive:
                tree = self.archive.xml(path)
                for text in paragraphs_of(tree):
                    self.out.line(text, header=True)
                for paragraph in every(tree, "p"):
                    if not _inside(paragraph, "txbxContent"):
                        self._drawings(paragraph)

    def _blocks(self, parent: Element) -> None:
        for child in parent:
            match local(child):
                case "p":
                    self._paragraph(child)
                case "tbl":
                    self._table(child)
                case "sdt":
                    content = kid(child, "sdtContent")
                    if content is not None:
                        self._blocks(content)
                case "AlternateContent":
                    self._blocks(branch(child))
                case "customXml" | "ins" | "moveTo" | "smartTag":
                    self._blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        properties = kid(paragraph, "pPr")
        if properties is not None and kid(properties, "pageBreakBefore") is not None:
            self._new_page()
        pending: list[str] = []
        self._runs(paragraph, pending)
        self._flush(pending)
        self.y += LINE
        section = kid(properties, "sectPr")
        if section is not None:
            kind = kid(section, "type")
            if kind is None or attr(kind, "val") != "continuous":
                self._new_page()

    def _runs(self, element: Element, pending: list[str]) -> None:
        for child in element:
            match local(child):
                case "t":
                    pending.append(child.text or "")
                case "tab":
                    pending.append("\t")
                case "br" | "cr" if attr(child, "type") != "page":
                    pending.append("\n")
                case "br" | "lastRenderedPageBreak" | "drawing" | "pict" | "object":
                    self._flush(pending)
                    self._drawn(child)
                case "AlternateContent":
                    self._runs(branch(child), pending)
                case "r" if _vanished(child):
                    if text := "".join(paragraphs_of(_wrapped(child))):
                        self.out.box([text], None, hidden=True)
                case "del" | "moveFrom" | "rt" | "instrText" | "pPr" | "rPr":
                    continue
                case _:
                    self._runs(child, pending)

    def _drawn(self, element: Element) -> None:
        """A break of the page, or something drawn."""
        match local(element):
            case "drawing":
                self._drawing(element)
            case "pict" | "object":
                self._picture(element)
            case _:
                self._new_page()

    def _flush(self, pending: list[str]) -> None:
        text = "".join(pending)
        pending.clear()
        if text.strip():
            self.out.line(text, y=self.y)

    def _new_page(self) -> None:
        self.out.new_page()
        self.y = self.above

    def _drawings(self, element: Element) -> None:
        for found in every(element, "drawing", "pict"):
            if not _inside(found, "txbxContent") and not _inside(found, "Fallback"):
                if local(found) == "drawing":
                    self._drawing(found)
                else:
                    self._picture(found)

    def _drawing(self, drawing: Element) -> None:
        anchor = kid(drawing, "anchor")
        anchor = anchor if anchor is not None else kid(drawing, "inline")
        content = kid(anchor, "graphic", "graphicData")
        if anchor is None or content is None:
            return
        shown = kid(anchor, "docPr")
        if shown is not None and shown.get("hidden") in {"1", "true"}:
            self.out.box(paragraphs_of(content), None, hidden=True)
            return
        x, y = self._place(kid(anchor, "positionH"), down=False), self._place(kid(anchor, "positionV"), down=True)
        extent = kid(anchor, "extent")
        w = number(extent.get("cx")) / EMU_PER_POINT if extent is not None else 0.0
        h = number(extent.get("cy")) / EMU_PER_POINT if extent is not None else 0.0
        walker = Drawing(self.out)
        for element in content:
            match local(element):
                case "wsp":  # at the top the position is the anchor's; its own offset is 0 or stale
                    walker.shape(element, Rect(x, y, w, h))
                case "wgp":
                    off = next((kid(c, "xfrm", "off") for c in element if local(c) == "grpSpPr"), None)
                    bx, by = (number(off.get("x")), number(off.get("y"))) if off is not None else (0.0, 0.0)
                    walker.walk(element, Frame(ox=x - bx / EMU_PER_POINT, oy=y - by / EMU_PER_POINT))
                case "wpc":
                    walker.walk(element, Frame(ox=x, oy=y))
                case "relIds":
                    read_diagram(self.archive, self.related, element, self.out, Rect(x, y, w, h))
        walker.finish()

    def _place(self, position: Element | None, *, down: bool) -> float:
        base = self.y if down else self.left
        if position is None:
            return base
        offset = kid(position, "posOffset")
        value = number(offset.text) / EMU_PER_POINT if offset is not None else 0.0
        match position.get("relativeFrom", ""):
            case "page" | "leftMargin":
                return value
            case "margin" | "topMargin":
                return value + (self.above if down else self.left)
            case _:
                return value + base

    def _picture(self, picture: Element) -> None:
        for element in picture:
            style = style_of(element)
            across, down = style.get("mso-position-horizontal-relative"), style.get("mso-position-vertical-relative")
            x = 0.0 if across == "page" else self.left
            y = 0.0 if down == "page" else self.above if down == "margin" else self.y
            read_vml(element, Frame(1, 1, x, y), self.out)

    def _table(self, table: Element) -> None:
        cells, start = read_table(table), self.y
        for cell in every(table, "tc"):
            self._drawings_of_cell(cell)
        self.out.table(cells, Rect(self.left, start, 450.0, max(LINE, self.y - start)))
        self.y = start + LINE * max((cell.row + 1 for cell in cells), default=1)

    def _drawings_of_cell(self, cell: Element) -> None:
        if any(True for _ in every(cell, "drawing", "pict")) and not _inside(cell, "txbxContent"):
            for paragraph in cell:
                if local(paragraph) == "p":
                    for run in paragraph:
                        for child in run:
                            match local(child):
                                case "drawing":
                                    self._drawing(child)
                                case "pict":
                                    self._picture(child)
                                case "AlternateContent":
                                    self._drawings(branch(child))
                    self.y += LINE


def read_table(table: Element) -> list[Cell]:
    """Cells of a Word table, merged ones once; a table inside a cell counts as that cell's text."""
    open_cells: dict[int, Cell] = {}
    cells: list[Cell] = []
    rows = [row for child in table for row in _rows(child)]
    for r, row in enumerate(rows):
        column = int(number(attr(skip, "val"))) if (skip := kid(row, "trPr", "gridBefore")) is not None else 0
        for found in [c for child in row for c in _cells(child)]:
            properties = kid(found, "tcPr")
            span, merge = kid(properties, "gridSpan"), kid(properties, "vMerge")
            wide = max(1, min(63, int(number(attr(span, "val"), 1)))) if span is not None else 1
            texts = tuple(paragraphs_of(found))
            above = open_cells.get(column)
            if merge is not None and attr(merge, "val") != "restart" and above is not None:
                grown = Cell(
                    row=above.row,
                    column=column,
                    paragraphs=above.paragraphs + texts,
                    rows=r - above.row + 1,
                    columns=above.columns,
                )
                cells[cells.index(above)] = grown
                open_cells[column] = grown
            else:
                cell = Cell(row=r, column=column, paragraphs=texts, columns=wide)
                cells.append(cell)
                if merge is not None:
                    open_cells[column] = cell
                else:
                    open_cells.pop(column, None)
            column += wide
    return cells


def _rows(element: Element) -> list[Element]:
    if local(element) == "tr":
        return [element]
    return (
        [row for child in element for row in _rows(child)]
        if local(element) in {"sdt", "sdtContent", "ins", "customXml"}
        else []
    )


def _cells(element: Element) -> list[Element]:
    if local(element) == "tc":
        return [element]
    return (
        [cell for child in element for cell in _cells(child)]
        if local(element) in {"sdt", "sdtContent", "customXml"}
        else []
    )


def _vanished(run: Element) -> bool:
    mark = kid(run, "rPr", "vanish")
    return mark is not None and attr(mark, "val") not in {"0", "false", "off"}


def _wrapped(run: Element) -> Element:
    """A run as if it were the only one of its paragraph, so that its text can be read alike."""
    parent = run.makeelement("holder", {})
    paragraph = run.makeelement("p", {})
    parent.append(paragraph)
    for child in run:
        if local(child) == "t":
            copy = run.makeelement("t", {})
            copy.text = child.text
            paragraph.append(copy)
    return parent


def _inside(element: Element, name: str) -> bool:
    return any(local(above) == name for above in element.iterancestors())
