"""Amounts of money: always whole 分 inside, 元 with at most two decimals outside. Never a float."""

from __future__ import annotations

import re

from qingfeng.terms.limits import MAX_AMOUNT_FEN
from qingfeng.terms.text import TermError, Text

_YUAN = re.compile(r"(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,2}))?")


class BadAmount(TermError):
    """What was entered is no amount of money."""


def parse_yuan(value: object) -> int:
    """元 as entered, `str` or `int` ("3000", "200.5", 200), to 分.

    `BadAmount` for anything else: floats, signs, separators, more decimals, more than the bound.
    """
    written = _written(value)
    match = _YUAN.fullmatch(written)
    if match is None:
        raise BadAmount(
            Text(
                zh=f"金额“{written[:40]}”无法识别；金额以元为单位，只能用数字和一个小数点，最多两位小数；"
                "请写成如 3000 或 200.50。",
                en=f'Amount "{written[:40]}" is not understood; amounts are in yuan, digits with at most two decimals, '
                "no sign or separator; write for instance 3000 or 200.50.",
            )
        )
    fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if fen > MAX_AMOUNT_FEN:
        raise BadAmount(
            Text(
                zh=f"金额过大；本系统的上限是{format_yuan(MAX_AMOUNT_FEN)}元；请核对位数。",
                en=f"The amount is too large; the bound is {format_yuan(MAX_AMOUNT_FEN)} yuan; check the digits.",
            )
        )
    return fen


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_AMOUNT_FEN:
        return str(value)
    return f"<{type(value).__name__}>"


def format_yuan(fen: int) -> str:
    """分 (not negative) as 元 with two decimals, e.g. 20050 -> "200.50"; `parse_yuan` reads it back."""
    assert fen >= 0, fen
    return f"{fen // 100}.{fen % 100:02d}"
