"""surcharge_cap 加处罚款: three per cent of the fine a day, for days that are really late, and never more than the fine.

Why: a surcharge that is guessed is a second fine without a decision; one counted while the party is before the court punishes it for going.
Finds: surcharges that together exceed the fine, or three per cent of it for each day after the last day to pay (rolled past days of rest,
postponed with approval), reconsideration and litigation not counted; one imposed meanwhile, or before the decision was served; with
`grace`, a fine paid late, or not at all, for which so many days later no surcharge and no reason for none is on record (`watch`).
Not: whether a surcharge is paid (`fines_balance`); the reasons for remitting one (`execution_as_decided`).
Source: 行政处罚法 72 (3 % a day, at most the fine), 73 (not during reconsideration or litigation), 67 (fifteen days to pay).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import Expr, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

CAP, PENDING = (Citation(instrument="行政处罚法", article=n) for n in ("72", "73"))
PER_CENT = 3  # of the fine, for each day late: 行政处罚法 72

# fmt: off
_FINED = ("decide dan 0 amount=10000", "serve ann 4")  # Friday 6 March; fifteen days later is Saturday 21, so paid by Monday 23, day 21
_SUED, _ALL = (*_FINED, "sue party 11", "judged ann 25"), "pay eve 26 amount=10000"


@dataclass(frozen=True, slots=True)
class SurchargeCap:
    """`imposes` at most 3 % of the fine (the latest of `decides`) for each day after `pay_days` from the latest of `serves`.
    instalments: a later `until`; challenges to outcomes: days not counted; pays: once all is paid no day is late.
    grace: days after the last day to pay until a surcharge, or one of `waives`, is missed; None: nobody looks."""

    name: ClassVar[str] = "surcharge_cap"
    title: ClassVar[Text] = Text(zh="加处罚款限度", en="Limit of surcharges")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "decides": ["decide", "correct"], "serves": ["serve"], "imposes": ["impose"], "pays": ["pay"], "instalments": ["postpone"],
        "challenges": ["sue", "appeal"], "outcomes": ["judged"], "grace": 5, "waives": ["forgo"], "ends": ["revoke"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((*_FINED, f"impose eve {day} amount={sum_}") for day, sum_ in ((22, 300), (31, 3000), (90, 10000))),
        (*_FINED, "postpone eve 20 until=2026-04-01", "impose eve 40 amount=3000"), (*_SUED, "impose eve 30 amount=1500"),
        (*_FINED, "impose eve 22 amount=300", "impose eve 26 amount=1200"), ("decide dan 0", *_FINED, "impose eve 24 amount=900"),
        (*_FINED, "sue party 26", "judged ann 50", "impose eve 51 amount=1800"),
        (*_FINED, "appeal party 24", "judged ann 30", "impose eve 31 amount=1200"), (*_FINED, _ALL, "impose eve 60 amount=1500"),
        (*_FINED, "postpone eve 20 until=2026-03-10", "pay eve 22 amount=500", "impose eve 26 amount=1500"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((*_FINED, f"impose eve {day} {sum_}") for day, sum_ in
          ((21, "amount=300"), (22, "amount=301"), (31, "amount=3001"), (90, "amount=10001"), (19, "amount=300"), (30, ""))),
        (*_FINED, "postpone eve 20 until=2026-04-01", "impose eve 40 amount=3001"), (*_SUED, "impose eve 30 amount=1501"),
        (*_SUED[:-1], "impose eve 30 amount=300"), (_FINED[0], "impose eve 60 amount=300"), ("serve ann 4", "impose eve 60 amount=300"),
        (*_FINED, "impose eve 22 amount=300", "impose eve 26 amount=1201"), (*_FINED, "appeal party 24", "impose eve 31 amount=300"),
        (*_FINED, "pay eve 26 amount=10000", "impose eve 60 amount=1501"), (*_FINED, "serve ann 30", "impose eve 46 amount=301"),
        (*_FINED, "sue party 26", "judged ann 50", "impose eve 51 amount=1801"), (*_FINED, "correct dan 9", "impose eve 30 amount=300"),
        (_FINED[0], "correct dan 1 amount=500", "serve ann 4", "impose eve 90 amount=501"),
        (*_FINED, "sue party 5", "appeal party 6", "judged ann 25", "impose eve 40 amount=300"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_FINED, "pay eve 21 amount=10000", "today 90"), (*_FINED, "today 26"), (*_FINED, "impose eve 25 amount=900", "today 90"),
        (*_FINED, "forgo eve 24", "today 90"), (*_FINED, "postpone eve 20 until=2026-04-01", "pay eve 30 amount=10000", "today 90"),
        (*_FINED, "sue party 9", "today 90"), (*_SUED, "pay eve 29 amount=10000", "today 90"), ("decide dan 0", "serve ann 4", "today 90"),
        (*_FINED, "serve ann 9", "pay eve 24 amount=10000", "today 90"), (*_SUED, "today 30"), (*_FINED, "revoke dan 9", "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_FINED, "today 27"), (*_FINED, _ALL, "today 60"), (*_FINED, "pay eve 20 amount=9999", "today 60"), (*_SUED, "today 31"),
        (*_FINED, "postpone eve 20 until=2026-04-01", "today 60"), (*_SUED, "pay eve 31 amount=10000", "today 60"),
        (*_FINED, "serve ann 9", "today 60"), ("forgo eve 0", *_FINED, "today 60"))

    decides: tuple[str, ...]
    serves: tuple[str, ...]
    imposes: tuple[str, ...] = ("impose_surcharge",)
    pays: tuple[str, ...] = ("record_payment",)
    instalments: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    pay_days: int = 15
    grace: int | None = None
    waives: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 15 <= self.pay_days <= 60 or bool(self.challenges) is not bool(self.outcomes):
            return Text("缴款期不得少于15日；复议诉讼的提起与结果须成对", "at least 15 days to pay; challenges and outcomes go together")
        if self.grace is not None and not 0 <= self.grace <= 90:
            return Text("逾期后处理的天数应为0至90日", "what is late is dealt with within 0 to 90 days")
        more = self.instalments + self.challenges + self.outcomes
        eased = unfit(version, self.imposes, more=self.waives + self.ends)
        return eased or unfit(version, self.decides, self.serves, self.imposes, self.pays, more=more)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what exceeds three per cent a day, or the fine, or is imposed while the party is before a court."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act not in self.imposes:
            return None
        fine = next((int(e.data.get("amount") or 0) for e in reversed(acts) if e.act in self.decides), 0)
        served = max((n for n, e in enumerate(acts, 1) if e.act in self.serves), default=0)
        since, amount = acts[served:], command.data.get("amount")
        open_ = sum(e.act in self.challenges for e in since) > sum(e.act in self.outcomes for e in since)
        if not served or open_:
            return self._refusal(PENDING if open_ else CAP, "决定尚未送达或者正在复议、诉讼，不得加处罚款", "not served, or before a court: no surcharge")
        days = self._days(situation, acts[served - 1], since, fine)
        total = sum(e.data.get("amount") or 0 for e in since if e.act in self.imposes) + (amount or 0)
        if amount is not None and total <= fine and 100 * total <= PER_CENT * fine * days:
            return None
        most = max(0, min(fine, PER_CENT * fine * days // 100))
        return self._refusal(CAP, f"逾期{max(0, days)}日，加处罚款合计不得超过{format_yuan(most)}元（每日3%，且不超过罚款），拟为{format_yuan(total)}元",
            f"{max(0, days)} days late: at most {format_yuan(most)} yuan in all, and this makes {format_yuan(total)}")

    def detect(self, _: PowerVersion) -> GateRule:
        """Find surcharges above three per cent of the fine a day, or above the fine, or meanwhile."""
        served, fine = say.gather("last", self.serves, R("_day")), say.gather("last", self.decides, say.or_else(R("amount"), 0))
        plain = say.plus(served, self.pay_days)
        until = say.gather("last", self.instalments, say.day(R("until")), say.over(say.day(R("until")), plain), since=self.serves)
        due = say.workday(say.or_else(until, plain))
        paid = say.gather("sum", self.pays, R("amount"), since=self.serves)
        end = say.or_else(say.gather("last", self.pays, R("_day"), say.at_least(paid, fine), since=self.serves), T("_on"))
        paused = say.minus(self._after(due, self.outcomes), self._after(due, self.challenges))
        days = say.minus(say.minus(end, due), paused)
        total = say.plus(say.gather("sum", self.imposes, R("amount"), since=self.serves), T("amount"))
        running = say.over(say.count(self.challenges, since=self.serves), say.count(self.outcomes, since=self.serves))
        bounded = say.both(say.at_least(fine, total), say.at_least(say.times(PER_CENT, say.times(fine, days)), say.times(100, total)))
        return say.gate(self.imposes, say.either(running, say.negated(bounded)))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find fines that were not paid in time, with neither surcharge nor reason for none so many days later."""
        after, fine = Span.AFTER, say.gather("last", self.decides, say.or_else(R("amount"), 0))
        plain = say.plus(T("_day"), self.pay_days)
        until = say.gather("last", self.instalments, say.day(R("until")), say.over(say.day(R("until")), plain), span=after)
        due, grace = say.workday(say.or_else(until, plain)), self.grace or 0
        told = say.gather("max", self.outcomes, say.plus(R("_day"), grace), say.over(R("_day"), due), span=after)
        in_time = say.gather("sum", self.pays, R("amount"), say.at_least(say.or_else(told, due), R("_day")), span=after)
        open_ = say.over(say.count(self.challenges, span=after), say.count(self.outcomes, span=after))
        dealt = say.some(self.imposes + self.waives + self.ends + self.serves, span=after)
        late = say.over(Today(), say.or_else(told, say.plus(due, grace)))
        return say.gate(self.serves, say.both(late, say.over(fine, in_time), say.negated(say.either(open_, dealt))),
                        applies=int(self.grace is not None))

    def _after(self, due: Expr, acts: Iterable[str]) -> Expr:
        return say.gather("sum", acts, say.minus(R("_day"), due), say.over(R("_day"), due), since=self.serves)

    def _days(self, s: Situation, service: Event, since: Iterable[Event], fine: int) -> int:
        plain, events = service.effective_day + timedelta(days=self.pay_days), list(since)
        told = [date.fromisoformat(e.data.get("until") or "1900-01-01") for e in events if e.act in self.instalments]
        due = s.calendar.next_working(next((day for day in reversed(told) if day > plain), plain))
        paid = [e for e in events if e.act in self.pays]
        end = paid[-1].effective_day if paid and sum(e.data.get("amount") or 0 for e in paid) >= fine else s.proposed.day
        paused = sum((1 if e.act in self.outcomes else -1) * max(0, (e.effective_day - due).days) for e in events
                     if e.act in self.outcomes + self.challenges)
        return (end - due).days - paused

    def _refusal(self, article: Citation, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=article, reason=Text(zh, en),
            remedy=Text("请按实际逾期日数重新计算；复议、诉讼期间不计，总额不超过罚款。", "Count the days that are late, without those before a court."))
