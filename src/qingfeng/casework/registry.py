"""Changing the registry: publish a power, appoint and dismiss people, load a calendar.  Each change is an event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from qingfeng.catalogue.build import version_from_document
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.catalogue.settings import BadSetting
from qingfeng.controls import clashes, configure, registers
from qingfeng.duties import configure as configure_duties
from qingfeng.engine.event import Event
from qingfeng.terms.calendar import YearTable
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_LIST, MAX_NAME, MAX_YEAR, MIN_YEAR
from qingfeng.terms.text import Text, clean, hazards

from . import dutywork
from .office import AGENCY, CALENDAR, PERSON, POWER, REGISTRY, Office, Registry, load_case
from .ports import WriteTx
from .projection import note_version, project

_DAYS = {"from", "until", "on", "last_day"}
PERSON_ACTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {  # act -> (required, optional) fields
    "officer_added": (frozenset({"officer", "name"}), frozenset()),
    "appointed": (frozenset({"officer", "post", "from"}), frozenset({"until"})),
    "appointment_ended": (frozenset({"officer", "post", "last_day"}), frozenset()),
    "dismissed": (frozenset({"officer", "on"}), frozenset()),
    "credential_granted": (frozenset({"officer", "from"}), frozenset({"until", "number"})),
    "credential_withdrawn": (frozenset({"officer", "last_day"}), frozenset()),
    "absent": (frozenset({"officer", "from", "until"}), frozenset()),
    "stand_in_named": (frozenset({"officer", "deputy", "post", "from"}), frozenset({"until"})),
    "delegated": (frozenset({"officer", "to", "post", "from", "until"}), frozenset({"acts", "reason"})),
    "interest_declared": (frozenset({"officer", "other", "relation", "from"}), frozenset({"until"})),
}
_OFFICER, _ACT = re.compile(r"[A-Za-z0-9_.:/@-]{1,100}"), re.compile(r"[a-z0-9_]{1,100}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OWN_ACTS = frozenset({"stand_in_named", "delegated", "absent"})
_PERSONAL = frozenset({"name", "other", "relation"})
ADMIN_POSTS = frozenset({"system_administrator", "security_administrator", "audit_administrator"})
"""Posts of the three separate administrators: they work on no case, so that one of them may register posts, his own excepted."""


class BadRegistration(Exception):
    """A registry change that cannot be made; carries every fault in words.  forbidden: this person may not make it."""

    def __init__(self, faults: list[Text], *, forbidden: bool = False) -> None:
        super().__init__("; ".join(f.en for f in faults))
        self.forbidden = forbidden
        self.message = Text(zh="；".join(f.zh for f in faults), en="; ".join(f.en for f in faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who makes the change, and when; confirmed_by: the second administrator, where a change takes two."""

    actor: str
    entered: datetime
    confirmed_by: str | None = None


def found_agency(office: Office, tx: WriteTx, *, agency_id: str, name: str, by: By) -> None:
    """Name the agency whose store this is: the first event of all."""
    note_version(tx)
    _append(office, tx, by, _event(AGENCY, "founded", {"id": agency_id, "name": name}, by))


def publish(office: Office, tx: WriteTx, document: Mapping[str, Any], *, by: By) -> PowerVersion:
    """Publish one version of a power.  Raises BadRegistration when its settings cannot work or it is there already."""
    version = version_from_document(document)
    tx.lock(REGISTRY)
    registry = office.registry(tx)
    known = registry.versions.get((version.power, version.version))
    if known is not None and known == document:
        return version
    if known is not None:
        raise BadRegistration([Text(
            zh=f"{version.power}的{version.version}版已发布且内容不同；已发布的版本不能改写，请另定施行日期发布新版",
            en=f"{version.power} {version.version} is published with other content: publish a new version")])  # fmt: skip
    try:
        configure(version)
        configure_duties(version)
    except BadSetting as error:
        raise BadRegistration([error.text]) from error
    clash = clashes(version, published_beside(registry, version))
    if clash:
        raise BadRegistration([one.text for one in clash])
    today = local_day(by.entered).isoformat()
    if version.version <= today and tx.case_rows(power=version.power, limit=1):
        raise BadRegistration([Text(
            zh=f"{version.power}已有案件；修订版的施行日期{version.version}必须晚于今天，不得追溯",
            en=f"{version.power} has cases: a revision comes into force after today, not on {version.version}")])  # fmt: skip
    empty = unstaffed(registry, version, local_day(by.entered))
    if empty:
        raise BadRegistration([empty])
    published = _event(POWER, "published", {"document": document}, by)
    _append(office, tx, by, replace(published, power=version.power, version=version.version))
    registry = office.registry(tx)
    if registry.calendar.years and version.version <= local_day(by.entered).isoformat():
        dutywork.arm(office, tx, registry, version.power, at=by.entered)
    return version


def published_beside(registry: Registry, version: PowerVersion) -> list[PowerVersion]:
    """Return the other powers and versions of the agency that keep a register which this one keeps too."""
    shared = registers(version.controls)
    others = [document for key, document in registry.versions.items() if key != (version.power, version.version)]
    return [version_from_document(one) for one in others if any(name in one["version"].get("controls", {}) for name in shared)]


def unstaffed(registry: Registry, version: PowerVersion, day: date) -> Text | None:
    """Return which posts of a power nobody holds, in an agency that has people at all; None when all are staffed.

    The first powers of an agency are published before its people are appointed.
    """
    if not registry.people.names:
        return None
    wanted = dict.fromkeys(p for row in version.procedure.rows for p in row.by if p not in (PARTY, SYSTEM))
    empty = [version.posts[p] for p in wanted if not registry.people.holders(p, day)]
    if not empty:
        return None
    zh, en = "、".join(f"{p.name.zh}({p.id})" for p in empty), ", ".join(p.id for p in empty)
    return Text(zh=f"{version.power}用到的岗位在{day}无人担任：{zh}；请先任命（people do appointed …），再发布",
                en=f"nobody holds on {day}: {en} ({version.power}); appoint first (people do appointed …)")  # fmt: skip


def register(office: Office, tx: WriteTx, act: str, data: Mapping[str, Any], *, by: By) -> None:
    """Record something about a person.  Raises BadRegistration with every fault."""
    tx.lock(REGISTRY)
    registry = office.registry(tx)
    faults = list(_faults(act, data, registry))
    if not faults and (barred := _barred(act, data, registry, by)) is not None:
        raise BadRegistration([barred], forbidden=True)
    if faults:
        raise BadRegistration(faults)
    facts = {"confirmed_by": by.confirmed_by} if by.confirmed_by is not None else {}
    _append(office, tx, by, replace(_event(PERSON, act, dict(data), by), facts=facts, private=_PERSONAL & data.keys()))


def _barred(act: str, data: Mapping[str, Any], registry: Registry, by: By) -> Text | None:
    """Return why this person may not register this: who works on cases says nothing about posts and credentials, his own least.

    A tie anybody may record who learns of it; absences and stand-ins are told by whoever is away.
    """
    if by.actor in (PARTY, SYSTEM):
        return Text(zh="当事人和系统时钟不能登记人员；请由系统管理员办理",
                    en="the party and the clock register nobody: ask the system administrator")  # fmt: skip
    people, day = registry.people, local_day(by.entered)
    if act == "interest_declared" or (act in _OWN_ACTS and data["officer"] == by.actor):
        return None
    if by.actor != data["officer"] and not {*people.posts_of(by.actor, day)} - ADMIN_POSTS:
        return None
    who = people.name(by.actor)
    return Text(zh=f"{who}自己办理案件，不能登记人员的任职、证件等情况；请报系统管理员按任免文件登记",
                en=f"{who} works on cases and may not register posts or credentials: hand the paper of appointment"
                   " to the system administrator")  # fmt: skip


def load_calendar(office: Office, tx: WriteTx, table: YearTable, *, by: By) -> list[str]:
    """Take in a year's table and recompute the deadlines of the open cases that may rest on the one before; return them.

    Before the official notice those are the provisional ones; when a notice is corrected (as for Spring Festival 2020), all.
    """
    tx.lock(REGISTRY)
    known = office.registry(tx).tables.get(table.year)
    if known == table:
        return []
    if known is not None and known.official and not table.official:
        raise BadRegistration(
            [
                Text(
                    zh=f"{table.year}年已有正式日历，不能用暂定日历替换",
                    en=f"{table.year} has an official calendar already",
                )
            ]
        )
    _append(office, tx, by, _event(CALENDAR, "calendar_loaded", {"table": plain_table(table)}, by))
    registry = office.registry(tx)
    changed = []
    for case_id in _resting_on(tx, corrected=known is not None and known.official):
        if case_id.startswith(dutywork.DUTY):
            tx.put_deadlines(case_id, dutywork.armed(registry, dutywork.standing(office, tx, registry, case_id)))
        else:
            case, _ = load_case(office, tx, registry, case_id)
            row, armed = project(case, registry.calendar)
            tx.put_case(row)
            tx.put_deadlines(case_id, armed)
        changed.append(case_id)
    return changed


def plain_table(table: YearTable) -> dict[str, Any]:
    """Return a year's table as it is recorded; YearTable.of reads it back."""
    plain = {"year": table.year, "official": table.official, "source": table.source,
             "note": {"zh": table.note.zh, "en": table.note.en} if table.note else None,
             "off": sorted(d.isoformat() for d in table.off), "worked": sorted(d.isoformat() for d in table.worked)}  # fmt: skip
    return {k: v for k, v in plain.items() if v is not None}


def _resting_on(tx: WriteTx, *, corrected: bool) -> Iterator[str]:
    after = ""
    while cases := tx.provisional_cases(after=after):
        yield from cases
        after = cases[-1]
    for status in ("open", "suspended", "closed") if corrected else ():
        after = ""
        while rows := tx.case_rows(status=status, after=after, limit=1_000):
            yield from (row.case for row in rows if status != "closed" or tx.deadlines(case=row.case))
            after = rows[-1].case


def _append(office: Office, tx: WriteTx, by: By, event: Event) -> None:
    tx.lock(REGISTRY)  # held already but for the founding
    office.append(tx, replace(event, seq=tx.head(REGISTRY) + 1, actor=by.actor))


def _event(kind: str, act: str, data: Mapping[str, Any], by: By) -> Event:
    return Event(stream=REGISTRY, seq=0, kind=kind, act=act, at=by.entered, entered=by.entered, data=data)


def _faults(act: str, data: Mapping[str, Any], registry: Registry) -> list[Text]:
    if act not in PERSON_ACTS:
        return [
            Text(
                zh=f"没有人员登记事项“{act[:50]}”；可用：{'、'.join(PERSON_ACTS)}",
                en=f"unknown registration {act[:50]!r}; known: {', '.join(PERSON_ACTS)}",
            )
        ]
    required, optional = PERSON_ACTS[act]
    faults = [Text(zh=f"缺少{name}", en=f"{name} is missing") for name in sorted(required - data.keys())]
    strange = sorted(repr(str(name)[:50])[1:-1] for name in data.keys() - required - optional)
    faults += [Text(zh=f"没有“{name}”这一项", en=f"unknown field “{name}”") for name in strange]
    for name, value in data.items():
        faults += _value_faults(name, value)
    if faults:
        return faults
    who = str(data["officer"])
    known = registry.people.names
    if act == "officer_added" and (who in (PARTY, SYSTEM) or not _OFFICER.fullmatch(who)):
        faults.append(
            Text(
                zh="人员编号只能用字母、数字和_.:/@-，不超过100字，且不能是party或system",
                en="an officer's id is 1 to 100 letters, digits or _.:/@-, and neither party nor system",
            )
        )
    if act == "officer_added" and who in known:
        faults.append(Text(zh=f"人员编号{who}已存在", en=f"officer {who} exists already"))
    for name in {"officer", "deputy", "to"} & data.keys():
        if act != "officer_added" and data[name] not in known:
            faults.append(Text(zh=f"人员“{data[name]}”未登记", en=f"officer {data[name]!r} is not registered"))
    if who in (data.get("deputy"), data.get("to")):
        faults.append(Text(zh="不能由本人顶岗或委托给本人", en="nobody stands in for himself or delegates to himself"))
    lends = act in ("stand_in_named", "delegated") and not faults
    if lends and not registry.people.holds(who, str(data["post"]), date.fromisoformat(str(data["from"]))):
        faults.append(Text(zh=f"{who}在{data['from']}没有岗位{data['post']}，不能由其安排顶岗或委托",
                           en=f"{who} does not hold {data['post']} on {data['from']}"))  # fmt: skip
    if "until" in data and str(data["until"]) < str(data["from"]):
        faults.append(Text(zh="截止日早于起始日", en="until is before from"))
    return faults


def _value_faults(name: str, value: Any) -> list[Text]:
    if name == "acts":
        fine = (
            isinstance(value, list)
            and 0 < len(value) <= MAX_LIST
            and all(isinstance(v, str) and _ACT.fullmatch(v) for v in value)
        )
        return [] if fine else [Text(zh="acts应为动作列表", en="acts must be a list of acts")]
    if not isinstance(value, str) or not value or len(value) > MAX_NAME or hazards(value) or clean(value) != value:
        return [
            Text(
                zh=f"{name}应为1至{MAX_NAME}字的文字，不含控制字符",
                en=f"{name} must be text of 1 to {MAX_NAME} characters without control characters",
            )
        ]
    # Years are bounded and the form is the one that sorts as text: 20260302 would stand after 2026-12-31.
    if name in _DAYS and not (_DAY.fullmatch(value) and _is_day(value)):
        return [Text(zh=f"{name}应为日期，如2026-03-02", en=f"{name} must be a date such as 2026-03-02")]
    return []


def _is_day(text: str) -> bool:
    try:
        return MIN_YEAR <= date.fromisoformat(text).year <= MAX_YEAR
    except ValueError:
        return False
