"""proof_rejected 自取证据不采信须复核: what the agency saw and the party admitted is not waved away by the handler alone.

Why: 办人情案: four words reject the record of the visit and the confession, and "not established" follows as if by itself.
Finds: a decision (or withdrawal) on a report that rejects such evidence and finds an allegation not established, without a legality review
passed, or a deliberation that adopted, since that report.
Not: whether a reason convinces (who reviews); reports that leave evidence out (`final_report_complete`); what a court finds.
Source: the agency's own map; the kinds of evidence are a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R
from qingfeng.terms.text import Text

ADOPTED, NOTHING = "adopted", "not_established"
# fmt: off
SEEN, SAID = "keep ann 0 evidence_no=E1 evidence_kind=visit", "keep bob 0 evidence_no=E2 evidence_kind=photo"
GONE = "report ann 2 rejects={E1:笔录记载不清} concludes={A1:not_established}"
TALK = "discuss dan 4 result=adopted"


@dataclass(frozen=True, slots=True)
class ProofRejected:
    """The latest of `reports` that `rejects` evidence of `kinds` out of `registers` and `concludes` not_established: `decisions` wait for
    one of `reviews`, or of `bodies` with the result adopted, since."""

    name: ClassVar[str] = "proof_rejected"
    title: ClassVar[Text] = Text(zh="自取证据不采信须复核", en="Own proof is not rejected alone")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {
        "registers": ["keep"], "reports": ["report"], "decisions": ["decide", "withdraw"], "kinds": ["visit", "talk"],
        "reviews": ["pass_law"], "bodies": ["discuss"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (SEEN, GONE, "pass_law eve 3", "decide dan 5"), (SEEN, GONE, TALK, "withdraw dan 5"),
        (SAID, GONE.replace("E1", "E2"), "decide dan 5"),
        (SEEN, GONE.replace("not_established", "established"), "decide dan 5"), (SEEN, "report ann 2 relies_on=[E1]", "decide dan 5"),
        (SEEN, GONE, "report ann 3 relies_on=[E1] concludes={A1:not_established}", "decide dan 5"), ("decide dan 0", SEEN, GONE),
        (SEEN, GONE.replace("E1", "E9"), "decide dan 5"), (SEEN, SAID, GONE.replace("E1", "E2"), "withdraw dan 5"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (SEEN, GONE, "decide dan 5"), (SEEN, GONE, "withdraw dan 5"), (SEEN, "pass_law eve 1", GONE, "decide dan 5"),
        (SEEN, GONE, TALK.replace("adopted", "rejected"), "decide dan 5"), (SEEN, TALK, GONE, "withdraw dan 5"),
        (SEEN.replace("visit", "talk"), SAID, GONE.replace("{E1", "{E2:与案无关,E1"), "decide dan 5"),
        (SEEN, GONE.replace("{A1", "{A2:established,A1"), "decide dan 5"), (SEEN, GONE, "pass_law eve 3", GONE, "decide dan 5"),
    )

    registers: tuple[str, ...]
    reports: tuple[str, ...]
    decisions: tuple[str, ...]
    kinds: tuple[str, ...] = ("inspection_record", "party_statement", "audio_video")
    reviews: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.kinds or not (self.reviews or self.bodies):
            return Text("须写明证据种类，以及审核或者集体讨论的动作", "name kinds of evidence, and an act of review or deliberation")
        return unfit(version, self.registers, self.reports, self.decisions, more=self.reviews + self.bodies)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a decision on a report that rejects the agency's own proof, seen by nobody else."""
        acts = [e for e in situation.case.events if e.kind == ACT]
        last = max((n for n, e in enumerate(acts, 1) if e.act in self.reports), default=0)
        if situation.proposed.act not in self.decisions or not last:
            return None
        report = acts[last - 1].data
        own = {e.data.get("evidence_no") for e in acts if e.act in self.registers and e.data.get("evidence_kind") in self.kinds}
        waved = sorted(no for no in (report.get("rejects") or {}) if no in own)
        seen = any(e.act in self.reviews or (e.act in self.bodies and e.data.get("result") == ADOPTED) for e in acts[last:])
        if not waved or NOTHING not in (report.get("concludes") or {}).values() or seen:
            return None
        how, which = wording.acts(situation.case.version, self.reviews + self.bodies, either=True), "、".join(waved)
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(
            f"报告不采信本单位取得的{which}，并认定有事项不成立，还没有经审核或者集体讨论",
            f"the report rejects {', '.join(waved)}, the agency's own, finds something not established, and nobody else has seen it"),
            remedy=Text(f"请先办理{how.zh}（讨论须通过），再作决定。", f"First {how.en} (a deliberation must adopt it), then decide."))

    def detect(self, _: PowerVersion) -> GateRule:
        """Find decisions on such reports that neither a reviewer nor a body has seen since."""
        newest = say.equal(R("_seq"), say.gather("max", self.reports, R("_seq")))
        own = say.gather("set", self.registers, R("evidence_no"), say.is_in(R("evidence_kind"), self.kinds))
        waved = say.some(self.reports, say.both(newest, say.is_in(R("_key"), own)), each="rejects")
        nothing = say.some(self.reports, say.both(newest, say.equal(R("_value"), NOTHING)), each="concludes")
        seen = say.either(say.some(self.reviews, since=self.reports),
                          say.some(self.bodies, say.equal(R("result"), ADOPTED), since=self.reports))
        return say.gate(self.decisions, say.both(waved, nothing, say.negated(seen)))
