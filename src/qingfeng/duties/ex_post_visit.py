"""ex_post_visit 批后回查: a random share of what was granted is visited by two who had no part in it, condition by condition.

Why: 不严格审查、监管不严格: a condition that was never met shows when somebody goes there whom the examiner does not choose.
Counts as done: for every case drawn, a team of two or more who had no part in it, the day of the visit, an answer to every condition
(ok, problem, gone: it was met and is no longer), in words what is wrong.
Finds: every condition that is not met.  Not: since when; a finding is a lead, and accuses nobody.
Source: the agency's own map (强化批后监管、强化事后监管); share and conditions are settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import day_said, exactly, listed, member, places, uninvolved, words_said
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, Within, rhythm_problem
from .sampling import Pool, SeedSource, beacon_findings, posts_doing, sample, sample_problem

OK, PROBLEM, GONE = "ok", "problem", "gone"
WORDS: Mapping[str, Text] = {
    PROBLEM: Text(zh="不符合", en="not met"),
    GONE: Text(zh="原来符合、现已丧失", en="met once, met no longer"),
}
LEAST_TEAM = 2


@dataclass(frozen=True, slots=True)
class ExPostVisit:
    """Two or more officers visit a share of the cases in which one of `grants` was recorded in the period; `items`: the conditions."""

    name: ClassVar[str] = "ex_post_visit"
    title: ClassVar[Text] = Text(zh="批后回查", en="Visits after the grant")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"visits"})

    every: str
    by: str
    within: Within
    seed_source: SeedSource
    grants: tuple[str, ...]
    items: tuple[str, ...]
    share: int = 10
    at_least: int = 1

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = rhythm_problem(self.every, self.by, self.within, version) or unfit(version, self.grants)
        if wrong is None and (not self.items or len({*self.items}) != len(self.items)):
            return Text(zh="items：至少一项条件，不得重复", en="items: one condition at least, and none twice")
        if wrong is None and self.by in posts_doing(version, self.grants):
            return Text(zh="by：作出准予的岗位不得自行回查", en="by: a post that grants does not visit what it granted")
        return wrong or sample_problem(self)

    def pool(self, register: Register, period: Period) -> Pool:
        """Return the cases granted in the period."""
        return Pool(chance=frozenset(case for case, file in register.files.items() if file.did(self.grants, period)))

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases drawn and the conditions to be looked at."""
        cases = sample(self, report, register, occasion)
        return {} if isinstance(cases, Text) else dict.fromkeys(sorted(cases), self.items)

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {beacon, link, visits: {case: {officers, on, checklist, words}}} lacks."""
        cases = sample(self, report, register, occasion)
        if isinstance(cases, Text):
            return [cases]
        lacking = exactly(report, "visits", cases)
        for case in sorted(cases) if not lacking else ():
            file, entry = register.files[case], member(member(report, "visits"), case)
            team = listed(entry.get("officers")) or []
            troubles = (
                uninvolved([*team, occasion.actor], file, occasion),
                self._entry_lacks(file, entry, team, occasion),
            )
            lacking += [one for one in troubles if one is not None]
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return every condition that is not met."""
        found = beacon_findings(self, report, register, occasion)
        for case, entry in sorted(member(report, "visits").items()):
            answers = member(entry, "checklist")
            granted = [act.seq for act in register.files[case].until(occasion.period) if act.act in self.grants]
            for item in self.items:
                words = WORDS.get(str(answers.get(item)))
                if words is None:
                    continue
                what = Text(
                    zh=f"{case}：批后回查，条件“{item}”{words.zh}",
                    en=f"{case}: visited after the grant, condition “{item}” is {words.en}",
                )
                shown = places(register.files[case], granted[-1:])
                found.append(
                    DutyFinding(case=case, key=item, what=what, evidence=(f"report.visits.{case}.{item}", *shown))
                )
        return found

    def _entry_lacks(
        self, file: CaseFile, entry: Mapping[str, Any], team: Sequence[str], occasion: Occasion
    ) -> Text | None:
        if len(team) < LEAST_TEAM or not all(occasion.people.in_service(who, occasion.on) for who in team):
            return Text(zh=f"案件{file.case}：回查组（officers）至少两名在职人员",
                        en=f"case {file.case}: the team (officers) has two officers in service or more")  # fmt: skip
        granted = max(local_day(act.at) for act in file.until(occasion.period) if act.act in self.grants)
        on = day_said(entry.get("on"))
        if on is None or not granted <= on <= occasion.on:
            return Text(zh=f"案件{file.case}：须填写回查日期（on），在准予之后、报告之前",
                        en=f"case {file.case}: give the day of the visit (on), after the grant and before the report")  # fmt: skip
        answers = member(entry, "checklist")
        wrong = [item for item in self.items if answers.get(item) not in (OK, *WORDS)] + sorted(
            set(answers) - set(self.items)
        )
        if wrong:
            named = [str(one)[:40] for one in wrong[:5]]
            return Text(zh=f"案件{file.case}：checklist须逐项作答（ok、problem、gone）：{'、'.join(named)}",
                        en=f"case {file.case}: answer every condition of checklist (ok, problem, gone): {', '.join(named)}")  # fmt: skip
        if set(answers.values()) != {OK} and words_said(entry.get("words")) is None:
            return Text(
                zh=f"案件{file.case}：有不符合的，须写明情况（words）",
                en=f"case {file.case}: say in words what is wrong (words)",
            )
        return None
