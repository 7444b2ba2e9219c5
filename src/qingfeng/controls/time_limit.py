"""time_limit 限时办结: an act that ends a limit comes in time; if not, its actor says why, and it is found even so.

Why: 无故拖延, 久拖不批 hide behind silence; a late act with its reason is better than no act, so it is never refused.
Finds: a case in which a limit was ended after its outer day (clock stops and extensions of the procedure counted).
Not: a limit that is still open: the clock marks it yellow and red by itself.
Source: the article beside each limit of the power file; rolling of the agency's last day is an inference, so the outer day counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import STAY, Limit, PowerVersion
from qingfeng.engine.case import consequence
from qingfeng.engine.clock import Clock
from qingfeng.engine.control import Basis, Command, Demand, Situation
from qingfeng.engine.facts import ActRow, Outcome, ScanRule
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, end_of_day
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Unit, due

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class TimeLimitControl:
    """Whoever ends a limit late gives a reason."""

    name: ClassVar[str] = "time_limit"
    title: ClassVar[Text] = Text(zh="限时办结", en="Time limit")
    example: ClassVar[dict[str, Any]] = {}
    example_limits: ClassVar[tuple[Mapping[str, Any], ...]] = (
        {"id": "five", "name": {"zh": "五日", "en": "Five days"}, "starts": ["investigate"], "ends": ["approve"], "n": 5,
         "unit": "working_day", "kind": "promised", "basis": None, "rolls": "agency", "for": "agency",
         "stops": [{"from": "suspend", "to": "resume", "basis": None}],
         "extend": [{"by": "extend", "n": 3, "unit": "working_day", "times": 1}]},
    )  # fmt: skip
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0", "approve bob 7"),
        ("approve bob 20",),
        ("investigate ann 0", "suspend ann 1", "resume ann 8", "approve bob 14"),
        ("investigate ann 0", "extend bob 4", "approve bob 10"),
        ("investigate ann 0", "approve bob 2", "investigate ann 20", "approve bob 25"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0", "approve bob 8"),
        ("investigate ann 0", "approve bob 2", "investigate ann 20", "approve bob 30"),
        ("investigate ann 0", "extend bob 4", "approve bob 11"),
        ("investigate ann 0", "suspend ann 1", "resume ann 8", "approve bob 16"),
    )

    @property
    def basis(self) -> Basis:
        """A demand, not a gate: nothing to override."""
        return Basis.RULE

    def problem(self, _: PowerVersion) -> Text | None:
        """The limits are checked with the power file."""
        return None

    def check(self, situation: Situation) -> Demand | None:
        """Demand a reason when the act ends a limit that is over, or is entered after one that it lengthens or stops."""
        command = situation.proposed
        late = [c for c in situation.clocks.values() if c.running and _asks(c.limit) and _late_now(c, command)]
        if not late:
            return None
        said = [(c.limit.name, c.due.outer_day, c.due.provisional) for c in late if c.due is not None]
        zh = "；".join(f"“{name.zh}”已于{day}届满{'（暂定日历）' if unofficial else ''}" for name, day, unofficial in said)
        en = "; ".join(f"“{name.en}” ended on {day}" for name, day, _ in said)
        return Demand(by=self.name, citation=late[0].limit.basis,
            reason=Text(zh=f"{zh}，现在办理或录入已超期，请说明理由（reason）", en=f"{en}; this is late: give a reason"))  # fmt: skip

    def detect(self) -> ScanRule:
        """Walk each limit through the case's acts and compare its end with the act that ends it."""
        return ScanRule(scan=_scan)


def _asks(limit: Limit) -> bool:
    return limit.effect is None and limit.late == "ask"


def _scan(rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar) -> Outcome:
    ended = [
        late
        for limit in version.procedure.limits.values()
        if _asks(limit)
        for late in _ends(limit, rows, version, calendar)
    ]
    if not ended:
        return Outcome.NOT_APPLICABLE
    return Outcome.VIOLATED if any(ended) else Outcome.SATISFIED


def _late_now(clock: Clock, command: Command) -> bool:
    limit = clock.limit
    if command.act in limit.ends:
        return clock.over(_done_at(command.at, command.data))
    return command.act in _movers(limit) and not clock.over(command.at) and clock.over(command.entered)


def _movers(limit: Limit) -> set[str]:
    return {e.by for e in limit.extend} | {s.from_act for s in limit.stops}


def _done_at(at: datetime, data: Mapping[str, object]) -> datetime:
    """When an act was done: what names the day of service or receipt was done by the end of that day."""
    named = [end_of_day(date.fromisoformat(str(data[n]))) - INSTANT for n in ("served_on", "received_on") if data.get(n)]
    return min(at, *named) if named else at


def _ends(limit: Limit, rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar) -> list[bool]:
    """Return for every ended run of the limit whether its end was late; a return to an earlier step undoes later starts."""
    found: list[bool] = []
    start: int | None = None
    step, started_at = version.procedure.start, 0
    pending: dict[str, int] = {}
    undone = False
    for n, row in enumerate(rows):
        data = row.data or {}
        if start is not None and (row.act in limit.ends or row.act in _movers(limit)):
            end = _end(limit, rows[start], rows[start + 1 : n], calendar)
            if row.act in limit.ends:
                found.append(end is not None and _done_at(row.at, data) >= end)
                start = None
            elif end is not None and row.at < end <= row.entered:
                found.append(True)
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
    return found


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
