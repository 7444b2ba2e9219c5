"""Trees, proofs and tiles: every small size, every leaf, every pair of sizes, every flipped bit."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.ledger.merkle import consistent, empty_root, included, leaf_hash, node_hash, root_of, split
from qingfeng.ledger.tiles import (
    MAX_ENTRY,
    BadTile,
    Tile,
    Tree,
    bundle,
    grown,
    grown_bundles,
    hashes,
    tile_at,
    tiles_of,
    unbundled,
    width_in,
)

SIZES = 64
LEAVES = [leaf_hash(b"%d" % n) for n in range(1_000)]


def naive(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def tiles_for(size: int) -> dict[Tile, bytes]:
    """All tiles of the first `size` leaves, made in one go from nothing."""
    return dict(grown(lambda tile: pytest.fail(f"nothing to read, asked for {tile}"), 0, LEAVES[:size]))


def tree_of(size: int) -> Tree:
    return Tree(tiles_for(size).__getitem__, size)


def test_the_published_vectors() -> None:
    # Certificate Transparency's reference tree (trillian, merkle/testonly): eight leaves and their roots.
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    leaves = [leaf_hash(bytes.fromhex(one)) for one in inputs]
    assert [root_of(leaves[: n + 1]).hex() for n in range(8)] == roots
    assert empty_root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", [*range(66), 255, 256, 257, 511, 513, 1_000])
def test_roots_are_those_of_the_definition_in_memory_and_from_tiles(size: int) -> None:
    assert root_of(LEAVES[:size]) == naive(LEAVES[:size]) == tree_of(size).root()


def test_every_leaf_of_every_small_tree_is_proved_and_no_other_root_index_or_size_passes() -> None:
    for size in range(1, SIZES + 1):
        tree, root = tree_of(size), root_of(LEAVES[:size])
        for index in range(size):
            proof = tree.inclusion(index)
            assert included(LEAVES[index], index, size, proof, root)
            assert not included(LEAVES[index], index, size, proof, LEAVES[0] if size > 1 else LEAVES[1])
            assert not included(LEAVES[index + 1], index, size, proof, root)
            assert not any(included(LEAVES[index], other, size, proof, root) for other in range(size) if other != index)
            assert not included(LEAVES[index], index, size, [*proof, root], root)
            assert not proof or not included(LEAVES[index], index, size, proof[:-1], root)
            assert not included(LEAVES[index], size, size, proof, root)
            assert not included(LEAVES[index], -1, size, proof, root)


def bent(proof: list[bytes], *, bits: int, turn: int) -> Iterator[list[bytes]]:
    """Every proof with one bit of one hash flipped: so many bits of each hash, others each turn."""
    for place, one in enumerate(proof):
        for step in range(bits):
            bit = (step * (256 // bits) + turn + place) % 256
            yield [*proof[:place], (int.from_bytes(one, "big") ^ 1 << bit).to_bytes(32, "big"), *proof[place + 1 :]]


ALL_BITS = pytest.param(range(1, SIZES + 1), 256, marks=pytest.mark.slow)
ALL_SIZES = pytest.param(range(SIZES + 1, 257), 4, marks=pytest.mark.slow)


@pytest.mark.parametrize(("sizes", "bits"), [(range(1, SIZES + 1), 16), ALL_BITS, ALL_SIZES], ids=["64", "64, all bits", "256"])
def test_every_leaf_is_proved_and_every_flipped_bit_of_its_proof_refused(sizes: range, bits: int) -> None:
    for size in sizes:
        tree, root = tree_of(size), root_of(LEAVES[:size])
        for index in range(size):
            proof = tree.inclusion(index)
            assert included(LEAVES[index], index, size, proof, root)
            for forged in bent(proof, bits=bits, turn=index):
                assert not included(LEAVES[index], index, size, forged, root)
            for forged in bent([LEAVES[index], root], bits=bits, turn=size):
                assert not included(forged[0], index, size, proof, forged[1])


@pytest.mark.parametrize(("sizes", "bits"), [(range(1, SIZES + 1), 16), ALL_BITS, ALL_SIZES], ids=["64", "64, all bits", "256"])
def test_every_pair_of_sizes_is_consistent_and_every_flipped_bit_of_its_proof_refused(sizes: range, bits: int) -> None:
    roots = [root_of(LEAVES[:size]) for size in range(sizes.stop)]
    for new in sizes:
        tree = tree_of(new)
        for old in range(1, new):
            proof = tree.consistency(old)
            assert consistent(old, new, proof, roots[old], roots[new])
            for forged in bent(proof, bits=bits, turn=old):
                assert not consistent(old, new, forged, roots[old], roots[new])
            for forged in bent([roots[old], roots[new]], bits=bits, turn=new):
                assert not consistent(old, new, proof, forged[0], forged[1])


def test_every_pair_of_small_sizes_is_consistent_and_no_forgery_of_it_is() -> None:
    roots = [root_of(LEAVES[:size]) for size in range(SIZES + 1)]
    for new in range(SIZES + 1):
        tree = tree_of(new)
        for old in range(new + 1):
            proof = tree.consistency(old)
            assert consistent(old, new, proof, roots[old], roots[new])
            assert not consistent(old, new, proof, roots[old], LEAVES[999]) or (old == 0 < new)
            assert not consistent(old, new, proof, LEAVES[999], roots[new])
            assert not consistent(old, new, [*proof, roots[0]], roots[old], roots[new])
            assert not proof or not consistent(old, new, proof[:-1], roots[old], roots[new])
            assert not consistent(new + 1, new, proof, roots[old], roots[new])
            for place in range(len(proof)):
                bent = bytes([proof[place][0] ^ 1]) + proof[place][1:]
                assert not consistent(old, new, [*proof[:place], bent, *proof[place + 1 :]], roots[old], roots[new])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_growing_in_any_steps_leaves_the_tiles_of_one_step(steps: list[int]) -> None:
    held: dict[Tile, bytes] = {}
    size = 0
    for step in steps:
        leaves = LEAVES[size : size + step]
        held.update(grown(held.__getitem__, size, leaves))
        size += len(leaves)
    whole = tiles_for(size)
    for tile in tiles_of(size, entries=False):
        assert held[tile] == whole[tile], tile
    assert set(whole) == set(tiles_of(size, entries=False))


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 1_000), st.integers(0, 999), st.integers(1, 1_000))
def test_larger_trees_prove_what_small_ones_do(size: int, index: int, old: int) -> None:
    tree, root = tree_of(size), naive(LEAVES[:size])
    index, old = index % size, old % size + 1
    assert included(LEAVES[index], index, size, tree.inclusion(index), root)
    assert tree.leaf(index) == LEAVES[index]
    assert consistent(old, size, tree.consistency(old), naive(LEAVES[:old]), root)


def test_a_tree_of_seventy_thousand_has_the_tiles_that_the_standard_counts() -> None:
    # The example of c2sp.org/tlog-tiles, "Partial Tiles".
    found = [(t.level, t.width) for t in tiles_of(70_000, entries=False)]
    assert found == [(0, 256)] * 273 + [(0, 112), (1, 256), (1, 17), (2, 1)]
    assert [(t.level, t.width) for t in tiles_of(256)] == [(-1, 256), (0, 256), (1, 1)]
    assert width_in(0, 300, 70_000) == 0


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(1, 1_234_067), "tile/1/x001/x234/067"),
        (Tile(-1, 999, 7), "tile/entries/999.p/7"),
        (Tile(3, 1_000, 255), "tile/3/x001/000.p/255"),
    ],
)
def test_paths_are_those_of_the_standard(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert tile_at(path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/64/000", "tile/00/000", "tile/0/1", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/07",
     "tile/0/../../etc", "tile/-1/000", "tile/entries/x1/000", "tile/0/000/", "/tile/0/000", "tile/0/" + "x001/" * 40 + "000"],
)  # fmt: skip
def test_other_spellings_are_no_paths(path: str) -> None:
    with pytest.raises(BadTile):
        tile_at(path)


def test_bundles_come_back_and_broken_ones_are_named() -> None:
    entries = [b"", b"a", b"x" * MAX_ENTRY]
    data = bundle(entries)
    assert unbundled(data, 3) == entries
    for bad in (data[:-1], data + b"\x00", data + b"\x00\x05ab"):
        with pytest.raises(BadTile):
            unbundled(bad, 3)
    with pytest.raises(BadTile):
        unbundled(data, 2)
    with pytest.raises(BadTile):
        bundle([b"x" * (MAX_ENTRY + 1)])


@given(st.lists(st.integers(1, 300), min_size=1, max_size=5))
def test_bundles_grown_in_any_steps_hold_every_entry(steps: list[int]) -> None:
    held: dict[Tile, bytes] = {}
    entries: list[bytes] = []
    for step in steps:
        more = [b"%d" % n for n in range(len(entries), len(entries) + step)]
        held.update(grown_bundles(held.__getitem__, len(entries), more))
        entries += more
    wanted = [tile for tile in tiles_of(len(entries)) if tile.level < 0]
    assert [one for tile in wanted for one in unbundled(held[tile], tile.width)] == entries


def test_a_tile_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(BadTile):
        hashes(b"\x00" * 33, 1)
    size = 300
    short = {tile: data[:-32] if tile.level == 0 else data for tile, data in tiles_for(size).items()}
    with pytest.raises(BadTile):
        Tree(short.__getitem__, size).root()
    with pytest.raises(BadTile):
        tree_of(3).inclusion(3)
    with pytest.raises(BadTile):
        tree_of(3).consistency(4)


def test_a_node_is_no_leaf() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)
