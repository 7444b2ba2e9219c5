"""liability_of_persons 责任人员认定: each confirmed problem names who answers for it, or why nobody does, and another approves that.

Why: 包庇、袒护: a problem without a name has no consequences for anybody.
Finds: a confirmed problem without a person or reasons, a name that disappears without reasons, silence or self-approval about either.
Not: whether the right person was named.
Source: the agency's own map (包庇、袒护负有责任的人员; 加强责任追究).
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

# fmt: off
_REPORT, _AGREE = "submit_inspection_report bob {} dispositions={{p1:rectify,p2:case,p3:not_confirmed}} ", "approve_inspection_report dan 5"
_NAMED = _REPORT.format(1) + "responsible={p1:wang,p2:li}"
_NOBODY = _REPORT.format(1) + "responsible={p1:wang} unattributed={p2:设备自然老化}"
_GONE = _REPORT.format(2) + "responsible={p1:wang} unattributed={p2:查明属于意外} liability_dropped={p2:经核实不在岗}"


@dataclass(frozen=True, slots=True)
class LiabilityOfPersons:
    """`responsible` (problem → person) or `unattributed` (problem → why nobody) for each confirmed problem of the report."""

    name: ClassVar[str] = "liability_of_persons"
    title: ClassVar[Text] = Text(zh="责任人员认定", en="Liability of persons")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_NAMED, f"approve_inspection_report {who} {n}") for who, n in (("dan", 2), ("eve", 3), ("carl", 4))), (_NAMED,),
        (_NAMED, _NAMED), (_NOBODY, _AGREE + " approved_points=[p2]"), (_NOBODY,), (_NAMED, _GONE, _AGREE + " approved_points=[p2]"),
        (_AGREE,), (_NAMED, _GONE),
        (_NAMED, _REPORT.format(2) + "responsible={p1:wang,p2:zhao} liability_dropped={p2:改认实际负责人}", _AGREE + " approved_points=[p1,p2]"),
        ("submit_inspection_report bob 1",), ("submit_inspection_report bob 1 dispositions={p3:not_confirmed}", _AGREE),
        (_NAMED, _GONE, _GONE), (_NAMED, _GONE, _NAMED + " unattributed={p3:没有证据}", _AGREE + " approved_points=[p3]"),
        (_NOBODY, _NAMED, _AGREE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_REPORT.format(1) + "responsible={p1:wang}",), (_REPORT.format(1) + "responsible={p1:wang} unattributed={p2:无}",),
        (_REPORT.format(1),), (_NAMED, _REPORT.format(2) + "responsible={p1:wang,p2:zhao}"), (_NAMED, _GONE.replace("经核实不在岗", "不在")),
        (_NOBODY, _AGREE), (_NAMED, _GONE, _REPORT.format(3) + "responsible={p1:wang,p2:zhao}"),
        (_NAMED, "approve_inspection_report bob 2"), (_NAMED.replace("wang", "dan"), _AGREE), (_NAMED, _GONE, _AGREE),
        (_NAMED, _GONE, _AGREE + " approved_points=[p1]"), (_NAMED.replace("li", "dan"), _GONE, _AGREE + " approved_points=[p2]"),
    )

    reports: tuple[str, ...] = ("submit_inspection_report",)
    approvals: tuple[str, ...] = ("approve_inspection_report",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.reports, self.approvals)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report that holds nobody liable without saying why, and an approval that is silent on it."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐个写明问题的责任人员；确无责任人员或者不再认定的，写明理由（四字以上），由报告人、被认定人以外的人逐点批准。",
            en="Name who answers for each problem; if nobody does, or a name is dropped, give reasons; another approves that point."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        reports = [e for e in s.case.events if e.kind == ACT and e.act in self.reports]
        named = {(key, who) for e in reports for key, who in e.data.get("responsible", {}).items()}
        if p.act in self.reports:
            now, why, dropped = (d.get(field, {}) for field in ("responsible", "unattributed", "liability_dropped"))
            open_ = [key for key, word in d.get("dispositions", {}).items()
                     if word != "not_confirmed" and not now.get(key) and len(str(why.get(key, ""))) < 4]
            yield open_, f"问题{s.told(open_).zh}没有责任人员，也没有理由", f"no person and no reasons for {s.told(open_).en}"
            gone = sorted(f"{key} {who}" for key, who in named if now.get(key) != who and len(str(dropped.get(key, ""))) < 4)
            yield gone, f"原认定的责任人员不再认定而没有理由：{'、'.join(gone)}", f"names dropped without reasons: {', '.join(gone)}"
        if p.act in self.approvals:
            last = reports[-1].data if reports else {}
            points = {*last.get("liability_dropped", {}), *last.get("unattributed", {})} - {*d.get("approved_points", ())}
            yield p.actor in {e.actor for e in reports}, "报告人不得批准自己的认定", "who reports may not approve it"
            yield p.actor in {who for _, who in named}, "被认定的责任人员不得批准", "who was named as liable may not approve"
            yield points, f"没有对下列各点逐点批准：{s.told(sorted(points)).zh}", f"points not approved one by one: {s.told(sorted(points)).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each report with the reports before it, and its approval with the last of them."""
        key, reports = T("_key"), self.reports
        silent = say.both(say.missing(say.value_of(T("responsible"), key)), say.over(4, say.length(say.value_of(T("unattributed"), key))))
        gone = say.both(say.negated(say.equal(say.value_of(T("responsible"), R("_key")), R("_value"))),
                        say.over(4, say.length(say.value_of(T("liability_dropped"), R("_key")))))
        newest = say.equal(R("_seq"), say.last(reports, "_seq"))
        points = [say.gather("set", reports, R("_key"), newest, each=field) for field in ("liability_dropped", "unattributed")]
        return AnyOf((
            say.gate(reports, say.some(reports, gone, each="responsible")),
            say.gate(reports, say.both(say.differs(T("_value"), "not_confirmed"), silent), each="dispositions"),
            say.gate(self.approvals, say.either(
                say.some(reports, say.same_actor()), say.some(reports, say.equal(R("_value"), T("_actor")), each="responsible"),
                *(say.over(say.without(one, T("approved_points")), 0) for one in points)), needs=["_actor"])))
