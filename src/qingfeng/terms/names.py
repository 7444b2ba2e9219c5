"""Names of parties as people write them: one name in many spellings is one name."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from unicodedata import normalize


@lru_cache(maxsize=4096)
def plain_name(written: str) -> str:
    """Return a name's letters and digits alone, full-width forms as plain ones, in small letters.

    示例（县）化工 有限公司, 示例(县)化工有限公司 and 示例县化工有限公司 are one name: blanks, brackets and dots tell nobody apart.  A text
    without a letter or digit stays as it is, but for blanks around it.  The same in SQL: regexp_replace(lower(normalize(x, NFKC)),
    '[^[:alnum:]]', '', 'g').
    """
    folded = normalize("NFKC", normalize("NFKC", written).casefold())
    return "".join(sign for sign in folded if sign.isalnum()) or written.strip()


NAME_FIELDS: Final = frozenset({"party", "subject"})


def key_of(field: str, value: str) -> str:
    """Return under what a value of an indexed field is found across cases: a party's name in whatever spelling, else as it stands."""
    return plain_name(value) if field in NAME_FIELDS else value
