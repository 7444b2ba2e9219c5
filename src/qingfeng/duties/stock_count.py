"""stock_count 盘点: the store of goods taken in cases is counted by somebody else than its custodian, case by case, item by item.

Why: 使用、截留、私分、丢失、调换涉案财物: the book agrees with itself for ever; only a count holds it against the shelf.
Counts as done: the day of the count, and for every case with goods in the book on that day a number for every item (0 where
nothing is there), with its mark where the book has one.
Finds: a number that differs from the book (taken less given out by the end of the day of the count); a mark that differs or is
gone; goods that the book does not have.
Not: movements within a case that the book itself refuses (`inventory_balance`); the state of the goods.
Source: 执法与保管、处置岗位相分离 and regular counts as found (law notes 1.9, not verified): period and limit are settings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import code_said, day_said, exactly, member, number_said, places
from .duty import CaseFile, DutyFinding, Occasion, Register, Within, rhythm_problem
from .sampling import posts_doing

CUSTODY = "custodian"


@dataclass(frozen=True, slots=True)
class Holding:
    """What the book has of one case: code -> number, and code -> the mark first recorded."""

    goods: Mapping[str, int]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StockCount:
    """Somebody of post `by` counts what `takes` brought in, `keeps` put into the store and `gives` has not taken out."""

    name: ClassVar[str] = "stock_count"
    title: ClassVar[Text] = Text(zh="涉案财物盘点", en="Count of the store")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = "counts"
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"remarks"})

    every: str
    by: str
    within: Within
    takes: tuple[str, ...]
    keeps: tuple[str, ...]
    gives: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = rhythm_problem(self.every, self.by, self.within, version) or unfit(
            version, self.takes, self.keeps, self.gives
        )
        if wrong is None and self.by in posts_doing(version, self.keeps):
            return Text(
                zh=f"岗位{self.by}自己入库保管，不得盘点", en=f"post {self.by} keeps the store: it cannot count it"
            )
        return wrong

    def book(self, file: CaseFile, on: date) -> Holding:
        """Return what the book has of a case at the end of a day."""
        goods: Counter[str] = Counter()
        marks: dict[str, str] = {}
        for act in file.acts:
            if local_day(act.at) > on:
                continue
            moved = act.data.get("goods") or {}
            if act.act in self.takes:
                goods.update(moved)
                marks = {**(act.data.get("marks") or {}), **marks}
            elif act.act in self.gives:
                goods.subtract(moved)
        there = {code: number for code, number in sorted(goods.items()) if number > 0}
        return Holding(there, {code: mark for code, mark in marks.items() if code in there})

    def held(self, register: Register, on: date) -> dict[str, Holding]:
        """Return the cases with goods in the book at the end of a day."""
        books = {case: self.book(file, on) for case, file in register.files.items()}
        return {case: book for case, book in sorted(books.items()) if book.goods}

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases with goods and their codes: what to look for, not how many there should be."""
        on = day_said(report.get("counted_on")) or occasion.on
        return {case: tuple(book.goods) for case, book in self.held(register, on).items()}

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {counted_on, counts: {case: {goods: {code: number}, marks: {code: mark}}}, remarks} lacks."""
        on = day_said(report.get("counted_on"))
        if on is None or not occasion.period.last < on <= occasion.on:
            return [Text(zh=f"须填写盘点日期（counted_on），在{occasion.period.last}之后、报告之前",
                         en=f"give the day of the count (counted_on), after {occasion.period.last}, before the report")]  # fmt: skip
        held = self.held(register, on)
        given = member(report, "counts")
        beyond = [case for case in given if case in register.files and case not in held]  # more than the book has
        lacking = exactly(report, "counts", {*held, *beyond})
        keepers = {who for case in held for who in self._keepers(register.files[case])}
        if occasion.actor in keepers:
            name = occasion.people.name(occasion.actor)
            lacking.append(
                Text(
                    zh=f"{name}是在库财物的保管人，不得自行盘点",
                    en=f"{name} keeps what is in the store: somebody else counts it",
                )
            )
        for case in sorted(given) if not lacking else ():
            lacking += self._entry_lacks(case, member(given, case), held.get(case, Holding({}, {})))
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return every item on which shelf and book differ, in number or in mark."""
        on = day_said(report.get("counted_on")) or occasion.on
        found = []
        for case, entry in sorted(member(report, "counts").items()):
            file, book = register.files[case], self.book(register.files[case], on)
            goods, marks = member(entry, "goods"), member(entry, "marks")
            shown = places(file, [act.seq for act in file.acts if act.act in (*self.takes, *self.keeps, *self.gives)])
            for code in sorted({*goods, *book.goods}):
                number, there = number_said(goods.get(code)) or 0, book.goods.get(code, 0)
                bears, should = str(marks.get(code) or ""), book.marks.get(code, "")
                if number == there and (bears == should or not should or not number):
                    continue
                zh = f"实有{number}，账上{there}" if number != there else f"识别号为{bears or '无'}，账上为{should}"
                en = (
                    f"{number} there, {there} in the book"
                    if number != there
                    else f"bears {bears or 'nothing'}, the book says {should}"
                )
                found.append(DutyFinding(case=case, key=code, what=Text(zh=f"{case}：盘点{code}，{zh}", en=f"{case}: {code}: {en}"),
                    evidence=(f"report.counts.{case}.{code}", *shown)))  # fmt: skip
        return found

    def _entry_lacks(self, case: str, entry: Mapping[str, Any], book: Holding) -> list[Text]:
        goods, marks = member(entry, "goods"), member(entry, "marks")
        missing = [code for code in book.goods if code not in goods]
        malformed = [code for code, number in goods.items() if number_said(number) is None or not code_said(code)]
        unmarked = [
            code for code in book.marks if number_said(goods.get(code)) and not isinstance(marks.get(code), str)
        ]
        if not goods or missing or malformed:
            codes = [code[:40] for code in [*missing, *malformed][:5]] or ["goods"]
            return [Text(zh=f"案件{case}：须逐项填写盘点数量（goods，整数，没有的填0）：{'、'.join(codes)}",
                         en=f"case {case}: a number for every item (goods; 0 where nothing is there): {', '.join(codes)}")]  # fmt: skip
        if unmarked:
            return [Text(zh=f"案件{case}：须抄录识别号（marks，没有的填空）：{'、'.join(unmarked[:5])}",
                         en=f"case {case}: copy the marks (marks; empty where there is none): {', '.join(unmarked[:5])}")]  # fmt: skip
        return []

    def _keepers(self, file: CaseFile) -> set[str]:
        keeping = [act for act in file.acts if act.act in self.keeps]
        return {who for act in keeping for who in (act.actor, act.data.get(CUSTODY)) if isinstance(who, str)}
