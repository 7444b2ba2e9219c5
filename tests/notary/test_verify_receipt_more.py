"""The script that checks receipts: receipts of one case beside each other, and logs of the suite with SM2 and SM3."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from qingfeng.casework.ports import StoredEvent
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.entry import Sealed
from qingfeng.ledger.merkle import leaf_hash, root_of, sha_256
from qingfeng.ledger.note import Ed25519Signer, Note
from qingfeng.ledger.proof import Proof
from qingfeng.ledger.receipt import packed
from qingfeng.ledger.tiles import Tree, grown
from qingfeng.notary.folder import LogFolder
from qingfeng.notary.openssl import new_key, sm3
from qingfeng.notary.promise import promised
from qingfeng.notary.sm import Sm2CosignatureSigner, Sm2Signer
from tests.ledger.test_receipt import EVENT, LOG
from tests.ledger.test_verify_receipt import KEYS, run

from .test_verifier import HONEST, receipt, record


@pytest.mark.parametrize(("log", "index", "good"), [
    (HONEST, 2, True), (HONEST, 3, True), (HONEST, 0, True),
    (HONEST, 1, False),
    ([*HONEST[:2], record(2, content="改"), *HONEST[3:]], 2, False),
    ([*HONEST[:2], record(4), EVENT, HONEST[2]], 2, False),
    ([HONEST[0], *HONEST[2:], EVENT], 1, False),
    ([HONEST[0], EVENT, EVENT, EVENT, HONEST[2], EVENT], 4, False),
    ([*HONEST[:5], record(9)], 4, False),
])  # fmt: skip
def test_an_earlier_receipt_of_the_case_shows_what_was_changed(
    tmp_path: Path, log: list[Sealed], index: int, good: bool
) -> None:
    (tmp_path / "e").write_text(receipt(HONEST, 2), encoding="utf-8")
    later = receipt(log, index)
    assert run(tmp_path, later).returncode == 0
    assert run(tmp_path, later, "--earlier", "e").returncode == (0 if good else 1)


def promise(event: Sealed, *, seconds: int = 1_772_000_000, key: Ed25519Signer = LOG) -> str:
    stored = StoredEvent(1, event.stream, event.seq, event.entry, event.opening, event.private)
    return promised(key, stored, seconds=seconds, digest=sha_256).whole


def published(folder: Path, log: list[Sealed]) -> None:
    """The log as it is published: its head, and the tiles of leaves."""
    leaves = [leaf_hash(one.entry) for one in log]
    LogFolder(folder).write(grown(lambda tile: b"", 0, leaves))
    head = Checkpoint(LOG.verifier.name, len(leaves), root_of(leaves))
    (folder / "checkpoint").write_text(signed_checkpoint(head, [LOG]).whole, encoding="utf-8")


@pytest.mark.parametrize("size", [6, 256, 300])
def test_what_was_promised_and_is_not_in_the_log_was_deleted(tmp_path: Path, size: int) -> None:
    whole = [*HONEST, *[EVENT] * (size - len(HONEST))]
    published(tmp_path / "whole", whole)
    published(tmp_path / "cut", [one for one in whole if one is not HONEST[2]])
    said = promise(HONEST[2])
    alone = run(tmp_path, said)
    assert (alone.returncode, "A GOOD PROMISE" in alone.stdout) == (3, True)
    kept = run(tmp_path, said, "--log", "whole")
    assert (kept.returncode, "IN THE LOG" in kept.stdout, "NOT IN" in kept.stdout) == (0, True, False)
    gone = run(tmp_path, said, "--log", "cut")
    assert (gone.returncode, "PROMISED, NOT IN THE LOG" in gone.stdout, "证据" in gone.stdout) == (1, True, True)
    assert run(tmp_path, promise(HONEST[2], seconds=int(time.time()) - 60), "--log", "cut").returncode == 3, (
        "it may still be on its way"
    )


def test_a_promise_beside_a_receipt_of_its_number(tmp_path: Path) -> None:
    (tmp_path / "e").write_text(receipt(HONEST, 2), encoding="utf-8")
    assert run(tmp_path, promise(HONEST[2]), "--earlier", "e").returncode == 0
    other = run(tmp_path, promise(record(2, content="改")), "--earlier", "e")
    assert (other.returncode, "NOT IN THE LOG" in other.stdout) == (1, True), (
        "the log holds another record under its number"
    )
    assert run(tmp_path, promise(HONEST[3]), "--earlier", "e").returncode == 3, (
        "a receipt of another number says nothing"
    )


def test_a_bent_promise_or_a_bent_log_is_no_evidence(tmp_path: Path) -> None:
    said = promise(HONEST[2])
    published(tmp_path / "log", [HONEST[0], *HONEST[3:]])
    tile = next(one for one in (tmp_path / "log" / "tile").rglob("*") if one.is_file())
    tile.write_bytes(b"\x01" + tile.read_bytes()[1:])
    for bent in (
        said.replace("case/", "cast/"),
        said[:-9] + "AAAA" + said[-5:],
        promise(HONEST[2], key=Ed25519Signer(LOG.name, b"o" * 32)),
        said,
    ):
        done = run(tmp_path, bent, "--log", "log")
        assert (done.returncode, "NOT GOOD" in done.stdout, done.stderr) == (1, True, "")


def sm_receipt(log: Sm2Signer, witness: Sm2CosignatureSigner) -> str:
    hashes = [*(leaf_hash(b"%d" % n, sm3) for n in range(5)), leaf_hash(EVENT.entry, sm3)]
    tiles = dict(grown(lambda tile: b"", 0, hashes, sm3))
    note = signed_checkpoint(Checkpoint(log.name, 6, root_of(hashes, sm3)), [log])
    note = Note(note.text, (*note.signatures, witness.cosign(note.text, 1_772_000_000)))
    assert EVENT.private is not None
    shown = packed(EVENT.entry, [EVENT.opening, EVENT.private], {"post", "data.party"})
    return Proof(5, tuple(Tree(tiles.__getitem__, 6, sm3).inclusion(5)), note.whole, shown).whole


def test_a_log_with_sm2_and_sm3_is_checked_by_the_openssl_command(tmp_path: Path) -> None:
    log, witness = Sm2Signer("log.example/agency", new_key()), Sm2CosignatureSigner("w1.example", new_key())
    policy = f"log {log.verifier.vkey}\nwitness w {witness.verifier.vkey}\nquorum w\n"
    whole = sm_receipt(log, witness)
    done = run(tmp_path, whole, policy=policy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "王小明" in done.stdout
    assert run(tmp_path, "\n".join(whole.split("\n")[:-2]) + "\n", policy=policy).returncode == 3
    other = f"log {Sm2Signer(log.name, new_key()).verifier.vkey}\nquorum none\n"
    moved, signed = whole.replace("index 5", "index 4"), whole[:-20] + "A" + whole[-19:]
    for bent, keys in ((whole, other), (whole, KEYS), (moved, policy), (signed, policy)):
        assert run(tmp_path, bent, policy=keys).returncode == 1, bent
