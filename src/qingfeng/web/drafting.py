"""Texts of powers: where a draft begins, and what a text says; a text that was read once is not read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

import yaml

from qingfeng import wiring
from qingfeng.casework.office import Office, Registry
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.powercheck import Checked, checked
from qingfeng.catalogue.amend import amended
from qingfeng.catalogue.load import Loaded, load_power
from qingfeng.catalogue.power import Power
from qingfeng.catalogue.vocabulary import Vocabulary


class _Dumper(yaml.SafeDumper):
    """Writes every value out: a reader of the file follows no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always."""
        return True


@cache
def words() -> Vocabulary:
    """Return the shared words."""
    return wiring.vocabulary()


@lru_cache(maxsize=6)
def read(power: str, text: str) -> Loaded:
    """Return what a text says."""
    return load_power(text, name=f"powers/{power}.yaml", vocabulary=words())


def check(office: Office, tx: ReadTx, registry: Registry, power: str, text: str, *, day: date) -> Checked:
    """Return what stands against publishing a text."""
    return checked(
        read(power, text), registry, power=power, day=day, has_cases=bool(tx.case_rows(power=power, limit=1))
    )


def starting_text(registry: Registry, power: str, version: str, *, today: date) -> str:
    """Return the text of a new draft, in force from tomorrow: the shipped file with its comments if it "
    "says what is published, else what is."""
    document = registry.versions[power, version]
    text = _shipped(power, document) or _written(document)
    last = len(read(power, text).power.versions) - 1  # type: ignore[union-attr]  # what is published can be read
    return _from_tomorrow(text, last, after=version, today=today)


def written(document: Mapping[str, Any], *, after: str, today: date) -> str:
    """Return a version's document as the text of a draft, in force from tomorrow, and after an earlier version."""
    return _from_tomorrow(_written(document), 0, after=after, today=today)


def _from_tomorrow(text: str, last: int, *, after: str, today: date) -> str:
    return amended(
        text,
        {
            ("versions", last, "in_force_from"): (
                max(today, date.fromisoformat(after)) + timedelta(days=1)
            ).isoformat()
        },
    )


def for_drills(power: str, text: str, base: str) -> Power | None:
    """Return what a text says, its last version in force as early as the one it began from: its stories are told of days before it."""
    said = read(power, text).power
    if said is None:
        return None
    if not base:  # a new power: there is no earlier version to keep its stories from
        return said
    earlier = amended(text, {("versions", len(said.versions) - 1, "in_force_from"): base})
    return read(power, earlier).power or said


def _shipped(power: str, document: Mapping[str, Any]) -> str | None:
    path = wiring.data_folder("powers") / f"{power}.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    loaded = read(power, text)
    return text if loaded.power is not None and loaded.power.versions[-1].document == document else None


_FIRST = (
    "id",
    "in_force_from",
    "act",
    "rule",
    "title",
    "name",
    "zh",
    "en",
    "agency",
    "kind",
    "source",
    "level_scheme",
    "phones",
    "type",
    "rank",
    "source_faults",
    "words",
    "posts",
    "fields",
    "acts",
    "codes",
    "versions",
    "basis",
    "label",
    "owner",
    "level",
    "text",
    "reads_as",
    "stopped_by",
    "carried_by",
    "steps",
    "whole_process",
    "procedure",
    "start",
    "rows",
    "at",
    "by",
    "to",
    "starts",
    "ends",
    "n",
    "unit",
    "risks",
    "measures",
    "controls",
    "duties",
    "stories",
    "drills",
)
_PLACES = {key: place for place, key in enumerate(_FIRST)}


def _ordered(value: Any) -> Any:
    """Return data with its keys in the order of the shipped files; what is published keeps none."""
    if isinstance(value, Mapping):
        return {
            key: _ordered(value[key]) for key in sorted(value, key=lambda key: (_PLACES.get(key, len(_PLACES)), key))
        }
    return [_ordered(one) for one in value] if isinstance(value, list | tuple) else value


def _written(document: Mapping[str, Any]) -> str:
    whole = {**document["power"], "source_faults": [], "words": document["words"], "versions": [document["version"]]}
    return yaml.dump(
        _ordered(whole), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=150, default_flow_style=None
    )
