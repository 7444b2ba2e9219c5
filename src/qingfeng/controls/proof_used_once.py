"""proof_used_once 证明材料不得重复使用: a file that proves one event proves no other, in this case or in any other of the agency.

Why: 弄虚作假: one signed receipt shows two services, one photograph two visits, the receipt for the papers the service of the decision;
each act has its proof, and only side by side it is seen to be the same file.
Finds: an act with a proof (receipt, photograph, recording) that an earlier act has already said, under whatever of these fields, here or
elsewhere; that is an earlier paper of the case, or the paper itself that it is to prove; or that stands for two proofs of one act; where a
thing must be shown afresh (`fresh`), old evidence.
Not: one receipt for several papers of a case that were served together, on one day; a forged file that is new; evidence that is
registered, filed and given back under its own number (`evidence_custody`).
Source: a rule of the agency (真实、一事一证); 行政处罚法 46 wants evidence verified; fields and acts are settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

SINGLE, MANY, PAPER, EVIDENCE = ("receipt_hash", "photo_hash", "recording_hash"), "photo_hashes", "document_hash", "evidence_hash"
RECEIPT, SERVED = "receipt_hash", "served_on"
# fmt: off
_SERVE, _VISIT, _MEND = "serve ann 1 receipt_hash=r1 document_hash=d1", "visit bob 2 photo_hashes=[p1,p2]", "mend carl 3 evidence_hash=e1"
_BOTH, _ASK = f"{_SERVE} served_on=2026-03-02", "ask ann 5 document_hash=d9"


@dataclass(frozen=True, slots=True)
class ProofUsedOnce:
    """`acts` carry proofs (`receipt_hash`, `photo_hash`, `photo_hashes`, `recording_hash`); `fresh` ones new evidence (`evidence_hash`);
    the `document_hash` of `papers` is itself what proves a change, so it is no file that proved something else."""

    name: ClassVar[str] = "proof_used_once"
    title: ClassVar[Text] = Text(zh="证明材料不得重复使用", en="One proof, one event")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"acts": ["serve", "visit", "store"], "fresh": ["mend"], "papers": ["ask"]}
    example_version: ClassVar[dict[str, Any]] = {"acts": ["file"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SERVE, _VISIT), ("draft ann 0 document_hash=d1", _SERVE, "store ann 4 photo_hash=p3 recording_hash=v1"), (_SERVE, "serve ann 9"),
        (_VISIT, "c2:visit bob 2 photo_hashes=[p3]", "c2:serve ann 3 receipt_hash=r2"), (_MEND, "file dan 4 evidence_hash=e1"),
        ("c2:draft ann 0 document_hash=r1", _SERVE), (_SERVE, "c2:serve ann 2 receipt_hash=r2 document_hash=d1", _MEND), (_VISIT, _MEND),
        (_SERVE, "file dan 4 receipt_hash=r1"), (_VISIT, "visit bob 4 photo_hashes=[p3,p4]"), ("visit bob 1", _MEND.replace("e1", "e2")),
        (_SERVE, _SERVE.replace("d1", "d2")), (_BOTH, _BOTH.replace("d1", "d2")),
        ("file dan 1 evidence_hash=e1", "file dan 4 evidence_hash=e1", _VISIT), (_ASK, _ASK), ("c2:draft ann 0 document_hash=d9", _ASK),
        (_VISIT, _MEND, _ASK), ("ask ann 5",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SERVE, _SERVE), (_SERVE, _SERVE.replace("d1", "d2").replace(" 1 ", " 2 ")),
        (_BOTH, _BOTH.replace("d1", "d2").replace("-02", "-03")), (_SERVE, _SERVE.replace(" document_hash=d1", "")),
        (_BOTH, _SERVE.replace("d1", "d2")), (_SERVE.replace("serve", "note"), _SERVE.replace("d1", "d2")),
        (_SERVE + " photo_hash=r1", _SERVE.replace("d1", "d2")), (_VISIT, "visit bob 4 photo_hashes=[p3,p2]"),
        (_VISIT, "store bob 4 photo_hash=p1"), ("store bob 1 photo_hash=p1", _VISIT),
        ("store bob 1 photo_hash=p1 recording_hash=v1", "store bob 4 photo_hash=p3 recording_hash=v1"),
        (_SERVE, "c2:serve ann 2 receipt_hash=r1"), (_VISIT, "c2:visit ann 2 photo_hashes=[p2]"), ("c2:store bob 1 photo_hash=p2", _VISIT),
        (_VISIT, "c2:store ann 2 recording_hash=p1"), ("draft ann 0 document_hash=r1", _SERVE),
        ("serve ann 1 receipt_hash=d1 document_hash=d1",), ("store ann 1 photo_hash=p3 recording_hash=p3",),
        ("visit ann 1 photo_hashes=[p1] document_hash=p1",), ("file dan 1 evidence_hash=e1", _MEND),
        ("c2:file dan 1 evidence_hash=e1", _MEND), (_MEND, "c2:mend carl 5 evidence_hash=e1"), ("draft ann 0 document_hash=p2", _VISIT),
        (_VISIT, "mend carl 5 evidence_hash=p2"), ("store ann 1 photo_hash=e1", _MEND), ("serve ann 1 receipt_hash=p1 photo_hashes=[p1]",),
        ("file dan 1 evidence_hash=d9", _ASK), ("c2:file dan 1 evidence_hash=d9", _ASK), (_SERVE.replace("r1", "d9"), _ASK),
        (_VISIT.replace("p1", "d9"), _ASK), ("c2:store bob 1 photo_hash=d9", _ASK), ("c2:visit bob 1 photo_hashes=[d9]", _ASK),
        ("file dan 1 evidence_hash=r1", _SERVE), ("c2:file dan 1 evidence_hash=p1", _VISIT),
    )

    acts: tuple[str, ...]
    fresh: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.acts, more=self.papers) or (unfit(version, self.fresh) if self.fresh else None)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a proof that was used before."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请提交本次形成的回证、照片或者录音录像；原材料确须引用的，在内容中写明出处，不得充作本次的证明。",
            en="Give the receipt, photograph or recording made this time; an older one may be cited, it proves nothing new."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        act, data, done = s.proposed.act, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        shown = [str(data[field]) for field in SINGLE if data.get(field)] + [*dict.fromkeys(data.get(MANY, ()))]
        proofs = shown if act in self.acts else []
        new = [str(data[EVIDENCE])] if act in self.fresh and data.get(EVIDENCE) else []
        twice = len({*proofs}) < len(proofs) or data.get(PAPER) in proofs + new
        yield twice, "同一个文件充作本次办理的两样材料", "one file stands for two things in this act"
        paper = str(data[PAPER]) if act in self.papers and data.get(PAPER) else None
        old = paper and (any(paper in _all({**e.data, PAPER: None}) for e in done)
                         or any(s.elsewhere.uses(field, paper) for field in (*SINGLE, MANY, EVIDENCE)))
        yield old, "所附材料是已经用过的证据、照片或者回证，不能证明这次的变更", "the paper is a file that proved something else"
        for proof in proofs + new:
            here = next((e for e in done if proof in _all(e.data) and not self._together(s, e, proof)), None)
            yield here is not None, f"这份材料已用于本案第{here.seq if here else 0}条记录", f"act {here.seq if here else 0} of this case has it"
            there = next((u.case for field in (*SINGLE, MANY, EVIDENCE) for u in s.elsewhere.uses(field, proof)), None)
            yield there, f"这份材料已在{there}中用过", f"{there} has this file already"

    def _together(self, s: Situation, e: Event, proof: str) -> bool:
        p, one, two = s.proposed, e.data, s.proposed.data
        same = e.act in self.acts and (local_day(e.at), one.get(SERVED)) == (p.day, two.get(SERVED))
        others = {one.get(PAPER), two.get(PAPER)} - {None, proof}
        only = proof not in {one.get("photo_hash"), one.get("recording_hash"), one.get(EVIDENCE), *one.get(MANY, ())}
        return same and len(others) == 2 and only and one.get(RECEIPT) == two.get(RECEIPT) == proof

    def detect(self, _: PowerVersion) -> AnyOf:
        """Hold each proof against every file said before, and against what else the act says."""
        every = (*SINGLE, MANY, EVIDENCE)
        rules = []
        for field in (*SINGLE, MANY, EVIDENCE):
            on = self.fresh if field == EVIDENCE else self.acts
            proof = T("_key") if field == MANY else T(field)
            other = say.both(say.said(R(PAPER)), say.negated(say.equal(R(PAPER), proof)))
            papers = say.both(say.said(T(PAPER)), other, say.negated(say.matches(PAPER)))
            served = say.either(say.both(say.missing(T(SERVED)), say.missing(R(SERVED))), say.matches(SERVED))
            unlike = (say.negated(say.equal(R(one), proof)) for one in ("photo_hash", "recording_hash", EVIDENCE))
            receipt = say.both(say.equal(R(RECEIPT), proof), say.negated(say.is_in(proof, say.or_else(R(MANY), ()))), *unlike)
            together = say.both(say.is_in(R("_act"), self.acts), say.equal(R("_on"), T("_on")), papers, served, receipt)
            apart = say.negated(together) if field == RECEIPT else 1
            here = [say.some(None, say.both(say.equal(R(one), proof), apart)) for one in (*SINGLE, PAPER, EVIDENCE)]
            there = [say.some(None, same=one, equals=proof) for one in every]
            beside = say.either(say.some(None, say.equal(R("_key"), proof), each=MANY), *(
                say.equal(T(one), proof) for one in (*SINGLE, PAPER) if one != field and (field != EVIDENCE or one == PAPER)))
            if on:
                used = say.both(say.said(proof), say.either(*here, *there, beside))
                rules.append(say.gate(on, used, each=MANY if field == MANY else None))
        if self.papers:
            paper, files = T(PAPER), (*SINGLE, EVIDENCE)
            listed = say.some(None, say.equal(R("_key"), paper), each=MANY)
            old = [say.some(None, say.equal(R(one), paper)) for one in files] + [say.some(None, same=one, equals=paper) for one in every]
            rules.append(say.gate(self.papers, say.both(say.said(paper), say.either(listed, *old))))
        return AnyOf(tuple(rules))


def _all(data: Mapping[str, Any]) -> set[str]:
    return {str(data[field]) for field in (*SINGLE, PAPER, EVIDENCE) if data.get(field)} | {*data.get(MANY, ())}
