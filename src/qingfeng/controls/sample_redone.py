"""sample_redone 抽样可重算: a sample is what the public number makes of the frozen plan: worked out anew when it is registered.

Why: 手工挑选案卷: a “draw” with invented hashes over files picked by hand; a plan changed, or a number tried, until the result pleases.
Finds: a plan without source and day of its number, or whose day has come; one approved once the number is out, or exchanged then; a number
entered before its day, or by who may be drawn; a draw by who entered the number, or of other files, reviewers or hashes than it gives.
Not: whether the number entered is the one published (two people enter and draw, and anybody can look it up); who is in the pool.
Source: 优化营商环境条例 54 (random subjects, random inspectors); the bytes are those of docs/draw.md, section 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.draw.sample import Sample, sample
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Op, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
SOURCE, ON, VALUE = "seed_source", "seed_on", "seed_value"
_POOLS: tuple[tuple[str, Any], ...] = (("pool", ()), ("subject_count", 0), ("officer_pool", ()), ("officer_count", 0))
_PLAN = "pool ann 1 plan_id=P1 pool=[F1,F2,F3] subject_count=2 officer_pool=[bob,carl,dan] officer_count=2 seed_source=s seed_on=2026-03-06"
_PASS, _NO, _OLD = "approve dan 2", "number eve 4 seed_value=no0311", _PLAN.replace("pool ann 1", "pool ann 5")
_POOL = ("P1", "no0311", ("F1", "F2", "F3"), 2, ("bob", "carl", "dan"), 2)
_RIGHT, _LESS = sample(*_POOL, 1), sample(*_POOL)
_DRAW, _BARE = ("draw fay 5 drawn=[{}] officers=[{}] substitutes=[{}] result_hash={} transcript_hash={}".format(
    *map(",".join, (one.files, one.reviewers, one.spare)), one.result_hash, one.transcript_hash).replace(
    " substitutes=[]", "") for one in (_RIGHT, _LESS))
_FROZEN, _LATER = (_PLAN, _PASS, _NO), _PLAN.replace("pool ann 1", "pool ann 7").replace("-06", "-20")
_LEFT = next(one for one in ("F1", "F2", "F3") if one not in _RIGHT.files)


@dataclass(frozen=True, slots=True)
class SampleRedone:
    """`pools` freeze a plan with `seed_source`, `seed_on`; `approvals` pass it, `numbers` enter `seed_value`; `draws` follow."""

    name: ClassVar[str] = "sample_redone"
    title: ClassVar[Text] = Text(zh="抽样可重算", en="Sample redone")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "pools": ["pool"], "approvals": ["approve"], "numbers": ["number"], "draws": ["draw"], "voids": ["void"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*_FROZEN, _DRAW), (*_FROZEN, _BARE), (_PLAN, _PASS), _FROZEN, (_PLAN, _PASS, "void dan 3", _PLAN), (_PLAN, *_FROZEN, _DRAW),
        (*_FROZEN, "number gus 4 seed_value=no0312", "number hal 4 seed_value=no0311", _DRAW), (*_FROZEN, _DRAW, "void dan 6", _LATER),
        (*_FROZEN, _DRAW, "note ann 8"), (_PLAN,), (_PLAN, "note bob 2"), *((_PLAN, _PASS, f"note {who} 4") for who in ("eve", "fay")))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        *((_PLAN.replace(a, b),) for a, b in ((" seed_source=s", ""), (" seed_on=2026-03-06", ""), ("-06", "-03"), ("-06", "-02"))),
        (_PLAN, "approve dan 4"), (_PLAN, "approve dan 9"), (_PLAN, _PASS, _NO.replace("eve 4", "eve 3")), (_NO,), (_PASS,),
        (_PLAN, _PASS, _NO.replace(" seed_value=no0311", "")), *((_PLAN, _PASS, _NO.replace("eve", who)) for who in ("bob", "dan")),
        (_PLAN, _PASS, _DRAW), (_PLAN, _PASS, _NO.replace("eve", "fay"), _DRAW), (_DRAW,), (_PLAN, _NO, _DRAW), (*_FROZEN[:2], _OLD),
        (*_FROZEN, _OLD.replace("-06", "-20")), *((*_FROZEN, bad) for bad in (_DRAW.replace(_RIGHT.files[0], _LEFT),
            _DRAW.replace(_RIGHT.result_hash, "h1"), _DRAW.replace(_RIGHT.transcript_hash, "h2"), _DRAW.replace(
            f"=[{','.join(_RIGHT.reviewers)}]", f"=[{_RIGHT.reviewers[0]},{_RIGHT.spare[0]}]"), _DRAW.replace(_RIGHT.files[0] + ",", ""))),
        (_PLAN, _PASS, _NO.replace("no0311", "no0399"), _DRAW), (*_FROZEN, _NO.replace("eve", "gus").replace("no0311", "no0399"), _DRAW),
        (*_FROZEN, _BARE.replace(_LESS.result_hash, _RIGHT.result_hash)), (*_FROZEN, _DRAW, "void dan 6", _LATER.replace("-20", "-06")),
    )

    pools: tuple[str, ...]
    approvals: tuple[str, ...]
    numbers: tuple[str, ...]
    draws: tuple[str, ...]
    voids: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.pools, self.approvals, self.numbers, self.draws) or unfit(version, self.draws, more=self.voids)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a plan that names no number to come, and a draw that is not what the number gives."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("优化营商环境条例", "54"),
            reason=fault, remedy=Text(
                zh="方案写明来源和以后一天的公开号码，开出以前核准；开出后由不抽取、不会被抽中的人照公布的登记，抽取照算出的结果。"
                   "号码开出以后方案不再更换，要改的先抽取再作废。",
                en="Name the source and a day to come, have the plan approved before it; then one who neither draws nor may be drawn "
                   "enters the number, and the draw is what comes out.  Once it is out a plan is not exchanged: draw, then void it."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d, day = s.proposed, s.proposed.data, s.proposed.day
        plan, passed, numbers = self._standing(s)
        on = date.fromisoformat(plan[ON]) if plan.get(ON) else None
        if p.act in self.pools:
            yield not d.get(SOURCE) or not d.get(ON), "没有写明抽样用哪个来源、哪一天的公开号码", "the source and the day of the number are missing"
            yield date.fromisoformat(d[ON]) <= day, "方案要用的号码已经开出，应写以后的一天", "the number of that day is out already"
            yield passed and on is not None and on <= day, "已核准方案的号码已经开出，不得更换方案", "the number is out: the plan is not exchanged"
        if p.act in self.approvals:
            yield on is None or on <= day, "没有方案，或者其号码已经开出，不能再核准", "there is no plan, or its number is out: too late to approve it"
        if p.act in self.numbers:
            yield on is None, "没有写明公开号码的方案", "there is no plan that names a number"
            yield on is not None and day < on, f"{on}的号码还没有开出", f"the number of {on} is not out yet"
            yield not d.get(VALUE), "没有写明号码", "the number is missing"
            yield p.actor in plan.get("officer_pool", ()), "可能被抽中的人不得登记号码", "who may be drawn does not enter the number"
        if p.act in self.draws:
            yield on is None or not passed or not numbers, "方案没有核准，或者号码没有登记", "the plan is not approved, or its number not entered"
            yield any(e.actor == p.actor for e in numbers), "登记号码的人不得自己抽取", "who entered the number does not draw"
            due = self._due(plan, numbers, len(d.get("substitutes") or ()))
            same = all({*(d.get(field) or ())} == {*right} for field, right in (
                ("drawn", due.files), ("officers", due.reviewers), ("substitutes", due.spare)))
            who = "、".join(s.people.name(one) for one in due.reviewers)
            yield not same, f"与按公开号码算出的不符：应抽{'、'.join(due.files)}，由{who}评查", "it is not what the number gives"
            hashes = (d.get("result_hash"), d.get("transcript_hash")) == (due.result_hash, due.transcript_hash)
            yield not hashes, "结果或者记录的校验值不是照号码重算出的", "the hashes are not those of the draw done again"

    def _standing(self, s: Situation) -> tuple[Mapping[str, Any], bool, list[Event]]:
        """Return the plan that stands (nothing after a void), whether it was approved, and the numbers entered for it."""
        done = [e for e in s.case.events if e.kind == ACT]
        at = max((n for n, e in enumerate(done) if e.act in (*self.pools, *self.voids)), default=None)
        if at is None or done[at].act not in self.pools:
            return {}, False, []
        since = done[at + 1 :]
        passed = any(e.act in self.approvals for e in since)
        return done[at].data, passed, [e for e in since if e.act in self.numbers and e.data.get(VALUE)]

    @staticmethod
    def _due(plan: Mapping[str, Any], numbers: list[Event], spare: int) -> Sample:
        number, (pool, count, officers, seats) = numbers[-1].data[VALUE] if numbers else None, (plan.get(f) or empty for f, empty in _POOLS)
        return sample(str(plan.get("plan_id")), str(number), pool, count, officers, seats, spare)

    def known_values(self, situation: Situation, _: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what a draw comes to: the files, the reviewers, the hashes."""
        plan, passed, numbers = self._standing(situation)
        if situation.proposed.act not in self.draws or not passed or not numbers:
            return {}
        due, said = self._due(plan, numbers, 0), [e.data.get("library_names") for e in situation.case.events if e.kind == ACT]
        named: Mapping[str, str] = next((one for one in reversed(said) if one), {})
        return {"subjects": [named[one] for one in due.files if one in named], "drawn": list(due.files), "officers": list(due.reviewers),
                "result_hash": due.result_hash, "transcript_hash": due.transcript_hash,
                **{f: plan[f] for f in ("plan_id", "plan_hash") if plan.get(f)}}

    def detect(self, _: PowerVersion) -> AnyOf:
        """Draw again by the latest plan and number, and compare; look at the days of plan, approval and number."""
        fresh, today = (*self.pools, *self.voids), T("_on")
        newest = say.equal(R("_seq"), say.last(self.pools, "_seq"))
        plan = {f: say.gather("last", self.pools, R(f), newest, since=self.voids) for f in ("plan_id", ON, *(f for f, _ in _POOLS))}
        on, passed = say.day(plan[ON]), say.some(self.approvals, since=fresh)
        number = say.last(self.numbers, VALUE, since=fresh)
        by = say.gather("set", self.numbers, R("_actor"), say.said(R(VALUE)), since=fresh)

        def due(what: str) -> Op:
            return say.written("sample", what, plan["plan_id"], number, *(plan[f] for f, _ in _POOLS), say.size(T("substitutes")))

        parts = (("drawn", "files"), ("officers", "reviewers"), ("substitutes", "spare"))
        unlike = [say.over(say.without(a, b), 0) for f, what in parts for a, b in ((T(f), due(what)), (due(what), T(f)))]
        hashes = [say.negated(say.equal(T(field), due(field))) for field in ("result_hash", "transcript_hash")]
        return AnyOf((
            say.gate(self.pools, say.either(say.missing(T(SOURCE)), say.missing(T(ON)), say.at_least(today, say.day(T(ON))),
                say.both(passed, say.at_least(today, on)))),
            say.gate(self.approvals, say.either(say.missing(plan[ON]), say.at_least(today, on))),
            say.gate(self.numbers, say.either(say.missing(plan[ON]), say.over(on, today), say.missing(T(VALUE)),
                say.is_in(T("_actor"), plan["officer_pool"])), needs=["_actor"]),
            say.gate(self.draws, say.either(say.missing(plan[ON]), say.negated(passed), say.missing(number), say.is_in(T("_actor"), by),
                *unlike, *hashes), needs=["_actor"])))
