"""expert_selection 专家抽取: experts are drawn from a pool, once, by somebody who does not examine, and none with an interest reviews.

Why: 专家评审程序不规范、未严格执行回避制度: who picks the experts has written the review; who may draw again draws until it suits.
Finds: a draw of too few, out of no pool or a small one, without the record of a draw, by an examiner, with an expert who declared an
interest, or a second one although none had; a review ordered while an expert has not declared, or has declared an interest.
Not: an expert who lies about his ties (call-backs); that the draw was random (drawn_at_random, draw_stands).
Source: the agency's own map (实行评审、认证回避制度); numbers are settings.
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

NONE, SOME = "none", "some"
# fmt: off
_DRAW = "select_experts dan 1 expert_pool=[x1,x2,x3,x4,x5,x6] experts=[x1,x2,x3] draw_id=D1 result_hash=r1"
_NEXT = _DRAW.replace("[x1,x2,x3]", "[x1,x2,x4]").replace("D1", "D2")
_SAID = tuple(f"declare_expert_interest dan 2 expert_no={one} expert_interest=none document_hash=h{one}" for one in ("x1", "x2", "x3",
    "x4"))
_TIED, _LOOK = _SAID[2].replace("none", "some"), "examine_formally ann 0 opinion=材料齐全"
_ORDER = "order_expert_review eve 3 until=2026-04-01"


@dataclass(frozen=True, slots=True)
class ExpertSelection:
    """`fewest` experts out of a pool `factor` times as large; each of them `declares` before `orders`; `examiners`: acts."""

    name: ClassVar[str] = "expert_selection"
    title: ClassVar[Text] = Text(zh="专家抽取", en="Selection of experts")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"examiners": ["examine_formally"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LOOK, _DRAW, *_SAID[:3], _ORDER), (_DRAW, *_SAID[:2], _TIED, _NEXT, *_SAID[:2], _SAID[3], _ORDER), (_DRAW,), (_DRAW, *_SAID[:3]),
        (_LOOK, _DRAW.replace("dan", "fay"), *_SAID[:3], _ORDER, _ORDER), (_DRAW, _TIED, _NEXT), (_DRAW, *_SAID, _ORDER),
        (_DRAW, *_SAID[:3], _SAID[3].replace("none", "some"), _ORDER),
        (_DRAW.replace("x6]", "x6,x7,x8]").replace("x3]", "x3,x4]"), *_SAID, _ORDER),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ORDER,), (_DRAW, _ORDER), (_DRAW, *_SAID[:2], _ORDER), (_DRAW, *_SAID[:3], _TIED, _ORDER), (_LOOK, _DRAW.replace("dan", "ann")),
        *((_DRAW.replace(old, new),) for old, new in (
            ("experts=[x1,x2,x3]", "experts=[x1,x2]"), ("experts=[x1,x2,x3]", "experts=[x1,x2,x9]"), (",x6]", "]"), (" draw_id=D1", ""),
            (" result_hash=r1", ""), (" experts=[x1,x2,x3]", ""), ("expert_pool=[x1,x2,x3,x4,x5,x6] ", ""))),
        (_DRAW, _NEXT), (_DRAW, *_SAID[:3], _NEXT), (_DRAW, _TIED, _DRAW), (_SAID[0].replace(" document_hash=hx1", ""),), (_TIED, _DRAW),
        (_DRAW, _TIED, _NEXT, _DRAW), (_DRAW, *_SAID[:3], _LOOK, _DRAW), (*_SAID[:3], _DRAW, _ORDER),
        (_DRAW, *_SAID[:2], _TIED, _NEXT, _SAID[3], _ORDER), (_SAID[0].replace(" expert_interest=none", ""),),
    )

    examiners: tuple[str, ...]
    selects: tuple[str, ...] = ("select_experts",)
    declares: tuple[str, ...] = ("declare_expert_interest",)
    orders: tuple[str, ...] = ("order_expert_review",)
    fewest: int = 3
    factor: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (1 <= self.fewest <= 30 and 2 <= self.factor <= 20):
            return Text(zh="专家1至30人，专家库应为抽取人数的2至20倍", en="1 to 30 experts out of a pool 2 to 20 times as large")
        return unfit(version, self.examiners, self.selects, self.declares, self.orders)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a draw that is a pick, and a review with an expert who has an interest or has not said."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由不参加审查的人从专家库中抽取一次并留存抽取记录；每名专家书面声明，有利害关系的重新抽取，再组织评审。",
            en="Have somebody who does not examine draw once from the pool, on record; each expert declares in "
               "writing; draw anew for one with ties."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        last = max((n for n, e in enumerate(acts, 1) if e.act in self.selects), default=0)
        said = [e for e in acts if e.act in self.declares]
        since = [e for e in acts[last:] if e.act in self.declares]
        tied, new_tied = ({e.data.get("expert_no") for e in some if e.data.get("expert_interest") == SOME} for some in (said, since))
        if p.act in self.selects:
            pool, experts = {*(d.get("expert_pool") or ())}, {*(d.get("experts") or ())}
            yield len(experts) < self.fewest, f"专家{len(experts)}人，至少{self.fewest}人", f"{len(experts)} experts, {self.fewest} are needed"
            yield experts - pool, "有不在专家库的专家", "an expert is not of the pool"
            yield len(pool) < self.factor * len(experts), "专家库太小，等于指定", "the pool is so small that this is a pick"
            yield not d.get("draw_id") or not d.get("result_hash"), "没有抽取记录", "there is no record of a draw"
            yield p.actor in s.case.actors_of(self.examiners), \
                f"{s.people.name(p.actor)}参加审查，不得抽取", f"{s.people.name(p.actor)} examines this"
            yield experts & tied, "抽取了已声明有利害关系的专家", "an expert has declared an interest"
            yield last and not any(e.data.get("expert_interest") == SOME for e in since), \
                "没有专家应当回避，不得重新抽取", "no expert had to withdraw: nobody draws again"
        if p.act in self.declares:
            vague = d.get("expert_interest") not in (NONE, SOME) or not d.get("document_hash")
            yield vague, "没有写明有无利害关系，或者没有书面声明", "the interest is not said, or not in writing"
        if p.act in self.orders:
            experts = next(({*e.data["experts"]} for e in reversed(acts) if e.act in self.selects and "experts" in e.data), set())
            free = {e.data.get("expert_no") for e in since if e.data.get("expert_interest") == NONE and e.data.get("document_hash")}
            yield not experts, "还没有抽取专家", "no experts have been drawn"
            yield experts - free, "有专家没有书面声明无利害关系", "an expert has not declared in writing that he has no interest"
            yield experts & new_tied, "有专家声明有利害关系", "an expert has declared an interest"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at draws, declarations and orders, each with what stands before it."""
        pool, experts, interest = T("expert_pool"), T("experts"), R("expert_interest")
        has, clear = say.equal(interest, SOME), say.both(say.equal(interest, NONE), say.said(R("document_hash")))
        tied, number = say.gather("set", self.declares, R("expert_no"), has), say.without(experts, ())
        again = say.both(say.some(self.selects), say.none(self.declares, has, since=self.selects))
        drawn = say.last(self.selects, "experts")
        free, withdrew = (say.gather("set", self.declares, R("expert_no"), one, since=self.selects) for one in (clear, has))
        return AnyOf((
            say.gate(self.selects, say.either(
                say.over(self.fewest, number), say.over(say.without(experts, pool), 0),
                say.over(say.times(self.factor, number), say.without(pool, ())), say.missing(T("draw_id")), say.missing(T("result_hash")),
                say.some(self.examiners, say.same_actor()), say.over(number, say.without(experts, tied)), again), needs=["_actor"]),
            say.gate(self.declares, say.either(say.negated(say.is_in(T("expert_interest"), (NONE, SOME))),
                say.missing(T("document_hash")))),
            say.gate(self.orders, say.either(say.missing(drawn), say.over(say.without(drawn, free), 0),
                                             say.over(say.without(drawn, ()), say.without(drawn, withdrew))))))
