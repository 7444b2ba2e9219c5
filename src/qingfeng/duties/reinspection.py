"""reinspection 复查抽查: a random share of what was inspected is inspected again, by another team, item by item.

Why: 检查流于形式、隐瞒或者编造问题: a record that nobody ever holds against the site is worth what its author wants it to be.
Counts as done: for every case drawn, a team of two or more who had no part in it, the day, and an answer to every item of the
first checklist (ok, problem, corrected: it was a problem and has been put right, not_applicable).
Finds: an item that the second team answers otherwise than the first, and a problem on an item that the first left out.
Not: who is right: the site may have changed since; the finding names both records.
Source: the agency's own map; share and days are settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.text import Text

from .answers import code_said, member, places
from .case_by_case import visit_faults
from .duty import CaseFile, DutyFinding, Occasion, Period
from .sampling import SampledCases

OK, PROBLEM, CORRECTED, NOT_APPLICABLE = "ok", "problem", "corrected", "not_applicable"
ANSWERS = (OK, PROBLEM, CORRECTED, NOT_APPLICABLE)
WORDS = {OK: Text(zh="正常", en="in order"), PROBLEM: Text(zh="有问题", en="a problem"), CORRECTED: Text(zh="已改正", en="put right"),
         NOT_APPLICABLE: Text(zh="不适用", en="not applicable")}  # fmt: skip
AGAIN = Text(zh="复查", en="second visit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinspection(SampledCases):
    """Another team inspects a share of the cases in which one of `inspects` was recorded in the period."""

    name: ClassVar[str] = "reinspection"
    title: ClassVar[Text] = Text(zh="复查抽查", en="Repeated inspection")
    part: ClassVar[str] = "visits"
    private: ClassVar[frozenset[str]] = frozenset({"remarks"})

    inspects: tuple[str, ...] = ("inspect_site",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        wrong = self.draw_problem(version)
        words = [row.word for row in version.procedure.rows if row.act in self.inspects]
        if wrong is None and not all(any(field.id == "checklist" for field in word.fields) for word in words):
            return Text(
                zh="inspects所列动作须有checklist字段，否则无从比对",
                en="the acts of inspects need the field checklist, to compare with",
            )
        return wrong

    @property
    def sampled(self) -> tuple[str, ...]:
        """The acts of inspection."""
        return self.inspects

    def first_record(self, file: CaseFile, period: Period) -> dict[str, tuple[str, int]]:
        """Return what was recorded by the end of the period: item -> its latest answer, and the act that gave it."""
        found: dict[str, tuple[str, int]] = {}
        for act in file.until(period):
            if act.act in self.inspects:
                found |= {item: (str(said), act.seq) for item, said in (act.data.get("checklist") or {}).items()}
        return found

    def asked(self, file: CaseFile, occasion: Occasion) -> Iterable[str]:
        """Return the items to be looked at again; not what the first team answered."""
        return self.first_record(file, occasion.period)

    def faults(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[Text | None]:
        """Yield what the entry {officers, on, checklist} lacks."""
        yield from visit_faults(file, entry, occasion, after=self.inspects, called=AGAIN)
        answered = member(entry, "checklist")
        wrong = [item for item in self.first_record(file, occasion.period) if answered.get(item) not in ANSWERS]
        wrong += [item for item, said in answered.items() if (said not in ANSWERS or not code_said(item)) and item not in wrong]
        if not answered or wrong:
            choices, named = "、".join(ANSWERS), occasion.told(item[:40] for item in wrong[:5])
            yield Text(zh=f"案件{file.case}：检查表各项须逐项作答（checklist、{choices}）：{named.zh}",
                       en=f"case {file.case}: answer all of the checklist (checklist, {', '.join(ANSWERS)}): {named.en}")  # fmt: skip

    def shown(self, file: CaseFile, entry: Mapping[str, Any], occasion: Occasion) -> Iterator[DutyFinding]:
        """Yield the items on which both records differ."""
        case, first = file.case, self.first_record(file, occasion.period)
        for item, second in sorted(member(entry, "checklist").items()):
            before, seq = first.get(item, (None, None))
            mended, fine = second == CORRECTED and before == PROBLEM, before is None and second in (OK, NOT_APPLICABLE)
            if second == before or mended or fine:
                continue
            name, now, was = occasion.told(item), _said(second, occasion), _said(before, occasion)
            what = Text(zh=f"{case}：复查“{name.zh}”为{now.zh}，原检查记录为{was.zh}",
                        en=f"{case}: {name.en} is {now.en} on the second visit, {was.en} on the first")  # fmt: skip
            evidence = (f"report.visits.{case}.{item}", *places(file, [seq] if seq is not None else []))
            yield DutyFinding(case=case, key=item, what=what, evidence=evidence)


def _said(answer: str | None, occasion: Occasion) -> Text:
    """Return an answer of a checklist in words."""
    return WORDS.get(answer, occasion.told(answer)) if answer is not None else Text(zh="未列", en="not listed")
