"""budget_changes 改数留痕: a figure that differs from the round before is changed by name, with a reason, and agreed to by another.

Why: 擅自改动内容: between two rounds a project gains a tenth and nobody knows who wanted it; the table shows the result only.
Finds: an item added, dropped or changed against the latest round of another stage without a reason; reasons for what did not change;
the next stage while nobody else has agreed to the changes since, or handed on by who made them; an agreement with one's own.
Not: whether the items add up or exceed the control figures (budget_totals).
Source: the agency's own map (擅自改动内容; 对重大质疑点疏忽或故意隐瞒; 实行审查留痕制度).
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
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.text import Text

WORDS = 4  # characters of a reason

# fmt: off
_ONE = "first ann 0 budget_figures={A:60,B:40}"
_TWO = "second ann 3 budget_figures={A:50,B:40} figure_changes={A:项目推迟一年}"
_PLUS = "second ann 3 budget_figures={A:60,B:40,C:9} figure_changes={C:上级新增任务}"
_LESS = "second ann 3 budget_figures={A:60} figure_changes={B:项目已经取消}"
_AGREE, _ON = "agree bob 4 codes=[A]", "forward carl 5"
_SAME, _THIRD = "second ann 4 budget_figures={A:50,B:40}", "third eve 5 budget_figures={A:50,B:40}"


@dataclass(frozen=True, slots=True)
class BudgetChanges:
    """`rounds` say `budget_figures` by item, `figure_changes` (item: reason); `agrees` names items in `codes`; `passes` come after."""

    name: ClassVar[str] = "budget_changes"
    title: ClassVar[Text] = Text(zh="改数留痕", en="Changed figures leave a trace")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {"rounds": ["first", "second", "third"], "agrees": ["agree"], "passes": ["forward"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _TWO, _AGREE, _ON), (_ONE, _PLUS, _AGREE.replace("[A]", "[C]"), _ON), (_ONE, _LESS, _AGREE.replace("[A]", "[B]"), _ON),
        (_ONE, _ON), (_ONE, _TWO, _AGREE, _THIRD), (_ONE, _TWO, _TWO, _AGREE, _THIRD, _ON), (_ONE, _ONE.replace("60", "70")),
        (_ONE, _ONE.replace("first", "second").replace(" 0", " 3"), _ON), (_ONE, _TWO), (_ONE, _PLUS), (_ONE, _LESS), (_ONE,),
        (_ONE, _TWO, _AGREE.replace("[A]", "[A,B]"), _ON), (_ONE, _TWO, _AGREE, _AGREE.replace("bob", "eve"), _ON), (_ON,), (_AGREE, _ONE),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, _TWO, _THIRD), (_ONE, _TWO, _SAME), (_ONE, _TWO, _TWO, _THIRD), (_ONE, _TWO, _AGREE.replace("[A]", "[B]"), _THIRD),
        (_ONE, "second ann 3 budget_figures={A:50,B:40}"), (_ONE, _TWO.replace("项目推迟一年", "改")), (_ONE, _TWO.replace("{A:项", "{B:项")),
        (_ONE, _PLUS.replace("{C:上", "{A:上")), (_ONE, _LESS.replace("{B:项", "{A:项")), (_ONE, _TWO, _ON),
        (_ONE, _TWO, _AGREE.replace("bob", "ann")), (_ONE, _TWO, _AGREE.replace("[A]", "[B]"), _ON),
        (_ONE, _AGREE.replace(" 4", " 1"), _TWO, _ON), (_ONE, _TWO, _AGREE, _ON.replace("carl", "ann")), (_ONE, _TWO, "agree bob 4"),
        (_ONE, "second ann 3 budget_figures={A:60,B:40} figure_changes={A:没有变动的}"), (_ONE, _ON.replace("carl", "ann")),
        (_ONE, _TWO, _AGREE, _TWO.replace("50", "45").replace("3", "4"), _ON), (_ONE, _TWO, _ON.replace("carl", "bob")),
    )

    rounds: tuple[str, ...]
    agrees: tuple[str, ...]
    passes: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.rounds, self.agrees, self.passes)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a silent change, and to hand on changes to which nobody else has agreed."""
        why = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            zh="请对与上一轮不同的每一项写明变动理由，由改动人以外的人逐项同意，再由他人提交下一步。",
            en="Give the reason of every item that differs from the round before; another agrees item by item, and another hands it on."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, done = s.proposed, [e for e in s.case.events if e.kind == ACT]
        made = [e for e in done if e.act in self.rounds]
        who = s.people.name(p.actor)
        if p.act in self.rounds:
            known = [e.data["budget_figures"] for e in made if e.act != p.act and e.data.get("budget_figures")]
            now, old = p.data.get("budget_figures") or {}, known[-1] if known else {}
            moved = {item for item in {*now, *old} if now.get(item) != old.get(item)} if known else set()
            told = p.data.get("figure_changes") or {}
            silent = sorted(item for item in moved if len(str(told.get(item, ""))) < WORDS)
            yield silent, f"下列项目与上一轮不同，没有写明理由：{s.told(silent).zh}", f"changed without a reason: {s.told(silent).en}"
            idle = sorted({*told} - moved)
            yield idle, f"下列项目并没有变动：{s.told(idle).zh}", f"items said to be changed that are not: {s.told(idle).en}"
        if not made:
            return
        if p.act in self.agrees:
            yield made[-1].actor == p.actor, f"数字由{who}填报，不得自己同意", f"{who} filed the figures and may not agree to them"
            yield not p.data.get("codes"), "没有写明同意哪些项目的变动", "the items agreed to are not named"
        if p.act in self.passes or (p.act in self.rounds and p.act != made[-1].act):
            later = done[done.index(made[-1]) :]
            agreed = {item for e in later if e.act in self.agrees and e.actor != made[-1].actor for item in e.data.get("codes") or ()}
            left = sorted({*(made[-1].data.get("figure_changes") or {})} - agreed)
            yield left, f"下列变动没有他人同意：{s.told(left).zh}", f"changes to which nobody else has agreed: {s.told(left).en}"
            mine = p.act in self.passes and made[-1].actor == p.actor
            yield mine, f"数字由{who}填报，不得自己提交下一步", f"{who} filed the figures and may not hand them on"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Lay each round beside the one before, and each step on beside what was agreed to."""
        now, told, key = T("budget_figures"), T("figure_changes"), T("_key")
        former = say.both(say.said(R("budget_figures")), say.differs(R("_act"), T("_act")))
        old, author = say.last(self.rounds, "budget_figures", where=former), say.gather("last", self.rounds, R("_actor"))
        before = say.some(self.rounds, former)
        poor = say.over(WORDS, say.length(say.value_of(told, key)))
        kept = say.equal(say.value_of(old, key), say.value_of(now, key))
        gone = say.both(say.negated(say.is_in(R("_key"), now)), say.over(WORDS, say.length(say.value_of(told, R("_key")))))
        newest = say.equal(R("_seq"), say.gather("max", self.rounds, R("_seq"), former))
        mine = say.equal(author, T("_actor"))
        agreed = say.gather("set", self.agrees, R("_key"), say.negated(say.equal(R("_actor"), author)), each="codes", since=self.rounds)
        latest = say.equal(R("_seq"), say.gather("max", self.rounds, R("_seq")))
        changed = say.gather("set", self.rounds, R("_key"), latest, each="figure_changes")
        open_ = say.over(say.without(changed, agreed), 0)
        absent = say.both(say.missing(say.value_of(old, key)), say.missing(say.value_of(now, key)))
        return AnyOf((
            say.gate(self.rounds, say.both(before, poor, say.negated(kept)), each="budget_figures"),
            say.gate(self.rounds, say.both(before, say.some(self.rounds, say.both(newest, gone), each="budget_figures"))),
            say.gate(self.rounds, say.either(say.negated(before), kept, absent), each="figure_changes"),
            say.gate(self.agrees, say.either(mine, say.missing(T("codes"))), applies=say.some(self.rounds), needs=["_actor"]),
            say.gate(self.rounds, say.both(say.differs(T("_act"), say.gather("last", self.rounds, R("_act"))), open_), needs=["_actor"]),
            say.gate(self.passes, say.either(mine, open_), applies=say.some(self.rounds), needs=["_actor"])))
