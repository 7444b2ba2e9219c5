"""A party's yearly hash chain: one secret, and as many links as it has days, each of which proves itself by the one before.

    link[length] = SHA-256( "qingfeng.draw.secret/1\n" || secret )
    link[k - 1]  = SHA-256( "qingfeng.draw.link/1\n" || link[k] )          anchor = link[0]

The anchor is published before the year; draw after draw the party reveals link 1, 2, 3 …  Who knows a link knows all
earlier ones and no later one; the party cannot choose a link after seeing the other parties' links.
"""

from __future__ import annotations

import re
from hashlib import sha256

from qingfeng.terms.text import TermError, Text

MAX_LENGTH = 1_000
"""Links of one chain: nearly three draws a day; bounds the work of checking a link."""
LEAST_SECRET, MOST_SECRET = 32, 4_096
"""Bytes of a secret: 32 as many as the hash has, so that guessing is no easier than breaking it; a page at most."""

_SECRET, _LINK = b"qingfeng.draw.secret/1\n", b"qingfeng.draw.link/1\n"
_HEX = re.compile("[0-9a-f]{64}")


class BadChain(TermError):
    """A secret, a length or a number that makes no chain."""


def link(secret: bytes, *, length: int, number: int) -> str:
    """Return link `number` (0: the anchor) of the chain of `length` links, in hexadecimal.  Raises BadChain."""
    if not LEAST_SECRET <= len(secret) <= MOST_SECRET:
        raise BadChain(
            Text(
                zh=f"秘密有{len(secret)}字节，应为{LEAST_SECRET}至{MOST_SECRET}字节：太短可被猜出；请用随机数生成器重新生成。",
                en=f"The secret has {len(secret)} bytes; it needs {LEAST_SECRET} to {MOST_SECRET}: a short one can be guessed; "
                "make a new one with a generator of random numbers.",
            )
        )
    if not 1 <= length <= MAX_LENGTH or not 0 <= number <= length:
        raise BadChain(
            Text(
                zh=f"链长{length}、序号{number}不对：链长1至{MAX_LENGTH}，序号0至链长。",
                en=f"Length {length} and number {number} make no link: length 1 to {MAX_LENGTH}, number 0 to the length.",
            )
        )
    return _back(sha256(_SECRET + secret).digest(), length - number).hex()


def anchor(secret: bytes, *, length: int) -> str:
    """Return what the party publishes before the year, in hexadecimal.  Raises BadChain."""
    return link(secret, length=length, number=0)


def check_link(given: str, *, anchor: str, position: int) -> bool:
    """Return whether a text is link `position` of the chain that begins with this anchor."""
    if not is_hash(given) or not 1 <= position <= MAX_LENGTH:
        return False
    return _back(bytes.fromhex(given), position).hex() == anchor


def is_hash(text: object) -> bool:
    """Return whether this is a SHA-256 as it is written here: 64 small hexadecimal digits."""
    return isinstance(text, str) and _HEX.fullmatch(text) is not None


def _back(value: bytes, steps: int) -> bytes:
    for _ in range(steps):
        value = sha256(_LINK + value).digest()
    return value
