"""What casework asks of a store: the same contract for SQLite and PostgreSQL (tests/store proves it for both).

Everything between entering and leaving `write()` is one transaction: events, outbox, projections, deadlines and the
answer to the command's key are kept together or not at all.  Leaving `write()` without an error means: on disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qingfeng.ledger.entry import Sealed
from qingfeng.terms.text import Text

LOG_STREAM = "notary"
"""The stream of what concerns the transparency log itself: begun, witnesses, gaps explained."""
CASE_STREAM = "case/"
"""The stream of a case is named so, followed by the case's id: claim_due locks it."""


class StoreError(Exception):
    """The store could not do what was asked; nothing of the transaction was kept.  Carries what to tell a person."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.zh)
        self.message = message


class Conflict(StoreError):
    """Somebody else wrote to the stream first; load again and retry."""


class StoreFull(StoreError):
    """No room left on disk."""


class StoreNewer(StoreError):
    """The database was written by a newer version of this program."""


class StoreUnavailable(StoreError):
    """Locked for too long, unreachable, read-only, damaged or no Qingfeng database at all."""


class StoreUncertain(StoreUnavailable):
    """Contact was lost while committing: kept or not is unknown, the one exception to "nothing was kept".  Ask by key."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as stored.  position: number in the whole store, ascending in commit order of the store, gaps allowed."""

    position: int
    stream: str
    seq: int
    entry: bytes
    opening: bytes
    private: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """Projection: one case in lists and inboxes.  Derived from its events, never the truth."""

    case: str
    power: str
    version: str
    step: str
    status: str  # open | suspended | closed
    title: str
    opened_at: str  # ISO instant
    last_at: str
    seq: int
    posts: tuple[str, ...]  # who may act next; the inbox of an open case
    next_due: str | None  # ISO instant of the nearest limit, raw; of a closed case: of what is still owed
    provisional: bool  # next_due rests on an unofficial calendar
    owed: tuple[str, ...] = ()  # of a closed case: who has to end a limit that still runs (archiving); its inbox


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRow:
    """A mark to be made at an instant: limit `limit`, its `run`-th run, `mark` yellow, red or effect."""

    case: str
    limit: str
    run: int
    mark: str
    at: datetime
    provisional: bool


Use = tuple[str, str, int]
"""An indexed field, the value said, the number of the event that says it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody who is about to write needs to see: what is new in a stream and in one beside it, and a key's answer."""

    stream: str | None  # None: a case that has none yet
    after: int  # its events up to this seq are known
    beside: str
    beside_after: int
    key: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """What was there, read after the lock on the stream was had."""

    events: Sequence[StoredEvent]
    beside: Sequence[StoredEvent]
    answer: tuple[bytes, bytes] | None


class ReadTx(Protocol):
    """One consistent look at the store."""

    def events(self, stream: str, *, after: int = 0) -> list[StoredEvent]:
        """Return the events of a stream with seq > after, in order."""

    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        """Return events of all streams with position > after, in order of position, at most limit."""

    def latest(self, stream: str, *, before: int | None = None, limit: int = 100) -> list[StoredEvent]:
        """Return the events of a stream with seq < before (None: to its end), the last first, at most limit."""

    def recent(self, *, before: int | None = None, limit: int = 1_000) -> list[StoredEvent]:
        """Return events of all streams with position < before (None: to the end), the last first, at most limit."""

    def head(self, stream: str) -> int:
        """Return the seq of the last event of a stream, 0 if there is none."""

    def heads(self, streams: Sequence[str]) -> dict[str, int]:
        """Return the same of many streams at one go, of those that have events."""

    def events_at(self, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], StoredEvent]:
        """Return single events by (stream, seq), at one go, of those that are there."""

    def events_after(self, wanted: Sequence[tuple[str, int]]) -> dict[str, list[StoredEvent]]:
        """Return the events of many streams, each after its seq, at one go, by stream and in order; each stream once."""

    def answer(self, key: str) -> tuple[bytes, bytes] | None:
        """Return (digest of the command, answer) kept under an idempotency key."""

    def case_row(self, case: str) -> CaseRow | None:
        """Return the projection of a case."""

    def cases_by_ids(self, cases: Sequence[str]) -> dict[str, CaseRow]:
        """Return the projections of many cases at one go, of those that are there."""

    def late(self, before: datetime, *, limit: int) -> list[CaseRow]:
        """Return cases not closed with next_due before an instant, the nearest first, at most limit."""

    def late_by_step(self, now: datetime, before: datetime, *, limit: int) -> list[tuple[str, str, bool, int]]:
        """Return (power, step, whether next_due is over now, number) of the same cases, counted by the store."""

    def case_rows(
        self, *, power: str | None = None, status: str | None = None, after: str = "", limit: int = 100
    ) -> list[CaseRow]:
        """Return projections in order of case id, after the given one."""

    def last_cases(self, power: str, *, limit: int) -> list[tuple[str, int]]:
        """Return (case, seq) of the cases of a power with the highest ids, the highest first."""

    def inbox(self, posts: Sequence[str], *, limit: int = 100) -> list[CaseRow]:
        """Return open cases on which one of the posts may act, and closed ones on which it still owes an act; nearest next_due first,
        those without one last."""

    def counts(self) -> list[tuple[str, str, str, int]]:
        """Return (power, step, status, number of cases), number > 0."""

    def deadlines(
        self, *, case: str | None = None, before: datetime | None = None, limit: int = 1_000
    ) -> list[DeadlineRow]:
        """Return armed deadlines, earliest first."""

    def provisional_cases(self, *, after: str = "", limit: int = 1_000) -> list[str]:
        """Return ids of cases with an armed deadline that rests on an unofficial calendar, in order, after the given one."""

    def uses(self, field: str, value: str, *, before: str | None = None, limit: int = 500) -> list[tuple[str, int]]:
        """Return (case, number of the event) where an indexed field says this value, the latest cases first; of those before a case."""

    def tally(self, field: str, first: str, last: str) -> list[tuple[str, int]]:
        """Return (value, how often) of an indexed field for every value said from first to last, in order of the values."""

    def uses_between(self, field: str, first: str, last: str, *, limit: int = 10_000) -> list[tuple[str, str, int]]:
        """Return (value, case, number of the event) of an indexed field for the values from first to last, in their order."""

    def uses_of(self, case: str) -> list[Use]:
        """Return what is noted of a case, in order."""

    def outbox(self, *, limit: int = 1_000) -> list[int]:
        """Return the positions of events not yet taken into the transparency log, ascending."""

    def pending(self, *, limit: int = 1_000) -> list[StoredEvent]:
        """Return the first events not yet taken into the transparency log, in the order in which they will stand there."""

    def log_size(self) -> int:
        """Return how many events are known to stand in the transparency log."""

    def place(self, stream: str, seq: int) -> int | None:
        """Return where an event stands in the transparency log, from 0; None while it does not (or there is no such event)."""

    def logged(self, first: int, *, limit: int = 1_000) -> list[tuple[int, StoredEvent]]:
        """Return (place, event) of the events that stand in the transparency log at the `limit` places from `first` on, in order."""

    def unlogged(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        """Return events without a place in the transparency log, pending or not, with position > after, in order, at most limit."""

    def holes(self) -> list[tuple[str, int, int]]:
        """Return (stream, number of its events, seq of the last) of every stream that lacks a number: looks at everything."""


class WriteTx(ReadTx, Protocol):
    """One transaction."""

    def lock(self, stream: str) -> None:
        """Keep other writers off this stream until the end of the transaction (SQLite: the whole store is held already)."""

    def open(self, wanted: Wanted) -> Opened:
        """Lock the stream, then read all that is wanted at one go (PostgreSQL: one round trip).

        In a transaction that opened something, a Conflict of append and keep_answer may come as late as the commit.
        """

    def foresee(self, wanted: Sequence[Wanted]) -> None:
        """Say what will be opened, so that it is locked and read together.  Each is good for one open(), the first of its kind."""

    def append(self, sealed: Sealed) -> int:
        """Store an event and its outbox row; return its position.  Raises Conflict unless seq follows the stream's head."""

    def keep_answer(self, key: str, digest: bytes, answer: bytes) -> None:
        """Keep the answer to a command under its key.  Raises Conflict if the key is taken."""

    def next_number(self, name: str) -> int:
        """Return the next number of a dense series (1, 2, 3 …); given back if the transaction is."""

    def put_case(self, row: CaseRow) -> None:
        """Write the projection of a case: list, inbox and counts together."""

    def put_deadlines(self, case: str, rows: Sequence[DeadlineRow]) -> None:
        """Replace all armed deadlines of a case."""

    def note_uses(self, case: str, uses: Sequence[Use]) -> None:
        """Note what an event of a case says in indexed fields; noting it again changes nothing."""

    def claim_due(self, now: datetime, *, limit: int = 100) -> list[DeadlineRow]:
        """Take deadlines with at <= now, earliest first, of which no other worker holds one, and hold them until the end
        of this transaction (PostgreSQL: the locks of the cases' streams, those being written are left for the next time;
        SQLite: the write lock).  They go away by put_deadlines."""

    def take_in(self, first: int, events: Sequence[StoredEvent], *, beyond: bool = False) -> None:
        """Note that these events, all that were pending between the first and the last of them, stand in the transparency log from
        place `first` on.  Raises Conflict if others stand there, or one of them does already.

        beyond: places before `first` stay empty for ever, because the store was put back from an old backup (notary.gap).
        """

    def erase(self, stream: str, seq: int) -> bool:
        """Empty the personal opening of one event and what its case has noted of it in indexed fields; False if there was none.

        Only an approved Erase may call this.
        """

    def clear_projections(self) -> None:
        """Drop all case rows, inbox, counts, deadlines and uses, to be written anew from the events."""

    def savepoint(self) -> AbstractContextManager[None]:
        """What fails inside is undone alone; the transaction goes on."""

    def trial(self) -> AbstractContextManager[None]:
        """The same, but what was written inside may be refused as late as the commit, and then the whole transaction is."""


class Store(Protocol):
    """Where an agency's events live."""

    def read(self) -> AbstractContextManager[ReadTx]:
        """Open a consistent look."""

    def write(self) -> AbstractContextManager[WriteTx]:
        """Open a transaction; committed durably when left without an error, else undone."""

    def append_bulk(
        self, batch: Iterable[tuple[Sequence[Sealed], CaseRow, Sequence[DeadlineRow], Sequence[Use]]]
    ) -> int:
        """Write whole new cases in large transactions (simulation, import); return the number of events written."""

    def close(self) -> None:
        """Let go of the store."""
