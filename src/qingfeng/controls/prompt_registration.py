"""prompt_registration 及时录入: an act is entered when it is done; one entered long afterwards says why, and is found.

Why: systems are evaded by finishing a case on paper and typing it in afterwards, a batch at a time.
Finds: an act entered more than `within` working days after it happened: after the earliest day that it states, its own or that of a
field of `days` (service, receipt, the day on which evidence was obtained, a visit begun …).
Not: what another body obtained and sent here (`obtained_by`): the day on which we received it counts; an act whose time was falsified
to look prompt (proofs and witnesses meet that).
Source: the agency's own rule; the number is a setting, no statute names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import FieldType, PowerVersion
from qingfeng.engine.control import Basis, Demand, Situation
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import both, day, either, gate, negated, over, said, working_days
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

OBTAINED = "obtained_on"
DAYS = ("served_on", "received_on", "obtained_on", "delivered_on", "held_on", "started")


@dataclass(frozen=True, slots=True)
class PromptRegistration:
    """Acts entered more than `within` working days late need a reason; `days`: the fields that say when it happened."""

    name: ClassVar[str] = "prompt_registration"
    title: ClassVar[Text] = Text(zh="及时录入", en="Prompt registration")
    example: ClassVar[dict[str, Any]] = {"within": 3}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0",),
        ("investigate ann 0 +3",),
        ("investigate ann 3 +5",),  # Thursday to Tuesday: three working days
        ("investigate ann 4 obtained_on=2026-03-03",),  # Tuesday to Friday
        ("investigate ann 4 obtained_on=2026-03-09 started=2026-03-03T23:30:00+08:00 served_on=2026-03-04",),
        ("approve bob 4 found_on=2026-02-02",),  # a day that is not said to be its own
        ("investigate ann 4 obtained_on=2026-02-02 obtained_by=示例市公安局 received_on=2026-03-03",),
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 +4",),
        ("investigate ann 0", "approve bob 1 +7"),
        ("investigate ann 4 obtained_on=2026-03-02",),
        ("investigate ann 4 obtained_on=2026-03-05 started=2026-03-02T23:30:00+08:00",),
        ("investigate ann 4 served_on=2026-03-02",),
        ("investigate ann 4 received_on=2026-03-02 obtained_on=2026-03-05",),
        ("investigate ann 4 delivered_on=2026-03-02",),
        ("investigate ann 4 held_on=2026-03-02",),
        ("investigate ann 9 +2 obtained_on=2026-03-04",),
        ("investigate ann 4 obtained_on=2026-03-02 obtained_by=示例市公安局",),
        ("investigate ann 9 obtained_on=2026-02-02 obtained_by=示例市公安局 received_on=2026-03-04",),
    )

    within: int = 3
    days: tuple[str, ...] = DAYS

    @property
    def basis(self) -> Basis:
        """A demand, not a gate: nothing to override."""
        return Basis.RULE

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why the settings cannot work with the power, or None."""
        if not 0 <= self.within <= 30:
            return Text(zh="within应为0至30个工作日", en="within must be 0 to 30 working days")
        dated = {f.id for row in version.procedure.rows for f in row.word.fields if f.type in (FieldType.DATE, FieldType.INSTANT)}
        strange = "、".join(sorted({*self.days} - {*DAYS} - dated))
        return Text(f"没有动作以这些字段记日期：{strange}", f"no act states a day in: {strange.replace('、', ', ')}") if strange else None

    def check(self, situation: Situation) -> Demand | None:
        """Demand a reason when the act is entered late."""
        command = situation.proposed
        theirs = [OBTAINED] if command.data.get("obtained_by") and command.data.get("received_on") else []
        named = [date.fromisoformat(str(command.data[n])[:10]) for n in self.days if command.data.get(n) and n not in theirs]
        first, last = min([local_day(command.at), *named]), local_day(command.entered)
        late = situation.calendar.working_days_between(first, last) if last > first else 0
        if late <= self.within:
            return None
        return Demand(by=self.name, reason=Text(
            zh=f"该动作发生于{first}，{late}个工作日后才录入（应在{self.within}个工作日内），请说明理由",
            en=f"this happened on {first} and is entered {late} working days later (at most {self.within}): give a reason"))  # fmt: skip

    def detect(self, _: PowerVersion) -> GateRule:
        """Every act entered too late; applies to every case with an act."""
        theirs = both(said(T("obtained_by")), said(T("received_on")))
        named = [both(over(working_days(day(T(field)), T("_entered")), self.within), negated(theirs) if field == OBTAINED else 1)
                 for field in self.days]
        return gate(None, either(over(T("_lag"), self.within), *named))
