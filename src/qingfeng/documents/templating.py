"""The Word templates, built from the data files: nobody draws a hundred forms by hand, and a test compares what is checked in.

Layout after GB/T 9704: A4, margins 37/35/28/26 mm, title in 小标宋 22 pt, text in 仿宋 16 pt, 28 pt from line to line.
The templates are docxtpl's: {{ field }}, {%p if %} around paragraphs, {%tr for %} around rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from .fill import SEAL_PLACE
from .kinds import HERE, Block, Kind, rows_of

TITLE_FONT, BODY_FONT, LABEL_FONT, LATIN_FONT = "方正小标宋简体", "仿宋", "黑体", "Times New Roman"
MARGINS = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}  # mm, GB/T 9704
WIDTH = 156  # mm of text
FORM_COLUMNS = (32, 46, 32, 46)  # mm
NARROW = {"n": 14, "third": 35, "fourth": 14, "fifth": 22}  # mm
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
STYLES: Mapping[str, tuple[str, float, float, str, float, bool]] = {
    # name: font, size pt, line pt, alignment, first-line indent in characters, bold
    "QF Agency": (TITLE_FONT, 22, 32, "center", 0, False),
    "QF Title": (TITLE_FONT, 22, 36, "center", 0, False),
    "QF Number": (BODY_FONT, 16, 34, "center", 0, False),
    "QF To": (BODY_FONT, 16, 28, "left", 0, False),
    "QF Text": (BODY_FONT, 16, 28, "justify", 2, False),
    "QF Heading": (LABEL_FONT, 16, 28, "left", 2, False),
    "QF Sign": (BODY_FONT, 14, 30, "left", 0, False),
    "QF Note": (BODY_FONT, 12, 18, "left", 0, False),
    "QF Seal": (BODY_FONT, 16, 28, "right", 0, False),
    "QF Label": (LABEL_FONT, 12, 18, "center", 0, False),
    "QF Cell": (BODY_FONT, 12, 18, "left", 0, False),
    "QF Cell Right": (BODY_FONT, 12, 18, "right", 0, False),
    "QF Footer": (BODY_FONT, 9, 12, "center", 0, False),
    "QF Page": ("宋体", 14, 18, "center", 0, False),
}
_ALIGN = {"center": WD_ALIGN_PARAGRAPH.CENTER, "left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT,
          "justify": WD_ALIGN_PARAGRAPH.JUSTIFY}  # fmt: skip


def template_path(kind: str) -> Any:
    """Return where the template of an instrument is kept."""
    return HERE / "templates" / f"{kind}.docx"


def build_template(kind: Kind) -> bytes:
    """Return the .docx template of an instrument; the same bytes for the same data and the same library."""
    word: WordFile = docx.Document()
    _page(word)
    _styles(word)
    _footer(word)
    word.add_paragraph("{{ qf_agency }}", style="QF Agency")
    word.add_paragraph(kind.heading or kind.title.zh, style="QF Title")
    if kind.numbered:
        word.add_paragraph("{{ qf_number }}", style="QF Number")
    for block in kind.blocks:
        _conditional(word, block)
    word.core_properties.title = kind.title.zh
    word.core_properties.author = word.core_properties.comments = ""
    word.core_properties.created = word.core_properties.modified = EPOCH.replace(tzinfo=None)
    out = BytesIO()
    word.save(out)
    return settled(out.getvalue())


def settled(packed: bytes) -> bytes:
    """Return a .docx with the times of packing taken out, so that the same content has the same bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(packed)) as read, ZipFile(out, "w", ZIP_DEFLATED) as write:
        for name in read.namelist():
            write.writestr(ZipInfo(name, EPOCH.timetuple()[:6]), read.read(name), ZIP_DEFLATED)
    return out.getvalue()


def _page(word: WordFile) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, mm in MARGINS.items():
        setattr(section, name, Mm(mm))
    section.footer_distance = Mm(20)


def _styles(word: WordFile) -> None:
    for name, (font, size, line, align, indent, bold) in STYLES.items():
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _font(style, font, size, bold)
        shape = style.paragraph_format
        shape.alignment, shape.space_before, shape.space_after = _ALIGN[align], Pt(0), Pt(0)
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(line)
        if indent:
            shape.first_line_indent = Pt(size * indent)
        shape.widow_control = True
    word.styles["QF Heading"].paragraph_format.keep_with_next = True
    seal = word.styles["QF Seal"].paragraph_format
    seal.keep_with_next, seal.right_indent = True, Pt(48)
    for name, after in (("QF Title", 8), ("QF Number", 10)):
        word.styles[name].paragraph_format.space_after = Pt(after)
    word.styles["QF Cell Right"].paragraph_format.space_before = Pt(30)


def _font(style: Any, font: str, size: float, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold = LATIN_FONT, Pt(size), bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    language = OxmlElement("w:lang")  # punctuation stands where mainland readers expect it
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)


def _footer(word: WordFile) -> None:
    footer = word.sections[0].footer
    page = footer.paragraphs[0]
    page.style = word.styles["QF Page"]
    page.add_run("— ")
    _page_number(page)
    page.add_run(" —")
    footer.add_paragraph("{{ qf_footer }}", style="QF Footer")


def _page_number(paragraph: Paragraph) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _conditional(word: WordFile, block: Block) -> None:
    test = " and ".join([*([block.when] if block.when else []), *([f"not {block.unless}"] if block.unless else [])])
    if test:
        word.add_paragraph("{%p if " + test + " %}", style="QF Text")
    _SET[block.type](word, block)
    if test:
        word.add_paragraph("{%p endif %}", style="QF Text")


def _text(style: str) -> Callable[[WordFile, Block], None]:
    def add(word: WordFile, block: Block) -> None:
        word.add_paragraph(block.content, style=style)

    return add


def _each(word: WordFile, block: Block) -> None:
    word.add_paragraph("{%p for item in " + block.content + " %}", style="QF Text")
    word.add_paragraph("{{ item }}", style="QF Text")
    word.add_paragraph("{%p endfor %}", style="QF Text")


def _seal(word: WordFile, block: Block) -> None:
    for text in ("{{ qf_agency }}", SEAL_PLACE, block.content):
        line = word.add_paragraph(text, style="QF Seal")
    line.paragraph_format.keep_with_next = False


def _form(word: WordFile, block: Block) -> None:
    table = _table(word, len(rows_of(block)), FORM_COLUMNS)
    for row, cells in zip(table.rows, rows_of(block), strict=True):
        places = _placed(row.cells, len(cells))
        row.height = Mm(11)
        if len(cells) == 3:
            row.height = Mm(32)
        _keep_together(row)
        _set_cell(places[0], cells[0], "QF Label" if len(cells) > 1 else "QF Cell")
        if len(cells) > 1:
            _set_cell(places[1], cells[1], "QF Cell")
        if len(cells) == 3:
            places[1].add_paragraph(cells[2], style="QF Cell Right")
        if len(cells) == 4:
            _set_cell(places[2], cells[2], "QF Label")
            _set_cell(places[3], cells[3], "QF Cell")
    word.add_paragraph("", style="QF Note")


def _placed(cells: Sequence[_Cell], n: int) -> list[_Cell]:
    """Return the cells of a row, joined so that n texts fit (three: a label, a text and the line that signs it)."""
    if n == 4:
        return list(cells)
    if n == 1:
        return [cells[0].merge(cells[3])]
    return [cells[0], cells[1].merge(cells[3])]


def _list(word: WordFile, block: Block) -> None:
    names, of = list(block.content["columns"]), block.content["of"]
    table = _table(word, 4, _widths(names))
    for cell, head in zip(table.rows[0].cells, block.content["columns"].values(), strict=True):
        _set_cell(cell, head, "QF Label")
    _repeat_head(table.rows[0])
    _set_cell(table.rows[1].cells[0], "{%tr for row in " + of + "_rows %}", "QF Cell")
    for cell, name in zip(table.rows[2].cells, names, strict=True):
        _set_cell(
            cell, "{{ row." + name + " }}", "QF Cell" if name == "text" else "QF Label" if name == "n" else "QF Cell"
        )
    table.rows[2].height = Mm(9)
    _set_cell(table.rows[3].cells[0], "{%tr endfor %}", "QF Cell")
    word.add_paragraph("", style="QF Note")


def _widths(names: Sequence[str]) -> list[int]:
    """Return widths in mm: narrow columns as they are, the text half again as wide as the other wide one."""
    left = WIDTH - sum(NARROW.get(n, 0) for n in names)
    shares = sum(3 if n == "text" else 2 for n in names if n not in NARROW)
    return [NARROW.get(n) or left * (3 if n == "text" else 2) // shares for n in names]


def _table(word: WordFile, rows: int, widths: Sequence[int]) -> Table:
    table: Table = word.add_table(rows=rows, cols=len(widths))
    table.style = word.styles["Table Grid"]
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _set_cell(cell: _Cell, text: str, style: str) -> None:
    cell.paragraphs[0].text = text
    cell.paragraphs[0].style = style
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _keep_together(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat_head(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


_SET: Mapping[str, Callable[[WordFile, Block], None]] = {
    "to": _text("QF To"), "p": _text("QF Text"), "h": _text("QF Heading"), "sign": _text("QF Sign"), "note": _text("QF Note"),
    "each": _each, "seal": _seal, "form": _form, "list": _list,
}  # fmt: skip
