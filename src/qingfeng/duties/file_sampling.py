"""file_sampling 案卷抽查: a random share of the closed files is reviewed: nine items on which a file stands or falls, then points.

Why: 执行内部监督检查制度: a file that is never opened again can hold anything.
Counts as done: for every file drawn, all nine items (pass, fail), points for the cover and for the content, in words what failed.
A file that fails one item gets no points at all.
Finds: every item failed, and a file below `pass_points`.
Not: whether the decision was wise.
Source: the items and the points (20 + 80) follow the file reviews of law offices as found (law notes 1.9 案卷评查, marked not verified):
so the points are settings; no statute is cited.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .answers import member, number_said, places, words_said
from .duty import CaseFile, DutyFinding, Occasion
from .sampling import ClosedCases

PASS, FAIL = "pass", "fail"
GATES: Mapping[str, Text] = {
    "subject": Text(zh="处罚（执法）主体", en="the authority acting"),
    "officers": Text(zh="执法人员资格", en="qualification of the officers"),
    "transfer": Text(zh="应移送的已移送", en="referral where it was due"),
    "evidence": Text(zh="证据", en="evidence"),
    "facts": Text(zh="事实认定", en="facts"),
    "characterisation": Text(zh="定性", en="characterisation"),
    "law": Text(zh="适用依据", en="law applied"),
    "procedure": Text(zh="程序", en="procedure"),
    "two_officers": Text(zh="两名以上执法人员", en="two officers or more"),
}
"""All or nothing: one that fails, and the file fails."""
HIGHEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSampling(ClosedCases):
    """Somebody of post `by` reviews a share of the files closed (by one of `closes`) in every period."""

    name: ClassVar[str] = "file_sampling"
    title: ClassVar[Text] = Text(zh="案卷抽查", en="Sampling of files")
    part: ClassVar[str] = "files"
    private: ClassVar[frozenset[str]] = frozenset({"files"})

    share: int = 20
    cover_points: int = 20
    content_points: int = 80
    pass_points: int = 60

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        most = self.cover_points + self.content_points
        if not (
            0 <= self.cover_points <= HIGHEST and 0 <= self.content_points <= HIGHEST and 0 <= self.pass_points <= most
        ):
            return Text(zh="cover_points、content_points应为0至1000，pass_points不超过两者之和",
                        en="cover_points and content_points must be 0 to 1000, pass_points no more than both")  # fmt: skip
        return self.draw_problem(version)

    def asked(self, file: CaseFile, occasion: Occasion) -> Iterable[str]:
        """Return the nine items."""
        return GATES

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {gates: {item: pass|fail}, cover, content, words, by} lacks."""
        yield self.looked(file, entry, occasion)
        yield self._entry_lacks(file.case, entry)

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield every item that failed, and a file with too few points."""
        case, last = file.case, places(file, [file.acts[-1].seq])
        failed = [gate for gate in GATES if member(entry, "gates").get(gate) == FAIL]
        for gate in failed:
            what = Text(zh=f"{case}：案卷抽查“{GATES[gate].zh}”一项不合格", en=f"{case}: the file fails on {GATES[gate].en}")
            yield DutyFinding(case=case, key=gate, what=what, evidence=(f"report.files.{case}.{gate}", *last))
        points = (number_said(entry.get("cover")) or 0) + (number_said(entry.get("content")) or 0)
        if not failed and points < self.pass_points:
            what = Text(zh=f"{case}：案卷抽查得{points}分，合格为{self.pass_points}分",
                        en=f"{case}: the file has {points} points, {self.pass_points} are needed")  # fmt: skip
            yield DutyFinding(case=case, key="points", what=what, evidence=(f"report.files.{case}", *last))

    def _entry_lacks(self, case: str, entry: Mapping[str, Any]) -> Text | None:
        gates = member(entry, "gates")
        wrong = [gate for gate in GATES if gates.get(gate) not in (PASS, FAIL)] + sorted(set(gates) - set(GATES))
        if wrong:
            zh, en = ([f"{GATES[g].say(lang)}({g})" if g in GATES else str(g)[:40] for g in wrong[:9]] for lang in ("zh", "en"))
            return Text(zh=f"案件{case}：九项一票否决项须逐项填是否合格（gates、pass、fail）：{'、'.join(zh)}",
                        en=f"case {case}: each of the nine items passes or fails (gates, pass, fail): {', '.join(en)}")  # fmt: skip
        cover, content = number_said(entry.get("cover")), number_said(entry.get("content"))
        if cover is None or content is None or cover > self.cover_points or content > self.content_points:
            return Text(zh=f"案件{case}：须填写封面0至{self.cover_points}分（cover）、内容0至{self.content_points}分（content）",
                        en=f"case {case}: 0 to {self.cover_points} points for the cover (cover), "
                           f"0 to {self.content_points} for what is in it (content)")  # fmt: skip
        failed = FAIL in gates.values()
        if failed and cover + content:
            return Text(
                zh=f"案件{case}：有一项不合格，全卷即为0分",
                en=f"case {case}: one item failed, so the file has no points",
            )
        if (failed or cover + content < self.pass_points) and words_said(entry.get("words")) is None:
            return Text(
                zh=f"案件{case}：不合格的须写明问题（words）", en=f"case {case}: write down what is wrong (words)"
            )
        return None
