"""two_officers 两人执法: acts that need them are done by two or more different qualified officers, who are named in the record.

Why: one officer alone can invent, drop or trade what was found; two who sign have to agree to it.
Finds: such an act whose record names too few officers, one of them twice, one without a credential that day, or not its own author.
Not: a named officer who was not there in truth (recordings, the party's signature and call-backs meet that); two places at once.
Source: 行政处罚法 42 for penalties, 行政强制法 18 for compulsory measures (`statute`); elsewhere the map (现场调查必须两人以上).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts.rule import AnyOf, T
from qingfeng.facts.say import either, gate, is_in, licensed, negated, over, size, without
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class TwoOfficers:
    """Acts of `acts` name in `officers` at least `number` different officers with credentials, their author among them."""

    name: ClassVar[str] = "two_officers"
    title: ClassVar[Text] = Text(zh="两人以上执法", en="Two qualified officers")
    example: ClassVar[dict[str, Any]] = {"acts": ["investigate", "interview"], "statute": {"instrument": "行政处罚法", "article": "42"}}
    example_unlicensed: ClassVar[tuple[str, ...]] = ("dan",)
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("note ann 0 officers=[ann]", "investigate bob 1 officers=[eve,bob]", "approve dan 2"), ("investigate ann 0 officers=[ann,bob]",),
        ("interview bob 0 officers=[ann,bob,carl]", "investigate carl 1 officers=[carl,ann]"), ("investigate ann 0 officers=[bob,ann]",),
        ("investigate eve 0 officers=[ann,eve]", "interview ann 0 officers=[ann,carl]"),
        ("interview carl 0 officers=[carl,ann]", "approve bob 1"), ("interview fay 0 officers=[ann,bob,fay]", "note dan 1"),
        ("note bob 0", "interview ann 1 officers=[ann,bob]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 officers=[ann,bob]", "interview bob 1 officers=[bob]"), ("investigate bob 0 officers=[ann,bob,dan]",),
        ("investigate ann 0 officers=[ann,bob]", "investigate ann 1"), ("interview ann 0 officers=[ann,bob,ann]",),
        ("investigate ann 0 officers=[bob,carl]",), ("investigate ann 0 officers=[ann,ann]",), ("interview ann 0 officers=[ann,dan]",),
        ("investigate ann 0 officers=[ann]",), ("interview ann 0 officers=[]",),
    )

    acts: tuple[str, ...]
    number: int = 2
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else the map."""
        return Basis.STATUTE if self.statute else Basis.MAP

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        words = {row.act: row.word for row in version.procedure.rows}
        unknown = sorted(set(self.acts) - set(words))
        if unknown or not self.acts:
            return Text(zh=f"acts须为流程中的动作且不为空（问题：{'、'.join(unknown) or '空'}）",
                        en=f"acts must name acts of the procedure, at least one ({', '.join(unknown)})")
        return None if 2 <= self.number <= 10 else Text(zh="number应为2至10人", en="number must be 2 to 10")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a record that does not name enough qualified officers with its author among them."""
        command, people = situation.proposed, situation.people
        if command.act not in self.acts:
            return None
        named = list(command.data.get("officers") or ())
        twice = [who for who, times in Counter(named).items() if times > 1]
        without_card = [who for who in dict.fromkeys(named) if not people.has_credential(who, command.day)]
        if twice:
            return self._refusal(situation, f"{people.name(twice[0])}被重复列名", f"{people.name(twice[0])} is named twice")
        if len(named) < self.number:
            return self._refusal(situation, f"本次只列名{len(named)}人", f"only {len(named)} named")
        if command.actor not in named:
            who = people.name(command.actor)
            return self._refusal(situation, f"录入人{who}不在参加人员之中", f"{who}, who records it, is not among those taking part")
        if without_card:
            who = "、".join(map(people.name, without_card))
            return self._refusal(situation, f"{who}当日无有效执法证件", f"without a valid credential that day: {who}")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find records that name too few, somebody twice, not their author, or somebody without a credential."""
        different = without(T("officers"), None)
        poor = either(over(self.number, different), over(size(T("officers")), different), negated(is_in(T("_actor"), T("officers"))))
        return AnyOf((
            gate(self.acts, poor, needs=["_actor"]),
            gate(self.acts, negated(licensed(T("_key"), T("_on"))), each="officers"),
        ))

    def _refusal(self, situation: Situation, zh: str, en: str) -> Refusal:
        act = situation.rule.word.name
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute,
            reason=Text(zh=f"“{act.zh}”应由{self.number}名以上具有执法资格的人员进行：{zh}",
                        en=f"“{act.en}” needs {self.number} or more different qualified officers: {en}"),
            remedy=Text(zh="请由两名以上持证人员共同办理，并如实列明参加人员（含录入人）。",
                        en="Have it done by enough officers with credentials and name them all, the one who records it included."))
