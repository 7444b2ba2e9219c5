"""How likely a sample is to find one case among honest ones: pure arithmetic over many seeds, for drills."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median

from qingfeng.draw.select import seed_of

from .sampling import drawn


@dataclass(frozen=True, slots=True)
class Round:
    """One period in which a case may be drawn.  day: on which a find would be reported; sure: it is looked at in any case."""

    name: str
    day: date
    sure: bool = False


def chance(
    guilty: str, rounds: Iterable[Round], *, population: Sequence[str], share: int, at_least: int = 1
) -> Callable[[int], date | None]:
    """Return, for a number that stands for the public value, the day on which a case is found among honest ones, or None."""
    in_order, ids = sorted(rounds, key=lambda one: one.day), sorted({*population, guilty})

    def day(number: int) -> date | None:
        for one in in_order:
            seed = seed_of(one.name, [None], str(number))
            if one.sure or guilty in drawn(ids, seed, share, at_least):
                return one.day
        return None

    return day


def found_after(
    population: Sequence[str], guilty: str, periods: Iterable[Round], seeds: Iterable[int], share: int, *,
    at_least: int = 1, since: date,
) -> tuple[float, int | None]:  # fmt: skip
    """Return how often (of one) the guilty case is drawn, and the median of the days from `since` until then."""
    find = chance(guilty, periods, population=population, share=share, at_least=at_least)
    days = [find(seed) for seed in seeds]
    delays = [(day - since).days for day in days if day is not None]
    return (len(delays) / len(days) if days else 0.0), (ceil(median(delays)) if delays else None)
