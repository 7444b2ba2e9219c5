"""Signed notes (c2sp.org/signed-note): a text, and lines that sign it.  What a note says counts only after `opened`.

Keys are of a kind each: Ed25519 over the text (0x01), a timed cosignature of a checkpoint (0x04, see cosignature.py), and those of our
own profile, whose kind begins with 0xff and a name (docs/format.md).  A key signs or checks; it knows nothing of files.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import ClassVar, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MAX_NOTE = 100_000
"""Bytes of a note: a checkpoint with a hundred signatures of the longest kind in use."""
MAX_SIGNATURES = 100
"""Signatures of a note: the standard demands that sixteen are taken; a policy names fewer than a hundred keys."""
ED25519 = b"\x01"
"""The kind of a key that signs the text of a note by Ed25519 (RFC 8032)."""
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


class BadNote(ValueError):
    """A text that is no signed note, or none that a known key has signed; says why."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note.  id: four bytes; raw: the signature itself."""

    name: str
    id: bytes
    raw: bytes

    @property
    def line(self) -> str:
        """The line as it is written, with its end."""
        return f"— {self.name} {b64encode(self.id + self.raw).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (with its last newline) and all signature lines, none of them checked."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def whole(self) -> str:
        """The note as it is written."""
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}"


class Verifier(Protocol):
    """A public key under its name."""

    @property
    def name(self) -> str: ...

    @property
    def id(self) -> bytes: ...

    @property
    def vkey(self) -> str: ...

    def fits(self, text: str, raw: bytes) -> bool:
        """Return whether raw signs the text."""
        ...


class Signer(Protocol):
    """A private key under its name."""

    @property
    def verifier(self) -> Verifier: ...

    def sign(self, text: str) -> Signature:
        """Return a signature of the text."""
        ...


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the four bytes that name a key in signature lines."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def vkey(name: str, kind: bytes, public: bytes) -> str:
    """Return a public key as one line of text."""
    return f"{name}+{key_id(name, kind, public).hex()}+{b64encode(kind + public).decode()}"


def check_name(name: str) -> None:
    """Raise BadNote unless the name can stand in a signature line."""
    if not name or len(name) > 200 or "+" in name or not name.isprintable() or any(one.isspace() for one in name):
        raise BadNote(f"{name[:60]!r} is no name of a key: no spaces, no plus sign, not empty")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What public keys of every kind have in common.  kind: the bytes of its kind; public: the key as its kind writes it."""

    name: str
    public: bytes
    kind: ClassVar[bytes]

    @property
    def id(self) -> bytes:
        """The key's four bytes."""
        return key_id(self.name, self.kind, self.public)

    @property
    def vkey(self) -> str:
        """The key as a line of text."""
        return vkey(self.name, self.kind, self.public)


@dataclass(frozen=True, slots=True)
class Ed25519Verifier(PublicKey):
    """A public key that checks Ed25519 signatures over the text of a note."""

    kind = ED25519
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the key.  Raises BadNote."""
        check_name(self.name)
        object.__setattr__(self, "_key", ed25519_public(self.public))

    def fits(self, text: str, raw: bytes) -> bool:
        """Return whether raw signs the text."""
        return ed25519_fits(self._key, text.encode(), raw)


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A private key that signs the text of a note.  seed: its 32 bytes."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> Ed25519Verifier:
        """The public key.  Raises BadNote."""
        return Ed25519Verifier(self.name, ed25519_private(self.seed).public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Return a signature of the text.  Raises BadNote for a text that no note can have."""
        check_text(text)
        key = self.verifier
        return Signature(self.name, key.id, ed25519_private(self.seed).sign(text.encode()))


def ed25519_public(raw: bytes) -> Ed25519PublicKey:
    """Return the key of 32 bytes.  Raises BadNote."""
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise BadNote("an Ed25519 key has 32 bytes") from error


def ed25519_private(seed: bytes) -> Ed25519PrivateKey:
    """Return the key of a seed of 32 bytes.  Raises BadNote."""
    try:
        return Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError as error:
        raise BadNote("an Ed25519 seed has 32 bytes") from error


def ed25519_fits(key: Ed25519PublicKey, message: bytes, raw: bytes) -> bool:
    """Return whether raw is the key's signature of the message."""
    try:
        key.verify(raw, message)
    except InvalidSignature:
        return False
    return True


Kinds = Mapping[bytes, Callable[[str, bytes], Verifier]]
"""Which kinds of keys are read: the kind's bytes → how a verifier is made of a name and the public key."""


def verifier_of(line: str, kinds: Kinds) -> Verifier:
    """Return the key that a vkey line describes.  kinds: what is taken, nothing else.  Raises BadNote."""
    match = _VKEY.fullmatch(line)
    if match is None or len(line) > 10_000:
        raise BadNote(f"{line[:60]!r} is no key: a key is <name>+<id>+<kind and key in base64>")
    material = _base64(match[3])
    for kind, make in kinds.items():
        if material.startswith(kind):
            key = make(match[1], material[len(kind) :])
            if key.id.hex() != match[2]:
                raise BadNote(f"the id of {match[1]!r} is not the one of its key")
            return key
    raise BadNote(f"{match[1]!r} is a key of a kind that is not taken here")


def check_text(text: str) -> None:
    """Raise BadNote unless the text can be that of a note: UTF-8, ending in a newline, without control characters."""
    if not text.endswith("\n"):
        raise BadNote("the text of a note ends in a newline")
    if any(one < " " and one != "\n" for one in text):
        raise BadNote("the text of a note holds a control character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadNote("the text of a note holds a lone surrogate") from error


def parsed(data: bytes | str) -> Note:
    """Return a note as written, its signatures unchecked.  Raises BadNote."""
    if len(data) > MAX_NOTE:
        raise BadNote(f"a note is at most {MAX_NOTE} bytes long")
    try:
        whole = data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise BadNote("a note is written in UTF-8") from error
    at = whole.rfind("\n\n")
    if at < 0:
        raise BadNote("there is no blank line before the signatures")
    text, lines = whole[: at + 1], whole[at + 2 :]
    check_text(text)
    if not lines.endswith("\n"):
        raise BadNote("a note ends with a signature line and a newline")
    return Note(text, tuple(map(signature_of, lines[:-1].split("\n"))))


def signature_of(line: str) -> Signature:
    """Return one signature line (without its newline).  Raises BadNote."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise BadNote(f"{line[:60]!r} is no signature line")
    raw = _base64(match[2])
    if len(raw) < 5:
        raise BadNote("a signature is too short to be one")
    return Signature(match[1], raw[:4], raw[4:])


def checked(note: Note, known: Iterable[Verifier]) -> Sequence[Verifier]:
    """Return the known keys that signed a note, in the order of its lines; unknown ones are passed over.

    Raises BadNote if a line claims a known key and does not fit.
    """
    if len(note.signatures) > MAX_SIGNATURES:
        raise BadNote(f"a note has at most {MAX_SIGNATURES} signatures")
    keys = {(one.name, one.id): one for one in known}
    found: list[Verifier] = []
    for line in note.signatures:
        key = keys.get((line.name, line.id))
        if key is None or key in found:
            continue
        if not key.fits(note.text, line.raw):
            raise BadNote(f"the signature of {line.name!r} does not fit the text")
        found.append(key)
    return found


def opened(data: bytes | str, known: Iterable[Verifier]) -> tuple[Note, Sequence[Verifier]]:
    """Return a note that at least one known key has signed, and which ones.  Raises BadNote."""
    note = parsed(data)
    found = checked(note, known)
    if not found:
        raise BadNote("no known key has signed this note")
    return note, found


def signed(text: str, signers: Iterable[Signer]) -> Note:
    """Return the text as a note with a line of each signer.  Raises BadNote."""
    check_text(text)
    return Note(text, tuple(one.sign(text) for one in signers))


def _base64(text: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except ValueError as error:
        raise BadNote(f"{text[:40]!r} is not base64") from error
    if b64encode(raw).decode() != text:
        raise BadNote(f"{text[:40]!r} is base64 with loose ends")
    return raw
