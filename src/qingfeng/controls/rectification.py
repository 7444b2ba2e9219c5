"""rectification 责令整改: what was ordered is done and seen by another on site, or has a consequence, before the case closes.

Why: 故意拖延、拒绝落实; 整改措施落实不到位: an order that nobody checks is a piece of paper.
Finds: an order without measures or day, a second or late extension, a case closed over an open item, a day that passed, a
party said to refuse before its day has come.
Not: whether a re-check can be relied on (rectification_recheck), whether the measures are enough.
Source: the agency's own map (整改措施落实不到位); the number of extensions and the days of grace are settings.
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
from qingfeng.facts.rule import AnyOf, R, Span, T, Today
from qingfeng.terms.text import Text

# fmt: off
_ORDER = "order_rectification bob 1 measures=[m1,m2] due_on=2026-03-12"
_CHECK = "recheck_rectification {} {} place=车间 evidence_hash={} rectified={}"
_DONE, _HALF = (_CHECK.format("dan", 9, h, said) for h, said in (("h1", "{m1:done,m2:done}"), ("h2", "{m1:done,m2:not_done}")))
_LONGER, _SHUT = "extend_rectification eve 5 until=2026-03-20 reasons=设备到货延迟", "close_case eve 12"
_AGAIN = "extend_rectification eve 15 until=2026-03-27 reasons=再次延迟到货"
_WONT = _HALF + " rectification_outcome=refused"
_DROP, _REFER = "drop_rectification eve 6", "refer_case eve 11"


@dataclass(frozen=True, slots=True)
class Rectification:
    """`measures` of orders against `rectified` (measure → done or not_done) of the latest re-check since the latest order."""

    name: ClassVar[str] = "rectification"
    title: ClassVar[Text] = Text(zh="责令整改", en="Rectification")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"extensions": ["extend_rectification"], "drops": ["drop_rectification"],
        "times": 2}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ORDER, _DONE.replace("dan", who), _SHUT) for who in ("dan", "eve", "fay")), (_SHUT,), (_ORDER,), (_ORDER, _LONGER),
        (_ORDER, _HALF, _REFER, _SHUT), (_ORDER, _HALF, _CHECK.format("fay", 11, "h3", "{m1:done,m2:done}"), _SHUT),
        (_ORDER, _LONGER, _DONE, _SHUT), (_ORDER, _LONGER, _AGAIN), (_ORDER, _DROP, _SHUT), (_ORDER, _DONE),
        (_ORDER, _DROP, _ORDER.replace("[m1,m2]", "[m3]"), _CHECK.format("dan", 9, "h1", "{m3:done}"), _SHUT),
        (_ORDER, "recheck_rectification dan 9 place=车间 rectified={m1:not_done,m2:not_done}", _REFER, _SHUT),
        *((_ORDER, _WONT.replace("dan 9", who)) for who in ("dan 10", "eve 11", "fay 12")),
        (_ORDER, _LONGER, _WONT.replace("dan 9", "dan 18")),
        (_ORDER, _WONT.replace("refused", "no")), (_WONT,),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ORDER, _SHUT), (_ORDER, _HALF, _SHUT), (_ORDER, _REFER, _HALF, _SHUT), (_DONE, _ORDER, _SHUT), (_LONGER,),
        (_ORDER, _LONGER, _LONGER), (_ORDER, _LONGER, _AGAIN, _AGAIN.replace("03-27", "03-30")), (_ORDER, _AGAIN),
        *((_ORDER, _LONGER, _AGAIN.replace(a, b)) for a, b in (("eve 15", "eve 19"), ("03-27", "03-16"))), (_ORDER,
        _DONE.replace(",m2:done", ""), _SHUT), (_ORDER, _DONE, _HALF, _SHUT),
        *((_ORDER.replace(a, b),) for a, b in ((" due_on=2026-03-12", ""), ("bob 1", "bob 12"), ("measures=[m1,m2] ", ""))),
        *((_ORDER, _LONGER.replace(a, b)) for a, b in (("eve 5", "eve 11"), ("设备到货延迟", "慢"), ("2026-03-20", "2026-03-12"))),
        (_ORDER, _WONT), (_ORDER, _WONT.replace("dan 9", "eve 6")), (_ORDER, _LONGER, _WONT.replace("dan 9", "dan 17")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ORDER, *more) for more in (("today 15",), (_LONGER, "today 23"), (_DONE, "today 90"), (_HALF, _REFER, "today 90"),
            (_HALF, _LONGER.replace("eve 5", "eve 10"), "today 23"), (_HALF.replace("dan 9", "dan 4"), "today 15"))),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ORDER, "today 16"), (_ORDER, _LONGER, "today 24"), (_ORDER, _HALF, "today 16"),
        (_ORDER, _HALF, _LONGER.replace("eve 5", "eve 10"), "today 24"), (_ORDER, _HALF.replace("dan 9", "dan 14"), "today 20"),
    )

    orders: tuple[str, ...] = ("order_rectification",)
    rechecks: tuple[str, ...] = ("recheck_rectification",)
    consequences: tuple[str, ...] = ("refer_case",)
    closings: tuple[str, ...] = ("close_case",)
    extensions: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    times: int = 1
    grace: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        more = [*self.extensions, *self.drops]
        bound = Text(zh="延期次数应为0至3，宽限天数应为1至90", en="extensions 0 to 3, days of grace 1 to 90")
        return unfit(version, self.orders, self.rechecks, self.consequences, self.closings, more=more) or (
            None if 0 <= self.times <= 3 and 1 <= self.grace <= 90 else bound)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an order or extension that is none, and a closure with an open item."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请写明整改措施和期限，由原检查人员以外的人到场逐项复查并留证；未整改的先立案、移送或处罚，再结案。",
            en="Name measures and day; have another re-check every item on site; what is not done has a consequence before the close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, today = s.proposed, s.proposed.data, s.proposed.day.isoformat()
        done = [e for e in s.case.events if e.kind == ACT]
        order, drop, check = (max((n for n, e in enumerate(done, 1) if e.act in acts), default=0)
                              for acts in (self.orders, self.drops, self.rechecks))
        standing = {m for e in done[drop:] if e.act in self.orders for m in e.data.get("measures", ())}
        if p.act in self.orders:
            yield not d.get("measures") or d.get("due_on", "") < today, "没有写明整改措施，或没有期限、期限已过", "no measures, or no day to come"
        told = [e.data.get("due_on" if e.act in self.orders else "until") for e in done if e.act in (*self.orders, *self.extensions)]
        due = next((day for day in reversed(told) if day), "") if order else ""
        if p.act in self.rechecks:
            yield d.get("rectification_outcome") == "refused" and today < due, f"整改期限到{due}，期满之前不得认定拒不整改", f"it has until {due}"
        if p.act in self.extensions:
            yield today > due or d.get("until", "") <= due, "没有可延长的期限，或已届满，或没有延长", "nothing to extend, or it is over, or not longer"
            yield len(str(d.get("reasons", ""))) < 4, "延长没有说明理由", "the extension has no reasons"
            spent = sum(e.act in self.extensions for e in done[order:]) >= self.times
            yield spent, f"只能延长{self.times}次", f"{self.times} extension(s) at most"
        if p.act in self.closings and standing:
            checks = [e.data["rectified"] for e in done[order:] if e.act in self.rechecks and e.data.get("rectified")]
            last = checks[-1] if checks else {}
            after = any(e.act in self.consequences for e in done[check:])
            left = sorted(standing - {*last})
            yield left, f"整改措施没有复查：{s.told(left).zh}", f"measures not re-checked: {s.told(left).en}"
            yield {*last.values()} - {"done"} and not after, "未整改的没有后续处理", "what is not done has had no consequence"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at orders, extensions, re-checks and closings, each with what stands before it."""
        orders = self.orders
        due = say.day(say.gather("last", [*orders, *self.extensions], say.or_else(R("due_on"), R("until"))))
        standing = say.gather("set", orders, R("_key"), each="measures", since=self.drops)
        last = say.gather("last", self.rechecks, R("rectified"), say.said(R("rectified")), since=orders)
        newest = say.equal(R("_seq"), say.gather("last", self.rechecks, R("_seq"), say.said(R("rectified")), since=orders))
        not_done = say.some(self.rechecks, say.both(newest, say.differs(R("_value"), "done")), each="rectified")
        early = say.both(say.equal(T("rectification_outcome"), "refused"), say.some(orders), say.over(due, T("_on")))
        return AnyOf((
            say.gate(self.rechecks, early),
            say.gate(orders, say.either(say.missing(T("measures")), say.missing(T("due_on")), say.over(T("_on"), say.day(T("due_on"))))),
            say.gate(self.extensions, say.either(
                say.over(4, say.length(T("reasons"))), say.none(orders), *map(say.negated, (say.at_least(due, T("_on")),
                say.over(say.day(T("until")), due))),
                say.at_least(say.count(self.extensions, since=orders), self.times))),
            say.gate(self.closings, say.both(say.over(say.size(standing), 0), say.either(
                say.over(say.without(standing, last), 0), say.both(not_done, say.none(self.consequences, since=self.rechecks)))))))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find orders whose day passed without a re-check, and what was not done without a consequence."""
        due = say.day(say.or_else(say.gather("last", self.extensions, R("until"), span=Span.AFTER), T("due_on")))
        day = say.day(say.gather("last", [*self.orders, *self.extensions], say.or_else(R("due_on"), R("until")), span=Span.ALL))
        still = say.negated(say.over(Today(), say.plus(say.or_else(day, 0), self.grace)))
        return AnyOf((
            say.gate(self.orders, say.both(
                say.over(Today(), say.plus(due, self.grace)), say.none([*self.rechecks, *self.drops], span=Span.AFTER))),
            say.gate(self.rechecks, say.both(
                say.differs(T("_value"), "done"), say.over(say.minus(Today(), T("_on")), self.grace), say.negated(still),
                say.none([*self.consequences, *self.rechecks, *self.drops], span=Span.AFTER)), each="rectified")))
