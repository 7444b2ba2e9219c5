"""The profile with SM3 and SM2: published vectors, the command-line OpenSSL as a second opinion, forgeries refused."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qingfeng.ledger.checkpoint import Checkpoint, opened_checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import times
from qingfeng.ledger.merkle import empty_root, included, leaf_hash, root_of
from qingfeng.ledger.note import BadNote, Note, opened, signed, verifier_of
from qingfeng.ledger.policy import policy_of
from qingfeng.ledger.tiles import Tree, grown
from qingfeng.notary.openssl import NoSm, fits, new_key, public_of, sign, sm3
from qingfeng.notary.sm import (
    SM2,
    SM2_COSIGNATURE,
    Sm2CosignatureSigner,
    Sm2CosignatureVerifier,
    Sm2Signer,
    Sm2Verifier,
)

LOG = Sm2Signer("log.example/agency", new_key())
WITNESS = Sm2CosignatureSigner("w.example", new_key())


def test_sm3_is_the_one_of_the_standard() -> None:
    # GB/T 32905-2016, appendix A.
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_a_signature_fits_its_message_and_key_only() -> None:
    private, other = new_key(), new_key()
    public, raw = public_of(private), sign(private, b"message")
    assert fits(public, b"message", raw)
    assert not fits(public, b"massage", raw)
    assert not fits(public_of(other), b"message", raw)
    for place in range(len(raw)):
        for bit in (1, 128):
            assert not fits(public, b"message", bytes([*raw[:place], raw[place] ^ bit, *raw[place + 1 :]])), place
    assert not fits(public, b"message", b"")
    assert not fits(public, b"message", raw + b"\x00")
    assert len({sign(private, b"message") for _ in range(5)}) == 5, "a fresh nonce each time"


def test_the_command_line_agrees(tmp_path: Path) -> None:
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("there is no openssl command here")
    private = new_key()
    (tmp_path / "k.der").write_bytes(private)
    (tmp_path / "m").write_bytes(b"message")
    (tmp_path / "s").write_bytes(sign(private, b"message"))
    subprocess.run([tool, "pkey", "-inform", "DER", "-in", "k.der", "-out", "k.pem"], cwd=tmp_path, check=True)
    subprocess.run([tool, "pkey", "-in", "k.pem", "-pubout", "-out", "p.pem"], cwd=tmp_path, check=True)
    common = ["-rawin", "-in", "m", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]
    check = subprocess.run([tool, "pkeyutl", "-verify", "-pubin", "-inkey", "p.pem", *common, "-sigfile", "s"], cwd=tmp_path, check=False)
    assert check.returncode == 0
    subprocess.run([tool, "pkeyutl", "-sign", "-inkey", "k.pem", *common, "-out", "t"], cwd=tmp_path, check=True)
    assert fits(public_of(private), b"message", (tmp_path / "t").read_bytes())


def test_a_log_and_its_witness_in_this_profile() -> None:
    leaves = [leaf_hash(b"%d" % n, sm3) for n in range(300)]
    tiles = dict(grown(lambda tile: b"", 0, leaves, sm3))
    tree = Tree(tiles.__getitem__, 300, sm3)
    head = Checkpoint(LOG.name, 300, root_of(leaves, sm3))
    assert tree.root() == head.root
    assert included(leaves[77], 77, 300, tree.inclusion(77), head.root, sm3)
    assert not included(leaves[77], 77, 300, tree.inclusion(77), head.root)
    note = signed_checkpoint(head, [LOG])
    note = Note(note.text, (*note.signatures, WITNESS.cosign(note.text, 1_772_000_000)))
    assert opened_checkpoint(note.whole, origin=LOG.name, keys=[LOG.verifier], digest=sm3)[0] == head
    assert times(note, [WITNESS.verifier]) == {WITNESS.verifier.vkey: 1_772_000_000}
    policy = policy_of(f"log {LOG.verifier.vkey}\nwitness w {WITNESS.verifier.vkey}\nquorum w\n",
                       log_kinds={SM2: Sm2Verifier}, witness_kinds={SM2_COSIGNATURE: Sm2CosignatureVerifier})  # fmt: skip
    assert policy.final(note)
    assert not policy.final(Note(note.text, note.signatures[:1]))
    assert empty_root(sm3) != empty_root()


def test_keys_of_this_profile_are_read_where_they_are_taken_and_nowhere_else() -> None:
    key = verifier_of(LOG.verifier.vkey, {SM2: Sm2Verifier})
    assert opened(signed("text\n", [LOG]).whole, [key])[1] == [key]
    with pytest.raises(BadNote, match="kind"):
        verifier_of(LOG.verifier.vkey, {SM2_COSIGNATURE: Sm2CosignatureVerifier})
    with pytest.raises(BadNote, match="point"):
        Sm2Verifier("x", b"\x04" + b"\x01" * 64)
    with pytest.raises(BadNote, match="point"):
        Sm2Verifier("x", b"\x04")


def test_what_is_no_key_is_said() -> None:
    with pytest.raises(NoSm):
        sign(b"no key", b"message")
    with pytest.raises(NoSm):
        public_of(b"")
