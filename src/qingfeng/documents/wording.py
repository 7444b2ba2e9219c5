"""How documents write days, times, sums and names: as an office in China writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from qingfeng.terms.instants import LOCAL
from qingfeng.terms.money import format_yuan

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "兆")


def day_words(day: date) -> str:
    """2026年3月27日."""
    return f"{day.year}年{day.month}月{day.day}日"


def time_words(at: datetime) -> str:
    """2026年3月27日9时05分."""
    local = at.astimezone(LOCAL)
    return f"{day_words(local.date())}{local.hour}时{local.minute:02d}分"


def stamp_words(at: datetime) -> str:
    """2026-03-27 09:05, where a table has no room for words."""
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def sum_words(fen: int) -> str:
    """15000元（大写：人民币壹万伍仟元整）; 分 in."""
    figure = format_yuan(fen).removesuffix(".00")
    return f"{figure}元（大写：人民币{capitals(fen)}）"


def capitals(fen: int) -> str:
    """The sum in the capital numerals of cheques (中文大写), from 分: 150005 -> 壹仟伍佰元零伍分."""
    assert fen >= 0, fen
    yuan, rest = divmod(fen, 100)
    jiao, odd = divmod(rest, 10)
    words = (_whole(yuan) + "元") if yuan or not rest else ""
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif odd and yuan:
        words += "零"
    return words + (_DIGITS[odd] + "分" if odd else "整")


def _whole(number: int) -> str:
    """A whole number in capitals; zeros between digits are said once, groups of four bear 万, 亿."""
    if number == 0:
        return _DIGITS[0]
    words, gap = "", False
    groups: list[int] = []
    while number:
        number, low = divmod(number, 10_000)
        groups.append(low)
    for place in range(len(groups) - 1, -1, -1):
        said = ""
        for power in (3, 2, 1, 0):
            digit = groups[place] // 10**power % 10
            if digit:
                said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[power]
                gap = False
            else:
                gap = bool(words or said)
        words += said + (_GROUPS[place] if said else "")
    return words


def listed(names: Sequence[str]) -> str:
    """赵明远、钱思源."""
    return "、".join(names)
