"""fines_balance 罚没款收支平衡: what is decided is paid, lawfully remitted or before the court, no more and no less, and a refund has its ground.

Why: 截留、私分: money disappears between two registers that nobody adds up: too much taken, too little asked for, the same refund paid twice.
Finds: a payment above what is due; money called paid in error while something is due; a refund above what was received, paid twice, or
made while the decision stands, or ordered of another sum than what is too much; a case closed unpaid (and not remitted, nor applied for at
court, nor its execution ended) or overpaid.
Not: where the money is once it is paid (`handed_to_treasury`); payments not entered (`fine_receipts`); goods (`inventory_balance`).
Source: 行政处罚法 74 (nothing is kept, divided or given back); what counts as settled follows 66, 72 and the revocation of the decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

NOTHING_KEPT = Citation(instrument="行政处罚法", article="74")
# fmt: off
GONE = "redo", "revoked"  # what a court, an authority or the agency on appeal leaves nothing of
OUTCOMES = "reconsideration_outcome", "litigation_outcome", "appeal_outcome"
_FINE, _PAID, _MORE = "decide dan 0 amount=500 confiscated=200", "pay eve 3 amount=500 confiscated=200", "impose eve 1 amount=50"


@dataclass(frozen=True, slots=True)
class FinesBalance:
    """Due: the latest of `decides`, the whole sum, + `surcharges` − `remits`; after `annuls` (or `outcomes` revoked, redo) nothing.
    enforces: what the court was asked for (amount); errs: beyond what is due; orders: of a refund; drops: no more is asked."""

    name: ClassVar[str] = "fines_balance"
    title: ClassVar[Text] = Text(zh="罚没款收支平衡", en="Balance of fines")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "decides": ["decide"], "annuls": ["revoke"], "outcomes": ["judged"], "surcharges": ["impose"], "remits": ["forgive"],
        "enforces": ["sue"], "pays": ["pay", "collect"], "refunds": ["refund"], "closes": ["close"],
        "errs": ["twice"], "orders": ["order"], "drops": ["terminate"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (*((_FINE, *then) for then in (
            ("pay eve 1 amount=500", "collect ann 2 amount=200", "close dan 3"),
            ("sue dan 1 amount=700", "pay eve 2 amount=300", "close dan 9"), (_MORE, "pay eve 3 amount=550 confiscated=200", "close dan 5"),
            (_MORE, "forgive dan 2 amount=50", _PAID), (_PAID, "close dan 9"), (_PAID, "decide dan 4 amount=700", "close dan 5"),
            (_PAID, "decide dan 5 amount=300", "refund eve 6 amount=400"),
            (_PAID, "judged ann 5 appeal_outcome=redo", "refund eve 6 amount=700"),
            (_PAID, "judged ann 5 litigation_outcome=revoked", "refund eve 6 amount=500 confiscated=200", "close dan 7"),
            (_PAID, "revoke dan 5", "refund eve 6 amount=700", "decide dan 7 amount=300", "pay eve 8 amount=300", "close dan 9"),
            (_PAID, "twice eve 4 amount=700", "order dan 5 amount=700", "refund eve 6 amount=700", "close dan 7"),
            (_PAID, "decide dan 5 amount=300", "order dan 6 amount=400", "refund eve 6 amount=400"),
            (_PAID, "revoke dan 5", "order dan 5 amount=500 confiscated=200"), ("pay eve 3 amount=400", "terminate dan 5", "close dan 7"),
            ("terminate dan 2", "close dan 3"),
            ("pay eve 3 amount=400", "sue dan 5 amount=300", "close dan 7"))), ("decide dan 0", "close dan 1"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (*((_FINE, *then) for then in (
            ("twice eve 1 amount=700",), ("pay eve 1 amount=699", "twice eve 2 amount=5"),
            ("order dan 1 amount=700",),
            ("terminate dan 1", "revoke dan 2", "decide dan 3 amount=500", "close dan 4"), ("pay eve 3 amount=701",),
            ("pay eve 3 amount=501 confiscated=200",), ("close dan 1",), ("pay eve 3 amount=500", "close dan 5"),
            ("sue dan 2 amount=699", "close dan 5"), (_MORE, "revoke dan 2", "pay eve 3 amount=50"), ("forgive dan 2 amount=50", _PAID),
            ("sue dan 1 amount=700", "revoke dan 2", "decide dan 3 amount=500", "close dan 4"), ("revoke dan 1", "pay eve 2 amount=500"),
            ("forgive dan 1 amount=50", "revoke dan 2", "decide dan 3 amount=500", "close dan 5"))),
        *((_FINE, _PAID, *then) for then in (
            ("twice eve 4 amount=30", "close dan 5"), ("twice eve 4 amount=30", "order dan 5 amount=31"),
            ("decide dan 5 amount=300", "order dan 6 amount=399"), ("decide dan 5 amount=300", "order dan 6"), ("order dan 6 amount=1",),
            ("terminate dan 4", "twice eve 5 amount=9", "close dan 6"),
            ("collect ann 4 amount=1",), ("refund eve 4 amount=1",), ("revoke dan 5", "refund eve 6 amount=701"),
            ("revoke dan 5", "refund eve 6 amount=700", "refund eve 7 amount=700"),
            ("judged ann 5 reconsideration_outcome=redo", "close dan 6"), ("impose eve 5 amount=50", "close dan 6"),
            ("judged ann 5 litigation_outcome=upheld", "refund eve 6 amount=700"), ("decide dan 5 amount=300", "refund eve 6 amount=401"),
            ("revoke dan 5", "refund eve 6 amount=600 confiscated=101"))), ("pay eve 0 amount=1",))

    decides: tuple[str, ...]
    closes: tuple[str, ...]
    pays: tuple[str, ...] = ("record_payment",)
    refunds: tuple[str, ...] = ("refund",)
    annuls: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    surcharges: tuple[str, ...] = ()
    remits: tuple[str, ...] = ()
    enforces: tuple[str, ...] = ()
    errs: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        more = self.annuls + self.outcomes + self.surcharges + self.remits + self.enforces + self.errs + self.orders + self.drops
        return unfit(version, self.decides, self.closes, self.pays, self.refunds, more=more)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse money that is not due, a refund without ground, and a closure that does not come out even."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=NOTHING_KEPT, reason=fault,
            remedy=Text("请逐笔核对决定、缴款和退还；缴清、依法减免、申请法院执行或者终结执行后再结案，多收的按多收数额决定退还。",
                        "Compare decision, payments, refunds; close when all is paid, remitted, at court or ended; give back the rest."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find payments above what is due, refunds without ground, and closures that do not come out even."""
        gone = say.either(say.is_in(R("_act"), self.annuls), *(say.is_in(R(f), GONE) for f in OUTCOMES))
        live = say.over(R("_seq"), say.or_else(say.gather("max", self.annuls + self.outcomes, R("_seq"), gone), 0))
        money, this = self._money(R), self._money(T)
        decided = say.or_else(say.gather("last", self.decides, money, live), 0)
        extra = say.minus(say.gather("sum", self.surcharges, money, live), say.gather("sum", self.remits, money, live))
        due = say.plus(decided, extra)
        received = say.minus(say.gather("sum", self.pays + self.errs, money), say.gather("sum", self.refunds, money))
        applied = say.or_else(say.gather("last", self.enforces, R("amount"), live), 0)
        short = say.both(say.over(say.minus(due, received), applied), say.none(self.drops, live))
        unsettled, beyond = say.either(say.over(received, due), short), say.minus(received, due)
        astray = say.either(say.over(1, beyond), say.negated(say.equal(this, beyond)))
        return AnyOf((say.gate(self.errs, say.over(due, received)), say.gate(self.orders, astray),
                      say.gate(self.pays, say.over(say.plus(received, this), due)), say.gate(self.closes, unsettled),
                      say.gate(self.refunds, say.either(say.over(this, received), say.over(this, beyond)))))

    def _money(self, of: type[T] | type[R]) -> Expr:
        return say.plus(say.or_else(of("amount"), 0), say.or_else(of("confiscated"), 0))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        due, received, applied, dropped = self._accounts([e for e in s.case.events if e.kind == ACT])
        this, act, short = _sum(s.proposed.data), s.proposed.act, due - received
        now, owed, paid, rest = (format_yuan(max(fen, 0)) for fen in (this, due, received, abs(short)))
        if act in self.pays:
            yield this > short, f"应缴{owed}元，已缴{paid}元，又登记{now}元，超过应缴", f"{now} yuan is more than is due: {paid} of {owed} are paid"
        if act in self.errs:
            yield short > 0, f"尚欠{rest}元，款项应先登记为缴款，不是误缴", f"{rest} yuan are due: it is a payment, not an error"
        if act in self.orders:
            yield short >= 0 or this != -short, f"应退{format_yuan(max(-short, 0))}元，决定退还{now}元，不一致", "not the sum that is too much"
        if act in self.refunds:
            yield this > received, f"退还{now}元，多于实收未退的{paid}元", "more than was received and not yet refunded"
            yield this > -short, "决定仍有效，应缴的款项不得退还", "the decision stands: what is due is not given back"
        if act in self.closes:
            yield short < 0, f"多收{rest}元尚未退还，不得结案", f"{rest} yuan too much, not refunded"
            yield short > applied and not dropped, f"尚欠{rest}元，也未申请法院执行，不得结案", f"{rest} yuan outstanding and not before the court"

    def _accounts(self, acts: Sequence[Event]) -> tuple[int, int, int, bool]:
        """What is due, what was received and not refunded, what the court was asked for, and whether no more is asked."""
        decided = extra = received = applied = 0
        dropped = False
        for event in acts:
            money = _sum(event.data)
            if event.act in self.annuls or (event.act in self.outcomes and any(event.data.get(f) in GONE for f in OUTCOMES)):
                decided, extra, applied, dropped = 0, 0, 0, False
            dropped = dropped or event.act in self.drops
            decided = money if event.act in self.decides else decided
            extra += money * ((event.act in self.surcharges) - (event.act in self.remits))
            received += money * ((event.act in self.pays + self.errs) - (event.act in self.refunds))
            applied = event.data.get("amount", applied) if event.act in self.enforces else applied
        return decided + extra, received, applied, dropped


def _sum(data: Mapping[str, Any]) -> int:
    return (data.get("amount") or 0) + (data.get("confiscated") or 0)
