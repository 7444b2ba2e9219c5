"""A report of supervision as Word, Excel and PDF: the same words and figures in each; what might be a formula stays text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
import xlsxwriter
from docx.oxml.ns import qn
from docx.shared import Pt

from qingfeng.casework.reports import COLUMNS, Report
from qingfeng.terms.text import Text

from .kinds import HERE
from .pdf import FONTS, families, set_in

SETTING = HERE / "report.typ"
FIGURES = Text(zh="各职权数据", en="Figures by power")
TOTAL = Text(zh="合计", en="Total")
SIGNED = Text(zh="签阅", en="Signed")
NOBODY = Text(zh="尚无人签阅", en="nobody has signed")
FOOT = Text(zh="数据由办案记录生成，不能手工填写。校验值 ", en="Figures come from the record; nobody types them. Hash ")
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet would begin a formula."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: the agency, the report, who signed it (name, when, opinion), in which language."""

    agency: str
    report: Report
    signed: tuple[tuple[str, datetime, str], ...]
    lang: str

    def rows(self) -> list[list[str | int]]:
        """Return the table with its sums."""
        told: list[list[str | int]] = [[one.title.say(self.lang), *one.figures] for one in self.report.powers]
        return [*told, [TOTAL.say(self.lang), *self.report.totals]]

    def heads(self) -> list[str]:
        """Return the heads of the table."""
        return [one.say(self.lang) for one in COLUMNS]

    def signatures(self) -> list[str]:
        """Return who signed, a line each."""
        return [f"{who}　{at:%Y-%m-%d %H:%M}{'　' + opinion if opinion else ''}" for who, at, opinion in self.signed] or [
            NOBODY.say(self.lang)
        ]

    @property
    def foot(self) -> str:
        """The line at the end: where the figures come from, and their hash."""
        digest = self.report.digest
        return FOOT.say(self.lang) + " ".join(digest[n : n + 8] for n in range(0, 32, 8))


def as_word(sheet: Sheet) -> bytes:
    """Return the report as .docx."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONTS["body"][0], Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONTS["body"][0])
    document.add_heading(sheet.report.title.say(sheet.lang), 1)
    document.add_paragraph(f"{sheet.agency}　{sheet.report.first} — {sheet.report.last}")
    for _, line in sheet.report.lines:
        document.add_paragraph(line.say(sheet.lang), style="List Bullet")
    document.add_heading(FIGURES.say(sheet.lang), 2)
    heads, rows = sheet.heads(), sheet.rows()
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for row in (None, *rows):
        cells = table.rows[0].cells if row is None else table.add_row().cells
        for cell, value in zip(cells, heads if row is None else row, strict=True):
            cell.text = str(value)
    document.add_heading(SIGNED.say(sheet.lang), 2)
    for signature in sheet.signatures():
        document.add_paragraph(signature)
    document.add_paragraph(sheet.foot)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def harmless(value: str) -> str:
    """Return text that no spreadsheet takes for a formula, even when it is copied on as CSV."""
    return "'" + value if value.startswith(RISKY) else value


def as_excel(sheet: Sheet) -> bytes:
    """Return the report as .xlsx; text is written as text, never as formula or link."""
    out = BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        page = book.add_worksheet(sheet.report.name[:31])
        bold, wrap = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
        page.write_string(0, 0, harmless(sheet.report.title.say(sheet.lang)), bold)
        page.write_string(1, 0, harmless(f"{sheet.agency} {sheet.report.first} — {sheet.report.last}"))
        for column, head in enumerate(sheet.heads()):
            page.write_string(3, column, harmless(head), bold)
        rows = sheet.rows()
        for place, row in enumerate(rows, 4):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(place, column, value)
                else:
                    page.write_string(place, column, harmless(value), wrap)
        for place, line in enumerate(
            [*(line.say(sheet.lang) for _, line in sheet.report.lines), *sheet.signatures(), sheet.foot], 6 + len(rows)
        ):
            page.write_string(place, 0, harmless(line))
        page.set_column(0, 0, 34)
        page.freeze_panes(4, 1)
    return out.getvalue()


def as_pdf(sheet: Sheet) -> bytes:
    """Return the report as PDF.  Raises NoFont, CannotSet."""
    data: dict[str, Any] = {
        "fonts": families(),
        "title": sheet.report.title.say(sheet.lang),
        "agency": sheet.agency,
        "days": f"{sheet.report.first} — {sheet.report.last}",
        "lines": [line.say(sheet.lang) for _, line in sheet.report.lines],
        "figures": FIGURES.say(sheet.lang),
        "heads": sheet.heads(),
        "rows": [[str(value) for value in row] for row in sheet.rows()],
        "signed": SIGNED.say(sheet.lang),
        "signatures": sheet.signatures(),
        "foot": sheet.foot,
    }
    return set_in(SETTING, {"report": json.dumps(data, ensure_ascii=False)})
