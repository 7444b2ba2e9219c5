"""The catalogue as pages: powers at a glance, one version with its map, course, limits, controls and drills, and what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qingfeng.catalogue.build import build_power
from qingfeng.catalogue.checks_map import tell_gaps
from qingfeng.catalogue.coverage import coverage
from qingfeng.catalogue.diff import diff
from qingfeng.catalogue.diff_words import Names, render
from qingfeng.catalogue.drills import by_risk
from qingfeng.catalogue.faults import Fault, Faults
from qingfeng.catalogue.power import ANY, STAY, ActRule, ByField, Limit, Measure, PowerVersion, Risk, Step
from qingfeng.catalogue.setting_words import setting_word
from qingfeng.controls import ALWAYS, discover
from qingfeng.duties import discover as discover_duties
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Unit

from ..drafts import Draft
from ..office import Office, Registry, UnknownThing
from ..words import guards, listed, post_name, rule_name, step_name
from .diagram import shape, tone

_QUOTED = re.compile(r"“([a-z0-9_]+)”")
UNITS: Mapping[Unit, Text] = {
    Unit.WORKING_DAY: Text(zh="个工作日", en="working days"),
    Unit.CALENDAR_DAY: Text(zh="日", en="calendar days"),
    Unit.HOUR: Text(zh="小时", en="hours"),
    Unit.MONTH: Text(zh="个月", en="months"),
    Unit.YEAR: Text(zh="年", en="years"),
}
KINDS: Mapping[str, Text] = {
    "statutory": Text(zh="法定", en="statutory"),
    "promised": Text(zh="承诺", en="promised"),
    "setting": Text(zh="内部设定", en="setting"),
}
RINGS: Mapping[str, Text] = {
    "shape": Text(zh="填写格式拦下", en="refused: form"),
    "order": Text(zh="法定程序拦下", en="refused: lawful order"),
    "control": Text(zh="防控措施拦下", en="refused: control"),
    "found": Text(zh="事后发现", en="found afterwards"),
}


@dataclass(frozen=True, slots=True)
class PowerLine:
    """One power of the catalogue.  versions: newest first; draft: none | editing | proposed."""

    power: str
    title: Text
    version: str
    in_force: bool
    versions: tuple[str, ...]
    steps: int
    acts: int
    controls: int
    duties: int
    limits: int
    drills: int
    risks: int
    risks_bound: int
    measures: int
    measures_bound: int
    gaps: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class Bound:
    """A risk or measure with what stops or carries it; parts: the wrongs of a compound risk."""

    id: str
    text: str
    reads_as: str | None
    by: tuple[Text, ...]
    parts: tuple[tuple[str, tuple[Text, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the map."""

    id: str
    number: int
    name: Text
    level: str | None
    tone: str
    shape: str
    owner: str
    post: Text | None
    risks: tuple[Bound, ...]
    measures: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row of the procedure."""

    act: str
    name: Text
    at: Text
    by: Text
    to: Text
    after: Text
    marks: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A time limit."""

    id: str
    name: Text
    length: Text
    kind: Text
    basis: Any
    starts: Text
    ends: Text
    yellow: Text | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A control or duty with its settings in words."""

    id: str
    title: Text
    settings: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class DrillLine:
    """One attempt that the drills make."""

    risk: str
    attempt: Text
    ring: Text
    by: Text


def latest(registry: Registry, power: str) -> str:
    """Return the newest version of a power.  Raises UnknownThing."""
    names = versions_of(registry, power)
    if not names:
        raise UnknownThing(f"没有发布职权“{power[:100]}”", f"no published power {power[:100]!r}")
    return names[0]


def versions_of(registry: Registry, power: str) -> tuple[str, ...]:
    """Return the versions of a power, newest first."""
    return tuple(sorted((v for p, v in registry.versions if p == power), reverse=True))


def power_line(office: Office, registry: Registry, power: str, draft: Draft, day: date) -> PowerLine:
    """Return a power at a glance."""
    newest = latest(registry, power)
    known = versions_of(registry, power)
    current = next((v for v in known if v <= day.isoformat()), newest)
    version, _ = office.version(registry, power, current)
    told = coverage(
        build_power(version.document["power"], [version]),
        controls=sorted(discover()),
        duties=sorted(discover_duties()),
        guards=guards() | ALWAYS.keys(),
    )
    return PowerLine(
        power, version.title, current, current <= day.isoformat(), known, len(version.steps), len({r.act for r in version.procedure.rows}),
        len(version.controls), len(version.duties), len(version.procedure.limits), len(version.drills), told.risks, told.risks_bound,
        told.measures, told.measures_bound, len(gaps_of(version)), draft)  # fmt: skip


def gaps_of(version: PowerVersion) -> tuple[Fault, ...]:
    """Return what the source of a version lacks or leaves open."""
    raw = version.document["version"]
    faults = Faults(name=version.power, data=raw, lines={})
    tell_gaps(raw, faults, path=())
    return faults.sorted()


def boxes(version: PowerVersion) -> tuple[Box, ...]:
    """Return the map, the boxes of the whole process first."""
    whole = version.whole_process
    first: tuple[Box, ...] = ()
    if whole.risks or whole.measures:
        first = (
            Box(
                "whole_process",
                0,
                Text(zh="全过程", en="whole process"),
                None,
                "lo",
                "whole",
                whole.owner.source if whole.owner else "",
                None,
                _risks(version, whole.risks),
                _measures(version, whole.measures),
            ),
        )
    return (*first, *(_box(version, step, n) for n, step in enumerate(version.steps, 1)))


def _box(version: PowerVersion, step: Step, number: int) -> Box:
    post = step.owner.post if step.owner is not None else None
    return Box(step.id, number, step.name, step.level, tone(version, step.level), shape(version, step, number - 1),
               step.owner.source if step.owner is not None else "", post_name(version, post) if post else None,
               _risks(version, step.risks), _measures(version, step.measures))  # fmt: skip


def _risks(version: PowerVersion, risks: Sequence[Risk]) -> tuple[Bound, ...]:
    return tuple(Bound(r.id, r.text, r.reads_as, tuple(_bound(version, b) for b in dict.fromkeys(r.stopped_by)),
                       tuple((p.text, tuple(_bound(version, b) for b in p.stopped_by)) for p in r.parts)) for r in risks)  # fmt: skip


def _measures(version: PowerVersion, measures: Sequence[Measure]) -> tuple[Bound, ...]:
    return tuple(
        Bound(m.id, m.text, m.reads_as, tuple(_bound(version, b) for b in dict.fromkeys(m.carried_by)))
        for m in measures
    )


def _bound(version: PowerVersion, name: str) -> Text:
    """Return what a binding such as control:time_limit or act:decide names."""
    kind, _, rest = name.partition(":")
    if kind == "act":
        return act_name(version, rest)
    if kind == "limit":
        return version.procedure.limits[rest].name if rest in version.procedure.limits else Text(zh=rest, en=rest)
    return rule_name(name if kind == "duty" else rest or name)


def act_name(version: PowerVersion, act: str) -> Text:
    """Return the name of an act."""
    return next((row.word.name for row in version.procedure.rows if row.act == act), Text(zh=act, en=act))


def course(version: PowerVersion) -> tuple[RowLine, ...]:
    """Return the rows of the procedure."""
    return tuple(_row(version, row) for row in version.procedure.rows)


def _row(version: PowerVersion, row: ActRule) -> RowLine:
    at = (
        Text(zh="任何环节", en="any step")
        if ANY in row.at
        else listed(step_name(version, s) for s in sorted(row.at, key=lambda s: version.step_order.get(s, 0)))
    )
    marks = [
        text for said, text in (
            (row.opens_case, Text(zh="开案", en="opens a case")), (row.once, Text(zh="只办一次", en="once")),
            (row.credential, Text(zh="须持执法证", en="credential")), (row.no_delegation, Text(zh="不得委托", en="not delegated")),
        ) if said
    ]  # fmt: skip
    after = listed(
        (listed((act_name(version, a) for a in sorted(one)), zh="或", en=" or ") for one in row.after), zh="；", en="; "
    )
    return RowLine(
        row.act,
        row.word.name,
        at,
        listed(post_name(version, p) for p in row.by),
        _to(version, row.to),
        after,
        tuple(marks),
    )


def _to(version: PowerVersion, to: str | ByField) -> Text:
    if isinstance(to, ByField):
        return listed(step_name(version, s) for s in dict.fromkeys(to.cases.values()) if s != STAY)
    return Text(zh="—", en="—") if to == STAY else step_name(version, to)


def limits(version: PowerVersion) -> tuple[LimitLine, ...]:
    """Return the time limits."""
    return tuple(_limit(version, limit) for limit in version.procedure.limits.values())


def _limit(version: PowerVersion, limit: Limit) -> LimitLine:
    until = Text(zh="至所填日期", en="until the date named")
    return LimitLine(
        limit.id,
        limit.name,
        until if limit.until else span((limit.length.n, limit.length.unit)),
        KINDS[limit.length.kind.value],
        limit.basis,
        listed(act_name(version, a) for a in sorted(limit.starts)),
        listed(act_name(version, a) for a in sorted(limit.ends)),
        span(limit.yellow) if limit.yellow else None,
    )


def span(much: tuple[int, Unit]) -> Text:
    """Return a span in words."""
    unit = UNITS[much[1]]
    return Text(zh=f"{much[0]}{unit.zh}", en=f"{much[0]} {unit.en}")


def rules(version: PowerVersion, kind: str) -> tuple[RuleLine, ...]:
    """Return the controls or duties (kind: controls | duties) with their settings in words."""
    names, told = Names(version.document), []
    for rule, settings in (version.controls if kind == "controls" else version.duties).items():
        lines = [(setting_word(rule, key) or Text(zh=key, en=key.replace("_", " ")), render(value, ("version", kind, rule, key), names))
                 for key, value in (settings or {}).items()]  # fmt: skip
        told.append(RuleLine(rule, rule_name(rule if kind == "controls" else f"duty:{rule}"), tuple(lines)))
    return tuple(told)


def drills(version: PowerVersion) -> tuple[tuple[Text, str, str, tuple[DrillLine, ...]], ...]:
    """Return (step, its risk in words, place, the attempts at it)."""
    told = []
    for place, targets in by_risk(version):
        mine = tuple(DrillLine(place, d.attempt, RINGS[d.ring.value], listed(rule_name(b) for b in sorted(d.by)))
                     for d in version.drills if d.risk == place)  # fmt: skip
        step, _, risk = place.partition(".")
        told.append(
            (
                Text(zh="全过程", en="whole process") if step == "whole_process" else step_name(version, step),
                _risk_text(version, step, risk),
                place,
                mine,
            )
        )
        assert targets
    return tuple(told)


def _risk_text(version: PowerVersion, step: str, risk: str) -> str:
    found = (
        version.whole_process.risks
        if step == "whole_process"
        else next((s.risks for s in version.steps if s.id == step), ())
    )
    return next((r.text for r in found if r.id == risk), risk)


def changes(old: PowerVersion, new: PowerVersion) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """Return what changes from one version to another, under the headings of its parts; controls and duties by their names."""
    names = {rule: rule_name(rule) for version in (old, new) for rule in version.controls}
    names |= {rule: rule_name(f"duty:{rule}") for version in (old, new) for rule in version.duties}

    def named(text: Text) -> Text:
        found = _QUOTED.match(text.zh)
        name = names.get(found[1]) if found else None
        return (
            Text(
                zh=text.zh.replace(f"“{found[1]}”", f"“{name.zh}”", 1),
                en=text.en.replace(f'"{found[1]}"', f'"{name.en}"', 1),
            )
            if found and name
            else text
        )

    told: dict[Text, list[Text]] = {}
    for change in diff(old, new):
        told.setdefault(change.group, []).append(named(change.text))
    return tuple((group, tuple(texts)) for group, texts in told.items())
