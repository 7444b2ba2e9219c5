"""evidence_formality 证据形式: each item has number, kind, hash, place, day, two officers, a signature, and what its kind asks for.

Why: evidence that nobody can trace to a place, a day and two officers can be swapped, invented or conveniently unusable.
Finds: an item without one of these, a number or a file registered twice, an item obtained before the plan was approved or by one
officer, a copy never compared with its original, a camera record without source or review, a statement of somebody unidentified, one
of a day on which nobody was heard, an item that turns up after the report.
Not: a statement that is untrue; who took the item home afterwards (evidence_custody).
Source: 行政处罚法 46 (kinds; verified before use), 41 (camera records reviewed), 42 (two officers); the article is a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

# fmt: off
NAMES = {"evidence_no": "编号", "evidence_hash": "校验值", "evidence_kind": "种类", "place": "地点", "obtained_on": "取得日期", "signed": "签名"}
NEEDS = ((("documentary",), "original_seen", ("yes", "copy_verified"), "核对原件", "comparison with the original"),
         (("audio_video", "electronic"), "evidence_reviewed", ("yes",), "审核", "review"),
         (("testimony", "party_statement"), "identity_checked", ("yes",), "核实身份", "an identity check"))
DISTINCT, RECORDED = ("evidence_no", "evidence_hash"), ("audio_video", "electronic")  # made by a device: whose, and where it stood
SPOKEN = ("testimony", "party_statement")  # out of somebody's mouth: on a day on which he was heard
PLAN, NOTES, LATER = "settle bob 0", ("note ann 0",) * 4, ("note ann 9",) * 4
DAY = "place=厂房 obtained_on=2026-03-03 officers=[ann,bob] signed=party"
E1 = f"register ann 1 evidence_no=E1 evidence_hash=h1 evidence_kind=documentary original_seen=yes {DAY}"
E2 = f"register bob 3 evidence_no=E2 evidence_hash=h2 evidence_kind=electronic evidence_source=监控 evidence_reviewed=yes {DAY}"
E3 = f"register ann 2 evidence_no=E3 evidence_hash=h3 evidence_kind=party_statement identity_checked=yes {DAY}"
HEARD, REPORT, BACK = "interview bob 1", "report ann 1", "send_back bob 1"


@dataclass(frozen=True, slots=True)
class EvidenceFormality:
    """What `registers` bring in is complete by its kind, obtained after one of `plans` by at least `officers` people; statements on a day
    of one of `sources`; nothing after one of `reports` until one of `reopens`."""

    name: ClassVar[str] = "evidence_formality"
    title: ClassVar[Text] = Text(zh="证据形式合法", en="Form of evidence")
    example: ClassVar[dict[str, Any]] = {
        "registers": ["register"], "plans": ["settle"], "sources": ["interview", "hear"], "reports": ["report"], "reopens": ["send_back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (PLAN, PLAN, *NOTES, E1, *LATER), (PLAN, PLAN, *NOTES, E2, *LATER), (*NOTES, PLAN, HEARD, E3, *LATER), (PLAN, *NOTES, PLAN, E1),
        (PLAN, *NOTES, E1.replace("=yes", "=copy_verified"), *LATER), (PLAN, *NOTES, PLAN, E2.replace("electronic", "audio_video")),
        (PLAN, HEARD.replace("interview", "hear"), E3.replace("party_statement", "testimony"), *LATER), (PLAN, HEARD, E3), (PLAN, E2),
        (PLAN, HEARD, REPORT, BACK, E3), (PLAN, REPORT, BACK, *NOTES, E2),
        (PLAN, PLAN, *NOTES, f"register ann 1 evidence_no=E4 evidence_hash=h4 evidence_kind=physical {DAY}"), (PLAN, PLAN, HEARD, E3, E1))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (PLAN, f"register ann 1 evidence_hash=h1 {DAY}"), (PLAN, E1.replace(" 1 ", " 0 ")), ("settle bob 3", E2), (PLAN, E1, E1),
        (PLAN, E2.replace("=yes", "=no")), (PLAN, HEARD, E3.replace(",bob", ",ann")), (PLAN, E1.replace("=yes", "=no")),
        (PLAN, E3), (PLAN, "interview bob 0", "hear ann 2", E3), (PLAN, REPORT, E1), (PLAN, HEARD, REPORT, BACK, REPORT, E3))

    registers: tuple[str, ...]
    plans: tuple[str, ...] = ()
    officers: int = 2
    sources: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()
    statute: Citation | None = None
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        known, named = {row.act for row in version.procedure.rows}, [*(self.registers or ("",)), *self.plans, *self.reports, *self.reopens]
        apart = len({*named}) == len(named) and not {*self.sources} & {*self.registers}
        return None if {*named, *self.sources} <= known and apart and 1 <= self.officers <= 10 else Text(
            "登记证据、批准方案、报告、退回的动作须取自流程且不相交，询问的动作须在流程中，officers应为1至10人",
            "name disjoint lists of acts of the procedure; officers: 1 to 10")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an item that lacks what its kind asks for, that is there already or came before the plan."""
        data, events = situation.proposed.data, [e for e in situation.case.events if e.kind == ACT]
        if situation.proposed.act not in self.registers:
            return None
        bare = [codes.field(situation.case.version, name).en for name in NAMES if not data.get(name)]
        kind, lacking = data.get("evidence_kind"), [zh for name, zh in NAMES.items() if not data.get(name)]
        day = date.fromisoformat(data["obtained_on"]) if data.get("obtained_on") else situation.proposed.day
        settled = min((local_day(e.at) for e in events if e.act in self.plans), default=date.max) if self.plans else day
        there = {(name, e.data[name]) for e in events if e.act in self.registers for name in DISTINCT if e.data.get(name)}
        unproved = [(f"该种类证据须经{zh}", f"this kind of evidence needs {en} ({name})")
                    for kinds, name, good, zh, en in NEEDS if kind in kinds and data.get(name) not in good]
        n = len({*(data.get("officers") or ())})
        heard = {local_day(e.at) for e in events if e.act in self.sources}
        ended = next((e.act in self.reports for e in reversed(events) if e.act in (*self.reports, *self.reopens)), False)
        faults = [(zh, en) for wrong, zh, en in (
            (lacking, f"缺少{'、'.join(lacking)}", f"missing: {', '.join(bare)}"),
            (any((name, data.get(name)) in there for name in DISTINCT), "编号或文件在本案已登记过", "its number or file stands in the case already"),
            (n < self.officers, f"仅有{n}名执法人员，应不少于{self.officers}名", f"{n} officers took part, {self.officers} are needed"),
            (day > situation.proposed.day, f"取得日期{day}晚于登记之日", f"it is said to be obtained on {day}, after today"),
            (day < settled, f"取得于{day}，调查方案此时尚未批准", f"it was obtained on {day}, before a plan was approved"),
            (self.sources and kind in SPOKEN and day not in heard, f"{day}没有询问或者听取陈述的记录，笔录不能出自当日",
             f"nobody was heard on {day}: the statement cannot be of that day"),
            (ended, "调查报告已经提交，未经退回不得再登记证据", "the report is in: no evidence is added until the case is sent back"),
            (kind in RECORDED and not data.get("evidence_source"), "未注明来源", "its source is missing (evidence_source)"),
        ) if wrong] + unproved
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(
            f"证据登记不合要求：{'；'.join(zh for zh, _ in faults)}", f"the item cannot be registered: {'; '.join(en for _, en in faults)}"),
            remedy=Text("请补正后重新登记；无法补正的，依法重新取证。", "Complete it, or take the evidence anew, lawfully.")) if faults else None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find items that lack something, are doubled, or were obtained too early."""
        lacking = [say.missing(T(name)) for name in NAMES]
        doubled = [say.some(self.registers, say.matches(name)) for name in DISTINCT]
        obtained, first = say.day(T("obtained_on")), say.gather("min", self.plans, R("_on"))
        day = say.or_else(obtained, T("_on"))
        early = [say.either(say.none(self.plans), say.over(first, obtained))] if self.plans else []
        of_kind = [say.both(say.is_in(T("evidence_kind"), kinds), say.negated(say.is_in(T(name), good))) for kinds, name, good, *_ in NEEDS]
        sourceless = say.both(say.is_in(T("evidence_kind"), RECORDED), say.missing(T("evidence_source")))
        few = say.over(self.officers, say.without(T("officers"), ()))
        unheard = say.both(say.is_in(T("evidence_kind"), SPOKEN), say.none(self.sources, say.equal(R("_on"), day)))
        ended = say.some(self.reports, since=self.reopens)
        return say.gate(self.registers, say.either(*lacking, *doubled, *early, *of_kind, sourceless, few, say.over(obtained, T("_on")),
                                                   ended, *([unheard] if self.sources else [])))
