"""ended_in_full 措施整体了结: what ends a measure deals with all that is still held; what deals with a part says so and ends nothing.

Why: 部分解除后扣着不放: “one drum returned” closes the measure in the books, and eleven drums stay for a year under no term at all.
Finds: an act of `wholes` that leaves something held, or names nothing though things are held; an act of `parts` that names nothing, or
all that is left.
Not: how long the rest may be held (`seizure_limit`: parts do not end it); whether the book is right (`inventory_balance`).
Source: 行政强制法 27, 28: dealt with or lifted in time, the goods given back at once; a part may be lifted where the rest is still needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

DEALT_WITH = Citation(instrument="行政强制法", article="28")
# fmt: off
_TOOK, _PART = "seize ann 0 goods={W1:12,W2:2}", "lift_some eve 5 goods={W1:6}"
_REST, _LATER = "lift eve 9 disposal=lift goods={W1:6,W2:2}", "lift eve 9 disposal=keep_for_party"


@dataclass(frozen=True, slots=True)
class EndedInFull:
    """`goods` taken by `takes` and not yet out by `gives`: one of `wholes` names them all (none, if its `disposal` is of `later`: they
    are fetched afterwards), one of `parts` names some and leaves some."""

    name: ClassVar[str] = "ended_in_full"
    title: ClassVar[Text] = Text(zh="措施整体了结", en="Measure ended in full")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"takes": ["seize"], "gives": ["lift", "lift_some", "give_back"], "wholes": ["lift"],
                                         "parts": ["lift_some"], "later": ["keep_for_party"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TOOK, "lift eve 9 disposal=lift goods={W1:12,W2:2}"), (_TOOK, _PART, _REST), (_TOOK, _PART, _PART.replace("5", "6"),
         "lift eve 9 goods={W2:2}"), (_TOOK, _LATER, "give_back bob 9 goods={W1:12,W2:2}"), ("lift eve 3",), (_TOOK, "note ann 2"),
        (_TOOK, "give_back bob 5 goods={W1:12}", "lift eve 9 goods={W2:2}"), (_TOOK, "lift eve 9 goods={W1:12,W2:2}", "lift eve 9"),
        (_TOOK, _PART, _LATER), ("seize ann 0", "lift eve 9"), (_TOOK, "lift_some eve 5 goods={W1:12,W2:1}"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TOOK, "lift eve 9 disposal=lift goods={W1:1}"), (_TOOK, "lift eve 9 disposal=lift"), (_TOOK, "lift eve 9"),
        (_TOOK, _PART, _REST.replace("W1:6,", "")), (_TOOK, f"{_LATER} goods={{W1:12}}"), (_PART,), (_TOOK, "lift_some eve 5"),
        (_TOOK, "lift_some eve 5 goods={W1:12,W2:2}"), (_TOOK, _PART, "lift_some eve 6 goods={W1:6,W2:2}"),
        (_TOOK, "give_back bob 5 goods={W1:12}", "lift_some eve 6 goods={W2:2}"),
        (_TOOK, "seize ann 1 goods={W3:1}", _REST.replace(":6", ":12")),
        (_TOOK, "lift_some eve 5 disposal=keep_for_party"))

    takes: tuple[str, ...]
    gives: tuple[str, ...]
    wholes: tuple[str, ...]
    parts: tuple[str, ...] = ()
    later: tuple[str, ...] = ("lift_keep",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.wholes or not {*self.wholes, *self.parts} <= {*self.gives} or {*self.wholes} & {*self.parts}:
            return Text("wholes、parts须在gives之中，wholes不为空，二者不相交", "wholes (some) and parts are among gives and are apart")
        return unfit(version, self.takes, self.gives)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an end that leaves things held, and a part that is nothing or all."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        taken, given = (_sum(e.data for e in acts if e.act in kind) for kind in (self.takes, self.gives))
        goods, held = command.data.get("goods") or {}, sum(taken.values()) - sum(given.values())
        left = ", ".join(f"{code} ({n})" for code, n in (taken - given - Counter(goods)).items())
        fetched = not goods and command.data.get("disposal") in self.later
        if command.act in self.wholes and held > sum(goods.values()) and not fetched:
            return self._refusal(f"还有查封、扣押的财物没有处理：{left.replace(', ', '、')}", f"things are still held: {left}",
                                 "请一并处理全部财物；只处理其中一部分的，按“部分”办理，其余的期限照算。",
                                 "Deal with all of it; where only a part is dealt with, use the act for a part.")
        if command.act in self.parts and not (goods and held > sum(goods.values())):
            return self._refusal("没有写明是哪一部分，或者已经是全部财物", "which part is not said, or it is all there is",
                                 "请写明先行处理的财物和数量；全部处理的，按整体解除或者处理办理。",
                                 "Say which things go first; if it is all, lift or decide on the whole.")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find ends that left something held, and parts that were nothing or all."""
        taken, given = (say.gather("sum", acts, R("_value"), each="goods") for acts in (self.takes, self.gives))
        held, named = say.minus(taken, given), say.total(T("goods"))
        fetched = say.both(say.missing(T("goods")), say.is_in(T("disposal"), self.later))
        no_part = say.either(say.missing(T("goods")), say.negated(say.over(held, named)))
        return AnyOf((say.gate(self.wholes, say.both(say.over(held, named), say.negated(fetched))),
                      *([say.gate(self.parts, no_part)] if self.parts else [])))

    def _refusal(self, zh: str, en: str, do_zh: str, do_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=DEALT_WITH, reason=Text(zh, en), remedy=Text(do_zh, do_en))


def _sum(said: Iterable[Any]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in said:
        total.update(one.get("goods") or {})
    return total
