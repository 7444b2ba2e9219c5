"""receipt_voids 票据作废: a receipt is voided by two people, with all its copies kept, and many voids of one book are a finding.

Why: 截留: money is taken on a receipt, the receipt is “spoilt” afterwards, and one hand has done it all.
Finds: a receipt voided without another's approval of that number, or without the copies kept (their hash, not used before); one that names
no registered book; by demand and always found: more than `most` voids of a book within `days`, on whatever cases.
Not: numbers left out, used twice, voided without reasons (`fine_receipts`).
Source: 行政处罚法 70 and 74; two hands and the number that makes one look are the agency's own rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.engine.control import Basis, Demand, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts import say
from qingfeng.facts.rule import AnyOf, R, T
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

# fmt: off
_FIRST = ("agree dan 0 receipt_no=S009", "void eve 1 receipt_no=S009 receipt_book=S document_hash=h1")
_NEXT = ("agree dan 2 receipt_no=S010", "void eve 3 receipt_no=S010 receipt_book=S document_hash=h2")
_THIRD = ("agree dan 4 receipt_no=S011", "void eve 5 receipt_no=S011 receipt_book=S document_hash=h3")


@dataclass(frozen=True, slots=True)
class ReceiptVoids:
    """`voids` of a receipt_no follow one of `approves` by another, name the `receipt_book` and keep the copies (`document_hash`)."""

    name: ClassVar[str] = "receipt_voids"
    title: ClassVar[Text] = Text(zh="票据作废", en="Voided receipts")
    basis: ClassVar[Basis] = Basis.RULE
    example: ClassVar[dict[str, Any]] = {"voids": ["void"], "approves": ["agree"], "books": ["S", "T"], "most": 2, "days": 90}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        _FIRST, (*_FIRST, *_NEXT), _FIRST[:1], ("note ann 0", *_FIRST, "note ann 3"),
        tuple(f"c1:{row}" for row in _FIRST) + tuple(f"c2:{row}" for row in _NEXT),
        (*_FIRST, *_NEXT, *(row.replace(" 4 ", " 100 ").replace(" 5 ", " 100 ") for row in _THIRD)),
        (*_FIRST, *_NEXT, "agree dan 4 receipt_no=T1", "void eve 5 receipt_no=T1 receipt_book=T document_hash=h4"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        _FIRST[1:], ("agree eve 0 receipt_no=S009", _FIRST[1]), (_NEXT[0], _FIRST[1]),
        (_FIRST[0], _FIRST[1].replace("document_hash=h1", "")),
        (_FIRST[0], _FIRST[1].replace("receipt_book=S ", "")), (_FIRST[0], _FIRST[1].replace("receipt_book=S", "receipt_book=U")),
        (*_FIRST, _NEXT[0], _NEXT[1].replace("h2", "h1")), (*_FIRST, *_NEXT, *_THIRD), ("agree dan 0", "void eve 1 receipt_book=S"),
        tuple(f"c1:{row}" for row in (*_FIRST, *_NEXT)) + tuple(f"c2:{row}" for row in _THIRD), _NEXT[1:], _THIRD[1:],
        (*(f"c1:{row}" for row in _FIRST), *(f"c2:{row}" for row in _NEXT), *(f"c3:{row}" for row in _THIRD)),
        (*_FIRST, *_NEXT, *(row.replace(" 4 ", " 91 ").replace(" 5 ", " 91 ") for row in _THIRD)),
    )

    books: tuple[str, ...]
    approves: tuple[str, ...] = ("approve_receipt_void",)
    voids: tuple[str, ...] = ("void_receipt",)
    most: int = 5
    days: int = 365

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.books or "" in self.books or not 0 <= self.most <= 50 or not 30 <= self.days <= 730:
            return Text("须列明票据本字头；作废次数0至50次，期间30至730日", "name the books; 0 to 50 voids within 30 to 730 days")
        return unfit(version, self.voids, self.approves)

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Refuse a void by one hand or without the copies kept; ask for reasons where there are many: recorded, and always found."""
        if situation.proposed.act not in self.voids:
            return None
        why = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None)
        if why is not None:
            return Refusal(by=self.name, ring="control", basis=self.basis, reason=why, remedy=Text(
                "请先由财务人员以外的负责人核对各联后批准，附作废票据全部联次的影像，写明票据本。",
                "Let somebody else see all copies and approve it first; attach their image and name the book."))
        number = self._earlier(situation)
        return Demand(by=self.name, reason=Text(
            f"这本票据{self.days}日内已作废{number}张，超过{self.most}张的逐张说明，并列入核查",
            f"{number} receipts of this book were voided within {self.days} days: each further one is explained and looked into"),
            citation=None) if number >= self.most else None

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        said, acts, who = s.proposed.data, [e for e in s.case.events if e.kind == ACT], s.proposed.actor
        number, book, kept = (said.get(name) for name in ("receipt_no", "receipt_book", "document_hash"))
        yield book not in self.books, "没有写明登记的票据本", "no registered book is named"
        agreed = any(e.act in self.approves and number and e.data.get("receipt_no") == number and e.actor != who for e in acts)
        yield not agreed, "这张票据的作废没有另一人批准", "nobody else has approved voiding this receipt"
        yield not kept, "没有作废票据全部联次的影像", "the image of all copies is missing"
        yield any(e.act in self.voids and e.data.get("document_hash") == kept for e in acts), "这份影像已经用于另一张作废票据", "this image was used"

    def _earlier(self, s: Situation) -> int:
        book, first = s.proposed.data["receipt_book"], s.proposed.day - timedelta(days=self.days)
        here = [local_day(e.at) for e in s.case.events if e.kind == ACT and e.act in self.voids and e.data.get("receipt_book") == book]
        there = [use.day for use in s.elsewhere.uses("receipt_book", str(book)) if use.act in self.voids]
        return sum(day >= first for day in (*here, *there))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find voids by one hand, without copies or book, and every void of a book beyond the number."""
        agreed = say.some(self.approves, say.both(say.matches("receipt_no"), say.differs(R("_actor"), T("_actor"))))
        used = say.some(self.voids, say.matches("document_hash"))
        bare = say.either(say.negated(say.is_in(T("receipt_book"), self.books)), say.missing(T("document_hash")), used)
        lately = say.at_least(R("_on"), say.minus(T("_on"), self.days))
        many = say.plus(say.count(self.voids, say.both(say.matches("receipt_book"), lately)),
                        say.count(self.voids, lately, same="receipt_book"))
        return AnyOf((say.gate(self.voids, say.either(say.negated(agreed), bare), needs=["_actor"]),
                      say.gate(self.voids, say.at_least(many, self.most))))
