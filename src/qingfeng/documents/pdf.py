"""PDF files, set by typst from the same filled blocks; fonts are the machine's own, nothing is fetched from anywhere.

The same document on the same fonts gives the same bytes: no time of making is written into the file.
The typesetter is imported late: a worker of the site that prints nothing is 7 MB smaller.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingfeng.terms.text import Text

from .fill import UNNUMBERED, Document, footer_line
from .kinds import HERE

if TYPE_CHECKING:
    import typst

SETTING = HERE / "paper.typ"
SONG = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Songti SC",
    "SimSun",
    "NSimSun",
    "AR PL UMing CN",
)
FONTS = {  # for each part the fonts that an office has, best first; what is last is free and in every distribution
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", *SONG),
    "body": ("FangSong", "FangSong_GB2312", "STFangsong", "FZFangSong-Z02S", *SONG),
    "label": ("SimHei", "STHeiti", "Heiti SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", *SONG),
}


class NoFont(Exception):
    """No Chinese font is installed: a PDF without its characters would be worse than none."""

    def __init__(self) -> None:
        self.message = Text(
            zh="本机没有中文字体，不能制作 PDF（缺字会印成方框）；请安装一种，例如 Debian：apt-get install fonts-noto-cjk。Word 文件不受影响。",
            en="No Chinese font is installed, so a PDF would show boxes; install one, on Debian: apt-get install fonts-noto-cjk. "
            "Word files are not affected.")  # fmt: skip
        super().__init__(self.message.en)


class CannotSet(Exception):
    """typst could not set a document: a bug of ours or a damaged font; says what typst said."""

    def __init__(self, why: str) -> None:
        self.message = Text(zh=f"PDF 排版失败：{why}", en=f"the PDF could not be set: {why}")
        super().__init__(why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One document in a PDF.  front: bears no page number (cover, index); restart: pages count from 1 here."""

    document: Document
    copy: str | None = None
    front: bool = False
    restart: bool = False


def as_pdf(document: Document, *, copy: str | None = None) -> bytes:
    """Return one document as PDF.  Raises NoFont, CannotSet."""
    return bound([Sheet(document=document, copy=copy, restart=True)], title=document.title)


def bound(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """Return documents one after another as one PDF.  Raises NoFont, CannotSet."""
    return set_in(SETTING, _inputs(sheets, title))


def set_in(setting: Path, inputs: dict[str, str]) -> bytes:
    """Return what a setting of ours makes of its inputs.  Raises CannotSet."""
    import typst

    try:
        made = typst.compile(setting, format="pdf", sys_inputs=inputs, font_paths=_fonts(), timestamp=0)
    except typst.TypstError as error:
        raise CannotSet(error.message) from error
    assert isinstance(made, bytes)
    return made


def first_pages(sheets: Sequence[Sheet], *, title: str) -> list[int]:
    """Return the page number on which each document begins, as printed.  Raises NoFont, CannotSet."""
    import typst

    target = '#context for n in range({}) {{ [#metadata(counter(page).at(label("paper-" + str(n))).first()) <first>] }}'
    source = SETTING.read_text(encoding="utf-8") + "\n" + target.format(len(sheets))
    try:
        found = typst.query(
            source.encode("utf-8"), "<first>", field="value", sys_inputs=_inputs(sheets, title), font_paths=_fonts()
        )
    except typst.TypstError as error:
        raise CannotSet(error.message) from error
    pages: list[int] = json.loads(found)
    return pages


def families() -> dict[str, list[str]]:
    """Return the fonts used for each part, best first.  Raises NoFont when there is none for one of them."""
    here = set(_fonts().families())
    chosen = {part: [name for name in names if name in here] for part, names in FONTS.items()}
    if not all(chosen.values()):
        raise NoFont
    return chosen


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)


def _inputs(sheets: Sequence[Sheet], title: str) -> dict[str, str]:
    fonts = families()
    weight = 700 if fonts["title"][0] in SONG else 400  # 小标宋 is heavy by itself; its stand-in is set bold
    data = {"fonts": fonts | {"weight": weight}, "title": title, "papers": [_sheet(sheet) for sheet in sheets]}
    return {"papers": json.dumps(data, ensure_ascii=False)}


def _sheet(sheet: Sheet) -> dict[str, Any]:
    document = sheet.document
    number = (document.number or UNNUMBERED) if document.kind.numbered else None
    return {"agency": document.agency, "title": document.title, "number": number, "blocks": list(document.blocks), "front": sheet.front,
            "restart": sheet.restart, "foot": footer_line(document, sheet.copy)}  # fmt: skip
