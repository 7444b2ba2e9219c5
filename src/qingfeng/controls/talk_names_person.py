"""talk_names_person 谈话对象写明: the record of a talk says with whom, and that is the person reported or a witness named before.

Why: a record that names nobody fits everybody: the witness who said the wrong thing was never talked to, the friendly one twice.
Finds: a talk without the person, with one whom no act before names (accused, under inquiry, a witness), or with one of those who talk.
Not: whether he said it (recording, signature); who ought to be talked to (investigation_plan).
Source: the agency's own map (不按规定取证); who is heard and signs stands on every record of a talk by the agency's forms.
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
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

# fmt: off
_LEAD, _CHECK, _PLAN = "lead ann 0 accused=[s1,s2]", "check ann 0 sanctioned=s3", "plan ann 1 witnesses=[张三,李四]"
_TALK = "talk ann 2 officers=[ann,bob] person="


@dataclass(frozen=True, slots=True)
class TalkNamesPerson:
    """`talks` name a `person`: one of `accused`, `sanctioned` or `witnesses` of an act before, none of the talk's own `officers`."""

    name: ClassVar[str] = "talk_names_person"
    title: ClassVar[Text] = Text(zh="谈话对象写明", en="A talk names the person talked to")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"talks": ["talk"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, _TALK + "s1"), (_LEAD, _TALK + "s2"), (_CHECK, _TALK + "s3"), (_PLAN, _TALK + "张三"), (_PLAN, _TALK + "李四"),
        (_LEAD, _PLAN, _TALK + "张三", _TALK + "s1"), (_LEAD,), (_LEAD, _TALK + "s1 witnesses=[王五]", _TALK + "王五"), (_PLAN, _TALK + "张·三"),
        (_LEAD, "check ann 0 sanctioned=s1", _TALK + "s1"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LEAD, "talk ann 2 officers=[ann,bob]"), (_LEAD, _TALK + "s9"), (_TALK + "s1",), (_LEAD, _TALK + "张三"), (_PLAN, _TALK + "王五"),
        ("lead ann 0 accused=[bob]", _TALK + "bob"), ("lead bob 0 accused=[ann]", "talk ann 2 person=ann"),
        (_LEAD, _TALK + "王五 witnesses=[王五]"), ("check bob 0 sanctioned=ann", _TALK + "ann"), (_LEAD, _TALK + "s1", "talk ann 3"))

    talks: tuple[str, ...] = ("interview",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.talks)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse the record of a talk with nobody known."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请在谈话记录中写明谈话对象：被反映、被调查的人员，或者此前的方案、记录中列名的证人（witnesses）。",
            en="Name the person talked to: who is reported or under inquiry, or a witness named in a plan or record before (witnesses)."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act not in self.talks:
            return
        who, done = d.get("person"), [e.data for e in s.case.events if e.kind == ACT]
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
        return AnyOf((say.gate(self.talks, say.either(
            say.missing(who), stranger, say.equal(who, T("_actor")), say.is_in(who, T("officers"))), needs=["_actor"]),))
