"""recusal_declared 回避声明: whoever takes part in a case has declared for this case, himself, that he has no interest in it.

Why: a tie that nobody was asked about is found too late, and nobody answers for having kept silent.
Finds: acts done by, or naming, an officer who had not declared before, or only before the party changed.
Not: a false declaration (`recusal` compares the register of ties); the party's own acts and the clock's.
Source: the agency's own map (执行回避制度); the statutes ask for recusal, not for a declaration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.facts.say import both, differs, either, equal, gate, is_in, none
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class RecusalDeclared:
    """`acts` are done by, and name in `fields`, only officers who did `declares` since the latest act of `afresh`;
    named: a declaration also counts for those whom it names in `officers` (a sheet that all of them signed)."""

    name: ClassVar[str] = "recusal_declared"
    title: ClassVar[Text] = Text(zh="回避声明", en="Declaration of no interest")
    basis: ClassVar[Basis] = Basis.MAP  # the agency's map; a higher post may let pass, and that is found
    example: ClassVar[dict[str, Any]] = {
        "acts": ["investigate", "approve"], "declares": ["declare"], "fields": ["officers", "members"], "afresh": ["change_party"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("declare ann 0", "declare bob 0", "declare carl 0", "investigate carl 1 officers=[bob,carl]", "note dan 2", "approve ann 2"),
        ("declare carl 0 officers=[ann]", "note ann 1", "approve carl 2 members=[carl]", "investigate system 3", "approve party 4"),
        ("declare ann 0", "declare bob 0", "investigate ann 1 officers=[ann,bob]", "approve bob 2 members=[ann]", "declare dan 3"),
        ("declare bob 0", "declare ann 0", "approve ann 1", "declare eve 1", "approve bob 2 members=[ann,bob]"),
        ("declare ann 0", "change_party bob 1", "declare ann 2", "investigate ann 2 officers=[ann]"),
        ("declare bob 0", "change_party carl 0", "declare bob 1", "approve bob 2"), ("declare ann 0", "investigate ann 1 officers=[ann]"),
        ("declare ann 0", "approve ann 1", "declare bob 2"), ("investigate system 0", "declare ann 1"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("declare ann 0", "declare bob 0", "change_party carl 1", "declare ann 2", "investigate ann 3 officers=[bob]"),
        ("investigate ann 0", "declare ann 1", "change_party ann 2", "approve ann 3"), ("declare bob 0 officers=[ann]", "approve ann 1"),
        ("declare ann 0", "declare bob 0", "approve bob 1 members=[ann,carl]"), ("declare ann 0", "investigate ann 1 officers=[ann,bob]"),
        ("investigate ann 0",),
    )

    acts: tuple[str, ...]
    declares: tuple[str, ...] = ("declare_no_interest",)
    fields: tuple[str, ...] = ("officers",)
    afresh: tuple[str, ...] = ()
    named: bool = False

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        unknown = sorted({*self.acts, *self.declares, *self.afresh} - {row.act for row in version.procedure.rows})
        if unknown or not self.acts or not self.declares or {*self.acts, *self.afresh} & set(self.declares):
            return Text(zh=f"acts、declares须为流程中的动作、不为空且不相交（问题：{'、'.join(unknown) or '空或相交'}）",
                        en=f"acts and declares must name acts of the procedure, be non-empty and disjoint ({', '.join(unknown)})")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse while one of those who take part has not declared for this case as it now stands."""
        command = situation.proposed
        if command.act not in self.acts:
            return None
        declared = set(self._declared(situation))
        taking = [] if command.actor in (PARTY, SYSTEM) else [command.actor]
        taking += [who for field in self.fields for who in command.data.get(field) or ()]
        silent = [situation.people.name(who) for who in dict.fromkeys(taking) if who not in declared]
        if not silent:
            return None
        lacking = "、".join(silent)
        how = wording.acts(situation.case.version, self.declares, either=True)
        return Refusal(by=self.name, ring="control", basis=self.basis,
            reason=Text(zh=f"{lacking}尚未就本案（当事人变更后须重新）声明有无利害关系，不得参与“{situation.rule.word.name.zh}”",
                        en=f"no declaration of interest for this case (anew after a change of party): {', '.join(silent)}"),
            remedy=Text(zh=f"请上述人员本人先办理{how.zh}；有利害关系的，请申请回避。",
                        en=f"Let them do {how.en} themselves first, or ask for recusal if they have an interest."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find acts whose author, or anybody named, had not declared since the latest change of party."""
        officer = both(differs(T("_actor"), SYSTEM), differs(T("_actor"), PARTY))
        own = gate(self.acts, both(officer, self._silent(T("_actor"))), needs=["_actor"])
        return AnyOf((own, *(gate(self.acts, self._silent(T("_key")), each=field) for field in self.fields)))

    def _silent(self, who: Expr) -> Expr:
        signed = equal(R("_actor"), who)
        return none(self.declares, either(signed, is_in(who, R("officers"))) if self.named else signed, since=self.afresh)

    def _declared(self, situation: Situation) -> Iterator[str]:
        acts = [e for e in situation.case.events if e.kind == ACT]
        start = max((n for n, e in enumerate(acts, 1) if e.act in self.afresh), default=0)
        for event in acts[start:]:
            if event.act in self.declares:
                yield str(event.actor)
                yield from event.data.get("officers") or () if self.named else ()
