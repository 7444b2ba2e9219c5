"""After how many days an unanswered procedural finding is told to deputy, head and discipline: said once, by the power that handles it.

Where `supervision/finding_handling` is in force its limits say the days (docs/adr/012); an agency without it may say `finding_ladder`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from .mirrored import POWER
from .office import Registry, UnknownThing

LADDER = (3, 5, 7)
"""Calendar days where nobody says others; no statute (design, section 10)."""
LIMITS = ("ladder_deputy", "ladder_head", "ladder_discipline")
"""The limits of the power that hold the days."""


def ladder_of(registry: Registry, day: date) -> tuple[int, int, int]:
    """Return the days of the agency's ladder on a day, in calendar days."""
    said: Any = _of_power(registry, day) or registry.agency.get("finding_ladder")
    if isinstance(said, Sequence) and len(said) == len(LADDER) and all(type(n) is int and n > 0 for n in said):
        return said[0], said[1], said[2]
    return LADDER


def _of_power(registry: Registry, day: date) -> list[Any] | None:
    try:
        document: Mapping[str, Any] = registry.versions[POWER, registry.version_on(POWER, day)]
    except UnknownThing:
        return None
    limits = {one["id"]: one for one in document["version"]["procedure"]["limits"]}
    return [limits[name].get("n") for name in LIMITS] if limits.keys() >= {*LIMITS} else None
