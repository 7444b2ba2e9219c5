"""material_verification 材料核验: every required paper is held against its source by somebody who says which; no paper serves two applicants.

Why: 故意让虚假资料通过: “材料齐全” says only that there was paper; a certificate that passed once is copied for the next applicant.
Finds: a verification without hash, way or record of it, or by a way too weak for that paper; a paper already verified for another
applicant, or under another number here; an opinion handed in while a required paper is not verified, or was replaced since.
Not: a forged original that its issuer confirms; who answers when it comes out (false_material_traced).
Source: the agency's own map (不严格审查或故意让虚假资料通过; 申请材料受理审查工作程序); papers and ways are settings.
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
from qingfeng.terms.text import Text

WAYS, WORDS = ("original", "issuing_authority", "database", "on_site"), 4
# fmt: off
_M1 = "verify_material ann 1 material_no=M1 material_hash=h1 verified_against=original source_ref=原件核对记录1 applicant=甲公司"
_M2 = "verify_material ann 1 material_no=M2 material_hash=h2 verified_against=issuing_authority source_ref=复函12号 applicant=甲公司"
_IN, _NEW = "submit_examination ann 3", "supplement party 2 material_no=M2"
_FREE = _M1.replace("M1", "M9").replace("h1", "h9")


def _there(line: str) -> str:
    return "c2:" + line.replace("甲公司", "乙公司")


@dataclass(frozen=True, slots=True)
class Paper:
    """A required paper and the ways good enough for it (none named: any)."""

    code: str
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MaterialVerification:
    """`papers` are verified before `ends`, again when `supplements` (which name them) replaced them."""

    name: ClassVar[str] = "material_verification"
    title: ClassVar[Text] = Text(zh="材料核验", en="Verification of papers")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "papers": [{"code": "M1"}, {"code": "M2", "against": ["issuing_authority", "database"]}], "supplements": ["supplement"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_M1, _M2, _IN), (_M1, _M2, _M2, _IN), (_M1,), (_M1, _M2, _NEW, _M2.replace("h2", "h3"), _IN), (_M1, _M2, _FREE, _IN),
        (_M1, _M2.replace("issuing_authority", "database"), _IN), (_M1.replace("original", "on_site"), _M2, _IN), (_M1, _NEW, _M2, _IN),
        (_M1, "c2:" + _M1), (_there(_M1), _M2), (_M1, _M2, "c2:" + _M2), (_M1, _M2, "supplement party 2 material_no=M7", _IN),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_IN,), (_M1, _IN), (_M2, _IN), (_M1, _M2, _NEW, _IN), (_M1, _there(_M1)), (_M2, _there(_M2.replace("M2", "M1"))),
        (_M1, _M2.replace("h2", "h1")), (_FREE, _FREE.replace("M9", "M8")), (_M2.replace("issuing_authority", "original"),),
        *((_M1.replace(old, ""),) for old in ("material_hash=h1 ", "verified_against=original ", "source_ref=原件核对记录1 ")),
        (_M1.replace("原件核对记录1", "已看"),), ("c2:" + _M1.replace(" applicant=甲公司", ""), _M1), (_there(_M1), _M1.replace(" applicant=甲公司", "")),
        (_M1.replace("original", "guess"),), (_M1, _M2, "supplement party 2 material_no=M1", _IN), (_M1.replace(" material_no=M1", ""),),
        (_M1, _there(_FREE.replace("h9", "h1"))),
    )

    papers: tuple[Paper, ...]
    verifies: tuple[str, ...] = ("verify_material",)
    ends: tuple[str, ...] = ("submit_examination",)
    supplements: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        codes = [paper.code for paper in self.papers]
        strange = {way for paper in self.papers for way in paper.against} - {*WAYS}
        if not codes or len({*codes}) < len(codes) or strange:
            return Text(zh="至少要有一种材料、不重复，核验方式须为已有的四种之一", en="one paper at least, none twice, verified in one of the four ways")
        return unfit(version, self.verifies, self.ends, more=self.supplements)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a verification that is none, a paper used before, and an opinion while one is not verified."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐件与原件、出具机关或者数据库核验，写明校验值和核验记录；同一材料为他人用过的，先查清再办。",
            en="Hold each paper against its original, issuer or database, with hash and record; find out first why it "
               "served another before."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.verifies:
            code, text = d.get("material_no"), d.get("material_hash")
            ways = next((paper.against for paper in self.papers if paper.code == code and paper.against), WAYS)
            yield not code or not text, "没有写明材料编号或者校验值", "the number or the hash of the paper is not said"
            yield d.get("verified_against") not in ways, "核验方式没有写明，或者对这种材料不够", "the way is not said or too weak for this paper"
            yield len(d.get("source_ref") or "") < WORDS, "没有写明核验记录", "the record of the verification is not said"
            here = [e for e in acts if e.act in self.verifies and e.data.get("material_hash") == text and e.data.get("material_no") != code]
            yield here, "同一份材料在本件以另一编号核验过", "this paper was verified here under another number"
            there = [u for u in s.elsewhere.uses("material_hash", str(text)) if u.act in self.verifies]
            mine = d.get("applicant")
            other = next((u.case for u in there if mine is None or u.data.get("applicant") != mine), "")
            yield other, f"同一份材料已在{other}中为另一申请人核验", f"{other} has this paper of another applicant"
        if p.act in self.ends:
            changed = {e.data.get("material_no"): e.seq for e in acts if e.act in self.supplements}
            good = {paper.code for paper in self.papers if any(e.act in self.verifies and e.data.get("material_no") == paper.code
                    and e.seq > changed.get(paper.code, 0) for e in acts)}
            left = [paper.code for paper in self.papers if paper.code not in good]
            yield left, f"尚未核验（或者补正后没有重新核验）：{wording.papers(s.case.version, left).zh}", \
                f"not verified, or replaced since: {wording.papers(s.case.version, left).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each verification beside others with the same paper, and at what is left when the opinion is handed in."""
        code, text, way = T("material_no"), T("material_hash"), T("verified_against")
        weak = [say.both(say.equal(code, one.code), say.negated(say.is_in(way, one.against))) for one in self.papers if one.against]
        twice = say.some(self.verifies, say.both(say.matches("material_hash"), say.negated(say.matches("material_no"))))
        used = say.some(self.verifies, say.negated(say.matches("applicant")), same="material_hash")
        left = []
        for paper in self.papers:
            this = say.equal(R("material_no"), paper.code)
            done, new = (say.or_else(say.gather("max", acts, R("_seq"), this), 0) for acts in (self.verifies, self.supplements))
            left.append(say.negated(say.over(done, new)))
        return AnyOf((
            say.gate(self.verifies, say.either(
                say.missing(code), say.missing(text), say.negated(say.is_in(way, WAYS)), *weak,
                say.over(WORDS, say.length(T("source_ref"))), twice, used)),
            say.gate(self.ends, say.either(*left))))
