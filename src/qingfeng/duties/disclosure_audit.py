"""disclosure_audit 公开审计: of what was published in a period a random share is looked up as a citizen would, beside the file.

Why: 公开流于形式、公开内容不真实: what the system sent out is not yet what stands on the site, and not yet what the file says.
Counts as done: for every case drawn, by somebody without a part in it: the day on which he looked, was it found where anybody looks, does
it say what the file says, is nothing in it that must not be (numbers, names of third persons), and in words what is wrong.
Finds: what could not be found, what differs, what should not stand there.  Not: what was rightly kept back.
Source: the agency's own map (公开、公示); 政府信息公开条例 arts. 6, 15, 32; the share is a setting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .answers import day_said, places, words_said
from .duty import CaseFile, DutyFinding, Occasion
from .sampling import SampledCases, posts_doing

YES, NO = "yes", "no"
QUESTIONS: Mapping[str, Text] = {
    "found": Text(zh="公开处查不到", en="cannot be found where it is published"),
    "same": Text(zh="公开内容与案卷不一致", en="does not say what the file says"),
    "clean": Text(zh="公开了不应公开的内容", en="shows what must not be published"),
}
ASKED: Mapping[str, Text] = {
    "found": Text(zh="公开处查得到", en="found where it is published"),
    "same": Text(zh="与案卷一致", en="the same as in the file"),
    "clean": Text(zh="没有不应公开的内容", en="nothing that must not be published"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureAudit(SampledCases):
    """Somebody of post `by` looks up a share of the cases in which one of `publishes` was recorded in the period."""

    name: ClassVar[str] = "disclosure_audit"
    title: ClassVar[Text] = Text(zh="公开审计", en="Audit of what is published")
    part: ClassVar[str] = "looked_up"
    private: ClassVar[frozenset[str]] = frozenset({"looked_up"})

    publishes: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = self.draw_problem(version)
        if wrong is None and self.by in posts_doing(version, self.publishes):
            return Text(zh="by：负责公开的岗位不得自行审计", en="by: a post that publishes does not audit what it published")
        return wrong

    @property
    def sampled(self) -> tuple[str, ...]:
        """The acts that publish."""
        return self.publishes

    def asked(self, file: CaseFile, occasion: Occasion) -> Sequence[str]:
        """Return what is asked of each."""
        return tuple(QUESTIONS)

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {found, same, clean, on, words, by} lacks."""
        yield self.looked(file, entry, occasion)
        on, said = day_said(entry.get("on")), [entry.get(question) for question in QUESTIONS]
        if on is None or not occasion.period.first <= on <= occasion.on or any(one not in (YES, NO) for one in said):
            yield Text(zh=f"案件{file.case}：须填写查看日期（on）并逐项作答（found、same、clean：yes或者no）",
                       en=f"case {file.case}: give the day (on) and answer found, same, clean with yes or no")  # fmt: skip
        elif NO in said and words_said(entry.get("words")) is None:
            yield Text(zh=f"案件{file.case}：有不符的，须写明情况（words）", en=f"case {file.case}: say in words what is wrong (words)")

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield what is wrong with what was published."""
        acts = places(file, [act.seq for act in file.until(occasion.period) if act.act in self.publishes][-1:])
        for question, words in QUESTIONS.items():
            if entry.get(question) == NO:
                what = Text(zh=f"{file.case}：{words.zh}", en=f"{file.case}: what was published {words.en}")
                yield DutyFinding(case=file.case, key=question, what=what, evidence=(f"report.looked_up.{file.case}.{question}", *acts))
