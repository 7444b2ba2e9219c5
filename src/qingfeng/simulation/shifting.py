"""The same honest case on other days: moved by whole weeks, and asked again whether it would have gone the same way.

A holiday in between can make an act late or put it on a rest day, one that is missing can let a report come due; such a move is not
offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from qingfeng.casework.logbook import row_of
from qingfeng.casework.office import Registry
from qingfeng.catalogue.power import SYSTEM, FieldType, PowerVersion
from qingfeng.detection.evaluate import World
from qingfeng.detection.run import found_in
from qingfeng.engine.case import Case, evolve, new_case
from qingfeng.engine.clock import clocks, marks
from qingfeng.engine.control import Command, Control
from qingfeng.engine.decide import Accepted, decide
from qingfeng.engine.event import ACT, MARK, Event
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.instants import format_instant, local_day


def moved(case: Case, days: int, *, registry: Registry, controls: Sequence[Control]) -> Case | None:
    """Return the case as it would have been so many days later, None if it would have gone otherwise or the rules found other things."""
    by = timedelta(days=days)
    first = local_day(case.events[0].at + by)
    if not registry.in_force(case.version.power, first) or registry.version_on(case.version.power, first) != case.version.version:
        return None
    try:
        again = new_case(case.id, case.version)
        for event in case.events:
            later = shifted(case.version, event, by)
            if not _would_happen(again, later, registry, controls):
                return None
            again = evolve(again, later)
        return again if _found(again, registry, controls) == _found(case, registry, controls) else None
    except CalendarMissing:
        return None


def _found(case: Case, registry: Registry, controls: Sequence[Control]) -> set[tuple[str, int]]:
    """Return what the rules find in the case, read when it was over (an open one: when its last event came)."""
    calendar = registry.calendar
    end = date(calendar.years[-1], 12, 31) if case.closed else local_day(case.events[-1].entered)
    rows = [row_of(event, n, calendar) for n, event in enumerate(case.events, 1) if event.kind == ACT]
    found = found_in(rows, case.events, case.version, controls, World(calendar, registry.people, end))
    return {(one.rule, one.seq) for one in found}


def _would_happen(case: Case, event: Event, registry: Registry, controls: Sequence[Control]) -> bool:
    """True if the engine makes this very event now, and the clock has nothing else to do before it."""
    calendar = registry.calendar
    running = clocks(case, calendar) if case.seq else {}
    waiting = [m for m in marks(case, running, calendar) if m.at <= event.entered] if case.seq else []
    if event.kind == MARK:
        clock = running.get(event.act)
        due = clock.due if clock is not None else None
        first = waiting[0] if waiting else None
        return (first is not None and due is not None
                and (first.limit, first.mark, first.at) == (event.act, event.facts["mark"], event.at)
                and due.raw_day.isoformat() == event.facts["due"]
                and first.provisional == bool(event.facts.get("provisional")))  # fmt: skip
    if waiting or (event.actor != SYSTEM and not calendar.is_working(local_day(event.at))):
        return False
    effective = event.facts.get("effective")
    command = Command(
        case=case.id, act=event.act, actor=str(event.actor), at=event.at, entered=event.entered, data=_as_given(case, event),
        post=event.post if event.actor not in (SYSTEM, "party") else None, reason=event.facts.get("reason"),
        effective=date.fromisoformat(effective) if effective else None,
    )  # fmt: skip
    outcome = decide(case, command, people=registry.people, calendar=calendar, controls=controls, stream=event.stream)
    if not isinstance(outcome, Accepted):
        return False
    return list(outcome.event.facts["demanded"]) == list(event.facts.get("demanded", ())) and outcome.event.data == event.data


def _as_given(case: Case, event: Event) -> dict[str, Any]:
    """Return an act's data as its officer gave it: money in yuan again."""
    money = {f.id for f in case.version.rules[case.step, event.act].word.fields if f.type is FieldType.MONEY}
    return {name: f"{value // 100}.{value % 100:02d}" if name in money else value for name, value in event.data.items()}


def shifted(version: PowerVersion, event: Event, by: timedelta) -> Event:
    """Return an event as it would be so much later, days and instants that it says with it; nobody is asked whether it could be."""
    facts = {name: _day(value, by) if name in ("due", "effective") and value else value for name, value in event.facts.items()}
    data = dict(event.data)
    if event.kind == ACT:
        types = {f.id: f.type for row in version.procedure.rows if row.act == event.act for f in row.word.fields}
        data = {name: _moved_value(types[name], value, by) for name, value in event.data.items()}
    return replace(event, at=event.at + by, entered=event.entered + by, facts=facts, data=data)


def _moved_value(kind: FieldType, value: Any, by: timedelta) -> Any:
    if kind is FieldType.DATE:
        return _day(value, by)
    return format_instant(datetime.fromisoformat(value) + by) if kind is FieldType.INSTANT else value


def _day(value: str, by: timedelta) -> str:
    return (date.fromisoformat(value) + by).isoformat()
