"""Numbers of papers as agencies give them: 示应急罚〔2026〕8号 is the eighth of its series and year, and follows the seventh."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .spelling import one_spelling

_SIGNS: Final = str.maketrans("〔[【〈《「『〕]】〉》」』—–−‐", "(((((((" + ")))))))" + "----")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SERIAL = re.compile(r"(\d+)(?=\D*$)")
_SECOND = re.compile(r"(?<!\d)(?!(?:19|20)\d\d-)(\d+)-([1-9]\d?)(?=\D*$)")


@lru_cache(maxsize=4096)
def number_key(written: str) -> str:
    """Return a number in one spelling: brackets and dashes of one kind, no blanks, no zeros in front."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", one_spelling(written).translate(_SIGNS))


def series_of(written: str) -> str | None:
    """Return the series and year of a number: it with # for the number itself (示应急罚(2026)#号); None if it has none."""
    key = number_key(written)
    second = _SECOND.search(key)
    if second is not None:  # 7-2 is the second paper under 7
        return f"{key[: second.start(1)]}#{key[second.end(2) :]}"
    return None if _SERIAL.search(key) is None else _SERIAL.sub("#", key)


def head_of(written: str) -> str | None:
    """Return the series whatever its year: 示应急罚(%)#号."""
    series = series_of(written)
    return None if series is None else _YEAR.sub("%", series)


def year_of(written: str) -> int | None:
    """Return the year in a number; None if it names none."""
    found = _YEAR.search(series_of(written) or "")
    return None if found is None else int(found[0])


def serial_of(written: str) -> int | None:
    """Return the number itself: 8; of a second paper under it (8-2) too."""
    key = number_key(written)
    found = _SECOND.search(key) or _SERIAL.search(key)
    return None if found is None else int(found[1])


def before(written: str) -> str | None:
    """Return the number that comes before: of 8 it is 7, of 8-2 it is 8, of 8-3 it is 8-2; None of the first and of what has none."""
    key = number_key(written)
    second = _SECOND.search(key)
    if second is not None:
        nth = int(second[2])
        return key[: second.end(1)] + (f"-{nth - 1}" if nth > 2 else "") + key[second.end(2) :]
    found = _SERIAL.search(key)
    if found is None or int(found[1]) <= 1:
        return None
    return f"{key[: found.start(1)]}{int(found[1]) - 1}{key[found.end(1) :]}"
