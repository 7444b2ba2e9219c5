"""Checkpoints with the cosignatures that witnesses gave, a file each, as long as they are of use.

What is kept: the newest final one, whatever is newer, and the newest of each witness.  Nothing that a witness said is believed unchecked.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from qingfeng.ledger.checkpoint import Checkpoint
from qingfeng.ledger.cosignature import times
from qingfeng.ledger.merkle import Hash
from qingfeng.ledger.note import BadNote, Note, Signature, Verifier
from qingfeng.ledger.policy import Policy
from qingfeng.ledger.succession import Retired, opened_head

from .faults import disk_failed
from .folder import sync_folder

MAX_KEPT = 200
"""Checkpoints kept at most: far more than are gathered for at once."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that the log signed, with cosignatures that fit.  by: names of the witnesses in the policy."""

    head: Checkpoint
    note: Note
    by: frozenset[str]
    final: bool


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The folder of them."""

    folder: Path
    key: Verifier
    policy: Policy
    digest: Hash
    retired: tuple[Retired, ...] = ()

    def all(self) -> list[Kept]:
        """Return every checkpoint that is kept and reads well, the newest first."""
        names = sorted(self.folder.glob("*.note"))[-MAX_KEPT:] if self.folder.is_dir() else []
        found = []
        for path in names:
            with suppress(OSError, BadNote, UnicodeDecodeError):
                found.append(self.read(path.read_text("utf-8")))
        return sorted(found, key=lambda one: -one.head.size)

    def read(self, text: str) -> Kept:
        """Return a checkpoint as the policy sees it.  Raises BadNote unless our log's key has signed it and all cosignatures fit."""
        head, note = opened_head(text, key=self.key, retired=self.retired, digest=self.digest)
        by = self.policy.by(note)
        return Kept(head, note, by, self.policy.witnessed(by))

    def add(self, note: Note, lines: Iterable[Signature]) -> Kept:
        """Keep a checkpoint with further cosignatures; return it with all there are.  Raises BadNote if one does not fit, LogTrouble."""
        path = self.folder / self._name(self.read(note.whole).head)
        held = list(note.signatures)
        with suppress(FileNotFoundError, BadNote):
            held += self.read(path.read_text("utf-8")).note.signatures
        known = {(one.key.name, one.key.id) for one in self.policy.witnesses.values()} 
        known |= {(one.name, one.id) for one in (self.key, *(former.key for former in self.retired))}
        unique = {(one.name, one.id): one for one in (*lines, *held)[::-1] if (one.name, one.id) in known}
        merged = self.read(Note(note.text, tuple(unique.values())).whole)
        try:
            self.folder.mkdir(exist_ok=True, mode=0o700)
            beside = path.with_name(f".{path.name}-{os.getpid()}.new")
            with open(beside, "w", encoding="utf-8") as file:
                file.write(merged.note.whole)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError as error:
            raise disk_failed(path, error) from error
        sync_folder(self.folder)
        return merged

    def final(self, beyond: int = 0) -> Kept | None:
        """Return the newest final checkpoint that has more than so many entries."""
        return next((one for one in self.all() if one.final and one.head.size > beyond), None)

    def latest(self) -> Mapping[str, Kept]:
        """Return the newest checkpoint that each witness has cosigned, by its name in the policy."""
        found: dict[str, Kept] = {}
        for one in self.all():
            for name in one.by:
                found.setdefault(name, one)
        return found

    def when(self, name: str, kept: Kept) -> int:
        """Return the POSIX time at which a witness cosigned."""
        key = self.policy.witnesses[name].key
        return times(kept.note, [key])[key.vkey]

    def prune(self) -> None:
        """Remove what is of no more use."""
        kept = self.all()
        final = next((one.head.size for one in kept if one.final), 0)
        useful = {self._name(one.head) for one in (*kept, *self.latest().values()) if one.head.size >= final}
        useful |= {self._name(one.head) for one in self.latest().values()}
        for one in kept:
            if self._name(one.head) not in useful:
                with suppress(OSError):
                    (self.folder / self._name(one.head)).unlink()

    @staticmethod
    def _name(head: Checkpoint) -> str:
        return f"{head.size:019d}-{urlsafe_b64encode(head.root[:6]).decode()}.note"
