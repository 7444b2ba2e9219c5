"""withdrawal_approval 销案审批: a case ends without a decision only when one proposed it and a higher other approved that same ground.

Why: 超越职权，擅自销案: who can make a case disappear by himself can sell it.
Finds: an approval without a proposal, on another ground, without reasons, in a post too low, by a proposer or investigator; a case closed
without a decision or such an approval.
Not: two who agree; the proposal and its repetition (`withdrawal_proposal`); whether the ground is true (file review).
Source: the agency's own map (超越职权，擅自销案; 严格层级审批制度); the rank is a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.facts.say import at_least, both, either, equal, gate, get, is_in, last, length, negated, none, over, same_actor, some
from qingfeng.terms.text import Text

REASONS = 4  # characters


# fmt: off
@dataclass(frozen=True, slots=True)
class WithdrawalApproval:
    """`approves` names the `ground` of the latest open `proposes`, in a post of `rank` or above, by none of the `investigators`.

    refuses: acts that end a proposal; closes: acts that need one of `decisions` or an approval before them.
    """

    name: ClassVar[str] = "withdrawal_approval"
    title: ClassVar[Text] = Text(zh="销案审批", en="Approval of withdrawal")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass: that would be the wrong itself
    example: ClassVar[dict[str, Any]] = {
        "proposes": ["propose"], "approves": ["withdraw"], "refuses": ["refuse"], "rank": 3, "investigators": ["investigate", "interview"],
        "closes": ["close"], "decisions": ["decide", "refer"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("propose ann 0 ground=no_violation", "withdraw dan 1 @deputy ground=no_violation reasons=同意销案", "close ann 2"),
        ("interview ann 0 officers=[ann,bob]", "propose ann 0 ground=time_barred", "refuse dan 1", "propose bob 2 ground=no_violation",
         "withdraw eve 4 @chief ground=no_violation reasons=情况属实"),
        ("investigate bob 0 officers=[bob,carl]", "decide eve 2", "close bob 3"), ("refer eve 0", "close eve 1"),
        ("propose ann 0 ground=no_violation", "refuse dan 1", "investigate ann 2", "decide ann 3", "close carl 4"),
        ("propose bob 0 ground=time_barred", "propose carl 0 ground=no_violation", "withdraw fay 1 @deputy ground=no_violation reasons=同意销案"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("withdraw dan 1 @deputy ground=no_violation reasons=同意销案",), ("investigate ann 0", "close ann 1"),
        ("propose ann 0 ground=no_violation", "withdraw dan 1 @deputy ground=time_barred reasons=同意销案"),
        ("propose ann 0 ground=no_violation", "withdraw dan 1 @deputy ground=no_violation reasons=同意了"),
        ("propose dan 0 ground=no_violation", "propose ann 0 ground=no_violation", "withdraw dan 1 @deputy ground=no_violation reasons=同意销案"),
        ("investigate dan 0", "propose ann 0 ground=no_violation", "withdraw dan 1 @deputy ground=no_violation reasons=同意销案"),
        ("interview ann 0 officers=[ann,dan]", "propose bob 0 ground=time_barred", "withdraw dan 1 @deputy ground=time_barred reasons=同意销案"),
        ("propose ann 0 ground=no_violation", "withdraw carl 1 @head ground=no_violation reasons=同意销案"),
        ("propose ann 0 ground=no_violation", "refuse dan 1", "withdraw eve 2 @chief ground=no_violation reasons=同意销案"),
    )

    proposes: tuple[str, ...]
    approves: tuple[str, ...]
    rank: int
    investigators: tuple[str, ...]
    refuses: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.proposes, *self.approves, *self.refuses, *self.investigators, *self.closes, *self.decisions}
        wrong = sorted(named - {row.act for row in version.procedure.rows} | set(self.proposes) & set(self.approves))
        if wrong or not (self.proposes and self.approves) or not 1 <= self.rank <= max(post.rank for post in version.posts.values()):
            return Text(f"动作空缺、不在流程中或重复：{'、'.join(wrong)}；rank须有岗位达到", f"acts missing, unknown or shared: {wrong}; a post must reach rank")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an approval by or of the wrong one, and closing without a decision."""
        fault = self._fault(situation)
        return fault and Refusal(by=self.name, ring="control", basis=self.basis, reason=fault,
            remedy=Text("请由承办人按事由提请，由未参与调查的有权领导按同一事由写明理由审批。",
                        "Let the handler propose it; a leader who did not investigate approves that ground, with reasons."))

    def detect(self, version: PowerVersion) -> AnyOf:
        """Find approvals and closures that lack what they need."""
        low = negated(at_least(get({post.id: post.rank for post in version.posts.values()}, T("_post")), self.rank))
        asked = last(self.proposes, "ground", since=(*self.approves, *self.refuses))
        own = either(some(self.proposes, same_actor()), some(self.investigators, either(same_actor(), is_in(T("_actor"), R("officers")))))
        bad = either(negated(equal(T("ground"), asked)), over(REASONS, length(T("reasons"))), own, low)
        return AnyOf((gate(self.approves, bad, needs=["_actor"]), gate(self.closes, both(none(self.decisions), none(self.approves)))))

    def _fault(self, situation: Situation) -> Text | None:
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        if command.act in self.closes and not any(e.act in (*self.decisions, *self.approves) for e in acts):
            return Text("本案没有决定，也没有经批准销案，不得结案", "neither decided nor approved for withdrawal: the case may not be closed")
        if command.act not in self.approves:
            return None
        since = max((n for n, e in enumerate(acts, 1) if e.act in (*self.approves, *self.refuses)), default=0)
        asked = next((e.data["ground"] for e in reversed(acts[since:]) if e.act in self.proposes and e.data.get("ground")), None)
        if asked is None or asked != command.data.get("ground"):
            return Text("没有待批的销案提请，或批准的事由与提请的不一致", "no proposal is open, or on another ground than the one approved")
        part = {who for e in acts if e.act in self.investigators for who in (e.actor, *(e.data.get("officers") or ()))}
        if command.actor in part | {e.actor for e in acts if e.act in self.proposes}:
            who = situation.people.name(command.actor)
            return Text(f"{who}提请过销案或参与过调查，不得审批", f"{who} proposed it or investigated, and so may not approve")
        post = situation.case.version.posts.get(situation.authority.post)
        if post is None or post.rank < self.rank:
            return Text(f"批准销案须职级{self.rank}以上的岗位", f"a withdrawal is approved in a post of rank {self.rank} or above")
        if len(str(command.data.get("reasons") or "").strip()) < REASONS:
            return Text(f"批准销案须写明理由（至少{REASONS}个字）", f"an approval gives reasons (at least {REASONS} characters)")
        return None
