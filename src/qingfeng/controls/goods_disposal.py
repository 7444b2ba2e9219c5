"""goods_disposal 财物处理有据有交接: goods go to the State or to waste only on a lawful ground, and somebody signs for each of them.

Why: 私分: “dealt with by law” without the decision that says so, and without anybody who received it, is how goods go home with somebody.
Finds: a disposal without ground, or by a penalty without its number and paper; by law, without the article and the reasons; more handed
over than was decided, without receiver or receipt, by the decider, on a used receipt; to somebody who keeps, decides or hands over, or
is tied to one of them; a case closed with goods nobody received.
Not: what goes back to the party (`storage_conditions`, `inventory_balance`); whether the penalty exists (`ground_decision`) and was right.
Source: 行政强制法 27 (confiscate or destroy where the law says so, else lift), 行政处罚法 74; the receipts: the agency's own rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, Expr, GateRule, R, Span, T, Today
from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text

LAWFUL, WORDS, PENALTY = Citation(instrument="行政强制法", article="27"), 4, "penalty"

# fmt: off
_GO, _ALL = "dispose eve 1 disposal=dispose", "goods={W1:2,W2:1}"
_FINE, _LAW = f"{_GO} disposal_ground=penalty {_ALL}", f"{_GO} disposal_ground=by_law {_ALL}"
_FINED = f"{_FINE} penalty_no=示罚1号 penalty_hash=f1"
_LAWFUL, _KEPT = f"{_LAW} legal_basis=条例第九条 reasons=易燃不能久存", "keep carl 0"
_OVER, _SIGN = "hand_over bob 2 goods={W1:2,W2:1}", "receiver=示例处置中心 receipt_hash=r1"


@dataclass(frozen=True, slots=True)
class GoodsDisposal:
    """`decides` with a `disposal` of `courses` say the `disposal_ground`; `hands_over` within it; `closes` after all is handed over.

    keeps: who kept the goods may not receive them.
    No courses and no grounds: every one of `decides` carries out a decision that is the ground itself (confiscated goods collected)."""

    name: ClassVar[str] = "goods_disposal"
    title: ClassVar[Text] = Text(zh="财物处理有据有交接", en="Disposal with ground and receipt")
    example: ClassVar[dict[str, Any]] = {
        "decides": ["dispose"], "hands_over": ["hand_over"], "closes": ["close"], "grounds": ["penalty", "by_law"],
        "keeps": ["keep"]}
    example_ties: ClassVar[tuple[tuple[str, str], ...]] = (("carl", "示例商行"), ("ann", "示例处置中心"))
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FINED, f"{_OVER} {_SIGN}", "close dan 3"), ("dispose eve 1 disposal=lift goods={W1:2}", "close dan 3"), ("close dan 0",),
        (f"{_LAW} legal_basis=条例第九条 reasons=易燃不能久存", f"hand_over bob 2 goods={{W1:1}} {_SIGN}",
         "hand_over bob 3 goods={W1:1,W2:1} receiver=厂 receipt_hash=r2", "close dan 4"), ("note ann 0", _FINED, "note ann 2"),
        (_KEPT, _LAWFUL, f"{_OVER} {_SIGN}", "close dan 3"),
        (_KEPT, _FINED, f"{_OVER} receiver=常林仓储公司 receipt_hash=r1"))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{_GO} {_ALL}",), (_FINE,), (f"{_FINE} penalty_no=示罚1号",), (f"{_FINE} penalty_hash=f1",), (_LAW,), (f"{_LAW} legal_basis=条例第九条",),
        (f"{_LAW} reasons=易燃不能久存",), (f"{_LAW} legal_basis=条例第九条 reasons=没收",), (f"{_FINED}".replace("=penalty", "=useful"),),
        (_FINED, _OVER), (_FINED, f"{_OVER} receiver=厂"), (_FINED, f"{_OVER} receipt_hash=r1"), (_FINED, "close dan 3"),
        (_FINED, f"hand_over bob 2 goods={{W1:1}} {_SIGN}", "close dan 3"), (_FINED, f"hand_over eve 2 goods={{W1:2}} {_SIGN}"),
        (_FINED, f"hand_over bob 2 goods={{W1:3}} {_SIGN}"), (f"hand_over bob 2 goods={{W1:1}} {_SIGN}",), (_FINED.replace(_ALL, ""),),
        (_FINED, f"{_OVER} {_SIGN}", f"hand_over bob 3 goods={{W2:1}} {_SIGN}"),
        ("dispose eve 1 disposal=lift goods={W1:2}", f"{_OVER} {_SIGN}"),
        *((_KEPT, _LAWFUL, f"{_OVER} receiver={who} receipt_hash=r1") for who in ("carl", "保管员常林", "柏·青", "eve", "示例（商行）")),
        (_LAWFUL, "hand_over dan 2 goods={W1:1} receiver=厂 receipt_hash=r1", "hand_over bob 3 goods={W1:1} receiver=段明 receipt_hash=r2"),
        (_FINED, f"hand_over bob 2 goods={{W1:1}} {_SIGN}", f"hand_over bob 3 goods={{W1:1}} {_SIGN}"))
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((_FINED, f"{_OVER} {_SIGN}", "today 60"), (_FINED, "today 15"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_FINED, "today 16"), (_FINED, f"hand_over bob 2 goods={{W1:2}} {_SIGN}", "today 60"),
        (_FINED, f"hand_over bob 2 goods={{W1:1,W2:1}} {_SIGN}", "today 60"))

    decides: tuple[str, ...]
    hands_over: tuple[str, ...]
    closes: tuple[str, ...]
    courses: tuple[str, ...] = ("dispose",)
    grounds: tuple[str, ...] = ("penalty", "destruction", "perishable", "unclaimed")
    within: int = 10
    keeps: tuple[str, ...] = ()
    statute: Citation | None = LAWFUL  # null where the goods are not seized under it

    @property
    def basis(self) -> Basis:
        """The statute, or a rule where the power names none: nobody lets either pass."""
        return Basis.STATUTE if self.statute else Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if bool(self.courses) is not bool(self.grounds) or not 1 <= self.within <= 60:
            return Text("处理种类与法定情形须成对，交接期限1至60个工作日", "courses and grounds go together; handed over within 1 to 60 working days")
        return unfit(version, self.decides, self.hands_over, self.closes, more=self.keeps)

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a disposal without ground, a hand-over nobody signed for, and closing before all is received."""
        why = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        return None if why is None else Refusal(
            by=self.name, ring="control", basis=self.basis, citation=self.statute, reason=why, remedy=Text(
            "请写明处理的法定情形和依据文书；由保管人逐件交接、接收人签收后再结案，没有依据的退还当事人。",
            "Say the ground and its paper; the custodian hands over, the receiver signs, then close; without a ground the goods go back."))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        p, said, acts = s.proposed, s.proposed.data, [e for e in s.case.events if e.kind == ACT]
        goods, ground = said.get("goods") or {}, said.get("disposal_ground")
        if p.act in self.decides and self.courses and said.get("disposal") in self.courses:
            yield ground not in self.grounds or not goods, "没有写明处理的法定情形和财物", "the lawful ground, or the goods, are not said"
            fined, short = ground == PENALTY, len(str(said.get("reasons") or "")) < WORDS
            yield fined and not (said.get("penalty_no") and said.get("penalty_hash")), "没有写明处罚决定的文号和文本", "no penalty decision is named"
            yield not fined and (not said.get("legal_basis") or short), "没有写明法律依据和理由（至少4个字）", "the article or the reasons are missing"
        due = self._goods(e.data for e in acts if e.act in self.decides and (not self.courses or e.data.get("disposal") in self.courses))
        given = self._goods(e.data for e in acts if e.act in self.hands_over)
        if p.act in self.hands_over:
            beyond = "、".join(code for code, n in goods.items() if n > due[code] - given[code])
            yield beyond, f"{beyond}没有决定处理，或者已经交接", "more is handed over than was decided and not yet handed over"
            receipt = said.get("receipt_hash")
            yield not (receipt and said.get("receiver")), "没有写明接收人并附其签收单", "no receiver, or no receipt, is named"
            used = any(e.act in self.hands_over and e.data.get("receipt_hash") == receipt for e in acts)
            yield used, "这张签收单已经用过", "this receipt was used"
            yield p.actor in s.case.actors_of(self.decides), "决定处理的人不得自己交接", "who decided may not hand over himself"
            hands, to = (p.actor, *s.case.actors_of(self.keeps + self.decides + self.hands_over)), str(said.get("receiver"))
            near = any(s.people.named(one, to) or s.people.tied(one, to, p.day) for one in hands)
            yield near, "保管、决定、交接的人及其利害关系人不得接收", "who keeps, decides or hands over, and who is tied to him, may not receive"
        left = sum(due.values()) - sum(given.values())
        yield p.act in self.closes and left, f"还有{left}件决定处理的财物没有接收人签收", f"for {left} of the things disposed of nobody has signed"

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find disposals without ground, hand-overs beyond them or unsigned, and cases closed with things nobody received."""
        ground, here, course = T("disposal_ground"), say.equal(R("_key"), T("_key")), self._course(R)
        paper = say.both(say.equal(ground, PENALTY), say.said(T("penalty_no")), say.said(T("penalty_hash")))
        law = say.both(say.differs(ground, PENALTY), say.said(T("legal_basis")), say.at_least(say.length(T("reasons")), WORDS))
        lawful = say.both(say.is_in(ground, self.grounds), say.over(say.size(T("goods")), 0), say.either(paper, law))
        due = say.gather("sum", self.decides, R("_value"), say.both(here, course), each="goods")
        given = say.gather("sum", self.hands_over, R("_value"), here, each="goods")
        left = say.minus(say.gather("sum", self.decides, R("_value"), course, each="goods"),
                         say.gather("sum", self.hands_over, R("_value"), each="goods"))
        unsigned = say.either(say.missing(T("receiver")), say.missing(T("receipt_hash")), say.some(self.decides, say.same_actor()),
                              say.some(self.hands_over, say.matches("receipt_hash")))
        to = T("receiver")
        himself, theirs = (say.either(say.named(of("_actor"), to), say.tied(of("_actor"), to, T("_on"))) for of in (T, R))
        near = say.either(himself, say.some(self.keeps + self.decides + self.hands_over, theirs))
        return AnyOf((say.gate(self.decides, say.negated(lawful), applies=say.both(len(self.courses), self._course(T))),
                      say.gate(self.hands_over, say.over(T("_value"), say.minus(due, given)), each="goods"),
                      say.gate(self.hands_over, say.either(unsigned, near), needs=["_actor"]),
                      say.gate(self.closes, say.negated(say.equal(left, 0)))))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find things disposed of that nobody had received after so many working days."""
        given = say.gather("sum", self.hands_over, R("_value"), say.equal(R("_key"), T("_key")), span=Span.AFTER, each="goods")
        late = say.over(say.working_days(T("_on"), Today()), self.within)
        return say.gate(self.decides, say.both(late, say.over(T("_value"), given)), applies=self._course(T), each="goods")

    def _course(self, of: type[T] | type[R]) -> Expr:
        return say.is_in(of("disposal"), self.courses) if self.courses else 1

    def _goods(self, said: Iterator[Any]) -> Counter[str]:
        total: Counter[str] = Counter()
        for one in said:
            total.update(one.get("goods") or {})
        return total
