"""Entry version 1: what one recorded event looks like in bytes, for ever.

An entry is canonical JSON: a plain envelope (structure only: stream, number, kind, times, power and version) and under
`commit` one salted commitment per field.  What the fields say stands beside it in *openings*, never inside the entry:

    commitment(name, value) = base64url( SHA-256( salt (16 bytes) || canonical([name, value]) ) ), no padding
    opening                 = canonical JSON  {name: [base64url(salt), value], ...}

Open fields and personal fields have openings of their own, so that erasing the personal one leaves every hash standing.
Source: DESIGN §8, §13; RFC 8785 for the bytes; FIPS 180-4 for the hash.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .canonical import canonical, check, encode_checked

ENTRY_VERSION = 1
HASH_NAME = "sha256"
SALT_BYTES = 16

_decode = json.JSONDecoder().decode

Salts = Callable[[int], bytes]
"""Returns so many fresh, unpredictable bytes (secrets.token_bytes in use)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """One event as bytes: the entry that is logged for ever, and the openings of its fields."""

    stream: str
    seq: int
    entry: bytes
    opening: bytes
    private: bytes | None


@dataclass(frozen=True, slots=True)
class Unsealed:
    """One event read back: its envelope, the fields that can be read, and the names of those that were erased."""

    envelope: dict[str, Any]
    fields: dict[str, Any]
    erased: frozenset[str]


def commitment(salt: bytes, name: str, value: Any) -> str:
    """Return the commitment to one field.  Raises NotCanonical for a value without canonical bytes."""
    return _text(sha256(salt + canonical([name, value])).digest())


def seal(
    envelope: Mapping[str, str | int], *, open_fields: Mapping[str, Any], private_fields: Mapping[str, Any], salts: Salts
) -> Sealed:
    """Return the bytes of a new event.  Envelope must hold `stream` (text) and `seq` (number within the stream, from 1)."""
    pool = salts(SALT_BYTES * (len(open_fields) + len(private_fields)))
    commits: dict[str, str] = {}
    openings: list[dict[str, list[Any]]] = [{}, {}]
    at = 0
    for fields, opening in zip((open_fields, private_fields), openings, strict=True):
        for name, value in fields.items():
            assert name not in commits, f"field {name} is given twice"
            salt = pool[at : at + SALT_BYTES]
            at += SALT_BYTES
            if type(value) is not str:
                check(value)
            commits[name] = _text(sha256(salt + encode_checked([name, value])).digest())
            opening[name] = [_text(salt), value]
    assert all(name.isascii() for name in commits), "field names are ASCII"
    entry = encode_checked({**envelope, "alg": HASH_NAME, "commit": commits, "v": ENTRY_VERSION})
    private = encode_checked(openings[1]) if private_fields else None
    return Sealed(str(envelope["stream"]), int(envelope["seq"]), entry, encode_checked(openings[0]), private)


def unseal(entry: bytes, opening: bytes, private: bytes | None) -> Unsealed:
    """Return what an event says.  Does not check commitments: `broken` does."""
    envelope = _decode(entry.decode())
    commits = envelope.pop("commit")
    fields = {name: value for name, (_, value) in _decode(opening.decode()).items()}
    if private is not None:
        fields.update((name, value) for name, (_, value) in _decode(private.decode()).items())
    return Unsealed(envelope, fields, frozenset(commits.keys() - fields.keys()))


def broken(entry: bytes, opening: bytes, private: bytes | None) -> list[str]:
    """Name every field whose opening does not fit its commitment, or that no commitment covers.  Empty: all is well."""
    commits = _decode(entry.decode())["commit"]
    wrong = []
    for part in (opening, private):
        for name, (salt, value) in _decode(part.decode()).items() if part is not None else ():
            try:
                fits = commits.get(name) == commitment(urlsafe_b64decode(salt + "=="), name, value)
            except Base64Error:
                fits = False
            if not fits:
                wrong.append(name)
    return sorted(wrong)


def untidy(opening: bytes, private: bytes | None) -> list[str]:
    """Name every field that openings tell in two ways: twice, open and personal at once, or not in canonical bytes."""
    parts = [(raw, _decode(raw.decode())) for raw in (opening, private) if raw is not None]
    wrong = {name for raw, said in parts if encode_checked(said) != raw for name in said}
    return sorted(wrong | (parts[0][1].keys() & parts[1][1].keys() if len(parts) > 1 else set()))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
