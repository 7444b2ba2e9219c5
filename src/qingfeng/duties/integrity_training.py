"""integrity_training 廉政教育: every year everybody who holds a post of the power is taught, and shows by a short test what he kept.

Why: 加强教育 stands beside most risks of the maps; a list of signatures teaches nobody.
Counts as done: what was taught, in words, the hash of the paper that was set, and for everybody who holds one of `posts` on the day of the
report the day of his test within the period and his points (0 to 100), or why he has not been there.  Nobody gives his own points.
Finds: who was not taught, and whoever is below `pass_points`.  Not: whether anybody became more honest.
Source: the agency's own map (教育); rhythm, posts and points are settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PARTY, SYSTEM, PowerVersion
from qingfeng.draw.chain import is_hash
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .answers import day_said, member, number_said, words_said
from .duty import DutyFinding, Occasion, Register, Within, rhythm_problem

HIGHEST, SHOWN = 100, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityTraining:
    """Somebody of post `by` teaches and tests everybody who holds one of `posts`."""

    name: ClassVar[str] = "integrity_training"
    title: ClassVar[Text] = Text(zh="廉政教育", en="Integrity training")
    part: ClassVar[str] = "trained"
    reads_files: ClassVar[bool] = False
    looks_back: ClassVar[str | None] = None
    looks_up: ClassVar[str | None] = None
    private: ClassVar[frozenset[str]] = frozenset({"topic", "trained"})

    every: str
    by: str
    within: Within
    posts: tuple[str, ...]
    pass_points: int = 60

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        strange = sorted({*self.posts} - set(version.posts)) or sorted({*self.posts} & {PARTY, SYSTEM})
        if strange or not self.posts:
            return Text(zh=f"posts：至少一个本职权的岗位；没有{'、'.join(strange) or '写明'}",
                        en=f"posts: one post of the power at least; there is no {', '.join(strange) or 'post'}")  # fmt: skip
        if not 0 <= self.pass_points <= HIGHEST:
            return Text(zh="pass_points应为0至100", en="pass_points must be 0 to 100")
        return rhythm_problem(self.every, self.by, self.within, version)

    def taught(self, occasion: Occasion) -> list[str]:
        """Return who has to be taught: everybody in service who holds one of the posts on the day of the report."""
        return self.taught_on(occasion.people, occasion.on)

    def taught_on(self, people: People, day: date) -> list[str]:
        """Return the same for a day."""
        return sorted(who for who in people.names if people.in_service(who, day) and {*self.posts} & {*people.posts_of(who, day)})

    def mentions(self, report: Mapping[str, Any]) -> Sequence[str]:
        """Return nothing: it looks up no numbers."""
        return ()

    def sheet(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Mapping[str, Sequence[str]]:
        """Return no cases: it is about people."""
        return {}

    def lacks(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[Text]:
        """Return what a report {topic, paper_hash, trained: {officer: {on, points, by} or {absent}}} lacks."""
        lacking = []
        if words_said(report.get("topic")) is None:
            lacking.append(Text(zh="须写明教育的内容（topic）", en="say in words what was taught (topic)"))
        if not is_hash(report.get("paper_hash")):
            lacking.append(Text(zh="须填写试卷的SHA-256（paper_hash）", en="give the SHA-256 of the paper that was set (paper_hash)"))
        told, wanted = member(report, self.part), self.taught(occasion)
        missing, strange = sorted({*wanted} - set(told)), sorted(set(told) - {*wanted})
        if missing:
            names = _names(missing, occasion)
            lacking.append(Text(zh=f"trained缺少{len(missing)}人：{names}", en=f"trained lacks {names}"))
        if strange:
            lacking.append(Text(zh=f"trained中有不任这些岗位的：{'、'.join(strange[:SHOWN])}",
                                en=f"trained names who holds none of the posts: {', '.join(strange[:SHOWN])}"))  # fmt: skip
        return lacking or [one for who in wanted if (one := self._gap(who, member(told, who), occasion)) is not None]

    def _gap(self, who: str, entry: Mapping[str, Any], occasion: Occasion) -> Text | None:
        name, people = occasion.people.name(who), occasion.people
        if "absent" in entry:
            why = words_said(entry["absent"])
            return None if why else Text(zh=f"{name}：须写明没有参加的原因（absent）", en=f"{name}: say why not (absent)")
        on, points, marker = day_said(entry.get("on")), number_said(entry.get("points")), entry.get("by", occasion.actor)
        if on is None or not occasion.period.first <= on <= occasion.on or points is None or points > HIGHEST:
            return Text(zh=f"{name}：须填写本期内测试的日期（on）和0至100的分数（points）",
                        en=f"{name}: give the day of the test within the period (on) and 0 to 100 points (points)")  # fmt: skip
        if marker == who or not isinstance(marker, str) or not people.in_service(marker, occasion.on):
            return Text(zh=f"{name}：不得给自己评分，请由别人评（by）", en=f"{name}: nobody gives his own points; somebody else does (by)")
        return None

    def finds(self, report: Mapping[str, Any], register: Register, occasion: Occasion) -> Sequence[DutyFinding]:
        """Return who was not taught, and who did not pass."""
        found = []
        for who, entry in sorted(member(report, self.part).items()):
            name, points = occasion.people.name(who), number_said(entry.get("points"))
            evidence = (f"report.trained.{who}",)
            if "absent" in entry:
                what = Text(zh=f"{name}本期没有参加廉政教育", en=f"{name} was not taught in the period")
                found.append(DutyFinding(case="", key=who, what=what, evidence=evidence))
            elif points is not None and points < self.pass_points:
                what = Text(zh=f"{name}廉政教育测试{points}分，不足{self.pass_points}分",
                            en=f"{name} has {points} points in the test of the integrity training, below {self.pass_points}")  # fmt: skip
                found.append(DutyFinding(case="", key=who, what=what, evidence=evidence))
        return found


def _names(officers: Sequence[str], occasion: Occasion) -> str:
    return "、".join(occasion.people.name(who) for who in officers[:SHOWN]) + ("…" if len(officers) > SHOWN else "")
