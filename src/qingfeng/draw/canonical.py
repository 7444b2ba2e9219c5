"""The bytes that a draw hashes: a small part of RFC 8785 (strings, whole numbers, null, lists, objects with ASCII keys)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from hmac import digest
from typing import Any

MAX_INT = 2**53 - 1
_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""Made once: `json.dumps` with these options makes an encoder for every call, and a draw makes one call a ticket."""


class NotCanonical(ValueError):
    """A value that has no canonical bytes here: a fraction, a truth value, a key outside ASCII, a lone surrogate."""


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a value.  Raises NotCanonical."""
    _check(value)
    try:
        return _ENCODE(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a text holds a lone surrogate") from error


def fingerprint(value: Any) -> str:
    """Return the SHA-256 of a value's canonical bytes, 64 hexadecimal digits.  Raises NotCanonical."""
    return sha256(canonical(value)).hexdigest()


def keyed(seed: bytes, message: Any) -> bytes:
    """Return HMAC-SHA256 of a message's canonical bytes under a seed, 32 bytes.  Raises NotCanonical."""
    return digest(seed, canonical(message), "sha256")


def _check(value: Any) -> None:
    kind = type(value)
    if value is None or kind is str or (kind is int and -MAX_INT <= value <= MAX_INT):
        return
    if kind is dict or isinstance(value, Mapping):  # the exact kinds first: asking an abstract class takes ten times as long
        for key, member in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical("a key is not ASCII text")
            _check(member)
    elif kind is list or kind is tuple or (isinstance(value, Sequence) and not isinstance(value, (str, bytes))):
        for member in value:
            _check(member)
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form here")
