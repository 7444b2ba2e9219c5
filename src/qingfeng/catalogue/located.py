"""Strict YAML: plain data with the line of every value, and every fault with its line.

A power file is data that a lawyer signs, so what it says must be what it seems to say.  No anchors, aliases, merge keys
or tags (text that stands elsewhere than where it counts), no duplicate keys, no YAML 1.1 surprises: a plain scalar is
an integer only if written as one in decimal; `true`, `false`, `null`, `~` and nothing mean what they say; all else is a
string (`yes`, `on`, `2026-03-02`, `010`, `1e3`).  Bounds hold while reading: nothing large is built and then weighed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from qingfeng.catalogue.faults import Fault, Faults, Path
from qingfeng.terms.limits import MAX_LIST, MAX_YAML_BYTES, MAX_YAML_NODES
from qingfeng.terms.text import Text, hazards

from .yaml_words import yaml_told

MAX_DEPTH = 32
"""Nesting of lists and maps: a power file needs 12."""
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_REWRITE = Text(zh="请照字面写出。", en="Write it out literally.")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Located:
    """Plain data (None, bool, int, str, list, dict with string keys), the line of every value from 1, the faults."""

    data: Any
    lines: Mapping[Path, int]
    faults: tuple[Fault, ...]


class _Stop(Exception):
    """Reading on makes no sense."""


def read_yaml(text: str, *, name: str) -> Located:
    """Read one document.  With faults, `data` holds what could be read (None if nothing could)."""
    reader = _Reader(name)
    try:
        reader.check_text(text)
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except _Stop:
        pass
    except yaml.MarkedYAMLError as error:
        reader.syntax(error)
    except yaml.YAMLError as error:  # an unreadable character: no mark
        told = yaml_told(str(error))
        reader.fault(None, Text(zh=f"不是有效的 YAML：{told.zh}。", en=f"Not valid YAML: {told.en}."), _REWRITE)
    except RecursionError:  # the pure-Python parser, used where the C one is missing
        reader.fault(None, Text(zh="嵌套过深。", en="Nested too deeply."), _REWRITE)
    return Located(reader.root, reader.lines, tuple(reader.faults))


@dataclass(slots=True)
class _Open:
    """A list or map that is being read; `skip` swallows it: its place has a fault."""

    value: list[Any] | dict[str, Any]
    path: Path
    skip: bool
    key: str | None = None
    key_read: bool = False
    seen: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Builds data from the parser's events with a stack of its own, so depth costs no recursion."""

    def __init__(self, name: str) -> None:
        self.root: Any = None
        self.lines: dict[Path, int] = {}
        self.faults: list[Fault] = []
        self._name = name
        self._stack: list[_Open] = []
        self._nodes = 0
        self._documents = 0

    def fault(self, mark: Any, what: Text, hint: Text, *, at: tuple[int, int] | None = None) -> None:
        line, column = at if at is not None else (mark.line + 1, mark.column + 1) if mark is not None else (None, None)
        where = Text(zh=f"（第{line}行第{column}列）", en=f" (line {line}, column {column})") if line else Text("", "")
        self.faults.append(
            Fault(
                place=self._place(),
                line=line,
                what=Text(
                    zh=what.zh.removesuffix("。") + where.zh + "。", en=what.en.removesuffix(".") + where.en + "."
                ),
                hint=hint,
            )
        )
        if len(self.faults) >= MAX_LIST:
            raise _Stop

    def check_text(self, text: str) -> None:
        """Size and characters, before the parser sees anything."""
        if len(text) > MAX_YAML_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_YAML_BYTES:
            self.fault(
                None,
                Text(zh=f"文件超过{MAX_YAML_BYTES}字节。", en=f"The file exceeds {MAX_YAML_BYTES} bytes."),
                Text(zh="请拆分为多个职权文件。", en="Split it into several power files."),
            )
            raise _Stop
        bad = False
        for count, found in enumerate(_FORBIDDEN.finditer(text)):
            if count >= 20:
                break
            before = text[: found.start()]
            at = (before.count("\n") + 1, found.start() - before.rfind("\n"))
            code = f"U+{ord(found.group()):04X}"
            known = {"\t": "制表符 / tab", "\ufeff": "BOM", "\r": "回车 / carriage return"}.get(found.group(), code)
            bad = bad or found.group() != "\r"
            self.fault(
                None,
                Text(zh=f"不允许的字符：{known}。", en=f"Forbidden character: {known}."),
                Text(zh="请删去；缩进用空格，换行用 LF。", en="Remove it; indent with blanks, end lines with LF."),
                at=at,
            )
        if bad:
            raise _Stop

    def syntax(self, error: yaml.MarkedYAMLError) -> None:
        """What the parser could not read."""
        told = yaml_told(error.problem or error.context or "")
        self.fault(
            error.problem_mark or error.context_mark,
            Text(zh=f"不是有效的 YAML：{told.zh}。", en=f"Not valid YAML: {told.en}."),
            Text(zh="请检查缩进、引号、冒号和括号。", en="Check indentation, quotes, colons and brackets."),
        )

    def take(self, event: Any) -> None:
        """One event of the parser."""
        match event:
            case yaml.DocumentStartEvent():
                self._document(event)
            case yaml.AliasEvent():
                self.fault(event.start_mark, Text(zh="不允许引用（*）。", en="Aliases (*) are forbidden."), _REWRITE)
                self._value(None, event, skip=True)
            case yaml.ScalarEvent():
                self._node(event)
                self._scalar(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._node(event)
                self._begin(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._stack.pop()
            case _:
                pass

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self.fault(
                event.start_mark,
                Text(zh="一个文件只能有一个文档。", en="A file holds one document only."),
                Text(zh="请删去“---”，另存为文件。", en='Remove the "---"; use one file each.'),
            )
            raise _Stop
        if event.version or event.tags:
            self.fault(event.start_mark, Text(zh="不允许 % 指令。", en="Directives (%) are forbidden."), _REWRITE)

    def _node(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > MAX_YAML_NODES:
            self.fault(
                event.start_mark,
                Text(zh=f"内容超过{MAX_YAML_NODES}项。", en=f"More than {MAX_YAML_NODES} values."),
                Text(zh="请拆分文件。", en="Split the file."),
            )
            raise _Stop
        if event.anchor is not None:
            self.fault(event.start_mark, Text(zh="不允许锚点（&）。", en="Anchors (&) are forbidden."), _REWRITE)
        if event.tag is not None:
            self.fault(event.start_mark, Text(zh="不允许标签（!）。", en="Tags (!) are forbidden."), _REWRITE)

    def _begin(self, event: Any) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self.fault(
                event.start_mark,
                Text(zh=f"嵌套超过{MAX_DEPTH}层。", en=f"Nested deeper than {MAX_DEPTH} levels."),
                Text(zh="请简化结构。", en="Simplify the structure."),
            )
            raise _Stop
        value: list[Any] | dict[str, Any] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        as_key = self._expects_key()
        if as_key:
            self.fault(event.start_mark, Text(zh="键必须是文字。", en="A key must be a string."), _REWRITE)
        path, skip = self._value(value, event, skip=as_key)
        self._stack.append(_Open(value=value, path=path, skip=skip))

    def _scalar(self, event: Any) -> None:
        value = self._resolve(event)
        if not self._expects_key():
            self._value(value, event, skip=False)
            return
        top = self._stack[-1]
        top.key, top.key_read = None, True
        if not isinstance(value, str):
            shown = event.value or "空"
            self.fault(
                event.start_mark,
                Text(zh=f"键“{shown}”不是文字。", en=f'The key "{event.value}" is not a string.'),
                Text(zh="请改名或加引号。", en="Rename or quote it."),
            )
        elif value == "<<" and not event.style:
            self.fault(event.start_mark, Text(zh="不允许合并键（<<）。", en="Merge keys (<<) are forbidden."), _REWRITE)
        elif value in top.seen:
            self.fault(
                event.start_mark,
                Text(
                    zh=f"键“{value[:50]}”重复，第一次在第{top.seen[value]}行。",
                    en=f'The key "{value[:50]}" is repeated; first on line {top.seen[value]}.',
                ),
                Text(zh="请删去其中一个。", en="Remove one of them."),
            )
        else:
            top.seen[value] = event.start_mark.line + 1
            top.key = value

    def _resolve(self, event: Any) -> Any:
        text: str = event.value
        if event.style == '"' and (found := hazards(text)):  # escapes hide what `check_text` would see
            self.fault(
                event.start_mark,
                Text(zh=f"文字中有不允许的字符：{'、'.join(found)}。", en=f"Forbidden in a text: {', '.join(found)}."),
                Text(zh="请删去。", en="Remove it."),
            )
        if event.style or event.tag is not None:  # C parser: "" means plain; pure parser: None
            return text
        if text in _WORDS:
            return _WORDS[text]
        return int(text) if _INTEGER.fullmatch(text) else text

    def _expects_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1].value, dict) and not self._stack[-1].key_read

    def _value(self, value: Any, event: Any, *, skip: bool) -> tuple[Path, bool]:
        """Put a value where it belongs; its path, and whether it was thrown away."""
        line: int = event.start_mark.line + 1
        if not self._stack:
            self.root = value
            self.lines[()] = line
            return (), False
        top = self._stack[-1]
        if isinstance(top.value, list):
            path = (*top.path, len(top.value))
            top.value.append(value)
            self._bound(top.value, event)
            skip = skip or top.skip
        else:
            was_key, key = not top.key_read, top.key
            top.key, top.key_read = None, was_key
            if was_key or key is None:
                return top.path, True
            path = (*top.path, key)
            top.value[key] = value
            self._bound(top.value, event)
            line = top.seen[key]
            skip = skip or top.skip
        if not skip:
            self.lines[path] = line
        return path, skip

    def _bound(self, value: list[Any] | dict[str, Any], event: Any) -> None:
        if len(value) > MAX_LIST:
            self.fault(
                event.start_mark,
                Text(zh=f"一个列表或映射超过{MAX_LIST}项。", en=f"A list or map has more than {MAX_LIST} members."),
                Text(zh="请删减或拆分。", en="Shorten or split it."),
            )
            raise _Stop

    def _place(self) -> str:
        words = [
            str(part + 1) if isinstance(part, int) else part for part in (self._stack[-1].path if self._stack else ())
        ]
        return ".".join(words) or self._name


__all__ = ["MAX_DEPTH", "Faults", "Located", "read_yaml"]
