"""The statistics of patterns: what counts as a difference, that a few corrupt ones hide nobody, that honest spread is no suspicion."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.detection.chance import _Sum, judge, tail
from qingfeng.detection.pattern import Direction, Need, Pattern, Tally
from qingfeng.facts.rows import Outcome
from qingfeng.terms.text import Text

SELDOM = [(0, 300, 0.01, 9000.0, 0.0, 0.09674565985427694), (2, 300, 0.03, 500.0, 0.01, 0.07458827495846887),
          (0, 1095, 0.0027, 270000.0, 0.002, 0.1638675496139031), (40, 200, 0.4, 4000.0, 0.05, 0.01597221261851067)]  # fmt: skip
WORD = Text(zh="某", en="some")


def pattern(**more: object) -> Pattern:
    """A pattern of no particular wrong."""
    plain = {"name": "some", "title": WORD, "resembles": WORD, "innocent": WORD, "unit": WORD, "peers": WORD, "touches": (),
             "needs": (Need(),), "sql": "", "minimum": 10}  # fmt: skip
    return Pattern(**{**plain, **more})  # type: ignore[arg-type]


def office(counts: dict[str, tuple[int, int]], stratum: str = "s") -> list[Tally]:
    """Tallies of people who do the same work: hits and trials of each."""
    hits, trials = sum(h for h, _ in counts.values()), sum(n for _, n in counts.values())
    return [
        Tally(subject=who, stratum=stratum, hits=h, trials=n, rest_hits=hits - h, rest_trials=trials - n, peers=len(counts) - 1, power="p")
        for who, (h, n) in counts.items()
    ]


def found(tallies: list[Tally], **more: object) -> set[str]:
    """The subjects suspected."""
    return {one.subject for one in judge(pattern(**more), tallies).found}


def test_one_who_differs_is_found_and_the_base_rate_is_that_of_the_others() -> None:
    verdict = judge(pattern(), office({**{f"o{n}": (4 + n % 3, 100) for n in range(9)}, "x": (60, 100)}))
    assert [one.subject for one in verdict.found] == ["x"]
    assert verdict.found[0].base == pytest.approx(0.05, abs=0.02)
    assert verdict.judged == 10


def test_two_corrupt_among_ten_do_not_hide_each_other() -> None:
    assert found(office({**{f"o{n}": (4 + n % 3, 100) for n in range(8)}, "x": (70, 100), "y": (65, 100)})) == {"x", "y"}


def test_one_who_does_most_of_the_work_hides_neither_himself_nor_behind_others() -> None:
    assert found(office({**{f"o{n}": (1 + n % 2, 60) for n in range(8)}, "x": (700, 1000)})) == {"x"}


@pytest.mark.parametrize("n", [10, 1_000, 100_000])
def test_an_active_honest_officer_is_not_suspected_for_being_certain(n: int) -> None:
    """Twice the share of the others is honest difference, however many trials make it certain."""
    assert not found(office({**{f"o{k}": (50, 1000) for k in range(9)}, "x": (n // 10, n)}))


def test_people_who_truly_differ_are_no_suspects() -> None:
    rng = Random(7)
    shares = [min(rng.lognormvariate(-2.5, 0.5), 0.9) for _ in range(40)]
    assert not found(office({f"o{n}": (round(400 * share), 400) for n, share in enumerate(shares)}))


@pytest.mark.parametrize("n", [1, 2])
def test_an_office_of_one_or_two_is_not_judged(n: int) -> None:
    verdict = judge(pattern(), office({f"o{k}": (90, 100) for k in range(n)}))
    assert verdict.outcome is Outcome.NOT_EVALUABLE
    assert verdict.no_peers == n


def test_a_small_office_gives_no_licence_to_suspect() -> None:
    """Three people, one of whom did something 8 times in 17 where the others did it twice in 17: it happens."""
    assert not found(office({"a": (8, 17), "b": (2, 17), "c": (2, 17)}))


def test_few_trials_are_not_judged() -> None:
    verdict = judge(pattern(), office({**{f"o{n}": (5, 100) for n in range(9)}, "x": (9, 9)}))
    assert verdict.subjects["x"] is Outcome.NOT_EVALUABLE
    assert verdict.too_small == 1


def test_nothing_to_compare_is_not_clean() -> None:
    assert judge(pattern(), []).outcome is Outcome.NOT_APPLICABLE


def test_like_is_compared_with_like() -> None:
    """Whoever has the hard matters does as those do who have them, too."""
    hard = office({**{f"o{n}": (40, 50) for n in range(4)}, "x": (160, 200)}, "hard")
    easy = office({f"o{n}": (2, 200) for n in range(4)}, "easy")
    assert not found(hard + easy)
    assert found(hard + office({**{f"o{n}": (2, 200) for n in range(4)}, "y": (90, 200)}, "easy")) == {"y"}


def test_too_seldom_is_found_and_never_told_from_seldom() -> None:
    low = {"direction": Direction.LOW, "ratio": 4.0, "spread": 0.3, "rho": 0.005}
    counts = {f"o{n}": (40 + n % 9, 100) for n in range(12)}
    assert found(office({**counts, "x": (1, 100)}), **low) == {"x"}
    assert not found(office({**counts, "x": (22, 100)}), **low)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), people=st.integers(4, 60), share=st.sampled_from([0.02, 0.1, 0.4]))
def test_honest_offices_are_seldom_suspected(seed: int, people: int, share: float) -> None:
    """All alike but for chance: not one suspect in twenty-five offices, at a rate of one in twenty."""
    rng = Random(seed)
    counts = {}
    for n in range(people):
        trials = int(10 + 300 * rng.random() ** 2)
        counts[f"o{n}"] = (sum(rng.random() < share for _ in range(trials)), trials)
    assert not found(office(counts))


@settings(deadline=None)
@given(hits=st.integers(0, 100))
def test_more_hits_are_never_less_suspect(hits: int) -> None:
    def p(h: int) -> float:
        verdict = judge(pattern(rate=1.0, ratio=0.0, least_hits=0), office({**{f"o{n}": (5, 100) for n in range(3)}, "x": (h, 100)}))
        return next((one.p for one in verdict.found if one.subject == "x"), 1.0)

    assert p(min(hits + 1, 100)) <= p(hits) + 1e-9


@pytest.mark.parametrize("share", [5, 20, 40, 60, 80])
def test_where_many_cases_show_it_one_whose_cases_all_show_it_can_be_suspected(share: int) -> None:
    """2.5 times a share of 0.45 is more than every case: a threshold that nobody reaches says nothing of anybody."""
    others = {f"o{n}": (2 * share + n % 3, 200) for n in range(12)}
    assert found(office({**others, "x": (200, 200)}), ratio=2.5) == {"x"}
    assert not found(office({**others, "x": (2 * share + 12, 200)}), ratio=2.5)


@pytest.mark.parametrize(("hits", "suspect"), [(49, False), (50, True)])
def test_where_few_cases_show_it_the_threshold_is_so_many_times_the_share_of_the_others(hits: int, suspect: bool) -> None:
    others = {f"o{n}": (20, 100) for n in range(200)}
    assert found(office({**others, "x": (hits, 100)}), ratio=2.4999, rho=0.001) == ({"x"} if suspect else set())


@pytest.mark.parametrize(("hits", "trials", "base", "rest", "rho", "p"), SELDOM)
def test_the_chance_of_so_few_is_that_of_the_sum_over_all_points(
    hits: int, trials: int, base: float, rest: float, rho: float, p: float
) -> None:
    """Figures of the sum taken point by point, which takes a minute for a library of ten thousand."""
    assert tail(pattern(direction=Direction.LOW), _Sum("x", hits, trials, base, rest, ()), rho) == pytest.approx(p, rel=1e-9)
