"""The sequencer: every event once, in order, whatever breaks in between; old heads, old stores and strangers are refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.casework.ports import StoreUnavailable
from qingfeng.ledger.merkle import included, leaf_hash, root_of
from qingfeng.ledger.note import Ed25519Signer
from qingfeng.ledger.tiles import Tile, Tree, tiles_of
from qingfeng.notary.faults import LogDamaged, LogTrouble
from qingfeng.notary.folder import LogFolder
from qingfeng.notary.head import HeadFile
from qingfeng.notary.sequencer import Sequencer
from qingfeng.store.sqlite import SqliteStore
from tests.store.samples import event

SIGNER = Ed25519Signer("log.example/agency", b"k" * 32)


class Broken(Exception):
    """What a test throws in the middle of a round."""


def place(root: Path) -> tuple[LogFolder, HeadFile]:
    (root / "head").mkdir(exist_ok=True)
    return LogFolder(root / "log"), HeadFile(root / "head")


@pytest.fixture
def sequencer(tmp_path: Path) -> Iterator[Sequencer]:
    folder, head = place(tmp_path)
    with closing(SqliteStore.open(tmp_path / "qf.db", create=True)) as store:
        made = Sequencer(store, folder, head, SIGNER)
        made.begin()
        yield made


def add(sequencer: Sequencer, count: int, *, stream: str = "c") -> None:
    with sequencer.store.write() as tx:
        for seq in range(tx.head(stream) + 1, tx.head(stream) + 1 + count):
            tx.append(event(stream, seq))


def check(sequencer: Sequencer) -> None:
    """Everything in the log is what the store says, in its order, proved to the head."""
    head = sequencer.state()
    with sequencer.store.read() as look:
        events = [event for _, event in look.logged(0, limit=10_000)]
        assert look.log_size() == head.size == len(events)
        assert [e.position for e in events] == sorted(e.position for e in events)
    entries = sequencer.entries(0, head.size)
    assert entries == [e.entry for e in events]
    leaves = [leaf_hash(one) for one in entries]
    assert head.root == root_of(leaves)
    tree = Tree(sequencer.folder.read, head.size)
    assert tree.root() == head.root
    for index in {0, head.size // 2, head.size - 1} if head.size else set():
        assert included(leaves[index], index, head.size, tree.inclusion(index), head.root)


def test_events_stand_in_the_log_in_the_order_of_the_store(sequencer: Sequencer) -> None:
    assert sequencer.round() == 0
    check(sequencer)
    for count in (1, 3, 252, 1, 300):
        add(sequencer, count)
        assert sequencer.round() == count
        check(sequencer)
    add(sequencer, 30)
    assert [sequencer.round(batch=8) for _ in range(5)] == [8, 8, 8, 6, 0]
    check(sequencer)


def test_full_tiles_stay_and_the_partial_ones_before_them_are_collected(sequencer: Sequencer) -> None:
    add(sequencer, 200)
    sequencer.round()
    old = sequencer.state()
    assert sequencer.folder.read(Tile(0, 0, 200))
    add(sequencer, 56)
    sequencer.round()
    assert not (sequencer.folder.path / Tile(0, 0, 200).path).exists()
    assert Tree(sequencer.folder.read, old.size).root() == old.root, "an old checkpoint is proved from the full tile"
    assert {tile for tile in tiles_of(256) if not (sequencer.folder.path / tile.path).exists()} == set()


@pytest.mark.parametrize("where", ["write", "swap before", "swap after", "take_in"])
def test_what_breaks_off_is_finished_by_the_next_round(sequencer: Sequencer, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    add(sequencer, 5)
    sequencer.round()
    add(sequencer, 7)
    real = HeadFile.swap

    def breaks(self: HeadFile, expected: str | None, new: str) -> None:
        if where == "swap after":
            real(self, expected, new)
        raise Broken

    with monkeypatch.context() as patch:
        if where == "write":
            patch.setattr(LogFolder, "write", lambda *_: (_ for _ in ()).throw(Broken()))
        elif where == "take_in":
            patch.setattr(Sequencer, "_note", lambda *_: (_ for _ in ()).throw(Broken()))
        else:
            patch.setattr(HeadFile, "swap", breaks)
        with pytest.raises(Broken):
            sequencer.round()
    add(sequencer, 2)
    while sequencer.round():
        pass
    assert sequencer.state().size == 14
    check(sequencer)


def test_an_old_head_and_a_missing_head_stop_the_log(sequencer: Sequencer) -> None:
    add(sequencer, 3)
    sequencer.round()
    old = sequencer.head.read()
    add(sequencer, 3)
    sequencer.round()
    file = sequencer.head.folder / "checkpoint"
    assert old is not None
    file.write_text(old, encoding="utf-8")
    with pytest.raises(LogDamaged, match="旧"):
        sequencer.round()
    file.unlink()
    with pytest.raises(LogDamaged, match="找不到日志头"):
        sequencer.round()
    with pytest.raises(LogDamaged):
        sequencer.begin()
    assert not file.exists()


def test_a_head_of_a_stranger_stops_the_log(sequencer: Sequencer) -> None:
    add(sequencer, 3)
    stranger = Sequencer(sequencer.store, sequencer.folder, sequencer.head, Ed25519Signer(sequencer.origin, b"x" * 32))
    with pytest.raises(LogDamaged, match="密钥"):
        stranger.round()
    with sequencer.store.read() as look:
        assert look.log_size() == 0


def test_an_old_backup_of_the_store_stops_the_log(sequencer: Sequencer, tmp_path: Path) -> None:
    add(sequencer, 3)
    sequencer.round()
    add(sequencer, 4)
    sequencer.round()
    with closing(SqliteStore.open(tmp_path / "old.db", create=True)) as old:
        restored = Sequencer(old, sequencer.folder, sequencer.head, SIGNER)
        add(restored, 3)
        with pytest.raises(LogDamaged, match="旧备份"):
            restored.round()
        add(restored, 9, stream="other")
        with pytest.raises(LogDamaged, match="旧备份"):
            restored.round()
        with old.read() as look:
            assert look.log_size() == 0


def test_two_sequencers_at_once_make_one_log(sequencer: Sequencer) -> None:
    add(sequencer, 120)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            while sequencer.round(batch=3):
                pass
        except (LogTrouble, StoreUnavailable) as error:
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert sequencer.state().size == 120
    check(sequencer)


@pytest.mark.parametrize("lost", [Tile(0, 0, 5), Tile(-1, 0, 5)])
def test_a_lost_tile_is_named(sequencer: Sequencer, lost: Tile) -> None:
    add(sequencer, 5)
    sequencer.round()
    (sequencer.folder.path / lost.path).unlink()
    add(sequencer, 1)
    with pytest.raises(LogDamaged, match=r"tile/"):
        sequencer.round()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=8))
def test_any_rhythm_of_work_and_rounds_makes_the_same_log(tmp_path_factory: pytest.TempPathFactory, rhythm: list[tuple[int, int]]) -> None:
    root = tmp_path_factory.mktemp("log")
    folder, head = place(root)
    with closing(SqliteStore.open(root / "qf.db", create=True)) as store:
        one = Sequencer(store, folder, head, SIGNER)
        one.begin()
        for count, batch in rhythm:
            add(one, count)
            one.round(batch=batch)
        while one.round():
            pass
        check(one)
        assert one.state().size == sum(count for count, _ in rhythm)
