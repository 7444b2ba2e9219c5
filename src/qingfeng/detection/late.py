"""Limits over a log: every run of a power's limits walked through the acts of one case, in order.

The second telling of time_limit.  It shares no code with the engine's clocks: what it reads is a log of acts, which may come
from any other system; how a return undoes a start, how stops and extensions count, is told here again (docs/adr/004).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from qingfeng.catalogue.power import CLOSED, STAY, Limit, PowerVersion
from qingfeng.engine.case import consequence
from qingfeng.facts.rows import ActRow
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, end_of_day, local_day
from qingfeng.terms.timelimit import Unit, due

INSTANT = timedelta(microseconds=1)


def late_ends(rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar) -> list[tuple[int, bool]]:
    """Return for every end of a run of a limit that asks for a reason: the place of the act that ended it, and was it late."""
    return [end for limit in version.procedure.limits.values() if asks(limit) for end in _walk(limit, rows, version, calendar).ends]


def lying_runs(rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar, *, today: date) -> list[tuple[int, bool]]:
    """Return for every run of a limit that asks for a reason: the place of the act that began it, and had it run out by this day
    (its last day lies before it) with nobody ending it.  A case that is closed is late no more, but for what is due after the end."""
    found: list[tuple[int, bool]] = []
    for limit in version.procedure.limits.values():
        if not (asks(limit) and lies(limit)):
            continue
        told = _walk(limit, rows, version, calendar)
        found += [(place, False) for place in told.begun]
        moot = told.step == CLOSED and not any((CLOSED, act) in version.rules for act in limit.ends)
        if told.running is not None and not moot:
            end = _end(limit, rows[told.running], rows[told.running + 1 :], calendar)
            found.append((told.running, end is not None and local_day(end - INSTANT) < today))
    return found


def asks(limit: Limit) -> bool:
    """True if who ends it late is asked for a reason."""
    return limit.effect is None and limit.late == "ask"


def lies(limit: Limit) -> bool:
    """True if it is the agency that lets it run out: not a party's time, and some act ends it."""
    return limit.holder != "party" and bool(limit.ends)


def _movers(limit: Limit) -> set[str]:
    return {e.by for e in limit.extend} | {s.from_act for s in limit.stops}


def _done_at(at: datetime, data: Mapping[str, object]) -> datetime:
    """When an act was done: what names the day of service or receipt was done by the end of that day."""
    named = [
        end_of_day(date.fromisoformat(str(data[n]))) - INSTANT for n in ("served_on", "received_on") if data.get(n)
    ]
    return min(at, *named) if named else at


@dataclass(slots=True)
class _Runs:
    """The runs of a limit.  ends: where one ended and whether late; begun: where it began; running: where the last, still open, began."""

    ends: list[tuple[int, bool]] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    running: int | None = None
    step: str = ""


def _walk(limit: Limit, rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar) -> _Runs:
    """Return the runs of the limit in a case; a return to an earlier step undoes later starts."""
    told = _Runs()
    found = told.ends
    start: int | None = None
    step, started_at = version.procedure.start, 0
    pending: dict[str, int] = {}
    undone = False
    for n, row in enumerate(rows):
        data = row.data or {}
        if start is not None and (row.act in limit.ends or row.act in _movers(limit)):
            end = _end(limit, rows[start], rows[start + 1 : n], calendar)
            if row.act in limit.ends:
                found.append((n, end is not None and _done_at(row.at, data) >= end))
                start = None
            elif end is not None and row.at < end <= row.entered:
                found.append((n, True))
        here = version.step_order[step]
        rule = version.rules.get((step, row.act))
        to = consequence(rule.to, data) if rule is not None else None
        step = step if to in (None, STAY) else str(to)
        back = version.step_order[step] < here
        if rule is not None and rule.closes:
            pending.pop(rule.closes, None)
        kept = start in {at for matter, at in pending.items() if not version.procedure.pending[matter].lapses}
        if back and start is not None and started_at >= version.step_order[step]:
            start, undone = (start, True) if kept else (None, False)
        opened = consequence(rule.opens, data) if rule is not None else None
        if opened is not None:
            pending[opened] = n
        again = start is None or limit.restarts or (undone and row.act == rows[start].act)
        if limit.begins(row.act, data) and again:
            start, started_at, undone = n, here, False
            told.begun.append(n)
    told.running, told.step = start, step
    return told


def _end(limit: Limit, start: ActRow, since: Sequence[ActRow], calendar: WorkCalendar) -> datetime | None:
    """Return when the limit runs out as things stand; None while its clock is stopped or it has no end."""
    open_stops: dict[str, date] = {}
    told: dict[str, tuple[date, date]] = {}
    stops: list[tuple[date, date]] = []
    until = (start.data or {}).get(limit.until) if limit.until else None
    more: list[tuple[int, Unit]] = []
    uses: Counter[str] = Counter()
    for row in since:
        day, data = date.fromisoformat(row.effective), row.data or {}
        for stop in limit.stops:
            if stop.to_act == row.act and stop.from_act in open_stops:
                stops.append((min(open_stops[stop.from_act], day), day))
                del open_stops[stop.from_act]
            if stop.to_act == row.act and stop.from_act in told:
                begun, last = told.pop(stop.from_act)
                stops.append((begun, max(begun, min(last, day))))
        for stop in limit.stops:
            if stop.from_act == row.act and stop.until and data.get(stop.until):
                last = date.fromisoformat(str(data[stop.until])[:10]) + timedelta(days=1)
                told[row.act] = (day, max(day, last))
            elif stop.from_act == row.act:
                open_stops.setdefault(row.act, day)
        for ext in limit.extend:
            given = data.get(ext.until) if ext.until else None
            if row.act != ext.by or uses[ext.by] >= ext.times or (ext.until and not given):
                continue
            uses[ext.by] += 1
            until = given or until
            more += [(ext.n, ext.unit)] if ext.unit else []
    if until:
        last_day = date.fromisoformat(str(until)[:10])
        end = datetime.fromisoformat(str(until)) if "T" in str(until) else end_of_day(last_day)
    elif limit.until:
        return None
    else:
        began = datetime.combine(date.fromisoformat(start.effective), start.at.astimezone(LOCAL).timetz())
        excluded = [(a, b) for a, b in (*stops, *told.values()) if a < b]
        found = due(limit.length, start=began, calendar=calendar, excluded=excluded, extensions=more)
        end, last_day = found.outer, found.raw_day
    return None if any(day <= last_day for day in open_stops.values()) else end
