"""Logs in Excel (xlsx): every visible sheet with the same columns, row by row; instants by the format of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from .source import Row, Source, Unread, failed
from .xes import local, no_dtd

MAX_PART, MAX_STRINGS, MAX_COLUMNS = 4_000_000_000, 5_000_000, 16_384
_REF = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of built-in formats that show days or times (ECMA-376 18.8.30, with those of East Asia)."""
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that shows an error, such as #N/A: it is not empty, and nobody knows what it would say."""

    said: str | None


def xlsx_rows(source: Source) -> Iterator[Row | Unread]:
    """Read the visible sheets; the first filled row of the first names the columns.  A log too long for a sheet goes on in the next, under
    the same names; what other sheets hold is put aside row by row.  Raises ImportFailed."""
    try:
        with ZipFile(source.where) as book:
            if sum(one.file_size for one in book.infolist()) > MAX_PART:
                raise failed("工作簿展开后过大；请存为CSV再导入。", "The workbook is too large when unpacked; save it as CSV.")
            sheets, since_1904 = _sheets(book)
            strings = _strings(book)
            dates = _dates(book)
            zero, heads = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30), dict[int, str]()
            for name, path in sheets:
                rows = _cells(book, path, strings, dates, zero)
                first = next(rows, None)
                if first is None:
                    continue
                named = {column: str(value).strip() for column, value in first.items()}
                if not heads:
                    heads = named
                    if len(set(heads.values())) != len(heads):
                        raise failed("第一行的列名有重复；请改为互不相同。", "Two columns bear one name in the first row; give each its own.")
                if named == heads:
                    yield from _named(rows, heads)
                else:
                    yield from (Unread(f"sheet {name[:40]}: other columns", str(dict(row))[:200]) for row in chain([first], rows))
            if not heads:
                raise failed("工作表是空的。", "The sheet is empty.")
    except (BadZipFile, KeyError, etree.XMLSyntaxError, EOFError) as error:
        raise failed("这不是可以读取的xlsx工作簿（损坏或加密）；请另存为xlsx或CSV。",
                     "This is no xlsx workbook that can be read (damaged or encrypted); save it as CSV.") from error  # fmt: skip


def _named(rows: Iterator[Mapping[int, object]], heads: Mapping[int, str]) -> Iterator[Row | Unread]:
    for row in rows:
        if any(column not in heads for column in row):
            yield Unread("cells", str(dict(row))[:200])
        else:
            yield {name: row.get(column) for column, name in heads.items()}


def _part(book: ZipFile, path: str, *, tags: tuple[str, ...]) -> Iterator[Any]:
    with book.open(path) as file:
        root: Any = None
        for what, element in etree.iterparse(file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
                                             huge_tree=False, remove_comments=True, remove_pis=True):  # fmt: skip
            if root is None:
                no_dtd(element)
                root = element
            if what == "end" and local(element) in tags:
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]


def _sheets(book: ZipFile) -> tuple[list[tuple[str, str]], bool]:
    """Return name and path of every visible sheet, in their order, and whether days are counted from 1904."""
    targets = {one.get("Id"): str(one.get("Target")) for one in _part(book, "xl/_rels/workbook.xml.rels", tags=("Relationship",))}
    since_1904, found = False, list[tuple[str, str]]()
    for one in _part(book, "xl/workbook.xml", tags=("workbookPr", "sheet")):
        if local(one) == "workbookPr":
            since_1904 = one.get("date1904") in ("1", "true")
        elif one.get("state", "visible") == "visible":
            of = next((str(value) for key, value in one.attrib.items() if str(key).endswith("}id")), None)
            target = targets.get(of, "worksheets/sheet1.xml")
            found.append((str(one.get("name")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"))
    return found or [("", "xl/worksheets/sheet1.xml")], since_1904


def _strings(book: ZipFile) -> list[str]:
    found: list[str] = []
    if "xl/sharedStrings.xml" in book.namelist():
        for one in _part(book, "xl/sharedStrings.xml", tags=("si",)):
            found.append(_text(one))
            if len(found) > MAX_STRINGS:
                raise failed("工作簿的文字过多；请存为CSV再导入。", "The workbook holds too many texts; save it as CSV.")
    return found


def _text(element: Any) -> str:
    return "".join(t.text or "" for t in element.iter() if local(t) == "t" and local(t.getparent()) != "rPh")


def _dates(book: ZipFile) -> list[bool]:
    """Return for every style of cells whether it shows a day or time."""
    if "xl/styles.xml" not in book.namelist():
        return []
    own: dict[int, str] = {}
    found: list[bool] = []
    for one in _part(book, "xl/styles.xml", tags=("numFmt", "cellXfs")):
        if local(one) == "numFmt":
            own[int(one.get("numFmtId"))] = _QUOTED.sub("", str(one.get("formatCode"))).lower()
        else:
            ids = [int(xf.get("numFmtId", "0")) for xf in one]
            found = [bool(set("ymdhs") & set(own[n])) if n in own else n in _DATES for n in ids]
    return found


def _cells(book: ZipFile, path: str, strings: list[str], dates: list[bool], zero: datetime) -> Iterator[Mapping[int, object]]:
    for row in _part(book, path, tags=("row",)):
        found: dict[int, object] = {}
        for at, cell in enumerate(row):
            ref = _REF.fullmatch(cell.get("r", ""))
            value = _value(cell, strings, dates, zero)
            if value is not None and value != "":
                found[_column(ref[1]) if ref else at] = value
        if found:
            yield found


def _value(cell: Any, strings: list[str], dates: list[bool], zero: datetime) -> object:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    said = next((one.text for one in cell if local(one) == "v"), None)
    if kind == "e":
        return Broken(said)
    if said is None:
        return None
    if kind == "s":
        return strings[int(said)] if said.isdigit() and int(said) < len(strings) else None
    if kind == "b":
        return said == "1"
    if kind in ("str", "d"):
        return str(said)
    style = cell.get("s", "0")
    try:
        number = float(said)
        if style.isdigit() and int(style) < len(dates) and dates[int(style)]:
            return zero + timedelta(milliseconds=round(number * 86_400_000))
    except (ValueError, OverflowError):
        return str(said)
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _column(letters: str) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + ord(letter) - 64
    return at - 1
