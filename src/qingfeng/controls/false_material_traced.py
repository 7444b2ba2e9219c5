"""false_material_traced 虚假材料倒查: when a paper turns out false, whoever verified it is named, and somebody else looks into it.

Why: 故意让虚假资料通过 costs nothing when a false paper that comes out is only taken off the file.
Finds: a case closed over a false paper that nobody traced to its examiner; a trace that names another, or made by one who verified
papers here; (watch) one not traced in `within` working days.
Not: whether he let it pass on purpose (the inquiry says); papers never found out (file_sampling).
Source: the agency's own map (落实责任追究、发现并及时纠正审批过程中存在的问题); the days are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4
# fmt: off
_ANN, _BOB = "verify_material ann 0 material_no=M1", "verify_material bob 0 material_no=M2"
_FALSE, _BAD = "report_false_material eve 5 material_no=M1", "report_false_material eve 5 material_no=M2"
_TRACE, _SHUT = "trace_false_material dan 7 material_no=M1 doubted=ann opinion=没有向出具机关核实", "close_case dan 9"
_TRACE2 = _TRACE.replace("M1", "M2").replace("ann", "bob")


@dataclass(frozen=True, slots=True)
class FalseMaterialTraced:
    """Each of `reports` is followed by one of `traces`, naming who did `verifies` of that paper, before `closings`."""

    name: ClassVar[str] = "false_material_traced"
    title: ClassVar[Text] = Text(zh="虚假材料倒查", en="False papers traced")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"closings": ["close_case"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _BOB, _FALSE, _TRACE, _SHUT), (_ANN, _FALSE, _TRACE), (_SHUT,), (_ANN, _BOB, _SHUT),
            (_ANN, _BOB, _FALSE, _BAD, _TRACE, _TRACE2, _SHUT),
        (_ANN, _FALSE, _TRACE.replace("dan", "fay"), _SHUT, _SHUT),
            (_ANN, _ANN.replace("ann", "bob"), _FALSE, _TRACE.replace("ann", "bob"), _SHUT),
        (_ANN, _BOB, _BAD, _TRACE2, _SHUT), (_ANN, _FALSE, _TRACE, _TRACE, _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _FALSE, _SHUT), (_ANN, _BOB, _FALSE, _BAD, _TRACE, _SHUT), (_ANN, _BOB, _FALSE, _TRACE.replace("ann", "bob")),
        (_ANN, _BOB, _FALSE, _TRACE.replace("dan", "bob")), (_ANN, _FALSE, _TRACE.replace("dan", "ann")), (_ANN, _TRACE),
        (_ANN, _FALSE, _TRACE.replace("没有向出具机关核实", "失误")), (_ANN, _FALSE, _TRACE, _FALSE, _SHUT),
            (_ANN, _FALSE, _TRACE.replace("doubted=ann ", "")),
        (_ANN, _BOB, _BAD, _TRACE, _SHUT), (_ANN, _BOB, _FALSE, _BAD, _TRACE2, _SHUT),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_ANN, _FALSE, "today 8"), (_ANN, _FALSE, _TRACE, "today 90"), (_ANN, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ANN, _FALSE, "today 40"), (_ANN, _BOB, _FALSE, _BAD, _TRACE, "today 40"),
            (_ANN, _FALSE, _TRACE.replace(" 7 ", " 39 "), "today 40"),
        (_ANN, _FALSE, "today 21"))

    verifies: tuple[str, ...] = ("verify_material",)
    reports: tuple[str, ...] = ("report_false_material",)
    traces: tuple[str, ...] = ("trace_false_material",)
    closings: tuple[str, ...] = ("close_case",)
    within: int = 10

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.within <= 60:
            return Text(zh="应为1至60个工作日", en="1 to 60 working days")
        return unfit(version, self.verifies, self.reports, self.traces, self.closings)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a trace that names the wrong one or is no trace, and a closure over an open one."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由没有核验过本件材料的人，逐件写明当时是谁核验、为何没有发现，再办结。",
            en="Let somebody who verified nothing here say of each paper who verified it and why it passed; then close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        code = d.get("material_no")
        if p.act in self.traces:
            looked = {e.actor for e in acts if e.act in self.verifies and e.data.get("material_no") == code}
            yield not any(e.act in self.reports and e.data.get("material_no") == code for e in acts), "这份材料没有登记为虚假", "no such false paper"
            yield d.get("doubted") not in looked, "写明的人没有核验过这份材料", "who is named did not verify this paper"
            yield p.actor in s.case.actors_of(self.verifies), \
                f"{s.people.name(p.actor)}核验过本件材料", f"{s.people.name(p.actor)} verified papers here"
            yield len(d.get("opinion") or "") < WORDS, "没有写明倒查的结果", "it does not say what came of it"
        if p.act in self.closings:
            false, found = ([e for e in acts if e.act in some] for some in (self.reports, self.traces))
            left = sorted({e.data["material_no"] for e in false if e.data.get("material_no")} - {e.data.get("material_no") for e in found})
            yield left, f"虚假材料尚未倒查：{wording.papers(s.case.version, left).zh}", \
                f"false papers not traced: {wording.papers(s.case.version, left).en}"
            again = false and (not found or found[-1].seq < false[-1].seq)
            yield again, "最近一次登记虚假材料之后没有倒查", "nothing was traced since the latest report of a false paper"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at traces beside the verifications, and at closings beside both."""
        same = say.matches("material_no")
        looked = say.gather("set", self.verifies, R("_actor"), same)
        codes = say.gather("set", self.reports, R("material_no"))
        left = say.over(say.without(codes, say.gather("set", self.traces, R("material_no"))), 0)
        again = say.both(say.some(self.reports), say.none(self.traces, since=self.reports))
        return AnyOf((
            say.gate(self.traces, say.either(
                say.none(self.reports, same), say.negated(say.is_in(T("doubted"), looked)), say.some(self.verifies, say.same_actor()),
                say.over(WORDS, say.length(T("opinion")))), needs=["_actor"]),
            say.gate(self.closings, say.either(left, again))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find false papers not traced in `within` working days."""
        soon = say.both(say.matches("material_no"), say.at_least(self.within, say.working_days(T("_on"), R("_on"))))
        return say.gate(self.reports, say.both(
            say.over(say.working_days(T("_on"), Today()), self.within), say.none(self.traces, soon, span=Span.AFTER)))
