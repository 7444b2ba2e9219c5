"""Canonical JSON (RFC 8785) for the values that this project stores: the bytes that are hashed.

Only strings, integers up to 2**53-1, booleans, null, lists and objects with ASCII keys: for these the standard library's
compact, sorted output is byte for byte RFC 8785 (tests compare it with an independent implementation).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

MAX_INT = 2**53 - 1


_encode = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
).encode


class NotCanonical(ValueError):
    """A value that has no canonical bytes: a float, a huge integer, a key outside ASCII, a lone surrogate."""


def canonical(value: Any) -> bytes:
    """Return the RFC 8785 bytes of value.  Raises NotCanonical."""
    check(value)
    return encode_checked(value)


def encode_checked(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a value that `check` has passed.  Raises NotCanonical for a lone surrogate."""
    try:
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a text holds a lone surrogate") from error


def check(value: Any) -> None:
    """Raise NotCanonical unless value is made of what has canonical bytes (lone surrogates show only when encoding)."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return
    if kind is int:
        if not -MAX_INT <= value <= MAX_INT:
            raise NotCanonical(f"integer {value} is outside ±(2**53-1)")
    elif isinstance(value, Mapping):
        for key, member in value.items():
            if type(key) is not str or not key.isascii():
                raise NotCanonical(f"key {key!r} is not ASCII text")
            check(member)
    elif isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        for member in value:
            check(member)
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form")
