"""Logs that other programs have written: one of tessera, entry by entry, and one of sunlight's mirror with three witnesses' lines."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from qingfeng.ledger.checkpoint import opened_checkpoint
from qingfeng.ledger.cosignature import COSIGNATURE, CosignatureVerifier, timed
from qingfeng.ledger.merkle import consistent, included, leaf_hash, root_of
from qingfeng.ledger.note import ED25519, BadNote, Ed25519Verifier, Kinds, checked, parsed, verifier_of
from qingfeng.ledger.tiles import Tile, Tree, grown, grown_bundles, hashes, tile_at, unbundled

VECTORS = Path(__file__).parent / "vectors"
KINDS: Kinds = {ED25519: Ed25519Verifier, COSIGNATURE: CosignatureVerifier}
TESSERA: dict[str, Any] = json.loads((VECTORS / "tessera.json").read_text("utf-8"))
SUNLIGHT: dict[str, Any] = json.loads((VECTORS / "sunlight.json").read_text("utf-8"))
ORIGIN = "example.com/log/testdata"
SIZES = range(16)


def tessera(tile: Tile) -> bytes:
    return b64decode(TESSERA["files"][tile.path])


def root_at(size: int) -> bytes:
    head, _ = opened_checkpoint(TESSERA["checkpoints"][size], origin=ORIGIN, keys=[verifier_of(TESSERA["verifier"], KINDS)])
    assert head.size == size
    return head.root


def entries_of(size: int) -> list[bytes]:
    return unbundled(tessera(Tile(-1, 0, size)), size) if size else []


@pytest.mark.parametrize("size", SIZES)
def test_every_head_of_tessera_is_the_root_of_its_entries(size: int) -> None:
    leaves = [leaf_hash(one) for one in entries_of(size)]
    assert root_of(leaves) == root_at(size) == Tree(tessera, size).root()


@pytest.mark.parametrize("size", SIZES[1:])
def test_our_tiles_and_bundles_are_theirs_to_the_byte(size: int) -> None:
    entries = entries_of(size)
    for old in range(size):
        added = [leaf_hash(one) for one in entries[old:]]
        tiles = {**grown(tessera, old, added), **grown_bundles(tessera, old, entries[old:])}
        assert {tile.path for tile in tiles} == {f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"}
        assert all(data == tessera(tile) for tile, data in tiles.items())


@pytest.mark.parametrize("size", SIZES[1:])
def test_proofs_from_their_tiles_fit_their_heads_and_no_others(size: int) -> None:
    tree, root = Tree(tessera, size), root_at(size)
    for index, entry in enumerate(entries_of(size)):
        proof = tree.inclusion(index)
        assert included(leaf_hash(entry), index, size, proof, root)
        assert not included(leaf_hash(entry + b"."), index, size, proof, root)
        assert not included(leaf_hash(entry), index, size, proof, root_at(size - 1))
    for old in range(1, size):
        assert consistent(old, size, tree.consistency(old), root_at(old), root)
        assert not consistent(old, size, tree.consistency(old), root_at(old - 1), root)


def test_a_head_of_theirs_is_refused_under_another_name_and_with_any_letter_changed() -> None:
    key, text = verifier_of(TESSERA["verifier"], KINDS), TESSERA["checkpoints"][15]
    with pytest.raises(BadNote):
        opened_checkpoint(text, origin="example.com/log/other", keys=[key])
    for at in range(text.index("\n\n")):
        bent = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        with pytest.raises(BadNote):
            opened_checkpoint(bent, origin=ORIGIN, keys=[key])


def test_the_tiles_of_a_sunlight_mirror_are_the_tree_it_cosigned() -> None:
    note, mirror = parsed(SUNLIGHT["mirror"]), verifier_of(SUNLIGHT["keys"][0], KINDS)
    assert list(checked(note, [mirror])) == [mirror]
    origin, size, root = note.text.splitlines()[:3]
    assert (origin, size) == ("rome2026h1.example.org", "300")

    def read(tile: Tile) -> bytes:
        return b64decode(SUNLIGHT["files"][tile.path])

    tree = Tree(read, 300)
    assert tree.root() == b64decode(root)
    assert root_of([tree.leaf(n) for n in range(300)]) == b64decode(root)
    assert [tile_at(path).path for path in SUNLIGHT["files"]] == list(SUNLIGHT["files"])
    for index in (0, 255, 256, 299):
        assert included(tree.leaf(index), index, 300, tree.inclusion(index), b64decode(root))
    assert grown(read, 256, hashes(read(Tile(0, 1, 44)), 44))[Tile(0, 1, 44)] == read(Tile(0, 1, 44))


@pytest.mark.parametrize(("which", "key"), [("mirror", 0), ("witness", 1), ("witness2", 2)])
def test_cosignatures_of_sunlights_witnesses_fit_their_own_text_alone(which: str, key: int) -> None:
    note, witness = parsed(SUNLIGHT[which]), verifier_of(SUNLIGHT["keys"][key], KINDS)
    assert isinstance(witness, CosignatureVerifier)
    assert list(checked(note, [witness])) == [witness]
    line = next(one for one in note.signatures if one.name == witness.name)
    said = timed(line.raw)
    assert said is not None
    assert said[0] == 1767139200, "seconds since 1970: the first of 2026, less a day"
    assert not witness.fits(note.text.replace("300", "301"), line.raw)
    assert not witness.fits(note.text, line.raw[:7] + bytes([line.raw[7] ^ 1]) + line.raw[8:])
