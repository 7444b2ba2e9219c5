"""service_rating 窗口服务评价: the applicant himself rates the service, and a bad rating is looked into by somebody whom it does not rate.

Why: 认真落实窗口服务评价制度: a rating that the clerk enters himself, or answers himself, is praise by himself.
Finds: a rating without number, value or visitor of its own, one entered by an officer who worked on the case; a reply to a bad rating by
who is rated, without outcome, words or paper, or to no rating; a case closed over a bad rating; and (`watch`) one not answered in time.
Not: a rating given under the clerk's eyes (call-backs: `refused_call_back`, `integrity_call_back`).
Source: the agency's own map (窗口服务评价制度); the days are a setting.
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
from qingfeng.facts.rule import AnyOf, GateRule, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reply

# fmt: off
_H = "a" * 64
_BAD, _GOOD = "rate party 3 rating_no=P1 rating=bad", "rate party 3 rating_no=P2 rating=good"
_BACK = f"reply eve 5 rating_no=P1 rating_outcome=confirmed content=已道歉并整改 document_hash={_H}"
_WORST = "rate party 3 rating_no=P3 rating=very_bad"


@dataclass(frozen=True, slots=True)
class ServiceRating:
    """`rates` (`rating_no`, `rating`, by the party) of the authors of `serves`; those in `bad` are answered by `replies` of somebody
    else (`rating_no`, `rating_outcome`, `content`, `document_hash`) in `within` working days and before `closes`."""

    name: ClassVar[str] = "service_rating"
    title: ClassVar[Text] = Text(zh="窗口服务评价", en="Rating of the service")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {
        "serves": ["receive", "notify"], "rates": ["rate"], "replies": ["reply"], "closes": ["close"], "bad": ["bad", "very_bad"],
        "within": 5}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0", _BAD, _BACK, "close dan 9"), ("receive ann 0", "notify bob 1", _GOOD, "close dan 9"),
        ("receive ann 0", "close dan 9"),
        ("notify bob 0", _GOOD, _WORST, _BACK.replace("P1", "P3"), "close dan 9"), (f"c1:{_GOOD}", f"c2:{_BAD}", f"c2:{_BACK}"),
        ("receive ann 0", _BAD.replace("party", "carl"), _BACK), ("receive ann 0", _BAD, _BACK.replace("eve", "bob"), "close dan 9"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("receive ann 0", _BAD.replace("party", "ann")), ("notify bob 0", _GOOD.replace("party", "bob")), ("rate party 3 rating=bad",),
        ("rate party 3 rating_no=P1",), (_BAD, _WORST.replace("P3", "P1")), (f"c1:{_BAD}", f"c2:{_GOOD}".replace("P2", "P1")),
        ("receive ann 0", _BAD, _BACK.replace("eve", "ann")), ("notify bob 0", _BAD, _BACK.replace("eve", "bob")), (_BACK,), (_GOOD, _BACK),
        (_BAD, _BACK.replace("已道歉并整改", "知道了")), (_BAD, _BACK.replace("rating_outcome", "x")), (_BAD, _BACK.partition(" document_h")[0]),
        (_BAD, "close dan 9"), (_BAD, _GOOD, _WORST, _BACK, "close dan 9"), (_WORST, "close dan 9"),
        (_BAD, _BACK.replace("rating_no=P1 ", "")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_BAD, _BACK.replace("eve 5", "eve 10"), "today 30"), (_GOOD, "today 30"), (_WORST, "today 10"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_BAD, "today 11"), (_WORST, "today 11"), (_BAD, _BACK.replace("eve 5", "eve 11"), "today 12"), (_BAD, _WORST, _BACK, "today 20"))

    serves: tuple[str, ...]
    closes: tuple[str, ...] = ()
    rates: tuple[str, ...] = ("rate_service",)
    replies: tuple[str, ...] = ("answer_rating",)
    bad: tuple[str, ...] = ("bad", "very_bad")
    within: int = 5

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.bad or not 1 <= self.within <= 60:
            return Text(zh="须列出差评等次；回复期限1至60个工作日", en="name the bad ratings; a reply is due in 1 to 60 working days")
        return unfit(version, self.serves, self.rates, self.replies, more=self.closes)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse ratings and replies by who is rated, empty ones, and closing over a bad rating."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="评价由申请人本人作出；差评请由未经办本件的人员核实，写明结果和处理并书面回复申请人，再行办结。",
            en="The applicant rates; let somebody who did not serve him look into it, say in writing what came of it, then close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, number = s.proposed, [e for e in s.case.events if e.kind == ACT], s.proposed.data.get("rating_no")
        name, served = s.people.name(p.actor), p.actor in s.case.actors_of(self.serves)
        bad = [e.data.get("rating_no") for e in acts if e.act in self.rates and e.data.get("rating") in self.bad]
        if p.act in self.rates:
            yield served, f"{name}经办本件，不得代作评价", f"{name} worked on this case and does not rate it"
            yield not number or not p.data.get("rating"), "评价没有编号或者等次", "the rating has no number or no value"
            here = any(e.act in self.rates and e.data.get("rating_no") == number for e in acts)
            yield (here or any(u.act in self.rates for u in s.elsewhere.uses("rating_no", str(number))), f"评价编号{number}已用",
                   f"{number} is taken")
        if p.act in self.replies:
            yield served, f"{name}是被评价的人员，不得核实自己的差评", f"{name} is the one rated and does not look into it"
            yield not number or number not in bad, "没有这个编号的差评", "there is no bad rating of that number"
            bare = not p.data.get("rating_outcome") or len(str(p.data.get("content") or "").strip()) < WORDS
            yield bare or not p.data.get("document_hash"), "须写明核实结果、处理情况并附书面回复", "say what came of it, with the reply on paper"
        if p.act in self.closes:
            done = [e.data.get("rating_no") for e in acts if e.act in self.replies]
            left = sorted({str(one) for one in bad if one and one not in done})
            yield left, f"差评尚未核实回复：{'、'.join(left)}", f"bad ratings without a reply: {', '.join(left)}"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find ratings and replies by who is rated, empty ones, replies to nothing, and closures over a bad rating."""
        number, own, same = T("rating_no"), say.some(self.serves, say.same_actor()), say.matches("rating_no")
        twice = say.either(say.some(self.rates, same), say.some(self.rates, same="rating_no"))
        poor = say.is_in(R("rating"), self.bad)
        empty = say.either(say.missing(T("rating_outcome")), say.over(WORDS, say.length(T("content"))), say.missing(T("document_hash")))
        open_ = say.without(say.gather("set", self.rates, R("rating_no"), poor), say.gather("set", self.replies, R("rating_no")))
        return AnyOf((
            say.gate(self.rates, say.either(own, say.missing(number), say.missing(T("rating")), twice), needs=["_actor"]),
            say.gate(self.replies, say.either(own, empty, say.none(self.rates, say.both(poor, same))), needs=["_actor"]),
            say.gate(self.closes, say.over(open_, 0))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find bad ratings that nobody answered in time."""
        soon = say.both(say.matches("rating_no"), say.at_least(self.within, say.working_days(T("_on"), R("_on"))))
        late = say.over(say.working_days(T("_on"), Today()), self.within)
        return say.gate(self.rates, say.both(say.is_in(T("rating"), self.bad), late, say.none(self.replies, soon, span=Span.AFTER)))
