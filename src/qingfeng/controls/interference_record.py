"""interference_record 干预登记: who was told whom to favour writes it down, everybody answers before the decision, and nothing bends unseen.

Why: 打招呼、说情: a word in passing costs nothing as long as nobody must sign that there was none, and yielding to it looks like discretion.
Finds: a record without words, or by the intervener; an answer against the officer's own record; silence of one who took part; a decision
lighter than proposed after somebody asked for it, without deliberation; a call or tip against “none” (`watch`).
Not: a word that nobody writes down and nobody reports.
Source: the agency's own map; the duty to record is local law, so no article is cited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.facts.stated import took_part
from qingfeng.terms.text import Text

# fmt: off
NOBODY, RECORDED, LIGHTER, YES, WORDS, MONEY = "none", "recorded", "lighter", "yes", 4, ("amount", "confiscated")
_DID, _NONE, _IS = "investigate ann 0", "answer ann 1 interference=none", "answer ann 2 interference=recorded interference_no=I1"
_REC = "record ann 1 interference_no=I1 asked_for=lighter content=要求从轻 intervener=eve"
_ALL, _ANY = "amount=500 confiscated=100 penalty_kinds=[fine,suspension]", _REC.replace("lighter", "heavier")
_TOLD = ("deliberate eve 0", _DID, _REC, _IS, f"report ann 3 {_ALL}")


@dataclass(frozen=True, slots=True)
class InterferenceRecord:
    """Before `gates`, whoever did one of `takes_part` or is named in its `fields` has done `answers` since the latest of `afresh`;
    one of `decisions` that is lighter than the `reports` after `records` needs one of `deliberates`.  calls: what others say of it."""

    name: ClassVar[str] = "interference_record"
    title: ClassVar[Text] = Text(zh="干预登记", en="Record of interference")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "gates": ["report", "decide"], "takes_part": ["investigate"], "answers": ["answer"], "records": ["record"], "afresh": ["send_back"],
        "leaders": ["chief"], "decisions": ["decide", "drop"], "reports": ["report"], "deliberates": ["deliberate"], "calls": ["call"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DID, _NONE, "report ann 2 amount=500", "decide dan 3 amount=400"), (*_TOLD, f"decide dan 5 {_ALL}"),
        (*_TOLD, "deliberate eve 4", "drop dan 5"), ("investigate system 0", f"{_ANY} @chief", _IS, "report ann 3", "drop dan 5"),
        ("investigate ann 0 officers=[ann,bob]", "record_absent_answer eve 1 departed=[ann,bob]", "send_back eve 2", "report dan 3"),
        (_DID, _NONE, "report ann 1", "send_back eve 2", "answer ann 3 interference=none", "report ann 3 amount=500", "drop dan 4"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", _NONE, "report ann 2"), (_DID, "report dan 1"), ("answer ann 0",), (_REC, _NONE), (_IS,),
        (_DID, "record_absent_answer eve 1 departed=[bob]", "report ann 2"),
        (_REC, _IS.replace("I1", "I2")), (_REC, _IS.replace("ann", "bob")), (_DID, _NONE, "send_back eve 2", "decide dan 3"),
        ("record ann 1 content=李某要求从轻",), ("record ann 1 interference_no=I2 content=说情",), (f"{_REC[:-15]} @chief",),
        (f"c1:{_REC}", f"c2:{_REC}"), (_REC, _ANY), (_REC.replace("ann", "eve"),), (*_TOLD, "drop dan 5"),
        *((*_TOLD, f"decide dan 5 {_ALL.replace(a, b)}") for a, b in (("500", "400"), ("100", "0"), (",suspension", ""))))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_NONE, "call bob 3 interfered=none"), (_REC, _IS, "call bob 3 interfered=yes"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((_NONE, "call bob 3 interfered=yes"), ("call bob 0 interfered=yes", _NONE))

    gates: tuple[str, ...]
    takes_part: tuple[str, ...]
    reports: tuple[str, ...]
    decisions: tuple[str, ...]
    deliberates: tuple[str, ...]
    answers: tuple[str, ...] = ("answer_interference",)
    records: tuple[str, ...] = ("record_interference",)
    afresh: tuple[str, ...] = ()
    calls: tuple[str, ...] = ("record_integrity_call",)
    leaders: tuple[str, ...] = ("agency_head", "deputy_in_charge")
    fields: tuple[str, ...] = ("officers",)
    absences: tuple[str, ...] = ("record_absent_answer",)  # a leader's word for those who left: absent_answer

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return (unfit(version, self.gates, self.answers, self.records, self.deliberates, more=self.calls + self.afresh)
                or unfit(version, self.takes_part) or unfit(version, self.reports, self.decisions))

    def check(self, s: Situation) -> Refusal | None:
        """Refuse a record or answer that is none, a gate passed in silence, and yielding to a word without deliberation."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(s) if bad), None)
        how = wording.acts(s.case.version, self.answers, either=True)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            f"请由被打招呼的人员本人登记，参与人员本人如实办理{how.zh}；结果变轻的，先集体讨论。",
            f"Record it, do {how.en} truthfully, and deliberate first."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find poor records and answers, gates passed in silence, and what became lighter after a word without deliberation."""
        match, said, by = say.matches("interference_no"), T("interference"), T("intervener")
        none = say.both(say.equal(said, NOBODY), say.none(self.records, say.same_actor()))
        told = say.both(say.equal(said, RECORDED), say.some(self.records, say.both(say.same_actor(), match)))
        known = say.either(say.some(self.records, match), say.some(self.records, same="interference_no"))
        poor = say.either(say.missing(T("interference_no")), say.over(WORDS, say.length(T("content"))), known,
                          say.equal(by, T("_actor")), say.both(say.is_in(T("_post"), self.leaders), say.missing(by)))
        answered = say.gather("set", self.answers, R("_actor"), say.said(R("interference")), since=self.afresh)
        settled = say.joined(answered, say.gather("set", self.absences, R("_key"), each="departed"))
        silent = (say.over(say.without(one, settled), 0) for one in took_part(self.takes_part, self.fields, beside=(PARTY, SYSTEM)))
        less: list[Expr] = [say.over(say.last(self.reports, f), say.or_else(T(f), 0)) for f in MONEY]
        less.append(say.over(say.without(say.last(self.reports, "penalty_kinds"), T("penalty_kinds")), 0))
        bent = say.both(say.either(*less), say.none(self.deliberates, since=self.records))
        return AnyOf((say.gate(self.answers, say.negated(say.either(none, told)), needs=["_actor"]),
                      *(say.gate(acts, bad, needs=["_actor"]) for acts, bad in ((self.records, poor), (self.gates, say.either(*silent)))),
                      say.gate(self.decisions, bent, applies=say.some(self.records, say.equal(R("asked_for"), LIGHTER)))))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find somebody's word that there was interference against an officer's “none”, whichever came first."""
        stranger, none = say.differs(R("_actor"), T("_actor")), say.equal(T("interference"), NOBODY)
        denied = say.some(self.answers, say.both(stranger, say.equal(R("interference"), NOBODY)))
        told = say.some(self.calls, say.both(stranger, say.equal(R("interfered"), YES)))
        return AnyOf((say.gate(self.calls, denied, applies=say.equal(T("interfered"), YES)), say.gate(self.answers, told, applies=none)))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        records, number = [e for e in acts if e.act in self.records], said.get("interference_no")
        if p.act in self.records:
            poor = not number or len(str(said.get("content") or "").strip()) < WORDS
            yield poor, "干预登记须有编号，并写明何人何时要求什么", "a record has a number and says who asked for what"
            there = [u for u in s.elsewhere.uses("interference_no", str(number)) if u.act in self.records]
            yield there or number in [e.data.get("interference_no") for e in records], f"登记编号{number}已用过", f"the number {number} is taken"
            not_his = (s.authority.post in self.leaders and not said.get("intervener")) or said.get("intervener") == p.actor
            yield not_his, "须由被打招呼的人员登记；领导登记的，须写明何人向其打招呼", "made by him who was spoken to; a leader names who spoke to him"
        if p.act in self.answers:
            own, what = [e.data.get("interference_no") for e in records if e.actor == p.actor], said.get("interference")
            yield what not in (NOBODY, RECORDED), "须答“无”或者“已登记”", "answer 'none' or 'recorded'"
            yield what == NOBODY and own, "本人已登记过干预，不得答“无”", "an interference recorded by the same officer: 'none' is not true"
            yield what == RECORDED and (not number or number not in own), "本案没有本人登记的该编号", "he recorded no such number here"
        if p.act in self.gates:
            last = max((n for n, e in enumerate(acts, 1) if e.act in self.afresh), default=0)
            answered = {PARTY, SYSTEM} | {e.actor for e in acts[last:] if e.act in self.answers and e.data.get("interference")}
            answered |= {one for e in acts if e.act in self.absences for one in e.data.get("departed") or ()}
            parts = [(e.actor, e.data) for e in acts if e.act in self.takes_part] + [(p.actor, p.data)] * (p.act in self.takes_part)
            asked = dict.fromkeys(who for actor, data in parts for who in (actor, *(o for f in self.fields for o in data.get(f) or ())))
            who = "、".join(s.people.name(str(one)) for one in asked if one not in answered)
            yield who, f"{who}参与了本案，尚未就有无干预作答（退回后须重新作答）", f"not answered about interference (anew after a return): {who.replace('、', ', ')}"
        if p.act in self.decisions and any(e.data.get("asked_for") == LIGHTER for e in records):
            was = {f: v for e in acts if e.act in self.reports for f, v in e.data.items()}
            less = {*was.get("penalty_kinds", ())} - {*said.get("penalty_kinds", ())} or any(was.get(f, 0) > said.get(f, 0) for f in MONEY)
            alone = not any(e.act in self.deliberates for e in acts if e.seq > records[-1].seq)
            yield less and alone, "有人要求从轻，结果轻于报告所提，尚未集体讨论", "lighter than proposed after somebody asked for it, without deliberation"
