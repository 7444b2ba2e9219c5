"""lead_disposition 线索处置: every lead ends in a case, a reasoned decision by two not to open one, or a referral.

Why: 隐瞒线索: a lead that is never entered, never decided, or dropped by one hand leaves no victim who could complain.
Finds: a lead without a number of its own; one not opened without another's proposal, or reasons; a case closed without disposition;
a lead without disposition in time (`watch`).
Not: leads held elsewhere and never entered (reconciliation); the filing standard (`case_opening_due`); the reply (`reporter_answered`).
Source: the agency's own map; 行政处罚法 54(2) says 及时 without a number, so the days are a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

REASONS = 4  # characters


# fmt: off
@dataclass(frozen=True, slots=True)
class LeadDisposition:
    """A lead (`registers`) is disposed of by `disposes`, or by `refuses` after another's `proposes`; `closes` ends the case."""

    name: ClassVar[str] = "lead_disposition"
    title: ClassVar[Text] = Text(zh="线索处置", en="Disposition of leads")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "registers": ["lead"], "proposes": ["propose", "propose_none"], "disposes": ["open", "refer"], "refuses": ["drop"],
        "closes": ["close", "archive"], "within": 5,
    }
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lead ann 0 lead_no=L1", "open bob 2", "close bob 9", "archive ann 9"), ("lead carl 0 lead_no=L5", "refer carl 0", "archive carl 1"),
        ("lead ann 0 lead_no=L2", "propose_none ann 1", "drop bob 2 reasons=情节轻微", "propose ann 3", "drop bob 3 reasons=证据不足"),
        ("x:lead ann 0 lead_no=L1", "y:lead ann 0 lead_no=L2", "x:refer bob 1", "x:close ann 2"), ("lead bob 0 lead_no=L6",),
        ("close bob 0", "lead ann 0 lead_no=L3", "refer bob 1", "archive bob 2", "lead ann 3 lead_no=L4"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lead ann 0",), ("x:lead ann 0 lead_no=L1", "y:lead bob 1 lead_no=L1"), ("lead ann 0 lead_no=L1", "lead bob 1 lead_no=L1"),
        ("lead ann 0 lead_no=L1", "propose_none bob 1", "propose ann 1", "drop bob 2 reasons=情节轻微"),
        ("lead ann 0 lead_no=L1", "propose ann 1", "drop bob 2 reasons=不办了"), ("lead ann 0 lead_no=L1", "drop bob 1 reasons=情节轻微"),
        ("propose ann 0", "lead ann 1 lead_no=L1", "drop bob 2 reasons=情节轻微"), ("lead ann 0 lead_no=L1", "propose ann 1", "close bob 2"),
        ("lead ann 0 lead_no=L1", "propose ann 1", "drop bob 2 reasons=情节轻微", "drop bob 3 reasons=情节轻微"),
        ("open bob 0", "lead ann 1 lead_no=L2", "archive ann 3"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (("lead ann 0 lead_no=L1", "open bob 7", "today 60"), ("lead ann 0 lead_no=L2", "today 7"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("lead ann 0 lead_no=L1", "today 8"), ("open bob 0", "lead ann 1 lead_no=L1", "refer bob 9", "today 60"))

    disposes: tuple[str, ...]
    closes: tuple[str, ...]
    registers: tuple[str, ...] = ("register_lead",)
    proposes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    within: int = 7

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = (*self.disposes, *self.refuses, *self.closes, *self.registers, *self.proposes)
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        if wrong or not self.disposes or not self.registers or (self.refuses and not self.proposes) or self.within not in range(1, 61):
            return Text(f"动作空缺、重复或不在流程中：{'、'.join(wrong)}；天数1至60", f"acts missing, shared or unknown: {wrong}; 1 to 60 days")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a lead without a number of its own, one dropped by one hand, and a closure that leaves a lead behind."""
        fault = self._fault(situation)
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=fault,
            remedy=Text("请逐条编号登记线索；由一人提出、另一人决定立案、不予立案（写明理由）或移送，再办结。",
                        "Number each lead; one proposes, another opens, refuses with reasons, or refers; then close."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find leads without a number of their own, dropped by one hand, or left behind by a closure."""
        twice = say.either(say.some(self.registers, say.matches("lead_no")), say.some(self.registers, same="lead_no"))
        since = (*self.registers, *self.refuses)
        alone = say.either(say.none(self.proposes, since=since), say.some(self.proposes, say.same_actor(), since=since))
        left = say.both(say.some(self.registers), say.none((*self.disposes, *self.refuses), since=self.registers))
        return AnyOf((say.gate(self.registers, say.either(say.missing(T("lead_no")), twice)), say.gate(self.closes, left),
                      say.gate(self.refuses, say.either(alone, say.over(REASONS, say.length(T("reasons")))), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find leads on which nothing was decided within `within` working days of their receipt."""
        in_time = say.none((*self.disposes, *self.refuses), say.negated(say.over(say.working_days(T("_day"), R("_on")), self.within)), span=Span.AFTER)
        return say.gate(self.registers, say.both(say.over(say.working_days(T("_day"), Today()), self.within), in_time))

    def _fault(self, situation: Situation) -> Text | None:
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        act, number = command.act, command.data.get("lead_no")
        leads = [e.data.get("lead_no") for e in acts if e.act in self.registers]
        if act in self.registers and not number:
            return Text("线索须编号登记", "a lead is registered with a number")
        if act in self.registers and (number in leads or any(u.act in self.registers for u in situation.elsewhere.uses("lead_no", str(number)))):
            return Text(f"线索编号{number}已登记过", f"the lead {number} is registered already")
        start = max((n for n, e in enumerate(acts, 1) if e.act in (*self.registers, *self.refuses)), default=0)
        by = {e.actor for e in acts[start:] if e.act in self.proposes}
        if act in self.refuses and (not by or command.actor in by):
            return Text("不予立案须由另一人先行提出，不得一人决定", "not opening a case is proposed by one and decided by another")
        if act in self.refuses and len(str(command.data.get("reasons") or "").strip()) < REASONS:
            return Text(f"不予立案须写明理由（至少{REASONS}个字）", f"give reasons for not opening (at least {REASONS} characters)")
        latest = max((n for n, e in enumerate(acts, 1) if e.act in self.registers), default=0)
        if act in self.closes and latest and not any(e.act in (*self.disposes, *self.refuses) for e in acts[latest:]):
            return Text(f"线索{leads[-1] or ''}尚未处置，不得办结", f"the lead {leads[-1] or ''} is not disposed of: nothing may be closed")
        return None
