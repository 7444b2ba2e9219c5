"""Everybody is drawn alike: firms of a class, officers and pairs of officers, over very many draws, within the 99.9 per cent band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from itertools import combinations
from typing import Any

import pytest
from scipy.stats import chi2

from qingfeng.draw.select import NoTeam, teams

from .sample import plan

BAND = 0.999


def within(found: Mapping[Any, int], among: int) -> bool:
    """Whether counts over so many equally likely outcomes lie within the band: neither too uneven nor too even."""
    total = sum(found.values())
    expected = total / among
    score = sum((n - expected) ** 2 / expected for n in found.values()) + (among - len(found)) * expected
    low, high = (float(chi2.ppf(p, among - 1)) for p in ((1 - BAND) / 2, (1 + BAND) / 2))
    return low <= score <= high


def test_the_band_sees_what_is_uneven() -> None:
    assert not within({"a": 5_300, "b": 4_700}, 2)
    assert not within({"a": 10_000}, 2)
    assert not within(dict.fromkeys(range(100), 1000), 100), "too even is not by chance either"
    assert within({"a": 5_050, "b": 4_950}, 2)


@pytest.mark.parametrize("n", [3_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_firms_officers_and_pairs_are_drawn_alike(n: int) -> None:
    firms = [{"id": f"F{i}", "name": f"虚构{i}号", "class": "A", "needs": []} for i in range(7)]
    officers = [{"id": f"o{i}", "skills": []} for i in range(5)]
    small = plan(
        pool=firms, exclusions=[], quotas={"A": 1}, officers=officers, conflicts=[],
        library={"published": "2026-02-20", "sha256": "ab" * 32, "count": 7}, team={"size": 2, "substitutes": 1, "load": 1, "skills": []},
    )  # fmt: skip
    drawn, pairs, spare = Counter[str](), Counter[tuple[str, ...]](), Counter[str]()
    for turn in range(n):
        made = teams(small, sha256(b"even %d" % turn).digest())
        assert not isinstance(made, NoTeam)
        (team,) = made[1]
        drawn[team.firm] += 1
        pairs[tuple(sorted(team.officers))] += 1
        spare[team.substitutes[0]] += 1
    assert within(drawn, 7), drawn
    assert within(pairs, len(list(combinations(officers, 2)))), pairs
    assert within(spare, 5), spare
