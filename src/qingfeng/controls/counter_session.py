"""counter_session 窗口值守: the counter is open in its hours, and who serves there is on duty there.

Why: 窗口空岗，延误受理: an empty counter leaves no trace but people who wait; who opened, took over and closed is written down instead.
Finds: counter work at a counter that is not open, or by somebody who is not on duty there; two sessions at once; opening late or closing
early (a reason is demanded); and (`watch`) a session never closed, a visitor with a number whom nobody served in time, a day without
session.
Not: who leaves the counter and comes back (`counter_cover`); a clerk who sits there and does nothing.
Source: the agency's own map (窗口服务规范和岗位责任); hours and waiting time are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Op, R, Span, T, Today
from qingfeng.terms.instants import LOCAL, local_day
from qingfeng.terms.text import Text

HOUR, DAY = 60, 1440  # minutes
EPOCH, EAST = 719163, 8 * HOUR  # the day 1970-01-01 as a number; minutes by which our clocks are ahead of it

# fmt: off
_OPEN, _SHUT = "c1:open ann 0.9 counter_no=W1", "c1:close ann 0.17 counter_no=W1"


@dataclass(frozen=True, slots=True)
class CounterSession:
    """A session: `opens`, `hands` (whose author is then on duty), `closes`, each with `counter_no`, best in a case of its own; `serves`
    are done at a `counter_no` in this case or another.  begins, ends: minutes of the day; tickets wait `wait` minutes at most."""

    name: ClassVar[str] = "counter_session"
    title: ClassVar[Text] = Text(zh="窗口值守", en="Counter session")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "opens": ["open"], "hands": ["take", "back"], "closes": ["close"], "serves": ["receive", "supplement"], "tickets": ["ticket"],
        "begins": 545, "ends": 1020, "wait": 30, "daily": True}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, "c2:receive ann 0.10 counter_no=W1", "c1:take bob 0.11 counter_no=W1", "c2:supplement bob 0.12 counter_no=W1", _SHUT),
        (_OPEN, "c1:take bob 0.10 counter_no=W1", "c1:back ann 0.11 counter_no=W1", "c2:receive ann 0.12 counter_no=W1"),
        (_OPEN, _SHUT, "c2:open bob 1.9 counter_no=W1", "c1:supplement bob 1.10 counter_no=W1", "c2:close bob 1.18 counter_no=W1"),
        (_OPEN, "c2:open bob 0.9 counter_no=W2", "c1:receive bob 0.10 counter_no=W2"), (_OPEN, "c1:receive ann 0.10 counter_no=W1", _SHUT),
        (_OPEN, "c1:take bob 0.10 counter_no=W1", "c1:receive bob 0.11 counter_no=W1", _SHUT, "c1:open ann 1.9 counter_no=W1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("c2:receive ann 0 counter_no=W1",), (_OPEN, "c2:receive bob 0.10 counter_no=W1"), (_OPEN, "c2:receive ann 0.10"),
        (_OPEN, "c2:supplement ann 0.10 counter_no=W2"), (_OPEN, "c1:take bob 0.10 counter_no=W1", "c2:supplement ann 0.11 counter_no=W1"),
        (_OPEN, "c1:take bob 0.10 counter_no=W1", "c1:back ann 0.11 counter_no=W1", "c2:receive bob 0.12 counter_no=W1"),
        (_OPEN, _SHUT, "c2:receive ann 0.17 counter_no=W1"), (_OPEN, "c2:receive ann 1 counter_no=W1"),
        (_OPEN, "c2:open bob 0.9 counter_no=W1"),
        (_OPEN, "c1:open ann 0.9 counter_no=W2"), ("c1:open ann 0.9",), ("c1:open ann 0.10 counter_no=W1",), (_SHUT,),
        (_OPEN, _SHUT, _SHUT),
        (_OPEN, "c1:close ann 0.16 counter_no=W1"), (_OPEN, "c1:close bob 0.17 counter_no=W2"), (_OPEN, "c1:take bob 0.10"),
        (_OPEN, "c1:take bob 0.10 counter_no=W1", "c1:receive ann 0.11 counter_no=W1"), (_OPEN, "c2:take bob 0.10 counter_no=W1"),
        (_OPEN, _SHUT, "c1:receive ann 0.17 counter_no=W1"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, "c2:ticket party 0.10 counter_no=W1", "c2:receive ann 0.10 counter_no=W1", _SHUT, "today 1"), (_OPEN, "today 0"),
        (_OPEN, _SHUT, "c2:open bob 1.9 counter_no=W1", "c2:close bob 1.17 counter_no=W1", "today 2"), ("c2:ticket party 0.10", "today 0"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, "today 1"), (_OPEN, _SHUT, "today 2"), ("c2:ticket party 0.10 counter_no=W1", "today 1"),
        (_OPEN, "c2:ticket party 0.10 counter_no=W1", "c2:receive ann 0.12 counter_no=W1", _SHUT, "today 1"),
    )

    begins: int
    ends: int
    serves: tuple[str, ...]
    hands: tuple[str, ...] = ("take_over_counter", "return_to_counter")
    opens: tuple[str, ...] = ("open_counter",)
    closes: tuple[str, ...] = ("close_counter",)
    tickets: tuple[str, ...] = ()
    wait: int = 60
    daily: bool = False

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (0 <= self.begins < self.ends <= DAY and 1 <= self.wait <= DAY):
            return Text(zh="begins、ends为一天内的分钟数且先后有序；等候1至1440分钟", en="begins and ends: minutes of a day, in order; wait 1 to 1440")
        return unfit(version, self.serves, self.opens, self.closes, more=self.hands + self.tickets)

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse work at a counter that is not open or by somebody not on duty there; ask why it opened late or closed early."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        if fault is not None:
            return Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
                zh="请先按窗口号开窗，交接须由接岗人员登记；由当时在岗人员办理，下班时闭窗。",
                en="Open the counter under its number; who takes over records it; who is on duty serves; close it at the day's end."))
        p = situation.proposed
        local = p.at.astimezone(LOCAL)
        minute = local.hour * HOUR + local.minute
        if p.act in self.opens and minute > self.begins:
            return Demand(by=self.name, reason=Text("开窗晚于公布时间，请说明理由", "the counter opens later than published: say why"))
        early = p.act in self.closes and minute < self.ends
        return Demand(by=self.name, reason=Text("闭窗早于公布时间，请说明理由", "the counter closes earlier than published: say why")) if early else None

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        no, name = p.data.get("counter_no"), s.people.name(p.actor)
        moves = self.opens + self.hands + self.closes
        used = [u for u in s.elsewhere.uses("counter_no", str(no)) if u.act in moves] if no else []
        closed = max((n for n, e in enumerate(acts) if e.act in self.closes), default=-1)
        opened = [e.data.get("counter_no") for e in acts[closed + 1:] if e.act in self.opens]
        yield not no and p.act in moves + self.serves, "没有填写窗口号", "the counter has no number"
        if p.act in self.opens:
            yield opened, "本次值守已经开过窗", "this session has been opened already"
            yield used and used[-1].act not in self.closes, f"窗口{no}的上一次值守尚未闭窗", f"the last session of {no} is still open"
        if p.act in self.hands + self.closes:
            yield no not in opened, f"窗口{no}没有开窗或者已经闭窗", f"{no} is not open"
        if p.act in self.serves:
            here = [e for e in acts if e.act in moves and e.data.get("counter_no") == no and local_day(e.at) == p.day]
            last = here[-1] if here else next((u for u in reversed(used) if u.day == p.day), None)
            yield last is None or last.act in self.closes, f"窗口{no}当日没有开窗或者已经闭窗", f"{no} is not open today"
            yield last is not None and last.actor != p.actor, f"{name}不是窗口{no}的当班人员", f"{name} is not on duty at {no}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find work at closed counters or by those not on duty, sessions that overlap, and hours not kept."""
        moves, today = self.opens + self.hands + self.closes, say.equal(R("_on"), T("_on"))
        here = say.both(today, say.matches("counter_no"))
        who, what = (say.or_else(say.gather("last", moves, R(f), here), say.gather("last", moves, R(f), today, same="counter_no"))
                     for f in ("_actor", "_act"))
        still = say.gather("last", moves, R("_act"), same="counter_no")
        left = say.both(say.said(still), say.negated(say.is_in(still, self.closes)))
        unnumbered, minute = say.missing(T("counter_no")), say.minus(T("_at"), self._midnight())
        late, early = say.at_least(minute, (self.begins + 1) * 60), say.over(self.ends * 60, minute)
        unopened = say.none(self.opens, say.matches("counter_no"), since=self.closes)
        again = say.some(self.opens, since=self.closes)
        absent = say.either(say.missing(who), say.is_in(what, self.closes), say.differs(who, T("_actor")))
        return AnyOf((
            say.gate(self.opens, say.either(unnumbered, again, left, late)), say.gate(self.hands, say.either(unnumbered, unopened)),
            say.gate(self.closes, say.either(unnumbered, unopened, early)), say.gate(self.serves, absent, needs=["_actor"])))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find sessions not closed on their day, visitors not served in time, and (`daily`) a working day without a session."""
        over = say.over(Today(), T("_on"))
        unclosed = say.none(self.closes, say.equal(R("_on"), T("_on")), span=Span.AFTER)
        following = say.workday(say.plus(T("_on"), 1))
        none_next = say.both(say.over(Today(), following), say.none(self.opens, say.equal(R("_on"), following), span=Span.AFTER,
        same="counter_no"))
        served = say.both(say.at_least(self.wait * 60, say.minus(R("_at"), T("_at"))), say.said(R("counter_no")))
        waiting = say.both(over, say.none(self.serves, served, span=Span.AFTER))
        rules = [say.gate(self.opens, say.both(over, unclosed))]
        rules += [say.gate(self.opens, none_next)] if self.daily else []
        return AnyOf((*rules, *([say.gate(self.tickets, waiting)] if self.tickets else [])))

    def _midnight(self) -> Op:
        return say.minus(say.times(say.minus(T("_on"), EPOCH), DAY * 60), EAST * 60)
