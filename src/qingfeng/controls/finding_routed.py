"""finding_routed 发现分流: suspicion and whatever names a leader stays with discipline; what names discipline itself goes one level up.

Why: 把嫌疑线索当作程序问题交给本单位: the man concerned is warned, asked to look into himself, or judged by his own colleagues.
Finds: a finding registered for too many eyes (from a tip or a pattern, or naming a leader, for the unit; naming discipline staff, for
anybody here), or by hand without a word of whom it concerns; one of those handed to the unit, or handled here although it belongs to the
superior body; discipline staff held responsible where they are not handled; an answer by another than asked.
Not: who of discipline handles it (`tip_access`, `separate_duties`); what the superior body decides (`higher_decision`).
Source: a rule of supervision (回避、分级处置); which posts lead and which supervise are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

UNIT, INSIDE, ABOVE, UNKNOWN = "unit", "discipline", "superior", "unattributed"

# fmt: off
_PLAIN, _TIP = "register ann 0 found_by=rule seen_by=unit accused=[bob]", "register ann 0 found_by=tip seen_by=discipline accused=[bob]"
_HEAD = "register ann 0 found_by=rule seen_by=discipline accused=[bob,eve]"
_OWN = "register ann 0 found_by=rule seen_by=superior accused=[dan]"
_GIVE, _SAY, _JUDGE = "assign carl 1 officers=[fay]", "answer fay 2", "verify carl 3"


@dataclass(frozen=True, slots=True)
class FindingRouted:
    """`seen_by` (unit, discipline, superior) of `registers` against `found_by` and the posts of `accused`."""

    name: ClassVar[str] = "finding_routed"
    title: ClassVar[Text] = Text(zh="发现分流", en="Findings routed")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of supervision; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"registers": ["register"], "assigns": ["assign"], "answers": ["answer"], "inside": ["verify"],
        "suspicion": ["tip", "pattern"], "leaders": ["head"], "staff": ["inspector"]}
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("dan", "inspector"), ("eve", "head"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_PLAIN, _GIVE, _SAY, _JUDGE), (_TIP, _JUDGE), (_HEAD, _JUDGE), (_OWN,),
        (_PLAIN, _GIVE, "assign carl 2 officers=[bob]", "answer bob 2"),
        (_PLAIN, _JUDGE), (_PLAIN.replace("unit", "discipline"), _JUDGE), ("register system 0 found_by=pattern seen_by=discipline", _JUDGE),
        ("register ann 0 found_by=duty seen_by=unit", "assign carl 1 officers=[dan,eve]", "answer eve 2"),
        (_TIP.replace("discipline", "superior"),), (_PLAIN, _JUDGE + " responsible={p1:bob}"),
        (_HEAD, _JUDGE + " responsible={p1:eve,p2:bob}"),
        (_TIP.replace(" accused=[bob]", " unattributed={person:只说是窗口的人}"), _JUDGE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TIP.replace("discipline", "unit"),), (_HEAD.replace("discipline", "unit"),), (_OWN.replace("superior", "discipline"),),
        ("register ann 0 found_by=pattern seen_by=unit",), (_OWN.replace("superior", "unit"),), (_PLAIN.replace(" seen_by=unit", ""),),
        (_PLAIN.replace("unit", "all"),), (_TIP, _GIVE), (_HEAD, _GIVE), (_OWN, _GIVE), (_OWN, _JUDGE), (_PLAIN, _GIVE, "answer bob 2"),
        (_PLAIN, "answer fay 2"), (_PLAIN, _GIVE, "assign carl 2 officers=[bob]", _SAY), (_PLAIN, _OWN.replace("ann 0", "ann 1"), _JUDGE),
        (_TIP, "register ann 1 found_by=rule seen_by=unit", _GIVE), (_TIP.replace(" accused=[bob]", ""),),
        (_TIP, _JUDGE + " responsible={p1:bob,p2:dan}"),
        (_PLAIN, _JUDGE + " responsible={p1:dan}"),
    )

    registers: tuple[str, ...]
    assigns: tuple[str, ...]
    answers: tuple[str, ...]
    inside: tuple[str, ...]
    leaders: tuple[str, ...]
    staff: tuple[str, ...]
    suspicion: tuple[str, ...] = ("tip", "pattern", "complaint")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fine = self.leaders and self.staff and {*self.leaders, *self.staff} <= {*version.posts} and self.suspicion
        return unfit(version, self.registers, self.assigns, self.answers, self.inside) or (None if fine else Text(
            zh="领导岗位、纪检监察岗位应存在且不空，嫌疑来源不能为空", en="leaders and staff must be posts of the power, suspicion not empty"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a finding that goes where it must not."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="程序问题交本单位自查；嫌疑线索、信访举报和牵涉领导的由纪检监察办理；涉及纪检监察人员的报上一级。",
            en="What is procedural goes to the unit; suspicion, tips and leaders to discipline; its own staff to the superior body."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, done = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        seen = {e.data.get("seen_by") for e in done if e.act in self.registers}
        if p.act in self.registers:
            accused, level = d.get("accused") or (), d.get("seen_by")
            own, led = (any(s.people.holds(who, post, p.day) for who in accused for post in posts) for posts in (self.staff, self.leaders))
            yield level not in (UNIT, INSIDE, ABOVE), "没有写明由哪一级办理", "the level that handles it is not said"
            yield own and level != ABOVE, "涉及纪检监察人员的，应当报上一级办理", "what names discipline staff goes one level up"
            open_ = level == UNIT and (led or d.get("found_by") in self.suspicion)
            yield open_, "嫌疑线索、信访举报或者牵涉领导的发现，不得交本单位", "what is suspected or reported, or names a leader, is not for the unit"
            bare = p.actor != SYSTEM and d.get("found_by") in self.suspicion and not accused and not d.get(UNKNOWN)
            yield bare, "没有写明涉及何人；确实不知道的，写明为什么", "it is not said whom it concerns, nor why that is not known"
        if p.act in self.assigns:
            yield seen & {INSIDE, ABOVE}, "这条发现只由纪检监察或者上一级办理，不得交办自查", "this finding is not for the unit to check"
        if p.act in self.answers:
            asked = next((e.data["officers"] for e in reversed(done) if e.act in self.assigns and e.data.get("officers")), ())
            yield p.actor not in asked, "自查由被交办的责任人本人报告", "the self-check is reported by whoever was asked for it"
        if p.act in self.inside:
            yield ABOVE in seen, "涉及纪检监察人员的发现由上一级办理，本级不得核查处理", "this finding is for the superior body: nobody here handles it"
            own = any(s.people.holds(who, post, p.day) for who in (d.get("responsible") or {}).values() for post in self.staff)
            yield own, "核查认定的责任人是纪检监察人员，请另行登记发现，报上一级办理", (
                "one held responsible is of discipline: register a finding about him for the superior body")

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each registration, at each person whom it names, and at what was done with it afterwards."""
        level, person, on = T("seen_by"), T("_key"), T("_on")
        inner = say.some(self.registers, say.is_in(R("seen_by"), (INSIDE, ABOVE)))
        return AnyOf((
            say.gate(self.registers, say.either(say.negated(say.is_in(level, (UNIT, INSIDE, ABOVE))),
                say.both(say.equal(level, UNIT), say.is_in(T("found_by"), self.suspicion)))),
            say.gate(self.registers, say.either(
                say.both(say.differs(level, ABOVE), say.holds(person, self.staff, on)),
                say.both(say.equal(level, UNIT), say.holds(person, self.leaders, on))), each="accused"),
            say.gate(self.assigns, inner),
            say.gate(self.answers, say.negated(say.is_in(T("_actor"), say.last(self.assigns, "officers"))), needs=["_actor"]),
            say.gate(self.registers, say.both(say.differs(T("_actor"), SYSTEM), say.is_in(T("found_by"), self.suspicion),
                say.missing(T("accused")), say.missing(T(UNKNOWN))), needs=["_actor"]),
            say.gate(self.inside, say.holds(T("_value"), self.staff, on), each="responsible"),
            say.gate(self.inside, say.some(self.registers, say.equal(R("seen_by"), ABOVE)))))
