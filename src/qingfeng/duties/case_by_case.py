"""What duties have in common whose report speaks of cases one by one: a table by case, in which each entry is whole or lacks something.

A duty of this kind says which cases (`cases`), what must be answered of each (`asked`), what an entry lacks (`faults`) and what it
brings to light (`shown`); the table, its order, who may look and the cases that do not belong there are told once, here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import day_said, exactly, impartial, listed, member, uninvolved, words_said
from .duty import CaseFile, DutyFinding, Occasion, Register, Within

Entry = Mapping[str, Any]
REACHED, NOT_REACHED = "yes", "no"
NONE, SOME = "none", "some"
LEAST_TRIES, LEAST_TEAM = 2, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseByCase(ABC):
    """A duty done case by case; `part` is the table of its report."""

    name: ClassVar[str]
    title: ClassVar[Text]
    private: ClassVar[frozenset[str]]
    part: ClassVar[str]
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None

    every: str
    by: str
    within: Within

    @abstractmethod
    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""

    @abstractmethod
    def cases(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Collection[str] | Text:
        """Return the cases that the report must speak of, or why that cannot be said yet."""

    @abstractmethod
    def asked(self, file: CaseFile, occasion: Occasion) -> Iterable[str]:
        """Return what must be answered of a case."""

    @abstractmethod
    def faults(self, file: CaseFile, entry: Entry, occasion: Occasion) -> Iterable[Text | None]:
        """Yield what the entry of a case lacks; None for what is in order."""

    @abstractmethod
    def shown(self, file: CaseFile, entry: Entry, occasion: Occasion) -> Iterable[DutyFinding]:
        """Yield what the entry of a case brings to light."""

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases that the report must speak of and what must be answered of each; none while the draw is not made."""
        cases = self.cases(report, register, occasion)
        named = () if isinstance(cases, Text) else sorted(cases)
        return {case: tuple(self.asked(register.files[case], occasion)) for case in named}

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report lacks: cases that are missing or strange, else what each entry lacks."""
        cases = self.cases(report, register, occasion)
        if isinstance(cases, Text):
            return [cases]
        lacking = exactly(report, self.part, cases)
        for case in sorted(cases) if not lacking else ():
            entry = member(member(report, self.part), case)
            lacking += [one for one in self.faults(register.files[case], entry, occasion) if one is not None]
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return what the entries bring to light, case by case."""
        entries = sorted(member(report, self.part).items())
        return [one for case, entry in entries for one in self.shown(register.files[case], entry, occasion)]

    def looked(self, file: CaseFile, entry: Entry, occasion: Occasion) -> Text | None:
        """Return why whoever looked at a case may not have, or None."""
        return impartial(entry, file, occasion, self.by)


def call_faults(
    case: str, entry: Entry, occasion: Occasion, questions: Collection[str], *, since: date, who: Text
) -> Text | None:
    """Return what the entry {reached, question: none|some, words, tried} of a call lacks, or None.  since: the first day on which
    trying counts; who: is called."""
    words = words_said(entry.get("words"))
    if entry.get("reached") == NOT_REACHED:
        return None if words is not None and tried_enough(entry, occasion, since=since) else not_tried(case)
    unanswered = [question for question in questions if entry.get(question) not in (NONE, SOME)]
    if entry.get("reached") != REACHED or unanswered:
        names = unanswered or ["reached"]
        return Text(zh=f"案件{case}：各问题须逐项作答（{'、'.join(names)}）",
                    en=f"case {case}: answer every question ({', '.join(names)})")  # fmt: skip
    if words is None and any(entry.get(question) == SOME for question in questions):
        return Text(zh=f"案件{case}：答“有”的须写明{who.zh}的说法（words）", en=f"case {case}: write down what {who.en} says (words)")
    return None


def tried_enough(entry: Entry, occasion: Occasion, *, since: date) -> bool:
    """True if somebody was tried on enough days from that day to that of the report."""
    tried = {day for one in listed(entry.get("tried")) or () if (day := day_said(one)) is not None}
    return sum(since <= day <= occasion.on for day in tried) >= LEAST_TRIES


def not_tried(case: str) -> Text:
    """Who was not reached has to be tried more than once."""
    return Text(zh=f"案件{case}：未联系上的，须写明本项职责可以回访之日起至少两天的联系日期（tried）和经过（words）",
                en=f"case {case}: who was not reached was tried on two days when they could be asked (tried), and how (words)")  # fmt: skip


def visit_faults(
    file: CaseFile, entry: Entry, occasion: Occasion, *, after: Collection[str], called: Text
) -> Iterable[Text | None]:
    """Yield what the entry {officers, on} of a visit lacks: a team of others in service, a day after the latest of the acts `after`."""
    team = listed(entry.get("officers")) or []
    if len(team) < LEAST_TEAM or not all(occasion.people.in_service(who, occasion.on) for who in team):
        yield Text(zh=f"案件{file.case}：{called.zh}组（officers）至少两名在职人员",
                   en=f"case {file.case}: the team of the {called.en} (officers) has two officers in service or more")  # fmt: skip
    yield uninvolved([*team, occasion.actor], file, occasion)
    begun, on = max(local_day(act.at) for act in file.until(occasion.period) if act.act in after), day_said(entry.get("on"))
    if on is None or not begun <= on <= occasion.on:
        yield Text(zh=f"案件{file.case}：须填写{called.zh}日期（on），在原办理之后、报告之前",
                   en=f"case {file.case}: give the day of the {called.en} (on), after what it looks at and before the report")  # fmt: skip
