"""announcement_as_approved 公告与审签一致: what goes out is the text that was drafted, reviewed and signed off, and nothing else.

Why: 擅自改动内容: a line changed between the signature and the web site favours whom it pleases, and everybody has signed.
Finds: a sign-off of another text than the latest draft, by its drafter, or without a review since it; a publication without a sign-off of
its own, of another text, under another title than the draft, or by who signed; a correction that nobody else ordered,
without reasons or without its text.
Not: whether the text is right (material and doubts); how long it stays up (public_notice_period).
Source: the agency's own map (擅自改动内容，制作文书不规范; 严格执行文书制作操作规范).
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.names import plain_name, unmarked
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_DRAFT, _SEEN, _SIGN, _UP = "draft ann 0 document_hash=h1", "review bob 1", "sign dan 2 document_hash=h1", "publish eve 3 document_hash=h1"
_ORDER, _MEND = "order fay 5", "correct dan 6 document_hash=h2 reasons=标准已经废止"
_AGAIN = tuple(line.replace("h1", "h3") for line in ("draft ann 7 document_hash=h1", "review carl 8", "sign dan 9 document_hash=h1",
    "publish eve 9 document_hash=h1"))


@dataclass(frozen=True, slots=True)
class AnnouncementAsApproved:
    """`drafts`, `signs`, `publishes` and `corrects` say which text (`document_hash`); `reviews`: each since the latest draft."""

    name: ClassVar[str] = "announcement_as_approved"
    title: ClassVar[Text] = Text(zh="公告与审签一致", en="Announced as signed off")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"drafts": ["draft"], "reviews": ["review"], "signs": ["sign"], "publishes": ["publish"],
        "corrects": ["correct"], "orders": ["order"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAFT, _SEEN, _SIGN, _UP), (_DRAFT, _SEEN, _SIGN), (_DRAFT, _SEEN, _SIGN, _UP, _ORDER, _MEND), (*_AGAIN,),
        (f"{_DRAFT} content=申报指南（送审稿）", _SEEN, _SIGN, f"{_UP} content=《申报指南》"), (_DRAFT, _SEEN, _SIGN, f"{_UP} content=申报指南"),
        (_DRAFT, _SEEN, _ORDER), (_DRAFT, _SEEN, _SIGN, _UP, *_AGAIN), (_DRAFT, _SEEN, *_AGAIN[:3]),
        (_DRAFT, _SEEN, _SIGN, _UP, _ORDER, _ORDER, _MEND), (*_AGAIN[:3],),
        (_DRAFT, _SEEN, _SIGN, _UP, _ORDER, _MEND, _ORDER.replace("5", "7"), _MEND.replace("6", "8").replace("h2", "h4")),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DRAFT, _SEEN, _SIGN.replace("h1", "h2")), (_DRAFT, _SIGN), (_DRAFT, _SEEN.replace("bob", "ann"), _SIGN),
        (_DRAFT, _SEEN, _SIGN.replace("dan", "ann")), (_DRAFT, _SEEN, "sign dan 2"), (_DRAFT, _SEEN, _SIGN, _UP.replace("h1", "h2")),
        (f"{_DRAFT} content=申报指南（送审稿）", _SEEN, _SIGN, f"{_UP} content=旧申报指南"), (f"{_DRAFT} content=申报指南", _SEEN, _SIGN, _UP),
        (_DRAFT, _SEEN, _UP), (_DRAFT, _SEEN, _SIGN, _UP, _UP), (_SEEN, _DRAFT, _SIGN), (_DRAFT, _SEEN, _SIGN, _UP.replace("eve", "dan")),
        (_DRAFT, _SEEN, _SIGN, _DRAFT.replace(" 0", " 3"), _UP), (_DRAFT, _SEEN, _SIGN, _UP, _MEND),
        (_DRAFT, _SEEN, _SIGN, _UP, _ORDER, _MEND.replace("标准已经废止", "改")), (_ORDER, *_AGAIN, _MEND),
        (_DRAFT, _SEEN, _SIGN, _UP, _ORDER.replace("fay", "dan"), _MEND), (_DRAFT, _SEEN, _SIGN, _UP, _ORDER, _MEND, _MEND),
        (_DRAFT, _SEEN, _SIGN, _UP, _ORDER, "correct dan 6 reasons=标准已经废止"),
        ("draft bob 0 document_hash=h1", _DRAFT, _SEEN, _SIGN.replace("dan", "bob")),
    )

    reviews: tuple[str, ...]
    drafts: tuple[str, ...] = ("draft_announcement",)
    signs: tuple[str, ...] = ("approve_announcement",)
    publishes: tuple[str, ...] = ("publish_announcement",)
    corrects: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if self.corrects and not self.orders:
            return Text(zh="设有更正的，须列明责令更正的动作", en="where there are corrections, name the acts that order them")
        return unfit(version, self.drafts, self.reviews, self.signs, self.publishes, more=self.corrects + self.orders)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a signature, publication or correction of another text than the one that went through the hands before."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请把最新文稿送审、由拟稿人以外的人审签后，由另一人原样发布；要改动的，重新送审，更正由他人责令并写明理由和新文本。",
            en="Review the latest draft, have another sign it, and a third publish it unchanged; a correction is ordered by another."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done, text = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("document_hash")
        who = s.people.name(p.actor)

        def since(acts: tuple[str, ...]) -> int:
            return max((n for n, e in enumerate(done, 1) if e.act in acts), default=0)

        def latest(acts: tuple[str, ...]) -> object:
            return next((e.data["document_hash"] for e in reversed(done) if e.act in acts and e.data.get("document_hash")), None)

        if p.act in self.signs:
            left = {*self.reviews} - {e.act for e in done[since(self.drafts) :] if e.actor not in s.case.actors_of(self.drafts)}
            yield not text or text != latest(self.drafts), "审签的文本与最近一次送审稿不一致", "the text signed is not the latest draft"
            yield p.actor in s.case.actors_of(self.drafts), f"{who}是拟稿人，不得审签", f"{who} drafted it and may not sign it off"
            yield left, "最近一次拟稿之后没有经过他人的全部审查", "since the latest draft not every review was done by another"
        if p.act in self.publishes:
            title = next((str(e.data["content"]) for e in reversed(done) if e.act in self.drafts and e.data.get("content")), None)
            renamed = title is not None and (not p.data.get("content") or plain_name(str(p.data["content"])) != plain_name(unmarked(title)))
            yield renamed, f"发布的内容与送审稿“{unmarked(title or '')}”不是同一件", f"it was drafted as {unmarked(title or '')}"
            signs = [n for n, e in enumerate(done, 1) if e.act in self.signs]
            yield not text or text != latest(self.signs), "发布的文本与审签的文本不一致", "the text published is not the one signed off"
            yield not signs or signs[-1] <= since(self.drafts + self.publishes), "文稿没有审签，或者审签之后已发布过", "no sign-off of its own"
            yield signs and done[signs[-1] - 1].actor == p.actor, f"{who}是审签人，不得自己发布", f"{who} signed it off and may not publish it"
        if p.act in self.corrects:
            asked = any(e.act in self.orders and e.actor != p.actor for e in done[since(self.publishes + self.corrects) :])
            yield not asked, "发布之后没有他人责令更正", "since it was published nobody else has ordered a correction"
            yield len(str(p.data.get("reasons") or "")) < WORDS, "没有写明更正的理由", "the reasons of the correction are not given"
            yield not text, "没有写明更正后的文本", "the corrected text is not given"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Compare each text with the one before it, hand by hand."""
        text, drafted, signed = T("document_hash"), say.last(self.drafts, "document_hash"), say.last(self.signs, "document_hash")
        title = say.last(self.drafts, "content")
        renamed = say.both(say.said(title), say.negated(say.equal(say.plain(T("content")), say.plain(say.unmarked(title)))))
        other = say.negated(say.is_in(R("_actor"), say.gather("set", self.drafts, R("_actor"))))
        unread = [say.none([act], other, since=self.drafts) for act in self.reviews]
        signer = say.gather("last", self.signs, R("_actor"))
        ordered = say.some(self.orders, say.differs(R("_actor"), T("_actor")), since=self.publishes + self.corrects)
        return AnyOf((
            say.gate(self.signs, say.either(say.negated(say.equal(text, drafted)), say.some(self.drafts, say.same_actor()), *unread),
                needs=["_actor"]),
            say.gate(self.publishes, say.either(renamed, say.negated(say.equal(text, signed)),
                say.none(self.signs, since=self.drafts + self.publishes),
                say.equal(signer, T("_actor"))), needs=["_actor"]),
            say.gate(self.corrects, say.either(say.negated(ordered), say.over(WORDS, say.length(T("reasons"))), say.missing(text)),
                needs=["_actor"])))
