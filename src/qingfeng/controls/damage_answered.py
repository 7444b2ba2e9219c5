"""damage_answered 损毁有人负责: who reports damage says who answers for it, item by item, and each of them is dealt with before the case closes.

Why: “a drum leaked” in the book, and nobody asked: next time it leaks into somebody's van.
Finds: goods that go out of the store in the state in which they came in, though damage was reported since; a report that leaves open
who answers for an item and why nobody does; one by whom it names; a case closed with a person so named
not dealt with since.
Not: whether the disposition is severe; who may make it (`accountability_follows`); whether damage is reported (`storage_conditions`).
Source: 行政强制法 26: the agency keeps with care and pays for loss; 落实责任追究 (map).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

WORDS = 4
# fmt: off
_SAID, _DONE = "report bob 3 codes=[W1,W2] responsible={W1:eve,W2:carl}", "decide dan 5 accountability={eve:talk,carl:warning}"

_IN, _BROKEN = "store bob 0 goods={W1:2} condition={W1:intact}", "report carl 3 codes=[W1] unattributed={W1:包装自然老化}"
_OUT = "give_back bob 9 goods={W1:2}"


@dataclass(frozen=True, slots=True)
class DamageAnswered:
    """`reports` say for each of their `codes` who is `responsible` or, in `unattributed`, why nobody is; `decisions` (none: nobody
    here may) deal with each;
    what was damaged after `keeps` is not as it came in when `gives` lets it out."""

    name: ClassVar[str] = "damage_answered"
    title: ClassVar[Text] = Text(zh="损毁有人负责", en="Damage answered for")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"reports": ["report"], "decisions": ["decide"], "closes": ["close"],
        "keeps": ["store"], "gives": ["give_back"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAID, _DONE, "close dan 9"), ("report bob 3 codes=[W1] unattributed={W1:包装自然老化}", "close dan 9"), ("close dan 9",),
        (_SAID, "decide dan 5 accountability={eve:talk}", "decide dan 6 accountability={carl:none}", "close dan 9"), (_SAID, "note ann 4"),
        ("report bob 3 codes=[W1,W2] responsible={W1:eve} unattributed={W2:包装自然老化}", "decide dan 4 accountability={eve:talk}",
         "close dan 9"),
        (_IN, _BROKEN, f"{_OUT} condition={{W1:repaired}}"),
        (_BROKEN, _IN.replace("intact", "damaged"), f"{_OUT} condition={{W1:damaged}}"),
        (_IN, f"{_OUT} condition={{W1:intact}}"), (_BROKEN, f"{_OUT} condition={{W1:intact}}"),
        (_IN, _BROKEN.replace("W1", "W2"), f"{_OUT} condition={{W1:intact}}"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("report bob 3 codes=[W1]",), ("report bob 3 codes=[W1,W2] responsible={W1:eve}",),
        ("report bob 3 codes=[W1] unattributed={W1:无}",),
        ("report eve 3 codes=[W1] responsible={W1:eve}",), (_SAID, "close dan 9"), (_DONE, _SAID, "close dan 9"), ("report bob 3",),
        (_SAID, "decide dan 5 accountability={eve:talk}", "close dan 9"), (_SAID, _DONE, _SAID, "close dan 9"),
        (_SAID, "report bob 4 codes=[W1] unattributed={W1:包装自然老化}", "close dan 9"), (_IN, _BROKEN, _OUT),
        (_IN, _BROKEN, f"{_OUT} condition={{W1:intact}}"), (_IN, _BROKEN, _IN.replace("W1", "W2"), f"{_OUT} condition={{W1:intact}}"))

    reports: tuple[str, ...] = ("report_damage",)
    decisions: tuple[str, ...] = ("decide_accountability",)
    closes: tuple[str, ...] = ("close_case",)
    keeps: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.reports, self.closes, more=self.decisions + self.keeps + self.gives)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a report that leaves open who answers, and closing before each was dealt with."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            "请逐件写明责任人员，没有责任人员的写明原因（至少4个字）；由有权的人逐人作出责任追究处理后再结案。",
            "Name for each item who answers or why nobody does (4 characters); a competent post deals with each before the case closes."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        if p.act in self.reports:
            who, why, codes = p.data.get("responsible") or {}, p.data.get("unattributed") or {}, p.data.get("codes") or ()
            open_ = [code for code in codes if not who.get(code) and len(str(why.get(code) or "")) < WORDS]
            yield open_ or not codes, f"没有写明谁负责：{'、'.join(open_)}", f"who answers is left open: {', '.join(open_)}"
            yield p.actor in who.values(), "报告人不得就是责任人员", "who reports it is who answers for it"
        told = p.data.get("condition") or {}
        for code in (p.data.get("goods") or {}) if p.act in self.gives else ():
            came = [(e.seq, e.data["condition"][code]) for e in acts if e.act in self.keeps and code in (e.data.get("condition") or {})]
            broke = any(e.act in self.reports and code in (e.data.get("codes") or ()) and came and e.seq > came[-1][0] for e in acts)
            yield (broke and told.get(code) in (None, came[-1][1]), f"{code}在库期间报告过损毁，出库时须写明损毁或者修复后的状况",
                   f"{code} was reported damaged in the store: say its damage, or that it is repaired, when it goes out")
        if p.act in self.closes and self.decisions:
            at = max((n for n, e in enumerate(acts) if e.act in self.reports), default=len(acts))
            left = (self._named(acts) - self._settled(acts)) | (self._named(acts[at : at + 1]) - self._settled(acts[at + 1 :]))
            names = [s.people.name(who) for who in sorted(left)]
            yield names, f"财物损毁的责任人员尚未处理：{'、'.join(names)}", f"who answers for the damage is not dealt with: {', '.join(names)}"

    def _named(self, acts: Sequence[Event]) -> set[str]:
        return {who for e in acts if e.act in self.reports for who in (e.data.get("responsible") or {}).values()}

    def _settled(self, acts: Sequence[Event]) -> set[str]:
        return {who for e in acts if e.act in self.decisions for who in e.data.get("accountability") or {}}

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find reports that leave open who answers, and cases closed with somebody not dealt with."""
        who, why = say.value_of(T("responsible"), T("_key")), say.value_of(T("unattributed"), T("_key"))
        newest = say.equal(R("_seq"), say.last(self.reports, "_seq"))
        named, last = (say.gather("set", self.reports, R("_value"), which, each="responsible") for which in (1, newest))
        settled, since = (say.gather("set", self.decisions, R("_key"), each="accountability", since=after) for after in ((), self.reports))
        left = say.either(say.over(say.without(named, settled), 0), say.over(say.without(last, since), 0))
        open_ = say.both(say.missing(who), say.over(WORDS, say.length(why)))
        here, state = say.equal(R("_key"), T("_key")), say.value_of(T("condition"), T("_key"))
        came, was = (say.gather("last", self.keeps, R(column), here, each="condition") for column in ("_seq", "_value"))
        broke = say.some(self.reports, say.both(here, say.over(R("_seq"), came)), each="codes")
        hidden = say.both(broke, say.either(say.missing(state), say.equal(state, was)))
        ways = [say.gate(self.gives, hidden, each="goods")] if self.gives else []
        return AnyOf((*ways, say.gate(self.reports, open_, each="codes"), say.gate(self.reports, say.missing(T("codes"))),
                      say.gate(self.reports, say.equal(T("_value"), T("_actor")), each="responsible", needs=["_actor"]),
                      *([say.gate(self.closes, left)] if self.decisions else [])))
