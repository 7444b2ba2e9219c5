"""ex_post_visit 批后回查: a random share of what was granted is visited by two who had no part in it, condition by condition.

Why: 不严格审查、监管不严格: a condition that was never met shows when somebody goes there whom the examiner does not choose.
Counts as done: for every case drawn, a team of two or more who had no part in it, the day of the visit, an answer to every condition
(ok, problem, gone: it was met and is no longer), in words what is wrong.
Finds: every condition that is not met.  Not: since when; a finding is a lead, and accuses nobody.
Source: the agency's own map (强化批后监管、强化事后监管); share and conditions are settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .answers import member, places, words_said
from .case_by_case import visit_faults
from .duty import CaseFile, DutyFinding, Occasion
from .sampling import SampledCases, posts_doing

OK, PROBLEM, GONE = "ok", "problem", "gone"
WORDS: Mapping[str, Text] = {
    PROBLEM: Text(zh="不符合", en="not met"),
    GONE: Text(zh="原来符合、现已丧失", en="met once, met no longer"),
}
VISIT = Text(zh="回查", en="visit")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExPostVisit(SampledCases):
    """Two or more officers visit a share of the cases in which one of `grants` was recorded in the period; `items`: the conditions."""

    name: ClassVar[str] = "ex_post_visit"
    title: ClassVar[Text] = Text(zh="批后回查", en="Visits after the grant")
    part: ClassVar[str] = "visits"
    private: ClassVar[frozenset[str]] = frozenset({"visits"})

    grants: tuple[str, ...]
    items: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = self.draw_problem(version)
        if wrong is None and (not self.items or len({*self.items}) != len(self.items)):
            return Text(zh="items：至少一项条件，不得重复", en="items: one condition at least, and none twice")
        if wrong is None and self.by in posts_doing(version, self.grants):
            return Text(zh="by：作出准予的岗位不得自行回查", en="by: a post that grants does not visit what it granted")
        return wrong

    @property
    def sampled(self) -> tuple[str, ...]:
        """The acts that grant."""
        return self.grants

    def asked(self, file: CaseFile, occasion: Occasion) -> Sequence[str]:
        """Return the conditions to be looked at."""
        return self.items

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {officers, on, checklist, words} lacks."""
        yield from visit_faults(file, entry, occasion, after=self.grants, called=VISIT)
        answers = member(entry, "checklist")
        wrong = [item for item in self.items if answers.get(item) not in (OK, *WORDS)] + sorted({*answers} - {*self.items})
        if wrong:
            named = occasion.told(str(item)[:40] for item in wrong[:5])
            yield Text(zh=f"案件{file.case}：清单各项须逐项作答（checklist、ok、problem、gone）：{named.zh}",
                       en=f"case {file.case}: answer every condition of the list (checklist, ok, problem, gone): {named.en}")  # fmt: skip
        elif {*answers.values()} != {OK} and words_said(entry.get("words")) is None:
            yield Text(zh=f"案件{file.case}：有不符合的，须写明情况（words）", en=f"case {file.case}: say in words what is wrong (words)")

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield every condition that is not met."""
        case, answers = file.case, member(entry, "checklist")
        granted = places(file, [act.seq for act in file.until(occasion.period) if act.act in self.grants][-1:])
        for item in self.items:
            if (words := WORDS.get(str(answers.get(item)))) is not None:
                name = occasion.told(item)
                what = Text(zh=f"{case}：批后回查，条件“{name.zh}”{words.zh}",
                            en=f"{case}: visited after the grant, condition “{name.en}” is {words.en}")  # fmt: skip
                yield DutyFinding(case=case, key=item, what=what, evidence=(f"report.visits.{case}.{item}", *granted))
