"""disclosure_approval 公开审签: nothing goes out that has not been signed off, text for text, by another of rank; persons are masked.

Why: 擅自发布: who publishes alone can shame a firm, warn another, or let a name slip.
Finds: a publication of a text that nobody of rank signed off, signed off by its publisher, or taken back since; one not masked; a
sign-off without a text or an opinion, by its author, or below rank.
Not: what has to be published and by when (disclosure_due); a text sent out by private means (leak patterns).
Source: the agency's own map (执行信息公开审签制度); 政府信息公开条例 17 (review before publishing) where the power names it (`statute`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import idle_posts, unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

WORDS = 4  # characters of an opinion

# fmt: off
_DRAFT, _OK = "draft ann 0 document_hash=d1", "sign dan 1 @head document_hash=d1 opinion=已核对可以公开"
_HIGH, _UP = _OK.replace("dan", "eve").replace("@head", "@deputy"), "publish fay 2 document_hash=d1 masked=yes"


@dataclass(frozen=True, slots=True)
class DisclosureApproval:
    """`publishes` need one of `approvals` of the same `document_hash` by another in one of `posts`, since the latest of `returns`."""

    name: ClassVar[str] = "disclosure_approval"
    title: ClassVar[Text] = Text(zh="公开审签", en="Sign-off before disclosure")
    example: ClassVar[dict[str, Any]] = {
        "publishes": ["publish", "post"], "approvals": ["sign"], "drafts": ["draft"], "returns": ["send_back"], "posts": ["head", "deputy"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAFT, _OK, _UP), (_DRAFT, _HIGH, _UP), (_OK.replace("已核对可以公开", "同意公开"), _UP), (_DRAFT, _OK, _HIGH),
        (_DRAFT, "send_back dan 0", _OK, _UP.replace("publish", "post"), _UP), (_DRAFT, _OK, "draft bob 1 document_hash=d2", _UP),
        (_DRAFT, _OK, _UP, "publish bob 3 document_hash=d1 masked=yes"), (_OK, _OK.replace("=d1", "=d2"), _UP.replace("=d1", "=d2"), _UP),
        (_DRAFT, "send_back dan 0", _HIGH), (_DRAFT, "draft dan 0 document_hash=d2", _OK),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_UP,), (_DRAFT, _OK, _UP.replace("=d1", "=d2")), (_DRAFT, _OK, _UP.replace("fay", "dan")),
        (_DRAFT, _OK, _UP.replace("masked=yes", "masked=no")), (_DRAFT, _OK, "publish fay 2 document_hash=d1"),
        (_DRAFT, _OK, "send_back dan 1", _UP), (_DRAFT, _OK.replace("@head", ""), _UP), (_DRAFT, _OK.replace("@head", "@inspector")),
        (_DRAFT, _OK.replace("dan", "ann")), (_DRAFT, _OK.replace("已核对可以公开", "同意")), (_DRAFT, _OK.replace("document_hash=d1", "")),
        (_DRAFT, _OK, "post bob 2 masked=yes"), (_OK, _UP.replace("publish fay", "post dan")),
    )

    publishes: tuple[str, ...]
    approvals: tuple[str, ...]
    posts: tuple[str, ...]
    drafts: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: what is out cannot be called back."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        strange = sorted({*self.posts} - {*version.posts})
        if strange or not self.posts:
            return Text(zh=f"审签岗位空缺或没有这些岗位：{'、'.join(strange) or '—'}", en=f"no posts to sign off, or unknown: {', '.join(strange) or '-'}")
        fault = unfit(version, self.publishes, self.approvals, more=self.drafts + self.returns)
        return fault or idle_posts(version, self.approvals, self.posts)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to publish what is not signed off or masked, and a sign-off that is none."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        ranks = wording.posts(situation.case.version, self.posts)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why,
            remedy=Text(zh=f"请将拟公开的文本隐去个人信息，报{ranks.zh}中未参与拟稿、不负责发布的人审签，再按审签的文本发布。",
            en=f"Mask what is personal, have the text signed off by another ({ranks.en}) who neither wrote nor publishes it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, name = s.proposed, [e for e in s.case.events if e.kind == ACT], s.people.name
        text = p.data.get("document_hash")
        if p.act in self.approvals:
            yield s.authority.post not in self.posts, f"{name(p.actor)}的岗位无权审签公开信息", f"{name(p.actor)}'s post may not sign off disclosure"
            authors = {e.actor for e in acts if e.act in self.drafts and e.data.get("document_hash") == text}
            yield p.actor in authors, f"{name(p.actor)}是拟稿人，不得自行审签", f"{name(p.actor)} wrote the text"
            hollow = not text or len(str(p.data.get("opinion") or "")) < WORDS
            yield hollow, "审签没有指明文本，或者意见少于4个字（例如“同意公开”）", "no text is named, or the opinion has fewer than 4 characters"
        if p.act in self.publishes:
            start = max((n for n, e in enumerate(acts, 1) if e.act in self.returns), default=0)
            signed = {e.actor for e in acts[start:] if e.act in self.approvals and e.post in self.posts
                      and text and e.data.get("document_hash") == text}
            yield not signed, "拟发布的文本未经审签", "this text has not been signed off"
            yield not signed - {p.actor}, f"{name(p.actor)}不得发布只由自己审签的文本", f"nobody but {name(p.actor)} has signed it off"
            yield p.data.get("masked") != "yes", "没有确认个人信息已隐去", "it is not confirmed that what is personal is masked"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find publications not signed off by another of rank or not masked, and sign-offs that are none."""
        same = say.matches("document_hash")
        others = say.both(same, say.differs(R("_actor"), T("_actor")), say.is_in(R("_post"), self.posts))
        hollow = say.either(say.missing(T("document_hash")), say.over(WORDS, say.length(T("opinion"))))
        low, own = say.negated(say.is_in(T("_post"), self.posts)), say.some(self.drafts, say.both(same, say.same_actor()))
        unsigned, open_ = say.none(self.approvals, others, since=self.returns), say.negated(say.equal(T("masked"), "yes"))
        return AnyOf((
            say.gate(self.approvals, say.either(hollow, low, own), needs=["_actor"]),
            say.gate(self.publishes, say.either(unsigned, open_), needs=["_actor"])))
