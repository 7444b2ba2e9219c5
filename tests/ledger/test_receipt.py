"""Receipts: what was recorded, shown as far as its holder may see it, and nothing that anybody bent."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.ledger.canonical import canonical
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.cosignature import COSIGNATURE, CosignatureSigner, CosignatureVerifier
from qingfeng.ledger.entry import Sealed, seal
from qingfeng.ledger.merkle import leaf_hash, root_of
from qingfeng.ledger.note import ED25519, Ed25519Signer, Ed25519Verifier, Note
from qingfeng.ledger.policy import policy_of
from qingfeng.ledger.proof import BadProof, Proof
from qingfeng.ledger.receipt import packed, receipt_of, receipt_proved
from qingfeng.ledger.tiles import Tree, grown

LOG = Ed25519Signer("log.example/agency", b"k" * 32)
WITNESSES = [CosignatureSigner(f"w{n}.example", bytes([n]) * 32) for n in (1, 2)]
POLICY = policy_of(
    f"log {LOG.verifier.vkey}\n" + "".join(f"witness w{n} {w.verifier.vkey}\n" for n, w in enumerate(WITNESSES))
    + "group both all w0 w1\nquorum both\n",
    log_kinds={ED25519: Ed25519Verifier}, witness_kinds={COSIGNATURE: CosignatureVerifier},
)  # fmt: skip


def sealed() -> Sealed:
    pool = iter(range(10_000))
    return seal(
        {"stream": "case/a001/licence/2026/00001", "seq": 3, "kind": "act", "act": "accept", "at": "2026-03-02T09:00:00+08:00",
         "entered": "2026-03-02T09:00:00+08:00", "power": "a001/licence", "version": "2026-01-01"},
        open_fields={"actor": "u0017", "post": "counter_clerk", "data.document_no": "受〔2026〕1号", "asked": ["one", "two"]},
        private_fields={"data.party": "王小明"}, salts=lambda n: bytes(next(pool) % 256 for _ in range(n)),
    )  # fmt: skip


EVENT = sealed()
LEAVES = [*(leaf_hash(b"%d" % n) for n in range(6)), leaf_hash(EVENT.entry), leaf_hash(b"last")]


def text(extra: bytes | None = None) -> str:
    tiles = dict(grown(lambda tile: b"", 0, LEAVES))
    note = signed_checkpoint(Checkpoint(LOG.name, 8, root_of(LEAVES)), [LOG])
    note = Note(note.text, (*note.signatures, *(one.cosign(note.text, 1_772_000_000) for one in WITNESSES)))
    assert EVENT.private is not None
    shown = packed(EVENT.entry, [EVENT.opening, EVENT.private], {"post", "data.document_no", "data.party"})
    return Proof(6, tuple(Tree(tiles.__getitem__, 8).inclusion(6)), note.whole, shown if extra is None else extra).whole


def test_a_receipt_shows_what_its_holder_may_see_and_is_proved() -> None:
    receipt = receipt_of(text())
    assert receipt.shown == {"post": "counter_clerk", "data.document_no": "受〔2026〕1号", "data.party": "王小明"}
    assert (receipt.envelope["act"], receipt.envelope["seq"]) == ("accept", 3)
    assert receipt_proved(receipt, policy=POLICY).final
    assert "u0017" not in zlib.decompress(receipt.proof.extra or b"").decode()
    assert len(text().encode()) <= 2_500


def changed(**more: object) -> str:
    said = json.loads(zlib.decompress(packed(EVENT.entry, [EVENT.opening], {"post"})))
    said.update(more)
    return text(zlib.compress(canonical(said)))


def test_another_value_another_entry_or_another_field_is_refused() -> None:
    said = json.loads(zlib.decompress(packed(EVENT.entry, [EVENT.opening], {"post"})))
    entry, good = said["entry"], said["show"]
    assert "post" not in entry["commit"], "its commitment is made again by whoever checks"
    for bent in (
        changed(show={"post": [good["post"][0], "agency_head"]}), changed(show={**good, "data.amount": good["post"]}), changed(show={}),
        changed(show={"data.post": good["post"]}), changed(entry={**entry, "at": "2026-03-01T09:00:00+08:00"}),
        changed(show={"post": ["A" + good["post"][0][1:], good["post"][1]]}),
    ):  # fmt: skip
        with pytest.raises(BadProof, match="not in the tree"):
            receipt_proved(receipt_of(bent), policy=POLICY)
    assert receipt_proved(receipt_of(changed()), policy=POLICY).final
    with pytest.raises(BadProof, match="shown and closed"):
        receipt_of(changed(entry=json.loads(EVENT.entry)))


@pytest.mark.parametrize(
    "extra",
    [b"", b"nothing packed", zlib.compress(b"[]"), zlib.compress(b'{"entry":1,"show":{}}'), zlib.compress(b'{"entry":"[]","show":{}}'),
     zlib.compress(b'{"entry":"{}","show":{}}'), zlib.compress(b'{"entry": "{}", "show": {}}'), zlib.compress(b"[" * 100_000),
     zlib.compress(b'{"entry":{"commit":{}},"show":{"a":1}}'), zlib.compress(b'{"entry":{"commit":[]},"show":{"a":["",1]}}'),
     zlib.compress(b'{"entry":{},"show":{}}'), zlib.compress(b'{"entry":{"commit":{"a":"x"}},"show":{"a":["",1]}}'),
     zlib.compress(b'{"entry":{"commit":{}},"show":{"a":[7,1]}}'),
     zlib.compress(b" " * 50_000_000)],
)  # fmt: skip
def test_what_does_not_unpack_is_said(extra: bytes) -> None:
    with pytest.raises(BadProof):
        receipt_of(text(extra))


@given(st.binary(max_size=200))
def test_no_bytes_unpack_to_anything_but_a_refusal(extra: bytes) -> None:
    for one in (extra, zlib.compress(extra)):
        with pytest.raises(BadProof):
            receipt_of(text(one))


def test_every_flipped_bit_is_refused_or_proves_the_same() -> None:
    whole = text()
    shown = receipt_of(whole).shown
    for place in range(len(whole)):
        bent = whole[:place] + chr(ord(whole[place]) ^ 1) + whole[place + 1 :]
        try:
            receipt = receipt_of(bent)
            found = receipt_proved(receipt, policy=POLICY)
        except BadProof:
            continue
        assert (receipt.shown, found.final) == (shown, False), (place, whole[place])
