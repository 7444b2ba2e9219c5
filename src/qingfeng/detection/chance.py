"""How likely a count is among honest peers: the statistics behind all patterns (docs/adr/011-patterns.md).

A subject's hits are compared with a beta-binomial forecast (log-normal-binomial for too few) from its peers in the same strata.  The
forecast knows three kinds of uncertainty: chance in the subject's own count, chance in the peers' count, and that honest subjects truly
differ (specialists, strict and mild people).  How much they differ is estimated from all subjects but those at the suspect end, so that
a few corrupt ones do not hide each other, and is not taken below the floor of the pattern unless many subjects show that it is less.
Few peers are themselves an uncertain sample of honest people: with k of them the spread counts 1 + 1/k times.  A wrong done in one kind of
case only drowns in all of a subject's cases: each subject is judged by all of them and by each kind, and pays for having been asked often.
All subjects of a run are then held together (Benjamini-Hochberg over those that could be found at all, Tarone 1990).
scipy computes; it is imported only when a log is judged, so that a page can name a pattern.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
MOST_P = 0.01
"""However few subjects are held together, nothing is suspected that one honest subject in a hundred would show: in an office of three
the rate of false leads alone would let pass what one in four shows (docs/adr/011-patterns.md, the budget of false leads)."""
CERTAIN = 1e-4
"""A chance from which a smaller difference matters, too: the spread of honest people is in it already."""
OF_ALL = 0.8
"""Share of a subject's chance of a false lead that is given to all of its cases; the rest is shared among the kinds of cases."""
MANY = 30
"""Subjects from which the estimated spread may undercut the floor: up to what the estimate itself leaves open (two standard errors)."""
WIDE_PEERS = 3
"""Others that it takes for such a comparison: desks differ."""
WIDER = 8.0
"""How many times the spread counts where a desk has no peers and is compared with other desks of the power."""
MOST_RHO = 0.5
"""An estimate of the spread beyond this says that the peers are no peers; everything is then within it."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """A subject over the strata in which it has peers.  rest: how many trials of peers the forecast rests on, peers: how many of them;
    wide: the peers sit at other desks."""

    subject: str
    hits: int
    trials: int
    base: float
    rest: float
    parts: tuple[Tally, ...]
    peers: float = 1.0
    wide: bool = False


@dataclass(frozen=True, slots=True)
class _Spread:
    """How much honest subjects differ (an intra-class correlation), and the most that the data leave open."""

    rho: float
    most: float


def judge(pattern: Pattern, tallies: Sequence[Tally]) -> Verdict:
    """Return what a pattern says of the tallies of a log."""
    ordered = sorted(tallies, key=lambda t: (t.subject, t.stratum))
    hits, trials = sum(t.hits for t in ordered), sum(t.trials for t in ordered)
    if not trials:
        return Verdict(
            pattern=pattern.name,
            outcome=Outcome.NOT_APPLICABLE,
            why=Text(zh="没有可以比较的记录", en="nothing to compare"),
        )
    overall = {kind: _overall([t for t in ordered if _kind(t.subject) == kind], pattern) for kind in {_kind(t.subject) for t in ordered}}
    beyond = _beyond(ordered) if pattern.wider else {}
    subjects: dict[str, Outcome] = {}
    sums: list[_Sum] = []
    small: set[str] = set()
    lonely: set[str] = set()
    for subject, group in groupby(ordered, key=lambda t: t.subject):
        mine, form, usual = list(group), pattern.of(_kind(subject)), overall[_kind(subject)]
        one = _sum(form, subject, mine, usual) or _wide(form, subject, mine, usual, beyond)
        if one is not None:
            sums.append(one)
            continue
        subjects.setdefault(plain(subject), Outcome.NOT_EVALUABLE)
        (small if sum(t.trials for t in mine) < form.minimum else lonely).add(plain(subject))
    lonely -= {plain(one.subject) for one in sums}
    small -= lonely | {plain(one.subject) for one in sums}
    found = _found(pattern, sums, overall)
    subjects |= {plain(one.subject): Outcome.SATISFIED for one in sums}
    subjects |= {one.subject: Outcome.VIOLATED for one in found}
    why, outcome = None, Outcome.VIOLATED if found else Outcome.SATISFIED
    if not sums:
        outcome = Outcome.NOT_EVALUABLE
        why = Text(zh=f"样本不足{pattern.minimum}的{len(small)}个，没有可比同行的{len(lonely)}个",
                   en=f"{len(small)} below {pattern.minimum}, {len(lonely)} without peers")  # fmt: skip
    return Verdict(pattern=pattern.name, outcome=outcome, why=why, subjects=subjects, too_small=len(small), no_peers=len(lonely),
                   base=hits / trials, found=tuple(found))  # fmt: skip


def _overall(tallies: Sequence[Tally], pattern: Pattern) -> float:
    """Return the share of hits in all; of pairs, of the peers' (each pair counts the same cases again)."""
    if pattern.pair:
        rest = sum(t.rest_trials for t in tallies)
        return (sum(t.rest_hits for t in tallies) + HALF) / (rest + 1)
    return (sum(t.hits for t in tallies) + HALF) / (sum(t.trials for t in tallies) + 1)


def _sum(pattern: Pattern, subject: str, mine: Sequence[Tally], overall: float, *, wide: bool = False) -> _Sum | None:
    """Return a subject's count over the strata in which it has peers, None if that is too few."""
    parts = [t for t in mine if t.peers >= pattern.peers_needed and t.rest_trials >= pattern.minimum]
    trials = sum(t.trials for t in parts)
    if trials < pattern.minimum:
        return None
    expected = sum(t.trials * (t.rest_hits + SHRINK * overall) / (t.rest_trials + SHRINK) for t in parts)
    rest = trials**2 / sum(t.trials**2 / (t.rest_trials + SHRINK) for t in parts)
    base = min(max(expected / trials, HALF / (rest + 1)), 1 - HALF / (rest + 1))
    peers = trials / sum(t.trials / t.peers for t in parts)
    return _Sum(subject, sum(t.hits for t in parts), trials, base, rest, tuple(parts), peers, wide)


def _beyond(tallies: Sequence[Tally]) -> Mapping[tuple[str, str], list[Tally]]:
    """Return the tallies of each power, and of all under no power; those of one kind of trials (after #) only."""
    told: dict[tuple[str, str], list[Tally]] = defaultdict(list)
    for one in tallies:
        told[one.power, _kind(one.subject)].append(one)
        told["", _kind(one.subject)].append(one)
    return told


def _wide(
    pattern: Pattern,
    subject: str,
    mine: Sequence[Tally],
    overall: float,
    beyond: Mapping[tuple[str, str], Sequence[Tally]],
) -> _Sum | None:
    """Return a subject, alone at its desk, beside those at other desks of the power, or of the agency; None if there are none."""
    for power in dict.fromkeys((mine[0].power, "")) if beyond else ():
        rest = [t for t in beyond[power, _kind(subject)] if t.subject != subject]
        others, hits, trials = len({t.subject for t in rest}), sum(t.hits for t in rest), sum(t.trials for t in rest)
        moved = [replace(t, peers=others, rest_hits=hits, rest_trials=trials) for t in mine if power in ("", t.power)]
        one = _sum(pattern, subject, moved, overall, wide=True) if others >= WIDE_PEERS else None
        if one is not None:
            return one
    return None


def _found(pattern: Pattern, sums: Sequence[_Sum], overall: Mapping[str, float]) -> list[Suspicion]:
    if not sums:
        return []
    from scipy.stats import false_discovery_control

    kinds = {
        kind: [one for one in sums if _kind(one.subject) == kind]
        for kind in sorted({_kind(one.subject) for one in sums})
    }
    rho = {kind: spread_of(pattern.of(kind), [one for one in ones if not one.wide]) for kind, ones in kinds.items()}  # each its own
    told = [_sharpest(pattern.of(kind), one, rho[kind], overall[kind]) for one in sums for kind in (_kind(one.subject),)]
    open_ = _could_be(pattern, [least for _, _, least in told])
    asked = [(one, p) for (one, p, _), could in zip(told, open_, strict=True) if could]
    if not asked:
        return []
    adjusted = [float(q) for q in false_discovery_control([p for _, p in asked])]
    sure = [(one, p, q) for (one, p), q in zip(asked, adjusted, strict=True) if q <= pattern.rate and p <= MOST_P]
    found = [_suspicion(one, p, q) for one, p, q in sure]
    best: dict[str, Suspicion] = {}
    for suspicion in sorted(found, key=lambda s: (s.p, s.subject)):
        best.setdefault(suspicion.subject, suspicion)
    return list(best.values())


def _sharpest(pattern: Pattern, one: _Sum, rho: _Spread, overall: float) -> tuple[_Sum, float, float]:
    """Return what of a subject is least likely, all of it or one stratum: the sum, its chance (four fifths of what is let pass for all,
    a fifth shared among the strata, so that asking often makes nobody suspect), and the least chance that it could have come to."""
    parts = [_sum(pattern, one.subject, [part], overall, wide=one.wide) for part in one.parts] if len(one.parts) > 1 else []
    kinds = [part for part in parts if part is not None and part.trials < one.trials]
    asked = [(one, 1 / OF_ALL if kinds else 1.0), *((part, len(kinds) / (1 - OF_ALL)) for part in kinds)]
    told = [(which, times * _chance(pattern, which, rho)) for which, times in asked]
    sharpest, p = min(told, key=lambda t: t[1])
    return sharpest, min(p, 1.0), min(times * _least(pattern, which, rho) for which, times in asked)


def _chance(pattern: Pattern, one: _Sum, rho: _Spread) -> float:
    """Return the chance of a count, 1 where the difference does not matter: where it is certain, half of it (of its logarithm) does."""
    if _enough(pattern, one):
        return tail(pattern, one, rho)
    p = tail(pattern, one, rho) if _enough(replace(pattern, ratio=pattern.ratio**HALF), one) else 1.0
    return p if p <= CERTAIN else 1.0


def _least(pattern: Pattern, one: _Sum, rho: _Spread) -> float:
    """Return the chance of the utmost that a subject could show; 1 if even that would not matter."""
    utmost = replace(one, hits=one.trials if pattern.direction is Direction.HIGH else 0)
    return tail(pattern, utmost, rho) if _enough(pattern, utmost) else 1.0


def _could_be(pattern: Pattern, least: Sequence[float]) -> list[bool]:
    """Return which subjects could be found at all: the others cannot be falsely found either, and need not be paid for (Tarone)."""
    most = next((m for m in range(1, len(least) + 1) if sum(p <= pattern.rate / m for p in least) <= m), len(least))
    return [p <= pattern.rate / most for p in least]


def _enough(pattern: Pattern, one: _Sum) -> bool:
    """True if the difference matters, however certain it is: so many times the peers' share, or, where most cases of the peers are hits,
    so many times fewer of the other kind; so many times a large share is more than every case, and nobody would be found."""
    if pattern.direction is Direction.HIGH:
        often = one.hits >= pattern.ratio * one.base * one.trials
        rest_seldom = (one.trials - one.hits) * pattern.ratio <= (1 - one.base) * one.trials
        return one.hits >= max(pattern.least_hits, pattern.least_share * one.trials) and (often or rest_seldom)
    return one.hits * pattern.ratio <= one.base * one.trials


def spread_of(pattern: Pattern, sums: Sequence[_Sum]) -> _Spread:
    """Return how much the subjects' true shares differ, as an intra-class correlation: by moments, the suspect end cut off.

    Who is cut off is no peer of those kept, either: one who does half of the work would else make all others look odd.  What the cut
    takes from the variance of honest subjects is given back as a normal distribution would have it.  With the estimate comes the most
    that it leaves open (two standard errors of it, were all alike), which many subjects may put in the place of the floor.
    """
    from scipy.stats import norm

    if len(sums) < LEAST_FOR_SPREAD:
        return _Spread(0.0, 1.0)
    sign = 1 if pattern.direction is Direction.HIGH else -1
    ordered = sorted(
        sums,
        key=lambda s: (sign * (s.hits - s.trials * s.base) / (s.trials * s.base * (1 - s.base)) ** HALF, s.subject),
    )
    many = ceil(CUT * len(ordered))
    kept = _among(ordered[:-many], ordered[-many:]) if pattern.common else ordered[:-many]
    end = float(norm.isf(CUT))
    left = 1 - (end * float(norm.pdf(end)) + CUT)
    squares = sum((s.hits - s.trials * s.base) ** 2 for s in kept) / (left / (1 - CUT))
    alone = [s.trials * s.base * (1 - s.base) for s in kept]
    weight = sum(s.trials * (s.trials - 1) * s.base * (1 - s.base) for s in kept)
    if not weight:
        return _Spread(0.0, 1.0)
    rho = min(max((squares - sum(alone)) / weight, 0.0), MOST_RHO)
    error = sum(2 * c**2 + c for c in alone) ** HALF / weight
    return _Spread(rho, rho + 2 * error if len(sums) >= MANY and not pattern.pair else 1.0)


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
            told.append(
                _Sum(one.subject, sum(t.hits for t, _, _ in parts), count, base, one.rest, one.parts, one.peers)
            )
    return told


def tail(pattern: Pattern, one: _Sum, rho: _Spread) -> float:
    """Return the chance of as many hits (or as few) by an honest subject among these peers."""
    from scipy.special import betaln
    from scipy.stats import betabinom

    base = one.base
    floor = min(pattern.rho, pattern.spread**2 * base / (1 - base))
    differ = max(min(floor, rho.most), rho.rho) * (WIDER if one.wide else 1.0)
    share = min(differ * (1 + 1 / one.peers) + 1 / (one.rest + 2), MOST_RHO)
    if pattern.direction is Direction.HIGH:
        a, b = base * (1 / share - 1), (1 - base) * (1 / share - 1)
        every = one.hits == one.trials  # as the tail gives it, without summing it
        p = float(exp(betaln(one.trials + a, b) - betaln(a, b)) if every else betabinom.sf(one.hits - 1, one.trials, a, b))
    else:
        p = _seldom(one, log1p(share * (1 - base) / base))
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


def _kind(subject: str) -> str:
    """Return that part."""
    return subject.partition("#")[2]
