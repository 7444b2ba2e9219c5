"""Both tellings of a control over one history: what `check` objects to act by act, what `detect` says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from qingfeng.detection.evaluate import lag_between, outcome
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.clock import clocks
from qingfeng.engine.control import Command, Control, Demand, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.facts import ActRow, Outcome, Rule
from qingfeng.terms.people import Authority
from tests.sample import EVERYBODY_CLERK, MONDAY, at, calendar, free_version, limit

Check = Callable[[Situation], Refusal | Demand | None]
RICH_LIMITS = (
    limit(
        "days",
        ["investigate"],
        ["approve"],
        4,
        "calendar_day",
        stops=[
            {"from": "suspend", "to": "resume", "basis": None},
            {"from": "order_review", "to": "receive_review", "basis": None},
            {"from": "suspend", "to": "receive_review", "basis": None},
        ],
        extend=[
            {"by": "extend", "n": 2, "unit": "calendar_day", "times": 2},
            {"by": "extend_more", "n": 1, "unit": "working_day", "times": 1},
        ],
    ),
    limit(
        "hours",
        ["interview"],
        ["note"],
        30,
        "hour",
        rolls="never",
        extend=[{"by": "extend", "n": 5, "unit": "hour", "times": 1}],
    ),
    limit("months", ["order_review"], ["receive_review", "approve"], 1, "month", rolls="party", **{"for": "party"}),
    limit("again", ["note", "approve"], ["approve"], 3, "working_day", restarts=True),
    limit("effect", ["investigate"], ["note"], 1, "working_day", effect="resume"),
    limit("noted", ["investigate"], ["approve"], 1, "calendar_day", late="note"),
    {
        **limit("named", ["set_day"], ["approve", "note"], 1, "calendar_day"),
        "until": "due_on",
        "extend": [
            {"by": "move_day", "until": "due_on", "times": 1},
            {"by": "extend_more", "until": "due_on", "times": 1},
        ],
        "stops": [{"from": "suspend", "to": "resume", "basis": None}],
    },
)


@dataclass(frozen=True)
class Telling:
    """A control's two tellings; a mutation replaces one of them."""

    version: PowerVersion
    check: Check
    rule: Rule
    read_by: PowerVersion | None = None  # a mutation: `detect` reads the log by another file


def example_of(kind: type[Any], *, rich: bool = False) -> tuple[Control, PowerVersion]:
    """Return the control set as its own example says, and a free power that it works with."""
    control: Control = typed(kind, kind.example, place=kind.name)
    version = free_version(RICH_LIMITS if rich else getattr(kind, "example_limits", ()))
    assert control.problem(version) is None
    return control, version


def telling_of(name: str, *, rich: bool = False) -> Telling:
    """Return a control's tellings as they are."""
    control, version = example_of(discover()[name], rich=rich)
    return Telling(version, control.check, control.detect())


def story(lines: Sequence[str]) -> list[Event]:
    """Return the events of lines "act actor day [+days until entered]", days counted from a Monday."""
    events: list[Event] = []
    for n, line in enumerate(lines, 1):
        act, actor, day, *lag = line.split()
        when = at(MONDAY + timedelta(days=int(day)), 9, n)
        events.append(happened(n, act, actor, when, when + timedelta(days=int(lag[0]) if lag else 0)))
    return events


def happened(seq: int, act: str, actor: str, when: datetime, entered: datetime, **data: Any) -> Event:
    """Return an act as an event of the case c1."""
    return Event(stream="case/c1", seq=seq, kind=ACT, act=act, at=when, entered=entered, actor=actor, data=data)


def situation(case: Case, event: Event) -> Situation:
    """Return what a control would have seen before the event."""
    proposed = Command(
        case=case.id, act=event.act, actor=event.actor or "", at=event.at, entered=event.entered, data=event.data
    )
    return Situation(
        case=case,
        proposed=proposed,
        rule=case.version.rules[case.step, event.act],
        authority=Authority("clerk", "own"),
        people=EVERYBODY_CLERK,
        calendar=calendar(),
        clocks=clocks(case, calendar()),
    )


def objections(telling: Telling, events: Sequence[Event]) -> list[int]:
    """Return the numbers of the events to which `check` objects; all of them happen nevertheless."""
    case, found = new_case("c1", telling.version), []
    for event in events:
        if telling.check(situation(case, event)) is not None:
            found.append(event.seq)
        case = evolve(case, event)
    return found


def rows(events: Sequence[Event]) -> list[ActRow]:
    """Return a history as a log of acts."""
    return [
        ActRow(
            case="c1",
            act=e.act,
            actor=e.actor,
            at=e.at,
            entered=e.entered,
            effective=e.effective_day.isoformat(),
            lag=lag_between(e.at, e.entered, calendar(), e.data),
            data=e.data,
        )
        for e in events
        if e.kind == ACT
    ]


def found(telling: Telling, events: Sequence[Event]) -> Outcome:
    """Return what `detect` says of the history."""
    return outcome(telling.rule, rows(events), telling.read_by or telling.version, calendar())


def agrees(telling: Telling, events: Sequence[Event]) -> bool:
    """True if both tellings say the same of a history."""
    return bool(objections(telling, events)) is (found(telling, events) is Outcome.VIOLATED)


ACTS = (
    "investigate",
    "investigate",
    "approve",
    "approve",
    "interview",
    "note",
    "suspend",
    "resume",
    "order_review",
    "receive_review",
    "extend",
    "extend_more",
    "set_day",
    "move_day",
)
ACTORS = ("ann", "ann", "ann", "bob", "bob", "carl", PARTY, SYSTEM)


def acts_of(name: str) -> tuple[str, ...]:
    """Return the acts of a control's own stories, as often as they tell of them."""
    kind = discover()[name]
    return tuple(line.split()[0] for lines in (*kind.allowed, *kind.refused) for line in lines)


def history(chance: Random, *, length: int = 11, acts: Sequence[str] = ACTS) -> list[Event]:
    """Return a random history of acts in order of time, some entered late."""
    when, events = at(MONDAY), []
    for n in range(1, chance.randint(2, length) + 1):
        when += timedelta(days=chance.choice((0, 0, 1, 1, 3, 5, 9, 9)), minutes=chance.randint(1, 400))
        act = chance.choice(acts)
        entered = when + timedelta(days=chance.choice((0,) * 20 + (1, 3, 4, 5, 6, 9)))
        named = (
            {"due_on": (date(2026, 3, 4) + timedelta(days=chance.randint(0, 20))).isoformat()}
            if act.endswith("_day")
            else {}
        )
        events.append(happened(n, act, chance.choice(ACTORS), when, entered, **named))
    return events
