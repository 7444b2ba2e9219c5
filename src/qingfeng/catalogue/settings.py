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
        self.what = Text(zh=zh, en=en)
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


def idle_posts(version: PowerVersion, acts: Sequence[str], posts: Sequence[str]) -> Text | None:
    """Return which of the posts do none of these acts in a power's procedure, or None: who may not do an act cannot be asked to."""
    able = {post for row in version.procedure.rows if row.act in acts for post in row.by}
    idle = [post for post in dict.fromkeys(posts) if post not in able]
    if not idle:
        return None
    names = [version.posts[post].name if post in version.posts else Text(zh=post, en=post) for post in idle]
    words = [row.word.name for act in dict.fromkeys(acts) for row in version.procedure.rows if row.act == act]
    zh, en = "、".join(dict.fromkeys(w.zh for w in words)), ", ".join(dict.fromkeys(w.en for w in words))
    return Text(
        zh=f"流程中{'、'.join(n.zh for n in names)}不办理“{zh}”，不能设为办理岗位",
        en=f"in the procedure {', '.join(n.en for n in names)} never does “{en}” and cannot be set to do it",
    )


def list_of(version: PowerVersion, control: str, setting: str) -> tuple[str, ...] | None:
    """Return a list that another control of the power is set to; None where it is not set, or not soundly (its own fault says so)."""
    settings = version.controls.get(control)
    said = settings.get(setting) if isinstance(settings, Mapping) else None
    return tuple(said) if isinstance(said, list | tuple) and all(isinstance(one, str) for one in said) else None


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


def faults_in(kind: type[T], data: Any, *, place: str) -> list[BadSetting]:
    """Return every fault of a mapping that is to become settings, each at its place; empty if `typed` will do."""
    assert is_dataclass(kind)
    hints, known = _hints(kind), {f.name for f in fields(kind) if f.init}
    rest: Any = dict(data) if isinstance(data, Mapping) else data
    found: list[BadSetting] = []
    for name in list(data) if isinstance(data, Mapping) else ():
        try:
            if name in known:
                _value(hints[name], data[name], f"{place}.{name}")
            else:
                typed(kind, {name: None}, place=place)
        except BadSetting as error:
            found.append(error)
            del rest[name]
    try:
        typed(kind, rest, place=place)
    except BadSetting as error:
        told = [one.place for one in found]
        if not any(one == error.place or one.startswith((f"{error.place}.", f"{error.place}[")) for one in told):
            found.append(error)
    return found


def pinned(place: str, problem: Text, settings: Any) -> BadSetting:
    """Return what a control or duty says of its settings as a fault; “fewest：…” is pinned to that setting."""
    name, colon, zh = problem.zh.partition("：")
    if colon and name in settings and problem.en.startswith(f"{name}: "):
        return BadSetting(f"{place}.{name}", zh, problem.en.removeprefix(f"{name}: "))
    return BadSetting(place, problem.zh, problem.en)


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
