"""Marks that tell one copy of a text from another, so that a copy that leaks names who had it.

Three, each by itself enough: a number printed at the foot; the same number in signs that are not seen, in every paragraph; and turns of
phrase in the fixed words around the text, which differ from copy to copy of one referral and outlive typing it anew.  Nothing in the
words of the tip itself is changed.  What is left of none of them (a few retyped sentences of the text alone) tells nothing, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

BITS = 40
COPIES = 1 << 7
"""Copies of one referral that differ in their turns of phrase."""
_ZERO, _ONE, _EDGE = "\u200c", "\u200d", "\u2060"
_HIDDEN = re.compile(f"{_EDGE}([{_ZERO}{_ONE}]{{{BITS + 8}}}){_EDGE}")
_TURNS: Sequence[tuple[str, str]] = (
    ("现将有关问题线索摘要转给你处", "现将有关问题线索的摘要转给你处"),
    ("请按规定办理", "请依照规定办理"),
    ("不得打听反映人是谁", "不得打听是谁反映的"),
    ("不得让被反映的人知道", "不得让被反映人知道"),
    ("不得复制、摘抄、转发", "不得复制、转发、摘抄"),
    ("每次打开都有记录", "每次打开均有记录"),
    ("办完后将结果报纪检监察", "办结后将结果报纪检监察"),
)
"""Turns of phrase that mean the same; which of the two stands is one bit of the copy's place among its fellows."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a text shows of its marks.  numbers: printed or hidden; turns: of each turn of phrase which one stands, None where neither."""

    numbers: frozenset[int]
    turns: tuple[int | None, ...]


def marked(text: str, *, number: int, place: int, to: str) -> str:
    """Return one copy of a text.  number: of the copy, below 2**40; place: among the copies of this referral; to: who gets it."""
    assert 0 <= number < 1 << BITS, "a number of a copy has forty bits"
    assert 0 <= place < COPIES, "there are not so many turns of phrase"
    one, two, three, four, five, six, seven = (pair[place >> bit & 1] for bit, pair in enumerate(_TURNS))
    head = f"{to}：\n{one}，{two}。{three}，{four}，{five}；{six}。{seven}。"
    foot = f"编号 QF-{number:010X}，仅供{to}使用。"
    hidden = _EDGE + "".join(_ONE if bit == "1" else _ZERO for bit in f"{number:0{BITS}b}{_check(number):08b}") + _EDGE
    lines = f"{head}\n\n{_bare(text).strip()}\n\n{foot}\n".split("\n")
    return "\n".join(line[:1] + hidden + line[1:] if line.strip() else line for line in lines)


def read(text: str) -> Read:
    """Return which marks a text shows, in whatever state it is."""
    plain = "".join(_bare(text).split())
    printed = {int(one, 16) for one in re.findall(r"编号QF-([0-9A-F]{10})", plain)}
    turns = tuple(next((bit for bit, words in enumerate(pair) if words in plain), None) for pair in _TURNS)
    return Read(frozenset({*printed, *_hidden(text)}), turns)


def fits(found: Read, place: int) -> bool:
    """True if a copy with this place may have been the source: every turn of phrase that stands is its own, and enough stand."""
    told = [(bit, turn) for bit, turn in enumerate(found.turns) if turn is not None]
    return len(told) >= 3 and all(place >> bit & 1 == turn for bit, turn in told)


def _hidden(text: str) -> Iterator[int]:
    for signs in _HIDDEN.findall(text):
        bits = "".join("1" if sign == _ONE else "0" for sign in signs)
        number = int(bits[:BITS], 2)
        if int(bits[BITS:], 2) == _check(number):
            yield number


def _check(number: int) -> int:
    return crc32(number.to_bytes(5, "big")) & 0xFF


def _bare(text: str) -> str:
    """Return a text without signs that are not seen: a mark of an earlier copy would accuse the wrong one."""
    return re.sub(f"[{_ZERO}{_ONE}{_EDGE}\u200b\ufeff]", "", text)
