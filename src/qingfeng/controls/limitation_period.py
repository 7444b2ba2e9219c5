"""limitation_period 追溯时效: what was found too late is not punished, and no decision moves the days on which that depends.

Why: a date shifted by a month revives a dead case, or lets a live one die.
Finds: a decision whose violation (its end, if it went on) was found after its two or five years; one on days that nobody stated, other
than stated so far, or with a discovery long before the first record and unproved; a proposal to withdraw as time-barred what is not.
Not: days that are false from the first record on.
Source: 行政处罚法 36; the grace is the agency's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue import violations as law
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.facts.say import (
    both,
    day,
    either,
    equal,
    gate,
    gather,
    get,
    is_in,
    minus,
    missing,
    negated,
    or_else,
    over,
    years_after,
)
from qingfeng.facts.stated import changed, day_of_violation, stated, unregistered
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

# fmt: off
OVER = ("不再给予处罚，请作不予处罚或撤案处理。", "It is no longer punished: decide on no penalty or withdraw the case.")
REPORT = ("请查明日期、登记证据并重新报告；决定本身不得改动日期。", "Establish the days, register evidence and report again; a decision moves no day.")
DAYS = ("occurred_on", "continued_until", "found_on")
BARRED, DROP = "time_barred", "drop ann 2 ground=time_barred"
V2, V5_, V5, DONE = "violation_code=V2", "violation_code=V5", "violation_code=V5 occurred_on=2024-02-29", "occurred_on=2024-02-29"
FOUND, EARLY, LATE = f"{DONE} found_on=2026-02-28", f"{DONE} found_on=2026-02-20", "found_on=2026-03-01"


@dataclass(frozen=True, slots=True)
class LimitationPeriod:
    """`decisions` punish; `evidence` are the acts that register evidence; `grace`: days from discovery to the first record;
    `claims`: acts that say (ground) that it is barred."""

    name: ClassVar[str] = "limitation_period"
    title: ClassVar[Text] = Text(zh="追溯时效", en="Limitation period")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decisions": ["decide"], "evidence": ["keep"], "grace": 9, "claims": ["drop"]}
    example_version: ClassVar[dict[str, Any]] = law.sampled(law.sample("V2"), law.sample("V5", serious=True))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"file ann 0 {FOUND}", f"decide bob 9 {V2}", "note ann 9", "note ann 9", "note bob 10"),
        ("file ann 0 occurred_on=2021-02-28 found_on=2026-02-28", "note ann 1", f"decide bob 9 {V5_}", "note ann 9"),
        ("go ann 0 occurred_on=2021-02-28 continued_until=2024-02-29", f"decide bob 9 {V2} found_on=2026-02-28"),
        ("keep ann 0 evidence_no=E1", "keep ann 0 evidence_no=E2", f"decide bob 3 {V5} found_on=2026-02-20 found_evidence=[E1,E2]"),
        ("note ann 0", f"decide bob 0 {V5} found_on=2026-02-21", "note bob 2", "note bob 5"),
        (f"keep ann 0 {DONE} evidence_no=E1", f"file ann 3 {FOUND}", "note ann 4", f"decide bob 5 {V5}", "note bob 5"),
        (f"file ann 0 {V2} {DONE} {LATE}", DROP), (f"file ann 0 {FOUND}", "drop ann 2 ground=ended"),
        (f"file ann 0 {V5_} occurred_on=2021-02-27 found_on=2026-02-28", DROP),
        (f"file ann 0 {FOUND}", "note ann 1", f"decide bob 5 {V5} {FOUND}"), (f"file ann 0 {FOUND}", f"decide bob 5 {V5}", "note bob 6"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"file ann 0 {DONE}", f"decide bob 9 {V2} {LATE}"), (f"file ann 0 occurred_on=2021-02-28 {LATE}", f"decide bob 9 {V5_}"),
        (f"file ann 0 {FOUND}", f"decide bob 9 {V5} found_on=2026-02-20"), ("note ann 0", f"decide bob 9 {V5_} found_on=2026-02-28"),
        (f"file ann 0 {V2} {FOUND}", DROP), (f"file ann 0 {DONE} {LATE}", DROP), (DROP,), (f"file ann 0 {V2} {DONE}", DROP),
        (f"file ann 0 {V2} {FOUND}", f"{DROP} occurred_on=2020-01-01"), (f"file ann 0 {V5_} {DONE} {LATE}", DROP),
        (f"keep ann 0 evidence_no=E1 {FOUND}", f"decide bob 3 {V5} found_evidence=[E1,E3]"), (f"file ann 0 {EARLY}", f"decide bob 3 {V5}"),
    )
    decisions: tuple[str, ...]
    evidence: tuple[str, ...]
    grace: int = 15
    claims: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        wrong = None if 0 <= self.grace <= 90 else Text(zh="grace应为0至90日", en="grace must be 0 to 90 days")
        return wrong or law.unusable(version, {*self.decisions, *self.evidence, *self.claims})

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a penalty for what was found too late, or on days that are missing, moved or unproved."""
        command, data = situation.proposed, situation.proposed.data
        if command.act in self.claims and data.get("ground") == BARRED:
            return self._claimed(situation)
        if (entry := law.entry_of(situation.case.version, command, self.decisions)) is None:
            return None
        before = [e for e in situation.case.events if e.kind == ACT]
        for earlier, now in ((law.last_said(field, before, {}), data.get(field)) for field in DAYS):
            if earlier is not None and now not in (None, earlier):
                return self._no(f"本案此前记载的日期是{earlier}，现改为{now}", f"the day was {earlier} so far, now it is {now}", *REPORT)
        ended, found = law.ended_on(before, data), law.last_said("found_on", before, data)
        if ended is None or found is None:
            return self._no("没有记载违法行为发生（终了）日或发现日", "nobody has stated when it was done (ended) or when it was found", *REPORT)
        discovered, first = date.fromisoformat(found), local_day(before[0].at) if before else command.day
        if discovered > entry.barred_after(ended):
            return self._no(f"违法行为{ended}发生（终了），{discovered}才发现，已超过{entry.years}年",
                            f"it was done (ended) on {ended} and found on {discovered}, after more than {entry.years} years", *OVER)
        unknown = law.unknown_evidence(data.get("found_evidence"), [e for e in before if e.act in self.evidence])
        if unknown or (not data.get("found_evidence") and first - discovered > timedelta(days=self.grace)):
            return self._no(f"发现日{discovered}早于本案首次记录{first}，缺少证据{'、'.join(unknown)}",
                            f"found on {discovered}, first recorded on {first}, without evidence {', '.join(unknown)}", *REPORT)
        return None

    def _claimed(self, s: Situation) -> Refusal | None:
        """Refuse to call barred what the days of the case do not bar."""
        before, data = [e for e in s.case.events if e.kind == ACT], s.proposed.data
        entry = law.catalogue_of(s.case.version).get(str(law.last_said("violation_code", before, data)))
        ended, found = law.ended_on(before, data), law.last_said("found_on", before, data)
        moved = any(law.last_said(f, before, {}) not in (None, data.get(f)) for f in DAYS if data.get(f) is not None)
        if entry is None or ended is None or found is None or moved:
            return self._no("案由、发生（终了）日、发现日没有记载，或者与记载不同，不能认定超过时效", "violation or days are not stated so: nothing is barred", *REPORT)
        if date.fromisoformat(found) <= (last := entry.barred_after(ended)):
            return self._no(f"违法行为{ended}发生（终了），{found}发现，未超过时效（至{last}）",
                            f"it was done (ended) on {ended} and found on {found}: it is not barred before {last}",
                            "没有超过时效的，请继续办理。", "What is not barred goes on.")
        return None

    def detect(self, version: PowerVersion) -> AnyOf:
        """Find such decisions; applies to every decision on a violation of the catalogue."""
        years = {e.code: e.years for e in law.catalogue_of(version).values()}
        ended, found, first = day_of_violation(), day(stated("found_on")), or_else(gather("first", None, R("_on")), T("_on"))
        late = over(found, years_after(ended, get(years, T("violation_code"))))
        early = both(over(minus(first, found), self.grace), missing(T("found_evidence")))
        unproved = either(early, over(unregistered("found_evidence", self.evidence), 0))
        bad = either(missing(ended), missing(found), late, unproved, *(changed(name) for name in DAYS))
        over_ = over(found, years_after(ended, get(years, stated("violation_code"))))
        moved = either(*(changed(name) for name in DAYS))
        return AnyOf((gate(self.decisions, bad, applies=is_in(T("violation_code"), list(years))),
                      gate(self.claims, either(negated(over_), moved), applies=equal(T("ground"), BARRED))))

    def _no(self, zh: str, en: str, then_zh: str, then_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", "36"),
                       reason=Text(zh=zh, en=en), remedy=Text(zh=then_zh, en=then_en))
