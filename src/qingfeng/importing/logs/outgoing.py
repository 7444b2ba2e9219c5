"""Our own record on its way out: the acts of one power, case by case, and the mapping by which our importers read them back.

What was erased is missing.  Readings and refusals are no acts of a case and stay.  Everything is streamed: one case is in memory at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml

from qingfeng.casework.office import CASE, Office, Registry, event_of
from qingfeng.casework.ports import ReadTx
from qingfeng.catalogue.power import PARTY as AT_THE_DOOR
from qingfeng.catalogue.power import FieldType, PowerVersion
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.names import plain_name

from .mapping import Kind
from .values import table_text

PAGE = 500
OWN = "qingfeng:"
"""Before the names of what is no field of an act: no field can bear it."""
ENTERED, SEQ, VERSION, ACTOR, POST = (OWN + name for name in ("entered", "seq", "version", "actor", "post"))
PARTY = ("party", "subject", "applicant", "candidate")
KINDS: Mapping[FieldType, Kind] = {
    FieldType.TEXT: Kind.TEXT, FieldType.NOTE: Kind.TEXT, FieldType.DATE: Kind.DAY, FieldType.INSTANT: Kind.TEXT, FieldType.MONEY: Kind.FEN,
    FieldType.COUNT: Kind.NUMBER, FieldType.CHOICE: Kind.TEXT, FieldType.OFFICER: Kind.TEXT, FieldType.OFFICERS: Kind.LINES,
    FieldType.LINES: Kind.LINES, FieldType.FILE: Kind.TEXT, FieldType.CODES: Kind.LINES,
    FieldType.QUANTITIES: Kind.TABLE, FieldType.ANSWERS: Kind.TABLE,
}  # fmt: skip
"""What each field becomes; quantities and answers are tables and go out as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """One act on its way.  at, entered: with their offset; said: fields by name (text, whole number, list of texts, table as JSON);
    beside: fields that are unlike in another version, as JSON; party: by its plain name."""

    case: str
    seq: int
    version: str
    act: str
    actor: str | None
    post: str | None
    at: datetime
    entered: datetime
    said: Mapping[str, Any]
    beside: Mapping[str, str]
    party: str | None

    @property
    def id(self) -> str:
        """What names the act for good."""
        return f"{self.case}#{self.seq}"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What of a power goes out: its versions (the newest last), and what its fields become."""

    power: str
    versions: Sequence[PowerVersion]
    kinds: Mapping[str, Kind]

    @property
    def acts(self) -> list[str]:
        """Every act of every version, in order of name."""
        return sorted({act for version in self.versions for act in version.words})

    @property
    def beside(self) -> list[str]:
        """Fields that mean different things in different versions."""
        return sorted({f.id for v in self.versions for w in v.words.values() for f in w.fields} - set(self.kinds))


def leaving(office: Office, registry: Registry, power: str) -> Leaving:
    """Return what of a power goes out.  Raises UnknownThing."""
    names = sorted(version for name, version in registry.versions if name == power)
    return leaving_of(power, [office.version(registry, power, name)[0] for name in names])


def leaving_of(power: str, versions: Sequence[PowerVersion]) -> Leaving:
    """The same from versions at hand; a field that means different things in two of them goes out as JSON."""
    types: dict[str, set[FieldType]] = {}
    for word in (word for version in versions for word in version.words.values()):
        for field in word.fields:
            types.setdefault(field.id, set()).add(field.type)
    kinds = {name: {KINDS.get(kind) for kind in found} for name, found in types.items()}
    return Leaving(
        power,
        versions,
        {name: kind for name, found in sorted(kinds.items()) if len(found) == 1 and (kind := found.pop())},
    )


def going(tx: ReadTx, what: Leaving, *, progress: Callable[[int], None] = lambda n: None) -> Iterator[list[Going]]:
    """Yield the acts of every case of the power, in order of cases and of entry.  progress gets the number of cases."""
    after, done = "", 0
    while rows := tx.case_rows(power=what.power, after=after, limit=PAGE):
        for row in rows:
            acts = [event for event in map(event_of, tx.events(CASE + row.case)) if event.kind == ACT]
            done += 1
            if acts:
                yield [going_of(event, what) for event in acts]
        progress(done)
        after = rows[-1].case


def going_of(event: Event, what: Leaving) -> Going:
    """Return an act as it goes out."""
    said = {name: table_text(value) if what.kinds[name] is Kind.TABLE else value for name, value in event.data.items()
            if name in what.kinds and value not in (None, "")}  # fmt: skip
    beside = {name: json.dumps(value, ensure_ascii=False, sort_keys=True) for name, value in event.data.items()
              if name not in what.kinds and value not in (None, "")}  # fmt: skip
    party = next((str(event.data[name]) for name in PARTY if event.data.get(name)), None)
    return Going(case=event.stream.removeprefix(CASE), seq=event.seq, version=event.version, act=event.act, actor=event.actor,
                 post=event.post, at=event.at.astimezone(LOCAL), entered=event.entered.astimezone(LOCAL), said=said, beside=beside,
                 party=plain_name(party) if party else None)  # fmt: skip


def written(value: Any) -> str:
    """Return the value of a field as text that `values.field_value` reads back; a list is JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | tuple) else str(value)


COLUMNS: Mapping[str, Mapping[str, str]] = {
    "parquet": {"case": OWN + "case", "activity": OWN + "act", "at": OWN + "at", "entered": ENTERED, "actor": ACTOR, "post": POST,
                "id": OWN + "id"},
    "xes": {"case": "case:concept:name", "activity": "concept:name", "at": "time:timestamp", "entered": ENTERED, "actor": "org:resource",
            "post": "org:role", "id": OWN + "id"},
    "ocel": {"case": "object:case", "activity": "ocel:type", "at": "ocel:time", "entered": ENTERED, "actor": ACTOR, "post": POST,
             "id": "ocel:id"},
    "ocel_sqlite": {"case": "object:case", "activity": "ocel:type", "at": "ocel:time", "entered": ENTERED, "actor": ACTOR, "post": POST,
                    "id": "ocel:id"},
}  # fmt: skip
"""Which columns our readers find in each form."""


def mapping_text(what: Leaving, form: str) -> str:
    """Return the mapping (YAML) by which our importers read a form back: every act is its own, rows stand in order of work."""
    newest = what.versions[-1]
    fields = {f.id for word in newest.words.values() for f in word.fields}
    said: dict[str, Any] = {
        "power": what.power, "columns": dict(COLUMNS[form]), "row_order": "meaningful", "midnight": "instant",
        "activities": {act: act if act in newest.words else None for act in what.acts},
        "posts": {post: post for post in sorted({*newest.posts, AT_THE_DOOR})},
        "fields": {name: {"from": name, "kind": kind.value} for name, kind in what.kinds.items() if name in fields},
    }  # fmt: skip
    head = "# 由 qingfeng log export 写出：按它可以读回。 Written by qingfeng log export: it reads the log back.\n"
    return head + yaml.safe_dump(said, allow_unicode=True, sort_keys=False, default_flow_style=False, width=200)
