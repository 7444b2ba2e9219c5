"""The five pieces of work that faults befall, what is there before, and what has to hold afterwards, whatever happened."""

from __future__ import annotations

import mmap
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from qingfeng.casework.ports import StoreError
from qingfeng.cli.main import cli
from qingfeng.ledger.checkpoint import Checkpoint, checkpoint_in, signed_checkpoint
from qingfeng.ledger.cosignature import CosignatureSigner
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import parsed
from qingfeng.ledger.proof import path_lines
from qingfeng.ledger.tiles import Tree, grown
from qingfeng.notary.audit import Audit
from qingfeng.notary.copies import LIST, damaged, read_list
from qingfeng.notary.cosigned import Cosigned
from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.house import publish, sequencer_of
from qingfeng.notary.place import Place, place_in, witness_line, write_policy
from qingfeng.notary.sequencer import Sequencer
from qingfeng.notary.witness import Watched, Witness
from qingfeng.store.sqlite import SqliteStore
from tests.cli.log_kit import Desk, found
from tests.notary.injector import DONE, REFUSED, mark
from tests.notary.test_sequencer import SIGNER, check, place
from tests.store.samples import event

TOLD = (LogTrouble, StoreError, OSError, sqlite3.Error)
"""What a fault of the disk may be told as: anything else is our mistake."""
ACKNOWLEDGED = mmap.mmap(-1, 8)
"""Shared with the child: how many acts it has acknowledged."""
WITNESS = CosignatureSigner("discipline.example", b"w" * 32)
LEAVES = [leaf_hash(b"%d" % n) for n in range(12)]


def acknowledge(count: int) -> None:
    """Say that so many acts were acknowledged."""
    ACKNOWLEDGED[:8] = count.to_bytes(8, "big")


def acknowledged() -> int:
    """Return how many acts were acknowledged."""
    return int.from_bytes(ACKNOWLEDGED[:8], "big")


@dataclass(frozen=True, slots=True)
class Scene:
    """name; before: makes a folder once; work: what faults befall (in the child); after: raises AssertionError unless all holds."""

    name: str
    before: Callable[[Path], None]
    work: Callable[[Path], None]
    after: Callable[[Path], None]

    def child(self, root: Path) -> int:
        """Do the work; return how it ended."""
        try:
            self.work(root)
        except TOLD:
            return REFUSED
        return DONE


def _store(root: Path) -> SqliteStore:
    return SqliteStore.open(root / "qf.db", create=False)


# 1. append: acts into the store, then into the log.
def append_before(root: Path) -> None:
    with closing(SqliteStore.open(root / "qf.db", create=True)) as store:
        sequencer = Sequencer(store, *place(root), SIGNER)
        sequencer.begin()
        with store.write() as tx:
            for seq in range(1, 255):
                tx.append(event("c", seq))
        sequencer.round()


def append_work(root: Path) -> None:
    mark()
    with closing(_store(root)) as store:
        for seq in (255, 256, 257):  # the tile becomes full, and the next one begins
            with store.write() as tx:
                tx.append(event("c", seq))
            acknowledge(seq)
        Sequencer(store, *place(root), SIGNER).round()
    mark()


def append_after(root: Path) -> None:
    with closing(_store(root)) as store:
        sequencer = Sequencer(store, *place(root), SIGNER)
        while sequencer.round():
            pass
        check(sequencer)
        assert sequencer.state().size >= max(254, acknowledged()), "an acknowledged act is lost"
        found_ = Audit(store, *place(root), SIGNER.verifier).run()
        assert (found_.wrong, found_.pending) == ((), 0)


# 2. checkpoint: a batch whose head is signed, cosigned, kept and published.
def _log(root: Path) -> Place:
    there = place_in(root)
    assert there is not None
    return there


def checkpoint_before(root: Path) -> None:
    found(root)
    desk = Desk(root)
    desk.open_case(1)
    desk.log()
    log = _log(root)
    write_policy(log.home / "policy", log.key, [witness_line("w", WITNESS.verifier.vkey, None)], 1)
    desk.open_case(2)


def checkpoint_work(root: Path) -> None:
    log = _log(root)
    mark()
    with closing(SqliteStore.open(root / "agency.db", create=False)) as store:
        sequencer_of(log, store).round()
    cosigned: Cosigned = log.cosigned
    text = log.head.read()
    assert text is not None
    note = parsed(text)
    cosigned.add(note, [WITNESS.cosign(note.text, 1_772_000_000)])
    cosigned.prune()
    publish(log)
    mark()


def checkpoint_after(root: Path) -> None:
    checkpoint_work(root)
    log = _log(root)
    with closing(SqliteStore.open(root / "agency.db", create=False)) as store:
        found_ = Audit(store, log.folder, log.head, log.key, [("w", one.note) for one in log.cosigned.all()], log.digest).run()
    assert (found_.wrong, found_.pending) == ((), 0)
    final = log.cosigned.final()
    assert final is not None
    assert final.head == log.reader.state()
    assert (log.log / "checkpoint").read_text("utf-8") == final.note.whole


# 3. witness: it never cosigns two histories, and remembers whatever it has answered.
def _witness(root: Path) -> Witness:
    return Witness(root / "witness.db", WITNESS, {SIGNER.name: Watched((SIGNER.verifier,))}, now=lambda: 1_772_000_000)


def request(old: int, size: int, leaves: list[bytes]) -> bytes:
    tiles = dict(grown(lambda tile: b"", 0, leaves[:size]))
    proof = Tree(tiles.__getitem__, size).consistency(old)
    head = signed_checkpoint(Checkpoint(SIGNER.name, size, root_of(leaves[:size])), [SIGNER])
    return f"old {old}\n{path_lines(proof)}\n{head.whole}".encode()


def witness_before(root: Path) -> None:
    assert _witness(root).add_checkpoint(request(0, 5, LEAVES)).status == 200


def witness_work(root: Path) -> None:
    mark()
    if _witness(root).add_checkpoint(request(5, 9, LEAVES)).status == 200:
        acknowledge(9)
    mark()


def witness_after(root: Path) -> None:
    witness = _witness(root)
    (size,) = {row[0] for row in sqlite3.connect(root / "witness.db").execute("SELECT size FROM head")}
    assert size in (5, 9)
    assert size >= acknowledged(), "a head that was cosigned is forgotten"
    forked = [*LEAVES[:4], leaf_hash(b"another"), *LEAVES[5:]]
    assert witness.add_checkpoint(request(size, 12, forked)).status == 422
    answer = witness.add_checkpoint(request(size, 12, LEAVES))
    assert answer.status == 200
    with closing(sqlite3.connect(root / "witness.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (note,) = database.execute("SELECT note FROM head").fetchone()
    assert checkpoint_in(parsed(note).text).size == 12


# 4. backup: whole, or known not to be one; the agency is as it was.
def backup_before(root: Path) -> None:
    found(root / "home")
    desk = Desk(root / "home")
    desk.open_case(1)
    desk.log()


def backup_work(root: Path) -> None:
    desk = Desk(root / "home")
    mark()
    _command(desk, "backup", str(root / "backup"), "--keys", str(root / "keys"))
    mark()


def _command(desk: Desk, *args: str) -> None:
    told = CliRunner(env={"QINGFENG_AGENCY": str(desk.home / "agency.db"), "QINGFENG_HOME": str(desk.home)}).invoke(cli, list(args))
    assert "Traceback" not in told.output
    if told.exit_code == 70:
        raise AssertionError(told.output)
    if told.exit_code:
        raise OSError(told.output)
    acknowledge(1)


def backup_after(root: Path) -> None:
    desk = Desk(root / "home")
    assert desk.verify("--offline")["ok"]
    if (root / "backup" / LIST).exists() or acknowledged():
        assert list(damaged(root / "backup", read_list(root / "backup"))) == []
        _restored(root / "backup", root / "again")
    else:
        desk.run("restore", str(root / "backup"), "--replace", code=None if not (root / "backup").exists() else 3)


def _restored(backup: Path, home: Path) -> None:
    desk = Desk(home)
    home.mkdir()
    desk.run("restore", str(backup), "--new-machine")
    assert desk.verify("--offline")["ok"]


# 5. restore: what was there is there still, or the backup is; asked again, it is done.
def restore_before(root: Path) -> None:
    backup_before(root)
    backup_work(root)
    shutil.rmtree(root / "home" / "notary" / "log" / "tile")


def restore_work(root: Path) -> None:
    desk = Desk(root / "home")
    mark()
    _command(desk, "restore", str(root / "backup"), "--replace", "--keys", str(root / "keys"))
    mark()


def restore_after(root: Path) -> None:
    desk = Desk(root / "home")
    assert list(damaged(root / "backup", read_list(root / "backup"))) == [], "a restore never touches the backup"
    desk.run("restore", str(root / "backup"), "--replace", "--keys", str(root / "keys"))
    assert desk.verify("--offline")["ok"]
    assert not [one for one in (root / "home" / "files").rglob("*.new") if one.is_file()]


SCENES = (
    Scene("append", append_before, append_work, append_after),
    Scene("checkpoint", checkpoint_before, checkpoint_work, checkpoint_after),
    Scene("witness", witness_before, witness_work, witness_after),
    Scene("backup", backup_before, backup_work, backup_after),
    Scene("restore", restore_before, restore_work, restore_after),
)
