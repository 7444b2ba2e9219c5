"""What a field may hold: values parsed once, at the edge, into canonical types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from qingfeng.terms.instants import format_instant, parse_instant
from qingfeng.terms.limits import MAX_LIST, MAX_SHORT_TEXT, MAX_TEXT, MAX_YEAR, MIN_YEAR
from qingfeng.terms.money import parse_yuan
from qingfeng.terms.text import TermError, Text, clean, hazards

from .power import Field, FieldType

_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[A-Za-z0-9._/-]{1,40}")
_OFFICER = re.compile(r"[A-Za-z0-9_.:/@-]{1,100}")


class Malformed(ValueError):
    """A value that its field cannot hold; says why in words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh=zh, en=en)


def parse_value(field: Field, value: Any) -> Any:
    """Return a field's value in its canonical type (money in fen, dates as ISO text).  Raises Malformed."""
    if field.type is FieldType.CHOICE:
        if str(value) not in field.choices:
            zh = "、".join(f"{name.zh}（{key}）" for key, name in field.choices.items())
            en = ", ".join(f"{name.en} ({key})" for key, name in field.choices.items())
            raise Malformed(f"应为下列之一：{zh}", f"must be one of {en}")
        return str(value)
    return _PARSERS[field.type](value)


def _line(value: Any, bound: int = MAX_SHORT_TEXT, breaks: bool = False) -> str:
    if not isinstance(value, str):
        raise Malformed("应为文字", "must be text")
    text = clean(value.replace("\r\n", "\n")).strip()  # a line may end in two characters: it is one end
    if not text:
        raise Malformed("不能为空", "must not be empty")
    if len(text) > bound:
        raise Malformed(f"共{len(text)}字，超过{bound}字", f"{len(text)} characters, more than {bound}")
    found, broken = hazards(text), not breaks and re.search(r"[\n\t]", text) is not None
    if found or broken:
        zh = "、".join([*(one.split()[0] for one in found), *(["换行或者制表符"] if broken else [])])  # their names are English
        en = ", ".join([*found, *(["line break"] if broken else [])])
        raise Malformed(f"含有不可见或控制字符（{zh}）", f"holds control characters ({en})")
    return text


def _note(value: Any) -> str:
    return _line(value, MAX_TEXT, breaks=True)


def _date(value: Any) -> str:
    try:
        day = value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as error:
        raise Malformed("应为日期，如 2026-03-02", "must be a date such as 2026-03-02") from error
    if not MIN_YEAR <= day.year <= MAX_YEAR:
        raise Malformed(f"年份应在{MIN_YEAR}至{MAX_YEAR}之间", f"the year must lie between {MIN_YEAR} and {MAX_YEAR}")
    return day.isoformat()


def _instant(value: Any) -> str:
    try:
        return format_instant(value if isinstance(value, datetime) else parse_instant(str(value)))
    except TermError as error:
        raise Malformed(error.text.zh, error.text.en) from error


def _money(value: Any) -> int:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Malformed("应为金额（元），如 5000.00", "must be an amount in yuan such as 5000.00")
        return parse_yuan(value)
    except TermError as error:
        raise Malformed(error.text.zh, error.text.en) from error


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str) or not re.fullmatch(r"[0-9]{1,9}", str(value)):
        raise Malformed("应为不小于0的整数", "must be a whole number of at least 0")
    return int(value)


def _officer(value: Any) -> str:
    if not isinstance(value, str) or not _OFFICER.fullmatch(value):
        raise Malformed("应为人员编号", "must be an officer's id")
    return value


def _list(value: Any, one: Callable[[Any], str]) -> list[str]:
    if not isinstance(value, list | tuple) or not value or len(value) > MAX_LIST:
        raise Malformed(f"应为1至{MAX_LIST}项的列表", f"must be a list of 1 to {MAX_LIST} items")
    return [one(item) for item in value]


def _code(value: Any) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise Malformed("编号应由1至40个字母、数字或 . _ / - 组成，如 E1", "an id is 1 to 40 letters, digits or . _ / -, such as E1")
    return value


def _codes(value: Any) -> list[str]:
    codes = _list(value, _code)
    if len(set(codes)) < len(codes):
        raise Malformed("编号重复", "an id stands twice")
    return codes


def _map(value: Any, one: Callable[[Any], Any]) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not value or len(value) > MAX_LIST:
        raise Malformed(f"应为1至{MAX_LIST}项的“编号: 值”表", f"must map 1 to {MAX_LIST} ids to values")
    return {_code(key): one(member) for key, member in value.items()}


def _file(value: Any) -> str:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise Malformed("应为文件的SHA-256校验值（64位十六进制）", "must be the file's SHA-256, 64 hex digits")
    return value


_PARSERS: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.TEXT: _line,
    FieldType.NOTE: _note,
    FieldType.DATE: _date,
    FieldType.INSTANT: _instant,
    FieldType.MONEY: _money,
    FieldType.COUNT: _count,
    FieldType.OFFICER: _officer,
    FieldType.OFFICERS: lambda value: _list(value, _officer),
    FieldType.LINES: lambda value: _list(value, _line),
    FieldType.FILE: _file,
    FieldType.CODES: _codes,
    FieldType.QUANTITIES: lambda value: _map(value, _count),
    FieldType.ANSWERS: lambda value: _map(value, _line),
}
