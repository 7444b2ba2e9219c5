"""Word files: a document printed into its template, and the text of a Word file read back to be compared with what was approved.

Two witnesses: the canonical text is put together from the data, the Word file by docxtpl from the template; they must agree.
What reads and writes Word files is imported late: a worker of the site that prints nothing is 7 MB smaller.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from qingfeng.terms.text import Text

from .fill import NUMBER_MARK, UNNUMBERED, Document, canonical_text, footer_line, grouped, hash_of

_COPY = "(?:第[0-9]份：[^　]{1,20}|草稿，未经核定)"
FOREIGN = (
    "drawing",
    "pict",
    "object",
    "ins",
    "del",
    "moveFrom",
    "moveTo",
    "vanish",
    "altChunk",
    "txbxContent",
    "comment",
    "footnoteReference",
)
"""What no template holds: where text could be hidden, or shown that is not in the text."""


class NotThePaper(Exception):
    """A Word file that is not, or not only, the document that was approved; says why in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


def as_word(document: Document, *, copy: str | None = None) -> bytes:
    """Return the document as .docx; the same bytes every time.  Raises NotThePaper if the template says something else."""
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]  # ships no types
    from jinja2 import Environment, StrictUndefined

    from .templating import settled, template_path

    template = DocxTemplate(str(template_path(document.kind.id)))
    template.render(_context(document, copy), Environment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    out = BytesIO()
    template.save(out)
    printed = settled(out.getvalue())
    if text_of_word(printed, number=document.number) != document.text:
        raise NotThePaper(
            f"模板 {document.kind.id}.docx 与文书数据不一致，印出的文字不是核定的文字；请运行 scripts/make_templates.py 重新生成模板。",
            f"The template {document.kind.id}.docx does not say what the data says; build it again with scripts/make_templates.py.",
        )
    return printed


def _context(document: Document, copy: str | None) -> dict[str, Any]:
    """Return what the template's places stand for; \\a begins a paragraph of the same form."""
    context: dict[str, Any] = dict.fromkeys(document.kind.conditions(), "")
    for name, value in document.fields.items():
        context[name] = value.replace("\n", "\a") if isinstance(value, str) else value
    for shown in document.blocks:
        if shown["type"] == "list":
            context[shown["of"] + "_rows"] = [dict(zip(shown["names"], row, strict=True)) for row in shown["rows"]]
    for name in _in_line(document):
        context[name] = "、".join(document.fields[name])
    return context | {
        "qf_agency": document.agency,
        "qf_number": document.number or UNNUMBERED,
        "qf_footer": footer_line(document, copy),
    }


def _in_line(document: Document) -> set[str]:
    """Return the lists that are said within a sentence and nowhere item by item."""
    whole = {
        b.content if b.type == "each" else b.content["of"] for b in document.kind.blocks if b.type in ("each", "list")
    }
    return {n for n, v in document.fields.items() if isinstance(v, list) and n not in whole}


def text_of_word(file: bytes, *, number: str | None) -> str:
    """Return the canonical text of a Word file, its number replaced by the mark.  Raises NotThePaper."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.oxml.ns import qn

    try:
        word = docx.Document(BytesIO(file))
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        raise NotThePaper("文件不是 Word 文档（.docx）。", "The file is no Word document (.docx).") from error
    body = word.element.body
    for name in FOREIGN:
        if next(body.iter(qn(f"w:{name}")), None) is not None:
            raise NotThePaper(
                f"文件中有模板里没有的成分（{name}：图片、修订、批注或者隐藏文字），不能作为核定的文书；请用系统印出的文件。",
                f"The file holds what no template holds ({name}: picture, revision, comment or hidden text); use the file as printed.",
            )
    lines = [line for paragraph in body.iter(qn("w:p")) for line in _paragraph(paragraph).split("\n")]
    for place, line in enumerate(lines):
        if line.strip() == (number or UNNUMBERED):
            lines[place] = NUMBER_MARK
            break
    return canonical_text(lines)


def hash_of_word(file: bytes, *, number: str | None) -> str:
    """Return the hash of a Word file's text, its head and foot looked at too.  Raises NotThePaper."""
    import docx

    digest = hash_of(text_of_word(file, number=number))
    _check_margins(docx.Document(BytesIO(file)), digest, number)
    return digest


def _check_margins(word: Any, digest: str, number: str | None) -> None:
    """Refuse words at head or foot that the program did not print there: only page, number or case, hash and copy stand there."""
    from docx.oxml.ns import qn

    head = re.escape(number) if number else "[^　]{1,80}"
    foot = re.compile(f"{head}　校验码 {grouped(digest)}(　{_COPY})?")
    for section in word.sections:
        edges = (
            section.header,
            section.first_page_header,
            section.even_page_header,
            section.footer,
            section.first_page_footer,
        )
        for edge in (*edges, section.even_page_footer):
            lines = [
                line.strip()
                for paragraph in edge._element.iter(qn("w:p"))
                for line in _paragraph(paragraph).split("\n")
            ]
            if any(line and not re.fullmatch(r"—\s*[0-9]*\s*—", line) and not foot.fullmatch(line) for line in lines):
                raise NotThePaper(
                    "文件页眉、页脚的文字或者正文被改动（页脚的校验码与正文不符）；请用系统印出的文件。",
                    "Words at the head or foot, or the text itself, were changed (the hash at the foot does not fit the text).",
                )


def _paragraph(paragraph: Any) -> str:
    from docx.oxml.ns import qn

    said: Mapping[str, str] = {qn("w:tab"): "　", qn("w:br"): "\n", qn("w:cr"): "\n"}
    return "".join(node.text or "" if node.tag == qn("w:t") else said.get(node.tag, "") for node in paragraph.iter())
