"""figures_as_resolved 控制数照集体研究下达: what goes down is, item by item, what the heads resolved together.

Why: 不按规定程序执行: the meeting settles seven million, the letter says seven and a half; both papers are in order, and nobody lays one
beside the other.
Finds: figures handed down without an adopted resolution that states them since the latest draft, or that differ from it in any item.
Not: whether the meeting was one (deliberation_quorum, own_vote); whether the items add up (budget_totals).
Source: the agency's own map (不按规定程序执行; 集体评议); that control figures are settled together is the agency's own procedure.
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
from qingfeng.terms.text import Text

ADOPTED = "adopted"

# fmt: off
_UP = "draft ann 0 budget_figures={A:60,B:40}"
_MET = "resolve bob 2 result=adopted budget_figures={A:50,B:40}"
_DOWN = "issue carl 3 budget_figures={A:50,B:40}"
_NO = _MET.replace("adopted", "rejected")


@dataclass(frozen=True, slots=True)
class FiguresAsResolved:
    """`issues` hand down the `budget_figures` of the latest adopted one of `resolves` since the latest of `drafts`."""

    name: ClassVar[str] = "figures_as_resolved"
    title: ClassVar[Text] = Text(zh="控制数照研究结果下达", en="Figures handed down as resolved")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"drafts": ["draft"], "resolves": ["resolve"], "issues": ["issue"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP, _MET, _DOWN), (_UP, _MET), (_UP, _NO, _MET, _DOWN), (_UP, _MET, _NO.replace("50", "55"), _DOWN), (_MET, _DOWN), (_UP,),
        (_UP, _MET, "resolve bob 2 result=adopted", _DOWN), (_UP, _MET, _UP, _MET.replace("50", "45"), _DOWN.replace("50", "45")),
        (_UP, _MET.replace(",B:40", ""), _DOWN.replace(",B:40", "")), (_UP, _MET.replace("50", "55"), _MET, _DOWN, _DOWN),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP, _DOWN), (_UP, _NO, _DOWN), (_UP, _MET, _DOWN.replace("50", "57")), (_UP, _MET, _DOWN.replace("B:40", "B:40,C:9")),
        (_UP, _MET, _DOWN.replace(",B:40", "")), (_UP, _MET, "issue carl 3"), (_MET, _UP, _DOWN),
        (_UP, _MET, _MET.replace("50", "45"), _DOWN),
        (_UP, "resolve bob 2 result=adopted", _DOWN), (_UP, "resolve bob 2 budget_figures={A:50,B:40}", _DOWN), (_DOWN,),
        (_UP, _MET.replace("B:40", "B:40,C:9"), _DOWN), ("issue carl 3",),
    )

    issues: tuple[str, ...]
    resolves: tuple[str, ...] = ("deliberate",)
    drafts: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.issues, self.resolves, more=self.drafts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to hand down what was not resolved."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请在集体研究结果中逐项写明研究确定的数字，照此下达；要改变的，重新提请集体研究。",
            en="State the figures item by item in the resolution and hand down those; to change them, call the meeting again."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act not in self.issues:
            return
        start = max((n for n, e in enumerate(done, 1) if e.act in self.drafts), default=0)
        settled: dict[str, int] = next((e.data["budget_figures"] for e in reversed(done[start:]) if e.act in self.resolves
                                        and e.data.get("result") == ADOPTED and e.data.get("budget_figures")), {})
        now: dict[str, int] = p.data.get("budget_figures") or {}
        yield not settled, "最近一次上报之后，没有写明各项数字的集体研究结果", "since the latest draft no adopted resolution states the figures"
        odd = sorted(item for item in {*now, *settled} if now.get(item) != settled.get(item))
        yield odd, f"下列项目与集体研究确定的不一致：{s.told(odd).zh}", f"items that differ from what was resolved: {s.told(odd).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each letter beside the resolution, both ways."""
        adopted = say.both(say.equal(R("result"), ADOPTED), say.said(R("budget_figures")))
        settled = say.gather("last", self.resolves, R("budget_figures"), adopted, since=self.drafts)
        now = T("budget_figures")
        return AnyOf((
            say.gate(self.issues, say.either(say.missing(settled), say.over(say.without(settled, now), 0))),
            say.gate(self.issues, say.negated(say.equal(say.value_of(settled, T("_key")), T("_value"))), each="budget_figures")))
