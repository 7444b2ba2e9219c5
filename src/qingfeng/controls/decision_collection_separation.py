"""decision_collection_separation 罚缴分离: who decided or investigated does not take the money; it goes through the bank, seen by its slip.

Why: 截留、私分 begins where one hand sets the sum and takes it; a payment without a bank's slip, or with another's, is money nobody counted.
Finds: a payment recorded by, or with, somebody who decided or investigated, or the other way round; one not through the bank, without the
bank's reference, with one already used, here or in another case, or written in another way than the bank writes it (capitals, no blanks).
Not: money taken on the spot (`on_the_spot_collection`); a forged slip (the bank's list is compared with the register).
Source: 行政处罚法 67: 作出罚款决定的机关与收缴分离, 当事人到指定银行或者通过电子支付系统缴纳.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.facts.say import (
    both,
    differs,
    either,
    equal,
    gate,
    is_in,
    matches,
    missing,
    negated,
    same_actor,
    some,
    spelling,
)
from qingfeng.terms.citation import Citation
from qingfeng.terms.spelling import one_spelling
from qingfeng.terms.text import Text

SEPARATE = Citation(instrument="行政处罚法", article="67")
BANK = "bank"


# fmt: off
@dataclass(frozen=True, slots=True)
class DecisionCollectionSeparation:
    """Whoever did, or is named in `officers` of, one of `decides` does none of `payments`, nor the other way round; all by the bank."""

    name: ClassVar[str] = "decision_collection_separation"
    title: ClassVar[Text] = Text(zh="罚缴分离", en="Separation of decision and collection")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decides": ["decide", "investigate"], "payments": ["pay", "book"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[bob]", "decide dan 1", "pay eve 2 paid_by=bank bank_ref=B1", "book eve 3 paid_by=bank bank_ref=B2"),
        ("c1:decide dan 0", "c1:pay system 1 paid_by=bank bank_ref=B1", "c1:decide system 2", "c2:pay dan 2 paid_by=bank bank_ref=B3"),
        ("pay eve 0 paid_by=bank bank_ref=B1", "investigate ann 1 officers=[ann]", "decide dan 2", "book fay 3 paid_by=bank bank_ref=B4"),
        ("c1:note ann 0 bank_ref=B1", "c1:pay eve 1 paid_by=bank bank_ref=B1", "c2:decide carl 2 officers=[dan]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("decide dan 0", "pay dan 1 paid_by=bank bank_ref=B1"), ("investigate ann 0", "book ann 1 paid_by=bank bank_ref=B2"),
        ("investigate ann 0 officers=[ann,bob]", "pay bob 1 paid_by=bank bank_ref=B1"), ("pay eve 0 bank_ref=B1",),
        ("pay eve 0 paid_by=bank bank_ref=b1",), ("pay eve 0 paid_by=bank bank_ref=Ｂ1",),
        ("pay eve 0 paid_by=on_spot bank_ref=B1",), ("book eve 0 paid_by=bank",), ("pay eve 0 paid_by=bank bank_ref=B1", "decide eve 1"),
        ("book bob 0 paid_by=bank bank_ref=B1", "investigate ann 1 officers=[ann,bob]"),
        ("pay eve 0 paid_by=bank bank_ref=B1", "book eve 1 paid_by=bank bank_ref=B1"),
        ("c1:book eve 0 paid_by=bank bank_ref=B3", "c2:pay fay 1 paid_by=bank bank_ref=B3"),
    )

    decides: tuple[str, ...]
    payments: tuple[str, ...] = ("record_payment",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decides, self.payments)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse one person on both sides, and a payment that the bank has not seen."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.decides:
            payers = {e.actor for e in acts if e.act in self.payments} - {SYSTEM}
            both_sides = payers & {command.actor, *(command.data.get("officers") or ())}
            return self._apart(situation, both_sides, self.payments) if both_sides else None
        if command.act not in self.payments:
            return None
        involved = {who for e in acts if e.act in self.decides for who in (e.actor, *(e.data.get("officers") or ()))} - {SYSTEM}
        if command.actor in involved:
            return self._apart(situation, {command.actor}, self.decides)
        number = command.data.get("bank_ref")
        if command.data.get("paid_by") != BANK or not number:
            return self._refusal("罚没款应当由当事人缴至银行或者通过电子支付系统缴纳，登记须注明银行流水号",
                                 "the party pays at the bank or electronically; the entry says so, with the bank's reference")
        if number != (as_written := one_spelling(str(number))):
            return self._refusal(f"银行流水号请照回单用大写、不留空格填写：{as_written}",
                                 f"write the reference as the bank does, in capitals without blanks: {as_written}")
        used = [e for e in acts if e.act in self.payments and e.data.get("bank_ref") == number]
        there = [u.case for u in situation.elsewhere.uses("bank_ref", str(number)) if u.act in self.payments]
        if used or there:
            where = "、".join(there) or "本案"
            return self._refusal(f"银行流水号{number}已登记过（{where}），一笔款项不得登记两次", f"the bank reference {number} is booked already")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find people on both sides, payments outside the bank, and references used twice."""
        person = differs(T("_actor"), SYSTEM)
        decided = both(person, some(self.decides, either(same_actor(), is_in(T("_actor"), R("officers")))))
        paid = some(self.payments, both(differs(R("_actor"), SYSTEM), either(same_actor(), is_in(R("_actor"), T("officers")))))
        twice = either(some(self.payments, matches("bank_ref")), some(self.payments, same="bank_ref"))
        outside = either(negated(equal(T("paid_by"), BANK)), missing(T("bank_ref")), differs(spelling(T("bank_ref")), T("bank_ref")))
        return AnyOf((gate(self.payments, either(decided, outside, twice), needs=["_actor"]), gate(self.decides, paid, needs=["_actor"])))

    def _apart(self, situation: Situation, who: set[str | None] | set[str], did: tuple[str, ...]) -> Refusal:
        names = "、".join(sorted(situation.people.name(str(one)) for one in who))
        what, now = wording.acts(situation.case.version, did, either=True), situation.rule.word.name
        return self._refusal(f"{names}在本案办理过{what.zh}，不得再参与“{now.zh}”", f"{names} did {what.en} in this case and may not “{now.en}”")

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=SEPARATE, reason=Text(zh, en),
            remedy=Text("请由未参与调查、决定的财务人员凭银行票据登记，逐笔注明流水号。",
                        "Let a finance officer without a part in the case book it from the bank's slip, each with its own reference."))
