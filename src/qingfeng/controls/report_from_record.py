"""report_from_record 据实汇报: the figures in a report to the leader are those of the record at that moment, and none is left out.

Why: 不如实汇报 – the leader decides on what he is told; a forgotten exhibit or a fourth return is told by nobody.
Finds: a report without figures, with one left out, or with one that the record contradicts; by `watch`: no report for long.
Not: an opinion in the report's text that is untrue.
Source: the agency's own map (隐报、不如实汇报; 向分管领导汇报进展); `every` is a setting, no statute names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import Expr, GateRule, R, Span, T, Today
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

# fmt: off
NOTES, OPEN, SEEN = ("note ann 1",) * 3, "open_case bob 0", "report ann 4 figures_seen="
ZERO, FIVE = "report ann 0 figures_seen={evidence:0,interviews:0,days:0}", "report ann 7 figures_seen={evidence:0,interviews:0,days:7}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the report: how many of these acts there are or, with `days`, how many days the first of them lies back."""

    code: str
    name: Text
    acts: tuple[str, ...]
    days: bool = False


@dataclass(frozen=True, slots=True)
class ReportFromRecord:
    """`reports` carry the figures of the record; while work runs (`starts` to `ends`) one comes `every` so many working days."""

    name: ClassVar[str] = "report_from_record"
    title: ClassVar[Text] = Text(zh="据实汇报", en="Report from the record")
    example: ClassVar[dict[str, Any]] = {
        "reports": ["report", "final"], "starts": ["open_case"], "ends": ["close_case", "final"], "every": 5, "figures": [
        {"code": "evidence", "acts": ["register", "seize"], "name": {"zh": "证据", "en": "Evidence"}},
        {"code": "interviews", "acts": ["interview"], "name": {"zh": "询问", "en": "Interviews"}},
        {"code": "days", "acts": ["open_case"], "name": {"zh": "已办天数", "en": "Days so far"}, "days": True}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (ZERO, *NOTES), (*NOTES, ZERO, *NOTES), (*NOTES, *NOTES, ZERO, ZERO), (*NOTES, OPEN, ZERO, *NOTES), (ZERO, ZERO, *NOTES, *NOTES),
        (OPEN, "register ann 1", *NOTES, "seize ann 2", SEEN + "{evidence:2,interviews:0,days:4}", *NOTES),
        (OPEN, "open_case bob 3", "interview ann 3", SEEN + "{evidence:0,interviews:1,days:4}", *NOTES),
        ("interview ann 0", *NOTES, SEEN + "{evidence:0,interviews:1,days:0,fines:9}", *NOTES),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("report ann 0",), (SEEN + "{evidence:0,interviews:0}",), ("register ann 0", *NOTES, ZERO), ("interview ann 0", ZERO),
        ("seize ann 0", ZERO), (OPEN, *NOTES, SEEN + "{evidence:0,interviews:0,days:3}"),
        ("register ann 0", SEEN + "{evidence:2,interviews:0,days:0}"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (OPEN, "today 7"), (OPEN, FIVE, "today 14"), (OPEN, "close_case bob 3", "today 90"), ("register ann 0", "today 90"),
        (OPEN, FIVE.replace("report", "final"), "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (OPEN, "today 8"), (OPEN, FIVE, "today 15"), (OPEN, "close_case bob 8", "today 9"), (OPEN, "close_case bob 1", OPEN, "today 30"),
        (OPEN, FIVE.replace("report", "final"), OPEN, "today 30"))

    reports: tuple[str, ...]
    figures: tuple[Figure, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    every: int
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        groups, codes = (self.reports, self.starts, self.ends, *(f.acts for f in self.figures)), {f.code for f in self.figures}
        sound = {act for group in groups for act in group or ("",)} <= {row.act for row in version.procedure.rows}
        return None if sound and codes and len(codes) == len(self.figures) and 1 <= self.every <= 250 else Text(
            "各组动作须取自流程且不为空，数字编码不重复，every应为1至250", "lists of acts of the procedure, distinct figures, every 1 to 250")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report whose figures are not those of the record."""
        told, zh, en = situation.proposed.data.get("figures_seen") or {}, [], []
        for figure in self.figures if situation.proposed.act in self.reports else ():
            true = self._true(figure, situation)
            if (seen := told.get(figure.code)) != true:
                zh.append(f"{figure.name.zh}为{true}，报告{'未写' if seen is None else f'写的是{seen}'}")
                en.append(f"{figure.name.en} is {true}, the report says {'nothing' if seen is None else seen}")
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(f"与记录不符：{'；'.join(zh)}", "; ".join(en)), remedy=Text(
            "请按记录填写各项数字后再汇报。", "Report the figures of the record.")) if zh else None

    def known_values(self, situation: Situation, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the figures of the record, with which a form begins."""
        return {"figures_seen": {f.code: self._true(f, situation) for f in self.figures}} if situation.proposed.act in self.reports else {}

    def _true(self, figure: Figure, s: Situation) -> int:
        found = [local_day(e.at) for e in s.case.events if e.kind == ACT and e.act in figure.acts]
        return (s.proposed.day - found[0]).days if figure.days and found else 0 if figure.days else len(found)

    def detect(self, _: PowerVersion) -> GateRule:
        """Find reports whose figures are missing or are not those of the acts before them."""
        def true(f: Figure) -> Expr:
            return say.minus(T("_on"), say.or_else(say.gather("first", f.acts, R("_on")), T("_on"))) if f.days else say.count(f.acts)
        told = (say.equal(say.value_of(T("figures_seen"), figure.code), true(figure)) for figure in self.figures)
        return say.gate(self.reports, say.either(*map(say.negated, told)))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find openings and reports, while work runs, after which neither a report nor an end comes in time."""
        after = say.gather("min", (*self.reports, *self.ends), R("_on"), span=Span.AFTER)
        going = say.is_in(say.gather("last", (*self.starts, *self.ends), R("_act")), self.starts)
        running = say.both(going, say.negated(say.is_in(T("_act"), self.ends)))  # a last report that ends the work asks for no other
        return say.gate((*self.starts, *self.reports), say.over(say.working_days(T("_on"), say.or_else(after, Today())), self.every),
                        applies=say.either(running, say.is_in(T("_act"), self.starts)))
