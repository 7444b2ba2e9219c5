"""Years written without knowledge of any pattern: rows are sound, wrongs are really in them, and leads are judged as the table says."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bench.blind.clock import TODAY, is_working
from bench.blind.year import WRONGS, Told, blind_year
from bench.blind_years import fits, seeds_in
from qingfeng.detection.pattern import Suspicion
from qingfeng.detection.patterns import discover
from qingfeng.detection.relations import RELATIONS

TEAM, STARTED, ENDED, PARTY, ACTOR = (list(RELATIONS["acts"]).index(name) for name in ("team", "started", "ended", "party", "actor"))


@pytest.fixture(scope="module")
def years() -> list[Told]:
    return [blind_year(seed, cases=800) for seed in range(201, 221)]


def test_there_is_a_wrong_for_every_pattern() -> None:
    assert {wrong.__name__ for wrong in WRONGS} == set(discover())


def test_the_same_seed_writes_the_same_year() -> None:
    assert blind_year(7, cases=300).rows == blind_year(7, cases=300).rows
    assert blind_year(7, cases=300).rows != blind_year(8, cases=300).rows


def test_rows_have_every_column_in_order_of_time(years: list[Told]) -> None:
    for told in years:
        assert set(told.rows) == set(RELATIONS)
        for name, rows in told.rows.items():
            assert rows
            assert {len(row) for row in rows} == {len(RELATIONS[name])}
        last: dict[object, tuple[int, datetime]] = {}
        for case, seq, _, _, _, _, at, entered, *_ in told.rows["acts"]:
            assert isinstance(at, datetime)
            assert isinstance(entered, datetime)
            assert isinstance(seq, int)
            assert at <= entered
            assert entered.date() < TODAY
            number, before = last.get(case, (0, at))
            assert seq == number + 1
            assert before <= at
            last[case] = seq, at


def test_every_wrong_is_planted_within_twenty_seeds_in_most_offices(years: list[Told]) -> None:
    planted = {plant.pattern for told in years for plant in told.plants}
    assert planted == set(discover())
    for told in years:
        names = [name for plant in told.plants for name in plant.names]
        assert len(names) == len(set(names)), "nobody has two wrongs"


def test_who_is_never_inspected_is_in_the_library_and_never_visited(years: list[Told]) -> None:
    seen = 0
    for told in years:
        for plant in told.plants:
            if plant.pattern == "never_inspected":
                visited = {row[PARTY] for row in told.rows["acts"] if row[3] == "inspect_site"}
                assert plant.names <= {row[0] for row in told.rows["subjects"]}
                assert not plant.names & visited
                seen += 1
    assert seen


def test_only_the_culprit_is_in_two_places(years: list[Told]) -> None:
    for told in years:
        spans: dict[str, list[tuple[datetime, datetime]]] = {}
        for row in told.rows["acts"]:
            if row[3] == "inspect_site":
                for who in str(row[TEAM]).split("|"):
                    start, end = row[STARTED], row[ENDED]
                    assert isinstance(start, datetime)
                    assert isinstance(end, datetime)
                    spans.setdefault(who, []).append((start, end))
        twice = {who: sum(a[1] > b[0] for a, b in zip(sorted(held), sorted(held)[1:], strict=False)) for who, held in spans.items()}
        culprits = {name for plant in told.plants if plant.pattern == "impossible_presence" for name in plant.names}
        for who in culprits:
            assert twice[who] >= 3
        beside = {name for plant in told.plants for name in plant.names}
        assert all(n <= 1 for who, n in twice.items() if who not in beside)


def test_a_lead_fits_a_wrong_by_whom_it_names_or_by_its_cases(years: list[Told]) -> None:
    plant = next(plant for told in years for plant in told.plants if plant.pattern == "lenient_officer")
    (who,) = plant.names
    number = min(plant.numbers)
    known = frozenset({who, "another"})

    def lead(subject: str, case: int) -> Suspicion:
        return Suspicion(subject=subject, hits=3, trials=9, base=0.1, p=0.001, adjusted=0.01, power="", officers=(),
                         evidence=(f"penalty-2026-{case:05d}#3",))  # fmt: skip

    assert fits(lead(who, 99_999), plant, known)
    assert fits(lead("another", number), plant, known)
    assert not fits(lead("another", 99_999), plant, known)
    assert not fits(lead(f"{who}|another", 99_999), plant, known)


def test_seeds_are_told_as_spans() -> None:
    assert seeds_in("1-3,7") == [1, 2, 3, 7]
    with pytest.raises(ValueError, match="invalid literal"):
        seeds_in("x")


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    worked, off = datetime(2026, 10, 10).date(), datetime(2026, 10, 1).date()
    assert is_working(worked)
    assert not any(is_working(off + timedelta(n)) for n in range(7))
