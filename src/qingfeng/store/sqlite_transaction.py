"""Transactions on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from qingfeng.casework.ports import CaseRow, DeadlineRow, StoredEvent, StoreError
from qingfeng.ledger.entry import Sealed

from . import faults
from .rows import (
    CASE_COLUMNS,
    DEADLINE_COLUMNS,
    Row,
    case_values,
    deadline_row,
    deadline_values,
    inbox_rows,
    micros,
    stored_event,
)
from .transaction import BY_TIME, DEADLINES, EVENTS, Reading, Statement, Tally, WholeCase, Writing, follow

_ALL = f"{EVENTS} WHERE e.position > ? ORDER BY e.position LIMIT ?"
_OUTBOX = "SELECT position FROM outbox ORDER BY position LIMIT ?"
_DUE = f"{DEADLINES} WHERE at <= ?{BY_TIME}"
# One statement both looks at the head and writes; it touches no row when seq does not follow.
_APPEND = (
    "INSERT INTO events (stream, seq, entry, opening) SELECT ?1, ?2, ?3, ?4"
    " WHERE (SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?1) = ?2 - 1"
)
_PRIVATE = "INSERT INTO private (position, opening) VALUES (?, ?)"
_SEND = "INSERT INTO outbox (position) VALUES (?)"
_LAST = "SELECT coalesce(max(position), 0) FROM events"
_BULK_EVENT = "INSERT INTO events (position, stream, seq, entry, opening) VALUES (?, ?, ?, ?, ?)"
_BULK_CASE = f"INSERT INTO cases ({CASE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_BULK_INBOX = "INSERT INTO inbox (post, due, case_id) VALUES (?, ?, ?)"
_BULK_DEADLINE = f"INSERT INTO deadlines ({DEADLINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"

_UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID)
_OUTSIDE = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOLFS,
    }
)  # fmt: skip
"""Primary result codes that tell of the world outside, not of a mistake of ours.  Source: sqlite.org/rescode.html."""


def typed(error: sqlite3.Error) -> StoreError | None:
    """Return what the driver's error means to casework; None if it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code & 0xFF == sqlite3.SQLITE_FULL:
        return faults.full(str(error))
    if code in _UNIQUE:
        return faults.rows_taken(str(error))
    return faults.unavailable(str(error)) if code & 0xFF in _OUTSIDE else None


@contextmanager
def translated() -> Iterator[None]:
    """Raise typed errors in place of the driver's."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = typed(error)
        if meaning is None:
            raise
        raise meaning from error


class SqliteRead(Reading):
    """A consistent look on a connection within a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _all(self, sql: str, values: Row) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            meaning = typed(error)
            if meaning is None:
                raise
            raise meaning from error

    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        # One writer at a time: positions are committed in their order.
        return [stored_event(row) for row in self._all(_ALL, (after, limit))]

    def outbox(self, *, limit: int = 1_000) -> list[int]:
        return [row[0] for row in self._all(_OUTBOX, (limit,))]


class SqliteWrite(SqliteRead, Writing):
    """The one transaction that holds the whole store."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        SqliteRead.__init__(self, connection)
        Writing.__init__(self)

    def _all(self, sql: str, values: Row) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._spoil(error) from error

    def _run(self, statements: Sequence[Statement]) -> list[int]:
        try:
            return [self._connection.execute(sql, values).rowcount for sql, values in statements]
        except sqlite3.Error as error:
            raise self._spoil(error) from error

    def _mark(self, sql: str) -> None:
        self._run([(sql, ())])

    def _spoil(self, error: sqlite3.Error) -> StoreError:
        meaning = typed(error)
        # A bug of ours passes as it is, but what it left half done is not kept either.
        self.spoilt = meaning or faults.unavailable(str(error))
        if meaning is None:
            raise error
        return meaning

    def lock(self, stream: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE holds the store."""

    def append(self, sealed: Sealed) -> int:
        try:
            done = self._connection.execute(_APPEND, (sealed.stream, sealed.seq, sealed.entry, sealed.opening))
            if done.rowcount != 1:
                raise faults.stream_taken(sealed.stream, sealed.seq)
            position = done.lastrowid
            assert position is not None
            self._connection.execute(_SEND, (position,))
            if sealed.private is not None:
                self._connection.execute(_PRIVATE, (position, sealed.private))
        except sqlite3.Error as error:
            raise self._spoil(error) from error
        return position

    def claim_due(self, now: datetime, *, limit: int = 100) -> list[DeadlineRow]:
        return [deadline_row(row) for row in self._all(_DUE, (micros(now), limit))]

    def append_cases(self, batch: Iterable[WholeCase]) -> int:
        """Write whole new cases; return the number of events."""
        events: list[Row] = []
        private: list[Row] = []
        tally = Tally()
        cases: list[CaseRow] = []
        deadlines: list[Row] = []
        heads: dict[str, int] = {}
        position = int(self._all(_LAST, ())[0][0])
        for sealed_events, row, due in batch:
            for sealed in sealed_events:
                follow(self, heads, sealed)
                position += 1
                events.append((position, sealed.stream, sealed.seq, sealed.entry, sealed.opening))
                if sealed.private is not None:
                    private.append((position, sealed.private))
            tally.add(row)
            cases.append(row)
            deadlines += map(deadline_values, due)
        try:
            many = self._connection.executemany
            many(_BULK_EVENT, events)
            many(_SEND, ((event[0],) for event in events))
            many(_PRIVATE, private)
            many(_BULK_CASE, map(case_values, cases))
            many(_BULK_INBOX, (entry for row in cases for entry in sorted(inbox_rows(row))))
            many(_BULK_DEADLINE, deadlines)
        except sqlite3.Error as error:
            raise self._spoil(error) from error
        self._run(tally.statements())
        return len(events)
