"""Every form in which a map leaves the system, by name: what the command line, the site and the tests offer is this one list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qingfeng.terms.text import Text

from .bpmn import bpmn_of
from .layout import draw
from .page import html_of
from .paper import AUTO
from .sheet import Sheet
from .svg import svg_of
from .typeset import pdf_of, png_of
from .word import docx_of

SCREEN = "screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A form of file.  paper: on which it is drawn unless another is named, None: it has none; turns: shows them unless told otherwise.

    verbatim: names steps as the source writes them, so that the file reads back as the same map.
    """

    name: str
    title: Text
    content_type: str
    paper: str | None
    make: Callable[[Sheet, str], list[bytes]]
    turns: bool = True
    verbatim: bool = False


def _svg(sheet: Sheet, paper: str) -> list[bytes]:
    return [svg_of(draw(sheet, paper=paper)).encode("utf-8")]


def _pdf(sheet: Sheet, paper: str) -> list[bytes]:
    return [pdf_of(draw(sheet, paper=paper))]


def _png(sheet: Sheet, paper: str) -> list[bytes]:
    return png_of(draw(sheet, paper=paper))


def _docx(sheet: Sheet, paper: str) -> list[bytes]:
    return [docx_of(sheet, draw(sheet, paper=paper))]


def _html(sheet: Sheet, paper: str) -> list[bytes]:
    return [html_of(sheet).encode("utf-8")]


def _bpmn(sheet: Sheet, paper: str) -> list[bytes]:
    return [bpmn_of(sheet)]


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format(name="svg", title=Text(zh="矢量图", en="Picture (SVG)"), content_type="image/svg+xml", paper=SCREEN, make=_svg),
        Format(name="png", title=Text(zh="图片", en="Picture (PNG)"), content_type="image/png", paper=SCREEN, make=_png),
        Format(name="pdf", title=Text(zh="打印件", en="Print (PDF)"), content_type="application/pdf", paper=AUTO, make=_pdf),
        Format(name="docx", title=Text(zh="Word（可编辑）", en="Word, to edit"), paper=AUTO, make=_docx, turns=False, verbatim=True,
               content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        Format(name="html", title=Text(zh="网页", en="Web page"), content_type="text/html; charset=utf-8", paper=None, make=_html),
        Format(name="bpmn", title=Text(zh="流程模型 BPMN 2.0", en="Process model BPMN 2.0"), content_type="application/xml", paper=None,
               make=_bpmn),
    )
}  # fmt: skip
