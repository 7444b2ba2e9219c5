"""Where the time of a proof goes in a log of ten million: tiles read, opens, the processor, and a cold read of this disk.

    python -m bench.cold [--entries 10000000] [--proofs 500]

The tiles hold random bytes: what is measured is reading and hashing, not truth.  Cold: the file's pages are dropped from memory before each
read (posix_fadvise), directory entries stay.  Wall time at whatever load the machine has; processor time does not depend on it.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from qingfeng.ledger.tiles import Tile, Tree, tiles_of
from qingfeng.notary.folder import LogFolder


def made(root: Path, entries: int) -> LogFolder:
    """Write the tiles of hashes of a log of this size."""
    folder, made_for = LogFolder(root / "log"), set[Path]()
    noise = os.urandom(8192)
    for tile in tiles_of(entries):
        if tile.level < 0:
            continue
        path = folder.path / tile.path
        if path.parent not in made_for:
            path.parent.mkdir(parents=True, exist_ok=True)
            made_for.add(path.parent)
        path.write_bytes(noise[: tile.width * 32])
    os.sync()
    return folder


def dropped(path: Path) -> None:
    """Forget what the machine remembers of a file."""
    held = os.open(path, os.O_RDONLY)
    os.posix_fadvise(held, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(held)


def quantiles(spent: list[float]) -> str:
    """Say median and 99th percentile in milliseconds."""
    spent.sort()
    return f"median {spent[len(spent) // 2] * 1000:.2f} ms, p99 {spent[len(spent) * 99 // 100] * 1000:.2f} ms"


def proofs(folder: LogFolder, entries: int, count: int, *, cold: bool) -> None:
    """Print what proofs take, and how many tiles each reads."""
    chance, spent, worked, reads = random.Random(5), list[float](), list[float](), list[int]()
    for _ in range(count):
        index, read = chance.randrange(entries), list[Tile]()
        if cold:
            for tile in touched(folder, entries, index):
                dropped(folder.path / tile.path)
        begun, cpu = time.perf_counter(), time.process_time()
        Tree(noted(folder.read, read), entries).inclusion(index)
        spent.append(time.perf_counter() - begun)
        worked.append(time.process_time() - cpu)
        reads.append(len(read))
    print(f"proof, {'cold' if cold else 'warm'}: {quantiles(spent)}; processor {quantiles(worked)}; {sum(reads) / count:.1f} tiles read "
          f"(at most {max(reads)})", flush=True)  # fmt: skip


def noted(read: Callable[[Tile], bytes], into: list[Tile]) -> Callable[[Tile], bytes]:
    """Return a reader that notes what it reads."""

    def reading(tile: Tile) -> bytes:
        into.append(tile)
        return read(tile)

    return reading


def touched(folder: LogFolder, entries: int, index: int) -> list[Tile]:
    """Return the tiles that a proof reads."""
    read = list[Tile]()
    Tree(noted(folder.read, read), entries).inclusion(index)
    return read


def one_read(folder: LogFolder, count: int) -> None:
    """Print what one cold read of a tile takes, opened and read directly."""
    files = [path for path in (folder.path / "tile" / "0").rglob("*") if path.is_file()]
    chance, spent = random.Random(6), list[float]()
    for path in chance.sample(files, min(count, len(files))):
        dropped(path)
        begun = time.perf_counter()
        with open(path, "rb") as file:
            file.read()
        spent.append(time.perf_counter() - begun)
    print(f"one cold read of 8 KB: {quantiles(spent)}", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000_000)
    parser.add_argument("--proofs", type=int, default=500)
    given = parser.parse_args()
    with TemporaryDirectory() as root:
        folder = made(Path(root), given.entries)
        print(f"{given.entries:,} entries; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors", flush=True)
        one_read(folder, given.proofs)
        for cold in (True, False):
            proofs(folder, given.entries, given.proofs, cold=cold)


if __name__ == "__main__":
    main()
