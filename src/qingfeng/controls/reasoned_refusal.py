"""reasoned_refusal 说理不予: whoever refuses names the published condition that fails, why, on what evidence, and the remedies.

Why: 对符合条件的不批准: “does not qualify” cannot be argued with; a named condition, its proof and a way to complain can.
Finds: a refusal without a failed condition, with one that is not published, with no reason for one, on no evidence or on evidence that is
not in the case, or without all the remedies.
Not: whether the reason is true (`independent_recheck`, reconsideration); a grant where a condition fails (the examination's rules).
Source: 行政许可法 38(2): reasons, and the right to reconsideration and litigation; conditions are those published (30), a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

REFUSED, WORDS = "refused", 4  # an outcome; characters of a reason


# fmt: off
@dataclass(frozen=True, slots=True)
class Condition:
    """A published condition: its code and its words."""

    code: str
    name: str


_PROOF, _PAPERS = "prove ann 0 evidence_no=E1", "receive ann 0 material_codes=[form,deed]"
_WHY = "failed_conditions=[site] refusal_reasons={site:选址位于禁建区} relies_on=[E1] remedies=[reconsideration,litigation]"


@dataclass(frozen=True, slots=True)
class ReasonedRefusal:
    """`refusals`, and `decisions` whose decision_outcome is refused, state `failed_conditions`, `refusal_reasons`, `relies_on` (numbers of
    `evidence`, or papers of `papers`: `material_codes`) and all of `remedies_due` in `remedies`."""

    name: ClassVar[str] = "reasoned_refusal"
    title: ClassVar[Text] = Text(zh="说理不予", en="A refusal says why")
    example: ClassVar[dict[str, Any]] = {
        "conditions": [{"code": "site", "name": "选址符合规划"}, {"code": "safe", "name": "有安全条件"}], "refusals": ["refuse", "drop"],
        "decisions": ["decide"], "evidence": ["prove"], "papers": ["receive", "supplement"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_PROOF, f"refuse dan 2 {_WHY}"), (_PROOF, f"decide dan 2 decision_outcome=refused {_WHY}"),
        (_PAPERS, "decide dan 2 decision_outcome=granted"),
        (_PAPERS, f"drop dan 2 {_WHY.replace('[E1]', '[deed,form]')}"), ("decide dan 2 decision_outcome=granted",),
        (_PROOF, "supplement bob 1 material_codes=[plan]", "decide dan 2 decision_outcome=refused failed_conditions=[safe,site] "
         "refusal_reasons={safe:没有安全设施,site:选址位于禁建区} relies_on=[E1,plan] remedies=[litigation,reconsideration]"),
        (_PROOF, f"drop eve 2 {_WHY}", f"refuse dan 3 {_WHY}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("refuse dan 2",), ("decide dan 2 decision_outcome=refused",), (_PROOF, f"refuse dan 2 {_WHY.replace('=[site]', '=[]')}"),
        (_PROOF, f"decide dan 2 decision_outcome=refused {_WHY.replace('=[site]', '=[site,rich]')}"),
        (_PROOF, f"drop dan 2 {_WHY.replace('=[site]', '=[site,safe]')}"),
        (_PROOF, f"refuse dan 2 {_WHY.replace('选址位于禁建区', '不行')}"), (f"refuse dan 2 {_WHY}",),
        (_PROOF, f"refuse dan 2 {_WHY.replace('E1', 'E9')}"),
        (_PAPERS, f"drop dan 2 {_WHY.replace('E1', 'deed,plan')}"), (_PROOF,
        f"decide dan 2 decision_outcome=refused {_WHY.replace('E1', '')}"),
        (_PROOF, f"refuse dan 2 {_WHY.replace('reconsideration,', '')}"), (_PROOF, f"refuse dan 2 {_WHY.partition(' remedies')[0]}"),
        (_PROOF, f"drop dan 2 {_WHY.replace('=[site]', '=[safe]')}"), (_PROOF,
        f"decide dan 2 decision_outcome=refused {_WHY.replace('=[site]', '=[rich]')}"),
    )

    conditions: tuple[Condition, ...]
    refusals: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    remedies_due: tuple[str, ...] = ("reconsideration", "litigation")
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule of the agency."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        codes = [one.code for one in self.conditions]
        if not codes or len({*codes}) < len(codes) or not self.remedies_due:
            return Text(zh="须列公布条件（不重复）和救济途径", en="list the published conditions, each once, and the remedies")
        return unfit(version, self.refusals + self.decisions, self.evidence + self.papers)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a refusal that names no published condition, no reason, no evidence or not all remedies."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text(zh="请逐项写明不符合的公布条件、理由和所依据的在案证据，并告知复议和诉讼的权利；说不出的，应当准予。",
                        en="Name each published condition that fails, why, on which evidence of the case, and the remedies; else grant."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        negative = p.act in self.refusals or (p.act in self.decisions and p.data.get("decision_outcome") == REFUSED)
        if not negative:
            return
        failed, why = p.data.get("failed_conditions") or (), p.data.get("refusal_reasons") or {}
        names = {one.code: one.name for one in self.conditions}
        yield not failed, "没有写明哪一项公布条件不符合", "it does not say which published condition fails"
        odd = [code for code in failed if code not in names]
        yield odd, f"所列不是公布的条件：{s.told(odd).zh}", f"not a published condition: {s.told(odd).en}"
        bare = [code for code in failed if len(str(why.get(code) or "")) < WORDS]
        yield bare, f"没有写明理由：{'、'.join(names.get(code, code) for code in bare)}", f"no reason for: {s.told(bare).en}"
        relied = p.data.get("relies_on") or ()
        held = {e.data.get("evidence_no") for e in acts if e.act in self.evidence}
        held |= {code for e in acts if e.act in self.papers for code in e.data.get("material_codes") or ()}
        strange = [code for code in relied if code not in held]
        yield not relied, "没有写明依据的证据", "it names no evidence"
        yield strange, f"所依据的证据不在本案中：{wording.papers(s.case.version, strange).zh}", \
            f"evidence that is not in the case: {wording.papers(s.case.version, strange).en}"
        left = set(self.remedies_due) - set(p.data.get("remedies") or ())
        yield left, "没有完整告知救济途径（复议、诉讼）", "not all remedies are named (reconsideration, litigation)"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find refusals that lack a published condition, its reason, evidence of the case, or a remedy."""
        failed, relied, codes = T("failed_conditions"), T("relies_on"), tuple(one.code for one in self.conditions)
        bare = say.either(*(say.both(say.is_in(code, failed), say.over(WORDS,
        say.length(say.value_of(T("refusal_reasons"), code)))) for code in codes))
        held = say.either(say.some(self.evidence, say.equal(R("evidence_no"), T("_key"))),
                          say.some(self.papers, say.is_in(T("_key"), R("material_codes"))))
        poor = say.either(say.missing(failed), say.over(say.without(failed, codes), 0), bare, say.missing(relied),
                          say.over(say.without(self.remedies_due, T("remedies")), 0))
        negative = say.equal(T("decision_outcome"), REFUSED)
        return AnyOf((
            say.gate(self.refusals, poor), say.gate(self.decisions, say.both(negative, poor)),
            say.gate(self.refusals, say.negated(held), each="relies_on"),
            say.gate(self.decisions, say.both(negative, say.negated(held)), each="relies_on")))
