"""repeated_visits 重复跑窗口: who is sent home from the counter is known by name, and who is sent home twice in the same matter is found.

Why: 故意刁难: each visit asks for one more paper, each has its number and its written answer, and no single one looks wrong.
Finds: somebody turned away whose name, matter or missing papers are not written down, or who is another than the number's holder,
unless the holder is his agent (代办) with a mandate on file; (`watch`) the same applicant sent home `limit` times within `days` in one
matter, in whatever case and at whatever counter, or once and then as another's agent; a paper first asked for on a later visit; an
application that came to nothing, and had to be handed in again.
Not: whose fault it was: a finding is a lead, not a verdict; what was asked by word of mouth only (`refused_call_back`).
Source: the agency's own map (一次性告知、首问负责); 行政许可法 32 wants everything told at once; number of visits and days are settings.
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
from qingfeng.facts.rule import AnyOf, R, Span, T
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

HOME = ("notice", "answered", "referred", "left")  # outcomes with which the visitor goes home without anything handed in
# fmt: off
_WHO, _AS = "applicant=甲公司 matter_code=M1", "applicant=甲（公司） matter_code=M1"
_SENT, _GONE = f"outcome ann 1 ticket_no=A1 contact_outcome=notice {_WHO} missing_codes", f"outcome ann 3 contact_outcome=left {_AS}"
_DRAWN, _FILED = "ticket party 1 ticket_no=A1 applicant=甲公司", f"receive ann 0 {_WHO}"
_FOR, _AGENT = "ticket party 1 ticket_no=A1 applicant=赵代办", f" agent=赵代办 proxy_hash={'c' * 64}"


@dataclass(frozen=True, slots=True)
class RepeatedVisits:
    """`outcomes` end a visit with `contact_outcome`: with one of `fruitless` the visitor goes home, with one of `named` he is written
    down (`applicant`, `matter_code`), as on his number (`tickets`) or with the number's holder as his `agent` by a mandate on file
    (`proxy_hash`).  `receives` begin an application, `accepts` accept it, `returns`
    end it without.  `notices` say what is missing."""

    name: ClassVar[str] = "repeated_visits"
    title: ClassVar[Text] = Text(zh="重复跑窗口", en="Repeated visits")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "receives": ["receive"], "accepts": ["accept"], "returns": ["send_back"], "notices": ["tell"], "tickets": ["ticket"],
        "outcomes": ["outcome"], "days": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAWN, f"{_SENT}=[deed]"), (f"{_SENT}=[deed,plan]",), (_GONE,), ("outcome ann 1 ticket_no=A1 contact_outcome=answered",),
        (_DRAWN, "outcome ann 1 ticket_no=A1 contact_outcome=answered applicant=甲（公司）"), (_SENT.replace("notice", "registered"),),
        ("ticket party 1 ticket_no=A2 applicant=乙公司", f"{_SENT}=[deed]"), (f"{_SENT}=[deed]", f"c2:{_SENT}=[deed]"),
        ("ticket party 1 ticket_no=A1", f"{_SENT}=[plan]", _GONE), (_FOR, f"{_SENT}=[deed]{_AGENT}"), (_DRAWN, f"{_SENT}=[deed]{_AGENT}"),
        (_FOR, f"outcome ann 1 ticket_no=A1 contact_outcome=answered applicant=乙{_AGENT}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_SENT}=[deed]".replace("applicant", "x"),), (f"{_SENT}=[deed]".replace("matter_code", "x"),),
        (_SENT.replace("missing_codes", ""),), (_GONE.replace("applicant", "x"),), (_GONE.replace("matter_code", "x"),),
        (_DRAWN, f"{_SENT}=[deed]".replace("甲公司", "乙公司")), (_DRAWN, "outcome ann 1 ticket_no=A1 contact_outcome=answered"),
        (_DRAWN, "ticket party 1 ticket_no=A2 applicant=乙公司", "outcome ann 1 ticket_no=A2 contact_outcome=referred applicant=甲公司"),
        (_FOR, f"{_SENT}=[deed] agent=赵代办"), (_FOR, f"{_SENT}=[deed]{_AGENT}".replace("agent=赵", "agent=钱")), (_FOR, f"{_SENT}=[deed]"),
        (_FOR, f"outcome ann 1 ticket_no=A1 contact_outcome=answered{_AGENT}"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_SENT}=[deed]", "today 9"), (f"{_SENT}=[deed]", f"c2:{_GONE}".replace("M1", "M2"), "today 9"),
        (_FILED, "send_back ann 2", "today 9"), (f"{_SENT}=[deed]", f"c2:{_GONE}".replace("甲", "乙"), "today 9"),
        (f"{_SENT}=[deed]", f"c2:{_GONE}".replace(" 3 ", " 32 "), "today 40"),
        (_FILED, "accept ann 2", f"c2:{_FILED}".replace(" 0 ", " 9 "), "today 40"),
        (_DRAWN, _SENT.replace("notice", "registered"), _GONE, "today 9"),
        (_FILED, "send_back ann 2", f"c2:{_FILED}".replace(" 0 ", " 31 "), "today 40"),
        (_FILED, "send_back ann 2", f"c2:{_FILED}".replace("M1", "M2"), "today 40"),
        (f"{_SENT}=[deed]{_AGENT}", f"c2:{_SENT}=[deed]{_AGENT}".replace("甲", "乙"), "today 9"), (f"{_SENT}=[deed]{_AGENT}", "today 9"),
        (f"{_SENT}=[deed]", f"c2:{_GONE}".replace("甲", "乙") + _AGENT, "today 9"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_SENT}=[deed]", _GONE, "today 9"), (f"c2:{_SENT}=[deed]", _GONE, "today 9"),
        (f"{_SENT}=[deed]", f"c2:{_GONE}".replace(" 3 ", " 31 "), "today 40"),
        ("outcome ann 1 contact_outcome=answered", "outcome bob 2 contact_outcome=referred", "today 9"),
        (_FILED, "tell ann 1 missing_codes=[deed]", f"{_SENT}=[plan]", "today 9"),
        (_FILED, "send_back ann 2", f"c2:{_FILED}".replace(" 0 ", " 30 "), "today 40"),
        (f"{_SENT}=[deed]", f"c2:{_GONE}".replace("甲", "乙") + _AGENT.replace("赵代办", "甲公司"), "today 9"),
    )

    receives: tuple[str, ...]
    accepts: tuple[str, ...]
    returns: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    tickets: tuple[str, ...] = ("take_ticket",)
    outcomes: tuple[str, ...] = ("record_contact_outcome",)
    fruitless: tuple[str, ...] = HOME
    named: tuple[str, ...] = ("notice", "left")
    limit: int = 2
    days: int = 60

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (2 <= self.limit <= 10 and 1 <= self.days <= 365 and {*self.named} <= {*self.fruitless} <= {*HOME}):
            return Text(zh="次数为2至10次，期间为1至365日；结果限于未收件的几种", en="2 to 10 visits in 1 to 365 days; outcomes with nothing handed in")
        return unfit(version, self.receives, self.accepts, self.tickets, self.outcomes, more=self.returns + self.notices)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to send somebody home without writing down who he is, in what matter, and what he lacks."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请写明来访人（与取号一致；由代办人取号的，写明代办人并附委托书）、所办事项，告知补正的逐项列明所缺材料。",
            en="Write down the visitor as on the number (or the agent who drew it, with his mandate), the matter and every missing paper."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act not in self.outcomes or d.get("contact_outcome") not in self.fruitless:
            return
        bare = not d.get("applicant") or not d.get("matter_code")
        yield d["contact_outcome"] in self.named and bare, "来访人未办成而离开，没有写明是谁、办什么事项", "who went home, and in what matter, is not said"
        yield d["contact_outcome"] == "notice" and not d.get("missing_codes"), "没有列明告知了缺少哪些材料", "which papers he was told of is not said"
        number = d.get("ticket_no")
        drawn = next((str(e.data["applicant"]) for e in reversed(s.case.events) if e.kind == ACT and e.act in self.tickets and number
                      and e.data.get("ticket_no") == number and e.data.get("applicant")), None)
        who = {plain_name(str(d.get(field) or "")) for field in ("applicant", *(("agent",) if d.get("proxy_hash") else ()))}
        other = drawn is not None and (not d.get("applicant") or plain_name(drawn) not in who)
        yield other, f"该号是{drawn}取的，接待结果写的不是同一人", f"the number was drawn by {drawn}, not by the visitor written down"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find those sent home namelessly, without a list, or under another's number."""
        drawn = say.last(self.tickets, "applicant", where=say.matches("ticket_no"))
        agent = say.both(say.said(T("applicant")), say.said(T("proxy_hash")), say.equal(say.plain(drawn), say.plain(T("agent"))))
        other = say.both(say.said(drawn), say.negated(say.either(agent, say.equal(say.plain(drawn), say.plain(T("applicant"))))))
        outcome, bare = T("contact_outcome"), say.either(say.missing(T("applicant")), say.missing(T("matter_code")))
        return AnyOf((say.gate(self.outcomes, say.either(
            other, say.both(say.is_in(outcome, self.named), bare), say.both(say.equal(outcome, "notice"), say.missing(T("missing_codes")))),
            applies=say.is_in(outcome, self.fruitless)),))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find whoever is sent home again, what was asked for only then, and applications that had to be handed in again."""
        home = say.is_in(R("contact_outcome"), self.fruitless)
        near = say.at_least(self.days, say.minus(T("_on"), R("_on")))
        there = say.both(home, near, say.matches("matter_code"))
        alike = say.either(say.missing(R("matter_code")), say.missing(T("matter_code")), say.matches("matter_code"))
        here = say.both(home, near, alike)
        agent = say.count(self.outcomes, say.both(there, say.said(T("agent"))), same="applicant", equals=T("agent"))
        visits = say.plus(say.count(self.outcomes, here), say.count(self.outcomes, there, same="applicant"), agent, 1)
        told = say.joined(say.gather("set", self.outcomes + self.notices, R("_key"), say.both(near, alike), each="missing_codes"),
                          say.gather("set", self.outcomes, R("_key"), there, each="missing_codes", same="applicant"))
        fresh = say.both(say.over(say.size(told), 0), say.negated(say.is_in(T("_key"), told)))
        later = say.both(say.at_least(self.days, say.minus(R("_on"), T("_on"))), say.matches("matter_code"))
        again = say.plus(say.count(self.receives, later, span=Span.AFTER, same="applicant"), 1)
        back, taken = say.some(self.returns, span=Span.AFTER), say.none(self.accepts, span=Span.AFTER)
        vain = say.both(back, taken) if self.returns else say.equal(0, 1)
        sent = say.is_in(T("contact_outcome"), self.fruitless)
        return AnyOf((
            say.gate(self.outcomes, say.at_least(visits, self.limit), applies=sent),
            say.gate(self.outcomes, fresh, applies=sent, each="missing_codes"),
            say.gate(self.receives, say.both(vain, say.at_least(again, self.limit)))))
