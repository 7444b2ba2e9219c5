"""execution_terminated 终结执行: a fine that can never be collected is given up on proof, and by two: one proposes, a leader approves.

Why: 随意减免: "the party is gone and owns nothing" is the shortest way to forgive a fine that nobody may forgive.
Finds: a proposal without one of the grounds, reasons, the paper that proves it and the result of the search for property, or with one paper
for both; an approval of nothing proposed, on another ground or paper, without reasons, in a low post, or by who proposed it.
Not: property that the search did not find (file review); what a court ends (`higher_decision`); the balance (`fines_balance`).
Source: the agency's own rule; the grounds follow 行政强制法 40 (a person dead without estate, an organisation ended without property).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

REASONS = 4  # characters
GROUND, PROOF, SEARCH = "termination_ground", "document_hash", "search_hash"
# fmt: off
_ASK = "propose ann 0 termination_ground=died reasons=户籍已注销 document_hash=h1 search_hash=h2"
_END = "end dan 2 @deputy termination_ground=died document_hash=h1 reasons=查无遗产"
_SOLD = _ASK.replace("died", "ended").replace("h1", "h7")


@dataclass(frozen=True, slots=True)
class ExecutionTerminated:
    """`proposes` says a ground of `grounds`, proves it and the search for property; `approves` (rank and above, by another) takes up the
    latest of them that neither `refuses` nor an earlier approval dealt with."""

    name: ClassVar[str] = "execution_terminated"
    title: ClassVar[Text] = Text(zh="终结执行", en="Execution ended for good")
    basis: ClassVar[Basis] = Basis.RULE  # nobody lets pass: that would be the wrong itself
    example: ClassVar[dict[str, Any]] = {
        "proposes": ["propose"], "approves": ["end"], "refuses": ["refuse"], "grounds": ["died", "ended"], "rank": 3}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, _END), (_SOLD, "refuse dan 1", _ASK, _END), (_SOLD, _ASK, _END), (_SOLD, "note bob 1", "refuse dan 3"),
        (_SOLD, _END.replace("died", "ended").replace("h1", "h7").replace("deputy", "chief")), (_ASK, _END, _ASK, _END),
        ("refuse dan 0", _ASK, "note bob 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK.replace("died", "poor"),), (_ASK.replace("户籍已注销", "没钱"),), (_ASK.replace("document_hash=h1 ", ""),),
        (_ASK.replace(" search_hash=h2", ""),), (_ASK.replace("h2", "h1"),), (_END,), (_ASK, "refuse dan 1", _END), (_ASK, _END, _END),
        (_ASK, _END.replace("died", "ended")), (_ASK, _END.replace("h1", "h2")), (_ASK, _END.replace("dan", "ann")), (_ASK, _SOLD, _END),
        (_ASK, _END.replace("deputy", "head")), (_ASK, _END.replace("查无遗产", "同意")),
        (_ASK, _SOLD.replace("ann", "dan"), _END.replace("died", "ended").replace("h1", "h7")),
    )

    grounds: tuple[str, ...]
    rank: int
    proposes: tuple[str, ...] = ("propose_termination",)
    approves: tuple[str, ...] = ("approve_termination",)
    refuses: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.grounds or not 1 <= self.rank <= max(post.rank for post in version.posts.values()):
            return Text("须写明终结执行的情形，并有岗位达到所定职级", "grounds must be set, and some post must have the rank")
        return unfit(version, self.proposes, self.approves, more=self.refuses)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to propose without proof, and to approve what was not proposed so, or by who may not."""
        p, said, acts = situation.proposed, situation.proposed.data, [e for e in situation.case.events if e.kind == ACT]
        since = max((n for n, e in enumerate(acts, 1) if e.act in self.approves + self.refuses), default=0)
        asked = next((e for e in reversed(acts[since:]) if e.act in self.proposes), None)
        rank = situation.case.version.posts[situation.authority.post].rank
        other = asked is None or any(said.get(f) is None or said.get(f) != asked.data.get(f) for f in (GROUND, PROOF))
        faults = (
            (self.proposes, said.get(GROUND) not in self.grounds, "不是可以终结执行的情形", "this is no ground on which execution ends"),
            (self.proposes, not said.get(PROOF) or not said.get(SEARCH), "没有附死亡、注销等证明或者财产查询结果",
             "proof of the ground, or the result of the search for property, is missing"),
            (self.proposes, said.get(PROOF) == said.get(SEARCH), "证明和财产查询结果不能是同一份材料", "proof and search cannot be one paper"),
            (self.approves, other, "没有待批的提请，或者批准的情形、证明与提请的不一致", "nothing is proposed, or on another ground or paper"),
            (self.approves, any(e.actor == p.actor for e in acts[since:] if e.act in self.proposes), "提请的人不得批准",
             "who proposed it may not approve it"),
            (self.approves, rank < self.rank, f"批准终结执行须职级{self.rank}以上的岗位", f"it takes a post of rank {self.rank}"),
            (self.proposes + self.approves, len(str(said.get("reasons") or "").strip()) < REASONS, "须写明理由（至少4个字）",
             "say why, in at least 4 characters"))
        found = next((Text(zh, en) for which, bad, zh, en in faults if p.act in which and bad), None)
        return None if found is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=found, remedy=Text(
            "请由承办人附证明和财产查询结果提请，由有权领导核对同一份证明后批准；有财产的，继续催告或者申请法院执行。",
            "Let the handler propose it with proof and search; a leader checks that proof and approves. If there is property, go on."))

    def detect(self, version: PowerVersion) -> AnyOf:
        """Find proposals without proof, and approvals that rest on none of them, or by who may not."""
        over = (*self.approves, *self.refuses)
        low = say.negated(say.at_least(say.get({post.id: post.rank for post in version.posts.values()}, T("_post")), self.rank))
        short = say.over(REASONS, say.length(T("reasons")))
        newest = say.gather("max", self.proposes, R("_seq"), since=over)
        fits = say.both(say.equal(R("_seq"), newest), say.matches(GROUND), say.matches(PROOF))
        poor = say.either(say.negated(say.is_in(T(GROUND), self.grounds)), say.missing(T(PROOF)), say.missing(T(SEARCH)),
                          say.equal(T(PROOF), T(SEARCH)), short)
        bad = say.either(say.none(self.proposes, fits, since=over), say.some(self.proposes, say.same_actor(), since=over), low, short)
        return AnyOf((say.gate(self.proposes, poor), say.gate(self.approves, bad, needs=["_actor"])))
