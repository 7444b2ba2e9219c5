"""recusal 回避: an officer tied to a party of the case takes no part in it, and one who has been recused does nothing more.

Why: who has a stake in the outcome bends it, openly or unseen.
Finds: acts done by, or naming, an officer with a registered tie to a party named so far in the case, or one recused before; a party
named only after somebody tied to it has acted (or been named), as long as he has not been recused.  Names count however written.
Not: ties that nobody registered; how requests are decided (`recusal_decided`); declarations (`recusal_declared`).
Source: 行政处罚法 43 where the power names it (`statute`), else the agency's own map (执行回避制度).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import wording
from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, T
from qingfeng.facts.say import both, either, gate, gather, is_in, negated, some, tied
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text


# fmt: off
@dataclass(frozen=True, slots=True)
class Recusal:
    """`acts` are closed to those tied to a party (fields `parties`), as actors or named in `fields`; all acts but `still` (handing over)
    are closed to those named in `officers` of `recuses`; `asks`: acts that may name them yet.  No other act names a party to whom
    somebody was tied who has done, or was named in, `acts` before: he is recused first."""

    name: ClassVar[str] = "recusal"
    title: ClassVar[Text] = Text(zh="回避", en="Recusal")
    example: ClassVar[dict[str, Any]] = {
        "acts": ["investigate", "approve"], "parties": ["party", "subject"], "fields": ["officers", "members"],
        "recuses": ["recuse"], "still": ["hand_over"], "asks": ["ask"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("bob", "firm"), ("carl", "shop"), ("dan", "示例化工有限责任公司"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("ask party 0 officers=[ann]", "recuse eve 1 officers=[ann]", "hand_over ann 2 officers=[ann]", "ask party 3 officers=[ann]"),
        ("investigate bob 0 officers=[carl]", "recuse eve 1 officers=[bob,carl]", "open ann 1 party=firm subject=shop", "approve dan 2"),
        ("open ann 0 party=firm", "investigate ann 1 officers=[ann,carl]", "approve carl 2 members=[ann]"),
        ("open bob 0 party=firm", "note bob 0", "investigate carl 1 subject=mill", "approve ann 2"),
        ("investigate bob 0", "ask ann 1 officers=[bob]", "recuse eve 1 officers=[bob]", "approve ann 2 party=Firm（）"),
        ("investigate ann 0 officers=[carl]", "recuse eve 1 officers=[carl,bob]", "open ann 2 subject=shop party=firm"),
        ("note bob 0", "investigate bob 0", "recuse eve 1 officers=[bob] party=firm", "note ann 2 party=firm"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("open ann 0 subject=shop", "open ann 0 party=mill", "approve ann 1 members=[ann,carl]"), ("investigate carl 0 subject=shop",),
        ("approve dan 0", "recuse eve 1 officers=[dan]", "investigate dan 2 officers=[ann]"), ("recuse eve 0 officers=[ann]", "note ann 1"),
        ("open ann 0 party=mill", "investigate ann 0 party=firm officers=[bob]"),
        ("recuse eve 0 officers=[ann,dan]", "note bob 1 officers=[bob,dan]"), ("open ann 0 party=firm", "investigate bob 1 officers=[ann]"),
        ("recuse eve 0 officers=[dan]", "approve bob 1 members=[dan,eve]"),
        ("open ann 0 party=示例化工有限公司", "investigate dan 1"), ("open ann 0 party=示例化工（集团）公司", "approve ann 1 members=[dan]"),
        ("open ann 0 party=ＦＩＲＭ", "investigate bob 1 officers=[ann]"), ("investigate carl 0", "note ann 1 subject=S(ho)p"),
        ("investigate bob 0", "recuse eve 1 officers=[ann]", "approve ann 2 party=firm"),
        ("approve ann 0 members=[eve,carl]", "note dan 1 subject=shop"), ("investigate ann 0 officers=[bob]", "open dan 1 party=firm"),
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
        tied_now = {who for who in (command.actor, *named) for one in parties if people.tied(who, one, command.day)}
        gone = {who for e in acts if e.act in self.recuses for who in e.data.get("officers") or ()}
        for who in (command.actor, *named) if command.act in self.acts else ():
            if who in tied_now:
                return self._refusal(people.name(who), "与本案当事人有登记在册的利害关系，应当回避", "has a registered tie to a party of this case")
        named = [] if command.act in (*self.recuses, *self.still, *self.asks) else named
        for who in (*named, *([] if command.act in self.still else [command.actor])):
            if who in gone:
                return self._refusal(people.name(who), "已被决定回避，不得再参与本案", "has been recused and takes no further part")
        return None if command.act in (*self.recuses, *self.still, *self.asks) else self._named_late(situation, acts, gone)

    def _named_late(self, situation: Situation, acts: Sequence[Event], gone: set[str]) -> Refusal | None:
        """Return why a party may not be named yet: somebody tied to it has acted and was not recused."""
        people, data = situation.people, situation.proposed.data
        named = [data[f] for f in self.parties if data.get(f)]
        parts = [(who, local_day(e.at)) for e in acts if named and e.act in self.acts for who in
                 (e.actor, *(one for f in self.fields for one in e.data.get(f) or ())) if who is not None and who not in gone]
        who = next((who for who, day in parts for one in named if people.tied(who, one, day)), None)
        if who is None:
            return None
        how = wording.acts(situation.case.version, self.recuses, either=True)
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute,
            reason=Text(f"此前参与办理本案的{people.name(who)}与这里写明的当事人有登记在册的利害关系，尚未回避",
                        f"{people.name(who)} took part in this case, is tied to the party named here, and was not recused"),
            remedy=Text(f"请先办理{how.zh}，由他人重新办理其经手的事项，再继续。",
                        f"First {how.en}, let somebody else do again what that officer did, then go on."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find acts by and with the tied, and whatever the recused did or were named in afterwards."""
        free = (*self.recuses, *self.still, *self.asks)
        tied_ones = (gate(self.acts, self._tied(T("_key")), each=f) for f in self.fields)
        gone = (self._gone(T("_key"), free, each=f) for f in self.fields)
        late = (gate(None, self._late(f), applies=negated(is_in(T("_act"), free)), needs=["_actor"]) for f in self.parties)
        own = gate(self.acts, self._tied(T("_actor")), needs=["_actor"])
        return AnyOf((own, *tied_ones, self._gone(T("_actor"), self.still), *gone, *late))

    def _late(self, field: str) -> Expr:
        recused = gather("set", self.recuses, R("_key"), each="officers")
        by, named = (both(tied(who, T(field), R("_on")), negated(is_in(who, recused))) for who in (R("_actor"), R("_key")))
        return either(some(self.acts, by), *(some(self.acts, named, each=f) for f in self.fields))

    def _gone(self, who: Expr, free: tuple[str, ...], each: str | None = None) -> GateRule:
        applies = both(some(self.recuses), negated(is_in(T("_act"), free)))
        return gate(None, some(self.recuses, is_in(who, R("officers"))), applies=applies, each=each, needs=[] if each else ["_actor"])

    def _tied(self, who: Expr) -> Expr:
        return either(*(one for f in self.parties for one in (tied(who, T(f), T("_on")), some(None, tied(who, R(f), T("_on"))))))

    def _refusal(self, who: str, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(f"{who}{zh}", f"{who} {en}"),
            remedy=Text("请换与本案当事人无利害关系的人员办理，并办理交接。", "Let an officer without interest do it, and hand over."))
