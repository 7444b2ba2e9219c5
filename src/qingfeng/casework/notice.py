"""The yearly notice of holidays, pasted as it stands: which days are off, which weekend days are worked.

Reads sentences such as “春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。” and lines such as
“2027-02-05 放假”.  What it cannot read is a fault; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from qingfeng.terms.text import Text

MAX_CHARACTERS = 20_000
_BRACKETS = re.compile(r"（[^（）]{0,60}）|\([^()]{0,60}\)")
_SENTENCES = re.compile(r"[。；;\n]")
_DAY = (
    r"(?:(?P<{0}y>[0-9]{{4}})\s*[年/.-]\s*)?(?:(?P<{0}m>[0-9]{{1,2}})\s*[月/.-]\s*)?"
    r"(?P<{0}d>[0-9]{{1,2}})\s*(?:日|(?=\s|$|至|到|—|–|~|、|，|,|放|上|休|补|off|work))"
)
_SPAN = re.compile(_DAY.format("a") + r"(?:\s*(?:至|到|—+|–|~|\.\.)\s*" + _DAY.format("b") + ")?")
_WORKED, _OFF = re.compile(r"上班|补班|work"), re.compile(r"放假|休息|调休|补休|休|off")
_LONGEST = 31


@dataclass(frozen=True, slots=True)
class Read:
    """What a notice says: days, and the sentences that name days but cannot be read."""

    off: frozenset[date]
    worked: frozenset[date]
    faults: tuple[Text, ...]


def read_notice(text: str, year: int) -> Read:
    """Read a notice for a year; days of other years in it are left to their own tables."""
    off: set[date] = set()
    worked: set[date] = set()
    faults: list[Text] = []
    for sentence in _SENTENCES.split(_BRACKETS.sub("", text[:MAX_CHARACTERS])):
        said = sentence.strip()
        if not _SPAN.search(said) or not (_WORKED.search(said) or _OFF.search(said)):
            if re.search(r"[0-9]\s*月\s*[0-9]+\s*日|[0-9]{4}-[0-9]{2}-[0-9]{2}", said) and not re.search(
                r"[号日]\s*$|〔", said
            ):
                faults.append(_unread(said))
            continue
        clauses = list(_clauses(said))
        if not clauses:
            faults.append(_unread(said))
        for clause in clauses:
            into = worked if _WORKED.search(clause) else off
            days = list(_days(clause, year))
            if not days or None in days:
                faults.append(_unread(clause))
            into |= {day for day in days if day is not None and day.year == year}
    return Read(frozenset(off), frozenset(worked), tuple(faults[:50]))


def _clauses(sentence: str) -> Iterator[str]:
    """Yield parts that say one thing each: a list of days up to what is done on them."""
    start = 0
    for found in re.finditer(r"上班|补班|work(?:ed)?|放假(?:调休)?|休息|补休|调休|休|off", sentence):
        clause = sentence[start : found.end()]
        if re.search(r"[0-9]", clause):
            yield clause
        start = found.end()


def _days(clause: str, year: int) -> Iterator[date | None]:
    """Yield the days named; None for what is no day."""
    month: int | None = None
    for found in _SPAN.finditer(clause):
        if found["am"] is None and month is None:
            continue  # a bare number before any month: 一、元旦, a count
        try:
            first = date(int(found["ay"] or year), int(found["am"] or month or 0), int(found["ad"]))
            month = first.month
            last = first
            if found["bd"] is not None:
                last = date(int(found["by"] or first.year), int(found["bm"] or month), int(found["bd"]))
                month = last.month
        except ValueError:
            yield None
            return
        if not 0 <= (last - first).days <= _LONGEST:
            yield None
            return
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _unread(text: str) -> Text:
    return Text(zh=f"读不懂：“{text[:60]}”", en=f"cannot be read: “{text[:60]}”")
