"""What happened: one event of a stream, in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from qingfeng.terms.instants import local_day

ACT = "act"  # an act was done on a case
OVERRIDE = "override"  # a higher post lets an act pass a named control once
MARK = "mark"  # a time limit came near, ran out or lapsed
REFUSED = "refused"  # an act was asked for and stopped (stream refusals/…)
ANNOUNCEMENT = timedelta(days=30)
EFFECTIVE_FIELDS = ("effective", "served_on", "received_on")  # the day from which an act counts, if it names one
PAST_FIELDS = (*EFFECTIVE_FIELDS, "occurred_on", "continued_until", "found_on")  # days that cannot lie ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.  `at` is when it happened, `entered` when it was recorded.

    facts: what the engine itself noted (actor, post, controls asked, demands answered …); data: what the actor said;
    private: names of data fields that can be erased (as the reason always can); erased: those of them that can no longer be read.
    """

    stream: str
    seq: int
    kind: str
    act: str
    at: datetime
    entered: datetime
    power: str = ""
    version: str = ""
    actor: str | None = None
    post: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()

    @property
    def effective_day(self) -> date:
        """The local day from which the event counts: the day it names (deemed as of, served on, received on), or its own.

        What is served by public announcement counts as served thirty days after it was posted (民诉法 95).
        """
        named = self.facts.get("effective")
        for name in EFFECTIVE_FIELDS:
            named = named or self.data.get(name)
        day = date.fromisoformat(named) if named else local_day(self.at)
        return day + ANNOUNCEMENT if self.data.get("service_method") == "announcement" else day
