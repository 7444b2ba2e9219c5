"""Connections to PostgreSQL: how one is made fit for use, how a few are shared, what their errors mean."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from qingfeng.casework.ports import StoreError

from . import faults
from .rows import Row
from .transaction import Statement

LOCK_SECONDS = 10
"""Longest wait for another transaction's lock; ours last milliseconds, so after ten seconds something hangs."""
IDLE_SECONDS = 60
"""So long without a statement, and the server ends a transaction: a hung client must not hold back the outbox."""
CONNECT_SECONDS = 10
"""Longest wait for the server to answer, and for a free connection of the pool."""
STATEMENTS = 300
"""Prepared statements kept per connection; the store knows some seventy, many of them in a form with and without a NULL."""
POSITION_BITS = 20
"""Low bits of a position: number in the transaction, 1,048,575 events at most; 43 bits are left for transactions."""

_OUTSIDE = (
    psycopg.OperationalError,  # connection, resources, operator intervention, system errors (classes 08, 53, 57, 58)
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
    errors.DataCorrupted,
    errors.IndexCorrupted,
)
_MET = (errors.UniqueViolation, errors.SerializationFailure, errors.DeadlockDetected)
# What an answered command's survival rests on, and the encoding in which every text can be kept.
_SAFE = (
    ("synchronous_commit", ("on", "local", "remote_write", "remote_apply")),
    ("fsync", ("on",)),
    ("full_page_writes", ("on",)),
    ("server_encoding", ("UTF8",)),
)
_SETTINGS = ", ".join(f"current_setting('{name}')" for name, _ in _SAFE)


def typed(error: psycopg.Error) -> StoreError | None:
    """Return what the driver's error means to casework; None if it is a bug of ours."""
    cause = str(error).strip()
    if isinstance(error, errors.DiskFull):
        return faults.full(cause)
    if isinstance(error, _MET):
        return faults.rows_taken(cause)
    return faults.unavailable(cause) if isinstance(error, _OUTSIDE) else None


@contextmanager
def translated() -> Iterator[None]:
    """Raise typed errors in place of the driver's."""
    try:
        yield
    except psycopg.Error as error:
        meaning = typed(error)
        if meaning is None:
            raise
        raise meaning from error


@cache
def dialect(sql: str) -> str:
    """Return a statement with psycopg's placeholders; ours hold no `?` or `%` of their own."""
    return sql.replace("?", "%s")


def _prepared(sql: str) -> bool | None:
    # What is about savepoints never: on every ROLLBACK psycopg forgets what is prepared, and must not trip over this.
    return False if sql.startswith(("SAVEPOINT ", "ROLLBACK TO ", "RELEASE ")) else None


@dataclass(slots=True, eq=False)
class Link:
    """One connection, and what is added to transaction numbers in positions."""

    connection: psycopg.Connection
    base: int = 0
    _cursors: dict[str, psycopg.Cursor[Row]] = field(default_factory=dict)

    def run(self, sql: str, values: Row = (), *, prepare: bool | None = None) -> psycopg.Cursor[Row]:
        """Run one statement.  The cursor is good until the same statement is run again."""
        if prepare is False:
            return self.connection.cursor(binary=True).execute(sql, values or None, prepare=False)
        cursor = self._cursors.get(sql)
        if cursor is None:
            # One each, with binary results: what psycopg found out about a statement's types is kept with the cursor.
            cursor = self._cursors[sql] = self.connection.cursor(binary=True)
        return cursor.execute(dialect(sql), values)

    def together(self, statements: Sequence[Statement]) -> psycopg.Cursor[Row]:
        """Run statements in one round trip and return the cursor of the last; the first that fails ends it."""
        if len(statements) == 1:
            (sql, values), *_ = statements
            return self.run(sql, values, prepare=_prepared(sql))
        with self.connection.pipeline():
            for sql, values in statements:
                cursor = self.run(sql, values, prepare=_prepared(sql))
        return cursor

    def undo(self) -> bool:
        """Undo what is open; False if the connection is no longer fit for use."""
        try:
            if self.connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                self.run("ROLLBACK")
        except psycopg.Error:
            return False
        return self.connection.info.transaction_status == TransactionStatus.IDLE


def connect(dsn: str, schema: str) -> Link:
    """Return a connection in our schema.  Raises StoreUnavailable, also if the server could lose what it confirmed."""
    with translated():
        connection = psycopg.connect(dsn, autocommit=True, prepare_threshold=0, connect_timeout=CONNECT_SECONDS)
    fit = False
    try:
        # One type for whole numbers: else psycopg prepares a statement anew for each size of number.
        connection.prepared_max = STATEMENTS
        for dumper in (Int8Dumper, Int8BinaryDumper):
            connection.adapters.register_dumper(int, dumper)
        with translated():
            connection.execute(
                f"SET search_path = {schema}, pg_catalog; SET client_encoding = 'UTF8';"
                # Every statement of ours goes by an index whatever the values: planned once, not on every call.
                " SET plan_cache_mode = force_generic_plan;"
                # Planned so, it does not see how few rows are asked for: of a long inbox it would let several processes read the
                # first page, and to start them takes ten times as long as to read it.
                " SET max_parallel_workers_per_gather = 0; SET jit = off;"
                f" SET lock_timeout = '{LOCK_SECONDS}s'; SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
                prepare=False,
            )
            found = connection.execute(f"SELECT {_SETTINGS}").fetchone()
        assert found is not None
        for (name, allowed), value in zip(_SAFE, found, strict=True):
            if value not in allowed:
                raise faults.unsafe(place(connection, schema), name, value)
        fit = True
    finally:
        if not fit:
            connection.close()
    return Link(connection)


def place(connection: psycopg.Connection, schema: str) -> str:
    """Name the database for messages, without the password."""
    return f"{connection.info.dbname}.{schema}"


class Pool:
    """At most `size` connections, shared by threads; broken ones are replaced."""

    def __init__(self, dsn: str, schema: str, size: int) -> None:
        self._dsn, self._schema = dsn, schema
        self._free = threading.BoundedSemaphore(size)
        self._idle: list[Link] = []
        self.closed = False

    def begin(self, sql: str) -> Link:
        """Take a connection and begin a transaction on it."""
        link = self.take()
        begun = False
        try:
            with translated():
                self.first(link, [(sql, ())])
            begun = True
        finally:
            if not begun:
                self.give_back(link)
        return link

    def first(self, link: Link, statements: Sequence[Statement]) -> psycopg.Cursor[Row]:
        """Run the first statements of a transaction; if the connection broke while idle (server restarted), on a new one."""
        try:
            return link.together(statements)
        except psycopg.OperationalError:
            if not link.connection.closed:
                raise
        fresh = self._fresh()
        link.connection, link.base, link._cursors = fresh.connection, fresh.base, fresh._cursors
        return link.together(statements)

    def take(self) -> Link:
        """Take a connection; what is sent on it first goes through `first`."""
        if self.closed:
            raise faults.unavailable("store is closed")
        if not self._free.acquire(timeout=CONNECT_SECONDS):
            raise faults.unavailable("all connections are in use")
        with suppress(IndexError):
            return self._idle.pop()
        made = False
        try:
            link = self._fresh()
            made = True
        finally:
            if not made:
                self._free.release()
        return link

    def _fresh(self) -> Link:
        link = connect(self._dsn, self._schema)
        with translated():
            base = link.run("SELECT value::bigint FROM meta WHERE key = 'position_base'").fetchone()
        assert base is not None
        link.base = base[0]
        return link

    def give_back(self, link: Link) -> None:
        """Return a connection; it is kept only if its transaction could be ended."""
        if link.undo() and not self.closed:
            self._idle.append(link)
        else:
            link.connection.close()
        self._free.release()

    def close(self) -> None:
        """Let go of all idle connections; those in use are closed when given back."""
        self.closed = True
        while self._idle:
            self._idle.pop().connection.close()
