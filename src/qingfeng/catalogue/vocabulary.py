"""The shared words: posts, fields and acts, and how a power file adds its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qingfeng.catalogue.faults import Faults
from qingfeng.catalogue.power import ANY, CLOSED, PARTY, STAY, SYSTEM, ActWord, Field, FieldType, Post
from qingfeng.terms.text import Text

RESERVED = frozenset({ANY, CLOSED, STAY, PARTY, SYSTEM, "all", "clock", "wait", "nothing", "override", "accepted"})
"""Words with a meaning of their own in a power file: no post, act or step may bear them."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by id; `document` is the plain data they were built from (`{posts, fields, acts, codes}`)."""

    posts: Mapping[str, Post]
    fields: Mapping[str, Field]
    acts: Mapping[str, ActWord]
    codes: Mapping[str, Text]
    document: Mapping[str, Any]


def check_words(own: Mapping[str, Any], merged: Mapping[str, Any], faults: Faults, *, path: tuple[str, ...]) -> None:
    """Faults of words: reserved names, and acts that use fields which do not exist in `merged`."""
    for kind in ("posts", "acts"):
        for word in own.get(kind, {}):
            if word in RESERVED:
                faults.error(
                    (*path, kind, word),
                    Text(zh=f"“{word}”是保留词。", en=f'"{word}" is a reserved word.'),
                    Text(zh="请改名。", en="Rename it."),
                )
    for act, word in own.get("acts", {}).items():
        for index, name in enumerate(word["fields"]):
            if name.removesuffix("!") not in merged["fields"]:
                faults.unknown(
                    (*path, "acts", act, "fields", index),
                    Text(zh="字段", en="field"),
                    name.removesuffix("!"),
                    merged["fields"],
                )
    for field, word in own.get("fields", {}).items():
        if ("choices" in word) is not (word["type"] == FieldType.CHOICE):
            faults.error(
                (*path, "fields", field),
                Text(
                    zh="类型为 choice 的字段须列 choices，其他类型不得列。",
                    en="Exactly fields of type choice list choices.",
                ),
                Text(zh="请补充或删去 choices。", en="Add or remove choices."),
            )
        if word.get("personal") and word["type"] in _NEVER_PERSONAL:
            # Replay must not change when personal data are erased: where a case goes and when its limits run stay readable.
            faults.error(
                (*path, "fields", field),
                Text(
                    zh="决定案件去向或期限的字段（选项、日期、数额）不能标为个人信息：清空后案件无法重现。",
                    en="A field that decides where a case goes or when a limit runs (choice, date, number) cannot be personal.",
                ),
                Text(zh="请删去 personal，姓名等另设文字字段。", en="Remove `personal`; keep names in a text field."),
            )


_MAY_BE_PERSONAL = {FieldType.TEXT, FieldType.NOTE, FieldType.LINES, FieldType.OFFICER, FieldType.OFFICERS, FieldType.FILE}
_NEVER_PERSONAL = frozenset(FieldType) - _MAY_BE_PERSONAL


def merged_words(shared: Mapping[str, Any], own: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """The shared words and those of one power file; a word of the file goes before a shared one of the same name."""
    own = own or {}
    return {kind: {**shared.get(kind, {}), **(own.get(kind) or {})} for kind in ("posts", "fields", "acts", "codes")}


def words_from(document: Mapping[str, Any]) -> Vocabulary:
    """Build words from plain data that is known to be sound."""
    fields = {name: field_from(name, word) for name, word in document["fields"].items()}
    return Vocabulary(
        posts={
            name: Post(id=name, name=Text(word["zh"], word["en"]), rank=word["rank"])
            for name, word in document["posts"].items()
        },
        fields=fields,
        acts={name: _act(name, word, fields) for name, word in document["acts"].items()},
        document=document,
        codes={code: Text(said["zh"], said["en"]) for code, said in document.get("codes", {}).items()},
    )


def field_from(name: str, word: Mapping[str, Any]) -> Field:
    """One field from its sound plain data."""
    return Field(
        id=name,
        type=FieldType(word["type"]),
        name=Text(word["zh"], word["en"]),
        personal=word.get("personal", False),
        index=word.get("index", False),
        choices={choice: Text(said["zh"], said["en"]) for choice, said in word.get("choices", {}).items()},
    )


def _act(name: str, word: Mapping[str, Any], fields: Mapping[str, Field]) -> ActWord:
    return ActWord(
        id=name,
        name=Text(word["zh"], word["en"]),
        fields=tuple(fields[field.removesuffix("!")] for field in word["fields"]),
        required=frozenset(field[:-1] for field in word["fields"] if field.endswith("!")),
        credential=word.get("credential", False),
    )
