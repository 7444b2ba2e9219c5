"""Limits by the facts of a case: certain where one act started the clock, one ended it, and nothing moved or undid it in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from qingfeng.catalogue.power import STAY, Limit, PowerVersion
from qingfeng.detection.evaluate import World
from qingfeng.detection.foreign import Part, closing, reached
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.instants import start_of_day
from qingfeng.terms.timelimit import TimeLimit, Unit, due

from .facts import BEIJING, Facts
from .values import BIG, Flags, Ints

NEVER, IN_TIME, LATE, OPEN = 0, 1, 2, 6
"""As `decide.Answer`: no run of the limit ended; one did in time; late; to be seen from the acts."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = 3_600_000_000


Ends = dict[tuple[TimeLimit, int], int]
"""When a limit that a day set running has run out, in microseconds (BIG: the calendar lacks a table)."""


def late_said(facts: Facts, part: Part, world: World, ends_of: Ends) -> NDArray[np.int8]:
    """Return for every case what a limit says.  ends_of: of this world, kept from batch to batch."""
    (limit,) = part.version.procedure.limits.values()
    known = facts.count
    starts, ends = sorted(limit.starts & known.keys()), sorted(limit.ends & known.keys())
    movers = ({e.by for e in limit.extend} | {s.from_act for s in limit.stops}) & known.keys()
    answer = np.full(len(facts.began), OPEN, dtype=np.int8)
    started = _often(facts, starts)
    begin = _first(facts, starts)
    over = np.ones(len(answer), dtype=np.bool_)
    for act in {*ends, *movers}:
        over &= (known[act] == 0) | (facts.last[act] < begin)
    clear = facts.whole[""] == 0
    answer[(started == 0) | (over & clear)] = NEVER  # whatever ends or moves it was done before it began
    simple = (answer == OPEN) & clear & (facts.tied == 0) & (started == 1) & (_often(facts, sorted(movers)) == 0)
    if limit.until or any(act in starts for act, _, _ in limit.choices) or not simple.any():
        return answer
    end, named = _end(facts, ends, begin, simple)
    for act in sorted(_returning(part.version) & known.keys()):
        simple &= (known[act] == 0) | (facts.last[act] <= begin) | (facts.first[act] >= end)
    runs_out, certain = _runs_out(facts, limit, np.where(simple, begin, facts.began), world, ends_of)
    late = facts.wall.shown(np.where(simple & (end < BIG), end, facts.began)) - BEIJING >= runs_out
    answer[simple & (end == BIG)] = NEVER
    answer[simple & (end < BIG) & certain & ~late] = IN_TIME
    answer[simple & (end < BIG) & certain & late & ~named] = LATE
    return answer


def lying_said(facts: Facts, part: Part, world: World, ends_of: Ends) -> NDArray[np.int8]:
    """Return for every case whether a limit has run out on the day of reading and nobody ended it: certain as in `late_said`, where
    nothing ended the case besides."""
    (limit,) = part.version.procedure.limits.values()
    known = facts.count
    starts, ends = sorted(limit.starts & known.keys()), sorted(limit.ends & known.keys())
    movers = ({e.by for e in limit.extend} | {s.from_act for s in limit.stops}) & known.keys()
    answer = np.full(len(facts.began), OPEN, dtype=np.int8)
    started = _often(facts, starts)
    answer[started == 0] = NEVER
    simple = (started == 1) & (facts.whole[""] == 0) & (facts.tied == 0) & (_often(facts, sorted(movers)) == 0)
    if limit.until or any(act in starts for act, _, _ in limit.choices) or not simple.any():
        return answer
    begin = _first(facts, starts)
    end, _ = _end(facts, ends, begin, simple)
    for act in sorted(_returning(part.version) & known.keys()):
        simple &= (known[act] == 0) | (facts.last[act] <= begin) | (facts.first[act] >= end)
    for act in sorted(closing(part.version) & known.keys()):
        simple &= (end < BIG) | (known[act] == 0)
    runs_out, certain = _runs_out(facts, limit, np.where(simple, begin, facts.began), world, ends_of)
    today = BIG if world.today == date.max else (start_of_day(world.today) - _EPOCH) // timedelta(microseconds=1)
    over = runs_out <= today
    answer[simple & (end < BIG)] = IN_TIME
    answer[simple & (end == BIG) & certain] = np.where(over, LATE, IN_TIME)[simple & (end == BIG) & certain]
    return answer


def _often(facts: Facts, acts: Iterable[str]) -> Ints:
    found = np.zeros(len(facts.began), dtype=np.int64)
    for act in acts:
        found = found + facts.count[act]
    return found


def _first(facts: Facts, acts: Iterable[str]) -> Ints:
    found = np.full(len(facts.began), BIG)
    for act in acts:
        found = np.where(facts.count[act] > 0, np.minimum(found, facts.first[act]), found)
    return found


def _end(facts: Facts, ends: Iterable[str], begin: Ints, simple: Flags) -> tuple[Ints, Flags]:
    """Return when the run ended (BIG: it did not) and whether the act may name an earlier day; unclear cases are no longer simple."""
    end, named = np.full(len(begin), BIG), np.zeros(len(begin), dtype=np.bool_)
    for act in ends:
        there, first, last = facts.count[act] > 0, facts.first[act], facts.last[act]
        simple &= ~there | (first >= begin) | (last <= begin)
        sooner = there & (first > begin) & (first < end)
        says = any((act, f"f_{name}") in facts.said for name in ("served_on", "received_on"))
        end, named = np.where(sooner, first, end), np.where(sooner, says, named)
    return end, named


def _runs_out(facts: Facts, limit: Limit, begin: Ints, world: World, ends_of: Ends) -> tuple[Ints, Flags]:
    """Return when the limit runs out if nothing moves it, and where that is certain."""
    shown = facts.wall.shown(begin) - BEIJING
    if limit.length.unit is Unit.HOUR:
        return shown + limit.length.n * _HOUR, np.ones(len(begin), dtype=np.bool_)
    days, which = np.unique(facts.wall.day(begin), return_inverse=True)
    for day in days.tolist():
        if (limit.length, day) not in ends_of:
            ends_of[limit.length, day] = _end_of(limit.length, day, world)
    ends = np.array([ends_of[limit.length, day] for day in days.tolist()], dtype=np.int64)
    return ends[which], (ends < BIG)[which]


def _end_of(length: TimeLimit, day: int, world: World) -> int:
    try:
        found = due(length, start=start_of_day(date.fromordinal(day)), calendar=world.calendar)
    except CalendarMissing:
        return BIG  # the exact evaluator says so
    return (found.outer - _EPOCH) // timedelta(microseconds=1)


def _returning(version: PowerVersion) -> frozenset[str]:
    """Return the acts that may bring a case back to an earlier step, which undoes what started there."""
    found = set()
    for (step, act), rule in version.rules.items():
        if any(version.step_order[to] < version.step_order[step] for to in set(reached(rule.to)) - {STAY}):
            found.add(act)
    return frozenset(found)
