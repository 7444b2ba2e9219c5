"""Connections to PostgreSQL: how one is made fit for use, how a few are shared, what their errors mean."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from qingfeng.casework.ports import StoreError

from . import faults
from .rows import Row

LOCK_SECONDS = 10
"""Longest wait for another transaction's lock; ours last milliseconds, so after ten seconds something hangs."""
IDLE_SECONDS = 60
"""So long without a statement, and the server ends a transaction: a hung client must not hold back the outbox."""
CONNECT_SECONDS = 10
"""Longest wait for the server to answer, and for a free connection of the pool."""
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


@dataclass(slots=True, eq=False)
class Link:
    """One connection, its cursor with binary results, and what is added to transaction numbers in positions."""

    connection: psycopg.Connection
    cursor: psycopg.Cursor[Row]
    base: int

    def run(self, sql: str, values: Row = ()) -> psycopg.Cursor[Row]:
        """Run one statement."""
        return self.cursor.execute(dialect(sql), values)

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
        with translated():
            cursor = connection.cursor(binary=True)
            connection.execute(
                f"SET search_path = {schema}, pg_catalog; SET client_encoding = 'UTF8';"
                f" SET lock_timeout = '{LOCK_SECONDS}s'; SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'",
                prepare=False,
            )
            found = cursor.execute(f"SELECT {_SETTINGS}").fetchone()
        assert found is not None
        for (name, allowed), value in zip(_SAFE, found, strict=True):
            if value not in allowed:
                raise faults.unsafe(place(connection, schema), name, value)
        fit = True
    finally:
        if not fit:
            connection.close()
    return Link(connection, cursor, 0)


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
        if self.closed:
            raise faults.unavailable("store is closed")
        if not self._free.acquire(timeout=CONNECT_SECONDS):
            raise faults.unavailable("all connections are in use")
        begun = False
        try:
            link = self._begun(sql)
            begun = True
        finally:
            if not begun:
                self._free.release()
        return link

    def _begun(self, sql: str) -> Link:
        while self._idle:
            with suppress(IndexError):
                link = self._idle.pop()
                try:
                    link.run(sql)
                    return link
                except psycopg.OperationalError:
                    # It broke while idle (server restarted): nothing was asked of it yet, so try the next one.
                    link.connection.close()
        link = connect(self._dsn, self._schema)
        with translated():
            base = link.run("SELECT value::bigint FROM meta WHERE key = 'position_base'").fetchone()
            assert base is not None
            link.base = base[0]
            link.run(sql)
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
