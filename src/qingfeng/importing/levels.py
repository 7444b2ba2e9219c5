"""Schemes of risk levels: which words a document uses, and which of them is the higher one."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN, _ROMAN = "一二三四五", "ⅠⅡⅢⅣⅤ"
_FAMILIES = (
    ("低", "较低", "中", "较高", "高", "极高"),
    ("轻微", "一般", "普通", "较大", "重大"),
)
_DOWN = re.compile(r"由高到低|从高到低|自高到低|由重到轻")
_UP = re.compile(r"由低到高|从低到高|自低到高|由轻到重")


def scheme_of(levels: Iterable[str], legend: str) -> tuple[list[str], bool]:
    """(levels in ascending order, True if the direction was told or needs no telling).

    levels: as they stand in the document; legend: all running text of it, where the direction may be told. Families that
    are known are completed (高 and 低 imply 中); a numbered scheme counts down to the first as the highest unless told otherwise.
    """
    seen = list(dict.fromkeys(levels))
    if not seen:
        return [], True
    if set(seen) <= set(_FAMILIES[0]):
        usual = ["低", "中", "高"]
        return [level for level in _FAMILIES[0] if level in seen or level in usual], True
    if set(seen) <= {"高", "一般", "低"}:
        return [level for level in ("低", "一般", "高") if level in seen or level != "低"], True
    if set(seen) <= set(_FAMILIES[1]) | {"低", "高"}:
        order = ("轻微", "低", "一般", "普通", "较大", "高", "重大")
        return [level for level in order if level in seen], True
    ordered = sorted(seen, key=_place)
    if all(level[0] in "★☆" for level in seen):
        return sorted(seen, key=len), True
    if all(_place(level) < 90 for level in seen):
        ordered = _completed(ordered)
        upwards, told = _direction(ordered, legend)
        return (ordered if upwards else ordered[::-1]), told
    return seen[::-1], False


def mixed(levels: Iterable[str]) -> bool:
    """True if levels are counted in some places and named in others (一级 and 高): two schemes."""
    counted = [_place(level) < 90 for level in levels]
    return any(counted) and not all(counted)


def _place(level: str) -> int:
    head = level[0]
    for row in (_HAN, _ROMAN, "12345", "１２３４５", "ABCDE", "abcde", "ＡＢＣＤＥ"):
        if head in row:
            roman = re.match(r"(?:III|II|IV|I|V)", level)
            return {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4}[roman[0]] if roman else row.index(head)
    roman = re.match(r"(?:III|II|IV|I|V)", level)
    return {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4}[roman[0]] if roman else 99


def _completed(ordered: list[str]) -> list[str]:
    """Levels between the first and the last seen, written alike."""
    last = ordered[-1]
    for row in (_HAN, _ROMAN, "12345", "ABCDE"):
        if all(level[0] in row for level in ordered):
            return [row[n] + last[1:] for n in range(_place(last) + 1)]
    return ordered


def _direction(ordered: list[str], legend: str) -> tuple[bool, bool]:
    """(True if a higher number is a higher risk, True if the document tells so)."""
    first, last = re.escape(ordered[0]), re.escape(ordered[-1])
    text = re.sub(r"\s", "", legend)
    for pattern, downwards in ((_DOWN, True), (_UP, False)):
        if found := pattern.search(text):
            near = text[found.start() : found.start() + 60]
            if ordered[0] in near and ordered[-1] in near:
                first_named = near.index(ordered[0]) < near.index(ordered[-1])
                return (not first_named) if downwards else first_named, True
    high = "(?:最高|高风险|为高|即高|（高|\\(高|重大|最重|高度)"
    if re.search(f"{first}(?:风险)?[^。；一二三四ⅠⅡⅢABC]{{0,4}}{high}", text) or re.search(
        f"(?:高|重大)(?:风险)?[^。；]{{0,4}}[（(为是即]{first}", text
    ):
        return False, True
    if re.search(f"{last}(?:风险)?[^。；一二三四ⅠⅡⅢABC]{{0,4}}{high}", text) or re.search(
        f"(?:高|重大)(?:风险)?[^。；]{{0,4}}[（(为是即]{last}", text
    ):
        return True, True
    return False, False
