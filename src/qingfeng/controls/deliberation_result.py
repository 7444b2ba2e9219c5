"""deliberation_result 讨论结果: what is recorded as resolved is what the members' own votes give, and nobody decides against it.

Why: 少数人说了算 – the minutes say adopted where the members were against, or for another sum than they voted on.
Finds: a result, count or content that the votes of those convened did not give, reasons or not; a decision before or against it, or
that disposes of a person otherwise than was put to the vote and adopted.
Not: whether the members were right and came (deliberation_quorum).  Source: by analogy, 重大行政决策程序暂行条例 30.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.text import Text

_PUT = ("call fay 0 members=[ann] accountability={R1:warning,R2:none}", "vote ann 0 vote=for")
_AGREED = "end fay 1 result=adopted accountability={R1:warning,R2:none}"


@dataclass(frozen=True, slots=True)
class DeliberationResult:
    """`results` say what the `votes` since the latest of `calls` give; `decides` only after an adopted one, and say in
each of `maps` (person → what follows) of nobody else and nothing else than it."""

    name: ClassVar[str] = "deliberation_result"
    title: ClassVar[Text] = Text(zh="讨论结果以表决为准", en="The result is what the votes give")
    # fmt: off
    example: ClassVar[dict[str, Any]] = {
        "calls": ["call"], "votes": ["vote"], "results": ["end"], "decides": ["decide"], "rule": "chief_with_reasons",
        "maps": ["accountability"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("call fay 0 members=[ann] amount=9", "vote ann 0 vote=for", "end eve 1 result=adopted amount=9 votes_for=1", "decide eve 2"),
        ("call fay 0 members=[ann,bob,eve] leader=eve", "vote ann 1 vote=for", "end fay 1 result=deferred", "end eve 1 result=rejected"),
        ("call ann 0", "vote bob 0 vote=against", "call eve 4 members=[bob]", "vote bob 4 vote=for", "end eve 5 result=adopted"),
        ("call fay 0 members=[ann,bob,eve]", "vote ann 1 vote=against", "vote eve 1 vote=against", "end fay 1 result=rejected"),
        ("call fay 0 members=[ann]", "vote ann 0 vote=for", "vote carl 0 vote=against", "end fay 1 result=adopted votes_against=0"),
        ("call fay 0 members=[ann,bob]", "vote ann 1 vote=for", "end fay 1 result=rejected", "end fay 1 result=deferred votes_for=1"),
        ("decide eve 0", "call fay 0 members=[ann,eve]", "end fay 0 result=deferred", "end fay 0 result=rejected", "call fay 0"),
        ("call fay 0 members=[ann,eve,bob]", "end fay 0 result=rejected votes_for=0", "end fay 1 result=deferred votes_against=0"),
        *((*_PUT, _AGREED, f"decide eve {n} accountability={said}") for n in (2, 3) for said in ("{R1:warning,R2:none}", "{R1:warning}")),
        (_PUT[0], "end fay 1 result=deferred"), (*_PUT, _AGREED, "decide bob 2 accountability={R2:none}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("call fay 0 members=[ann,bob,eve] leader=eve", "vote ann 1 vote=against", "vote eve 1 vote=for", "end fay 1 result=adopted"),
        ("call fay 0 members=[ann,bob,eve] leader=eve", "vote ann 1 vote=for", "vote bob 1 vote=for", "end fay 1 result=deferred"),
        ("call fay 0 members=[ann,eve,bob]", "vote ann 1 vote=against", "vote eve 1 vote=against", "end fay 1 result=deferred"),
        ("call fay 0 members=[ann] amount=900 penalty_kinds=[fine]", "vote ann 0 vote=for", "end fay 1 result=adopted amount=900",
         "end fay 1 result=adopted penalty_kinds=[fine]", "end fay 1 result=adopted amount=900 penalty_kinds=[fine] votes_for=2"),
        ("call fay 0 members=[ann] confiscated=7", "vote ann 0 vote=for", "end fay 1 result=adopted confiscated=7 votes_against=1",
         "end fay 1 result=adopted"), ("call fay 0 members=[ann]", "decide eve 1", "end fay 1 result=rejected", "decide eve 1"),
        *((*_PUT, _AGREED, f"decide eve {n} accountability={said}") for n in (2, 3) for said in ("{R1:none}", "{R1:warning,R3:none}",
            "{R1:warning,R2:talk}")), *((*_PUT, _AGREED.replace(a, b)) for a, b in (("R1:warning", "R1:none"), (",R2:none", ""),
            (" accountability={R1:warning,R2:none}", ""), ("R2:none", "R2:none,R3:talk"))),
        (_PUT[0].replace(" accountability={R1:warning,R2:none}", ""), _PUT[1], "end fay 1 result=adopted",
         "decide eve 2 accountability={R1:none}"),
    )
    calls: tuple[str, ...]
    votes: tuple[str, ...]
    results: tuple[str, ...]
    decides: tuple[str, ...]
    rule: str = "majority"
    maps: tuple[str, ...] = ()
    basis: ClassVar[Basis] = Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named, rows = [*self.calls, *self.votes, *self.results, *self.decides], {row.act for row in version.procedure.rows}
        known = self.rule in ("majority", "chief_with_reasons") and len({*named} & rows) == len(named)
        return None if known and self.calls and self.votes and self.results else Text(zh="动作应取自流程且不重复，rule应有效", en="acts once; known rule")

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse a result that is not the members'; ask for reasons where the chief departs or the matter is put off."""
        events, asked, said = situation.case.events, situation.proposed, situation.proposed.data
        call = next((e for e in reversed(events) if e.act in self.calls), None)
        put, members = (call.data, {*call.data.get("members", ())}) if call else ({}, set())
        cast = {(e.actor, e.data.get("vote")) for e in events[call.seq if call else 0:] if e.act in self.votes and e.actor in members}
        led = {{"for": "adopted", "against": "rejected"}.get(str(vote)) for who, vote in cast if who == put.get("leader")}
        yes, no = ([vote for _, vote in cast].count(side) for side in ("for", "against"))
        right = ["adopted"] if yes * 2 > len(members) else ["rejected"] if no * 2 > len(members) else ["rejected", "deferred"]
        state = next((e.data.get("result", "open") for e in reversed(events) if e.act in (*self.calls, *self.results)), "adopted")
        zh, en, result = f"赞成{yes}、反对{no}，应到{len(members)}人", f"{yes} for, {no} against of {len(members)}", said.get("result", "")
        new, old = ([d.get("amount", 0), d.get("confiscated", 0), {*d.get("penalty_kinds", ())}] for d in (said, put))
        new, old = ([*one, *(d.get(f, {}) for f in self.maps)] for one, d in ((new, said), (old, put)))
        held: dict[str, Any] = next((dict(e.data) for e in reversed(events) if e.act in self.results), {})
        other = sorted(who for f in self.maps for who, word in said.get(f, {}).items() if held.get(f, {}).get(who) != word)
        if asked.act not in (self.decides if state != "adopted" or other else ()) and asked.act not in self.results:
            return None
        if asked.act in self.decides and state == "adopted":
            names = "、".join(map(situation.people.name, other))
            zh, en = f"对{names}的处理不是集体讨论通过的", f"what follows for {names.replace('、', ', ')} is not what was adopted"
        elif asked.act in self.decides:
            zh, en = f"集体讨论尚无通过的结果（{zh}）", f"the deliberation has not adopted it ({en})"
        elif said.get("votes_for", yes) != yes or said.get("votes_against", no) != no:
            zh, en = f"记录的票数与表决不符：{zh}", f"the recorded counts are not the votes: {en}"
        elif result == "adopted" and new != old:
            zh, en = "通过的金额或种类不是提请表决的内容", "what is adopted is not what was put to the vote"
        elif result in right:
            return None
        elif result == "deferred" or (self.rule != "majority" and result in led):
            return Demand(by=self.name, reason=Text(zh=f"{zh}；与多数不一致，请说明理由", en=f"{en}; not the majority's: give the reasons"))
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=Text(zh=zh, en=en), remedy=Text(
            zh="请如实记录成员表决；要改变内容，重新提请讨论。", en="Record what the members voted; to change it, call anew."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Votes counted from the log against what is recorded and decided."""
        empty: dict[str, Expr] = {"members": (), "amount": 0, "confiscated": 0, "penalty_kinds": ()}
        put = {f: say.gather("last", self.calls, say.or_else(R(f), d)) for f, d in empty.items()}
        cast = [say.both(say.equal(R("vote"), side), say.is_in(R("_actor"), put["members"])) for side in ("for", "against")]
        state = say.gather("last", (*self.calls, *self.results), say.or_else(R("result"), "open"))
        yes, no = (say.gather("distinct", self.votes, R("_actor"), where, since=self.calls) for where in cast)
        half, result, kinds = say.without(put["members"], ()), T("result"), T("penalty_kinds")
        passed, fell = say.over(say.times(2, yes), half), say.over(say.times(2, no), half)
        new = [say.differs(say.or_else(T(f), 0), say.or_else(put[f], 0)) for f in ("amount", "confiscated")]
        new += [say.over(say.without(kinds, put["penalty_kinds"]), 0), say.over(say.without(put["penalty_kinds"], kinds), 0)]
        adopts, stray = say.equal(result, "adopted"), say.both(say.equal(result, "adopted"), say.either(*new))
        wrong = [say.differs(passed, adopts), say.both(fell, say.equal(result, "deferred")), stray, say.missing(result)]
        wrong += [say.differs(T("votes_for"), yes), say.differs(T("votes_against"), no)]
        adopted = {f: say.gather("last", self.results, say.or_else(R(f), ())) for f in self.maps}
        asked = {f: say.gather("last", self.calls, say.or_else(R(f), ())) for f in self.maps}
        wrong += [say.both(adopts, say.over(say.without(asked[f], T(f)), 0)) for f in self.maps]
        apart = [say.gate(acts, say.both(when, say.negated(say.equal(T("_value"), say.value_of(told[f], T("_key"))))), each=f)
                 for f in self.maps for acts, when, told in ((self.results, adopts, asked), (self.decides, 1, adopted))]
        return AnyOf((*apart, say.gate(self.results, say.either(*wrong), needs=["_actor"]),
            say.gate(self.decides, say.differs(state, "adopted"))))
