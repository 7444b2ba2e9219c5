"""The shape of a file, checked against a JSON Schema; every departure becomes one sentence with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from qingfeng.catalogue.faults import Faults, Path, nearest
from qingfeng.terms.limits import MAX_LIST
from qingfeng.terms.text import Text

_TYPES = {
    "object": Text(zh="映射（键: 值）", en="a map"),
    "array": Text(zh="列表", en="a list"),
    "string": Text(zh="文字", en="text"),
    "integer": Text(zh="整数", en="a whole number"),
    "boolean": Text(zh="true 或 false", en="true or false"),
    "null": Text(zh="null", en="null"),
}
_PATTERNS = {
    "^[a-z][a-z0-9_]*$": Text(
        zh="小写字母、数字和下划线，以字母开头", en="small letters, digits and _, beginning with a letter"
    ),
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": Text(zh="日期 YYYY-MM-DD", en="a day YYYY-MM-DD"),
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2})?$": Text(
        zh="YYYY-MM-DD 或 YYYY-MM-DD HH:MM", en="YYYY-MM-DD or YYYY-MM-DD HH:MM"
    ),
    r"^[1-9][0-9]{0,3}(\([1-9][0-9]?\)){0,2}$": Text(
        zh='条文号，如 "60"、"64(1)"', en='an article such as "60" or "64(1)"'
    ),
    "^all$": Text(zh="all 或动作列表", en="all, or a list of acts"),
    "^p[0-9]+$": Text(zh="p1、p2……", en="p1, p2 …"),
    "^[a-z][a-z0-9_]*[.]r[0-9]+$": Text(zh="环节.风险点，如 open_case.r1", en="step.risk such as open_case.r1"),
    "^[a-z][a-z0-9_]*(#[1-9][0-9]?)?$": Text(zh="动作，或 动作#次序，如 investigate#2", en="an act, or act#n such as investigate#2"),
    "^[01]([.][0-9]{1,4})?$": Text(zh="大于0、不大于1的小数，如 0.35", en="a number above 0 and up to 1 such as 0.35"),
    "^r[0-9]+$": Text(zh="r1、r2……", en="r1, r2 …"),
    "^m[0-9]+$": Text(zh="m1、m2……", en="m1, m2 …"),
}


def check_structure(data: Any, schema: dict[str, Any], faults: Faults) -> list[Path]:
    """Add a fault for every departure from the schema; return the places concerned (at most `MAX_LIST`)."""
    found: list[Path] = []
    for error in islice(departures(data, schema), MAX_LIST):
        base: Path = tuple(error.absolute_path)
        for path, what, hint in _sentences(error, base):
            faults.error(path, what, hint)
            found.append(path)
    return found


def departures(data: Any, schema: dict[str, Any]) -> Iterator[Any]:
    """Every departure from the schema as the library tells it; `$` means the very end, as in ECMA."""
    # Slow to import, and the command line must start fast also where no file is read.
    from jsonschema import Draft202012Validator, ValidationError, validators  # noqa: PLC0415

    def pattern(validator: Any, wanted: str, instance: Any, schema: Any) -> Iterator[Any]:
        if isinstance(instance, str) and not re.search(wanted.replace("$", r"\Z"), instance):
            yield ValidationError(f"{instance!r} does not match {wanted!r}")

    strict: Any = validators.extend(Draft202012Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]
    yield from strict(schema).iter_errors(data)


_Sentence = tuple[Path, Text, Text]


def _sentences(error: Any, path: Path) -> Iterator[_Sentence]:
    tell = _TELLERS.get(str(error.validator), _other)
    yield from tell(error, path)


def _unknown_keys(error: Any, path: Path) -> Iterator[_Sentence]:
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            yield (
                (*path, key),
                Text(zh=f"不认识的键“{key[:100]}”。", en=f'Unknown key "{key[:100]}".'),
                nearest(key, known),
            )


def _required(error: Any, path: Path) -> Iterator[_Sentence]:
    missing = [key for key in error.validator_value if key not in error.instance]
    for key in missing:
        said = error.schema.get("properties", {}).get(key, {}).get("description", key)
        zh, _, en = said.partition(" · ")
        yield (
            path,
            Text(zh=f"缺少“{key}”（{zh}）。", en=f'"{key}" is missing ({en or zh}).'),
            Text(zh=f"请补写 {key}: …", en=f"Add {key}: …"),
        )


def _type(error: Any, path: Path) -> Iterator[_Sentence]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    yield (
        path,
        Text(
            zh=f"此处应为{'或'.join(_TYPES[kind].zh for kind in wanted)}，却是{_kind(error.instance).zh}"
            f"{_shown(error.instance)}。",
            en=f"Expected {' or '.join(_TYPES[kind].en for kind in wanted)}, found {_kind(error.instance).en}"
            f"{_shown(error.instance)}.",
        ),
        Text(zh="请改写；数字样的文字要加引号。", en="Rewrite it; quote text that looks like a number."),
    )


def _enum(error: Any, path: Path) -> Iterator[_Sentence]:
    allowed = [str(value) for value in error.validator_value]
    hint = nearest(str(error.instance), allowed)
    yield (
        path,
        Text(zh=f"不允许的值{_shown(error.instance)}。", en=f"Value not allowed{_shown(error.instance)}."),
        Text(
            zh=f"{hint.zh}允许的值：{'、'.join(allowed)}。" if "？" in hint.zh else f"允许的值：{'、'.join(allowed)}。",
            en=f"{hint.en} Allowed: {', '.join(allowed)}." if "?" in hint.en else f"Allowed: {', '.join(allowed)}.",
        ),
    )


def _pattern(error: Any, path: Path) -> Iterator[_Sentence]:
    wanted = _PATTERNS.get(error.validator_value, Text(zh=error.validator_value, en=error.validator_value))
    yield (
        path,
        Text(zh=f"写法不对{_shown(error.instance)}。", en=f"Not written as it must be{_shown(error.instance)}."),
        Text(zh=f"应写作：{wanted.zh}。", en=f"Write {wanted.en}."),
    )


def _size(error: Any, path: Path) -> Iterator[_Sentence]:
    bound = error.validator_value
    most = str(error.validator).startswith("max")
    if str(error.validator) in ("minLength", "minItems", "minProperties") and bound == 1:
        yield path, Text(zh="此处为空。", en="This is empty."), Text(zh="请填写。", en="Fill it in.")
        return
    yield (
        path,
        Text(
            zh=f"超出范围：{'至多' if most else '至少'}{bound}。",
            en=f"Out of range: {'at most' if most else 'at least'} {bound}.",
        ),
        Text(zh="请改正。", en="Correct it."),
    )


def _one_of(error: Any, path: Path) -> Iterator[_Sentence]:
    names = [name for option in error.validator_value for name in option["required"]]
    yield (
        path,
        Text(zh=f"{'、'.join(names)} 须写且只能写其中一个。", en=f"Exactly one of {', '.join(names)} must be there."),
        Text(zh="请保留一个。", en="Keep one."),
    )


def _any_of(error: Any, path: Path) -> Iterator[_Sentence]:
    names = [name for option in error.validator_value for name in option["required"]]
    yield (
        path,
        Text(zh=f"{'、'.join(names)} 至少要写一个。", en=f"At least one of {', '.join(names)} must be there."),
        Text(zh="请补写。", en="Add it."),
    )


def _other(error: Any, path: Path) -> Iterator[_Sentence]:
    yield (
        path,
        Text(zh=f"不符合格式（{error.validator}）。", en=f"Not in the format ({error.validator})."),
        Text(zh="请对照 docs/powers.md。", en="See docs/powers.md."),
    )


def _kind(value: Any) -> Text:
    match value:
        case None:
            return _TYPES["null"]
        case bool():
            return Text(zh="真假值", en="true or false")
        case int():
            return _TYPES["integer"]
        case str():
            return _TYPES["string"]
        case list():
            return _TYPES["array"]
    return _TYPES["object"]


def _shown(value: Any) -> str:
    return f" “{str(value)[:60]}”" if isinstance(value, (str, int)) else ""


_TELLERS: dict[str, Callable[[Any, Path], Iterator[_Sentence]]] = {
    "additionalProperties": _unknown_keys,
    "required": _required,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "oneOf": _one_of,
    "anyOf": _any_of,
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "minProperties", "maxProperties"),
        _size,
    ),
}
