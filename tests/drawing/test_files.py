"""The files: well formed, searchable, the same twice over, and what they hold read back by other programs."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from lxml import etree
from PIL import Image

from qingfeng.drawing.bpmn import BPMNDI, DC, MODEL, OWN, bpmn_of
from qingfeng.drawing.formats import FORMATS
from qingfeng.drawing.layout import draw
from qingfeng.drawing.sheet import Sheet, sheet_of
from qingfeng.drawing.svg import page_svg, svg_of
from qingfeng.drawing.typeset import pdf_of, png_of
from qingfeng.drawing.word import docx_of
from tests.drawing.maps import sheets
from tests.drawing.shipped import version, versions

LINKS = (("公开页", "https://www.example.gov.cn/powers/a000/penalty/"),)
SHEET = sheet_of(version("a000/penalty"), links=LINKS)
HOSTILE = replace(SHEET, title='<script>&"\'', agency="</text><x>", blocks=tuple(replace(b, name=b.name + "<&>\"'") for b in SHEET.blocks))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_map_gives_the_same_bytes(name: str) -> None:
    form = FORMATS[name]
    assert form.make(SHEET, form.paper or "") == form.make(SHEET, form.paper or "")


@pytest.mark.parametrize("sheet", [SHEET, HOSTILE])
def test_an_svg_is_xml_without_script_or_anything_fetched(sheet: Sheet) -> None:
    root = etree.fromstring(svg_of(draw(sheet)).encode())
    names = {etree.QName(one).localname for one in root.iter() if isinstance(one.tag, str)}
    assert names <= {"svg", "title", "desc", "rect", "g", "text", "polyline", "polygon", "circle", "path"}
    assert not [one for one in root.iter() for attribute in one.attrib if "href" in attribute]
    assert "url(" not in svg_of(draw(sheet))


@settings(max_examples=15, deadline=None)
@given(sheets(most=8))
def test_svg_word_and_bpmn_of_any_map_are_well_formed_and_hold_every_text(sheet: Sheet) -> None:
    scene = draw(sheet, paper="a3")
    for number in range(len(scene.pages)):
        etree.fromstring(page_svg(scene, number).encode())
    word = ZipFile(BytesIO(docx_of(sheet, scene)))
    assert word.testzip() is None
    for part in word.namelist():
        if part.endswith((".xml", ".rels")):
            etree.fromstring(word.read(part))
    process = etree.fromstring(bpmn_of(sheet))
    risks = [one.text for one in process.iter(f"{{{OWN}}}risk")]
    assert sorted(risks) == sorted(item.text for block in sheet.blocks for item in block.risks)


def test_a_pdf_can_be_searched_and_carries_its_fonts() -> None:
    from pypdf import PdfReader

    scene = draw(SHEET, paper="a4")
    reader = PdfReader(BytesIO(pdf_of(scene)))
    assert len(reader.pages) == len(scene.pages) == 2
    assert [round(float(reader.pages[0].mediabox.width)), round(float(reader.pages[0].mediabox.height))] == [595, 842]
    text = "".join(page.extract_text() for page in reader.pages)
    for words in ("不按规定受理或回避", "风险等级：中", "责任人：立案人员", "接下页", "行政职权廉政风险防控图（行政处罚）"):
        assert words in text.replace("\n", ""), words
    named: list[Any] = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    fonts = [below.get_object()["/FontDescriptor"] for font in named for below in font["/DescendantFonts"]]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor.get_object()) for descriptor in fonts)
    assert reader.metadata is not None
    assert reader.metadata.title == SHEET.heading


def test_a_picture_is_as_large_as_its_paper_and_the_code_on_it_stands_square() -> None:
    (data,) = png_of(draw(SHEET, paper="a3"), dots_per_inch=72)
    picture = Image.open(BytesIO(data))
    assert picture.size == (842, 1191)
    code = draw(SHEET, paper="a3").pages[0].codes[0]
    assert len(code.rows) == len(code.rows[0])
    assert all(code.rows[0][:7])
    assert not any(code.rows[1][1:6])


def test_the_picture_of_a_letter_is_ink_and_no_empty_box() -> None:
    scene = draw(SHEET, paper="a3")
    (data,) = png_of(scene, dots_per_inch=144)
    picture = Image.open(BytesIO(data)).convert("L")
    title = next(words for words in scene.pages[0].words if words.text == SHEET.heading)
    glyphs = set()
    for place in range(4):
        x = title.left + place * title.size
        box = tuple(round(2 * edge) for edge in (x, title.y - title.size * 0.9, x + title.size, title.y + title.size * 0.15))
        glyphs.add(picture.crop(box).tobytes())  # type: ignore[arg-type]
    assert len(glyphs) == 4, "four different characters look different"


def test_word_holds_each_text_in_an_editable_shape_and_once_more_for_older_readers() -> None:
    scene = draw(SHEET, paper="a3")
    root = etree.fromstring(ZipFile(BytesIO(docx_of(SHEET, scene))).read("word/document.xml"))
    mc = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    shapes = list(root.iter(f"{mc}AlternateContent"))
    boxes, runs = scene.pages[0].boxes, sum(len(line.points) - 1 for line in scene.pages[0].lines if line.kind not in ("inner", "rule"))
    assert len(shapes) == len(boxes) + runs
    for shape in shapes:
        new, old = ([" ".join(text.text or "" for text in branch.iter(f"{W}t"))] for branch in shape)
        assert new == old
    told = "".join(text.text or "" for text in root.iter(f"{W}t"))
    for block in SHEET.blocks:
        for item in (*block.risks, *block.measures):
            assert told.count(item.text) >= 2
    ids = [one.get("id") for one in root.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("one", versions(), ids=lambda one: one.power)
def test_bpmn_has_a_place_for_every_node_and_flow_and_all_words_of_the_map(one) -> None:  # type: ignore[no-untyped-def]
    sheet = sheet_of(one, links=LINKS)
    root = etree.fromstring(bpmn_of(sheet))
    process = root.find(f"{{{MODEL}}}process")
    assert process is not None
    elements = [part for part in process if part.get("id") and etree.QName(part).localname != "extensionElements"]
    placed = {part.get("bpmnElement") for part in root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")}
    assert {part.get("id") for part in elements} == placed
    tasks = [part for part in elements if etree.QName(part).localname == "userTask"]
    assert [task.get("name") for task in tasks] == [block.name for block in sheet.steps]
    for task, block in zip(tasks, sheet.steps, strict=True):
        step = task.find(f".//{{{OWN}}}step")
        assert step is not None
        assert (step.get("level"), step.get("owner")) == (block.level, block.owner)
        assert [part.text for part in step.findall(f"{{{OWN}}}risk")] == [item.text for item in block.risks]
        assert [part.text for part in step.findall(f"{{{OWN}}}measure")] == [item.text for item in block.measures]
    rects = [tuple(float(bounds.get(key, "")) for key in ("x", "y", "width", "height")) for bounds in root.iter(f"{{{DC}}}Bounds")]
    for place, (x, y, w, h) in enumerate(rects):
        for a, b, c, d in rects[place + 1 :]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y, "shapes do not overlap"


def test_a_return_is_a_flow_with_a_condition_and_straight_on_is_the_default() -> None:
    root = etree.fromstring(bpmn_of(SHEET))
    flows = {flow.get("id"): flow for flow in root.iter(f"{{{MODEL}}}sequenceFlow")}
    for gate in root.iter(f"{{{MODEL}}}exclusiveGateway"):
        leaving = [flow for flow in flows.values() if flow.get("sourceRef") == gate.get("id")]
        plain = [flow.get("id") for flow in leaving if flow.find(f"{{{MODEL}}}conditionExpression") is None]
        assert plain == [gate.get("default")]
        assert len(leaving) > 1
        ends = {node.get("id"): node.get("name") for node in root.iter(f"{{{MODEL}}}endEvent")}
        assert all(flow.get("name") or ends[flow.get("targetRef")] for flow in leaving if flow.get("id") != gate.get("default"))
    review = next(flow for flow in flows.values() if flow.get("name") == "退回“调查”：审核退回" and flow.get("sourceRef") == "gateway_4")
    assert review.get("targetRef") == "step_3"
