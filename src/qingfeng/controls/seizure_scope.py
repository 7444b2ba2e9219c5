"""seizure_scope 强制措施范围: what is sealed up or seized is what was approved: object, measure, place, way and conditions.

Why: 擅自改变查封对象、措施、方式、条件: a measure wider than its approval is leverage, a narrower or softer one a favour.
Finds: goods not approved or more of them; a measure, place, method, condition or party other than approved; an emergency regularised with
another list than what was taken.
Not: whether it was approved at all (`seizure_approval`); what becomes of the goods (`inventory_balance`).
Source: 行政强制法 23 (only things of the case), 18 and 24 (decision and list); the map's 擅自改变.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rule import AnyOf, GateRule, T
from qingfeng.facts.say import both, either, equal, gate, last, missing, negated, or_else, over, value_of
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

ONLY_OF_THE_CASE = Citation(instrument="行政强制法", article="23")
WORDS = {"measure_kind": Text("措施", "the measure"), "place": Text("地点", "the place"), "party": Text("当事人", "the party"),
         "method": Text("方式", "the way"), "conditions": Text("条件", "the conditions")}  # fmt: skip


# fmt: off
@dataclass(frozen=True, slots=True)
class SeizureScope:
    """`measures` keep to the goods and `same` fields of the latest `approves`; `regularises` to those of the latest `urgent`."""

    name: ClassVar[str] = "seizure_scope"
    title: ClassVar[Text] = Text(zh="强制措施不出范围", en="Scope of a measure")
    example: ClassVar[dict[str, Any]] = {"measures": ["seize"], "approves": ["approve"], "urgent": ["seize_now"],
        "regularises": ["regularise"],
                                         "same": ["measure_kind", "place", "conditions"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("approve eve 0 goods={W1:20,W2:1} measure_kind=seizure", "seize ann 1 goods={W1:20,W2:1} measure_kind=seizure"),
        ("approve eve 0 goods={W1:20,W2:1} place=甲 measure_kind=sealing conditions=原地",
            "seize ann 1 goods={W1:5} place=甲 measure_kind=sealing conditions=原地"),
        ("seize_now ann 0 goods={W1:5} measure_kind=seizure", "regularise eve 0.12 goods={W1:5} measure_kind=seizure"),
        ("approve eve 0 goods={W1:1}", "approve eve 1 goods={W1:20} place=甲", "seize ann 2 goods={W1:5} place=甲"),
        ("note ann 0", "approve eve 0 goods={W2:1}", "seize ann 2 goods={W2:1}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("approve eve 0 goods={W1:5}", "seize ann 1 goods={W1:20}"), ("approve eve 0 goods={W1:5}", "seize ann 1 goods={W2:1}"),
        ("approve eve 0 goods={W1:20} measure_kind=sealing", "seize ann 1 goods={W1:5} measure_kind=seizure"),
        ("approve eve 0 goods={W1:20} place=甲", "seize ann 1 goods={W1:5} place=乙"), ("approve eve 0 goods={W1:20}", "seize ann 1"),
        ("approve eve 0 goods={W1:5} conditions=原地", "seize ann 1 goods={W1:5}"), ("seize ann 1 goods={W1:5}",),
        ("approve eve 0 goods={W1:5}", "seize ann 1 goods={W1:5} conditions=异地"),
        ("seize_now ann 0 goods={W1:5,W2:1}", "regularise eve 0.12 goods={W1:20}"),
        ("seize_now ann 0 goods={W1:5} place=甲", "regularise eve 0.12 goods={W1:5} place=乙"),
        ("approve eve 0 goods={W1:20}", "approve eve 1 goods={W1:5}", "seize ann 2 goods={W1:20}"),
    )

    measures: tuple[str, ...]
    approves: tuple[str, ...]
    urgent: tuple[str, ...] = ()
    regularises: tuple[str, ...] = ()
    same: tuple[str, ...] = ("measure_kind", "place", "method", "conditions")

    @property
    def basis(self) -> Basis:
        """The statute: nobody lets pass."""
        return Basis.STATUTE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.measures, *self.approves, *self.urgent, *self.regularises}
        unknown = sorted(named - {row.act for row in version.procedure.rows}) + sorted(set(self.same) - WORDS.keys())
        if unknown or not self.measures or not self.approves or bool(self.urgent) is not bool(self.regularises):
            return Text(f"动作须取自流程且成对，same只能是{'、'.join(WORDS)}（{'、'.join(unknown)}）", f"acts or fields unknown or missing: {unknown}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse goods beyond the approval, and a measure otherwise than approved; say which."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        for doing, ground in ((self.measures, self.approves), (self.regularises, self.urgent)):
            if command.act in doing:
                wrong = self._wrong(situation, [e for e in reversed(acts) if e.act in ground])
                if wrong:
                    zh, en = "；".join(w.zh for w in wrong), "; ".join(w.en for w in wrong)
                    return Refusal(by=self.name, ring="control", basis=self.basis, citation=ONLY_OF_THE_CASE,
                        reason=Text(f"与批准（当场实施）的不一致：{zh}", f"not as approved (or as taken): {en}"),
                        remedy=Text("请严格按批准的对象、措施、方式、条件实施；确需改变的，先报批准。",
                                    "Keep to what was approved; a change is approved first."))
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find measures without a list, with goods beyond the approval, or with a field other than approved."""
        rules: list[GateRule] = []
        for doing, ground in ((self.measures, self.approves), (self.regularises, self.urgent)):
            if doing:
                kept = [either(equal(T(f), last(ground, f)), both(missing(T(f)), missing(last(ground, f)))) for f in self.same]
                rules.append(gate(doing, either(missing(T("goods")), *(negated(one) for one in kept))))
                rules.append(gate(doing, over(T("_value"), or_else(value_of(last(ground, "goods"), T("_key")), 0)), each="goods"))
        return AnyOf(tuple(rules))

    def _wrong(self, situation: Situation, grounds: Sequence[Event]) -> list[Text]:
        said = situation.proposed.data
        wrong = [] if said.get("goods") else [Text("没有清单", "there is no list of goods")]
        listed: Mapping[str, int] = next((e.data["goods"] for e in grounds if e.data.get("goods") is not None), {})
        for code, number in (said.get("goods") or {}).items():
            if number > listed.get(code, 0):
                wrong.append(Text(f"对象：{code}为{number}，批准{listed.get(code, 0)}",
                    f"object: {code} {number}, approved {listed.get(code, 0)}"))
        for field in self.same:
            approved = next((e.data[field] for e in grounds if e.data.get(field) is not None), None)
            if said.get(field) != approved:
                word, (now, then) = WORDS[field], (codes.shown(situation.case.version, field, one) for one in (said.get(field), approved))
                wrong.append(Text(f"{word.zh}：{now.zh}，批准{then.zh}", f"{word.en}: {now.en}, approved {then.en}"))
        return wrong
