"""Programs killed in the middle of whatever they do, two sequencers at once, a full disk, a clock that is years off: nothing is lost."""

from __future__ import annotations

import mmap
import os
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from qingfeng.cli import agency as edge
from qingfeng.ledger.checkpoint import checkpoint_in
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import parsed
from qingfeng.notary.audit import Audit
from qingfeng.notary.head import HeadFile
from qingfeng.notary.sequencer import Sequencer
from qingfeng.notary.witness import Watched, Witness
from qingfeng.store.sqlite import SqliteStore
from qingfeng.terms.instants import LOCAL
from tests.cli.log_kit import Desk, found
from tests.notary.fault_scenes import LEAVES, SCENES, TOLD, WITNESS, acknowledge, request
from tests.notary.injector import DONE, REFUSED
from tests.notary.test_sequencer import SIGNER, place
from tests.store.samples import event


def sequencer_in(root: Path, *, create: bool = False) -> tuple[SqliteStore, Sequencer]:
    store = SqliteStore.open(root / "qf.db", create=create)
    return store, Sequencer(store, *place(root), SIGNER)


def child(work: Callable[[], object]) -> int:
    """Start work in a process of its own; return its number."""
    started = os.fork()
    if started == 0:
        code = 99
        try:
            work()
            code = DONE
        except TOLD:
            code = REFUSED
        finally:
            os._exit(code)
    return started


def act_for_ever(root: Path, acknowledged: mmap.mmap) -> None:
    store, sequencer = sequencer_in(root)
    while True:
        for _ in range(3):
            with store.write() as tx:
                seq = tx.head("c") + 1
                tx.append(event("c", seq))
            acknowledged[:8] = seq.to_bytes(8, "big")
        sequencer.round(batch=4)


def kills(root: Path, times: int, seed: int) -> int:
    """Kill a program that acts and logs so many times, at any moment; return how many acts it acknowledged.  Raises AssertionError."""
    chance, said = Random(seed), mmap.mmap(-1, 8)
    store, sequencer = sequencer_in(root, create=True)
    sequencer.begin()
    store.close()
    for _ in range(times):
        goal, late = int.from_bytes(said[:8], "big") + chance.randrange(8), time.monotonic() + 5
        worker = child(lambda: act_for_ever(root, said))
        while int.from_bytes(said[:8], "big") < goal and time.monotonic() < late:
            time.sleep(0.0005)
        time.sleep(chance.random() * 0.02)
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
        assert os.WIFSIGNALED(status), "it ended by itself"
        acknowledged = int.from_bytes(said[:8], "big")
        with closing(SqliteStore.open(root / "qf.db", create=False)) as look_at, look_at.read() as look:
            assert look.head("c") >= acknowledged, "an acknowledged act is lost"
    store, sequencer = sequencer_in(root)
    with closing(store):
        while sequencer.round():
            pass
        found_ = Audit(store, *place(root), SIGNER.verifier).run()
        assert (found_.wrong, found_.pending) == ((), 0)
        assert found_.size >= acknowledged
        with store.read() as look:
            assert found_.size == look.log_size() == look.head("c")
    return acknowledged


@pytest.mark.parametrize("times", [60, pytest.param(300, marks=pytest.mark.slow)])
def test_kills_at_any_moment_lose_nothing(tmp_path: Path, times: int) -> None:
    assert kills(tmp_path, times, 7) > times


def race(root: Path, races: int) -> int:
    """Let two sequencers begin a round at the same moment, so many times; return how many heads were signed.  Raises AssertionError."""
    store, sequencer = sequencer_in(root, create=True)
    sequencer.begin()
    store.close()
    turns, heads = mmap.mmap(-1, 2), root / "heads"

    def run(me: int) -> None:
        swap = HeadFile.swap

        def told(self: HeadFile, expected: str | None, new: str) -> None:
            swap(self, expected, new)
            with heads.open("ab") as file:
                file.write(parsed(new).text.encode() + b"\0")

        HeadFile.swap = told  # type: ignore[method-assign]
        own, sequencer = sequencer_in(root)
        for turn in range(races):
            with own.write() as tx:
                tx.lock("c")
                tx.append(event("c", tx.head("c") + 1))
            turns[me] = turn % 250 + 1
            until = time.monotonic() + 20
            while turns[1 - me] not in (turn % 250 + 1, (turn + 1) % 250 + 1) and time.monotonic() < until:
                os.sched_yield()
            sequencer.round(batch=2)

    workers = [child(lambda me=me: run(me)) for me in (0, 1)]  # type: ignore[misc]
    assert [os.WEXITSTATUS(os.waitpid(one, 0)[1]) for one in workers] == [DONE, DONE]
    store, sequencer = sequencer_in(root)
    with closing(store):
        while sequencer.round():
            pass
        found_ = Audit(store, *place(root), SIGNER.verifier).run()
        assert (found_.wrong, found_.size) == ((), 2 * races)
        leaves = [leaf_hash(one) for one in sequencer.entries(0, 2 * races)]
    signed = [checkpoint_in(text.decode()) for text in heads.read_bytes().split(b"\0")[:-1]]
    for head in signed:
        assert head.root == root_of(leaves[: head.size]), "two histories were signed"
    return len({one.size for one in signed})


@pytest.mark.parametrize("races", [50, pytest.param(1_000, marks=pytest.mark.slow)])
def test_two_sequencers_at_once_never_fork_the_log(tmp_path: Path, races: int) -> None:
    assert race(tmp_path, races) >= races / 2


@pytest.mark.parametrize("scene", SCENES[:3], ids=[one.name for one in SCENES[:3]])
@pytest.mark.parametrize("kilobytes", [0, 1, 4, 33, 64])
def test_files_that_cannot_grow_lose_nothing(scene: object, kilobytes: int, tmp_path: Path) -> None:
    from tests.notary.fault_scenes import Scene

    assert isinstance(scene, Scene)
    scene.before(tmp_path)
    acknowledge(0)

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))
        scene.work(tmp_path)

    code = os.WEXITSTATUS(os.waitpid(child(limited), 0)[1])
    assert code in ({REFUSED} if kilobytes == 0 else {DONE, REFUSED})
    scene.after(tmp_path)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[bool]:
    """Mount a disk of this size, if this machine lets us."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    mounted = shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_work_goes_on_with_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", "2m") as mounted:
        if not mounted:
            pytest.skip("no disk can be mounted here; files that cannot grow are tested above")
        root, filler = tmp_path / "disk", tmp_path / "disk" / "filler"
        store, sequencer = sequencer_in(root, create=True)
        sequencer.begin()
        refused = acknowledged = 0
        for turn in range(60):
            free = shutil.disk_usage(root).free
            filler.write_bytes(b"x" * max(0, free - 4096 * (turn % 12)))
            try:
                with store.write() as tx:
                    tx.append(event("c", tx.head("c") + 1))
                acknowledged += 1
                sequencer.round()
            except TOLD:
                refused += 1
            filler.unlink()
        while sequencer.round():
            pass
        found_ = Audit(store, *place(root), SIGNER.verifier).run()
        store.close()
        assert (found_.wrong, found_.pending) == ((), 0)
        assert found_.size >= acknowledged
        assert refused, "the disk was never full"


@pytest.mark.parametrize("years", [(0, 10, -10), (0, -10, 10), (10, 0)])
def test_a_clock_ten_years_off_neither_stops_nor_bends_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: tuple[int, ...]
) -> None:
    now = datetime(2026, 3, 2, 10, tzinfo=LOCAL)
    monkeypatch.setattr(edge, "read_clock", lambda: now)
    found(tmp_path / "home")
    desk = Desk(tmp_path / "home")
    for number, more in enumerate(years, start=1):
        at = now + timedelta(days=3653 * more)
        monkeypatch.setattr(edge, "read_clock", lambda at=at: at)
        desk.run("case", "open", "a000/penalty", "--who", "intake_officer", "lead_source=report", f"lead_no=示线〔2026〕{number:03d}号",
                 "summary=群众举报", "allegations=A1", "allegations=A2", code=None)  # fmt: skip
        desk.log()
        wrong = desk.verify("--offline", code=None)["wrong"]
        assert {one["kind"] for one in wrong} <= {"clock"}, "nothing but the clock is named"
    clock = iter([int((now + timedelta(days=3653 * more)).timestamp()) for more in (0, 10, -10) for _ in range(3)])
    witness = Witness(tmp_path / "w.db", WITNESS, {SIGNER.name: Watched((SIGNER.verifier,))}, now=lambda: next(clock))
    sizes = [(0, 3), (3, 7), (7, 12)]
    assert [witness.add_checkpoint(request(old, size, LEAVES)).status for old, size in sizes] == [200, 200, 200]
    assert witness.add_checkpoint(request(7, 9, LEAVES)).status == 409, "a clock that went back makes no head go back"
