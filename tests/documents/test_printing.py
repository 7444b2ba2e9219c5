"""What is printed is what was approved: Word files and PDF say the canonical text and nothing else, whatever people typed."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pypdf
import pytest
from docx.oxml import OxmlElement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingfeng.documents import pdf, templating, word
from qingfeng.documents.fill import Document, composed
from qingfeng.documents.kinds import instruments
from qingfeng.documents.pdf import NoFont, Sheet, as_pdf, bound, first_pages
from qingfeng.documents.templating import build_template, template_path
from qingfeng.documents.word import NotThePaper, as_word, hash_of_word
from tests.documents.conftest import Told

KINDS = list(instruments().kinds)


def contents(packed: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(packed)) as read:
        return {name: read.read(name) for name in read.namelist()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_template_that_is_checked_in_is_the_one_that_the_data_makes(kind: str) -> None:
    assert contents(template_path(kind).read_bytes()) == contents(build_template(instruments().kinds[kind]))


def test_there_is_no_template_without_an_instrument() -> None:
    assert {p.stem for p in template_path("x").parent.glob("*.docx")} == set(KINDS)


def said(document: Document, **fields: str | list[str]) -> Document:
    """Return a document with other words in some fields."""
    return composed(
        document.kind,
        {**document.fields, **fields},
        number=document.number,
        agency=document.agency,
        case=document.case,
        anchor=1,
    )


def joined(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)  # a long word is broken by an invisible space


@pytest.mark.parametrize(
    "words",
    [
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{%p if party %}",
        "<w:p/>&amp;&\"'",
        "#eval(1) $x$ *粗* @a <label>",
        "\\a\\n",
        "甲\n乙\n丙",
        "𠮷𬱖",
    ],
)
def test_what_people_typed_is_printed_as_typed_in_both(full: Told, words: str) -> None:
    document = said(full.fill("penalty_decision"), party=words, evidence=[words.replace("\n", "　")])
    for line in words.split("\n"):
        assert line in document.text
    assert word.text_of_word(as_word(document), number=document.number) == document.text
    pages = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(as_pdf(document))).pages)
    assert all(joined(line) in joined(pages) for line in words.split("\n"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=60).filter(
        lambda t: t.strip()
    )
)
def test_any_text_survives_the_template(full: Told, words: str) -> None:
    document = said(full.fill("penalty_decision"), party=words.strip())
    if "{_{" in words or "}_}" in words:
        return
    assert word.text_of_word(as_word(document), number=document.number) == document.text


def test_a_pdf_says_every_line_of_the_text_and_bears_number_and_hash(full: Told) -> None:
    for kind in ("penalty_decision", "case_opening_approval", "prior_notice"):
        document = full.fill(kind)
        pages = [joined(page.extract_text()) for page in pypdf.PdfReader(BytesIO(as_pdf(document))).pages]
        whole = "".join(page.rpartition("—")[0].rpartition("—")[0] for page in pages)
        for line in document.text.split("\n"):
            if line != "〔文号〕":
                assert joined(line) in whole, line
        assert all(document.code in page for page in pages)
    assert "示应急罚〔2026〕1号" in joined(
        "".join(pypdf.PdfReader(BytesIO(as_pdf(full.fill("penalty_decision")))).pages[0].extract_text())
    )


def test_printing_twice_gives_the_same_bytes(full: Told) -> None:
    document = full.fill("penalty_decision")
    assert as_word(document) == as_word(document)
    assert as_pdf(document) == as_pdf(document)


def test_a_pdf_is_a4_and_brings_its_fonts_along(full: Told) -> None:
    page = pypdf.PdfReader(BytesIO(as_pdf(full.fill("penalty_decision")))).pages[0]
    assert [round(float(x)) for x in page.mediabox[2:]] == [595, 842]
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    assert all({"/FontFile2", "/FontFile3"} & font.get_object().keys() for font in fonts)


def test_without_a_chinese_font_there_is_no_pdf_but_a_message(full: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    class Latin:
        def families(self) -> list[str]:
            return ["DejaVu Sans"]

    monkeypatch.setattr(pdf, "_fonts", Latin)
    with pytest.raises(NoFont) as found:
        as_pdf(full.fill("penalty_decision"))
    assert "fonts-noto-cjk" in found.value.message.zh
    assert "fonts-noto-cjk" in found.value.message.en


def test_bound_papers_say_on_which_page_each_begins(full: Told) -> None:
    decision = full.fill("penalty_decision")
    cover = Sheet(document=full.fill("case_opening_approval"), front=True)
    sheets = [
        cover,
        Sheet(document=decision, restart=True),
        Sheet(document=full.fill("final_report")),
        Sheet(document=decision),
    ]
    pages = [joined(p.extract_text()) for p in pypdf.PdfReader(BytesIO(bound(sheets, title="卷"))).pages]
    starts = first_pages(sheets, title="卷")[1:]
    assert starts[0] == 1
    assert starts == sorted(starts)
    for start, title in zip(starts, ("行政处罚决定书", "调查终结报告", "行政处罚决定书"), strict=True):
        assert title in pages[start]  # the cover is page 0 and bears no number
        assert f"—{start}—" in pages[start]
    assert "—1—" not in pages[0]


def changed(file: bytes, old: str, new: str) -> bytes:
    """Return a Word file in which somebody changed some words."""
    out = BytesIO()
    with ZipFile(BytesIO(file)) as read, ZipFile(out, "w", ZIP_DEFLATED) as write:
        for name in read.namelist():
            raw = read.read(name)
            if name == "word/document.xml":
                assert old.encode() in raw
                raw = raw.replace(old.encode(), new.encode(), 1)
            write.writestr(name, raw)
    return out.getvalue()


def test_one_changed_character_in_a_word_file_is_noticed(full: Told) -> None:
    document = full.fill("penalty_decision")
    file = as_word(document)
    assert hash_of_word(file, number=document.number) == document.hash
    for old, new in (("壹万伍仟", "壹万肆仟"), ("示应急罚〔2026〕1号", "示应急罚〔2026〕2号")):
        with pytest.raises(NotThePaper, match="does not fit"):
            hash_of_word(changed(file, old, new), number=document.number)


def test_words_added_at_the_foot_of_a_word_file_are_noticed(full: Told) -> None:
    document = full.fill("penalty_decision")
    opened = docx.Document(BytesIO(as_word(document)))
    opened.sections[0].footer.add_paragraph("罚款可以面交承办人")
    out = BytesIO()
    opened.save(out)
    with pytest.raises(NotThePaper):
        hash_of_word(out.getvalue(), number=document.number)


@pytest.mark.parametrize("tag", ["w:drawing", "w:ins", "w:del", "w:vanish", "w:pict"])
def test_a_word_file_with_hidden_or_foreign_parts_is_not_the_paper(full: Told, tag: str) -> None:
    document = full.fill("penalty_decision")
    opened = docx.Document(BytesIO(as_word(document)))
    opened.paragraphs[3].runs[0]._r.append(OxmlElement(tag))
    out = BytesIO()
    opened.save(out)
    with pytest.raises(NotThePaper):
        hash_of_word(out.getvalue(), number=document.number)


def test_what_is_no_word_file_is_told() -> None:
    for raw in (b"", b"%PDF-1.7", b"PK\x03\x04 not a zip"):
        with pytest.raises(NotThePaper) as found:
            hash_of_word(raw, number=None)
        assert found.value.message.zh


def test_a_template_that_says_something_else_than_the_data_is_refused(
    full: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    document = full.fill("penalty_decision")
    assert isinstance(tmp_path, type(template_path("x")))
    path = tmp_path / "penalty_decision.docx"
    path.write_bytes(changed(template_path("penalty_decision").read_bytes(), "百分之三", "百分之一"))
    monkeypatch.setattr(templating, "template_path", lambda kind: path)
    with pytest.raises(NotThePaper, match="make_templates"):
        as_word(document)


def test_a_long_word_stays_within_the_margins(full: Told) -> None:
    document = said(full.fill("penalty_decision"), party="x" * 180, evidence=["http://example.cn/" + "a" * 200])
    places: list[float] = []

    def note(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            places.append(tm[4] * cm[0] + cm[4] + len(text.strip().replace("\u200b", "")) * size * 0.3)

    for page in pypdf.PdfReader(BytesIO(as_pdf(document))).pages:
        page.extract_text(visitor_text=note)
    assert max(places) < 595
