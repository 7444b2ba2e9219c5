"""Where everything stands on a map: for any sheet and paper nothing overlaps, crosses, is clipped, is lost or said twice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qingfeng.drawing.layout import draw
from qingfeng.drawing.paper import PAPERS
from qingfeng.drawing.scene import Box, Page, Scene, Words
from qingfeng.drawing.sheet import UNSAID, Sheet, sheet_of
from tests.drawing.maps import sheets
from tests.drawing.shipped import versions

ROOM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
                phases=[Phase.explicit, Phase.reuse, Phase.generate])  # fmt: skip
"""Maps are large to make up, and shrinking one takes minutes: what is wrong is named by its step and text anyway."""
SHIPPED = versions()
Rect = tuple[float, float, float, float]
Named = tuple[Rect, str]
EDGE = 1e-6


def faults(scene: Scene) -> list[str]:
    """Return what is wrong with a scene."""
    return [fault for page in scene.pages for fault in _faults(page)]


def _faults(page: Page) -> list[str]:
    boxes = [(_rect(box), f"{box.block}/{box.part}") for box in page.boxes]
    words = [(_ink(one), repr(one.text)) for one in page.words]
    free = [(_ink(one), repr(one.text)) for one in page.words if one.box is None]
    codes = [((code.x, code.y, code.x + code.size, code.y + code.size), "a code") for code in page.codes]
    rules = [(_thin(*line.points[:2]), "a rule") for line in page.lines if line.kind == "rule"]
    runs = [(line, run) for line in page.lines if line.kind not in ("inner", "rule") for run in pairwise(line.points)]
    lines = [(_thin(*run), f"a {line.kind} line") for line, run in runs]
    found = [f"{name} leaves the page" for place, name in (*boxes, *words, *codes) if not _inside(place, (0, 0, page.width, page.height))]
    found += [f"{one.text!r} leaves its box" for one in page.words if one.box is not None and not _inside(_ink(one), boxes[one.box][0])]
    found += [f"{a} and {b} overlap" for a, b in (*_pairs(boxes, boxes), *_pairs(words, words), *_pairs(free, boxes))]
    found += [f"{a} lies on {b}" for a, b in (*_pairs(codes, words), *_pairs(codes, boxes))]
    through = (*_pairs(lines, boxes), *_pairs(lines, words), *_pairs(rules, words), *_pairs(rules, codes))
    found += [f"{a} runs through {b}" for a, b in through]
    crossed = [(a, b) for (a, x), (b, y) in combinations(runs, 2) if a is not b and _meet(_wide(*x), _wide(*y))]
    return found + [f"a {a.kind} line crosses a {b.kind} line" for a, b in crossed]


def _pairs(some: list[Named], others: list[Named]) -> Iterator[tuple[str, str]]:
    """Yield the names of those that meet; of two lists that are the same, each pair once."""
    same = some is others
    ordered = sorted(enumerate(others), key=lambda one: one[1][0][1])
    tops = [place[1] for _, (place, _) in ordered]
    tallest = max((place[3] - place[1] for place, _ in others), default=0.0)
    for number, (a, name) in enumerate(some):
        for at in range(bisect_left(tops, a[1] - tallest - 1), bisect_right(tops, a[3] + 1)):
            other, (b, other_name) = ordered[at]
            if not (same and other <= number) and _meet(a, b):
                yield name, other_name


def _rect(box: Box) -> Rect:
    return box.x, box.y, box.right, box.bottom


def _ink(words: Words) -> Rect:
    """Where a line of text is seen: from the top of a Chinese character to its foot."""
    return words.left, words.y - words.size * 0.86, words.left + words.wide, words.y + words.size * 0.12


def _thin(a: tuple[float, float], b: tuple[float, float]) -> Rect:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _wide(a: tuple[float, float], b: tuple[float, float]) -> Rect:
    x1, y1, x2, y2 = _thin(a, b)
    return x1 - 0.3, y1 - 0.3, x2 + 0.3, y2 + 0.3


def _meet(a: Rect, b: Rect) -> bool:
    """True if two rectangles share more than an edge; a line is a rectangle without width, and meets what it enters."""
    return a[0] < b[2] - EDGE and b[0] < a[2] - EDGE and a[1] < b[3] - EDGE and b[1] < a[3] - EDGE


def _inside(inner: Rect, outer: Rect) -> bool:
    return inner[0] >= outer[0] - 0.1 and inner[1] >= outer[1] - 0.1 and inner[2] <= outer[2] + 0.1 and inner[3] <= outer[3] + 0.1


def said(scene: Scene) -> Counter[tuple[str, str, str]]:
    """Return every text of the boxes as (step, part, text), pieces of a text that was cut put together again."""
    told: dict[tuple[str, str], list[str]] = {}
    for page in scene.pages:
        for box in page.boxes:
            texts = told.setdefault((box.block, box.part), [])
            for place, one in enumerate(box.paragraphs):
                if one.kind == "note" and one.text == "（续）":
                    continue
                if texts and place == 0 and box.part != "step" and not one.number and one.kind == "item":
                    texts[-1] += one.text
                else:
                    texts.append(one.text)
    return Counter((block, part, text) for (block, part), texts in told.items() if block for text in texts)


def wanted(sheet: Sheet) -> Counter[tuple[str, str, str]]:
    """Return every text that a sheet must show."""
    told: Counter[tuple[str, str, str]] = Counter()
    for block in sheet.blocks:
        told[block.id, "step", block.name] += 1
        told.update((block.id, "step", turn.text) for turn in block.turns)
        told.update((block.id, "risks", item.text) for item in block.risks)
        told.update((block.id, "measures", item.text) for item in block.measures)
        if block.has_risks and not block.whole:
            told[block.id, "risks", f"风险等级：{block.level or UNSAID}"] += 1
        if block.has_measures:
            told[block.id, "measures", f"责任人：{block.owner or UNSAID}"] += 1
    return told


def drawn_words(scene: Scene) -> Counter[str]:
    """Return the characters that stand in the boxes of all pages."""
    return Counter(char for page in scene.pages for one in page.words if one.box is not None for char in one.text)


@ROOM
@given(sheets(), st.sampled_from([*PAPERS, "auto"]))
def test_nothing_overlaps_crosses_or_is_clipped(sheet: Sheet, paper: str) -> None:
    assert faults(draw(sheet, paper=paper)) == []


@ROOM
@given(sheets(most=12), st.sampled_from([*PAPERS]))
def test_every_text_is_there_exactly_once(sheet: Sheet, paper: str) -> None:
    scene = draw(sheet, paper=paper)
    assert said(scene) == wanted(sheet)
    boxes = Counter(char for page in scene.pages for box in page.boxes for one in box.paragraphs for char in one.number + one.text)
    assert drawn_words(scene) == boxes, "what a box says is what is written in it"


@ROOM
@given(sheets(), st.sampled_from([name for name, paper in PAPERS.items() if paper.height]))
def test_every_step_follows_its_forerunner_by_an_arrow_or_on_the_next_page(sheet: Sheet, paper: str) -> None:
    scene = draw(sheet, paper=paper)
    arrows = Counter(line.ends for page in scene.pages for line in page.lines if line.kind == "flow")
    for page in scene.pages:
        steps = [box.block for box in page.boxes if box.part == "step" and box.block != "whole_process"]
        for a, b in pairwise(steps):
            assert arrows[f"step:{a}", f"step:{b}"] == 1
    onward = [page for page in scene.pages[:-1] if any(box.block != "whole_process" for box in page.boxes if box.part == "step")]
    assert sum(ends[1] == "" for ends in arrows.elements()) == len(onward)


@pytest.mark.parametrize("paper", [*PAPERS, "auto"])
@pytest.mark.parametrize("version", SHIPPED, ids=lambda one: one.power)
def test_the_shipped_maps_are_without_fault(version, paper: str) -> None:  # type: ignore[no-untyped-def]
    sheet = sheet_of(version, links=(("公开页", "https://www.example.gov.cn/"),))
    scene = draw(sheet, paper=paper)
    assert faults(scene) == []
    assert said(scene) == wanted(sheet)


@pytest.mark.parametrize("version", SHIPPED, ids=lambda one: one.power)
def test_a_shipped_map_fits_one_page(version) -> None:  # type: ignore[no-untyped-def]
    scene = draw(sheet_of(version), paper="auto")
    assert len(scene.pages) == 1
    assert scene.size >= 9.0


def test_a_text_longer_than_a_page_goes_on_on_the_next() -> None:
    from qingfeng.drawing.sheet import Block, Item

    long = "不按规定受理投诉举报" * 400
    step = Block(id="s1", number=1, name="检查", label="检查", level="高", rank=2, risks=(Item(number=1, text=long),))
    sheet = Sheet(power="a900/made", title="行政检查", agency=None, version="2026-01-01", scheme=("低", "中", "高"), blocks=(step,))
    scene = draw(sheet, paper="a4-landscape")
    assert len(scene.pages) > 1
    assert faults(scene) == []
    boxes = [box for page in scene.pages for box in page.boxes if box.part == "risks"]
    assert "".join(one.text for box in boxes for one in box.paragraphs if one.kind == "item") == long


def test_the_check_itself_sees_an_overlap_a_crossing_and_a_clipped_text() -> None:
    from dataclasses import replace

    scene = draw(sheet_of(SHIPPED[3]), paper="a3")
    page = scene.pages[0]
    page.boxes.append(replace(page.boxes[5], x=page.boxes[5].x + 3))
    page.words.append(replace(page.words[10], x=page.words[10].x + 5_000))
    page.lines.append(replace(page.lines[-1], kind="turn", ends=("", ""), points=((0.0, 400.0), (page.width, 400.0))))
    told = " ".join(faults(scene))
    for part in ("overlap", "leaves the page", "runs through", "crosses", "leaves its box"):
        assert part in told
