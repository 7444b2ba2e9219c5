"""licence_term 许可期限: the certificate says its last day, and that is the day which the published term gives, not a day more or less.

Why: 为申请人谋取利益 or 故意刁难: the decision is the same for all, the last day on the paper is written in by who prints it.
Finds: a certificate without its last day, with another than the term from the decision (or, renewed, from the day of expiry) gives, or
of a matter without a published term; a last day of validity where the licence was refused.
Not: whether the term is right; conditions and scope (`decision_matches_review`).
Source: 行政许可法 50 speaks of 有效期 without fixing it; the terms are settings, as the agency publishes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, T
from qingfeng.terms.text import Text

# fmt: off
_GOT, _YES, _OUT = "receive ann 0 matter_code=M1", "decide dan 2 decision_outcome=granted", "issue bob 3 valid_until"
_OLD = "renew ann 0 matter_code=M2 expires_on=2026-03-31"


@dataclass(frozen=True, slots=True)
class Term:
    """For how many years a licence in a matter is given."""

    matter: str
    years: int


@dataclass(frozen=True, slots=True)
class LicenceTerm:
    """`issues` say the last day (`valid_until`): of `terms`, by the matter of `receives`, from the day of `decides` or `expires_on`."""

    name: ClassVar[str] = "licence_term"
    title: ClassVar[Text] = Text(zh="许可期限", en="Term of a licence")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"issues": ["issue"], "decides": ["decide", "deem"], "receives": ["receive", "renew"],
                                         "terms": [{"matter": "M1", "years": 3}, {"matter": "M2", "years": 2}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _YES, f"{_OUT}=2029-03-03"), (_OLD, _YES, f"{_OUT}=2028-03-31"), (_OLD, "deem system 2", f"{_OUT}=2028-03-31"),
        (_GOT, "decide dan 2 decision_outcome=refused", "issue bob 3"), (_GOT.replace("M1", "M2"), _YES, f"{_OUT}=2028-03-03"),
        (_GOT, _YES, "decide dan 4 decision_outcome=granted", "issue bob 5 valid_until=2029-03-05"),
        (_OLD, _GOT, _YES, f"{_OUT}=2029-03-31"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_GOT, _YES, "issue bob 3"), (_GOT, _YES, f"{_OUT}=2029-03-04"), (_GOT, _YES, f"{_OUT}=2031-03-03"),
        (_OLD, _YES, f"{_OUT}=2028-03-03"), (_GOT, "decide dan 2 decision_outcome=refused", f"{_OUT}=2029-03-03"),
        (_GOT.replace("M1", "M9"), _YES, f"{_OUT}=2029-03-03"), (_GOT, f"{_OUT}=2029-03-03"),
        (_GOT, _YES, "decide dan 4 decision_outcome=granted", "issue bob 5 valid_until=2029-03-03"), (_YES, f"{_OUT}=2029-03-03"),
        (_OLD, "deem system 2", "issue bob 3"),
    )

    issues: tuple[str, ...]
    decides: tuple[str, ...]
    receives: tuple[str, ...]
    terms: tuple[Term, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        matters = [term.matter for term in self.terms]
        if not matters or len({*matters}) < len(matters) or not all(1 <= term.years <= 50 for term in self.terms):
            return Text(zh="每个事项一个期限，1至50年", en="one term a matter, of 1 to 50 years")
        return unfit(version, self.issues, self.decides, self.receives)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a certificate without its last day, or with another than the term gives."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请按公布的许可期限填写有效期届满日：自决定之日起算；延续的，自原有效期届满次日起算。",
            en="Write the last day of the published term: from the decision, or, renewed, from the day after the old expiry."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        if s.proposed.act not in self.issues:
            return
        said, due = s.proposed.data.get("valid_until"), self._last_day(s)
        if self._last(s, self.decides, "decision_outcome") == "refused":
            yield said, "决定不予许可，不得发给有有效期的证件", "the licence was refused: there is no term"
            return
        yield not said, "没有写明有效期届满日", "the last day of validity is not said"
        yield due is None, "没有许可决定，或者该事项没有公布的许可期限", "there is no decision, or no published term of this matter"
        yield due and said != due.isoformat(), f"有效期届满日应为{due}，写的是{said}", f"the last day is {due}, not {said}"

    def known_values(self, situation: Situation, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the last day of the published term, which a certificate says."""
        due = self._last_day(situation) if situation.proposed.act in self.issues else None
        return {"valid_until": due.isoformat()} if due and self._last(situation, self.decides, "decision_outcome") != "refused" else {}

    def _last_day(self, s: Situation) -> date | None:
        old, matter = self._last(s, self.receives, "expires_on"), self._last(s, self.receives, "matter_code")
        years = {one.matter: one.years for one in self.terms}.get(matter)
        acts = [e for e in s.case.events if e.kind == ACT and e.act in self.decides]
        decided = acts[-1].effective_day - timedelta(days=1) if acts else None
        base = date.fromisoformat(old) if old else decided
        return None if base is None or years is None else _later(base, years)

    @staticmethod
    def _last(s: Situation, names: tuple[str, ...], field: str) -> Any:
        events = (e for e in reversed(s.case.events) if e.kind == ACT and e.act in names)
        return next((e.data[field] for e in events if e.data.get(field)), None)

    def detect(self, _: PowerVersion) -> GateRule:
        """Hold the last day against the term, and against a refusal."""
        years = say.get({one.matter: one.years for one in self.terms}, say.last(self.receives, "matter_code"))
        base = say.or_else(say.day(say.last(self.receives, "expires_on")), say.minus(say.last(self.decides, "_day"), 1))
        refused, said = say.equal(say.last(self.decides, "decision_outcome"), "refused"), T("valid_until")
        right = say.equal(say.day(said), say.years_after(base, years))
        return say.gate(self.issues, say.either(say.both(refused, say.said(said)), say.both(say.negated(refused), say.negated(right))))


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
