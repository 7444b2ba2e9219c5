"""integrity_pledge 评委抽取与廉政承诺: assessors are drawn from a pool, out of ties, and each pledges himself before he sees anything.

Why: a panel picked by hand is a decision made beforehand; a pledge signed by one for all binds nobody.
Finds: a draw of too few, of too small a pool, of one not in it, or of one tied with a candidate; a pledge for others, without its signed
text, or with the text of another; material seen or scored by one not drawn, tied, or who had not pledged since the draw.
Not: what is said at dinner (contact_record); whether the wheel was turned fairly (drawn_at_random).
Source: the agency's own map (要求考评组签署廉政承诺书); numbers are settings.
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
_NOM, _DRAW = "nominate eve 0 candidate=甲矿", "draw fay 1 officers=[ann,bob] officer_pool=[ann,bob,carl,eve]"
_A, _B = "pledge ann 2 members=[ann] document_hash=h1", "pledge bob 2 members=[bob] document_hash=h2"
_SEE, _VISIT = "score ann 3", "visit bob 4 officers=[ann,bob]"
_REDRAW = "draw fay 5 officers=[bob,carl] officer_pool=[ann,bob,carl,eve]"


@dataclass(frozen=True, slots=True)
class IntegrityPledge:
    """`draws` take `fewest` from a pool `times` as large; `pledges` are one's own; `sees` only by those drawn, pledged and untied."""

    name: ClassVar[str] = "integrity_pledge"
    title: ClassVar[Text] = Text(zh="评委抽取与廉政承诺", en="Panel drawn and pledged")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"draws": ["draw"], "pledges": ["pledge"], "sees": ["score", "visit"], "nominations": ["nominate"],
        "fewest": 2, "times": 2}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("ann", "乙厂"), ("dan", "甲矿"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_NOM, _DRAW, _A, _B, _SEE, _VISIT), (_NOM, _DRAW, _A, _SEE), (_NOM, _DRAW, _A, _B, _SEE + " members=[ann,bob]"),
        (_DRAW, _A, _B, _VISIT, _NOM), (_NOM, _DRAW, _A, _B), (_NOM, _DRAW),
        (_NOM, _DRAW, _A, _B, _VISIT, _REDRAW, "pledge carl 6 members=[carl] document_hash=h3", "score carl 7"),
        (_NOM, _DRAW, _A, _A.replace("h1", "h4"), _SEE),
        (_NOM, _DRAW, _B, _REDRAW, _B.replace("2", "6").replace("h6", "h5"), "score bob 7"),
        (_NOM, _DRAW, _A, _B, _VISIT.replace(" officers=[ann,bob]", "")), (_NOM.replace("甲矿", "丙库"), _DRAW, _A, _SEE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAW.replace("ann,bob]", "ann]", 1),), (_DRAW.replace(",carl,eve", ",carl"),), (_DRAW.replace("[ann,bob]", "[ann,fay]"),),
        ("draw fay 1 officers=[ann,bob]",), (_NOM.replace("甲矿", "乙厂"), _DRAW), (_DRAW, _A.replace("[ann]", "[ann,bob]")),
        (_DRAW, _A.replace("pledge ann", "pledge bob")), (_NOM, _SEE), (_DRAW, "pledge ann 2 members=[ann]"),
        (_DRAW, _A, _B.replace("h2", "h1")), (_NOM, _DRAW, _SEE), (_NOM, _DRAW, _A, _SEE + " members=[ann,bob]"),
        (_NOM, _DRAW, _A, _VISIT.replace("bob 4", "ann 4")), (_NOM, _DRAW, "pledge carl 2 members=[carl] document_hash=h3", "score carl 3"),
        (_NOM, _DRAW, _A, _REDRAW, _SEE.replace("3", "6")), (_DRAW, _A, _B, _NOM.replace("甲矿", "乙厂").replace("0", "3"), _SEE),
        (_A, _DRAW, _SEE), (_DRAW, _A, _B, _VISIT.replace("ann,bob", "ann,bob,carl")), (_DRAW, _B, _REDRAW, "score bob 6"),
        (_NOM, "draw fay 1 officers=[bob,dan] officer_pool=[ann,bob,carl,dan]"), (_DRAW, "pledge ann 2 document_hash=h1"),
        ("draw fay 1 officers=[ann,ann] officer_pool=[ann,bob,carl,eve]",),
        ("draw fay 1 officers=[ann,bob] officer_pool=[ann,bob,ann,bob]",),
    )

    fewest: int
    times: int
    draws: tuple[str, ...] = ("draw_panel",)
    pledges: tuple[str, ...] = ("sign_pledge",)
    sees: tuple[str, ...] = ("examine_on_site", "assess")
    nominations: tuple[str, ...] = ("receive_nomination",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (1 <= self.fewest <= 30 and 1 <= self.times <= 10):
            return Text(zh="评委应为1至30人，评委库应为其1至10倍", en="1 to 30 assessors, from a pool of 1 to 10 times as many")
        return unfit(version, self.draws, self.pledges, self.sees, self.nominations)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a draw that is none, another's pledge, and to look before pledging."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh=f"请从不少于应抽人数{self.times}倍的评委库中抽取{self.fewest}人以上，排除有利害关系的；每名评委本人签署承诺书后，方可接触材料和评分。",
            en=f"Draw {self.fewest} or more from a pool {self.times} times as large, the tied left out; each pledges himself, then looks."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.draws + self.pledges + self.sees:
            return
        drawn = max((n for n, e in enumerate(done, 1) if e.act in self.draws), default=0)
        candidates = {e.data["candidate"] for e in done if e.act in self.nominations and e.data.get("candidate")}
        near = {i.officer for i in s.people.interests if i.other in candidates and p.day in i.span}
        named = {*(p.data.get("officers") or ())} | ({p.actor, *(p.data.get("members") or ())} if p.act in self.sees else set())
        hash_ = p.data.get("document_hash")
        tied = "、".join(sorted(s.people.name(one) for one in named & near)) if p.act not in self.pledges else ""
        yield tied, f"{tied}与考评对象有利害关系", f"{tied.replace('、', ', ')} has a tie with a candidate"
        if p.act in self.draws:
            pool = {*(p.data.get("officer_pool") or ())}
            yield len(named) < self.fewest, f"抽取的评委少于{self.fewest}人", f"fewer than {self.fewest} were drawn"
            yield len(pool) < self.times * len(named), "评委库人数不足", "the pool is too small"
            yield named - pool, "抽取的评委不在评委库中", "somebody drawn is not in the pool"
        if p.act in self.pledges:
            yield p.data.get("members") != [p.actor], "承诺书只能由本人为自己签署", "a pledge is signed by oneself, for oneself"
            others = any(e.data.get("document_hash") == hash_ and e.actor != p.actor for e in done if e.act in self.pledges)
            yield not hash_ or others, "没有本人签署的承诺书文本，或者与他人的相同", "no signed text of one's own"
        if p.act in self.sees:
            panel = {*(done[drawn - 1].data.get("officers") or ())} if drawn else set()
            pledged = {e.actor for e in done[drawn:] if e.act in self.pledges}
            left = "、".join(sorted(s.people.name(one) for one in named - (panel & pledged)))
            yield left, f"{left}没有被抽取为评委，或者抽取后没有签署承诺书", f"{left.replace('、', ', ')}: not drawn, or not pledged since"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each draw, pledge and look, name by name."""
        named, pool, on = T("officers"), T("officer_pool"), T("_on")

        def near(who: Any) -> Any:
            return say.some(self.nominations, say.both(say.said(R("candidate")), say.tied(who, R("candidate"), on)))

        newest = say.equal(R("_seq"), say.gather("max", self.draws, R("_seq")))
        panel = say.gather("set", self.draws, R("_key"), newest, each="officers")
        pledged = say.gather("set", self.pledges, R("_actor"), since=self.draws)
        mine = say.both(say.equal(say.size(T("members")), 1), say.is_in(T("_actor"), T("members")))
        copied = say.some(self.pledges, say.both(say.matches("document_hash"), say.differs(R("_actor"), T("_actor"))))
        unfit_ = [say.either(near(who), say.negated(say.both(say.is_in(who, panel), say.is_in(who, pledged)))) for who in (T("_key"),
            T("_actor"))]
        count = say.without(named, ())
        return AnyOf((
            say.gate(self.draws, say.either(say.over(self.fewest, count), say.over(say.times(self.times, count), say.without(pool, ())),
                say.over(say.without(named, pool), 0))),
            say.gate(self.draws, near(T("_key")), each="officers"),
            say.gate(self.pledges, say.either(say.negated(mine), say.missing(T("document_hash")), copied), needs=["_actor"]),
            *(say.gate(self.sees, unfit_[0], each=field, needs=["_actor"]) for field in ("officers", "members")),
            say.gate(self.sees, unfit_[1], needs=["_actor"])))
