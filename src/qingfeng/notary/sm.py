"""Our own profile for SM3 and SM2: the same trees, notes and cosignatures with another hash and kinds of keys of our own (docs/format.md).

A kind begins with 0xff, which the note standard leaves to others, and a name that nobody else uses.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qingfeng.ledger.cosignature import cosigned_message, timed, with_time
from qingfeng.ledger.note import BadNote, PublicKey, Signature, check_name, check_text

from .openssl import NoSm, check_point, fits, public_of, sign

SM2 = b"\xffqingfeng.sm2-sm3.note/1\n"
"""The kind of a key that signs the text of a note."""
SM2_COSIGNATURE = b"\xffqingfeng.sm2-sm3.cosignature/1\n"
"""The kind of a witness's key."""


@dataclass(frozen=True, slots=True)
class Sm2Verifier(PublicKey):
    """A public key that checks SM2 signatures over the text of a note.  public: the point, 65 bytes."""

    kind = SM2

    def __post_init__(self) -> None:
        """Look at the key.  Raises BadNote."""
        _check(self.name, self.public)

    def fits(self, text: str, raw: bytes) -> bool:
        """Return whether raw signs the text."""
        return fits(self.public, text.encode(), raw)


@dataclass(frozen=True, slots=True)
class Sm2Signer:
    """A private key that signs the text of a note.  private: PKCS#8 in DER."""

    name: str
    private: bytes = field(repr=False)

    @property
    def verifier(self) -> Sm2Verifier:
        """The public key.  Raises BadNote, NoSm."""
        return Sm2Verifier(self.name, public_of(self.private))

    def sign(self, text: str) -> Signature:
        """Return a signature of the text.  Raises BadNote, NoSm."""
        check_text(text)
        return Signature(self.name, self.verifier.id, sign(self.private, text.encode()))


@dataclass(frozen=True, slots=True)
class Sm2CosignatureVerifier(PublicKey):
    """A witness's public key in this profile."""

    kind = SM2_COSIGNATURE

    def __post_init__(self) -> None:
        """Look at the key.  Raises BadNote."""
        _check(self.name, self.public)

    def fits(self, text: str, raw: bytes) -> bool:
        """Return whether raw is a cosignature of a checkpoint with this text."""
        said = timed(raw)
        return said is not None and fits(self.public, cosigned_message(text, said[0]), said[1])


@dataclass(frozen=True, slots=True)
class Sm2CosignatureSigner:
    """A witness's private key in this profile.  private: PKCS#8 in DER."""

    name: str
    private: bytes = field(repr=False)

    @property
    def verifier(self) -> Sm2CosignatureVerifier:
        """The public key.  Raises BadNote, NoSm."""
        return Sm2CosignatureVerifier(self.name, public_of(self.private))

    def cosign(self, text: str, seconds: int) -> Signature:
        """Return a cosignature of a checkpoint's text.  seconds: POSIX time now.  Raises BadNote, NoSm."""
        raw = with_time(seconds, sign(self.private, cosigned_message(text, seconds)))
        return Signature(self.name, self.verifier.id, raw)


def _check(name: str, public: bytes) -> None:
    check_name(name)
    try:
        check_point(public)
    except NoSm as error:
        raise BadNote(str(error)) from error
