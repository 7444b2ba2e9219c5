"""problem_attributed 问题查明责任人: a check that finds a problem says who answers for it, or why nobody in the agency does.

Why: 责任追究: a problem is written down and ordered to be put right, and whoever caused it is never named, so nothing follows for him.
Finds: a problem of such a check (listed, or an item answered other than in order) without a person and without reasons of four characters;
a check that names its own author or another of its officers as the one responsible, or that gives reasons and a name for one problem.
Not: what follows for the person named (accountability_follows); whether the problem is put right (ex_post_check, rectification).
Source: the agency's own map (落实责任追究制度，监督检查发现问题的).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

FINE, REASONS = ("not_applicable", "ok"), 4  # any other answer is a problem; characters

# fmt: off
_OK = "check_afterwards ann 0 checklist={exit:ok,tank:not_applicable}"
_BAD = "check_afterwards ann 0 officers=[ann,bob] checklist={exit:ok,tank:problem} problems=[tank]"
_NAMED, _NOBODY = " responsible={tank:carl}", " unattributed={tank:第三方施工挖断}"


@dataclass(frozen=True, slots=True)
class ProblemAttributed:
    """`checks`: each of `problems`, and each item of `checklist` not in order, has `responsible` or `unattributed`."""

    name: ClassVar[str] = "problem_attributed"
    title: ClassVar[Text] = Text(zh="问题查明责任人", en="Each problem has somebody who answers for it")
    basis: ClassVar[Basis] = Basis.MAP
    example: ClassVar[dict[str, Any]] = {}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_OK,), (_BAD + _NAMED,), (_BAD + _NOBODY,), (_BAD.replace("[tank]", "[tank,exit]") + " responsible={tank:carl,exit:dan}",),
        (_BAD.replace("[tank]", "[tank,exit]") + _NAMED + " unattributed={exit:系当事人原因}",), (_BAD.replace("problems=[tank]", "") + _NAMED,),
        ("check_afterwards ann 0 problems=[tank]" + _NAMED,), ("check_afterwards ann 0",), (_OK + " responsible={W1:eve}",), (_OK, _OK),
        ("check_afterwards ann 0 problems=[tank]" + _NOBODY,), (_BAD.replace("ann", "eve") + _NAMED, _OK))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_BAD,), (_BAD.replace("problems=[tank]", ""),), (_BAD + " unattributed={tank:无}",), (_BAD + " responsible={exit:carl}",),
        (_BAD.replace("[tank]", "[tank,exit]") + _NAMED,), (_BAD + _NAMED.replace("carl", "ann"),), (_BAD + _NAMED.replace("carl", "bob"),),
        (_BAD + _NAMED + _NOBODY,), ("check_afterwards ann 0 problems=[tank]",), (_OK + " responsible={W1:ann}",),
        ("check_afterwards ann 0 problems=[tank] unattributed={exit:系当事人原因}",), (_OK.replace("exit:ok", "exit:gone"),))

    checks: tuple[str, ...] = ("check_afterwards",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.checks)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a check that leaves open who answers for what it found."""
        fault = next((Text(zh=zh, en=en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            zh="请逐个问题写明责任人员（responsible），不是本单位人员造成的写明原因（unattributed），至少四个字；检查人不得把自己写成责任人员。",
            en="For each problem name who answers for it (responsible) or, if nobody here does, why (unattributed); not the checkers."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, d = s.proposed, s.proposed.data
        if p.act not in self.checks:
            return
        named, why = d.get("responsible") or {}, d.get("unattributed") or {}
        found = {*(d.get("problems") or ())} | {item for item, answer in (d.get("checklist") or {}).items() if answer not in FINE}
        open_ = sorted(one for one in found if not named.get(one) and len(str(why.get(one) or "")) < REASONS)
        yield open_, f"没有写明责任人员，也没有理由：{s.told(open_).zh}", f"no person and no reasons for {s.told(open_).en}"
        both = sorted(one for one in named if one in why)
        yield both, f"同一问题既写责任人员又写无人负责：{s.told(both).zh}", f"named, and said to be nobody's: {s.told(both).en}"
        own = "、".join(sorted({s.people.name(who) for who in named.values() if who == p.actor or who in (d.get("officers") or ())}))
        yield own, f"检查人员{own}同时被写成责任人员", f"{own.replace('、', ', ')}: checks, and is named as responsible"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Look at each problem, each answer and each name of a check."""
        key, value = T("_key"), T("_value")
        silent = say.both(say.missing(say.value_of(T("responsible"), key)),
                          say.over(REASONS, say.length(say.value_of(T("unattributed"), key))))
        own = say.either(say.equal(value, T("_actor")), say.is_in(value, T("officers")))
        return AnyOf((
            say.gate(self.checks, silent, each="problems"),
            say.gate(self.checks, say.both(say.negated(say.is_in(value, FINE)), silent), each="checklist"),
            say.gate(self.checks, say.either(own, say.is_in(key, T("unattributed"))), each="responsible", needs=["_actor"])))
