"""The store in one SQLite file: one writer, many readers, every commit on disk before it is answered."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qingfeng.casework.ports import StoreUnavailable

from . import faults
from .migrations import newest, steps
from .sqlite_transaction import SqliteRead, SqliteWrite, translated
from .transaction import BULK_CASES, WholeCase, batches

APPLICATION_ID = 0x51464C47  # "QFLG", in the header of the file: tells our databases from others
BUSY_SECONDS = 10
"""Longest wait for another transaction.  Ours take milliseconds, a bulk one a second; after ten something hangs."""
CHECKPOINT_PAGES = 4_000
"""Pages of 4 KiB in the write-ahead log before it is folded into the file: measured in docs/adr/003-stores.md."""
STATEMENTS = 256
"""Prepared statements kept per connection; the store knows some sixty."""
IDLE_READERS = 16
"""Connections kept open for readers; more may be in use at once, those are closed after use."""


class SqliteStore:
    """One agency's events in one file (casework.ports.Store).  For threads and for several processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._holder: int | None = None
        self._readers: deque[sqlite3.Connection] = deque()
        self._closed = False

    @classmethod
    def open(cls, path: str | Path, *, create: bool) -> SqliteStore:
        """Open the store at path; with create also make it if nothing is there.

        Raises StoreNewer, or StoreUnavailable (nothing there, not ours, damaged, no access); then nothing was changed.
        """
        store = cls(Path(path))
        made = create and store._make_file()
        with translated():
            store._writer = store._connect(create=create)
        if made:
            _sync_folder(store._path.parent)
        return store

    def _make_file(self) -> bool:
        """Make an empty file that only its owner reads; False if one is there."""
        try:
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return False
        except OSError as error:
            raise faults.unavailable(f"{self._path}: {error.strerror}") from error
        return True

    def _connect(self, *, create: bool = False) -> sqlite3.Connection:
        """Return a connection for writing, after looking whether the file is ours and bringing it up to date."""
        if not self._path.is_file():
            raise faults.missing(str(self._path))
        connection = self._bare()
        usable = False
        try:
            self._recognise(connection, create=create)
            _bring_up(connection, str(self._path))
            usable = True
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise faults.foreign(str(self._path), str(error)) from error
            raise
        finally:
            if not usable:
                connection.close()
        return connection

    def _bare(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False,
            timeout=BUSY_SECONDS, cached_statements=STATEMENTS,
        )  # fmt: skip
        for pragma in ("foreign_keys = ON", "recursive_triggers = ON", "secure_delete = ON", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _recognise(self, connection: sqlite3.Connection, *, create: bool) -> None:
        """Raise unless the file is ours and not newer than we are, or is empty and may be filled.  Changes nothing."""
        where = str(self._path)
        (identity,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if identity == 0 and tables == 0:
            if not create:
                raise faults.missing(where)
        elif identity != APPLICATION_ID:
            raise faults.foreign(where, f"application_id {identity:#x}")
        elif (found := _version(connection)) > newest():
            raise faults.newer(where, found=found, known=newest())

    @contextmanager
    def read(self) -> Iterator[SqliteRead]:
        """Open a consistent look; several may be open at once, also in one thread."""
        with translated():
            connection = self._reader()
        sound = False
        try:
            with translated():
                connection.execute("BEGIN")
            yield SqliteRead(connection)
            with translated():
                connection.execute("ROLLBACK")
            sound = True
        finally:
            if not sound:
                sound = _undo(connection)
            if sound and len(self._readers) < IDLE_READERS and not self._closed:
                self._readers.append(connection)
            else:
                connection.close()

    def _reader(self) -> sqlite3.Connection:
        if self._closed:
            raise faults.unavailable("store is closed")
        with suppress(IndexError):
            return self._readers.pop()
        if not self._path.is_file():
            raise faults.missing(str(self._path))
        connection = self._bare()
        connection.execute("PRAGMA query_only = ON")
        return connection

    @contextmanager
    def write(self) -> Iterator[SqliteWrite]:
        """Open the one transaction that may write; waits for others, of this process and of other ones."""
        assert self._holder != threading.get_ident(), "write() within write() of the same thread"
        if not self._lock.acquire(timeout=BUSY_SECONDS):
            raise faults.unavailable("another transaction of this process does not end")
        self._holder = threading.get_ident()
        kept = False
        try:
            with translated():
                connection = self._begin()
            tx = SqliteWrite(connection)
            yield tx
            if tx.spoilt is not None:
                raise tx.spoilt
            _commit(connection)
            kept = True
        finally:
            # A crash before the commit's last fsync loses the whole transaction, a crash after it nothing.
            if not kept and self._writer is not None and not _undo(self._writer):
                self._drop_writer()
            self._holder = None
            self._lock.release()

    def _begin(self) -> sqlite3.Connection:
        if self._closed:
            raise faults.unavailable("store is closed")
        if self._writer is None:
            self._writer = self._connect()
        self._writer.execute("BEGIN IMMEDIATE")
        return self._writer

    def _drop_writer(self) -> None:
        """Let go of a connection that cannot even undo; the next write opens another."""
        if self._writer is not None:
            with suppress(sqlite3.Error):
                self._writer.close()
        self._writer = None

    def append_bulk(self, batch: Iterable[WholeCase]) -> int:
        """Write whole new cases, BULK_CASES per transaction; on an error the transactions before it stay."""
        written = 0
        for cases in batches(batch, BULK_CASES):
            with self.write() as tx:
                written += tx.append_cases(cases)
        return written

    def close(self) -> None:
        """Let go of the file; waits for the transaction under way."""
        with self._lock:
            self._closed = True
            self._drop_writer()
        while self._readers:
            self._readers.pop().close()


def _bring_up(connection: sqlite3.Connection, where: str) -> None:
    """Switch to the write-ahead log and run what migrations are missing, in one transaction."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise faults.unsafe(where, "journal_mode", str(mode))
    for pragma in ("synchronous = FULL", f"wal_autocheckpoint = {CHECKPOINT_PAGES}", "cache_size = -64000"):
        connection.execute(f"PRAGMA {pragma}")
    if _version(connection) >= newest():
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Looked at again under the lock: another process may have been first.
        for statement in steps(_version(connection), "sqlite"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    finally:
        _undo(connection)


def _version(connection: sqlite3.Connection) -> int:
    """Return the schema version, 0 for an empty database."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        return 0
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    return 0 if row is None else int(row[0])


def _commit(connection: sqlite3.Connection) -> None:
    try:
        with translated():
            connection.execute("COMMIT")
    except StoreUnavailable as error:
        # An I/O error here may come after the bytes reached the disk: a crash could bring the transaction back.
        raise faults.uncertain(str(error.__cause__)) from error


def _undo(connection: sqlite3.Connection) -> bool:
    """Undo what is open; False if the connection is no longer fit for use."""
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except sqlite3.Error:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name in the folder survive a power failure."""
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise faults.unavailable(f"{folder}: {error.strerror}") from error
