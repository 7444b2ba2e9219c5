"""Tables and wrapped text: nothing is lost, nothing is wider than it may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.cli.screen import Screen
from qingfeng.cli.table import show_table, width, wrapped

TEXT = st.text(st.sampled_from("ab 中文，。字x"), max_size=80)


@given(TEXT, st.integers(4, 40))
def test_wrapping_loses_nothing_but_spaces_and_keeps_the_width(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert width(line.rstrip("，。")) <= columns


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5), st.integers(60, 120))
def test_every_cell_is_in_the_table(rows: list[tuple[str, str, str]], columns: int) -> None:
    said: list[str] = []

    class Kept(Screen):
        def line(self, text: str = "") -> None:
            said.append(text)

    show_table(Kept(), ["一", "二", "三"], rows, columns=columns)
    letters = sorted("".join(said).replace(" ", "").replace("─", ""))
    assert letters == sorted("一二三" + "".join("".join(row) for row in rows).replace(" ", ""))


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("中文", 4), ("a中", 3), ("é", 1)])
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns
