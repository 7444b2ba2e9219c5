"""no_double_fine 一事不再罚款: one violation is fined once, whichever case, power or round asks for it.

Why: a second file on the same event squeezes a party twice, or lets one officer undo what another was paid to settle.
Finds: a fine on a party already fined for the same violation of the same day, or the same event (`act_id`), here or in another case,
and not revoked; a fine that does not say whom, for what and of which day, so that nobody could tell.
Not: a party under another name; several measures of other kinds for one violation; which of several rules is the highest.
Source: 行政处罚法 29.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import foreign
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.facts.say import both, count, either, gate, matches, missing, over, some
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
V1 = "party=甲公司 violation_code=V1 occurred_on=2026-02-01 amount=1000"


@dataclass(frozen=True, slots=True)
class NoDoubleFine:
    """`fines` impose one by their amount; `revocations` undo one (elsewhere, if they name party and violation or event)."""

    name: ClassVar[str] = "no_double_fine"
    title: ClassVar[Text] = Text(zh="一事不再罚款", en="No double fine")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"fines": ["decide", "decide_more"], "revocations": ["revoke"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"c1:decide bob 0 {V1}", "c2:decide bob 3 party=乙公司 violation_code=V1 occurred_on=2026-02-01 amount=1000"),
        (f"c1:decide bob 0 {V1}", "c2:decide bob 3 party=甲公司 violation_code=V2 occurred_on=2026-02-01 amount=1000"),
        (f"c1:decide bob 0 {V1}", "c2:decide_more bob 3 party=甲公司 violation_code=V1 occurred_on=2026-02-07 amount=1000 act_id=F2"),
        (f"c1:decide bob 0 {V1}", "c2:decide bob 3 party=甲公司"), (f"c1:decide bob 0 {V1}", "c1:revoke bob 3", f"c1:decide bob 9 {V1}"),
        (f"c1:decide bob 0 {V1}", "c1:revoke bob 3 party=甲公司 violation_code=V1 occurred_on=2026-02-01", f"c2:decide bob 9 {V1}"),
        (f"c1:decide bob 0 {V1} act_id=F1", "c1:revoke bob 3 party=甲公司 act_id=F1", f"c2:decide_more bob 9 {V1} act_id=F1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"c1:decide bob 0 {V1}", f"c2:decide bob 3 {V1}"), (f"c1:decide bob 0 {V1}", f"c1:decide_more bob 3 {V1}"),
        (f"c1:decide bob 0 {V1} act_id=F1", "c2:decide bob 3 party=甲公司 violation_code=V2 occurred_on=2026-02-07 amount=10 act_id=F1"),
        (f"c1:decide bob 0 {V1} act_id=F1", "c1:decide_more bob 3 party=甲公司 violation_code=V2 occurred_on=2026-02-07 amount=1 act_id=F1"),
        ("decide bob 0 violation_code=V1 occurred_on=2026-02-01 amount=1",), ("decide bob 0 party=甲公司 violation_code=V1 amount=1",),
    )

    fines: tuple[str, ...]
    revocations: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.fines or {*self.fines} & {*self.revocations}:
            return Text(zh="fines不得为空，且不得与revocations相交", en="name the fines, and none of them as a revocation")
        return foreign(version, {*self.fines, *self.revocations})

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a second fine, and one of which nobody could tell whether it is."""
        command, data = situation.proposed, situation.proposed.data
        if command.act not in self.fines or not data.get("amount"):
            return None
        if not (data.get("party") and data.get("violation_code") and data.get("occurred_on")):
            return self._no("罚款决定没有写明当事人、案由代码或者违法行为发生日", "the fine does not say whom, for what or of which day",
                            "请补全，以便核对是否已经罚过。", "Say all three, so that it can be compared with earlier fines.")
        here = [e for e in situation.case.events if e.kind == ACT]
        lifted = max((e.seq for e in here if e.act in self.revocations), default=0)
        again = [e for e in here if e.act in self.fines and e.seq > lifted and e.data.get("amount") and _same(e.data, data)]
        if any(e.data.get("party") == data["party"] for e in again):
            return self._twice("本案", "this case")
        there = [u for u in situation.elsewhere.uses("party", data["party"]) if _same(u.data, data)]
        fined = [u for u in there if u.act in self.fines and u.data.get("amount")]
        if len(fined) > sum(u.act in self.revocations for u in there):
            return self._twice(f"案件{fined[-1].case}", f"case {fined[-1].case}")
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find such fines; applies to every decision that imposes one."""
        same = either(both(matches("violation_code"), matches("occurred_on")), matches("act_id"))
        fined = both(over(R("amount"), 0), same)
        here = some(self.fines, both(fined, matches("party")), since=self.revocations)
        there = over(count(self.fines, fined, same="party"), count(self.revocations, same, same="party"))
        unsaid = either(missing(T("party")), missing(T("violation_code")), missing(T("occurred_on")))
        return gate(self.fines, either(unsaid, here, there), applies=over(T("amount"), 0))

    def _twice(self, zh: str, en: str) -> Refusal:
        return self._no(f"对同一当事人的同一违法行为，{zh}已经作出罚款决定", f"{en} has already fined this party for the same violation",
                        "同一违法行为不得再次罚款；原决定有误的，先依法撤销。", "It is not fined again; if that decision is wrong, have it revoked first.")

    def _no(self, zh: str, en: str, then_zh: str, then_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", "29"),
                       reason=Text(zh=zh, en=en), remedy=Text(zh=then_zh, en=then_en))


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    alike = all(one.get(field) == other[field] for field in ("violation_code", "occurred_on"))
    return alike or other.get("act_id", "") == one.get("act_id")
