"""One version of a power file as the checks see it: sound plain data, the words it may use, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qingfeng.catalogue.faults import Faults, Path
from qingfeng.catalogue.power import ANY, CLOSED, STAY
from qingfeng.terms.text import Text

STEP = Text(zh="环节", en="step")
ACT = Text(zh="动作", en="act")
POST = Text(zh="岗位", en="post")
FIELD = Text(zh="字段", en="field")
PENDING = Text(zh="未结事项", en="pending matter")
LIMIT = Text(zh="期限", en="limit")
_RENAME = Text(zh="请改名或删去一个。", en="Rename or remove one.")

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """What the checks of one version are handed.

    `whole` is false when broken parts were taken out: then only names are judged, and `original` (all that the file
    says, whatever its shape) tells which names exist.
    """

    head: Raw
    raw: Raw
    words: Raw
    faults: Faults
    path: Path
    whole: bool
    original: Any

    @cached_property
    def steps(self) -> list[str]:
        """Ids of the steps in order."""
        return [step["id"] for step in self.raw["steps"]]

    @cached_property
    def rows(self) -> list[Raw]:
        """The act rows."""
        return list(self.raw["procedure"]["acts"])

    @cached_property
    def limits(self) -> list[Raw]:
        """The limits."""
        return list(self.raw["procedure"].get("limits") or ())

    @cached_property
    def pending(self) -> list[Raw]:
        """The pending matters."""
        return list(self.raw["procedure"].get("pending") or ())

    @cached_property
    def stories(self) -> list[Raw]:
        """The stories."""
        return list(self.raw["stories"])

    @cached_property
    def drills(self) -> list[Raw]:
        """The drills."""
        return list(self.raw.get("drills") or ())

    @cached_property
    def known(self) -> Mapping[str, frozenset[str]]:
        """Names that exist in the file: steps, acts (with a row), limits, pending."""
        paths = {
            "steps": (("steps",), "id"),
            "acts": (("procedure", "acts"), "act"),
            "limits": (("procedure", "limits"), "id"),
            "pending": (("procedure", "pending"), "id"),
        }
        found: dict[str, frozenset[str]] = {}
        sources = [self.raw] if self.whole else [self.raw, *_versions(self.original)]
        for kind, (place, key) in paths.items():
            found[kind] = frozenset(name for source in sources for name in _ids(source, place, key))
        return found

    def at(self, *parts: str | int) -> Path:
        """The path of a place in this version."""
        return (*self.path, *parts)

    def act_at(self, row: int, *parts: str | int) -> Path:
        """The path of a place in an act row."""
        return self.at("procedure", "acts", row, *parts)

    def twice(self, ids: list[str], kind: Text, *place: str) -> None:
        """Fault every id that is borne twice."""
        seen: set[str] = set()
        for index, name in enumerate(ids):
            if name in seen:
                self.faults.error(
                    self.at(*place, index),
                    Text(zh=f"{kind.zh}“{name}”重复。", en=f'The {kind.en} "{name}" is there twice.'),
                    _RENAME,
                )
            seen.add(name)

    def applies(self, row: Raw) -> list[str]:
        """The steps (and CLOSED) at which a row may apply, in their order."""
        wide = ANY in row["at"]
        return [step for step in self.steps if wide or step in row["at"]] + ([CLOSED] if CLOSED in row["at"] else [])

    def name_of(self, act: str) -> Text:
        """An act's name, with its id."""
        word = self.words["acts"].get(act)
        if word is None:
            return Text(zh=f"“{act}”", en=f'"{act}"')
        return Text(zh=f"“{word['zh']}”（{act}）", en=f'"{word["en"]}" ({act})')


def results(consequence: Any, *, here: str | None = None) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a `to` or `opens` may lead to, each with its path within the row's key; `stay` as `here` if given."""
    if consequence is None:
        consequence = STAY
    if isinstance(consequence, str):
        yield (), (here if here is not None and consequence == STAY else consequence)
        return
    for case, value in consequence.items():
        if case != "field":
            yield (case,), (here if here is not None and value == STAY else value)


def alternatives(after: str) -> list[str]:
    """The acts of one `after` entry."""
    return after.split("|")


def _versions(original: Any) -> list[Any]:
    versions = original.get("versions") if isinstance(original, Mapping) else None
    return versions if isinstance(versions, list) else []


def _ids(source: Any, place: tuple[str, ...], key: str) -> Iterator[str]:
    for part in place:
        source = source.get(part) if isinstance(source, Mapping) else None
    for item in source if isinstance(source, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get(key), str):
            yield item[key]
