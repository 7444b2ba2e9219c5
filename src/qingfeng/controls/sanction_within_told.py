"""sanction_within_told 处分不得加重: the sanction is what was resolved, not heavier than what the person was told; reviews make none heavier.

Why: who speaks up gets a demerit instead of a warning; who appeals gets more, and nobody else appeals.
Finds: a notice without its kind, or a heavier one with no evidence since the last; a decision of another kind than the one resolved on
since the notice, or heavier than the notice; a review or change that is heavier than the decision it looks at.
Not: whether the kind fits the misconduct (sanction_range).
Source: 公务员法 63 (nothing heavier because of the defence), 96 (appeal makes nothing heavier), 处分条例 39 (resolved together): `statute`.
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
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class Change:
    """An act that turns the sanction into this kind."""

    act: str
    kind: str


# fmt: off
_TELL, _OUT = "tell ann 0 sanction_kind=demerit", "decide dan 4 sanction_kind=demerit"
_MET = "resolve bob 3 result=adopted sanction_kind=demerit"
_LIGHT = tuple(line.replace("=demerit", "=warning") for line in (_MET, _OUT))
_PROOF = "exhibit carl 1 evidence_no=E1"
_HARD = "tell ann 2 sanction_kind=removal"
_SAME, _LESS = "review eve 8 appeal_outcome=upheld", "review eve 8 appeal_outcome=changed sanction_kind=warning"


@dataclass(frozen=True, slots=True)
class SanctionWithinTold:
    """`tells`, `resolves`, `decides` and `reviews` say `sanction_kind`; `changes` make it one; `severity`: kinds from light to heavy."""

    name: ClassVar[str] = "sanction_within_told"
    title: ClassVar[Text] = Text(zh="处分不得加重", en="No sanction beyond what was told")
    basis: ClassVar[Basis] = Basis.RULE  # of the control; a refusal that rests on an article says so
    example: ClassVar[dict[str, Any]] = {"tells": ["tell"], "resolves": ["resolve"], "decides": ["decide"], "reviews": ["review"],
        "evidence": ["exhibit"], "changes": [{"act": "ease", "kind": "warning"}, {"act": "press", "kind": "removal"}],
        "severity": ["none", "warning", "demerit", "removal"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TELL, _MET, _OUT), (_TELL, *_LIGHT), (_TELL, _PROOF, _HARD, _MET, _OUT), (_TELL, _MET, _OUT, _SAME), (_TELL, _MET, _OUT, _LESS),
        (_TELL, _PROOF, _HARD), (_TELL, _MET, _OUT, "ease fay 9"), (_TELL, *_LIGHT, _LIGHT[1]),
        (_TELL, _TELL.replace("demerit", "warning"), *_LIGHT), (_TELL, _PROOF),
        (_PROOF, _HARD, _MET.replace("demerit", "removal"), _OUT.replace("demerit", "removal"), "press fay 9"),
        (_TELL, _MET, _OUT, _LESS, _SAME, "ease fay 9"), (_TELL, _MET.replace("adopted", "rejected"), *_LIGHT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0",), (_TELL, _HARD), (_PROOF, _TELL, _HARD), (_TELL, "exhibit carl 1", _HARD), (_TELL, _OUT), (_TELL, _LIGHT[0], _OUT),
        (_MET, _OUT), (_TELL, _MET.replace("demerit", "removal"), _OUT.replace("demerit", "removal")),
        (_TELL, _MET.replace("adopted", "rejected"), _OUT), (_MET, _TELL, _OUT), (_TELL, _MET, _LIGHT[1]),
        (_TELL, *_LIGHT, _LESS.replace("=warning", "=demerit")), (_TELL, *_LIGHT, "press fay 9"), (_TELL, _MET, _OUT, "press fay 9"),
        (_TELL, _MET, _OUT, "review eve 8 appeal_outcome=changed"), (_TELL, _MET, _OUT, _LESS, _LESS.replace("=warning", "=demerit")),
        (_TELL, _MET, "decide dan 4"), (_TELL.replace("=demerit", "=praise"),), (_TELL, _MET, _OUT, _LESS.replace("=warning", "=removal")),
        (_TELL, _MET, _LIGHT[0], _OUT),
        (_TELL, _MET, _OUT, _LESS.replace("=changed sanction_kind=warning", "=upheld sanction_kind=removal")),
    )

    severity: tuple[str, ...]
    tells: tuple[str, ...] = ("tell_and_hear",)
    resolves: tuple[str, ...] = ("deliberate_sanction",)
    decides: tuple[str, ...] = ("decide_sanction",)
    reviews: tuple[str, ...] = ("decide_review",)
    evidence: tuple[str, ...] = ("register_evidence",)
    changes: tuple[Change, ...] = ()
    statute: Citation | None = None  # nothing heavier because of the defence
    review_statute: Citation | None = None  # nothing heavier because of a review or an appeal

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        kinds = {*self.severity}
        if len(kinds) < max(2, len(self.severity)) or any(one.kind not in self.severity for one in self.changes):
            return Text(zh="处分种类须由轻到重各列一次，变更后的种类须在其中", en="kinds once each from light to heavy; changes must be to one of them")
        return unfit(version, self.tells, self.resolves, self.decides, self.reviews, self.evidence, more=[one.act for one in self.changes])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what is heavier than told, resolved or decided."""
        fault = next(((Text(zh=zh, en=en), law) for bad, zh, en, law in self._guards(situation) if bad), None)
        if fault is None:
            return None
        why, law = fault
        return Refusal(by=self.name, ring="control", basis=Basis.STATUTE if law else self.basis, citation=law, reason=why, remedy=Text(
            zh="请按告知范围之内、集体讨论通过的种类作出处分；确有新证据需加重的，登记证据后重新告知；复核、变更不得加重。",
            en="Decide the kind resolved on, within what was told; a heavier one needs new evidence and another notice; no review adds."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str, Citation | None]]:
        p, done, kind = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("sanction_kind")
        rank = {one: n for n, one in enumerate(self.severity, 1)}

        def heavier(a: object, b: object) -> bool:
            return rank.get(str(a), 0) > rank.get(str(b), 99)

        told = [n for n, e in enumerate(done, 1) if e.act in self.tells and e.data.get("sanction_kind")]
        last = done[told[-1] - 1].data["sanction_kind"] if told else None
        since = done[told[-1] :] if told else done
        if p.act in self.tells + self.decides:
            yield kind not in rank, "没有写明处分种类", "the kind of sanction is not said", None
        if p.act in self.tells and told:
            fresh = any(e.act in self.evidence and e.data.get("evidence_no") for e in since)
            yield heavier(kind, last) and not fresh, "没有新证据，不得告知更重的处分", "without new evidence no heavier sanction may be told", self.statute
        if p.act in self.decides:
            agreed = [e.data.get("sanction_kind") for e in since if e.act in self.resolves and e.data.get("result") == "adopted"]
            yield not told, "没有告知拟给予的处分", "the sanction proposed was not told", None
            yield heavier(kind, last), "比告知的处分更重", "it is heavier than what was told", self.statute
            yield not agreed or agreed[-1] != kind, "与告知之后集体讨论通过的处分不一致", "it is not the kind resolved on together since the notice", None
        decided = [e.data["sanction_kind"] for e in done if e.act in self.decides + self.reviews and e.data.get("sanction_kind")]
        stands = decided[-1] if decided else None
        if p.act in self.reviews:
            changed = p.data.get("appeal_outcome") == "changed"
            yield changed and kind not in rank, "没有写明变更后的处分种类", "the kind after the change is not said", None
            yield heavier(kind, stands), "复核不得加重处分", "a review may not make the sanction heavier", self.review_statute
        for change in self.changes:
            more = p.act == change.act and heavier(change.kind, stands)
            yield more, "变更不得加重处分", "a change may not make the sanction heavier", self.review_statute

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each kind, by its weight, with the one told or decided before."""
        weights = {kind: n for n, kind in enumerate(self.severity, 1)}

        def weight(kind: Any) -> Any:
            return say.get(weights, kind)

        kind, told = T("sanction_kind"), say.last(self.tells, "sanction_kind")
        marked = say.gather("max", self.tells, R("_seq"), say.said(R("sanction_kind")))
        later = say.over(R("_seq"), say.or_else(marked, 0))
        fresh = say.some(self.evidence, say.both(later, say.said(R("evidence_no"))))
        adopted = say.both(later, say.equal(R("result"), "adopted"))
        newest = say.equal(R("_seq"), say.gather("max", self.resolves, R("_seq"), adopted))
        agreed = say.gather("last", self.resolves, R("sanction_kind"), newest)
        unknown, stands = say.missing(weight(kind)), weight(say.last(self.decides + self.reviews, "sanction_kind"))
        more, above = say.over(weight(kind), weight(told)), say.over(weight(kind), stands)
        nameless = say.both(say.equal(T("appeal_outcome"), "changed"), unknown)
        return AnyOf((
            say.gate(self.tells, say.either(unknown, say.both(more, say.negated(fresh)))),
            say.gate(self.decides, say.either(unknown, say.missing(told), more, say.negated(say.equal(kind, agreed)))),
            say.gate(self.reviews, say.either(nameless, above)),
            *(say.gate([one.act], say.over(weights[one.kind], stands)) for one in self.changes)))
