"""post_card 岗位责任卡: every step has a card – which post, what duty, to what standard, by when – and the step is done by that post.

Why: 岗位责任制: where a step belongs to nobody in particular, nobody was late and nobody was careless.
Finds: (when the power is published) a step without a card, or a card without duty, standard or a post that may do it; an act of a card done
in another post; one done later than its card says (a reason is demanded); and (`watch`) one not done at all.
Not: whether the standard was met (file review); the limits of the law (`time_limit`).
Source: the agency's own map (完善岗位责任制，明确岗位职责、工作标准和时限，严格限时办结); the cards are settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS, MOST = 4, 200  # characters of a duty or standard; working days


# fmt: off
@dataclass(frozen=True, slots=True)
class Card:
    """The card of a step: its `act`, done in one of `posts` at most `days` working days after the latest of `starts`.

    ends: acts by which it need not be done any more (a withdrawal, a return).
    """

    step: str
    act: str
    posts: tuple[str, ...]
    duty: str
    standard: str
    starts: tuple[str, ...]
    days: int
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostCard:
    """Every step of the power has a card, and its act is done in its post and time."""

    name: ClassVar[str] = "post_card"
    title: ClassVar[Text] = Text(zh="岗位责任卡", en="Card of each post")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"cards": [
        {"step": "work", "act": "accept", "posts": ["clerk"], "duty": "核对材料", "standard": "一次办结", "starts": ["receive"], "days": 2},
        {"step": "work", "act": "review", "posts": ["clerk", "head"], "duty": "逐项审核", "standard": "每项有据", "starts": ["accept", "redo"],
         "days": 5, "ends": ["withdraw"]}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0", "accept ann 2", "review bob 9 @head"), ("receive ann 0", "accept ann 0", "redo dan 9", "review bob 16",
        "note eve 20 @deputy"),
        ("accept ann 0 @clerk", "withdraw party 2"), ("receive ann 0 @head", "accept bob 1 @clerk", "receive ann 8", "accept ann 10"),
        ("review bob 3 @head", "accept ann 9", "review bob 10"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0", "accept ann 1 @head"), ("receive ann 0", "accept ann 3"), ("accept ann 0", "review bob 8"),
        ("accept ann 0", "review bob 1 @deputy"),
        ("receive ann 0", "accept ann 1", "redo dan 2", "review bob 10 @head"), ("review bob 0 @deputy",),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0", "accept ann 2", "review bob 9", "today 90"), ("receive ann 0", "today 2"),
        ("accept ann 0", "withdraw party 3", "today 90"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0", "today 3"), ("accept ann 0", "today 8"), ("accept ann 0", "review bob 4", "redo dan 9", "today 20"))

    cards: tuple[Card, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        bare = [step.name for step in version.steps if step.id not in {card.step for card in self.cards}]
        if bare:
            return Text(zh=f"下列环节没有责任卡：{'、'.join(n.zh for n in bare)}", en=f"steps without a card: {', '.join(n.en for n in bare)}")
        acts = [card.act for card in self.cards]
        for card in self.cards:
            able = {post for row in version.procedure.rows if row.act == card.act for post in row.by}
            vague = min(len(card.duty.strip()), len(card.standard.strip())) < WORDS or not 1 <= card.days <= MOST
            vague = vague or acts.count(card.act) > 1
            if vague or (card.step, card.act) not in version.rules or not card.posts or not {*card.posts} <= able:
                name = wording.acts(version, [card.act])
                return Text(zh=f"{name.zh}的责任卡须写明职责、标准、时限和能办理它的岗位，一个动作一张卡",
                            en=f"the card of {name.en} needs a duty, a standard, days and posts that may do it; one card an act")
            wrong = unfit(version, card.starts, [card.act], more=card.ends)
            if wrong is not None:
                return wrong
        return None

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse an act in another post than its card's; ask why it is later than its card says."""
        p, version = situation.proposed, situation.case.version
        card = next((one for one in self.cards if one.act == p.act), None)
        if card is None:
            return None
        name, posts = wording.acts(version, [card.act]), wording.posts(version, card.posts)
        if situation.authority.post not in card.posts:
            return Refusal(by=self.name, ring="control", basis=self.basis,
                reason=Text(f"按责任卡，{name.zh}由{posts.zh}负责", f"by its card {name.en} belongs to {posts.en}"),
                remedy=Text("请由责任岗位办理；确需调整的，先修订责任卡。", "Let that post do it; to change that, change the card first."))
        started = next((e.effective_day for e in reversed(situation.case.events) if e.kind == ACT and e.act in card.starts), p.day)
        taken = situation.calendar.working_days_between(started, p.day) if p.day > started else 0
        return Demand(by=self.name, reason=Text(
            f"按责任卡应在{card.days}个工作日内办理，现已{taken}个工作日，请说明理由",
            f"its card gives {card.days} working days, it took {taken}: say why")) if taken > card.days else None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find acts of a card done in another post, or later than it says."""
        return AnyOf(tuple(say.gate([card.act], say.either(
            say.negated(say.is_in(T("_post"), card.posts)),
            say.over(say.working_days(say.last(card.starts, "_day"), T("_on")), card.days))) for card in self.cards))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find what a card has begun and nobody did in its time."""
        return AnyOf(tuple(say.gate(card.starts, self._undone(card)) for card in self.cards))

    def _undone(self, card: Card) -> Expr:
        soon = say.at_least(card.days, say.working_days(T("_day"), R("_on")))
        late = say.over(say.working_days(T("_day"), Today()), card.days)
        return say.both(late, say.none([card.act, *card.ends], soon, span=Span.AFTER))
