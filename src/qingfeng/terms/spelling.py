"""Numbers as clerks write them (bank references, receipts): one number in one spelling."""

from __future__ import annotations

from unicodedata import normalize

FULL = 15  # characters of a whole identity number, at least


def two_numbers(one: object, other: object) -> bool:
    """Return whether both are whole identity numbers, and not the same."""
    a, b = one_spelling(str(one or "")), one_spelling(str(other or ""))
    return min(len(a), len(b)) >= FULL and a != b


def one_spelling(written: str) -> str:
    """Return a number without blanks, in capitals, with full-width signs as plain ones: “yh 31a” and “ＹＨ３１Ａ” are YH31A.

    The same in SQL: regexp_replace(upper(normalize(x, NFKC)), '\\s', '', 'g').
    """
    return "".join(normalize("NFKC", written).upper().split())
