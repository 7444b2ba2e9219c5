"""hotline_check 举报电话和举报箱检查: the numbers that the agency publishes are called, and its box is opened by two.

Why: 设立举报电话、举报箱: a phone that nobody picks up and a box to which one man has the key are worse than none.
Counts as done: for every phone of the settings a test call of the period, its day, whether it was answered and what was said; the box
opened by two officers on a day of the period, with all that lay in it by number, and the list that both signed (its hash).
Finds: a call not answered; a paper from the box that no case of the agency bears (field `external_no`).
Not: a paper taken out before (two keys); what callers were told on other days.
Source: the agency's own map (设立举报电话、举报箱和信访受理); phones and period are settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.draw.chain import is_hash
from qingfeng.terms.limits import MAX_KEY, MAX_LIST
from qingfeng.terms.text import Text, hazards

from .answers import day_said, listed, member, words_said
from .duty import DutyFinding, Occasion, Register, Within, rhythm_problem

EXTERNAL = "external_no"
YES, NO = "yes", "no"
OPENERS = 2


@dataclass(frozen=True, slots=True)
class HotlineCheck:
    """Somebody of post `by` calls every one of `phones` (their ASCII names), and two officers open the box, in every period."""

    name: ClassVar[str] = "hotline_check"
    title: ClassVar[Text] = Text(zh="举报电话和举报箱检查", en="Check of the hotline and the box")
    reads_files: ClassVar[bool] = False
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = EXTERNAL
    private: ClassVar[frozenset[str]] = frozenset({"calls"})

    every: str
    by: str
    within: Within
    phones: tuple[str, ...]

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        fit = all(one and one.isascii() and len(one) <= MAX_KEY for one in self.phones)
        if not self.phones or not fit or len({*self.phones}) < len(self.phones):
            return Text(
                zh="phones：各电话的英文代号，不重复，如supervision", en="phones: an ASCII name for each, none twice"
            )
        return rhythm_problem(self.every, self.by, self.within, version)

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return the numbers of what lay in the box."""
        numbers = listed(member(report, "box").get("numbers")) or ()
        return [number for number in numbers[:MAX_LIST] if _fits(number)]

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return nothing: it speaks of no cases."""
        return {}

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {calls: {phone: {on, answered, words}}, box: {on, officers, numbers, list_hash}} lacks."""
        calls, lacking = member(report, "calls"), []
        for phone in self.phones:
            call = member(calls, phone)
            said = call.get("answered") in (YES, NO) and words_said(call.get("words")) is not None
            if not _within(call.get("on"), occasion) or not said:
                lacking.append(Text(zh=f"电话{phone}：须写明本期试拨日期（on）、是否接听（answered）和经过（words）",
                                    en=f"phone {phone}: the day of the call (on), whether it was answered "
                                    "(answered), and how (words)"))  # fmt: skip
        return [*lacking, *self._box_lacks(member(report, "box"), occasion)]

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return the phones that nobody answered, and the papers from the box that no case bears."""
        calls = member(report, "calls")
        silent = [phone for phone in self.phones if member(calls, phone).get("answered") == NO]
        lost = [number for number in self.mentions(report) if number not in register.known]
        return [
            *(DutyFinding(case="", key=phone, what=Text(zh=f"电话{phone}试拨无人接听", en=f"nobody answered the phone {phone}"),
                          evidence=(f"report.calls.{phone}",)) for phone in silent),
            *(DutyFinding(case="", key=f"box:{number}", what=Text(zh=f"举报箱来件{number}没有登记",
            en=f"{number} from the box is not in the register"),
                          evidence=("report.box",)) for number in lost),
        ]  # fmt: skip

    def _box_lacks(self, box: Mapping[str, Any], occasion: Occasion) -> list[Text]:
        lacking, who = [], listed(box.get("officers")) or []
        there = [one for one in who if one in occasion.people.names and occasion.people.in_service(one, occasion.on)]
        if not _within(box.get("on"), occasion) or len(there) < OPENERS or len(there) < len(who):
            lacking.append(Text(zh="举报箱：须写明本期开箱日期（on）和两名以上在岗的开箱人（officers）",
                                en="box: the day it was opened (on), by two officers in service (officers)"))  # fmt: skip
        numbers = listed(box.get("numbers"))
        if (
            numbers is None
            or len(numbers) > MAX_LIST
            or not all(map(_fits, numbers))
            or not is_hash(box.get("list_hash"))
        ):
            lacking.append(Text(zh="举报箱：须列出全部来件编号（numbers），没有的填空表，和双方签名清单的校验值（list_hash）",
                                en="box: all its papers (numbers), an empty list if none, "
                                   "and the hash of the list both signed (list_hash)"))  # fmt: skip
        return lacking


def _within(said: object, occasion: Occasion) -> bool:
    day = day_said(said)
    return day is not None and occasion.period.first <= day <= occasion.period.last


def _fits(number: str) -> bool:
    return 0 < len(number.strip()) == len(number) <= MAX_KEY and not hazards(number)
