"""treasury_slip 缴库凭证只抵一次: what is remitted under one slip of the treasury never exceeds the slip.

Why: one slip of 4,000 yuan shown in two cases “remits” 8,000: half of it lies in a pocket, and both files look complete.
Finds: a remittance under a number already used, in this case or another, beyond the total of that slip (`slip_total` as first said, else
the sum of the first remittance); another total of the same slip; one without a number.
Not: what must be remitted (`handed_to_treasury`); whether the slip exists (the treasury's statement, file sampling).
Source: 行政处罚法 74: all of it goes to the treasury; one slip for several cases is fine where it says its total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

WHOLE = Citation(instrument="行政处罚法", article="74")
# fmt: off
_ONE, _BIG = "remit eve 1 amount=300 confiscated=100 document_no=缴1", "remit eve 1 amount=300 document_no=缴2 slip_total=1000"


@dataclass(frozen=True, slots=True)
class TreasurySlip:
    """`remits`: all that is remitted under one `document_no`, in whichever case, lies within one `slip_total`."""

    name: ClassVar[str] = "treasury_slip"
    title: ClassVar[Text] = Text(zh="缴库凭证只抵一次", en="One slip, its own sum")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"remits": ["remit"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, "remit eve 2 amount=400 document_no=缴3"), (f"c2:{_BIG}", "remit eve 2 amount=700 document_no=缴2 slip_total=1000"),
        (_BIG, "remit eve 2 amount=600 confiscated=100 document_no=缴2"), (f"c2:{_ONE}", _BIG), (f"c2:{_BIG}", f"c3:{_BIG}", _BIG),
        ("note ann 1 document_no=缴1", _ONE), ("c2:note ann 1 document_no=缴1", _ONE))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _ONE), (f"c2:{_ONE}", _ONE), (f"c2:{_ONE}", "remit eve 2 amount=1 document_no=缴1"), ("remit eve 1 amount=300",),
        (f"c2:{_BIG}", "remit eve 2 amount=701 document_no=缴2"), (f"c2:{_BIG}", "remit eve 2 amount=1 document_no=缴2 slip_total=2000"),
        (f"c2:{_BIG}", f"c3:{_BIG}", "remit eve 2 amount=300 confiscated=101 document_no=缴2"), (_BIG.replace("1000", "299"),),
        (_BIG, "remit eve 2 amount=700 confiscated=1 document_no=缴2"), (f"c2:{_ONE}", "remit eve 2 amount=1 document_no=缴1 slip_total=401"),
        (_BIG, f"c2:{_BIG}", "remit eve 2 amount=401 document_no=缴2"), (_ONE, "remit eve 2 amount=1 document_no=缴1 slip_total=401"))

    remits: tuple[str, ...] = ("remit_to_treasury",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.remits)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to remit more under a slip than it is for."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=WHOLE, reason=fault, remedy=Text(
            "请写明缴库凭证号；一张凭证合并缴多笔的，写明凭证总额，各笔之和不得超过它。",
            "Name the slip; where one slip covers several sums, say its total: they may not exceed it together."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        said, no = s.proposed.data, s.proposed.data.get("document_no")
        if s.proposed.act not in self.remits:
            return
        yield not no, "没有写明缴库凭证号", "the slip of the treasury is not named"
        mine = [e.data for e in s.case.events if e.kind == ACT and e.act in self.remits and e.data.get("document_no") == no]
        theirs = [u.data for u in s.elsewhere.uses("document_no", str(no)) if u.act in self.remits]
        totals = {self._total(one) for one in (mine[:1] + theirs[:1])} or {self._total(said)}
        lowest, used = min(totals), sum(map(_sum, mine + theirs)) + _sum(said)
        whole, now = format_yuan(lowest), format_yuan(used)
        yield used > lowest, f"凭证{no}总额{whole}元，已抵用加本次共{now}元", f"slip {no} is for {whole} yuan, not for {now}"
        told = said.get("slip_total")
        yield told is not None and {*totals} != {told}, f"凭证{no}的总额与先前所写不一致", f"another total of slip {no} was told before"

    def _total(self, said: Mapping[str, Any]) -> int:
        told: int | None = said.get("slip_total")
        return _sum(said) if told is None else told

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find what was remitted beyond the slip."""
        def sum_of(of: type[T] | type[R]) -> Expr:
            return say.plus(say.or_else(of("amount"), 0), say.or_else(of("confiscated"), 0))
        no, here = T("document_no"), say.matches("document_no")
        theirs = say.gather("sum", self.remits, sum_of(R), same="document_no")
        used = say.plus(sum_of(T), say.gather("sum", self.remits, sum_of(R), here), theirs)
        told = say.or_else(R("slip_total"), sum_of(R))
        firsts = say.gather("first", self.remits, told, here), say.gather("first", self.remits, told, same="document_no")
        fresh = say.both(*(say.missing(one) for one in firsts))
        beyond = [say.over(used, one) for one in firsts] + [say.both(fresh, say.over(used, say.or_else(T("slip_total"), sum_of(T))))]
        another = [say.differs(T("slip_total"), one) for one in firsts]
        return AnyOf((say.gate(self.remits, say.either(say.missing(no), *beyond, *another)),))


def _sum(said: Mapping[str, Any]) -> int:
    return (said.get("amount") or 0) + (said.get("confiscated") or 0)
