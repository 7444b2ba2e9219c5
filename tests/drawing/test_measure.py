"""Lines of text: nothing lost, none too wide, none that begins or ends badly, no character left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.drawing.measure import NO_END, NO_START, width, wrap, wrap_even
from tests.drawing.maps import NAMES, TEXTS

SIZES = st.sampled_from((8.5, 9.0, 10.5, 14.0))


@given(TEXTS, st.floats(40, 400), SIZES)
def test_lines_hold_the_whole_text_and_fit(text: str, limit: float, size: float) -> None:
    lines = wrap(text, limit, size)
    assert "".join(lines) == text
    assert all(width(line, size) <= limit + 0.01 for line in lines)


@given(TEXTS, st.floats(90, 400), SIZES)
def test_no_character_stands_alone_on_the_last_line(text: str, limit: float, size: float) -> None:
    lines = wrap(text, limit, size)
    bare = [char for char in text if char not in NO_START and not char.isspace()]
    if len(lines) > 1 and len(bare) > 1:
        assert len(lines[-1]) > 1, lines


@given(st.text(alphabet="清风查处审批，。、；（）《》", min_size=1, max_size=120), st.floats(90, 400))
def test_closing_marks_begin_no_line_and_opening_ones_end_none(text: str, limit: float) -> None:
    runs = max((len(run) for run in _runs(text)), default=0)
    if runs * 10.0 <= limit / 2:  # marks in a row that fill half a line must be parted somewhere
        lines = wrap(text, limit, 10.0)
        assert all(line[0] not in NO_START for line in lines[1:]), lines
        assert all(line[-1] not in NO_END for line in lines[:-1]), lines


def _runs(text: str) -> list[str]:
    return "".join(char if char in NO_START | NO_END else " " for char in text).split()


def test_a_number_and_a_latin_word_are_not_parted() -> None:
    lines = wrap("一二三四五六七2026年度AB角顶岗制度", 80, 10.0)
    assert lines[0] == "一二三四五六七"
    assert lines[1].startswith("2026")


@given(NAMES, st.floats(60, 200))
def test_even_lines_are_no_more_and_no_wider(text: str, limit: float) -> None:
    even = wrap_even(text, limit, 11.0, "bold")
    assert "".join(even) == text
    assert len(even) <= len(wrap(text, limit, 11.0, "bold"))
    assert all(width(line, 11.0, "bold") <= limit + 0.01 for line in even)


@pytest.mark.parametrize("face", ["sans", "bold", "serif"])
def test_the_widths_are_those_of_the_fonts(face: str) -> None:
    from fontTools.ttLib import TTCollection

    from scripts.make_advances import FACES

    folder = Path("/usr/share/fonts/opentype/noto")
    if not (folder / FACES[face]).is_file():
        pytest.skip("没有安装思源字体，无从比较。 The Noto fonts are not installed here, so there is nothing to compare with.")
    fonts = TTCollection(folder / FACES[face], lazy=True).fonts
    font = next(one for one in fonts if one["name"].getDebugName(4).split(" CJK ")[1].startswith("SC"))
    glyphs, metrics = font.getBestCmap(), font["hmtx"]
    for char in "清风Aa1.,-（）“”·—…％𠀀é№℃":
        if ord(char) in glyphs:
            assert width(char, 1000.0, face) == metrics[glyphs[ord(char)]][0], char  # type: ignore[arg-type]
