"""speaking_order 末位表态: whoever presides speaks and votes last, after every member who is there.

Why: once the chief has spoken, nobody contradicts him; then the deliberation is his word with signatures under it.
Finds: a call that names no chair among its members; an opinion or a vote of the chair, or of one who acts from a chair's post, before
every other member has spoken or is recorded as absent by somebody else with reasons.
Not: what was said before the meeting; a chair whose absence list is false is seen in the members' own later votes.
Source: 重大行政决策程序暂行条例 30, by analogy (the chief speaks last); so a rule of the agency, not a statute of this procedure.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import list_of
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class SpeakingOrder:
    """Since the latest of `calls` (field leader presides) all `members` do one of `speaks` before the chair does."""

    name: ClassVar[str] = "speaking_order"
    title: ClassVar[Text] = Text(zh="主持人末位表态", en="The chair speaks last")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {"calls": ["convene"], "speaks": ["state_opinion", "vote"], "absences": ["record_absence"],
        "chairs": ["chief", "deputy"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("convene fay 0 members=[ann,bob,eve] leader=eve", "state_opinion ann 1", "vote bob 1", "state_opinion eve 1 @chief", "vote eve 2"),
        ("convene fay 0 members=[ann,eve,bob] leader=eve", "record_absence fay 1 absentee=bob reasons=出差在外", "vote ann 1", "vote eve 1"),
        ("convene fay 0 members=[ann,bob] leader=ann", "vote bob 1", "vote ann 1", "vote carl 1", "state_opinion bob 1"),
        ("convene fay 0 members=[ann,bob,dan] leader=ann", "vote bob 1", "vote dan 1",
         "convene fay 4 members=[bob,dan] leader=dan", "vote bob 5", "vote dan 5"),
        ("vote eve 0", "state_opinion bob 0 @chief", "convene fay 1 members=[ann,bob,eve] leader=eve"),
        ("convene fay 0 members=[dan,bob] leader=dan", "state_opinion bob 0", "vote bob 1", "state_opinion dan 1", "vote dan 1 @deputy"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("convene fay 0 members=[ann,bob]", "convene fay 0 members=[ann,bob] leader=eve"),
        ("convene fay 0 members=[ann,bob,dan] leader=ann", "vote bob 1", "state_opinion dan 1 @deputy"),
        ("convene fay 0 members=[ann,bob,eve] leader=eve", "vote bob 1", "vote bob 1", "vote carl 1", "state_opinion eve 1"),
        ("convene fay 0 members=[ann,eve] leader=eve", "vote ann 1", "convene fay 4 members=[ann,eve] leader=eve", "vote eve 5"),
        ("convene fay 0 members=[ann,bob,eve] leader=eve", "record_absence eve 1 absentee=bob reasons=出差在外"),
        ("convene fay 0 members=[ann,bob,eve] leader=eve", "record_absence dan 1 @deputy absentee=bob reasons=出差在外"),
        ("convene fay 0 members=[ann,eve] leader=eve", "record_absence fay 1 reasons=出差在外 absentee=carl", "vote eve 1",
         "record_absence fay 1 absentee=ann reasons=有事情"),
    )

    calls: tuple[str, ...]
    speaks: tuple[str, ...]
    chairs: tuple[str, ...]  # posts
    absences: tuple[str, ...] = ()
    letters: ClassVar[int] = 4  # a reason in fewer characters is none
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.calls, *self.speaks, *self.absences, *self.chairs}
        unknown = sorted(named - {row.act for row in version.procedure.rows} - {*version.posts})
        if unknown or not (self.calls and self.speaks and self.chairs):
            return Text(zh=f"召集、发言和主持岗位须各有所指（{'、'.join(unknown)}）", en=f"an act or post is lacking ({', '.join(unknown)})")
        voting = {post for row in version.procedure.rows if row.act in self.speaks for post in row.by}
        voting &= {*(list_of(version, "own_vote", "posts") or voting)}
        mute = [version.posts[chair].name for chair in self.chairs if chair not in voting]
        return Text(zh=f"chairs：{'、'.join(one.zh for one in mute)}主持讨论，却不能表决或发言，讨论永远没有结果",
                    en=f"chairs: {', '.join(one.en for one in mute)} presides but may not vote or speak, so nothing can be resolved",
        ) if mute else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a meeting without a chair, a chair who speaks early, and absences that he writes himself."""
        events, asked, said = situation.case.events, situation.proposed, situation.proposed.data
        call = next((e for e in reversed(events) if e.act in self.calls), None)
        members, leader = (call.data.get("members", ()), call.data.get("leader")) if call else ((), None)
        name, fault = situation.people.name, ("", "")
        presides = asked.actor == leader or situation.authority.post in self.chairs
        since = [e for e in events if call and e.seq > call.seq]
        heard = {e.actor for e in since if e.act in self.speaks} | {e.data.get("absentee") for e in since if e.act in self.absences}
        waiting = "、".join(name(m) for m in dict.fromkeys(members) if m not in heard and m != asked.actor)
        if asked.act in self.calls and said.get("leader") not in said.get("members", ()):
            fault = "召集集体讨论未在成员中指明主持人（leader）", "the call does not name a chair (leader) among its members"
        elif asked.act in self.speaks and presides and waiting:
            fault = f"{name(asked.actor)}主持讨论，应末位表态；尚未发言：{waiting}", f"{name(asked.actor)} presides; not yet heard: {waiting}"
        elif asked.act in self.absences and presides:
            fault = "主持人不得自行登记成员缺席", "whoever presides may not record members as absent"
        elif asked.act in self.absences and (said.get("absentee") not in members or len(said.get("reasons", "")) < self.letters):
            fault = "登记缺席须写明是哪位成员（absentee）和理由（reasons）", "an absence names the member (absentee) and the reasons"
        return None if fault == ("", "") else Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(*fault), remedy=Text(
            zh="请其他成员先发表意见；不能到会的，由会议记录人写明理由登记缺席；主持人最后表态。",
            en="Let the others speak first, have the secretary record who is away and why; the chair comes last."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """The chair's word before others; a call without a chair; an absence by the chair, of a stranger or without reasons."""
        call = say.gather("last", self.calls, R("_seq"))
        leader = say.gather("last", self.calls, say.or_else(R("leader"), ""))
        members = say.gather("last", self.calls, say.or_else(R("members"), ()))
        presides = say.either(say.equal(T("_actor"), leader), say.is_in(T("_post"), self.chairs))
        heard = say.gather("set", self.speaks, R("_actor"), since=self.calls)
        away = say.gather("set", self.absences, R("absentee"), since=self.calls)
        waited = say.both(say.equal(R("_seq"), call), say.differs(R("_key"), T("_actor")), say.negated(say.is_in(R("_key"), away)))
        waiting = say.gather("set", self.calls, R("_key"), waited, each="members")
        bad_absence = say.either(presides, say.negated(say.is_in(T("absentee"), members)), say.over(self.letters, say.length(T("reasons"))))
        return AnyOf((say.gate(self.calls, say.negated(say.is_in(T("leader"), T("members")))),
                      say.gate(self.speaks, say.over(say.without(waiting, heard), 0), applies=presides, needs=["_actor"]),
                      say.gate(self.absences, bad_absence, needs=["_actor"])))
