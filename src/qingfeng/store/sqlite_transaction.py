"""Transactions on SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from qingfeng.casework.ports import CaseRow, DeadlineRow, StoredEvent, StoreError, Wanted
from qingfeng.ledger.entry import Sealed

from . import faults
from .rows import (
    CASE_COLUMNS,
    DEADLINE_COLUMNS,
    Row,
    case_values,
    deadline_changes,
    deadline_row,
    deadline_values,
    inbox_rows,
    micros,
    stored_event,
)
from .transaction import (
    BY_TIME,
    COUNT,
    DEADLINES,
    EVENTS,
    NOTE,
    Reading,
    Statement,
    Tally,
    WholeCase,
    Writing,
    count_changes,
    follow,
)

_ALL = f"{EVENTS} WHERE e.position > ? ORDER BY e.position LIMIT ?"
_OUTBOX = "SELECT position FROM outbox ORDER BY position LIMIT ?"
_WANTED = "(SELECT json_extract(value, '$[0]') AS stream, json_extract(value, '$[1]') AS seq FROM json_each(?)) AS w"
_DUE = f"{DEADLINES} WHERE at <= ?{BY_TIME}"
# One statement both looks at the head and writes; it touches no row when seq does not follow.
_APPEND = (
    "INSERT INTO events (stream, seq, entry, opening) SELECT ?1, ?2, ?3, ?4"
    " WHERE (SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?1) = ?2 - 1"
)
_PRIVATE = "INSERT INTO private (position, opening) VALUES (?, ?)"
_SEND = "INSERT INTO outbox (position) VALUES (?)"
_ADD_CASE = f"INSERT INTO cases ({CASE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# Two ways to change a case: the columns that indexes stand on are named only when they changed.
_MOVE_CASE = (
    "UPDATE cases SET step = ?, title = ?, last_at = ?, seq = ?, posts = ?, next_due = ?, provisional = ?"
    " WHERE case_id = ?"
)
_TURN_CASE = (
    "UPDATE cases SET power = ?, version = ?, step = ?, status = ?, title = ?, opened_at = ?, last_at = ?, seq = ?,"
    " posts = ?, next_due = ?, provisional = ? WHERE case_id = ?"
)
_OUT = "DELETE FROM inbox WHERE post = ? AND due = ? AND case_id = ?"
_IN = "INSERT INTO inbox (post, due, case_id) VALUES (?, ?, ?)"
_OF_CASE = f"{DEADLINES} WHERE case_id = ?"
_DISARM = "DELETE FROM deadlines WHERE case_id = ? AND limit_id = ? AND run = ? AND mark = ?"
_ARM = f"INSERT INTO deadlines ({DEADLINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
_LAST = "SELECT coalesce(max(position), 0) FROM events"
_BULK_EVENT = "INSERT INTO events (position, stream, seq, entry, opening) VALUES (?, ?, ?, ?, ?)"

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
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        return faults.disk_failed(str(error))
    if code in _UNIQUE or (code == sqlite3.SQLITE_CONSTRAINT_TRIGGER and "never replaced" in str(error)):
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

    def _wanted(self, places: Sequence[tuple[str, int]]) -> Statement:
        return _WANTED, (json.dumps(places),)

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

    def _run(self, statements: Sequence[Statement]) -> int:
        touched = 0
        try:
            for sql, values in statements:
                touched = self._connection.execute(sql, values).rowcount
        except sqlite3.Error as error:
            raise self._spoil(error) from error
        return touched

    def _enter(self) -> str:
        self._run([("SAVEPOINT inner_work", ())])
        return "inner_work"  # always the same: the innermost is meant

    def _leave(self, point: str, *, proven: bool) -> None:
        self._run([(f"RELEASE {point}", ())])

    def _undo(self, point: str) -> None:
        self._run([(f"ROLLBACK TO {point}", ()), (f"RELEASE {point}", ())])

    def _spoil(self, error: sqlite3.Error) -> StoreError:
        meaning = typed(error)
        # A bug of ours passes as it is, but what it left half done is not kept either.
        self.spoilt = meaning or faults.unavailable(str(error))
        if meaning is None:
            raise error
        return meaning

    def lock(self, stream: str) -> None:
        """Nothing to do: BEGIN IMMEDIATE holds the store."""

    def foresee(self, wanted: Sequence[Wanted]) -> None:
        """Nothing to do: reading one by one costs no round trips."""

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

    def _change_case(self, former: CaseRow | None, row: CaseRow) -> None:
        counted: list[Statement] = [(COUNT, change) for change in count_changes(former, row)]
        before, now = inbox_rows(former), inbox_rows(row)
        listed: list[Statement] = [(_OUT, gone) for gone in before - now] + [(_IN, come) for come in now - before]
        if self._run([*counted, *listed, _case_change(former, row)]) != 1:
            self.spoilt = faults.rows_taken(row.case)
            raise self.spoilt

    def put_deadlines(self, case: str, rows: Sequence[DeadlineRow]) -> None:
        former = [deadline_row(found) for found in self._all(_OF_CASE, (case,))]
        stale, fresh = deadline_changes(case, former, rows)
        if stale or fresh:
            disarmed: list[Statement] = [(_DISARM, (case, row.limit, row.run, row.mark)) for row in stale]
            self._run([*disarmed, *((_ARM, deadline_values(row)) for row in fresh)])

    def claim_due(self, now: datetime, *, limit: int = 100) -> list[DeadlineRow]:
        return [deadline_row(row) for row in self._all(_DUE, (micros(now), limit))]

    def append_cases(self, batch: Iterable[WholeCase]) -> int:
        """Write whole new cases; return the number of events."""
        events: list[Row] = []
        private: list[Row] = []
        tally = Tally()
        cases: list[CaseRow] = []
        deadlines: list[Row] = []
        noted: list[Row] = []
        heads: dict[str, int] = {}
        position = int(self._all(_LAST, ())[0][0])
        for sealed_events, row, due, uses in batch:
            for sealed in sealed_events:
                follow(self, heads, sealed)
                position += 1
                events.append((position, sealed.stream, sealed.seq, sealed.entry, sealed.opening))
                if sealed.private is not None:
                    private.append((position, sealed.private))
            tally.change(None, row)
            cases.append(row)
            deadlines += map(deadline_values, due)
            noted += ((field, value, row.case, seq) for field, value, seq in uses)
        try:
            many = self._connection.executemany
            many(_BULK_EVENT, events)
            many(_SEND, ((event[0],) for event in events))
            many(_PRIVATE, private)
            many(_ADD_CASE, map(case_values, cases))
            many(_IN, (entry for row in cases for entry in sorted(inbox_rows(row))))
            many(_ARM, deadlines)
            many(NOTE, noted)
        except sqlite3.Error as error:
            raise self._spoil(error) from error
        self._run(tally.statements())
        return len(events)


def _case_change(former: CaseRow | None, row: CaseRow) -> Statement:
    values = case_values(row)
    if former is None:
        return _ADD_CASE, values
    named = (former.power, former.version, former.status, former.opened_at)
    if named == (row.power, row.version, row.status, row.opened_at):
        return _MOVE_CASE, (values[3], values[5], *values[7:], row.case)
    return _TURN_CASE, (*values[1:], row.case)
