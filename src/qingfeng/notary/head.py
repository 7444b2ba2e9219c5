"""The log's head: the latest signed checkpoint, on a path of its own that no backup ever touches, written by compare-and-swap.

Whoever holds `alone()` is the only sequencer, on this machine and on others that share the path.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .faults import disk_failed, head_moved
from .folder import sync_folder


class HeadFile:
    """The file `checkpoint` in a folder of the head's own."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it must exist: a head that is suddenly missing is no new log."""
        self.folder = folder
        self._file = folder / "checkpoint"

    def read(self) -> str | None:
        """Return the head as written, None if there has never been one.  Raises LogTrouble."""
        try:
            return self._file.read_text("utf-8")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise disk_failed(self._file, error) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all other sequencers out until left.  Raises LogTrouble."""
        try:
            held = os.open(self.folder / "sequencer.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise disk_failed(self.folder, error) from error
        try:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        finally:
            os.close(held)

    def swap(self, expected: str | None, new: str) -> None:
        """Replace the head if it is still the expected one, so that it lasts; only within `alone()`.  Raises LogTrouble.

        After an error either of the two may stand there: whoever goes on reads first, and swaps what it finds by itself.
        """
        if self.read() != expected:
            raise head_moved()
        beside = self._file.with_name("checkpoint.new")
        try:
            with open(beside, "w", encoding="utf-8") as file:
                file.write(new)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._file)
        except OSError as error:
            raise disk_failed(self._file, error) from error
        sync_folder(self.folder)
