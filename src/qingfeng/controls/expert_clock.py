"""expert_clock 评审停钟: the clock stands still only for an expert review that the applicant was told of in writing, once and not for long.

Why: 无故超时审核: an “expert review” ordered on the last day stops the clock; a plain look at the site stops nothing.
Finds: a review ordered without a written notice served, without a day to come or too far off, or a second one in the same round; a
procedure whose limits are stopped by a plain site check cannot be published; (watch) a review that outlasts its day.
Not: the days themselves (time_limit counts them); who the experts are (expert_selection).
Source: 行政许可法 45 where the power names it (`statute`): expert review is not counted, its time is told in writing; 34(3) is not of
that list, so a site check runs inside the limit.  How long it may take is a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
_ORDER = "order_expert_review dan 1 until=2026-03-20 document_hash=n1 served_on=2026-03-03"
_GOT, _BACK = "receive_expert_review ann 15", "back eve 16"


@dataclass(frozen=True, slots=True)
class ExpertClock:
    """`orders` tell the applicant until when (at most `most` working days on), once since `returns`; `site_checks` stop no limit."""

    name: ClassVar[str] = "expert_clock"
    title: ClassVar[Text] = Text(zh="评审停钟", en="Clock of the expert review")
    example: ClassVar[dict[str, Any]] = {"most": 20, "returns": ["back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ORDER,), (_ORDER, _GOT), (_ORDER, _GOT, _BACK, _ORDER.replace(" 1 ", " 17 ").replace("03-20", "04-10")), (_BACK, _ORDER),
        (_ORDER.replace("03-20", "03-31"),), (_ORDER.replace("03-20", "03-04"), _GOT), (_GOT, _ORDER),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ORDER.replace(old, new),) for old, new in (
            (" until=2026-03-20", ""), (" document_hash=n1", ""), (" served_on=2026-03-03", ""), ("03-20", "03-03"), ("03-20", "04-01"),
            ("03-20", "02-20"), ("03-20", "04-30"))),
        (_ORDER, _ORDER), (_ORDER, _GOT, _ORDER.replace(" 1 ", " 16 ").replace("03-20", "04-03")),
            (_ORDER, _GOT, _BACK, _ORDER.replace(" 1 ", " 18 ")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_ORDER, "today 18"), (_ORDER, _GOT, "today 90"), (_GOT, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((_ORDER, "today 19"), (_ORDER, _GOT.replace("15", "30"), "today 31"))

    most: int
    orders: tuple[str, ...] = ("order_expert_review",)
    receives: tuple[str, ...] = ("receive_expert_review",)
    returns: tuple[str, ...] = ()
    site_checks: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None: also if a plain site check stops one of its limits."""
        if not 1 <= self.most <= 90:
            return Text(zh="评审时间应为1至90个工作日", en="a review takes 1 to 90 working days")
        stopped = [limit for limit in version.procedure.limits.values() for stop in limit.stops if stop.from_act in self.site_checks]
        if stopped:
            return Text(zh=f"现场核查不停止计算期限：{'、'.join(one.name.zh for one in stopped)}",
                        en=f"a site check stops no limit: {', '.join(one.name.en for one in stopped)}")
        return unfit(version, self.orders, self.receives, more=[*self.returns, *self.site_checks])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to stop the clock without a notice, without an end, for too long or again."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请将评审所需时间书面告知申请人并登记送达日期和告知书，每轮只组织一次；来不及的，按规定报批延长办理期限。",
                        en="Tell the applicant the time in writing and enter the paper and its day, once a round; "
                           "else have the limit extended."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.orders:
            return
        until = d.get("until", "")
        told = d.get("document_hash") and d.get("served_on")
        yield not told, "没有书面告知申请人评审所需时间", "the applicant was not told its time in writing"
        yield until <= p.day.isoformat(), "没有写明评审截止日期，或者日期不在以后", "no day to come until which it takes"
        days = s.calendar.working_days_between(p.day, type(p.day).fromisoformat(until))
        yield days > self.most, f"评审时间{days}个工作日，至多{self.most}个", f"{days} working days, {self.most} at most"
        back = max((n for n, e in enumerate(acts, 1) if e.act in self.returns), default=0)
        again = any(e.act in self.orders for e in acts[back:])
        yield again, "本轮已经组织过评审，不得再次停止计算期限", "a review was ordered in this round: the clock is not stopped again"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at every review that is ordered."""
        until = say.day(T("until"))
        return AnyOf((say.gate(self.orders, say.either(
            say.missing(T("document_hash")), say.missing(T("served_on")), say.negated(say.over(until, T("_on"))),
            say.over(say.working_days(T("_on"), until), self.most), say.some(self.orders, since=self.returns))),))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find reviews that were not received by the day that the applicant was told."""
        until = say.day(T("until"))
        return say.gate(self.orders, say.both(
            say.over(Today(), until), say.none(self.receives, say.at_least(until, R("_on")), span=Span.AFTER)))
