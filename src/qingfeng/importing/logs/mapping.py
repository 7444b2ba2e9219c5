"""The mapping of a foreign log: which of its columns and activities are our fields and acts, and what it says of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone, tzinfo
from enum import StrEnum
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.located import read_yaml
from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.text import Text

SHOWN = 20


class Kind(StrEnum):
    """What a mapped field holds; anything else in it puts the row in quarantine."""

    TEXT = "text"
    NUMBER = "number"  # whole
    YUAN = "yuan"  # kept in fen
    FEN = "fen"
    FLAG = "flag"
    DAY = "day"
    LINES = "lines"  # a list, or a text divided at `;`
    TABLE = "table"  # JSON: names, each with a text or a whole number; kept as JSON


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field of ours stands in the foreign log."""

    column: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping_:
    """A mapping as read.

    never_done, never_said: acts and fields that the foreign system would have recorded and never did: only then does their absence
    prove anything.  row_order: rows of one instant stand in the order in which they were done.  against: the day whose version of the
    power judges all cases (else each case is judged by the version in force on its first day).  midnights: a time written as midnight
    on the dot is an instant; else only its day is taken as known, which never proves more than it should.  records_from: the export
    begins on that day, so that a case without a beginning began earlier; whole: every case is there from its beginning (neither: it
    shows in the cases themselves).
    """

    power: str
    case: str
    activity: str
    at: str
    entered: str | None = None
    actor: str | None = None
    post: str | None = None
    id: str | None = None
    zone: str | None = None
    row_order: bool = False
    midnights: bool = False
    activities: Mapping[str, str | None] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Source] = field(default_factory=dict)
    never_done: frozenset[str] = frozenset()
    never_said: frozenset[str] = frozenset()
    against: date | None = None
    records_from: date | None = None
    whole: bool = False
    digest: str = ""

    @property
    def acts(self) -> frozenset[str]:
        """The acts of ours that the log can show."""
        return frozenset(act for act in self.activities.values() if act is not None)

    def columns(self) -> list[str]:
        """Return every column of the foreign log that the mapping names."""
        own = (self.case, self.activity, self.at, self.entered, self.actor, self.post, self.id)
        return list(dict.fromkeys([*(one for one in own if one), *(source.column for source in self.fields.values())]))


_COLUMNS = ("case", "activity", "at", "entered", "actor", "post", "id")
_KEYS = frozenset(
    {
        "power",
        "columns",
        "zone",
        "row_order",
        "midnight",
        "activities",
        "actors",
        "posts",
        "fields",
        "never_done",
        "never_said",
        "against",
        "records_from",
    }
)
WHOLE = "all"
"""Of `records_from`: every case is in the log from its beginning."""


class BadMapping(ImportFailed):
    """A mapping that cannot be used; every fault is told."""

    def __init__(self, faults: Collection[Text]) -> None:
        shown = list(faults)[:SHOWN]
        super().__init__(Text(zh="映射不能使用：" + "；".join(f.zh for f in shown) + "。请改正后再导入。",
                              en="The mapping cannot be used: " + "; ".join(f.en for f in shown) + ". Correct it."))  # fmt: skip
        self.each = tuple(faults)


def zone_of(name: str) -> tzinfo:
    """Return a zone by its name (Asia/Shanghai) or offset (+08:00).  Raises ImportFailed."""
    if (
        len(name) == 6
        and name[0] in "+-"
        and name[3] == ":"
        and (name[1:3] + name[4:]).isdigit()
        and int(name[1:3]) < 15
    ):
        away = timedelta(hours=int(name[1:3]), minutes=int(name[4:]))
        return timezone(-away if name[0] == "-" else away)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImportFailed(Text(zh=f"没有时区“{name[:40]}”；请写如 Asia/Shanghai 或 +08:00。",
                                en=f"There is no time zone {name[:40]!r}; write Asia/Shanghai or +08:00.")) from None  # fmt: skip


def read_mapping(text: str, *, name: str) -> Mapping_:
    """Read a mapping (strict YAML).  Raises BadMapping with every fault."""
    located = read_yaml(text, name=name)
    if located.faults:
        raise BadMapping([_told(fault) for fault in located.faults])
    data = located.data
    if not isinstance(data, dict):
        raise BadMapping([Text(zh="不是一个键值表", en="it is no table of keys and values")])
    faults = [Text(zh=f"没有“{key}”这一项", en=f"there is no key {key!r}") for key in data if key not in _KEYS]
    columns = _texts(data, "columns", faults)
    faults += [Text(zh=f"columns没有“{key}”", en=f"columns has no {key!r}") for key in columns if key not in _COLUMNS]
    faults += [
        Text(zh=f"columns缺少“{key}”", en=f"columns lacks {key!r}") for key in _COLUMNS[:3] if key not in columns
    ]
    if not isinstance(data.get("power"), str):
        faults.append(Text(zh="缺少power（职权编号）", en="power (the id of a power) is missing"))
    order = data.get("row_order", "unknown")
    if order not in ("unknown", "meaningful"):
        faults.append(Text(zh="row_order须是unknown或meaningful", en="row_order is unknown or meaningful"))
    midnight = data.get("midnight", "day")
    if midnight not in ("day", "instant"):
        faults.append(Text(zh="midnight须是day（只知道哪一天）或instant（确是零点）", en="midnight is day (only the day is known) or instant"))
    against = _day(data.get("against"), "against", faults)
    since = data.get("records_from")
    records_from = None if since == WHOLE else _day(since, "records_from", faults)
    zone = data.get("zone")
    if zone is not None:
        zone_of(str(zone))
    made: dict[str, Any] = {
        "activities": _texts(data, "activities", faults, empty=True), "actors": _texts(data, "actors", faults),
        "posts": _texts(data, "posts", faults), "fields": _fields(data, faults),
        "never_done": frozenset(_names(data, "never_done", faults)), "never_said": frozenset(_names(data, "never_said", faults)),
    }  # fmt: skip
    if not made["activities"]:
        faults.append(Text(zh="activities是空的", en="activities is empty"))
    if faults:
        raise BadMapping(faults)
    return Mapping_(power=data["power"], zone=None if zone is None else str(zone), row_order=order == "meaningful", against=against,
                    records_from=records_from, whole=since == WHOLE, midnights=midnight == "instant",
                    digest=sha256(text.encode()).hexdigest(), **columns, **made)  # fmt: skip


def held_against(mapping: Mapping_, version: PowerVersion) -> None:
    """Check that acts, posts and fields are those of the power.  Raises BadMapping with every one that is not."""
    known_fields = {f.id for word in version.words.values() for f in word.fields}
    wrong = [
        _unknown("动作", "act", act) for act in sorted(mapping.acts | mapping.never_done) if act not in version.words
    ]
    wrong += [
        _unknown("岗位", "post", post) for post in sorted(set(mapping.posts.values())) if post not in {*version.posts, PARTY}
    ]
    wrong += [
        _unknown("字段", "field", one)
        for one in sorted({*mapping.fields, *mapping.never_said})
        if one not in known_fields
    ]
    wrong += [Text(zh=f"动作“{act}”既有对应又写在never_done", en=f"act {act!r} is mapped and stands in never_done")
              for act in sorted(mapping.acts & mapping.never_done)]  # fmt: skip
    if wrong:
        raise BadMapping(wrong)


def _unknown(zh: str, en: str, name: str) -> Text:
    return Text(zh=f"该职权没有{zh}“{name[:60]}”", en=f"the power has no {en} {name[:60]!r}")


def _told(fault: Fault) -> Text:
    return Text(zh=f"第{fault.line}行：{fault.what.zh}", en=f"line {fault.line}: {fault.what.en}")


def _texts(data: Mapping[str, Any], key: str, faults: list[Text], *, empty: bool = False) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict) or not all(isinstance(v, str) or (empty and v is None) for v in found.values()):
        faults.append(Text(zh=f"{key}须是“名称: 文字”的表", en=f"{key} is a table of texts"))
        return {}
    return found


def _names(data: Mapping[str, Any], key: str, faults: list[Text]) -> list[str]:
    found = data.get(key, [])
    if not isinstance(found, list) or not all(isinstance(v, str) for v in found):
        faults.append(Text(zh=f"{key}须是名称的列表", en=f"{key} is a list of names"))
        return []
    return found


def _fields(data: Mapping[str, Any], faults: list[Text]) -> dict[str, Source]:
    found = data.get("fields", {})
    made: dict[str, Source] = {}
    kinds = [kind.value for kind in Kind]
    for name, said in found.items() if isinstance(found, dict) else ():
        source = {"from": said} if isinstance(said, str) else said
        good = isinstance(source, dict) and set(source) <= {"from", "kind"} and isinstance(source.get("from"), str)
        if not good or source.get("kind", "text") not in kinds:
            faults.append(Text(zh=f"fields.{name}须是列名或{{from: 列名, kind: {'|'.join(kinds)}}}",
                               en=f"fields.{name} is a column or {{from: column, kind: {'|'.join(kinds)}}}"))  # fmt: skip
            continue
        made[name] = Source(source["from"], Kind(source.get("kind", "text")))
    if not isinstance(found, dict):
        faults.append(Text(zh="fields须是表", en="fields is a table"))
    return made


def _day(said: object, key: str, faults: list[Text]) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        more = ("", "")
        if key == "records_from":
            more = ("或all（全部案件从头都在日志里）", f", or {WHOLE}: every case is there from its beginning")
        faults.append(Text(zh=f"{key}须是日期，如2026-01-01{more[0]}", en=f"{key} is a day such as 2026-01-01{more[1]}"))
        return None
