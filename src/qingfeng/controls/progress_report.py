"""progress_report 定期汇报: while a case is open the leader hears of it every so many days, in words that say something new.

Why: 隐报、不如实汇报 begins with saying nothing; “正在办理中” every month is the same as nothing.
Finds: a report that is short, word for word an earlier one, or made by who receives it; (watch) an open case of which nobody has
reported for `every` working days.
Not: whether the report agrees with the record (report_from_record).
Source: the agency's own map (定期向分管领导汇报; 加强内部协调督办); the days are a setting.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 8
# fmt: off
_START, _END = "accept_application ann 0", "close_case dan 20"
_ONE, _TWO = "report_progress ann 5 content=材料已核验三件其余待复函", "report_progress bob 9 content=现场踏勘完成有一项待复测"
_HEAD = "approve dan 3"


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """From one of `starts` until one of `ends`, `reports` come every `every` working days, by nobody who did one of `heads`."""

    name: ClassVar[str] = "progress_report"
    title: ClassVar[Text] = Text(zh="定期汇报", en="Reports of progress")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"starts": ["accept_application"], "ends": ["close_case"], "every": 5, "heads": ["approve"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_START, _ONE, _TWO, _END), (_ONE,), (_START, _HEAD, _ONE), (_ONE, _TWO), (_HEAD, _TWO, _ONE), (_START, _END), (_START, _TWO),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE.replace("材料已核验三件其余待复函", "正在办理中"),), (_ONE, _ONE), (_ONE, _ONE.replace("ann", "bob")), (_HEAD, _ONE.replace("ann", "dan")),
        (_HEAD, _ONE, _TWO.replace("bob", "dan")), ("report_progress ann 5",), (_ONE, _TWO, _ONE),
            (_ONE.replace("材料已核验三件其余待复函", "材料已核验三件"),),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_START, "today 7"), (_START, _ONE, _TWO, "today 15"), (_START, _END.replace("20", "4"), "today 90"), (_HEAD, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_START, "today 8"), (_START, _ONE, "today 20"), (_START, _ONE.replace(" 5 ", " 9 "), _END, "today 90"), (_START, _END, "today 90"))

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    heads: tuple[str, ...]
    reports: tuple[str, ...] = ("report_progress",)
    every: int = 20

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.every <= 120:
            return Text(zh="应为1至120个工作日", en="1 to 120 working days")
        return unfit(version, self.starts, self.ends, self.reports, more=self.heads)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report that says nothing new."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由承办人员如实写明本期办了什么、还有什么没办、有什么困难。", en="Let who handles it say what was done, what is left, and what is difficult."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, words = s.proposed, s.proposed.data.get("content") or ""
        if p.act in self.reports:
            yield len(words) < WORDS, f"汇报没有内容（至少{WORDS}个字）", f"the report says nothing ({WORDS} characters at least)"
            same = any(e.kind == ACT and e.act in self.reports and e.data.get("content") == words for e in s.case.events)
            yield same, "与以前的汇报一字不差", "this is word for word an earlier report"
            yield p.actor in s.case.actors_of(self.heads), \
                f"{s.people.name(p.actor)}是听取汇报的人", f"{s.people.name(p.actor)} is who hears the report"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each report beside the earlier ones."""
        return AnyOf((say.gate(self.reports, say.either(
            say.over(WORDS, say.length(T("content"))), say.some(self.reports, say.matches("content")),
            say.some(self.heads, say.same_actor())), needs=["_actor"]),))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find beginnings and reports after which nothing was heard, and nothing ended, for too long."""
        soon = say.at_least(self.every, say.working_days(T("_on"), R("_on")))
        open_ = say.both(say.none(self.ends), say.none([*self.reports, *self.ends], soon, span=Span.AFTER))
        return say.gate([*self.starts, *self.reports], say.both(say.over(say.working_days(T("_on"), Today()), self.every), open_))
