"""What is SQLite's own: files that are not ours, no room, other processes, what a look costs."""
# ruff: noqa: PT012  (what a transaction does is several statements)

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qingfeng.casework.ports import StoreFull, StoreNewer, StoreUnavailable
from qingfeng.ledger.entry import Sealed
from qingfeng.store import migrations, sqlite, transaction
from qingfeng.store.migrations import Migration
from qingfeng.store.sqlite import SqliteStore

from .samples import NOON, case, deadline, event


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "清风 100%?#.db"


def _filled(path: Path) -> None:
    with closing(SqliteStore.open(path, create=True)) as store, store.write() as tx:
        tx.append(event("c", 1))


def test_nothing_there_is_said_and_nothing_is_made(path: Path) -> None:
    with pytest.raises(StoreUnavailable) as caught:
        SqliteStore.open(path, create=False)
    assert "初始化" in caught.value.message.zh
    assert "initialise" in caught.value.message.en
    assert not path.exists()
    path.touch()
    with pytest.raises(StoreUnavailable, match="初始化"):
        SqliteStore.open(path, create=False)
    assert path.stat().st_size == 0


def test_a_folder_that_is_missing_is_said(path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        SqliteStore.open(path / "deeper" / "qf.db", create=True)


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    _filled(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    _filled(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET value = '7' WHERE key = 'schema_version'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StoreNewer) as caught:
        SqliteStore.open(path, create=True)
    for text in (caught.value.message.zh, caught.value.message.en):
        assert re.search(r"\b7\b|7，", text)
        assert "1" in text
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["other program", "text", "torn header", "torn schema"])
@pytest.mark.parametrize("create", [True, False])
def test_what_is_not_ours_or_damaged_is_refused_and_left_alone(path: Path, kind: str, create: bool) -> None:
    if kind == "other program":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE events (x)")
    elif kind == "text":
        path.write_text("这不是数据库" * 500, "utf-8")
    else:
        _filled(path)
        content = bytearray(path.read_bytes())
        spot = slice(0, 16) if kind == "torn header" else slice(100, 4000)
        content[spot] = os.urandom(spot.stop - spot.start)
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable) as caught:
        SqliteStore.open(path, create=create)
    assert "备份" in caught.value.message.zh
    assert path.read_bytes() == before


def test_damage_found_later_is_said(path: Path) -> None:
    with closing(SqliteStore.open(path, create=True)) as store:
        store.append_bulk([([event(f"c{n}", 1)], case(f"c{n}"), [], []) for n in range(500)])
    content = bytearray(path.read_bytes())
    content[24 * 4096 :] = os.urandom(len(content) - 24 * 4096)
    path.write_bytes(content)
    with closing(SqliteStore.open(path, create=False)) as store:
        with pytest.raises(StoreUnavailable), store.read() as look:
            look.all_events()
            look.counts()
            look.deadlines()
        with pytest.raises(StoreUnavailable), store.write() as tx:
            tx.append(event("c1", 2))
            tx.put_case(case("c1", step="x"))


def test_an_upgrade_keeps_what_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(path)
    second = Migration(migrations.newest() + 1, "ALTER TABLE cases ADD COLUMN colour TEXT;\nCREATE TABLE more (x);", "")
    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, second])
    for _ in range(2):
        with closing(SqliteStore.open(path, create=False)) as store, store.read() as look:
            assert look.head("c") == 1
            assert look._all("SELECT value FROM meta WHERE key = 'schema_version'", ()) == [(str(second.version),)]
            assert look._all("SELECT colour FROM cases", ()) == []
    monkeypatch.undo()
    with pytest.raises(StoreNewer):
        SqliteStore.open(path, create=False)


def test_an_upgrade_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(path)
    second = Migration(migrations.newest() + 1, "CREATE TABLE more (x);\nCREATE TABLE more (x);", "")
    monkeypatch.setattr(migrations, "MIGRATIONS", [*migrations.MIGRATIONS, second])
    with pytest.raises(sqlite3.OperationalError):
        SqliteStore.open(path, create=False)
    monkeypatch.undo()
    with closing(SqliteStore.open(path, create=False)) as store, store.read() as look:
        assert look._all("SELECT name FROM sqlite_master WHERE name = 'more'", ()) == []


def test_versions_follow_each_other() -> None:
    migrations.check_order(migrations.MIGRATIONS)
    with pytest.raises(AssertionError):
        migrations.check_order([*migrations.MIGRATIONS, Migration(9, "", "")])


def _big(stream: str, seq: int) -> Sealed:
    return event(stream, seq, text="x" * 20_000)


def _write_until_full(store: SqliteStore) -> int:
    """Return the number of the last event that was kept."""
    for seq in range(1, 2_000):
        try:
            with store.write() as tx:
                tx.append(_big("c", seq))
                tx.put_case(case("c", seq=seq))
        except StoreFull as error:
            said = error.message.zh
            break
    else:
        pytest.fail("it never got full")
    assert "磁盘已满" in said
    return seq - 1


def _check(store: SqliteStore, kept: int) -> None:
    with store.read() as look:
        assert look.head("c") == kept == len(look.events("c")) == len(look.outbox(limit=9_999))
        row = look.case_row("c")
        assert row is not None
        assert row.seq == kept


def test_no_room_loses_nothing_and_passes(path: Path) -> None:
    with closing(SqliteStore.open(path, create=True)) as store:
        assert store._writer is not None
        (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
        store._writer.execute(f"PRAGMA max_page_count = {pages + 50}")
        kept = _write_until_full(store)
        assert kept > 3
        _check(store, kept)
        store._writer.execute("PRAGMA max_page_count = 1000000")
        with store.write() as tx:
            tx.append(_big("c", kept + 1))
            tx.put_case(case("c", seq=kept + 1))
        _check(store, kept + 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk; the test with max_page_count covers the error itself")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "qf", str(folder)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not allow mounting")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_passes(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 1_000_000)
    with closing(SqliteStore.open(small_disk / "qf.db", create=True)) as store:
        kept = _write_until_full(store)
        _check(store, kept)
        ballast.unlink()
        with store.write() as tx:
            tx.append(_big("c", kept + 1))
            tx.put_case(case("c", seq=kept + 1))
        _check(store, kept + 1)


def test_a_file_held_by_somebody_else_is_said_and_passes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    with closing(SqliteStore.open(path, create=True)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="稍后重试"), store.write():
            pass
        other.rollback()
        with store.write() as tx:
            tx.append(event("c", 1))


def test_a_broken_connection_is_replaced(path: Path) -> None:
    with closing(SqliteStore.open(path, create=True)) as store:
        assert store._writer is not None
        store._writer.close()
        with pytest.raises(sqlite3.ProgrammingError), store.write():
            pass
        with store.write() as tx:
            tx.append(event("c", 1))


def test_a_look_costs_the_same_however_many_cases_there_are(path: Path) -> None:
    asked: list[str] = []
    with closing(SqliteStore.open(path, create=True)) as store:
        with store.read() as look:
            look._connection.set_trace_callback(asked.append)
            look.inbox(["p"])
            for power, status in ((None, None), ("a", None), (None, "open"), ("a", "open")):
                look.case_rows(power=power, status=status, after="c")
            look.deadlines(case="c")
            look.deadlines(before=NOON)
            look.provisional_cases(after="c")
            look.head("c")
            look.events("c", after=1)
            look.all_events(after=5)
            look.outbox()
            look.pending()
            look.log_size()
            look.place("c", 1)
            look.logged(0)
            look._connection.set_trace_callback(None)
            plans = {sql: look._all("EXPLAIN QUERY PLAN " + sql, ()) for sql in asked if sql.startswith("SELECT")}
        with store.write() as tx:
            tx.put_deadlines("c", [deadline("c")])
            tx._connection.set_trace_callback(asked.append)
            tx.claim_due(NOON)
            tx._connection.set_trace_callback(None)
            plans[asked[-1]] = tx._all("EXPLAIN QUERY PLAN " + asked[-1], ())
    assert len(plans) == 16
    for sql, plan in plans.items():
        for *_, detail in plan:
            # A scan is fine only where the limit ends it: the outbox in its own order.
            assert not detail.startswith("SCAN") or "FROM outbox" in sql, (sql, detail)
            assert "TEMP B-TREE" not in detail or "case_id = " in sql, (sql, detail)


def test_late_cases_are_counted_from_the_index_alone(path: Path) -> None:
    _filled(path)
    with closing(SqliteStore.open(path, create=False)) as store, store.read() as look:
        days = ("2026-03-10T00:00:00+08:00", "2026-03-20T00:00:00+08:00", 2000)
        told = [str(row[-1]) for row in look._all(f"EXPLAIN QUERY PLAN {transaction._LATE_BY_STEP}", days)]
    assert any("COVERING INDEX cases_by_due" in step for step in told), told
