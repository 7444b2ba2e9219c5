"""copy_kept 原件退还先留复制件: evidence that the report relies on goes back to its owner before the decision only where a copy stays on file.

Why: 丢失、毁灭证据 by courtesy: the original goes back to the party after the review, and the decision rests on nothing anybody can look at.
Finds: an item returned before the decision without naming a copy of it that is registered, another item, and itself not returned, or,
while nothing is reported yet, the file of the copy; with no copy only what the latest report rejected.
Not: what is kept as goods (`inventory_balance`); whether the copy is true (it is signed by the provider: `evidence_formality`).
Source: 行政处罚法 46 (evidence is verified before it is relied on), 57; copies instead of originals: the agency's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.text import Text

# fmt: off
_E1, _E2 = (f"register ann {n} evidence_no=E{n} evidence_hash=h{n}" for n in (1, 2))
_REPORT, _BACK = "report ann 3 relies_on=[E1]", "give_back carl 5 evidence_no=E1"


@dataclass(frozen=True, slots=True)
class CopyKept:
    """`returns` before any of `decides` name in `copy_no` another item of `registers` that is still here, or, before any of `reports`, a
    `copy_hash` that is no file of the evidence; free is what the latest of `reports` rejects."""

    name: ClassVar[str] = "copy_kept"
    title: ClassVar[Text] = Text(zh="原件退还先留复制件", en="A copy stays")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"registers": ["register"], "reports": ["report"], "returns": ["give_back"], "decides": ["decide"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_E1, _E2, _REPORT, f"{_BACK} copy_no=E2"), (_E1, "report ann 3 rejects={E1:与本案无关}", _BACK), (_E1, _REPORT, "decide dan 4", _BACK),
        (_E1, f"{_BACK} copy_hash=h9", _REPORT), (_E1, _E2, f"{_BACK} copy_hash=h9", _REPORT),
        ("c2:" + _REPORT, _E1, f"{_BACK} copy_hash=h9"),
        (_E1, _E2, f"{_BACK} copy_no=E2", _REPORT), (_E1, _REPORT, "report ann 4 rejects={E1:与本案无关}", _BACK), (_E1, _REPORT, "note ann 4"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_E1, _REPORT, _BACK), (_E1, _BACK), (_E1, _REPORT, f"{_BACK} copy_hash=h9"), (_E1, f"{_BACK} copy_hash=h1"),
        (_E1, _E2, f"{_BACK} copy_hash=h2"), (_E1, _REPORT, f"{_BACK} copy_no=E2"), (_E1, _REPORT, f"{_BACK} copy_no=E1"),
        (_E1, _E2, f"{_BACK.replace('E1', 'E2')} copy_no=E1", f"{_BACK} copy_no=E2"), (_E1, "report ann 3 rejects={E2:与本案无关}", _BACK),
        (_E1, "report ann 3 rejects={E1:与本案无关}", _REPORT, _BACK), (_E1, _E2, _REPORT, "give_back carl 5 copy_no=E2"))

    registers: tuple[str, ...]
    reports: tuple[str, ...]
    returns: tuple[str, ...]
    decides: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.registers, self.reports, self.returns, self.decides)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to return before the decision what leaves no copy behind."""
        p, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if p.act not in self.returns or any(e.act in self.decides for e in acts):
            return None
        no, copy = p.data.get("evidence_no"), p.data.get("copy_no")
        latest = next((e for e in reversed(acts) if e.act in self.reports), None)
        if latest is not None and no is not None and no in (latest.data.get("rejects") or {}):
            return None
        came, gone = ({e.data.get("evidence_no") for e in acts if e.act in way} for way in (self.registers, self.returns))
        if no is not None and copy is not None and copy != no and copy in came - gone:
            return None
        files = {e.data.get("evidence_hash") for e in acts if e.act in self.registers}
        if latest is None and no is not None and p.data.get("copy_hash") and p.data["copy_hash"] not in files:
            return None
        return Refusal(by=self.name, ring="control", basis=self.basis,
            reason=Text(f"决定之前退还证据{no or ''}，没有登记在案的复制件", f"item {no or '(unnamed)'} goes back undecided, with no copy registered"),
            remedy=Text("请先复制、由提供人签名确认并登记复制件，退还时写明其编号；或者在作出决定之后退还。",
                        "Copy it, have the provider sign, register the copy and name it on return; or return it after the decision."))

    def detect(self, _: PowerVersion) -> GateRule:
        """Find items returned before the decision of which no copy stayed."""
        no, copy = T("evidence_no"), T("copy_no")
        newest = say.equal(R("_seq"), say.last(self.reports, "_seq"))
        rejected = say.some(self.reports, say.both(newest, say.equal(R("_key"), no)), each="rejects")
        same = say.equal(R("evidence_no"), copy)
        stays = say.both(say.said(no), say.differs(copy, no), say.some(self.registers, same), say.none(self.returns, same))
        file = T("copy_hash")
        other = say.none(self.registers, say.equal(R("evidence_hash"), file))
        early = say.both(say.said(no), say.said(file), say.none(self.reports), other)
        return say.gate(self.returns, say.negated(say.either(rejected, stays, early)), applies=say.none(self.decides))
