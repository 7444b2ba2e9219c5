"""Binary Word documents (97 to 2003), read natively: text by the piece table, text boxes by their own story, shapes by OfficeArt.

Source: [MS-DOC]: Fib, Clx, PlcfSpa, PlcftxbxTxt, PlcfSed; lengths in twips (1/20 point). Nothing is executed.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass

import olefile

from qingfeng.importing.archive import encrypted
from qingfeng.importing.boxes import Collector, Document, Rect
from qingfeng.importing.doctable import Marks
from qingfeng.importing.docx import LINE
from qingfeng.importing.drawingml import block_arrow, ends_of
from qingfeng.importing.failure import ImportFailed, broken
from qingfeng.importing.officeart import Anchor, Shape, shapes_of
from qingfeng.terms.limits import MAX_IMPORT_BYTES, MAX_IMPORT_CHARACTERS, MAX_IMPORT_SHAPES
from qingfeng.terms.text import Text

_WORD_97 = 0xC1
_ENCRYPTED, _TABLE_1 = 0x100, 0x200
_STORIES = (0x4C, 0x50, 0x54, 0x5C, 0x60, 0x64)  # text, footnotes, headers, comments, endnotes, text boxes
_CLX, _SPA, _DRAWING, _TEXT_BOXES = 33, 40, 50, 56
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_CELL, _PAGE = "\x07", "\x0c"
_LINES = {20, 32, 33, 34, 35, 36, 37, 38}
_BLOCKS = {67: "downarrow", 68: "uparrow", 13: "rightarrow", 66: "leftarrow", 69: "leftrightarrow", 70: "updownarrow"}
_MARGIN = 72.0


@dataclass(frozen=True, slots=True)
class _Fib:
    """What the head of a Word file says: where its table stream and structures lie, and how long each of its stories is."""

    table: str
    stories: tuple[int, ...]
    places: tuple[tuple[int, int], ...]


def read_doc(data: bytes, name: str) -> Document:
    """Read a .doc.  Raises ImportFailed: encrypted, Word 95 or older (`OldWord`), damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            if not ole.exists("WordDocument"):
                raise broken("其中没有 Word 正文", "it holds no Word text")
            head = ole.openstream("WordDocument").read(MAX_IMPORT_BYTES)
            fib = _fib(head)
            if not ole.exists(fib.table):
                raise broken("缺少表流", "its table stream is missing")
            table = ole.openstream(fib.table).read(MAX_IMPORT_BYTES)
            macros = ole.exists("Macros") or ole.exists("_VBA_PROJECT_CUR")
    except (OSError, struct.error, IndexError, TypeError, AttributeError) as error:
        raise broken("复合文档结构有误", "its compound structure is faulty") from error
    out = Collector(name, "doc")
    if macros:
        out.note("文件带有宏，没有运行，也不需要。", "The file carries macros; they were not run and are not needed.")
    try:
        _Reader(head, table, fib, out).read()
    except (struct.error, IndexError) as error:
        raise broken("Word 的内部表不完整", "its inner tables are incomplete") from error
    return out.finish()


class OldWord(ImportFailed):
    """A document of Word 95 or older: another way of storing text, read through LibreOffice."""


def _fib(head: bytes) -> _Fib:
    if len(head) < 154 + 8 * 60:
        raise broken("文件头不完整", "its head is incomplete")
    version, flags = struct.unpack_from("<H", head, 2)[0], struct.unpack_from("<H", head, 0x0A)[0]
    if version < _WORD_97:
        raise OldWord(
            Text(
                zh="这是 Word 95 或更早的文档；其格式不同；请用 Word 另存为 .docx 后再导入。",
                en="This is a document of Word 95 or older; it is stored differently; save it as .docx with Word and import that.",
            )
        )
    if flags & _ENCRYPTED:
        raise encrypted()
    return _Fib(
        table="1Table" if flags & _TABLE_1 else "0Table",
        stories=tuple(struct.unpack_from("<I", head, at)[0] for at in _STORIES),
        places=tuple(struct.unpack_from("<II", head, 154 + 8 * n) for n in range(60)),
    )


class _Reader:
    def __init__(self, head: bytes, table: bytes, fib: _Fib, out: Collector) -> None:
        self.head, self.table, self.fib, self.out = head, table, fib, out
        self.y = _MARGIN

    def read(self) -> None:
        text = self._text()
        main = text[: self.fib.stories[0]]
        before = sum(self.fib.stories[:5])
        boxes = self._box_texts(text[before : before + self.fib.stories[5]])
        headers = text[sum(self.fib.stories[:2]) : sum(self.fib.stories[:3])]
        for line in _lines(headers):
            self.out.line(line, header=True)
        shapes: dict[int, list[Shape]] = {}
        for shape in shapes_of(self._bytes(_DRAWING), self._anchors()):
            shapes.setdefault(shape.anchor.cp, []).append(shape)
        self._walk(main, shapes, boxes)
        for texts in boxes.values():  # a box whose shape is lost still counts, without a place
            self.out.box(texts, None)

    def _bytes(self, place: int) -> bytes:
        offset, size = self.fib.places[place]
        return self.table[offset : offset + size]

    def _text(self) -> str:
        data, at = self._bytes(_CLX), 0
        while at + 5 <= len(data):
            if data[at] == 1:
                at += 3 + struct.unpack_from("<H", data, at + 1)[0]
            elif data[at] == 2:
                return self._pieces(data[at + 5 : at + 5 + struct.unpack_from("<I", data, at + 1)[0]])
            else:
                break
        raise broken("找不到文字的位置表", "the table of its text cannot be found")

    def _pieces(self, plc: bytes) -> str:
        count = (len(plc) - 4) // 12
        if count <= 0 or count > MAX_IMPORT_SHAPES * 10:
            raise broken("文字的位置表有误", "the table of its text is faulty")
        bounds = struct.unpack_from(f"<{count + 1}I", plc, 0)
        if bounds[-1] > MAX_IMPORT_CHARACTERS * 2:
            raise broken("文字的位置表有误", "the table of its text is faulty")
        parts = []
        for n in range(count):
            offset = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * n + 2)[0]
            size = bounds[n + 1] - bounds[n]
            if size < 0:
                raise broken("文字的位置表有误", "the table of its text is faulty")
            if offset & 0x40000000:
                begin = (offset & 0x3FFFFFFF) // 2
                parts.append(self.head[begin : begin + size].decode("cp1252", "replace").ljust(size, "\x00"))
            else:
                parts.append(self.head[offset : offset + 2 * size].decode("utf-16-le", "replace").ljust(size, "\x00"))
        return "".join(parts)

    def _anchors(self) -> dict[int, Anchor]:
        data = self._bytes(_SPA)
        count = (len(data) - 4) // 30 if data else 0
        found = {}
        for n in range(max(0, count)):
            cp = struct.unpack_from("<I", data, 4 * n)[0]
            at = 4 * (count + 1) + 26 * n
            number, x1, y1, x2, y2, flags = struct.unpack_from("<I4iH", data, at)
            rect = Rect(min(x1, x2) / 20, min(y1, y2) / 20, abs(x2 - x1) / 20, abs(y2 - y1) / 20)
            found[number] = Anchor(cp, rect, flags >> 1 & 3, flags >> 3 & 3)
        return found

    def _box_texts(self, story: str) -> dict[int, list[str]]:
        """Shape number -> its paragraphs, in the order of the story."""
        data = self._bytes(_TEXT_BOXES)
        count = (len(data) - 4) // 26 if data else 0
        found: dict[int, list[str]] = {}
        for n in range(max(0, count)):
            start, end = struct.unpack_from("<II", data, 4 * n)
            number = struct.unpack_from("<I", data, 4 * (count + 1) + 22 * n + 14)[0]
            lines = _lines(story[start:end])
            if lines and start < end:
                found.setdefault(number, []).extend(lines)
        return found

    def _walk(self, main: str, shapes: dict[int, list[Shape]], boxes: dict[int, list[str]]) -> None:
        waiting, marks, cp = sorted(shapes), Marks(), 0
        for paragraph in re.findall("[^\r\x07\x0c]*[\r\x07\x0c]|[^\r\x07\x0c]+$", main):
            end = cp + len(paragraph)
            lines = _lines(paragraph)
            if paragraph.endswith(_CELL):
                marks.mark("\r".join(lines))
            elif paragraph.endswith(_PAGE) or not all(marks.takes(line) for line in lines):
                self._table(marks)
                for line in lines:
                    self.out.line(line, y=self.y)
            while waiting and waiting[0] < end:
                for shape in shapes[waiting.pop(0)]:
                    self._shape(shape, boxes)
            if paragraph.endswith(_PAGE):
                self.out.new_page()
                self.y = _MARGIN
            else:
                self.y += LINE
            cp = end
        self._table(marks)

    def _table(self, marks: Marks) -> None:
        cells, rest = marks.end()
        if cells:
            self.out.table(cells)
        for line in rest:
            self.out.line(line, y=self.y)

    def _shape(self, shape: Shape, boxes: dict[int, list[str]]) -> None:
        anchor = shape.anchor
        dx = 0.0 if anchor.across == 1 else _MARGIN
        dy = 0.0 if anchor.down == 1 else self.y if anchor.down == 2 else _MARGIN
        rect = shape.rect.moved(dx, dy)
        if shape.number in boxes:
            self.out.box(boxes.pop(shape.number), rect, hidden=shape.hidden, turned=shape.turned)
        elif shape.kind in _BLOCKS:
            block_arrow(self.out, _BLOCKS[shape.kind], rect)
        elif shape.kind in _LINES or min(rect.w, rect.h) < 1.5 < max(rect.w, rect.h):
            flip_x, flip_y = shape.flips
            x1, y1, x2, y2 = ends_of(rect, flip_x=flip_x, flip_y=flip_y)
            if shape.start_arrow and not shape.end_arrow:
                x1, y1, x2, y2 = x2, y2, x1, y1
            self.out.connector(x1, y1, x2, y2, arrow=shape.start_arrow or shape.end_arrow)


def _lines(text: str) -> list[str]:
    """Paragraphs of a stretch of text: field codes gone, their results kept."""
    for _ in range(5):  # fields nest
        text = _FIELD_CODE.sub("", text)
    parts = re.split("[\r\x07\x0c]", text)
    return [line for part in parts if (line := _CONTROL.sub("", part.replace("\x0b", "\n")).strip())]
