"""The log's tiles as files, at the paths of c2sp.org/tlog-tiles: written beside, synced, renamed; never changed once full."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from qingfeng.ledger.merkle import HASH_BYTES
from qingfeng.ledger.tiles import WIDTH, BadTile, Tile, bundle, unbundled

from .faults import disk_failed, no_tile


class LogFolder:
    """A folder with the tiles of one log."""

    def __init__(self, path: Path) -> None:
        """Use a folder; it need not exist yet."""
        self.path = path

    def read(self, tile: Tile) -> bytes:
        """Return a tile's bytes; a partial one that was collected is cut from the full one.  Raises LogTrouble."""
        try:
            return (self.path / tile.path).read_bytes()
        except FileNotFoundError:
            if tile.width == WIDTH:
                raise no_tile(tile.path) from None
        except OSError as error:
            raise disk_failed(self.path / tile.path, error) from error
        return self._cut(tile)

    def _cut(self, tile: Tile) -> bytes:
        whole = self.read(Tile(tile.level, tile.index))
        if tile.level >= 0:
            return whole[: tile.width * HASH_BYTES]
        try:
            return bundle(unbundled(whole, WIDTH)[: tile.width])
        except BadTile:
            raise no_tile(tile.path) from None

    def write(self, tiles: Mapping[Tile, bytes]) -> None:
        """Write tiles so that all of them last, or raise LogTrouble (some of them may then be there: no head speaks of them).

        All are written before the first is synced: the disk then takes them together, and a batch waits for it a few times instead of
        once a file (bench/log.py).
        """
        places: set[Path] = set()
        path = self.path
        try:
            with ExitStack() as held:
                beside: list[tuple[Path, Path, int]] = []
                for tile, data in tiles.items():
                    path = self.path / tile.path
                    places |= {*self._made(path.parent), path.parent}
                    new = path.with_name(f"{path.name}.new")
                    file = held.enter_context(open(new, "wb"))
                    file.write(data)
                    file.flush()
                    beside.append((new, path, file.fileno()))
                for new, path, number in beside:
                    os.fsync(number)
                    os.replace(new, path)
        except OSError as error:
            raise disk_failed(path, error) from error
        for place in sorted(places):
            sync_folder(place)

    def collect(self, full: Iterable[Tile]) -> None:
        """Remove the partial tiles of tiles that are full and written; what cannot be removed stays."""
        for tile in full:
            parts = self.path / f"{tile.path}.p"
            if tile.width == WIDTH and parts.is_dir():
                with suppress(OSError):
                    for one in parts.iterdir():
                        one.unlink(missing_ok=True)
                    parts.rmdir()

    def _made(self, folder: Path) -> set[Path]:
        """Make a folder and those above it; return those in which something new stands."""
        changed: set[Path] = set()
        missing = folder
        while not missing.exists():
            changed.add(missing.parent)
            missing = missing.parent
        folder.mkdir(parents=True, exist_ok=True)
        return changed


def sync_folder(folder: Path) -> None:
    """Make what was renamed in a folder last.  Raises LogTrouble."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(held)
        finally:
            os.close(held)
    except OSError as error:
        raise disk_failed(folder, error) from error
