"""goods_as_decided 没收物品照单执行: the decision lists what it confiscates; all of it, and no more, is collected, stored and disposed of.

Why: “没收违法产品，已执行” with nothing collected is a confiscation on paper: the party keeps its goods, or somebody else has them.
Finds: a decision of `kinds` without a list; more collected than it lists; called performed, or the case closed, while listed goods were
not collected (here, or in the case in which they were seized), stored and, before closing, disposed of.
Not: whether the goods may be confiscated (`violation_catalogue`); who receives them (`named_receiver`).
Source: 行政处罚法 74: confiscated goods are dealt with by law; what is decided is carried out (66).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

GOODS = Citation(instrument="行政处罚法", article="74")
# fmt: off
_DECIDED = "decide dan 0 penalty_kinds=[fine,things] goods={W1:4,W2:1} document_no=罚1号"
_GOT, _IN, _OUT = (f"{act} 2 goods={{W1:4,W2:1}}" for act in ("collect ann", "store bob", "dispose eve"))
_DONE, _THERE = "perform ann 4 performed=[fine,things]", "c2:settle eve 1 goods={W1:4,W2:1} penalty_no=罚1号"


@dataclass(frozen=True, slots=True)
class GoodsAsDecided:
    """The `goods` of the latest of `decides` with one of `kinds` pass `collects`, `stores`, `disposes`, or `elsewhere`: acts of another
    case under this `document_no` as `penalty_no`; asked at `performs` (collected, stored) and `closes` (disposed of), unless `ends`."""

    name: ClassVar[str] = "goods_as_decided"
    title: ClassVar[Text] = Text(zh="没收物品照单执行", en="Goods confiscated as listed")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decides": ["decide"], "kinds": ["things"], "collects": ["collect"], "stores": ["store"],
        "disposes": ["dispose"], "performs": ["perform"], "closes": ["close"], "ends": ["revoke"], "elsewhere": ["settle"]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_DECIDED, _GOT, _IN, _DONE, _OUT, "close dan 9"),
        ("decide dan 0 penalty_kinds=[fine]", "perform ann 4 performed=[fine]", "close dan 9"),
        (_DECIDED, "collect ann 1 goods={W1:3}", "collect ann 2 goods={W1:1,W2:1}", _IN, _DONE), (_DECIDED, "revoke dan 3", "close dan 9"),
        (_DECIDED, _THERE, _DONE, "close dan 9"), (_DECIDED, "perform ann 4 performed=[fine]"), ("close dan 0",), (_DECIDED, "note ann 1"),
        (_DECIDED, "c2:settle eve 1 goods={W1:4} penalty_no=罚1号", "collect ann 1 goods={W2:1}", "store bob 1 goods={W2:1}", _DONE))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("decide dan 0 penalty_kinds=[fine,things]",), (_DECIDED, _DONE), (_DECIDED, "close dan 9"), (_DECIDED, _GOT, _DONE),
        (_DECIDED, _GOT.replace("4", "3"), _IN.replace("4", "3"), _DONE), (_DECIDED, _GOT, _IN.replace("W1:4,", ""), _DONE),
        (_DECIDED, _GOT, _IN, "close dan 9"), (_DECIDED, _GOT, _IN, _OUT.replace(",W2:1", ""), "close dan 9"),
        (_DECIDED, _GOT.replace("4", "5")), (_DECIDED, _GOT, "collect ann 3 goods={W2:1}"),
        (_DECIDED, _THERE, "collect ann 1 goods={W2:1}"),
        (_DECIDED, "collect ann 1 goods={W3:1}"), (_DECIDED, _THERE.replace("罚1号", "罚2号"), _DONE), ("collect ann 1 goods={W1:1}",),
        (_DECIDED, _THERE.replace("4", "3"), _DONE), (_DECIDED, "revoke dan 3", _DECIDED, "close dan 9"), (_DECIDED, "revoke dan 3", _GOT))

    decides: tuple[str, ...]
    collects: tuple[str, ...]
    stores: tuple[str, ...]
    disposes: tuple[str, ...]
    performs: tuple[str, ...]
    closes: tuple[str, ...]
    kinds: tuple[str, ...] = ("goods_confiscation",)
    ends: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ("decide_on_goods", "decide_on_part")

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None; `elsewhere` may be acts of other powers."""
        if not self.kinds:
            return Text("须写明没收财物的处罚种类", "name the kinds that confiscate goods")
        return unfit(version, self.decides, self.collects, self.stores, self.disposes, self.performs, self.closes, more=self.ends)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a confiscation without a list, more than it lists, and “done” with less."""
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=GOODS, reason=fault, remedy=Text(
            "请在决定中逐项列明没收的物品（编号、数量），逐件收缴、入库，依法处置后再登记执行完毕、结案。",
            "List in the decision what is confiscated; collect and store every item, dispose of it by law, then record and close."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, acts = s.proposed, [e for e in s.case.events if e.kind == ACT]
        takes = bool({*self.kinds} & {*(p.data.get("penalty_kinds") or ())})
        yield p.act in self.decides and takes and not p.data.get("goods"), "没有列明没收的物品", "the goods confiscated are not listed"
        at = max((n for n, e in enumerate(acts) if e.act in self.decides + self.ends), default=None)
        made = acts[at] if at is not None and acts[at].act in self.decides else None
        listed = Counter[str]() if made is None else self._list(made)
        no = made.data.get("document_no") if made else None
        away = _sum(u.data for u in s.elsewhere.uses("penalty_no", str(no)) if u.act in self.elsewhere) if no else Counter[str]()
        ways = (self.collects, self.stores, self.disposes)
        got, kept, out = (_sum(e.data for e in acts[at or 0 :] if e.act in kind) + away for kind in ways)
        if p.act in self.collects:
            more = [code for code, n in (p.data.get("goods") or {}).items() if n > listed[code] - got[code]]
            yield more, f"决定没有列明（或者已经收缴）：{'、'.join(more)}", f"not in the decision, or collected already: {', '.join(more)}"
        done = p.act in self.performs and bool({*self.kinds} & {*(p.data.get("performed") or ())})
        yield done and listed.total() > got.total(), f"尚未收缴：{_told(listed - got)}", f"not collected: {_told(listed - got)}"
        yield done and listed.total() > kept.total(), f"尚未入库：{_told(listed - kept)}", f"not in the store: {_told(listed - kept)}"
        end = p.act in self.closes and listed.total() > out.total()
        yield end, f"尚未处置：{_told(listed - out)}", f"not disposed of: {_told(listed - out)}"

    def _list(self, made: Event) -> Counter[str]:
        taken = {*self.kinds} & {*(made.data.get("penalty_kinds") or ())}
        return Counter(made.data.get("goods") or {}) if taken else Counter()

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find confiscations without a list, more than it lists, and what was called done with less."""
        def takes(of: type[T] | type[R], field: str) -> Expr:
            return say.either(*(say.is_in(kind, of(field)) for kind in self.kinds))
        stands = say.equal(R("_seq"), say.gather("last", self.decides + self.ends, R("_seq")))
        made, here = say.both(stands, takes(R, "penalty_kinds")), say.equal(R("_key"), T("_key"))
        no = say.gather("last", self.decides, R("document_no"), stands)

        def gone(acts: tuple[str, ...], where: Expr = 1) -> Expr:
            return say.plus(say.gather("sum", acts, R("_value"), where, each="goods", since=self.decides + self.ends),
                            say.gather("sum", self.elsewhere, R("_value"), where, each="goods", same="penalty_no", equals=no))
        rest = say.minus(say.gather("sum", self.decides, R("_value"), say.both(made, here), each="goods"), gone(self.collects, here))
        listed = say.gather("sum", self.decides, R("_value"), made, each="goods")
        short = [say.over(listed, gone(acts)) for acts in (self.collects, self.stores, self.disposes)]
        return AnyOf((say.gate(self.decides, say.missing(T("goods")), applies=takes(T, "penalty_kinds")),
                      say.gate(self.collects, say.over(T("_value"), rest), each="goods"),
                      say.gate(self.performs, say.either(short[0], short[1]), applies=takes(T, "performed")),
                      say.gate(self.closes, short[2])))


def _sum(said: Iterable[Any]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in said:
        total.update(one.get("goods") or {})
    return total


def _told(left: Counter[str]) -> str:
    return ", ".join(f"{code} ({n})" for code, n in left.items())
