"""case_opening_due 该立必立: not opening a case answers the filing standard item by item, and is impossible where every item is met.

Why: 该立未立: a general “does not qualify” hides which condition failed; an item and its proof can be looked at by others.
Finds: not opening with an item open, all of them met, no reason for one unmet, or one turned, that a proposer found met, without evidence.
Not: an untrue answer with invented reasons (file review); that no decision comes (`lead_disposition`).
Source: 行政处罚法 54(2): what meets the filing standard is opened in time.  The items are the agency's own standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.facts.say import both, either, equal, gate, gather, is_in, length, negated, over, some, value_of, without
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

MET, UNMET, REASONS = "met", "not_met", 4  # an answer, the other, characters of a reason


# fmt: off
@dataclass(frozen=True, slots=True)
class CaseOpeningDue:
    """`refuses` (to propose or decide not to open) answers each of `items` in `standard` (met, not_met) and says why in `unmet`; what one
    of `proposes` found met is turned only by evidence in `relies_on` that acts of `evidence` registered (`evidence_no`); `also`: items that
    need no answer but count when answered (no case on the same facts: duplicate_case asks which)."""

    name: ClassVar[str] = "case_opening_due"
    title: ClassVar[Text] = Text(zh="该立必立", en="Case opening due")
    example: ClassVar[dict[str, Any]] = {
        "items": ["a", "b"], "refuses": ["advise", "drop"], "proposes": ["propose", "advise"], "evidence": ["prove"],
        "statute": {"instrument": "行政处罚法", "article": "54(2)"}}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 standard={a:met,b:met}", "prove ann 1 evidence_no=E1", "prove ann 1 evidence_no=E2",
         "drop bob 2 standard={a:not_met,b:met} unmet={a:鉴定为合格} relies_on=[E1,E2]"),
        ("advise ann 0 standard={a:not_met,b:not_met} unmet={a:查无实据,b:查无此人}", "drop bob 1 standard={a:not_met,b:met} unmet={a:查无实据}"),
        ("propose ann 0 standard={a:not_met,b:met}", "advise dan 1 standard={a:not_met,b:met} unmet={a:查无实据,b:查无此人}"),
        ("drop eve 0 standard={a:met,b:not_met} unmet={b:查无此人}",), ("propose ann 0 standard={a:met,b:met}", "open bob 1"),
        ("drop bob 0 standard={a:met,b:met,not_duplicate:not_met} unmet={not_duplicate:同一事实已立案}",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("advise ann 0 standard={a:met,b:not_met} unmet={b:查无此人}", "prove ann 1 evidence_no=E1",
         "drop bob 2 standard={a:not_met,b:not_met} unmet={a:查无实据,b:查无此人} relies_on=[E1,E2]"),
        ("propose ann 0 standard={a:met}", "propose ann 1 standard={a:not_met}", "drop bob 2 standard={a:not_met,b:met} unmet={a:查无实据}"),
        ("propose ann 0 standard={a:not_met,b:met}", "advise ann 1 standard={a:met,b:not_met} unmet={b:查无此人}"), ("advise bob 0",),
        ("drop bob 0 standard={a:met,b:not_met} unmet={a:查无实据}",), ("advise bob 0 standard={a:not_met,b:met} unmet={a:查无据}",),
        ("drop bob 0 standard={a:not_met} unmet={a:查无实据}",), ("drop bob 0 standard={a:met,b:met}",),
        ("drop bob 0 standard={a:met,b:met,not_duplicate:not_met} unmet={not_duplicate:重复}",),
        ("propose ann 0 standard={not_duplicate:met}",
         "drop bob 1 standard={a:met,b:met,not_duplicate:not_met} unmet={not_duplicate:同一事实已立案}"),
    )

    items: tuple[str, ...]
    refuses: tuple[str, ...]
    proposes: tuple[str, ...]
    evidence: tuple[str, ...]
    also: tuple[str, ...] = ("not_duplicate",)
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = ", ".join(sorted({*self.refuses, *self.proposes, *self.evidence} - {row.act for row in version.procedure.rows}))
        bad = wrong or not (self.items and self.refuses and self.evidence) or set(self.items) & set(self.also)
        return Text(f"items、refuses、evidence须设置且在流程中：{wrong}", f"items, refuses, evidence: set, in the procedure: {wrong}") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse not to open where the standard is met, or where the record does not say which item is not and why."""
        acts, data = [e for e in situation.case.events if e.kind == ACT], situation.proposed.data
        said, why, relied = data.get("standard") or {}, data.get("unmet") or {}, set(data.get("relies_on") or ())
        met = {item for e in acts if e.act in self.proposes for item, answer in (e.data.get("standard") or {}).items() if answer == MET}
        unmet = [item for item in (*self.items, *self.also) if said.get(item) == UNMET]
        open_ = [item for item in self.items if said.get(item) not in (MET, UNMET)]
        bare = [item for item in unmet if len(str(why.get(item) or "").strip()) < REASONS]
        turned, told = [item for item in unmet if item in met], situation.told
        strange = "、".join(sorted(relied - {e.data.get("evidence_no") for e in acts if e.act in self.evidence}))
        faults = (
            (open_, f"立案标准未逐项回答：{told(open_).zh}", f"items of the filing standard without answer: {told(open_).en}"),
            (not unmet, "各项立案标准均已符合，应当立案", "every item of the standard is met: the case must be opened"),
            (bare, f"未写明不符合的理由（至少{REASONS}个字）：{told(bare).zh}", f"no reason (at least {REASONS} characters) for: {told(bare).en}"),
            (turned and (not relied or strange), f"提请时认定符合，现改为不符合，但无本案证据支持：{told(turned).zh}（{strange or '未列证据'}）",
             f"found met by a proposer, now unmet without evidence of this case: {told(turned).en} "
             f"({strange.replace('、', ', ') or 'none named'})"))
        found = next((Text(zh, en) for bad, zh, en in faults if bad and situation.proposed.act in self.refuses), None)
        basis, cited = (self.basis, self.statute) if not unmet and not open_ else (Basis.RULE, None)  # the article says no more
        return None if found is None else Refusal(by=self.name, ring="control", basis=basis, citation=cited, reason=found,
            remedy=Text("符合标准的请立案；不符合的请逐项写明哪一项、何证据、何理由。",
                        "Open the case if the standard is met; else say which item fails, with evidence and reasons."))

    def detect(self, _: PowerVersion) -> GateRule:
        """Find refusals that leave an item open, meet them all, or do not bear out what they call unmet."""
        said = T("standard")
        unmet = {item: equal(value_of(said, item), UNMET) for item in (*self.items, *self.also)}
        open_ = either(*(negated(is_in(value_of(said, item), (MET, UNMET))) for item in self.items))
        bare = either(*(both(unmet[item], over(REASONS, length(value_of(T("unmet"), item)))) for item in unmet))
        turned = either(*(both(unmet[item], some(self.proposes, equal(value_of(R("standard"), item), MET))) for item in unmet))
        proved = gather("set", self.evidence, R("evidence_no"))
        unproved = either(equal(without(T("relies_on"), None), 0), over(without(T("relies_on"), proved), 0))
        return gate(self.refuses, either(open_, negated(either(*unmet.values())), bare, both(turned, unproved)))
