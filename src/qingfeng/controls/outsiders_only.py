"""outsiders_only 外人签字: who pays, receives or witnesses from outside is no officer of the agency, by name or by number.

Why: an officer who pays the fine, fetches the goods or “witnesses” the service of his own colleague is no outsider: the record lies.
Finds: in an act of `acts`, a person under `fields` who is an officer of the agency, in whatever spelling.
Not: a company behind which an officer stands (`recusal`, `goods_disposal`: declared ties).  Namesakes are told and looked into: a reason
is asked for and the finding stays; who takes part in the case himself is refused.
Source: 行政处罚法 38, 行政强制法 18, 24 and 民事诉讼法 89 want a witness from outside; the rest is the agency's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, T
from qingfeng.terms.text import Text

# fmt: off
_SIGNED = "serve ann 2 officers=[ann,bob] "


@dataclass(frozen=True, slots=True)
class OutsidersOnly:
    """In `acts`, none of `fields` names an officer."""

    name: ClassVar[str] = "outsiders_only"
    title: ClassVar[Text] = Text(zh="付款、接收、见证须是外人", en="Outsiders are no officers")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"acts": ["serve", "pay", "hand_over"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_SIGNED}witness=居委会钱某",), ("pay eve 1 payer=示例商行 payer_account=6217",), ("hand_over bob 1 receiver=绿洲处置中心",),
        ("note ann 1 witness=ann",), ("serve ann 2",), ("note carl 0", "pay eve 1 payer=示例商行"), ("hand_over bob 1 subject=ann",))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_SIGNED}witness=ann",), (f"{_SIGNED}witness=bob",), ("pay eve 1 payer=eve",), ("pay eve 1 payer=carl",),
        ("hand_over bob 1 receiver=段明",), ("hand_over bob 1 receiver=保管员常林",), ("note carl 0", "pay eve 1 payer=常·林"),
        (f"{_SIGNED}witness=dan",), ("note dan 0", f"{_SIGNED}witness=dan"), ("pay eve 1 payer=示例商行", "pay eve 2 payer=fay"))

    acts: tuple[str, ...]
    fields: tuple[str, ...] = ("payer", "receiver", "witness")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        known = {f.id for row in version.procedure.rows if row.act in self.acts for f in row.word.fields}
        return unfit(version, self.acts) or (None if self.fields else Text("字段不得为空", "name the fields")) or (
            None if not known or {*self.fields} & known else Text("这些动作没有所列字段", "the acts have none of these fields"))

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse who takes part in the case, ask about any other officer."""
        p = situation.proposed
        if p.act not in self.acts:
            return None
        told = [str(p.data[f]) for f in self.fields if p.data.get(f)]
        ours = [name for name in told if any(situation.people.named(who, name) for who in situation.people.names)]
        if not ours:
            return None
        here = {p.actor, *(p.data.get("officers") or ())}
        for event in (e for e in situation.case.events if e.kind == ACT):
            here |= {event.actor, *(event.data.get("officers") or ())}
        reason = Text(f"“{'、'.join(ours)}”是本机关工作人员的姓名或者编号", f"{', '.join(ours)} is the name or number of an officer of this agency")
        if not any(situation.people.named(who, name) for who in here for name in ours):
            return Demand(by=self.name, reason=reason)
        return Refusal(by=self.name, ring="control", basis=self.basis, reason=reason, remedy=Text(
            "付款人、接收人、见证人须是本机关以外的人；请写明真实的付款人或者接收人，另请见证人。",
            "Who pays, receives or witnesses comes from outside: name who really did, or call another witness."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find officers named as outsiders."""
        return AnyOf((say.gate(self.acts, say.either(*(say.ours(T(field)) for field in self.fields))),))
