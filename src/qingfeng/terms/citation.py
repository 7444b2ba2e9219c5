"""A place in the law, and how it is written: 《行政处罚法》第六十四条第一款."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingfeng.terms.limits import MAX_NAME
from qingfeng.terms.text import TermError, Text

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_ARTICLE = re.compile(r"([1-9][0-9]{0,3})(?:\(([1-9][0-9]?)\))?(?:\(([1-9][0-9]?)\))?")


@dataclass(frozen=True, slots=True)
class Citation:
    """One article of one instrument.

    `instrument` is the usual title without the title marks 《》; `article` is written "60" (条), "64(1)" (条、款) or
    "20(1)(5)" (条、款、项). Anything else, a range for instance, is a `TermError`: cite each article by itself.
    """

    instrument: str
    article: str

    def __post_init__(self) -> None:
        title = self.instrument
        if not title.strip() or title != title.strip() or len(title) > MAX_NAME or "《" in title or "》" in title:
            raise TermError(
                Text(
                    zh=f"法律文件名称“{title[:50]}”有误；名称不得为空、不得带书名号、不得超过{MAX_NAME}字；请改写。",
                    en=f'Title of an instrument "{title[:50]}" is faulty; it must not be blank, carry 《》 '
                    f"or exceed {MAX_NAME} characters; correct it.",
                )
            )
        if not _ARTICLE.fullmatch(self.article):
            raise TermError(
                Text(
                    zh=f"条文号“{self.article[:50]}”有误；须逐条引用；请写成 60、64(1) 或 20(1)(5)。",
                    en=f'Article "{self.article[:50]}" is faulty; articles are cited one by one; '
                    "write 60, 64(1) or 20(1)(5).",
                )
            )

    def say(self, lang: str) -> str:
        """The citation as written in `lang` ("zh", "en" or "both")."""
        match = _ARTICLE.fullmatch(self.article)
        assert match is not None, "checked when made"
        article, paragraph, item = match.groups()
        zh = f"《{self.instrument}》第{chinese_numeral(int(article))}条"
        if paragraph is not None:
            zh += f"第{chinese_numeral(int(paragraph))}款"
        if item is not None:
            zh += f"第（{chinese_numeral(int(item))}）项"
        return Text(zh=zh, en=f"{self.instrument} art. {self.article}").say(lang)


def chinese_numeral(number: int) -> str:
    """The numeral as statutes write it, 1 to 9999: 10 十, 15 十五, 101 一百零一, 1260 一千二百六十."""
    assert 1 <= number <= 9999, number
    written = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(written)
            continue
        written += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return written.removeprefix("一") if 10 <= number <= 19 else written
