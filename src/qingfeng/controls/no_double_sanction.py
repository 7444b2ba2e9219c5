"""no_double_sanction 一事不再处分: one person is sanctioned once for one piece of misconduct, whichever case or round asks for it.

Why: a second file on the same dinner presses a man twice; or a quick warning in one case keeps the demerit of the other away.
Finds: a sanction on a person already sanctioned for the same misconduct, here or in another case, and not revoked, unless both decisions
say of which day it was and these differ; a sanction that does not say whom or for what.
Not: a sanction of the supervision commission (公务员法 61: its papers are outside); whether the day named is the true one.
Source: 公务员法 61 forbids it beside a sanction of the commission only; within the agency it is a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.text import Text

WHO, WHAT, DAY, KIND = "sanctioned", "violation_code", "occurred_on", "sanction_kind"

# fmt: off
_S1 = "decide dan 3 sanctioned=s1 violation_code=W1 sanction_kind=demerit occurred_on=2026-02-01"
_BACK = "revoke dan 5 sanctioned=s1 violation_code=W1"


def _in(case: str, line: str = _S1) -> str:
    return f"{case}:{line}"


@dataclass(frozen=True, slots=True)
class NoDoubleSanction:
    """`sanctions` of any kind but `spares`; `revocations` undo one (elsewhere, if they name person and misconduct), `reopens` here too."""

    name: ClassVar[str] = "no_double_sanction"
    title: ClassVar[Text] = Text(zh="一事不再处分", en="No second sanction for one act")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"sanctions": ["decide"], "spares": ["none", "talk"],
        "revocations": ["revoke"], "reopens": ["redo"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_S1,), (_in("x"), _S1.replace("s1", "s2")), (_in("x"), _S1.replace("W1", "W2")), (_in("x"), _S1.replace("02-01", "02-09")),
        (_in("x", _S1.replace("demerit", "none")), _S1), (_in("x"), _S1.replace("demerit", "talk")), (_S1, "revoke dan 5", _S1),
        (_S1, "redo eve 5", _S1), (_in("x"), _in("x", _BACK), _S1), ("decide dan 3 sanction_kind=none",), (_S1, _S1.replace("W1", "W2")),
        (_in("x", "note dan 3 sanctioned=s1 violation_code=W1"), _S1), (_S1.replace("demerit", "none"), _S1), ("decide dan 3",))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_in("x"), _S1), (_S1, _S1), (_in("x"), _S1.replace(" occurred_on=2026-02-01", "")), (_S1.replace(" sanctioned=s1", ""),),
        (_in("x", _S1.replace(" occurred_on=2026-02-01", "")), _S1), (_S1.replace(" violation_code=W1", ""),), (_S1, "note eve 5", _S1),
        (_in("x"), _in("x", _BACK.replace("W1", "W2")), _S1), (_in("x"), _in("x", _BACK.replace("s1", "s2")), _S1),
        (_S1, _S1.replace("demerit", "warning")), (_in("x"), "redo eve 4", _S1),
        (_in("x"), _in("y", _S1.replace("02-01", "02-09")), _S1.replace("02-01", "02-09")), (_S1, "redo eve 5", _S1, _S1),
        (_in("x"), "revoke dan 4", _S1))

    sanctions: tuple[str, ...] = ("decide_sanction",)
    revocations: tuple[str, ...] = ("revoke_decision",)
    reopens: tuple[str, ...] = ()
    spares: tuple[str, ...] = ("none",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.sanctions, more=self.revocations + self.reopens)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a second sanction for the same misconduct."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="同一违纪行为不得再次处分；不是同一行为的，写明各自发生的日期；原处分有误的，先依法变更或者撤销。",
            en="One act is not sanctioned again; if it is another act, say of which day; if the first decision is wrong, revoke it first."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act not in self.sanctions or not self._counts(d):
            return
        yield not (d.get(WHO) and d.get(WHAT)), "没有写明被处分人或者违纪行为", "the person or the misconduct is not said"
        done = [e for e in s.case.events if e.kind == ACT]
        since = max((n for n, e in enumerate(done, 1) if e.act in self.revocations + self.reopens), default=0)
        again = [e.data for e in done[since:] if e.act in self.sanctions and self._counts(e.data) and _same(e.data, d)]
        here = any(one.get(WHO) == d.get(WHO) for one in again)
        yield here, "本案已经对同一人的同一违纪行为作出处分", "this case has already sanctioned that act of the same person"
        there = s.elsewhere.uses(WHO, str(d.get(WHO)))
        given = [u for u in there if u.act in self.sanctions and self._counts(u.data) and _same(u.data, d)]
        undone = sum(u.act in self.revocations and _same(u.data, d) for u in there)
        case = given[-1].case if given else ""
        yield len(given) > undone, f"案件{case}已经对同一人的同一违纪行为作出处分", f"case {case} has already sanctioned that act of the same person"

    def _counts(self, data: Mapping[str, Any]) -> bool:
        return data.get(KIND) is not None and data[KIND] not in self.spares

    def detect(self, _: PowerVersion) -> GateRule:
        """Find sanctions beside which another stands."""
        def counts(kind: T | R) -> Any:
            return say.both(say.said(kind), say.negated(say.is_in(kind, self.spares)))
        same = say.both(say.matches(WHAT), say.negated(say.differs(R(DAY), T(DAY))))
        given = say.both(counts(R(KIND)), same)
        here = say.some(self.sanctions, say.both(given, say.matches(WHO)), since=self.revocations + self.reopens)
        there = say.over(say.count(self.sanctions, given, same=WHO), say.count(self.revocations, same, same=WHO))
        unsaid = say.either(say.missing(T(WHO)), say.missing(T(WHAT)))
        return say.gate(self.sanctions, say.either(unsaid, here, there), applies=counts(T(KIND)))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    days = {one.get(DAY), other.get(DAY)} - {None}
    return bool(one.get(WHAT)) and one.get(WHAT) == other.get(WHAT) and len(days) < 2
