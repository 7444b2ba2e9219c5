"""inventory_balance 涉案财物账实: what was taken is what is kept, and what goes out is what came in, item by item, the same thing.

Why: 使用、截留、私分、丢失扣押的财物: between the door and the store one crate fewer is nobody's crate.
Finds: custody of other goods than were taken; more going out than is there; a thing swapped for another (its mark changed or left out);
a count that differs from the book; a case closed with goods unaccounted for; a keeper named who took the goods or acts in the case.
Not: the state of the goods (`storage_conditions`); who may decide on them; goods never listed at all (the party keeps a copy of the list).
Source: 行政强制法 24 (list in two copies), 26 (keep well, no use); 行政处罚法 74; execution and custody apart: 财税〔2020〕54号 art. 4 (map).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.facts.say import (
    both,
    differs,
    either,
    equal,
    gate,
    gather,
    is_in,
    minus,
    missing,
    negated,
    over,
    said,
    some,
    total,
    value_of,
)
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

# fmt: off
KEPT_WELL = Citation(instrument="行政强制法", article="26")
_TOOK = "seize ann 0 goods={W1:5} officers=[ann,bob]"
_WRONG = ("carl", "ann"), ("bob", "bob"), ("carl", "bob"), ("carl", "dan")


@dataclass(frozen=True, slots=True)
class InventoryBalance:
    """`goods` taken by `takes`, received by `keeps`, given out by `gives`, counted by `counts`; `closes` needs nothing left."""

    name: ClassVar[str] = "inventory_balance"
    title: ClassVar[Text] = Text(zh="涉案财物账实相符", en="Balance of goods")
    example: ClassVar[dict[str, Any]] = {"takes": ["seize"], "keeps": ["store"], "gives": ["give_back"], "counts": ["count"],
        "closes": ["close"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (*(f"{who} goods={{W1:20,W2:1}} marks={{W2:SN-1}}" for who in ("seize ann 0", "store bob 0", "count carl 5", "give_back bob 9")),
            "close ann 10"),
        ("seize ann 0 goods={W1:20}", "store bob 0 goods={W1:5}", "store bob 1 goods={W1:15}", "give_back bob 2 goods={W1:5}",
            "count carl 3 goods={W1:15}"),
        ("close ann 0", "seize ann 1 goods={W1:5}", "give_back ann 2 goods={W1:5}", "close ann 3"),
        ("seize ann 0 goods={W2:1} marks={W2:SN-2}", "give_back ann 3 goods={W2:1} marks={W2:SN-2}", "close bob 3"),
        *((_TOOK, "note dan 0", f"store {who} 1 goods={{W1:5}} custodian={who}") for who in ("dan", "carl", "eve")),
        (_TOOK, "store eve 1 goods={W1:2} custodian=eve", "store carl 2 goods={W1:3} custodian=eve"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("seize ann 0 goods={W1:20}", "store bob 0 goods={W1:25}"), ("seize ann 0 goods={W1:20}", "give_back bob 3 goods={W1:21}"),
        ("seize ann 0 goods={W1:20}", "store bob 0 goods={W2:1}"), ("seize ann 0 goods={W1:5}", "close ann 4"),
        *(("seize ann 0 goods={W1:20}", "give_back bob 3 goods={W1:15}", end) for end in ("close ann 4", "give_back bob 4 goods={W1:15}")),
        ("seize ann 0 goods={W2:1} marks={W2:SN-1}", "store bob 0 goods={W2:1} marks={W2:SN-2}"),
        ("seize ann 0 goods={W2:1} marks={W2:SN-1}", "store bob 0 goods={W2:1} marks={W2:SN-1}",
            "give_back bob 9 goods={W2:1} marks={W2:SN-2}"),
        ("seize ann 0 goods={W2:1} marks={W2:SN-1}", "give_back bob 9 goods={W2:1}"), ("give_back bob 9 goods={W1:5}",),
        ("seize ann 0 goods={W1:20}", "store bob 0 goods={W1:20}", "count carl 5 goods={W1:15}"),
        ("seize ann 0 goods={W1:20}", "count carl 5"), ("seize ann 0 goods={W1:5,W2:1}", "count carl 5 goods={W1:5}"),
        *((_TOOK, "note dan 0", f"store {who} 1 goods={{W1:5}} custodian={named}") for who, named in _WRONG),
        ("seize ann 0 goods={W1:20}", "store bob 0 goods={W1:15}", "store bob 1 goods={W1:15}"),
    )

    takes: tuple[str, ...]
    keeps: tuple[str, ...]
    gives: tuple[str, ...]
    closes: tuple[str, ...]
    counts: tuple[str, ...] = ()
    statute: Citation | None = KEPT_WELL  # null where the goods are not seized under it

    @property
    def basis(self) -> Basis:
        """The statute, or a rule where the power names none: nobody lets either pass."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        lists = (self.takes, self.keeps, self.gives, self.closes)
        named = [act for acts in (*lists, self.counts) for act in acts]
        wrong = sorted({act for act in named if named.count(act) > 1} | set(named) - {row.act for row in version.procedure.rows})
        if wrong or not all(lists):
            return Text(f"各组动作须取自流程、不为空、不重复（{'、'.join(wrong)}）", f"acts unknown, shared or missing: {wrong}")
        return None

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse what does not agree with the book; a count that differs is recorded with its reason, and found."""
        if (fault := self._fault(situation)) is None:
            return None
        if situation.proposed.act in self.counts:
            return Demand(by=self.name, reason=fault, citation=self.statute)
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=fault,
            remedy=Text("请按清单逐件核对实物、编号和数量；确有短少、错换的，先报告并查明责任，不得改账。",
                        "Check things, marks and numbers against the list; report what is missing or swapped, do not change the book."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find movements beyond the book, changed marks, counts that differ, and closures with something left."""
        here, mark = equal(R("_key"), T("_key")), value_of(T("marks"), T("_key"))
        first_mark = gather("first", self.takes, R("_value"), here, each="marks")
        swapped = both(said(first_mark), either(missing(mark), differs(mark, first_mark)))
        left, named = minus(self._sum(self.takes), self._sum(self.gives)), T("custodian")
        his = either(equal(R("_actor"), named), is_in(named, R("officers")))
        others = both(his, negated(is_in(R("_act"), self.keeps)))
        return AnyOf((
            *(gate(acts, either(over(T("_value"), minus(self._sum(self.takes, here), self._sum(acts, here))), swapped), each="goods")
                for acts in (self.keeps, self.gives)),
            gate(self.counts, either(differs(T("_value"), minus(self._sum(self.takes, here), self._sum(self.gives, here))), swapped),
                each="goods"),
            gate(self.counts, either(missing(T("goods")), over(left, total(T("goods")))), applies=over(left, 0)),
            gate(self.closes, negated(equal(left, 0)), applies=some((*self.takes, *self.gives))),
            gate(self.keeps, either(some(self.takes, his), both(differs(named, T("_actor")), some(None, others))), needs=["_actor"]),
        ))

    def _sum(self, acts: tuple[str, ...], where: Expr = 1) -> Expr:
        return gather("sum", acts, R("_value"), where, each="goods")

    def _fault(self, situation: Situation) -> Text | None:
        command, acts = situation.proposed, [e for e in situation.case.events if e.kind == ACT]
        taken, kept, given = (self._total(acts, kind) for kind in (self.takes, self.keeps, self.gives))
        goods, marks = command.data.get("goods") or {}, command.data.get("marks") or {}
        first = {code: mark for e in reversed(acts) if e.act in self.takes for code, mark in (e.data.get("marks") or {}).items()}
        if command.act in (*self.keeps, *self.gives, *self.counts):
            for code, number in goods.items():
                there = taken[code] - (kept if command.act in self.keeps else given)[code]
                if number > there or (command.act in self.counts and number != there):
                    return Text(f"{code}：本次{number}，账上{there}", f"{code}: {number} here, {there} in the book")
                if code in first and marks.get(code) != first[code]:
                    return Text(f"{code}的识别号应为{first[code]}，本次为{marks.get(code) or '未填'}，实物可能已被调换",
                                f"{code} bears {first[code]}, here {marks.get(code) or 'nothing'}: it may have been swapped")
        named = command.data.get("custodian") if command.act in self.keeps else None
        busy = [e for e in acts if named and (e.actor == named or named in (e.data.get("officers") or ()))]
        if any(e.act in self.takes or (named != command.actor and e.act not in self.keeps) for e in busy):
            name = situation.people.name(str(named))
            return Text(f"{name}经办本案，不得作财物保管人", f"{name} handles the case and may not keep its goods")
        there_are = sum(taken.values()) - sum(given.values())
        if command.act in self.counts and there_are > 0 and (not goods or there_are > sum(goods.values())):
            return Text(f"盘点共列{sum(goods.values())}件，账上{there_are}件", f"the count lists {sum(goods.values())}, the book has {there_are}")
        if command.act in self.closes and sum(taken.values()) != sum(given.values()):
            left = ", ".join(f"{code} ({number})" for code, number in (taken - given).items())
            return Text(f"还有财物没有去向：{left.replace(', ', '、')}", f"goods unaccounted for: {left}")
        return None

    def _total(self, acts: list[Any], kind: tuple[str, ...]) -> Counter[str]:
        total: Counter[str] = Counter()
        for event in (e for e in acts if e.act in kind):
            total.update(event.data.get("goods") or {})
        return total
