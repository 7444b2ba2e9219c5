"""The facts of a batch of cases: per act how often, when first and last, and the bounds of what it says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from .values import BIG, Ints, Kind, Pool, Val, ints

DAY = 86_400_000_000
"""Microseconds."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = _EPOCH.toordinal()
BEIJING = 8 * 3_600_000_000


@dataclass(frozen=True, slots=True)
class Wall:
    """What the clock of the agency shows.  since: instants (microseconds, UTC); east: from each of them on, microseconds east of UTC."""

    since: tuple[int, ...]
    east: tuple[int, ...]

    def shown(self, at: Ints) -> Ints:
        """Return instants as that clock shows them."""
        if len(self.east) == 1:
            return at + self.east[0]
        return (
            at
            + np.array(self.east, dtype=np.int64)[
                np.maximum(np.searchsorted(ints(*self.since), at, side="right") - 1, 0)
            ]
        )

    def day(self, at: Ints) -> Ints:
        """Return days as numbers (1 is 0001-01-01)."""
        return self.shown(at) // DAY + EPOCH_DAY

    def seconds(self, at: Ints) -> Ints:
        """Return seconds since 1970 as if the clock were Beijing's: so a rule reads it."""
        return (self.shown(at) - BEIJING) // 1_000_000

    @property
    def steady(self) -> bool:
        """True if the clock is never put back or forward."""
        return len(self.east) == 1

    def began(self, day: int) -> int:
        """Return the instant at which a day (as a number) begins."""
        shown = (day - EPOCH_DAY) * DAY
        found = shown - self.east[0]
        for _ in range(3):
            found = shown - self.east[max(0, bisect_right(self.since, found) - 1)]
        return found


def wall_of(zone: tzinfo, first: datetime, last: datetime) -> Wall:
    """Return the clock of a zone between two instants; changes are found to the second."""

    def east(second: int) -> int:
        shown = (_EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
        assert shown is not None, "an instant has a zone"
        return round(shown.total_seconds() * 1_000_000)

    begin, end = (int((one - _EPOCH).total_seconds()) for one in (first - timedelta(days=2), last + timedelta(days=2)))
    since, easts = [begin * 1_000_000], [east(begin)]
    for at in range(begin, end, 86_400):
        low, high = at, min(at + 86_400, end)
        if east(low) == east(high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if east(middle) == east(low) else (low, middle)
        since.append(high * 1_000_000)
        easts.append(east(high))
    return Wall(tuple(since), tuple(easts))


@dataclass(slots=True)
class Facts:
    """A batch of cases.

    count, first, last: of each act, one entry a case (instants in microseconds, UTC; without meaning where count is 0);
    said: (act, column) -> bounds of its values; tied: acts that share their instant with another of the case (its day, in a case of
    which some acts are known to the day only); whole: (per act, and "" for all) acts known to the day only.
    """

    cases: Sequence[str]
    count: Mapping[str, Ints]
    first: Mapping[str, Ints]
    last: Mapping[str, Ints]
    said: Mapping[tuple[str, str], Val]
    tied: Ints
    whole: Mapping[str, Ints]
    began: Ints
    pool: Pool
    wall: Wall
    power: str = ""

    def days(self, at: tuple[Ints, Ints]) -> Val:
        """Return the days between which some instants lie."""
        return self._shown(at, self.wall.day, 0)

    def seconds(self, at: tuple[Ints, Ints]) -> Val:
        """Return the seconds between which some instants lie."""
        return self._shown(at, self.wall.seconds, 0)

    def _shown(self, at: tuple[Ints, Ints], clock: object, null: int) -> Val:
        assert callable(clock), "a function of instants"
        lo, hi = clock(at[0]), clock(at[1])
        if not self.wall.steady:  # put back between first and last, the clock may have shown less
            several = at[0] != at[1]
            lo, hi = np.where(several, clock(at[0] - DAY), lo), np.where(several, clock(at[1] + DAY), hi)
        return Val(Kind.NUMBER, lo, hi, np.full(lo.shape, null, dtype=np.int8))


def bounded(lo: Ints, hi: Ints) -> tuple[Ints, Ints]:
    """Return bounds without the numbers that are too large to reckon with."""
    vast = (np.abs(lo) >= BIG) | (np.abs(hi) >= BIG)
    return (np.where(vast, -BIG, lo), np.where(vast, BIG, hi)) if vast.any() else (lo, hi)
