"""The statistics of patterns: what counts as a difference, that a few corrupt ones hide nobody, that honest spread is no suspicion."""

from __future__ import annotations

from math import exp
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.detection.chance import _seldom, _Spread, _Sum, judge, tail
from qingfeng.detection.pattern import Direction, Need, Pattern, Tally
from qingfeng.facts.rows import Outcome
from qingfeng.terms.text import Text

SELDOM = [
    (0, 300, 0.01, 0.02),
    (2, 300, 0.03, 0.25),
    (0, 1095, 0.0027, 0.5),
    (40, 200, 0.4, 0.05),
    (0, 385, 0.022, 0.0),
]
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
        Tally(
            subject=who,
            stratum=stratum,
            hits=h,
            trials=n,
            rest_hits=hits - h,
            rest_trials=trials - n,
            peers=len(counts) - 1,
            power="p",
        )
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
    assert found(office({**{f"o{n}": (4 + n % 3, 100) for n in range(8)}, "x": (70, 100), "y": (65, 100)})) == {
        "x",
        "y",
    }


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


def test_who_alone_does_the_work_is_not_judged() -> None:
    verdict = judge(pattern(), office({"o": (90, 100)}))
    assert verdict.outcome is Outcome.NOT_EVALUABLE
    assert verdict.no_peers == 1


def test_of_two_only_one_who_is_far_from_the_other_is_found() -> None:
    """One peer is a poor measure of honest people: three times his share is not enough, twelve times is."""
    assert judge(pattern(), office({"a": (9, 100), "b": (10, 100)})).outcome is Outcome.SATISFIED
    assert not found(office({"a": (10, 300), "b": (31, 300)}))
    assert found(office({"a": (10, 300), "b": (120, 300)})) == {"b"}


def test_more_peers_make_the_same_difference_surer() -> None:
    def p(peers: float) -> float:
        return tail(pattern(), _Sum("x", 30, 100, 0.1, 1000.0, (), peers), _Spread(0.0, 1.0))

    chances = [p(n) for n in (1, 2, 5, 20, 1000)]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > chances[-1]


def test_who_is_alone_at_a_desk_is_compared_with_other_desks_only_where_a_pattern_says_so() -> None:
    desks = [Tally(subject=f"o{n}", stratum=f"desk{n}", hits=h, trials=300, rest_hits=0, rest_trials=0, peers=0, power="p")
             for n, h in enumerate((3, 4, 5, 6, 280))]  # fmt: skip
    assert judge(pattern(), desks).no_peers == 5
    assert found(desks, wider=True) == {"o4"}
    assert judge(pattern(wider=True), desks[2:]).outcome is Outcome.NOT_EVALUABLE, "two other desks show nothing"
    mild = [
        *desks[:4],
        Tally(subject="o4", stratum="desk4", hits=16, trials=300, rest_hits=0, rest_trials=0, peers=0, power="p"),
    ]
    assert not found(mild, wider=True)


@pytest.mark.parametrize("hits", [0, 3, 6, 9, 20, 23, 25])
def test_a_wrong_in_one_kind_of_case_is_not_drowned_by_the_others(hits: int) -> None:
    """As often as others in most cases, always in one kind: found; a little more often there: not."""
    others = [f"o{n}" for n in range(8)]
    usual = office({**dict.fromkeys(others, (20, 100)), "x": (80, 400)}, "usual")
    told = found(usual + office({**dict.fromkeys(others, (5, 25)), "x": (hits, 25)}, "complaints"), ratio=2.0)
    assert told == ({"x"} if hits >= 20 else set())


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_many_kinds_of_cases_make_no_suspects(seed: int) -> None:
    """All alike but for chance, each in twelve kinds of cases: asking in each does not make suspects."""
    rng = Random(seed)
    tallies: list[Tally] = []
    for kind in range(12):
        tallies += office(
            {f"o{n}": (sum(rng.random() < 0.15 for _ in range(40)), 40) for n in range(10)}, f"kind{kind}"
        )
    assert not found(tallies, ratio=1.5)


def test_many_subjects_may_show_that_honest_ones_differ_less_than_the_floor() -> None:
    """Of three hundred who are visited some eight times, who never was is found; of eight he is within the floor."""
    rng = Random(3)
    low = {"direction": Direction.LOW, "ratio": 1000.0, "minimum": 100, "spread": 0.9, "rho": 0.1}

    def listed(n: int) -> list[Tally]:
        return office(
            {**{f"o{k}": (sum(rng.random() < 9 / 365 for _ in range(365)), 365) for k in range(n)}, "x": (0, 365)}
        )

    assert found(listed(300), **low) == {"x"}
    assert not found(listed(8), **low)


def test_who_could_not_be_found_anyhow_costs_the_others_nothing() -> None:
    """A thousand subjects too small to show anything do not hide the one that is large enough (Tarone)."""
    large = office({**{f"o{n}": (3, 60) for n in range(10)}, "x": (17, 60)}, "large")
    small = office({f"s{n}": (1, 2) for n in range(1000)}, "small")
    assert found(large, minimum=2) == found(large + small, minimum=2) == {"x"}


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


@pytest.mark.parametrize("share", [0.02, 0.1, 0.4])
def test_honest_offices_are_suspected_no_oftener_than_the_rate(share: float) -> None:
    """All alike but for chance: of a hundred offices at most ten have a suspect, at a rate of one in four (the floors are cautious)."""
    suspected = 0
    for seed in range(100):
        rng = Random(f"honest {seed} {share}")
        counts = {}
        for n in range(rng.randint(4, 60)):
            trials = int(10 + 300 * rng.random() ** 2)
            counts[f"o{n}"] = (sum(rng.random() < share for _ in range(trials)), trials)
        suspected += bool(found(office(counts)))
    assert suspected <= 10


@settings(deadline=None)
@given(hits=st.integers(0, 100))
def test_more_hits_are_never_less_suspect(hits: int) -> None:
    def p(h: int) -> float:
        verdict = judge(
            pattern(rate=1.0, ratio=0.0, least_hits=0), office({**{f"o{n}": (5, 100) for n in range(3)}, "x": (h, 100)})
        )
        return next((one.p for one in verdict.found if one.subject == "x"), 1.0)

    assert p(min(hits + 1, 100)) <= p(hits) + 1e-9


@pytest.mark.parametrize("share", [5, 20, 40, 60, 80])
def test_where_many_cases_show_it_one_whose_cases_all_show_it_can_be_suspected(share: int) -> None:
    """2.5 times a share of 0.45 is more than every case: a threshold that nobody reaches says nothing of anybody."""
    others = {f"o{n}": (2 * share + n % 3, 200) for n in range(12)}
    assert found(office({**others, "x": (200, 200)}), ratio=2.5) == {"x"}
    assert not found(office({**others, "x": (2 * share + 12, 200)}), ratio=2.5)


@pytest.mark.parametrize(("hits", "suspect"), [(49, False), (51, True)])
def test_where_few_cases_show_it_the_threshold_is_so_many_times_the_share_of_the_others(
    hits: int, suspect: bool
) -> None:
    """While it is not certain beyond doubt: honest people differ (rho)."""
    others = {f"o{n}": (20 + 10 * (n % 3 - 1), 100) for n in range(12)}
    assert found(office({**others, "x": (hits, 100)}), ratio=2.4999, rho=0.008) == ({"x"} if suspect else set())


@pytest.mark.parametrize(("hits", "suspect"), [(31, False), (32, False), (40, True)])
def test_what_is_certain_matters_from_half_the_threshold(hits: int, suspect: bool) -> None:
    """Two hundred colleagues who all have a fifth: two fifths are no chance, though not two and a half times as many."""
    others = {f"o{n}": (20, 100) for n in range(200)}
    assert found(office({**others, "x": (hits, 100)}), ratio=2.5, rho=0.001) == ({"x"} if suspect else set())


@pytest.mark.parametrize(("hits", "trials", "base", "variance"), SELDOM)
def test_the_chance_of_so_few_is_that_of_the_integral(hits: int, trials: int, base: float, variance: float) -> None:
    """The quadrature at sixty points beside the integral itself: true shares log-normal about the peers'."""
    from scipy.integrate import quad
    from scipy.stats import binom, norm

    def density(z: float) -> float:
        share = min(base * exp(variance**0.5 * z - variance / 2), 1.0)
        return float(norm.pdf(z) * binom.cdf(hits, trials, share))

    whole, _ = quad(density, -9, 9, limit=400)
    assert _seldom(_Sum("x", hits, trials, base, 1.0, ()), variance) == pytest.approx(whole, rel=1e-4)
