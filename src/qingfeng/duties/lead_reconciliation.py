"""lead_reconciliation 线索核对: the leads that others hold — 12345, 信访, the portal, transfers — are matched with the register.

Why: 隐瞒违法违规线索、举报、投诉: a lead that was never entered leaves no trace in the register, but somebody else has it on a list.
Counts as done: for every source of the settings the list as it came (its SHA-256) and all its numbers, none left out; a source
without a lead sends an empty list, which is a paper too.
Finds: a number that no case of the agency bears (field `external_no`): by whom it was kept back is not said.
Not: whether a registered lead was dealt with (time limits); leads that nobody else has.
Source: the agency's own map; sources, period and limit are settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.settings import unfit
from qingfeng.draw.chain import is_hash
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_KEY, MAX_LIST
from qingfeng.terms.text import Text, hazards

from .answers import listed, member
from .duty import DutyFinding, Occasion, Register, Within, rhythm_problem
from .sampling import posts_doing

EXTERNAL = "external_no"


@dataclass(frozen=True, slots=True)
class LeadReconciliation:
    """Somebody of post `by`, who does none of `registers`, matches the lists of `sources` with the register after every period."""

    name: ClassVar[str] = "lead_reconciliation"
    title: ClassVar[Text] = Text(zh="线索核对", en="Reconciliation of leads")
    reads_files: ClassVar[bool] = True
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = EXTERNAL
    private: ClassVar[frozenset[str]] = frozenset({"remarks"})

    every: str
    by: str
    within: Within
    sources: tuple[str, ...]
    registers: tuple[str, ...] = ("register_lead",)

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if (
            not self.sources
            or len({*self.sources}) != len(self.sources)
            or not all(s and s.isascii() and len(s) <= MAX_KEY for s in self.sources)
        ):
            return Text(
                zh="sources应为各来源的英文代号，不重复，如hotline_12345",
                en="sources: an ASCII name for each, none twice, such as hotline_12345",
            )
        wrong = rhythm_problem(self.every, self.by, self.within, version) or unfit(version, self.registers)
        if wrong is None and self.by in posts_doing(version, self.registers):
            return Text(
                zh=f"岗位{self.by}自己登记线索，不得核对",
                en=f"post {self.by} registers leads itself: it cannot reconcile them",
            )
        words = [row.word for row in version.procedure.rows if row.act in self.registers]
        if wrong is None and not all(any(f.id == EXTERNAL and f.index for f in word.fields) for word in words):
            return Text(
                zh=f"registers所列动作须有{EXTERNAL}字段", en=f"the acts of registers need the field {EXTERNAL}"
            )
        return wrong

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return the numbers that others gave their leads."""
        lists = [listed(member(member(report, "lists"), source).get("numbers")) or () for source in self.sources]
        return [number for numbers in lists for number in numbers[:MAX_LIST] if _fits(number)]

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return nothing: the lists come from outside."""
        return {}

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {lists: {source: {numbers: [], list_hash}}, remarks} lacks."""
        lacking = self._registrar(register, occasion)
        lists = member(report, "lists")
        strange = sorted(set(lists) - set(self.sources))
        if strange:
            lacking.append(
                Text(
                    zh=f"没有这些来源：{'、'.join(strange[:5])[:200]}",
                    en=f"no such sources: {', '.join(strange[:5])[:200]}",
                )
            )
        for source in self.sources:
            name = _name(source)
            numbers = listed(member(lists, source).get("numbers"))
            if numbers is None or len(numbers) > MAX_LIST or not all(map(_fits, numbers)):
                lacking.append(Text(zh=f"来源“{name.zh}”：须列出其全部线索编号（numbers），不重复，没有的填空表",
                                    en=f"source “{name.en}”: list all its numbers (numbers), none twice, empty if none"))  # fmt: skip
            elif not is_hash(member(lists, source).get("list_hash")):
                lacking.append(Text(zh=f"来源“{name.zh}”：须填写来件清单的校验值（list_hash）",
                                    en=f"source “{name.en}”: give the SHA-256 of the list as it came (list_hash)"))  # fmt: skip
        return lacking

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return the numbers that no case bears."""
        found = []
        for source in self.sources:
            name = _name(source)
            for number in listed(member(member(report, "lists"), source).get("numbers")) or ():
                if number not in register.known:
                    what = Text(
                        zh=f"{name.zh}的线索{number}没有登记", en=f"lead {number} of {name.en} is not in the register"
                    )
                    found.append(
                        DutyFinding(case="", key=f"{source}:{number}", what=what, evidence=(f"report.lists.{source}",))
                    )
        return found

    def _registrar(self, register: Register, occasion: Occasion) -> list[Text]:
        did = [
            case for case, file in sorted(register.files.items()) for act in file.until(occasion.period)
            if act.act in self.registers and act.actor == occasion.actor and local_day(act.entered) >= occasion.period.first
        ]  # fmt: skip
        if not did:
            return []
        name = occasion.people.name(occasion.actor)
        return [
            Text(
                zh=f"{name}本期登记过线索（{did[0]}），不得自行核对",
                en=f"{name} registered leads in the period ({did[0]}): somebody else reconciles",
            )
        ]


def _name(source: str) -> Text:
    """Return the words for a source; an agency's own source stands under the name that its settings give it."""
    return codes.WORDS.get(source) or Text(zh=source, en=source)


def _fits(number: str) -> bool:
    return 0 < len(number.strip()) == len(number) <= MAX_KEY and not hazards(number)
