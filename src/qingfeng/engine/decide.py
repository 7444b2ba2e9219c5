"""The heart: from a case and a proposed act to a new event, or to the reasons why not.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import SYSTEM
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.limits import MAX_KEY, MAX_LIST
from qingfeng.terms.people import Authority, People
from qingfeng.terms.text import TermError, Text

from . import order, shape
from .case import Case
from .clock import Clock, clocks
from .control import NOWHERE, OVERRIDABLE, Basis, Command, Control, ControlSet, Demand, Elsewhere, Refusal, Situation
from .event import ACT, OVERRIDE, Event

NOTHING: frozenset[str] = frozenset()
LEADING_RANK = 3  # a deputy head of the agency or above


@dataclass(frozen=True, slots=True)
class Accepted:
    """The act is done: what happened, to be stored."""

    event: Event


@dataclass(frozen=True, slots=True)
class Refused:
    """The act is not done; every reason at once within the ring that stopped it."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Demanded:
    """The act may be done as soon as its actor says why; nothing is recorded yet."""

    demands: tuple[Demand, ...]


Outcome = Accepted | Refused | Demanded


def decide(
    case: Case, command: Command, *, people: People, calendar: WorkCalendar, controls: Sequence[Control], stream: str,
    running: Mapping[str, Clock] | None = None, elsewhere: Elsewhere = NOWHERE,
) -> Outcome:  # fmt: skip
    """Ask the three rings in turn: shape, order, controls.  The first two stop at their first fault, the third asks all.

    running: the case's clocks if the caller has them already.

    Raises CalendarMissing when a limit reaches into a year without a table: nobody guesses.
    """
    if command.act == OVERRIDE and case.seq:
        return _override(case, command, people=people, controls=controls, stream=stream)
    word = shape.word_of(case.version, command.act)
    if word is None:
        return Refused((_unknown_act(case, command.act),))
    data = shape.parse_data(command, word)
    if isinstance(data, Refusal):
        return Refused((data,))
    command = replace(command, data=data)
    rule = order.sequence(case, command.act)
    if isinstance(rule, Refusal):
        return Refused((rule,))
    authority = order.authority(case, rule, command, people)
    if isinstance(authority, Refusal):
        return Refused((authority,))
    strangers = order.strangers(command, word, people)
    if strangers is not None:
        return Refused((strangers,))
    running = clocks(case, calendar) if running is None else running
    early = order.waiting(case, rule, command, running, calendar.years)
    if early is not None:
        return Refused((early,))
    situation = Situation(case=case, proposed=command, rule=rule, authority=authority, people=people,
                          calendar=calendar, clocks=running, elsewhere=elsewhere)  # fmt: skip
    return _ask(situation, controls, stream)


def _ask(situation: Situation, controls: Sequence[Control], stream: str) -> Outcome:
    case, command = situation.case, situation.proposed
    if isinstance(controls, ControlSet):
        controls = controls.asked_of(command.act)
    # nobody lets himself pass: an override helps others only
    passes = {name for name, giver in case.passes.get(command.act, ()) if giver != command.actor}
    refusals: list[Refusal] = []
    demands: list[Demand] = []
    waived: list[str] = []
    for control in controls:
        answer = asked(control, situation)
        if isinstance(answer, Demand):
            demands.append(answer)
        elif answer is not None and answer.by in passes and answer.basis in OVERRIDABLE:
            waived.append(answer.by)
        elif answer is not None:
            refusals.append(answer)
    if refusals:
        return Refused(tuple(refusals))
    if demands and not shape.explained(command):
        return Demanded(tuple(demands))
    via, effective = situation.authority.via, command.effective
    facts = {"asked": [c.name for c in controls], "demanded": [d.by for d in demands], "reason": command.reason, "waived": waived,
             "via": via if via != "own" else None, "effective": effective.isoformat() if effective else None}  # fmt: skip
    return Accepted(_event(case, command, situation.authority, facts, stream, situation.rule.word.private))


def asked(control: Control, situation: Situation) -> Refusal | Demand | None:
    """Return what a control says; one that cannot answer does not let pass (DESIGN §4: fail closed)."""
    try:
        return control.check(situation)
    except Exception as error:
        return _broken(control, error)


def _broken(control: Control, error: Exception) -> Refusal:
    why = error.text if isinstance(error, TermError) else Text(*[type(error).__name__] * 2)
    reason, remedy = wording.broken_control(control.title, why)
    return Refusal(by=control.name, ring="control", basis=Basis.RULE, reason=reason, remedy=remedy, broken=True)


def _event(
    case: Case, command: Command, authority: Authority, facts: Mapping[str, Any], stream: str,
    private: frozenset[str] = NOTHING,
) -> Event:  # fmt: skip
    return Event(
        stream=stream, seq=case.seq + 1, kind=OVERRIDE if command.act == OVERRIDE else ACT, act=command.act, at=command.at,
        entered=command.entered, power=case.version.power, version=case.version.version, actor=command.actor,
        post=authority.post, facts=facts, data=command.data, private=private)  # fmt: skip


def _override(case: Case, command: Command, *, people: People, controls: Sequence[Control], stream: str) -> Outcome:
    """A higher post lets an act pass named controls once.  Only what rests on the map or a promise; always a finding."""
    target, names = str(command.data.get("act", "")), command.data.get("controls", ())
    rows = [row for row in case.version.procedure.rows if row.act == target]
    known = {c.name: c for c in controls}
    sound = isinstance(names, list | tuple) and 0 < len(names) <= MAX_LIST and all(isinstance(n, str) for n in names)
    complete = rows and sound and set(command.data) == {"act", "controls"}
    if not complete or not shape.explained(command) or shape.said_badly(command):
        return Refused((shape.refuse(*wording.override_incomplete()),))
    ranks = {post.id: post.rank for post in case.version.posts.values()}
    needed = max(ranks.get(p, 0) for row in rows for p in row.by) + 1
    held = order.authorities(command, people, list(ranks), may_delegate=False)
    able = [a for a in held if ranks[a.post] >= max(needed, LEADING_RANK)]
    if not able:
        said = wording.override_too_low(people.name(command.actor), rows[0].word.name)
        return Refused((order.refuse("tiered_approval", *said),))
    fixed = [n for n in names if n not in known or known[n].basis not in OVERRIDABLE]
    if fixed:
        unset = [repr(n[:MAX_KEY])[1:-1] for n in fixed if n not in known]
        law = [known[n].title for n in fixed if n in known and known[n].basis is Basis.STATUTE]
        rule = [known[n].title for n in fixed if n in known and known[n].basis is not Basis.STATUTE]
        reason, remedy = wording.override_forbidden(unset, law=law, rule=rule)
        basis = Basis.STATUTE if law else Basis.RULE
        return Refused((Refusal(by="lawful_order", ring="control", basis=basis, reason=reason, remedy=remedy),))
    early = order.time_order(case, command)
    if early is not None:
        return Refused((early,))
    command = replace(command, data={"act": target, "controls": [str(n) for n in names]})
    return Accepted(_event(case, command, able[0], {"reason": command.reason}, stream))


def _unknown_act(case: Case, act: str) -> Refusal:
    possible = [(r.act, r.word.name) for r in order.possible(case) if r.by != (SYSTEM,)]
    return shape.refuse(*wording.unknown_act(act[:MAX_KEY], possible))
