"""integrity_call_back 廉政回访: parties are asked, by somebody who had no part in their case, whether anything was given or wanted.

Why: 索取、收受财物, 接受宴请、请托: what passed between two people is known to the other one; who answered “none” in writing and is
named by the party has lied in writing.
Counts as done: for every case drawn, all four questions answered (none, some), what was given or wanted in words; a party that
cannot be reached is tried on two days at least.  Drawn from the cases closed in the period; who was refused or returned
`returned` times is asked in any case.
Finds: a party that says “some” where nobody who took part declared it; a party that says what officers have denied in writing.
Not: whether the party tells the truth: a finding is a lead, and accuses nobody.
Source: the agency's own map; share, numbers and days are settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .answers import places
from .case_by_case import NONE, SOME, call_faults
from .duty import CaseFile, DutyFinding, Occasion, Period, Register
from .sampling import ClosedCases, Pool, returned_often

QUESTIONS: Mapping[str, tuple[str, Text]] = {
    "gave": ("gifts", Text(zh="有无送过财物、礼品礼金", en="whether anything was given")),
    "asked": ("gifts", Text(zh="有无被索要或者暗示", en="whether anything was asked for")),
    "contact": ("contacts", Text(zh="有无私下接触、宴请", en="whether there were contacts in private")),
    "interceded": ("interference", Text(zh="有无托人打招呼", en="whether somebody put in a word")),
}
"""Question -> the field in which officers answer for themselves, and the question in words."""
PARTY = Text(zh="当事人", en="the party")


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityCallBack(ClosedCases):
    """Somebody of post `by` asks the parties of a share of the cases of every period.

    closes, returns: acts after which a party may be asked, or counts as refused or returned; answers: acts in which officers
    answer for themselves (gifts, contacts, interference)."""

    name: ClassVar[str] = "integrity_call_back"
    title: ClassVar[Text] = Text(zh="廉政回访", en="Integrity call-back")
    part: ClassVar[str] = "answers"
    private: ClassVar[frozenset[str]] = frozenset({"answers"})

    share: int = 30
    returns: tuple[str, ...] = ()
    returned: int = 2
    answers: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.returned <= 10:
            return Text(zh="returned应为1至10（次）", en="returned must be 1 to 10 (times)")
        return self.draw_problem(version, more=(*self.returns, *self.answers))

    def pool(self, register: Register, period: Period) -> Pool:
        """Return the cases closed in the period, and those whose party was refused or returned too often by the end of it."""
        often = {case for case, file in register.files.items() if returned_often(file, self.returns, period, self.returned)}
        closed = {case for case, file in register.files.items() if file.did(self.closes, period)}
        return Pool(always=frozenset(often), chance=frozenset(closed - often))

    def asked(self, file: CaseFile, occasion: Occasion) -> Iterable[str]:
        """Return the questions to be put to the party."""
        return QUESTIONS

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {reached, gave, asked, contact, interceded, words, tried, by} lacks."""
        yield self.looked(file, entry, occasion)
        yield call_faults(file.case, entry, occasion, QUESTIONS, since=occasion.period.last + timedelta(days=1), who=PARTY)

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield every answer “some” that nobody who took part has declared."""
        for question, (field, words) in QUESTIONS.items():
            if entry.get(question) != SOME:
                continue
            said = [act for act in file.acts if act.act in self.answers and act.data.get(field)]
            denied = [act.seq for act in said if act.data[field] == NONE]
            if len(denied) < len(said):
                continue  # declared, and on file
            yield DutyFinding(case=file.case, key=question, what=_what(file.case, words, denied=bool(denied)),
                              evidence=(f"report.answers.{file.case}.{question}", *places(file, denied)))  # fmt: skip


def _what(case: str, question: Text, *, denied: bool) -> Text:
    if denied:
        return Text(zh=f"{case}：回访当事人，“{question.zh}”答有，与经办人员本人书面答“无”不一致",
                    en=f"{case}: asked {question.en}, the party says yes; officers answered “none” in writing")  # fmt: skip
    return Text(zh=f"{case}：回访当事人，“{question.zh}”答有，没有人员登记过",
                en=f"{case}: asked {question.en}, the party says yes; nobody has declared it")  # fmt: skip
