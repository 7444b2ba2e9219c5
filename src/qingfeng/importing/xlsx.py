"""Sheets (Excel since 2007): each sheet a page, its cells one table with merged ranges, and the shapes drawn over it."""

from __future__ import annotations

import re

from qingfeng.importing.archive import Archive, Element, attr, every, kid, local, number
from qingfeng.importing.boxes import Cell, Collector, Document
from qingfeng.importing.drawingml import Drawing, Frame, paragraphs_of
from qingfeng.importing.failure import broken

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read_xlsx(data: bytes, name: str) -> Document:
    """Read a .xlsx or .xlsm.  Raises ImportFailed."""
    archive = Archive(data)
    main = next((path for kind, path in archive.related("").values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in archive:
        raise broken("没有工作簿", "it has no workbook")
    out = Collector(name, "xlsx")
    if archive.macros():
        out.note("文件带有宏，没有运行，也不需要。", "The file carries macros; they were not run and are not needed.")
    related = archive.related(main)
    shared = next((path for kind, path in related.values() if kind == "sharedStrings"), "")
    strings = [_string(si) for si in archive.xml(shared) if local(si) == "si"] if shared in archive else []
    for sheet in every(archive.xml(main), "sheet"):
        key = next((str(value) for name_, value in sheet.attrib.items() if str(name_).endswith("}id")), "")
        kind, path = related.get(key, ("", ""))
        if kind != "worksheet" or path not in archive:
            continue
        if sheet.get("state") in {"hidden", "veryHidden"}:
            out.note("文件中有隐藏的工作表，没有采用。", "The file holds hidden sheets, which were not taken.")
            continue
        out.new_page()
        _sheet(archive, path, strings, out)
    return out.finish()


def _string(item: Element) -> str:
    return "".join(t.text or "" for t in every(item, "t") if local(t.getparent()) != "rPh")


def _sheet(archive: Archive, path: str, strings: list[str], out: Collector) -> None:
    tree = archive.xml(path)
    spans = {}
    for merge in every(tree, "mergeCell"):
        ends = _REFERENCE.findall(merge.get("ref", ""))
        if len(ends) == 2:
            (c1, r1), (c2, r2) = ((_column(c), int(r) - 1) for c, r in ends)
            spans[r1, c1] = (r2 - r1 + 1, c2 - c1 + 1)
    cells = []
    for cell in every(tree, "c"):
        found = _REFERENCE.fullmatch(cell.get("r", ""))
        text = _value(cell, strings)
        if found and text.strip():
            row, column = int(found[2]) - 1, _column(found[1])
            rows, columns = spans.get((row, column), (1, 1))
            cells.append(Cell(row=row, column=column, paragraphs=tuple(text.split("\n")), rows=rows, columns=columns))
    out.table(cells)
    for kind, drawing in archive.related(path).values():
        if kind == "drawing" and drawing in archive:
            walker = Drawing(out)
            for anchor in archive.xml(drawing):
                for shape in anchor:
                    walker.walk(shape, Frame())
            walker.finish()


def _value(cell: Element, strings: list[str]) -> str:
    value = kid(cell, "v")
    text = value.text or "" if value is not None else ""
    match attr(cell, "t"):
        case "s":
            at = int(number(text, -1))
            return strings[at] if 0 <= at < len(strings) else ""
        case "inlineStr":
            return "".join(paragraphs_of(cell)) or "".join(t.text or "" for t in every(cell, "t"))
        case "e":
            return ""
        case _:
            return text


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1
