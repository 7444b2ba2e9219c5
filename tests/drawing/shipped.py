"""The powers that are shipped, read once."""

from __future__ import annotations

from functools import cache

from qingfeng import wiring
from qingfeng.catalogue.power import PowerVersion


@cache
def versions() -> tuple[PowerVersion, ...]:
    """Return the newest version of every power, those of supervision too."""
    loaded = [read.loaded.power for read in wiring.read_powers([])]
    return tuple(power.versions[-1] for power in loaded if power is not None)


def version(name: str) -> PowerVersion:
    """Return the newest version of one power."""
    return next(one for one in versions() if one.power == name)
