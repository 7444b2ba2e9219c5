"""counter_cover AB角顶岗: nobody leaves the counter before somebody else has taken it over, and the notice says until when.

Why: 窗口空岗: A goes because B is there, B goes because A comes back soon, and whoever waits does not know how long.
Finds: leaving without a stand-in who took over himself since; a stand-in who is away himself, or is the one on duty; leaving without a
notice (its paper), without a time of return, or for longer than may be; and (`watch`) a return later than the notice said.
Not: whether the one who took over really sits there (`counter_session`: work not done in time); two counters held by one person.
Source: the agency's own map (AB角顶岗和离岗告示); the longest absence and the grace are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.instants import parse_instant
from qingfeng.terms.text import Text

MINUTE = 60

# fmt: off
_H = "a" * 64
_OPEN, _COVER = "open ann 0.9", "take bob 0.10"
_GO = f"leave ann 0.10 notice_hash={_H} back_at=2026-03-02T11:00:00+08:00"


@dataclass(frozen=True, slots=True)
class CounterCover:
    """In a session: `opens`; `takes` (the stand-in himself); `leaves` (`notice_hash`, `back_at`); `returns`.  longest, grace: minutes."""

    name: ClassVar[str] = "counter_cover"
    title: ClassVar[Text] = Text(zh="AB角顶岗", en="Cover of the counter")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "opens": ["open"], "takes": ["take"], "leaves": ["leave"], "returns": ["back"], "longest": 120, "grace": 10}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _COVER, _GO, "back ann 0.11"), (_OPEN, _COVER, _GO, "take carl 0.10", _GO.replace("ann", "bob"), "back bob 0.11"),
        (_OPEN, _COVER, _GO, "back ann 0.11", "take bob 0.14", _GO.replace("0.10", "0.14").replace("T11:", "T16:")), (_OPEN, _COVER),
        (_OPEN, "take bob 0.10", _GO, "back ann 0.11", "take carl 0.11", "take ann 0.12"),
        (_OPEN, "take carl 0.10", _GO, "back ann 0.11", "note ann 0.12", "take bob 0.13", "take carl 0.14"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _GO), (_OPEN, "take ann 0.10"), (_OPEN, _COVER, _GO, _GO.replace("ann", "bob")), (_OPEN, _COVER, _GO, "take ann 0.10"),
        (_OPEN, _COVER, _GO, "back ann 0.11", _GO.replace("0.10", "0.11").replace("T11:", "T12:")),
        (_OPEN, _COVER, _GO.partition(" back_at")[0]),
        (_OPEN, _COVER, "leave ann 0.10 back_at=2026-03-02T11:00:00+08:00"), (_OPEN, _COVER, _GO.replace("T11:", "T10:")),
        (_OPEN, _COVER, _GO.replace("T11:", "T13:")), (_COVER, _OPEN, _GO), (_OPEN, _COVER, "take bob 0.10"),
        (_OPEN, _COVER, _GO, "back bob 0.11"),
        (_OPEN, _COVER, _GO, "take carl 0.10", _GO.replace("ann", "bob"), "take ann 0.11"), (_OPEN, "back ann 0.11"),
        (_OPEN, _COVER, _GO, "back ann 0.11", "back ann 0.11"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _COVER, _GO, "back ann 0.11", "today 1"), (_OPEN, _COVER, _GO, "today 0"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _COVER, _GO, "today 1"), (_OPEN, _COVER, _GO, "back ann 0.12", "today 1"),
    )

    longest: int = 120
    grace: int = 10
    opens: tuple[str, ...] = ("open_counter",)
    takes: tuple[str, ...] = ("take_over_counter",)
    leaves: tuple[str, ...] = ("leave_counter",)
    returns: tuple[str, ...] = ("return_to_counter",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (1 <= self.longest <= 480 and 0 <= self.grace <= 120):
            return Text(zh="离岗最长1至480分钟，宽限0至120分钟", en="away for 1 to 480 minutes, a grace of 0 to 120")
        return unfit(version, self.opens, self.takes, self.leaves, self.returns)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to leave without a stand-in who is there, or without saying until when."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请先由在岗的B角本人登记顶岗，再摆放离岗告示、写明返回时间后离开；回岗即登记。",
            en="Let the stand-in, being there, take over himself; then put up the notice with the time of return; record the return."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, who = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name(s.proposed.actor)
        moved = max((n for n, e in enumerate(acts) if e.act in self.opens + self.returns + self.leaves), default=-1)
        away = next((e.act in self.leaves for e in reversed(acts) if e.actor == p.actor and e.act in self.leaves + self.returns), False)
        duty = next((e.actor for e in reversed(acts) if e.act in self.opens + self.takes + self.returns), None)
        if p.act in self.takes:
            yield away, f"{who}自己已经离岗，不能顶岗", f"{who} is away and cannot stand in"
            yield duty == p.actor, f"{who}本来就在岗，不能自己顶自己", f"{who} is on duty already: nobody stands in for himself"
        if p.act in self.returns:
            yield not away, f"{who}没有离岗，无从回岗", f"{who} has not left"
        if p.act in self.leaves:
            covered = any(e.act in self.takes and e.actor != p.actor for e in acts[moved + 1:])
            yield not covered, "没有人登记顶岗，不得离岗（AB角不得同时离岗）", "nobody has taken over: A and B are never away together"
            back = p.data.get("back_at")
            yield not p.data.get("notice_hash") or not back, "没有离岗告示或者返回时间", "there is no notice, or no time of return"
            until = parse_instant(str(back)) if back else p.at
            fine = p.at < until <= p.at + timedelta(minutes=self.longest)
            yield not fine, f"返回时间须晚于离岗且不超过{self.longest}分钟", f"the return lies after the leaving, within {self.longest} minutes"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find leavings without cover, notice or time, and cover by somebody away or on duty already."""
        gone, back = (say.gather("max", acts, R("_seq"), say.same_actor()) for acts in (self.leaves, self.returns))
        away = say.over(say.or_else(gone, 0), say.or_else(back, 0))
        duty = say.equal(say.gather("last", self.opens + self.takes + self.returns, R("_actor")), T("_actor"))
        covered = say.some(self.takes, say.differs(R("_actor"), T("_actor")), since=self.opens + self.returns + self.leaves)
        until = say.minus(say.moment(T("back_at")), T("_at"))
        fine = say.both(say.over(until, 0), say.at_least(self.longest * MINUTE, until), say.said(T("notice_hash")))
        return AnyOf((
            say.gate(self.takes, say.either(away, duty), needs=["_actor"]), say.gate(self.returns, say.negated(away), needs=["_actor"]),
            say.gate(self.leaves, say.either(say.negated(covered), say.negated(fine)), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find those who were not back when their notice said, on the days after."""
        in_time = say.at_least(say.plus(say.moment(T("back_at")), self.grace * MINUTE), R("_at"))
        back = say.none(self.returns, say.both(say.same_actor(), in_time), span=Span.AFTER)
        return say.gate(self.leaves, say.both(say.over(Today(), T("_on")), back), needs=["_actor"])
