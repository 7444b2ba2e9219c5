"""final_report_complete 终结报告完整: the final report relies on or rejects, with reasons, every item of evidence registered so far.

Why: 隐报 – what speaks for or against the party is left out, or turns up once the report is written and is never weighed.
Finds: a report that leaves an item out, names one that is not registered, both relies on and rejects one, rejects one without
reasons, or is empty; a decision without a report after the latest evidence.
Not: evidence that was never registered, nor whether a reason convinces.
Source: the agency's own map (隐报、不如实汇报); evidence must be verified before it grounds a decision: 行政处罚法 46.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
LETTERS = 4  # a reason in fewer characters is none
E1, E2, NOTES = "register ann 0 evidence_no=E1", "register bob 1 evidence_no=E2", ("note ann 1",) * 3
ONE, FULL = "report ann 2 relies_on=[E1]", "report ann 2 relies_on=[E1,E2]"
Fault: TypeAlias = tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class FinalReportComplete:
    """`reports` weigh all that `registers` brought in; `decisions` wait for a report that weighs it."""

    name: ClassVar[str] = "final_report_complete"
    title: ClassVar[Text] = Text(zh="终结报告完整", en="Complete final report")
    example: ClassVar[dict[str, Any]] = {"registers": ["register"], "reports": ["report"], "decisions": ["decide"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (E1, E2, *NOTES, FULL, *NOTES, "decide carl 3"), (*NOTES, E1, E2, FULL, *NOTES), (E1, E1, ONE, ONE, *NOTES, "decide carl 3"),
        (E1, *NOTES, ONE, ONE, *NOTES), (E1, E1, ONE, ONE, *NOTES, "decide carl 3", "decide carl 4"), (*NOTES, E1, *NOTES, ONE),
        (E1, ONE, *NOTES), (*NOTES, E1, ONE, "decide bob 3"), (E1, *NOTES, ONE, *NOTES, ONE), (*NOTES, E1, ONE, *NOTES, "decide bob 3"),
        (E1, E2, *NOTES, "report ann 2 relies_on=[E2] rejects={E1:来源无法核实}", *NOTES, "decide carl 3"),
        (E1, "report ann 1 rejects={E1:与本案没有关联}", E2, *NOTES, FULL, "decide bob 4", *NOTES),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (E1, E2, *NOTES, ONE), (E1, FULL), (E1, *NOTES, "report ann 1"), (E1, "decide bob 2"), (*NOTES, "decide carl 0"),
        (E1, E2, "report ann 2 relies_on=[E1] rejects={E2:不采信}"), (E1, E2, "report ann 2 relies_on=[E1,E2] rejects={E1:来源无法核实}"),
        (E1, "report ann 1 relies_on=[E1] rejects={E2:与本案没有关联}"), (E1, ONE, E2, "decide carl 3"))

    registers: tuple[str, ...]
    reports: tuple[str, ...]
    decisions: tuple[str, ...]
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [act for group in (self.registers, self.reports, self.decisions) for act in group or ("",)]
        return None if {*named} <= {row.act for row in version.procedure.rows} and len({*named}) == len(named) else Text(
            zh="三组动作须取自流程、均不为空且不相交", en="name three disjoint lists of acts of the procedure")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report that leaves something out, and a decision before it is weighed."""
        command, events = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        known, fault = list({e.data.get("evidence_no"): e for e in events if e.act in self.registers}), None
        if command.act in self.reports:
            fault = self._badly_weighed(known, command.data.get("relies_on") or [], command.data.get("rejects") or {})
        elif command.act in self.decisions:
            fault = self._unweighed(events)
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            zh="请在终结报告中逐项列明采信的证据，或者不予采信的证据及理由（至少4个字），有新证据的重新提交报告。",
            en="List in the report every item relied on or rejected, with reasons (4 characters at least); report new evidence anew."))

    def _badly_weighed(self, known: list[Any], relied: list[str], rejected: dict[str, str]) -> Fault:
        if not relied and not rejected:
            return "报告未列明任何证据", "the report names no evidence at all"
        left = [e for e in known if e and e not in relied and e not in rejected]
        odd = [e for e in (*relied, *rejected) if e not in known]
        bare, twice = [e for e, why in rejected.items() if len(why) < LETTERS], [e for e in relied if e in rejected]
        for which, zh, en in ((left, "报告漏列", "the report leaves out"), (odd, "报告所列证据未登记", "the report names what is not registered"),
                              (twice, "既采信又不采信", "both relied on and rejected"), (bare, "不予采信未说明理由", "rejected without reasons")):
            if which:
                return f"{zh}：{'、'.join(which)}", f"{en}: {', '.join(which)}"
        return None

    def _unweighed(self, events: list[Event]) -> Fault:
        last = max((n for n, e in enumerate(events) if e.act in self.reports), default=None)
        if last is None:
            return "还没有提交调查终结报告", "there is no final report yet"
        new = [e.data.get("evidence_no") for e in events[last:] if e.act in self.registers]
        zh, en = "、".join(str(n or "（无编号）") for n in new), ", ".join(str(n or "(no number)") for n in new)
        return (f"终结报告之后又登记了证据：{zh}", f"evidence was registered after the final report: {en}") if new else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find what a report leaves out, invents, contradicts or rejects without reason, and decisions that did not wait for it."""
        relied, rejected, unknown = T("relies_on"), T("rejects"), say.none(self.registers, say.equal(R("evidence_no"), T("_key")))
        weighed = say.either(say.missing(R("evidence_no")), say.is_in(R("evidence_no"), relied), say.is_in(R("evidence_no"), rejected))
        empty = say.both(say.missing(relied), say.missing(rejected))
        return AnyOf((
            say.gate(self.reports, say.either(empty, say.some(self.registers, say.negated(weighed)))),
            say.gate(self.reports, say.either(unknown, say.is_in(T("_key"), rejected)), each="relies_on"),
            say.gate(self.reports, say.either(unknown, say.over(LETTERS, say.size(T("_value")))), each="rejects"),
            say.gate(self.decisions, say.either(say.none(self.reports), say.some(self.registers, since=self.reports))),
        ))
