"""service_rating_review 服务评价复核: whoever gave a bad rating is asked, by somebody without a part in it, whether it was put right.

Why: 认真落实窗口服务评价制度: a reply closes the rating on paper; only the applicant knows whether anything came of it.
Counts as done: for every case with a bad rating in the period, none left out: was the applicant reached (tried on two days at least if
not), did he get the reply, is he content with it, and what he says.
Finds: an applicant without a reply, or not content; and a share of rated cases below what the agency asks for (ratings held back).
Not: ratings given under the clerk's eyes.  Source: the agency's own map; the share is a setting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import places, words_said
from .case_by_case import CaseByCase, not_tried, tried_enough
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, rhythm_problem

YES, NO = "yes", "no"
QUESTIONS: Mapping[str, Text] = {
    "replied": Text(zh="没有收到书面回复", en="got no reply"),
    "content": Text(zh="对处理结果不满意", en="is not content with what was done"),
}
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRatingReview(CaseByCase):
    """Somebody of post `by` asks everyone who gave one of `bad` ratings (`rates`) in the period.  least: per cent of the cases that
    `closes` ended in the period which bear a rating."""

    name: ClassVar[str] = "service_rating_review"
    title: ClassVar[Text] = Text(zh="服务评价复核", en="Review of the ratings")
    part: ClassVar[str] = "ratings"
    private: ClassVar[frozenset[str]] = frozenset({"ratings"})

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

    def cases(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Collection[str]:
        """Return the cases rated badly in the period."""
        return [case for case, file in register.files.items() if self.rated_badly(file, occasion.period)]

    def asked(self, file: CaseFile, occasion: Occasion) -> Iterable[str]:
        """Return what is asked."""
        return QUESTIONS

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {reached, replied, content, words, tried, by} lacks."""
        yield self.looked(file, entry, occasion)
        yield _gap(file.case, entry, occasion)

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield what applicants are not content with."""
        case, acts = file.case, places(file, self.rated_badly(file, occasion.period))
        for question, words in QUESTIONS.items():
            if entry.get(question) == NO:
                what = Text(zh=f"{case}：差评申请人{words.zh}", en=f"{case}: the applicant who rated it badly {words.en}")
                yield DutyFinding(case=case, key=question, what=what, evidence=(f"report.ratings.{case}.{question}", *acts))

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return what applicants are not content with, and too few ratings."""
        found = [*CaseByCase.finds(self, report, register, occasion)]
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
        return None if words is not None and tried_enough(entry, occasion, since=occasion.period.first) else not_tried(case)
    if entry.get("reached") == YES and all(entry.get(q) in (YES, NO) for q in QUESTIONS) and words is not None:
        return None
    return Text(zh=f"案件{case}：须填是否联系上、是否收到回复、是否满意（reached、replied、content）和申请人的说法（words）",
                en=f"case {case}: whether he was reached, got a reply, is content "
                          "(reached, replied, content), and what he says (words)")  # fmt: skip
