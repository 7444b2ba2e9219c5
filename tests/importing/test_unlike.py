"""Maps in layouts that differ in kind are read as a careful clerk would read them: every text at its step or in doubt."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qingfeng.importing.maps import read_maps
from qingfeng.importing.read import read_document
from qingfeng.importing.readmap import ReadMap
from tests.importing import makers, unlike
from tests.importing.judge import differences, told_by, undoubted_errors
from tests.importing.others import Box, Other
from tests.importing.unlike import HEALTH, LAYOUTS, TRANSPORT

WORDS = {"stars": unlike.STARS, "roman": unlike.ROMAN, "letters": unlike.LETTERS}


def only(data: bytes, form: str) -> ReadMap:
    (read,) = read_maps(read_document(data, f"map.{form}")).maps
    return read


@pytest.mark.parametrize("other", [TRANSPORT, HEALTH], ids=lambda one: one.title)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_text_stands_at_its_step(layout: str, other: Other) -> None:
    form, make = LAYOUTS[layout]
    read, truth = only(make(other), form), told_by(unlike.graded(other, WORDS[layout]) if layout in WORDS else other)
    assert differences(read, truth) == []
    assert list(undoubted_errors(read, truth)) == []
    assert (read.agency, read.power) == (other.agency, other.title)
    assert not [one for one in read.doubts if one.code in ("pairing", "box_kind", "step_or_measure")], (
        "a clerk would not doubt here"
    )


def test_the_heads_of_lanes_are_no_steps_and_it_is_said() -> None:
    read = only(unlike.lanes(TRANSPORT), "docx")
    (told,) = [one for one in read.doubts if one.code == "lanes"]
    assert "服务窗口、业务科室、局领导" in told.what.zh


def test_a_table_without_lines_says_that_white_space_parted_it() -> None:
    bare = read_document(unlike.typeset(TRANSPORT, ruled=False), "a.pdf")
    assert any("没有框线" in note.zh for note in bare.notes)


def test_running_text_below_a_bare_table_is_no_part_of_it() -> None:
    document = read_document(
        unlike.typeset(
            HEALTH, ruled=False, below="说明：本表由法规科编制，每年修订一次，各科室按表执行并接受监督检查。"
        ),
        "a.pdf",
    )
    (table,) = document.pages[0].tables
    assert not any("本表由法规科编制" in cell.text for cell in table.cells)
    assert differences(read_maps(document).maps[0], told_by(HEALTH)) == []


def test_a_level_that_ran_over_the_edge_of_its_box_still_belongs_to_it() -> None:
    read = only(unlike.boxed_print(TRANSPORT, spill=True), "pdf")
    assert differences(read, told_by(TRANSPORT)) == []


def test_levels_told_by_colour_alone_stay_empty() -> None:
    risks = tuple(Box(one.step, one.items, None) for one in TRANSPORT.risks)
    bare = Other(TRANSPORT.agency, TRANSPORT.title, "licence", TRANSPORT.steps, risks, TRANSPORT.measures)
    legend = makers.paragraph("图例：红色为高风险，黄色为中风险，蓝色为低风险。")
    shapes, lines = makers.drawn(bare)
    head = makers.paragraph(bare.agency) + makers.paragraph(bare.heading, makers.wps_runs(shapes, lines))
    read = only(makers.docx(head + legend), "docx")
    assert {step.level for step in read.filled()} == {None}
    assert len([one for one in read.doubts if one.code == "no_level"]) == len(TRANSPORT.risks)


def test_maps_of_one_file_may_count_their_levels_differently() -> None:
    others = (TRANSPORT, unlike.graded(HEALTH, {"高": "一级", "中": "二级", "低": "三级"}))
    body = makers.BREAK.join(
        makers.paragraph(other.agency) + makers.paragraph(other.heading, makers.wps_runs(*makers.drawn(other)))
        for other in others
    )
    first, second = read_maps(read_document(makers.docx(body), "a.docx")).maps
    assert first.scheme == ["低", "中", "高"]
    assert second.scheme == ["二级", "一级"]


@pytest.mark.parametrize("line", ["本机关法制机构", "本单位信访工作部门", "云岭县交通运输局纪检监察组"])
def test_a_part_of_an_agency_may_be_named_as_the_agency(line: str) -> None:
    own = Other(line, TRANSPORT.title, "licence", TRANSPORT.steps, TRANSPORT.risks, TRANSPORT.measures)
    assert only(makers.docx_of(own, "wps"), "docx").agency == line


def test_a_table_of_more_steps_than_any_map_says_so() -> None:
    rows = [[["环节"], ["风险点"], ["风险等级"], ["防控措施"], ["责任人"]]]
    rows += [[[f"第{n}道手续"], ["不按规定办理。"], ["高"], ["严格执行制度。"], ["科长"]] for n in range(300)]
    reading = read_maps(read_document(makers.docx(makers.paragraph(TRANSPORT.heading) + makers.table(rows)), "a.docx"))
    assert not reading.maps
    assert "301行" in reading.doubts[-1].what.zh


OFFICE = {
    "rtf": ("docx", lambda: makers.docx_of(TRANSPORT, "wps")), "xls": ("xlsx", lambda: unlike.sheet(TRANSPORT)),
    "ods": ("xlsx", lambda: unlike.sheet(TRANSPORT)), "ppt": ("fodp", lambda: unlike.slide(TRANSPORT)),
    "odp": ("fodp", lambda: unlike.slide(TRANSPORT)), "odt": ("docx", lambda: makers.docx_of(TRANSPORT, "wps")),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("form", OFFICE)
def test_old_and_other_formats_come_back_the_same(form: str, tmp_path: Path) -> None:
    begins, make = OFFICE[form]
    source = tmp_path / f"map.{begins}"
    source.write_bytes(make())
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        form,
        "--outdir",
    ]
    subprocess.run(
        [*command, str(tmp_path / "out"), str(source)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
    read = only((tmp_path / "out" / f"map.{form}").read_bytes(), form)
    assert differences(read, told_by(TRANSPORT)) == []


@pytest.mark.parametrize("form", ["rtf", "xls", "ppt"])
def test_without_libreoffice_the_package_is_named(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from qingfeng.importing import office
    from qingfeng.importing.failure import ImportFailed

    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    heads = {
        "rtf": b"{\\rtf1\\ansi " + b"x" * 600 + b"}",
        "xls": compound("Workbook"),
        "ppt": compound("PowerPoint Document"),
    }
    packages = {"rtf": "libreoffice-writer-nogui", "xls": "libreoffice-calc-nogui", "ppt": "libreoffice-impress-nogui"}
    with pytest.raises(ImportFailed, match=packages[form]):
        read_document(heads[form], f"map.{form}")


def compound(stream: str) -> bytes:
    """An OLE file with one stream of a name, as small as the format allows."""
    sector = 512
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(10))
    head += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4) + (0x1000).to_bytes(4, "little")
    head += b"\xfe\xff\xff\xff" + bytes(4) + b"\xfe\xff\xff\xff" + bytes(4) + bytes(4) + b"\xff" * 4 * 108
    table = b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"".join(
        (n + 3 if n < 7 else 0xFFFFFFFE).to_bytes(4, "little") for n in range(8)
    )
    table = table.ljust(sector, b"\xff")

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        links = b"\xff" * 8 + child.to_bytes(4, "little")
        return (
            text.ljust(64, b"\0")
            + len(text).to_bytes(2, "little")
            + bytes([kind, 1])
            + links
            + bytes(36)
            + start.to_bytes(4, "little")
            + size.to_bytes(8, "little")
        )

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream, 2, 0xFFFFFFFF, 2, 4096) + bytes(256)
    return bytes(head[:512]).ljust(sector, b"\xff") + table + folder + bytes(4096)
