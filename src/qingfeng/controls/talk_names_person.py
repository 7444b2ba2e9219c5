"""talk_names_person 谈话对象写明: the record of a talk says with whom, and that is the person reported or a witness named before.

Why: a record that names nobody fits everybody: the witness who said the wrong thing was never talked to, the friendly one twice.
Finds: a talk without the person, with one whom no act before names (accused, under inquiry, a witness), or with one of those who talk;
a statement of the party himself of a day on which the record has no talk with him and nobody heard him.
Not: whether he said it (recording, signature); who ought to be talked to (investigation_plan).
Source: the agency's own map (不按规定取证); who is heard and signs stands on every record of a talk by the agency's forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.instants import local_day
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

OWN = "party_statement"
# fmt: off
_LEAD, _CHECK, _PLAN = "lead ann 0 accused=[s1,s2]", "check ann 0 sanctioned=s3", "plan ann 1 witnesses=[张三,李四]"
_TALK = "talk ann 2 officers=[ann,bob] person="
_OWN = "register ann {} evidence_no=E1 evidence_kind=party_statement obtained_on=2026-03-04"  # the day of _TALK


@dataclass(frozen=True, slots=True)
class TalkNamesPerson:
    """`talks` name a `person`: one of `accused`, `sanctioned` or `witnesses` of an act before, none of the talk's own `officers`.

    `registers`: a party_statement among them is of a day (`obtained_on`) of a talk with one accused or sanctioned, or of one of `heard`.
    """

    name: ClassVar[str] = "talk_names_person"
    title: ClassVar[Text] = Text(zh="谈话对象写明", en="A talk names the person talked to")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"talks": ["talk"], "registers": ["register"], "heard": ["hear"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, _TALK + "s1"), (_LEAD, _TALK + "s2"), (_CHECK, _TALK + "s3"), (_PLAN, _TALK + "张三"), (_PLAN, _TALK + "李四"),
        (_LEAD, _PLAN, _TALK + "张三", _TALK + "s1"), (_LEAD,), (_LEAD, _TALK + "s1 witnesses=[王五]", _TALK + "王五"), (_PLAN, _TALK + "张·三"),
        (_LEAD, "check ann 0 sanctioned=s1", _TALK + "s1"), (_LEAD, _TALK + "s1", _OWN.format(2)),
        (_LEAD, _PLAN, _TALK + "s2", _OWN.format(3)),
        (_LEAD, "hear ann 2", _OWN.format(3)), (_PLAN, _TALK + "张三", _OWN.format(2).replace("party_statement", "testimony")))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, "talk ann 2 officers=[ann,bob]"), (_LEAD, _TALK + "s9"), (_TALK + "s1",), (_LEAD, _TALK + "张三"), (_PLAN, _TALK + "王五"),
        ("lead ann 0 accused=[bob]", _TALK + "bob"), ("lead bob 0 accused=[ann]", "talk ann 2 person=ann"),
        (_LEAD, _TALK + "王五 witnesses=[王五]"), ("check bob 0 sanctioned=ann", _TALK + "ann"), (_LEAD, _TALK + "s1", "talk ann 3"),
        (_LEAD, _PLAN, _TALK + "张三", _OWN.format(2)), (_LEAD, _TALK + "s1", _OWN.format(3).replace("03-04", "03-05")),
        (_LEAD, "hear ann 1", _OWN.format(2)))

    talks: tuple[str, ...] = ("interview",)
    registers: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.talks, *(group for group in (self.registers, self.heard) if group))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse the record of a talk with nobody known."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请写明谈话对象：被反映、被调查的人员，或者此前列名的证人；本人的陈述须出自同本人谈话之日。",
            en="Name the person talked to: who is reported, or a witness named before; his own statement is of a day of a talk with him."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        who, done = d.get("person"), [e.data for e in acts]
        if p.act in self.registers and d.get("evidence_kind") == OWN:
            party = {one for data in done for one in (*(data.get("accused") or ()), data.get("sanctioned")) if one}
            days = {local_day(e.at) for e in acts if e.act in self.heard or (e.act in self.talks and e.data.get("person") in party)}
            day = date.fromisoformat(d["obtained_on"]) if d.get("obtained_on") else p.day
            yield day not in days, f"{day}没有同本人谈话的记录，本人陈述不能出自当日", f"nobody talked to the person himself on {day}"
        if p.act not in self.talks:
            return
        yield not who, "谈话记录没有写明谈话对象", "the record does not say with whom the talk was"
        known = {one for data in done for one in (*(data.get("accused") or ()), data.get("sanctioned")) if one}
        witnesses = {plain_name(one) for data in done for one in data.get("witnesses") or ()}
        stranger = who and who not in known and plain_name(who) not in witnesses
        yield stranger, "谈话对象不是被反映、被调查的人员，也不是此前列名的证人", "the person is neither reported, nor a witness named before"
        yield who in (p.actor, *(d.get("officers") or ())), "谈话人不得是谈话对象", "who holds the talk cannot be the person talked to"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look for the person among those whom acts before name."""
        who, plain = T("person"), say.plain(T("person"))
        known = say.joined(say.gather("set", None, R("_key"), each="accused"), say.gather("set", None, R("sanctioned")))
        witness = say.is_in(plain, say.gather("set", None, say.plain(R("_key")), each="witnesses"))
        stranger = say.negated(say.either(say.is_in(who, known), witness))
        named = say.gate(self.talks, say.either(
            say.missing(who), stranger, say.equal(who, T("_actor")), say.is_in(who, T("officers"))), needs=["_actor"])
        that_day = say.equal(R("_on"), say.or_else(say.day(T("obtained_on")), T("_on")))
        met = say.some(self.talks, say.both(that_day, say.is_in(R("person"), known)))
        heard = [say.some(self.heard, that_day)] if self.heard else []
        own = say.both(say.equal(T("evidence_kind"), OWN), say.negated(say.either(met, *heard)))
        return AnyOf((named, say.gate(self.registers, own)) if self.registers else (named,))
