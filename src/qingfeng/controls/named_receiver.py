"""named_receiver 接收人先定后交: who receives goods that are taken away for good is named by who decides on them; not the party, not a friend.

Why: 左手没收、右手送回: “destroyed by a qualified body” and signed for by the party itself, or by somebody nobody decided upon.
Finds: a decision to dispose of goods that names no receiver, or the party as receiver; a hand-over to another than the latest decision
named, beyond it, or to the party; without any decision that names one.
Not: goods that go back to the party (they are returned, not disposed of); whether the receiver is tied to an officer (`goods_disposal`).
Source: 行政强制法 27, 行政处罚法 74: confiscated goods are auctioned or dealt with by law; who names the receiver: the agency's own rule.
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
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.likeness import alike
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text

# fmt: off
_P, _GO = "open ann 0 party=示例化工经营部", "settle eve 1 disposal=dispose goods={W1:2,W2:1} receiver="
_OVER = "hand_over bob 2 goods={W1:2} receiver="
_TO = f"{_GO}绿洲处置中心"


@dataclass(frozen=True, slots=True)
class NamedReceiver:
    """`decides` with a `disposal` of `courses` (none: every one) name the `receiver` of their `goods`; `hands_over` goes to the receiver
    that the latest such decision on each item names."""

    name: ClassVar[str] = "named_receiver"
    title: ClassVar[Text] = Text(zh="接收人先定后交", en="Receiver named first")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"decides": ["settle"], "hands_over": ["hand_over"], "courses": ["dispose"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_P, _TO, f"{_OVER}绿洲（处置）中心"), (_TO, f"{_OVER}绿洲处置中心"), (_P, "settle eve 1 disposal=lift goods={W1:2}"),
        (_P, f"{_GO}旧厂", _TO, f"{_OVER}绿洲处置中心"), (_P, _TO, "settle eve 1 disposal=dispose goods={W2:1} receiver=旧厂",
         f"{_OVER}绿洲处置中心", "hand_over bob 3 goods={W2:1} receiver=旧厂"), ("note ann 0",), (_P, _TO),
        (_P, _TO, "settle eve 2 disposal=lift goods={W1:1} receiver=旧厂", f"{_OVER}绿洲处置中心"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_P, _GO.replace(" receiver=", "")), (_P, f"{_GO}示例化工经营部"), (_P, f"{_GO}示例（化工）经营部"), (_P, f"{_GO}示例化工商行"),
        (_P, _TO, f"{_OVER}示例化工经营部"), (_P, _TO, f"{_OVER}刘某"), (_P, _TO, _OVER.replace(" receiver=", "")), (f"{_OVER}绿洲处置中心",),
        (_P, f"{_GO}旧厂", _TO, f"{_OVER}旧厂"), (_P, "settle eve 1 disposal=lift goods={W1:2} receiver=刘某", f"{_OVER}刘某"),
        (_P, _TO, "hand_over bob 2 goods={W1:1,W3:1} receiver=绿洲处置中心"), (_TO, "open ann 1 party=绿洲处置中心", f"{_OVER}绿洲处置中心"),
        (_P, _TO, "settle eve 1 disposal=dispose goods={W2:1} receiver=旧厂", "hand_over bob 3 goods={W1:1,W2:1} receiver=旧厂"))

    decides: tuple[str, ...]
    hands_over: tuple[str, ...]
    courses: tuple[str, ...] = ("dispose",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.decides, self.hands_over)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a disposal to nobody or to the party, and a hand-over to another than was decided."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=fault, remedy=Text(
            "请由决定处理的人写明接收单位，照此交接；应当还给当事人的，办理退还或者解除；接收单位有变的，重新作出决定。",
            "Who decides names the receiver, and the goods go there; what is due to the party is returned; another receiver: decide anew."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        party = next((str(e.data["party"]) for e in reversed(acts) if e.data.get("party")), None)
        to = str(p.data.get("receiver") or "")
        if p.act in self.hands_over or (p.act in self.decides and self._away(p.data)):
            yield not to and p.act in self.decides, "没有写明接收单位", "the receiver is not named"
            yield to and party and alike(to, party), f"接收人“{to}”就是当事人，或者与其名称相近", f"the receiver, {to}, is the party or reads like it"
        for code in (p.data.get("goods") or {}) if p.act in self.hands_over else ():
            made = [e.data for e in acts if e.act in self.decides and self._away(e.data)]
            named = [str(data.get("receiver") or "") for data in made if code in (data.get("goods") or {})]
            whom = named[-1] if named else None
            yield whom is None, f"{code}没有指明接收单位的处理决定", f"no decision names who receives {code}"
            other = whom and plain_name(whom) != plain_name(to)
            yield other, f"{code}决定交“{whom}”，本次交“{to or '未写明'}”", f"{code} was to go to {whom}, not to {to or 'nobody'}"

    def _away(self, data: Any) -> bool:
        return not self.courses or data.get("disposal") in self.courses

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find disposals to nobody or to the party, and hand-overs to another than was decided."""
        def away(of: type[T] | type[R]) -> Expr:
            return say.is_in(of("disposal"), self.courses) if self.courses else 1
        to, party = T("receiver"), say.gather("last", None, R("party"), say.said(R("party")))
        own = say.both(say.said(to), say.said(party), say.written("alike", to, party))
        here = say.both(say.equal(R("_key"), T("_key")), away(R))
        which = say.gather("last", self.decides, R("_seq"), here, each="goods")
        whom = say.gather("last", self.decides, R("receiver"), say.equal(R("_seq"), which))
        elsewhere = say.either(say.missing(to), say.differs(say.plain(whom), say.plain(to)))
        other = say.either(say.missing(which), say.both(say.said(whom), elsewhere))
        return AnyOf((say.gate(self.decides, say.either(say.missing(to), own), applies=away(T)),
                      say.gate(self.hands_over, own), say.gate(self.hands_over, other, each="goods")))
