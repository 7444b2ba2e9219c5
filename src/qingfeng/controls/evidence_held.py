"""evidence_held 证据在管: every registered item has come into somebody's custody, soon, and before the final report at the latest.

Why: 丢失、损毁 – an item that stays in a car or a drawer is in nobody's hands, and nobody answers for it.
Finds: a final report while a registered item was never taken into custody; by `watch`: an item not taken in within `within` days.
Not: how it fared afterwards (evidence_custody).
Source: the agency's own map (证据保管制度); `within` is a setting, no statute names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

# fmt: off
E1, E2, TAKE = "register ann 0 evidence_no=E1", "register ann 0 evidence_no=E2", "take carl 1 evidence_no=E1"


@dataclass(frozen=True, slots=True)
class EvidenceHeld:
    """Each item of `registers` is taken (`takes`) within `within` working days, in any case before `reports`."""

    name: ClassVar[str] = "evidence_held"
    title: ClassVar[Text] = Text(zh="证据专人保管", en="Evidence in custody")
    example: ClassVar[dict[str, Any]] = {"registers": ["register"], "takes": ["take"], "reports": ["report"], "within": 2}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (E1, TAKE, "report ann 2"), (E1, E2, TAKE, "take dan 1 evidence_no=E2", "report ann 2"), ("report ann 0",),
        (E1, TAKE, TAKE, "report ann 2", "report ann 3"), (E1, E1, TAKE, "report ann 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (E1, "report ann 2"), (E1, E2, TAKE, "report ann 2"), (TAKE, E1, E2, "report ann 2"),
        (E1, TAKE, "report ann 2", E2, "report ann 3"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((E1, "today 2"), (E1, "take carl 2 evidence_no=E1", "today 60"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (E1, "today 3"), (E1, E2, TAKE, "today 3"), (E1, "take carl 3 evidence_no=E1", "today 3"))

    registers: tuple[str, ...]
    takes: tuple[str, ...]
    reports: tuple[str, ...]
    within: int
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [act for group in (self.registers, self.takes, self.reports) for act in group or ("",)]
        sound = {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named)
        return None if sound and 0 <= self.within <= 30 else Text(
            "三组动作须取自流程、均不为空且不相交，within应为0至30个工作日", "name three disjoint lists of acts; within: 0 to 30 working days")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a final report while an item is in nobody's custody."""
        if situation.proposed.act not in self.reports:
            return None
        said = [(e.act, e.data["evidence_no"]) for e in situation.case.events if e.kind == ACT and e.data.get("evidence_no")]
        taken = {no for act, no in said if act in self.takes}
        loose = list(dict.fromkeys(str(no) for act, no in said if act in self.registers and no not in taken))
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
            f"证据{'、'.join(loose)}登记后无人保管", f"nobody took {', '.join(loose)} into custody after its registration"), remedy=Text(
            "请先由保管人入库保管，再提交报告。", "Let the custodian take it in first, then report.")) if loose else None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find reports before which more items were registered or taken than were taken."""
        known, taken = (say.gather("distinct", acts, R("evidence_no")) for acts in ((*self.registers, *self.takes), self.takes))
        return say.gate(self.reports, say.over(known, taken))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find registered items that nobody took into custody in time."""
        taken = say.gather("min", self.takes, R("_on"), say.matches("evidence_no"), span=Span.AFTER)
        return say.gate(self.registers, say.over(say.working_days(T("_on"), say.or_else(taken, Today())), self.within))
