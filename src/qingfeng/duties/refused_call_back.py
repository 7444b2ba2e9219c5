"""refused_call_back 不予办理回访: everybody who was refused, or sent back again and again, is asked by somebody else how he was treated.

Why: 故意刁难申请人: whoever gives up leaves no appeal; and what was asked of him by word of mouth, or to whom he was sent, is in no file.
Counts as done: for every such case, none left out, all questions answered (none, some), what was said in words; who cannot be reached
is tried on two days at least; by a post that refuses nothing, and an officer who had no part in the case.
Finds: every “some”.  Not: whether it is true: a finding is a lead, and accuses nobody.
Source: the agency's own map (积极运用投诉举报和服务回访工作机制); the number of returns is a setting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .case_by_case import SOME, CaseByCase, call_faults
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, rhythm_problem
from .sampling import posts_doing, returned_often

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
MOST_RETURNS = 10
APPLICANT = Text(zh="申请人", en="the applicant")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCallBack(CaseByCase):
    """Somebody of post `by` asks everyone whose case had one of `refuses`, or of `decisions` with the outcome refused, in the period,
    or went away from the counter with nothing done (`contacts` whose outcome is left), or was returned (`returns`) for the
    `returned`th time or more."""

    name: ClassVar[str] = "refused_call_back"
    title: ClassVar[Text] = Text(zh="不予办理回访", en="Call-back of those refused")
    part: ClassVar[str] = "answers"
    private: ClassVar[frozenset[str]] = frozenset({"answers"})

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
        fresh = [act for act in file.until(period) if local_day(act.entered) >= period.first]
        refused = any(act.act in self.refuses or self._refused(act.act, act.data) for act in fresh)
        return refused or returned_often(file, self.returns, period, self.returned)

    def cases(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Collection[str]:
        """Return every case concerned: none is left out, and none drawn."""
        return [case for case, file in register.files.items() if self.concerned(file, occasion.period)]

    def asked(self, file: CaseFile, occasion: Occasion) -> Iterable[str]:
        """Return the questions to be put to the party."""
        return QUESTIONS

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {reached, unlisted, piecemeal, …, words, tried, by} lacks."""
        yield self.looked(file, entry, occasion)
        yield call_faults(file.case, entry, occasion, QUESTIONS, since=occasion.period.first, who=APPLICANT)

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield every “some”."""
        for question, words in QUESTIONS.items():
            if entry.get(question) == SOME:
                what = Text(zh=f"{file.case}：回访申请人，“{words.zh}”答有", en=f"{file.case}: asked {words.en}, the applicant says yes")
                yield DutyFinding(case=file.case, key=question, what=what, evidence=(f"report.answers.{file.case}.{question}",))

    def _refused(self, act: str, data: Mapping[str, Any]) -> bool:
        left = act in self.contacts and data.get("contact_outcome") == LEFT
        return left or (act in self.decisions and data.get("decision_outcome") == REFUSED)
