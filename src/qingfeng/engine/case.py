"""A case: the state that its events add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce

from qingfeng.catalogue.power import CLOSED, STAY, ActRule, ByField, PowerVersion

from .event import ACT, MARK, OVERRIDE, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Fold of a case's events; never stored as truth.

    done: acts done in this round -> place of the earliest step in which they were done;
    begun: the same acts, and the act that opened the round -> number of the event that did them first in it;
    pending: open matters -> number of the event that opened them; passes: act -> controls that it may pass once, each with who let it pass.
    """

    id: str
    version: PowerVersion
    step: str
    since: datetime | None = None  # when the case entered this step
    events: tuple[Event, ...] = ()
    done: Mapping[str, int] = field(default_factory=dict)
    begun: Mapping[str, int] = field(default_factory=dict)
    pending: Mapping[str, int] = field(default_factory=dict)
    passes: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    returns: int = 0  # how often it went back to an earlier step

    @property
    def seq(self) -> int:
        """Number of the last event, 0 for a case not yet opened."""
        return len(self.events)

    @property
    def opened_at(self) -> datetime | None:
        """When the case began."""
        return self.events[0].at if self.events else None

    @property
    def closed(self) -> bool:
        """True once the case has ended (life after the decision may go on)."""
        return self.step == CLOSED

    def actors_of(self, acts: Iterable[str]) -> frozenset[str]:
        """Return everyone who has done one of the acts on this case, in any round."""
        wanted = frozenset(acts)
        return frozenset(e.actor for e in self.events if e.kind == ACT and e.act in wanted and e.actor)


def new_case(case_id: str, version: PowerVersion) -> Case:
    """Return a case of which nothing is known yet but its power."""
    return Case(id=case_id, version=version, step=version.procedure.start)


def consequence(what: str | ByField | None, event_data: Mapping[str, object]) -> str | None:
    """Return what follows for this data: fixed, or chosen by a field; None when the choice has no consequence."""
    if isinstance(what, ByField):
        return what.cases.get(str(event_data.get(what.field)))
    return what


def evolve(case: Case, event: Event) -> Case:
    """Return the case after one more event.  The event was accepted before: nothing is judged here."""
    assert event.seq == case.seq + 1, f"event {event.seq} cannot follow {case.seq} on {case.id}"
    events = (*case.events, event)
    if event.kind == OVERRIDE:
        target = str(event.data["act"])
        passes = case.passes.get(target, frozenset()) | {(str(name), str(event.actor)) for name in event.data["controls"]}
        return replace(case, events=events, passes={**case.passes, target: passes})
    if event.kind == MARK:
        return replace(case, events=events)
    assert event.kind == ACT, f"unknown kind of event {event.kind}"
    rule = case.version.rules[case.step, event.act]
    to = consequence(rule.to, event.data) or STAY
    step = case.step if to == STAY else to
    order = case.version.step_order
    done = {**case.done, event.act: min(order[case.step], case.done.get(event.act, order[case.step]))}
    begun = case.begun if event.act in case.begun and event.act in case.done else {**case.begun, event.act: event.seq}
    back = order[step] < order[case.step]
    pending = _pending_after(case, rule, event)
    if back:  # what only followed from an undone act goes with it; a matter that stays open keeps its clocks
        done = {act: place for act, place in done.items() if place < order[step]}
        matters = case.version.procedure.pending
        pending = {m: n for m, n in pending.items() if not matters[m].lapses or events[n - 1].act in {*done, event.act}}
        begun = {act: seq for act, seq in begun.items() if act in done} | {events[n - 1].act: n for n in pending.values()}
        begun |= {event.act: event.seq}
    since = event.at if step != case.step or case.since is None or back else case.since
    left = {act: p for act, p in case.passes.items() if act != event.act} if case.passes else case.passes
    return Case(id=case.id, version=case.version, step=step, since=since, events=events, done=done, begun=begun,
                pending=pending, passes=left, returns=case.returns + back)  # fmt: skip


def _pending_after(case: Case, rule: ActRule, event: Event) -> Mapping[str, int]:
    opened = consequence(rule.opens, event.data)
    if opened is None and rule.closes is None:
        return case.pending
    left = {matter: seq for matter, seq in case.pending.items() if matter != rule.closes}
    return left if opened is None else {**left, opened: event.seq}


def fold(case_id: str, version: PowerVersion, events: Iterable[Event]) -> Case:
    """Return the case that these events, in order, add up to."""
    return reduce(evolve, events, new_case(case_id, version))
