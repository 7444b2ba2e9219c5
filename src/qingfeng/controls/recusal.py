"""recusal 回避: an officer tied to a party of the case takes no part in it, and one who has been recused does nothing more.

Why: who has a stake in the outcome bends it, openly or unseen.
Finds: acts done by, or naming, an officer with a registered tie to a party named so far in the case, or one recused before.
Not: ties that nobody registered; how requests are decided (`recusal_decided`); declarations (`recusal_declared`).
Source: 行政处罚法 43 where the power names it (`statute`), else the agency's own map (执行回避制度).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, T
from qingfeng.facts.say import both, either, gate, is_in, negated, some, tied
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class Recusal:
    """`acts` are closed to those tied to a party (fields `parties`), as actors or named in `fields`; all acts but `still` (handing over)
    are closed to those named in `officers` of `recuses`; `asks`: acts that may name them yet."""

    name: ClassVar[str] = "recusal"
    title: ClassVar[Text] = Text(zh="回避", en="Recusal")
    example: ClassVar[dict[str, Any]] = {
        "acts": ["investigate", "approve"], "parties": ["party", "subject"], "fields": ["officers", "members"],
        "recuses": ["recuse"], "still": ["hand_over"], "asks": ["ask"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("bob", "firm"), ("carl", "shop"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("ask party 0 officers=[ann]", "recuse eve 1 officers=[ann]", "hand_over ann 2 officers=[ann]", "ask party 3 officers=[ann]"),
        ("investigate bob 0 officers=[carl]", "open ann 1 party=firm subject=shop", "approve dan 2 members=[fay,eve]"),
        ("open ann 0 party=firm", "investigate ann 1 officers=[ann,carl]", "approve carl 2 members=[ann]"),
        ("open bob 0 party=firm", "note bob 0", "investigate carl 1 subject=mill", "approve ann 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("open ann 0 subject=shop", "open ann 0 party=mill", "approve ann 1 members=[ann,carl]"), ("investigate carl 0 subject=shop",),
        ("approve dan 0", "recuse eve 1 officers=[dan]", "investigate dan 2 officers=[ann]"), ("recuse eve 0 officers=[ann]", "note ann 1"),
        ("open ann 0 party=mill", "investigate ann 0 party=firm officers=[bob]"),
        ("recuse eve 0 officers=[ann,dan]", "note bob 1 officers=[bob,dan]"), ("open ann 0 party=firm", "investigate bob 1 officers=[ann]"),
        ("recuse eve 0 officers=[dan]", "approve bob 1 members=[dan,eve]"),
    )

    acts: tuple[str, ...]
    parties: tuple[str, ...] = ("party", "subject")
    fields: tuple[str, ...] = ("officers",)
    recuses: tuple[str, ...] = ("decide_recusal",)
    still: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    statute: Citation | None = None

    @property
    def basis(self) -> Basis:
        """The statute if the power names its article, else a rule: in no case to be overridden."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = ", ".join(sorted({*self.acts, *self.recuses, *self.still, *self.asks} - {row.act for row in version.procedure.rows}))
        bad = wrong or not (self.acts and self.parties and self.recuses)
        return Text(f"acts、parties、recuses不得为空且须在流程中：{wrong}", f"acts, parties, recuses: set, in the procedure: {wrong}") if bad else None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what the tied and the recused do or are named in."""
        command, acts, people = situation.proposed, [e for e in situation.case.events if e.kind == ACT], situation.people
        named = [who for field in self.fields for who in command.data.get(field) or ()]
        parties = {said[f] for said in (command.data, *(e.data for e in acts)) for f in self.parties if said.get(f)}
        tied_now = {i.officer for i in people.interests if i.other in parties and command.day in i.span}
        gone = {who for e in acts if e.act in self.recuses for who in e.data.get("officers") or ()}
        for who in (command.actor, *named) if command.act in self.acts else ():
            if who in tied_now:
                return self._refusal(people.name(who), "与本案当事人有登记在册的利害关系，应当回避", "has a registered tie to a party of this case")
        named = [] if command.act in (*self.recuses, *self.still, *self.asks) else named
        for who in (*named, *([] if command.act in self.still else [command.actor])):
            if who in gone:
                return self._refusal(people.name(who), "已被决定回避，不得再参与本案", "has been recused and takes no further part")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find acts by and with the tied, and whatever the recused did or were named in afterwards."""
        free = (*self.recuses, *self.still, *self.asks)
        tied_ones = (gate(self.acts, self._tied(T("_key")), each=f) for f in self.fields)
        gone = (self._gone(T("_key"), free, each=f) for f in self.fields)
        return AnyOf((gate(self.acts, self._tied(T("_actor")), needs=["_actor"]), *tied_ones, self._gone(T("_actor"), self.still), *gone))

    def _gone(self, who: Expr, free: tuple[str, ...], each: str | None = None) -> GateRule:
        applies = both(some(self.recuses), negated(is_in(T("_act"), free)))
        return gate(None, some(self.recuses, is_in(who, R("officers"))), applies=applies, each=each, needs=[] if each else ["_actor"])

    def _tied(self, who: Expr) -> Expr:
        return either(*(one for f in self.parties for one in (tied(who, T(f), T("_on")), some(None, tied(who, R(f), T("_on"))))))

    def _refusal(self, who: str, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(f"{who}{zh}", f"{who} {en}"),
            remedy=Text("请换与本案当事人无利害关系的人员办理，并办理交接。", "Let an officer without interest do it, and hand over."))
