"""Looking over an import: what is kept reads back the same, changes do what they say alone, a new map in an old power keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from qingfeng.importing.apart import read_apart
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.keep import Kept, kept_from, kept_text
from qingfeng.importing.maps import read_maps
from qingfeng.importing.merge import merged
from qingfeng.importing.read import read_document
from qingfeng.importing.review import BadEdit, Edit
from qingfeng.importing.settling import Reviewed, open_doubts
from tests.importing.judge import read_as
from tests.importing.makers import docx_of
from tests.importing.others import ALL

FILES = Path(__file__).parent / "files"
POWERS = Path(__file__).parents[2] / "powers"


def kept(name: str) -> Kept:
    document = read_document((FILES / name).read_bytes(), name)
    return kept_from(kept_text(read_maps(document), document, cited=name))


@pytest.mark.parametrize("name", sorted(path.name for path in FILES.iterdir()))
def test_what_is_kept_reads_back_the_same(name: str) -> None:
    document = read_document((FILES / name).read_bytes(), name)
    reading = read_maps(document)
    again = kept_from(kept_text(reading, document, cited=name))
    assert again.maps == reading.maps
    assert again.doubts == reading.doubts
    assert [len(one.shapes) for one in again.sheets] == [len(page.boxes) for page in document.pages]


def test_a_process_of_its_own_reads_the_same_and_says_why_not() -> None:
    name = "energy-three-powers.doc"
    assert kept_from(read_apart((FILES / name).read_bytes(), name)) == kept(name)
    with pytest.raises(ImportFailed, match=r"加密|损坏|不是"):
        read_apart(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc")
    with pytest.raises(ImportFailed, match="超过0秒"):
        read_apart(b"", "a.doc", seconds=0.0)


def edit(do: str, **data: Any) -> Edit:
    return Edit.parse({"do": do, "map": 1, "target": "", "value": "", "names": [], "reason": "", **data})


@pytest.mark.parametrize("other", ALL, ids=lambda one: one.title)
def test_a_box_goes_where_it_is_put_and_every_other_stays(other: Any) -> None:
    document = read_document(docx_of(other, "wps"), "a.docx")
    start = kept_from(kept_text(read_maps(document), document, cited="a.docx"))
    for box in start.maps[0].boxes:
        for to in (*range(len(start.maps[0].steps)), None):
            found = Reviewed(start, [edit("move", target=box.id, value="whole" if to is None else str(to))])
            assert {b.id: b.step for b in found.maps[0].boxes} == {
                b.id: to if b.id == box.id else b.step for b in start.maps[0].boxes
            }
    assert start.maps[0] == read_maps(document).maps[0], "what was kept is never changed"


def test_up_and_down_undo_each_other_and_no_text_is_lost() -> None:
    start = kept("energy-three-powers.doc")
    found = Reviewed(start, [edit("up", target="3"), edit("down", target="2")])
    assert read_as(found.maps[0]) == read_as(start.maps[0])


@pytest.mark.parametrize(
    "bad",
    [
        {"do": "no"},
        {"do": "move", "target": "b1", "value": "0"},
        {"do": "head", "target": "number", "value": "7"},
        {"do": "head", "target": "kind", "value": "x: y"},
        {"do": "name", "target": "0", "value": ""},
        {"do": "name", "target": "0", "value": "a\u202eb"},
        {"do": "scheme", "names": ["低"]},
        {"do": "grade", "target": "-1", "value": "高"},
        {"do": "settle", "target": "x", "value": "keep", "reason": "已核对"},
        {"do": "text", "target": "b1:0", "value": "x" * 30_000},
    ],
    ids=lambda one: f"{one['do']} {one.get('value', '')[:5]!r}",
)
def test_a_change_that_cannot_be_made_says_why_and_changes_nothing(bad: dict[str, Any]) -> None:
    start = kept("penalty-textboxes.docx")
    found = Reviewed(start)
    with pytest.raises(BadEdit):
        found.apply(Edit.parse({"map": 1, **bad}))
    assert found.maps == start.maps


def test_a_settled_doubt_is_asked_no_more() -> None:
    start = kept("000_48b94dbafaed39e6.txt")
    n, read = next((n, one) for n, one in enumerate(start.maps, 1) if any(d.code == "pairing" for d in one.doubts))
    asked = next(one for one in open_doubts(Reviewed(start), n, read.doubts) if one.doubt.code == "pairing")
    for choice, _ in asked.choices:
        found = Reviewed(start, [edit("settle", map=n, target=asked.key, value=choice, reason="已与原件核对")])
        assert asked.key not in {one.key for one in open_doubts(found, n, found.maps[n - 1].doubts)}
        moved = next(one for one in found.maps[n - 1].boxes if one.id == asked.box)
        was = next(one for one in read.boxes if one.id == asked.box)
        assert ("whole" if moved.step is None else str(moved.step)) == choice or (
            choice == "keep" and moved.step == was.step
        )


@pytest.mark.parametrize("power", ["a000/penalty", "a001/licence", "a002/budget"])
def test_the_same_map_put_into_its_power_changes_nothing(power: str) -> None:
    version = yaml.load((POWERS / f"{power}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["versions"][-1]
    told = merged(version, version)
    assert told == version
    less = {**version, "steps": [{**step, "risks": step["risks"][:-1]} for step in version["steps"]]}
    back = merged(less, version)
    for step, was in zip(back["steps"], less["steps"], strict=True):
        assert step["risks"][: len(was["risks"])] == was["risks"], "what was bound stays bound"
        assert len({risk["id"] for risk in step["risks"]}) == len(step["risks"])
