"""budget_totals 预算数字相符: in every round the items add up to the total, keep to the control figures, and the approved sums go down.

Why: a figure hidden between items and total, or put in above the ceiling, is money that nobody approved.
Finds: figures without items or total, or that do not add up; a second draft with an item above the control figures, or a total above them;
an issued or published budget that differs in any item from the approved one; rounds out of order.
Not: why a figure changed from one round to the next (budget_changes); whether it was needed.
Source: 预算法实施条例 25-28 (units compile, finance reviews and has corrected what fails); two rounds up and down are practice: settings.
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
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

# fmt: off
_UP, _DOWN = "first ann 0 budget_figures={A:60,B:40} budget_total=10000", "control dan 2 budget_figures={A:50,B:40} budget_total=9000"
_BACK, _YES = "second ann 4 budget_figures={A:45,B:40} budget_total=8500", "approve eve 6 budget_figures={A:45,B:40} budget_total=8500"
_OUT = "issue dan 8 budget_figures={A:45,B:40} budget_total=8500"


@dataclass(frozen=True, slots=True)
class BudgetTotals:
    """`rounds`, in this order, say `budget_figures` (yuan by item) and `budget_total`; `ceilings` bind `bound`, `approves` the `issues`."""

    name: ClassVar[str] = "budget_totals"
    title: ClassVar[Text] = Text(zh="预算数字相符", en="Budget figures add up")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"rounds": ["first", "control", "second", "approve", "issue"], "ceilings": ["control"],
        "bound": ["second"], "approves": ["approve"], "issues": ["issue"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP, _DOWN, _BACK, _YES, _OUT), (_UP, _DOWN, _BACK, _YES), (_UP,), (_UP, _DOWN), (_UP, _DOWN, _BACK),
        (_UP, _UP, _DOWN, _BACK, _BACK), (_UP, _DOWN, _BACK.replace("45", "50").replace("85", "90")),
        (_UP, _DOWN, "second ann 4 budget_figures={A:45} budget_total=4500"),
        (_UP, _DOWN, _BACK, _YES.replace("45", "44").replace("85", "84"), _OUT.replace("45", "44").replace("85", "84")),
        (_UP, _DOWN, _DOWN.replace("A:50", "A:70").replace("90", "110"), _BACK.replace("45", "60").replace("85", "100")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP.replace("A:60", "A:61"),), (_UP.replace("100", "99"),), ("first ann 0 budget_total=10000",),
        ("first ann 0 budget_figures={A:60,B:40}",), (_UP, _DOWN, _BACK.replace("45", "51").replace("85", "91")),
        (_UP, _DOWN, _BACK.replace("A:", "C:")), (_UP, _BACK), (_DOWN,), (_BACK,), (_UP, _DOWN, _BACK, _OUT),
        (_UP, _DOWN, _BACK, _YES, _OUT.replace("45", "46").replace("85", "86")), (_UP, _DOWN, _YES),
        (_UP, _DOWN, _BACK, _YES, _OUT.replace("45", "44").replace("85", "84")), (_UP, _DOWN, _BACK, _YES, _OUT.replace("A:", "C:")),
        (_UP, _DOWN, _BACK, _YES, "issue dan 8 budget_figures={A:45} budget_total=4500"), (_UP, _DOWN, _BACK.replace("85", "99")),
    )

    rounds: tuple[str, ...]
    ceilings: tuple[str, ...] = ("issue_control_figures",)
    bound: tuple[str, ...] = ("submit_second_draft",)
    approves: tuple[str, ...] = ("record_budget_approval",)
    issues: tuple[str, ...] = ("issue_budget",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not {*self.ceilings, *self.bound, *self.approves, *self.issues} <= {*self.rounds}:
            return Text(zh="控制数、受其约束的草案、批准和批复都应列入轮次", en="ceilings, what they bind, approvals and issues must be rounds")
        return unfit(version, self.rounds) or unfit(version, self.ceilings, self.bound, self.approves, self.issues)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse figures that do not add up, exceed what binds them, or are not those approved."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请按轮次填报：逐项列明金额和合计并相符，草案不超过控制数，批复与批准数逐项一致；确需增加的，先调整控制数或者另行报批。",
            en="Go round by round: items that add up to the total, drafts within the control figures, issued as approved item by item."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.rounds:
            return
        words = {row.act: row.word.name for row in s.case.version.procedure.rows}
        figures: dict[str, int] = p.data.get("budget_figures") or {}
        total, summed = p.data.get("budget_total"), sum(figures.values())
        before = [act for act in self.rounds[: self.rounds.index(p.act)] if act not in {e.act for e in done}]
        yield not figures or total is None, "没有逐项列明金额或者合计", "the items or the total are not given"
        yield total != summed * 100, f"各项合计{summed}元，与所填合计不符", f"the items add up to {summed} yuan, not to the total given"
        yield before, f"还没有“{words[before[0]].zh if before else ''}”", f"“{words[before[0]].en if before else ''}” has not been done"

        def latest(acts: tuple[str, ...]) -> dict[str, int]:
            return next((e.data["budget_figures"] for e in reversed(done) if e.act in acts and e.data.get("budget_figures")), {})

        if p.act in self.bound:
            most = latest(self.ceilings)
            high = sorted(item for item, sum_ in figures.items() if sum_ > most.get(item, -1))
            yield high, f"下列项目没有控制数或者超过控制数：{s.told(high).zh}", f"items without or above their control figure: {s.told(high).en}"
        if p.act in self.issues:
            right = latest(self.approves)
            odd = sorted(item for item in {*figures, *right} if figures.get(item) != right.get(item))
            yield odd, f"下列项目与批准数不一致：{s.told(odd).zh}", f"items that differ from what was approved: {s.told(odd).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Add up each round, and lay it beside what binds it."""
        figures, total = T("budget_figures"), T("budget_total")
        unequal = say.negated(say.equal(say.times(100, say.total(figures)), total))
        rules = [say.gate([act], say.either(say.missing(figures), unequal, *(say.none([one]) for one in self.rounds[:n])))
            for n, act in enumerate(self.rounds)]
        most, right = say.last(self.ceilings, "budget_figures"), say.last(self.approves, "budget_figures")
        this = T("_key")
        within = say.at_least(say.value_of(most, this), T("_value"))
        rules.append(say.gate(self.bound, say.negated(within), each="budget_figures"))
        rules.append(say.gate(self.issues, say.negated(say.equal(say.value_of(right, this), T("_value"))), each="budget_figures"))
        rules.append(say.gate(self.issues, say.over(say.without(right, figures), 0)))
        return AnyOf(tuple(rules))
