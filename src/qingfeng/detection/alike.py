"""Which texts are nearly the same: pieces of text, signatures of them, and the pairs that share most (for copied records).

Near pairs are looked for by min-hash signatures in bands, the usual way (Broder 1997), so that a year of 10^5 records is not compared
pair by pair; a candidate is then counted exactly.  numpy computes, imported only when a log is judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from zlib import crc32

PIECE = 6
"""Characters of a piece: two or three Chinese words."""
BANDS, ROWS = 16, 4
"""A pair that shares eight tenths is found with a chance of 0.9998, one that shares a fifth with 0.03."""
MORE_BANDS, FEWER_ROWS, LOW = 32, 3, 0.7
"""The same where less than this share is asked: half is found with a chance of 0.986, a fifth with 0.23."""
PRIME, SEED = (1 << 31) - 1, 20260101
MOST_PAIRS = 2_000_000
"""Candidates counted at most: beyond that everybody writes the same, and nothing follows from it."""


def pieces_of(text: str) -> frozenset[str]:
    """Return the pieces of a text without its blanks."""
    plain = "".join(text.split())
    return frozenset(plain[n : n + PIECE] for n in range(len(plain) - PIECE + 1))


def near(texts: Sequence[frozenset[str]], share: float) -> Iterator[tuple[int, int]]:
    """Yield pairs of places whose pieces agree in at least this share of all pieces of both."""
    seen: set[tuple[int, int]] = set()
    for crowd in _candidates(texts, *((BANDS, ROWS) if share >= LOW else (MORE_BANDS, FEWER_ROWS))):
        for pair in combinations(crowd, 2):
            if pair in seen or len(seen) >= MOST_PAIRS:
                continue
            seen.add(pair)
            a, b = texts[pair[0]], texts[pair[1]]
            both = len(a & b)
            if both >= share * (len(a) + len(b) - both):
                yield pair


def _candidates(texts: Sequence[frozenset[str]], bands: int, height: int) -> Iterator[list[int]]:
    import numpy as np

    rng = np.random.default_rng(SEED)
    factors = rng.integers(1, PRIME, size=(bands * height, 1), dtype=np.int64)
    shifts = rng.integers(0, PRIME, size=(bands * height, 1), dtype=np.int64)
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for n, pieces in enumerate(texts):
        if not pieces:
            continue
        hashes = np.array([crc32(piece.encode()) & 0x7FFFFFFF for piece in sorted(pieces)], dtype=np.int64)
        signature = ((factors * (hashes % (1 << 31)) + shifts) % PRIME).min(axis=1)
        for band in range(bands):
            buckets[band, signature[band * height : (band + 1) * height].tobytes()].append(n)
    for crowd in buckets.values():
        if len(crowd) > 1:
            yield crowd
