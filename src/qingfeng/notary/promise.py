"""Promises: what the answer to a command carries until its receipt exists.  A signed note of the log's key:

    qingfeng.promise/1
    <origin of the log>
    <stream>
    <number within the stream>
    <hash of the entry as a leaf, base64>
    <POSIX time of the promise>

It says: this record will stand in the log.  Should it not, the promise proves that it was there.  docs/format.md, section 9.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

from qingfeng.casework.ports import StoredEvent
from qingfeng.ledger.merkle import HASH_BYTES, Hash, leaf_hash
from qingfeng.ledger.note import BadNote, Note, Signer, Verifier, opened, signed

FIRST_LINE = "qingfeng.promise/1"
WITHIN = 24 * 3600
"""Seconds after which a promised record has to stand in the log; in use it is one."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise as read.  leaf: hash of the entry; seconds: POSIX time at which it was given."""

    origin: str
    stream: str
    seq: int
    leaf: bytes
    seconds: int

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (FIRST_LINE, self.origin, self.stream, self.seq, b64encode(self.leaf).decode(), self.seconds)
        return "".join(f"{line}\n" for line in lines)


def promised(signer: Signer, event: StoredEvent, *, seconds: int, digest: Hash) -> Note:
    """Return the promise of an event that was just recorded.  Raises BadNote."""
    promise = Promise(signer.verifier.name, event.stream, event.seq, leaf_hash(event.entry, digest), seconds)
    return signed(promise.text, [signer])


def promise_of(data: str | bytes, key: Verifier) -> Promise:
    """Return a promise that the log's key has signed.  Raises BadNote."""
    note, _ = opened(data, [key])
    lines = note.text.split("\n")
    if len(lines) != 7 or lines[0] != FIRST_LINE or lines[1] != key.name:
        raise BadNote("this is no promise of this log")
    stream, seq, leaf, seconds = lines[2:6]
    if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in (seq, seconds)):
        raise BadNote("number and time of a promise are numbers")
    try:
        raw = b64decode(leaf, validate=True)
    except ValueError as error:
        raise BadNote("the hash of a promise is not base64") from error
    promise = Promise(lines[1], stream, int(seq), raw, int(seconds))
    if len(raw) != HASH_BYTES or promise.text != note.text:
        raise BadNote("this promise is not written as promises are")
    return promise
