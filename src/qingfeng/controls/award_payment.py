"""award_payment 奖金发放相符: the prize goes to whom it was awarded, once, in the sum decided, through the bank, by an outsider.

Why: a list of twelve and a transfer to thirteen; a prize shared out in cash in the office.
Finds: a payment to somebody not awarded, beyond the prize decided (earlier payments counted), whose items do not add up, without the bank's
reference or with one already used here or elsewhere, or by somebody who scored or decided.
Not: that everybody got his prize (call-backs); who gave money for the prize.
Source: the agency's own map (严格执行财务管理规定; 奖励); awards of money at state expense go by list and receipt: a rule of the agency.
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
_MARK, _DECIDE = "score ann 0", "decide dan 1 prizes={C1:500,C2:300}"
_PAY = "pay fay 3 paid={C1:500,C2:300} amount=80000 bank_ref=B1"
_ONE, _TWO = "pay fay 3 paid={C1:500} amount=50000 bank_ref=B1", "pay fay 4 paid={C2:300} amount=30000 bank_ref=B2"


@dataclass(frozen=True, slots=True)
class AwardPayment:
    """`decides` fix `prizes` (whole yuan by candidate); `pays` hand them out (`paid`, `amount`, `bank_ref`); `apart`: acts of others."""

    name: ClassVar[str] = "award_payment"
    title: ClassVar[Text] = Text(zh="奖金发放相符", en="Prizes paid as decided")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "pays": ["pay"], "apart": ["score"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MARK, _DECIDE, _PAY), (_MARK, _DECIDE, _ONE, _TWO), (_DECIDE, _ONE),
        (_DECIDE, _ONE.replace("500", "200"), _ONE.replace("500", "300").replace("B1", "B3")), (_MARK, _DECIDE),
        (_DECIDE, "x:note eve 0 bank_ref=B9", _PAY), (_DECIDE, _DECIDE.replace("C2:300", "C2:300,C3:100"), _PAY), (_MARK, _DECIDE, _TWO),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_PAY,), (_DECIDE, _PAY.replace("C2:300", "C3:300")), (_DECIDE, _PAY.replace("C2:300", "C2:301").replace("80000", "80100")),
        (_DECIDE, _ONE, _ONE.replace("B1", "B3")), (_DECIDE, _PAY.replace("80000", "90000")), (_DECIDE, _ONE, _TWO.replace("B2", "B1")),
        (_DECIDE, _PAY.replace(" bank_ref=B1", "")), (_DECIDE, _ONE, _PAY), (_MARK, _DECIDE, _PAY.replace("fay", "ann")),
        (_DECIDE, _PAY.replace("fay", "dan")), (f"x:{_DECIDE}", f"x:{_PAY}", _DECIDE, _ONE), (_DECIDE, "pay fay 3 bank_ref=B1"),
        (_DECIDE, "pay fay 3 paid={C1:500} bank_ref=B1"), (_DECIDE, _PAY, _TWO), (_DECIDE, _DECIDE.replace("C2:300", "C3:300"), _PAY),
        (_DECIDE, "pay fay 3 bank_ref=B1 amount=0"),
    )

    apart: tuple[str, ...]
    decides: tuple[str, ...] = ("record_county_decision",)
    pays: tuple[str, ...] = ("pay_prizes",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decides, self.pays, more=self.apart)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a payment that is not what was decided."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请由没有参与评分和决定的财务人员，按决定的名单和金额通过银行逐个发放，填写未用过的银行流水号，合计相符。",
            en="Have finance, who neither scored nor decided, pay by the list through the bank, with a fresh reference; sums must agree."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.pays:
            return
        prizes: dict[str, int] = next((e.data.get("prizes") or {} for e in reversed(done) if e.act in self.decides), {})
        paid: dict[str, int] = p.data.get("paid") or {}
        reference, summed, who = p.data.get("bank_ref"), sum(paid.values()), s.people.name(p.actor)
        before = [e.data for e in done if e.act in self.pays]
        yield p.actor in s.case.actors_of(self.apart + self.decides), f"{who}参与过评分或者决定，不得发放", f"{who} scored or decided and may not pay"
        yield not paid or p.data.get("amount") != summed * 100, f"明细合计{summed}元，与金额不符", f"the list adds up to {summed} yuan instead"
        for one, sum_ in paid.items():
            so_far = sum_ + sum((data.get("paid") or {}).get(one, 0) for data in before)
            yield one not in prizes, f"{one}不在奖励决定之列", f"{one} has not been awarded a prize"
            yield so_far > prizes.get(one, 0), f"{one}累计发放{so_far}元，超过决定的奖金", f"{one} would have {so_far} yuan, more than the prize"
        used = reference and (any(data.get("bank_ref") == reference for data in before)
                              or any(u.act in self.pays for u in s.elsewhere.uses("bank_ref", reference)))
        yield not reference or used, "没有银行流水号，或者该流水号已用过", "no bank reference, or one that was used before"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Reckon each payment, and each of its items with those before it."""
        key = T("_key")
        newest = say.equal(R("_seq"), say.gather("max", self.decides, R("_seq")))
        prize = say.gather("last", self.decides, R("_value"), say.both(newest, say.equal(R("_key"), key)), each="prizes")
        before = say.gather("sum", self.pays, R("_value"), say.equal(R("_key"), key), each="paid")
        unequal = say.negated(say.equal(T("amount"), say.times(100, say.total(T("paid")))))
        used = say.either(say.some(self.pays, say.matches("bank_ref")), say.some(self.pays, same="bank_ref"))
        return AnyOf((
            say.gate(self.pays, say.either(say.some(self.apart + self.decides, say.same_actor()), say.missing(T("paid")), unequal,
                say.missing(T("bank_ref")), used), needs=["_actor"]),
            say.gate(self.pays, say.negated(say.at_least(prize, say.plus(before, T("_value")))), each="paid")))
