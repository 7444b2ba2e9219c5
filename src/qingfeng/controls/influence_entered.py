"""influence_entered 影响落实: what was decided on a person is entered where it counts, item by item, before the matter is closed.

Why: 决定不执行、不登记: a criticism that never reaches the post card or the award list has happened on paper only.
Finds: an entry before the decision, one that leaves an item of its disposition out or in a word, a matter closed without its entry;
(watch) a decision whose influence nobody entered in time.
Not: whether the paper reached the person (`proof_of_service`); the effects of a sanction by law (`sanction_effects`).
Source: a rule of supervision (结果运用); items and days are settings.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4  # characters of an item

# fmt: off
_TALK, _HARD, _NONE = "decide dan 0 disposition=talk", "decide dan 0 disposition=notice", "decide dan 0 disposition=none"
_IN = "enter fay 5 effects={card:已登入岗位卡}"
_ALL, _SHUT = "enter fay 5 effects={card:已登入岗位卡,award:本年不得评先}", "close eve 9"


@dataclass(frozen=True, slots=True)
class Influence:
    """A disposition and what it touches."""

    disposition: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InfluenceEntered:
    """`disposition` of `decides` against `effects` (item → what was done) of `enters`."""

    name: ClassVar[str] = "influence_entered"
    title: ClassVar[Text] = Text(zh="影响落实", en="Influence entered")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "enters": ["enter"], "closes": ["close"], "within": 10, "entries": [
        {"disposition": "talk", "items": ["card"]}, {"disposition": "notice", "items": ["card", "award"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TALK, _IN, _SHUT), (_HARD, _ALL, _SHUT), (_NONE, _SHUT), (_SHUT,), (_TALK, _ALL, _SHUT), (_TALK, _IN, _IN),
        (_HARD, _TALK, _IN, _SHUT),
        (_HARD,), (_TALK, _NONE, _SHUT), (_NONE, _TALK, _IN, _SHUT), (_HARD, _ALL), ("note ann 1", _NONE, "note bob 2", _SHUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TALK, _SHUT), (_HARD, _IN), (_IN,), (_NONE, _IN), (_HARD, _ALL.replace("本年不得评先", "已办")), (_TALK, "enter fay 5"),
        (_TALK, _IN.replace("已登入岗位卡", "已登")), (_TALK, _IN, _HARD, _SHUT), (_TALK, _IN, _TALK, _SHUT), (_HARD, _TALK, _SHUT),
        (_TALK, _IN, _HARD, _IN),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TALK, "today 10"), (_TALK, _IN, "today 90"), (_NONE, "today 90"), (_TALK, _HARD, _ALL, "today 90"),
        (_TALK, _IN.replace("5", "10"), "today 90"), (_TALK, "note ann 3", _TALK.replace("0", "8"), "today 18"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TALK, "today 11"), (_HARD, "today 30"), (_TALK, _IN.replace("5", "11"), "today 11"), (_NONE, _HARD, "today 11"),
        (_TALK, _IN, _TALK.replace("0", "6"), "today 17"))

    decides: tuple[str, ...]
    enters: tuple[str, ...]
    closes: tuple[str, ...]
    entries: tuple[Influence, ...]
    within: int = 30

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        kinds = [one.disposition for one in self.entries]
        fine = kinds and len({*kinds}) == len(kinds) and all(one.items for one in self.entries) and 1 <= self.within <= 365
        return unfit(version, self.decides, self.enters, self.closes) or (None if fine else Text(
            zh="每种处理各列一次并写明落实事项，期间1至365日", en="each disposition once, with what it touches; 1 to 365 days"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse half an entry, and a closure without it."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请按处理方式逐项写明落实情况（四字以上），再办结。", en="Say item by item what was entered, in four characters or more; close it then."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        at = max((n for n, e in enumerate(done, 1) if e.act in self.decides), default=0)
        entry = next((one for one in self.entries if at and one.disposition == done[at - 1].data.get("disposition")), None)
        if p.act in self.enters:
            yield entry is None, "没有需要落实影响的处理决定", "there is no decision whose influence is to be entered"
            told = p.data.get("effects") or {}
            left = [one for one in entry.items if len(str(told.get(one, ""))) < WORDS] if entry else []
            yield left, f"没有写明落实情况：{s.told(left).zh}", f"not accounted for: {s.told(left).en}"
        if p.act in self.closes:
            missed = entry is not None and not any(e.act in self.enters for e in done[at:])
            yield missed, "处理的影响没有落实，不得办结", "the influence of the decision has not been entered: it may not be closed"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay entries and closures beside the latest decision."""
        newest = say.equal(R("_seq"), say.gather("max", self.decides, R("_seq")))
        what, kinds = say.gather("last", self.decides, R("disposition"), newest), [one.disposition for one in self.entries]
        halves = [say.both(say.equal(what, one.disposition), say.either(*(say.over(WORDS, say.length(say.value_of(T("effects"), item)))
            for item in one.items))) for one in self.entries]
        return AnyOf((
            say.gate(self.enters, say.either(say.negated(say.is_in(what, kinds)), *halves)),
            say.gate(self.closes, say.both(say.is_in(what, kinds), say.none(self.enters, since=self.decides)))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find decisions whose influence was not entered in time."""
        soon = say.at_least(self.within, say.minus(R("_on"), T("_on")))
        return say.gate(self.decides, say.both(
            say.over(say.minus(Today(), T("_on")), self.within), say.none((*self.enters, *self.decides), soon, span=Span.AFTER)),
            applies=say.is_in(T("disposition"), [one.disposition for one in self.entries]))
