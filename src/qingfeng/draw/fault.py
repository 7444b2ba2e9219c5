"""What is wrong with something that was handed in, and a reader of plain data that collects it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from qingfeng.terms.instants import BadInstant, parse_instant
from qingfeng.terms.limits import MAX_LIST, MAX_NAME, MAX_YEAR, MIN_YEAR
from qingfeng.terms.text import Text, clean, hazards

from .chain import is_hash

Path = tuple[str | int, ...]
"""Where a value stands: keys and list indexes from the root."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMPTY: Mapping[str, Any] = {}
_LONG_AGO = date(MIN_YEAR, 1, 1)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where, what and why, what next."""

    path: Path
    what: Text
    hint: Text

    @property
    def place(self) -> str:
        """The path in words; list items are counted from 1."""
        return ".".join(str(part + 1) if isinstance(part, int) else part for part in self.path)


class TooMany(Exception):
    """More faults than anybody reads: reading on makes no sense."""


@dataclass(slots=True)
class Reader:
    """Takes values out of plain data.  A wrong one is noted and replaced by a harmless one, so that reading goes on."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Path, what: Text, hint: Text) -> None:
        """Note a fault.  Raises TooMany."""
        self.faults.append(Fault(path, what, hint))
        if len(self.faults) >= MAX_LIST:
            raise TooMany

    def fields(self, value: Any, path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> Mapping[str, Any]:
        """Return a mapping with these keys; missing and unknown ones are noted."""
        if not isinstance(value, Mapping):
            self.fault(
                path,
                Text(zh="这里应是映射。", en="A mapping is wanted here."),
                Text(zh=f"请写出 {'、'.join(needed)}。", en=f"Write {', '.join(needed)}."),
            )
            return _EMPTY
        for name in needed:
            if value.get(name) is None:
                self.fault(
                    (*path, name),
                    Text(zh=f"缺少 {name}。", en=f"{name} is missing."),
                    Text(zh="请填写。", en="Fill it in."),
                )
        for name in value:
            if name not in needed and name not in optional:
                self.fault(
                    path,
                    Text(zh=f"不认识的项“{str(name)[:50]}”。", en=f'Unknown key "{str(name)[:50]}".'),
                    Text(
                        zh=f"可用：{'、'.join((*needed, *optional))}。",
                        en=f"There are: {', '.join((*needed, *optional))}.",
                    ),
                )
        return value

    def items(self, of: Mapping[str, Any], path: Path, name: str, *, most: int) -> Iterator[tuple[Path, Any]]:
        """Yield the members of a list with their paths; a missing list is empty."""
        value = of.get(name)
        if value is None:
            return
        if not isinstance(value, list) or len(value) > most:
            self.fault(
                (*path, name),
                Text(zh=f"{name}应为列表，至多{most}项。", en=f"{name} must be a list of at most {most}."),
                Text(zh="请改为列表，或拆分为几次抽取。", en="Make it a list, or split the draw."),
            )
            return
        for number, member in enumerate(value):
            yield (*path, name, number), member

    def text(self, of: Mapping[str, Any], path: Path, name: str) -> str:
        """Return a short text in normal form."""
        value = of.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME or hazards(value) or "\n" in value:
            self._wrong(
                (*path, name), Text(zh=f"一行文字，1至{MAX_NAME}字", en=f"one line of 1 to {MAX_NAME} characters")
            )
            return ""
        return clean(value)

    def both(self, of: Mapping[str, Any], path: Path, name: str) -> Text:
        """Return a text in both languages."""
        if of.get(name) is None:
            return Text(zh="", en="")
        inner = self.fields(of[name], (*path, name), ("zh", "en"))
        return Text(zh=self.text(inner, (*path, name), "zh"), en=self.text(inner, (*path, name), "en"))

    def id(self, of: Mapping[str, Any], path: Path, name: str) -> str:
        """Return an identifier."""
        value = of.get(name)
        return "" if value is None else self.as_id(value, (*path, name))

    def as_id(self, value: Any, path: Path) -> str:
        """Return a value that must be an identifier."""
        if isinstance(value, str) and _ID.fullmatch(value):
            return value
        wanted = "编号：字母、数字、. _ / -，至多40字符；全是数字的加引号"
        self._wrong(path, Text(zh=wanted, en="an id of letters, digits, . _ / -, at most 40; quote it if all digits"))
        return ""

    def ids(self, of: Mapping[str, Any], path: Path, name: str) -> tuple[str, ...]:
        """Return a list of identifiers, each once, in order."""
        found = [self.as_id(value, where) for where, value in self.items(of, path, name, most=100)]
        if len(set(found)) != len(found):
            self._wrong((*path, name), Text(zh="互不重复的编号", en="ids, each once"))
        return tuple(sorted(set(found)))

    def number(self, of: Mapping[str, Any], path: Path, name: str, *, least: int, most: int) -> int:
        """Return a whole number between two bounds."""
        value = of.get(name)
        if value is None:
            return least
        if type(value) is not int or not least <= value <= most:
            self._wrong((*path, name), Text(zh=f"{least}至{most}的整数", en=f"a whole number from {least} to {most}"))
            return least
        return value

    def hash(self, of: Mapping[str, Any], path: Path, name: str) -> str:
        """Return a SHA-256 in hexadecimal."""
        value = of.get(name)
        if value is None or is_hash(value):
            return value or ""
        self._wrong(
            (*path, name), Text(zh="SHA-256：64个小写十六进制字符", en="a SHA-256: 64 small hexadecimal digits")
        )
        return ""

    def day(self, of: Mapping[str, Any], path: Path, name: str) -> date:
        """Return a day."""
        value = of.get(name)
        if value is None:
            return _LONG_AGO
        try:
            if isinstance(value, str) and _DAY.fullmatch(value) and MIN_YEAR <= int(value[:4]) <= MAX_YEAR:
                return date.fromisoformat(value)
        except ValueError:
            pass
        self._wrong((*path, name), Text(zh="日期，如 2026-03-02", en="a day such as 2026-03-02"))
        return _LONG_AGO

    def instant(self, of: Mapping[str, Any], path: Path, name: str) -> datetime:
        """Return an instant."""
        value = of.get(name)
        if value is not None:
            try:
                return parse_instant(value if isinstance(value, str) else "")
            except BadInstant:
                self._wrong((*path, name), Text(zh="时间，如 2026-03-02 10:00", en="a time such as 2026-03-02 10:00"))
        return parse_instant(_LONG_AGO.isoformat())

    def _wrong(self, path: Path, wanted: Text) -> None:
        name = path[-1] if isinstance(path[-1], str) else f"{path[-1] + 1}"
        self.fault(
            path,
            Text(zh=f"{name}的值不对。", en=f"The value of {name} is wrong."),
            Text(zh=f"应为{wanted.zh}。", en=f"It must be {wanted.en}."),
        )
