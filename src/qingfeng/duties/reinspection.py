"""reinspection 复查抽查: a random share of what was inspected is inspected again, by another team, item by item.

Why: 检查流于形式、隐瞒或者编造问题: a record that nobody ever holds against the site is worth what its author wants it to be.
Counts as done: for every case drawn, a team of two or more who had no part in it, the day, and an answer to every item of the
first checklist (ok, problem, corrected: it was a problem and has been put right, not_applicable).
Finds: an item that the second team answers otherwise than the first, and a problem on an item that the first left out.
Not: who is right: the site may have changed since; the finding names both records.
Source: the agency's own map; share and days are settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .answers import code_said, day_said, exactly, listed, member, places, uninvolved
from .duty import CaseFile, DutyFinding, Occasion, Period, Register, Within, rhythm_problem
from .sampling import Pool, SeedSource, beacon_findings, sample, sample_problem

OK, PROBLEM, CORRECTED, NOT_APPLICABLE = "ok", "problem", "corrected", "not_applicable"
ANSWERS = (OK, PROBLEM, CORRECTED, NOT_APPLICABLE)
LEAST_TEAM = 2


@dataclass(frozen=True, slots=True)
class Reinspection:
    """Another team inspects a share of the cases in which one of `inspects` was recorded in the period."""

    name: ClassVar[str] = "reinspection"
    title: ClassVar[Text] = Text(zh="复查抽查", en="Repeated inspection")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"remarks"})

    every: str
    by: str
    within: Within
    seed_source: SeedSource
    inspects: tuple[str, ...] = ("inspect_site",)
    share: int = 10
    at_least: int = 1

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = (
            rhythm_problem(self.every, self.by, self.within, version)
            or unfit(version, self.inspects)
            or sample_problem(self)
        )
        words = [row.word for row in version.procedure.rows if row.act in self.inspects]
        if wrong is None and not all(any(field.id == "checklist" for field in word.fields) for word in words):
            return Text(
                zh="inspects所列动作须有checklist字段，否则无从比对",
                en="the acts of inspects need the field checklist, to compare with",
            )
        return wrong

    def pool(self, register: Register, period: Period) -> Pool:
        """Return the cases inspected in the period."""
        return Pool(chance=frozenset(case for case, file in register.files.items() if file.did(self.inspects, period)))

    def first_record(self, file: CaseFile, period: Period) -> dict[str, tuple[str, int]]:
        """Return what was recorded by the end of the period: item -> its latest answer, and the act that gave it."""
        found: dict[str, tuple[str, int]] = {}
        for act in file.until(period):
            if act.act in self.inspects:
                found |= {item: (str(said), act.seq) for item, said in (act.data.get("checklist") or {}).items()}
        return found

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases drawn and the items to be looked at again; not what the first team answered."""
        cases = sample(self, report, register, occasion)
        if isinstance(cases, Text):
            return {}
        return {case: tuple(self.first_record(register.files[case], occasion.period)) for case in sorted(cases)}

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {beacon, link, visits: {case: {officers, on, checklist}}, remarks} lacks."""
        cases = sample(self, report, register, occasion)
        if isinstance(cases, Text):
            return [cases]
        lacking = exactly(report, "visits", cases)
        for case in sorted(cases) if not lacking else ():
            file, entry = register.files[case], member(member(report, "visits"), case)
            team = listed(entry.get("officers")) or []
            troubles = [_team_lacks(case, team, occasion), uninvolved([*team, occasion.actor], file, occasion)]
            troubles.append(self._visit_lacks(file, entry, occasion))
            lacking += [one for one in troubles if one is not None]
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return the items on which both records differ."""
        found = beacon_findings(self, report, register, occasion)
        for case, entry in sorted(member(report, "visits").items()):
            first = self.first_record(register.files[case], occasion.period)
            for item, second in sorted(member(entry, "checklist").items()):
                before, seq = first.get(item, (None, None))
                if (
                    second == before
                    or (second == CORRECTED and before == PROBLEM)
                    or (before is None and second in (OK, NOT_APPLICABLE))
                ):
                    continue
                what = Text(zh=f"{case}：复查“{item}”为{second}，原检查记录为{before or '未列'}",
                            en=f"{case}: item {item} is {second} on the second visit, {before or 'not listed'} on the first")  # fmt: skip
                shown = places(register.files[case], [seq] if seq is not None else [])
                found.append(
                    DutyFinding(case=case, key=item, what=what, evidence=(f"report.visits.{case}.{item}", *shown))
                )
        return found

    def _visit_lacks(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
        inspected = [local_day(act.at) for act in file.until(occasion.period) if act.act in self.inspects]
        on = day_said(entry.get("on"))
        if on is None or on > occasion.on or on < max(inspected):
            return Text(zh=f"案件{file.case}：须填写复查日期（on），在原检查之后、报告之前",
                        en=f"case {file.case}: give the day of the second visit (on), after the first, before the report")  # fmt: skip
        answered = member(entry, "checklist")
        open_items = [item for item in self.first_record(file, occasion.period) if answered.get(item) not in ANSWERS]
        wrong = open_items + [
            item
            for item, said in answered.items()
            if (said not in ANSWERS or not code_said(item)) and item not in open_items
        ]
        if not answered or wrong:
            choices, named = ", ".join(ANSWERS), ", ".join(item[:40] for item in wrong[:5]) or "-"
            return Text(
                zh=f"案件{file.case}：checklist须逐项作答（{choices}）：{named}",
                en=f"case {file.case}: answer every item of the checklist ({choices}): {named}",
            )
        return None


def _team_lacks(case: str, team: Sequence[str], occasion: Occasion) -> Text | None:
    here = [who for who in team if occasion.people.in_service(who, occasion.on)]
    if len(here) == len(team) >= LEAST_TEAM:
        return None
    return Text(
        zh=f"案件{case}：复查组（officers）至少两名在职人员",
        en=f"case {case}: the second team (officers) has two officers in service or more",
    )
