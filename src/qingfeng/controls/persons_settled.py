"""persons_settled 被反映人员逐人有结论: everybody whom a lead or the inquiry names ends in a decision, a no-case by two, or a referral.

Why: two are reported, one is sanctioned, and the other, whom somebody likes, is simply never mentioned again.
Finds: a closure, or an end of the case that does not name them all, over a person without a conclusion; a proposal on who is not named,
on oneself, or without grounds; an approval of what no other proposed; (watch) no conclusion long after the lead, or another's decision.
Not: names that the inquirers never write down; whether the conclusion is right.
Source: the agency's own map (隐瞒线索, 包庇); no statute says it in so many words.
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
from qingfeng.facts.rule import AnyOf, Expr, R, Span, T, Today
from qingfeng.terms.text import Text

OWN, REFER, NO_CASE, REASONS = "own_case", "referral", "no_case", 4  # characters

# fmt: off
_LEAD, _OUT, _PROOF = "lead ann 0 lead_no=L1 accused=[s1,s2]", "decide dan 9 sanctioned=s1", "exhibit ann 2 evidence_no=E1"
_ASK = "propose ann 8 persons=[s2] course=no_case reasons=考勤记录相符 relies_on=[E1]"
_AWAY = "propose ann 8 persons=[s2] course=referral reasons=属监察机关管辖 document_no=N7"
_OWN, _OTHER = "propose ann 8 persons=[s2] course=own_case reasons=另案查处 lead_no=L2", "x:lead eve 1 lead_no=L2 accused=[s2]"
_YES, _SHUT, _ONE = "approve bob 9 persons=[s2]", "close eve 20", _LEAD.replace(",s2", "")


@dataclass(frozen=True, slots=True)
class PersonsSettled:
    """All of `accused` and `sanctioned`: `decides` name one, or two hands (`proposes`, `approves`) `persons`; `ends` name all left."""

    name: ClassVar[str] = "persons_settled"
    title: ClassVar[Text] = Text(zh="被反映人员逐人有结论", en="Everybody named ends in a conclusion")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"leads": ["lead"], "decides": ["decide"], "proposes": ["propose"], "approves": ["approve"],
        "evidence": ["exhibit"], "ends": ["drop"], "closes": ["close"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, _PROOF, _OUT, _ASK, _YES, _SHUT), (_LEAD, _OUT, _AWAY, _YES, _SHUT), (_OTHER, _LEAD, _OUT, _OWN, _YES, _SHUT),
        (_ONE, _OUT, _SHUT), (_ONE, "drop dan 3"), (_LEAD, "drop dan 3 persons=[s1,s2]", _SHUT), (_SHUT,), (_LEAD, _OUT),
        (_LEAD, _OUT, _OUT.replace("s1", "s2"), _SHUT), (_LEAD, _OUT, "drop dan 12", _SHUT),
        ("check ann 1 sanctioned=s3", "drop dan 3", _SHUT), (_ONE, "look ann 2 accused=[s2]", _PROOF, _ASK, _YES, _OUT, _SHUT),
        (_LEAD, _PROOF, _ASK, _YES, "drop dan 12", _SHUT), ("x:lead eve 1 lead_no=L2 accused=[s9]", _ONE, _OUT, _SHUT),
        (_LEAD, _PROOF, _ASK, _YES, _YES))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, _OUT, _SHUT), (_LEAD, _SHUT), (_ONE, "look ann 2 accused=[s2]", _OUT, _SHUT), (_LEAD, "drop dan 3"),
        (_LEAD, "drop dan 3 persons=[s1]"), (_LEAD, _PROOF, _ASK.replace("reasons=考勤记录相符", "reasons=无")), (_LEAD, _ASK),
        (_LEAD, _PROOF, _ASK.replace(" relies_on=[E1]", "")), (_LEAD, _PROOF, _ASK.replace("[s2]", "[s9]")),
        (_LEAD, _AWAY.replace(" document_no=N7", "")), (_LEAD, _OWN), (_OTHER.replace("[s2]", "[s9]"), _LEAD, _OWN),
        (_LEAD, _PROOF, _ASK.replace("ann", "s2")), (_LEAD, _YES), (_LEAD, _PROOF, _ASK, _YES.replace("bob", "ann")),
        (_LEAD, _PROOF, _ASK, _YES.replace("[s2]", "[s1,s2]")), (_LEAD, _PROOF, _ASK, _YES.replace("bob", "s2")),
        (_LEAD, _PROOF, _OUT, _ASK, _SHUT), (_LEAD, _PROOF, _ASK.replace(" course=no_case", "")),
        (_ONE, "check ann 1 sanctioned=s3", _OUT, _SHUT), (_LEAD, _PROOF, "propose ann 8 course=no_case reasons=考勤记录相符 relies_on=[E1]"),
        (_LEAD, "approve bob 9"), (_LEAD, _OUT, "drop dan 12 persons=[s9]"), (_LEAD, _PROOF, _ASK.replace("no_case", "mercy")))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, "today 100"), (_LEAD, _OUT, "today 23"), (_LEAD, _PROOF, _ASK, _YES, _OUT, "today 200"), (_ONE, "drop dan 3", "today 200"),
        (_LEAD, _AWAY, _YES.replace(" 9 ", " 23 "), _OUT, "today 200"),
        (_LEAD, _PROOF, _ASK, _OUT, _YES.replace(" 9 ", " 23 "), "today 200"), (_LEAD, _OUT, "drop dan 12", "today 200"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, "today 155"), (_LEAD, _OUT, "today 24"), (_LEAD, _PROOF, _ASK, _OUT, "today 60"),
        (_LEAD, _OUT, _OUT.replace("9", "30"), "today 31"), (_LEAD, _PROOF, _ASK, _OUT, _YES.replace(" 9 ", " 24 "), "today 60"),
        (_LEAD, _OUT, "drop dan 30", "today 31"), (_ONE, "look ann 2 accused=[s2]", _OUT, "today 60"))

    leads: tuple[str, ...] = ("register_lead",)
    decides: tuple[str, ...] = ("decide_sanction",)
    proposes: tuple[str, ...] = ("propose_person_outcome",)
    approves: tuple[str, ...] = ("approve_person_outcome",)
    evidence: tuple[str, ...] = ("register_evidence",)
    ends: tuple[str, ...] = ()
    closes: tuple[str, ...] = ("close_case",)
    within: int = 100
    after: int = 10

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.after <= self.within <= 500:
            return Text(zh="期限1至500个工作日，决定之后的期限不更长", en="1 to 500 working days, and no more after a decision")
        return unfit(version, self.leads, self.decides, self.proposes, self.approves, self.evidence, self.closes, more=self.ends)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to close over a person, and a conclusion by one hand."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请对每名被反映人员作出处分决定，或者由一人写明理由和依据提出、另一人批准不予立案、移送或者另案查处；整案终结的逐一列明。",
            en="Decide on each person, or have one propose with grounds and another approve; an end of the whole case names them all."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        named = {who for e in done for who in (*(e.data.get("accused") or ()), e.data.get("sanctioned")) if who}
        settled = {e.data.get("sanctioned") for e in done if e.act in self.decides}
        settled |= {who for e in done if e.act in self.approves + self.ends for who in e.data.get("persons") or ()}
        whole = any(e.act in self.ends and not e.data.get("persons") for e in done)
        left, persons = set[str]() if whole else named - settled, {*(d.get("persons") or ())}
        shown = "、".join(sorted(map(s.people.name, left)))
        if p.act in self.closes + self.ends:
            over = left - persons if p.act in self.ends and (persons or len(left) > 1) else left if p.act in self.closes else ()
            yield over, f"被反映人员没有结论，也没有列明：{shown}", f"no conclusion on, and no word of, {shown.replace('、', ', ')}"
        if p.act in self.proposes + self.approves:
            yield not persons or persons - named, "没有写明人员，或者不是被反映人员", "no person is named, or one whom nobody has reported"
            yield p.actor in persons, "不得办理关于自己的事项", "nobody deals with what concerns himself"
        if p.act in self.proposes:
            yield len(str(d.get("reasons") or "")) < REASONS, "没有写明理由", "no reasons are given"
            bare = not self._grounded(s, persons, [e.data.get("evidence_no") for e in done if e.act in self.evidence])
            yield bare, "没有依据（证据、移送文号，或者载明其人的另案线索）", "no registered evidence, paper, or lead that names him"
        if p.act in self.approves:
            put = {who for e in done if e.act in self.proposes and e.actor != p.actor for who in e.data.get("persons") or ()}
            yield persons - put, "没有另一人事先提出", "nobody else has proposed it"

    def _grounded(self, s: Situation, persons: set[str], shown: list[Any]) -> bool:
        d, relies, course = s.proposed.data, {*(s.proposed.data.get("relies_on") or ())}, s.proposed.data.get("course")
        if course == OWN:
            there = s.elsewhere.uses("lead_no", str(d.get("lead_no") or ""))
            return any(u.act in self.leads and persons <= {*(u.data.get("accused") or ())} for u in there)
        return bool(relies and relies <= {*shown}) if course == NO_CASE else course == REFER and bool(d.get("document_no"))

    def detect(self, _: PowerVersion) -> AnyOf:
        """List those named and those settled, and look at what is left."""
        left, persons = say.without(self._named(), self._settled()), T("persons")
        going = say.none(self.ends, say.missing(R("persons")))
        unnamed = say.either(say.both(say.said(persons), say.over(say.without(self._named(), say.joined(self._settled(), persons)), 0)),
                             say.both(say.missing(persons), say.over(left, 1)))
        stray = say.either(say.missing(persons), say.over(say.without(persons, self._named()), 0), say.is_in(T("_actor"), persons))
        items, course = say.gather("set", self.evidence, R("evidence_no")), T("course")
        own = say.some(self.leads, say.equal(say.without(persons, R("accused")), 0), same="lead_no")
        proved = say.both(say.said(T("relies_on")), say.equal(say.without(T("relies_on"), items), 0))
        grounded = say.either(say.both(say.equal(course, OWN), own), say.both(say.equal(course, NO_CASE), proved),
                              say.both(say.equal(course, REFER), say.said(T("document_no"))))
        put = say.gather("set", self.proposes, R("_key"), say.differs(R("_actor"), T("_actor")), each="persons")
        thin = say.either(stray, say.over(REASONS, say.length(T("reasons"))), say.negated(grounded))
        return AnyOf((
            say.gate(self.closes, say.both(going, say.over(left, 0))), say.gate(self.ends, say.both(going, unnamed)),
            say.gate(self.proposes, thin, needs=["_actor"]),
            say.gate(self.approves, say.either(stray, say.over(say.without(persons, put), 0)), needs=["_actor"])))

    def _named(self) -> Expr:
        return say.joined(say.gather("set", None, R("_key"), each="accused"), say.gather("set", None, R("sanctioned")))

    def _settled(self, where: Expr = 1, span: Span = Span.BEFORE) -> Expr:
        acts = (*self.approves, *self.ends)
        return say.joined(say.gather("set", self.decides, R("sanctioned"), where, span=span),
                          say.gather("set", acts, R("_key"), where, each="persons", span=span))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find persons without a conclusion `within` working days of the lead, or `after` so many from the decision on another."""
        def prompt(days: int) -> Expr:
            return say.at_least(days, say.working_days(T("_on"), R("_on")))

        def late(days: int) -> Expr:
            whole = say.none(self.ends, say.both(prompt(days), say.missing(R("persons"))), span=Span.ALL)
            return say.both(say.over(say.working_days(T("_on"), Today()), days), whole)
        own, others = (self._settled(prompt(days), Span.ALL) for days in (self.within, self.after))
        return AnyOf((
            say.gate(self.leads, say.both(late(self.within), say.negated(say.is_in(T("_key"), own))), each="accused"),
            say.gate(self.decides, say.both(late(self.after), say.over(say.without(self._named(), others), 0)))))
