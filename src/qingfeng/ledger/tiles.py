"""The tree as tiles (c2sp.org/tlog-tiles): which bytes stand at which path, growing by new leaves, proofs read from tiles.

Nothing is read or written here: whoever calls hands over `Read`, and gets back the tiles that are new.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .merkle import HASH_BYTES, MAX_SIZE, Hash, empty_root, node_hash, root_of, sha_256, split

HEIGHT = 8
WIDTH = 1 << HEIGHT
"""Hashes of a full tile."""
MAX_ENTRY = 2**16 - 1
"""Bytes of one entry: a bundle states its length in two bytes."""
_PATH = re.compile(r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class BadTile(ValueError):
    """A tile, bundle or path that cannot be one of a tree of this size; says which."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A place in the tree.  level: 0 the leaves' hashes, −1 the entries themselves; width: hashes in it, 256 when full."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The tile's path below the log's prefix."""
        level = "entries" if self.level < 0 else str(self.level)
        groups = [f"{self.index % 1000:03d}"]
        rest = self.index // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(groups)}{part}"


Read = Callable[[Tile], bytes]
"""Returns a tile's bytes; raises what its place raises when there is none."""


def tile_at(path: str) -> Tile:
    """Return the tile that a path names.  Raises BadTile for any other spelling than the one of the standard."""
    match = _PATH.fullmatch(path)
    if match is None or len(path) > 60:
        raise BadTile(f"{path[:60]!r} is no path of a tile")
    level = -1 if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(match[3]) if match[3] else WIDTH)
    if tile.path != path or (match[3] and tile.width >= WIDTH):
        raise BadTile(f"{path[:60]!r} is not how the path of a tile is written")
    return tile


def width_in(level: int, index: int, size: int) -> int:
    """Return how many hashes the tile has in a tree of this size: 0 if there is no such tile."""
    count = size >> HEIGHT * max(level, 0)
    return max(0, min(WIDTH, count - index * WIDTH))


def tiles_of(size: int, *, entries: bool = True) -> Iterator[Tile]:
    """Return every tile that a tree of this size is made of, level by level."""
    for level in range(-1 if entries else 0, 64 // HEIGHT):
        count = size >> HEIGHT * max(level, 0)
        for index in range((count + WIDTH - 1) // WIDTH):
            yield Tile(level, index, width_in(level, index, size))


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle.  Raises BadTile if an entry is longer than its length can say."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise BadTile(f"an entry has more than {MAX_ENTRY} bytes")
    return b"".join(struct.pack(">H", len(entry)) + entry for entry in entries)


def unbundled(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle.  Raises BadTile unless it holds exactly `width` of them."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise BadTile("a bundle ends in the middle of a length")
        length = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + length > len(data):
            raise BadTile("a bundle ends in the middle of an entry")
        found.append(data[at + 2 : at + 2 + length])
        at += 2 + length
    if len(found) != width:
        raise BadTile(f"a bundle holds {len(found)} entries instead of {width}")
    return found


def hashes(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile.  Raises BadTile unless there are exactly `width` of them."""
    if len(data) != width * HASH_BYTES:
        raise BadTile(f"a tile has {len(data)} bytes instead of {width * HASH_BYTES}")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def grown(read: Read, size: int, leaves: Sequence[bytes], digest: Hash = sha_256) -> Mapping[Tile, bytes]:
    """Return the tiles of hashes that are new when `leaves` (their hashes) follow the first `size` ones.

    Completed tiles come full, the last of each level partial; a partial tile that became full is not repeated.  Raises BadTile.
    """
    new: dict[Tile, bytes] = {}
    adding, level, total = list(leaves), 0, size + len(leaves)
    if total > MAX_SIZE:
        raise BadTile("the tree would be larger than its size can say")
    while adding:
        before = size >> HEIGHT * level
        first, there = divmod(before, WIDTH)
        held = hashes(read(Tile(level, first, there)), there) if there else []
        held.extend(adding)
        above = []
        for at in range(0, len(held), WIDTH):
            part = held[at : at + WIDTH]
            new[Tile(level, first + at // WIDTH, len(part))] = b"".join(part)
            if len(part) == WIDTH:
                above.append(root_of(part, digest))
        adding, level = above, level + 1
    return new


def grown_bundles(read: Read, size: int, entries: Sequence[bytes]) -> Mapping[Tile, bytes]:
    """Return the entry bundles that are new when `entries` follow the first `size` ones.  Raises BadTile."""
    new: dict[Tile, bytes] = {}
    first, there = divmod(size, WIDTH)
    start = read(Tile(-1, first, there)) if there else b""
    at, index = 0, first
    while at < len(entries):
        part = entries[at : at + WIDTH - there]
        new[Tile(-1, index, there + len(part))] = start + bundle(part)
        at, index, there, start = at + len(part), index + 1, 0, b""
    return new


class Tree:
    """A tree of a known size, read tile by tile; tiles read once are remembered as long as the object lives."""

    def __init__(self, read: Read, size: int, digest: Hash = sha_256) -> None:
        """Read the tree of the first `size` leaves by `read`, which is asked for every tile in its width at that size."""
        self._read, self.size, self._digest = read, size, digest
        self._known: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Return the root.  Raises BadTile and what `read` raises."""
        return self._range(0, self.size) if self.size else empty_root(self._digest)

    def leaf(self, index: int) -> bytes:
        """Return the hash of one leaf.  Raises BadTile and what `read` raises."""
        if not 0 <= index < self.size:
            raise BadTile(f"there is no entry {index} in a tree of {self.size}")
        return self._tile(0, index // WIDTH)[index % WIDTH]

    def inclusion(self, index: int) -> list[bytes]:
        """Return the proof that the leaf at `index` is in the tree.  Raises BadTile and what `read` raises."""
        if not 0 <= index < self.size:
            raise BadTile(f"there is no entry {index} in a tree of {self.size}")
        path, start, end = [], 0, self.size
        while end - start > 1:
            middle = start + split(end - start)
            if index < middle:
                path.append((middle, end))
                end = middle
            else:
                path.append((start, middle))
                start = middle
        return [self._range(low, high) for low, high in reversed(path)]

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that the first `old` leaves are the tree's beginning.  Raises BadTile and what `read` raises."""
        if not 0 <= old <= self.size:
            raise BadTile(f"a tree of {old} is no beginning of one of {self.size}")
        if old in (0, self.size):
            return []
        path, start, end, whole = [], 0, self.size, True
        while old != end:
            middle = start + split(end - start)
            if old <= middle:
                path.append((middle, end))
                end = middle
            else:
                path.append((start, middle))
                start, whole = middle, False
        if not whole:
            path.append((start, end))
        return [self._range(low, high) for low, high in reversed(path)]

    def _range(self, start: int, end: int) -> bytes:
        """Return the hash over leaves start to end, where start is a multiple of the power of two that covers them."""
        count = end - start
        if count & (count - 1):
            middle = start + split(count)
            return node_hash(self._range(start, middle), self._range(middle, end), self._digest)
        height = count.bit_length() - 1
        level, below = divmod(height, HEIGHT)
        index = start >> HEIGHT * level
        if below == 0:
            if level and width_in(level, index // WIDTH, self.size) <= index % WIDTH:
                raise BadTile(f"level {level} does not reach to {index}")
            return self._tile(level, index // WIDTH)[index % WIDTH]
        first = index % WIDTH
        return root_of(self._tile(level, index // WIDTH)[first : first + (1 << below)], self._digest)

    def _tile(self, level: int, index: int) -> list[bytes]:
        known = self._known.get((level, index))
        if known is None:
            width = width_in(level, index, self.size)
            known = self._known[level, index] = hashes(self._read(Tile(level, index, width)), width)
        return known
