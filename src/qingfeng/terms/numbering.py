"""Numbers of papers as agencies give them: 示应急罚〔2026〕8号 is the eighth of its series and year, and follows the seventh.

The year stands apart (〔2026〕8号, 2026-008, 2026年第8号) or is joined to the number: 20260008, 甲20260008, 3304822026000008 (a region of six
digits first), 20260302008 (the eighth of a day).  Where numbers only run on and 20260008 is no year, `joined` is false.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from .spelling import one_spelling

_SIGNS: Final = str.maketrans("〔[【〈《「『〕]】〉》」』—–−‐", "(((((((" + ")))))))" + "----")
_DAY: Final = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_YEAR = re.compile(rf"(?<!\d)((?:19|20)\d\d)(?:\.{_DAY}(?=/#))?(?!\d)")
_SERIAL = re.compile(r"(\d+)(?=\D*$)")
_SECOND = re.compile(r"(?<!\d)(?!(?:19|20)\d\d-)(\d+)-([1-9]\d?)(?=\D*$)")
_JOINED = re.compile(rf"(?P<region>[1-9]\d{{5}})?(?P<year>(?:19|20)\d\d)(?P<day>{_DAY})?(?P<serial>\d{{3,6}})")


@lru_cache(maxsize=4096)
def number_key(written: str) -> str:
    """Return a number in one spelling: brackets and dashes of one kind, no blanks, no zeros in front."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", one_spelling(written).translate(_SIGNS))


def series_of(written: str, joined: object = True) -> str | None:
    """Return the series and year of a number: it with # for the number itself (示应急罚(2026)#号, 2026/#); None if it has none."""
    key = number_key(written)
    found = _SECOND.search(key) or _SERIAL.search(key)  # 7-2 is the second paper under 7
    if found is None:
        return None
    inner = _JOINED.fullmatch(found[1]) if joined else None
    if inner is None:
        middle = ""
    else:
        middle = "/".join((*([inner["region"]] if inner["region"] else ()), ".".join(filter(None, (inner["year"], inner["day"]))), ""))
    return f"{key[: found.start(1)]}{middle}#{key[found.end() :]}"


def head_of(written: str, joined: object = True) -> str | None:
    """Return the series whatever its year: 示应急罚(%)#号."""
    series = series_of(written, joined)
    return None if series is None else _YEAR.sub("%", series)


def year_of(written: str, joined: object = True) -> int | None:
    """Return the year in a number; None if it names none."""
    found = _YEAR.search(series_of(written, joined) or "")
    return None if found is None else int(found[1])


def serial_of(written: str, joined: object = True) -> int | None:
    """Return the number itself: 8; of a second paper under it (8-2) too."""
    key = number_key(written)
    found = _SECOND.search(key) or _SERIAL.search(key)
    return None if found is None else int(_digits(found[1], joined))


def before(written: str, joined: object = True) -> str | None:
    """Return the number that comes before: of 8 it is 7, of 8-2 it is 8, of 8-3 it is 8-2; None of the first and of what has none."""
    key = number_key(written)
    second = _SECOND.search(key)
    if second is not None:
        nth = int(second[2])
        return key[: second.end(1)] + (f"-{nth - 1}" if nth > 2 else "") + key[second.end(2) :]
    found = _SERIAL.search(key)
    if found is None or int(own := _digits(found[1], joined)) <= 1:
        return None
    front = found[1][: len(found[1]) - len(own)]
    return f"{key[: found.start(1)]}{front}{f'{int(own) - 1:0{len(own)}}' if front else int(own) - 1}{key[found.end(1) :]}"


def before_wider(written: str, joined: object = True) -> str | None:
    """Return the number before one that is a digit wider than it: of 20261000 it is 2026999; None of all others."""
    group = (_SERIAL.search(number_key(written)) or ("", ""))[1]
    own = _digits(group, joined)
    if own == group or int(own) != 10 ** (len(own) - 1):
        return None
    return number_key(written).replace(group, group[: -len(own)] + "9" * (len(own) - 1))


def _digits(group: str, joined: object) -> str:
    inner = _JOINED.fullmatch(group) if joined else None
    return group if inner is None else inner["serial"]


def first_unused(used: Callable[[int], bool]) -> int:
    """Return a number not used from 0 on, in a dense series: the first, found by doubling and halving, so that long series cost little."""
    if not used(0):
        return 0
    low, high = 0, 1
    while used(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if used(middle) else (low, middle)
    return high
