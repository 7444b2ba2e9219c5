"""docs/duties.md tells of every duty, with all its settings but the rhythm that every duty has."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from qingfeng.duties import discover

TEXT = (Path(__file__).parents[2] / "docs" / "duties.md").read_text(encoding="utf-8")
ROWS = {line.split("`")[1]: line for line in TEXT.splitlines() if line.startswith("| `")}
RHYTHM = {"every", "by", "within"}


@pytest.mark.parametrize("name", discover())
def test_every_duty_has_a_row_with_its_settings(name: str) -> None:
    settings = {field.name for field in fields(discover()[name])} - RHYTHM
    assert settings - {word for word in ROWS[name].split("|")[2].split("`") if word.isidentifier()} == set()


def test_no_row_tells_of_a_duty_that_there_is_not() -> None:
    assert {*ROWS} == {*discover()}
