"""The files that this project began with: every text by identity against the reviewed maps, which the importer never looks up."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from qingfeng.importing.maps import Reading, read_maps
from qingfeng.importing.proposals import map_part
from qingfeng.importing.read import read_document
from tests.importing.judge import differences, reviewed, undoubted_errors

FILES = Path(__file__).parent / "files"
POWERS = Path(__file__).parents[2] / "powers"
SEEDS = {"000_48b94dbafaed39e6.txt": 4, "001_f17f729e78b32b9b.txt": 3, "002_efbc419af5a158b2.txt": 7}
LICENCE_OF_ALL, OTHER, PENALTY = (
    ("001_f17f729e78b32b9b.txt", 1),
    ("001_f17f729e78b32b9b.txt", 2),
    ("001_f17f729e78b32b9b.txt", 3),
)


@cache
def truth() -> dict[tuple[str, int], dict[str, Any]]:
    """The reviewed maps by document and number."""
    found = {}
    for path in sorted(POWERS.glob("a00*/*.yaml")):
        power = dict(map_part(path.read_text(encoding="utf-8")))
        found[power["source"]["document"], power["source"]["diagram"]] = power
    assert len(found) == 14
    return found


@cache
def read(name: str) -> Reading:
    """A file, read."""
    return read_maps(read_document((FILES / name).read_bytes(), name))


@pytest.mark.parametrize(("name", "count"), SEEDS.items())
def test_text_without_places_gives_every_map_and_doubts_what_it_may_have_wrong(name: str, count: int) -> None:
    maps = read(name).maps
    assert len(maps) == count
    for found in maps:
        power = truth()[name, found.number]
        told = reviewed(power)
        assert found.power == power["title"]["zh"]
        assert (found.kind or "other_power") == power["kind"]
        assert list(undoubted_errors(found, told)) == []
        texts = sorted(item.text for box in found.boxes for item in box.items)
        assert texts == sorted(text for step in told.values() for text in (*step[0], *step[1])), (
            "a text was lost or invented"
        )
        assert [step.name for step in found.steps] == [step for step in told if step != "全过程"]
    assert "borders" in {doubt.code for doubt in read(name).doubts}


@pytest.mark.parametrize("number", range(1, 15))
def test_what_the_text_says_of_a_box_stays_with_the_box(number: int) -> None:
    (name, diagram), power = list(truth().items())[number - 1]
    told = reviewed(power)
    found = read(name).maps[diagram - 1]
    for box in found.boxes:
        kind = 0 if box.kind == "risk" else 1
        homes = [step for step in told.values() if tuple(item.text for item in box.items) == step[kind]]
        assert homes, box
        if box.kind == "risk":
            assert box.level in {home[2] for home in homes}
        else:
            assert box.owner in {home[3] for home in homes}


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("penalty-textboxes.docx", [PENALTY]),
        ("penalty-alternate-content.docx", [PENALTY]),
        ("penalty-table.docx", [PENALTY]),
        ("energy-three-powers.doc", [LICENCE_OF_ALL, OTHER, PENALTY]),
    ],
)
def test_files_with_places_are_read_without_a_mistake(name: str, wanted: list[tuple[str, int]]) -> None:
    maps = read(name).maps
    assert len(maps) == len(wanted)
    for found, key in zip(maps, wanted, strict=True):
        told = reviewed(truth()[key])
        told.pop("全过程", None)  # the box of the whole process stands in the text alone, not in the drawing
        assert differences(found, told) == []
        assert not [doubt for doubt in found.doubts if doubt.code == "pairing"]


def test_a_print_that_cuts_text_away_is_doubted_and_nothing_is_invented() -> None:
    (found,) = read("penalty.pdf").maps
    told = reviewed(truth()[PENALTY])
    for step in found.filled():
        for item in (*step.risks, *step.measures):
            assert any(text.startswith(item.text) for text in (*told[step.name][0], *told[step.name][1])), item
        assert step.level is None
        assert step.owner is None
    codes = [doubt.code for doubt in found.doubts]
    assert codes.count("cut_off") == 1
    assert codes.count("no_level") == codes.count("no_owner") == 5


def test_defects_of_the_sources_are_told() -> None:
    award = read("000_48b94dbafaed39e6.txt").maps[2]
    assert [doubt.place.zh for doubt in award.doubts if doubt.code == "no_level"] == [
        "环节“组织考核”",
        "环节“初步评定”",
    ]
    assert "step_or_measure" in {doubt.code for doubt in award.doubts}
    sanction = read("002_efbc419af5a158b2.txt").maps[6]
    foreign = [doubt.text for doubt in sanction.doubts if doubt.code == "foreign_object"]
    assert "截留或私分罚没款物，使用丢失或损毁扣押的财物。" in foreign
    equal = [doubt for doubt in read("002_efbc419af5a158b2.txt").doubts if doubt.code == "equal_maps"]
    assert [doubt.alternatives for doubt in equal] == [("4", "6")]


@pytest.mark.parametrize(
    ("name", "number", "text", "reading"),
    [
        ("000_48b94dbafaed39e6.txt", 1, "随意行驶自由裁量权。", "随意行使自由裁量权。"),
        ("001_f17f729e78b32b9b.txt", 3, "不听取当事人陈诉申辩、不进行复议。", "不听取当事人陈述申辩、不进行复议。"),
        (
            "001_f17f729e78b32b9b.txt",
            1,
            "专定评审、现场认证程序不规范，未严格执行回避制度。",
            "专家评审、现场认证程序不规范，未严格执行回避制度。",
        ),
        (
            "002_efbc419af5a158b2.txt",
            2,
            "应该监管而玩忽职守、巡视舞弊监督不到位或者监督不及时。",
            "应该监管而玩忽职守、徇私舞弊监督不到位或者监督不及时。",
        ),
        ("002_efbc419af5a158b2.txt", 5, "无原因超时实施。。", "无原因超时实施。"),
    ],
)
def test_slips_stay_with_a_reading_beside_them(name: str, number: int, text: str, reading: str) -> None:
    found = read(name).maps[number - 1]
    doubts = {doubt.text: doubt.alternatives for doubt in found.doubts if doubt.code == "reading"}
    assert doubts[text] == (reading,)
    assert text in {item.text for box in found.boxes for item in box.items}


def test_the_reviewed_maps_are_not_known_to_the_importer() -> None:
    package = Path(__file__).parents[2] / "src" / "qingfeng" / "importing"
    words = "".join(
        path.read_text(encoding="utf-8") for path in sorted(package.glob("*.*")) if path.suffix in {".py", ".yaml"}
    )
    texts = [
        text
        for power in truth().values()
        for step in reviewed(power).values()
        for text in (*step[0], *step[1])
        if len(text) > 9
    ]
    assert len(texts) > 250
    assert not [text for text in texts if text in words]
    assert yaml.safe_load((package / "stages.yaml").read_text(encoding="utf-8"))["stages"]
