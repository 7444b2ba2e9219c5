"""proof_of_service 送达证明: every service says how it was done and carries what proves that way; what is served is what was issued.

Why: 不按规定送达: a paper called served that the party never saw takes its remedies away, and one text is issued, another handed over.
Finds: a service without its way, day or proof, with the proof of another, or of another text; (watch) a decision that nobody
served: the service of another paper, told apart by text and kind, is none.
Not: service that came late (time_limit); consent and earlier attempts (special_service); a forged signature (call-backs meet that).
Source: 行政处罚法 61 where the power names it (`statute`); the ways and proofs, 民事诉讼法 87-95, stand in the setting `proofs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a way of service: all of `needs`, or all of `instead` if there are any."""

    method: str
    needs: tuple[str, ...]
    instead: tuple[str, ...] = ()


PROOFS = (
    Proof("direct", ("receipt_hash",)), Proof("left", ("photo_hash",), ("witness", "receipt_hash")), Proof("post", ("tracking_no",)),
    Proof("electronic", ("delivered_on",)), Proof("substituted", ("service_authority",)), Proof("announcement", ("reasons", "photo_hash")))
VIA, PERSON = "substituted", "person"
ONCE = ("receipt_hash", "tracking_no")  # one signed receipt, one letter, proves one service of a case
_ISSUE, _SERVE = "decide dan 0 document_hash=d1", "serve ann 5 served_on=2026-03-06 document_hash=d1 service_method="
_DIRECT, _LEFT, _SIGNED, _POST, _NET, _VIA, _NEWS = (f"{_SERVE}{how}" for how in (
    "direct receipt_hash=r1", "left photo_hash=h1", "left witness=王某 receipt_hash=r2", "post tracking_no=EX1",
    "electronic delivered_on=2026-03-06", "substituted service_authority=某监狱", "announcement reasons=下落不明 photo_hash=h1"))


@dataclass(frozen=True, slots=True)
class ProofOfService:
    """`services` carry their `proofs` and the text of `issues` (of one `document_kind`, if said); `decisions` are served or undone."""

    name: ClassVar[str] = "proof_of_service"
    title: ClassVar[Text] = Text(zh="送达证明", en="Proof of service")
    example: ClassVar[dict[str, Any]] = {
        "services": ["serve"], "issues": ["decide"], "decisions": ["decide"], "instead": ["revoke"], "within": 7}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ISSUE, how) for how in (_DIRECT, _LEFT, _SIGNED, _POST, _NET, _VIA, _NEWS)), (_LEFT, _VIA), (_POST, f"c2:{_DIRECT}", _LEFT),
        (_ISSUE, _LEFT, "decide dan 6 document_hash=d2", _POST.replace("=d1", "=d2")),
        (f"{_ISSUE} document_kind=k1", "decide dan 6 document_hash=d2 document_kind=k2", f"{_LEFT} document_kind=k1"),
        (f"{_ISSUE} party_kind=person", _VIA), (f"{_ISSUE} party_kind=organisation", _LEFT, "note ann 6 party_kind=person", _VIA),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_ISSUE, _SERVE + how) for how in ("direct", "left witness=王某", "left receipt_hash=r1", "post receipt_hash=r1", "substituted",
         "by_hand", "electronic photo_hash=h1", "announcement photo_hash=h1", "announcement reasons=下落不明")),
        (_ISSUE, _DIRECT.replace("=d1", "=d2")), (_ISSUE, _LEFT.replace("document_hash=d1", "")), (_ISSUE, _DIRECT, _DIRECT),
        (f"c2:{_POST}", _ISSUE, _POST), (_ISSUE, _VIA.replace("served_on=2026-03-06", "")), (_ISSUE, _POST, _LEFT, _POST),
        (_ISSUE, "decide dan 6 document_hash=d2 document_kind=k2", f"{_LEFT} document_kind=k3", _LEFT),
        (f"{_ISSUE} document_kind=k1", "decide dan 6 document_hash=d2 document_kind=k2", f"{_LEFT} document_kind=k2"),
        (f"{_ISSUE} party_kind=organisation", _VIA), (_ISSUE, f"{_VIA} party_kind=organisation"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_ISSUE} document_kind=k1", "decide dan 6 document_hash=d2 document_kind=k2", f"{_LEFT} document_kind=k1",
         _POST.replace("=d1", "=d2"), "today 90"),
        (f"{_ISSUE} document_kind=k1", f"{_LEFT} document_kind=k1".replace("=d1", "=d5"), "today 90"),
        ("decide dan 0", _LEFT, "today 90"), (_ISSUE, _POST.replace("=d1", "=d2 document_kind=k1"), "today 90"),
        (_ISSUE, _LEFT, "today 90"), (_ISSUE, "today 9"), (_ISSUE, "revoke dan 3", "today 30"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((_ISSUE, "today 10"), (_LEFT, "decide dan 6", "today 30"),
        (f"{_ISSUE} document_kind=k1", "decide dan 6 document_hash=d2 document_kind=k2",
         f"{_LEFT} document_kind=k2".replace("=d1", "=d2"), "today 90"),
        (_ISSUE, "decide dan 6 document_hash=d2", _LEFT.replace("=d1", "=d2"), "today 90"))

    services: tuple[str, ...]
    decisions: tuple[str, ...]
    issues: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = PROOFS
    within: int = 7
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        methods = [proof.method for proof in self.proofs]
        if not 1 <= self.within <= 60 or len({*methods}) < len(methods) or not all(proof.needs for proof in self.proofs):
            return Text(zh="送达方式不得重复且各有证明；期间1至60个工作日", en="each way once, with its proof; 1 to 60 working days")
        return unfit(version, self.services, self.decisions, more=self.instead) or (unfit(version, self.issues) if self.issues else None)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a service that nothing proves, and one of another text."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请写明送达方式和日期，按该方式附上回证、照片、邮件编号、到达日期等证明；送达的须是已作出的文书。",
            en="Say the way and the day, attach what proves that way (receipt, photo, number, day of arrival), and serve the text issued."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        said, acts = s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if s.proposed.act not in self.services:
            return
        how, kind = str(said.get("service_method") or ""), said.get("document_kind")
        proof = next((one for one in self.proofs if one.method == how), None)
        way = codes.shown(s.case.version, "service_method", how)
        yield proof is None, f"没有写明送达方式，或没有这种方式：{way.zh}", f"no way of service said, or none that there is: {way.en}"
        party = said.get("party_kind") or next((e.data["party_kind"] for e in reversed(acts) if e.data.get("party_kind")), None)
        yield how == VIA and party not in (None, PERSON), "转交送达只用于被监禁、在军中的个人", "only a person in prison or the army is served so"
        yield not said.get("served_on") or not said.get("document_hash"), "没有写明送达日期或所送文书", "the day of service or the text is not said"
        replaced = proof is not None and proof.instead and all(said.get(f) for f in proof.instead)
        lacking = [f for f in proof.needs if not said.get(f)] if proof and not replaced else []
        zh, en = ([next((f.name.say(lang) for f in s.rule.word.fields if f.id == one), one) for one in lacking] for lang in ("zh", "en"))
        yield lacking, f"缺少送达证明：{'、'.join(zh)}", f"what proves this way is missing: {', '.join(en)}"
        issued = next((e.data["document_hash"] for e in reversed(acts) if e.act in self.issues and e.data.get("document_hash")
                       and (not kind or e.data.get("document_kind") in (None, kind))), None)
        yield issued is not None and said.get("document_hash") != issued, "所送文书与作出的文书不一致", "this is not the text that was issued"
        used = any(e.data.get(f) == said[f] for e in acts for f in ONCE if f in said and e.act in self.services)
        used |= any(u.act in self.services for u in s.elsewhere.uses("tracking_no", str(said.get("tracking_no") or "")))
        yield used, "送达回证或邮件编号已用于另一次送达", "this receipt or letter already proves another service"

    def detect(self, _: PowerVersion) -> GateRule:
        """Find services without their proof, with the proof of another, or of another text."""
        how, text, kind = T("service_method"), T("document_hash"), T("document_kind")
        ways = [say.both(say.equal(how, proof.method), *(
            say.either(*(say.missing(T(f)) for f in part)) for part in (proof.needs, proof.instead) if part)) for proof in self.proofs]
        alike = say.either(say.missing(kind), say.missing(R("document_kind")), say.matches("document_kind"))
        other = say.differs(text, say.last(self.issues, "document_hash", where=alike))
        again = say.either(*(say.some(self.services, say.matches(f)) for f in ONCE), say.some(self.services, same="tracking_no"))
        vague = say.either(say.missing(T("served_on")), say.missing(text), say.negated(say.is_in(how, [one.method for one in self.proofs])))
        party = say.or_else(T("party_kind"), say.gather("last", None, R("party_kind"), say.said(R("party_kind"))))
        through = say.both(say.equal(how, VIA), say.said(party), say.negated(say.equal(party, PERSON)))
        return say.gate(self.services, say.either(vague, *ways, other, again, through))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find decisions that nobody has served, under their text or kind if they say one, `within` working days later."""
        kind, text = T("document_kind"), T("document_hash")
        bare = say.both(say.missing(kind), say.either(say.missing(text), say.said(R("document_kind"))))  # a receipt carries the decision
        itself = say.either(say.matches("document_hash"), say.matches("document_kind"), bare)
        served = say.some(self.services, itself, span=Span.AFTER)
        late = say.over(say.working_days(T("_day"), Today()), self.within)
        return say.gate(self.decisions, say.both(late, say.negated(served), say.none(self.instead, span=Span.AFTER)))
