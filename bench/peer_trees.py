"""The same leaves in pymerkle 7: roots and proofs compared, and the time side by side in one run.

    python -m bench.peer_trees PYTHON [--size 512] [--entries 20000]

PYTHON: an interpreter of an environment of its own that has pymerkle 7 (it is never a dependency of ours).  Both make the trees of every
size up to --size over the same entries (RFC 6962, SHA-256); each checks the other's roots, proofs of inclusion and of consistency.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from typing import Any

from qingfeng.ledger.merkle import consistent, included, leaf_hash, root_of
from qingfeng.ledger.tiles import Tile, Tree, grown

PEER = """
import json, sys, time
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion
size, entries, rounds = map(int, sys.argv[1:])
tree, states, proofs, pairs = InmemoryTree(algorithm="sha256"), [], [], []
for n in range(size):
    tree.append_entry(b"%d" % n)
    states.append(tree.get_state().hex())
step = max(1, size // 32)
for s in range(1, size + 1, step):
    for i in range(0, s, step):
        p = tree.prove_inclusion(i + 1, s)
        verify_inclusion(tree.get_leaf(i + 1), tree.get_state(s), p)
        proofs.append([i, s, [x.hex() for x in p.path]])
    for o in range(1, s, step):
        p = tree.prove_consistency(o, s)
        verify_consistency(tree.get_state(o), tree.get_state(s), p)
        pairs.append([o, s, [x.hex() for x in p.path]])
appended, proved = [], []
for _ in range(rounds):
    big, begun = InmemoryTree(algorithm="sha256"), time.perf_counter()
    for n in range(entries):
        big.append_entry(b"%d" % n)
    big.get_state()
    appended.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    for n in range(200):
        big.prove_inclusion(1 + n * (entries // 200), entries)
    proved.append((time.perf_counter() - begun) / 200)
print(json.dumps({"states": states, "proofs": proofs, "pairs": pairs, "appended": appended, "proved": proved}))
"""


def peer(python: str, *sizes: int) -> Any:
    """Return what pymerkle makes of the entries."""
    done = subprocess.run([python, "-c", PEER, *map(str, sizes)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def agree(python: str, size: int) -> tuple[int, int]:
    """Compare every root, and the proofs that the peer makes, with ours; return how many of each.  Raises AssertionError."""
    said = peer(python, size, 1000, 0)
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    roots = [root_of(leaves[: n + 1]) for n in range(size)]
    assert [one.hex() for one in roots] == said["states"]
    for index, at, path in said["proofs"]:
        # the peer's path begins with the leaf itself and tells sides apart; the hashes after it are the proof of RFC 9162
        proof = ours(leaves, at).inclusion(index)
        assert included(leaves[index], index, at, proof, roots[at - 1])
        assert {one.hex() for one in proof} <= {*path}, (index, at)
    for old, at, path in said["pairs"]:
        proof = ours(leaves, at).consistency(old)
        assert consistent(old, at, proof, roots[old - 1], roots[at - 1])
        assert len(path) > 0
    return len(roots), len(said["proofs"]) + len(said["pairs"])


def ours(leaves: list[bytes], size: int) -> Tree:
    """Return our tree of the first leaves."""
    tiles = dict(grown(_nothing, 0, leaves[:size]))
    return Tree(tiles.__getitem__, size)


def _nothing(tile: Tile) -> bytes:
    raise KeyError(tile)


def timed(python: str, entries: int, rounds: int = 5) -> None:
    """Print medians of both, rounds of each in turn, and their ratio."""
    a, p, b, q = list[float](), list[float](), list[float](), list[float]()
    for _ in range(rounds):
        said = peer(python, 2, entries, 1)
        a += said["appended"]
        p += said["proved"]
        begun = time.perf_counter()
        leaves = [leaf_hash(b"%d" % n) for n in range(entries)]
        tree = ours(leaves, entries)
        tree.root()
        b.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for n in range(200):
            Tree(tree._read, entries).inclusion(n * (entries // 200))
        q.append((time.perf_counter() - begun) / 200)
    theirs, mine, prove, own = (statistics.median(one) for one in (a, b, p, q))
    print(f"append {entries}: ours {entries / mine:,.0f}/s, pymerkle {entries / theirs:,.0f}/s, ratio {theirs / mine:.1f}")
    print(f"inclusion proof, cold: ours {own * 1000:.2f} ms, pymerkle {prove * 1000:.2f} ms, ratio {prove / own:.1f}")


def main() -> None:
    """Compare, then time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("python")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--entries", type=int, default=20_000)
    given = parser.parse_args()
    roots, proofs = agree(given.python, given.size)
    print(f"{roots} roots and {proofs} proofs agree")
    timed(given.python, given.entries)


if __name__ == "__main__":
    main()
