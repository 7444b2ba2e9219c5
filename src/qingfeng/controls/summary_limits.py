"""summary_limits 简易程序: on the spot only a warning or a small fine, reported for the record, and not a case cut into small ones.

Why: on the spot one officer decides alone, without plan, notice or review; cutting a case into small fines keeps it there.
Finds: another kind of penalty; a fine above 200 yuan for a person, 3,000 for an organisation; party or its kind unsaid; more than
`times` decisions on one party within `days`; read on a later day, a decision that its officer did not report in time.
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
from qingfeng.facts import say
from qingfeng.facts.rule import GateRule, R, Span, T, Today
from qingfeng.facts.say import both, count, either, gate, matches, missing, negated, over
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.money import format_yuan
from qingfeng.terms.text import Text

# fmt: off
MOST = {"person": 20_000, "organisation": 300_000}  # fen, art. 51
OPEN = ("请转普通程序立案，合并查处。", "Open one case in the ordinary procedure.")
KIND, FIRM = "penalty_kinds=[fine]", "party=乙公司 party_kind=organisation"
P, B = f"fine_now bob 0 party=甲 party_kind=person {KIND}", f"fine_now bob 0 {FIRM} {KIND}"


@dataclass(frozen=True, slots=True)
class SummaryLimits:
    """`decisions` are taken on the spot, `records` report them within `within` working days; yuan."""

    name: ClassVar[str] = "summary_limits"
    title: ClassVar[Text] = Text(zh="简易程序限度", en="Limits of the summary procedure")
    basis: ClassVar[Basis] = Basis.STATUTE
    example: ClassVar[dict[str, Any]] = {"decisions": ["fine_now"], "records": ["report"], "within": 2, "times": 2, "days": 30}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"c1:{P} amount=20000", "c1:report bob 1", f"c2:{P} amount=20000"), (f"c1:{B} amount=1", f"c1:{P} amount=1", "c1:note ann 2"),
        (f"c1:{B} amount=300000", "c1:report bob 1", f"c2:fine_now bob 31 {FIRM} {KIND} amount=300000", "c2:note ann 40"),
        (f"c1:{P} amount=100", "c1:note ann 1", "c2:fine_now bob 3 party=丁 penalty_kinds=[warning] party_kind=person"),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        (f"{P} amount=20001",), (f"{B} amount=300001",), (f"{P} confiscated=1",), (f"fine_now bob 0 party=甲 {KIND} amount=1",),
        (f"c1:{P} amount=1", f"c2:{P} amount=1", f"c1:fine_now bob 30 party=甲 party_kind=person {KIND} amount=1"),
        (f"fine_now bob 0 {FIRM} penalty_kinds=[suspension]",), (f"fine_now bob 0 {FIRM}",), (f"fine_now bob 0 party_kind=person {KIND}",),
    )
    kept: ClassVar[tuple[tuple[str, ...], ...]] = ((P, "report bob 2", "today 9"), (P, "today 2"))
    neglected: ClassVar[tuple[tuple[str, ...], ...]] = ((P, "report ann 1", "report bob 3", "today 9"), (P, "today 3"))
    decisions: tuple[str, ...]
    records: tuple[str, ...]
    within: int
    times: int
    days: int

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""
        if not 0 <= self.within <= 30 or not self.times > 0 < self.days:
            return Text(zh="within为0至30个工作日；times、days须大于0", en="within 0 to 30 working days; times and days above 0")
        return foreign(version, {*self.decisions, *self.records})

    def check(self, situation: Situation) -> Refusal | None:
        """Refuse what is too much for the summary procedure, or too often."""
        command, data = situation.proposed, situation.proposed.data
        if command.act not in self.decisions:
            return None
        most, kinds, party = MOST.get(str(data.get("party_kind"))), data.get("penalty_kinds") or (), data.get("party")
        if most is None or not party or not kinds:
            return self._no("没有写明当事人、公民或者单位、处罚种类", "party, its kind or the penalty is unsaid", "请补全。", "Say all three.")
        if any(kind not in (WARNING, FINE) for kind in kinds) or data.get("amount", 0) > most or data.get("confiscated", 0) > 0:
            return self._no(f"当场只能警告或者罚款{format_yuan(most)}元以下", f"on the spot only a warning or {format_yuan(most)} yuan at most", *OPEN)
        before = [e for e in situation.case.events if e.kind == ACT and e.act in self.decisions]
        here = [local_day(e.at) for e in before if e.data.get("party") == party]
        there = [u.day for u in situation.elsewhere.uses("party", party) if u.act in self.decisions]
        if sum((command.day - day).days <= self.days for day in [*here, *there]) >= self.times:
            return self._no(f"{self.days}日内对该当事人已当场处罚{self.times}次", f"fined {self.times} times within {self.days} days already", *OPEN)
        return None

    def detect(self, _: PowerVersion) -> GateRule:
        """Find such decisions; applies to every decision on the spot."""
        most = say.get(MOST, T("party_kind"))
        recent = negated(over(say.minus(T("_on"), R("_on")), self.days))
        times = say.plus(count(self.decisions, both(matches("party"), recent)), count(self.decisions, recent, same="party"))
        unsaid = either(missing(most), missing(T("party")), missing(T("penalty_kinds")))
        heavy = either(over(T("amount"), most), over(T("confiscated"), 0), over(say.without(T("penalty_kinds"), (FINE, WARNING)), 0))
        return gate(self.decisions, either(unsaid, heavy, say.at_least(times, self.times)))

    def watch(self, _: PowerVersion) -> GateRule:
        """Find decisions that their officer did not report for the record in time."""
        timely = both(say.same_actor(), negated(over(say.working_days(T("_on"), R("_on")), self.within)))
        late = over(say.working_days(T("_on"), Today()), self.within)
        return gate(self.decisions, both(late, say.none(self.records, timely, span=Span.AFTER)), needs=["_actor"])

    def _no(self, zh: str, en: str, then_zh: str, then_en: str) -> Refusal:
        return Refusal(by=self.name, ring="control", basis=self.basis, citation=Citation("行政处罚法", "51"),
                       reason=Text(zh=zh, en=en), remedy=Text(zh=then_zh, en=then_en))
