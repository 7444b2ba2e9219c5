"""Sums of money in free text, in fen: “1,500万元”, “￥3.5万”, “六万二千五百元”, “壹佰元伍角”.

A number counts as money with a sign of money before or after it (¥, 元, 圆, 块; 万 and 亿 alone where the phrase ends there).
A threshold is no figure of a paper: what 以上 or 以下 follows (“五千元以上五万元以下”), or 超过、不足 precede, is left out.
In SQL: the same pattern by regexp_matches over normalize(x, NFKC), and a small function for the numerals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from unicodedata import normalize

_DIGITS = dict(zip("〇零一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖弌弍貳參陸", (1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 2, 3, 6), strict=True))
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_WORDS = "".join((*_DIGITS, *_TENS, *_LARGE))
_NUMBER = rf"(?:{_PLAIN}|[{_WORDS}])(?:\s*(?:{_PLAIN}|[{_WORDS}]))*"
_YUAN = r"\s*(?:元|圆|圓|块)(?![化件素旦首老])(?:\s*(?:([\d零一二两三四五六七八九壹贰叁肆伍陆柒捌玖])角)?\s*(?:零?([\d一二两三四五六七八九壹贰叁肆伍陆柒捌玖])分)?)?"
_MONEY = re.compile(
    rf"¥\s*({_NUMBER})(?:{_YUAN})?(?!\s*[元圆圓块])|({_NUMBER}){_YUAN}|({_NUMBER})(?<=[万萬亿億])(?=\s*(?:$|[，。；、,;)）\]】]|人民币))"
)
_LIMIT = re.compile(r"\s*(?:整|人民币)?\s*(?:（含[^）]*）)?(?:以上|以下)")
_BOUND = re.compile(r"(?:超过|高于|低于|不足|少于|多于)(?:人民币)?\s*$")
# In prose a sum may be of something else than the paper's own figures: what goods are worth, turnover, a daily surcharge, a range.
_THINGS = (
    "货值|货款|价值|价款|价格|单价|总价|售价|市值|合同|造价|营业额|营业收入|经营额|销售额|销售收入|产值|收入|注册资本|注册资金"
    "|资产|投资|投入|损失|费用|工资|月租|租金|押金|保额"
)
_BEFORE = re.compile(
    rf"(?:{_THINGS})(?:金额|总额|数额|价款|款)?(?:人民币)?(?:分别|共计|合计|总计)?(?:[:：]|为|是|约|达到?|共|计|有)*(?:人民币)?\s*$"
    r"|每[日天月年件箱台吨平次人](?:按|加处|加收)?(?:罚款)?(?:人民币)?\s*$|(?:最高|最低|上限为?|下限为?|幅度为?)(?:处以?)?\s*$"
)
_AFTER = re.compile(rf"\s*(?:左右|多|余)?的?(?:{_THINGS})")
_TO, _FROM = re.compile(rf"\s*(?:至|到|-|—|~)+\s*(?:{_NUMBER})"), re.compile(rf"(?:{_NUMBER})\s*(?:元|圆|万)?\s*(?:至|到|-|—|~)+\s*$")
_FINED = re.compile(r"(?:罚款|没收)(?:人民币)?(?:(?:为|计|共)|(?:违法所得))*\s*$")


def sums_in(text: object, *, prose: bool = False) -> tuple[int, ...]:
    """Return the sums of money that a text, or each line of a list, speaks of, in fen, in the order read; () if there is none.

    prose: without those of other things (the worth of goods, a turnover, a daily surcharge) and without ranges.
    """
    if isinstance(text, list | tuple):
        return tuple(dict.fromkeys(one for line in text for one in sums_in(line, prose=prose)))
    return tuple(dict.fromkeys(_found(str(text), prose))) if text is not None else ()


def _aside(plain: str, start: int, end: int) -> bool:
    """Whether the sum between two places is of another thing, or one end of a range that is not itself imposed."""
    other = _BEFORE.search(plain[:start]) or _AFTER.match(plain, end)
    spread = _TO.match(plain, end) or _FROM.search(plain[:start])
    return bool(other or (spread and not _FINED.search(plain[:start])))


def _found(text: str, prose: bool) -> Iterator[int]:
    plain = "".join(one if one in "，（）；" else normalize("NFKC", one) for one in text)
    for match in _MONEY.finditer(plain):
        if _LIMIT.match(plain, match.end()) or _BOUND.search(plain, 0, match.start()):
            continue
        if prose and _aside(plain, match.start(), match.end()):
            continue
        signed, jiao, fen, named, jiao2, fen2, bare = match.groups()
        small = 10 * _digit(jiao or jiao2) + _digit(fen or fen2)
        yield int(_number(signed or named or bare) * 100) + small


def _digit(sign: str | None) -> int:
    return 0 if sign is None else int(sign) if sign.isdigit() and sign.isascii() else _DIGITS[sign]


def _number(written: str) -> Decimal:
    """Return the value of Arabic and Chinese numerals, also mixed: 12万3千5百, 二十六万, 二〇〇."""
    total = section = Decimal(0)
    now: Decimal | None = None
    for part in re.findall(rf"{_PLAIN}|[{_WORDS}]", written):
        if part in _DIGITS:
            now = Decimal(_DIGITS[part]) if now is None else now * 10 + _DIGITS[part]
        elif part in _TENS:
            section, now = section + (now or Decimal(1)) * _TENS[part], None
        elif part in "亿億":
            total, section, now = (total + section + (now or 0)) * _LARGE[part], Decimal(0), None
        elif part in _LARGE:
            total, section, now = total + (section + (now or 0)) * _LARGE[part], Decimal(0), None
        else:
            now = Decimal(part.replace(",", ""))
    return total + section + (now or 0)
