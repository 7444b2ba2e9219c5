"""Workbooks (.xlsx): reading what somebody uploads, bounded and without trust; writing tables in which no text becomes a formula."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

from qingfeng.casework.peoplesheet import Cell, Sheet
from qingfeng.terms.text import Text

MAX_UNPACKED = 40_000_000
MAX_PARTS, MAX_ROWS, MAX_COLUMNS, MAX_CELL = 500, 5_000, 100, 2_000
MOST_NUMBER = 10**15
"""From here on Excel has rounded a whole number: what was typed is lost."""
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REF = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class BadWorkbook(Exception):
    """What was uploaded is no workbook that can be read; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Book:
    """The filled cells of every sheet."""

    sheets: Mapping[str, Sheet]
    since_1904: bool


def read(file: IO[bytes], *, max_rows: int = MAX_ROWS) -> Book:
    """Read a workbook.  max_rows: filled rows of one sheet.  Raises BadWorkbook."""
    try:
        with ZipFile(file) as parts:
            infos = parts.infolist()
            if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
                raise BadWorkbook("工作簿展开后过大", "the workbook is too large when unpacked")
            return _book(parts, max_rows)
    except (
        BadZipFile,
        ElementTree.ParseError,
        KeyError,
        ValueError,
        zlib.error,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise BadWorkbook(
            "这不是可以读取的 .xlsx 工作簿（可能损坏、加密，或是旧式 .xls）；请用模板另存为 .xlsx",
            "this is no .xlsx workbook that can be read (damaged, encrypted, or an old .xls): save it from the template",
        ) from error


def _bytes(parts: ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        data = part.read(MAX_UNPACKED + 1)
    if len(data) > MAX_UNPACKED or b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"\x00" in data[:100]:
        raise ValueError(name)  # entities could unfold without end; an honest writer has none, and writes UTF-8
    return data


def _part(parts: ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(_bytes(parts, name))


def _book(parts: ZipFile, max_rows: int) -> Book:
    whole = _part(parts, "xl/workbook.xml")
    targets = {one.get("Id", ""): one.get("Target", "") for one in _part(parts, "xl/_rels/workbook.xml.rels")}
    strings = (
        [_words(one) for one in _part(parts, "xl/sharedStrings.xml")]
        if "xl/sharedStrings.xml" in parts.namelist()
        else []
    )
    told: dict[str, Sheet] = {}
    for one in list(whole.iter(f"{_NS}sheet"))[:50]:
        target = targets[one.get(_REL, "")]
        told[one.get("name", "")[:100]] = _sheet(
            _bytes(parts, target.lstrip("/") if target.startswith("/") else f"xl/{target}"), strings, max_rows
        )
    about = whole.find(f"{_NS}workbookPr")
    return Book(told, about is not None and about.get("date1904") in ("1", "true"))


def _words(item: ElementTree.Element) -> str:
    """Return a text with its runs; not the readings beside it."""
    found = [item, *item.findall(f"{_NS}r")]
    return "".join(t.text or "" for one in found for t in one.findall(f"{_NS}t"))


def _sheet(data: bytes, strings: Sequence[str], max_rows: int) -> Sheet:
    """Return the rows of a sheet; each is forgotten as XML once it is read, so that memory is that of its cells."""
    rows: list[tuple[int, Mapping[int, Cell]]] = []
    held: ElementTree.Element | None = None
    for event, one in ElementTree.iterparse(BytesIO(data), events=("start", "end")):
        if one.tag == f"{_NS}sheetData" and event == "start":
            held = one
        if one.tag != f"{_NS}row" or event == "start":
            continue
        cells = dict(filter(None, (_cell(each, strings) for each in one.findall(f"{_NS}c"))))
        if cells:
            number = _REF.fullmatch(next(iter(cells.values())).name)
            rows.append((int(number[2]) if number else len(rows) + 1, cells))
        if held is not None:
            held.clear()
        if len(rows) > max_rows:
            raise BadWorkbook(f"一张表最多{max_rows}行", f"a sheet has {max_rows} rows at most")
    return rows


def _cell(cell: ElementTree.Element, strings: Sequence[str]) -> tuple[int, Cell] | None:
    place = _REF.fullmatch(cell.get("r", ""))
    if place is None:
        raise ValueError("a cell without a place")
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - 64
    kind, raw = cell.get("t", "n"), cell.findtext(f"{_NS}v")
    formula = cell.find(f"{_NS}f") is not None
    value: str | int | float = ""
    if kind == "s":
        number = int(raw or "")
        if number < 0:
            raise ValueError("a text before the first")
        value = strings[number] if number < len(strings) else ""
    elif kind == "inlineStr":
        inner = cell.find(f"{_NS}is")
        value = _words(inner) if inner is not None else ""
    elif kind == "n" and raw:
        value = float(raw)
        if not abs(value) < MOST_NUMBER:  # neither is what is no number
            raise BadWorkbook(
                f"单元格{place[0]}的数字超过15位，Excel已把它改成近似数；请把这一列设为“文本”再重新填写",
                f"the number in {place[0]} has more than 15 digits and Excel has rounded it: make the column text and type it anew",
            )
        value = int(value) if value == int(value) else value
    elif raw:
        value = raw
    if (
        column > MAX_COLUMNS
        or (value == "" and not formula)
        or (isinstance(value, str) and not value.strip() and not formula)
    ):
        return None
    return column - 1, Cell(place[0], value[:MAX_CELL] if isinstance(value, str) else value, formula)


def written(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return a workbook of (name, heads, rows); text is written as text, never as formula or link."""
    import xlsxwriter  # late: most pages write none

    from .report_files import harmless

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, plain = (
            book.add_format({"bold": True, "bg_color": "#E9F1FB", "text_wrap": True}),
            book.add_format({"num_format": "@"}),
        )
        for name, heads, rows in sheets:
            page = book.add_worksheet(name[:31])
            page.set_column(0, max(0, len(heads) - 1), 18, plain)  # as text: 0012 stays 0012
            page.freeze_panes(1, 0)
            for column, head in enumerate(heads):
                page.write_string(0, column, harmless(head), bold)
            for place, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    page.write_string(place, column, harmless(str(value)[:30_000]), plain)
    return out.getvalue()
