"""lead_disposition 线索处置: every lead ends in a case, a reasoned decision by two not to open one, or a referral.

Why: 隐瞒线索: a lead that is never entered, never decided, or dropped by one hand leaves no victim who could complain.
Finds: a lead without a number of its own, dropped by one hand or without reasons, left by a closure, or not decided in time (`watch`).
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
Stories = tuple[tuple[str, ...], ...]


# fmt: off
@dataclass(frozen=True, slots=True)
class LeadDisposition:
    """A lead (`registers`) is disposed of by `disposes`, or by `refuses` after another's `proposes`; `closes` ends the case."""

    name: ClassVar[str] = "lead_disposition"
    title: ClassVar[Text] = Text(zh="线索处置", en="Disposition of leads")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "registers": ["lead"], "proposes": ["offer", "ask"], "disposes": ["open", "refer"], "refuses": ["drop"], "closes": ["close", "end"]}
    allowed: ClassVar[Stories] = (
        ("lead ann 0 lead_no=L2", "ask ann 1", "drop bob 2 reasons=情节轻微", "offer ann 3", "drop bob 3 reasons=证据不足"),
        ("close bob 0", "lead ann 0 lead_no=L3", "refer bob 1", "end bob 2", "lead ann 3 lead_no=L4"),
        ("x:lead ann 0 lead_no=L1", "y:lead ann 0 lead_no=L2", "x:refer bob 1", "x:close ann 2"),
        ("lead ann 0 lead_no=L1", "open bob 2", "close bob 9", "end ann 9"), ("lead carl 0 lead_no=L5", "refer carl 0", "end carl 1"),
        ("lead bob 0 lead_no=L6", "offer bob 0"),
    )
    refused: ClassVar[Stories] = (
        ("lead ann 0 lead_no=L1", "offer ann 1", "drop bob 2 reasons=情节轻微", "drop bob 3 reasons=情节轻微"),
        ("lead ann 0 lead_no=L1", "ask bob 1", "offer ann 1", "drop bob 2 reasons=情节轻微"),
        ("offer ann 0", "lead ann 1 lead_no=L1", "drop bob 2 reasons=情节轻微"), ("lead ann 0 lead_no=L1", "offer ann 1", "close bob 2"),
        ("lead ann 0 lead_no=L1", "offer ann 1", "drop bob 2 reasons=不办了"), ("x:lead ann 0 lead_no=L1", "y:lead bob 1 lead_no=L1"),
        ("open bob 0", "lead ann 1 lead_no=L2", "end ann 3"), ("lead ann 0 lead_no=L1", "drop bob 1 reasons=情节轻微"), ("lead ann 0",),
        ("lead ann 0 lead_no=L1", "lead bob 1 lead_no=L1"),
    )
    kept: ClassVar[Stories] = (("lead ann 0 lead_no=L1", "open bob 9", "today 60"), ("lead ann 0 lead_no=L2", "today 9"))
    neglected: ClassVar[Stories] = (("lead ann 0 lead_no=L1", "today 10"), ("lead ann 1 lead_no=L1", "refer bob 11", "today 60"))

    disposes: tuple[str, ...]
    closes: tuple[str, ...]
    registers: tuple[str, ...] = ("register_lead",)
    proposes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    within: int = 7

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = (*self.disposes, *self.refuses, *self.closes, *self.registers, *self.proposes)
        wrong = ", ".join(sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows}))
        bad = wrong or not (self.disposes and self.registers) or bool(self.refuses) > bool(self.proposes) or not 1 <= self.within <= 60
        return Text(f"动作空缺、重复或不在流程中：{wrong}；天数1至60", f"acts missing, shared or unknown: {wrong}; 1 to 60 days") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a lead without a number of its own, one dropped by one hand, and a closure that leaves a lead behind."""
        command, acts, settles = situation.proposed, [e for e in situation.case.events if e.kind == ACT], (*self.disposes, *self.refuses)
        act, number = command.act, command.data.get("lead_no")
        leads = {n: e.data.get("lead_no") for n, e in enumerate(acts, 1) if e.act in self.registers}
        start = max((n for n, e in enumerate(acts, 1) if n in leads or e.act in self.refuses), default=0)
        by = {e.actor for e in acts[start:] if e.act in self.proposes}
        others = [u.act for u in situation.elsewhere.uses("lead_no", str(number))] if act in self.registers and number else []
        taken = not number or number in leads.values() or not set(self.registers).isdisjoint(others)
        behind = leads and not any(e.act in settles for e in acts[max(leads) :])
        faults = (
            (self.registers, taken, f"线索须有自己的编号（{number or '未编号'}）", f"a lead has a number of its own ({number or 'none given'})"),
            (self.refuses, not by or command.actor in by, "不予立案须由另一人先行提出，不得一人决定", "one proposes not to open, another decides"),
            (self.refuses, len(str(command.data.get("reasons") or "").strip()) < REASONS, f"不予立案须写明理由（至少{REASONS}个字）",
             f"give reasons for not opening (at least {REASONS} characters)"),
            (self.closes, behind, "线索尚未处置，不得办结", "a lead is not disposed of: nothing may be closed"))
        found = next((Text(zh, en) for which, bad, zh, en in faults if act in which and bad), None)
        return None if found is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=found,
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
        in_time, early = (say.negated(say.over(say.working_days(T("_day"), day), self.within)) for day in (R("_on"), Today()))
        return say.gate(self.registers, say.negated(say.either(early, say.some((*self.disposes, *self.refuses), in_time, span=Span.AFTER))))
