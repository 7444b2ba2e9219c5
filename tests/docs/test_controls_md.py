"""docs/controls.md is what the rules say of themselves."""

from __future__ import annotations

from pathlib import Path

from qingfeng.cli.controls import page

DOC = Path(__file__).resolve().parents[2] / "docs" / "controls.md"


def test_the_page_is_written_from_the_rules() -> None:
    assert DOC.read_text(encoding="utf-8") == page(), "write it again: ./dev controls"
