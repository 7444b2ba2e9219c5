"""What happened in an agency while it was at work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from qingfeng.engine.control import Refusal

from .keeping import Kept
from .told import Departure


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One answer of the door.  outcome: accepted, refused or asked (for a reason)."""

    case: str
    power: str
    act: str
    actor: str
    at: datetime
    outcome: str
    refusals: tuple[Refusal, ...] = ()
    meant: bool = False  # the officer had forgotten something, or is corrupt


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A case that nobody could take further, with the last reasons why."""

    case: str
    step: str
    acts: tuple[str, ...]
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """A wrong that was tried in a case ("" where it was stopped before there was one).  line: the last that was handed in;
    refusals: what refused that line, if anything did."""

    departure: Departure
    case: str
    line: int
    refusals: tuple[Refusal, ...] = ()


@dataclass(slots=True, kw_only=True)
class Chronicle:
    """What happened.  open: cases not finished when the period ended."""

    cases: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # powers of cases that found no day on which they could begin
    moot: dict[str, tuple[str, ...]] = field(default_factory=dict)  # closed case -> matters that nobody can settle any more
    kept: list[Kept] = field(default_factory=list)
    plans: dict[str, str] = field(default_factory=dict)  # case -> branch that somebody had cause to take
    stories: dict[str, str] = field(default_factory=dict)  # case -> story that it was played from
    attempted: list[Attempted] = field(default_factory=list)  # wrongs that were planted, as far as they went
