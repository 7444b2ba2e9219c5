"""draw_set_aside 作废抽取和免于抽取须二人经手: who sets a draw aside, or does without one, neither drew nor proposed it, and shows the ground.

Why: 为特定群体谋取不正当利益: one hand that may void a draw, or name a firm on any paper, has drawn by himself.
Finds: a void or an exemption that nobody else proposed, on no listed ground, without the document that shows it, on a document that
belongs to another number or has served for this subject already; a plan whose draw is voided a second time; a drawer who proposes.
Every void is found, however well it is founded, so that somebody looks at it afterwards (as every override is).
Not: the draw itself (drawn_from_pool), a draw that stands (draw_stands), a visit to another firm (drawn_at_random).
Source: the agency's own rule, after 优化营商环境条例 54; grounds are settings.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, T
from qingfeng.terms.text import Text

# fmt: off
_DRAW = "register_draw ann 0 plan_id=P1 draw_id=D1"
_ASK = "propose_void_draw bob 1 plan_id=P1 draw_id=D1 reasons=名录中有误 void_ground=library_wrong ground_hash=g1"
_VOID, _AGAIN = "void_draw dan 2 plan_id=P1 draw_id=D1", "register_draw ann 3 plan_id=P1 draw_id=D2"
_MORE = tuple(line.replace("D1", "D2").replace("g1", "g2") for line in (_ASK, _VOID))
_WANT = "propose_exemption bob 0 reasons=群众举报泄漏 draw_exception=complaint document_no=N1 subject=甲厂 ground_hash=g3"
_GIVEN = "exempt_from_draw dan 1 reasons=同意核查举报 draw_exception=complaint document_no=N1 subject=甲厂"
_WIDE, _ALL = (line.replace("complaint", "full_coverage") for line in (_WANT, _GIVEN))


@dataclass(frozen=True, slots=True)
class DrawSetAside:
    """`asks` come before `voids`, `wants` before `choices`, each by another; `single`: grounds whose document serves one case."""

    name: ClassVar[str] = "draw_set_aside"
    title: ClassVar[Text] = Text(zh="作废抽取和免于抽取须二人经手", en="Two hands set a draw aside")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_DRAW, _ASK, _VOID.replace("dan", who)) for who in ("dan", "eve", "ann")), (_DRAW, _ASK.replace("bob", "carl"), _VOID), (_DRAW,),
        *((_DRAW, _ASK.replace("library_wrong", ground), _VOID) for ground in ("no_officer_left", "system_fault")), (_DRAW, _ASK, _ASK),
        *((_WANT.replace("bob", who), _GIVEN) for who in ("bob", "carl", "fay")), (_WIDE, _ALL), (_DRAW, _ASK, _VOID, _WANT, _GIVEN),
        ("c2:" + _WIDE, _WIDE.replace("甲厂", "乙厂"), _ALL.replace("甲厂", "乙厂")), (_WANT, _WANT, _GIVEN),
        ("c2:" + _WANT, _WANT.replace("N1", "N2").replace("g3", "g4"), _GIVEN.replace("N1", "N2")), (_DRAW, _ASK, _VOID, _AGAIN),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAW, _VOID), (_ASK,), (_DRAW, _ASK, _VOID.replace("dan", "bob")), (_DRAW, _ASK.replace("bob", "ann")), (_DRAW, _ASK, _AGAIN,
        _VOID),
        *((_DRAW, _ASK.replace(a, b)) for a, b in (("library_wrong", "unlucky"), (" ground_hash=g1", ""), ("名录中有误", "误"), ("D1", "D9"),
            (" void_ground=library_wrong", ""))), (_DRAW, _ASK, _VOID.replace("D1", "D3")),
        (_DRAW, _ASK, _VOID, _AGAIN, _MORE[0]), ("c2:" + _DRAW, "c2:" + _ASK, "c2:" + _VOID, _AGAIN, _MORE[0]),
        (_GIVEN,), (_WANT, _GIVEN.replace("dan", "bob")), *((_WANT, _GIVEN.replace(a, b)) for a, b in (
            ("甲厂", "乙厂"), ("N1", "N2"), ("complaint", "superior"))),
        *((_WANT.replace(a, b),) for a, b in (("complaint", "wish"), (" document_no=N1", ""), (" subject=甲厂", ""), (" ground_hash=g3", ""),
            ("群众举报泄漏", "举报"))),
        ("c2:" + _WANT, _WANT), ("c2:" + _WANT, _WANT.replace("甲厂", "乙厂")), ("c2:" + _WIDE, _WIDE), (_WANT, _WANT.replace("N1", "N2")),
        ("c2:" + _WIDE, _WIDE.replace("甲厂", "乙厂").replace("g3", "g4")), (_WANT, _WIDE.replace("g3", "g4")),
        ("c2:" + _WIDE, _WIDE.replace("甲厂", "乙厂").replace("N1", "N3")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_DRAW, _ASK, "today 3"), (_WANT, _GIVEN, "today 9"), (_DRAW, "today 9"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((_DRAW, _ASK, _VOID, "today 3"), (_DRAW, _ASK, _VOID, _AGAIN, "today 9"))

    draws: tuple[str, ...] = ("register_draw",)
    asks: tuple[str, ...] = ("propose_void_draw",)
    voids: tuple[str, ...] = ("void_draw",)
    wants: tuple[str, ...] = ("propose_exemption",)
    choices: tuple[str, ...] = ("exempt_from_draw",)
    void_grounds: tuple[str, ...] = ("library_wrong", "cannot_be_inspected", "no_officer_left", "system_fault")
    grounds: tuple[str, ...] = ("complaint", "special_campaign", "full_coverage", "superior")
    single: tuple[str, ...] = ("complaint",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = self.void_grounds and self.grounds and {*self.single} <= {*self.grounds}
        exempt = (self.wants, self.choices) if self.wants or self.choices else ()  # a power that only draws exempts nobody
        return unfit(version, self.draws, self.asks, self.voids, *exempt) or (None if fine else Text(
            zh="作废、免于抽取的情形不能为空，一案一用的情形须在其中", en="grounds may not be empty, and hold those whose document serves one case"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to propose without a ground shown, and to decide alone."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由抽取人以外的人写明列举的情形、理由和依据文件提出，再由另一人按同一抽取（同一对象、文号）批准。",
            en="Let one who did not draw propose it with listed ground, reasons and document; another approves just that."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, uses = s.proposed, s.proposed.data, s.elsewhere.uses
        done = [e for e in s.case.events if e.kind == ACT]
        if p.act in (*self.asks, *self.wants):
            yield len(str(d.get("reasons", ""))) < 4 or not d.get("ground_hash"), "没有说明理由，或者没有依据文件", "no reasons, or no document to show it"
        if p.act in self.asks:
            drawn = next((e for e in reversed(done) if e.act in self.draws), None)
            yield drawn is None or drawn.data.get("draw_id") != d.get("draw_id"), "没有这次抽取可作废", "there is no such draw to void"
            yield drawn is not None and drawn.actor == p.actor, "抽取人不得自己提请作废", "who drew may not propose to void the draw"
            yield d.get("void_ground") not in self.void_grounds, "不属于列举的作废情形", "this is not a listed ground"
            twice = any(e.act in self.voids for e in done) or any(u.act in self.voids for u in uses("plan_id", d.get("plan_id", "")))
            yield twice, "同一抽取方案已经作废过一次，不得再次作废", "a draw of this plan has been voided before: not again"
        if p.act in self.wants:
            bare = d.get("draw_exception") not in self.grounds or not d.get("subject")
            yield bare, "不属于列举的情形，或者没有写明对象", "no listed ground, or no subject"
            number, firm, proof = d.get("document_no"), d.get("subject"), d.get("ground_hash")
            there = [u for u in (uses("document_no", number) if number else ()) if u.act in self.wants]
            others = [u.data for u in there] + [u.data for u in (uses("ground_hash", proof) if proof else ()) if u.act in self.wants]
            others += [e.data for e in done if e.act in self.wants]
            mixed = [o for o in others if (o.get("document_no") == number) != (o.get("ground_hash") == proof)]
            yield not number or mixed, "没有文号，或者文号与依据文件不符", "no document number, or number and document do not go together"
            spent = any(u.data.get("subject") == firm for u in there) or (there and d.get("draw_exception") in self.single)
            yield spent, "该文件已用于另案检查，不得再用", "this document has served for another case"
        for asked, given, fields in ((self.asks, self.voids, ("draw_id",)),
                                     (self.wants, self.choices, ("draw_exception", "document_no", "subject"))):
            if p.act in given:
                ask = next((e for e in reversed(done) if e.act in (*asked, *self.draws)), None)
                apart = ask is None or ask.act in self.draws or any(not d.get(f) or ask.data.get(f) != d[f] for f in fields)
                yield apart, "没有他人提请，或者与提请的不一致", "nobody proposed this"
                yield ask is not None and ask.actor == p.actor, "提请人不得自己批准", "who proposed it may not approve it"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare proposals with draws and documents, and decisions with proposals."""
        bare = say.either(say.over(4, say.length(T("reasons"))), say.missing(T("ground_hash")))
        twice = say.either(say.some(self.voids), say.some(self.voids, same="plan_id"))
        newest = say.equal(R("_seq"), say.last(self.draws, "_seq"))
        unknown = say.negated(say.equal(T("draw_id"), say.last(self.draws, "draw_id", where=newest)))
        one, two = say.matches("document_no"), say.matches("ground_hash")
        mixed = say.either(say.both(one, say.negated(two)), say.both(two, say.negated(one)))
        apart = say.either(say.missing(T("document_no")), say.some(self.wants, mixed),
            *(say.some(self.wants, mixed, same=field) for field in ("document_no", "ground_hash")))
        spent = say.either(say.some(self.wants, say.matches("subject"), same="document_no"),
            say.both(say.is_in(T("draw_exception"), self.single), say.some(self.wants, same="document_no")))
        rules = [
            say.gate(self.asks, say.either(bare, twice, unknown, say.equal(T("_actor"), say.last(self.draws, "_actor")),
                say.negated(say.is_in(T("void_ground"), self.void_grounds))), needs=["_actor"]),
            say.gate(self.wants, say.either(bare, apart, spent, say.missing(T("subject")),
                say.negated(say.is_in(T("draw_exception"), self.grounds))))]
        for asked, given, fields in ((self.asks, self.voids, ("draw_id",)),
                                     (self.wants, self.choices, ("draw_exception", "document_no", "subject"))):
            ask = say.equal(R("_seq"), say.gather("last", asked, R("_seq"), since=self.draws))
            rules.append(say.gate(given, say.either(say.equal(T("_actor"), say.last(asked, "_actor", where=ask)),
                *(say.negated(say.equal(T(f), say.last(asked, f, where=ask))) for f in fields)), needs=["_actor"]))
        return AnyOf(tuple(rules))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find every void."""
        return say.gate(self.voids, 1)
