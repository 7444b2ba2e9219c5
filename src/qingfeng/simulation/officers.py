"""Lawful and merely careless officers: what they take up next on a case, and who of them does it.

Lawful officers look before they act (the same order and controls that the door asks), so nothing of theirs is refused.
Careless ones are slow, enter acts days later, or forget a field and give it when it is asked for; they break no order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from qingfeng.catalogue.power import PARTY, STAY, ActRule, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.clock import Clock
from qingfeng.engine.control import Command, Control, Refusal
from qingfeng.engine.decide import Refused, decide
from qingfeng.engine.order import possible
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People

from . import course, invent
from .course import Move
from .told import Departure, Telling

MAX_RETURNS = 3
"""How often a case goes back before officers see to it that it is finished: honest work comes to an end."""
EXCEPTIONS = ("decide_no", "dispense", "withhold", "refuse", "reject", "cancel", "return", "take_urgent")
"""How the vocabulary's acts begin that officers do in few cases only, where the ordinary act would be possible too."""
TROUBLE = 0.1
"""Share of acts whose choices are not made so that the case simply goes on: a doubt, a decision quashed."""
REASONS = ("承办人同时办理多件急件，已向负责人说明", "等待相关单位回函，收到后立即办理", "承办人出差，回单位后即办", "案情复杂，核对证据用时较长")
LATE_ENTRY = ("承办人外出办案，回单位后补录", "系统维护期间纸质办理，现予补录")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the people of the agency are.

    carelessness: chance per act that something is left lying, entered late or forgotten; branching: share of cases in which
    somebody has cause to take a branch; weights: branch -> its part among all of them (1 unless named, 0 never);
    side, back: chance per act of an optional act, of a return; haste: share of acts that follow on the same day;
    duties: whether they do what comes back every week or month; late_stories: whether stories that tell of lateness are played,
    for branches that no other story takes (with carelessness: any of them).
    """

    carelessness: float = 0.0
    branching: float = 0.5
    weights: Mapping[str, int] = field(default_factory=dict)
    side: float = 0.06
    back: float = 0.02
    haste: float = 0.45
    duties: bool = True
    late_stories: bool = True


LAWFUL = Habits()
CARELESS = Habits(carelessness=0.12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody has cause to bring about on a case: an act of a branch, or that a limit takes effect by law."""

    branch: str
    act: str = ""
    forced: Mapping[str, str] = field(default_factory=dict)
    limit: str = ""  # the limit whose effect is waited for


@dataclass(slots=True, kw_only=True)
class Mind:
    """What the officers of one case remember."""

    case: str
    about: invent.Persona
    plan: Plan | None = None
    assigned: dict[str, str] = field(default_factory=dict)  # post -> officer
    done_aside: set[str] = field(default_factory=set)
    goal: dict[tuple[str, int], str] = field(default_factory=dict)
    idle: int = 0
    held: Command | None = None  # done already, not entered yet
    telling: Telling | None = None  # the story that is played, where the power is played from stories
    departure: Departure | None = None  # the wrong that is to be tried in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A case at a moment, with all that its officers may look at."""

    case: Case
    clocks: Mapping[str, Clock]
    people: People
    calendar: WorkCalendar
    controls: Sequence[Control]
    now: datetime


def plans(version: PowerVersion) -> list[Plan]:
    """Return every plan that this power's branches and effects by law allow."""
    found = []
    for name, branch in version.procedure.branches.items():
        for act in branch.acts:
            rows = [row for row in version.procedure.rows if row.act == act]
            forced = next((f for row in rows for f in _redo(version, row)), {}) if name == "redo" else {}
            found.append(Plan(branch=name, act=act, forced=forced))
    for limit in version.procedure.limits.values():
        if limit.effect is not None:
            found.append(Plan(branch=limit.effect, limit=limit.id))
    return found


def _redo(version: PowerVersion, row: ActRule) -> Iterator[Mapping[str, str]]:
    order = version.step_order
    for to, forced in course.outcomes(row.to):
        if to != STAY and all(order[to] <= order[step] for step in row.at):
            yield forced


def deal(version: PowerVersion, habits: Habits, rng: Random) -> list[Plan]:
    """Return a shuffled deck of plans for the next cases of a power: every branch as often as it weighs."""
    known = plans(version)
    deck = [
        rng.choice([p for p in known if p.branch == branch])
        for branch in sorted({p.branch for p in known})
        for _ in range(habits.weights.get(branch, 1))
    ]
    return rng.sample(deck, len(deck))


def wishes(scene: Scene, mind: Mind, habits: Habits, rng: Random) -> list[Move]:
    """Return what the officers would do now, what they would like best first.  Empty: nothing is left to be done."""
    case = scene.case
    if case.seq == 0:
        return _openings(case, mind, rng)
    found = _duties(scene, rng)
    plan = _planned(case, mind)
    if plan and (case.closed or rng.random() < 0.6):
        found += _mixed(plan, rng)
    found += _aside(case, mind, habits, rng)
    pending = [w for m in sorted(case.pending) for r in course.closes_here(case, m) if (w := course.ways(case, Move(r)))]
    if pending and (case.closed or rng.random() < 0.3):
        found += _mixed([move for way in pending for move in way if case.closed or not _moves(move)], rng)
    found += _onward(case, mind, rng)
    if not case.closed:
        found += _mixed(plan, rng)
        found += _mixed([move for way in pending for move in way], rng)
    return found


def _openings(case: Case, mind: Mind, rng: Random) -> list[Move]:
    """Acts with which a case begins: as planned, else usually the first of the procedure."""
    rows = [rule for rule in possible(case) if "system" not in rule.by]
    wanted = [rule for rule in rows if mind.plan is not None and rule.act == mind.plan.act]
    return [Move(rule) for rule in (*wanted, *(rows if rng.random() < 0.8 else _mixed_rules(rows, rng)))]


def _mixed_rules(rules: Sequence[ActRule], rng: Random) -> list[ActRule]:
    return rng.sample(list(rules), len(rules))


def _mixed(moves: Sequence[Move], rng: Random) -> list[Move]:
    return rng.sample(list(moves), len(moves))


def _moves(move: Move) -> bool:
    return move.rule.to != STAY


def _duties(scene: Scene, rng: Random) -> list[Move]:
    """Acts that end a running limit of the agency and stay at the step: all that are pressing, others now and then."""
    found = []
    now_possible = {r.act: r for r in possible(scene.case)}
    for clock in scene.clocks.values():
        limit = clock.limit
        if not clock.running or clock.due is None or limit.holder != "agency" or limit.effect is not None:
            continue
        left = clock.due.raw - scene.now
        ends = sorted(a for a in limit.ends & now_possible.keys() if now_possible[a].to == STAY)
        gentle = [a for a in ends if now_possible[a].closes is None and not a.startswith(EXCEPTIONS)] or ends
        if gentle and (left < timedelta(days=2) or scene.case.closed or rng.random() < 0.2):
            found.append(Move(now_possible[rng.choice(gentle if rng.random() < 0.85 else ends)]))
    return found


def _planned(case: Case, mind: Mind) -> list[Move]:
    plan = mind.plan
    if plan is None or not plan.act:
        return []
    if any(e.kind == "act" and e.act == plan.act and all(e.data.get(k) == v for k, v in plan.forced.items()) for e in case.events):
        return []
    rule = case.version.rules.get((case.step, plan.act))
    if rule is not None:
        return course.ways(case, Move(rule, plan.forced)) or []
    return [move for act in course.before(case, plan.act) for move in course.ways(case, Move(case.version.rules[case.step, act])) or []]


def _aside(case: Case, mind: Mind, habits: Habits, rng: Random) -> list[Move]:
    """Optional acts, each once a case, and returns, now and then."""
    off_road = course.branch_acts(case.version)
    now_possible = [r for r in possible(case) if r.by != ("system",)]
    if rng.random() < habits.back and case.returns < MAX_RETURNS:
        back = [Move(r, f) for r in now_possible if r.closes is None for f in course.targets(case, r, forward=False)]
        return _mixed(back, rng)[:1]
    if rng.random() < habits.side:
        known = off_road.keys() | mind.done_aside | case.done.keys()
        fine = [r for r in now_possible if r.to == STAY and r.act not in known]
        return [Move(rng.choice(fine))] if fine else []
    return []


def _onward(case: Case, mind: Mind, rng: Random) -> list[Move]:
    """What leads to the next step: towards one goal per stay at a step, others only where that one cannot be got."""
    ordinary, others = course.goals(case)
    rng.shuffle(ordinary)
    ordinary.sort(key=lambda m: m.rule.act.startswith(EXCEPTIONS) and rng.random() < 0.9)
    kept = mind.goal.get((case.step, case.returns))
    ordinary.sort(key=lambda m: m.rule.act != kept)
    for move in [*ordinary, *others]:
        way = course.ways(case, move)
        if way:
            mind.goal[case.step, case.returns] = move.rule.act
            return _mixed(way, rng)
    return []


def ready_at(scene: Scene, rule: ActRule) -> datetime | None:
    """Return from when an act's waiting times are over; None while one of them stands still."""
    ready = scene.now
    for name in rule.waits:
        clock = scene.clocks.get(name)
        if clock is not None and clock.running:
            if clock.due is None:
                return None
            ready = max(ready, clock.due.outer)
    return ready


def prepare(scene: Scene, mind: Mind, move: Move, rng: Random) -> Command | tuple[Refusal, ...]:
    """Return the command with which a fit officer does a move, or why nobody can."""
    reasons: tuple[Refusal, ...] = ()
    for post, who in _candidates(scene, mind, move.rule, rng):
        command = Command(
            case=scene.case.id, act=move.rule.act, actor=who, at=scene.now, entered=scene.now,
            data=invent.fill(move.rule, _setting(scene, mind, move, rng), rng), post=post, seen=scene.case.seq or None,
        )  # fmt: skip
        outcome = look(scene, command)
        if not outcome:
            if post is not None:
                mind.assigned.setdefault(post, who)
            return command
        reasons = outcome
    return reasons


def look(scene: Scene, command: Command) -> tuple[Refusal, ...]:
    """Return why the door would refuse a command; empty if it would not (it may still ask for a reason)."""
    outcome = decide(scene.case, command, people=scene.people, calendar=scene.calendar, controls=scene.controls, stream="case/")
    return outcome.refusals if isinstance(outcome, Refused) else ()


def _candidates(scene: Scene, mind: Mind, rule: ActRule, rng: Random) -> Iterator[tuple[str | None, str]]:
    if PARTY in rule.by and (len(rule.by) == 1 or rng.random() < 0.5):
        yield None, PARTY
    day = local_day(scene.now)
    for post in _shuffled([p for p in rule.by if p not in (PARTY, "system")], rng):
        kept = mind.assigned.get(post)
        holders = _shuffled(scene.people.holders(post, day), rng)
        for who in sorted(holders, key=lambda h: h != kept):
            yield post, who
    if PARTY in rule.by:
        yield None, PARTY


def _shuffled(items: Sequence[str], rng: Random) -> list[str]:
    return rng.sample(list(items), len(items))


def _setting(scene: Scene, mind: Mind, move: Move, rng: Random) -> invent.Setting:
    day = local_day(scene.now)
    colleagues = [o for post in move.rule.by for o in scene.people.holders(post, day)] or sorted(scene.people.names)[:3]
    soon = mind.plan is not None and bool(mind.plan.limit)
    trouble = scene.case.returns < MAX_RETURNS and rng.random() < TROUBLE
    return invent.Setting(about=mind.about, day=day, calendar=scene.calendar, colleagues=colleagues, forced=move.forced,
                          likely={} if trouble else course.mild(scene.case, move.rule), soon=soon)  # fmt: skip
