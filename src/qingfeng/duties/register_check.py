"""register_check 台账检查: the register of a power is checked at regular times, case by case that has come to a stand.

Why: 建立查处案件台帐，定期进行检查: a register that nobody reads hides cases that lie still or were never entered.
Counts as done: the number of cases opened in the period as the checker found it on paper (it must equal the register, or the
difference is stated), and for every open case without movement for `still_days` working days a remark of its own.
Finds: a period that was not checked in time; the next higher post has to see to it.
Source: the agency's own map; the numbers are settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.text import Text

from .duty import DutyFinding, Occasion, Register, Within, rhythm_problem

SHORTEST_REMARK = 4


@dataclass(frozen=True, slots=True)
class RegisterCheck:
    """Somebody of post `by` checks the register after every period."""

    name: ClassVar[str] = "register_check"
    title: ClassVar[Text] = Text(zh="台账检查", en="Check of the register")
    reads_files: ClassVar[bool] = False
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"difference", "remarks"})

    every: str
    by: str
    within: Within
    still_days: int = 20

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        return rhythm_problem(self.every, self.by, self.within, version)

    def still(self, register: Register, *, on: date, calendar: WorkCalendar) -> list[str]:
        """Return the open cases without movement for `still_days` working days, in order."""
        return sorted(
            case for case, moved in register.still.items()
            if moved < on and calendar.working_days_between(moved, on) >= self.still_days
        )  # fmt: skip

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return the cases that lie still; each needs a remark."""
        return dict.fromkeys(self.still(register, on=occasion.on, calendar=occasion.calendar), ("remarks",))

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return nothing: what differs is stated in the report; not checking is what is found."""
        return ()

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {opened, difference, remarks: {case: text}} lacks to count as done."""
        lacking: list[Text] = []
        opened, difference = report.get("opened"), report.get("difference")
        if not isinstance(opened, int) or isinstance(opened, bool):
            lacking.append(
                Text(
                    zh="须填写核对到的本期立案数（opened，整数）",
                    en="give the number of cases opened in the period (opened)",
                )
            )
        elif opened != register.opened and not difference:
            lacking.append(Text(zh=f"核对到{opened}件，系统台账为{register.opened}件，须说明差异（difference）",
                                en=f"you found {opened}, the register has {register.opened}: state the difference"))  # fmt: skip
        remarks = report.get("remarks") or {}
        if not isinstance(remarks, Mapping):
            return [*lacking, Text(zh="remarks应为“案号: 说明”的表", en="remarks must map cases to remarks")]
        for case in self.still(register, on=occasion.on, calendar=occasion.calendar):
            if len(str(remarks.get(case, "")).strip()) < SHORTEST_REMARK:
                lacking.append(Text(zh=f"案件{case}自{register.still[case]}起没有进展，须逐件说明（remarks）",
                                    en=f"case {case} has not moved since {register.still[case]}: add a remark"))  # fmt: skip
        strange = sorted(set(remarks) - set(register.still))
        if strange:
            lacking.append(
                Text(
                    zh=f"台账中没有这些在办案件：{'、'.join(strange[:5])}",
                    en=f"no such open cases: {', '.join(strange[:5])}",
                )
            )
        return lacking
