"""rectification_covers 整改措施对应问题: every problem that is to be rectified is named by a measure that was ordered for it.

Why: 整改措施落实不到位; 包庇: an order of one easy measure, done and ticked off, buries the problem that costs money.
Finds: a measure for no problem found on a visit, a measure without a problem, a case closed with a problem that no measure is for,
or over a measure not done whose own problem no consequence names.
Not: whether the measure is enough (its giver answers for that), whether it is done (rectification, rectification_recheck).
Source: the agency's own map (风险防范和整改措施落实不到位; 违规做出减轻处罚的决定).
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

# fmt: off
_SEEN = "inspect_site bob 0 problems=[p1,p2,p3]"
_REPORT = "submit_inspection_report bob 2 dispositions={p1:rectify,p2:rectify,p3:warning}"
_ORDER = "order_rectification bob 3 measures=[m1,m2] measures_for={m1:p1,m2:p2}"
_PART = "order_rectification bob 3 measures=[m1] measures_for={m1:p1}"
_REST, _SHUT = "order_rectification bob 4 measures=[m2] measures_for={m2:p2}", "close_case eve 9"
_REFER, _DROP = "refer_case dan 6 problems=[p2]", "drop_rectification dan 5"
_DONE, _HALF = (f"recheck_rectification fay 5 rectified={{m1:done,m2:{word}}}" for word in ("done", "not_done"))


@dataclass(frozen=True, slots=True)
class RectificationCovers:
    """`measures_for` (measure → problem) of orders against `problems` of visits and what the latest report wants rectified."""

    name: ClassVar[str] = "rectification_covers"
    title: ClassVar[Text] = Text(zh="整改措施对应问题", en="Measures cover the problems")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"drops": ["drop_rectification"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SEEN, _REPORT, _ORDER, _SHUT), (_SEEN, _ORDER, _REPORT, _SHUT), (_SEEN, _REPORT, _PART, _REST, _SHUT), (_SHUT,), (_SEEN, _SHUT),
        (_SEEN, _REPORT, _PART, _REFER, _SHUT), (_SEEN, _REPORT, _REPORT.replace("p2:rectify", "p2:case"), _PART, _SHUT), (_SEEN, _REPORT),
        (_SEEN, _REPORT, _DROP, _SHUT), (_SEEN, _REPORT, _ORDER, _DROP, _REPORT.replace("p2:rectify", "p2:case"), _PART, _SHUT),
        *((_SEEN, _REPORT.replace("rectify", word), _SHUT) for word in ("warning", "case")), (_SEEN, _ORDER), (_SEEN, _PART),
        (_SEEN, _REPORT, "order_rectification bob 3 measures=[m1,m2,m3] measures_for={m1:p1,m2:p2,m3:p2}", _SHUT),
        *((_SEEN, _REPORT, _ORDER, *more, _SHUT) for more in ((_DONE,), (_HALF, _DONE), (_HALF, _REFER), (_HALF,
            _REFER.replace("p2", "p1,p2")))),
        (_SEEN, _REPORT, _ORDER, _HALF), (_SEEN, _ORDER, _HALF, _DROP, _SHUT), (_SEEN, _ORDER, _HALF, _DROP, _ORDER, _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SEEN, _REPORT, _SHUT), (_SEEN, _REPORT, _PART, _SHUT), (_SEEN, _ORDER.replace(",m2:p2", "")), (_SEEN, _ORDER.replace("m2:p2",
        "m2:p9")),
        (_SEEN, "order_rectification bob 3 measures=[m1,m2]"), (_ORDER,), (_SEEN, _REPORT, _ORDER, _DROP, _REPORT, _SHUT),
        (_SEEN, _REPORT, _DROP, _REPORT, _PART, _SHUT), (_SEEN, _REPORT, _PART, _REFER.replace("p2", "p3"), _SHUT),
        (_SEEN, _REPORT.replace("p2:rectify", "p2:case"), _PART, _REPORT, _SHUT), (_SEEN, _REPORT, _REFER, _DROP, _REPORT, _PART, _SHUT),
        (_SEEN, _REPORT, _REFER, _SHUT), (_SEEN, _ORDER.replace("m2:p2", "m3:p2")),
        *((_SEEN, _REPORT, _ORDER, *more, _SHUT) for more in ((_HALF,), (_DONE, _HALF), (_HALF, _REFER.replace("p2", "p1")), (_HALF,
        _REFER.replace(" problems=[p2]", "")), (_HALF.replace("m1:done", "m1:not_done"), _REFER))), (_SEEN, _PART, _REST, _HALF, _SHUT),
    )

    orders: tuple[str, ...] = ("order_rectification",)
    visits: tuple[str, ...] = ("inspect_site",)
    reports: tuple[str, ...] = ("submit_inspection_report",)
    rechecks: tuple[str, ...] = ("recheck_rectification",)
    consequences: tuple[str, ...] = ("refer_case",)
    closings: tuple[str, ...] = ("close_case",)
    drops: tuple[str, ...] = ()
    word: str = "rectify"

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.orders, self.visits, self.reports, self.closings, more=[*self.rechecks, *self.consequences, *self.drops])

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an order whose measures are for no problem, and a closure over a problem without a measure."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐项写明措施针对检查发现的哪个问题；报告中要整改的每个问题都应有措施，或者移交立案，再结案。",
            en="Say of each measure which problem found it is for; each to be rectified has one, or is referred, before the close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.orders:
            aims = p.data.get("measures_for", {})
            found = {code for e in done if e.act in self.visits for code in e.data.get("problems", ())}
            bare = sorted({*p.data.get("measures", ())} - {*aims})
            yield bare, f"措施没有写明针对的问题：{s.told(bare).zh}", f"measures for no problem: {s.told(bare).en}"
            odd = sorted({*aims.values()} - found)
            yield odd, f"不是检查发现的问题：{s.told(odd).zh}", f"no visit found this problem: {s.told(odd).en}"
        if p.act in self.closings:
            since = done[max((n for n, e in enumerate(done, 1) if e.act in self.drops), default=0):]
            said: dict[str, str] = next((e.data["dispositions"] for e in reversed(since)
                if e.act in self.reports and e.data.get("dispositions")), {})
            aims = [pair for e in since if e.act in self.orders for pair in e.data.get("measures_for", {}).items()]
            gone = {code for e in since if e.act in self.consequences for code in e.data.get("problems", ())}
            met = gone | {code for _, code in aims}
            left = sorted(code for code, word in said.items() if word == self.word and code not in met)
            yield left, f"要整改的问题没有对应的措施：{s.told(left).zh}", f"no measure was ordered for: {s.told(left).en}"
            seen: dict[str, str] = next((e.data["rectified"] for e in reversed(since)
                if e.act in self.rechecks and e.data.get("rectified")), {})
            open_ = sorted({code for m, code in aims if seen.get(m, "done") != "done"} - gone) if self.consequences else []
            yield open_, f"复查未整改的问题没有移交处理：{s.told(open_).zh}", f"not rectified, and not referred: {s.told(open_).en}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare measures with problems, and what the latest report wants rectified with the measures."""
        found = say.gather("set", self.visits, R("_key"), each="problems")
        aims = say.gather("set", self.orders, R("_value"), each="measures_for", since=self.drops)
        gone = say.gather("set", self.consequences, R("_key"), each="problems", since=self.drops)
        latest = say.equal(R("_seq"), say.gather("last", self.reports, R("_seq"), say.said(R("dispositions")), since=self.drops))
        due = say.both(latest, say.equal(R("_value"), self.word), say.negated(say.is_in(R("_key"), aims)),
            say.negated(say.is_in(R("_key"), gone)))
        seen = say.equal(R("_seq"), say.gather("last", self.rechecks, R("_seq"), say.said(R("rectified")), since=self.drops))
        undone = say.gather("set", self.rechecks, R("_key"), say.both(seen, say.differs(R("_value"), "done")), each="rectified",
            since=self.drops)
        open_ = say.gather("set", self.orders, R("_value"), say.is_in(R("_key"), undone), each="measures_for", since=self.drops)
        unmet = say.over(say.without(open_, gone), 0) if self.consequences else 0
        return AnyOf((
            say.gate(self.closings, unmet),
            say.gate(self.orders, say.over(say.without(T("measures"), T("measures_for")), 0)),
            say.gate(self.orders, say.negated(say.is_in(T("_value"), found)), each="measures_for"),
            say.gate(self.closings, say.some(self.reports, due, each="dispositions", since=self.drops))))
