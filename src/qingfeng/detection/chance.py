"""How likely a count is among honest peers: the statistics behind all patterns (docs/adr/011-patterns.md).

A subject's hits are compared with a beta-binomial forecast (log-normal-binomial for too few) from its peers in the same strata.  The
forecast knows three kinds of uncertainty: chance in the subject's own count, chance in the peers' count, and that honest subjects truly
differ (specialists, strict and mild people).  How much they differ is estimated from all subjects but those at the suspect end, so that
a few corrupt ones do not hide each other, and is never taken below the floor of the pattern.  All subjects of a run are then held
together (Benjamini-Yekutieli, which does not ask whether they are independent; Benjamini-Hochberg where no trial belongs to two).
scipy computes; it is imported only when a log is judged, so that a page can name a pattern.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, exp, log1p

from qingfeng.facts.rows import Outcome
from qingfeng.terms.text import Text

from .pattern import MOST_EVIDENCE, Direction, Pattern, Suspicion, Tally, Verdict

SHRINK = 10.0
"""Trials by which the share of a stratum is drawn towards the share of all: a stratum with few trials says little."""
HALF = 0.5
"""Jeffreys' half hit: no share is forecast as exactly 0 or 1."""
POINTS = 60
"""Points of the quadrature: the result is stable to four figures from forty on."""
CUT = 0.15
"""Share of subjects at the suspect end that say nothing about how honest ones differ."""
LEAST_FOR_SPREAD = 4
"""Subjects from which a spread can be told; with fewer the floor stands."""
MOST_P = 0.002
"""However few subjects are held together, nothing is suspected that one honest subject in five hundred would show: in an office of three
the rate of false leads alone would let pass what one in fifty shows.  Found on an honest year of 300 cases through casework."""
MOST_RHO = 0.5
"""An estimate of the spread beyond this says that the peers are no peers; everything is then within it."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """A subject over the strata in which it has peers.  rest: how many trials of peers the forecast rests on."""

    subject: str
    hits: int
    trials: int
    base: float
    rest: float
    parts: tuple[Tally, ...]


def judge(pattern: Pattern, tallies: Sequence[Tally]) -> Verdict:
    """Return what a pattern says of the tallies of a log."""
    ordered = sorted(tallies, key=lambda t: (t.subject, t.stratum))
    hits, trials = sum(t.hits for t in ordered), sum(t.trials for t in ordered)
    if not trials:
        return Verdict(pattern=pattern.name, outcome=Outcome.NOT_APPLICABLE, why=Text(zh="没有可以比较的记录", en="nothing to compare"))
    overall = _overall(ordered, pattern)
    subjects: dict[str, Outcome] = {}
    sums: list[_Sum] = []
    small = lonely = 0
    for subject, group in groupby(ordered, key=lambda t: t.subject):
        mine = list(group)
        one = _sum(pattern, subject, mine, overall)
        if one is not None:
            sums.append(one)
            continue
        subjects.setdefault(plain(subject), Outcome.NOT_EVALUABLE)
        few = sum(t.trials for t in mine) < pattern.minimum
        small, lonely = small + few, lonely + (not few)
    found = _found(pattern, sums)
    subjects |= {plain(one.subject): Outcome.SATISFIED for one in sums}
    subjects |= {one.subject: Outcome.VIOLATED for one in found}
    why, outcome = None, Outcome.VIOLATED if found else Outcome.SATISFIED
    if not sums:
        outcome = Outcome.NOT_EVALUABLE
        why = Text(zh=f"样本不足{pattern.minimum}的{small}个，没有可比同行的{lonely}个", en=f"{small} below {pattern.minimum}, {lonely} without peers")
    return Verdict(pattern=pattern.name, outcome=outcome, why=why, subjects=subjects, too_small=small, no_peers=lonely,
                   base=hits / trials, found=tuple(found))  # fmt: skip


def _overall(tallies: Sequence[Tally], pattern: Pattern) -> float:
    """Return the share of hits in all; of pairs, of the peers' (each pair counts the same cases again)."""
    if pattern.pair:
        rest = sum(t.rest_trials for t in tallies)
        return (sum(t.rest_hits for t in tallies) + HALF) / (rest + 1)
    return (sum(t.hits for t in tallies) + HALF) / (sum(t.trials for t in tallies) + 1)


def _sum(pattern: Pattern, subject: str, mine: Sequence[Tally], overall: float) -> _Sum | None:
    """Return a subject's count over the strata in which it has peers, None if that is too few."""
    parts = [t for t in mine if t.peers >= pattern.peers_needed and t.rest_trials >= pattern.minimum]
    trials = sum(t.trials for t in parts)
    if trials < pattern.minimum:
        return None
    expected = sum(t.trials * (t.rest_hits + SHRINK * overall) / (t.rest_trials + SHRINK) for t in parts)
    rest = trials / sum(t.trials / (t.rest_trials + SHRINK) for t in parts)
    base = min(max(expected / trials, HALF / (rest + 1)), 1 - HALF / (rest + 1))
    return _Sum(subject, sum(t.hits for t in parts), trials, base, rest, tuple(parts))


def _found(pattern: Pattern, sums: Sequence[_Sum]) -> list[Suspicion]:
    if not sums:
        return []
    from scipy.stats import false_discovery_control

    rho = spread_of(pattern, sums)
    ps = [tail(pattern, one, rho) for one in sums]
    adjusted = [float(q) for q in false_discovery_control(ps, method="bh" if pattern.apart else "by")]
    sure = [(one, p, q) for one, p, q in zip(sums, ps, adjusted, strict=True) if q <= pattern.rate and p <= MOST_P]
    found = [_suspicion(one, p, q) for one, p, q in sure if _enough(pattern, one)]
    best: dict[str, Suspicion] = {}
    for suspicion in sorted(found, key=lambda s: (s.p, s.subject)):
        best.setdefault(suspicion.subject, suspicion)
    return list(best.values())


def _enough(pattern: Pattern, one: _Sum) -> bool:
    """True if the difference matters, however certain it is: so many times the peers' share, or, where most cases of the peers are hits,
    so many times fewer of the other kind; so many times a large share is more than every case, and nobody would be found."""
    if pattern.direction is Direction.HIGH:
        often = one.hits >= pattern.ratio * one.base * one.trials
        rest_seldom = (one.trials - one.hits) * pattern.ratio <= (1 - one.base) * one.trials
        return one.hits >= max(pattern.least_hits, pattern.least_share * one.trials) and (often or rest_seldom)
    return one.hits * pattern.ratio <= one.base * one.trials


def spread_of(pattern: Pattern, sums: Sequence[_Sum]) -> float:
    """Return how much the subjects' true shares differ, as an intra-class correlation: by moments, the suspect end cut off.

    Who is cut off is no peer of those kept, either: one who does half of the work would else make all others look odd.  What the cut
    takes from the variance of honest subjects is given back as a normal distribution would have it.
    """
    from scipy.stats import norm

    if len(sums) < LEAST_FOR_SPREAD:
        return 0.0
    sign = 1 if pattern.direction is Direction.HIGH else -1
    ordered = sorted(sums, key=lambda s: (sign * (s.hits - s.trials * s.base) / (s.trials * s.base * (1 - s.base)) ** HALF, s.subject))
    many = ceil(CUT * len(ordered))
    kept = _among(ordered[:-many], ordered[-many:]) if pattern.common else ordered[:-many]
    end = float(norm.isf(CUT))
    left = 1 - (end * float(norm.pdf(end)) + CUT)
    squares = sum((s.hits - s.trials * s.base) ** 2 for s in kept) / (left / (1 - CUT))
    chance = sum(s.trials * s.base * (1 - s.base) for s in kept)
    weight = sum(s.trials * (s.trials - 1) * s.base * (1 - s.base) for s in kept)
    return min(max((squares - chance) / weight, 0.0), MOST_RHO) if weight else 0.0


def _among(kept: Sequence[_Sum], gone: Sequence[_Sum]) -> list[_Sum]:
    """Return those kept, compared with each other only."""
    hits: Counter[str] = Counter()
    trials: Counter[str] = Counter()
    for tally in (t for one in gone for t in one.parts):
        hits[tally.stratum] += tally.hits
        trials[tally.stratum] += tally.trials
    told = []
    for one in kept:
        rest = [(t, t.rest_hits - hits[t.stratum], t.rest_trials - trials[t.stratum]) for t in one.parts]
        parts = [(t, h, n) for t, h, n in rest if n >= 1]
        count = sum(t.trials for t, _, _ in parts)
        if count:
            base = sum(t.trials * (h + HALF) / (n + 1) for t, h, n in parts) / count
            told.append(_Sum(one.subject, sum(t.hits for t, _, _ in parts), count, base, one.rest, one.parts))
    return told


def tail(pattern: Pattern, one: _Sum, rho: float) -> float:
    """Return the chance of as many hits (or as few) by an honest subject among these peers."""
    from scipy.stats import betabinom

    base = one.base
    floor = max(1 / pattern.rho - 1, (1 - base) / (pattern.spread**2 * base) - 1)
    weight = min(floor, 1 / rho - 1 if rho > 0 else floor, one.rest + 1)
    if pattern.direction is Direction.HIGH:
        p = float(betabinom.sf(one.hits - 1, one.trials, base * weight, (1 - base) * weight))
    else:
        p = _seldom(one, log1p((1 - base) / (base * (weight + 1))))
    return min(max(p, 0.0), 1.0)


def _seldom(one: _Sum, variance: float) -> float:
    """Return the chance of so few hits where true shares are log-normal about the peers': a share that nears nought is rarer among
    honest subjects than a beta would have it, so that never is told from seldom."""
    from scipy.special import roots_hermitenorm
    from scipy.stats import binom

    points, weights = roots_hermitenorm(POINTS)
    shares = [min(one.base * exp(variance**HALF * float(z) - variance / 2), 1.0) for z in points]
    return float(weights @ binom.cdf(one.hits, one.trials, shares) / weights.sum())  # at one go: one by one takes sixty times as long


def _suspicion(one: _Sum, p: float, adjusted: float) -> Suspicion:
    heaviest = max(one.parts, key=lambda t: (t.hits, t.trials))
    evidence = sorted({act for t in one.parts for act in t.evidence})[:MOST_EVIDENCE]
    officers = sorted({who for t in one.parts for who in t.officers})
    return Suspicion(subject=plain(one.subject), hits=one.hits, trials=one.trials, base=one.base, p=p, adjusted=adjusted,
                     power=heaviest.power, officers=tuple(officers), evidence=tuple(evidence))  # fmt: skip


def plain(subject: str) -> str:
    """Return a subject without the part (after #) that tells several kinds of trials of it apart."""
    return subject.partition("#")[0]
