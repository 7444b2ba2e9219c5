"""Logs in OCEL 2.0 (JSON, XML): an event stands once for every related object of a type, which is then a case of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from itertools import product
from typing import Any

from lxml import etree

from qingfeng.importing.failure import ImportFailed

from .source import Row, Source, Spread, Unread, failed, unpacked
from .xes import local, no_dtd

MAX_OBJECTS, MAX_SPREAD, BLOCK = 20_000_000, 10_000, 1 << 20
MAX_ITEM = 10_000_000
"""Characters of one object or event."""


TWICE = ""
"""The type of an object that stands in the log with two."""


def spread(
    id_: object, kind: object, at: object, attributes: Mapping[str, object], related: Iterable[object], types: Mapping[Any, str]
) -> Iterator[Row | Unread]:
    """Return an event as rows: `ocel:id`, `ocel:type`, `ocel:time`, its attributes, and `object:<type>` for each type of object.

    Several objects of a type give a row each (with several types: each pair), the id of the row then ends with theirs; such a row is a
    `Spread`: whoever reads it knows which of them is the case, and that the others are one event.
    """
    by_type: dict[str, list[object]] = {}
    try:
        named = list(dict.fromkeys(related))
    except TypeError:
        yield Unread("object id", f"{id_}"[:200])
        return
    for one in named:
        if one not in types or types[one] is TWICE:
            yield Unread("unknown_object" if one not in types else "object of two types", f"{id_}: {one}"[:200])
            return
        by_type.setdefault(f"object:{types[one]}", []).append(one)
    count = 1
    for ids in by_type.values():
        count *= len(ids)
    if count > MAX_SPREAD:
        yield Unread("too_many_objects", f"{id_}: {count}"[:200])
        return
    several = [name for name, ids in by_type.items() if len(ids) > 1]
    for picked in product(*by_type.values()):
        objects = dict(zip(by_type, picked, strict=True))
        mark = "".join(f"/{objects[name]}" for name in several)
        row: dict[str, object] = {**attributes, "ocel:id": f"{id_}{mark}", "ocel:type": kind, "ocel:time": at, **objects}
        if several:
            row = Spread(row)
            row.several = {name: tuple(by_type[name]) for name in several}
        yield row


def ocel_json_rows(source: Source) -> Iterator[Row | Unread]:
    """Read OCEL 2.0 JSON in two passes (objects, then events), one item in memory at a time.  Raises ImportFailed."""
    types: dict[object, str] = {}
    for one in _items(source, "objects"):
        if isinstance(one, dict):
            name_type(types, one.get("id"), str(one.get("type")))
        if len(types) > MAX_OBJECTS:
            raise failed(f"对象超过{MAX_OBJECTS}个；请分批导出。", f"More than {MAX_OBJECTS} objects; export in parts.")
    for event in _items(source, "events"):
        if not isinstance(event, dict) or not all(isinstance(event.get(name) or [], list) for name in ("attributes", "relationships")):
            yield Unread("no event", json.dumps(event, ensure_ascii=False, default=str)[:200])
            continue
        said = {str(a.get("name")): a.get("value") for a in event.get("attributes") or () if isinstance(a, dict)}
        related = [r.get("objectId") for r in event.get("relationships") or () if isinstance(r, dict)]
        yield from spread(event.get("id"), event.get("type"), event.get("time"), said, related, types)


def name_type(types: dict[object, str], id_: object, kind: str) -> None:
    """Note the type of an object; one that has two belongs to neither."""
    if isinstance(id_, str | int):
        types[id_] = kind if types.get(id_, kind) == kind else TWICE


def _items(source: Source, wanted: str) -> Iterator[Any]:
    """Return the items of one list of the outermost object."""
    with unpacked(source) as file:
        text = _Text(TextIOWrapper(file, encoding="utf-8-sig"))
        try:
            text.expect("{")
            while text.peek() != "}":
                key = text.value()
                text.expect(":")
                odd = text.peek() != "["
                if odd:
                    text.value()
                else:
                    text.expect("[")
                    while text.peek() != "]":
                        item = text.value()
                        if key == wanted:
                            yield item if not text.escaped or _is_text(item) else "a lone surrogate"
                        text.comma("]")
                    text.expect("]")
                text.comma("}")
                if odd and key == wanted:
                    raise failed(f"JSON的{wanted}不是列表；请重新导出。", f"{wanted} of the JSON is no list; export it again.")
            text.expect("}")
            if text.left():
                raise json.JSONDecodeError("goes on after its end", text.piece, text.at)
        except ImportFailed:
            raise
        except (ValueError, RecursionError) as error:
            raise failed(f"JSON断掉或有错（{str(error)[:100]}）；请重新导出。", f"The JSON is cut short or wrong ({str(error)[:100]}).") from error


def _is_text(item: object) -> bool:
    try:
        json.dumps(item, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class _Text:
    """A text of JSON of which only a piece is in memory."""

    def __init__(self, file: TextIOWrapper) -> None:
        self.file, self.piece, self.at = file, "", 0
        self.decoder = json.JSONDecoder()
        self.escaped = False
        """Whether the value read last holds an escaped surrogate."""

    def _more(self) -> bool:
        block = self.file.read(BLOCK)
        self.piece, self.at = self.piece[self.at :] + block, 0
        return bool(block)

    def peek(self) -> str:
        while True:
            while self.at < len(self.piece) and self.piece[self.at] in " \t\r\n":
                self.at += 1
            if self.at < len(self.piece):
                return self.piece[self.at]
            if not self._more():
                raise json.JSONDecodeError("ends too early", self.piece, self.at)

    def left(self) -> bool:
        """True if anything but blanks follows."""
        try:
            return bool(self.peek())
        except json.JSONDecodeError:
            return False

    def expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise json.JSONDecodeError(f"{sign} expected", self.piece, self.at)
        self.at += 1

    def comma(self, end: str) -> None:
        if self.peek() != end:
            self.expect(",")

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                found, end = self.decoder.raw_decode(self.piece, self.at)
                if end < len(self.piece) or not self._more():  # a number at the edge might have gone on
                    self.escaped = any(self.piece.find(mark, self.at, end) >= 0 for mark in ("\\ud", "\\uD"))
                    self.at = end
                    return found
            except json.JSONDecodeError:
                if len(self.piece) - self.at > MAX_ITEM or not self._more():
                    raise


def ocel_xml_rows(source: Source) -> Iterator[Row | Unread]:
    """Read OCEL 2.0 XML in two passes.  Raises ImportFailed."""
    types: dict[object, str] = {}
    for one in _elements(source, "object", "objects"):
        name_type(types, str(one.get("id")), str(one.get("type")))
    for event in _elements(source, "event", "events"):
        said: dict[str, object] = {}
        related: list[object] = []
        for part in event:
            if local(part) == "attributes":
                said |= {str(a.get("name")): a.text for a in part}
            elif local(part) == "objects":
                related += [r.get("object-id") for r in part]
        yield from spread(event.get("id"), event.get("type"), event.get("time"), said, related, types)


def _elements(source: Source, name: str, inside: str) -> Iterator[Any]:
    with unpacked(source) as file:
        root: Any = None
        try:
            for what, element in etree.iterparse(file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
                                                 huge_tree=False, remove_comments=True, remove_pis=True):  # fmt: skip
                if root is None:
                    no_dtd(element)
                    root = element
                parent = element.getparent()
                top = parent is not None and parent.getparent() is root
                if what == "end" and top:
                    if local(element) == name and local(parent) == inside:
                        yield element
                    parent.remove(element)
        except etree.XMLSyntaxError as error:
            raise failed(f"XML断掉或有错（第{error.lineno}行）；请重新导出。", f"The XML is cut short or wrong at line {error.lineno}.") from error
