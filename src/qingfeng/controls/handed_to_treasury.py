"""handed_to_treasury 罚没款上缴: what was received is handed on, hand to hand, in time, and all of it reaches the treasury or goes back.

Why: 截留、私分: between the party and the treasury money lies in three hands; each of them must be empty before the case closes.
Finds: more handed in, paid in, remitted or refunded than lies in that hand; a case closed while money lies with an officer, the agency or
the bank; and, read on a later day, money kept longer than allowed (`watch`).
Not: money that is not entered (`fine_receipts`); how much is due (`fines_balance`); goods themselves (`inventory_balance`).
Source: 行政处罚法 71 (officer to agency, agency to bank: two working days each), 74 (all to the treasury); days to the treasury: a setting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
HANDED_ON, TO_TREASURY = (Citation(instrument="行政处罚法", article=n) for n in ("71", "74"))
HAND_IN, TREASURY, WAY = 2, "treasury", ("officer", "agency", "bank")  # working days: 行政处罚法 71
FLOWS = {"collects": ("party", "officer"), "hands_in": ("officer", "agency"), "deposits": ("agency", "bank"), "pays": ("party", "bank"),
         "sales": ("buyer", "bank"), "to_treasury": ("bank", TREASURY)}
HANDS = {"officer": Text("执法人员手中", "with the officer"), "agency": Text("本机关账上", "with the agency"),
         "bank": Text("银行待缴账户", "at the bank"), TREASURY: Text("国库", "in the treasury")}
MONEY, THIS = (say.plus(say.or_else(of("amount"), 0), say.or_else(of("confiscated"), 0)) for of in (R, T))
_PAID, _CASH = "pay eve 1 amount=500 confiscated=200", ("collect ann 1 amount=100", "hand_in ann 2 amount=100")
_SENT, _BACK, _IN = "remit eve 2 amount=700", "refund eve 3 amount=700 refund_source=treasury", "deposit eve 3 amount=100"


@dataclass(frozen=True, slots=True)
class HandedToTreasury:
    """Money goes party → bank (`pays`), or → officer (`collects`) → agency (`hands_in`) → bank (`deposits`); `sales`: proceeds of goods;
    then `to_treasury`, or `refunds` (refund_source=treasury: out of it).  `closes` finds every hand empty."""

    name: ClassVar[str] = "handed_to_treasury"
    title: ClassVar[Text] = Text(zh="罚没款上缴", en="Handed on to the treasury")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "pays": ["pay"], "collects": ["collect"], "hands_in": ["hand_in"], "deposits": ["deposit"], "sales": ["sell"],
        "to_treasury": ["remit"], "refunds": ["refund"], "closes": ["close"], "within": 5}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (*((_PAID, *then) for then in (
            (_SENT, "close dan 9"), ("sell eve 3 amount=30", "remit eve 4 amount=500 confiscated=230", "close dan 5"),
            (_SENT, _BACK, "close dan 4"), ("refund eve 2 amount=300", "remit eve 3 amount=400", "close dan 4"))), ("close dan 0", _PAID),
        (*_CASH, _PAID, "deposit eve 3 amount=40", "deposit eve 3 amount=60", "remit eve 4 amount=800", "close dan 5"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (*((_PAID, *then) for then in (
            ("remit eve 3 amount=701",), (_SENT, "remit eve 4 amount=1"), ("refund eve 3 amount=701",), (_SENT, "refund eve 4 amount=1"),
            ("refund eve 4 amount=1 refund_source=treasury",), ("close dan 3",), (_SENT, f"{_BACK} confiscated=1"), (_SENT, _BACK, _BACK),
            ("remit eve 3 amount=500", "close dan 4"), ("remit eve 3 amount=500 confiscated=201",))),
        *((*_CASH, *then) for then in (("deposit eve 3 amount=101",), ("remit eve 3 amount=100",), ("hand_in ann 3 amount=100",),
            ("close dan 3",), (_IN, "close dan 4"))), (_CASH[0], "hand_in ann 2 amount=101"), (_CASH[0], "close dan 3"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_CASH, "deposit eve 4 amount=100", "remit eve 8 amount=100", "today 60"), (_PAID, "today 8"), (_CASH[0], "today 3"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_CASH[0], "today 4"), (*_CASH, "today 7"), (_PAID, "remit eve 4 amount=699", "today 9"))

    closes: tuple[str, ...]
    pays: tuple[str, ...] = ("record_payment",)
    to_treasury: tuple[str, ...] = ("remit_to_treasury",)
    refunds: tuple[str, ...] = ("refund",)
    collects: tuple[str, ...] = ()
    hands_in: tuple[str, ...] = ()
    deposits: tuple[str, ...] = ()
    sales: tuple[str, ...] = ()
    within: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if len({bool(self.collects), bool(self.hands_in), bool(self.deposits)}) > 1 or not 1 <= self.within <= 30:
            return Text("当场收缴、交回、缴存须成套；入库期限1至30个工作日", "collects, hands_in, deposits go together; 1 to 30 working days")
        more = self.collects + self.hands_in + self.deposits + self.sales
        return unfit(version, self.closes, self.pays, self.to_treasury, self.refunds, more=more)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to hand on what is not there, and to close while money lies anywhere on the way."""
        command, held = situation.proposed, Counter[str]()
        for event in (e for e in situation.case.events if e.kind == ACT):
            for source, goal in self._moves(event.act, event.data):
                held.update({source: -_sum(event.data), goal: _sum(event.data)})
        for source, _ in self._moves(command.act, command.data):
            if source in HANDS and held[source] < _sum(command.data):
                there, wanted, hand = format_yuan(max(held[source], 0)), format_yuan(_sum(command.data)), HANDS[source]
                return self._refusal(f"{hand.zh}只有{there}元，不足{wanted}元", f"{hand.en} lie {there} yuan, not {wanted}", HANDED_ON)
        left = [HANDS[hand] for hand in WAY if held[hand] and command.act in self.closes]
        where = Text("、".join(hand.zh for hand in left), ", ".join(hand.en for hand in left))
        return self._refusal(f"款项尚在{where.zh}，不得结案", f"money lies {where.en}, not in the treasury", TO_TREASURY) if left else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find money handed on that was not there, and cases closed with money on the way."""
        held, public = dict[str, Expr](), say.equal(R("refund_source"), TREASURY)
        for hand in HANDS:
            came, went = ([say.gather("sum", getattr(self, n), MONEY) for n, way in FLOWS.items() if way[end] == hand] for end in (1, 0))
            back = {TREASURY: public, "bank": say.negated(public)}.get(hand, 0)
            held[hand] = say.minus(say.plus(0, *came), say.plus(say.gather("sum", self.refunds, MONEY, back), *went))
        lack, there = {hand: say.over(THIS, fen) for hand, fen in held.items()}, say.equal(T("refund_source"), TREASURY)
        refunded = say.either(say.both(there, lack[TREASURY]), say.both(say.negated(there), lack["bank"]))
        moves = (say.gate(getattr(self, name), lack[source]) for name, (source, _) in FLOWS.items() if source in HANDS)
        left = say.either(*(say.differs(held[hand], 0) for hand in WAY))
        return AnyOf((*moves, say.gate(self.refunds, refunded), say.gate(self.closes, left)))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find money that stayed longer in a hand than it may."""
        legs = ((self.collects, self.hands_in, HAND_IN), (self.hands_in, self.deposits, HAND_IN),
                (self.pays + self.deposits + self.sales, self.to_treasury + self.refunds, self.within))
        return AnyOf(tuple(self._kept(*leg) for leg in legs))

    def _kept(self, into: tuple[str, ...], out: tuple[str, ...], days: int) -> GateRule:
        came = say.gather("sum", into, MONEY, say.at_least(T("_seq"), R("_seq")), span=Span.ALL)
        went = say.gather("sum", out, MONEY, say.at_least(days, say.working_days(T("_on"), R("_on"))), span=Span.ALL)
        return say.gate(into, say.both(say.over(say.working_days(T("_on"), Today()), days), say.over(came, went)))

    def _moves(self, act: str, data: Mapping[str, Any]) -> list[tuple[str, str]]:
        moves = [FLOWS[name] for name in FLOWS if act in getattr(self, name)]
        return moves + [(TREASURY if data.get("refund_source") == TREASURY else "bank", "party")] * (act in self.refunds)

    def _refusal(self, zh: str, en: str, article: Citation) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=article, reason=Text(zh, en),
            remedy=Text("请逐笔核对收缴、交回、缴存、缴库和退还的登记。", "Compare what was collected, handed in, paid in, remitted, refunded."))


def _sum(data: Mapping[str, Any]) -> int:
    return (data.get("amount") or 0) + (data.get("confiscated") or 0)
