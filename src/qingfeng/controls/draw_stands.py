"""draw_stands 抽取不得重来: a plan is drawn once; only another's void with reasons, or a lawful ground with its document, sets a draw aside.

Why: who may draw again until the result suits, or choose instead once it does not, does not draw at all.
Finds: a second draw for a plan whose first stands, here or in another case; a voided draw registered in
another case; a void by the drawer; a choice without its ground.
Not: whether a visit follows the draw (drawn_at_random).
Source: the agency's own rule, after 优化营商环境条例 54; the grounds for choosing are a setting.
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_FIELDS = ("plan_id", "draw_id", "result_hash", "subjects", "officers")
_DRAW = "register_draw ann 0 plan_id=P1 draw_id=D1 result_hash=h1 subjects=[甲厂] officers=[bob,carl]"
_AGAIN = "register_draw ann 2 plan_id=P1 draw_id=D2 result_hash=h2 subjects=[丙厂] officers=[bob,carl]"
_ELSE = "c2:register_draw fay 3 plan_id={} draw_id={} result_hash={} subjects=[丙厂] officers=[bob,eve]"
_VOID = "void_draw fay 1 plan_id=P1 draw_id=D1 reasons=名录库有误"
_CHOSEN = "exempt_from_draw dan 0 draw_exception=complaint document_no=N1 subject=丁厂"


@dataclass(frozen=True, slots=True)
class DrawStands:
    """One draw for a `plan_id` in all cases; a draw registered in several cases has one result."""

    name: ClassVar[str] = "draw_stands"
    title: ClassVar[Text] = Text(zh="抽取不得重来", en="A draw stands")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAW,), (_DRAW, _VOID), (_DRAW, _VOID, _AGAIN), (_DRAW, _ELSE.format("P1", "D1", "h1")),
        (_DRAW, _VOID, _ELSE.format("P1", "D2", "h2")), (_DRAW, _ELSE.format("P2", "D2", "h2")), (_DRAW, _VOID, _CHOSEN), (_CHOSEN, _DRAW),
        (_CHOSEN,), (_DRAW, _VOID, _AGAIN, "void_draw fay 4 draw_id=D2 reasons=名录又错"),
        *((_CHOSEN.replace("complaint", ground),) for ground in ("full_coverage", "superior", "special_campaign")), (_CHOSEN, _CHOSEN),
        (_DRAW, _VOID.replace("fay", "eve"), _AGAIN), (_AGAIN,),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAW, _AGAIN), (_DRAW, _DRAW), (_DRAW, _ELSE.format("P1", "D2", "h2")), (_DRAW, _ELSE.format("P1", "D1", "h2")), (_VOID,),
        *((_DRAW, _VOID.replace(a, b)) for a, b in (("fay", "ann"), ("名录库有误", "无"), ("D1", "D9"))), (_DRAW, _CHOSEN),
        *((_CHOSEN.replace(a, b),) for a, b in (("complaint", "wish"), (" document_no=N1", ""), (" subject=丁厂", ""))),
        (_DRAW.replace(" result_hash=h1", ""),), (_DRAW, _VOID, _AGAIN, _VOID.replace("fay 1", "fay 3")),
        (_DRAW, _VOID, _ELSE.format("P1", "D1", "h1")), (_DRAW, _VOID, _ELSE.format("P2", "D1", "h1")),
    )

    draws: tuple[str, ...] = ("register_draw",)
    voids: tuple[str, ...] = ("void_draw",)
    choices: tuple[str, ...] = ("exempt_from_draw",)
    grounds: tuple[str, ...] = ("complaint", "special_campaign", "full_coverage", "superior")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        none = Text(zh="不抽取的情形不能为空", en="the grounds for choosing may not be empty")
        return unfit(version, self.draws, self.voids, more=self.choices) or (None if self.grounds or not self.choices else none)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to draw again, to void one's own draw, and to choose where a draw stands or without a ground."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请按已有的抽取结果办理；确需重抽的，由抽取人以外的人说明理由作废后再抽；依法不抽取的，写明情形、文号和对象。",
            en="Go by the draw that stands; to draw again have another void it with reasons; to choose, say ground, document and subject."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, uses = s.proposed, s.proposed.data, s.elsewhere.uses
        done = [e for e in s.case.events if e.kind == ACT and e.act in (*self.draws, *self.voids)]
        stands = done and done[-1].act in self.draws
        if p.act in self.draws:
            others = [u for u in uses("plan_id", d.get("plan_id", "")) if u.data.get("draw_id")]
            first = next((u.data["draw_id"] for u in reversed(others) if u.act in self.draws), d.get("draw_id"))
            freed = any(u.act in self.voids and u.data["draw_id"] == first for u in others)
            twins = {u.data.get("result_hash") for u in uses("draw_id", d.get("draw_id", "")) if u.act in self.draws}
            again = stands or (first != d.get("draw_id") and not freed) or twins - {None, d.get("result_hash")}
            yield any(not d.get(f) for f in _FIELDS), "抽取登记缺少方案、编号、结果、对象或人员", "plan, number, result, subjects or officers are missing"
            gone = any(u.act in self.voids for u in uses("draw_id", d.get("draw_id", "")))
            yield gone, "这次抽取已在另案作废，不得再用", "this draw was voided in another case"
            yield again, "该方案已经抽取且未作废，不得重抽", "this plan is drawn already, and that draw stands"
        if p.act in self.voids:
            drawn = next((e for e in reversed(done) if e.act in self.draws), None)
            named = next((e.data["draw_id"] for e in reversed(done) if e.act in self.draws and "draw_id" in e.data), None)
            yield named is None or d.get("draw_id") != named, "没有这次抽取可作废", "there is no such draw to void"
            yield len(str(d.get("reasons", ""))) < 4, "作废抽取没有说明理由", "the draw is voided without reasons"
            yield drawn is not None and drawn.actor == p.actor, "抽取人不得作废自己的抽取", "who drew may not void the draw"
        if p.act in self.choices:
            bare = d.get("draw_exception") not in self.grounds or not d.get("document_no") or not d.get("subject")
            yield stands, "已经抽取，不得另行指定", "a draw stands: nobody may be chosen instead"
            yield bare, "缺少法定情形、文号或对象", "lawful ground, document number or subject is missing"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each draw, void and choice with the draws before it, here and elsewhere."""
        stands = say.is_in(say.last([*self.draws, *self.voids], "_act"), self.draws)
        other = say.gather("last", self.draws, R("draw_id"), same="plan_id")
        freed = say.some(self.voids, say.equal(R("draw_id"), other), same="plan_id")
        twin = say.some(self.draws, say.differs(R("result_hash"), T("result_hash")), same="draw_id")
        unknown = say.negated(say.equal(T("draw_id"), say.last(self.draws, "draw_id")))
        ungrounded = say.negated(say.is_in(T("draw_exception"), self.grounds))
        own = say.equal(T("_actor"), say.last(self.draws, "_actor"))
        return AnyOf((
            say.gate(self.draws, say.either(
                *(say.missing(T(f)) for f in _FIELDS), stands, say.both(say.differs(other, T("draw_id")), say.negated(freed)), twin,
                say.some(self.voids, same="draw_id"))),
            say.gate(self.voids, say.either(own, unknown, say.over(4, say.length(T("reasons")))), needs=["_actor"]),
            say.gate(self.choices, say.either(stands, ungrounded, say.missing(T("document_no")), say.missing(T("subject"))))))
