"""even_handed 同责同究: who carries the larger share does not get off more lightly, and a leader not more lightly than his staff.

Why: 避重就轻、只打小的不打大的: the clerk is sanctioned, the head who told him to is “talked to”.
Finds: a proposal or decision in which somebody's share is not said; in which somebody with a larger share, or a leader with the same
share, gets less than another of the same matter, without reasons for that person.
Not: somebody who is not named at all (`accountability_follows`); whether the shares are right.
Source: a rule of supervision (责任与处理相当); shares, dispositions and leading posts are settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, Span, T
from qingfeng.terms.text import Text

REASONS = 4  # characters

# fmt: off
_SAME = "decide ann 1 accountability={bob:talk,eve:talk} shares={bob:main,eve:main}"
_LED = "decide ann 1 accountability={bob:sanction,eve:talk} shares={bob:main,eve:main}"
_MAIN = "decide ann 1 accountability={bob:sanction,carl:talk} shares={bob:minor,carl:main}"


@dataclass(frozen=True, slots=True)
class EvenHanded:
    """`accountability` (person → what follows, graver later in `scale`) against `shares` (person → share, larger later in `weights`)."""

    name: ClassVar[str] = "even_handed"
    title: ClassVar[Text] = Text(zh="同责同究", en="Even-handed accountability")
    basis: ClassVar[Basis] = Basis.RULE  # a rule of supervision; nobody lets pass
    example: ClassVar[dict[str, Any]] = {"decides": ["propose", "decide"], "scale": ["none", "talk", "sanction"],
        "weights": ["minor", "main"], "leaders": ["head", "chief"]}
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("eve", "head"), ("fay", "chief"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_SAME,), (_SAME.replace("eve:talk", "eve:sanction"),), (_MAIN.replace("minor,carl:main", "main,carl:minor"),),
        (_LED + " departures={eve:当日在外开会}",), (_MAIN + " departures={carl:主动报告并挽回}",), (_LED.replace("eve:main", "eve:minor"),),
        (_LED.replace("eve", "carl"),), (_LED.replace("bob", "fay"),), ("decide ann 1 accountability={bob:none} shares={bob:minor}",),
        (_SAME.replace("decide", "propose"), _SAME), ("decide ann 1",), ("note ann 1 accountability={bob:talk}", _SAME),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_LED,), (_MAIN,), (_LED.replace("decide", "propose"),), (_SAME.replace(",eve:main", ""),),
        (_SAME.replace("eve:main", "eve:none"),),
        (_LED.replace("eve", "fay"),), (_MAIN + " departures={carl:无}",), (_MAIN.replace("carl", "eve"),),
        (_MAIN + " departures={bob:主动报告并挽回}",),
        (_SAME.replace("{bob:talk,eve:talk}", "{bob:talk,eve:none}"),), (_SAME, _MAIN),
        (_LED.replace("{bob:main,eve:main}", "{bob:minor,eve:minor}"),),
        ("decide ann 1 accountability={bob:talk}",),
    )

    decides: tuple[str, ...]
    scale: tuple[str, ...]
    weights: tuple[str, ...]
    leaders: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        both = all(len(words) > 1 and len({*words}) == len(words) for words in (self.scale, self.weights))
        return unfit(version, self.decides) or (None if both and self.leaders and {*self.leaders} <= {*version.posts} else Text(
            zh="处理方式和责任大小由轻到重排列、不重复，领导岗位应存在", en="dispositions and shares in ascending order, each once; leaders are posts"))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what falls more lightly on whom it should fall more heavily."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐人写明责任大小；责任大的或者同责的领导处理较轻的，写明该人的理由（四字以上）。",
            en="Say the share of each; where somebody with a larger share, or a leader with the same, gets less, give reasons for him."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act not in self.decides:
            return
        told, shares, why = d.get("accountability") or {}, d.get("shares") or {}, d.get("departures") or {}
        open_ = "、".join(s.people.name(who) for who in told if shares.get(who) not in self.weights)
        yield open_, f"没有写明责任大小：{open_}", f"the share is not said of {open_.replace('、', ', ')}"
        grave, large = ({word: place for place, word in enumerate(words)} for words in (self.scale, self.weights))
        led = {who for who in told for post in self.leaders if s.people.holds(who, post, p.day)}
        for one, word in told.items():
            less = [other for other, theirs in told.items() if word in grave and theirs in grave and grave[word] < grave[theirs]
                    and shares.get(one) in large and shares.get(other) in large and (large[shares[one]] > large[shares[other]]
                    or (shares[one] == shares[other] and one in led and other not in led))]
            name = s.people.name(one)
            bare = less and len(str(why.get(one, ""))) < REASONS
            yield bare, f"{name}责任不小，处理却比他人轻，没有理由", f"{name} gets less than another, without reasons"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each person of an act beside every other of the same act."""
        grave, large = ({word: place for place, word in enumerate(words)} for words in (self.scale, self.weights))
        one, share, theirs = T("_key"), say.value_of(T("shares"), T("_key")), say.value_of(T("shares"), R("_key"))
        same = say.both(say.equal(share, theirs), say.is_in(share, self.weights), say.holds(one, self.leaders, T("_on")),
                        say.negated(say.holds(R("_key"), self.leaders, T("_on"))))
        heavier = say.both(say.equal(R("_seq"), T("_seq")), say.over(say.get(grave, R("_value")), say.get(grave, T("_value"))),
                           say.either(same, say.over(say.get(large, share), say.get(large, theirs))))
        bare = say.over(REASONS, say.length(say.value_of(T("departures"), one)))
        return AnyOf((say.gate(self.decides, say.either(say.negated(say.is_in(share, self.weights)),
            say.both(bare, say.some(self.decides, heavier, each="accountability", span=Span.ALL))), each="accountability"),))
