"""What would come of an act before anybody presses: the rings are asked, nothing is recorded, not even a refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qingfeng.catalogue.power import ActRule
from qingfeng.engine import order
from qingfeng.engine.case import Case
from qingfeng.engine.clock import Clock
from qingfeng.engine.control import Command, Control, ControlSet, Demand, Refusal, Situation
from qingfeng.engine.decide import Accepted, Demanded, Refused, asked, decide
from qingfeng.terms.citation import Citation
from qingfeng.terms.people import Authority
from qingfeng.terms.text import Text, spoken

from ..elsewhere import OtherCases
from ..office import CASE, Registry
from ..ports import ReadTx
from ..words import rule_name


@dataclass(frozen=True, slots=True)
class Check:
    """One rule asked about an act: fine, stops it, or wants a reason; anyhow: it stops it whatever is filled in."""

    rule: str
    title: Text
    state: str  # ok | stop | reason
    reason: Text | None = None
    remedy: Text | None = None
    citation: Citation | None = None
    anyhow: bool = False


@dataclass(frozen=True, slots=True)
class Forecast:
    """What every rule says of an act as filled in so far."""

    checks: tuple[Check, ...]

    @property
    def stops(self) -> tuple[Check, ...]:
        """The rules that would refuse it."""
        return tuple(c for c in self.checks if c.state == "stop")

    @property
    def first(self) -> tuple[Check, ...]:
        """What has to be done before the form is worth filling in: it stops the act whatever the form says."""
        return tuple(c for c in self.checks if c.state == "stop" and c.anyhow)

    @property
    def reasons(self) -> tuple[Check, ...]:
        """The rules that want a reason."""
        return tuple(c for c in self.checks if c.state == "reason")


def _check(answer: Refusal | Demand, title: Text, *, anyhow: bool = False) -> Check:
    if isinstance(answer, Demand):
        return Check(answer.by, title, "reason", spoken(answer.reason), None, answer.citation)
    return Check(answer.by, title, "stop", spoken(answer.reason), spoken(answer.remedy), answer.citation, anyhow)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A case with all that is needed to ask its rules: read once, asked about many acts."""

    tx: ReadTx
    registry: Registry
    case: Case
    controls: Sequence[Control]
    running: Mapping[str, Clock]
    titles: Mapping[str, Text]

    def tried(self, act: str, data: Mapping[str, Any], *, actor: str, post: str | None, at: datetime, entered: datetime,
              reason: str | None = None) -> Forecast:  # fmt: skip
        """Return what would come of an act as filled in: every ring, as the door itself asks them.  Raises CalendarMissing."""
        command = Command(case=self.case.id, act=act, actor=actor, at=at, entered=entered, data=data, post=post, reason=reason)
        outcome = decide(
            self.case, command, people=self.registry.people, calendar=self.registry.calendar, controls=self.controls,
            stream=CASE + self.case.id, running=self.running, elsewhere=OtherCases(self.tx, self.case.id))  # fmt: skip
        rules = self.asked_of(act)
        match outcome:
            case Accepted():
                return Forecast(tuple(Check(c.name, c.title, "ok") for c in rules))
            case Demanded():
                answers: Sequence[Refusal | Demand] = outcome.demands
            case Refused():
                answers = outcome.refusals
        named = {answer.by for answer in answers}
        told = [_check(answer, self.titles.get(answer.by) or rule_name(answer.by)) for answer in answers]
        if isinstance(outcome, Refused) and outcome.refusals[0].ring != "control":
            return Forecast(tuple(told))  # the controls were not asked
        return Forecast((*told, *(Check(c.name, c.title, "ok") for c in rules if c.name not in named)))

    def before_filling(self, rule: ActRule, *, actor: str, post: str, at: datetime) -> Forecast:
        """Return what stops an act whatever is filled in, and what its form will be asked: order, person, waiting times, controls.

        What only the form can answer is asked with an empty form: its objections say what has to be filled in.  A control that
        objects without a look at the form would object to every form.
        """
        data = _Looked({})
        command = Command(case=self.case.id, act=rule.act, actor=actor, at=at, entered=at, data=data, post=post)
        row = order.sequence(self.case, rule.act)
        if isinstance(row, Refusal):
            return Forecast((_check(row, self.titles.get(row.by) or rule_name(row.by), anyhow=True),))
        early = order.waiting(self.case, row, command, self.running, self.registry.calendar.years)
        if early is not None:
            return Forecast((_check(early, self.titles.get(early.by) or rule_name(early.by), anyhow=True),))
        situation, fields = self.situation(row, command), {f.id for f in row.word.fields} | {ALL}
        return Forecast(tuple(_asked_of(control, situation, data, fields) for control in self.asked_of(rule.act)))

    def situation(self, rule: ActRule, command: Command) -> Situation:
        """Return what the controls are shown of an act."""
        return Situation(
            case=self.case, proposed=command, rule=rule, authority=Authority(command.post or "", "own"), people=self.registry.people,
            calendar=self.registry.calendar, clocks=self.running, elsewhere=OtherCases(self.tx, self.case.id))  # fmt: skip

    def asked_of(self, act: str) -> Sequence[Control]:
        """Return the controls that are asked about an act."""
        return self.controls.asked_of(act) if isinstance(self.controls, ControlSet) else self.controls


ALL = "*"
"""Looked for: everything."""


def _asked_of(control: Control, situation: Situation, data: _Looked, fields: Collection[str]) -> Check:
    data.looked.clear()
    answer = asked(control, situation)  # a rule that stumbles over an empty form waits for a full one
    if answer is None:
        return Check(control.name, control.title, "ok")
    broken = isinstance(answer, Refusal) and answer.broken
    return _check(answer, control.title, anyhow=not broken and data.looked.isdisjoint(fields))


class _Looked(Mapping[str, Any]):
    """The data of an act, which notes the fields that somebody looked for; ALL, if he went through them or counted them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data, self.looked = data, set[str]()

    def __getitem__(self, name: str) -> Any:
        self.looked.add(name)
        return self.data[name]

    def __iter__(self) -> Iterator[str]:
        self.looked.add(ALL)
        return iter(self.data)

    def __len__(self) -> int:
        self.looked.add(ALL)
        return len(self.data)


def asked_by(controls: Sequence[Control], situation: Situation) -> frozenset[str]:
    """Return the fields still empty that the rules which object to an act looked for: what their objections are about."""
    found: set[str] = set()
    for control in controls:
        data = _Looked(situation.proposed.data)
        if asked(control, replace(situation, proposed=replace(situation.proposed, data=data))) is not None:
            found |= data.looked - {ALL} - {name for name, value in data.data.items() if value not in (None, "", [], {})}
    return frozenset(found)
