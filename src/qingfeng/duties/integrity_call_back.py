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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.text import Text

from .answers import day_said, exactly, impartial, listed, member, places, words_said
from .duty import DutyFinding, Occasion, Period, Register, Within, rhythm_problem
from .sampling import Pool, SeedSource, beacon_findings, sample, sample_problem

NONE, SOME = "none", "some"
REACHED, NOT_REACHED = "yes", "no"
QUESTIONS: Mapping[str, tuple[str, Text]] = {
    "gave": ("gifts", Text(zh="有无送过财物、礼品礼金", en="whether anything was given")),
    "asked": ("gifts", Text(zh="有无被索要或者暗示", en="whether anything was asked for")),
    "contact": ("contacts", Text(zh="有无私下接触、宴请", en="whether there were contacts in private")),
    "interceded": ("interference", Text(zh="有无托人打招呼", en="whether somebody put in a word")),
}
"""Question -> the field in which officers answer for themselves, and the question in words."""
LEAST_TRIES = 2


@dataclass(frozen=True, slots=True)
class IntegrityCallBack:
    """Somebody of post `by` asks the parties of a share of the cases of every period.

    closes, returns: acts after which a party may be asked, or counts as refused or returned; answers: acts in which officers
    answer for themselves (gifts, contacts, interference)."""

    name: ClassVar[str] = "integrity_call_back"
    title: ClassVar[Text] = Text(zh="廉政回访", en="Integrity call-back")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"answers"})

    every: str
    by: str
    within: Within
    closes: tuple[str, ...]
    seed_source: SeedSource
    share: int = 30
    at_least: int = 1
    returns: tuple[str, ...] = ()
    returned: int = 2
    answers: tuple[str, ...] = ()

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.returned <= 10:
            return Text(zh="returned应为1至10（次）", en="returned must be 1 to 10 (times)")
        return (
            rhythm_problem(self.every, self.by, self.within, version)
            or unfit(version, self.closes, more=(*self.returns, *self.answers))
            or sample_problem(self)
        )

    def pool(self, register: Register, period: Period) -> Pool:
        """Return the cases closed in the period, and those whose party was refused or returned too often by the end of it."""
        often = {
            case for case, file in register.files.items()
            if file.did(self.returns, period) and sum(a.act in self.returns for a in file.until(period)) >= self.returned
        }  # fmt: skip
        closed = {case for case, file in register.files.items() if file.did(self.closes, period)}
        return Pool(always=frozenset(often), chance=frozenset(closed - often))

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases drawn and the questions to be put to their parties."""
        cases = sample(self, report, register, occasion)
        return {} if isinstance(cases, Text) else dict.fromkeys(sorted(cases), tuple(QUESTIONS))

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {beacon, link, answers: {case: {reached, gave, asked, contact, interceded, words, tried, by}}} lacks."""
        cases = sample(self, report, register, occasion)
        if isinstance(cases, Text):
            return [cases]
        lacking = exactly(report, "answers", cases)
        if lacking:
            return lacking
        for case in sorted(cases):
            entry = member(member(report, "answers"), case)
            partial = impartial(entry, register.files[case], occasion, self.by)
            lacking += [one for one in (partial, self._entry_lacks(case, entry, occasion)) if one is not None]
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return every answer “some” that nobody who took part has declared."""
        found = beacon_findings(self, report, register, occasion)
        for case, entry in sorted(member(report, "answers").items()):
            for question, (field, words) in QUESTIONS.items():
                if entry.get(question) != SOME:
                    continue
                said = [act for act in register.files[case].acts if act.act in self.answers and act.data.get(field)]
                denied = [act.seq for act in said if act.data[field] == NONE]
                if any(act.data[field] != NONE for act in said):
                    continue  # declared, and on file
                found.append(DutyFinding(case=case, key=question, what=_what(case, words, denied=bool(denied)),
                    evidence=(f"report.answers.{case}.{question}", *places(register.files[case], denied))))  # fmt: skip
        return found

    def _entry_lacks(self, case: str, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
        if entry.get("reached") == NOT_REACHED:
            tried = {day for one in listed(entry.get("tried")) or () if (day := day_said(one)) is not None}
            fit = [day for day in tried if occasion.period.last < day <= occasion.on]
            if len(fit) >= LEAST_TRIES and words_said(entry.get("words")) is not None:
                return None
            return Text(
                zh=f"案件{case}：未联系上的，须写明期满后至少两天的联系日期（tried）和经过（words）",
                en=f"case {case}: who was not reached was tried on two days since the period ended (tried), and how (words)",
            )
        open_questions = [q for q in QUESTIONS if entry.get(q) not in (NONE, SOME)]
        if entry.get("reached") != REACHED or open_questions:
            names = open_questions or ["reached"]
            return Text(zh=f"案件{case}：{'、'.join(names)}须逐项作答（reached: yes、no；其余none、some）",
                        en=f"case {case}: answer {', '.join(names)} (reached: yes, no; the others none, some)")  # fmt: skip
        if any(entry.get(q) == SOME for q in QUESTIONS) and words_said(entry.get("words")) is None:
            return Text(
                zh=f"案件{case}：答“有”的须写明当事人的说法（words）",
                en=f"case {case}: write down what the party says (words)",
            )
        return None


def _what(case: str, question: Text, *, denied: bool) -> Text:
    if denied:
        return Text(zh=f"{case}：回访当事人，“{question.zh}”答有，与经办人员本人书面答“无”不一致",
                    en=f"{case}: asked {question.en}, the party says yes; officers answered “none” in writing")  # fmt: skip
    return Text(zh=f"{case}：回访当事人，“{question.zh}”答有，没有人员登记过",
                en=f"{case}: asked {question.en}, the party says yes; nobody has declared it")  # fmt: skip
