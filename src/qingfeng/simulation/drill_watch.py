"""Watching a case after the attempt: who finds it, and after how many days.

A finding counts only if the honest story, on the same days, does not have it too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt
from statistics import median
from typing import Protocol

from qingfeng.casework.office import Office
from qingfeng.catalogue.power import Story
from qingfeng.engine.event import MARK, Event

from .drill_desk import PASSED, Desk, day_of
from .script import Result, Row, row_from_story

SEEDS = 200
"""Draws over which a drill that depends on sampling is run (issue of the enforcement powers, drills)."""
ERRORS = 3
"""Standard errors that the share over the seeds may lie below the stated probability: by chance alone a right
statement falls below once in some 700 drills, while one that promises ten points too much is caught."""
LATENESS = "time_limit"
DUTY = "duty:"


class Finder(Protocol):
    """The second telling of the rules and the duties, asked about one case as it stands on a day."""

    def __call__(self, office: Office, case_id: str, today: date, /, *, only: Set[str] | None = None) -> Set[tuple[str, int]]:
        """Return what is found: the rule's name and the number of the event that proves it.  only: no other rules are asked."""


Chance = Callable[[int], date | None]
"""For a seed of the draw: the day on which a duty that samples finds the case; None if it is not drawn."""


class Sampling(Protocol):
    """What a duty that samples would make of a case."""

    def __call__(self, office: Office, case_id: str, name: str, since: date, /) -> Chance:
        """Return the chance of being found by the duty `name` (as drills name it) from a day on; case "": none was opened."""


Signature = tuple[str, str, str, str]
"""A finding that can be recognised in another case: rule, kind of event, act or limit, and all else that was said of the act."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Rule -> days until it found the case.  broken: the honest row after the attempt that did not go through.

    share: how often it was found, of one; after: days, the median where it depends on sampling.
    """

    found: Mapping[str, int]
    share: float = 0.0
    after: int | None = None
    broken: Result | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to watch for: wanted are the rules that ought to find it, within so many days from `since`.

    idle_counts: whether what comes of the case lying still afterwards says anything about the attempt.
    """

    wanted: frozenset[str]
    days: int
    since: date
    hits: Finder
    honest: Callable[[], Set[Signature]]
    without: frozenset[str] = frozenset()
    idle_counts: bool = True

    def rules(self, desk: Desk, today: date, *, only: frozenset[str] | None = None) -> set[str]:
        """Return the rules that find the case as it stands and would not find the honest one.  only: ask no others."""
        found = self._without_idling(signatures(desk, self.hits, today, only=only))
        fresh = found - self.honest() if found else found
        return {name for name, *_ in fresh if name not in self.without}

    def _without_idling(self, found: set[Signature]) -> set[Signature]:
        return found if self.idle_counts else {one for one in found if one[:2] != (LATENESS, MARK)}


def watch(desk: Desk, rest: Iterable[Row], plan: Watch) -> Watched:
    """Go on day by day, with the honest rows that follow, until all that ought to find it have, or the time is over.

    Every day those rules are asked, and on the last day all others too: what else finds it must be stated as well.
    """
    waiting = deque(rest)
    found: dict[str, int] = {}
    for days in range(plan.days + 1):
        today = plan.since + timedelta(days=days)
        broken = _go_on(desk, waiting, until=today)
        if broken is not None:
            return Watched(found, broken=broken)
        desk.let_pass(today)
        for name in plan.rules(desk, today, only=plan.wanted):
            found.setdefault(name, days)
        if days == plan.days or (plan.wanted and plan.wanted <= found.keys()):
            for name in plan.rules(desk, today):
                found.setdefault(name, days)
            break
    return Watched(found, share=float(bool(found)), after=min(found.values(), default=None))


def watch_draws(desk: Desk, rest: Sequence[Row], plan: Watch, sampling: Sampling) -> Watched:
    """Play the rest, then draw with every seed: how often, and after how many days, a sample finds the case."""
    last = max((day_of(row) for row in rest), default=plan.since)
    broken = _go_on(desk, deque(rest), until=last)
    if broken is not None:
        return Watched({}, broken=broken)
    desk.let_pass(last)
    found = dict.fromkeys(plan.rules(desk, last), (last - plan.since).days)  # what finds it without any draw
    case = desk.case or ""  # what was kept back never became a case, but others may have it on a list
    chances = {name: sampling(desk.office, case, name, plan.since) for name in sorted(plan.wanted)}
    delays: list[int] = []
    for seed in range(SEEDS):
        drawn = {name: (day - plan.since).days for name, chance in chances.items() if (day := chance(seed)) is not None}
        in_time = {name: days for name, days in drawn.items() if 0 <= days <= plan.days}
        for name, days in in_time.items():
            found[name] = min(days, found.get(name, days))
        delays += [min(in_time.values())] if in_time else []
    return Watched(found, share=len(delays) / SEEDS, after=ceil(median(delays)) if delays else None)


def enough(share: float, stated: float) -> bool:
    """True if a share over the seeds bears out the stated probability."""
    return share >= stated - ERRORS * sqrt(stated * (1 - stated) / SEEDS)


def signatures(desk: Desk, hits: Finder, today: date, *, only: frozenset[str] | None = None) -> set[Signature]:
    """Return all that is found on a case: what the rules (or only some) say, and the limits that ran out."""
    if desk.case is None:
        return set()
    events = desk.events()
    red = {(LATENESS, MARK, e.act, "") for e in events if e.kind == MARK and e.facts["mark"] == "red"}
    return red | {_signature(name, seq, events) for name, seq in hits(desk.office, desk.case, today, only=only)}


def honest_signatures(office: Office, power: str, story: Story, hits: Finder) -> frozenset[Signature]:
    """Return what is found on the honest story itself, played to its end."""
    desk = Desk(office, power)
    results = [desk.do(row_from_story(row)) for row in story.rows]
    return frozenset(signatures(desk, hits, day_of(results[-1].row)))


def _signature(name: str, seq: int, events: Sequence[Event]) -> Signature:
    if name.startswith(DUTY) or not 1 <= seq <= len(events):  # not an act of this case: a duty, a reading, nothing in particular
        return (name, "", "", str(seq))
    event = events[seq - 1]
    said = "" if event.kind == MARK else repr((event.at, event.entered, event.actor, sorted(event.data.items())))
    return (name, event.kind, event.act, said)


def _go_on(desk: Desk, waiting: deque[Row], *, until: date) -> Result | None:
    """Play the rows due by a day; return the one that did not go through."""
    while waiting and day_of(waiting[0]) <= until:
        result = desk.do(waiting.popleft(), explain=True)
        if result.outcome not in PASSED:
            return result
    return None
