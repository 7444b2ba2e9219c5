"""sanction_within_told 处分不得加重: the sanction is what was resolved, not heavier than what the person was told; reviews make none heavier.

Why: who speaks up gets a demerit instead of a warning; who appeals gets more, and nobody else appeals.
Finds: a notice without its kind, or a heavier one with no new evidence; a decision of another kind than resolved on since the notice, or
heavier than it; minutes of another kind than was put to the vote; a review or change that adds; a change other than the review settled.
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
_PUT = "put dan 2 sanction_kind=demerit"
_REMOVED = (_PROOF, _HARD, _MET.replace("demerit", "removal"), _OUT.replace("demerit", "removal"))
_SAME, _LESS = "review eve 8 appeal_outcome=upheld", "review eve 8 appeal_outcome=changed sanction_kind=warning"


@dataclass(frozen=True, slots=True)
class SanctionWithinTold:
    """`tells`, `calls`, `resolves`, `decides`, `reviews` say `sanction_kind`; `changes` make it one; `severity`: light to heavy."""

    name: ClassVar[str] = "sanction_within_told"
    title: ClassVar[Text] = Text(zh="处分不得加重", en="No sanction beyond what was told")
    basis: ClassVar[Basis] = Basis.RULE  # of the control; a refusal that rests on an article says so
    example: ClassVar[dict[str, Any]] = {"tells": ["tell"], "resolves": ["resolve"], "decides": ["decide"], "reviews": ["review"],
        "calls": ["put"], "evidence": ["exhibit"], "changes": [{"act": "ease", "kind": "warning"}, {"act": "press", "kind": "removal"}],
        "severity": ["none", "warning", "demerit", "removal"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TELL, _MET, _OUT), (_TELL, *_LIGHT), (_TELL, _PROOF, _HARD, _MET, _OUT), (_TELL, _MET, _OUT, _SAME), (_TELL, _MET, _OUT, _LESS),
        (_TELL, _PROOF, _HARD), (_TELL, _MET, _OUT, "ease fay 9"), (_TELL, *_LIGHT, _LIGHT[1]),
        (_TELL, _TELL.replace("demerit", "warning"), *_LIGHT), (_TELL, _PROOF), (*_REMOVED, "press fay 9"),
        (_TELL, _MET, _OUT, _LESS, _SAME, "ease fay 9"), (_TELL, _MET.replace("adopted", "rejected"), *_LIGHT), (_TELL, _PUT, _MET, _OUT),
        (_TELL, _PUT, _LIGHT[0].replace("adopted", "rejected"), _PUT.replace("demerit", "warning"), *_LIGHT),
        (_TELL, _PUT, "put dan 2", *_LIGHT), (*_REMOVED, _LESS, "ease fay 9"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("tell ann 0",), (_TELL, _HARD), (_PROOF, _TELL, _HARD), (_TELL, "exhibit carl 1", _HARD), (_TELL, _OUT), (_TELL, _LIGHT[0], _OUT),
        (_MET, _OUT), (_TELL, _MET.replace("demerit", "removal"), _OUT.replace("demerit", "removal")),
        (_TELL, _MET.replace("adopted", "rejected"), _OUT), (_MET, _TELL, _OUT), (_TELL, _MET, _LIGHT[1]),
        (_TELL, *_LIGHT, _LESS.replace("=warning", "=demerit")), (_TELL, *_LIGHT, "press fay 9"), (_TELL, _MET, _OUT, "press fay 9"),
        (_TELL, _MET, _OUT, "review eve 8 appeal_outcome=changed"), (_TELL, _MET, _OUT, _LESS, _LESS.replace("=warning", "=demerit")),
        (_TELL, _MET, "decide dan 4"), (_TELL.replace("=demerit", "=praise"),), (_TELL, _MET, _OUT, _LESS.replace("=warning", "=removal")),
        (_TELL, _MET, _LIGHT[0], _OUT),
        (_TELL, _MET, _OUT, _LESS.replace("=changed sanction_kind=warning", "=upheld sanction_kind=removal")), (_TELL, _PUT, _LIGHT[0]),
        (_TELL, _PUT.replace("demerit", "warning"), _PUT, _LIGHT[0]), (_PUT, _MET.replace("=demerit", "=none")),
        (_PUT, "resolve bob 3 result=adopted"), (*_REMOVED, _LESS.replace("=warning", "=demerit"), "ease fay 9"),
        (*_REMOVED, _LESS, _LESS.replace("=warning", "=none"), _SAME, "press fay 9"),
    )

    severity: tuple[str, ...]
    tells: tuple[str, ...] = ("tell_and_hear",)
    resolves: tuple[str, ...] = ("deliberate_sanction",)
    decides: tuple[str, ...] = ("decide_sanction",)
    reviews: tuple[str, ...] = ("decide_review",)
    evidence: tuple[str, ...] = ("register_evidence",)
    calls: tuple[str, ...] = ()  # what is put to the vote is what is recorded
    changes: tuple[Change, ...] = ()
    statute: Citation | None = None  # nothing heavier because of the defence
    review_statute: Citation | None = None  # nothing heavier because of a review or an appeal

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        kinds = {*self.severity}
        if len(kinds) < max(2, len(self.severity)) or any(one.kind not in self.severity for one in self.changes):
            return Text(zh="处分种类须由轻到重各列一次，变更后的种类须在其中", en="kinds once each from light to heavy; changes must be to one of them")
        more = [*self.calls, *(one.act for one in self.changes)]
        return unfit(version, self.tells, self.resolves, self.decides, self.reviews, self.evidence, more=more)

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
        if p.act in self.resolves and p.data.get("result") == "adopted":
            put = next((e.data.get("sanction_kind") for e in reversed(done) if e.act in self.calls), None)
            yield put not in (None, kind), "记录通过的处分不是提请表决的处分", "what is recorded as adopted is not what was put to the vote", None
        made = (e.data.get("sanction_kind") for e in reversed(done) if e.act in self.decides + self.reviews)
        stands = next((one for one in made if one), None)
        if p.act in self.reviews:
            yield p.data.get("appeal_outcome") == "changed" and kind not in rank, "没有写明变更后的处分种类", "the new kind is not said", None
            yield heavier(kind, stands), "复核不得加重处分", "a review may not make the sanction heavier", self.review_statute
        turned = [e.data.get("sanction_kind") for e in done if e.act in self.reviews and e.data.get("appeal_outcome") == "changed"]
        for change in (one for one in self.changes if one.act == p.act):
            yield turned and turned[-1] not in (None, change.kind), "与复核、申诉确定的种类不一致", "the review settled on another kind", None
            yield heavier(change.kind, stands), "变更不得加重处分", "a change may not make the sanction heavier", self.review_statute

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each kind, by its weight, with the one told or decided before."""
        weights = {kind: n for n, kind in enumerate(self.severity, 1)}
        kind, told = T("sanction_kind"), say.last(self.tells, "sanction_kind")
        marked = say.gather("max", self.tells, R("_seq"), say.said(R("sanction_kind")))
        later = say.over(R("_seq"), say.or_else(marked, 0))
        fresh = say.some(self.evidence, say.both(later, say.said(R("evidence_no"))))
        adopted = say.both(later, say.equal(R("result"), "adopted"))
        newest = say.equal(R("_seq"), say.gather("max", self.resolves, R("_seq"), adopted))
        agreed = say.gather("last", self.resolves, R("sanction_kind"), newest)
        unknown, stands = say.missing(say.get(weights, kind)), say.get(weights, say.last(self.decides + self.reviews, "sanction_kind"))
        more, above = say.over(say.get(weights, kind), say.get(weights, told)), say.over(say.get(weights, kind), stands)
        put = say.gather("last", self.calls, R("sanction_kind"), say.equal(R("_seq"), say.gather("max", self.calls, R("_seq"))))
        unput = say.both(say.equal(T("result"), "adopted"), say.said(put), say.negated(say.equal(kind, put)))
        last_change = say.equal(R("_seq"), say.gather("max", self.reviews, R("_seq"), say.equal(R("appeal_outcome"), "changed")))
        settled = say.gather("last", self.reviews, R("sanction_kind"), last_change)
        nameless = say.both(say.equal(T("appeal_outcome"), "changed"), unknown)
        return AnyOf((
            say.gate(self.tells, say.either(unknown, say.both(more, say.negated(fresh)))),
            say.gate(self.decides, say.either(unknown, say.missing(told), more, say.negated(say.equal(kind, agreed)))),
            say.gate(self.resolves, unput), say.gate(self.reviews, say.either(nameless, above)),
            *(say.gate([to.act], say.either(say.over(weights[to.kind], stands), say.differs(settled, to.kind))) for to in self.changes)))
