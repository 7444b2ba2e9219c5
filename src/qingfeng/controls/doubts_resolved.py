"""doubts_resolved 质疑点处理: every doubt raised is answered with facts and evidence by another, a major one after deliberation.

Why: 对重大质疑点，疏忽或故意隐瞒: a doubt that is talked away, or never written down, passes with the file.
Finds: a review passed over an open doubt, an answer by the one doubted or without evidence; what the examiner missed.
Not: whether the answer is right.
Source: the agency's own map (审核过程中对重大质疑点，疏忽或故意隐瞒).
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
_SEEN, _PASS = "inspect_site bob 0", "pass_review eve 9"
_D1 = "raise_doubt carl 1 doubt_no=D1 doubt_about=tank serious_doubt=no content=记录前后不一"
_D2 = "raise_doubt carl 2 doubt_no=D2 doubt_about=lamp serious_doubt=yes content=照片疑似旧照"
_END = "resolve_doubt {} {} doubt_no={} facts=重新测量核实 evidence_hash={}"
_OK, _MET = _END.format("dan", 5, "D1", "h1"), "deliberate eve 4 doubt_no=D2"


@dataclass(frozen=True, slots=True)
class DoubtsResolved:
    """Doubts by `doubt_no`; `doubted_acts` are those whose doers may not answer, `passes` what waits for all answers."""

    name: ClassVar[str] = "doubts_resolved"
    title: ClassVar[Text] = Text(zh="质疑点处理", en="Doubts resolved")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_SEEN, _D1, _END.format(who, n, "D1", "h1"), _PASS) for who in ("dan", "eve", "fay") for n in (4, 5)), (_SEEN, _PASS),
        (_SEEN, _D1), (_PASS,), (_SEEN, _D2, _MET, _END.format("dan", 5, "D2", "h2"), _PASS), (_D1, _D2, _OK),
        (_D1, _D2, _MET, _OK, _END.format("dan", 6, "D2", "h3"), _PASS), (_D1, _D2), (_SEEN, _D1 + " doubted=fay", _OK, _PASS), (_D1, _OK),
        (_D1, _PASS.replace("pass_review", "note")), (_D1, _OK, _PASS, _PASS),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_D1, _PASS), (_D1, _D2, _OK, _PASS), (_SEEN, _D1, _END.format("bob", 5, "D1", "h1")), (_D1 + " doubted=dan", _OK), (_D1, _D1),
        (_OK,), (_D1, "resolve_doubt dan 5 doubt_no=D1 facts=重新测量核实"), (_D1, _OK.replace("重新测量核实", "无事")),
        (_D1, _OK, _D2, _END.format("dan", 6, "D2", "h1")), (_D2, _END.format("dan", 5, "D2", "h2")),
        (_MET, _D2, _END.format("dan", 5, "D2", "h2")), ("raise_doubt carl 1 doubt_about=tank content=记录不一",),
        (_D2, _MET.replace("D2", "D1"), _END.format("dan", 5, "D2", "h2")), (_D1.replace("记录前后不一", "疑"),), (_D1, _D2, _OK, _PASS),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SEEN, _D1.replace("carl", "bob"), _D1.replace("D1", "D3"), "today 9"), (_D1, "today 9"),
        (_SEEN, _D1.replace("carl", "bob"), "today 9"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SEEN, _D1, "today 9"), (_SEEN, _D1.replace("carl", "bob"), _D2, "today 9"),
    )

    raises: tuple[str, ...] = ("raise_doubt",)
    answers: tuple[str, ...] = ("resolve_doubt",)
    deliberations: tuple[str, ...] = ("deliberate",)
    doubted_acts: tuple[str, ...] = ("inspect_site",)
    passes: tuple[str, ...] = ("pass_review",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.raises, self.answers, self.deliberations, self.doubted_acts, self.passes)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to pass over an open doubt, and an answer that is none."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由被质疑人以外的人写明查明的事实并附新的证据逐个答复质疑点，重大质疑点先集体研究，全部答复后再通过审查。",
            en="Have another than the one doubted answer each doubt with facts and fresh evidence, major ones after deliberation."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, number, proof = s.proposed, *map(s.proposed.data.get, ("doubt_no", "evidence_hash"))
        done = [e for e in s.case.events if e.kind == ACT]
        raised = [e for e in done if e.act in self.raises and e.data.get("doubt_no")]
        this = [e for e in raised if e.data["doubt_no"] == number]
        if p.act in self.raises:
            yield not number or this, "质疑点没有编号，或编号已用过", "the doubt has no number, or one used before"
            yield len(str(p.data.get("content", ""))) < 4, "没有写明质疑什么", "it is not said what is doubted"
        if p.act in self.answers:
            doubted = {e.data.get("doubted") for e in this} | {e.actor for e in done if e.act in self.doubted_acts}
            major = any(e.data.get("serious_doubt") != "no" for e in this)
            after = done[done.index(this[-1]) :] if this else []
            met = any(e.act in self.deliberations and e.data.get("doubt_no") == number for e in after)
            yield not this, "没有这个质疑点", "there is no such doubt"
            yield p.actor in doubted, f"{s.people.name(p.actor)}是被质疑人，不得自己答复", f"{s.people.name(p.actor)} is the one doubted"
            yield len(str(p.data.get("facts", ""))) < 4, "答复没有写明查明的事实", "the answer does not say what was found out"
            yield not proof or any(e.data.get("evidence_hash") == proof for e in done), "答复没有新的证据", "the answer has no fresh evidence"
            yield major and not met, "重大质疑点提出后没有集体研究", "a major doubt was not deliberated after it was raised"
        if p.act in self.passes:
            left = sorted({e.data["doubt_no"] for e in raised} - {e.data.get("doubt_no") for e in done if e.act in self.answers})
            yield left, f"质疑点没有答复：{'、'.join(left)}", f"doubts not answered: {', '.join(left)}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each doubt, each answer with its doubt, and each pass with what is open."""
        this, raises = say.matches("doubt_no"), self.raises
        doubts, answered = (say.gather("set", acts, R("doubt_no")) for acts in (raises, self.answers))
        raised_at = say.gather("last", raises, R("_seq"), this)
        major = say.some(raises, say.both(this, say.negated(say.equal(R("serious_doubt"), "no"))))
        met = say.some(self.deliberations, say.both(this, say.over(R("_seq"), raised_at)))
        doubted = say.either(say.some(self.doubted_acts, say.same_actor()),
            say.some(raises, say.both(this, say.equal(R("doubted"), T("_actor")))))
        return AnyOf((
            say.gate(raises, say.either(say.missing(T("doubt_no")), say.some(raises, this), say.over(4, say.length(T("content"))))),
            say.gate(self.answers, say.either(
                say.none(raises, this), doubted, say.over(4, say.length(T("facts"))), say.missing(T("evidence_hash")),
                say.some(None, say.matches("evidence_hash")), say.both(major, say.negated(met))), needs=["_actor"]),
            say.gate(self.passes, say.over(say.without(doubts, answered), 0))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find what somebody else doubted after the examination and the examiner had not: a finding against the examiner."""
        examiners = say.gather("set", self.doubted_acts, R("_actor"))
        own = say.both(say.is_in(R("_actor"), examiners), say.matches("doubt_about"))
        return say.gate(self.raises, say.both(
            say.some(self.doubted_acts), say.negated(say.is_in(T("_actor"), examiners)), say.none(self.raises, own)), needs=["_actor"])
