"""Running the drills of powers, several powers at a time where the machine has several processors."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from qingfeng import wiring
from qingfeng.casework.logbook import hits
from qingfeng.catalogue.drills import Target, targets
from qingfeng.catalogue.power import Power
from qingfeng.simulation.drill import Tried, run_drills
from qingfeng.simulation.sampling import sampling
from qingfeng.terms.text import Text

from .drill_map import Played
from .progress import working
from .screen import Screen

_AT_WORK: list[tuple[Sequence[Power], str | None]] = []
"""What the processes are to play: they are copies of this one and find it here."""


def played_powers(screen: Screen, powers: Sequence[Power], *, risk: str | None = None) -> Iterator[Played]:
    """Run the drills of the powers' latest versions, each power in agencies of its own that go away; in their order."""
    wanted = [_wanted(power, risk) for power in powers]
    drilled = [
        n for n, power in enumerate(powers) if any(t.tried_by(d) for t in wanted[n] for d in power.versions[-1].drills)
    ]
    with _playing(screen, powers, drilled, risk) as played:
        for n, power in enumerate(powers):
            tried = next(played) if n in drilled else []
            yield Played(version=power.versions[-1], targets=wanted[n], tried=tried)


def _wanted(power: Power, risk: str | None) -> list[Target]:
    return [one for one in targets(power.versions[-1]) if risk in (None, f"{one.step}.{one.risk.id}")]


@contextmanager
def _playing(
    screen: Screen, powers: Sequence[Power], drilled: list[int], risk: str | None
) -> Iterator[Iterator[list[Tried]]]:
    """Yield what came of each power that has drills."""
    workers = min(len(drilled), os.cpu_count() or 1)
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        yield (_one(screen, powers[n], risk) for n in drilled)
        return
    _AT_WORK.append((powers, risk))
    try:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
            yield _gathered(screen, len(drilled), pool.map(_played_apart, drilled))
    finally:
        _AT_WORK.pop()


def _one(screen: Screen, power: Power, risk: str | None) -> list[Tried]:
    what = Text(zh=f"演练：{power.title.zh}", en=f"Drills: {power.title.en}")
    with working(screen, what, every=1) as progress:
        return _play(power, risk, progress)


def _play(power: Power, risk: str | None, progress: Callable[[int], None] = lambda n: None) -> list[Tried]:
    tried: list[Tried] = []
    with wiring.throwaways([power]) as agencies:
        for done in run_drills(agencies, power.versions[-1], hits=hits, sampling=sampling, risk=risk):
            tried.append(done)
            progress(len(tried))
    return tried


def _played_apart(n: int) -> list[Tried]:
    """Play one power in a process of its own."""
    powers, risk = _AT_WORK[-1]
    return _play(powers[n], risk)


def _gathered(screen: Screen, count: int, results: Iterator[list[Tried]]) -> Iterator[list[Tried]]:
    for done in range(count):
        what = Text(zh=f"演练：已完成{done}项，共{count}项职权", en=f"Drills: {done} of {count} powers done")
        with working(screen, what):
            told = next(results)
        yield told
