"""A log as a table of acts, one row an act, and what a rule says of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule says of a case."""

    VIOLATED = "violated"
    SATISFIED = "satisfied"
    NOT_APPLICABLE = "not_applicable"
    NOT_EVALUABLE = "not_evaluable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """One act of a log, in the order of the case.

    effective: the day from which it counts (ISO); lag: working days from the act to its entry;
    seq: its number within the case; position: its place in the whole log, ascending over all cases.
    """

    case: str
    act: str
    actor: str | None
    at: datetime
    entered: datetime
    effective: str
    lag: int
    reason: str | None = None
    data: Mapping[str, object] | None = None
    post: str | None = None
    seq: int = 0
    position: int = 0
    power: str = ""
