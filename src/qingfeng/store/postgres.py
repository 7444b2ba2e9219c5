"""The store on PostgreSQL: many writers, in turn on each stream, every commit on disk before it is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from qingfeng.casework.ports import StoreError, StoreUnavailable

from . import faults
from .migrations import newest, steps
from .postgres_link import POSITION_BITS, Link, Pool, connect, place, translated
from .postgres_statements import WRITE
from .postgres_transaction import PostgresRead, PostgresWrite
from .transaction import BULK_CASES, WholeCase, batches

CONNECTIONS = 16
"""Connections per process at most.  PostgreSQL allows 100 by default: six processes, and some left for backups."""

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SETUP_LOCK = 0x51464C47
"""Key of the advisory lock under which tables are made and upgraded: two programs may start at once."""

_ADDED = ("events", "private", "answers", "logged")
_WRITTEN = ("cases", "inbox", "counts", "deadlines", "uses")


class PostgresStore:
    """One agency's events in one schema (casework.ports.Store).  For threads and for several processes."""

    def __init__(self, dsn: str, schema: str) -> None:
        assert _NAME.fullmatch(schema), f"{schema!r} is no plain schema name"
        self._dsn, self._schema = dsn, schema
        self._pool = Pool(dsn, schema, CONNECTIONS)

    @classmethod
    def open(cls, dsn: str, *, schema: str = "qingfeng", create: bool) -> PostgresStore:
        """Open the store in a schema; with create also make it if nothing is there.

        Raises StoreNewer, or StoreUnavailable (unreachable, nothing there, not ours, a setting that can lose commits).
        """
        store = cls(dsn, schema)
        link = connect(dsn, schema)
        try:
            with translated():
                _bring_up(link, schema, create=create)
        finally:
            link.connection.close()
        return store

    @contextmanager
    def read(self) -> Iterator[PostgresRead]:
        """Open a consistent look; several may be open at once, also in one thread."""
        link = self._pool.begin(_READ)
        try:
            yield PostgresRead(link)
            # Not ROLLBACK: after that psycopg would prepare every statement anew.
            with translated():
                link.run("COMMIT")
        finally:
            self._pool.give_back(link)

    @contextmanager
    def write(self) -> Iterator[PostgresWrite]:
        """Open a transaction."""
        link = self._pool.take()
        try:
            tx = PostgresWrite(link, self._pool)
            yield tx
            if tx.spoilt is not None:
                raise tx.spoilt
            self._commit(link, tx)
        finally:
            self._pool.give_back(link)

    def _commit(self, link: Link, tx: PostgresWrite) -> None:
        try:
            with translated():
                tx.commit()
        except StoreUnavailable as error:
            if link.connection.info.transaction_status == TransactionStatus.INERROR:
                raise  # refused before the COMMIT
            # The server may have committed before we lost it: ask it, by the number of the transaction.
            outcome = self._outcome(tx.transaction)
            if outcome == "committed":
                return
            if outcome == "aborted":
                raise
            raise faults.uncertain(str(error.__cause__)) from error

    def _outcome(self, transaction: int | None) -> str | None:
        """Return committed, aborted or in progress; None if that cannot be learnt."""
        if transaction is None:
            return None
        try:
            link = connect(self._dsn, self._schema)
            try:
                row = link.run("SELECT pg_xact_status(?::text::xid8)", (str(transaction),)).fetchone()
            finally:
                link.connection.close()
        except (StoreError, psycopg.Error):
            return None
        return None if row is None else row[0]

    def append_bulk(self, batch: Iterable[WholeCase]) -> int:
        """Write whole new cases, BULK_CASES per transaction; on an error the transactions before it stay."""
        written = 0
        for cases in batches(batch, BULK_CASES):
            with self.write() as tx:
                written += tx.append_cases(cases)
        return written

    def grant(self, role: str) -> None:
        """Make the role if it is missing and give it what the application needs and no more; for the owner to call.

        It may add events, never change, delete or truncate them, nor alter tables or switch off triggers.
        """
        assert _NAME.fullmatch(role), f"{role!r} is no plain role name"
        link = self._pool.begin(WRITE)
        try:
            with translated():
                if link.run("SELECT 1 FROM pg_roles WHERE rolname = ?", (role,)).fetchone() is None:
                    link.run(f"CREATE ROLE {role} NOLOGIN")
                for statement in grants(role, schema=self._schema):
                    link.run(statement)
                link.run("COMMIT")
        finally:
            self._pool.give_back(link)

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()


def grants(role: str, *, schema: str) -> list[str]:
    """Return the statements that give an application role its rights and take away all others."""
    every = f"ALL TABLES IN SCHEMA {schema}"
    return [
        f"REVOKE ALL ON {every} FROM {role}",
        f"REVOKE ALL ON SCHEMA {schema} FROM {role}",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT SELECT ON {every} TO {role}",
        *(f"GRANT INSERT ON {schema}.{table} TO {role}" for table in (*_ADDED, "outbox")),
        f"GRANT UPDATE (opening) ON {schema}.private TO {role}",
        f"GRANT DELETE ON {schema}.outbox TO {role}",
        f"GRANT INSERT, UPDATE ON {schema}.numbers TO {role}",
        *(f"GRANT INSERT, UPDATE, DELETE ON {schema}.{table} TO {role}" for table in _WRITTEN),
    ]


def _bring_up(link: Link, schema: str, *, create: bool) -> None:
    """Recognise what is there and bring it to our version, in one transaction."""
    where = place(link.connection, schema)
    link.run("BEGIN")
    link.run("SELECT pg_advisory_xact_lock(?)", (_SETUP_LOCK,))
    try:
        found = _version(link, schema, where)
        if found == 0 and not create:
            raise faults.missing(where)
        if found > newest():
            raise faults.newer(where, found=found, known=newest())
        if found == 0:
            link.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for statement in steps(found, "postgres"):
            link.connection.execute(statement, prepare=False)
        _rebase(link)
    except errors.InsufficientPrivilege as error:
        raise faults.too_old(where, str(error).strip()) from error
    link.run("COMMIT")


def _version(link: Link, schema: str, where: str) -> int:
    """Return the schema version, 0 if the schema is missing or empty."""
    tables = link.run(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?", (schema,)
    ).fetchall()
    if not tables:
        return 0
    if ("meta",) not in tables or ("events",) not in tables:
        raise faults.foreign(where, f"{len(tables)} other tables")
    try:
        row = link.run("SELECT value::bigint FROM meta WHERE key = 'schema_version'").fetchone()
    except (errors.UndefinedColumn, errors.InvalidTextRepresentation) as error:
        raise faults.foreign(where, str(error).strip()) from error
    if row is None:
        raise faults.foreign(where, "no schema_version")
    return int(row[0])


def _rebase(link: Link) -> None:
    """Lift positions above what is stored, if the cluster counts its transactions from a lower number than it did.

    That is so after a dump was restored into a new cluster.  Nobody else writes then: the restore came before.
    """
    row = link.run(
        "SELECT (SELECT value::bigint FROM meta WHERE key = 'position_base'), coalesce(max(position), 0) >> ?::int,"
        " pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM events",
        (POSITION_BITS,),
    ).fetchone()
    assert row is not None
    base, last, next_transaction = row
    if last >= next_transaction + base:
        link.run("UPDATE meta SET value = ? WHERE key = 'position_base'", (str(last - next_transaction + 1),))
