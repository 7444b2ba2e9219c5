"""Typed settings from plain data: what a power file says about a control becomes the control's fields, strictly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from qingfeng.terms.text import TermError, Text

from .power import PowerVersion

T = TypeVar("T")


class BadSetting(ValueError):
    """A setting that its control cannot use; says which, why and what would do."""

    def __init__(self, place: str, zh: str, en: str) -> None:
        super().__init__(f"{place}: {en}")
        self.place = place
        self.text = Text(zh=f"{place}：{zh}", en=f"{place}: {en}")


def unfit(version: PowerVersion, *lists: Sequence[str], more: Sequence[str] = ()) -> Text | None:
    """Return why lists of acts do not fit a power, or None: each has acts, all are the procedure's, none is in two.

    more: acts that may be none.
    """
    named = [act for acts in (*lists, more) for act in acts]
    unknown = sorted({*named} - {row.act for row in version.procedure.rows})
    if not unknown and all(lists) and len({*named}) == len(named):
        return None
    return Text(
        zh=f"各组动作须取自流程、不得为空、不得重复（流程中没有：{'、'.join(unknown) or '—'}）",
        en=f"acts must be of the procedure, in lists that are filled and disjoint (unknown: {', '.join(unknown) or '—'})",
    )


@lru_cache(maxsize=512)
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(kind)


def typed(kind: type[T], data: Any, *, place: str) -> T:
    """Return an instance of a frozen dataclass made from a mapping.  Raises BadSetting at the first fault."""
    assert is_dataclass(kind)
    if not isinstance(data, Mapping):
        raise BadSetting(place, "应为键值表", "must be a mapping")
    hints = _hints(kind)
    known = {f.name: f for f in fields(kind) if f.init}
    for name in data:
        if name not in known:
            raise BadSetting(
                f"{place}.{name}",
                f"没有这项设置；可用：{'、'.join(known)}",
                f"unknown setting; known: {', '.join(known)}",
            )
    values = {}
    for name, f in known.items():
        if name in data:
            values[name] = _value(hints[name], data[name], f"{place}.{name}")
        elif f.default is MISSING and f.default_factory is MISSING:
            raise BadSetting(f"{place}.{name}", "缺少此项设置", "this setting is missing")
    try:
        return kind(**values)
    except TermError as error:  # a citation that is none
        raise BadSetting(place, error.text.zh, error.text.en) from error


def _value(hint: Any, value: Any, place: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        if value is None and NoneType in args:
            return None
        return _value(next(a for a in args if a is not NoneType), value, place)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise BadSetting(place, "应为列表", "must be a list")
        return tuple(_value(args[0], item, f"{place}[{n}]") for n, item in enumerate(value, 1))
    if is_dataclass(hint):
        return typed(cast(type[Any], hint), value, place=place)
    assert isinstance(hint, type)
    if type(value) is not hint:
        names = {int: "整数", str: "文字", bool: "true 或 false"}
        raise BadSetting(place, f"应为{names.get(hint, hint.__name__)}", f"must be {hint.__name__}")
    return value
