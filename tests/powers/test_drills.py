"""Every drill of every shipped power is stopped as it says, and by nothing but what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from qingfeng import wiring
from qingfeng.casework.logbook import hits
from qingfeng.catalogue import codes
from qingfeng.catalogue.power import Drill, Power, Ring
from qingfeng.simulation.drill import Agencies, Outcome, Tried, run_drill, run_drills
from qingfeng.simulation.drill_loose import LOOSENED, loosened
from qingfeng.simulation.sampling import sampling

PATHS = wiring.power_paths([wiring.data_folder("powers")])
WORDS = wiring.vocabulary()
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
POWERS = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in PATHS]


@cache
def power_of(path: Path) -> Power:
    """Return the power in a shipped file."""
    power = wiring.read_power(path, WORDS).loaded.power
    assert power is not None, path
    return power


@cache
def tried(path: Path) -> tuple[Tried, ...]:
    """Return the drills of a shipped file as they went."""
    power = power_of(path)
    with wiring.throwaways([power]) as agencies:
        return tuple(run_drills(agencies, power.versions[-1], hits=hits, sampling=sampling))


@pytest.mark.parametrize("path", POWERS)
def test_every_drill_is_stopped_as_it_says(path: Path) -> None:
    wrong = [told(one) for one in tried(path) if not one.stopped]
    assert wrong == []


@pytest.mark.parametrize("path", POWERS)
def test_who_is_refused_reads_words_and_no_code_that_has_a_word(path: Path) -> None:
    version = power_of(path).versions[-1]
    words = {**codes.WORDS, **version.codes}
    bare = {
        (code, message)
        for one in tried(path) for stop in one.stops for text in (stop.reason, stop.remedy) if text is not None
        for lang, message in (("zh", text.zh), ("en", text.en))
        for code in {*CODE.findall(message)} & words.keys()
        if (lang == "zh" or not code.isalpha() or not code.islower()) and words[code].say(lang) not in message
    }  # fmt: skip
    assert bare == set()


@pytest.mark.parametrize("path", POWERS)
def test_a_drill_is_missed_when_all_that_stops_it_is_off_and_not_before(path: Path) -> None:
    power = power_of(path)
    with wiring.throwaways([power]) as agencies:
        wrong = [said for drill in power.versions[-1].drills for said in switched(agencies, power, drill)]
    assert wrong == []


def switched(agencies: Agencies, power: Power, drill: Drill) -> Iterator[str]:
    """Yield what a drill does otherwise than its stops would have it, when they are off."""
    version = power.versions[-1]
    if drill.ring in (Ring.ORDER, Ring.SHAPE):
        if drill.by <= LOOSENED[drill.ring]:
            yield from passes_loosened(power, drill)
        return
    off = run_drill(agencies, version, drill, hits=hits, sampling=sampling, without=drill.by, only_done=True)
    if off.outcome is not Outcome.MISSED:
        yield f"with {sorted(drill.by)} off: {told(off)}"
    for name in sorted(drill.by) if len(drill.by) > 1 else ():
        rest = run_drill(agencies, version, drill, hits=hits, sampling=sampling, without={name}, only_done=True)
        if rest.by != drill.by - {name}:
            yield f"with {name} off: {told(rest)}"


def passes_loosened(power: Power, drill: Drill) -> Iterator[str]:
    """Yield that a loosened guard still refuses, or that the drill no longer comes to its attempt."""
    loose = loosened(power.versions[-1], drill.ring)
    with wiring.throwaways([replace(power, versions=(loose,))]) as agencies:
        result = run_drill(agencies, loose, drill, hits=hits, sampling=sampling, only_done=True)
    if result.outcome is Outcome.BROKEN or result.by & drill.by:
        yield f"loosened: {told(result)}"


def told(one: Tried) -> str:
    """Return a drill as it went, for a person."""
    return f"{one.drill.risk} {one.drill.id}: {one.outcome} by {sorted(one.by)}: {one.problem.zh if one.problem else 'as stated'}"
