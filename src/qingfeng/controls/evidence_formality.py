"""evidence_formality 证据形式: each item has number, kind, hash, place, day, two officers, a signature, and what its kind asks for.

Why: evidence that nobody can trace to a place, a day and two officers can be swapped, invented or conveniently unusable.
Finds: an item without one of these, a number or a file registered twice, an item obtained before the plan was approved or by one
officer, a file that another case has as taken elsewhere or on another day, a copy never compared with its original, a camera record
without source or review, a statement of somebody unidentified, one of a day on which nobody was heard, an item after the report.
What another body obtained before (移送) is judged by the day on which we received it, or by the lead that came with its paper; found where
that body, its paper or the day of receipt is missing, the paper is the item itself, or the body is ours.
Not: a statement that is untrue; who took the item home afterwards (evidence_custody); a transfer that the other body would deny.
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
SPOKEN, TAKEN = ("testimony", "party_statement"), ("place", "obtained_on")  # SPOKEN: by somebody, on a day on which he was heard
PLAN, NOTES, LATER = "settle bob 0", ("note ann 0",) * 4, ("note ann 9",) * 4
DAY = "place=厂房 obtained_on=2026-03-03 officers=[ann,bob] signed=party"
E1 = f"register ann 1 evidence_no=E1 evidence_hash=h1 evidence_kind=documentary original_seen=yes {DAY}"
E2 = f"register bob 3 evidence_no=E2 evidence_hash=h2 evidence_kind=electronic evidence_source=监控 evidence_reviewed=yes {DAY}"
E3 = f"register ann 2 evidence_no=E3 evidence_hash=h3 evidence_kind=party_statement identity_checked=yes {DAY}"
HEARD, REPORT, BACK = "interview bob 1", "report ann 1", "send_back bob 1"
FROM = {"transfer_no": "移送文书号", "transfer_hash": "移送文书", "received_on": "收到日期"}  # what another body's item comes with
GIVEN = DAY.replace("03-03", "02-20") + " obtained_by=示例市公安局 transfer_no=公移1 transfer_hash=h8 received_on=2026-03-{}"
E5 = "register ann 3 evidence_no=E5 evidence_hash=h5 evidence_kind=testimony identity_checked=yes " + GIVEN
LEAD, WITH = "lead eve 0 external_no=公移1", ("external_no", "document_no")  # the paper with which a lead came, or a case came back


@dataclass(frozen=True, slots=True)
class EvidenceFormality:
    """What `registers` bring in is complete by its kind, obtained after one of `plans` by at least `officers` people; statements on a day
    of one of `sources`; nothing after one of `reports` until one of `reopens`.  What another body obtained (`obtained_by`, not `ours`:
    the agency and its branches) is received after one of `plans`, or its paper (`transfer_no`) stands in one of `leads` by another."""

    name: ClassVar[str] = "evidence_formality"
    title: ClassVar[Text] = Text(zh="证据形式合法", en="Form of evidence")
    example: ClassVar[dict[str, Any]] = {
        "registers": ["register"], "plans": ["settle"], "sources": ["interview", "hear"], "reports": ["report"], "reopens": ["send_back"],
        "leads": ["lead"], "ours": ["示例应急管理局"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (PLAN, PLAN, *NOTES, E1, *LATER), (PLAN, PLAN, *NOTES, E2, *LATER), (*NOTES, PLAN, HEARD, E3, *LATER), (PLAN, *NOTES, PLAN, E1),
        (PLAN, *NOTES, E1.replace("=yes", "=copy_verified"), *LATER), (PLAN, *NOTES, PLAN, E2.replace("electronic", "audio_video")),
        (PLAN, HEARD.replace("interview", "hear"), E3.replace("party_statement", "testimony"), *LATER), (PLAN, HEARD, E3), (PLAN, E2),
        (PLAN, HEARD, REPORT, BACK, E3), (PLAN, REPORT, BACK, *NOTES, E2),
        (PLAN, f"c2:{PLAN}", f"c2:{E1}", E1), (PLAN, f"c2:{E1}".replace("register", "note"), E1.replace("厂房", "库房")),
        (PLAN, PLAN, *NOTES, f"register ann 1 evidence_no=E4 evidence_hash=h4 evidence_kind=physical {DAY}"), (PLAN, PLAN, HEARD, E3, E1),
        (PLAN, *NOTES, E5.format("03"), *LATER), (*NOTES, LEAD, E5.format("02"), *LATER), (PLAN, *NOTES, E5.format("02"), E2),
        (LEAD.replace("external", "document"), "settle bob 4", E5.format("03"), *LATER), ("settle bob 2", *NOTES, E5.format("04"), *LATER))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (PLAN, f"register ann 1 evidence_hash=h1 {DAY}"), (PLAN, E1.replace(" 1 ", " 0 ")), ("settle bob 3", E2), (PLAN, E1, E1),
        (PLAN, E2.replace("=yes", "=no")), (PLAN, HEARD, E3.replace(",bob", ",ann")), (PLAN, E1.replace("=yes", "=no")),
        (PLAN, E3), (PLAN, "interview bob 0", "hear ann 2", E3), (PLAN, REPORT, E1), (PLAN, HEARD, REPORT, BACK, REPORT, E3),
        (E5.format("03"),), ("settle bob 3", E5.format("03")), (LEAD.replace("eve", "ann"), E5.format("03")),
        (LEAD.replace("移1", "移2"), E5.format("03")), (PLAN, E5.format("05") + " transfer_no="), (PLAN, E5.format("03") + " transfer_hash="),
        (PLAN, E5.format("05").partition(" received_on")[0]), (PLAN, E5.format("06")), (PLAN, E5.format("03").replace("h8", "h5")),
        (PLAN, E5.format("03").replace("示例市公安局", "示例应急管理局执法大队")), (PLAN, E5.format("03").replace("02-20", "03-04")),
        (PLAN, E5.format("03").replace(" obtained_by=示例市公安局", "")), (PLAN, REPORT, E5.format("03")),
        (PLAN, f"c2:{PLAN}", f"c2:{E1}", E1.replace("厂房", "库房")), (PLAN, f"c2:{PLAN}", f"c2:{E1}", E1.replace("03-03", "03-02")))

    registers: tuple[str, ...]
    plans: tuple[str, ...] = ()
    officers: int = 2
    sources: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    statute: Citation | None = None
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        known, named = {row.act for row in version.procedure.rows}, [*(self.registers or ("",)), *self.plans, *self.reports, *self.reopens]
        apart = len({*named}) == len(named) and not {*self.sources, *self.leads} & {*self.registers}
        return None if {*named, *self.sources, *self.leads} <= known and apart and 1 <= self.officers <= 10 else Text(
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
        away, got, body = (data.get(name) for name in ("obtained_by", "received_on", "transfer_no"))
        came = date.fromisoformat(got) if away and got else day
        named = away and body and any(
            e.act in self.leads and body in map(e.data.get, WITH) and e.actor != situation.proposed.actor for e in events)
        lacking += [zh for name, zh in FROM.items() if away and not data.get(name)]
        bare += [codes.field(situation.case.version, name).en for name in FROM if away and not data.get(name)]
        settled = min((local_day(e.at) for e in events if e.act in self.plans), default=date.max) if self.plans else day
        there = {(name, e.data[name]) for e in events if e.act in self.registers for name in DISTINCT if e.data.get(name)}
        unproved = [(f"该种类证据须经{zh}", f"this kind of evidence needs {en} ({name})")
                    for kinds, name, good, zh, en in NEEDS if kind in kinds and data.get(name) not in good]
        n = len({*(data.get("officers") or ())})
        heard = {local_day(e.at) for e in events if e.act in self.sources}
        ended = next((e.act in self.reports for e in reversed(events) if e.act in (*self.reports, *self.reopens)), False)
        others = situation.elsewhere.uses("evidence_hash", str(data.get("evidence_hash") or "-"))
        lent = next((u.case for u in others if u.act in self.registers and any(u.data.get(f) != data.get(f) for f in TAKEN)), None)
        faults = [(zh, en) for wrong, zh, en in (
            (lacking, f"缺少{'、'.join(lacking)}", f"missing: {', '.join(bare)}"),
            (any((name, data.get(name)) in there for name in DISTINCT), "编号或文件在本案已登记过", "its number or file stands in the case already"),
            (lent, f"同一文件在案件{lent}登记为在别处或另一天取得", f"case {lent} has this file as taken elsewhere or on another day"),
            (n < self.officers, f"仅有{n}名执法人员，应不少于{self.officers}名", f"{n} officers took part, {self.officers} are needed"),
            (day > situation.proposed.day, f"取得日期{day}晚于登记之日", f"it is said to be obtained on {day}, after today"),
            (came < settled and not named, f"取得（收到）于{came}，调查方案此时尚未批准", f"it was obtained (received) on {came}, before a plan"),
            (not day <= came <= situation.proposed.day, f"收到日期{came}早于取得日期或者晚于登记之日", f"it cannot have come to us on {came}"),
            (any(name in str(away or "") for name in self.ours), f"{away}是本单位，不是移送机关", f"{away} is no other body"),
            (away and data.get("transfer_hash") == data.get("evidence_hash"), "移送文书和证据是同一份文件", "the transfer's paper is the item itself"),
            (not away and self.sources and kind in SPOKEN and day not in heard, f"{day}没有询问或者听取陈述的记录，笔录不能出自当日",
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
        away, came = say.said(T("obtained_by")), say.day(T("received_on"))
        stated = say.either(*(say.equal(R(name), T("transfer_no")) for name in WITH))
        named = say.some(self.leads, say.both(stated, say.negated(say.same_actor())))
        here, there = (say.either(say.none(self.plans), say.over(first, on)) if self.plans else 0 for on in (obtained, came))
        early = [say.both(say.negated(away), here), say.both(away, there, say.negated(named))]
        foreign = say.both(away, say.either(*(say.missing(T(name)) for name in FROM), say.mentions(T("obtained_by"), self.ours),
            say.over(came, T("_on")), say.over(obtained, came), say.equal(T("transfer_hash"), T("evidence_hash"))))
        of_kind = [say.both(say.is_in(T("evidence_kind"), kinds), say.negated(say.is_in(T(name), good))) for kinds, name, good, *_ in NEEDS]
        sourceless = say.both(say.is_in(T("evidence_kind"), RECORDED), say.missing(T("evidence_source")))
        few = say.over(self.officers, say.without(T("officers"), ()))
        unheard = say.both(say.negated(away), say.is_in(T("evidence_kind"), SPOKEN), say.none(self.sources, say.equal(R("_on"), day)))
        ended = say.some(self.reports, since=self.reopens)
        lent = say.some(self.registers, say.negated(say.both(*map(say.matches, TAKEN))), same="evidence_hash")
        return say.gate(self.registers, say.either(*lacking, *doubled, *early, *of_kind, sourceless, few, say.over(obtained, T("_on")),
                                                   ended, foreign, lent, *([unheard] if self.sources else [])), needs=["_actor"])
