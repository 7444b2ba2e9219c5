"""The coverage as a spreadsheet: risk × rule × drill, measures, and what is missing, a sheet each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import xlsxwriter

from qingfeng.catalogue.coverage_proof import Proof, RiskLine

from .screen import Screen, harmless

_WIDTHS = {"text": 48, "id": 22, "short": 9}
_RISKS = (("职权", "Power", "id"), ("环节", "Step", "id"), ("等级", "Level", "short"), ("编号", "No.", "short"), ("风险点", "Risk", "text"),
          ("规则", "Rule", "id"), ("演练", "Drill", "id"), ("企图", "Attempt", "text"), ("由哪一关", "Ring", "short"))  # fmt: skip
_MEASURES = (
    ("职权", "Power", "id"),
    ("环节", "Step", "id"),
    ("编号", "No.", "short"),
    ("防控措施", "Measure", "text"),
    ("由何落实", "Carried by", "id"),
)
_FAULTS = (("位置", "Place", "id"), ("问题", "What is missing", "text"), ("怎么办", "What next", "text"))
Heads = Sequence[tuple[str, str, str]]


def write_sheet(screen: Screen, proof: Proof, path: Path) -> None:
    """Write the file whole or not at all.  Raises OSError."""
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        book.set_properties({"title": screen.pick("防控覆盖表", "Coverage of the risk maps")})
        _sheet(
            screen,
            book,
            screen.pick("风险点×规则×演练", "Risk x rule x drill"),
            _RISKS,
            _risk_rows(screen, proof.risks),
        )
        measures = (
            [m.power, m.step, m.measure.id, m.measure.text, name]
            for m in proof.measures
            for name in m.measure.carried_by or ("",)
        )
        _sheet(screen, book, screen.pick("防控措施", "Measures"), _MEASURES, measures)
        faults = ([fault.place, screen.words(fault.what), screen.words(fault.hint)] for fault in proof.faults)
        _sheet(screen, book, screen.pick("还缺什么", "What is missing"), _FAULTS, faults)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(memory.getvalue())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _risk_rows(screen: Screen, lines: Iterable[RiskLine]) -> Iterator[list[str]]:
    """Yield a row for every rule that is named, with each drill that it stops; and one for a drill that names no such rule."""
    for line in lines:
        target = line.target
        number = target.risk.id + (f".{target.part.id}" if target.part else "")
        head = [line.power, target.step, target.level or "", number, target.text]
        others = sorted({name for drill in line.drills for name in drill.by} - {*target.stopped_by})
        for name in [*target.stopped_by, *others] or [""]:
            cells = [
                [drill.id, screen.words(drill.attempt), drill.ring.value] for drill in line.drills if name in drill.by
            ]
            for three in cells or [["", "", ""]]:
                yield [*head, name, *three]


def _sheet(screen: Screen, book: xlsxwriter.Workbook, name: str, heads: Heads, rows: Iterable[Sequence[str]]) -> None:
    from qingfeng.documents.report_files import harmless as no_formula

    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (zh, en, kind) in enumerate(heads):
        sheet.set_column(column, column, _WIDTHS[kind])
        sheet.write_string(0, column, screen.pick(zh, en), bold)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(last, column, no_formula(harmless(cell)), plain)  # as text, and no formula when copied on as CSV
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(heads) - 1)
