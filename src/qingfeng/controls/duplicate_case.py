"""duplicate_case 重复立案: who ends a lead or a case because there is one on the same facts already names that case, and it exists.

Why: “already handled elsewhere” is the easiest reason to drop a case: nobody looks whether there is another.
Finds: such an end without the number of the other lead, with one that no other case has, or has against another party, or whose own
end rests on this case.
Not: whether the facts are really the same (the approver reads both); two fines for one act (no_double_fine).
Source: the agency's own map (隐瞒线索; 擅自销案); no statute asks for the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

# fmt: off
DUPLICATE, UNMET = "duplicate", "not_met"
ONE, TWO = "x:lead ann 0 lead_no=L1 party=甲厂", "y:lead bob 1 lead_no=L2 party=甲厂（）"
DROP, END = "y:drop carl 2 standard={fact:met,not_duplicate:not_met}", "y:withdraw dan 3 ground=duplicate"


@dataclass(frozen=True, slots=True)
class DuplicateCase:
    """`drops` that answer `item` of the standard not_met, and `withdraws` on the ground duplicate, name in `duplicate_of` (themselves or
    an act before) the `lead_no` that one of `registers` gave to another case against the same `party`."""

    name: ClassVar[str] = "duplicate_case"
    title: ClassVar[Text] = Text(zh="重复立案须指明", en="The other case is named")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"drops": ["advise", "drop"], "withdraws": ["propose", "withdraw"], "registers": ["lead"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (ONE, TWO, f"{DROP} duplicate_of=L1"), (ONE, TWO, "y:propose ann 2 ground=duplicate duplicate_of=L1", END),
        (ONE, TWO, "y:drop carl 2 standard={fact:not_met,not_duplicate:met}"), (TWO, "y:propose ann 2 ground=no_violation", ONE),
        (ONE, TWO, "y:advise ann 2 standard={not_duplicate:not_met} duplicate_of=L1", f"{DROP} duplicate_of=L1"),
        (ONE, TWO, "y:propose ann 2 ground=time_barred duplicate_of=L1", "y:withdraw dan 3 ground=time_barred"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (ONE, TWO, DROP), (ONE, TWO, f"{DROP} duplicate_of=L9"), (TWO, f"{DROP} duplicate_of=L2"), (ONE, TWO, END),
        (ONE.replace("甲厂", "乙厂"), TWO, f"{DROP} duplicate_of=L1"), (ONE, "y:lead bob 1 lead_no=L2", f"{DROP} duplicate_of=L1"),
        (ONE, TWO, "x:propose ann 2 ground=duplicate duplicate_of=L2", f"{END} duplicate_of=L1"), (TWO, "y:propose ann 2 ground=duplicate"),
        ("x:note ann 0 lead_no=L1 party=甲厂", TWO, f"{DROP} duplicate_of=L1"),
    )

    drops: tuple[str, ...] = ()
    withdraws: tuple[str, ...] = ()
    registers: tuple[str, ...] = ("register_lead",)
    item: str = "not_duplicate"

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*self.drops, *self.withdraws, *self.registers]
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        bad = wrong or not (self.registers and (self.drops or self.withdraws))
        return Text(f"动作空缺、重复或不在流程中：{'、'.join(wrong)}", f"acts missing, shared or unknown: {', '.join(wrong)}") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to end a case by another that is not named, not there, or ended by this one."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        dropped = command.act in self.drops and (command.data.get("standard") or {}).get(self.item) == UNMET
        if not dropped and not (command.act in self.withdraws and command.data.get("ground") == DUPLICATE):
            return None
        other, party = (command.data.get(f) or _latest(acts, f) for f in ("duplicate_of", "party"))
        own = _latest([e for e in acts if e.act in self.registers], "lead_no")
        there = [u for u in situation.elsewhere.uses("lead_no", other) if u.act in self.registers and u.data.get("party")] if other else []
        if not party or not any(plain_name(u.data["party"]) == plain_name(party) for u in there):
            return self._refusal(f"以同一事实已立案为由的，须写明另案的线索编号，且另案的当事人相同（{other or '未写明'}）",
                                 f"name the lead number of the case on the same facts; it is against the same party ({other or 'none'})")
        if own and situation.elsewhere.uses("duplicate_of", own):
            return self._refusal("另一案件正以本案为由终结，两案不得互相抵消", "another case was ended for this one: they may not cancel each other")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find ends that rest on no other case, or on one that rests on this."""
        other = say.or_else(T("duplicate_of"), say.gather("last", None, R("duplicate_of")))
        party = say.plain(say.or_else(T("party"), say.gather("last", None, R("party"))))
        there = say.some(self.registers, say.equal(say.plain(R("party")), party), same="lead_no", equals=other)
        mutual = say.some(None, same="duplicate_of", equals=say.last(self.registers, "lead_no"))
        bad = say.either(say.negated(there), mutual)
        dropped = say.equal(say.value_of(T("standard"), self.item), UNMET)
        pairs = ((self.drops, dropped), (self.withdraws, say.equal(T("ground"), DUPLICATE)))
        return AnyOf(tuple(say.gate(acts, say.both(ended, bad)) for acts, ended in pairs if acts))

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en),
            remedy=Text("请查明另案并写明其线索编号；没有另案的，请立案或者继续办理。", "Find the other case and name its lead number; if there is none, open or go on."))


def _latest(acts: Sequence[Event], field: str) -> str | None:
    return next((str(e.data[field]) for e in reversed(acts) if e.data.get(field)), None)
