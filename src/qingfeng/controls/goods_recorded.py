"""goods_recorded 财物状况留证: at every door goods are photographed anew and their state is told, and it is the state in which they were taken.

Why: 调换、损毁: between the party's room and the store a good pump becomes a broken one, and no picture says when.
Finds: goods taken, stored or given out without a photograph, or with one used before; taken without a word on their state; stored in
another state than they were taken in, with no report by somebody else.
Not: what goes out of the store (`storage_conditions`: state in and out); numbers and marks (`inventory_balance`).
Source: 行政强制法 24, 26 (list with the state of things; no damage); photographs at each door: the agency's own rule.
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

# fmt: off
_TAKE = "seize ann 0 goods={W1:2,W2:1} condition={W1:intact,W2:worn} photo_hash=p1"
_STORE = "store bob 1 goods={W1:2} condition={W1:intact} photo_hash=p2"
_OUT = "give_back bob 9 goods={W1:2} condition={W1:intact} photo_hash=p3"


@dataclass(frozen=True, slots=True)
class GoodsRecorded:
    """`takes`, `keeps` and `gives` bear a fresh `photo_hash`; `keeps` the `condition` that `takes` said, or `reports` by another."""

    name: ClassVar[str] = "goods_recorded"
    title: ClassVar[Text] = Text(zh="财物状况留证", en="State of goods on record")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"takes": ["seize"], "keeps": ["store"], "gives": ["give_back"], "reports": ["report_damage"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TAKE, _STORE, _OUT), (_TAKE, "report_damage carl 0 codes=[W1]", _STORE.replace("intact", "damaged"), _OUT),
        ("seize ann 0", "store bob 0", _TAKE, "give_back bob 3"), (_STORE, _OUT), ("note ann 0 photo_hash=p9", _TAKE),
        (_TAKE, "store bob 1 goods={W2:1} condition={W2:worn} photo_hash=p4", _OUT),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_TAKE.replace("photo_hash=p1", ""),), (_TAKE.replace(",W2:worn", ""),), (_TAKE, _STORE.replace("p2", "p1")),
        (_TAKE, _STORE.replace("intact", "damaged")), (_TAKE, _STORE, _OUT.replace(" photo_hash=p3", "")),
        (_TAKE, "report_damage bob 0 codes=[W1]", _STORE.replace("intact", "damaged")), (_TAKE, _STORE, _OUT.replace("p3", "p2")),
        (_TAKE, "report_damage carl 0 codes=[W2]", _STORE.replace("intact", "damaged")), (_TAKE, _STORE.replace("photo_hash=p2", "")),
        (_TAKE, _STORE.replace("condition={W1:intact}", "")), (_STORE.replace("photo_hash=p2", ""),),
        ("seize ann 0 goods={W1:1} photo_hash=p1",),
        (_TAKE, "seize ann 1 goods={W1:2} condition={W1:worn} photo_hash=p5", "store bob 1 goods={W1:2} condition={W1:worn} photo_hash=p6"),
    )

    takes: tuple[str, ...]
    keeps: tuple[str, ...]
    gives: tuple[str, ...]
    reports: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return unfit(version, self.takes, self.keeps, self.gives, more=self.reports)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse goods that pass a door without a fresh picture or a word on their state, or in another state than before."""
        why = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
            "请当场逐件拍照、写明状况；与实施时不符的，先由经手人以外的人查明并报告。",
            "Photograph the goods at this door and say their state; where it has changed, somebody else looks into it and reports first."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts, doors = s.proposed, [e for e in s.case.events if e.kind == ACT], self.takes + self.keeps + self.gives
        goods, photo, told = p.data.get("goods") or {}, p.data.get("photo_hash"), p.data.get("condition") or {}
        if p.act in doors and goods:
            yield not photo, "没有财物照片", "there is no photograph of the goods"
            used = any(e.act in doors and e.data.get("photo_hash") == photo for e in acts)
            yield used, "这张照片在本案已经用过，须重新拍照", "this photograph was used before: take a new one"
        for code in goods if p.act in self.takes else ():
            yield not told.get(code), f"{code}没有写明状况", f"the state of {code} is not said"
        for code in goods if p.act in self.keeps else ():
            states = [e.data["condition"][code] for e in acts if e.act in self.takes and code in (e.data.get("condition") or {})]
            reported = any(e.act in self.reports and code in (e.data.get("codes") or ()) and e.actor != p.actor for e in acts)
            yield (states and told.get(code) != states[0] and not reported, f"{code}入库时的状况与实施时不一致，没有经手人以外的人报告",
                   f"{code} comes in another state than it was taken in, and nobody else has reported it")

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find goods without a fresh picture or a word on their state, and goods stored in another state than taken."""
        here, doors, told = say.equal(R("_key"), T("_key")), self.takes + self.keeps + self.gives, say.value_of(T("condition"), T("_key"))
        state = say.gather("first", self.takes, R("_value"), here, each="condition")
        other = say.some(self.reports, say.both(here, say.differs(R("_actor"), T("_actor"))), each="codes")
        changed = say.both(say.said(state), say.either(say.missing(told), say.differs(told, state)), say.negated(other))
        bare = say.either(say.missing(T("photo_hash")), say.some(doors, say.matches("photo_hash")))
        return AnyOf((say.gate(doors, bare, applies=say.over(say.size(T("goods")), 0)),
                      say.gate(self.takes, say.missing(told), each="goods"),
                      say.gate(self.keeps, changed, each="goods", needs=["_actor"])))
