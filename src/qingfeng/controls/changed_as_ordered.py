"""changed_as_ordered 按上级结果变更: a penalty is changed to the sums that the review body or the court set, and to no other.

Why: 借复议、诉讼之名随意减轻: the paper says ten thousand, the file says two, and eighteen thousand go back to the party.
Finds: an outcome "changed" entered without the sum that is now due; a changed decision of other sums than the latest such outcome, or
without one.
Not: whether the entry is what the paper says (`higher_decision`); what is paid back (`fines_balance`).
Source: the agency's own rule; the decision of a review body or a court binds the agency.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

CHANGED = "changed"
OUTCOMES = "reconsideration_outcome", "litigation_outcome", "appeal_outcome"
SUMS = "amount", "confiscated"
# fmt: off
_SAID, _SO = "judge ann 1 reconsideration_outcome=changed amount=100", "change dan 2 amount=100"
_COURT = "judge ann 1 litigation_outcome=changed amount=50 confiscated=20"


@dataclass(frozen=True, slots=True)
class ChangedAsOrdered:
    """`records` with the outcome changed say `amount`; `changes` say the sums of the latest of them."""

    name: ClassVar[str] = "changed_as_ordered"
    title: ClassVar[Text] = Text(zh="按上级结果变更", en="Changed as ordered")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"records": ["judge"], "changes": ["change"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAID, _SO), (_SAID, f"{_SO} confiscated=0"), (_COURT, "change dan 3 amount=50 confiscated=20"),
        (_COURT, _SAID, _SO), ("judge ann 1 reconsideration_outcome=upheld",), (_SAID, "judge ann 3 litigation_outcome=upheld", _SO),
        ("judge ann 1 appeal_outcome=changed amount=0", "change dan 2 amount=0"),
        (_COURT.replace("=20", "=0"), "change dan 3 amount=50", "note bob 4"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAID.partition(" amount")[0],), (_SO,), (_SAID, _SO.replace("100", "20")), (_SAID, _COURT, _SO), (_SAID, f"{_SO} confiscated=5"),
        (_COURT, "change dan 3 amount=50"), (_COURT, "change dan 3 amount=50 confiscated=10"), (_SAID, "change dan 2"),
        ("judge ann 1 litigation_outcome=upheld amount=100", _SO), ("judge ann 1 appeal_outcome=changed confiscated=5",),
    )

    records: tuple[str, ...]
    changes: tuple[str, ...] = ("change_decision",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.records, self.changes)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an outcome without its sum, and a change to another."""
        p, said = situation.proposed, situation.proposed.data
        fault: Text | None = None
        if p.act in self.records and any(said.get(f) == CHANGED for f in OUTCOMES) and said.get("amount") is None:
            fault = Text("登记变更的结果，须照文书写明变更后的金额", "an outcome that changes it is entered with the sum now due, as the paper says")
        if p.act in self.changes:
            told = [e.data for e in situation.case.events if e.kind == ACT and e.act in self.records
                    and any(e.data.get(f) == CHANGED for f in OUTCOMES)]
            if not told:
                fault = Text("没有变更处罚的复议决定或者裁判", "no review body or court has changed the penalty")
            elif any((said.get(f) or 0) != (told[-1].get(f) or 0) for f in SUMS) or said.get("amount") is None:
                now, due = (format_yuan(sum(d.get(f) or 0 for f in SUMS)) for d in (said, told[-1]))
                fault = Text(f"上级文书确定的金额合计{due}元，拟变更为{now}元，不一致", f"the paper sets {due} yuan, and this says {now}")
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            "请照复议决定书或者裁判文书的金额登记，并按同一金额变更。", "Enter the sum of the paper, and change the decision to that sum."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find outcomes without a sum, and changes that are not theirs."""
        def changing(of: type[T] | type[R]) -> Expr:
            return say.either(*(say.equal(of(f), CHANGED) for f in OUTCOMES))

        newest = say.gather("max", self.records, R("_seq"), changing(R))
        ordered = [say.or_else(say.gather("last", self.records, say.or_else(R(f), 0), say.equal(R("_seq"), newest)), 0) for f in SUMS]
        off = say.either(*(say.differs(say.or_else(T(f), 0), due) for f, due in zip(SUMS, ordered, strict=True)))
        bad = say.either(say.none(self.records, changing(R)), off, say.missing(T("amount")))
        return AnyOf((say.gate(self.records, say.missing(T("amount")), applies=changing(T)), say.gate(self.changes, bad)))
