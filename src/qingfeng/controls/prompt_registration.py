"""prompt_registration 及时录入: an act is entered when it is done; one entered long afterwards says why, and is found.

Why: systems are evaded by finishing a case on paper and typing it in afterwards, a batch at a time.
Finds: an act entered more than `within` working days after it happened.
Not: an act whose time was falsified to look prompt (proofs and witnesses meet that).
Source: the agency's own rule; the number is a setting, no statute names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from qingfeng.catalogue.power import PowerVersion
from qingfeng.engine.control import Basis, Demand, Situation
from qingfeng.facts.rule import GateRule, T
from qingfeng.facts.say import gate, over
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text


@dataclass(frozen=True, slots=True)
class PromptRegistration:
    """Acts entered more than `within` working days late need a reason."""

    name: ClassVar[str] = "prompt_registration"
    title: ClassVar[Text] = Text(zh="及时录入", en="Prompt registration")
    example: ClassVar[dict[str, Any]] = {"within": 3}
    allowed: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0",),
        ("investigate ann 0 +3",),
        ("investigate ann 3 +5",),  # Thursday to Tuesday: three working days
    )
    refused: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("investigate ann 0 +4",),
        ("investigate ann 0", "approve bob 1 +7"),
    )

    within: int = 3

    @property
    def basis(self) -> Basis:
        """A demand, not a gate: nothing to override."""
        return Basis.RULE

    def problem(self, _: PowerVersion) -> Text | None:
        """Return why the setting cannot work, or None."""
        return (
            None
            if 0 <= self.within <= 30
            else Text(zh="within应为0至30个工作日", en="within must be 0 to 30 working days")
        )

    def check(self, situation: Situation) -> Demand | None:
        """Demand a reason when the act is entered late."""
        command = situation.proposed
        named = [date.fromisoformat(str(command.data[n])) for n in ("served_on", "received_on") if command.data.get(n)]
        first, last = min([local_day(command.at), *named]), local_day(command.entered)
        late = situation.calendar.working_days_between(first, last) if last > first else 0
        if late <= self.within:
            return None
        return Demand(by=self.name, reason=Text(
            zh=f"该动作发生于{first}，{late}个工作日后才录入（应在{self.within}个工作日内），请说明理由（reason）",
            en=f"this happened on {first} and is entered {late} working days later (at most {self.within}): give a reason"))  # fmt: skip

    def detect(self, _: PowerVersion) -> GateRule:
        """Every act entered too late; applies to every case with an act."""
        return gate(None, over(T("_lag"), self.within))
