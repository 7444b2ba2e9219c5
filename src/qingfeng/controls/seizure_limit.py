"""seizure_limit 查封扣押期限: thirty days, once thirty more; afterwards the goods can only be given back.

Why: goods kept beyond their term press the party for nothing the law knows.
Finds: an act of `acts` (disposal, extension) after the term, or after the last day told with the extension (`until`); an extension that
is not the first, or that tells a day beyond the term; goods still held after the term or the day told (`watch`).
Not: who may extend, whether in writing (procedure and vocabulary); appraisal shortens nothing: the days told in writing are added.
Source: 行政强制法 25: 30 days + 30 by the head; the time of an appraisal, told in writing, is not counted; such limits are never rolled
to a working day here (§1.0: no text rolls a limit on a coercive measure; the strict reading).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rule import Expr, GateRule, R, Span, T, Today
from qingfeng.facts.say import (
    both,
    day,
    either,
    gate,
    gather,
    is_in,
    last,
    minus,
    negated,
    none,
    or_else,
    over,
    plus,
    said,
    some,
)
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

TERM = Citation(instrument="行政强制法", article="25(1)")


# fmt: off
@dataclass(frozen=True, slots=True)
class SeizureLimit:
    """From an act of `starts` on: `days`, `more` by one act of `extends`, and the days that `appraisals` told (`until`)."""

    name: ClassVar[str] = "seizure_limit"
    title: ClassVar[Text] = Text(zh="查封扣押期限", en="Term of a seizure")
    example: ClassVar[dict[str, Any]] = {"starts": ["seize"], "extends": ["extend"], "appraisals": ["appraise"], "acts": ["confiscate"],
        "ends": ["confiscate", "give_back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0", "confiscate eve 30"), ("seize ann 0", "extend eve 20", "confiscate eve 60"), ("seize ann 0", "give_back eve 99"),
        ("seize ann 0", "appraise ann 5 until=2026-03-16", "confiscate eve 40"), ("confiscate eve 5", "seize ann 6", "confiscate eve 36"),
        ("seize ann 0", "appraise ann 5 until=2026-03-16", "extend eve 20", "confiscate eve 70", "give_back eve 80"),
        ("seize ann 0", "confiscate eve 9", "seize ann 40", "extend eve 50", "confiscate eve 99"),
        ("seize ann 0", "extend eve 20 until=2026-05-01", "confiscate eve 60"),
        ("seize ann 0", "extend eve 20 until=2026-04-11", "confiscate eve 40"),
        ("seize ann 0", "extend eve 20 until=2026-04-11", "appraise ann 25 until=2026-04-05", "confiscate eve 50"),
        ("extend eve 0 until=2026-03-03", "seize ann 2", "confiscate eve 9"), ("extend eve 0 until=2027-03-03", "note ann 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0", "confiscate eve 31"), ("seize ann 0", "extend eve 20", "confiscate eve 61"), ("seize ann 0", "extend eve 31"),
        ("seize ann 0", "extend eve 20", "extend eve 50"), ("seize ann 0", "appraise ann 5 until=2026-03-16", "confiscate eve 41"),
        ("seize ann 0", "appraise ann 5", "confiscate eve 31"), ("seize ann 0", "extend eve 9", "seize ann 10", "confiscate eve 41"),
        ("seize ann 0", "give_back eve 5", "confiscate eve 50"), ("seize ann 0", "extend eve 20 until=2026-05-02"),
        ("seize ann 0", "extend eve 20 until=2026-04-11", "confiscate eve 41"),
        ("seize ann 0", "appraise ann 5 until=2026-03-16", "extend eve 20 until=2026-04-11", "confiscate eve 41"),
        ("seize ann 0", "appraise ann 5 until=2026-03-16", "extend eve 20 until=2026-05-12"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (("seize ann 0", "today 30"), ("seize ann 0", "give_back eve 30", "today 90"),
                                                   ("seize ann 0", "extend eve 5", "today 60"),
        ("seize ann 0", "extend eve 5 until=2026-04-11", "today 40"),
        ("seize ann 0", "extend eve 5 until=2026-04-11", "give_back eve 40", "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (("seize ann 0", "today 31"), ("seize ann 0", "extend eve 5", "today 61"),
                                                        ("seize ann 0", "give_back eve 32", "today 90"),
        ("seize ann 0", "extend eve 5 until=2026-04-11", "today 41"),
        ("seize ann 0", "extend eve 5 until=2026-04-11", "give_back eve 41", "today 90"))

    starts: tuple[str, ...]
    extends: tuple[str, ...]
    acts: tuple[str, ...]
    ends: tuple[str, ...]
    appraisals: tuple[str, ...] = ()
    days: int = 30
    more: int = 30

    @property
    def basis(self) -> Basis:
        """The statute: nobody lets pass."""
        return Basis.STATUTE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.starts, *self.extends, *self.acts, *self.ends, *self.appraisals}
        unknown = sorted(named - {row.act for row in version.procedure.rows})
        if unknown or not self.starts or not self.acts or not self.ends:
            return Text(f"动作须取自流程，starts、acts、ends不得为空（{'、'.join(unknown)}）", f"acts unknown or missing: {unknown}")
        if not (1 <= self.days <= 30 and 0 <= self.more <= 30):
            return Text("期限不得超过30日，延长不得超过30日（强制法第25条）", "at most 30 days and 30 more (art. 25)")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what comes after the term, and a second extension."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        start = max((n for n, e in enumerate(acts) if e.act in self.starts), default=None)
        if command.act not in (*self.acts, *self.extends) or start is None:
            return None
        since = acts[start + 1 :]
        extended = sum(e.act in self.extends for e in since)
        end = acts[start].effective_day + timedelta(days=self.days + (self.more if extended else 0) + self._appraised(since))
        if command.act in self.extends and extended:
            return self._refusal("查封扣押期限只能延长一次", "a seizure is extended once")
        told = command.data.get("until") if command.act in self.extends else None
        if told and date.fromisoformat(told) > end + timedelta(days=self.more):
            return self._refusal(f"告知的届满日{told}超过法定期限", f"the last day told, {told}, lies beyond the lawful term")
        longer = next((n for n in range(len(since) - 1, -1, -1) if since[n].act in self.extends and since[n].data.get("until")), None)
        if longer is not None:
            end = min(end, date.fromisoformat(since[longer].data["until"]) + timedelta(days=self._appraised(since[longer + 1 :])))
        if command.day > end:
            return self._refusal(f"查封扣押期限已于{end}届满", f"the term of the seizure ended on {end}")
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find acts after the term, and second extensions."""
        extended = some(self.extends, since=self.starts)
        second = both(is_in(T("_act"), self.extends), extended)
        end = plus(last(self.starts, "_day"), self._term(self.extends, Span.BEFORE))
        beyond = both(is_in(T("_act"), self.extends), over(day(T("until")), plus(end, self.more)))
        told = plus(day(last(self.extends, "until", since=self.starts)), self._days_of_appraisal(Span.BEFORE, self.extends))
        late = either(over(T("_on"), end), over(T("_on"), told))
        return gate((*self.acts, *self.extends), either(second, beyond, late), applies=some(self.starts))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find seizures not ended by the last day of their term."""
        end = plus(T("_day"), self._term(self.extends, Span.AFTER))
        told = plus(day(gather("last", self.extends, R("until"), span=Span.AFTER)), self._days_of_appraisal(Span.AFTER))
        return gate(self.starts, either(*(
            both(over(Today(), one), none(self.ends, negated(over(R("_on"), one)), span=Span.AFTER)) for one in (end, told))))

    def _term(self, extends: tuple[str, ...], span: Span) -> Expr:
        since = self.starts if span is Span.BEFORE else ()
        more = gather("max", extends, self.more, span=span, since=since)
        return plus(self.days, or_else(more, 0), self._days_of_appraisal(span, since))

    def _days_of_appraisal(self, span: Span, since: tuple[str, ...] = ()) -> Expr:
        told = plus(minus(day(R("until")), R("_day")), 1)
        return gather("sum", self.appraisals, told, said(R("until")), span=span, since=since)

    def _appraised(self, since: list[Event]) -> int:
        told = [(e.data.get("until"), e.effective_day) for e in since if e.act in self.appraisals]
        return sum((date.fromisoformat(str(until)) - begun).days + 1 for until, begun in told if until)

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=TERM, reason=Text(zh, en),
            remedy=Text("期限届满应当解除并退还财物；需要处理的，须在期限内作出决定。",
                        "After the term the goods are given back; what is to be decided is decided within it."))
