"""What an act says, in words for people: amounts in yuan, names of officers, words of choices and codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qingfeng.catalogue.codes import word
from qingfeng.catalogue.power import Field, FieldType, PowerVersion
from qingfeng.engine.shape import word_of
from qingfeng.terms.money import format_yuan
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..words import rule_name

_CODE = re.compile("[a-z][a-z0-9_]*")
IN_CATALOGUE = ("violation_code", "matter_code")
"""What the agency's catalogues number: shown by name and number."""
FOUND_RULE = "found_rule"
"""The rule, duty or pattern that made a finding, kept by its id: the log would else change with its name."""
ERASED = Text(zh="（个人信息已删除）", en="(personal data erased)")


@dataclass(frozen=True, slots=True)
class Said:
    """One field of an act with its value in words; file: the hash of a file, which has a page of its own."""

    field: str
    name: Text
    value: Text
    file: str | None = None


def plain(text: object) -> Text:
    """Return words that are the same in both languages."""
    return Text(zh=str(text), en=str(text))


def lines_of(
    version: PowerVersion, act: str, data: Mapping[str, Any], people: People, erased: frozenset[str] = frozenset()
) -> tuple[Said, ...]:
    """Return what an act said, in the order of its fields."""
    known = word_of(version, act)
    fields = {f.id: f for f in known.fields} if known is not None else {}
    told = [_said(version, fields.get(name), name, value, people) for name, value in data.items()]
    told += [Said(name, fields[name].name if name in fields else plain(name), ERASED) for name in sorted(erased)]
    order = {name: place for place, name in enumerate(fields)}
    return tuple(sorted(told, key=lambda one: order.get(one.field, len(order))))


def _said(version: PowerVersion, field: Field | None, name: str, value: Any, people: People) -> Said:
    if field is None:
        return Said(name, plain(name), plain("、".join(map(str, value)) if isinstance(value, list) else value))
    return Said(name, field.name, value_words(version, field, value, people), str(value) if field.type is FieldType.FILE else None)


def value_words(version: PowerVersion, field: Field, value: Any, people: People) -> Text:
    """Return a canonical value of a field in words."""
    if field.id == FOUND_RULE:
        return rule_name(str(value))
    match field.type:
        case FieldType.MONEY:
            return Text(zh=f"{format_yuan(value)}元", en=f"{format_yuan(value)} yuan")
        case FieldType.TEXT if _CODE.fullmatch(str(value)):  # a matter, a tier, the kind of a paper: chosen by its word, kept as a code
            return word(version, str(value))
        case FieldType.TEXT if field.id in IN_CATALOGUE and str(value) in version.codes:
            named = word(version, str(value))
            return Text(zh=f"{named.zh}（{value}）", en=f"{named.en} ({value})")
        case FieldType.CHOICE:
            return field.choices.get(str(value), plain(value))
        case FieldType.OFFICER:
            return plain(people.name(str(value)))
        case FieldType.OFFICERS:
            return _joined([plain(people.name(str(one))) for one in value])
        case FieldType.CODES:
            return _joined([word(version, str(one)) for one in value])
        case FieldType.LINES:
            return Text(zh="；".join(map(str, value)), en="; ".join(map(str, value)))
        case FieldType.QUANTITIES | FieldType.ANSWERS:
            return _pairs(version, value, people)
        case FieldType.INSTANT:
            return plain(str(value)[:16].replace("T", " "))
        case FieldType.FILE:
            return plain(f"{str(value)[:4]}…{str(value)[-4:]}")
    return plain(value)


def _joined(texts: list[Text]) -> Text:
    return Text(zh="、".join(t.zh for t in texts), en=", ".join(t.en for t in texts))


def _pairs(version: PowerVersion, value: Mapping[str, Any], people: People) -> Text:
    def key(name: str) -> Text:
        return plain(people.name(name)) if name in people.names else word(version, name)

    told = [(key(str(k)), key(str(v))) for k, v in value.items()]
    return Text(zh="；".join(f"{k.zh}：{v.zh}" for k, v in told), en="; ".join(f"{k.en}: {v.en}" for k, v in told))
