"""seal_use 用印登记: every impression has its number in the register, on an office day, and no more copies than were approved.

Why: 印制文书不规范、印章管理: a second copy, sealed on Saturday, says what nobody decided; blank paper with a seal says anything.
Finds: a seal without number or text, with a number used before (here or elsewhere), on a day of rest, or on more copies than were
approved for that text; an approval that does not say how many copies.
Not: that the text is the approved one and the keeper another hand (document_control); a seal cut in secret.
Source: the agency's own map (规范行文核稿程序，严格执行印章管理制度); no statute of these procedures.
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
_OK, _SEAL = "approve_document dan 1 document_hash=h1 copies=3", "seal_document carl 2 document_hash=h1 seal_no=S1 copies=2"
_MORE = _SEAL.replace("S1", "S2").replace("copies=2", "copies=1")


@dataclass(frozen=True, slots=True)
class SealUse:
    """`approvals` say how many copies of which text; `seals` take a number each (`seal_no`) and count theirs."""

    name: ClassVar[str] = "seal_use"
    title: ClassVar[Text] = Text(zh="用印登记", en="Use of the seal")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OK, _SEAL), (_OK, _SEAL, _MORE), (_OK,), (_OK, _SEAL.replace("copies=2", "copies=3")), (_OK, "c2:" + _OK, _SEAL, "c2:" + _MORE),
        (_OK, _SEAL, _OK.replace("h1", "h2"), _MORE.replace("h1", "h2")), (_OK, _SEAL.replace(" 2 ", " 4 "),),
            (_OK, _OK.replace("3", "1"), _MORE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SEAL,), (_OK, _SEAL.replace("copies=2", "copies=4")), (_OK, _SEAL, _MORE.replace("copies=1", "copies=2")), (_OK, _SEAL, _SEAL),
        (_OK, _SEAL.replace(" seal_no=S1", "")), (_OK, _SEAL.replace("h1", "h2")), (_OK, _SEAL.replace(" document_hash=h1", "")),
        (_OK, _SEAL.replace(" 2 ", " 5 ")), (_OK, _SEAL.replace(" 2 ", " 6 ")), (_OK, "c2:" + _OK, "c2:" + _SEAL, _SEAL),
            (_OK.replace(" copies=3", ""),),
        (_OK.replace("document_hash=h1 ", ""),), (_OK, _SEAL.replace("copies=2", "copies=0")), (_OK, _SEAL.replace(" copies=2", "")),
        (_OK.replace("copies=3", "copies=0"),), (_OK, _SEAL, _OK.replace("3", "1"), _MORE),
    )

    approvals: tuple[str, ...] = ("approve_document",)
    seals: tuple[str, ...] = ("seal_document",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.approvals, self.seals)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a seal that the register cannot account for."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请在工作日用印，逐次编号登记文本和份数；份数以核签时批准的为限，需要增加的重新核签。",
            en="Seal on an office day, each time under a number of its own, with text and copies as approved; for "
               "more have it approved anew."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.approvals + self.seals:
            return
        text, copies = d.get("document_hash"), d.get("copies") or 0
        yield not text or copies < 1, "没有写明文本或者份数", "the text or the number of copies is not said"
        if p.act in self.seals:
            number = d.get("seal_no")
            used = any(e.act in self.seals and e.data.get("seal_no") == number for e in acts) or any(
                u.act in self.seals for u in s.elsewhere.uses("seal_no", str(number)))
            yield not number or used, f"没有用印登记号，或者{number or ''}已经用过", f"no number of the register, or {number or 'it'} is taken"
            yield s.calendar.next_working(p.day) != p.day, "不是工作日，不得用印", "this is a day of rest: nothing is sealed"
            mine = [e for e in acts if e.data.get("document_hash") == text]
            approved = next((e.data["copies"] for e in reversed(mine) if e.act in self.approvals and "copies" in e.data), 0)
            sealed = sum(e.data.get("copies") or 0 for e in mine if e.act in self.seals) + copies
            yield sealed > approved, f"用印共{sealed}份，批准{approved}份", f"{sealed} copies sealed in all, {approved} approved"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each seal beside the register and the approval of its text."""
        same, copies = say.matches("document_hash"), T("copies")
        vague = say.either(say.missing(T("document_hash")), say.negated(say.at_least(copies, 1)))
        used = say.either(say.some(self.seals, say.matches("seal_no")), say.some(self.seals, same="seal_no"))
        sealed = say.plus(copies, say.gather("sum", self.seals, R("copies"), same))
        return AnyOf((
            say.gate(self.approvals, vague),
            say.gate(self.seals, say.either(
                vague, say.missing(T("seal_no")), used, say.differs(say.workday(T("_on")), T("_on")),
                say.negated(say.at_least(say.last(self.approvals, "copies", where=same), sealed))))))
