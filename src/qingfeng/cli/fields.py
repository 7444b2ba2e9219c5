"""k=v on the command line: what an act says, from words to plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qingfeng.catalogue.power import ActWord, FieldType
from qingfeng.terms.limits import MAX_COMMAND_BYTES
from qingfeng.terms.text import Text

from .screen import CommandFailed

_LISTS = (FieldType.OFFICERS, FieldType.LINES, FieldType.CODES)


def pairs(words: Iterable[str]) -> dict[str, Any]:
    """Return {k: v}: k=v is text, k:=JSON any JSON value; a key given again makes a list.  Raises CommandFailed."""
    data: dict[str, Any] = {}
    repeated: set[str] = set()
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip(":"):
            raise CommandFailed(Text(zh=f"“{word[:50]}”不是“字段=值”的写法。", en=f"{word[:50]!r} is not field=value."))
        given: Any = value
        if name.endswith(":"):
            name, given = name[:-1], read_json(value, name[:-1])
        if name not in data:
            data[name] = given
        elif name in repeated:
            data[name].append(given)
        else:
            data[name] = [data[name], given]
            repeated.add(name)
    return data


def all_data(words: Iterable[str], *, data: str | None, data_file: Path | None) -> dict[str, Any]:
    """Return what k=v words, --data and --data-file say together; a field said twice is a CommandFailed."""
    merged: dict[str, Any] = {}
    sources = [pairs(words)]
    if data is not None:
        sources.append(_mapping(read_json(data, "--data"), "--data"))
    if data_file is not None:
        sources.append(_mapping(read_json(read_text(data_file, MAX_COMMAND_BYTES), str(data_file)), str(data_file)))
    for source in sources:
        twice = sorted(merged.keys() & source.keys())
        if twice:
            named = "、".join(twice)[:200]
            raise CommandFailed(Text(zh=f"字段{named}给了两次。", en=f"Given twice: {named}."))
        merged |= source
    return merged


def fitted(data: Mapping[str, Any], word: ActWord | None) -> dict[str, Any]:
    """Return the data with a single value made a list of one where the act's field is a list."""
    lists = {f.id for f in word.fields if f.type in _LISTS} if word else set()
    return {name: [value] if name in lists and isinstance(value, str) else value for name, value in data.items()}


def read_json(text: str, what: str) -> Any:
    """Return the value in a JSON text.  Raises CommandFailed."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandFailed(
            Text(zh=f"{what[:100]}不是有效的JSON：{error}。", en=f"{what[:100]} is no valid JSON: {error}.")
        ) from error


def read_text(path: Path, bound: int) -> str:
    """Return the text of a file of at most `bound` bytes.  Raises OSError, CommandFailed."""
    with path.open("rb") as file:
        raw = file.read(bound + 1)
    if len(raw) > bound:
        raise CommandFailed(Text(zh=f"文件{path}超过{bound}字节。", en=f"{path} has more than {bound} bytes."))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandFailed(
            Text(zh=f"文件{path}不是UTF-8编码，请另存为UTF-8。", en=f"{path} is not UTF-8; save it as UTF-8.")
        ) from error


def _mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CommandFailed(Text(zh=f"{what}应为JSON对象。", en=f"{what} must be a JSON object."))
    return value
