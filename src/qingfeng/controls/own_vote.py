"""own_vote 本人表决: each member convened votes himself, once, in time after the papers, and in his own words.

Why: votes are entered for people who were not there, given twice, given on papers nobody could read, copied from one text.
Finds: a vote of no member, from another post, of a recused or tied member, a second one, one after the result, one too soon after the
entry of the call with its papers, one without a choice or an opinion; the same words from several members (with reasons, still found).
Not: opinions copied with a word changed; papers sent and not read.
Source: the agency's rules of meeting (集体讨论记录); the numbers are settings.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, T
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class OwnVote:
    """`votes` come from the members of the latest of `calls`, once each, `ahead` working days after it at the earliest."""

    name: ClassVar[str] = "own_vote"
    title: ClassVar[Text] = Text(zh="成员本人表决", en="One's own vote")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {"calls": ["call"], "votes": ["vote"], "results": ["end"], "recusals": ["recuse"],
        "posts": ["clerk", "head"], "ahead": 1, "copies": 3}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("dan", "P"),)
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = tuple((*("note fay 0",) * 9, *votes) for votes in (
        ("call fay 0 members=[ann,bob]", "vote ann 1 vote=for opinion=证据确凿", "vote bob 1 @head vote=against opinion=没有异议", "end fay 1"),
        ("call fay 0 members=[ann,bob]", "vote ann 1 vote=for opinion=证据确凿", "vote bob 1 vote=for opinion=证据确凿"),
        ("recuse eve 0 officers=[bob]", "call fay 0 members=[ann,bob] party=P", "vote ann 1 vote=for opinion=没有异议"),
        ("call fay 0 members=[ann,dan] party=P", "call fay 1 members=[dan,ann] party=Q", "vote dan 2 vote=for opinion=没有异议"),
        ("call fay 0 members=[ann]", "vote ann 1 vote=for opinion=没有异议", "end fay 1", "call fay 1 members=[ann]",
         "vote ann 4 vote=for opinion=没有异议"),
        ("call fay 0 members=[ann,bob]", "recuse eve 0", "vote bob 2 vote=against opinion=没有异议", "recuse eve 2 officers=[bob]"),
    ))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("call fay 0 members=[ann,bob]", "recuse eve 0 officers=[bob]", "vote bob 1 vote=for opinion=没有异议",
         "vote eve 1 vote=for opinion=没有异议", "vote ann 1 @chief vote=for opinion=没有异议"),
        ("call fay 0 members=[ann,dan] party=P", "vote dan 1 vote=for opinion=没有异议", "end fay 1", "vote ann 1 vote=for opinion=没有异议"),
        ("call fay 0 +1 members=[ann,bob]", "vote ann 1 vote=for opinion=没有异议", "vote ann 2 vote=for opinion=证据确凿"),
        ("call fay 0 members=[ann,bob]", "vote ann 1 opinion=没有异议", "vote bob 1 vote=for opinion=无异议"),
        ("call fay 0 members=[ann,bob,eve]", "vote ann 1 vote=for opinion=没有异议", "vote bob 1 vote=for opinion=没有异议",
         "vote eve 1 vote=for opinion=没有异议"),
    )
    calls: tuple[str, ...]
    votes: tuple[str, ...]
    results: tuple[str, ...]
    posts: tuple[str, ...]  # from which members vote
    recusals: tuple[str, ...] = ()
    ahead: int = 1  # working days from the entry of the call with its papers to a vote
    copies: int = 3  # the same words from so many members are found
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.calls, *self.votes, *self.results, *self.recusals, *self.posts}
        good = named <= {*version.posts, *(row.act for row in version.procedure.rows)} and self.calls and self.votes and self.posts
        return None if good and 0 <= self.ahead <= 30 and self.copies >= 2 else Text(zh="动作、岗位或数值有误", en="wrong acts, posts or numbers")

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse a vote that is not the member's own or comes too early; ask why opinions are the same."""
        events, asked, said = situation.case.events, situation.proposed, situation.proposed.data
        party = next((e.data["party"] for e in reversed(events) if "party" in e.data), None)
        biased = {i.officer for i in situation.people.interests if party and situation.people.tied(i.officer, party, asked.day)}
        biased |= {who for e in events if e.act in self.recusals for who in e.data.get("officers", ())}
        call = next((e for e in reversed(events) if e.act in self.calls), None)
        members, later = (call.data.get("members", ()), events[call.seq :]) if call else ((), events)
        cast, sent = [e for e in later if e.act in self.votes], local_day(call.entered) if call else asked.day
        days, who = situation.calendar.working_days_between(sent, asked.day) if asked.day > sent else 0, situation.people.name(asked.actor)
        copied = sum("opinion" in said and e.data.get("opinion") == said["opinion"] for e in cast)
        tests = [(asked.actor not in members, f"{who}不是本次讨论的成员", f"{who} is not a member of this deliberation"),
            (situation.authority.post not in self.posts or asked.actor in biased, f"{who}岗位不符或应当回避", f"{who}: wrong post, or recused"),
            (any(e.actor == asked.actor for e in cast), f"{who}已经表决", f"{who} has voted already"),
            (any(e.act in self.results for e in later), "讨论已有结果", "the deliberation has its result"),
            (days < self.ahead, f"材料录入后不足{self.ahead}个工作日", f"less than {self.ahead} working days after the papers"),
            (not said.get("vote") or len(said.get("opinion", "")) < 4, "未写明表决和本人意见", "no vote, or no opinion of one's own")]
        if asked.act not in self.votes:
            return None
        for bad, zh, en in tests:
            if bad:
                return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh=zh, en=en), remedy=Text(
                    zh="请由召集通知所列、无需回避的成员本人在阅读材料后表决一次并写明意见。", en="Each member convened votes once, having read, and says why."))
        return None if copied < self.copies - 1 else Demand(
            by=self.name, reason=Text(zh="多名成员意见文字相同，请说明理由", en="several members say the same words: give the reason"))

    def detect(self, _: PowerVersion) -> GateRule:
        """Every vote against the latest call, the votes since, the recusals and the ties."""
        party, recused = say.gather("last", None, R("party")), say.gather("set", self.recusals, R("_key"), each="officers")
        members = say.gather("last", self.calls, say.or_else(R("members"), ()))
        sent = say.gather("last", self.calls, R("_entered"))
        wrong = [say.negated(say.is_in(T("_actor"), members)), say.negated(say.is_in(T("_post"), self.posts)), say.missing(T("vote"))]
        wrong += [say.is_in(T("_actor"), recused), say.tied(T("_actor"), party, T("_on")), say.over(4, say.length(T("opinion")))]
        wrong += [say.some(self.votes, say.same_actor(), since=self.calls), say.some(self.results, since=self.calls)]
        copied = say.at_least(say.count(self.votes, say.matches("opinion"), since=self.calls), self.copies - 1)
        early = say.over(self.ahead, say.working_days(sent, T("_on")))
        return say.gate(self.votes, say.either(*wrong, early, copied), needs=["_actor"])
