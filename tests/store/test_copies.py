"""Copies of a store at work: one moment of it, checked; put back only where nobody uses what is there, and whole or not at all."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path

import pytest

from qingfeng.casework.ports import StoreUnavailable
from qingfeng.store.copies import copy_postgres, copy_sqlite, put_back_sqlite
from qingfeng.store.sqlite import SqliteStore
from tests.store.samples import event


def filled(path: Path, count: int) -> SqliteStore:
    store = SqliteStore.open(path, create=True)
    with store.write() as tx:
        for seq in range(1, count + 1):
            tx.append(event("c", seq))
    return store


def heads(path: Path) -> tuple[int, int]:
    with closing(SqliteStore.open(path, create=False)) as store, store.read() as look:
        return look.head("c"), len(look.outbox())


def test_a_copy_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    with closing(filled(tmp_path / "a.db", 200)) as store:
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                with store.write() as tx:
                    tx.append(event("c", tx.head("c") + 1))

        writer = threading.Thread(target=write)
        writer.start()
        try:
            copy_sqlite(tmp_path / "a.db", tmp_path / "b.db")
        finally:
            stop.set()
            writer.join()
    head, pending = heads(tmp_path / "b.db")
    assert head >= 200
    assert pending == head, "events and outbox are of one moment"
    assert (tmp_path / "b.db").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".*.new"))


def test_a_damaged_database_is_not_copied_as_if_it_were_one(tmp_path: Path) -> None:
    filled(tmp_path / "a.db", 2_000).close()
    with (tmp_path / "a.db").open("r+b") as file:
        for place in range(8_192, (tmp_path / "a.db").stat().st_size, 16_384):
            file.seek(place)
            file.write(b"\xff" * 2_000)
    with pytest.raises(StoreUnavailable):
        copy_sqlite(tmp_path / "a.db", tmp_path / "b.db")
    assert not (tmp_path / "b.db").exists()


def test_what_is_put_back_stands_there_and_what_was_there_is_kept(tmp_path: Path) -> None:
    filled(tmp_path / "old.db", 3).close()
    filled(tmp_path / "agency.db", 7).close()
    with closing(SqliteStore.open(tmp_path / "agency.db", create=False)), pytest.raises(StoreUnavailable, match="正在使用"):
        put_back_sqlite(tmp_path / "old.db", tmp_path / "agency.db", aside=tmp_path / "before.db")
    assert heads(tmp_path / "agency.db")[0] == 7
    put_back_sqlite(tmp_path / "old.db", tmp_path / "agency.db", aside=tmp_path / "before.db")
    assert (heads(tmp_path / "agency.db")[0], heads(tmp_path / "before.db")[0]) == (3, 7)


def test_a_copy_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path / "agency.db", 7).close()
    with pytest.raises(StoreUnavailable):
        put_back_sqlite(tmp_path / "nothing.db", tmp_path / "agency.db", aside=tmp_path / "before.db")
    assert heads(tmp_path / "agency.db")[0] == 7
    assert not (tmp_path / "before.db").exists()


def test_a_database_that_is_none_any_more_is_moved_aside_as_it_is(tmp_path: Path) -> None:
    filled(tmp_path / "old.db", 3).close()
    (tmp_path / "agency.db").write_bytes(b"rubbish" * 1_000)
    put_back_sqlite(tmp_path / "old.db", tmp_path / "agency.db", aside=tmp_path / "before.db")
    assert heads(tmp_path / "agency.db")[0] == 3
    assert (tmp_path / "before.db").read_bytes().startswith(b"rubbish")


def test_without_its_programs_a_server_is_not_backed_up_and_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreUnavailable, match="postgresql-client"):
        copy_postgres("postgresql://nowhere/agency", tmp_path / "dump")
