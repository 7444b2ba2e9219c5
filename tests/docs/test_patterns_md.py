"""docs/patterns.md is what the patterns say of themselves."""

from __future__ import annotations

from pathlib import Path

from qingfeng.cli.patterns_page import COLUMNS, page
from qingfeng.detection.relations import RELATIONS

TOP = Path(__file__).parents[2]


def test_the_page_is_up_to_date() -> None:
    assert (TOP / "docs" / "patterns.md").read_text(encoding="utf-8") == page(), "run ./dev patterns"


def test_every_column_is_explained() -> None:
    assert set(COLUMNS) == {f"{name}.{column}" for name, columns in RELATIONS.items() for column in columns}
