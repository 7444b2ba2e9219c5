"""problem_disposition 问题处置: every problem found on a visit ends somewhere, at least where its class requires.

Why: 违规减轻: a problem that is left out of the report, or waved through, was never found.
Finds: a report without a word on a problem, a disposition too light for its class, “nothing found” after a find, “all corrected on
site” over a problem that was not, or without a trace of the visit that shows it, a case not opened.
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
_H, _NONE, _MENDED, _CASES = "a" * 64, "not_confirmed", "corrected_on_site", ("case", "referral")
_FOUND = f"inspect_site bob 0 problems=[p1,p2] problem_class={{p1:minor,p2:major}} photo_hashes=[{_H}]"
_SMALL, _B = _FOUND.replace("major", "minor"), "b" * 64
_MORE = "inspect_site carl 1 problems=[p3] problem_class={p3:minor}"
_REPORT, _AGREE = "submit_inspection_report bob 2 ", "approve_inspection_report dan 3 inspection_outcome="
_BOTH, _EVIDENCE = "dispositions={p1:rectify,p2:case} inspection_outcome=case", f"disposition_evidence={{p1:{_H},p2:{_H}}}"
_ALL = f"dispositions={{p1:{_MENDED},p2:{_MENDED}}} {_EVIDENCE} inspection_outcome=corrected"
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
        (_SMALL, _REPORT + _ALL, _AGREE + "corrected"), (_SMALL, _REPORT + _ALL.replace(f"p2:{_MENDED}", f"p2:{_NONE}"),
        _AGREE + "corrected"),
        (_SMALL.replace(f"photo_hashes=[{_H}]", f"evidence_hash={_H}"), _REPORT + _ALL), (_SMALL, _REPORT + _ALL, _AGREE + "rectify"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FOUND, _REPORT), (_FOUND, _MORE, _REPORT + _BOTH), (_FOUND, f"{_REPORT}dispositions={{p1:rectify}} inspection_outcome=rectify"),
        *((_FOUND, f"{_REPORT}dispositions={said} inspection_outcome=rectify") for said in (
            "{p1:rectify,p2:rectify}", "{p1:ignored,p2:case}", "{p1:rectify,p2:case,p9:warning}", "{p1:corrected_on_site,p2:case}")),
        (_FOUND, f"{_REPORT}dispositions={{p1:{_NONE},p2:case}} disposition_evidence={{p1:short}}"),
        (_FOUND, _REPORT + _BOTH, _AGREE + "normal"), (_FOUND, _REPORT + _BOTH.replace("=case", "=normal")),
        (_FOUND, _REPORT + _DROPPED, _REPORT + _BOTH, _AGREE + "normal"), (_FOUND, _MORE.replace("p3", "p2"), _REPORT + _BOTH),
        (_SMALL, _REPORT + _ALL.replace(f"p2:{_MENDED}", "p2:warning")), (_FOUND, _REPORT + _BOTH, _AGREE + "corrected"),
        (_SMALL, _REPORT + _ALL.replace(f"p2:{_H}", f"p2:{_B}")), (_SMALL.replace(f" photo_hashes=[{_H}]", ""), _REPORT + _ALL),
        (_SMALL, _REPORT + _ALL.replace(_MENDED, _NONE)), (_REPORT + "inspection_outcome=corrected",),
        (_SMALL, _REPORT + _ALL.replace(f"p2:{_MENDED}", "p2:warning").replace("=corrected", "=rectify"), _AGREE + "corrected"),
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
    proved: tuple[str, ...] = (_MENDED, _NONE)
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
        mended = p.data.get("inspection_outcome") == "corrected"
        if p.act in self.approvals:
            report = next((e.data for e in reversed(done) if e.act in self.reports), {})
            kept = [key for key, word in report.get("dispositions", {}).items() if word != _NONE]
            open_ = [key for key in kept if report["dispositions"][key] != _MENDED]
            yield mended and open_, f"报告中的问题{s.told(open_).zh}没有当场改正", f"these were not corrected on site: {s.told(open_).en}"
            yield normal and kept, f"报告中有问题{s.told(kept).zh}，不得批复为未发现问题", f"the report names problems: {s.told(kept).en}"
        if p.act not in self.reports:
            return
        visits, proofs = [e.data for e in done if e.act in self.visits], p.data.get("disposition_evidence", {})
        left = sorted({key for data in visits for key in data.get("problems", ())} - {*said})
        yield left, f"检查发现的问题没有处置：{s.told(left).zh}", f"problems found on the visit end nowhere: {s.told(left).en}"
        allowed = {one.name: one.allowed for one in self.classes}
        traces = {h for data in visits for h in (*data.get("photo_hashes", ()), data.get("evidence_hash"))}
        yield mended and _MENDED not in said.values(), "没有当场改正的问题，结论不得为均已当场改正", "nothing was corrected on site"
        for key, word in said.items():
            kinds = [data["problem_class"][key] for data in visits if key in data.get("problem_class", {})]
            light = not kinds or any(word not in allowed.get(kind, ()) for kind in kinds)
            yield light, f"问题{key}未定类别，或处置“{s.told(word).zh}”轻于该类问题的要求", f"{key} has no class, or “{s.told(word).en}” is too light"
            yield word in self.proved and len(str(proofs.get(key, ""))) != 64, f"问题{key}的处置没有证据", f"there is no evidence for {key}"
            trace = word == _MENDED and proofs.get(key) not in traces
            yield trace, f"问题{key}当场改正，现场检查记录中没有证据", f"no photograph or evidence of a visit shows that {key} was corrected"
            yield mended and word not in (_MENDED, _NONE), f"问题{key}没有当场改正，结论不得为均已当场改正", f"{key} was not corrected on site"
            yield normal and word != _NONE, f"有问题{key}，结论不得为未发现问题", f"with {key} the result cannot be that nothing was found"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare the dispositions of each report with what visits found, and its approval with them."""
        key, word, normal = T("_key"), T("_value"), say.equal(T("inspection_outcome"), "normal")
        hash_, mended = say.value_of(T("disposition_evidence"), key), say.equal(T("inspection_outcome"), "corrected")
        classed, proof, done = say.equal(R("_key"), key), say.length(hash_), say.equal(word, _MENDED)
        untraced = say.both(done, say.none(self.visits, say.equal(R("_key"), hash_), each="photo_hashes"),
            say.none(self.visits, say.equal(R("evidence_hash"), hash_)))
        newest = say.equal(R("_seq"), say.last(self.reports, "_seq"))
        undone = say.both(newest, say.negated(say.is_in(R("_value"), (_MENDED, _NONE))))
        mine = say.both(say.equal(R("_seq"), T("_seq")), say.equal(R("_value"), _MENDED))
        light = say.both(classed, say.negated(say.is_in(word, say.get({one.name: one.allowed for one in self.classes}, R("_value")))))
        kept = say.both(newest, say.differs(R("_value"), _NONE))
        return AnyOf((
            say.gate(self.approvals, say.either(say.both(normal, say.some(self.reports, kept, each="dispositions")),
                say.both(mended, say.some(self.reports, undone, each="dispositions")))),
            say.gate(self.reports, say.both(mended, say.none(self.reports, mine, each="dispositions", span=Span.ALL))),
            say.gate(self.reports, say.some(self.visits, say.negated(say.is_in(R("_key"), T("dispositions"))), each="problems")),
            say.gate(self.reports, say.either(
                say.none(self.visits, classed, each="problem_class"), say.some(self.visits, light, each="problem_class"),
                say.both(say.is_in(word, self.proved), say.differs(proof, 64)),
                untraced, say.both(mended, say.negated(say.is_in(word, (_MENDED, _NONE)))),
                say.both(normal, say.differs(word, _NONE))), each="dispositions")))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find what was to become a case and was not opened in `days`."""
        opened = say.some(self.openings, say.is_in(T("_key"), R("problems")), span=Span.AFTER)
        return say.gate(self.reports, say.both(
            say.is_in(T("_value"), _CASES), say.over(say.minus(Today(), T("_on")), self.days), say.negated(opened),
            say.none(self.reports, span=Span.AFTER)), each="dispositions")
