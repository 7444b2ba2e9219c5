"""daily_report 受理日报: the day's figures of a counter are what the log says, and whoever served does not report them.

Why: 受理事项未登记受理台账: what is left out of the figures was never received; figures that must equal the log cannot leave anything out.
Finds: a report whose figures differ from the acts recorded at that counter on that day, or that leaves a kind of act out; one by somebody
who served there that day; a second one; work entered for a day that has been reported; and (`watch`) a day without a report.
Not: what was never entered at all (`counter_ticket`: numbers without gaps; `counter_session`: visitors not served).
Source: the agency's own map (受理事项日报统计机制); the acts counted and the days are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, Span, T, Today
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

# fmt: off
_OPEN, _GOT, _YES = "c1:open ann 0 counter_no=W1", "c2:receive ann 0 counter_no=W1", "c2:accept ann 0 counter_no=W1"
_SAY = "c1:report eve 1 held_on=2026-03-02 counter_no=W1 day_figures"


@dataclass(frozen=True, slots=True)
class DailyReport:
    """`opens` begin a session at `counter_no`, best in a case of its own; `reports` of it state `held_on` (its day) and `day_figures`: how
    many of each of `counts` were done that day in all cases with the same `counter_no`; due `within` working days."""

    name: ClassVar[str] = "daily_report"
    title: ClassVar[Text] = Text(zh="受理日报", en="Daily report of the counter")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"opens": ["open"], "reports": ["report"], "counts": ["receive", "accept"], "within": 1}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _GOT.replace("c2", "c1"), _YES, f"{_SAY}={{receive:1,accept:1}}"),
        (_OPEN, _GOT.replace("c2", "c1"), _OPEN.replace(" 0 ", " 1 ")),
        (_OPEN, _GOT, _YES, f"{_SAY}={{receive:1,accept:1}}"), (_OPEN, _GOT, _GOT, f"{_SAY}={{receive:2,accept:0}}",
        "c2:accept ann 2 counter_no=W1"),
        (_OPEN, "c2:receive bob 0 counter_no=W2", f"{_SAY}={{receive:0,accept:0}}"),
        (_OPEN, _GOT, "c2:accept eve 1 counter_no=W1", f"{_SAY}={{receive:1,accept:0}}", "c2:accept ann 3 counter_no=W1"), (_GOT, _YES),
        (_GOT, "c2:accept bob 1 counter_no=W1", "c2:accept bob 1"), (_OPEN, "c2:note eve 0 counter_no=W1",
        f"{_SAY}={{receive:0,accept:0}}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _GOT.replace("c2", "c1"), f"{_SAY}={{receive:0,accept:0}}"),
        (_OPEN, _GOT.replace("c2:receive ann", "c1:receive eve"), f"{_SAY}={{receive:1,accept:0}}"),
        (_OPEN, f"{_SAY.replace(' 1 ', ' 0 ')}={{receive:0,accept:0}}", _GOT.replace("c2", "c1")),
        (_OPEN, _GOT, _YES, f"{_SAY}={{receive:1,accept:0}}"), (_OPEN, _GOT, f"{_SAY}={{receive:2,accept:0}}"),
        (_OPEN, f"{_SAY}={{receive:0}}"),
        (_OPEN, _GOT, f"{_SAY}={{accept:0}}"), (_OPEN, f"{_SAY}={{receive:0,accept:0,other:3}}"),
        (_OPEN, _SAY.partition(" day_figures")[0]),
        (_OPEN, _GOT, f"{_SAY.replace('eve', 'ann')}={{receive:1,accept:0}}"), (f"{_SAY}={{receive:0,accept:0}}",),
        (_OPEN, f"{_SAY.replace('-02', '-03')}={{receive:0,accept:0}}"), (_OPEN, f"{_SAY.replace('W1', 'W2')}={{receive:0,accept:0}}"),
        (_OPEN, _GOT, *(f"{_SAY}={{receive:1,accept:0}}",) * 2),
        (_OPEN, f"{_SAY.replace(' 1 ', ' 0 ')}={{receive:0,accept:0}}", _GOT),
        (_OPEN, f"{_SAY.replace(' 1 ', ' 0 ')}={{receive:0,accept:0}}", _YES),
        (_OPEN, _YES.replace("ann", "eve"), f"{_SAY}={{receive:0,accept:1}}"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _GOT, f"{_SAY}={{receive:1,accept:0}}", "today 9"), (_OPEN, _GOT, "today 1"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OPEN, _GOT, "today 2"), (_OPEN, _GOT, f"{_SAY.replace('eve 1', 'eve 2')}={{receive:1,accept:0}}", "today 3"))

    counts: tuple[str, ...]
    opens: tuple[str, ...] = ("open_counter",)
    reports: tuple[str, ...] = ("report_day",)
    within: int = 1

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 0 <= self.within <= 5:
            return Text(zh="日报应在0至5个工作日内作出", en="the report is due in 0 to 5 working days")
        return unfit(version, self.counts, self.opens, self.reports)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse figures that are not those of the log, a report by whoever served, and work entered for a day reported."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请由当日未在该窗口办件的人员按办理记录逐项统计后报送；漏记的业务先补记并说明，再报。",
            en="Let somebody who did not serve there that day count each kind of act from the log; enter first what was left out."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, day, said = s.proposed, str(s.proposed.data.get("held_on")), s.proposed.data.get("day_figures") or {}
        number, acts = p.data.get("counter_no"), [e for e in s.case.events if e.kind == ACT]
        here = [e for e in acts if number and e.data.get("counter_no") == number]
        beside = s.elsewhere.uses("counter_no", str(number)) if number else ()
        told = {str(e.data.get("held_on")) for e in here if e.act in self.reports}
        told |= {str(u.data.get("held_on")) for u in beside if u.act in self.reports}
        if p.act in self.counts:
            yield p.day.isoformat() in told, "该窗口当日日报已报，不得再补登当日业务", "the day has been reported: nothing is entered for it any more"
        if p.act not in self.reports:
            return
        same = any(e.act in self.opens and e.effective_day.isoformat() == day for e in here)
        yield not same, "本次值守没有在该窗口、该日开窗", "this session was not opened at that counter on that day"
        yield day in told, "该窗口当日日报已经报过", "that day of the counter has been reported"
        done = [(u.act, u.actor) for u in beside if u.act in self.counts and u.day.isoformat() == day]
        done += [(e.act, e.actor) for e in here if e.act in self.counts and local_day(e.at).isoformat() == day]
        who = s.people.name(p.actor)
        yield any(actor == p.actor for _, actor in done), f"{who}当日在该窗口办件，不得由其统计", f"{who} served there that day and does not report it"
        wrong = [act for act in self.counts if said.get(act) != sum(one == act for one, _ in done)]
        names = wording.acts(s.case.version, wrong)
        yield wrong, f"与办理记录不一致或漏报：{names.zh}", f"not what the log says, or left out: {names.en}"
        yield set(said) - set(self.counts), "日报中有不属统计范围的项目", "the report has kinds of acts that it does not count"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find reports that are not what the log says, by whoever served, twice or of another session, and work entered after them."""
        day, figures = say.day(T("held_on")), T("day_figures")
        on_day = say.equal(R("_on"), day)
        session = say.both(say.matches("counter_no"), say.equal(R("_day"), day))
        here = say.both(on_day, say.matches("counter_no"))
        counted = {act: say.plus(say.count([act], here), say.count([act], on_day, same="counter_no")) for act in self.counts}
        right = (say.equal(say.value_of(figures, act), number) for act, number in counted.items())
        own = say.either(say.some(self.counts, say.both(here, say.same_actor())),
                         say.some(self.counts, say.both(on_day, say.same_actor()), same="counter_no"))

        def told(on: Expr) -> Expr:
            same = say.equal(say.day(R("held_on")), on)
            return say.either(say.some(self.reports, say.both(same, say.matches("counter_no"))),
                              say.some(self.reports, same, same="counter_no"))

        wrong = say.either(say.none(self.opens, session), told(day), own, say.over(say.without(figures, self.counts), 0),
                           *(say.negated(one) for one in right))
        return AnyOf((say.gate(self.counts, told(T("_on"))), say.gate(self.reports, wrong, needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find sessions that were not reported in time."""
        in_time = say.at_least(self.within, say.working_days(T("_on"), R("_on")))
        late = say.over(say.working_days(T("_on"), Today()), self.within)
        return say.gate(self.opens, say.both(late, say.none(self.reports, in_time, span=Span.AFTER)))
