"""counter_ticket 窗口取号: whoever comes to the counter has a number before he meets staff, and goes home with a written answer.

Why: 故意刁难 happens before anything is registered: who was sent away without a number was never there.
Finds: counter work without an open number; a number left out, used twice, of no known series, or drawn by the clerk who then serves; an
outcome without a number, content or paper, or given on another day; a number without outcome at the end of its day (`watch`).
Not: whoever is turned away at the door (daily figures of the machine: `daily_report`); whether the answer is right.
Source: the agency's own map (窗口服务规范、首问负责); the series of numbers are settings.
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
from qingfeng.facts.rule import AnyOf, GateRule, Op, R, Span, T, Today
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

WORDS = 4  # characters of an answer

# fmt: off
_H = "a" * 64
_ONE, _TWO = "ticket party 0 ticket_no=A001", "ticket party 1 ticket_no=A002"
_END = f"outcome ann 0 ticket_no=A001 contact_outcome=registered content=收件并出具受理单 document_hash={_H}"
_END2 = f"outcome bob 1 ticket_no=A002 contact_outcome=answered content=答复咨询事项 document_hash={_H}"


@dataclass(frozen=True, slots=True)
class CounterTicket:
    """`tickets` draw `ticket_no`, one after another from `first` numbers (A001, then A002 …); `meets` need a number still open; `outcomes`
    close it the same day with `contact_outcome`, `content` and the paper given (`document_hash`)."""

    name: ClassVar[str] = "counter_ticket"
    title: ClassVar[Text] = Text(zh="窗口取号", en="Counter ticket")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "first": ["A001", "B01"], "tickets": ["ticket"], "meets": ["receive", "supplement"], "outcomes": ["outcome"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, "receive ann 0", _END, _TWO, "supplement bob 1", _END2), (f"c1:{_ONE}", f"c1:{_END}", f"c2:{_TWO}", "c2:receive ann 1"),
        ("ticket party 0 ticket_no=B01", "receive carl 0", "supplement carl 0"), (f"c2:{_ONE}", f"c1:{_TWO}", f"c1:{_END2}"),
        (_ONE, _END, _TWO, _END2), (_ONE, "ticket bob 0 ticket_no=A002", "receive ann 0"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0",), (_ONE, _END, "supplement ann 1"), ("ticket party 0 ticket_no=A002",), (_ONE, _ONE),
        (f"c1:{_ONE}", f"c2:{_ONE}"),
        ("ticket party 0",), ("ticket party 0 ticket_no=C001",), (_ONE, "ticket party 0 ticket_no=A003"),
        ("ticket ann 0 ticket_no=A001", "receive ann 0"),
        ("ticket bob 0 ticket_no=B01", "supplement bob 0"),
        (_END,), (_ONE, _END.replace("A001", "A002")), (_ONE, _END, _END), (_ONE, _END.replace("收件并出具受理单", "办好了")),
        (_ONE, _END.partition(" document_hash")[0]), (_ONE, _END.replace("contact_outcome=registered", "x=y")),
        (_ONE, _END.replace("ann 0", "ann 1")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_ONE, "receive ann 0", _END, "today 9"), (_ONE, "today 0"),
                                                   (_ONE, _END, _TWO, _END2, "today 2"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((_ONE, "today 1"), (_ONE, _END, _TWO, "today 2"),
                                                        (_ONE, "receive ann 0", "today 1"))

    first: tuple[str, ...]
    meets: tuple[str, ...]
    tickets: tuple[str, ...] = ("take_ticket",)
    outcomes: tuple[str, ...] = ("record_contact_outcome",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.first or len({*self.first}) < len(self.first) or not all(no[-1:].isascii() and no[-1:].isdigit() for no in self.first):
            return Text(zh="须写明各号段的首号，以数字结尾、不重复", en="name the first number of each series, ending in a digit, none twice")
        return unfit(version, self.meets, self.tickets, self.outcomes)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse counter work without an open number, numbers out of order, and answers that say or leave nothing."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请来访人先取号（号码连续），接待后当日登记结果并出具书面答复；隔日再来的另取新号。",
            en="Let the visitor draw the next number first; record the outcome the same day, on paper; another day, another number."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        number, drawn = p.data.get("ticket_no"), [e for e in acts if e.act in self.tickets]
        ended = max((n for n, e in enumerate(acts) if e.act in self.outcomes), default=-1)
        if p.act in self.tickets:
            yield not number, "没有号码", "it has no number"
            yield self._used(s, str(number)), f"号码{number}已经取过", f"the number {number} has been drawn"
            head = str(number).rstrip("0123456789")
            digits = str(number)[len(head):]
            before = f"{head}{int(digits) - 1:0{len(digits)}d}" if digits and int(digits) else None
            skipped = number not in self.first and (before is None or not self._used(s, before))
            yield skipped, f"号码{number}不是接续的号码，不得跳号", f"{number} does not follow on a number drawn: none may be left out"
        if p.act in self.meets:
            fresh = [e for e in acts[ended + 1:] if e.act in self.tickets]
            yield not fresh, "来访人没有取号（或者该号已经办结）", "the visitor has no number that is still open"
            yield any(e.actor == p.actor for e in fresh), "号码是接待人员自己取的", "the number was drawn by the one who serves"
        if p.act in self.outcomes:
            mine = [e for e in drawn if number and e.data.get("ticket_no") == number]
            yield not mine, "没有取过这个号码", "no such number was drawn in this case"
            closed = any(e.act in self.outcomes and e.data.get("ticket_no") == number for e in acts)
            yield closed, f"号码{number}的接待结果已经登记", f"the outcome of {number} is recorded already"
            bare = not p.data.get("contact_outcome") or len(str(p.data.get("content") or "")) < WORDS
            yield bare or not p.data.get("document_hash"), "结果须写明类别、内容并附书面答复", "an outcome has a kind, content and a paper"
            yield not any(local_day(e.at) == p.day for e in mine), "结果须当日答复", "the answer is due on the day of the number"

    def _used(self, s: Situation, number: str) -> bool:
        here = any(e.kind == ACT and e.act in self.tickets and e.data.get("ticket_no") == number for e in s.case.events)
        return here or any(use.act in self.tickets for use in s.elsewhere.uses("ticket_no", number))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find counter work without an open number, numbers out of order, and answers late, empty or without number."""
        number, same = T("ticket_no"), say.matches("ticket_no")
        before = Op("previous", (number,))
        twice = say.either(say.some(self.tickets, same), say.some(self.tickets, same="ticket_no"))
        follows = say.either(say.is_in(number, self.first), say.some(self.tickets, say.equal(R("ticket_no"), before)),
                             say.some(self.tickets, same="ticket_no", equals=before))
        unfit_ = say.either(say.none(self.tickets, since=self.outcomes), say.some(self.tickets, say.same_actor(), since=self.outcomes))
        empty = say.either(say.missing(T("contact_outcome")), say.over(WORDS, say.length(T("content"))), say.missing(T("document_hash")))
        today = say.both(same, say.equal(R("_on"), T("_on")))
        return AnyOf((
            say.gate(self.tickets, say.either(twice, say.negated(follows))), say.gate(self.meets, unfit_, needs=["_actor"]),
            say.gate(self.outcomes, say.either(empty, say.none(self.tickets, today), say.some(self.outcomes, same)))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find numbers without an outcome on the evening of their day."""
        said = say.both(say.matches("ticket_no"), say.equal(R("_on"), T("_on")))
        return say.gate(self.tickets, say.both(say.over(Today(), T("_on")), say.none(self.outcomes, said, span=Span.AFTER)))
