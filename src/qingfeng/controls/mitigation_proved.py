"""mitigation_proved 从轻减轻有据: circumstances that lighten a penalty are those of the law, proved and deliberated; none at all likewise.

Why: 随意从轻减轻; mercy without grounds is sold.
Finds: a penalty that claims circumstances which are no ground, without registered evidence or a deliberation on them after that
evidence; no penalty without a ground and evidence, as slight where the entry cannot be, or as a first time that is none, or as either where
the report does not state the lowest tier and no harm.
Not: evidence that does not show the ground (legality review, file review); circumstances that nobody claims.
Source: 行政处罚法 32, 33; the codes of their grounds are settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import (
    ADOPTED,
    catalogue_of,
    entry_of,
    last_said,
    sample,
    sampled,
    unknown_evidence,
    unusable,
)
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.facts.stated import unregistered
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
PROOF = "circumstance_evidence=[E1]"
LESS, BOTH, FREE = f"circumstances=[coerced] {PROOF}", f"circumstances=[coerced,confessed] {PROOF}", f"circumstances=[no_fault] {PROOF}"
SLIGHT, KEEP = f"circumstances=[slight_corrected] {PROOF}", "keep ann 0 evidence_no=E1"
ONCE, WHO = f"circumstances=[first_time] {PROOF}", "party=甲 violation_code=F1"
LOW, W2 = "report ann 1 factors={harm:no,again:no} tier=light", f"waive bob 9 violation_code=W2 {SLIGHT}"
TALK, NOT, F1 = "discuss bob 3 result=adopted", "discuss bob 3 result=rejected", "decide bob 9 violation_code=F1"


@dataclass(frozen=True, slots=True)
class MitigationProved:
    """`grounds` of art. 32 for `decisions`; `exempt` grounds of art. 33 for `waivers`.

    slight: exempt grounds that need an entry that can be slight; first: those that need a first time (with slight harm, any entry), which
    it is not if another case shows one of `decisions`, `waivers` or `earlier` on the party for the same violation, ever; for both the last
    factors and tier of `reports` say `harm` `harmless` and the lowest tier, where the entry has a benchmark.
    """

    name: ClassVar[str] = "mitigation_proved"
    title: ClassVar[Text] = Text(zh="从轻减轻有据", en="Mitigation proved")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide"], "waivers": ["waive"], "evidence": ["keep"], "deliberations": ["discuss"],
        "grounds": ["confessed", "coerced"], "exempt": ["no_fault", "slight_corrected", "first_time"], "slight": ["slight_corrected"],
        "first": ["first_time"], "earlier": ["fine_now"], "reports": ["report"], "harmless": "no"}
    example_version: ClassVar[dict[str, Any]] = sampled(sample("F1"), sample("W1", slight=True), sample("W2", slight=True, benchmark=True))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (KEEP, f"{TALK} {LESS}", f"{F1} {LESS}", "note bob 9"), (KEEP, f"{TALK} {BOTH}", f"{F1} {LESS}"),
        (KEEP, f"{TALK} {BOTH}", f"{F1} {BOTH}"), (KEEP, f"waive bob 9 {FREE}"), (KEEP, f"waive bob 9 violation_code=W1 {SLIGHT}"),
        (KEEP, LOW, W2), (KEEP, LOW, f"waive bob 9 {ONCE} party=甲 violation_code=W2"), (KEEP, f"waive bob 9 {FREE} violation_code=W2"),
        (KEEP, LOW.replace("no,", "yes,").replace("light", "heavy"), LOW, W2),
        (KEEP, f"waive bob 9 {ONCE} {WHO}"), (f"c2:fine_now bob 0 {WHO}", KEEP, f"waive bob 9 {FREE} {WHO}", "note ann 9"),
        (f"c2:note bob 0 {WHO}", KEEP, f"waive bob 9 {ONCE} {WHO}"), ("c2:fine_now bob 0 party=甲", KEEP, f"waive bob 9 {ONCE} {WHO}"),
        (f"c2:fine_now bob 0 {WHO}", KEEP, f"waive bob 9 {ONCE} party=乙 violation_code=F1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("keep ann 0 evidence_no=E2", f"{TALK} {LESS}", f"{F1} {LESS}"), (KEEP, f"{NOT} {LESS}", f"{F1} {LESS}"),
        (f"{TALK} {LESS}", "keep ann 4 evidence_no=E1", f"{F1} {LESS}"), (KEEP, f"{TALK} {LESS}", f"{F1} {BOTH}"), ("waive bob 9",),
        (KEEP, f"{TALK} {FREE}", f"{F1} {FREE}"), (f"waive bob 9 violation_code=W1 {SLIGHT}",), (KEEP, f"waive bob 9 {SLIGHT}"),
        (f"c2:fine_now bob 0 {WHO}", KEEP, f"waive bob 9 {ONCE} {WHO}"), (f"c2:decide bob 0 {WHO}", KEEP, f"waive bob 9 {ONCE} {WHO}"),
        ("c2:keep ann 0 evidence_no=E1", f"c2:waive bob 1 {FREE} {WHO}", KEEP, f"waive bob 9 {ONCE} {WHO}"),
        (KEEP, f"waive bob 9 {ONCE} violation_code=F1"), (KEEP, W2), (KEEP, LOW.replace("harm:no", "harm:yes"), W2),
        (KEEP, LOW.replace("light", "heavy"), W2), (KEEP, LOW.partition(" tier")[0], W2), (KEEP, "report ann 1 tier=light", W2),
        (KEEP, LOW.replace("no,", "yes,"), f"waive bob 9 {ONCE} party=甲 violation_code=W2"),
        (KEEP, LOW, LOW.replace("light", "heavy"), W2),
    )
    decisions: tuple[str, ...]
    waivers: tuple[str, ...]
    evidence: tuple[str, ...]
    deliberations: tuple[str, ...]
    grounds: tuple[str, ...]
    exempt: tuple[str, ...]
    slight: tuple[str, ...] = ()
    first: tuple[str, ...] = ("first_time_corrected",)
    earlier: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    harm: str = "harm"
    harmless: str = "none"

    def problem(self, version: PowerVersion) -> Text | None:
        if {*self.slight} - {*self.exempt} or {*self.grounds} & {*self.exempt}:
            return Text(zh="slight须在exempt之中，grounds与exempt不得相交", en="slight must be among exempt, and grounds none of them")
        return unusable(version, {*self.decisions, *self.waivers, *self.evidence, *self.deliberations, *self.earlier, *self.reports})

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse circumstances that are no ground of the law, unproved or not deliberated."""
        act, data = situation.proposed.act, situation.proposed.data
        waived, claimed, proofs = act in self.waivers, set(data.get("circumstances") or ()), data.get("circumstance_evidence")
        if not waived and not (act in self.decisions and claimed):
            return None
        odd, article = sorted(claimed - {*(self.exempt if waived else self.grounds)}), "33" if waived else "32"
        if odd or not claimed:
            strange = codes.listed(situation.case.version, odd, none=Text(zh="未填", en="none is named"))
            return self._no(f"所列情形不是法定情形：{strange.zh}", f"no ground of the law: {strange.en}", article)
        entry = entry_of(situation.case.version, situation.proposed, self.waivers)
        if waived and claimed & {*self.slight} and not (entry and entry.slight):
            return self._no("该案由不属于可以认定轻微的违法", "this violation cannot be dealt with as slight", article)
        if waived and claimed & {*self.first}:
            uses = situation.elsewhere.uses("party", data.get("party") or "")
            past = [u for u in uses if u.act in (*self.decisions, *self.waivers, *self.earlier)]
            past = [u for u in past if u.data.get("violation_code") == data.get("violation_code", "")]
            if past or not data.get("party"):
                zh, en = (f"已在案件{past[-1].case}认定过同类违法", f"case {past[-1].case} found the same") if past else ("未写明当事人", "no party named")
                return self._no(f"不能认定为初次违法：{zh}", f"it cannot be called a first time: {en}", article)
        before = [e for e in situation.case.events if e.kind == ACT]
        if waived and claimed & {*self.slight, *self.first} and entry and entry.tiers and self.reports:
            told = [e for e in before if e.act in self.reports]
            factors, tier = (last_said(field, told, {}) for field in ("factors", "tier"))
            if (factors or {}).get(self.harm) != self.harmless or tier != entry.tiers[0].code:
                return self._no("调查报告没有认定没有危害后果、属最轻一档，不能以轻微、初次为由不予处罚",
                                "the report does not state the lowest tier and no harm: neither slight nor a first time", article)
        registering = [e for e in before if e.act in self.evidence]
        if (unknown := unknown_evidence(proofs, registering)) or not proofs:
            return self._no(f"证据没有登记：{', '.join(unknown) or '未填'}", f"not registered: {', '.join(unknown) or 'no evidence'}", article)
        last = max(e.seq for e in registering)
        talks = [e.data for e in before if e.act in self.deliberations and e.seq > last and e.data.get("result") == ADOPTED]
        if not waived and not any(claimed <= {*(talk.get("circumstances") or ())} for talk in talks):
            return self._no("登记证据之后没有就这些情形集体讨论通过", "no deliberation after that evidence has adopted these circumstances", article)
        return None

    def detect(self, version: PowerVersion) -> AnyOf:
        """Find such decisions; applies where circumstances are claimed, and wherever no penalty is imposed."""
        claimed, proofs = T("circumstances"), T("circumstance_evidence")
        unproved = say.either(say.missing(proofs), say.over(unregistered("circumstance_evidence", self.evidence), 0))
        on_them = say.both(say.equal(R("result"), ADOPTED), say.negated(say.over(say.without(claimed, R("circumstances")), 0)))
        light = say.either(unproved, say.over(say.without(claimed, self.grounds), 0),
                           say.none(self.deliberations, on_them, since=self.evidence))
        able = [e.code for e in catalogue_of(version).values() if e.slight]
        slight = say.both(say.over(say.size(claimed), say.without(claimed, self.slight)), say.negated(say.is_in(T("violation_code"), able)))
        past = say.some((*self.decisions, *self.waivers, *self.earlier), say.matches("violation_code"), same="party")
        again = say.both(say.over(say.size(claimed), say.without(claimed, self.first)), say.either(past, say.missing(T("party"))))
        lowest = {e.code: e.tiers[0].code for e in catalogue_of(version).values() if e.tiers and self.reports}
        harmless = say.equal(say.value_of(say.last(self.reports, "factors"), self.harm), self.harmless)
        grave = say.negated(say.both(harmless, say.equal(say.last(self.reports, "tier"), say.get(lowest, T("violation_code")))))
        either_ = say.over(say.size(claimed), say.without(claimed, self.slight + self.first))
        harmed = say.both(either_, say.is_in(T("violation_code"), list(lowest)), grave)
        free = say.either(unproved, harmed, say.missing(claimed), say.over(say.without(claimed, self.exempt), 0), slight, again)
        return AnyOf((say.gate(self.decisions, light, applies=say.negated(say.missing(claimed))), say.gate(self.waivers, free)))

    def _no(self, zh: str, en: str, article: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", article), reason=Text(zh=zh, en=en),
                       remedy=Text(zh="请写明法定情形、登记证据；从轻减轻的，证据齐全后集体讨论。", en="Name grounds, register evidence; to mitigate, then deliberate."))
