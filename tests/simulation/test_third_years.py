"""The third generator of years: its labels are true, its honest year is one that the product could have written, a seed tells all."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from itertools import pairwise

import pytest
import yaml

from bench.third.people import LAST, is_working
from bench.third.wrongs import INTENSITIES, WRONGS
from bench.third.year import Told, third_year
from bench.third_years import leads_of
from qingfeng import wiring
from qingfeng.detection.relations import RELATIONS

CASES = 1_500
Act = dict[str, object]


@pytest.fixture(scope="module")
def corrupt() -> Told:
    """A year with wrongs."""
    return third_year(1, cases=CASES)


@pytest.fixture(scope="module")
def honest() -> Told:
    """A year without."""
    return third_year(1, cases=CASES, planted=False)


def acts_of(told: Told) -> list[Act]:
    return [dict(zip(RELATIONS["acts"], row, strict=True)) for row in told.rows["acts"]]


def clashes(told: Told) -> set[str]:
    """Officers who were at two places at once."""
    stays: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for act in acts_of(told):
        if isinstance(act["started"], datetime) and isinstance(act["ended"], datetime):
            for who in str(act["team"]).split("|"):
                stays[who].append((act["started"], act["ended"]))
    out = set()
    for who, spans in stays.items():
        spans.sort()
        out |= {who for one, two in pairwise(spans) if two[0] < one[1]}
    return out


def test_a_seed_tells_all(corrupt: Told) -> None:
    again = third_year(1, cases=CASES)
    assert again.rows == corrupt.rows
    assert again.plants == corrupt.plants
    assert third_year(2, cases=CASES).rows["acts"] != corrupt.rows["acts"]


def test_three_seeds_give_each_wrong_each_intensity() -> None:
    seen = {(one.pattern, one.intensity) for seed in (1, 2, 3) for one in third_year(seed, cases=4_000).plants}
    assert {name for name, _ in seen} == set(WRONGS)
    assert len(seen) > 0.9 * len(WRONGS) * len(INTENSITIES)  # for a weak one now and then no occasion comes


def test_the_acts_are_known_to_the_powers(corrupt: Told) -> None:
    known: set[str] = set()
    for path in wiring.power_paths([wiring.data_folder("powers")]):
        known |= set(_words(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert {str(act["act"]) for act in acts_of(corrupt)} <= known


def _words(said: object) -> list[str]:
    if isinstance(said, dict):
        return [word for key, value in said.items() for word in (str(key), *_words(value))]
    if isinstance(said, list):
        return [word for value in said for word in _words(value)]
    return [str(said)]


@pytest.mark.parametrize("which", ["corrupt", "honest"])
def test_cases_are_written_in_order(which: str, request: pytest.FixtureRequest) -> None:
    told: Told = request.getfixturevalue(which)
    cases: dict[object, list[Act]] = defaultdict(list)
    for act in acts_of(told):
        cases[act["case_id"]].append(act)
    for acts in cases.values():
        assert [act["seq"] for act in acts] == list(range(1, len(acts) + 1))
        entered = [act["entered"] for act in acts if isinstance(act["entered"], datetime)]
        assert entered == sorted(entered)
        assert entered[-1].date() <= LAST
        for act in acts:
            assert isinstance(act["at"], datetime)
            assert isinstance(act["entered"], datetime)
            assert act["at"] <= act["entered"]
            assert is_working(act["at"].date())
        assert acts[0]["act"] in ("register_lead", "receive_application", "make_inspection_plan")


def test_honest_years_hold_no_wrong(honest: Told) -> None:
    assert honest.plants == []
    assert honest.honest == len({row[0] for row in honest.rows["acts"]})
    assert not clashes(honest)
    for act in acts_of(honest):
        team = str(act["team"] or "a|b").split("|")
        assert len(team) == len(set(team)) == 2


def test_labels_are_true(corrupt: Told) -> None:
    by = {one.pattern: one for one in corrupt.plants}
    acts = acts_of(corrupt)
    seen = {int(str(act["case_id"])[-5:]) for act in acts}
    for plant in corrupt.plants:
        assert plant.numbers <= seen
        assert plant.numbers or plant.pattern == "never_inspected"
    assert clashes(corrupt) & by["impossible_presence"].names
    returned = {int(str(act["case_id"])[-5:]) for act in acts if act["act"] == "return_on_review"}
    passed = {
        int(str(act["case_id"])[-5:])
        for act in acts
        if act["actor"] in by["rubber_stamping"].names and act["act"] == "pass_review"
    }
    assert len(by["ping_pong"].numbers & returned) > 0.9 * len(
        by["ping_pong"].numbers
    )  # some returns fall after the year
    assert len(by["rubber_stamping"].numbers & passed) > 0.9 * len(by["rubber_stamping"].numbers)
    spared = by["never_inspected"]
    assert not any(
        act["act"] == "inspect_site" and act["party"] == spared.firm and str(act["at"]) > "2026-04-15" for act in acts
    )
    leaked = {(row[0], row[1]) for row in corrupt.rows["reads"] if row[4] == "plan"}
    for number in by["leak_signature"].numbers:
        assert any((f"inspection-2026-{number:05d}", who) in leaked for who in by["leak_signature"].names)


def test_the_patterns_can_read_it(corrupt: Told) -> None:
    assert all(name in {*WRONGS} for name, _ in leads_of(corrupt))
