"""Under what an act is found across cases beside the values it says: its series of numbers, its day of violation, its visit.

Each key begins with a sign that nobody can enter, so that it is no value; in SQL they are columns derived from the same fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .likeness import firm_core
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


def firm_key(name: str) -> str | None:
    """Return under what firms are found that differ in legal form alone (field party, said with the day of violation)."""
    core = firm_core(name)
    return None if core is None else f"{DERIVED}{DERIVED}{core}"


def near_days(one: str, other: str, most: int) -> bool:
    """Return whether two days (ISO) lie at most so many days apart."""
    try:
        return abs((date.fromisoformat(one) - date.fromisoformat(other)).days) <= most
    except ValueError:
        return False


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
        firm = firm_key(str(data["party"]))
        yield from [("party", firm)] if firm is not None else []
    if isinstance(place, str) and place and data.get("officers"):
        yield "place", visit_key(place, day)
