"""Plain text: in reading order as somebody typed it, or as a converter poured it out of a drawing.

The second kind (text of a binary Word document): a paragraph ends in three line feeds, a box in six or more, a table cell
stands on a line of its own behind a tab. Places are lost; only the order of the story remains.
"""

from __future__ import annotations

import codecs
import re

from qingfeng.importing.boxes import Cell, Collector, Document
from qingfeng.importing.cues import closes_box, heading_of, is_caption, is_step_name, is_title, opens_box
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.titles import agency_of
from qingfeng.terms.text import Text

_POURED = re.compile(r"\n{6,}")
_CELL = re.compile(r"(?:^\t[^\n]*(?:\n|$))+", re.MULTILINE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BODY_CAPTIONS = re.compile(r"^\s*风险点\s+防控措施\s*$")


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or GB 18030.  Raises ImportFailed."""
    for mark, encoding in (*_BOMS, (b"", "utf-8"), (b"", "gb18030")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise ImportFailed(
        Text(
            zh="不认识这个文件：既不是已知的文档格式，也不是 UTF-8 或 GB 18030 编码的文字；请另存为 .docx 或 UTF-8 文本后再导入。",
            en="This file is not known: no known document, nor text in UTF-8 or GB 18030; save it as .docx or as UTF-8 text and "
            "import that.",
        )
    )


def read_plain(data: bytes, name: str) -> Document:
    """Read a text file.  Raises ImportFailed when it is no text."""
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    out = Collector(name, "txt")
    if len(_POURED.findall(text)) >= 3:
        _poured(text, out)
    else:
        _typed(text, out)
        out.document.reading_order = True
    return out.finish()


def as_typed(document: Document) -> Document:
    """The running text of a document that has neither boxes nor tables, read as if somebody had typed it line by line."""
    out = Collector(document.name, document.format)
    _typed("\n".join(line.text for page in document.pages for line in page.lines if not line.header), out)
    typed = out.finish()
    typed.notes, typed.reading_order = document.notes, True
    return typed


def _poured(text: str, out: Collector) -> None:
    """Body text first, single line feeds inside; then the boxes, parted by six line feeds or more."""
    text = _CELL.sub(lambda found: "\n" + _cells(found[0], out) + "\n", text)
    start = _story_begins(text)
    for line in text[:start].split("\n"):
        if line.strip() and not _BODY_CAPTIONS.match(line):
            out.line(line)
    for block in _POURED.split(text[start:].strip("\n")):
        out.box(re.split(r"\n+", block), None)


def _story_begins(text: str) -> int:
    """Where the boxes begin: after the last title of the body, at the first stretch parted by six line feeds that never ends again."""
    at = 0
    for found in re.finditer(r"[^\n]*(?:防控图|流程图|工作图|示意图)[^\n]*", text):
        # A title stands in the body, parted from the next by few or many blank lines; boxes never bear one in this kind of file.
        at = found.end()
    tail = re.compile(r"(?:\n[ \t\u3000]*)*(?:风险点\s+防控措施[ \t]*\n(?:[ \t\u3000]*\n)*)*").match(text, at)
    return tail.end() if tail else at


def _cells(block: str, out: Collector) -> str:
    texts = [line.strip() for line in block.split("\n") if line.startswith("\t")]
    out.table(Cell(row=0, column=n, paragraphs=(text,)) for n, text in enumerate(texts))
    return ""


def _typed(text: str, out: Collector) -> None:
    """Reading order: a blank line, a caption, the line with level or owner, or a step's name ends a box."""
    pending: list[str] = []
    rows: list[list[str]] = []

    def flush() -> None:
        if pending:
            out.box(pending, None)
            pending.clear()
        if rows:
            out.table(
                Cell(row=r, column=c, paragraphs=(part,)) for r, row in enumerate(rows) for c, part in enumerate(row)
            )
            rows.clear()

    for raw in text.split("\n"):
        line = raw.strip(" \t\u3000\ufeff")
        if "\t" in raw.strip(" \u3000\ufeff\r") and line:
            if not rows:
                flush()
            rows.append(raw.strip(" \u3000\ufeff").split("\t"))
        elif not line:
            flush()
        elif is_title(line) or (agency_of(line) and not pending):
            flush()
            out.line(line)
        elif head := heading_of(line):
            flush()
            pending.append(head)
        elif is_caption(line) or (is_step_name(line) and not pending):
            flush()
            out.box([line], None)
        else:
            if opens_box(line, pending):
                flush()
            pending.append(line)
            if closes_box(line):
                flush()
    flush()
