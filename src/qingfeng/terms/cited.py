"""Articles of law that free text cites: “《安全生产法》第九十七条、第九十八条第一款”, “行政处罚法第57条”, and which of them nobody coded.

Places are compared by instrument and article; paragraphs and items are left out, and so are 中华人民共和国 before a title and
brackets after it.  A title of which another is the end (处罚法, 行政处罚法) is the same instrument.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = r"[0-9０-９]{1,4}|[〇零一二两三四五六七八九十百千]{1,9}"
_TITLE = r"《([^《》]{2,60})》|([\u4e00-\u9fff]{1,30}?(?:法|条例|规定|办法|细则|规则))(?=第)"
_PLACE = re.compile(rf"{_TITLE}|第\s*({_NUMERAL})\s*条(之[一二三四五六七八九十])?")
_LAW = ("法", "条例", "规定", "办法", "细则", "规则")
_BEFORE = re.compile(r"^(?:.*(?:依据|根据|依照|按照|违反|适用|援引|参照|以及|同时|和|及|与|了|的))")
_STATE = "中华人民共和国"
_SHORT = 3  # characters of a title from which its end stands for the whole


def _numeral(text: str) -> int:
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for char in text:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        else:
            digit = _DIGITS[char]
    return total + digit


def _title(marked: str | None, bare: str) -> str:
    if marked is not None:
        return re.sub(r"[（(][^（）()]*[）)]\s*$", "", marked.strip()).removeprefix(_STATE)
    plain = bare.replace(_STATE, "")
    return _BEFORE.sub("", plain, count=1) or plain


def _read(text: str) -> Iterator[tuple[str, str]]:
    instrument = ""
    for match in _PLACE.finditer(text):
        marked, bare, number, beside = match.groups()
        if number is None:
            instrument = _title(marked, bare or "")
            yield instrument, ""
        elif instrument:
            yield instrument, f"{_numeral(number)}{beside or ''}"


def cited(text: object) -> tuple[tuple[str, str], ...]:
    """Return the places that a text cites, as (title, article) in the order read; ("《…》 alone" gives its title and "")."""
    return tuple(dict.fromkeys(_read(text))) if isinstance(text, str) else ()


def _same(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= _SHORT and (one.endswith(other) or other.endswith(one)))


def strays(text: object, coded: Iterable[object], basis: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return what a text cites although the act codes something else, as people write it: “《示例条例》第9条”.

    coded: texts that name the articles coded; nothing is judged if they name none.  basis: the general articles of the power by
    instrument; all articles of an instrument are general unless the coded ones are of it.  A further law beside the coded
    article is no stray; a text that cites articles, or titles of law, of other instruments alone is.
    """
    places = [place for one in coded for place in cited(one) if place[1]]
    if not places:
        return ()
    told = cited(text)
    right = [(title, article) for title, article in told if any(_same(title, t) and article in ("", a) for t, a in places)]
    odd = []
    for title, article in told:
        own = any(_same(title, t) for t, _ in places)
        general = [known for known in basis if _same(title, known)]
        if (title, article) in right or (own and not article) or (not article and not title.endswith(_LAW)):
            continue
        if general and (not own or any(article in map(str, basis[known]) for known in general)):
            continue
        if own or not right:
            odd.append(f"《{title}》" + (f"第{article}条" if article else ""))
    return tuple(odd)
