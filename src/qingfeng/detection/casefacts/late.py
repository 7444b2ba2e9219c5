"""Limits by the facts of a case: certain where one act started the clock and one ended it, and nothing moved it in between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qingfeng.detection.evaluate import World
from qingfeng.detection.foreign import Part

from .facts import Facts
from .values import BIG, Ints

_OPEN = 6


def late_said(facts: Facts, part: Part, world: World) -> NDArray[np.int8]:
    """Return for every case what a limit says: 0 it never ran out or ended, 1 ended in time, 2 late, 6 open."""
    (limit,) = part.version.procedure.limits.values()
    n = len(facts.began)
    known = facts.count
    starts = [act for act in sorted(limit.starts) if act in known]
    started: Ints = (
        np.sum([known[act] for act in starts], axis=0, dtype=np.int64) if starts else np.zeros(n, dtype=np.int64)
    )
    answer = np.full(n, _OPEN, dtype=np.int8)
    answer[started == 0] = 0
    first_start = _first(facts, starts)
    over = started > 0
    for act in sorted((limit.ends | {e.by for e in limit.extend} | {s.from_act for s in limit.stops}) & known.keys()):
        over &= (known[act] == 0) | (facts.last[act] < first_start)
    answer[over & (facts.whole[""] == 0)] = 0  # whatever ends or moves it was done before it began
    return answer


def _first(facts: Facts, acts: list[str]) -> Ints:
    found = np.full(len(facts.began), BIG)
    for act in acts:
        found = np.where(facts.count[act] > 0, np.minimum(found, facts.first[act]), found)
    return found
