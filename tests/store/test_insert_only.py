"""What happened is only ever added to: every statement that would change it is refused by the database itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from qingfeng.store.postgres import PostgresStore
from qingfeng.store.sqlite import SqliteStore

from ..postgres import Cluster
from .conftest import AnyStore
from .samples import NOON, case, deadline, event

FORBIDDEN = [
    "UPDATE events SET entry = opening",
    "UPDATE events SET seq = seq + 1",
    "DELETE FROM events",
    "DELETE FROM events WHERE seq = 1",
    "UPDATE private SET opening = 'forged'",
    "UPDATE private SET position = position + 1, opening = NULL",
    "DELETE FROM private",
    "UPDATE answers SET answer = digest",
    "DELETE FROM answers",
    "UPDATE outbox SET position = position + 1",
    "UPDATE logged SET idx = idx + 1",
    "DELETE FROM logged",
    "INSERT INTO events SELECT position + 1000000000, stream, seq, entry, opening FROM events",
]
ONLY_SQLITE = [
    "INSERT OR REPLACE INTO events SELECT position, stream, seq, entry, x'00' FROM events",
    "INSERT OR REPLACE INTO events SELECT position + 9, stream, seq, entry, x'00' FROM events",
    "REPLACE INTO private SELECT position, x'00' FROM private",
    "REPLACE INTO answers SELECT key, digest, x'00' FROM answers",
    "INSERT OR REPLACE INTO logged SELECT idx, position + 1 FROM logged",
    "UPDATE OR REPLACE events SET seq = 1",
]
ONLY_POSTGRES = [
    "TRUNCATE events CASCADE",
    "TRUNCATE private",
    "TRUNCATE answers",
    "TRUNCATE outbox",
    "TRUNCATE logged",
    "INSERT INTO events SELECT position, stream, seq, entry, 'x' FROM events"
    " ON CONFLICT (position) DO UPDATE SET opening = excluded.opening",
    "SET session_replication_role = replica; DELETE FROM events",
]
NOT_FOR_THE_APPLICATION = [
    *FORBIDDEN[:-1],
    *ONLY_POSTGRES[:5],
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "ALTER TABLE events DROP CONSTRAINT events_stream_seq_key",
    "ALTER TABLE events ADD COLUMN more text",
    "DROP TRIGGER events_only_added ON events",
    "DROP TABLE events CASCADE",
    "DROP TABLE private",
    "CREATE OR REPLACE FUNCTION forbidden() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE TABLE mine (x int)",
    "SET session_replication_role = replica",
    "UPDATE meta SET value = '99'",
    "DELETE FROM numbers",
]


def _fill(store: AnyStore) -> None:
    with store.write() as tx:
        tx.append(event("c", 1))
        tx.append(event("c", 2))
        tx.keep_answer("k", b"d", b"a")
        tx.take_in(0, tx.pending(limit=1))


def _contents(store: AnyStore) -> object:
    with store.read() as look:
        return look.all_events(), look.outbox(), look.answer("k"), look.logged(0)


@pytest.fixture
def filled_sqlite(tmp_path: Path) -> Iterator[tuple[SqliteStore, Path]]:
    with closing(SqliteStore.open(tmp_path / "qf.db", create=True)) as store:
        _fill(store)
        yield store, tmp_path / "qf.db"


@pytest.mark.parametrize("statement", FORBIDDEN + ONLY_SQLITE)
def test_sqlite_refuses(filled_sqlite: tuple[SqliteStore, Path], statement: str) -> None:
    store, _ = filled_sqlite
    before = _contents(store)
    assert store._writer is not None
    if "REPLACE INTO answers" in statement:
        store._writer.execute(statement)  # passed over in silence, as keeping a key twice is
    else:
        with pytest.raises(sqlite3.IntegrityError):
            store._writer.execute(statement)
    assert _contents(store) == before


@pytest.mark.parametrize("statement", [*FORBIDDEN, *(s for s in ONLY_SQLITE if s.startswith("INSERT OR REPLACE INTO"))])
def test_sqlite_refuses_a_stranger_on_the_same_file(filled_sqlite: tuple[SqliteStore, Path], statement: str) -> None:
    store, path = filled_sqlite
    before = _contents(store)
    with closing(sqlite3.connect(path)) as stranger, pytest.raises(sqlite3.IntegrityError):
        stranger.execute(statement)
    assert _contents(store) == before


@pytest.fixture
def filled_postgres(cluster: Cluster, schema: str) -> Iterator[tuple[PostgresStore, psycopg.Connection]]:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:
        _fill(store)
        with psycopg.connect(cluster.dsn, autocommit=True, options=f"-c search_path={schema}") as connection:
            yield store, connection


@pytest.mark.parametrize("statement", FORBIDDEN + ONLY_POSTGRES)
def test_postgres_refuses_even_the_owner(
    filled_postgres: tuple[PostgresStore, psycopg.Connection], statement: str
) -> None:
    store, connection = filled_postgres
    before = _contents(store)
    with pytest.raises((errors.RestrictViolation, errors.UniqueViolation)):
        connection.execute(statement)
    assert _contents(store) == before


@pytest.mark.parametrize("statement", NOT_FOR_THE_APPLICATION)
def test_the_application_role_may_not(
    filled_postgres: tuple[PostgresStore, psycopg.Connection], statement: str
) -> None:
    store, connection = filled_postgres
    before = _contents(store)
    store.grant("qf_app")
    connection.execute("SET ROLE qf_app")
    try:
        # Rights are looked at before triggers, except where a right covers a part: then the trigger speaks.
        with pytest.raises((errors.InsufficientPrivilege, errors.RestrictViolation)):
            connection.execute(statement)
    finally:
        connection.execute("RESET ROLE")
    assert _contents(store) == before


def test_the_application_role_can_do_its_work(cluster: Cluster, schema: str) -> None:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as owner:
        owner.grant("qf_app")
        owner.grant("qf_app")
        dsn = f"{cluster.dsn} options='-c role=qf_app'"
        with closing(PostgresStore.open(dsn, schema=schema, create=False)) as store:
            with store.write() as tx:
                assert tx._all("SELECT current_user::text", ()) == [("qf_app",)]
                tx.lock("c")
                tx.append(event("c", 1))
                tx.keep_answer("k", b"d", b"a")
                tx.next_number("n")
                tx.put_case(case("c"))
                tx.put_deadlines("c", [deadline("c")])
            with store.write() as tx:
                assert tx.erase("c", 1)
                assert tx.claim_due(NOON) == []
                tx.put_deadlines("c", [])
                tx.clear_projections()
                tx.put_case(case("c"))
            assert store.append_bulk([([event("d", 1)], case("d"), [deadline("d")], [])]) == 1
        with owner.read() as look:
            assert len(look.all_events()) == 2
