"""Checkpoints (c2sp.org/tlog-checkpoint): the size and root of a log, as the text of a signed note."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from .merkle import HASH_BYTES, MAX_SIZE, Hash, empty_root, sha_256
from .note import BadNote, Note, Signer, Verifier, opened, signed

_SIZE = re.compile("0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log's tree.  origin: which log; root: 32 bytes; more: extension lines, which ours never has."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, b64encode(self.root).decode(), *self.more))


def checkpoint_in(text: str, digest: Hash = sha_256) -> Checkpoint:
    """Return the checkpoint that the text of a note says.  Raises BadNote."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise BadNote("a checkpoint has an origin, a size and a root, a line each, and no empty line")
    origin, size, root, *more = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise BadNote(f"{size[:30]!r} is no size of a tree")
    try:
        raw = b64decode(root, validate=True)
    except ValueError as error:
        raise BadNote("the root is not base64") from error
    if len(raw) != HASH_BYTES or b64encode(raw).decode() != root:
        raise BadNote(f"the root is not a hash of {HASH_BYTES} bytes")
    if size == "0" and raw != empty_root(digest):
        raise BadNote("a tree without leaves has one root only, and this is another")
    return Checkpoint(origin, int(size), raw, tuple(more))


def signed_checkpoint(head: Checkpoint, signers: Iterable[Signer]) -> Note:
    """Return a checkpoint as a note.  Raises BadNote."""
    checkpoint_in(head.text, digest=lambda _: head.root)
    return signed(head.text, signers)


def opened_checkpoint(
    data: bytes | str, *, origin: str, keys: Iterable[Verifier], digest: Hash = sha_256
) -> tuple[Checkpoint, Note]:
    """Return what a log's note says after a key of the log has signed it.  Raises BadNote, also for another log's checkpoint."""
    note, _ = opened(data, keys)
    head = checkpoint_in(note.text, digest)
    if head.origin != origin:
        raise BadNote(f"this is a checkpoint of {head.origin[:80]!r}, not of {origin!r}")
    return head, note
