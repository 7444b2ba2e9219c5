"""repeated_deliberation 再次讨论: what the members voted down comes back only with something new, and not for ever.

Why: 反复讨论直到通过 – the same draft is put to the vote again and again, until somebody is away or gives in.
Finds: a call after a rejection in which nothing was found or submitted since and the draft is the one voted down; one without reasons
why it comes back; one after `times` rejections since the latest of `grounds`.
Not: a vote that was deferred, which may be called again; whether what is new weighs anything (the members vote on that).
Source: the agency's rules of meeting; no statute, the number is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason
MONEY = ("amount", "confiscated")

# fmt: off
_DOWN, _BACK = ("call fay 0 amount=900", "end fay 1 result=rejected"), "reasons=补充了新的证据"


@dataclass(frozen=True, slots=True)
class RepeatedDeliberation:
    """After a rejection `calls` need one of `grounds` since, or another draft, and reasons; at most `times` rejections in a row."""

    name: ClassVar[str] = "repeated_deliberation"
    title: ClassVar[Text] = Text(zh="再次提请讨论", en="Calling again after a rejection")
    example: ClassVar[dict[str, Any]] = {"calls": ["call"], "results": ["end"], "grounds": ["report", "evidence"], "times": 2}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("call fay 0 amount=9", "end fay 1 result=deferred", "call fay 2 amount=9", "end fay 3 result=adopted", "call fay 3 amount=9"),
        (*_DOWN, "evidence ann 2", f"call fay 3 amount=900 {_BACK}", "end fay 4 result=adopted"), ("call fay 0", "call fay 1"),
        (*_DOWN, f"call fay 3 amount=800 {_BACK}"), (*_DOWN, f"call fay 3 amount=900 confiscated=7 {_BACK}"), ("end fay 0",),
        (*_DOWN, f"call fay 3 amount=900 penalty_kinds=[fine] {_BACK}", "end fay 4 result=rejected", "report ann 5",
         f"call fay 6 amount=900 penalty_kinds=[fine] {_BACK}"),
        (*_DOWN, "report ann 2", f"call fay 3 amount=900 {_BACK}", "end fay 4 result=rejected", f"call fay 5 {_BACK}"),
        ("call fay 0 confiscated=7 penalty_kinds=[closure]", "end fay 1 result=rejected", f"call fay 2 penalty_kinds=[closure] {_BACK}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_DOWN, f"call fay 3 amount=900 {_BACK}"), ("evidence ann 0", *_DOWN, f"call fay 3 amount=900 {_BACK}"),
        (*_DOWN, "evidence ann 2", "call fay 3 amount=900", "end fay 4 result=deferred", f"call fay 5 amount=900 {_BACK}",
         "call fay 6 amount=700 reasons=再议"),
        (*_DOWN, f"call fay 3 amount=800 {_BACK}", "end fay 4 result=rejected", f"call fay 5 amount=700 {_BACK}"),
        ("call fay 0 amount=5 confiscated=7 penalty_kinds=[fine,closure]", "end fay 1 result=rejected",
         f"call fay 2 amount=5 penalty_kinds=[closure,fine] confiscated=7 {_BACK}"),
        ("call fay 0 penalty_kinds=[fine]", "end fay 1 result=rejected", "note fay 2", f"call fay 2 penalty_kinds=[fine] {_BACK}"),
        (*_DOWN, "call fay 2 amount=800"), (*_DOWN, "report ann 2", "call fay 3 amount=900 reasons=再议"),
    )

    calls: tuple[str, ...]
    results: tuple[str, ...]
    grounds: tuple[str, ...]  # what is new: evidence, a report, a statement of the party
    times: int = 2  # rejections without anything new after which the matter rests
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.times <= 5:
            return Text(zh="times应为1至5次", en="times is 1 to 5")
        return unfit(version, self.calls, self.results, self.grounds)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse to put the same draft to the vote again."""
        events, asked = situation.case.events, situation.proposed
        ended = next((e for e in reversed(events) if e.act in self.results and e.data.get("result") != "deferred"), None)
        if asked.act not in self.calls or ended is None or ended.data.get("result") != "rejected":
            return None
        fresh = max((e.seq for e in events if e.act in self.grounds), default=0)
        call = next((e.data for e in reversed(events[: ended.seq]) if e.act in self.calls), {})
        lost = sum(e.act in self.results and e.data.get("result") == "rejected" for e in events[fresh:])
        unargued = len(str(asked.data.get("reasons") or "")) < WORDS
        if ended.seq > fresh and _draft(call) == _draft(asked.data):
            fault = "讨论未通过后没有新的事实、证据，也没有修改方案，不得再次提请表决", "voted down, and since then no new fact and no other draft"
        elif lost >= self.times:
            fault = f"没有新的事实证据，已有{lost}次未获通过，不得再次提请", f"voted down {lost} times without anything new"
        else:
            fault = f"讨论未通过后再次提请，理由至少写{WORDS}个字", f"called again after a rejection: say why, in {WORDS} characters or more"
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            zh="请先补充调查、登记新的证据或重新提交报告，写明与上次不同之处，再提请讨论；否则按未通过的结果办理。",
            en="Find and register what is new, or report anew, and say what has changed; else act on the rejection."),
        ) if unargued or lost >= self.times or (ended.seq > fresh and _draft(call) == _draft(asked.data)) else None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find calls after a rejection with nothing new, without reasons, or once too often."""
        state = say.gather("last", self.results, say.or_else(R("result"), ""), say.negated(say.equal(R("result"), "deferred")))
        lost = say.count(self.results, say.equal(R("result"), "rejected"), since=self.grounds)
        # what the members last voted on: the latest call before the latest result that stands
        voted = say.gather("last", self.results, R("_seq"), say.negated(say.equal(R("result"), "deferred")))
        earlier = say.over(voted, R("_seq"))
        kinds = say.gather("last", self.calls, say.or_else(R("penalty_kinds"), ()), earlier)
        was = [say.or_else(say.gather("last", self.calls, say.or_else(R(f), 0), earlier), 0) for f in MONEY]
        changed = [say.differs(say.or_else(T(f), 0), one) for f, one in zip(MONEY, was, strict=True)]
        changed += [say.over(say.without(T("penalty_kinds"), kinds), 0), say.over(say.without(kinds, T("penalty_kinds")), 0)]
        same = say.both(say.over(lost, 0), say.negated(say.either(*changed)))
        unargued = say.over(WORDS, say.length(T("reasons")))
        return say.gate(self.calls, say.either(same, unargued, say.at_least(lost, self.times)), applies=say.equal(state, "rejected"))


def _draft(said: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*(said.get(field) or 0 for field in MONEY), {*(said.get("penalty_kinds") or ())})
