"""drawn_at_random 随机抽取: whom to inspect and who inspects comes from one draw, or from a lawful ground that another approved.

Why: who chooses the firm or the inspector can spare a friend, harass a rival, or draw again until the result suits.
Finds: a visit to a firm or by officers not drawn; a second draw for a plan whose first stands; a choice without its ground.
Not: whether the draw itself was fair: its transcript can be redone by anybody (verify_draw).
Source: 优化营商环境条例 54 (random subjects, random inspectors); the grounds for choosing are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
_DRAW, _BOB = "register_draw ann 0 plan_id=P1 draw_id=D1 result_hash=h1 subjects=[甲厂,乙厂] officers=[bob,carl] substitutes=[dan,eve]", "inspect_site bob"
_VOID, _GONE = "void_draw fay 1 plan_id=P1 draw_id=D1 reasons=名录库有误", "decide_recusal fay 1 officers=[carl]"
_AGAIN = "register_draw ann 2 plan_id=P1 draw_id=D2 result_hash=h2 subjects=[丙厂] officers=[bob,carl] substitutes=[dan]"
_ELSE = "c2:register_draw fay 3 plan_id=P1 draw_id={} result_hash={} subjects=[丙厂] officers=[bob,eve] substitutes=[dan]"
_CHOSEN, _VISIT = "exempt_from_draw dan 0 draw_exception=complaint document_no=N1 subject=丁厂", "subject=甲厂 officers=[bob,carl]"
_FIELDS = ("plan_id", "draw_id", "result_hash", "subjects", "officers")


@dataclass(frozen=True, slots=True)
class DrawnAtRandom:
    """Subject and officers of a visit are those of the draw that stands; substitutes only for officers recused."""

    name: ClassVar[str] = "drawn_at_random"
    title: ClassVar[Text] = Text(zh="随机抽取", en="Drawn at random")
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_DRAW, f"{_BOB} {n} {_VISIT}") for n in (1, 2, 3)), (_DRAW,), (_DRAW, _VOID), (_DRAW, _VOID, _AGAIN), (_CHOSEN,),
        (_DRAW, _GONE, f"{_BOB} 2 subject=乙厂 officers=[bob,dan]"), (_DRAW, _ELSE.format("D1", "h1")), (_DRAW, _VOID, _ELSE.format("D2", "h2")),
        *((_CHOSEN, f"{_BOB} {n} subject=丁厂 officers=[bob,eve]") for n in (1, 2)), (_DRAW, _VOID, _AGAIN, f"{_BOB} 3 subject=丙厂 officers=[bob]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_BOB} 0 {_VISIT}",), (_DRAW, f"{_BOB} 1 subject=丁厂 officers=[bob]"), (_DRAW, f"{_BOB} 1 subject=甲厂 officers=[bob,dan]"),
        (_DRAW, _GONE, f"{_BOB} 2 {_VISIT}"), (_DRAW, _GONE, f"{_BOB} 2 subject=乙厂 officers=[dan,eve]"), (_DRAW, _AGAIN), (_DRAW, _VOID, f"{_BOB} 2 {_VISIT}"),
        (_DRAW, _GONE, f"{_BOB} 2 subject=甲厂 officers=[bob,fay]"), (_DRAW, _ELSE.format("D2", "h2")), (_DRAW, _ELSE.format("D1", "h2")),
        (_DRAW, _VOID.replace("fay", "ann")), (_DRAW, _VOID.replace("名录库有误", "无")), (_DRAW, _CHOSEN), (_CHOSEN, f"{_BOB} 1 subject=甲厂 officers=[bob]"),
        (_CHOSEN.replace("complaint", "wish"),), (_CHOSEN, "inspect_site bob 1 subject=丁厂 officers=[bob,dan]"), (_DRAW, _VOID.replace("D1", "D9")),
    )

    draws: tuple[str, ...] = ("register_draw",)
    voids: tuple[str, ...] = ("void_draw",)
    choices: tuple[str, ...] = ("exempt_from_draw",)
    recusals: tuple[str, ...] = ("decide_recusal",)
    visits: tuple[str, ...] = ("inspect_site",)
    grounds: tuple[str, ...] = ("complaint", "special_campaign", "full_coverage", "superior")

    @property
    def basis(self) -> Basis:
        """The article asks for random subjects and random inspectors."""
        return Basis.STATUTE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.draws, self.voids, self.visits, more=[*self.choices, *self.recusals])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what does not come from the draw that stands, and a draw that is drawn again."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(
            by=self.name, ring="control", basis=self.basis, citation=Citation("优化营商环境条例", "54"), reason=fault, remedy=Text(
                zh="请按抽取结果检查；确需重抽的，由他人说明理由作废原抽取；依法不抽取的，由检查人员以外的人写明情形和文号批准。",
                en="Inspect as drawn; to draw again have another void the draw with reasons; without a draw have ground and document approved."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, uses = s.proposed, s.proposed.data, s.elsewhere.uses
        done = [e for e in s.case.events if e.kind == ACT]
        basis = next((e for e in reversed(done) if e.act in (*self.draws, *self.voids, *self.choices)), None)
        draw = next((e for e in reversed(done) if e.act in (*self.draws, *self.voids)), None)
        stands = draw is not None and draw.act in self.draws
        if p.act in self.draws:
            others = [u for u in uses("plan_id", d.get("plan_id", "")) if u.data.get("draw_id")]
            first = next((u.data["draw_id"] for u in reversed(others) if u.act in self.draws), d.get("draw_id"))
            freed = any(u.act in self.voids and u.data["draw_id"] == first for u in others)
            twin = {u.data.get("result_hash") for u in uses("draw_id", d.get("draw_id", "")) if u.act in self.draws} - {None, d.get("result_hash")}
            yield any(not d.get(f) for f in _FIELDS), "抽取登记缺少方案、编号、结果、对象或人员", "plan, number, result, subjects or officers are missing"
            yield stands or (first != d.get("draw_id") and not freed) or twin, "该方案已经抽取且未作废，不得重抽", "this plan is drawn already, and that stands"
        if p.act in self.voids:
            named = self._last(done, "draw_id")
            yield not named or d.get("draw_id") != named, "没有这次抽取可作废", "there is no such draw to void"
            yield len(str(d.get("reasons", ""))) < 4 or p.actor == self._last(done, ""), "作废未说明理由，或由抽取人自己作废", "no reasons, or by the drawer"
        if p.act in self.choices:
            yield stands, "已经抽取，不得另行指定", "a draw stands: nobody may be chosen instead"
            yield d.get("draw_exception") not in self.grounds or not d.get("document_no") or not d.get("subject"), "缺少法定情形、文号或对象", "no ground, document or subject"
        if p.act in self.visits:
            yield from self._visit(s, done, basis)

    def _visit(self, s: Situation, done: list[Event], basis: Event | None) -> Iterator[tuple[object, str, str]]:
        p, who, firm = s.proposed, {*s.proposed.data.get("officers", ())}, s.proposed.data.get("subject")
        yield not who or basis is None or basis.act in self.voids, "既没有抽取结果，也没有批准不抽取", "there is neither a draw nor leave to choose"
        if basis is not None and basis.act in self.choices:
            subject = next((e.data["subject"] for e in reversed(done) if e.act in self.choices and "subject" in e.data), None)
            yield firm is None or firm != subject or basis.actor in {*who, p.actor}, "对象不是批准的对象，或批准人自己参加检查", "another subject, or the approver inspects"
        if basis is not None and basis.act in self.draws:
            team, spare = ({*(self._last(done, f) or ())} for f in ("officers", "substitutes"))
            gone = {o for e in done[done.index(basis) + 1 :] if e.act in self.recusals for o in e.data.get("officers", ())}
            wrong = (who & gone) | (who - team - spare)
            yield firm not in (self._last(done, "subjects") or ()), "检查对象不是抽取的对象", "the subject was not drawn"
            yield wrong or len(who - team) > len(gone & team), f"检查人员不是抽取的人员：{'、'.join(map(s.people.name, sorted(who - team)))}", "officers not drawn"

    def _last(self, done: list[Event], field: str) -> Any:
        """The latest draw's word on a field, or who drew."""
        return next((e.data[field] if field else e.actor for e in reversed(done) if e.act in self.draws and (not field or field in e.data)), None)

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each draw, void, choice and visit with what stands before it."""
        made, kind, key = [*self.draws, *self.voids], say.last([*self.draws, *self.voids, *self.choices], "_act"), T("_key")
        stands, chosen, drawn = say.is_in(say.last(made, "_act"), self.draws), say.is_in(kind, self.choices), say.is_in(kind, self.draws)
        other = say.gather("last", self.draws, R("draw_id"), same="plan_id")
        freed = say.some(self.voids, say.equal(R("draw_id"), other), same="plan_id")
        twin = say.some(self.draws, say.differs(R("result_hash"), T("result_hash")), same="draw_id")
        firms, team, spare = (say.last(self.draws, field) for field in ("subjects", "officers", "substitutes"))
        gone = say.gather("set", self.recusals, R("_key"), each="officers", since=self.draws)
        room = say.gather("distinct", self.recusals, R("_key"), say.is_in(R("_key"), team), each="officers", since=self.draws)
        approver = say.last(self.choices, "_actor")
        return AnyOf((
            say.gate(self.draws, say.either(*(say.missing(T(f)) for f in _FIELDS), stands, say.both(say.differs(other, T("draw_id")), say.negated(freed)), twin)),
            say.gate(self.voids, say.either(say.negated(say.equal(T("draw_id"), say.last(self.draws, "draw_id"))), say.over(4, say.length(T("reasons"))),
                say.equal(T("_actor"), say.last(self.draws, "_actor"))), needs=["_actor"]),
            say.gate(self.choices, say.either(stands, say.negated(say.is_in(T("draw_exception"), self.grounds)), say.missing(T("document_no")), say.missing(T("subject")))),
            say.gate(self.visits, say.either(say.missing(T("officers")), say.negated(say.either(chosen, drawn)),
                say.both(chosen, say.either(say.negated(say.equal(T("subject"), say.last(self.choices, "subject"))), say.equal(T("_actor"), approver))),
                say.both(drawn, say.either(say.negated(say.is_in(T("subject"), firms)), say.over(say.without(T("officers"), team), room)))), needs=["_actor"]),
            say.gate(self.visits, say.either(say.both(chosen, say.equal(key, approver)),
                say.both(drawn, say.either(say.is_in(key, gone), say.negated(say.either(say.is_in(key, team), say.is_in(key, spare)))))), each="officers"),
        ))
