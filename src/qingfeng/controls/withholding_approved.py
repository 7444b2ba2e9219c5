"""withholding_approved 不公开审批: what would have to be published is withheld on a lawful ground, proposed by one, agreed to by another.

Why: "not suitable for publication" is the quietest way to hide a favour; one hand must not be enough.
Finds: a proposal without reasons or on a ground that is not listed; an agreement to nothing proposed, by a proposer, below rank, or
without an opinion; both for a decision older than the latest.
Not: what was neither published nor withheld (disclosure_due).
Source: the agency's own map (政务公开制度); 政府信息公开条例 16, 17 where the power names it (`statute`); the grounds are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_MADE, _ASK = "decide dan 0", "withhold fay 3 withhold_ground=secret reasons=涉及商业秘密"
_OK = "agree carl 4 @head opinion=情形属实同意不公开"


@dataclass(frozen=True, slots=True)
class WithholdingApproved:
    """`withholds` name one of `grounds` and reasons; `approvals` are by another in one of `posts`, since the latest of `decisions`."""

    name: ClassVar[str] = "withholding_approved"
    title: ClassVar[Text] = Text(zh="不公开审批", en="Withholding approved")
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide"], "withholds": ["withhold"], "approvals": ["agree"], "grounds": ["secret", "minor"],
        "posts": ["head", "deputy"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MADE, _ASK, _OK), (_MADE, _ASK), (_ASK.replace("secret", "minor"), _OK.replace("@head", "@deputy")), (_ASK, _ASK, _OK),
        (_MADE, _ASK, "decide dan 5", _ASK, _OK.replace("carl", "bob")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK.replace("secret", "other"),), (_ASK.replace("withhold_ground=secret", ""),), (_ASK.replace("涉及商业秘密", "保密的"),), (_MADE, _OK),
        (_ASK, _OK.replace("carl", "fay")), (_MADE, _ASK, "decide dan 5", _OK), (_ASK, _OK.replace("情形属实同意不公开", "同意")),
        (_ASK, _OK.replace("@head", "@inspector")), (_ASK, _ASK.replace("fay", "carl"), _OK), (_ASK, _OK.replace("@head", "")),
    )

    decisions: tuple[str, ...]
    posts: tuple[str, ...]
    grounds: tuple[str, ...]
    withholds: tuple[str, ...] = ("withhold_publication",)
    approvals: tuple[str, ...] = ("approve_withholding",)
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        strange = sorted({*self.posts} - {*version.posts})
        if strange or not self.posts or not self.grounds:
            return Text(zh=f"审批岗位、情形不得为空，岗位须存在：{'、'.join(strange)}", en=f"posts and grounds must be set, the posts known: {strange}")
        return unfit(version, self.decisions, self.withholds, self.approvals)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a proposal without ground, and an agreement that is none."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh="请写明可以不公开的情形和理由，报有权的另一人审批并写明意见；不属于这些情形的，应当公开。",
            en="Name the ground and the reasons and let another of rank decide with an opinion; whatever is not on the list is published."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, name = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name(s.proposed.actor)
        if p.act in self.withholds:
            ground = p.data.get("withhold_ground")
            yield ground not in self.grounds, f"“{ground or '未写'}”不属于可以不公开的情形", f"“{ground or 'nothing'}” is no ground to withhold"
            yield len(str(p.data.get("reasons") or "")) < WORDS, "不公开没有写明理由", "no reasons to withhold are given"
        if p.act in self.approvals:
            start = max((n for n, e in enumerate(acts, 1) if e.act in self.decisions), default=0)
            asked = {e.actor for e in acts[start:] if e.act in self.withholds}
            yield not asked, "对这一决定没有不公开的提请", "nobody has proposed to withhold this decision"
            yield p.actor in asked, f"{name}不得审批自己提出的不公开", f"{name} may not agree to a proposal of his own"
            yield s.authority.post not in self.posts, f"{name}的岗位无权审批不公开", f"{name}'s post may not agree to it"
            yield len(str(p.data.get("opinion") or "")) < WORDS, "审批没有意见", "no opinion is given"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find proposals without ground, and agreements that are none."""
        groundless = say.either(self._short("reasons"), say.negated(say.is_in(T("withhold_ground"), self.grounds)))
        since = self.decisions
        own = say.either(say.none(self.withholds, since=since), say.some(self.withholds, say.same_actor(), since=since))
        low = say.negated(say.is_in(T("_post"), self.posts))
        return AnyOf((
            say.gate(self.withholds, groundless), say.gate(self.approvals, say.either(own, low, self._short("opinion")), needs=["_actor"])))

    def _short(self, field: str) -> Expr:
        return say.over(WORDS, say.length(T(field)))
