"""Transactions on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import psycopg

from qingfeng.casework.ports import CASE_STREAM, CaseRow, DeadlineRow, StoredEvent, StoreError
from qingfeng.ledger.entry import Sealed

from . import faults
from .postgres_link import POSITION_BITS, Link, dialect, typed
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

# Only events of transactions before the oldest one still running: a position is made of its transaction's number, so
# nothing that is committed later can stand before them.
_SETTLED = f"< (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ?) << {POSITION_BITS}"
_ALL_VISIBLE = f"{EVENTS} WHERE e.position > ? ORDER BY e.position LIMIT ?"
_ALL = f"{EVENTS} WHERE e.position > ? AND e.position {_SETTLED} ORDER BY e.position LIMIT ?"
_OUTBOX = f"SELECT position FROM outbox WHERE position {_SETTLED} ORDER BY position LIMIT ?"
_TRANSACTION = "SELECT pg_current_xact_id()::text::bigint"
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"
# One round trip: event, personal opening, outbox row; nothing when seq does not follow the head or was taken meanwhile.
_APPEND = (
    "WITH event AS (INSERT INTO events (position, stream, seq, entry, opening)"
    f" SELECT ((pg_current_xact_id()::text::bigint + ?) << {POSITION_BITS}) | ?, ?, ?, ?, ?"
    " WHERE (SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?) = ? - 1"
    " ON CONFLICT (stream, seq) DO NOTHING RETURNING position),"
    " personal AS (INSERT INTO private (position, opening)"
    " SELECT position, ?::bytea FROM event WHERE ?::bytea IS NOT NULL)"
    " INSERT INTO outbox (position) SELECT position FROM event RETURNING position"
)
# OFFSET 0 keeps the planner from asking for locks before the order and the limit are settled.
_CLAIM = (
    "SELECT case_id FROM"
    " (SELECT case_id FROM deadlines WHERE at <= ? ORDER BY at, case_id, limit_id, run, mark OFFSET 0) due"
    f" WHERE pg_try_advisory_xact_lock(hashtextextended('{CASE_STREAM}' || case_id, 0)) LIMIT ?"
)
_CLAIMED = f"{DEADLINES} WHERE case_id = ANY(?) AND at <= ?{BY_TIME}"


class PostgresRead(Reading):
    """A consistent look on a connection within a transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def _all(self, sql: str, values: Row) -> list[Row]:
        try:
            return self._link.run(sql, values).fetchall()
        except psycopg.Error as error:
            meaning = typed(error)
            if meaning is None:
                raise
            raise meaning from error

    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(_ALL, (after, self._link.base, limit))]

    def outbox(self, *, limit: int = 1_000) -> list[int]:
        return [row[0] for row in self._all(_OUTBOX, (self._link.base, limit))]


class PostgresWrite(PostgresRead, Writing):
    """One transaction among several; those of one stream follow each other through lock()."""

    def __init__(self, link: Link) -> None:
        PostgresRead.__init__(self, link)
        Writing.__init__(self)
        self._appended = 0
        self._alone = False
        self.transaction: int | None = None

    def _all(self, sql: str, values: Row) -> list[Row]:
        try:
            return self._link.run(sql, values).fetchall()
        except psycopg.Error as error:
            raise self._spoil(error) from error

    def _run(self, statements: Sequence[Statement]) -> list[int]:
        try:
            if len(statements) == 1:
                return [self._link.run(*statements[0]).rowcount]
            # Several statements travel together and cost one round trip.
            with self._link.connection.pipeline():
                sent = [self._link.connection.execute(dialect(sql), values) for sql, values in statements]
            return [cursor.rowcount for cursor in sent]
        except psycopg.Error as error:
            raise self._spoil(error) from error

    def _mark(self, sql: str) -> None:
        # Never prepared: on every ROLLBACK psycopg forgets its prepared statements, and must not trip over this one.
        try:
            self._link.connection.execute(sql, prepare=False)
        except psycopg.Error as error:
            raise self._spoil(error) from error

    def _spoil(self, error: psycopg.Error) -> StoreError:
        meaning = typed(error)
        self.spoilt = meaning or faults.unavailable(str(error))
        if meaning is None:
            raise error
        return meaning

    def lock(self, stream: str) -> None:
        self._all(_LOCK, (stream,))

    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        if self._alone:  # no other writer of cases is left: everything visible, our own events too
            return [stored_event(row) for row in self._all(_ALL_VISIBLE, (after, limit))]
        return super().all_events(after=after, limit=limit)

    def append(self, sealed: Sealed) -> int:
        number = self._appended = self._appended + 1
        assert number < 1 << POSITION_BITS, "too many events in one transaction"
        values = (
            self._link.base, number, sealed.stream, sealed.seq, sealed.entry, sealed.opening,
            sealed.stream, sealed.seq, sealed.private, sealed.private,
        )  # fmt: skip
        rows = self._all(_APPEND, values)
        if not rows:
            raise faults.stream_taken(sealed.stream, sealed.seq)
        position = int(rows[0][0])
        self.transaction = (position >> POSITION_BITS) - self._link.base
        return position

    def claim_due(self, now: datetime, *, limit: int = 100) -> list[DeadlineRow]:
        """Claim by locking the cases' streams, as lock() does; streams being written are left for the next time.

        What was claimed is read again under the locks, so that nothing another worker has just dealt with is returned.
        """
        at = micros(now)
        claimed = list({row[0] for row in self._all(_CLAIM, (at, limit))})
        return [deadline_row(row) for row in self._all(_CLAIMED, (claimed, at, limit))] if claimed else []

    def clear_projections(self) -> None:
        """Keep all writers of projections off until the end, then clear: they must not be half old, half new."""
        self._run([("LOCK TABLE cases, inbox, counts, deadlines IN EXCLUSIVE MODE", ())])
        self._alone = True
        super().clear_projections()

    def append_cases(self, batch: Iterable[WholeCase]) -> int:
        """Write whole new cases with COPY; return the number of events."""
        events: list[Row] = []
        private: list[Row] = []
        cases: list[CaseRow] = []
        deadlines: list[Row] = []
        tally = Tally()
        heads: dict[str, int] = {}
        self.transaction = int(self._all(_TRANSACTION, ())[0][0])
        first = (self.transaction + self._link.base) << POSITION_BITS
        for sealed_events, row, due in batch:
            for sealed in sealed_events:
                follow(self, heads, sealed)
                self._appended += 1
                events.append((first | self._appended, sealed.stream, sealed.seq, sealed.entry, sealed.opening))
                if sealed.private is not None:
                    private.append((events[-1][0], sealed.private))
            tally.add(row)
            cases.append(row)
            deadlines += map(deadline_values, due)
        assert self._appended < 1 << POSITION_BITS, "too many events in one transaction"
        self._copy("events (position, stream, seq, entry, opening)", "int8 text int8 bytea bytea", events)
        self._copy("outbox (position)", "int8", [event[:1] for event in events])
        self._copy("private (position, opening)", "int8 bytea", private)
        self._copy(f"cases ({CASE_COLUMNS})", "text " * 8 + "int8 text text bool", map(case_values, cases))
        waiting = [entry for row in cases for entry in sorted(inbox_rows(row))]
        self._copy("inbox (post, due, case_id)", "text int8 text", waiting)
        self._copy(f"deadlines ({DEADLINE_COLUMNS})", "text text int8 text int8 bool", deadlines)
        self._run(tally.statements())
        return len(events)

    def _copy(self, target: str, types: str, rows: Iterable[Row]) -> None:
        sql = f"COPY {target} FROM STDIN (FORMAT BINARY)"
        try:
            with self._link.cursor.copy(sql) as copy:
                copy.set_types(types.split())
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise self._spoil(error) from error
