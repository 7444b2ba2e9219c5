"""The script that checks receipts: receipts of one case beside each other, and logs of the suite with SM2 and SM3."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.entry import Sealed
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import Note
from qingfeng.ledger.proof import Proof
from qingfeng.ledger.receipt import packed
from qingfeng.ledger.tiles import Tree, grown
from qingfeng.notary.openssl import new_key, sm3
from qingfeng.notary.sm import Sm2CosignatureSigner, Sm2Signer
from tests.ledger.test_receipt import EVENT
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
def test_an_earlier_receipt_of_the_case_shows_what_was_changed(tmp_path: Path, log: list[Sealed], index: int, good: bool) -> None:
    (tmp_path / "e").write_text(receipt(HONEST, 2), encoding="utf-8")
    later = receipt(log, index)
    assert run(tmp_path, later).returncode == 0
    assert run(tmp_path, later, "--earlier", "e").returncode == (0 if good else 1)


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
