"""court_followed 法院执行跟踪: an application to the court is no end: the court takes it up, and somebody asks until the fine is paid or ended.

Why: 随意减免: "applied to the court" in words, the case closed the next day, and nobody ever asks again: a fine forgiven by forgetting.
Finds: a case proposed for closing unpaid on an application that the court has not taken up (nor ended); an inquiry at the court without
what it answered; an application not taken up, or taken up and neither paid, ended nor asked after, for so many days (`watch`).
Not: whether the court's papers are real (`higher_decision`); when the court may be asked (limits); sums (`fines_balance`).
Source: the agency's own rule; 行政强制法 53 lets the agency apply and sets no end to its duty; the days are settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4  # characters
GONE, OUTCOMES = ("redo", "revoked"), ("reconsideration_outcome", "litigation_outcome", "appeal_outcome")
# fmt: off
_FINE, _SUE, _IN, _PAID = "decide dan 0 amount=500", "sue dan 1", "admit ann 3", "pay eve 4 amount=500"
_SEEN = "inquire ann 5 content=法院正在查控 document_hash=h1"


@dataclass(frozen=True, slots=True)
class CourtFollowed:
    """After `applies` one of `accepts` within `accept_days`, then one of `asks` every `ask_days`, until all is paid (latest of `decides` +
    `surcharges` − `remits`), or one of `ends`, or `outcomes` (revoked, redo); `closes` waits for accepts, payment or these."""

    name: ClassVar[str] = "court_followed"
    title: ClassVar[Text] = Text(zh="法院执行跟踪", en="Court enforcement followed up")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "decides": ["decide"], "applies": ["sue"], "accepts": ["admit"], "asks": ["inquire"], "ends": ["revoke"], "closes": ["close"],
        "pays": ["pay"], "surcharges": ["impose"], "remits": ["forgive"], "outcomes": ["judged"], "accept_days": 10, "ask_days": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_FINE, _SUE, *then, "close ann 9") for then in ((_IN,), (_PAID,), ("revoke dan 3",), (_IN, _SUE, _IN), (_IN, _SEEN),
            ("judged ann 4 litigation_outcome=redo",), ("impose dan 2 amount=30", "pay eve 3 amount=530"), (_PAID, "impose dan 8 amount=30",
            "forgive dan 8 amount=30"))), (_FINE, "close ann 2"), (_FINE, _SUE, "decide dan 3 amount=100", "close ann 4"),
        (_FINE, _SUE, _SEEN))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_FINE, *then, "close ann 9") for then in ((_SUE,), (_SUE, "pay eve 4 amount=499"), (_IN, _SUE), (_SUE, _IN, _SUE),
            (_PAID, "impose dan 5 amount=30", _SUE), ("revoke dan 1", _SUE), (_SUE, "judged ann 4 reconsideration_outcome=upheld"),
            ("impose dan 1 amount=30", _SUE, _PAID), (_SUE, _SEEN))),
        (_SEEN.replace(" document_hash=h1", ""),), (_SEEN.replace("法院正在查控", "已问"),))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FINE, _SUE, "today 11"), (_FINE, _SUE, _IN, "today 33"), (_FINE, _SUE, _IN, _PAID, "today 90"),
        (_FINE, _SUE, "revoke dan 5", "today 90"),
        (_FINE, _SUE, _IN, _SEEN.replace(" 5 ", " 20 "), "today 50"), (_FINE, _SUE, "judged ann 4 litigation_outcome=revoked", "today 60"),
        (_FINE, _SUE, "pay eve 9 amount=500", "today 60"), (_FINE, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FINE, _SUE, "today 12"), (_FINE, _SUE, _IN, "today 34"), (_FINE, _SUE, _IN, "pay eve 9 amount=499", "today 60"),
        (_FINE, _SUE, _IN, _SEEN.replace(" 5 ", " 20 "), "today 51"), (_FINE, _SUE, "judged ann 4 litigation_outcome=upheld", "today 60"),
        (_FINE, _SUE, _IN, _PAID, "impose dan 5 amount=30", "today 90"))

    decides: tuple[str, ...]
    closes: tuple[str, ...]
    ends: tuple[str, ...]
    applies: tuple[str, ...] = ("apply_court_enforcement",)
    accepts: tuple[str, ...] = ("record_court_acceptance",)
    asks: tuple[str, ...] = ("inquire_court_progress",)
    pays: tuple[str, ...] = ("record_payment",)
    surcharges: tuple[str, ...] = ()
    remits: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    accept_days: int = 60
    ask_days: int = 90

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.accept_days <= 180 or not 1 <= self.ask_days <= 365:
            return Text("法院受理1至180日，查询间隔1至365日", "1 to 180 days until it is taken up, 1 to 365 between inquiries")
        more = self.surcharges + self.remits + self.outcomes
        return unfit(version, self.decides, self.closes, self.ends, self.applies, self.accepts, self.asks, self.pays, more=more)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to close on words, and an inquiry without an answer."""
        p, said, acts = situation.proposed, situation.proposed.data, [e for e in situation.case.events if e.kind == ACT]
        fault: Text | None = None
        if p.act in self.asks and (len(str(said.get("content") or "").strip()) < WORDS or not said.get("document_hash")):
            fault = Text("查询须写明法院答复的内容（至少4个字）并附材料", "say what the court answered (4 characters at least), with its paper")
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.decides), default=0)
        sued = max((n for n, e in enumerate(acts[start:], start + 1) if e.act in self.applies), default=0)
        if p.act in self.closes and sued:
            done = any(e.act in self.accepts + self.ends or self._gone(e.data, e.act) for e in acts[sued:])
            sums = [(e.act, (e.data.get("amount") or 0) + (e.data.get("confiscated") or 0)) for e in acts]
            due = sums[start - 1][1] if start else 0
            due += sum(fen * ((act in self.surcharges) - (act in self.remits)) for act, fen in sums[start:])
            if not done and due > sum(fen for act, fen in sums if act in self.pays):
                fault = Text("申请执行后法院还没有受理的登记，罚没款也没有缴清，不得提请结案",
                             "the court has not taken the application up, and the fine is not paid: the case may not be closed")
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            "请照法院的受理、终结等文书登记，由另一人核对；款项到位的登记缴款。", "Enter the court's paper, confirmed by another, or the payment."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find closures on an application that nobody took up, and inquiries without an answer."""
        settled = say.some(self.accepts + self.ends, since=self.applies + self.decides)
        annulled = say.some(self.outcomes, self._void(), since=self.applies + self.decides)
        open_ = say.both(say.some(self.applies, since=self.decides), say.negated(say.either(settled, annulled)))
        poor = say.either(say.over(WORDS, say.length(T("content"))), say.missing(T("document_hash")))
        return AnyOf((say.gate(self.closes, self._owing(Span.BEFORE), applies=open_), say.gate(self.asks, poor)))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find applications that nobody took up or asked after for too long."""
        days, after = say.minus(Today(), T("_on")), Span.AFTER
        over = say.either(say.some(self.ends + self.decides, span=after), say.some(self.outcomes, self._void(), span=after))
        left = say.both(self._owing(Span.ALL), say.negated(over))
        heard = (*self.applies, *self.accepts, *self.asks)
        return AnyOf((say.gate(self.applies, say.both(left, say.over(days, self.accept_days), say.none(self.accepts, span=after))),
                      say.gate(self.accepts + self.asks, say.both(left, say.over(days, self.ask_days), say.none(heard, span=after)))))

    def _owing(self, span: Span) -> Expr:
        money = say.plus(say.or_else(R("amount"), 0), say.or_else(R("confiscated"), 0))
        newest = say.gather("max", self.decides, R("_seq"), span=span)
        fine = say.or_else(say.gather("last", self.decides, money, span=span), 0)
        extra, spared = (say.gather("sum", acts, money, say.over(R("_seq"), say.or_else(newest, 0)), span=span)
                         for acts in (self.surcharges, self.remits))
        return say.over(say.minus(say.plus(fine, extra), spared), say.gather("sum", self.pays, money, span=span))

    def _void(self) -> Expr:
        return say.either(*(say.is_in(R(field), GONE) for field in OUTCOMES))

    def _gone(self, data: Any, act: str) -> bool:
        return act in self.outcomes and any(data.get(field) in GONE for field in OUTCOMES)
