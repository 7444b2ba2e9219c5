"""What there is to choose from in a field of codes: the lists that the controls of a power are set to, or what its stories say there.

A list of the settings belongs to a field if it has everything that the stories say in it: the catalogue of violations to
`violation_code`, its kinds of penalty to `penalty_kinds`, the items of a sheet to the answers on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import Field, FieldType, PowerVersion
from qingfeng.terms.text import Text

from .practice import practice_of

Choices = tuple[tuple[str, Text], ...]
MOST = 60
"""A list longer than this is typed, with its first items as a help."""


@dataclass(frozen=True, slots=True)
class Pools:
    """The lists in the settings: name of control and of list -> codes; code of an item -> what may be answered to it.

    registers: the lists whose items are described, not only named.
    """

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    registers: frozenset[str] = frozenset()


@lru_cache(maxsize=128)
def pools_of(version: PowerVersion) -> Pools:
    """Return the lists of codes in the settings of a version."""
    lists: dict[str, dict[str, None]] = {}
    answers: dict[str, dict[str, None]] = {}
    registers = set()
    for control, settings in version.controls.items():
        for name, item in _items(control, settings):
            code = item.get("code") if isinstance(item, Mapping) else item
            if not isinstance(code, str):
                continue
            lists.setdefault(name, {})[code] = None
            if isinstance(item, Mapping):
                registers.add(name)
            if isinstance(item, Mapping) and isinstance(item.get("options"), list):
                answers.setdefault(code, {}).update(dict.fromkeys(str(o["code"]) for o in item["options"] if "code" in o))
    return Pools({k: tuple(v) for k, v in lists.items()}, {k: tuple(v) for k, v in answers.items()}, frozenset(registers))


def _items(name: str, settings: Any) -> Iterator[tuple[str, Any]]:
    """Yield every item of every list in settings, under the names on the way to it."""
    if isinstance(settings, Mapping):
        for key, value in settings.items():
            yield from _items(f"{name}.{key}", value)
    elif isinstance(settings, list | tuple):
        for item in settings:
            yield name, item
            if isinstance(item, Mapping):
                yield from _items(name, item)


def codes_of(version: PowerVersion, act: str, f: Field) -> tuple[tuple[str, ...], bool]:
    """Return the codes that a field of an act offers, and whether these are all there are; none if it holds no codes.

    They are all where the settings keep a register of them, each with its name; another list may serve a part of its uses.
    """
    told = practice_of(version).codes.get((act, f.id), ())
    said = {*told}
    if not said:
        return (), False
    pools = pools_of(version)
    fit = [name for name, pool in pools.lists.items() if said <= {*pool} and all(_has_words(version, one) for one in pool)]
    if fit:
        best = min(fit, key=lambda name: len(pools.lists[name]))
        return pools.lists[best], best in pools.registers
    coded = f.type is not FieldType.TEXT or f.id.endswith("_kind")
    return (told, False) if coded and all(_has_words(version, one) for one in told) else ((), False)


def choices(version: PowerVersion, act: str, f: Field) -> tuple[Choices, bool]:
    """Return the same with its words."""
    found, closed = codes_of(version, act, f)
    return ((named(version, found), closed) if len(found) <= MOST else ((), False))


def answers_to(version: PowerVersion, act: str, name: str, key: str) -> Choices:
    """Return what may be answered to one item of a sheet; none: it is answered in words."""
    told = pools_of(version).answers.get(key)
    if told is None:
        said = practice_of(version).answers.get((act, name), ())
        if not all(one in version.codes or one in codes.WORDS for one in said):
            return ()
        told = tuple(dict.fromkeys(one for code in said for one in (code, *codes.beside(code))))
    return named(version, told)


def words_beside(version: PowerVersion, act: str, name: str, key: str) -> Choices:
    """Return the words of the list that may be answered to one item beside words of one's own: accepted, or why not."""
    if key in pools_of(version).answers:
        return ()
    said = practice_of(version).answers.get((act, name), ())
    return named(version, tuple(one for one in said if one in version.codes or one in codes.WORDS))


def named(version: PowerVersion, found: tuple[str, ...]) -> Choices:
    """Return codes with their words."""
    return tuple((one, codes.word(version, one)) for one in found)


def _has_words(version: PowerVersion, code: str) -> bool:
    return code in version.codes or code in codes.WORDS or not code.isascii()
