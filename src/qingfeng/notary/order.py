"""Times and numbers along the log: what no single record shows, and clocks that disagree.

The log has no clock of its own.  It has an order, every record says when it was entered, and every witness at which second it cosigned how
many records.  An honest agency's records go forward in time, those under a head were entered before it was cosigned, and those after it
were not entered long before.  docs/format.md, section 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qingfeng.terms.instants import LOCAL, format_instant
from qingfeng.terms.limits import MAX_CLOCK_SKEW_SECONDS
from qingfeng.terms.text import Text

DAY = 24 * 3600
LAG = 30 * DAY
"""Seconds that a record may wait for the log: a log that stood still for longer is told apart from a clock set back by nobody."""
STREAMS = 100_000
"""Streams remembered at once: the oldest is forgotten first, so that a large log fits into memory."""


@dataclass(frozen=True, slots=True)
class Seen:
    """That a witness cosigned so many entries, at a POSIX second of its own clock."""

    name: str
    size: int
    seconds: int


@dataclass
class Order:
    """What remembers the way along one log.  seen: what witnesses said when; now: POSIX seconds of who checks, None if nobody can say."""

    seen: Sequence[Seen] = ()
    now: int | None = None
    _top: float = 0.0
    _last: dict[str, tuple[int, float]] = field(default_factory=dict)
    _told: set[tuple[str, int]] = field(default_factory=set)

    def clocks(self) -> Iterator[tuple[str, Text]]:
        """Say which witnesses have cosigned in the future."""
        for one in dict.fromkeys(self.seen):
            if self.now is not None and one.seconds > self.now + DAY:
                yield (
                    one.name,
                    Text(
                        zh=f"见证时间 {_day(one.seconds)} 在将来（现在 {_day(self.now)}）：它的时钟，或者本机的时钟，被拨过",
                        en=f"cosigned at {_day(one.seconds)}, still to come (it is {_day(self.now)}): its clock or this one was set",
                    ),
                )

    def look(self, place: int, said: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
        """Look at the next entry of the log; say (kind, why) what does not fit those before it, or what witnesses said."""
        stream, seq, at = said.get("stream"), said.get("seq"), entered(said)
        if isinstance(stream, str) and isinstance(seq, int):
            before = self._last.pop(stream, None)
            if before is not None and seq != before[0] + 1:
                yield (
                    "order",
                    Text(
                        zh=f"同一案卷里排在第 {before[0]} 条之后：入日志以前被人调换过次序",
                        en=f"it comes after number {before[0]} of its stream: the order was changed before the log had it",
                    ),
                )
            if before is not None and at is not None and at < before[1] - MAX_CLOCK_SKEW_SECONDS:
                yield (
                    "clock",
                    Text(
                        zh=f"时间倒流：录入时间 {_day(at)}，同一案卷的上一条是 {_day(before[1])}",
                        en=f"time runs backwards: entered {_day(at)}, the record before it in its stream {_day(before[1])}",
                    ),
                )
            self._last[stream] = (seq, at if at is not None else before[1] if before else 0.0)
            if len(self._last) > STREAMS:
                del self._last[next(iter(self._last))]
        if at is not None:
            yield from self._time(place, at)

    def _time(self, place: int, at: float) -> Iterator[tuple[str, Text]]:
        if at < self._top - DAY:
            yield (
                "clock",
                Text(
                    zh=f"时间倒流：录入时间 {_day(at)}，日志里前面已有 {_day(self._top)} 的",
                    en=f"time runs backwards: entered {_day(at)}, the log had come to {_day(self._top)}",
                ),
            )
            self._top = at  # said once for each turn of the clock
        self._top = max(self._top, at)
        for n, one in enumerate(self.seen):
            late, early = place < one.size and at > one.seconds + DAY, place >= one.size and at < one.seconds - LAG
            key = ("late" if late else "early", n)
            if not (late or early) or key in self._told:
                continue
            self._told.add(key)
            if late:
                yield (
                    "clock",
                    Text(
                        zh=f"录入时间 {_day(at)}，见证机构 {one.name} 却在 {_day(one.seconds)} 就见证过：两边的时钟有一个不对，或者时间是编的",
                        en=f"entered {_day(at)}, yet {one.name} cosigned it at {_day(one.seconds)}: a clock, or the time, is false",
                    ),
                )
            else:
                yield (
                    "clock",
                    Text(
                        zh=f"录入时间 {_day(at)}，可是见证机构 {one.name} 在 {_day(one.seconds)} 见证时日志里还没有它：时间是倒填的，或者时钟被拨过",
                        en=f"entered {_day(at)}, but not there when {one.name} cosigned at {_day(one.seconds)}: back-dated, or a clock set",
                    ),
                )


def entered(said: Mapping[str, Any]) -> float | None:
    """Return when an entry says it was recorded, in POSIX seconds; None if it does not."""
    try:
        return datetime.fromisoformat(str(said["entered"])).timestamp()
    except (KeyError, ValueError):
        return None


def _day(seconds: float) -> str:
    try:
        return format_instant(datetime.fromtimestamp(seconds, LOCAL))
    except (ValueError, OverflowError, OSError):
        return f"{seconds:.0f} s"
