"""withdrawal_approval 销案审批: a case ends without a decision only when one proposed it and a higher other approved that same ground.

Why: 超越职权，擅自销案: who can make a case disappear by himself can sell it.
Finds: an approval of nothing proposed, of another ground, without reasons, in a low post, by a proposer or investigator; bare closing.
Not: two who agree; the proposal and its repetition (`withdrawal_proposal`); whether the ground is true (file review).
Source: the agency's own map (超越职权，擅自销案; 严格层级审批制度); the rank is a setting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

REASONS = 4  # characters


# fmt: off
@dataclass(frozen=True, slots=True)
class WithdrawalApproval:
    """`approves` takes up the `ground` of the latest of `proposes` that none of `refuses` ended, in a post of `rank` or above, by nobody
    who did or is named in `investigators`; `closes` needs one of `decisions` or an approval before it."""

    name: ClassVar[str] = "withdrawal_approval"
    title: ClassVar[Text] = Text(zh="销案审批", en="Approval of withdrawal")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of the agency; nobody lets pass: that would be the wrong itself
    example: ClassVar[dict[str, Any]] = {
        "proposes": ["propose"], "approves": ["withdraw"], "refuses": ["refuse"], "rank": 3, "investigators": ["investigate", "interview"],
        "closes": ["close"], "decisions": ["decide", "refer"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("interview ann 0 officers=[ann,bob]", "propose ann 0 ground=b", "refuse dan 1", "propose bob 2 ground=a",
         "withdraw eve 4 @chief ground=a reasons=情况属实"),
        ("propose bob 0 ground=b", "propose carl 0 ground=a", "withdraw fay 1 @deputy ground=a reasons=同意销案"),
        ("propose ann 0 ground=a", "refuse dan 1", "investigate ann 2", "decide ann 3", "close carl 4"), ("decide bob 0", "close bob 1"),
        ("propose ann 0 ground=a", "withdraw dan 1 @deputy ground=a reasons=同意销案", "close ann 2"), ("decide dan 0", "close fay 2"),
        ("investigate bob 0 officers=[bob,carl]", "decide eve 2", "close bob 3"), ("refer eve 0", "close eve 1"),
        ("refer ann 0", "interview bob 1 officers=[bob,carl]", "close dan 3"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("interview ann 0 officers=[ann,dan]", "propose bob 0 ground=b", "withdraw dan 1 @deputy ground=b reasons=同意销案"),
        ("propose dan 0 ground=a", "propose ann 0 ground=a", "withdraw dan 1 @deputy ground=a reasons=同意销案"),
        ("investigate dan 0", "propose ann 0 ground=a", "withdraw dan 1 @deputy ground=a reasons=同意销案"),
        ("propose ann 0 ground=a", "refuse dan 1", "withdraw eve 2 @chief ground=a reasons=同意销案"), ("investigate ann 0", "close ann 1"),
        ("propose ann 0 ground=a", "withdraw dan 1 @deputy ground=b reasons=同意销案"), ("withdraw dan 1 @deputy ground=a reasons=同意销案",),
        ("propose ann 0 ground=a", "withdraw dan 1 @deputy ground=a reasons=同意了"),
        ("propose ann 0 ground=a", "withdraw carl 1 @head ground=a reasons=同意销案"),
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
        wrong = ", ".join(sorted(named - {row.act for row in version.procedure.rows} | set(self.proposes) & set(self.approves)))
        bad = wrong or not (self.proposes and self.approves) or not 1 <= self.rank <= max(post.rank for post in version.posts.values())
        return Text(f"动作空缺、重复或不在流程中：{wrong}；无岗位达到rank", f"acts missing, shared or unknown: {wrong}; no post has rank") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse an approval by or of the wrong one, and closing without a decision."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        since = max((n for n, e in enumerate(acts, 1) if e.act in (*self.approves, *self.refuses)), default=0)
        asked = next((e.data["ground"] for e in reversed(acts[since:]) if e.act in self.proposes and e.data.get("ground")), None)
        part = {who for e in acts if e.act in self.investigators for who in (e.actor, *(e.data.get("officers") or ()))}
        own = command.actor in part | {e.actor for e in acts if e.act in self.proposes}
        high = [post.id for post in situation.case.version.posts.values() if post.rank >= self.rank]
        faults = (
            (self.closes, not any(e.act in (*self.decisions, *self.approves) for e in acts), "本案没有决定，也没有经批准销案，不得结案",
             "neither decided nor approved for withdrawal: the case may not be closed"),
            (self.approves, asked is None or asked != command.data.get("ground"), "没有待批的销案提请，或批准的事由与提请的不一致",
             "no proposal is open, or on another ground than the one approved"),
            (self.approves, own, "提请过销案或参与过调查的人员不得审批", "who proposed it or investigated may not approve it"),
            (self.approves, situation.authority.post not in high, f"批准销案须职级{self.rank}以上的岗位", f"it takes a post of rank {self.rank}"),
            (self.approves, len(str(command.data.get("reasons") or "").strip()) < REASONS, f"批准销案须写明理由（至少{REASONS}个字）",
             f"an approval gives reasons (at least {REASONS} characters)"))
        found = next((Text(zh, en) for which, bad, zh, en in faults if command.act in which and bad), None)
        return None if found is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=found,
            remedy=Text("请由承办人按事由提请，由未参与调查的有权领导按同一事由写明理由审批。",
                        "Let the handler propose it; a leader who did not investigate approves that ground, with reasons."))

    def detect(self, version: PowerVersion) -> AnyOf:
        """Find approvals and closures that lack what they need."""
        low = say.negated(say.at_least(say.get({post.id: post.rank for post in version.posts.values()}, T("_post")), self.rank))
        asked = say.last(self.proposes, "ground", since=(*self.approves, *self.refuses))
        part = say.either(say.same_actor(), say.is_in(T("_actor"), R("officers")))
        bad = say.either(say.negated(say.equal(T("ground"), asked)), say.over(REASONS, say.length(T("reasons"))), low,
                         say.some(self.proposes, say.same_actor()), say.some(self.investigators, part))
        bare = say.both(say.none(self.decisions), say.none(self.approves))
        return AnyOf((say.gate(self.approves, bad, needs=["_actor"]), say.gate(self.closes, bare)))
