"""sanction_effects 处分落实与解除: a sanction takes effect on post, pay and dossier item by item, and ends by a decision with reasons.

Why: a demotion that never reaches the pay office is a paper; one lifted by a nod, early, is another.
Finds: an execution before the decision, with an effect of its kind left out or in a word, or by the person himself; a lifting without
anybody's proposal since the decision, by its proposer, without reasons, or of a kind that is never lifted; (watch) effects not carried
out in time, and a sanction not lifted although its time is long over.
Not: that it is not lifted too early (limits of the procedure); promotions meanwhile (status_frozen).
Source: 公务员法 64 and 处分条例 39 (dossier, report); the days are settings.
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
from qingfeng.facts.rule import AnyOf, R, Span, T, Today
from qingfeng.terms.text import Text

WORDS = 4  # characters of an account


@dataclass(frozen=True, slots=True)
class Effect:
    """What a kind of sanction brings about, and by how many calendar days after the decision it should be lifted (0: never)."""

    kind: str
    items: tuple[str, ...]
    lift_days: int


# fmt: off
_OUT, _HARD = "decide dan 0 sanction_kind=warning sanctioned=S1", "decide dan 0 sanction_kind=dismissal sanctioned=S1"
_DONE = "execute fay 5 effects={pay:工资档次不升,file:已归入档案}"
_GONE = "execute fay 5 effects={post:已办离职手续}"
_ASK, _LIFT = "propose ann 20", "lift eve 22 reasons=期间表现良好"


@dataclass(frozen=True, slots=True)
class SanctionEffects:
    """`executes` account in `effects` for each of the `items` of the kind decided; `lifts` follow `proposes`; `within`: calendar days."""

    name: ClassVar[str] = "sanction_effects"
    title: ClassVar[Text] = Text(zh="处分落实与解除", en="Effects and lifting of sanctions")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "executes": ["execute"], "proposes": ["propose"], "lifts": ["lift"],
        "ends": ["revoke"],
        "within": 10, "entries": [{"kind": "warning", "items": ["pay", "file"], "lift_days": 30},
        {"kind": "dismissal", "items": ["post"], "lift_days": 0}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OUT, _DONE), (_OUT, _DONE, _ASK, _LIFT), (_HARD, _GONE), (_OUT, _DONE, _DONE.replace("5", "6")), (_OUT,), (_HARD, _OUT, _DONE),
        (_OUT, _ASK, _LIFT), (_OUT, _DONE.replace("}", ",post:岗位没有变动}")), (_OUT, _DONE, _ASK, _ASK.replace("ann", "bob"), _LIFT),
        (_OUT, _HARD, _GONE), (_ASK,),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DONE,), (_OUT, _DONE.replace("pay:工资档次不升,", "")), (_OUT, _DONE.replace("已归入档案", "归档")), (_OUT, _DONE.replace("fay", "S1")),
        (_HARD, _DONE), (_OUT, _GONE), (_OUT, "execute fay 5"), (_OUT, _DONE, _LIFT), (_OUT, _DONE, _ASK.replace("ann", "eve"), _LIFT),
        (_ASK, _OUT, _LIFT), (_OUT, _HARD, _DONE), (_OUT, _DONE, _ASK, _LIFT.replace("期间表现良好", "好")), (_OUT, _DONE, _ASK, "lift eve 22"),
        (_HARD, _GONE, _ASK, _LIFT), (_ASK, _LIFT), (_OUT.replace("warning", "praise"), _DONE),
        (_OUT, _DONE, _ASK, _LIFT.replace("eve", "S1")),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OUT, "today 10"), (_OUT, _DONE, "today 30"), (_OUT, _DONE, _ASK, _LIFT, "today 90"), (_HARD, _GONE, "today 900"),
        (_OUT, "revoke bob 9", "today 90"), ("decide dan 0 sanction_kind=none", "today 90"), (_OUT, _DONE.replace("5", "10"), "today 20"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OUT, "today 11"), (_OUT, _DONE.replace("5", "11"), "today 12"), (_OUT, _DONE, "today 31"), (_HARD, "today 11"),
        (_OUT, _DONE, _ASK, "today 40"), (_OUT, _DONE, _ASK, _LIFT.replace("22", "31"), "today 31"),
    )

    entries: tuple[Effect, ...]
    within: int
    decides: tuple[str, ...] = ("decide_sanction",)
    executes: tuple[str, ...] = ("execute_sanction",)
    proposes: tuple[str, ...] = ("propose_lifting",)
    lifts: tuple[str, ...] = ("lift_sanction",)
    ends: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        kinds = [one.kind for one in self.entries]
        if not kinds or len({*kinds}) < len(kinds) or any(not one.items for one in self.entries) or not 1 <= self.within <= 180:
            return Text(zh="每种处分各列一次并写明落实事项；落实期间1至180日", en="each kind once, with its effects; 1 to 180 days to carry out")
        return unfit(version, self.decides, self.executes, self.proposes, self.lifts, more=self.ends)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse half an execution, and a lifting on a nod."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请按处分种类逐项写明职务、工资、档案等落实情况；解除的，由一人提请、另一人写明表现和理由后决定。",
            en="Account for every effect of the kind decided; to lift it, one proposes and another decides, with reasons."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        made = max((n for n, e in enumerate(done, 1) if e.act in self.decides), default=0)
        last = done[made - 1].data if made else {}
        effect = next((one for one in self.entries if one.kind == last.get("sanction_kind")), None)
        if p.act in self.executes + self.lifts:
            yield effect is None, "没有需要落实或者解除的处分", "there is no sanction to carry out or to lift"
            who = s.people.name(p.actor)
            yield p.actor == last.get("sanctioned"), f"{who}是被处分人，不得办理", f"{who} is the one sanctioned"
        if p.act in self.executes and effect:
            told = p.data.get("effects") or {}
            left = [one for one in effect.items if len(str(told.get(one, ""))) < WORDS]
            yield left, f"有{len(left)}项落实情况没有写明", f"{len(left)} effects are not accounted for"
        if p.act in self.lifts and effect:
            asked = {e.actor for e in done[made:] if e.act in self.proposes}
            yield not effect.lift_days, "该种处分不适用解除", "a sanction of this kind is not lifted"
            yield not asked - {p.actor}, "处分之后没有他人提请解除", "nobody else has proposed to lift it"
            yield len(str(p.data.get("reasons") or "")) < WORDS, "没有写明解除的理由", "the reasons of the lifting are not given"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay executions and liftings beside the latest decision."""
        newest = say.equal(R("_seq"), say.gather("max", self.decides, R("_seq")))
        kind, him = (say.gather("last", self.decides, R(field), newest) for field in ("sanction_kind", "sanctioned"))
        kinds, ever = [one.kind for one in self.entries], [one.kind for one in self.entries if one.lift_days]
        halves = [say.both(say.equal(kind, one.kind), say.either(*(say.over(WORDS, say.length(say.value_of(T("effects"), item)))
            for item in one.items))) for one in self.entries]
        mine = say.equal(T("_actor"), him)
        asked = say.some(self.proposes, say.differs(R("_actor"), T("_actor")), since=self.decides)
        return AnyOf((
            say.gate(self.executes, say.either(mine, say.negated(say.is_in(kind, kinds)), *halves), needs=["_actor"]),
            say.gate(self.lifts, say.either(mine, say.negated(say.is_in(kind, ever)), say.negated(asked),
                say.over(WORDS, say.length(T("reasons")))), needs=["_actor"])))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find effects not carried out in time, and sanctions that nobody lifts."""
        kind, passed, since = T("sanction_kind"), say.minus(Today(), T("_on")), say.minus(R("_on"), T("_on"))
        idle = say.none(self.executes + self.ends + self.decides, say.at_least(self.within, since), span=Span.AFTER)
        rules = [say.gate(self.decides, say.both(say.over(passed, self.within), idle),
            applies=say.is_in(kind, [one.kind for one in self.entries]))]
        for one in self.entries:
            if one.lift_days:
                up = say.none(self.lifts + self.ends + self.decides, say.at_least(one.lift_days, since), span=Span.AFTER)
                rules.append(say.gate(self.decides, say.both(say.over(passed, one.lift_days), up), applies=say.equal(kind, one.kind)))
        return AnyOf(tuple(rules))
