"""Two versions on one drawing, and a map with findings: said in signs and words, in every format, not by colour alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from zipfile import ZipFile

from hypothesis import given, settings

from qingfeng.drawing.bpmn import bpmn_of
from qingfeng.drawing.layout import draw
from qingfeng.drawing.page import html_of
from qingfeng.drawing.sheet import SIGNS, Block, Item, Mark, Sheet, sheet_of, with_findings
from qingfeng.drawing.svg import svg_of
from qingfeng.drawing.versions import compared, count
from qingfeng.drawing.word import docx_of
from tests.drawing.maps import sheets
from tests.drawing.shipped import version
from tests.drawing.test_layout import faults

NEW = sheet_of(version("a000/penalty"), turns=False)


def older() -> Sheet:
    """An earlier version of the map: another level and wording at 立案, another owner at 调查, no 审查, and 归档 at the end."""
    found, opened, investigate, _, *rest = NEW.blocks
    opened = replace(opened, level="低", rank=0, risks=(opened.risks[0], replace(opened.risks[1], text="向被举报人或者被调查对象泄露信息。")))
    investigate = replace(investigate, owner="办理人")
    archive = Block(id="archive", number=9, name="归档", label="归档", level="低", rank=0, risks=(Item(number=1, text="不按时归档。"),))
    return replace(NEW, blocks=(found, opened, investigate, *rest, archive), version="2021-07-15")


def test_what_was_added_removed_and_reworded_is_marked() -> None:
    both = compared(older(), NEW)
    marks = {block.id: block.mark for block in both.blocks}
    assert marks["review"] is Mark.ADDED
    assert marks["archive"] is Mark.REMOVED
    assert marks["open_case"] is Mark.CHANGED
    assert marks["investigate"] is Mark.CHANGED
    assert marks["serve"] is Mark.SAME
    opened = next(block for block in both.blocks if block.id == "open_case")
    assert opened.was == ("风险等级原为：低",)
    assert [item.mark for item in opened.risks] == [Mark.SAME, Mark.CHANGED, Mark.ADDED]
    assert opened.risks[1].was == "向被举报人或者被调查对象泄露信息。"
    assert both.blocks[-1].id == "archive", "what is gone stands where it stood"
    assert count(both)[Mark.REMOVED] == 2  # the step and its risk


def test_a_version_compared_with_itself_bears_no_mark() -> None:
    assert not any(count(compared(NEW, NEW)).values())


@settings(max_examples=20, deadline=None)
@given(sheets(most=6), sheets(most=6))
def test_any_two_maps_can_be_drawn_on_one(old: Sheet, new: Sheet) -> None:
    both = compared(old, new)
    ids = [block.id for block in both.blocks]
    assert len(ids) == len(set(ids))
    assert {*ids} == {block.id for block in (*old.blocks, *new.blocks)}
    for block in new.blocks:
        shown = next(one for one in both.blocks if one.id == block.id)
        assert [item.text for item in shown.risks if item.mark is not Mark.REMOVED] == [item.text for item in block.risks]
    assert faults(draw(both, paper="a3")) == []


def test_every_format_says_the_marks_in_words() -> None:
    both = compared(older(), NEW)
    scene = draw(both, paper="a3")
    assert faults(scene) == []
    word = ZipFile(BytesIO(docx_of(both, scene))).read("word/document.xml").decode()
    for text in (svg_of(scene), html_of(both), word):
        for sign in SIGNS.values():
            assert sign in text
        assert "2021-07-15版与2024-01-01版对照" in text
    assert 'text-decoration="line-through"' in svg_of(scene)
    assert "<w:strike/>" in word
    assert b'mark="added"' in bpmn_of(both)


def test_findings_are_counted_in_words() -> None:
    live = with_findings(NEW, {"open_case": 2}, date(2026, 3, 3))
    scene = draw(live)
    assert faults(scene) == []
    texts = [words.text for words in scene.pages[0].words]
    assert texts.count("发现2项") == 1
    assert texts.count("无发现") == len(NEW.blocks) - 1
    assert "截至2026-03-03的发现" in texts
    tones = {box.block: box.tone for box in scene.pages[0].boxes if box.part == "step"}
    assert tones["open_case"] == "live"
    assert tones["decide"] == "step"


class _Outline(HTMLParser):
    """Headings of a page with their ranks, and which elements were left open."""

    def __init__(self) -> None:
        super().__init__()
        self.ranks: list[int] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.ranks.append(int(tag[1]))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "path", "only the squares of a QR code close themselves"

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag]
        self.open.pop()


def test_the_web_page_is_well_formed_and_its_headings_step_down() -> None:
    page = _Outline()
    page.feed(html_of(replace(NEW, links=(("公开页", "https://www.example.gov.cn/?a=1&b=<x>"),), agency="<b>示例局</b>")))
    assert page.open == []
    assert page.ranks[0] == 1
    assert all(b <= a + 1 for a, b in zip(page.ranks, page.ranks[1:], strict=False))
    assert page.ranks.count(2) == len(NEW.blocks)
