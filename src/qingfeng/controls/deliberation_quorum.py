"""deliberation_quorum 讨论人数: all heads are convened with papers, none of them concerned, and enough of the whole body have voted.

Why: a deliberation of two friends; a head who would be against is not called; minutes that list who was not there; a new call to
shake off votes that went wrong.
Finds: a call of too few, of recused or tied members, without papers, over open votes, or that leaves out somebody who has a seat in
the body, is there that day and need not keep out of it; a result (unless deferred) without call or quorum, a second one, one with
other attendants than those who voted, or after a member was recused.
Not: whose vote it was (own_vote), what the votes give (deliberation_result).  Source: the agency's rules of meeting, its numbers.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import list_of, unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class Seats:
    """How many of a post's holders sit in the body: the first of them, in order of appointment."""

    post: str
    seats: int


@dataclass(frozen=True, slots=True)
class DeliberationQuorum:
    """`calls` name at least `fewest` members, the present ones of `body` among them, and the papers; `percent` of the body vote.

    Who is away is not called, but counts for the quorum; who is recused or tied to the party does neither.
    """

    name: ClassVar[str] = "deliberation_quorum"
    title: ClassVar[Text] = Text(zh="讨论人数", en="Quorum of the deliberation")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {
        "calls": ["call"], "votes": ["vote"], "results": ["end"], "recusals": ["recuse"], "fewest": 2, "percent": 67,
        "body": [{"post": "chief", "seats": 2}, {"post": "deputy", "seats": 1}]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("dan", "P"), ("bob", "W"))
    example_posts: ClassVar[tuple[tuple[str, str], ...]] = (("bob", "chief"), ("eve", "deputy"), ("fay", "deputy"))
    example_away: ClassVar[tuple[tuple[str, int, int], ...]] = (("bob", 20, 25),)
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = tuple((*("note fay 0",) * 7, *meeting) for meeting in (
        ("call fay 0 members=[eve,bob] document_hash=h", "vote eve 1", "vote bob 1", "end fay 1 result=adopted members=[bob,eve]"),
        ("call fay 0 members=[ann,bob,eve] document_hash=h", "vote ann 1", "vote bob 1", "end fay 1 result=deferred"),
        ("recuse eve 0 officers=[bob]", "call fay 0 members=[ann,eve,dan] document_hash=h", "vote eve 1", "recuse eve 1 officers=[ann]",
         "call fay 1 members=[eve,dan] document_hash=h"),
        ("call fay 0 party=Q members=[dan,eve,bob] document_hash=h", "end fay 0 result=deferred", "end fay 4 result=deferred"),
        ("call fay 21 members=[ann,eve,dan] document_hash=h", "vote ann 22", "vote eve 22", "vote dan 22",
         "end fay 22 members=[dan,eve,ann]"),
        ("call fay 0 members=[ann,eve] document_hash=h party=W", "vote eve 1", "vote ann 1", "end fay 26 members=[eve,ann]"),
        ("call fay 0 members=[ann,bob,eve,dan] document_hash=h", "vote carl 0", "recuse eve 0 officers=[carl]", "vote ann 0", "vote bob 0",
         "vote eve 0", "end fay 1 result=rejected members=[ann,bob,eve]"),
    ))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("call fay 0 members=[ann,ann] document_hash=h", "call fay 0 members=[ann,bob]", "end fay 1 result=adopted"), ("end fay 1",),
        ("recuse eve 0 officers=[bob]", "call fay 0 members=[ann,bob] document_hash=h",
         "call fay 0 members=[ann,dan] document_hash=h party=P"),
        ("call fay 0 members=[ann,dan] document_hash=h", "vote dan 1", "call fay 4 members=[ann,bob] document_hash=h"),
        ("call fay 0 members=[ann,bob,eve] document_hash=h", "vote ann 1", "vote bob 1", "end fay 1 result=adopted members=[ann,bob]"),
        ("call fay 0 members=[ann,bob] document_hash=h", "vote ann 1", "vote bob 1", "end fay 1 members=[ann]",
         "recuse fay 1 officers=[bob]", "end fay 1 members=[ann,bob,eve]"),
        ("call fay 0 members=[eve,bob] document_hash=h", "vote eve 1", "end fay 1 result=deferred", "end fay 1 members=[eve]"),
        ("call fay 0 members=[ann,eve,dan] document_hash=h",), ("call fay 0 members=[ann,bob,fay] document_hash=h",),
        ("call fay 26 party=Q members=[ann,eve] document_hash=h",),
        ("call fay 21 members=[ann,eve] document_hash=h", "vote ann 22", "vote eve 22", "end fay 22 members=[eve,ann]"),
    )
    calls: tuple[str, ...]
    votes: tuple[str, ...]
    results: tuple[str, ...]
    recusals: tuple[str, ...] = ()
    fewest: int = 3  # members convened
    percent: int = 67  # of the body and those convened must have voted
    body: tuple[Seats, ...] = ()  # who belongs to it, by the rules of meeting; none: whoever is called
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        lists = unfit(version, self.calls, self.votes, self.results, more=self.recusals)
        posts, size = [one.post for one in self.body], sum(one.seats for one in self.body)
        unknown = sorted({*posts} - {*version.posts})
        if lists or unknown:
            return lists or Text(zh=f"body：没有这些岗位：{'、'.join(unknown)}", en=f"body: no such posts: {', '.join(unknown)}")
        if any(one.seats < 1 for one in self.body) or len({*posts}) < len(posts):
            return Text(zh="body：每个岗位写一次，席位至少1个", en="body: each post once, with 1 seat or more")
        others = {*(list_of(version, "own_vote", "posts") or ())} - {*posts}  # who else may vote, in numbers nobody knows
        if 0 < size < self.fewest and not others:
            return Text(zh=f"fewest：至少召集{self.fewest}人，而讨论机构（body）只有{size}个席位，永远凑不齐",
                        en=f"fewest: {self.fewest} must be convened, but the body has only {size} seats, so it can never meet")
        return None if self.fewest >= 2 and 1 <= self.percent <= 100 else Text(
            zh="fewest至少2人，percent为1至100", en="fewest is 2 or more, percent 1 to 100")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a meeting of too few or the wrong people, and a result that does not rest on their votes."""
        events, asked, said = situation.case.events, situation.proposed, situation.proposed.data
        party = said.get("party", next((e.data["party"] for e in reversed(events) if "party" in e.data), None))
        biased = {i.officer for i in situation.people.interests if party and situation.people.tied(i.officer, party, asked.day)}
        biased |= {who for e in events if e.act in self.recusals for who in e.data.get("officers", ())}
        call = next((e for e in reversed(events) if e.act in self.calls), None)
        members, later = ({*call.data.get("members", ())}, events[call.seq :]) if call else (set[str](), events)
        gone = members & {who for e in later if e.act in self.recusals for who in e.data.get("officers", ())}
        voters, here = {e.actor for e in later if e.act in self.votes} & members, {*said.get("members", ())}
        begun = max((e.seq for e in later if e.act in self.results), default=0)
        shaken = any(e.act in self.votes and e.seq > begun for e in later) and not any(e.act in self.recusals for e in later)
        names = "、".join(situation.people.name(who) for who in sorted(here & biased))
        heads = self.seated(situation.people, local_day(call.at) if call else asked.day) - biased
        left = [situation.people.name(who) for who in sorted(self.seated(situation.people, asked.day) - biased - here)
                if not situation.people.away(who, asked.day)]
        tests = [(len(here) < self.fewest or not said.get("document_hash"), f"成员不足{self.fewest}人或未附材料", "too few members or no papers"),
            (bool(names), f"应当回避：{names}", f"recused or tied to the party: {names}"), (shaken, "已有表决，不得另行召集", "votes are open"),
            (bool(left), f"未通知应当到会的成员：{'、'.join(left)}", f"not called, though they belong to the body: {', '.join(left)}")]
        whole = len(members | heads)
        if asked.act not in self.calls:
            tests = [(not call or begun > 0 or bool(gone & members), "未经召集、已有结果或成员被回避", "not called, or one recused"),
                (len(voters) * 100 < self.percent * whole, f"应到{whole}人中{len(voters)}人表决，不足{self.percent}%",
                 f"{len(voters)} of the {whole} members voted, less than {self.percent} per cent"),
                (here != voters, "到会成员与本人表决的成员不一致", "the attendants are not those who voted")]
        fault = next(((zh, en) for bad, zh, en in tests if bad), None)
        asks = asked.act in self.calls or (asked.act in self.results and said.get("result") != "deferred")
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            zh="请按规定召集、由成员本人表决；否则记录为暂缓，重新召集。", en="Let enough vote; else defer and call anew.")) if fault and asks else None

    def seated(self, people: People, day: date) -> set[str]:
        """Return who sits in the body on a day, by post and length of service."""
        return {who for one in self.body for who in people.holders(one.post, day)[: one.seats]}

    def detect(self, _: PowerVersion) -> AnyOf:
        """Members, voters and attendants as sets, call by call."""
        party = say.or_else(T("party"), say.gather("last", None, R("party")))
        recused = say.gather("set", self.recusals, R("_key"), each="officers")
        members = say.gather("last", self.calls, say.or_else(R("members"), ()))
        voters = say.gather("set", self.votes, R("_actor"), say.is_in(R("_actor"), members), since=self.calls)
        gone = say.some(self.recusals, say.is_in(R("_key"), members), each="officers", since=self.calls)
        shaken = say.both(say.some(self.votes, since=(*self.calls, *self.results)), say.none(self.recusals, since=self.calls))
        biased = say.either(say.is_in(T("_key"), recused), say.tied(T("_key"), party, T("_on")))
        unlike = [say.over(say.without(T("members"), voters), 0), say.over(say.without(voters, T("members")), 0), gone]
        seats = {one.post: one.seats for one in self.body}
        barred, met = say.joined(recused, say.kin(party, T("_on"))), say.gather("last", self.calls, R("_on"))
        heads = say.without(say.staff(seats, say.or_else(met, T("_on"))), say.joined(barred, members))
        thin = say.over(say.times(self.percent, say.plus(heads, say.without(members, ()))), say.times(100, say.size(voters)))
        left = say.over(say.without(say.present(seats, T("_on")), say.joined(barred, T("members"))), 0)
        summons = say.either(say.over(self.fewest, say.without(T("members"), ())), say.missing(T("document_hash")), shaken, left)
        bad = say.either(*unlike, thin, say.none(self.calls), say.some(self.results, since=self.calls))
        held, summoned = say.differs(say.or_else(T("result"), ""), "deferred"), say.gate(self.calls, summons)
        return AnyOf((summoned, say.gate(self.calls, biased, each="members"), say.gate(self.results, bad, applies=held, needs=["_actor"])))
