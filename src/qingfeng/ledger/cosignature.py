"""Cosignatures of witnesses (c2sp.org/tlog-cosignature, Ed25519): "at this second this was the largest tree of the log I have seen"."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .merkle import MAX_SIZE
from .note import (
    BadNote,
    Note,
    PublicKey,
    Signature,
    Verifier,
    check_name,
    checked,
    ed25519_fits,
    ed25519_private,
    ed25519_public,
)

COSIGNATURE = b"\x04"
"""The kind of a witness's key."""
_TIME = struct.Struct(">Q")


def cosigned_message(text: str, seconds: int) -> bytes:
    """Return the bytes that a witness signs: two lines, and the whole text of the checkpoint.  seconds: POSIX time."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def timed(raw: bytes) -> tuple[int, bytes] | None:
    """Return the time and the signature that a cosignature carries, or None if it cannot be one."""
    if len(raw) <= _TIME.size:
        return None
    seconds = _TIME.unpack_from(raw)[0]
    return (seconds, raw[_TIME.size :]) if 0 < seconds <= MAX_SIZE else None


def with_time(seconds: int, raw: bytes) -> bytes:
    """Return a cosignature from its time and signature.  Raises BadNote for a time that none can have."""
    if not 0 < seconds <= MAX_SIZE:
        raise BadNote(f"{seconds} is no time of a cosignature")
    return _TIME.pack(seconds) + raw


@dataclass(frozen=True, slots=True)
class CosignatureVerifier(PublicKey):
    """A witness's public key."""

    kind = COSIGNATURE
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the key.  Raises BadNote."""
        check_name(self.name)
        object.__setattr__(self, "_key", ed25519_public(self.public))

    def fits(self, text: str, raw: bytes) -> bool:
        """Return whether raw is a cosignature of a checkpoint with this text."""
        said = timed(raw)
        return said is not None and ed25519_fits(self._key, cosigned_message(text, said[0]), said[1])


@dataclass(frozen=True, slots=True)
class CosignatureSigner:
    """A witness's private key.  seed: its 32 bytes."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> CosignatureVerifier:
        """The public key.  Raises BadNote."""
        return CosignatureVerifier(self.name, ed25519_private(self.seed).public_key().public_bytes_raw())

    def cosign(self, text: str, seconds: int) -> Signature:
        """Return a cosignature of a checkpoint's text.  seconds: POSIX time now.  Raises BadNote."""
        raw = with_time(seconds, ed25519_private(self.seed).sign(cosigned_message(text, seconds)))
        return Signature(self.name, self.verifier.id, raw)


def times(note: Note, witnesses: Iterable[Verifier]) -> Mapping[str, int]:
    """Return when each known witness cosigned a checkpoint, by the vkey.  Raises BadNote if one of their lines does not fit."""
    found = {(key.name, key.id): key.vkey for key in checked(note, witnesses)}
    told: dict[str, int] = {}
    for line in note.signatures:
        said, key = timed(line.raw), found.get((line.name, line.id))
        if key is not None and said is not None:
            told.setdefault(key, said[0])
    return told
