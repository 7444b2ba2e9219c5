"""PDF with text: words, rectangles and lines of each page; a scan is refused with advice.

A PDF knows no boxes: whatever stands inside a drawn rectangle belongs together, tables are found by their ruled lines.
"""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from qingfeng.importing.archive import encrypted
from qingfeng.importing.boxes import Cell, Collector, Document, Rect, too_much
from qingfeng.importing.cues import LEVEL, LEVEL_BLANK, NUMBER, OWNER, PHONE, is_caption, is_title
from qingfeng.importing.failure import broken
from qingfeng.importing.pdftable import bare_table, cells_of
from qingfeng.importing.sniff import scan
from qingfeng.importing.titles import agency_of
from qingfeng.terms.limits import MAX_IMPORT_PAGES, MAX_IMPORT_PART_BYTES, MAX_IMPORT_SECONDS, MAX_IMPORT_UNPACKED_BYTES

_STREAM = re.compile(rb"stream\r?\n")
_OPERATORS = re.compile(rb"\b(?:Tj|TJ|re|l|c)\b")
_FEW = 4  # a page with fewer drawn boxes that hold text may have boxes without edges
_MAX_OPERATORS = 1_500_000
_FAULTS = (
    PSException,
    PDFException,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    OverflowError,
    struct.error,
    zlib.error,
)
_Word = dict[str, Any]


def read_pdf(data: bytes, name: str) -> Document:
    """Read a .pdf.  Raises ImportFailed: a scan, encrypted, damaged, too large."""
    _refuse_bombs(data)
    out = Collector(name, "pdf")
    started, seen, pictures = time.monotonic(), False, False
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > MAX_IMPORT_PAGES:
                raise too_much(f"多于{MAX_IMPORT_PAGES}页", f"more than {MAX_IMPORT_PAGES} pages")
            for page in pdf.pages:
                out.new_page(float(page.height))
                seen |= _page(page, out)
                pictures |= bool(page.images)
                page.close()
                if time.monotonic() - started > MAX_IMPORT_SECONDS:
                    raise too_much(
                        f"读取超过{MAX_IMPORT_SECONDS}秒", f"reading takes more than {MAX_IMPORT_SECONDS} seconds"
                    )
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect | PDFEncryptionError):
            raise encrypted() from error
        raise broken("PDF 的结构有误", "the structure of the PDF is faulty") from error
    except _FAULTS as error:
        if isinstance(error, ValueError) and hasattr(error, "text"):
            raise
        raise broken("PDF 的结构有误", "the structure of the PDF is faulty") from error
    if not seen:
        raise scan() if pictures or len(data) > 2_000 else broken("没有文字", "it holds no text")
    return out.finish()


def _refuse_bombs(data: bytes) -> None:
    """Unpack every packed stream within bounds before a library does it without."""
    if re.search(rb"/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl)\b", data):
        raise too_much("内容重复压缩", "its content is packed twice")
    left, operators = MAX_IMPORT_UNPACKED_BYTES, 0
    for found in _STREAM.finditer(data):
        begin = found.end()
        if data[begin : begin + 1] not in {b"\x78", b"\x48", b"\x58", b"\x68"}:
            continue
        end = data.find(b"endstream", begin)
        try:
            piece = zlib.decompressobj().decompress(data[begin : end if end > 0 else len(data)], MAX_IMPORT_PART_BYTES)
        except zlib.error:
            continue  # packed otherwise, or damaged: the library tells
        left -= len(piece)
        operators += len(_OPERATORS.findall(piece)) if len(piece) < 50_000_000 else _MAX_OPERATORS
        if left < 0 or len(piece) >= MAX_IMPORT_PART_BYTES or operators > _MAX_OPERATORS:
            raise too_much("图形或文字过多", "too many shapes or characters")


def _page(page: Any, out: Collector) -> bool:
    """Read one page; True if it holds text."""
    words = page.extract_words(x_tolerance=2, y_tolerance=3, extra_attrs=["size"])
    if not words:
        return False
    if sum(1 for char in page.chars if not char.get("upright", True)) > len(page.chars) / 20:
        out.note(
            f"第{page.page_number}页有横放的文字，可能读错次序，请核对。",
            f"Page {page.page_number} has turned text; its order may be wrong.",
        )
    area = float(page.width) * float(page.height)
    tables = (
        [table for table in page.find_tables() if _is_map_table(table)] if len(page.rects) + len(page.lines) > 8 else []
    )
    spaces = [_rect(table.bbox) for table in tables]
    for table in tables:
        _table(table, words, out)
    if not tables and not _is_drawing(page, words) and (bare := bare_table(_lines(words))) is not None:
        _bare_table(*bare, out, page.page_number)
        spaces = [bare[0]]
    free = [word for word in words if not any(_holds(space, word) for space in spaces)]
    rects = [
        r
        for r in _rectangles(page)
        if r.w * r.h < area * 0.5 and not any(space.near(r.cx, r.cy, 2) for space in spaces)
    ]
    inside: dict[Rect, list[_Word]] = {}
    outside: list[_Word] = []
    for word in free:
        holders = [rect for rect in rects if _holds(rect, word)]
        if holders:
            inside.setdefault(min(holders, key=lambda r: r.w * r.h), []).append(word)
        else:
            outside.append(word)
    outside = _spilled(outside, inside)
    for rect, held in sorted(inside.items(), key=lambda pair: (round(pair[0].y), pair[0].x)):
        out.box(_paragraphs(held, rect), rect)
    if len(inside) < _FEW:
        outside = _blocks(outside, out)
    _running(outside, out)
    _connectors(page, list(inside), out)
    return True


def _spilled(words: list[_Word], inside: dict[Rect, list[_Word]]) -> list[_Word]:
    """A level or an owner that ran over the lower edge of its box belongs to it; returns the words that are left outside."""
    left: list[_Word] = []
    for line in _lines(words):
        text, first, last = _text(line), line[0], line[-1]
        if LEVEL.match(text) or OWNER.match(text):
            near = [
                rect
                for rect in inside
                if rect.x - 2 <= first["x0"]
                and last["x1"] <= rect.right + 2
                and -first["size"] <= first["top"] - rect.bottom <= first["size"]
            ]
            if len(near) == 1 and not any(
                LEVEL.match(t) or OWNER.match(t) for t in _paragraphs(inside[near[0]], near[0])
            ):
                inside[near[0]] += line
                continue
        left += line
    return left


def _running(words: list[_Word], out: Collector) -> None:
    """Lines outside boxes and tables; captions of columns are boxes where they stand, page numbers nothing."""
    for line in _lines(words):
        text = _text(line)
        where = Rect(line[0]["x0"], line[0]["top"], line[-1]["x1"] - line[0]["x0"], line[0]["bottom"] - line[0]["top"])
        if all(is_caption(part) for part in text.split()):
            for word in line:
                out.box(
                    [word["text"]], Rect(word["x0"], word["top"], word["x1"] - word["x0"], word["bottom"] - word["top"])
                )
        elif not re.fullmatch(r"[—\-\s]*\d{1,4}[—\-\s]*", text):
            out.line(text, y=where.y)


def _blocks(words: list[_Word], out: Collector) -> list[_Word]:
    """Boxes without drawn edges: lines that stand closely below each other in one column; returns words that are no part of any.

    Done only where at least two blocks name a level, an owner or numbered items: running text stays running text.
    """
    blocks: list[list[list[_Word]]] = []
    for segment in (part for line in _lines(words) for part in _segments(line)):
        near = [block for block in blocks if _continues(block[-1], segment)]
        if near:
            near[-1].append(segment)
        else:
            blocks.append([segment])
    cued = [block for block in blocks if any(_is_cue(_text(segment)) for segment in block)]
    if len(cued) < 2:
        return words
    rest: list[_Word] = []
    for block in blocks:
        held = [word for segment in block for word in segment]
        rect = _rect(
            (
                min(w["x0"] for w in held),
                min(w["top"] for w in held),
                max(w["x1"] for w in held),
                max(w["bottom"] for w in held),
            )
        )
        texts = [_text(segment) for segment in block]
        if all(is_caption(text) or is_title(text) or agency_of(text) or PHONE.search(text) for text in texts):
            rest += held
        else:
            out.box(_paragraphs(held, rect), rect)
    return rest


def _is_cue(text: str) -> bool:
    return bool(LEVEL.match(text) or LEVEL_BLANK.match(text) or OWNER.match(text) or NUMBER.match(text))


def _segments(line: list[_Word]) -> list[list[_Word]]:
    """A line parted at gaps wider than two characters."""
    parts = [[line[0]]]
    for before, word in pairwise(line):
        if word["x0"] - before["x1"] > 2 * word["size"]:
            parts.append([])
        parts[-1].append(word)
    return parts


def _continues(above: list[_Word], below: list[_Word]) -> bool:
    gap = below[0]["top"] - above[0]["bottom"]
    shared = min(above[-1]["x1"], below[-1]["x1"]) - max(above[0]["x0"], below[0]["x0"])
    return bool(-2 < gap < 0.9 * below[0]["size"] and shared > 0 and abs(below[0]["size"] - above[0]["size"]) < 1)


def _rect(box: Sequence[float]) -> Rect:
    x0, y0, x1, y1 = (float(value) for value in box)
    return Rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))


def _of(drawn: Mapping[str, Any]) -> Rect:
    return _rect((drawn["x0"], drawn["top"], drawn["x1"], drawn["bottom"]))


def _rectangles(page: Any) -> list[Rect]:
    found: dict[tuple[int, ...], Rect] = {}
    for drawn in [*page.rects, *page.curves]:
        rect = _of(drawn)
        if rect.w > 16 and rect.h > 9:
            found.setdefault(tuple(round(value / 3) for value in (rect.x, rect.y, rect.w, rect.h)), rect)
    return list(found.values())


def _holds(rect: Rect, word: _Word) -> bool:
    """A word lies in a rectangle if its middle does and it does not stick out on both sides (a title over a box)."""
    inside = min(word["x1"], rect.right) - max(word["x0"], rect.x)
    return rect.near((word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2, 1.0) and inside > 0.8 * (
        word["x1"] - word["x0"]
    )


def _lines(words: list[_Word]) -> list[list[_Word]]:
    """Words as lines, from the top; words whose middles differ by less than half a line share one."""
    lines: list[list[_Word]] = []
    for word in sorted(words, key=lambda w: (w["top"] + w["bottom"], w["x0"])):
        middle = (word["top"] + word["bottom"]) / 2
        last = lines[-1][0] if lines else None
        if last is not None and abs((last["top"] + last["bottom"]) / 2 - middle) < (last["bottom"] - last["top"]) * 0.5:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda w: w["x0"]) for line in lines]


def _text(line: list[_Word]) -> str:
    parts = [line[0]["text"]]
    for before, word in pairwise(line):
        gap = word["x0"] - before["x1"]
        ascii_both = before["text"][-1:].isascii() and word["text"][:1].isascii()
        parts.append((" " if gap > word["size"] * 0.8 or ascii_both else "") + word["text"])
    return "".join(parts)


def _paragraphs(words: list[_Word], rect: Rect) -> list[str]:
    """Lines of a box as paragraphs: a number, a level or an owner begins one, and so does a line after a short one that ended."""
    lines = _lines(words)
    texts = [_text(line) for line in lines]
    numbered = sum(1 for text in texts if NUMBER.match(text)) >= 2
    right = max(line[-1]["x1"] for line in lines)
    kept: list[str] = []
    for n, text in enumerate(texts):
        size = lines[n][0]["size"]
        before = lines[n - 1][-1]["x1"] if n else 0.0
        ended = n > 0 and bool(re.search("[。；;！？!?.]$", texts[n - 1]))
        short = n > 0 and before < right - size * 1.1
        other = n > 0 and abs(size - lines[n - 1][0]["size"]) > size * 0.08
        cued = bool(NUMBER.match(text) or LEVEL.match(text) or LEVEL_BLANK.match(text) or OWNER.match(text))
        goes_on = n > 0 and NUMBER.match(text) is not None and not _begins(text, ended, short)
        starts = other or (cued and not goes_on)
        if n == 0 or starts or (ended and (short or not numbered)):
            kept.append(text)
        else:
            kept[-1] += text
    return kept


def _begins(text: str, ended: bool, short: bool) -> bool:
    """A figure at the start of a line is an item's number unless the sentence before clearly goes on (…须有 / 2人以上…)."""
    found = NUMBER.match(text)
    return ended or short or (found is not None and not found["bare"])


def _is_map_table(table: Any) -> bool:
    return len(table.rows) >= 2 and max((len(row.cells) for row in table.rows), default=0) >= 3


def _table(table: Any, words: list[_Word], out: Collector) -> None:
    """Cells where their corners lie: one that spans several rows or columns counts once."""
    boxes = {tuple(cell) for cell in table.cells}
    tops = sorted({round(box[1]) for box in boxes})
    lefts = sorted({round(box[0]) for box in boxes})
    cells = []
    for box in sorted(boxes, key=lambda b: (b[1], b[0])):
        rect = _rect(box)
        held = [word for word in words if _holds(rect, word)]
        row, column = tops.index(round(box[1])), lefts.index(round(box[0]))
        rows = sum(1 for top in tops if box[1] - 1 <= top < box[3] - 1)
        columns = sum(1 for left in lefts if box[0] - 1 <= left < box[2] - 1)
        texts = tuple(_paragraphs(held, rect)) if held else ()
        cells.append(Cell(row=row, column=column, paragraphs=texts, rows=max(1, rows), columns=max(1, columns)))
    out.table(cells, _rect(table.bbox))


def _is_drawing(page: Any, words: list[_Word]) -> bool:
    """True if most words stand in drawn boxes and something besides their edges is drawn: boxes joined by lines are no table."""
    rects = _rectangles(page)
    held = sum(1 for word in words if any(_holds(rect, word) for rect in rects))
    free = sum(1 for segment in map(_of, page.lines) if not any(_is_edge(segment, box) for box in rects))
    return held >= len(words) / 2 and bool(free or any(curve.get("fill") for curve in page.curves))


def _bare_table(
    place: Rect, cells: list[tuple[Rect, list[_Word]]], places: list[tuple[int, int]], out: Collector, number: int
) -> None:
    texts = [tuple(_paragraphs(held, rect)) if held else () for rect, held in cells]
    out.table(cells_of(texts, places), place)
    out.note(
        f"第{number}页的表格没有框线，各栏、各行按空白划分，请核对。",
        f"The table of page {number} has no lines; its columns and rows were told by white space: check them.",
    )


def _connectors(page: Any, boxes: list[Rect], out: Collector) -> None:
    heads = [_of(curve) for curve in page.curves if curve.get("fill")]
    heads = [head for head in heads if 1.5 < head.w < 15 and 1.5 < head.h < 15]
    segments = [_of(line) for line in page.lines]
    segments += [rect for rect in map(_of, page.rects) if min(rect.w, rect.h) < 2.5 < max(rect.w, rect.h)]
    for segment in segments:
        if any(_is_edge(segment, box) for box in boxes):
            continue
        x1, y1, x2, y2 = segment.x, segment.y, segment.right, segment.bottom
        at_end = any(head.near(x2, y2, 6) for head in heads)
        at_start = any(head.near(x1, y1, 6) for head in heads)
        if at_start and not at_end:
            x1, y1, x2, y2 = x2, y2, x1, y1
        out.connector(x1, y1, x2, y2, arrow=at_start or at_end)
    for curve in page.curves:
        points = curve.get("pts") or []
        if 2 <= len(points) <= 6 and not curve.get("fill"):
            (x1, y1), (x2, y2) = points[0], points[-1]
            rect = _rect((x1, y1, x2, y2))
            if (rect.w > 4 or rect.h > 4) and not any(_is_edge(rect, box) for box in boxes):
                back = any(head.near(x1, y1, 6) for head in heads)
                ends = (x2, y2, x1, y1) if back else (x1, y1, x2, y2)
                out.connector(*ends, arrow=back or any(head.near(x2, y2, 6) for head in heads))


def _is_edge(segment: Rect, box: Rect) -> bool:
    """True if a segment is a side of a box that is drawn line by line."""
    if segment.w < 2.5:
        return (
            min(abs(segment.cx - box.x), abs(segment.cx - box.right)) < 2
            and abs(segment.y - box.y) < 3
            and abs(segment.bottom - box.bottom) < 3
        )
    return (
        min(abs(segment.cy - box.y), abs(segment.cy - box.bottom)) < 2
        and abs(segment.x - box.x) < 3
        and abs(segment.right - box.right) < 3
    )
