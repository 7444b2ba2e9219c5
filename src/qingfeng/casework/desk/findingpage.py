"""The board of findings and the page of one: what the record shows, what it touches, how often the rule errs, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..findings import act_behind, risks_of, sentence
from ..followup import (
    ACTS,
    DISPOSITIONS,
    NEXT,
    STATES,
    Followed,
    Rate,
    Standing,
    Taken,
    involved,
    ladder_of,
    rates,
    rung,
)
from ..office import Office, Registry, UnknownThing
from ..ports import ReadTx
from ..words import rule_name, step_name
from .access import Viewer, sees_suspicion
from .watch import states, versions_of

PAGE = 25
RUNGS = (
    Text(zh="本单位自查", en="the unit itself"),
    Text(zh="分管领导", en="deputy in charge"),
    Text(zh="主要负责人", en="head of the agency"),
    Text(zh="纪检监察", en="discipline"),
)
TONES = {
    "found": "amb",
    "assigned": "blu",
    "checked": "amb",
    "undetermined": "amb",
    "upheld": "red",
    "rectified": "blu",
    "not_upheld": "gry",
    "false_alarm": "gry",
    "disposed": "blu",
    "closed": "grn",
}
LADDER_POSTS = ("deputy_in_charge", "agency_head")
"""Who learns of an unanswered procedural finding on the first and second rung."""


@dataclass(frozen=True, slots=True)
class RiskView:
    """A risk point concerned."""

    step: Text
    level: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One finding on the board."""

    number: int
    sentence: Text
    power: str
    power_title: Text
    rule: str
    rule_name: Text
    state: Text
    tone: str
    level: str | None
    day: date
    rung: Text | None
    risks: tuple[RiskView, ...]
    rate: Rate | None
    discreet: bool
    due: date | None

    @property
    def by_duty(self) -> bool:
        """True if a duty found it, not a rule over cases."""
        return self.rule.startswith("duty:")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the board shows: filters as chosen, the lines of one page, how many fit, from where the next page goes on."""

    lines: tuple[Line, ...]
    many: int
    next: int | None
    states: Mapping[str, int]
    rules: tuple[tuple[str, Text, int], ...]
    powers: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step taken."""

    name: Text
    who: str
    at: datetime
    words: str | None
    what: Text | None


@dataclass(frozen=True, slots=True)
class Page:
    """The page of one finding.  ladder: (days, who, reached); acts: what may be done next.

    What the act said stands in the file alone: who wants to know opens the case, and that is laid down.
    """

    line: Line
    case: str
    act: Text | None
    act_at: datetime | None
    act_by: str
    seq: int
    steps: tuple[StepLine, ...]
    acts: tuple[tuple[str, Text], ...]
    ladder: tuple[tuple[int, Text, bool], ...]
    assigned_to: str | None
    suggested: tuple[str, ...]
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page of findings needs."""

    office: Office
    tx: ReadTx
    registry: Registry
    versions: Mapping[str, PowerVersion]
    known: Standing
    judged: Mapping[str, int]
    periods: Mapping[str, int]
    today: date

    @classmethod
    def at(cls, office: Office, tx: ReadTx, known: Standing, *, now: datetime) -> Desk:
        """Return the desk of one look."""
        registry = office.registry(tx)
        judged: dict[str, int] = {}
        for power, _, _, n in tx.counts():
            judged[power] = judged.get(power, 0) + n
        versions, periods = versions_of(office, registry, local_day(now)), dict[str, int]()
        for duty in states(office, tx, registry, versions, today=local_day(now)):
            rule = f"duty:{duty.duty.name}"
            periods[rule] = periods.get(rule, 0) + len(duty.done) + len(duty.missed)
        return cls(office, tx, registry, versions, known, judged, periods, local_day(now))

    def version(self, one: Followed) -> PowerVersion:
        """Return the version under which a finding was made."""
        return self.office.version(self.registry, one.finding.power, one.finding.version)[0]


def board(
    desk: Desk, viewer: Viewer, *, power: str | None, rule: str | None, state: str | None, level: str | None, before: int | None
) -> Chosen:
    """Return a page of the board, the latest first; before: numbers below this only."""
    seen = [one for one in desk.known.found.values() if sees_suspicion(viewer) or not one.discreet]
    base = rates(desk.known, desk.judged, desk.periods)
    states: dict[str, int] = {}
    rules: dict[str, int] = {}
    for one in seen:
        states[one.state] = states.get(one.state, 0) + 1
        rules[one.finding.found.rule] = rules.get(one.finding.found.rule, 0) + 1
    levels: dict[tuple[str, str, str], str | None] = {}

    def fits(one: Followed) -> bool:
        found = one.finding
        if (power and found.power != power) or (rule and found.found.rule != rule):
            return False
        if state and one.state != state and not (state == "waiting" and one.unreviewed):
            return False
        key = (found.power, found.version, found.found.rule)
        if level and key not in levels:
            levels[key] = _level(desk.version(one), found.found.rule)
        return not level or levels[key] == level

    fitting = sorted((one for one in seen if fits(one)), key=lambda one: -one.finding.number)
    rest = [one for one in fitting if before is None or one.finding.number < before]
    lines = tuple(line_of(desk, one, base) for one in rest[:PAGE])
    named = sorted(((name, rule_name(name), n) for name, n in rules.items()), key=lambda told: (-told[2], told[0]))
    return Chosen(
        lines,
        len(fitting),
        lines[-1].number if len(rest) > PAGE else None,
        states,
        tuple(named),
        tuple((name, version.title) for name, version in desk.versions.items()),
    )


def _level(version: PowerVersion, rule: str) -> str | None:
    levels = {step.id: step.level for step in version.steps}
    found = {levels.get(step) for step, *_ in risks_of(version, rule)}
    return next((one for one in reversed(version.level_scheme) if one in found), None)


def line_of(desk: Desk, one: Followed, base: Mapping[str, Rate]) -> Line:
    """Return a finding in words."""
    version, found = desk.version(one), one.finding.found
    proof = act_behind(desk.office, desk.tx, one.finding)
    levels = {step.id: step.level for step in version.steps}
    risks = tuple(
        RiskView(step_name(version, step) if step != "whole_process" else Text(zh="全过程", en="whole process"), levels.get(step), text)
        for step, _, text in risks_of(version, found.rule)
    )
    climbed = rung(one, desk.today, ladder_of(desk.registry))
    up = RUNGS[climbed] if one.unreviewed and climbed else None
    told = sentence(one.finding, proof, version, desk.registry.people.name)
    if not found.case:
        told = Text(zh=told.zh.replace(one.finding.power, version.title.zh), en=told.en.replace(one.finding.power, version.title.en))
    return Line(
        one.finding.number,
        told,
        one.finding.power,
        version.title,
        found.rule,
        rule_name(found.rule),
        STATES[one.state],
        TONES[one.state],
        _level(version, found.rule),
        local_day(one.found_at),
        up,
        risks,
        base.get(found.rule),
        one.discreet,
        one.due,
    )


def comes_to(desk: Desk, one: Followed, viewer: Viewer) -> bool:
    """True if a procedural finding was given to a viewer, or has climbed the ladder as far as his post."""
    if one.discreet:
        return False
    climbed = rung(one, desk.today, ladder_of(desk.registry))
    reached = {post for place, post in enumerate(LADDER_POSTS, 1) if climbed >= place}
    return one.assigned_to == viewer.officer or bool(reached & set(viewer.posts))


def page(desk: Desk, number: int, viewer: Viewer) -> Page:
    """Return the page of a finding.  Raises UnknownThing; of one that the viewer may not know too."""
    one = desk.known.found.get(number)
    mine = one is not None and comes_to(desk, one, viewer)
    if one is None or not (sees_suspicion(viewer) or mine):
        raise UnknownThing(f"没有第{number}号线索", f"there is no finding {number}")
    people, version = desk.registry.people, desk.version(one)
    proof = act_behind(desk.office, desk.tx, one.finding)
    name, who = None, ""
    if proof is not None:
        words = {row.act: row.word.name for row in version.procedure.rows}
        limits = {limit.id: limit.name for limit in version.procedure.limits.values()}
        name = words.get(proof.act) or limits.get(proof.act) or rule_name(one.finding.found.rule)
        who = people.name(proof.actor) if proof.actor and proof.actor != SYSTEM else ""
    days = (desk.today - local_day(one.found_at)).days
    ladder = tuple((n, RUNGS[place], days >= n and one.unreviewed) for place, n in enumerate((0, *ladder_of(desk.registry))))
    acts = (
        tuple((act, ACTS[act]) for act in NEXT[one.state] if (act == "self_check") == (one.assigned_to == viewer.officer))
        if sees_suspicion(viewer)
        else tuple((act, ACTS[act]) for act in NEXT[one.state] if act == "self_check")
    )
    if one.discreet:
        acts = tuple(pair for pair in acts if pair[0] != "assign")
    return Page(
        line_of(desk, one, rates(desk.known, desk.judged, desk.periods)),
        one.finding.found.case,
        name,
        proof.at if proof is not None else None,
        who,
        abs(one.finding.found.seq),
        tuple(_step(step, people) for step in one.steps),
        acts,
        () if one.discreet else ladder,
        people.name(one.assigned_to) if one.assigned_to else None,
        tuple(sorted(involved(proof) - {SYSTEM})),
        one.found_at,
    )


def _step(step: Taken, people: People) -> StepLine:
    what = None
    match step.act:
        case "assign":
            to = people.name(str(step.data["to"]))
            what = Text(zh=f"交{to}自查，{step.data['due']}前报告", en=f"to {to}, by {step.data['due']}")
        case "review":
            what = STATES[str(step.data["outcome"])]
        case "dispose":
            names = "、".join(people.name(str(who)) for who in step.data.get("answerable") or ())
            kind = DISPOSITIONS[str(step.data["disposition"])]
            what = Text(zh=f"{kind.zh}{'：' + names if names else ''}", en=f"{kind.en}{': ' + names if names else ''}")
    return StepLine(ACTS[step.act], people.name(step.by), step.at, step.words, what)


@dataclass(frozen=True, slots=True)
class Answered:
    """One entry of the register of accountability."""

    number: int | None
    what: Text
    disposition: Text
    people: str
    words: str | None
    by: str
    at: datetime
    href: str


def register(desk: Desk) -> Sequence[Answered]:
    """Return who answered for what, as disposed of, the latest first."""
    people, told = desk.registry.people, []
    base = rates(desk.known, desk.judged, desk.periods)
    for one in desk.known.found.values():
        step = one.taken("dispose")
        if step is None or one.disposition is None:
            continue
        number = one.finding.number
        told.append(
            Answered(
                number,
                line_of(desk, one, base).sentence,
                DISPOSITIONS[one.disposition],
                "、".join(people.name(who) for who in one.answerable),
                step.words,
                people.name(step.by),
                step.at,
                f"/findings/{number}/",
            )
        )
    return sorted(told, key=lambda entry: entry.at, reverse=True)[:200]
