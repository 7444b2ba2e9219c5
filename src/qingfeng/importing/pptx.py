"""Slides (PowerPoint since 2007): each slide a page, shapes, groups, connectors, tables, SmartArt."""

from __future__ import annotations

from qingfeng.importing.archive import Archive, Element, attr, every, kid, local, number
from qingfeng.importing.boxes import EMU_PER_POINT, Cell, Collector, Document, Rect
from qingfeng.importing.drawingml import Drawing, Frame, paragraphs_of
from qingfeng.importing.failure import broken
from qingfeng.importing.smartart import read_graphic


def read_pptx(data: bytes, name: str) -> Document:
    """Read a .pptx.  Raises ImportFailed."""
    archive = Archive(data)
    main = next(
        (path for kind, path in archive.related("").values() if kind == "officeDocument"), "ppt/presentation.xml"
    )
    if main not in archive:
        raise broken("没有幻灯片清单", "it has no list of slides")
    out = Collector(name, "pptx")
    if archive.macros():
        out.note("文件带有宏，没有运行，也不需要。", "The file carries macros; they were not run and are not needed.")
    related, tree = archive.related(main), archive.xml(main)
    size = next(every(tree, "sldSz"), None)
    height = number(size.get("cy")) / EMU_PER_POINT if size is not None else None
    for slide in every(tree, "sldId"):
        key = next((str(value) for name_, value in slide.attrib.items() if str(name_).endswith("}id")), "")
        path = related.get(key, ("", ""))[1]
        if path in archive:
            out.new_page(height)
            _slide(archive, path, out)
    return out.finish()


def _slide(archive: Archive, path: str, out: Collector) -> None:
    tree, related = archive.xml(path), archive.related(path)
    if attr(tree, "show") == "0":
        out.note("文件中有隐藏的幻灯片，没有采用。", "The file holds hidden slides, which were not taken.")
        return
    shapes = kid(tree, "cSld", "spTree")
    if shapes is None:
        return
    walker = Drawing(out)
    for shape in shapes:
        if local(shape) == "graphicFrame":
            _graphic(archive, related, shape, out)
        elif _is_title(shape):
            for text in paragraphs_of(shape):
                out.line(text, y=0.0)
        else:
            walker.walk(shape, Frame())
    walker.finish()


def _is_title(shape: Element) -> bool:
    return any(p.get("type") in {"title", "ctrTitle", "subTitle"} for p in every(shape, "ph"))


def _graphic(archive: Archive, related: dict[str, tuple[str, str]], frame: Element, out: Collector) -> None:
    table = next(every(frame, "tbl"), None)
    if table is None:
        read_graphic(archive, related, frame, out)
        return
    cells = []
    for r, row in enumerate(every(table, "tr")):
        for c, cell in enumerate(child for child in row if local(child) == "tc"):
            if cell.get("hMerge") in {"1", "true"} or cell.get("vMerge") in {"1", "true"}:
                continue
            rows, columns = (max(1, int(number(cell.get(key), 1))) for key in ("rowSpan", "gridSpan"))
            cells.append(Cell(row=r, column=c, paragraphs=tuple(paragraphs_of(cell)), rows=rows, columns=columns))
    off = kid(frame, "xfrm", "off")
    x, y = (number(off.get(key)) / EMU_PER_POINT if off is not None else 0.0 for key in ("x", "y"))
    out.table(cells, Rect(x, y, 1, 1))
