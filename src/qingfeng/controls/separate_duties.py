"""separate_duties 岗位分离: who has done one duty on a case does not do the other.

Why: one person who both investigates and approves can grant or forgive alone.
Finds: a case in which one officer did acts of both duties, in whichever order, in whichever round.
Not: two people who agree; one person under two names (actor identity is the business of the log's reader).
Source: the agency's own map (严格层级审批制度, 岗位责任); for a hearing officer 行政处罚法 64, for the examiner 行政许可法 48.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import SYSTEM, PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts.rule import AnyOf, T
from qingfeng.facts.say import both, differs, gate, same_actor, some
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class Pair:
    """Two duties as lists of acts; `statute` only where an article itself separates them."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    statute: Citation | None = None


@dataclass(frozen=True, slots=True)
class SeparateDuties:
    """No officer does acts of both duties of a pair on one case."""

    name: ClassVar[str] = "separate_duties"
    title: ClassVar[Text] = Text(zh="岗位分离", en="Segregation of duties")
    example: ClassVar[dict[str, Any]] = {"pairs": [{"first": ["investigate", "interview"], "second": ["approve"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0", "approve bob 1"),
        ("investigate ann 0", "interview ann 0", "approve bob 3", "note ann 4"),
        ("note ann 0", "approve ann 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0", "approve ann 1"),
        ("approve ann 0", "interview ann 1"),
        ("investigate ann 0", "investigate bob 0", "approve ann 1"),
    )

    pairs: tuple[Pair, ...]

    @property
    def basis(self) -> Basis:
        """Statute if every pair rests on an article; each refusal says its own."""
        return Basis.STATUTE if all(p.statute for p in self.pairs) else Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        acts = {row.act for row in version.procedure.rows}
        for pair in self.pairs:
            unknown = sorted({*pair.first, *pair.second} - acts)
            if unknown or not pair.first or not pair.second or set(pair.first) & set(pair.second):
                return Text(zh=f"两组动作须取自流程、均不为空且不相交（问题：{'、'.join(unknown) or '空或相交'}）",
                            en=f"both lists must name acts of the procedure, be non-empty and disjoint ({', '.join(unknown)})")  # fmt: skip
        return None if self.pairs else Text(zh="至少要有一对", en="at least one pair is needed")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse the act to an officer who has done the other duty on this case."""
        act, who = situation.proposed.act, situation.proposed.actor
        if who == SYSTEM:
            return None
        for pair in self.pairs:
            other = pair.second if act in pair.first else pair.first if act in pair.second else ()
            if other and who in situation.case.actors_of(other):
                return self._refusal(situation, pair, other)
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find who does an act of one duty after one of the other; applies where both duties were done at all."""
        ways = [way for pair in self.pairs for way in ((pair.first, pair.second), (pair.second, pair.first))]
        people = differs(T("_actor"), SYSTEM)  # the clock is nobody: it cannot be two people
        return AnyOf(tuple(
            gate(acts, both(people, some(other, same_actor())), applies=some(other), needs=["_actor"])
            for acts, other in ways))  # fmt: skip

    def _refusal(self, situation: Situation, pair: Pair, other: tuple[str, ...]) -> Refusal:
        who = situation.people.name(situation.proposed.actor)
        words = {row.act: row.word.name for row in situation.case.version.procedure.rows}
        did = next(e.act for e in situation.case.events if e.act in other and e.actor == situation.proposed.actor)
        name = situation.rule.word.name
        others = [situation.people.name(o) for p in situation.rule.by for o in situation.people.holders(p, situation.proposed.day)
                  if o not in situation.case.actors_of(other)]  # fmt: skip
        ask = "、".join(dict.fromkeys(others)) or "目前无人，请先任命"
        ask_en = ", ".join(dict.fromkeys(others)) or "nobody yet, appoint first"
        return Refusal(by=self.name, ring="control", basis=Basis.STATUTE if pair.statute else Basis.MAP, citation=pair.statute,
            reason=Text(zh=f"{who}已在本案“{words[did].zh}”，不得再“{name.zh}”",
                        en=f"{who} has already done “{words[did].en}” on this case and so may not “{name.en}”"),
            remedy=Text(zh=f"请转未参与本案该项工作的人员办理：{ask}。", en=f"Ask another officer of the post: {ask_en}."))  # fmt: skip
