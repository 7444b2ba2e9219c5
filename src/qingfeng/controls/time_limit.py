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
from datetime import date, datetime
from typing import Any, ClassVar

from qingfeng.catalogue.power import STAY, Limit, PowerVersion
from qingfeng.engine.case import consequence
from qingfeng.engine.control import Basis, Demand, Situation
from qingfeng.engine.facts import ActRow, Outcome, ScanRule
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import LOCAL, end_of_day
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import Unit, due


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
        """Demand a reason when the act ends a limit that is over."""
        act, at = situation.proposed.act, situation.proposed.at
        for clock in situation.clocks.values():
            limit = clock.limit
            if act in limit.ends and clock.running and _asks(limit) and clock.over(at):
                assert clock.due is not None
                day, kind = clock.due.outer_day, "（暂定日历）" if clock.due.provisional else ""
                return Demand(by=self.name, citation=limit.basis,
                    reason=Text(zh=f"“{limit.name.zh}”已于{day}届满{kind}，现在办理已超期，请说明理由（reason）",
                                en=f"“{limit.name.en}” ended on {day}; this act is late: give a reason"))  # fmt: skip
        return None

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


def _ends(limit: Limit, rows: Sequence[ActRow], version: PowerVersion, calendar: WorkCalendar) -> list[bool]:
    """Return for every ended run of the limit whether its end was late; a return to an earlier step undoes later starts."""
    found: list[bool] = []
    start: int | None = None
    step, started_at = version.procedure.start, 0
    pending: dict[str, int] = {}
    undone = False
    for n, row in enumerate(rows):
        if start is not None and row.act in limit.ends:
            found.append(_late(limit, rows[start], rows[start + 1 : n + 1], calendar))
            start = None
        here = version.step_order[step]
        rule = version.rules.get((step, row.act))
        to = consequence(rule.to, row.data or {}) if rule is not None else None
        step = step if to in (None, STAY) else str(to)
        back = version.step_order[step] < here
        if rule is not None and rule.closes:
            pending.pop(rule.closes, None)
        kept = start in {at for matter, at in pending.items() if not version.procedure.pending[matter].lapses}
        if back and start is not None and started_at >= version.step_order[step]:
            start, undone = (start, True) if kept else (None, False)
        opened = consequence(rule.opens, row.data or {}) if rule is not None else None
        if opened is not None:
            pending[opened] = n
        if row.act in limit.starts and (start is None or limit.restarts or (undone and row.act == rows[start].act)):
            start, started_at, undone = n, here, False
    return found


def _late(limit: Limit, start: ActRow, during: Sequence[ActRow], calendar: WorkCalendar) -> bool:
    *before, last = during
    open_stops: dict[str, date] = {}
    stops: list[tuple[date, date]] = []
    for row in before:
        day = date.fromisoformat(row.effective)
        for begun in [s.from_act for s in limit.stops if s.to_act == row.act and s.from_act in open_stops]:
            stops.append((min(open_stops[begun], day), day))
            del open_stops[begun]
        if row.act in {s.from_act for s in limit.stops}:
            open_stops.setdefault(row.act, day)
    until = (start.data or {}).get(limit.until) if limit.until else None
    more: list[tuple[int, Unit]] = []
    uses: Counter[str] = Counter()
    for row in before:
        for ext in limit.extend:
            given = (row.data or {}).get(ext.until) if ext.until else None
            if row.act != ext.by or uses[ext.by] >= ext.times or (ext.until and not given):
                continue
            uses[ext.by] += 1
            until = given or until
            more += [(ext.n, ext.unit)] if ext.unit else []
    if until:
        last_day = date.fromisoformat(str(until)[:10])
        end = datetime.fromisoformat(str(until)) if "T" in str(until) else end_of_day(last_day)
    elif limit.until:
        return False
    else:
        began = datetime.combine(date.fromisoformat(start.effective), start.at.astimezone(LOCAL).timetz())
        found = due(limit.length, start=began, calendar=calendar, excluded=stops, extensions=more)
        end, last_day = found.outer, found.raw_day
    stopped = any(day <= last_day for day in open_stops.values())
    return not stopped and last.at >= end
