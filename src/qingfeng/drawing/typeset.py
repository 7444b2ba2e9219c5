"""A scene as PDF or PNG: each page as SVG, set by typst with the machine's own fonts; nothing is fetched from anywhere.

The same map on the same fonts gives the same bytes: no time of making is written into the file.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Literal

from qingfeng.terms.text import Text

from .scene import Scene
from .svg import FAMILIES, page_svg

if TYPE_CHECKING:
    import typst

SETTING = """#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, description: data.description)
#set text(lang: "zh", region: "cn")
#for one in data.pages [
  #set page(width: one.width * 1pt, height: one.height * 1pt, margin: 0pt)
  #image(bytes(one.svg), format: "svg", width: 100%, height: 100%, alt: data.description)
]
"""


class CannotDraw(Exception):
    """A map cannot be set as PDF or picture on this machine; says why and what next."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


def pdf_of(scene: Scene) -> bytes:
    """Return the map as PDF, one page each.  Raises CannotDraw."""
    made = _set(scene, "pdf")
    assert isinstance(made, bytes)
    return made


def png_of(scene: Scene, *, dots_per_inch: float = 144) -> list[bytes]:
    """Return a picture of every page.  Raises CannotDraw."""
    made = _set(scene, "png", ppi=dots_per_inch)
    return [made] if isinstance(made, bytes) else list(made)


def _set(scene: Scene, form: Literal["pdf", "png"], ppi: float | None = None) -> bytes | list[bytes]:
    import typst

    fonts = _fonts()
    data = {
        "title": scene.title,
        "description": scene.description,
        "pages": [{"width": page.width, "height": page.height, "svg": page_svg(scene, number)} for number, page in enumerate(scene.pages)],
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        made: bytes | list[bytes] = typst.compile(SETTING.encode(), format=form, ppi=ppi, sys_inputs=inputs, font_paths=fonts, timestamp=0)
    except typst.TypstError as error:
        raise CannotDraw(
            Text(zh=f"排版失败：{error.message}；请改用 --svg 或 --docx。", en=f"Typesetting failed: {error.message}; use --svg or --docx.")
        ) from error
    return made


@cache
def _fonts() -> typst.Fonts:
    """The fonts of the machine.  Raises CannotDraw when none of them is Chinese."""
    import typst

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    here = set(fonts.families())
    for families in FAMILIES.values():
        if not any(name.strip('"') in here for name in families.split(",")):
            raise CannotDraw(
                Text(
                    zh="本机没有中文字体，不能制作 PDF 或图片（缺字会印成方框）；请安装一种，例如 Debian：apt-get install fonts-noto-cjk；"
                    "SVG、Word、网页和 BPMN 不受影响。",
                    en="No Chinese font is installed, so a PDF or picture would show boxes; install one, on Debian: apt-get install "
                    "fonts-noto-cjk. SVG, Word, HTML and BPMN are not affected.",
                )
            )
    return fonts
