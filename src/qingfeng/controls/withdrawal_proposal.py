"""withdrawal_proposal 销案提请: a withdrawal is proposed on a listed ground with reasons; after a refusal, only on new facts.

Why: a ground out of nowhere covers a favour; asking again until somebody gives in is the same by patience.
Finds: a proposal without ground, on one that is not listed, or without reasons; one repeated without new facts since the refusal; one on a
ground that a paper shows (the party died or ended) without registered evidence or the paper; an approval that names another paper.
Not: who approves (`withdrawal_approval`); whether the ground and the facts are true (file review).
Source: the agency's own map (超越职权，擅自销案); the grounds are a setting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.facts.stated import unregistered
from qingfeng.terms.text import Text

TEXT = 4  # characters of reasons and of new facts
ENDED = "propose ann 1 ground=party_ended reasons=企业已经注销"


# fmt: off
@dataclass(frozen=True, slots=True)
class WithdrawalProposal:
    """`proposes` gives a `ground` of `grounds`, `reasons`, and after one of `refuses` new `facts` out of an act of `news` since.

    proved: grounds for which it names relies_on out of `evidence`, or a document_hash, which one of `approves` repeats."""

    name: ClassVar[str] = "withdrawal_proposal"
    title: ClassVar[Text] = Text(zh="销案提请", en="Proposal to withdraw")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "proposes": ["propose"], "refuses": ["refuse"], "grounds": ["no_violation", "time_barred", "party_ended"],
        "news": ["investigate", "receive"], "proved": ["party_ended"], "evidence": ["keep"], "approves": ["agree"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 ground=no_violation reasons=查无实据 facts=旧的证言", "refuse dan 1", "investigate ann 2",
         "propose bob 3 ground=no_violation reasons=查无实据 facts=新的证言"),
        ("propose ann 0 ground=time_barred reasons=超过时效", "refuse dan 1", "receive ann 2",
         "propose ann 3 ground=time_barred reasons=超过时效 facts=鉴定表明"),
        ("receive ann 0", "investigate bob 0", "propose bob 1 ground=no_violation reasons=查无实据",
         "propose carl 2 ground=time_barred reasons=超过时效"),
        ("propose ann 0 ground=no_violation reasons=查无实据", "withdraw dan 1"), ("propose bob 0 ground=time_barred reasons=超过时效 facts=新的证言",),
        ("keep ann 0 evidence_no=E1", f"{ENDED} relies_on=[E1]", "agree dan 2 ground=party_ended"),
        (f"{ENDED} document_hash=h1", "note ann 2"),
        (f"{ENDED} document_hash=h1", "agree dan 2 ground=party_ended document_hash=h1"), ("agree dan 0 ground=no_violation",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 ground=no_violation reasons=查无实据 facts=新的证言", "refuse dan 1", "investigate ann 1",
         "propose ann 2 ground=time_barred reasons=超过时效 facts=新的证言"),
        ("receive ann 0", "propose ann 0 ground=no_violation reasons=查无实据", "refuse dan 1",
         "propose ann 2 ground=no_violation reasons=查无实据 facts=新的证言"),
        ("propose ann 0 ground=no_violation reasons=查无实据", "refuse dan 1", "receive ann 1",
         "propose ann 2 ground=no_violation reasons=查无实据"),
        ("refuse dan 0", "investigate ann 1", "propose ann 2 ground=no_violation reasons=查无实据 facts=有新证"), ("propose ann 0 reasons=查无实据",),
        (ENDED,), (f"{ENDED} relies_on=[E1]",), ("keep ann 0 evidence_no=E1", f"{ENDED} relies_on=[E1,E2]"),
        (f"{ENDED} document_hash=h1", "agree dan 2 ground=party_ended"), ("agree dan 0 ground=party_ended document_hash=h1",),
        (f"{ENDED} document_hash=h1", f"{ENDED} document_hash=h2", "agree dan 2 ground=party_ended document_hash=h1"),
        ("propose ann 0 ground=no_violation reasons=算了吧",), ("propose ann 0 ground=favour reasons=查无实据",),
    )

    proposes: tuple[str, ...]
    grounds: tuple[str, ...]
    refuses: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    proved: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    approves: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.proposes, *self.refuses, *self.news, *self.evidence, *self.approves}
        wrong = sorted(named - {row.act for row in version.procedure.rows})
        if wrong or not (self.proposes and self.grounds) or (self.refuses and not self.news):
            return Text(f"proposes、grounds不得为空，有refuses须有news，动作须在流程中：{'、'.join(wrong)}",
                        f"proposes and grounds must be set, news with refuses, all acts in the procedure: {', '.join(wrong)}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a proposal without ground or reasons, or again without news."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.approves and command.data.get("ground") in self.proved:
            return self._another(acts, command.data.get("document_hash"))
        if command.act not in self.proposes:
            return None
        reasons, facts = (str(command.data.get(f) or "").strip() for f in ("reasons", "facts"))
        if command.data.get("ground") not in self.grounds:
            return self._refusal("未写明销案事由，或该事由不在允许之列", "no ground, or none of the grounds allowed")
        if len(reasons) < TEXT:
            return self._refusal(f"提请销案须写明理由（至少{TEXT}个字）", f"a proposal gives reasons (at least {TEXT} characters)")
        if command.data["ground"] in self.proved and not command.data.get("document_hash"):
            known, named = {e.data.get("evidence_no") for e in acts if e.act in self.evidence}, {*(command.data.get("relies_on") or ())}
            if not named or named - known:
                return self._refusal("以该事由销案，须列明已登记的证据，或者附证明文书", "this ground takes registered evidence, or the paper that proves it")
        refused = max((n for n, e in enumerate(acts, 1) if e.act in self.refuses), default=None)
        if refused is None:
            return None
        if not any(e.act in self.news for e in acts[refused:]):
            which = wording.acts(situation.case.version, self.news, either=True)
            return self._refusal(f"前次提请未获同意，其后没有新的{which.zh}，不得再次提请", f"refused before, and since then no {which.en}")
        if len(facts) < TEXT or any(e.data.get("facts") == facts for e in acts if e.act in self.proposes):
            return self._refusal(f"前次提请未获同意，再次提请须写明新的事实（至少{TEXT}个字）", f"refused before: say the new facts (at least {TEXT} characters)")
        return None

    def _another(self, acts: Sequence[Event], paper: object) -> Refusal | None:
        asked = next((e.data for e in reversed(acts) if e.act in self.proposes), None)
        if asked is not None and (asked.get("document_hash") or None) == (paper or None):
            return None
        return self._refusal("批准时核对的证明文书不是提请所附的一份", "the paper named in the approval is not the one of the proposal")

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find proposals without ground or reasons, or again without news."""
        stale = say.either(say.none(self.news, since=self.refuses), say.over(TEXT, say.length(T("facts"))),
                           say.some(self.proposes, say.matches("facts")))
        bare = say.either(say.negated(say.is_in(T("ground"), self.grounds)), say.over(TEXT, say.length(T("reasons"))))
        unknown = say.over(unregistered("relies_on", self.evidence), 0)
        unproved = say.both(say.is_in(T("ground"), self.proved), say.missing(T("document_hash")),
                            say.either(say.missing(T("relies_on")), unknown))
        newest = say.equal(R("_seq"), say.gather("max", self.proposes, R("_seq")))
        told, paper = say.gather("last", self.proposes, R("document_hash"), newest), T("document_hash")
        fits = say.both(say.some(self.proposes), say.either(say.both(say.missing(told), say.missing(paper)), say.equal(told, paper)))
        return AnyOf((say.gate(self.proposes, say.either(bare, unproved, say.both(say.some(self.refuses), stale))),
                      say.gate(self.approves, say.negated(fits), applies=say.is_in(T("ground"), self.proved))))

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en),
            remedy=Text("请按规定的事由写明理由提请；没有新的事实的，请继续办理。", "Propose it on an allowed ground with reasons, or go on with the case."))
