"""Agencies over the shipped powers, in folders that go away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.catalogue.power import Power

PATHS = wiring.power_paths([wiring.data_folder("powers")])
MAPS = [path for path in PATHS if path.parent.name != "supervision"]
"""Powers over others' matters; cases of supervision come of findings, not in at the door."""


@cache
def power_of(path: Path) -> Power:
    """Return the power in a shipped file."""
    loaded = wiring.read_power(path, wiring.vocabulary()).loaded
    assert loaded.power is not None, [f.what.zh for f in loaded.faults]
    return loaded.power


@contextmanager
def agency_of(*names: str) -> Iterator[Office]:
    """Yield an agency with the powers whose path ends so (all without names)."""
    paths = [p for p in PATHS if not names or any(str(p).endswith(name + ".yaml") for name in names)]
    assert len(paths) >= len(names)
    with wiring.throwaway(power_of(p) for p in paths) as office:
        yield office


@pytest.fixture
def agency() -> Callable[..., AbstractContextManager[Office]]:
    """Return what makes agencies with named powers."""
    return agency_of


@pytest.fixture(scope="module", params=PATHS, ids=[f"{p.parent.name}/{p.stem}" for p in PATHS])
def one_power(request: pytest.FixtureRequest) -> Iterator[tuple[Power, Office]]:
    """Yield each shipped power in turn, with an agency that has only this one."""
    power = power_of(request.param)
    with wiring.throwaway([power]) as office:
        yield power, office
