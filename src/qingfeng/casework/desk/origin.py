"""Of which powers somebody begins cases, and whence a power comes, for telling two of one name apart.

The agency of its source, the document and the number of the map in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from ..office import Office, Registry
from .access import Viewer

UNNAMED = Text(zh="来源未写单位", en="agency not named in the source")
BUILT_IN = Text(zh="本系统内置", en="built in")


@dataclass(frozen=True, slots=True)
class Begun:
    """A power of which somebody may open cases: (act, name) each.  origin: whence it comes."""

    power: str
    title: Text
    origin: Text
    acts: tuple[tuple[str, Text], ...]


def begun_by(office: Office, viewer: Viewer, now: datetime) -> list[Begun]:
    """Return the powers of which the viewer may open a case, with the acts that do."""
    told = []
    day = local_day(now)
    with office.store.read() as tx:
        registry = office.registry(tx)
        for power in registry.powers():
            version, _ = office.version(registry, power, registry.version_on(power, day))
            acts = tuple(
                (row.act, row.word.name) for row in version.procedure.rows
                if row.opens_case and viewer.officer and registry.people.authorities(
                    viewer.officer, row.by, day, act=row.act, may_delegate=not row.no_delegation))  # fmt: skip
            if acts:
                told.append(Begun(power, version.title, origin_of(registry, power), acts))
    return told


def title_of(registry: Registry, power: str) -> Text:
    """Return the title of a power as last published."""
    return Text.of(_published(registry, power)["title"])


def origin_of(registry: Registry, power: str) -> Text:
    """Return the agency of a power's source, the document by its number and the map in it."""
    said = _published(registry, power)
    source, agency = said.get("source"), Text.of(said["agency"]) if said.get("agency") else UNNAMED
    if not source or "document" not in source:
        return BUILT_IN
    number = str(source["document"]).split("_")[0]
    return Text(zh=f"{agency.zh} · {number}号文件第{source['diagram']}图", en=f"{agency.en} · document {number}, map {source['diagram']}")


def titles_apart(registry: Registry, powers: Iterable[str]) -> dict[str, Text]:
    """Return the titles of powers; where two bear one name, each with its origin."""
    titles = {power: title_of(registry, power) for power in powers}
    many = Counter(title.zh for title in titles.values())
    return {power: title if many[title.zh] == 1 else _with(title, origin_of(registry, power)) for power, title in titles.items()}


def _with(title: Text, origin: Text) -> Text:
    return Text(zh=f"{title.zh}（{origin.zh}）", en=f"{title.en} ({origin.en})")


def _published(registry: Registry, power: str) -> Mapping[str, Any]:
    latest = max(version for one, version in registry.versions if one == power)
    document: Mapping[str, Any] = registry.versions[power, latest]["power"]
    return document
