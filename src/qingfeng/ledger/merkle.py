"""Merkle trees of RFC 6962, section 2.1: hashes of leaves and nodes, roots, and what a verifier computes from a proof.

A size and a root that are checked here come from one signed checkpoint, always together.  Every function takes the hash
function of the log's suite; SHA-256 is what C2SP's tlog-tiles uses, SM3 our own profile (docs/format.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
"""Bytes of a hash in both suites (FIPS 180-4, GB/T 32905)."""
MAX_SIZE = 2**63 - 1
"""Largest size of a tree: what a signed 64-bit counter holds (c2sp.org/tlog-cosignature bounds its times so too)."""

Hash = Callable[[bytes], bytes]
"""A hash function: bytes → 32 bytes."""


def sha_256(data: bytes) -> bytes:
    """Return the SHA-256 of data."""
    return sha256(data).digest()


def leaf_hash(entry: bytes, digest: Hash = sha_256) -> bytes:
    """Return the hash of one entry as a leaf."""
    return digest(b"\x00" + entry)


def node_hash(left: bytes, right: bytes, digest: Hash = sha_256) -> bytes:
    """Return the hash of a node from those of its children."""
    return digest(b"\x01" + left + right)


def empty_root(digest: Hash = sha_256) -> bytes:
    """Return the root of the tree without leaves."""
    return digest(b"")


def root_of(leaves: Sequence[bytes], digest: Hash = sha_256) -> bytes:
    """Return the root over hashes of leaves (or over the hashes of perfect subtrees of one height)."""
    if not leaves:
        return empty_root(digest)
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [digest(b"\x01" + level[i] + level[i + 1]) for i in range(0, len(level) - 1, 2)] + odd
    return level[0]


def split(size: int) -> int:
    """Return the leaves of the left subtree: the largest power of two below size (size ≥ 2)."""
    return 1 << (size - 1).bit_length() - 1


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], digest: Hash = sha_256) -> bytes | None:
    """Return the root that a proof of inclusion leads to, or None if it cannot be one of this index and size.

    leaf: the leaf's hash; proof: from its sibling up (RFC 9162, section 2.1.3.2).
    """
    if not 0 <= index < size <= MAX_SIZE or any(len(one) != HASH_BYTES for one in (leaf, *proof)):
        return None
    at, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return None
        if at % 2 or at == last:
            found = node_hash(one, found, digest)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, one, digest)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes, digest: Hash = sha_256) -> bool:
    """Return whether a proof shows that the leaf stands at this index of the tree with this size and root."""
    return root_from_inclusion(leaf, index, size, proof, digest) == root


def consistent(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes, digest: Hash = sha_256
) -> bool:
    """Return whether a proof shows that the old tree is the beginning of the new one (RFC 9162, section 2.1.4.2).

    The tree without leaves is the beginning of every tree: its proof is empty.
    """
    if not 0 <= old <= new <= MAX_SIZE or any(len(one) != HASH_BYTES for one in (old_root, new_root, *proof)):
        return False
    if old == 0:
        return not proof and old_root == empty_root(digest) and (new > 0 or new_root == old_root)
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    was = becomes = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            was, becomes = node_hash(one, was, digest), node_hash(one, becomes, digest)
            while at and not at % 2:
                at, last = at >> 1, last >> 1
        else:
            becomes = node_hash(becomes, one, digest)
        at, last = at >> 1, last >> 1
    return last == 0 and was == old_root and becomes == new_root
