"""summary_limits 简易程序: on the spot only a warning or a small fine, reported for the record, and not a case cut into small ones.

Why: on the spot one officer decides alone, without plan, notice or review; cutting a case into small fines keeps it there.
Finds: another kind of penalty, or a fine above 200 yuan for a person, 3,000 for an organisation; no party or its kind unsaid; more
than `times` decisions on one party within `days`; and, read on a later day, a decision not reported by its officer in time.
Not: money taken on the spot without any decision; a party under another name.
Source: 行政处罚法 51 (amounts), 52 (report for the record; its days are the agency's own).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.catalogue.violations import FINE, WARNING, foreign
from qingfeng.engine.control import Basis, Refusal, Situation
from qingfeng.engine.event import ACT
from qingfeng.facts.rule import GateRule, R, Span, T, Today
from qingfeng.facts.say import at_least, both, count, either, gate, get, matches, minus, missing, negated, none, over, plus
from qingfeng.facts.say import same_actor, without, working_days
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
P, ORG = "penalty_kinds=[fine] party_kind=person", "penalty_kinds=[fine] party_kind=organisation"


@dataclass(frozen=True, slots=True)
class SummaryLimits:
    """`decisions` are taken on the spot, `records` report them within `within` working days; yuan."""

    name: ClassVar[str] = "summary_limits"
    title: ClassVar[Text] = Text(zh="简易程序限度", en="Limits of the summary procedure")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decisions": ["fine_now"], "records": ["report"], "within": 2, "times": 2, "days": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"c1:fine_now bob 0 party=甲 {P} amount=20000", "c1:report bob 1", f"c2:fine_now bob 3 party=甲 {P} amount=20000", "c2:note ann 4"),
        (f"c1:fine_now bob 0 party=乙公司 {ORG} amount=300000", "c1:report bob 1", f"c2:fine_now bob 31 party=乙公司 {ORG} amount=300000"),
        (f"c1:fine_now bob 0 party=丙 {P} amount=100", "c1:note ann 1", "c2:fine_now bob 3 party=丁 penalty_kinds=[warning] party_kind=person"),
        (f"c1:fine_now bob 0 party=乙公司 {ORG} amount=10000", f"c1:fine_now bob 1 party=丁 {P} amount=10000", "c1:note ann 2"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"fine_now bob 0 party=甲 {P} amount=20001",), (f"fine_now bob 0 party=乙公司 {ORG} amount=300001",),
        (f"c1:fine_now bob 0 party=甲 {P} amount=100", f"c2:fine_now bob 3 party=甲 {P} amount=100", f"c1:fine_now bob 30 party=甲 {P} amount=100"),
        ("fine_now bob 0 party=乙公司 penalty_kinds=[suspension] party_kind=organisation",), (f"fine_now bob 0 party=甲 {P} confiscated=1",),
        (f"fine_now bob 0 {P} amount=100",), ("fine_now bob 0 party=甲 penalty_kinds=[fine] amount=100",),
        ("fine_now bob 0 party=甲 party_kind=person amount=100",),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"fine_now bob 0 party=甲 {P} amount=100", "report bob 2", "today 9"), (f"fine_now bob 0 party=甲 {P} amount=100", "today 2"),
    )
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"fine_now bob 0 party=甲 {P} amount=100", "report ann 1", "report bob 3", "today 9"),
        (f"fine_now bob 0 party=甲 {P} amount=100", "today 3"),
    )

    decisions: tuple[str, ...]
    records: tuple[str, ...]
    within: int
    times: int
    days: int
    person_max: int = 200
    organisation_max: int = 3000

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not (0 <= self.person_max <= 200 and 0 <= self.organisation_max <= 3000 and 0 <= self.within <= 30 and self.times > 0 < self.days):
            return Text(zh="罚款不得高于法定的200元、3000元；within为0至30个工作日；times、days须大于0",
                        en="no more than the 200 and 3,000 yuan of the law; within 0 to 30 working days; times and days above 0")
        return foreign(version, {*self.decisions, *self.records}) or (None if self.decisions else foreign(version, ()))

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what is too much for the summary procedure, or too often."""
        command, data = situation.proposed, situation.proposed.data
        if command.act not in self.decisions:
            return None
        most = {"person": self.person_max * 100, "organisation": self.organisation_max * 100}.get(str(data.get("party_kind")))
        kinds, party = data.get("penalty_kinds") or (), data.get("party")
        if most is None or not party or not kinds:
            return self._no("没有写明当事人、是公民还是单位、处罚种类", "party, its kind or the penalty is not said",
                            "请补全。", "Say whom, person or organisation, and what penalty.")
        if any(kind not in (WARNING, FINE) for kind in kinds) or data.get("amount", 0) > most or data.get("confiscated", 0) > 0:
            return self._no(f"当场只能警告或者罚款{format_yuan(most)}元以下", f"on the spot only a warning or at most {format_yuan(most)} yuan",
                            "请转普通程序立案调查。", "Open a case in the ordinary procedure.")
        here = [local_day(e.at) for e in situation.case.events if e.kind == ACT and e.act in self.decisions and e.data.get("party") == party]
        there = [u.day for u in situation.elsewhere.uses("party", party) if u.act in self.decisions]
        if sum((command.day - day).days <= self.days for day in [*here, *there]) >= self.times:
            return self._no(f"{self.days}日内对该当事人已当场处罚{self.times}次", f"this party was fined {self.times} times within {self.days} days",
                            "多次违法的，请转普通程序合并查处。", "Deal with repeated violations in one case of the ordinary procedure.")
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find such decisions; applies to every decision on the spot."""
        most = get({"organisation": self.organisation_max * 100, "person": self.person_max * 100}, T("party_kind"))
        recent = negated(over(minus(T("_on"), R("_on")), self.days))
        often = at_least(plus(count(self.decisions, both(matches("party"), recent)), count(self.decisions, recent, same="party")), self.times)
        unsaid = either(missing(most), missing(T("party")), missing(T("penalty_kinds")))
        heavy = either(over(T("amount"), most), over(T("confiscated"), 0), over(without(T("penalty_kinds"), (FINE, WARNING)), 0))
        return gate(self.decisions, either(unsaid, heavy, often))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find decisions that their officer did not report for the record in time."""
        timely = both(same_actor(), negated(over(working_days(T("_on"), R("_on")), self.within)))
        late = over(working_days(T("_on"), Today()), self.within)
        return gate(self.decisions, both(late, none(self.records, timely, span=Span.AFTER)), needs=["_actor"])

    def _no(self, zh: str, en: str, then_zh: str, then_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", "51"),
                       reason=Text(zh=zh, en=en), remedy=Text(zh=then_zh, en=then_en))
