"""storage_conditions 保管条件: goods come to the store in time, in the class that suits them, and leave in the state in which they came.

Why: 不按照规定保管存放，导致变质、损毁: a fish left in the sun destroys the evidence and the party's property alike.
Finds: goods stored without class or state; damaged goods given out as if nothing had happened; goods not stored in time and perishables
not decided in time (`watch`).
Not: numbers and marks (`inventory_balance`); whether the cold store was cold (readings of a foreign system).
Source: 行政强制法 26 (keep well, no damage); the days are local ([L]: 2 working days to the store), so settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, R, Span, T, Today
from qingfeng.facts.say import (
    both,
    differs,
    either,
    equal,
    gate,
    gather,
    is_in,
    missing,
    negated,
    none,
    over,
    some,
    value_of,
    working_days,
)
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

KEPT_WELL = Citation(instrument="行政强制法", article="26")
INTACT = "intact"


@dataclass(frozen=True, slots=True)
class Perishable:
    """A store class whose goods are decided upon within so many working days."""

    store_class: str
    days: int


# fmt: off
@dataclass(frozen=True, slots=True)
class StorageConditions:
    """`keeps` says class (`store_class`) and state (`condition`) of every code; `gives` the state again; `reports` explains damage."""

    name: ClassVar[str] = "storage_conditions"
    title: ClassVar[Text] = Text(zh="财物保管条件", en="Storage conditions")
    example: ClassVar[dict[str, Any]] = {"takes": ["seize"], "keeps": ["store"], "gives": ["give_back"], "reports": ["report_damage"],
                                         "classes": ["dry", "cold"], "perishable": [{"store_class": "cold", "days": 2}], "within": 2}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0 goods={W1:2}", "store bob 0 goods={W1:2} store_class={W1:dry} condition={W1:intact}",
            "give_back bob 9 goods={W1:2} condition={W1:intact}"),
        ("store bob 0 goods={W1:2,W2:1} store_class={W1:dry,W2:cold} condition={W1:intact,W2:damaged}",
            "give_back bob 2 goods={W2:1} condition={W2:damaged}"),
        ("store bob 0 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "report_damage carl 3 codes=[W1]",
            "give_back bob 9 goods={W1:2} condition={W1:damaged}"),
        ("store bob 0 goods={W2:1} store_class={W2:cold} condition={W2:intact}", "note ann 1",
            "give_back ann 2 goods={W2:1} condition={W2:intact}"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("store bob 0 goods={W1:2} condition={W1:intact}",), ("store bob 0 goods={W1:2} store_class={W1:dry}",),
        ("store bob 0 goods={W1:2,W2:1} store_class={W1:dry} condition={W1:intact,W2:damaged}",),
        ("store bob 0 goods={W1:2} store_class={W1:roof} condition={W1:intact}",),
        ("store bob 0 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "give_back bob 9 goods={W1:2} condition={W1:damaged}"),
        ("store bob 0 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "give_back bob 9 goods={W1:2}"),
        ("store bob 0 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "report_damage bob 3 codes=[W1]",
            "give_back bob 9 goods={W1:2} condition={W1:damaged}"),
        ("store bob 0 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "report_damage carl 3 codes=[W2]",
            "give_back bob 9 goods={W1:2} condition={W1:damaged}"),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0 goods={W1:2}", "store bob 2 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "today 60"),
        ("seize ann 0 goods={W1:2}", "today 2"), ("seize ann 0 goods={W1:2}", "give_back eve 1 goods={W1:2}", "today 60"),
        ("seize ann 0 goods={W2:1}", "store bob 0 goods={W2:1} store_class={W2:cold} condition={W2:intact}",
            "give_back bob 2 goods={W2:1} condition={W2:intact}", "today 60"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0 goods={W1:2}", "today 3"),
        ("seize ann 0 goods={W1:2,W2:1}", "store bob 1 goods={W1:2} store_class={W1:dry} condition={W1:intact}", "today 9"),
        ("seize ann 0 goods={W2:1}", "store bob 0 goods={W2:1} store_class={W2:cold} condition={W2:intact}",
            "give_back bob 4 goods={W2:1} condition={W2:intact}", "today 60"))

    takes: tuple[str, ...]
    keeps: tuple[str, ...]
    gives: tuple[str, ...]
    classes: tuple[str, ...]
    reports: tuple[str, ...] = ()
    perishable: tuple[Perishable, ...] = ()
    within: int = 2
    statute: Citation | None = KEPT_WELL  # null where the goods are not seized under it

    @property
    def basis(self) -> Basis:
        """The statute, or a rule where the power names none: nobody lets either pass."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        named = {*self.takes, *self.keeps, *self.gives, *self.reports}
        wrong = sorted(named - {row.act for row in version.procedure.rows})
        wrong += sorted({p.store_class for p in self.perishable} - set(self.classes))
        if wrong or not (self.takes and self.keeps and self.gives and self.classes):
            return Text(f"动作须取自流程，易腐类别须在classes之中（{'、'.join(wrong)}）", f"acts or classes unknown or missing: {wrong}")
        if self.within not in range(1, 31) or any(p.days not in range(1, 31) for p in self.perishable):
            return Text("天数应为1至30个工作日", "1 to 30 working days")
        return None

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse goods stored without class or state, and goods given out damaged, or without a word on it, that came in intact."""
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        said = [command.data.get(field) or {} for field in ("store_class", "condition")]
        for code in command.data.get("goods") or {}:
            if command.act in self.keeps and (said[0].get(code) not in self.classes or not said[1].get(code)):
                return self._refusal(f"{code}没有写明保管类别（{situation.told(self.classes).zh}）或入库状况", f"{code}: no class or no state")
            states = [e.data["condition"][code] for e in acts if e.act in self.keeps and code in (e.data.get("condition") or {})]
            reported = any(e.act in self.reports and code in (e.data.get("codes") or ()) and e.actor != command.actor for e in acts)
            if command.act in self.gives and states and said[1].get(code) != states[-1] and not reported:
                was, now = situation.told(states[-1]), situation.told(said[1].get(code) or "unsaid")
                return self._refusal(f"{code}入库时为“{was.zh}”，出库时为“{now.zh}”，没有他人作出的损毁报告",
                                     f"{code} came in {was.en}, goes out {now.en}; no damage reported by another")
        return None

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find goods stored without class or state, or given out in another state than they came in, unreported by another."""
        state = gather("last", self.keeps, R("_value"), equal(R("_key"), T("_key")), each="condition")
        told = value_of(T("condition"), T("_key"))
        changed = both(negated(missing(state)), either(missing(told), differs(told, state)))
        by_others = both(equal(R("_key"), T("_key")), differs(R("_actor"), T("_actor")))
        classless = negated(is_in(value_of(T("store_class"), T("_key")), self.classes))
        return AnyOf((gate(self.keeps, either(classless, missing(told)), each="goods"),
                      gate(self.gives, both(changed, none(self.reports, by_others, each="codes")), each="goods", needs=["_actor"])))

    def watch(self, _: PowerVersion) -> AnyOf:
        """Find goods not in the store in time, and perishables not given out in time."""
        here = equal(R("_key"), T("_key"))
        rules = [gate(self.takes, self._late(self.within, (*self.keeps, *self.gives), here), each="goods")]  # given back is not stored
        for one in self.perishable:
            kind = equal(value_of(T("store_class"), T("_key")), one.store_class)
            rules.append(gate(self.keeps, self._late(one.days, self.gives, here), applies=kind, each="goods"))
        return AnyOf(tuple(rules))

    def _late(self, days: int, acts: tuple[str, ...], here: Any) -> Any:
        in_time = some(acts, both(here, negated(over(working_days(T("_on"), R("_on")), days))), span=Span.AFTER, each="goods")
        return both(over(working_days(T("_on"), Today()), days), negated(in_time))

    def _refusal(self, zh: str, en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=Text(zh, en),
            remedy=Text("请逐件写明类别和状况；有损毁的，由保管人以外的人查明责任并报告后再出库。",
                        "Say class and state of each item; damage is looked into and reported by somebody other than the custodian first."))
