"""established_not_withdrawn 认定后不得擅撤: what the report found to be a violation is not withdrawn as none, but on new evidence and by a body.

Why: 超越职权，擅自销案: when everything is proved the only way left to do a favour is to say that there was nothing.
Finds: after a report that establishes an allegation, or after the notice, a proposal to withdraw on a ground that denies it without
new evidence named and registered since; an approval that no deliberation adopted since the proposal, on these grounds or any of `heard`.
Not: withdrawal on other grounds or before the report (withdrawal_proposal, withdrawal_approval); who sits in the body (deliberation_*).
Source: the agency's own map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

ESTABLISHED, ADOPTED, FACTS = "established", "adopted", 4  # FACTS: characters
# fmt: off
FOUND, NEW = "report ann 0 concludes={A1:established,A2:not_established}", "register bob 2 evidence_no=E9"
ASKED = "propose ann 3 ground=no_violation relies_on=[E9] facts=新证人证言"
BODY, DONE = "deliberate dan 4 result=adopted", "withdraw eve 5 ground=no_violation"


@dataclass(frozen=True, slots=True)
class EstablishedNotWithdrawn:
    """After one of `notices`, or of `reports` that concludes `established`, a ground of `denies` is proposed by `proposes` with new
    `relies_on` out of `evidence` and `facts`, and approved by `approves` after one of `bodies` adopted it (`heard`: only the latter)."""

    name: ClassVar[str] = "established_not_withdrawn"
    title: ClassVar[Text] = Text(zh="认定后不得擅撤", en="What was established is not withdrawn")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"reports": ["report"], "notices": ["notify"], "proposes": ["propose"], "approves": ["withdraw"],
        "evidence": ["register"], "bodies": ["deliberate"], "denies": ["no_violation", "no_jurisdiction"], "heard": ["ended"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (FOUND, NEW, ASKED, BODY, DONE), ("notify bob 0", NEW, ASKED, "deliberate dan 4 result=rejected", BODY, DONE),
        ("report ann 0 concludes={A1:not_established}", "propose ann 1 ground=no_violation", "withdraw eve 2 ground=no_violation"),
        (FOUND, "propose bob 1 ground=time_barred", "withdraw eve 2 ground=time_barred"), ("withdraw eve 2 ground=ended",),
        (FOUND, "propose bob 1 ground=ended", BODY, "withdraw eve 5 ground=ended"),
        (NEW, FOUND, "note ann 2", BODY, "note bob 4"),
        (NEW, "propose carl 2 ground=no_jurisdiction", "withdraw eve 3 ground=no_jurisdiction"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (FOUND, "propose ann 1 ground=no_violation facts=新证人证言"), (NEW, FOUND, ASKED), (FOUND, NEW, ASKED, DONE), ("notify bob 0", ASKED),
        (FOUND, NEW, ASKED.replace("新证人证言", "没有")), (FOUND, NEW, ASKED.replace("E9", "E9,E1")), (FOUND, NEW, BODY, ASKED, DONE),
        (FOUND, "propose bob 1 ground=ended", "withdraw eve 5 ground=ended"), ("notify bob 0", BODY, "propose bob 5 ground=ended",
        "withdraw eve 6 ground=ended"),
        (FOUND, NEW, ASKED, BODY.replace("adopted", "rejected"), DONE), (NEW, "notify carl 2", ASKED.replace("violation", "jurisdiction")),
        (FOUND, NEW, ASKED, BODY, ASKED, DONE), (FOUND, "report bob 1 concludes={A1:not_established}", ASKED), ("notify bob 0", NEW, DONE),
    )

    reports: tuple[str, ...]
    proposes: tuple[str, ...]
    approves: tuple[str, ...]
    evidence: tuple[str, ...]
    bodies: tuple[str, ...]
    notices: tuple[str, ...] = ()
    denies: tuple[str, ...] = ("no_violation",)
    heard: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = [*self.reports, *self.proposes, *self.approves, *self.evidence, *self.bodies, *self.notices]
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        if wrong or not all((self.reports, self.proposes, self.approves, self.evidence, self.bodies, self.denies)):
            return Text(f"各组动作不得为空、不得重复且须在流程中：{'、'.join(wrong)}", f"lists of acts: set, apart, in the procedure: {', '.join(wrong)}")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to propose without new evidence, or to approve without a body, that an established violation is none."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        found = [n for n, e in enumerate(acts, 1) if self._establishes(e)]
        which = self.denies if command.act in self.proposes else self.denies + self.heard
        if command.act not in (*self.proposes, *self.approves) or command.data.get("ground") not in which or not found:
            return None
        if command.act in self.proposes:
            told = max(n for n, e in enumerate(acts, 1) if e.act in (*self.reports, *self.notices))
            new, named = {e.data.get("evidence_no") for e in acts[told:] if e.act in self.evidence}, command.data.get("relies_on") or ()
            if named and set(named) <= new and len(str(command.data.get("facts") or "").strip()) >= FACTS:
                return None
            how = wording.acts(situation.case.version, self.evidence, either=True)
            return self._refusal("调查报告或者告知书已经认定违法事实，没有其后新取得的证据和新的事实，不得以违法不成立等事由撤案",
                "report or notice found the violation: without evidence taken since and new facts it is not withdrawn as none",
                f"请补充调查，办理{how.zh}后列明新证据的编号和新的事实；没有的，依法作出决定。",
                f"Inquire again ({how.en}), then name the new items and the new facts; if there are none, decide the case.")
        since = max((n for n, e in enumerate(acts, 1) if e.act in self.proposes), default=0)
        if any(e.act in self.bodies and e.data.get("result") == ADOPTED for e in acts[since:]):
            return None
        how = wording.acts(situation.case.version, self.bodies, either=True)
        return self._refusal("违法事实已经认定，撤案须经集体讨论通过，不得一人批准", "the violation was established: a body adopts the withdrawal, nobody alone",
            f"请在提请之后先办理{how.zh}并通过，再批准。", f"After the proposal first {how.en} with the result adopted, then approve.")

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find denials of what was established that rest on nothing new, or that no body adopted."""
        concluded = say.some(self.reports, say.equal(R("_value"), ESTABLISHED), each="concludes")
        denied, spoken = (say.is_in(T("ground"), grounds) for grounds in (self.denies, self.denies + self.heard))
        established = say.either(concluded, say.some(self.notices))
        new = say.gather("set", self.evidence, R("evidence_no"), since=(*self.reports, *self.notices))
        short = say.over(FACTS, say.length(T("facts")))
        stale = say.either(say.missing(T("relies_on")), say.over(say.without(T("relies_on"), new), 0), short)
        alone = say.none(self.bodies, say.equal(R("result"), ADOPTED), since=self.proposes)
        gates = ((self.proposes, stale, denied), (self.approves, alone, spoken))
        return AnyOf(tuple(say.gate(acts, say.both(established, bad), applies=which) for acts, bad, which in gates))

    def _establishes(self, event: Event) -> bool:
        concluded = event.act in self.reports and ESTABLISHED in (event.data.get("concludes") or {}).values()
        return concluded or event.act in self.notices

    def _refusal(self, zh: str, en: str, next_zh: str, next_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh, en), remedy=Text(next_zh, next_en))
