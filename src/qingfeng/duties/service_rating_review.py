"""service_rating_review 服务评价复核: whoever gave a bad rating is asked, by somebody without a part in it, whether it was put right.

Why: 认真落实窗口服务评价制度: a reply closes the rating on paper; only the applicant knows whether anything came of it.
Counts as done: for every case with a bad rating in the period, none left out: was the applicant reached (tried on two days at least if
not), did he get the reply, is he content with it, and what he says.
Finds: an applicant without a reply, or not content; and a share of rated cases below what the agency asks for (ratings held back).
Not: ratings given under the clerk's eyes.  Source: the agency's own map; the share is a setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import day_said, exactly, impartial, listed, member, places, words_said
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, Within, rhythm_problem

YES, NO = "yes", "no"
QUESTIONS: Mapping[str, Text] = {
    "replied": Text(zh="没有收到书面回复", en="got no reply"),
    "content": Text(zh="对处理结果不满意", en="is not content with what was done"),
}
LEAST_TRIES, WHOLE = 2, 100


@dataclass(frozen=True, slots=True)
class ServiceRatingReview:
    """Somebody of post `by` asks everyone who gave one of `bad` ratings (`rates`) in the period.  least: per cent of the cases that
    `closes` ended in the period which bear a rating."""

    name: ClassVar[str] = "service_rating_review"
    title: ClassVar[Text] = Text(zh="服务评价复核", en="Review of the ratings")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"ratings"})

    every: str
    by: str
    within: Within
    closes: tuple[str, ...]
    rates: tuple[str, ...] = ("rate_service",)
    bad: tuple[str, ...] = ("bad", "very_bad")
    least: int = 0

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not self.bad or not 0 <= self.least <= WHOLE:
            return Text(
                zh="须列出差评等次（bad）；least应为0至100（％）",
                en="name the bad ratings (bad); least is 0 to 100 (per cent)",
            )
        return rhythm_problem(self.every, self.by, self.within, version) or unfit(version, self.closes, self.rates)

    def rated_badly(self, file: CaseFile, period: Period) -> list[int]:
        """Return the numbers of the acts of a case that rated it badly in the period."""
        rated = [act for act in file.until(period) if act.act in self.rates and local_day(act.entered) >= period.first]
        return [act.seq for act in rated if act.data.get("rating") in self.bad]

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases rated badly in the period, and what is asked."""
        cases = [case for case, file in sorted(register.files.items()) if self.rated_badly(file, occasion.period)]
        return dict.fromkeys(cases, tuple(QUESTIONS))

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {ratings: {case: {reached, replied, content, words, tried, by}}} lacks."""
        cases = self.sheet(report, register, occasion)
        lacking = exactly(report, "ratings", cases)
        if lacking:
            return lacking
        for case in cases:
            entry = member(member(report, "ratings"), case)
            partial = impartial(entry, register.files[case], occasion, self.by)
            lacking += [one for one in (partial, _gap(case, entry, occasion)) if one is not None]
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return what applicants are not content with, and too few ratings."""
        found = []
        for case, entry in sorted(member(report, "ratings").items()):
            acts = places(register.files[case], self.rated_badly(register.files[case], occasion.period))
            for question, words in QUESTIONS.items():
                if entry.get(question) == NO:
                    what = Text(
                        zh=f"{case}：差评申请人{words.zh}", en=f"{case}: the applicant who rated it badly {words.en}"
                    )
                    found.append(
                        DutyFinding(
                            case=case, key=question, what=what, evidence=(f"report.ratings.{case}.{question}", *acts)
                        )
                    )
        closed = [file for file in register.files.values() if file.did(self.closes, occasion.period)]
        rated = [file for file in closed if any(act.act in self.rates for act in file.until(occasion.period))]
        if closed and len(rated) * WHOLE < self.least * len(closed):
            what = Text(zh=f"本期办结{len(closed)}件，只有{len(rated)}件有评价，低于{self.least}％",
                        en=f"{len(closed)} cases ended, {len(rated)} of them rated: below {self.least} per cent")  # fmt: skip
            found.append(DutyFinding(case="", key="share", what=what, evidence=("report.ratings",)))
        return found


def _gap(case: str, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
    words = words_said(entry.get("words"))
    if entry.get("reached") == NO:
        tried = {day for one in listed(entry.get("tried")) or () if (day := day_said(one)) is not None}
        fit = [day for day in tried if occasion.period.first <= day <= occasion.on]
        if len(fit) >= LEAST_TRIES and words is not None:
            return None
        return Text(zh=f"案件{case}：未联系上的，须写明至少两天的联系日期（tried）和经过（words）",
                    en=f"case {case}: who was not reached was tried on two days (tried), and how (words)")  # fmt: skip
    if entry.get("reached") == YES and all(entry.get(q) in (YES, NO) for q in QUESTIONS) and words is not None:
        return None
    return Text(zh=f"案件{case}：须填是否联系上、是否收到回复、是否满意（reached、replied、content填yes或no）和申请人的说法（words）",
                en=f"case {case}: reached, replied, content (yes, no), and what the applicant says (words)")  # fmt: skip
