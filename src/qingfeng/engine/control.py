"""What a control is: one rule, told twice, once to prevent (`check`) and once to find (`detect`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import ActRule, PowerVersion
from qingfeng.facts.rule import Rule
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import Authority, People
from qingfeng.terms.text import Text

from .case import Case
from .clock import Clock
from .event import ACT, Event


class Basis(StrEnum):
    """On what a refusal rests.  Only MAP and PROMISED may be overridden by a higher post."""

    STATUTE = "statute"
    RULE = "rule"
    MAP = "map"
    PROMISED = "promised"


OVERRIDABLE = frozenset({Basis.MAP, Basis.PROMISED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody asks for: do this act on this case.  `data` is as given until the shape ring has read it.

    at: when it happened; entered: when it is recorded; reason: answer to a demand; key: makes repeating it harmless;
    seen: number of the last event of the case that the asker had before him, None if he does not say.
    """

    case: str
    act: str
    actor: str
    at: datetime
    entered: datetime
    data: Mapping[str, Any]
    post: str | None = None
    reason: str | None = None
    key: str | None = None
    seen: int | None = None
    effective: date | None = None  # only the clock's own acts: as of this day

    @property
    def day(self) -> date:
        """The local day on which it happened."""
        return local_day(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An act on another case that says a value which others may not say again, or not so often."""

    case: str
    power: str
    act: str
    seq: int
    day: date
    actor: str | None
    data: Mapping[str, Any]


class Elsewhere(Protocol):
    """What lies beside the case, as far as a control may look: other cases by the value of an indexed field, who opened this one."""

    def uses(self, field: str, value: str) -> Sequence[Use]:
        """Return the acts on other cases whose field has (or lists) this value, oldest first."""

    def readings(self) -> Sequence[Event]:
        """Return who opened the file of this case, oldest first; the fact `after`: number of the case's last event before."""


class Nowhere:
    """No other case is there, and nobody opened this one."""

    def uses(self, field: str, value: str) -> Sequence[Use]:
        """Return nothing."""
        return ()

    def readings(self) -> Sequence[Event]:
        """Return nothing."""
        return ()


NOWHERE = Nowhere()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a control may see: the case before the act, the act proposed, the people, the calendar, the clocks, other cases."""

    case: Case
    proposed: Command
    rule: ActRule
    authority: Authority
    people: People
    calendar: WorkCalendar
    clocks: Mapping[str, Clock]
    elsewhere: Elsewhere = NOWHERE

    def told(self, items: Iterable[str]) -> Text:
        """Return codes (of papers, items of a sheet, kinds), one or several, in the words of the power."""
        return codes.listed(self.case.version, items)

    def acts(self) -> list[Event]:
        """Return the acts done so far and, each at its place between them, the readings of the file."""
        both = [*(e for e in self.case.events if e.kind == ACT), *self.elsewhere.readings()]
        return sorted(both, key=lambda e: e.seq if e.kind == ACT else e.facts.get("after", self.case.seq))


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an act was stopped: by which rule, on what basis, what happened and why, and what to do next."""

    by: str
    ring: str  # shape | order | control
    basis: Basis
    reason: Text
    remedy: Text
    citation: Citation | None = None
    broken: bool = False  # the rule could not answer: a fault of ours, not of the officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """The act may be done, but its actor must say why (lateness); it will be found even so."""

    by: str
    reason: Text
    citation: Citation | None = None


class Control(Protocol):
    """A rule bound to one power.  Implementations are frozen dataclasses; their fields are its settings."""

    name: ClassVar[str]
    title: ClassVar[Text]

    @property
    def basis(self) -> Basis:
        """On what it rests with these settings."""

    def problem(self, version: PowerVersion) -> Text | None:
        """Return why these settings cannot work with the power, or None."""

    def check(self, situation: Situation) -> Refusal | Demand | None:
        """Return why the proposed act may not be done (or must be explained), or None."""

    def detect(self, version: PowerVersion) -> Rule:
        """Return the rule over a log of acts that finds the cases in which `check` would have objected."""

    # A control may also have `watch(self, version) -> Rule`: what was not done in time, which no check can refuse; and
    # `known_values(self, situation, told) -> Mapping[str, Any]`: fields that it leaves nobody to choose, for a form to begin with.


class ControlSet(tuple[Control, ...]):
    """The controls of a power in catalogue order, and which of them are asked about an act.

    A control is asked about the acts that its second telling judges: of any other act neither telling ever says a word, which
    the agreement test shows act by act.  With sixty rules on, few are asked of each act.
    """

    _asked: Mapping[str, tuple[Control, ...]]
    _always: tuple[Control, ...]

    @classmethod
    def of(cls, controls: Sequence[Control], concerns: Sequence[frozenset[str] | None]) -> ControlSet:
        """Return controls with the acts that concern each; None: any act."""
        made = cls(controls)
        pairs = list(zip(controls, concerns, strict=True))
        acts = frozenset().union(*(on for on in concerns if on is not None))
        made._asked = {act: tuple(c for c, on in pairs if on is None or act in on) for act in acts}
        made._always = tuple(c for c, on in pairs if on is None)
        return made

    def asked_of(self, act: str) -> tuple[Control, ...]:
        """Return the controls that are asked about an act."""
        return self._asked.get(act, self._always)
