"""A county agency's year written from knowledge of such offices alone, by somebody who had not read how the patterns decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random

from .agency import agency
from .book import Book, Wrong
from .inspection import inspections
from .licence import complaints, filings, licences
from .penalty import measures, penalties
from .wrongs import ghosts, nights, plant

TODAY = date(2027, 1, 15)


def year(seed: int, cases: int, patterns: Sequence[str] = ()) -> tuple[Book, list[Wrong]]:
    """Return a year of some so many cases, and who was planted in it.  No patterns: an honest year."""
    rng = Random(f"foreign {seed} {cases} {' '.join(patterns)}")
    book = Book(agency(rng, cases), rng)
    if rng.random() < 0.5:
        first = date(2026, rng.randint(2, 11), rng.randint(2, 25))
        book.outage = {first, date.fromordinal(first.toordinal() + 1)}
    planted = plant(book, patterns)
    inspections(book, round(cases * 0.27))
    penalties(book, round(cases * 0.18))
    measures(book, round(cases * 0.02))
    licences(book, round(cases * 0.31))
    filings(book, round(cases * 0.14))
    complaints(book, round(cases * 0.08))
    nights(book)
    ghosts(book)
    return book, planted
