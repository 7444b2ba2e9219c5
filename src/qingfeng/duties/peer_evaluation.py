"""peer_evaluation 集体评议: a random share of the closed files is marked by several colleagues, each for himself, and talked over.

Why: 定期抽查、集体评议: one reviewer can be a friend; several who mark apart disagree where something is odd.
Counts as done: for every file drawn, at least `members` officers in service who had no part in it, each with points (0 to 100) and a
remark of his own, no two alike.
Finds: a file whose mean is below `pass_points`, and one on which the marks lie more than `spread` apart.
Not: why they differ (whoever follows up the finding asks).
Source: the agency's own map (定期抽查、集体评议); numbers and points are settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .answers import member, number_said, places, uninvolved, words_said
from .duty import CaseFile, DutyFinding, Occasion
from .sampling import ClosedCases

HIGHEST = 100
FEWEST, MOST = 2, 15


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerEvaluation(ClosedCases):
    """`members` or more mark a share of the files closed (by one of `closes`) in every period."""

    name: ClassVar[str] = "peer_evaluation"
    title: ClassVar[Text] = Text(zh="集体评议", en="Evaluation by colleagues")
    part: ClassVar[str] = "files"
    private: ClassVar[frozenset[str]] = frozenset({"files"})

    members: int = 3
    pass_points: int = 60
    spread: int = 30

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (FEWEST <= self.members <= MOST and 0 <= self.pass_points <= HIGHEST and 1 <= self.spread <= HIGHEST):
            return Text(zh="members应为2至15，pass_points为0至100，spread为1至100",
                        en="members must be 2 to 15, pass_points 0 to 100, spread 1 to 100")  # fmt: skip
        return self.draw_problem(version)

    def asked(self, file: CaseFile, occasion: Occasion) -> Sequence[str]:
        """Return what several say of each file drawn."""
        return ("marks", "remarks")

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {marks: {officer: points}, remarks: {officer: words}} lacks."""
        yield uninvolved(list(member(entry, "marks")), file, occasion)
        yield self._gap(file, entry, occasion)

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield a file that is marked low, and one on which the marks lie far apart."""
        case, points = file.case, sorted(number_said(one) or 0 for one in member(entry, "marks").values())
        evidence = (f"report.files.{case}.marks", *places(file, [file.acts[-1].seq]))
        if points and sum(points) < self.pass_points * len(points):
            yield DutyFinding(case=case, key="mean", evidence=evidence, what=Text(
                zh=f"{case}：集体评议平均不足{self.pass_points}分", en=f"{case}: colleagues mark the file below {self.pass_points} points"))
        if points and points[-1] - points[0] > self.spread:
            yield DutyFinding(case=case, key="spread", evidence=evidence, what=Text(
                zh=f"{case}：集体评议最高{points[-1]}分、最低{points[0]}分，分歧较大",
                en=f"{case}: colleagues differ, from {points[0]} to {points[-1]} points"))  # fmt: skip

    def _gap(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
        marks, remarks = member(entry, "marks"), member(entry, "remarks")
        if len(marks) < self.members or not all(occasion.people.in_service(who, occasion.on) for who in marks):
            return Text(zh=f"案件{file.case}：至少{self.members}名在职人员各自打分（marks）",
                        en=f"case {file.case}: {self.members} officers in service or more give marks of their own (marks)")  # fmt: skip
        if any((points := number_said(one)) is None or points > HIGHEST for one in marks.values()):
            return Text(zh=f"案件{file.case}：分数应为0至100", en=f"case {file.case}: marks are 0 to 100")
        said = [words_said(remarks.get(who)) for who in marks]
        if None in said or len({*said}) < len(said):
            return Text(zh=f"案件{file.case}：每人须写自己的评语（remarks），不得雷同",
                        en=f"case {file.case}: each writes a remark of his own (remarks), no two alike")  # fmt: skip
        return None
