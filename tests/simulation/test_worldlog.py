"""Generated years: the same seed writes the same, honest ones raise no suspicion, and planted wrongs are found."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bench.patterns import Score, one_year
from qingfeng.detection.patterns import discover
from qingfeng.simulation.worldcases import write_year
from qingfeng.simulation.worldlog import found_world
from qingfeng.simulation.wrongs import WRONGS, plant


def test_there_is_somebody_for_every_pattern() -> None:
    assert set(WRONGS) == set(discover())


def test_the_same_seed_writes_the_same_year() -> None:
    assert write_year(found_world(seed=3, size=200)).rows == write_year(found_world(seed=3, size=200)).rows
    assert write_year(found_world(seed=3, size=200)).rows != write_year(found_world(seed=4, size=200)).rows


def test_nobody_honest_is_at_two_places() -> None:
    world = found_world(seed=5, size=600)
    write_year(world)
    for stays in world.stays.values():
        times = sorted(stays)
        assert all(end <= start for (_, end), (start, _) in pairwise(times))


def test_who_is_planted_is_told() -> None:
    world = found_world(seed=1, size=400)
    plant(world, ["ping_pong", "favoured_party"])
    assert {name for name, _ in write_year(world).planted} == {"ping_pong", "favoured_party"}


def test_a_small_agency() -> None:
    score = Score()
    one_year(score, cases=2_500, seed=21, honest=True)
    assert not score.false.total()
    one_year(score, cases=2_500, seed=21, honest=False)
    assert score.found.total() >= 0.5 * score.planted.total(), "a small agency gives little to compare"


@pytest.mark.slow
def test_large_years() -> None:
    score = Score()
    for seed in (31, 32):
        one_year(score, cases=10_000, seed=seed, honest=False)
        one_year(score, cases=10_000, seed=seed, honest=True)
    assert score.found.total() >= 0.8 * score.planted.total()
    assert score.false.total() <= score.cases / 1000
