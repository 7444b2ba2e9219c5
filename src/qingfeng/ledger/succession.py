"""One key after another: a note by which a key hands over to the next, and heads that a retired key may still have signed.

    qingfeng.succession/1
    <name of both keys>
    <old vkey>
    <new vkey>
    <size>                 of a log's last head under the old key; a witness has no such line
    <root, base64>

Signed by the old key and by the new one.  The first line is no log's name and the second no size, so that it is never taken for a
checkpoint.  Under a retired key nothing larger than that size is believed.  docs/format.md, section 11.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from .checkpoint import Checkpoint, opened_checkpoint
from .merkle import HASH_BYTES, MAX_SIZE, Hash, sha_256
from .note import BadNote, Kinds, Note, Verifier, checked, parsed, verifier_of

FIRST_LINE = "qingfeng.succession/1"


@dataclass(frozen=True, slots=True)
class Retired:
    """A key that was replaced.  size: entries of the largest head that it may have signed."""

    key: Verifier
    size: int


@dataclass(frozen=True, slots=True)
class Succession:
    """What a note of succession says.  head: size and root of a log's last head under the old key; None for a witness."""

    old: Verifier
    new: Verifier
    head: tuple[int, bytes] | None = None

    @property
    def text(self) -> str:
        """The text that is signed."""
        at = () if self.head is None else (str(self.head[0]), b64encode(self.head[1]).decode())
        return "".join(f"{line}\n" for line in (FIRST_LINE, self.old.name, self.old.vkey, self.new.vkey, *at))


def succession_of(data: str | bytes, kinds: Kinds, *, vouched: bool = True) -> Succession:
    """Return a succession as written.  Raises BadNote unless both keys have signed it; vouched False (the old key was lost): the new one.

    That the old key is one that the reader trusts is for the reader to see.
    """
    note = parsed(data)
    lines = note.text.split("\n")
    if len(lines) not in (5, 7) or lines[0] != FIRST_LINE:
        raise BadNote("this is no note of a succession of keys")
    said = Succession(verifier_of(lines[2], kinds), verifier_of(lines[3], kinds), _head(lines[4:6]) if len(lines) == 7 else None)
    if said.text != note.text or said.new.name != said.old.name or said.new.vkey == said.old.vkey:
        raise BadNote("this note of a succession does not name two keys of one name")
    signed = {key.vkey for key in checked(note, [said.old, said.new])}
    if said.new.vkey not in signed or (vouched and said.old.vkey not in signed):
        raise BadNote("both keys have to sign a succession")
    return said


def opened_head(text: str | bytes, *, key: Verifier, retired: Sequence[Retired] = (), digest: Hash = sha_256) -> tuple[Checkpoint, Note]:
    """Return what a log's note says after its key has signed it, or a retired one no larger a head than it may.  Raises BadNote."""
    keys = [key, *(one.key for one in retired)]
    head, note = opened_checkpoint(text, origin=key.name, keys=keys, digest=digest)
    signed = {one.vkey for one in checked(note, keys)}
    if key.vkey not in signed and all(one.key.vkey not in signed or head.size > one.size for one in retired):
        raise BadNote(f"a head of {head.size} entries is signed by a key that was replaced before")
    return head, note


def _head(lines: Sequence[str]) -> tuple[int, bytes]:
    size, root = lines
    try:
        raw = b64decode(root, validate=True)
    except ValueError as error:
        raise BadNote("the root is not base64") from error
    if not (size.isascii() and size.isdecimal() and len(size) < 20 and int(size) <= MAX_SIZE) or len(raw) != HASH_BYTES:
        raise BadNote("a succession of a log's keys states the size and root of its last head")
    return int(size), raw
