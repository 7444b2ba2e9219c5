"""Logs in XES (IEEE 1849), event by event: a trace of a million events is never held whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree

from .source import Row, Source, Unread, failed, unpacked

MAX_ATTRIBUTES = 2_000
"""Attributes of one event or trace."""
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def xes_rows(source: Source) -> Iterator[Row | Unread]:
    """Read XES, packed or not.  Attributes of the trace bear `case:` before their names.  Values stay as written: they are parsed
    strictly where they are used, so that no reader's idea of "True" enters.  Raises ImportFailed for DTDs and broken files."""
    with unpacked(source) as file:
        try:
            yield from _events(etree.iterparse(
                file, events=("start", "end"), tag=("{*}log", "{*}trace", "{*}event"), resolve_entities=False, no_network=True,
                load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True))  # fmt: skip
        except etree.XMLSyntaxError as error:
            raise failed(f"XML在第{error.lineno}行断掉或有错（{str(error.msg)[:100]}）；请重新导出。",
                         f"The XML is cut short or wrong at line {error.lineno} ({str(error.msg)[:100]}).") from error  # fmt: skip


def no_dtd(element: Any) -> None:
    """Refuse a document type: its entities could unfold without end; an honest writer of logs has none."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise failed("XML带有文档类型定义（DTD），可能无限展开，没有读取；请去掉DTD后再导入。",
                     "The XML has a document type (DTD), which could unfold without end; it was not read. Remove it.")  # fmt: skip


def local(element: Any) -> str:
    """Return the tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _events(parse: Any) -> Iterator[Row | Unread]:
    root: Any = None
    case: dict[str, object] = {}
    trace: Any = None
    for what, element in parse:
        if root is None:
            no_dtd(element)
            root = element.getroottree().getroot()
            if element is not root or local(root) != "log":
                break
            continue
        name, parent = local(element), element.getparent()
        if what == "start":
            if name == "trace" and parent is root:
                trace, case = element, {}
        elif name == "event" and parent is trace:
            if not case:
                case = {f"case:{key}": value for key, value in _attributes(trace).items()}
            yield case | _attributes(element) if _once(element) else Unread("attribute twice", str(_attributes(element))[:200])
            trace.remove(element)
        elif name == "event":
            yield Unread("event outside a trace", str(_attributes(element))[:200])
            root.remove(element) if parent is root else None
        elif parent is root:
            root.remove(element)
            trace = None if element is trace else trace
    if root is None or local(root) != "log":
        raise failed("这个XML不是XES日志（最外层不是log）。", "This XML is no XES log (its root is not log).")


@cache
def _kind(tag: str) -> str:
    return tag.rpartition("}")[2]


def _once(element: Any) -> bool:
    """True if no attribute of an event is there twice: which of them is meant nobody can say."""
    keys = [one.get("key") for one in element if one.get("key") is not None]
    return len(keys) == len(set(keys))


def _attributes(element: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in element:
        kind = _kind(one.tag)
        if kind == "event":
            break  # what follows the events of a trace is not standard; it must not depend on how far the parser has read ahead
        key = one.get("key")
        if key is None or kind not in _VALUES:
            continue
        found[key] = one.get("value")
        if len(found) > MAX_ATTRIBUTES:
            raise failed(f"一个事件的属性超过{MAX_ATTRIBUTES}个；请核对文件。", f"An event has more than {MAX_ATTRIBUTES} attributes; check the file.")
    return found
