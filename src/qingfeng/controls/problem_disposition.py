"""problem_disposition 问题处置: every problem found on a visit ends somewhere, at least where its class requires.

Why: 违规减轻: a problem that is left out of the report, or waved through, was never found.
Finds: a report without a word on a problem, a disposition too light for its class, “nothing found” after a find, a case not opened.
Not: a problem that nobody wrote down (reinspection finds those), nor how severe the later penalty is.
Source: the agency's own map (违规做出减轻处罚的决定); classes and the dispositions that each allows are settings.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

# fmt: off
_H, _NONE, _CASES = "a" * 64, "not_confirmed", ("case", "referral")
_FOUND = "inspect_site bob 0 problems=[p1,p2] problem_class={p1:minor,p2:major}"
_MORE = "inspect_site carl 1 problems=[p3] problem_class={p3:minor}"
_REPORT, _AGREE = "submit_inspection_report bob 2 ", "approve_inspection_report dan 3 inspection_outcome="
_BOTH, _EVIDENCE = "dispositions={p1:rectify,p2:case} inspection_outcome=case", f"disposition_evidence={{p1:{_H},p2:{_H}}}"
_DROPPED = f"dispositions={{p1:{_NONE},p2:{_NONE}}} {_EVIDENCE} inspection_outcome=normal"


@dataclass(frozen=True, slots=True)
class Class:
    """A class of problems and what may become of one."""
    name: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProblemDisposition:
    """Problems (`problems`, `problem_class` of visits) against `dispositions` of the report; `proved` ones need evidence."""

    name: ClassVar[str] = "problem_disposition"
    title: ClassVar[Text] = Text(zh="问题处置", en="Disposition of problems")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"classes": [
        {"name": "minor", "allowed": ["rectify", "warning", "corrected_on_site", _NONE]}, {"name": "major", "allowed": [*_CASES, _NONE]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_FOUND, f"{_REPORT}dispositions={{p1:{a},p2:{b}}} inspection_outcome=case") for a in ("rectify", "warning") for b in _CASES),
        (_FOUND, _REPORT + _BOTH, _AGREE + "case"), (_FOUND, _REPORT + _BOTH, _AGREE + "rectify"), (_REPORT,), (_AGREE + "normal",),
        (_FOUND, _MORE, f"{_REPORT}dispositions={{p1:corrected_on_site,p2:case,p3:warning}} inspection_outcome=case {_EVIDENCE}"),
        (_FOUND, _REPORT + _DROPPED, _AGREE + "normal"), (_FOUND, _REPORT + _BOTH, _REPORT + _DROPPED, _AGREE + "normal"), (_FOUND, _MORE),
        (_FOUND, _REPORT + _BOTH), (_FOUND, _REPORT + _BOTH, _AGREE + "case", _AGREE + "case"), (_AGREE + "case", _REPORT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FOUND, _REPORT), (_FOUND, _MORE, _REPORT + _BOTH), (_FOUND, f"{_REPORT}dispositions={{p1:rectify}} inspection_outcome=rectify"),
        *((_FOUND, f"{_REPORT}dispositions={said} inspection_outcome=rectify") for said in (
            "{p1:rectify,p2:rectify}", "{p1:ignored,p2:case}", "{p1:rectify,p2:case,p9:warning}", "{p1:corrected_on_site,p2:case}")),
        (_FOUND, f"{_REPORT}dispositions={{p1:{_NONE},p2:case}} disposition_evidence={{p1:short}}"),
        (_FOUND, _REPORT + _BOTH, _AGREE + "normal"), (_FOUND, _REPORT + _BOTH.replace("=case", "=normal")),
        (_FOUND, _REPORT + _DROPPED, _REPORT + _BOTH, _AGREE + "normal"), (_FOUND, _MORE.replace("p3", "p2"), _REPORT + _BOTH),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FOUND, _REPORT + _BOTH, "refer_case dan 9 problems=[p2]", "today 90"), (_FOUND, _REPORT + _BOTH, "today 12"),
        (_FOUND, _REPORT + _DROPPED, "today 90"), (_FOUND, _REPORT + _BOTH, _REPORT + _DROPPED, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FOUND, _REPORT + _BOTH, "today 13"), (_FOUND, _REPORT + _BOTH, "refer_case dan 9 problems=[p1]", "today 90"))

    classes: tuple[Class, ...]
    visits: tuple[str, ...] = ("inspect_site",)
    reports: tuple[str, ...] = ("submit_inspection_report",)
    approvals: tuple[str, ...] = ("approve_inspection_report",)
    openings: tuple[str, ...] = ("refer_case",)
    proved: tuple[str, ...] = ("corrected_on_site", _NONE)
    days: int = 10

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        names = [one.name for one in self.classes]
        fine = names and len({*names}) == len(names) and all(one.allowed for one in self.classes) and 1 <= self.days <= 365
        return unfit(version, self.visits, self.reports, self.openings, more=self.approvals) or (None if fine else Text(
            zh="问题类别不能为空或重复，每类应有处置方式，天数应为1至365", en="classes must be there once each, with dispositions; days 1 to 365"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report that leaves a problem out or treats it too lightly, and “nothing found” after a find."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐个写明问题的处置（整改、立案、移送、警告、当场改正或查否），不低于该类问题的要求，当场改正和查否附证据。",
            en="Say what becomes of each problem, no less than its class requires; corrected on site and not confirmed need evidence."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said = s.proposed, s.proposed.data.get("dispositions", {})
        done, normal = [e for e in s.case.events if e.kind == ACT], p.data.get("inspection_outcome") == "normal"
        if p.act in self.approvals:
            report = next((e.data for e in reversed(done) if e.act in self.reports), {})
            kept = [key for key, word in report.get("dispositions", {}).items() if word != _NONE]
            yield normal and kept, f"报告中有问题{'、'.join(kept)}，不得批复为未发现问题", f"the report names problems: {', '.join(kept)}"
        if p.act not in self.reports:
            return
        visits, proofs = [e.data for e in done if e.act in self.visits], p.data.get("disposition_evidence", {})
        left = sorted({key for data in visits for key in data.get("problems", ())} - {*said})
        yield left, f"检查发现的问题没有处置：{'、'.join(left)}", f"problems found on the visit end nowhere: {', '.join(left)}"
        allowed = {one.name: one.allowed for one in self.classes}
        for key, word in said.items():
            kinds = [data["problem_class"][key] for data in visits if key in data.get("problem_class", {})]
            light = not kinds or any(word not in allowed.get(kind, ()) for kind in kinds)
            yield light, f"问题{key}未定类别，或处置“{word}”轻于该类问题的要求", f"{key} has no class, or “{word}” is too light for it"
            yield word in self.proved and len(str(proofs.get(key, ""))) != 64, f"问题{key}的处置没有证据", f"there is no evidence for {key}"
            yield normal and word != _NONE, f"有问题{key}，结论不得为未发现问题", f"with {key} the result cannot be that nothing was found"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare the dispositions of each report with what visits found, and its approval with them."""
        key, word, normal = T("_key"), T("_value"), say.equal(T("inspection_outcome"), "normal")
        classed, proof = say.equal(R("_key"), key), say.length(say.value_of(T("disposition_evidence"), key))
        light = say.both(classed, say.negated(say.is_in(word, say.get({one.name: one.allowed for one in self.classes}, R("_value")))))
        kept = say.both(say.equal(R("_seq"), say.last(self.reports, "_seq")), say.differs(R("_value"), _NONE))
        return AnyOf((
            say.gate(self.approvals, say.both(normal, say.some(self.reports, kept, each="dispositions"))),
            say.gate(self.reports, say.some(self.visits, say.negated(say.is_in(R("_key"), T("dispositions"))), each="problems")),
            say.gate(self.reports, say.either(
                say.none(self.visits, classed, each="problem_class"), say.some(self.visits, light, each="problem_class"),
                say.both(say.is_in(word, self.proved), say.differs(proof, 64)),
                say.both(normal, say.differs(word, _NONE))), each="dispositions")))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find what was to become a case and was not opened in `days`."""
        opened = say.some(self.openings, say.is_in(T("_key"), R("problems")), span=Span.AFTER)
        return say.gate(self.reports, say.both(
            say.is_in(T("_value"), _CASES), say.over(say.minus(Today(), T("_on")), self.days), say.negated(opened),
            say.none(self.reports, span=Span.AFTER)), each="dispositions")
