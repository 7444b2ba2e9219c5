"""fine_receipts 罚没票据: every payment bears a numbered receipt from a registered book, each number once and none left out.

Why: money without a receipt, or on a receipt whose number is skipped, is money that nobody will miss.
Finds: a payment without a receipt or on one from no registered book; a number used twice, here or in another case; a number whose
predecessor is neither used nor voided; a receipt for another sum than was paid; a receipt voided without reasons.
Not: a receipt from a book that is nobody's (the party may refuse to pay on it, 70); how much is due (`fines_balance`).
Source: 行政处罚法 70 and 77 (receipts of the finance department, or the party refuses); the sequence is the agency's own rule.
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
from qingfeng.facts.rule import AnyOf, Op, R, T
from qingfeng.terms.citation import Citation
from qingfeng.terms.money import format_yuan
from qingfeng.terms.spelling import one_spelling
from qingfeng.terms.text import Text

RECEIPT = Citation(instrument="行政处罚法", article="70")
REASONS = 4  # characters


@dataclass(frozen=True, slots=True)
class Book:
    """A book of receipts as the finance department gave it out: `prefix`, then digits from `first` to `last`, all of one width."""

    prefix: str
    first: str
    last: str

    def number(self, text: str) -> int | None:
        """Return the number of a receipt of this book; None if it is none of it."""
        rest = text.removeprefix(self.prefix)
        whole = text == self.prefix + rest and len(rest) == len(self.first) and rest.isascii() and rest.isdecimal()
        return int(rest) if whole and self.first <= rest <= self.last else None

    def shares(self, other: Book) -> bool:
        """Return whether a number could be taken for one of both books, however its prefix is written."""
        low, high = (
            [one_spelling(b.prefix + end) for b, end in ends]
            for ends in (((self, self.first), (other, other.first)), ((self, self.last), (other, other.last)))
        )
        return len(low[0]) == len(low[1]) and max(low) <= min(high)


# fmt: off
_PAY = "amount=500 receipt_amount=500"
_ONE = f"pay eve 0 {_PAY} receipt_no=S009"


@dataclass(frozen=True, slots=True)
class FineReceipts:
    """Each of `issues` and `voids` takes the next receipt_no of one of `books`; receipt_amount is what was paid."""

    name: ClassVar[str] = "fine_receipts"
    title: ClassVar[Text] = Text(zh="罚没票据", en="Receipts for fines")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {
        "issues": ["pay", "collect"], "voids": ["void"],
        "books": [{"prefix": "S", "first": "009", "last": "012"}, {"prefix": "T", "first": "1", "last": "9"}]}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (_ONE, "collect ann 1 amount=300 confiscated=200 receipt_no=S010 receipt_amount=500",
         "void eve 2 receipt_no=S011 reasons=打印错位", f"pay eve 3 {_PAY} receipt_no=S012"),
        (f"c1:{_ONE}", f"c2:pay eve 1 {_PAY} receipt_no=S010", f"c1:pay eve 2 {_PAY} receipt_no=S011"),
        ("c1:note ann 0 receipt_no=S009", "c1:void eve 0 receipt_no=S009 reasons=污损作废", f"c2:collect ann 1 {_PAY} receipt_no=S010",
         f"c2:collect ann 1 {_PAY} receipt_no=T1", f"c1:pay eve 1 {_PAY} receipt_no=T2"),
        (f"pay eve 0 {_PAY} receipt_no=T1",))
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"pay eve 0 {_PAY}",), *((f"pay eve 0 {_PAY} receipt_no={no}",) for no in ("S010", "S008", "S9")),
        (_ONE, f"collect ann 1 {_PAY} receipt_no=S009"), (f"collect ann 0 {_PAY} receipt_no=U009",),
        (f"c1:{_ONE}", f"c2:pay fay 1 {_PAY} receipt_no=S009"), ("pay eve 0 amount=500 receipt_no=T1",),
        (f"pay eve 0 {_PAY} receipt_no=T1", f"pay eve 1 {_PAY} receipt_no=T3"), ("pay eve 0 amount=500 receipt_amount=300 receipt_no=T1",),
        (f"c1:{_ONE}", "c2:void eve 1 receipt_no=S009 reasons=打印错位"), ("void eve 0 receipt_no=S009",),
        ("void eve 0 receipt_no=S009 reasons=作废",), ("collect ann 0 amount=500 confiscated=200 receipt_amount=500 receipt_no=T1",),
        ("void eve 0 receipt_no=S009 reasons=打印错位", f"pay eve 1 {_PAY} receipt_no=S009"), ("void eve 0 receipt_no=S011 reasons=打印错位",),
        (_ONE, *(f"pay eve 0 {_PAY} receipt_no=S0{n}" for n in (10, 11, 12, 13))), (_ONE, "void eve 1 receipt_no=S009 reasons=已经作废"))

    books: tuple[Book, ...]
    issues: tuple[str, ...] = ("record_payment",)
    voids: tuple[str, ...] = ("void_receipt",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.books or any(b.number(b.prefix + b.first) is None or b.number(b.prefix + b.last) is None for b in self.books):
            return Text("每本票据须写明字头、起号和止号，号码为同样位数的数字", "each book has a prefix, a first and a last number of one width")
        twice = [f"{a.prefix}{a.first}–{a.last}" for n, a in enumerate(self.books) for b in self.books[:n] if a.shares(b)]
        if twice:
            return Text(f"票据本号段重叠：{'、'.join(twice)}，同一号码不得出现在两本中", f"books overlap, no number may be in two: {', '.join(twice)}")
        return unfit(version, self.issues, more=self.voids)

    def clash(self, other: FineReceipts, *, same: bool) -> Iterator[tuple[str, Text]]:
        """Yield which books share numbers with one of another power or version; a later version keeps the very same book (`same`)."""
        for n, book in enumerate(self.books, 1):
            for one in other.books:
                if book.shares(one) and not (same and book == one):
                    mine, theirs = (f"{b.prefix}{b.first}–{b.last}" for b in (book, one))
                    yield f"books[{n}]", Text(f"票据本{mine}与其票据本{theirs}号段重叠，同一号码不得出现在两本中",
                                              f"book {mine} overlaps its book {theirs}: no number may be in two")

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse a number that is not the next of a book, a receipt for another sum, and voiding without reasons."""
        used = situation.proposed.act in self.issues + self.voids
        fault = next((Text(zh, en) for bad, zh, en in self._guards(situation) if bad), None) if used else None
        return None if fault is None else Refusal(by=self.name, ring="control", basis=self.basis, citation=RECEIPT, reason=fault,
            remedy=Text("请按登记的票据本依次使用，票面金额与实收一致；写坏的，说明理由作废后用下一号。",
                        "Use the registered books in order, for the sum received; void a spoilt one with reasons and take the next."))

    def detect(self, _: PowerVersion) -> AnyOf:
        """Find numbers of no book, used twice or out of order, receipts for another sum, and voids without reasons."""
        taken, number = self.issues + self.voids, T("receipt_no")
        before = Op("previous", (number,))
        known = say.either(*(say.both(say.equal(say.length(number), len(b.prefix + b.first)), say.at_least(number, b.prefix + b.first),
                                      say.at_least(b.prefix + b.last, number)) for b in self.books))
        twice = say.either(say.some(taken, say.matches("receipt_no")), say.some(taken, same="receipt_no"))
        follows = say.either(say.is_in(number, [b.prefix + b.first for b in self.books]), say.some(taken, same="receipt_no", equals=before),
                             say.some(taken, say.equal(R("receipt_no"), before)))
        paid = say.plus(say.or_else(T("amount"), 0), say.or_else(T("confiscated"), 0))
        return AnyOf((say.gate(taken, say.either(say.negated(known), twice, say.negated(follows))),
                      say.gate(self.issues, say.negated(say.equal(T("receipt_amount"), paid))),
                      say.gate(self.voids, say.over(REASONS, say.length(T("reasons"))))))

    def _guards(self, s: Situation) -> Iterator[tuple[object, str, str]]:
        said, number = s.proposed.data, str(s.proposed.data.get("receipt_no") or "")
        yield not number, "没有票据号：无票据的，当事人有权拒绝缴纳", "no receipt number: without one the party may refuse to pay"
        place, book = next(((n, b) for b in self.books if (n := b.number(number)) is not None), (0, self.books[0]))
        yield book.number(number) is None, f"票据{number}不在登记的票据本内", f"{number} is in no registered book"
        yield self._used(s, number), f"票据{number}已使用或已作废", f"{number} is used or voided already"
        previous = f"{book.prefix}{place - 1:0{len(book.first)}d}"
        skipped = place > int(book.first) and not self._used(s, previous)
        yield skipped, f"票据{previous}既未使用也未作废，不得跳号", f"{previous} is neither used nor voided: no number may be left out"
        if s.proposed.act in self.voids:
            yield len(str(said.get("reasons") or "").strip()) < REASONS, "作废须说明理由（至少4个字）", "say why it is voided"
        else:
            paid, on_it = (said.get("amount") or 0) + (said.get("confiscated") or 0), said.get("receipt_amount")
            stated = "未填" if on_it is None else f"{format_yuan(on_it)}元"
            yield on_it != paid, f"票面金额（{stated}）与实收{format_yuan(paid)}元不一致", f"not for the {format_yuan(paid)} yuan received"

    def _used(self, s: Situation, number: str) -> bool:
        acts = self.issues + self.voids
        here = any(e.kind == ACT and e.act in acts and e.data.get("receipt_no") == number for e in s.case.events)
        return here or any(use.act in acts for use in s.elsewhere.uses("receipt_no", number))
