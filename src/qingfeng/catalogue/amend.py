"""Changing single values of a YAML text in place, so that its comments and its order stay: what a form writes into a draft."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from .faults import Path

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


class NoPlace(Exception):
    """The text has no such place."""


_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""What JSON leaves as it is and YAML takes for the end of a line, or not at all."""


def amended(text: str, changes: Mapping[Path, Any]) -> str:
    """Return the text with other values at some places; every place must be there.  Raises NoPlace, yaml.YAMLError.

    A value that stood on several lines is written on one, and comments inside it go with it.
    """
    root = yaml.compose(text, Loader=_LOADER)
    cuts = sorted(((*_span(text, root, path), value) for path, value in changes.items()), key=lambda cut: cut[0], reverse=True)
    for first, last, value in cuts:
        gap = " " if first and text[first - 1] not in " \n" else ""
        text = f"{text[:first]}{gap}{flow(value)}{text[last:]}"
    return text


def flow(value: Any) -> str:
    """Return plain data as YAML on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            plain = (_PLAIN.fullmatch(value) and value.lower() not in _WORDS) or _DAY.fullmatch(value)
            return value if plain else _ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(value, ensure_ascii=False))
        case Mapping():
            return "{" + ", ".join(f"{flow(str(key))}: {flow(member)}" for key, member in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(map(flow, value)) + "]"
    raise AssertionError(f"no plain data: {value!r}")


def _span(text: str, root: Any, path: Path) -> tuple[int, int]:
    node = root
    for part in path:
        if isinstance(node, yaml.MappingNode):
            node = next((member for key, member in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
            node = node.value[part]
        else:
            node = None
        if node is None:
            raise NoPlace(".".join(map(str, path)))
    first, last = node.start_mark.index, node.end_mark.index
    # A block ends where the next thing begins: what is only space there is no part of it.
    return first, first + len(text[first:last].rstrip())
