"""The same map is read the same from every form in which a file may hold it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng.importing.maps import read_maps
from qingfeng.importing.read import read_document
from tests.importing import makers
from tests.importing.judge import differences, read_as, told_by
from tests.importing.others import ALL, FORESTRY, MARKET, Other

FILES = Path(__file__).parent / "files"
BY_NAME = {other.title: other for other in ALL}


def only(data: bytes, name: str, other: Other) -> list[str]:
    reading = read_maps(read_document(data, name))
    assert [read.title for read in reading.maps] != [], [doubt.what.zh for doubt in reading.doubts]
    (read,) = reading.maps
    assert (read.agency, read.power, read.kind or "other_power") == (other.agency, other.title, other.kind)
    assert read.scheme == list(other.scheme)
    return differences(read, told_by(other))


@pytest.mark.parametrize("form", makers.FORMS)
@pytest.mark.parametrize("other", BY_NAME.values(), ids=BY_NAME)
def test_word_in_every_form_of_its_text_boxes(other: Other, form: str) -> None:
    assert only(makers.docx_of(other, form), "a.docx", other) == []


@pytest.mark.parametrize("form", makers.FORMS)
def test_without_any_line_the_row_decides(form: str) -> None:
    assert only(makers.docx_of(FORESTRY, form, links=False), "a.docx", FORESTRY) == []


@pytest.mark.parametrize("other", BY_NAME.values(), ids=BY_NAME)
def test_risks_may_stand_on_the_right(other: Other) -> None:
    assert only(makers.docx_of(other, "wps", risks_right=True), "a.docx", other) == []


@pytest.mark.parametrize("other", BY_NAME.values(), ids=BY_NAME)
def test_slides(other: Other) -> None:
    assert only(makers.pptx_of(other), "a.pptx", other) == []


@pytest.mark.parametrize("other", BY_NAME.values(), ids=BY_NAME)
def test_sheets(other: Other) -> None:
    assert only(makers.xlsx_of(other), "a.xlsx", other) == []


@pytest.mark.parametrize("other", BY_NAME.values(), ids=BY_NAME)
def test_a_table_in_word(other: Other) -> None:
    body = (
        makers.paragraph(other.agency)
        + makers.paragraph(other.heading.replace("图", "表"))
        + makers.table(makers.table_rows(other))
    )
    assert only(makers.docx(body), "a.docx", other) == []


def test_several_maps_of_one_file_are_told_apart() -> None:
    body = makers.BREAK.join(
        makers.paragraph(other.agency) + makers.paragraph(other.heading, makers.wps_runs(*makers.drawn(other)))
        for other in ALL
    )
    reading = read_maps(read_document(makers.docx(body), "a.docx"))
    assert [read.agency for read in reading.maps] == [other.agency for other in ALL]
    for read, other in zip(reading.maps, ALL, strict=True):
        assert differences(read, told_by(other)) == []


def test_two_maps_side_by_side_are_two() -> None:
    left, lines = makers.drawn(MARKET)
    right, more = makers.drawn(FORESTRY, dx=580)
    runs = makers.wps_runs(left + right, lines + more)
    reading = read_maps(read_document(makers.docx(makers.paragraph("青岚县廉政风险防控图", runs)), "a.docx"))
    assert len(reading.maps) == 2
    assert differences(reading.maps[0], told_by(MARKET)) == []
    assert differences(reading.maps[1], told_by(FORESTRY)) == []
    assert "two_columns" in {doubt.code for doubt in reading.maps[0].doubts}


def test_a_table_of_duties_without_risks_is_no_map() -> None:
    rows = [
        [["岗位"], ["工作职责"], ["责任人"]],
        [["局长"], ["主持全面工作。"], ["示例甲"]],
        [["科长"], ["负责审批科工作。"], ["示例乙"]],
    ]
    reading = read_maps(
        read_document(makers.docx(makers.paragraph("青岚县林业局岗位职责表") + makers.table(rows)), "a.docx")
    )
    assert reading.maps == []
    assert [doubt.code for doubt in reading.doubts] == ["no_map"]


def test_typed_text_in_reading_order() -> None:
    lines = [FORESTRY.agency, FORESTRY.heading, ""]
    for step, (risks, measures, level, owner) in told_by(FORESTRY).items():
        lines += [
            step,
            *(f"{n}. {text}" for n, text in enumerate(risks, 1)),
            *([f"风险等级：{level}"] if level else []),
            "",
        ]
        lines += [*(f"{n}. {text}" for n, text in enumerate(measures, 1)), *([f"责任人：{owner}"] if owner else []), ""]
    assert only("\n".join(lines).encode("gb18030"), "a.txt", FORESTRY) == []


def test_the_power_may_be_named_below_the_title() -> None:
    shapes, lines = makers.drawn(FORESTRY)
    head = [
        makers.paragraph(text)
        for text in ("行政职权廉政风险防控图", "行政许可类", "职权编码：0103", f"职权名称：{FORESTRY.title}")
    ]
    body = makers.paragraph(FORESTRY.agency) + "".join(head) + makers.paragraph("", makers.wps_runs(shapes, lines))
    assert only(makers.docx(body), "a.docx", FORESTRY) == []
    boxed = [*shapes, makers.Shape(20, 60, 200, 20, (f"职权名称：{FORESTRY.title}",))]
    body = makers.paragraph(FORESTRY.agency) + makers.paragraph("行政职权廉政风险防控图", makers.wps_runs(boxed, lines))
    assert only(makers.docx(body), "a.docx", FORESTRY) == []


def test_a_flow_from_left_to_right_is_turned() -> None:
    shapes, lines = makers.drawn(MARKET)
    turned = [makers.Shape(s.y, s.x, s.h, s.w, s.texts) for s in shapes]
    links = [makers.Link(k.y1, k.x1, k.y2, k.x2, k.arrow) for k in lines]
    body = makers.paragraph(MARKET.agency) + makers.paragraph(MARKET.heading, makers.wps_runs(turned, links))
    assert only(makers.docx(body), "a.docx", MARKET) == []


def test_sums_that_do_not_add_up_are_told() -> None:
    rows = makers.table_rows(FORESTRY)
    rows[0].append(["风险点数量"])
    for row in rows[1:]:
        row.append(["3（2高1中）"] if row[0] == ["现场踏勘"] else [])
    rows[1][-1] = ["5（1高1中）"]
    body = makers.paragraph(FORESTRY.agency) + makers.paragraph(FORESTRY.heading) + makers.table(rows)
    (read,) = read_maps(read_document(makers.docx(body), "a.docx")).maps
    told = [(doubt.code, doubt.place.zh) for doubt in read.doubts if doubt.code in {"sum", "count"}]
    assert told == [("sum", "环节“申请登记”"), ("count", "环节“申请登记”"), ("count", "环节“现场踏勘”")]


def test_the_direction_of_levels_is_read_or_asked() -> None:
    shapes, lines = makers.drawn(MARKET)
    head = makers.paragraph(MARKET.agency) + makers.paragraph(MARKET.heading, makers.wps_runs(shapes, lines))
    (silent,) = read_maps(read_document(makers.docx(head), "a.docx")).maps
    assert [doubt.alternatives for doubt in silent.doubts if doubt.code == "direction"] == [("一级、二级、三级",)]
    note = makers.paragraph("说明：风险由低到高分为一级、二级、三级。")
    (told,) = read_maps(read_document(makers.docx(head + note), "a.docx")).maps
    assert told.scheme == ["一级", "二级", "三级"]
    assert not [doubt for doubt in told.doubts if doubt.code == "direction"]


def test_a_table_of_a_binary_word_file_keeps_its_rows_though_cells_are_blank_or_long() -> None:
    assert only((FILES / "table.doc").read_bytes(), "table.doc", FORESTRY) == []


def test_a_print_whose_boxes_have_no_edges_is_read_by_its_blocks() -> None:
    (read,) = read_maps(read_document((FILES / "borderless.pdf").read_bytes(), "a.pdf")).maps
    got, truth = read_as(read), told_by(FORESTRY)
    assert [step.name for step in read.steps] == list(FORESTRY.steps)
    for step, (risks, measures, _, owner) in truth.items():
        assert (got[step][0], got[step][1], got[step][3]) == (risks, measures, owner)
