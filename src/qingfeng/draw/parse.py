"""A plan as written, from plain data to `DrawPlan`, or every fault in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from qingfeng.terms.limits import MAX_LIST, MAX_YEAR, MIN_YEAR
from qingfeng.terms.text import Text

from .chain import MAX_LENGTH
from .check import problems
from .fault import Fault, Path, Reader, TooMany
from .plan import (
    PLAN_VERSION,
    Beacon,
    BeaconKind,
    Conflict,
    DrawPlan,
    Exclusion,
    Firm,
    Library,
    Officer,
    Party,
    TeamRule,
)

MAX_POOL = 20_000
"""Firms of one pool or library: twice the catering licences of a large county."""
MAX_OFFICERS = MAX_LIST
"""Officers of one draw: a county has some hundreds; bounds the tries of one seat."""
MAX_CONFLICTS = 10 * MAX_LIST
"""Conflicts of one draw: ten for every officer."""
MAX_CLASSES = 20
"""Credit classes: four are usual."""
MAX_TEAM = 20
"""Members of a team, and substitutes of one: more is a slip of the pen."""
MAX_PARTIES = 20
"""Parties that give entropy: all of them must be reached on one day."""

_NEEDED = ("agency", "year", "number", "title", "library", "pool", "quotas", "officers", "team", "entropy", "deadlines")
_OPTIONAL = ("v", "exclusions", "conflicts")


def parse_plan(plain: Any) -> DrawPlan | tuple[Fault, ...]:
    """Return the plan, or all its faults: those of its shape first; when it has none, those of its sense."""
    reader = Reader()
    try:
        plan = _plan(reader, plain)
        if not reader.faults:
            problems(reader, plan)
    except TooMany:
        return tuple(reader.faults)
    return tuple(reader.faults) or plan


def _plan(reader: Reader, plain: Any) -> DrawPlan:
    top = reader.fields(plain, (), _NEEDED, _OPTIONAL)
    if "v" in top:
        reader.number(top, (), "v", least=PLAN_VERSION, most=PLAN_VERSION)
    entropy = _inner(reader, top, "entropy", ("parties", "min_links", "beacon"))
    days = _inner(reader, top, "deadlines", ("frozen", "links_by", "draw_by", "publish_by"))
    at: Path = ("deadlines",)
    return DrawPlan(
        agency=reader.id(top, (), "agency"),
        year=reader.number(top, (), "year", least=MIN_YEAR, most=MAX_YEAR),
        number=reader.number(top, (), "number", least=1, most=10_000),
        title=reader.both(top, (), "title"),
        library=_library(reader, top),
        pool=_pool(reader, top),
        exclusions=_exclusions(reader, top),
        quotas=_quotas(reader, top),
        officers=_officers(reader, top),
        conflicts=_conflicts(reader, top),
        team=_team(reader, top),
        parties=_parties(reader, entropy),
        min_links=reader.number(entropy, ("entropy",), "min_links", least=1, most=MAX_PARTIES),
        beacon=_beacon(reader, entropy),
        frozen=reader.instant(days, at, "frozen"),
        links_by=reader.instant(days, at, "links_by"),
        draw_by=reader.instant(days, at, "draw_by"),
        publish_by=reader.instant(days, at, "publish_by"),
    )


def _inner(
    reader: Reader, top: Mapping[str, Any], name: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Mapping[str, Any]:
    return reader.fields(top[name], (name,), needed, optional) if top.get(name) is not None else {}


def _library(reader: Reader, top: Mapping[str, Any]) -> Library:
    at: Path = ("library",)
    inner = _inner(reader, top, "library", ("published", "sha256", "count"))
    return Library(
        published=reader.day(inner, at, "published"),
        sha256=reader.hash(inner, at, "sha256"),
        count=reader.number(inner, at, "count", least=1, most=MAX_POOL),
    )


def _pool(reader: Reader, top: Mapping[str, Any]) -> tuple[Firm, ...]:
    found = []
    for at, item in reader.items(top, (), "pool", most=MAX_POOL):
        of = reader.fields(item, at, ("id", "name", "class"), ("needs",))
        found.append(
            Firm(
                id=reader.id(of, at, "id"),
                name=reader.text(of, at, "name"),
                grade=reader.id(of, at, "class"),
                needs=reader.ids(of, at, "needs"),
            )
        )
    return tuple(sorted(found, key=lambda firm: firm.id))


def _exclusions(reader: Reader, top: Mapping[str, Any]) -> tuple[Exclusion, ...]:
    found = []
    for at, item in reader.items(top, (), "exclusions", most=MAX_POOL):
        of = reader.fields(item, at, ("id", "reason", "by", "approved_by"))
        found.append(
            Exclusion(
                id=reader.id(of, at, "id"),
                reason=reader.text(of, at, "reason"),
                by=reader.id(of, at, "by"),
                approved_by=reader.id(of, at, "approved_by"),
            )
        )
    return tuple(sorted(found, key=lambda each: each.id))


def _quotas(reader: Reader, top: Mapping[str, Any]) -> Mapping[str, int]:
    given = top.get("quotas")
    if given is None:
        return {}
    at: Path = ("quotas",)
    if not isinstance(given, Mapping) or len(given) > MAX_CLASSES:
        reader.fault(
            at,
            Text(zh="名额应为“类别: 家数”的映射。", en="The quotas must be a mapping of class to number."),
            Text(zh="请写成 {A: 1, B: 2}。", en="Write {A: 1, B: 2}."),
        )
        return {}
    names = sorted(name for name in given if reader.as_id(name, at))
    return MappingProxyType({name: reader.number(given, at, name, least=0, most=MAX_LIST) for name in names})


def _officers(reader: Reader, top: Mapping[str, Any]) -> tuple[Officer, ...]:
    found = []
    for at, item in reader.items(top, (), "officers", most=MAX_OFFICERS):
        of = reader.fields(item, at, ("id",), ("skills",))
        found.append(Officer(id=reader.id(of, at, "id"), skills=reader.ids(of, at, "skills")))
    return tuple(sorted(found, key=lambda officer: officer.id))


def _conflicts(reader: Reader, top: Mapping[str, Any]) -> tuple[Conflict, ...]:
    found = []
    for at, item in reader.items(top, (), "conflicts", most=MAX_CONFLICTS):
        of = reader.fields(item, at, ("officer", "firm"))
        found.append(Conflict(officer=reader.id(of, at, "officer"), firm=reader.id(of, at, "firm")))
    return tuple(sorted(found))


def _team(reader: Reader, top: Mapping[str, Any]) -> TeamRule:
    at: Path = ("team",)
    inner = _inner(reader, top, "team", ("size", "substitutes", "load"), ("skills",))
    return TeamRule(
        size=reader.number(inner, at, "size", least=1, most=MAX_TEAM),
        substitutes=reader.number(inner, at, "substitutes", least=0, most=MAX_TEAM),
        load=reader.number(inner, at, "load", least=1, most=MAX_LIST),
        skills=reader.ids(inner, at, "skills"),
    )


def _parties(reader: Reader, entropy: Mapping[str, Any]) -> tuple[Party, ...]:
    found = []
    for at, item in reader.items(entropy, ("entropy",), "parties", most=MAX_PARTIES):
        of = reader.fields(item, at, ("id", "name", "anchor", "position"))
        found.append(
            Party(
                id=reader.id(of, at, "id"),
                name=reader.text(of, at, "name"),
                anchor=reader.hash(of, at, "anchor"),
                position=reader.number(of, at, "position", least=1, most=MAX_LENGTH),
            )
        )
    return tuple(sorted(found, key=lambda party: party.id))


def _beacon(reader: Reader, entropy: Mapping[str, Any]) -> Beacon:
    at: Path = ("entropy", "beacon")
    given = entropy.get("beacon")
    of = reader.fields(given, at, ("kind", "source", "round", "at")) if given is not None else {}
    kinds = [kind.value for kind in BeaconKind]
    kind = of.get("kind")
    if kind is not None and kind not in kinds:
        reader.fault(
            (*at, "kind"),
            Text(zh="没有这种公开随机源。", en="There is no such beacon."),
            Text(zh=f"可用：{'、'.join(kinds)}。", en=f"There are: {', '.join(kinds)}."),
        )
        kind = None
    issue = of.get("round")  # an issue of a lottery looks like a number, and is a name
    return Beacon(
        kind=BeaconKind(kind or "lottery"),
        source=reader.text(of, at, "source"),
        round=reader.text({"round": str(issue) if type(issue) is int else issue}, at, "round"),
        at=reader.instant(of, at, "at"),
    )
