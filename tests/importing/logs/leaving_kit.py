"""A small agency's record, and made-up acts with awkward words, to be exported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from qingfeng import wiring
from qingfeng.casework.office import Office
from qingfeng.catalogue.power import Power
from qingfeng.importing.logs.outgoing import Going, Leaving, leaving_of
from qingfeng.simulation.agency import Period, work
from qingfeng.simulation.officers import Habits
from qingfeng.terms.instants import LOCAL

POWER, HANDLER = "a000/penalty", "case_handler"
MONTHS = Period.of(date(2026, 3, 2), date(2026, 4, 30), date(2027, 3, 31))


@cache
def power_named(name: str) -> Power:
    """Return a shipped power."""
    loaded = wiring.read_power(wiring.data_folder("powers") / f"{name}.yaml", wiring.vocabulary()).loaded
    assert loaded.power is not None
    return loaded.power


def power() -> Power:
    """Return the power over penalties."""
    return power_named(POWER)


@contextmanager
def agency(*, cases: int = 4) -> Iterator[Office]:
    """Yield an agency that has worked on some cases."""
    with wiring.throwaway([power()]) as office:
        work(office, rng=Random(1), period=MONTHS, arrivals=cases, habits=Habits(carelessness=0.03, branching=0.5))
        yield office


def what() -> Leaving:
    """Return what of the power goes out."""
    return leaving_of(POWER, power().versions)


def act(case: str, seq: int, name: str, **said: Any) -> Going:
    """Return an act, one a minute."""
    at = datetime(2026, 3, 2, 9, tzinfo=LOCAL) + timedelta(minutes=seq)
    return Going(case=case, seq=seq, version="2021-07-15", act=name, actor=HANDLER, post=HANDLER, at=at, entered=at, said=said,
                 beside={}, party=None)  # fmt: skip
