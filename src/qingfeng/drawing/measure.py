"""How wide a text is in the fonts of the maps, and where its lines break.

The widths travel as data (`advances.json`, made by scripts/make_advances.py from the fonts themselves), so that a map
is laid out alike where the fonts are not installed.  Lengths are in the unit of `size`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

Face = Literal["sans", "bold", "serif"]
EM = 1000
NO_START = frozenset("。，、；：？！）】》〉”’」』〕］｝%‰℃.,;:?!)]}…—·～〗％/-")
NO_END = frozenset("（【《〈“‘「『〔［｛([{〖＃￥$")
_UNIT = re.compile(r"[A-Za-z0-9]+(?:[.,:/_-][A-Za-z0-9]+)*|.", re.DOTALL)


@cache
def _advances(face: Face) -> dict[str, int]:
    runs = json.loads((Path(__file__).parent / "advances.json").read_text(encoding="utf-8"))[face]
    return {chr(char): wide for first, last, wide in runs for char in range(first, last + 1)}


def width(text: str, size: float, face: Face = "sans") -> float:
    """Return how wide a text is on one line.  A character that the fonts lack counts as one em, as a stand-in will be."""
    known = _advances(face)
    return sum([known.get(char, EM) for char in text]) * size / EM


def wrap(text: str, limit: float, size: float, face: Face = "sans") -> list[str]:
    """Break a text into lines no wider than `limit`; nothing is lost or added, and line feeds in it break too.

    Latin words and numbers stay whole while they fit; closing punctuation begins no line and an opening bracket ends
    none; the last line of several bears at least two characters.
    """
    return list(_wrapped(text, limit, size, face))


def wrap_even(text: str, limit: float, size: float, face: Face = "sans") -> list[str]:
    """The same in as few lines, but of about the same width: for titles and names of steps."""
    lines = wrap(text, limit, size, face)
    if len(lines) < 2 or "\n" in text:
        return lines
    least, most = width(text, size, face) / len(lines), limit
    for _ in range(8):
        middle = (least + most) / 2
        if len(wrap(text, middle, size, face)) > len(lines):
            least = middle
        else:
            most = middle
    return wrap(text, most, size, face)


@lru_cache(maxsize=8_192)  # a map redrawn, or tried on several papers, breaks the same texts again
def _wrapped(text: str, limit: float, size: float, face: Face) -> tuple[str, ...]:
    return tuple(line for part in text.split("\n") for line in _wrap(part, limit, size, face))


def _wrap(text: str, limit: float, size: float, face: Face) -> list[str]:
    if width(text, size, face) <= limit:
        return [text]
    lines, line, wide = [], "", 0.0
    for unit in _units(text, limit, size, face):
        more = width(unit, size, face)
        if line and wide + more > limit:
            lines.append(line)
            line, wide = "", 0.0
        line, wide = line + unit, wide + more
    lines.append(line)
    return _no_orphan(lines, limit, size, face)


def _units(text: str, limit: float, size: float, face: Face) -> Iterator[str]:
    """Yield what must stay together; a unit wider than a line is cut to pieces that fit."""
    unit = ""
    for piece in _UNIT.findall(text):
        joins = unit and (piece in NO_START or unit[-1] in NO_END)
        if unit and not joins:
            yield from _cut(unit, limit, size, face)
            unit = ""
        unit += piece
    if unit:
        yield from _cut(unit, limit, size, face)


def _cut(unit: str, limit: float, size: float, face: Face) -> Iterator[str]:
    if width(unit, size, face) <= limit:
        yield unit
        return
    piece, wide = "", 0.0
    for char in unit:
        more = width(char, size, face)
        if piece and wide + more > limit:
            yield piece
            piece, wide = "", 0.0
        piece, wide = piece + char, wide + more
    yield piece


def _no_orphan(lines: list[str], limit: float, size: float, face: Face) -> list[str]:
    """Give a last line of one character (its punctuation not counted) company from the line before."""
    if len(lines) < 2 or _body(lines[-1]) >= 2:
        return lines
    before, last = lines[-2], lines[-1]
    units = list(_units(before, limit, size, face))
    while len(units) > 1 and _body(last) < 2 and width(units[-1] + last, size, face) <= limit:
        last = units.pop() + last
    before = "".join(units)
    while _body(last) < 2 and len(before) > 1 and width(before[-1] + last, size, face) <= limit:
        before, last = before[:-1], before[-1] + last
    return [*lines[:-2], before, last]


def _body(line: str) -> int:
    return sum(char not in NO_START and not char.isspace() for char in line)
