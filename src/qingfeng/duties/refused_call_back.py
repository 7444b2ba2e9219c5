"""refused_call_back 不予办理回访: everybody who was refused, or sent back again and again, is asked by somebody else how he was treated.

Why: 故意刁难申请人: whoever gives up leaves no appeal; and what was asked of him by word of mouth, or to whom he was sent, is in no file.
Counts as done: for every such case, none left out, all questions answered (none, some), what was said in words; who cannot be reached
is tried on two days at least; by a post that refuses nothing, and an officer who had no part in the case.
Finds: every “some”.  Not: whether it is true: a finding is a lead, and accuses nobody.
Source: the agency's own map (积极运用投诉举报和服务回访工作机制); the number of returns is a setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import day_said, exactly, impartial, listed, member, words_said
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, Within, rhythm_problem
from .sampling import posts_doing

NONE, SOME = "none", "some"
REACHED, NOT_REACHED = "yes", "no"
REFUSED, LEFT = "refused", "left"
QUESTIONS: Mapping[str, Text] = {
    "unlisted": Text(
        zh="有无被要求提交公布清单以外的材料", en="whether papers beyond the published list were asked for"
    ),
    "piecemeal": Text(zh="有无被分几次告知所缺材料", en="whether what was missing was told bit by bit"),
    "turned_away": Text(zh="有无未给书面答复即被劝回", en="whether they were sent away without anything in writing"),
    "steered": Text(zh="有无被指定中介或者要求购买服务", en="whether an intermediary or a paid service was named"),
    "kept_waiting": Text(
        zh="有无窗口无人、久等不办", en="whether nobody was at the counter, or they had to wait without end"
    ),
}
LEAST_TRIES, MOST_RETURNS = 2, 10


@dataclass(frozen=True, slots=True)
class RefusedCallBack:
    """Somebody of post `by` asks everyone whose case had one of `refuses`, or of `decisions` with the outcome refused, in the period,
    or went away from the counter with nothing done (`contacts` whose outcome is left), or was returned (`returns`) for the
    `returned`th time or more."""

    name: ClassVar[str] = "refused_call_back"
    title: ClassVar[Text] = Text(zh="不予办理回访", en="Call-back of those refused")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"answers"})

    every: str
    by: str
    within: Within
    refuses: tuple[str, ...]
    decisions: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    returned: int = 2

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 1 <= self.returned <= MOST_RETURNS:
            return Text(zh="returned：应为1至10（次）", en="returned: must be 1 to 10 (times)")
        wrong = rhythm_problem(self.every, self.by, self.within, version)
        wrong = wrong or unfit(version, self.refuses, more=(*self.decisions, *self.contacts, *self.returns))
        if wrong is None and self.by in posts_doing(version, (*self.refuses, *self.decisions)):
            return Text(zh="by：作不予决定的岗位不得自行回访", en="by: a post that refuses does not ask those refused")
        return wrong

    def concerned(self, file: CaseFile, period: Period) -> bool:
        """True if the party of a case was refused in the period, or returned in it for the `returned`th time."""
        done = file.until(period)
        fresh = [act for act in done if local_day(act.entered) >= period.first]
        if any(act.act in self.refuses or self._refused(act.act, act.data) for act in fresh):
            return True
        often = sum(act.act in self.returns for act in done) >= self.returned
        return often and any(act.act in self.returns for act in fresh)

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return every case concerned and the questions to be put to its party."""
        cases = [case for case, file in sorted(register.files.items()) if self.concerned(file, occasion.period)]
        return dict.fromkeys(cases, tuple(QUESTIONS))

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {answers: {case: {reached, unlisted, piecemeal, …, words, tried, by}}} lacks."""
        cases = self.sheet(report, register, occasion)
        lacking = exactly(report, "answers", cases)
        if lacking:
            return lacking
        for case in cases:
            entry = member(member(report, "answers"), case)
            partial = impartial(entry, register.files[case], occasion, self.by)
            lacking += [one for one in (partial, _gap(case, entry, occasion)) if one is not None]
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return every “some”."""
        return [
            DutyFinding(case=case, key=question, what=Text(zh=f"{case}：回访申请人，“{words.zh}”答有",
                                                           en=f"{case}: asked {words.en}, the applicant says yes"),
                        evidence=(f"report.answers.{case}.{question}",))
            for case, entry in sorted(member(report, "answers").items())
            for question, words in QUESTIONS.items() if entry.get(question) == SOME
        ]  # fmt: skip

    def _refused(self, act: str, data: Mapping[str, Any]) -> bool:
        left = act in self.contacts and data.get("contact_outcome") == LEFT
        return left or (act in self.decisions and data.get("decision_outcome") == REFUSED)


def _gap(case: str, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
    if entry.get("reached") == NOT_REACHED:
        tried = {day for one in listed(entry.get("tried")) or () if (day := day_said(one)) is not None}
        fit = [day for day in tried if occasion.period.first <= day <= occasion.on]
        if len(fit) >= LEAST_TRIES and words_said(entry.get("words")) is not None:
            return None
        return Text(zh=f"案件{case}：未联系上的，须写明至少两天的联系日期（tried）和经过（words）",
                    en=f"case {case}: who was not reached was tried on two days (tried), and how (words)")  # fmt: skip
    unanswered = [question for question in QUESTIONS if entry.get(question) not in (NONE, SOME)]
    if entry.get("reached") != REACHED or unanswered:
        names = unanswered or ["reached"]
        return Text(zh=f"案件{case}：{'、'.join(names)}须逐项作答（reached填yes或no，其余填none或some）",
                    en=f"case {case}: answer {', '.join(names)} (reached: yes, no; the others none, some)")  # fmt: skip
    if any(entry.get(question) == SOME for question in QUESTIONS) and words_said(entry.get("words")) is None:
        return Text(zh=f"案件{case}：答“有”的须写明申请人的说法（words）", en=f"case {case}: write down what the applicant says (words)")  # fmt: skip
    return None
