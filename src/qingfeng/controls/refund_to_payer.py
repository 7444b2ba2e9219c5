"""refund_to_payer 原路退还: who paid is on record, and what is given back goes to the account from which it came.

Why: 截留、私分: a refund to “the party's other account” is money taken out of the treasury by whoever keys in the number.
Finds: a payment by bank without the account it came from; a payment by somebody else than the party without reasons; a refund without an
account, or to one from which nothing was paid in this case and which the party itself has not named.
Not: how much is refunded (`fines_balance`); goods; cash returned against a receipt.
Source: the agency's own rule; 行政处罚法 74 (nothing is kept or divided).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_OPEN, _PAY = "open ann 0 party=示例矿业", "pay eve 3 amount=500 payer_account=6217-01"
_BACK = "refund eve 9 amount=500 payee_account"


@dataclass(frozen=True, slots=True)
class RefundToPayer:
    """`pays` say payer_account (and reasons, if `payer` is not the party of `names`); `refunds` go to one of them, or one of `asks`."""

    name: ClassVar[str] = "refund_to_payer"
    title: ClassVar[Text] = Text(zh="原路退还", en="Refund to the payer")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"pays": ["pay"], "refunds": ["refund"], "names": ["open", "rename"], "asks": ["ask"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _PAY, f"{_BACK}=6217-01"), (_OPEN, f"{_PAY} payer=示例矿业", f"{_BACK}=6217-01"), (_OPEN, "refund eve 9 amount=500"),
        (_OPEN, f"{_PAY} payer=示例(矿业)", "note ann 4"), (_OPEN, f"{_PAY} payer=王某 reasons=法定代表人代缴", f"{_BACK}=621701"),
        (_OPEN, _PAY, "ask party 5 payee_account=6217-02", f"{_BACK}=6217-02"), (f"{_PAY} payer=王某",),
        (_OPEN, _PAY, "refund eve 9 goods={W1:2}"),
        (_OPEN, "rename bob 2 party=示例矿业集团", f"{_PAY} payer=示例矿业集团", f"{_BACK}=6217-01"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, "pay eve 3 amount=500"), (_OPEN, _PAY, f"{_BACK}=6217-02"), (_OPEN, _PAY, "refund eve 9 amount=500"),
        (_OPEN, f"{_PAY} payer=王某"), (_OPEN, f"{_PAY} payer=王某 reasons=代缴"),
        (_OPEN, _PAY, "ask eve 5 payee_account=6217-02", f"{_BACK}=6217-02"),
        (_OPEN, _PAY, "refund eve 9 confiscated=500"), (_OPEN, "rename bob 2 party=示例矿业集团", f"{_PAY} payer=示例矿业"),
        (_OPEN, f"{_PAY} payer=示例煤业",), (_OPEN, _PAY, "refund eve 9 confiscated=500 payee_account=6217-99"),
    )

    refunds: tuple[str, ...] = ("refund",)
    pays: tuple[str, ...] = ("record_payment",)
    names: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.pays, self.refunds, more=self.names + self.asks)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a payment from nowhere, and a refund to an account from which nothing came."""
        why = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            "请按银行回单登记付款人和付款账户；退款原路退回，账户已经变更的，由当事人本人书面提出。",
            "Enter payer and account from the bank's slip; a refund goes back the way it came, or where the party itself asks."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.pays:
            yield not said.get("payer_account"), "没有登记付款账户", "the account it was paid from is not entered"
            party = next((str(e.data["party"]) for e in reversed(acts) if e.act in self.names and e.data.get("party")), None)
            stranger = party and said.get("payer") and plain_name(str(said["payer"])) != plain_name(party)
            poor = len(str(said.get("reasons") or "")) < WORDS
            yield stranger and poor, f"付款人不是当事人（{party}），没有说明代缴的理由（至少4个字）", "somebody else pays, and no reasons are given"
        if p.act in self.refunds and (said.get("amount") or said.get("confiscated")):
            came = {plain_name(str(e.data["payer_account"])) for e in acts if e.act in self.pays and e.data.get("payer_account")}
            asked = {plain_name(str(e.data["payee_account"])) for e in acts
                     if e.act in self.asks and e.actor == PARTY and e.data.get("payee_account")}
            goes = plain_name(str(said.get("payee_account") or ""))
            yield came and goes not in came | asked, "退款账户不是缴款时的付款账户，当事人也没有提出改退", "nothing was paid from this account"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find payments from nowhere and by strangers without reasons, and refunds to other accounts."""
        party = say.gather("last", self.names, say.plain(R("party")))
        stranger = say.both(say.differs(say.plain(T("payer")), party), say.over(WORDS, say.length(T("reasons"))))
        goes = say.plain(T("payee_account"))
        back = say.either(say.some(self.pays, say.equal(say.plain(R("payer_account")), goes)),
                          say.some(self.asks, say.both(say.equal(R("_actor"), PARTY), say.equal(say.plain(R("payee_account")), goes))))
        money = say.over(say.plus(say.or_else(T("amount"), 0), say.or_else(T("confiscated"), 0)), 0)
        paid = say.some(self.pays, say.said(R("payer_account")))
        return AnyOf((say.gate(self.pays, say.either(say.missing(T("payer_account")), stranger)),
                      say.gate(self.refunds, say.negated(back), applies=say.both(money, paid), needs=["_actor"])))
