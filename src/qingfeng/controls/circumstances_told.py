"""circumstances_told 情节须查明并告知: what makes a sanction lighter or heavier stands in the report with its evidence and was told.

Why: 随意从轻: on the day of the decision a “merit” appears that nobody looked into and nobody heard of; or a burden the person cannot answer.
Finds: a decision with a circumstance that is not on the lists, that neither the latest report nor a re-check of the defence holds, or that
the notice did not tell (a lighter one found by that re-check aside); or without evidence registered before the report.
Not: whether it carries the kind (sanction_range, mitigation_proved); whether the evidence is true.
Source: the agency's own map (量化处罚标准); that facts and grounds are told first: 处分条例 39 as a rule of the agency.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

CLAIMED, SHOWN = "circumstances", "circumstance_evidence"

# fmt: off
_PROOF, _SAY = "exhibit ann 0 evidence_no=E1", "report ann 2 circumstances=[confessed,repeated]"
_TELL, _OUT = "tell ann 3 circumstances=[confessed,repeated]", "decide dan 5 circumstances=[confessed,repeated] circumstance_evidence=[E1]"
_ALL = (_PROOF, _SAY, _TELL, _OUT)
_FOUND, _MORE = "recheck bob 4 circumstances=[paid]", _OUT.replace("[confessed,repeated]", "[confessed,paid]")


@dataclass(frozen=True, slots=True)
class CircumstancesTold:
    """`circumstances` of `decides` are `lighter` or `heavier`, of the latest of `reports` and `tells`; lighter ones also of `rechecks`."""

    name: ClassVar[str] = "circumstances_told"
    title: ClassVar[Text] = Text(zh="情节须查明并告知", en="Circumstances are found and told first")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"lighter": ["confessed", "paid"], "heavier": ["repeated", "hid"], "reports": ["report"],
        "tells": ["tell"], "rechecks": ["recheck"], "decides": ["decide"], "evidence": ["exhibit"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        _ALL, (_PROOF, _SAY, _TELL, _OUT.replace(",repeated", "")), (*_ALL[:3], _FOUND, _MORE), ("decide dan 5",), (_SAY, _TELL),
        (_PROOF, _SAY.replace("confessed", "paid"), _SAY, _TELL, _OUT), (_PROOF, _SAY, _TELL.replace("confessed", "paid"), _TELL, _OUT),
        (*_ALL, "decide dan 6"), (*_ALL[:3], _FOUND, _OUT),
        (_PROOF, "exhibit ann 1 evidence_no=E2", _SAY, _TELL, _OUT.replace("E1", "E1,E2")),
        (*_ALL[:3], _FOUND, "exhibit ann 4 evidence_no=E3", _OUT), (_PROOF, _SAY, _TELL, _FOUND, _MORE.replace("confessed,", "")))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_PROOF, _SAY, _TELL, _OUT.replace("repeated", "merit")), (_PROOF, _SAY, _TELL, _MORE), (_PROOF, _SAY, _OUT), (_PROOF, _TELL, _OUT),
        (_PROOF, _SAY.replace("confessed,", ""), _TELL, _OUT), (_PROOF, _SAY, _TELL.replace("confessed,", ""), _OUT), (_SAY, _TELL, _OUT),
        (_SAY, _PROOF, _TELL, _OUT), (_PROOF, _SAY, _TELL, _OUT.replace(" circumstance_evidence=[E1]", "")), (_OUT,),
        (_PROOF, _SAY, _TELL, _OUT.replace("[E1]", "[E1,E9]")), (_PROOF, _SAY, _FOUND, _TELL, _MORE),
        (_PROOF, _SAY, _TELL, "recheck bob 4 circumstances=[hid]", _OUT.replace("repeated", "hid")),
        (_PROOF, _SAY, _SAY.replace("confessed,", ""), _TELL, _OUT), (_PROOF, _SAY, _TELL, _TELL.replace("confessed,", ""), _OUT),
        (_PROOF, *(line.replace("repeated", "merit") for line in (_SAY, _TELL, _OUT))),
        (_PROOF, _SAY.replace(",repeated", ",hid"), _TELL.replace("confessed,", ""), _OUT.replace("confessed,", "")))

    lighter: tuple[str, ...]
    heavier: tuple[str, ...]
    reports: tuple[str, ...] = ("submit_final_report",)
    tells: tuple[str, ...] = ("tell_and_hear",)
    rechecks: tuple[str, ...] = ("recheck_defence",)
    decides: tuple[str, ...] = ("decide_sanction",)
    evidence: tuple[str, ...] = ("register_evidence",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if {*self.lighter} & {*self.heavier} or not self.lighter + self.heavier:
            return Text(zh="从轻、从重情形不得相同，也不得都空", en="name circumstances, none of them on both lists")
        return unfit(version, self.reports, self.tells, self.decides, self.evidence, more=self.rechecks)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse circumstances that come up with the decision."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请只写目录内、调查报告已经认定并告知过本人的情形及报告之前登记的证据；另有情形的，退回补充调查后重新告知。",
            en="Claim listed circumstances that the report holds and the person was told, with evidence before it; else send it back."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        claimed = {*(p.data.get(CLAIMED) or ())}
        if p.act not in self.decides or not claimed:
            return
        places = [next((n for n in range(len(done), 0, -1) if done[n - 1].act in acts), 0) for acts in (self.reports, self.tells)]
        held, told = ({*(done[n - 1].data.get(CLAIMED) or ())} if n else set[str]() for n in places)
        later = {one for e in done[places[1]:] if e.act in self.rechecks for one in e.data.get(CLAIMED) or ()} & {*self.lighter}
        for bad, zh, en in ((claimed - {*self.lighter, *self.heavier}, "不在从轻、从重情形目录之中", "not on the lists"),
                            (claimed - held - later, "调查报告没有认定", "not in the report"), (claimed - told - later, "没有告知本人", "not told")):
            shown = codes.listed(s.case.version, sorted(bad), none=Text(zh="", en=""))
            yield bad, f"所列情形{zh}：{shown.zh}", f"circumstances {en}: {shown.en}"
        early = {e.data.get("evidence_no") for e in done[:places[0]] if e.act in self.evidence}
        shown_by = {*(p.data.get(SHOWN) or ())}
        yield not shown_by or shown_by - early, "没有写明报告之前登记的证据", "no evidence of theirs was registered before the report"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Take from each decision's circumstances those of the report and of the notice."""
        claimed, known = T(CLAIMED), (*self.lighter, *self.heavier)
        report, notice = (say.gather("max", acts, R("_seq")) for acts in (self.reports, self.tells))
        held = say.gather("last", self.reports, say.or_else(R(CLAIMED), ()), say.equal(R("_seq"), report))
        told = say.gather("last", self.tells, say.or_else(R(CLAIMED), ()), say.equal(R("_seq"), notice))
        later = say.gather("set", self.rechecks, R("_key"), say.is_in(R("_key"), self.lighter), since=self.tells, each=CLAIMED)
        early = say.gather("set", self.evidence, R("evidence_no"), say.over(report, R("_seq")))
        unproved = say.either(say.missing(T(SHOWN)), say.over(say.without(T(SHOWN), early), 0))
        strange = (say.over(say.without(claimed, one), 0) for one in (known, say.joined(held, later), say.joined(told, later)))
        return AnyOf((say.gate(self.decides, say.either(*strange, unproved), applies=say.said(claimed)),))
