"""time_limit 限时办结: an act that ends a limit comes in time; if not, its actor says why, and it is found even so.

Why: 无故拖延, 久拖不批 hide behind silence; a late act with its reason is better than no act, so it is never refused.
Finds: a case in which a limit was ended after its outer day (clock stops and extensions of the procedure counted).
Not: a limit that is still open: the clock marks it yellow and red by itself; in the log of another system `…/lying` finds it.
Source: the article beside each limit of the power file; rolling of the agency's last day is an inference, so the outer day counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import Limit, PowerVersion
from qingfeng.engine.clock import Clock
from qingfeng.engine.control import Basis, Command, Demand, Situation
from qingfeng.facts.rule import LateRule
from qingfeng.terms.instants import end_of_day
from qingfeng.terms.text import Text

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
            reason=Text(zh=f"{zh}，现在办理或录入已超期，请说明理由", en=f"{en}; this is late: give a reason"))  # fmt: skip

    def detect(self, _: PowerVersion) -> LateRule:
        """Walk each limit through the case's acts and compare its end with the act that ends it."""
        return LateRule()


def _asks(limit: Limit) -> bool:
    return limit.effect is None and limit.late == "ask"


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


