"""withholding_approved 不公开审批: what would have to be published is withheld on a lawful ground, proposed by one, agreed to by another.

Why: "not suitable for publication" is the quietest way to hide a favour; one hand must not be enough.
Finds: a proposal without reasons, without the paper that shows the ground, with a paper used in another case, or on a ground that is not
listed; an agreement to nothing proposed, by a proposer, below rank, or without an opinion; both for a decision older than the latest; a
re-examination by who proposed or agreed, or without an opinion; read later, one that is overdue.
Not: what was neither published nor withheld (disclosure_due).
Source: the agency's own map (政务公开制度); 政府信息公开条例 16, 17 where the power names it (`statute`); the grounds are a setting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import idle_posts, unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason
_NEVER = say.gate((), 0)

# fmt: off
_MADE, _ASK = "decide dan 0", "withhold fay 3 withhold_ground=secret evidence_hash=h1 reasons=涉及商业秘密"
_LOOK, _SMALL = "look_again dan 30 opinion=情形仍在继续不公开", _ASK.replace("secret", "small")
_OK = "agree carl 4 @head opinion=情形属实同意不公开"


@dataclass(frozen=True, slots=True)
class WithholdingApproved:
    """`withholds` name one of `grounds` and reasons; `approvals` are by another in one of `posts`, since the latest of `decisions`.

    proofs: the grounds that need a paper (`evidence_hash`: the marking as secret, the firm's request …); lasting: grounds that never
    end; once: those of them that are a judgement, looked at one time all the same; every: days after which
    `reviews` look again, by a third hand, unless one of `ends` (a publication) came; none if empty.
    """

    name: ClassVar[str] = "withholding_approved"
    title: ClassVar[Text] = Text(zh="不公开审批", en="Withholding approved")
    example: ClassVar[dict[str, Any]] = {
        "decisions": ["decide"], "withholds": ["withhold"], "approvals": ["agree"], "grounds": ["secret", "minor", "forever", "small"],
        "posts": ["head", "deputy"], "proofs": ["secret"], "lasting": ["forever", "small"], "once": ["small"],
        "reviews": ["look_again"], "ends": ["publish"], "every": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_MADE, _ASK, _OK), (_MADE, _ASK), (_ASK.replace("secret", "minor"), _OK.replace("@head", "@deputy"), _LOOK), (_ASK, _ASK, _OK),
        (_MADE, _ASK, "decide dan 5", _ASK, _OK.replace("carl", "bob")), (_ASK.replace("secret evidence_hash=h1", "minor"), _OK),
        (_ASK, _OK, _LOOK), (_ASK, _OK, "publish fay 9"), (_ASK, _OK.replace("情形属实同意不公开", "同意不公开")), (_ASK, "note ann 5", _OK, _LOOK),
        (_ASK, _OK, "decide dan 5", _ASK.replace("fay", "eve"), _OK.replace("carl", "bob"), _LOOK.replace("dan", "fay")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK.replace("secret", "other"),), (_ASK.replace("withhold_ground=secret", ""),), (_ASK.replace("涉及商业秘密", "保密的"),), (_MADE, _OK),
        (_ASK, _OK.replace("carl", "fay")), (_MADE, _ASK, "decide dan 5", _OK), (_ASK, _OK.replace("情形属实同意不公开", "同意")),
        (_ASK.replace("evidence_hash=h1", ""),), (f"c2:{_ASK}", _ASK),
        (_ASK, _OK, _LOOK.replace("dan", "fay")), (_ASK, _OK, _LOOK.replace("dan", "carl")),
        (_ASK, _OK, _LOOK.replace("情形仍在继续不公开", "照旧")), (f"c2:{_ASK.replace('secret', 'minor')}", _ASK),
        (_ASK, _OK.replace("@head", "@inspector")), (_ASK, _ASK.replace("fay", "carl"), _OK), (_ASK, _OK.replace("@head", "")),
    )

    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, _OK, "today 34"), (_ASK, _OK, "publish fay 20", "today 90"), (_ASK, _OK, _LOOK, "today 60"), (_ASK, "today 90"),
        (_ASK.replace("secret", "forever"), _OK, "today 90"), (_ASK, _OK, _LOOK, "publish fay 50", "today 90"),
        (_SMALL, _OK, "today 34"), (_SMALL, _OK, _LOOK, "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ASK, _OK, "today 35"), (_ASK, _OK, _LOOK, "today 61"), (_ASK, _OK, _LOOK.replace(" 30 ", " 35 "), "today 60"),
        (_ASK.replace("secret", "forever"), _ASK, _OK, "publish fay 40", "today 90"),
        (_SMALL, _OK, "today 35"), (_SMALL, _OK, _LOOK.replace(" 30 ", " 35 "), "today 90"))

    decisions: tuple[str, ...]
    posts: tuple[str, ...]
    grounds: tuple[str, ...]
    withholds: tuple[str, ...] = ("withhold_publication",)
    approvals: tuple[str, ...] = ("approve_withholding",)
    proofs: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    every: int = 180  # calendar days: the agency's own [L]
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        strange = sorted({*self.posts} - {*version.posts})
        if strange or not self.posts or not self.grounds:
            return Text(zh=f"审批岗位、情形不得为空，岗位须存在：{'、'.join(strange) or '—'}",
                        en=f"posts and grounds must be set, the posts known: {', '.join(strange) or '-'}")
        beyond = ({*self.proofs, *self.lasting} - {*self.grounds}) | ({*self.once} - {*self.lasting})
        if beyond or self.every < 1 or bool(self.ends) > bool(self.reviews):
            return Text(zh="须附材料、长期不公开的须是所列情形；复查周期大于0，并须有复查动作",
                        en="grounds that need a paper or last must be listed; a period above 0; acts of review")
        fault = unfit(version, self.decisions, self.withholds, self.approvals, more=self.reviews + self.ends)
        return fault or idle_posts(version, self.approvals, self.posts)

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
            said, paper = codes.word(s.case.version, str(ground or "")), p.data.get("evidence_hash")
            yield ground not in self.grounds, f"“{said.zh or '未写'}”不属于可以不公开的情形", f"“{said.en or 'nothing'}” is no ground to withhold"
            yield len(str(p.data.get("reasons") or "")) < WORDS, "不公开没有写明理由（至少4个字）", "no reasons are given (4 characters at least)"
            yield ground in self.proofs and not paper, f"没有证明“{said.zh}”的材料（校验值）", f"no paper (hash) shows the ground “{said.en}”"
            used = any(u.act in self.withholds for u in s.elsewhere.uses("evidence_hash", paper or ""))
            yield used, "所附材料已在另一案件中用作不公开的依据", "the paper has served to withhold in another case"
        if p.act in self.reviews:
            start = max((n for n, e in enumerate(acts, 1) if e.act in self.decisions), default=0)
            hands = {e.actor for e in acts[start:] if e.act in self.withholds + self.approvals}
            yield p.actor in hands, f"{name}提出或者批准过不公开，不得复查", f"{name} proposed or agreed to it and may not look again"
            yield len(str(p.data.get("opinion") or "")) < WORDS, "复查没有意见（至少4个字）", "no opinion is given (4 characters at least)"
        if p.act in self.approvals:
            start = max((n for n, e in enumerate(acts, 1) if e.act in self.decisions), default=0)
            asked = {e.actor for e in acts[start:] if e.act in self.withholds}
            yield not asked, "对这一决定没有不公开的提请", "nobody has proposed to withhold this decision"
            yield p.actor in asked, f"{name}不得审批自己提出的不公开", f"{name} may not agree to a proposal of his own"
            yield s.authority.post not in self.posts, f"{name}的岗位无权审批不公开", f"{name}'s post may not agree to it"
            yield len(str(p.data.get("opinion") or "")) < WORDS, "审批意见少于4个字", "the opinion has fewer than 4 characters"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find proposals without ground, and agreements that are none."""
        bare = say.both(say.is_in(T("withhold_ground"), self.proofs), say.missing(T("evidence_hash")))
        worn = say.some(self.withholds, same="evidence_hash")
        groundless = say.either(self._short("reasons"), say.negated(say.is_in(T("withhold_ground"), self.grounds)), bare, worn)
        hands = say.some(self.withholds + self.approvals, say.same_actor(), since=self.decisions)
        since = self.decisions
        own = say.either(say.none(self.withholds, since=since), say.some(self.withholds, say.same_actor(), since=since))
        low = say.negated(say.is_in(T("_post"), self.posts))
        return AnyOf((
            say.gate(self.reviews, say.either(hands, self._short("opinion")), needs=["_actor"]) if self.reviews else _NEVER,
            say.gate(self.withholds, groundless), say.gate(self.approvals, say.either(own, low, self._short("opinion")), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find what is withheld for a time and was neither looked at again nor published in time."""
        due, again = say.plus(T("_on"), self.every), (*self.reviews, *self.ends)
        timely = say.some(again, say.at_least(due, R("_on")), span=Span.AFTER)
        ground, review = say.last(self.withholds, "withhold_ground"), say.is_in(T("_act"), self.reviews)
        rests = say.both(say.is_in(ground, self.lasting), say.either(review, say.negated(say.is_in(ground, self.once))))
        open_ = say.both(say.either(review, say.some(self.withholds)), say.negated(rests))
        on = (*self.approvals, *self.reviews) if self.reviews else ()
        return say.gate(on, say.both(say.over(Today(), due), say.negated(timely)), applies=open_)

    def _short(self, field: str) -> Expr:
        return say.over(WORDS, say.length(T(field)))
