"""Under what an act is found across cases beside the values it says: its series of numbers, its day of violation, its visit.

Each key begins with a sign that nobody can enter, so that it is no value; in SQL they are columns derived from the same fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .names import DERIVED, plain_name
from .numbering import head_of, series_of, year_of


def series_key(number: str, joined: object = True) -> str | None:
    """Return under what all numbers of one series and year are found (field document_no)."""
    series = series_of(number, joined)
    return None if series is None else DERIVED + series


def head_key(number: str, joined: object = True) -> str | None:
    """Return under what all numbers of one series in every year are found (field document_no); None without a year."""
    return None if year_of(number, joined) is None else f"{DERIVED}{DERIVED}{head_of(number, joined)}"


def kind_key(power: str, act: str) -> str:
    """Return under what all numbers given by one kind of act are found (field document_no)."""
    return f"{DERIVED}{power}/{act}"


def day_key(day: str) -> str:
    """Return under what all parties named together with this day of violation (ISO) are found (field party)."""
    return DERIVED + day


def visit_key(place: str, day: int) -> str:
    """Return under what all visits to a place on a day (as a number) are found (field place)."""
    return f"{DERIVED}{plain_name(place)}/{day}"


def derived(power: str, act: str, day: int, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (field, key) for an act.  day: on which it was done, as a number."""
    number, place = data.get("document_no"), data.get("place")
    if isinstance(number, str) and number:
        yield "document_no", kind_key(power, act)
        found = (key(number, joined) for joined in (True, False) for key in (series_key, head_key))
        yield from (("document_no", key) for key in dict.fromkeys(found) if key is not None)
    if data.get("party") and isinstance(data.get("occurred_on"), str):
        yield "party", day_key(data["occurred_on"])
    if isinstance(place, str) and place and data.get("officers"):
        yield "place", visit_key(place, day)
