"""The board of findings and the page of one: what the record shows, what it touches, how often the rule errs, what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import suspicions
from ..findings import act_behind, acts_behind, risks_of, sentence
from ..followup import (
    ACTS,
    DISPOSITIONS,
    STATES,
    Followed,
    Rate,
    Standing,
    Taken,
    barred,
    ladder_of,
    next_of,
    rates,
    rung,
)
from ..handled import ABOVE
from ..handling import able_to_answer
from ..mirrored import POWER
from ..office import Office, Registry, UnknownThing, load_case
from ..ports import ReadTx
from ..words import rule_name, step_name
from .access import Viewer, kept_from, sees_suspicion
from .board import seen_by
from .findinghelp import ALONE, Cause, Group, Turn, cause_of, on_case, people_to_name, turns, verdict
from .watch import states, title_among, versions_of

PAGE = 25
MOST_ANSWERED = 200
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
    "superior": "amb",
}
SELF_CHECK_BY = Text(zh="自查期限", en="self-check by")
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
    due_what: Text = SELF_CHECK_BY

    @property
    def by_duty(self) -> bool:
        """True if a duty found it, not a rule over cases."""
        return self.rule.startswith("duty:")

    @property
    def by_pattern(self) -> bool:
        """True if a pattern suspects it: it compares subjects, it judges no cases."""
        return self.rule.startswith("pattern:")

    @property
    def foreign(self) -> bool:
        """True if it was found in the log of another system."""
        return self.rule.startswith("log:")


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
    """The page of one finding.  ladder: (days, who, reached); acts: what the viewer may do next; turns: what others may do
    next; people: whom he may name; assignees: whom he may ask for a self-check; handled: the case in which it is handled, with the rest
    of its steps; on_case: those of them that the viewer may take (name, address).

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
    found_at: datetime
    cause: Cause
    turns: tuple[Turn, ...]
    people: tuple[Group, ...]
    unreviewed: bool
    assignees: tuple[Group, ...] = ()
    handled: str | None = None
    on_case: tuple[tuple[Text, str], ...] = ()
    named: tuple[str, ...] = ()  # who answers, as verified
    ordered: bool = False  # whether an order to rectify was made


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
        versions, periods = versions_of(office, registry, local_day(now)), dict(suspicions.judged(tx))
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
    seen, states, rules = seen_by(desk.known, viewer)
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

    fitting = [one for one in seen if fits(one)] if power or rule or state or level else seen
    rest = fitting if before is None else [one for one in fitting if one.finding.number < before]
    base = rates(desk.known, desk.judged, desk.periods, {one.finding.found.rule for one in rest[:PAGE]})
    lines = lines_of(desk, rest[:PAGE], base)
    named = sorted(((name, rule_name(name), n) for name, n in rules.items()), key=lambda told: (-told[2], told[0]))
    return Chosen(
        lines,
        len(fitting),
        lines[-1].number if len(rest) > PAGE else None,
        states,
        tuple(named),
        tuple((name, title_among(desk.versions, name)) for name in desk.versions),
    )


def _concerns(one: Followed, viewer: Viewer) -> bool:
    """True if a finding is not for the viewer, because it is about himself or somebody to whom he is tied."""
    return kept_from(viewer, one.accused, above=one.level == ABOVE, discreet=one.discreet)


def _level(version: PowerVersion, rule: str) -> str | None:
    levels = {step.id: step.level for step in version.steps}
    found = {levels.get(step) for step, *_ in risks_of(version, rule)}
    return next((one for one in reversed(version.level_scheme) if one in found), None)


def lines_of(desk: Desk, several: Sequence[Followed], base: Mapping[str, Rate]) -> tuple[Line, ...]:
    """Return findings in words; what proves them is read at one go."""
    proofs = acts_behind(desk.tx, [one.finding for one in several])
    return tuple(_line(desk, one, proofs.get(one.finding.number), base) for one in several)


def _line(desk: Desk, one: Followed, proof: Event | None, base: Mapping[str, Rate]) -> Line:
    version, found = desk.version(one), one.finding.found
    levels = {step.id: step.level for step in version.steps}
    risks = tuple(
        RiskView(step_name(version, step) if step != "whole_process" else Text(zh="全过程", en="whole process"), levels.get(step), text)
        for step, _, text in risks_of(version, found.rule)
    )
    climbed = rung(one, desk.today, ladder_of(desk.registry, desk.today))
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
        one.due if one.open else None,
        Text(zh="整改期限", en="to be rectified by") if one.ordered else SELF_CHECK_BY,
    )


def comes_to(desk: Desk, one: Followed, viewer: Viewer) -> bool:
    """True if a procedural finding was given to a viewer, or has climbed the ladder as far as his post."""
    if one.discreet:
        return False
    climbed = rung(one, desk.today, ladder_of(desk.registry, desk.today))
    reached = {post for place, post in enumerate(LADDER_POSTS, 1) if climbed >= place}
    return viewer.officer in (one.assigned_to, *one.ordered) or bool(reached & set(viewer.posts))


def page(desk: Desk, number: int, viewer: Viewer) -> Page:
    """Return the page of a finding.  Raises UnknownThing; of one that the viewer may not know too."""
    one = desk.known.found.get(number)
    mine = one is not None and comes_to(desk, one, viewer)
    if one is None or _concerns(one, viewer) or not (sees_suspicion(viewer) or mine):
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
    ladder = tuple((n, RUNGS[place], days >= n and one.unreviewed) for place, n in enumerate((0, *ladder_of(desk.registry, desk.today))))
    acts = tuple((act, ACTS[act]) for act in next_of(one) if not (one.discreet and act == "assign")
                 and barred(people, one, proof, act, viewer.officer or "", desk.today) is None)  # fmt: skip
    case_id = one.finding.found.case
    case, controls = load_case(desk.office, desk.tx, desk.registry, case_id) if case_id else (None, ())
    naming = {"assign", "dispose", *(["review"] if one.case else [])} & {act for act, _ in acts}
    named = people_to_name(desk.versions, people, one.finding, proof, case, desk.today) if naming else ()
    return Page(
        _line(desk, one, proof, rates(desk.known, desk.judged, desk.periods)),
        case_id,
        name,
        proof.at if proof is not None else None,
        who,
        abs(one.finding.found.seq),
        tuple(_step(step, people) for step in one.steps),
        tuple((act, name) for act, name in acts if act not in ALONE),
        () if one.discreet else ladder,
        one.found_at,
        cause_of(desk.tx, desk.registry, one.finding, proof, case, controls),
        turns(people, one, proof, desk.today, mine=[act for act, _ in acts]),
        named,
        one.unreviewed,
        _assignees(desk, one, named),
        one.case,
        on_case(one, [act for act, _ in acts]),
        tuple(verified.data.get("responsible") or ()) if (verified := one.taken("review")) is not None else (),
        bool(one.ordered),
    )


def _assignees(desk: Desk, one: Followed, named: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return whom a self-check may be given: where the finding has a case, who holds a post that reports it and is not concerned."""
    version = desk.versions.get(POWER) if one.case is not None else None
    if version is None:
        return named
    able = able_to_answer(desk.registry, version, one, desk.today)
    kept = (Group(group.name, tuple(pair for pair in group.officers if pair[0] in able)) for group in named)
    return tuple(group for group in kept if group.officers)


def _step(step: Taken, people: People) -> StepLine:
    what = None
    match step.act:
        case "assign":
            to = people.name(str(step.data["to"]))
            what = Text(zh=f"交{to}自查，{step.data['due']}前报告", en=f"to {to}, by {step.data['due']}")
        case "review":
            what = verdict(step, people)
        case "order":
            to = "、".join(people.name(str(who)) for who in step.data.get("ordered") or ())
            what = Text(zh=f"由{to}在{step.data['due']}前完成", en=f"by {to}, until {step.data['due']}") if to else None
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
    people, base = desk.registry.people, rates(desk.known, desk.judged, desk.periods)
    disposed = [(step, one) for one in desk.known.latest if one.disposition is not None and (step := one.taken("dispose")) is not None]
    shown = sorted(disposed, key=lambda told: told[0].at, reverse=True)[:MOST_ANSWERED]
    lines = lines_of(desk, [one for _, one in shown], base)
    return [
        Answered(
            line.number,
            line.sentence,
            DISPOSITIONS[str(one.disposition)],
            "、".join(people.name(who) for who in one.answerable),
            step.words,
            people.name(step.by),
            step.at,
            f"/findings/{line.number}/",
        )
        for (step, one), line in zip(shown, lines, strict=True)
    ]
