"""Every spreadsheet that leaves the program, by page or by command: what might be a formula stays text."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from django.urls import URLPattern, URLResolver, get_resolver

import qingfeng
from qingfeng.casework.desk.access import PUBLIC, note_denial
from qingfeng.casework.registry import By, register
from qingfeng.cli.main import cli
from qingfeng.documents import workbook
from qingfeng.documents.report_files import RISKY, harmless

from .site_kit import Site

if TYPE_CHECKING:
    from django.test import Client

As = Callable[..., "Client"]
SOURCE = Path(qingfeng.__file__).parent
EVIL = ("=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")')
EXPORTS = {
    r"^people/(?P<which>template|export)\.xlsx$": ("xitong", ("/people/template.xlsx", "/people/export.xlsx")),
    r"^audit/export\.xlsx$": ("shenji", ("/audit/export.xlsx",)),
    r"^reports/(?P<kind>day|month|year)/(?P<name>[0-9-]{4,10})\.(?P<form>docx|pdf|xlsx)$": (
        "jiwei", ("/reports/day/2026-10-28.xlsx", "/reports/month/2026-10.xlsx", "/reports/year/2026.xlsx")),
}  # fmt: skip
"""Every address of the site that hands out a spreadsheet: who may, and what to ask for."""
WRITERS = {"cli/coverage_sheet.py", "documents/report_files.py", "documents/workbook.py"}
"""Every module that writes one."""
READERS = {"cli/draw_office.py", "importing/logs/flat.py"}
"""Modules that take lists in, and write none."""


def addresses(resolver: URLResolver | None = None) -> Iterator[str]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one)
        elif isinstance(one, URLPattern):
            yield str(one.pattern)


def cells(content: bytes) -> list[Any]:
    book = workbook.read(BytesIO(content))
    return [cell for rows in book.sheets.values() for _, row in rows for cell in row.values()]


def no_formula(content: bytes) -> list[str]:
    """Assert that no cell is a formula or would become one in CSV; return the texts."""
    found = cells(content)
    assert found
    assert not [cell.name for cell in found if cell.formula]
    texts = [str(cell.value) for cell in found if isinstance(cell.value, str)]
    assert not [text for text in texts if text.startswith(RISKY)]
    return texts


def test_no_address_that_hands_out_a_spreadsheet_is_left_out(site: Site) -> None:
    assert {one for one in addresses() if re.search(r"xlsx|csv|ods", one)} == set(EXPORTS)


def test_no_module_that_writes_a_spreadsheet_is_left_out() -> None:
    writing = re.compile(r"^\s*(?:import|from) (?:xlsxwriter|openpyxl|csv|odf)\b", re.MULTILINE)
    found = {
        p.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("*.py") if writing.search(p.read_text(encoding="utf-8"))
    }
    assert found == WRITERS | READERS
    for name in READERS:
        assert not re.search(
            r"csv\.(?:writer|DictWriter)|xlsxwriter|openpyxl|odf", (SOURCE / name).read_text(encoding="utf-8")
        )


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_sheet_is_written_as_harmless_text_or_as_numbers_alone(name: str) -> None:
    """Never write(), write_formula() or write_url(); every text that is not a constant of ours goes through harmless."""
    for node in ast.walk(ast.parse((SOURCE / name).read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) > 2):
            continue
        method, owner = node.func.attr, node.func.value
        if not method.startswith("write") or not isinstance(owner, ast.Name):
            continue
        assert method in ("write_string", "write_number"), f"{name}:{node.lineno} {method}"
        if method == "write_string":
            told = ast.unparse(node.args[2])
            fine = told.startswith(("harmless(", "no_formula(")) or told in OURS
            assert fine, f"{name}:{node.lineno} writes {told} as it comes"


OURS = {"screen.pick(zh, en)", "head"}
"""Heads of columns: words of ours."""


@pytest.mark.parametrize("address", sorted(EXPORTS))
def test_what_people_typed_is_no_formula_in_any_export_of_the_site(fresh_site: Site, as_: As, address: str) -> None:
    with fresh_site.office.store.write() as tx:
        for n, name in enumerate(EVIL):
            register(fresh_site.office, tx, "officer_added", {"officer": f"evil/{n}", "name": name},
                     by=By(actor="system_administrator", entered=fresh_site.now))  # fmt: skip
    for text in EVIL:
        note_denial(fresh_site.office, PUBLIC, text, at=fresh_site.now)
    account, paths = EXPORTS[address]
    texts: list[str] = []
    for path in paths:
        answer: Any = as_(account).get(path)
        assert answer.status_code == 200, path
        texts += no_formula(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    if account != "jiwei":
        assert {"'" + text for text in EVIL[:4]} <= set(texts), "what was typed is there, as text"


def test_the_coverage_of_a_hostile_power_file_holds_no_formula(tmp_path: Path) -> None:
    text = (SOURCE.parents[1] / "powers" / "a001" / "penalty.yaml").read_text(encoding="utf-8")
    line = "text: 案件该立未立。"
    assert line in text
    hostile = tmp_path / "penalty.yaml"
    hostile.write_text(text.replace(line, """text: '=HYPERLINK("http://x","案件该立未立。")'""", 1), encoding="utf-8")
    out = tmp_path / "coverage.xlsx"
    done = CliRunner().invoke(cli, ["coverage", "--power", str(hostile), "--out", str(out)])
    assert out.is_file(), done.output
    assert '\'=HYPERLINK("http://x","案件该立未立。")' in no_formula(out.read_bytes())


@pytest.mark.parametrize("text", [*EVIL, "\t=1", "\r=1"])
def test_harmless_text_begins_no_formula(text: str) -> None:
    assert not harmless(text).startswith(RISKY)
    assert harmless("行政处罚") == "行政处罚"
