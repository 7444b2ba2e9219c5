"""document_control 文书核签: the text approved is the text sealed, issued and served; nobody approves or seals his own.

Why: 擅自更改审批结论，印制文书不规范: between approval and seal a word is changed, and the paper says what nobody decided.
Finds: an approval of another text than the latest draft, or by its author; a seal, issue or service of a text not approved, replaced
since, or not sealed; a seal by who drafted or approved it.
Not: whether the text is right (its approver answers for that); the way of service (proof_of_service).
Source: the agency's own map (严格文书审签、用印管理); that a decision bears the seal, 行政处罚法 59.
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
_D1, _D2 = "document_kind=decision document_hash=d1", "document_kind=decision document_hash=d2"
_DRAFT, _OK, _SEAL, _OUT = f"draft ann 0 {_D1}", f"sign bob 1 {_D1}", f"seal carl 2 {_D1}", f"serve ann 4 {_D1}"
_OTHER = tuple(one.replace("decision", "notice") for one in (_DRAFT, _OK, _SEAL, _OUT))


@dataclass(frozen=True, slots=True)
class DocumentControl:
    """Texts are told apart by `document_kind` and known by `document_hash`: drafted, approved, sealed, released (issued, served)."""

    name: ClassVar[str] = "document_control"
    title: ClassVar[Text] = Text(zh="文书核签用印", en="Control of documents")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"drafts": ["draft"], "approvals": ["sign"], "seals": ["seal"], "releases": ["issue", "serve"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAFT, _OK, _SEAL, _OUT), (_DRAFT, _OK, _SEAL, f"issue fay 3 {_D1}", _OUT), (_DRAFT, _OK), (_DRAFT, _DRAFT, _OK),
        (_DRAFT, f"draft eve 1 {_D2}"), (_DRAFT, f"draft eve 1 {_D2}", f"sign bob 2 {_D2}", f"seal carl 3 {_D2}", f"serve ann 4 {_D2}"),
        (_DRAFT, *_OTHER, _OK, _SEAL, _OUT), _OTHER,
        (_DRAFT, _OK, f"draft ann 1 {_D2}", f"sign bob 2 {_D2}", f"seal dan 3 {_D2}", f"issue eve 3 {_D2}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("draft ann 0 document_hash=d1",), ("draft ann 0 document_kind=decision",), (_OK,), (_DRAFT, f"sign ann 1 {_D1}"),
        (_DRAFT, f"sign bob 1 {_D2}"), (_DRAFT, f"draft eve 1 {_D2}", _OK), (_DRAFT, f"draft eve 1 {_D2}", f"sign ann 2 {_D2}"),
        (_DRAFT, _SEAL), (_DRAFT, _OK, f"seal bob 2 {_D1}"), (_DRAFT, _OK, f"seal ann 2 {_D1}"), (_DRAFT, _OK, f"seal carl 2 {_D2}"),
        (_DRAFT, _OK, _SEAL, f"serve ann 4 {_D2}"), (_DRAFT, _OK, _OUT), (_DRAFT, _OK, f"draft eve 2 {_D2}", _SEAL),
        (_DRAFT, _OK, _SEAL, f"draft eve 3 {_D2}", _OUT), (*_OTHER, _OUT), (_DRAFT, *_OTHER[1:], _OK, _OUT),
        (_DRAFT, _OK, _SEAL, "issue fay 3 document_hash=d1"),
        (_DRAFT, _OK, _SEAL, f"draft eve 2 {_D2}", f"sign bob 3 {_D2}", f"issue fay 3 {_D2}"),
    )

    drafts: tuple[str, ...] = ("draft_document",)
    approvals: tuple[str, ...] = ("approve_document",)
    seals: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.seals and not self.releases:
            return Text(zh="用印和发出的动作不得都为空", en="seals and releases may not both be empty")
        return unfit(version, self.drafts, self.approvals, more=self.seals + self.releases)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an approval, a seal and a release of another text than the one before, or by the same hand."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请将最新文稿报拟稿人以外的人核签，由第三人按核签的原文用印，再发出、送达；要改动的，重新拟稿核签。",
            en="Have the latest draft approved by another, sealed unchanged by a third, then issued and served; any change starts anew."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said, name = s.proposed, s.proposed.data, s.people.name
        if p.act not in self.drafts + self.approvals + self.seals + self.releases:
            return
        kind, text = said.get("document_kind"), said.get("document_hash")
        yield not kind or not text, "没有写明文书种类或校验值", "the kind of document or its hash is not said"
        acts = [e for e in s.case.events if e.kind == ACT and e.data.get("document_kind") == kind and e.data.get("document_hash")]
        draft, approved = (next((e for e in reversed(acts) if e.act in some), None) for some in (self.drafts, self.approvals))
        if p.act in self.approvals:
            yield draft is None or draft.data.get("document_hash") != text, "核签的不是最新文稿", "this is not the latest draft"
            yield p.actor in {e.actor for e in acts if e.act in self.drafts}, f"{name(p.actor)}是拟稿人，不得自行核签", f"{name(p.actor)} drafted it"
        if p.act in self.seals + self.releases:
            yield approved is None, "文书未经核签", "the document has not been approved"
            yield draft and approved and draft.seq > approved.seq, "核签之后文稿又有改动，尚未重新核签", "it was redrafted since its approval"
            yield approved and approved.data.get("document_hash") != text, "与核签的文本不一致", "this is not the text that was approved"
        if p.act in self.seals:
            hands = {e.actor for e in acts if e.act in self.drafts + self.approvals}
            yield p.actor in hands, f"{name(p.actor)}拟稿或核签过，不得用印", f"{name(p.actor)} drafted or approved it and may not seal it"
        if p.act in self.releases and self.seals:
            sealed = any(e.act in self.seals and e.data.get("document_hash") == text for e in acts)
            yield not sealed, "文书未用印", "the document is not sealed"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find approvals, seals and releases of another text, or by the same hand."""
        kind, text = T("document_kind"), T("document_hash")
        alike = say.both(say.matches("document_kind"), say.said(R("document_hash")))
        vague = say.either(say.missing(kind), say.missing(text))
        drafted, signed = (say.gather("max", acts, R("_seq"), alike) for acts in (self.drafts, self.approvals))
        draft, approved = (say.last(acts, "document_hash", where=alike) for acts in (self.drafts, self.approvals))
        own = say.some(self.drafts, say.both(alike, say.same_actor()))
        hand = say.some(self.drafts + self.approvals, say.both(alike, say.same_actor()))
        loose = say.either(vague, say.negated(say.equal(approved, text)), say.over(drafted, signed))
        unsealed = say.none(self.seals, say.both(alike, say.matches("document_hash"))) if self.seals else 0
        return AnyOf((
            say.gate(self.drafts, vague), say.gate(self.releases, say.either(loose, unsealed)),
            say.gate(self.approvals, say.either(vague, own, say.negated(say.equal(draft, text))), needs=["_actor"]),
            say.gate(self.seals, say.either(loose, hand), needs=["_actor"])))
