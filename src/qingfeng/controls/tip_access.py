"""tip_access 线索保密: a tip never comes into the hands of those whom it accuses, who are close to them, or who work beside them.

Why: a tip that reaches the accused ends in warning, pressure on the reporter, and evidence that is gone.
Finds: a tip opened by, handed to or handled by one accused in it, tied to the accused or the party, or of the accused's unit;
one registered or routed by whom it names.
Not: who else may read it (`need_to_know`); what is told by word of mouth; an accused whom the record of the tip leaves out.
Source: the agency's own map (向被举报或被调查对象泄露信息).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import READ_FILE, PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, Expr, R, Span, T
from qingfeng.facts.say import both, either, equal, gate, holds, some, tied
from qingfeng.terms.text import Text

PART = "lead"


# fmt: off
@dataclass(frozen=True, slots=True)
class Unit:
    """Posts that work side by side: a tip against a holder of one is no business of the others."""

    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TipAccess:
    """`registers` names the accused (officers in `accused`, others in `parties`); `acts`, done by and naming others, handle the tip;
    `parts`: of the file, that tell it."""

    name: ClassVar[str] = "tip_access"
    title: ClassVar[Text] = Text(zh="线索保密", en="Tips kept from the accused")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {
        "registers": ["register", "route"], "acts": ["assign", "check"], "apart": ["register", "route"],
        "units": [{"posts": ["inspector", "head"]}]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("bob", "firm"), ("carl", "dan"), ("fay", "shop"))
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("dan", "inspector"), ("eve", "head"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("register ann 0 party=mill", "assign eve 1 leader=bob officers=[carl,dan]", "read_file dan 2 part=lead", "check dan 3"),
        ("register ann 0 accused=[bob]", "read_file bob 1 part=file", "read_file eve 1 part=lead", "note bob 2", "check eve 3"),
        ("register ann 0 accused=[dan] party=firm", "assign ann 1 leader=fay officers=[ann]", "read_file fay 2 part=lead"),
        ("register ann 0 accused=[bob]", "route ann 1 accused=[carl]"), ("register ann 0 party=mill", "route bob 1 accused=[fay]"),
        ("assign ann 0 leader=dan", "register ann 1 accused=[bob] subject=mill", "check carl 2 officers=[fay]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("register ann 0 subject=shop", "register ann 0 party=mill", "check ann 1 officers=[fay]"),
        ("register ann 0 accused=[bob]", "assign ann 1 leader=fay officers=[ann,bob]"), ("register ann 0 accused=[fay,bob]", "check bob 1"),
        ("register ann 0 accused=[dan]", "assign ann 1 officers=[ann,carl]"), ("register ann 0 accused=[bob]", "assign ann 1 leader=bob"),
        ("register ann 0 accused=[ann,bob]", "read_file bob 1 part=lead"), ("register ann 0 accused=[dan]", "read_file carl 1 part=lead"),
        ("register ann 0 accused=[bob,dan]", "read_file eve 1 part=lead"), ("register ann 0 accused=[eve]", "assign ann 1 leader=dan"),
        ("register ann 0 party=firm", "assign ann 1 leader=bob"), ("register bob 0 accused=[bob]",), ("register bob 0 party=firm",),
        ("register ann 0 accused=[bob]", "route bob 1 accused=[fay]"), ("register ann 0 party=mill", "route dan 1 accused=[eve]"),
        ("register carl 0 accused=[ann,dan]",), ("route fay 0 party=mill subject=shop",),
    )

    acts: tuple[str, ...]
    registers: tuple[str, ...] = ("register_lead",)
    parties: tuple[str, ...] = ("party", "subject")
    units: tuple[Unit, ...] = ()
    apart: tuple[str, ...] = ()
    parts: tuple[str, ...] = (PART,)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        acts = {*self.acts, *self.registers, *self.apart} - {row.act for row in version.procedure.rows}
        wrong = ", ".join(sorted(acts | ({post for unit in self.units for post in unit.posts} - set(version.posts))))
        bad = wrong or not (self.registers and self.parts) or {*self.acts} & {*self.registers} or not {*self.apart} <= {*self.registers}
        return Text(f"没有这些动作或岗位，或登记与处理相混：{wrong}", f"unknown, or acts and registers overlap: {wrong}") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to let a tip come to those whom it accuses or who are close to them."""
        command, name = situation.proposed, situation.people.name
        reader = [command.actor] if command.act == READ_FILE and command.data.get("part") in self.parts else []
        given = [command.actor, command.data.get("leader"), *(command.data.get("officers") or ())] if command.act in self.acts else reader
        given = [*given, command.actor] if command.act in self.apart else given
        who = next((name(who) for who in given if who and self._close(situation, who)), None)
        return None if who is None else Refusal(by=self.name, ring="control", basis=self.basis,  # no reason: it would tell the accused
            reason=Text(f"按线索保密的规定，本线索不得由{who}接触或者办理", f"by the rules on tips this one is not for {who} to see or handle"),
            remedy=Text("请转无关的部门或者纪检监察人员办理；原因不予说明。", "Hand it to a unit apart or to the discipline office; why is not said."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find tips read, handled or received by the accused, those tied to them, and their unit."""
        told = either(*(equal(T("part"), part) for part in self.parts))
        read = gate([READ_FILE], self._near(T("_actor")), applies=told, needs=["_actor"])
        done = gate(self.acts, either(self._near(T("_actor")), self._near(T("leader"))), needs=["_actor"])
        routed = gate(self.apart, either(self._near(T("_actor")), self._near(T("_actor"), own=True)), needs=["_actor"])
        return AnyOf((read, done, routed, gate(self.acts, self._near(T("_key")), each="officers")))

    def _near(self, who: Expr, *, own: bool = False) -> Expr:
        """Whether a tip registered before (own: the act itself) names somebody, one tied to him or beside him."""
        on, accused, span = T("_on"), R("_key"), Span.ALL if own else Span.BEFORE
        here = equal(R("_seq"), T("_seq")) if own else 1
        units = (both(holds(accused, u.posts, on), holds(who, u.posts, on)) for u in self.units)
        close = either(equal(accused, who), tied(who, accused, on), *units)
        person = some(self.registers, both(here, close), each="accused", span=span)
        return either(person, *(some(self.registers, both(here, tied(who, R(f), on)), span=span) for f in self.parties))

    def _close(self, situation: Situation, who: str) -> bool:
        day, people = situation.proposed.day, situation.people
        p, tips = situation.proposed, [e.data for e in situation.case.events if e.kind == ACT and e.act in self.registers]
        tips += [p.data] if p.act in self.apart else []
        accused = [one for tip in tips for one in tip.get("accused") or ()]
        beside = [post for u in self.units if any(people.holds(who, one, day) for one in u.posts) for post in u.posts]
        named = [*accused, *(tip[f] for tip in tips for f in self.parties if tip.get(f))]
        near = any(people.tied(who, one, day) for one in named)
        return near or who in accused or any(people.holds(one, post, day) for post in beside for one in accused)
