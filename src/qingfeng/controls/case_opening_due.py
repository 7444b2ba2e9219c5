"""case_opening_due 该立必立: not opening a case answers the filing standard item by item, and is impossible where every item is met.

Why: 该立未立: a general “does not qualify” hides which condition failed; an item and its proof can be looked at by others.
Finds: a proposal or decision not to open that leaves an item open, finds all of them met, names no reason for one unmet, or turns an
item that a proposer found met without evidence registered in the case.
Not: an untrue answer with invented reasons (file review, reconciliation); that no decision comes (`lead_disposition`).
Source: 行政处罚法 54(2): what meets the filing standard is opened in time.  The items are the agency's own standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.facts.say import both, either, equal, gate, gather, is_in, last, length, negated, over, value_of, without
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

MET, UNMET = "met", "not_met"
REASONS = 4  # characters


# fmt: off
@dataclass(frozen=True, slots=True)
class CaseOpeningDue:
    """`refuses` (proposing or deciding not to open) answers each item of `items` in `standard` (met, not_met), and why in `unmet`.

    proposes: acts whose own `standard` binds whoever comes after; evidence: acts that register an item by `evidence_no`, relied on
    in `relies_on`; statute: the article by which what meets the standard must be opened.
    """

    name: ClassVar[str] = "case_opening_due"
    title: ClassVar[Text] = Text(zh="该立必立", en="Case opening due")
    example: ClassVar[dict[str, Any]] = {
        "items": ["fact", "party"], "refuses": ["propose_none", "drop"], "proposes": ["propose", "propose_none"], "evidence": ["prove"],
        "statute": {"instrument": "行政处罚法", "article": "54(2)"},
    }
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 standard={fact:met,party:met}", "open bob 1"), ("drop eve 0 standard={fact:met,party:not_met} unmet={party:查无此人}",),
        ("propose_none ann 0 standard={fact:not_met,party:met} unmet={fact:查无实据}", "drop bob 1 standard={fact:not_met,party:met} unmet={fact:查无实据}"),
        ("drop bob 0 standard={fact:not_met,party:not_met,place:met} unmet={fact:查无实据,party:查无此人}",),
        ("propose ann 0 standard={fact:met,party:met}", "prove ann 1 evidence_no=E1", "prove ann 1 evidence_no=E2",
         "drop bob 2 standard={fact:not_met,party:met} unmet={fact:鉴定为合格} relies_on=[E1,E2]"),
        ("propose ann 0 standard={fact:not_met,party:met}", "prove bob 0 evidence_no=E1",
         "propose_none dan 1 standard={fact:not_met,party:not_met} unmet={fact:查无实据,party:查无此人} relies_on=[E1]"),
        ("prove ann 0 evidence_no=E1", "propose_none ann 1 standard={fact:not_met,party:met} unmet={fact:查无实据,party:查无此人} relies_on=[E1]"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("drop bob 0 standard={fact:met,party:met}",), ("propose_none bob 0",), ("drop bob 0 standard={fact:not_met} unmet={fact:查无实据}",),
        ("propose_none ann 0 standard={fact:not_met,party:maybe} unmet={fact:查无实据}",),
        ("drop bob 0 standard={fact:met,party:not_met} unmet={fact:查无实据}",), ("drop bob 0 standard={fact:not_met,party:met} unmet={fact:查无据}",),
        ("propose ann 0 standard={fact:met,party:met}", "drop bob 2 standard={fact:not_met,party:met} unmet={fact:查无实据}"),
        ("propose_none ann 0 standard={fact:met,party:not_met} unmet={party:查无此人}", "prove ann 1 evidence_no=E1",
         "drop bob 2 standard={fact:not_met,party:not_met} unmet={fact:查无实据,party:查无此人} relies_on=[E1,E2]"),
        ("propose ann 0 standard={fact:not_met,party:met}", "propose_none ann 1 standard={fact:met,party:not_met} unmet={party:查无此人}"),
    )

    items: tuple[str, ...]
    refuses: tuple[str, ...]
    proposes: tuple[str, ...]
    evidence: tuple[str, ...]
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = sorted({*self.refuses, *self.proposes, *self.evidence} - {row.act for row in version.procedure.rows})
        if wrong or not (self.items and self.refuses and self.evidence):
            return Text(f"items、refuses、evidence不得为空，动作须在流程中：{'、'.join(wrong)}", f"items, refuses, evidence: set, in the procedure: {wrong}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse not to open where the standard is met, or where the record does not say which item is not and why."""
        command = situation.proposed
        if command.act not in self.refuses:
            return None
        acts, data = [e for e in situation.case.events if e.kind == ACT], command.data
        said, why, relied = data.get("standard") or {}, data.get("unmet") or {}, set(data.get("relies_on") or ())
        before = next((e.data["standard"] for e in reversed(acts) if e.act in self.proposes and e.data.get("standard")), {})
        known = {e.data.get("evidence_no") for e in acts if e.act in self.evidence}
        unmet = [item for item in self.items if said.get(item) == UNMET]
        open_ = "、".join(item for item in self.items if said.get(item) not in (MET, UNMET))
        bare = "、".join(item for item in unmet if len(str(why.get(item) or "").strip()) < REASONS)
        turned = "、".join(item for item in unmet if before.get(item) == MET)
        strange = "、".join(sorted(relied - known))
        if open_:
            return self._refusal(f"立案标准未逐项回答：{open_}", f"items of the filing standard without answer: {open_}")
        if not unmet:
            return self._refusal("各项立案标准均已符合，应当立案，不得不予立案", "every item of the standard is met: the case must be opened", due=True)
        if bare:
            return self._refusal(f"未写明不符合的理由（至少{REASONS}个字）：{bare}", f"no reason (at least {REASONS} characters) for: {bare}")
        if turned and (not relied or strange):
            return self._refusal(f"提请时认定符合，现改为不符合，但无本案证据支持：{turned}（{strange or '未列证据'}）",
                                 f"found met by the proposer, now unmet without evidence of this case: {turned} ({strange or 'none named'})")
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find refusals that leave an item open, meet them all, or do not bear out what they call unmet."""
        said, before = T("standard"), last(self.proposes, "standard")
        unmet = {item: equal(value_of(said, item), UNMET) for item in self.items}
        open_ = either(*(negated(is_in(value_of(said, item), (MET, UNMET))) for item in self.items))
        bare = either(*(both(unmet[item], over(REASONS, length(value_of(T("unmet"), item)))) for item in self.items))
        turned = either(*(both(unmet[item], equal(value_of(before, item), MET)) for item in self.items))
        proved = gather("set", self.evidence, R("evidence_no"))
        unproved = either(equal(without(T("relies_on"), None), 0), over(without(T("relies_on"), proved), 0))
        return gate(self.refuses, either(open_, negated(either(*unmet.values())), bare, both(turned, unproved)))

    def _refusal(self, zh: str, en: str, *, due: bool = False) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis if due else Basis.RULE, citation=self.statute if due else None,
            reason=Text(zh, en), remedy=Text("符合标准的请立案；不符合的请逐项写明哪一项、何证据、何理由。",
                                             "Open the case if the standard is met; else say which item fails, with evidence and reasons."))
