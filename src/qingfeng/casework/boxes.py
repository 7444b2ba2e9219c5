"""Boxes of the portal: what came in from outside and waits for an officer, as pointers in streams of their own, one a year.

What a thing says stands in its own stream; here stands only its number, so that the list of what waits is read without the things.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from weakref import WeakKeyDictionary

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day

from .office import Office, event_of
from .ports import ReadTx, WriteTx

PUT, TAKEN = "put_in_box", "taken_from_box"
FIRST_YEAR = 2026
"""No box is older than the program."""
MOST_SETTLED = 200
"""So many of those dealt with last are remembered."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """One thing that waits.  what: why it came (new, more …)."""

    number: str
    power: str
    what: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """One thing that an officer has taken out."""

    number: str
    by: str
    at: datetime


@dataclass(slots=True)
class _Known:
    heads: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, Pointer] = field(default_factory=dict)
    settled: dict[str, Settled] = field(default_factory=dict)


_LOCK = threading.Lock()
_KNOWN: WeakKeyDictionary[Office, dict[str, _Known]] = WeakKeyDictionary()


def put(office: Office, tx: WriteTx, box: str, number: str, *, power: str, what: str, at: datetime) -> None:
    """Put a thing into a box; one that waits already waits on, for what came last."""
    _append(office, tx, box, PUT, {"number": number, "power": power, "what": what}, actor=None, at=at)


def take(office: Office, tx: WriteTx, box: str, number: str, *, by: str, at: datetime) -> None:
    """Take a thing out: somebody has dealt with it."""
    _append(office, tx, box, TAKEN, {"number": number}, actor=by, at=at)


def waiting(office: Office, tx: ReadTx, box: str, *, today: date) -> Sequence[Pointer]:
    """Return what waits, the oldest first; only what is new since the last look is read."""
    with _LOCK:
        return sorted(_grown(office, tx, box, today).waiting.values(), key=lambda one: (one.since, one.number))


def settled(office: Office, tx: ReadTx, box: str, *, today: date) -> Sequence[Settled]:
    """Return what was dealt with last, the latest first; what came back since is not among it."""
    with _LOCK:
        return list(reversed(_grown(office, tx, box, today).settled.values()))


def _grown(office: Office, tx: ReadTx, box: str, today: date) -> _Known:
    known = _KNOWN.setdefault(office, {}).setdefault(box, _Known())
    for year in range(FIRST_YEAR, today.year + 1):
        stream = _stream(box, year)
        for row in tx.events(stream, after=known.heads.get(stream, 0)):
            event = event_of(row)
            known.heads[stream] = event.seq
            number = str(event.data["number"])
            former = known.waiting.pop(number, None)
            known.settled.pop(number, None)
            if event.kind == PUT:
                since = former.since if former is not None else event.at
                known.waiting[number] = Pointer(number, str(event.data["power"]), str(event.data["what"]), since)
            else:
                known.settled[number] = Settled(number, str(event.actor), event.at)
                if len(known.settled) > MOST_SETTLED:
                    known.settled.pop(next(iter(known.settled)))
    return known


def _stream(box: str, year: int) -> str:
    return f"box/{box}/{year}"


def _append(
    office: Office, tx: WriteTx, box: str, kind: str, data: Mapping[str, str], *, actor: str | None, at: datetime
) -> None:
    stream = _stream(box, local_day(at).year)
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=actor, data=dict(data)))  # fmt: skip
