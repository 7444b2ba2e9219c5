"""supervision_round 监督回头看: every period, each order to correct that nobody has confirmed is followed to its end, none left out.

Why: 监管不严格、敷衍了事: a problem that is found, written down and ordered to be corrected has cost nobody anything yet.
Counts as done: for every case with an order open at the end of the period, what became of it (done, not_done), the day on which somebody
without a part in the case looked, and in words what he saw.
Finds: an order that was not carried out, and whether its day has passed.  Not: whether the order was enough.
Source: the agency's own map (发现并及时纠正审批过程中存在的问题; 内部监督检查); the rhythm is a setting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.event import Event
from qingfeng.terms.text import Text

from .answers import day_said, places, words_said
from .case_by_case import CaseByCase
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, rhythm_problem
from .sampling import posts_doing

DONE, NOT_DONE = "done", "not_done"
QUESTION = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionRound(CaseByCase):
    """Somebody of post `by`, which does none of `orders`, follows up every order without one of `confirms` after it."""

    name: ClassVar[str] = "supervision_round"
    title: ClassVar[Text] = Text(zh="监督回头看", en="Round of supervision")
    part: ClassVar[str] = "orders"
    private: ClassVar[frozenset[str]] = frozenset({"orders"})

    orders: tuple[str, ...] = ("order_correction",)
    confirms: tuple[str, ...] = ("confirm_correction",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = rhythm_problem(self.every, self.by, self.within, version) or unfit(version, self.orders, self.confirms)
        if wrong is None and self.by in posts_doing(version, self.orders):
            return Text(
                zh="by：责令纠正的岗位不得自行回头看", en="by: a post that orders does not follow up its own orders"
            )
        return wrong

    def open_order(self, file: CaseFile, period: Period) -> Event | None:
        """Return the latest order of a case that nothing confirmed by the end of the period, None if there is none."""
        done = file.until(period)
        order = max((n for n, act in enumerate(done) if act.act in self.orders), default=None)
        if order is None or any(act.act in self.confirms for act in done[order:]):
            return None
        return done[order]

    def cases(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Collection[str]:
        """Return every case with an open order."""
        return [case for case, file in register.files.items() if self.open_order(file, occasion.period)]

    def asked(self, file: CaseFile, occasion: Occasion) -> Sequence[str]:
        """Return what became of the order."""
        return (QUESTION,)

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {state, on, words, by} lacks."""
        yield self.looked(file, entry, occasion)
        yield _gap(file.case, entry, occasion)

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield an order that was not carried out."""
        case, order = file.case, self.open_order(file, occasion.period)
        if order is None or entry.get(QUESTION) != NOT_DONE:
            return
        due, on = day_said(order.data.get("due_on")), day_said(entry.get("on"))
        late = due is not None and on is not None and due < on
        what = Text(zh=f"{case}：责令纠正的事项到回头看时仍未纠正{'，已过期限' if late else ''}",
                    en=f"{case}: what was ordered to be corrected is not{', and its day has passed' if late else ''}")  # fmt: skip
        evidence = (f"report.orders.{case}.{QUESTION}", *places(file, [order.seq]))
        yield DutyFinding(case=case, key=QUESTION, what=what, evidence=evidence)


def _gap(case: str, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
    on = day_said(entry.get("on"))
    if entry.get(QUESTION) not in (DONE, NOT_DONE) or on is None or not occasion.period.first <= on <= occasion.on:
        return Text(zh=f"案件{case}：须填写是否纠正（state、done、not_done）和查看的日期（on）",
                    en=f"case {case}: whether it was corrected (state, done, not_done) and the day somebody looked (on)")  # fmt: skip
    if words_said(entry.get("words")) is None:
        return Text(zh=f"案件{case}：须写明看到的情况（words）", en=f"case {case}: say in words what was seen (words)")
    return None
