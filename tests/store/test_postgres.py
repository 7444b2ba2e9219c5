"""What is PostgreSQL's own: order of positions, a server that goes away, settings that lose commits."""
# ruff: noqa: PT012  (what a transaction does is several statements)

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest
from psycopg import errors

from qingfeng.casework.ports import (
    CASE_STREAM,
    Conflict,
    StoredEvent,
    StoreFull,
    StoreNewer,
    StoreUnavailable,
    StoreUncertain,
)
from qingfeng.store import migrations, postgres
from qingfeng.store.migrations import Migration
from qingfeng.store.postgres import PostgresStore
from qingfeng.store.postgres_link import POSITION_BITS, connect

from ..postgres import Cluster
from .conftest import AnyStore
from .samples import NOON, case, deadline, event


@pytest.fixture
def store(cluster: Cluster, schema: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as opened:
        yield opened


def _seen(store: AnyStore, after: int = 0) -> list[str]:
    with store.read() as look:
        found = look.all_events(after=after)
        assert [e.position for e in found] == look.outbox()[-len(found) :] if found else True
    return [e.stream for e in found]


@pytest.mark.parametrize("first_to_write", ["slow", "quick"])
def test_a_reader_that_remembers_its_position_misses_nothing(store: PostgresStore, first_to_write: str) -> None:
    with store.write() as slow:
        if first_to_write == "slow":
            slow.append(event("slow", 1))
        with store.write() as quick:
            quick.append(event("quick", 1))
            slow.append(event("slow 2", 1))
            quick.append(event("quick 2", 1))
        # Committed, but an older transaction may still come before it: not shown yet if it would be passed over.
        reader = [(e.position, e.stream) for e in _all(store)]
    after = reader[-1][0] if reader else 0
    later = [(e.position, e.stream) for e in _all(store, after)]
    assert sorted(name for _, name in reader + later) == sorted(_seen(store))
    assert [p for p, _ in reader + later] == sorted(p for p, _ in reader + later)
    assert {"slow 2", "quick", "quick 2"} <= {name for _, name in reader + later}


def _all(store: PostgresStore, after: int = 0) -> list[StoredEvent]:
    with store.read() as look:
        assert [e.position for e in look.all_events(after=after)] == [p for p in look.outbox() if p > after]
        return list(look.all_events(after=after))


def test_a_follower_sees_every_event_once_while_many_write(store: PostgresStore) -> None:
    done = threading.Event()
    seen: list[tuple[str, int]] = []

    def follow() -> None:
        after = 0
        while True:
            last = done.is_set()
            with store.read() as look:
                found = look.all_events(after=after, limit=7)
            seen.extend((e.stream, e.seq) for e in found)
            after = found[-1].position if found else after
            if last and not found:
                return

    def work(worker: int) -> None:
        for seq in range(1, 41):
            with store.write() as tx:
                tx.append(event(f"w{worker}", seq, private=False))
                if seq % 5 == 0:
                    tx.append(event(f"extra {worker} {seq}", 1))

    follower = threading.Thread(target=follow)
    workers = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in (follower, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    done.set()
    follower.join(timeout=60)
    assert len(seen) == len(set(seen)) == 4 * 48


def test_positions_go_on_above_the_old_ones_in_a_younger_cluster(cluster: Cluster, schema: str) -> None:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:
        with store.write() as tx:
            tx.append(event("before", 1))
        with psycopg.connect(cluster.dsn, options=f"-c search_path={schema}", autocommit=True) as connection:
            # As if the dump came from a cluster that had counted 10**9 transactions more.
            connection.execute("SET search_path = " + schema)
            connection.execute("ALTER TABLE outbox DROP CONSTRAINT outbox_position_fkey")
            connection.execute("ALTER TABLE private DROP CONSTRAINT private_position_fkey")
            connection.execute("ALTER TABLE events DISABLE TRIGGER events_only_added")
            for table in ("events", "outbox"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                connection.execute(f"UPDATE {table} SET position = position + (1000000000::bigint << {POSITION_BITS})")
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=False)) as store:
        with store.write() as tx:
            tx.append(event("after", 1))
        assert _seen(store) == ["before", "after"]


def test_two_deadlines_of_one_case_are_not_torn_between_workers(store: PostgresStore) -> None:
    with store.write() as tx:
        tx.put_deadlines("a", [deadline("a", days=1), deadline("a", days=2, mark="yellow")])
        tx.put_deadlines("b", [deadline("b", days=3)])
    late = NOON + timedelta(days=9)
    with store.write() as one, store.write() as two:
        assert [d.case for d in one.claim_due(late, limit=1)] == ["a"]
        assert [d.case for d in two.claim_due(late)] == ["b"]
        one.put_deadlines("a", [])
        assert two.claim_due(late) == [deadline("b", days=3)]


def test_a_case_that_is_being_written_is_claimed_later(store: PostgresStore) -> None:
    with store.write() as tx:
        tx.put_deadlines("a", [deadline("a")])
    late = NOON + timedelta(days=9)
    with store.write() as officer, store.write() as clock:
        officer.lock(CASE_STREAM + "a")
        assert clock.claim_due(late) == []
    with store.write() as clock:
        assert clock.claim_due(late) == [deadline("a")]


def test_streams_do_not_wait_for_each_other(store: PostgresStore) -> None:
    with store.write() as one, store.write() as two:
        one.lock("a")
        two.lock("b")
        one.append(event("a", 1))
        two.append(event("b", 1))
        one.put_case(case("a", step="x"))
        two.put_case(case("b", step="y"))


def test_a_deadlock_is_a_conflict_and_passes(store: PostgresStore) -> None:
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def act(first: str, second: str) -> None:
        try:
            with store.write() as tx:
                tx.lock(first)
                both.wait(timeout=30)
                tx.lock(second)
                tx.append(event(first + second, 1))
            outcomes.append("kept")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=act, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["conflict", "kept"]


def test_projections_are_rebuilt_while_others_write(store: PostgresStore) -> None:
    def act() -> None:
        for number in range(30):
            name = f"c{number}"
            with store.write() as tx:
                tx.lock(name)
                tx.append(event(name, 1))
                tx.put_case(case(name))

    writer = threading.Thread(target=act)
    writer.start()
    for _ in range(5):
        with store.write() as tx:
            tx.clear_projections()
            for stored in tx.all_events():
                tx.put_case(case(stored.stream))
    writer.join(timeout=60)
    with store.read() as look:
        assert look.counts() == [("a000/penalty", "open_case", "open", 30)]
        assert len(look.case_rows()) == len(look.inbox(["intake_officer"])) == 30


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_restarts_is_found_again(cluster: Cluster, store: PostgresStore, how: signal.Signals) -> None:
    with store.write() as tx:
        tx.append(event("c", 1))
    with pytest.raises(StoreUnavailable) as caught, store.write() as tx:
        tx.append(event("c", 2))
        try:
            cluster.stop(how)
            with pytest.raises(StoreUnavailable), store.write():
                pass
        finally:
            cluster.start()
        tx.append(event("c", 3))
    assert "未保存" in caught.value.message.zh
    with store.write() as tx:
        tx.append(event("c", 2))
    assert _seen(store) == ["c", "c"]


def _cut_off(cluster: Cluster, pid: int) -> None:
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 10000)", (pid,))


def test_an_idle_connection_that_was_cut_is_replaced_unnoticed(cluster: Cluster, store: PostgresStore) -> None:
    with store.read() as look:
        pid = look._link.connection.info.backend_pid
    _cut_off(cluster, pid)
    with store.write() as tx:
        tx.append(event("c", 1))
    assert _seen(store) == ["c"]


@pytest.mark.parametrize("kept", [True, False])
def test_a_commit_without_an_answer_is_asked_after(
    cluster: Cluster, store: PostgresStore, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def act() -> None:
        with store.write() as tx:
            tx.append(event("c", 1))
            link, pid = tx._link, tx._link.connection.info.backend_pid
            run = type(link).run

            def cut(self: object, sql: str, values: tuple[object, ...] = ()) -> object:
                if sql == "COMMIT" and self is link:
                    if kept:
                        run(link, sql)
                    _cut_off(cluster, pid)
                    return run(link, "SELECT 1")
                return run(self, sql, values)  # type: ignore[arg-type]

            monkeypatch.setattr(type(link), "run", cut)

    if kept:
        act()
    else:
        with pytest.raises(StoreUnavailable) as caught:
            act()
        assert not isinstance(caught.value, StoreUncertain)
    monkeypatch.undo()
    assert _seen(store) == (["c"] if kept else [])


def test_a_commit_whose_outcome_cannot_be_learnt_is_uncertain(
    cluster: Cluster, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreUncertain) as caught, store.write() as tx:
        tx.next_number("n")
        _cut_off(cluster, tx._link.connection.info.backend_pid)
    assert "请求编号" in caught.value.message.zh
    monkeypatch.setattr(postgres, "connect", lambda *_: (_ for _ in ()).throw(errors.ConnectionException("gone")))
    with pytest.raises(StoreUncertain), store.write() as tx:
        tx.append(event("c", 1))
        _cut_off(cluster, tx._link.connection.info.backend_pid)


def test_a_hung_holder_is_said(cluster: Cluster, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingfeng.store.postgres_link.LOCK_SECONDS", 1)
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store, store.write() as holder:
        holder.lock("c")
        with pytest.raises(StoreUnavailable, match="稍后重试"), store.write() as tx:
            tx.lock("c")


@pytest.mark.parametrize(("state", "kind"), [("53100", StoreFull), ("25006", StoreUnavailable), ("40001", Conflict)])
def test_the_servers_own_errors_are_understood(store: PostgresStore, state: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), store.write() as tx:
        tx.append(event("c", 1))
        tx._run([(f"DO $$ BEGIN RAISE 'as if' USING ERRCODE = '{state}'; END $$", ())])
    assert _seen(store) == []


def test_a_read_only_server_is_said(cluster: Cluster, store: PostgresStore) -> None:
    with pytest.raises(StoreUnavailable), store.write() as tx:
        tx._run([("SET TRANSACTION READ ONLY", ())])
        tx.append(event("c", 1))


@pytest.mark.parametrize("create", [True, False])
def test_a_server_that_may_lose_commits_is_refused(cluster: Cluster, schema: str, create: bool) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        PostgresStore.open(f"{cluster.dsn} options='-c synchronous_commit=off'", schema=schema, create=create)
    assert "synchronous_commit=off" in caught.value.message.zh
    assert "synchronous_commit=off" in caught.value.message.en


def test_nothing_there_is_said_and_nothing_is_made(cluster: Cluster, schema: str) -> None:
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="初始化"):
            PostgresStore.open(cluster.dsn, schema=schema, create=False)
    with pytest.raises(StoreUnavailable):
        PostgresStore.open("host=/nowhere dbname=x", schema=schema, create=True)


def test_a_foreign_schema_is_refused_and_left_alone(cluster: Cluster, schema: str) -> None:
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        for table in ("theirs (x int)", "meta (x int)", "events (x int)"):
            connection.execute(f"CREATE TABLE {schema}.{table}")
            with pytest.raises(StoreUnavailable, match="备份"):
                PostgresStore.open(cluster.dsn, schema=schema, create=True)
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = %s", (schema,)).fetchone()
    assert tables == (3,)


def test_a_newer_version_is_refused_and_an_older_one_upgraded(
    cluster: Cluster, store: PostgresStore, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as tx:
        tx.append(event("c", 1))
    store.grant("qf_app")
    second = Migration(migrations.newest() + 1, "", "ALTER TABLE cases ADD COLUMN colour text; CREATE TABLE more (x int);")
    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, second])
    with pytest.raises(StoreUnavailable, match="所有者"):
        PostgresStore.open(f"{cluster.dsn} options='-c role=qf_app'", schema=schema, create=False)
    for _ in range(2):
        with closing(PostgresStore.open(cluster.dsn, schema=schema, create=False)) as upgraded:
            assert _seen(upgraded) == ["c"]
            with upgraded.read() as look:
                assert look._all("SELECT colour FROM cases", ()) == []
    monkeypatch.undo()
    with pytest.raises(StoreNewer) as caught:
        PostgresStore.open(cluster.dsn, schema=schema, create=True)
    assert str(second.version) in caught.value.message.zh
    assert str(second.version - 1) in caught.value.message.zh


def test_programs_that_start_at_once_make_one_store(cluster: Cluster, schema: str) -> None:
    def act() -> None:
        PostgresStore.open(cluster.dsn, schema=schema, create=True).close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=False)) as store:
        assert _seen(store) == []


def test_a_password_never_shows(cluster: Cluster, schema: str) -> None:
    dsn = f"{cluster.dsn} password=geheim options='-c synchronous_commit=off'"
    with pytest.raises(StoreUnavailable) as caught:
        PostgresStore.open(dsn, schema=schema, create=True)
    assert "geheim" not in caught.value.message.zh + caught.value.message.en
    with pytest.raises(StoreUnavailable) as caught:
        connect(dsn.replace("dbname=postgres", "dbname=missing"), schema)
    assert "geheim" not in caught.value.message.zh + caught.value.message.en
