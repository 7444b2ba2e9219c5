"""Patterns on years of a generator whose author had not read them: what they find, what they say of honest people, how long it takes.

    python -m bench.foreign_years [--seeds 1-10] [--sizes 10000,2000] [--misses]

Of every seed and size one honest year, and years in which, a few at a time, one officer or firm is corrupt in the way of each pattern.
Through the same door as `qingfeng patterns run`: relations, a DuckDB session, `survey`.  A finding counts as a hit if its subject names
the planted one; as false if it names nobody planted in that year; otherwise (another pattern's culprit or his accomplice) as beside.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from qingfeng.detection.pattern import Suspicion, Verdict
from qingfeng.detection.survey import survey
from qingfeng.store.analytics import Analytics

from .foreign import TODAY, year
from .foreign.book import Book, Wrong
from .foreign.wrongs import PATTERNS

SLOW = "never_inspected"
"""Asked in honest years and where it is planted only: it takes longer than all others together."""
AT_ONCE = {2_000: 3}
"""How many patterns have a culprit in one year: few in a small agency, so that its honest majority stays one."""


@dataclass(slots=True)
class Told:
    """What a pattern came to over all years of a size."""

    planted: int = 0
    hit: int = 0
    false: int = 0
    beside: int = 0
    cases: int = 0
    judged: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """Everything over all years of a size."""

    told: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))
    cases: int = 0
    years: int = 0
    honest_cases: int = 0
    honest_false: int = 0
    seconds: list[float] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def names(wrong: Wrong, one: Suspicion) -> bool:
    """Whether a finding names the planted subject: of a pair the officer and one of the firms, of a firm it or its accomplice."""
    if wrong.accomplices:  # 企业与为其行方便、找其麻烦的人，点出其一即可
        return any(name in one.subject for name in (*wrong.subject, *wrong.accomplices))
    if not all(name in one.subject for name in wrong.subject):
        return False
    return wrong.pattern != "repeated_pairing" or any(client in one.subject for client in wrong.clients)


def groups(seed: int, size: int) -> list[list[str]]:
    """Return the patterns in the groups that go wrong in one year together; first the honest year."""
    mixed, each = Random(f"groups {seed} {size}").sample(PATTERNS, len(PATTERNS)), AT_ONCE.get(size, 5)
    return [[], *(mixed[n : n + each] for n in range(0, len(mixed), each))]


def one_year(tally: Tally, seed: int, size: int, patterns: Sequence[str]) -> None:
    """Write a year, run the survey, count."""
    book, planted = year(seed, size, patterns)
    relations = book.relations()
    began = time.perf_counter()
    whole = not patterns or SLOW in patterns
    session = Analytics(relations)
    try:
        verdicts = survey(session.ask, today=TODAY, only=None if whole else [name for name in PATTERNS if name != SLOW])
    finally:
        session.close()
    if whole:
        tally.seconds.append(time.perf_counter() - began)
    tally.cases += len(book.cases)
    tally.years += 1
    tally.honest_cases += 0 if patterns else len(book.cases)
    for verdict in verdicts:
        _count(tally, seed, book, verdict, planted)


def _count(tally: Tally, seed: int, book: Book, verdict: Verdict, planted: Sequence[Wrong]) -> None:
    told = tally.told[verdict.pattern]
    told.cases += len(book.cases)
    told.judged.append(verdict.judged)
    tainted = {name for wrong in planted for name in (*wrong.subject, *wrong.accomplices, *wrong.clients)}
    mine = next((wrong for wrong in planted if wrong.pattern == verdict.pattern), None)
    if mine is not None:
        found = any(names(mine, one) for one in verdict.found)
        told.planted += 1
        told.hit += found
        if not found:
            seen = {s: o.value for s, o in verdict.subjects.items() if all(name in s for name in mine.subject)}
            tally.lines.append(f"missed {seed} {len(book.cases)} {verdict.pattern} {mine.subject} {mine.style} "
                               f"{mine.strength:.2f} since {mine.since} "
                               f"acts {len(mine.cases)} outcome {verdict.outcome.value} {list(seen.items())[:2]}")  # fmt: skip
    for one in verdict.found:
        if mine is not None and names(mine, one):
            continue
        beside = any(name in one.subject for name in tainted)
        told.beside += beside
        told.false += not beside
        tally.honest_false += not planted
        if not beside:
            tally.lines.append(f"false {seed} {len(book.cases)} {verdict.pattern} {one.subject} {one.hits}/{one.trials} "
                               f"base {one.base:.3f} "
                               f"adjusted {one.adjusted:.2g} honest={not planted}")  # fmt: skip


def table(size: int, tally: Tally) -> Iterable[str]:
    """Yield the figures of a size as a table."""
    yield f"| {size} cases: pattern | recall | false | per 1,000 cases | beside | subjects judged |"
    yield "|---|---|---|---|---|---|"
    for name in PATTERNS:
        told = tally.told[name]
        yield (f"| {name} | {told.hit}/{told.planted} | {told.false} | {1000 * told.false / max(1, told.cases):.3f} | {told.beside} "
               f"| {statistics.median(told.judged):.0f} |")  # fmt: skip
    hit, planted = sum(t.hit for t in tally.told.values()), sum(t.planted for t in tally.told.values())
    false, beside = sum(t.false for t in tally.told.values()), sum(t.beside for t in tally.told.values())
    yield f"| **all** | **{hit}/{planted} = {hit / planted:.0%}** | {false} | **{1000 * false / tally.cases:.3f}** | {beside} | |"
    yield (f"honest years alone: {tally.honest_false} findings in {tally.honest_cases} cases = "
           f"{1000 * tally.honest_false / max(1, tally.honest_cases):.3f} per 1,000; {tally.years} years; "
           f"median run {statistics.median(tally.seconds):.1f} s")  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run and print."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--seeds", default="1-10")
    ask.add_argument("--sizes", default="10000,2000")
    ask.add_argument("--misses", action="store_true", help="one line for every miss and every false finding")
    said = ask.parse_args(argv)
    first, _, last = said.seeds.partition("-")
    for size in map(int, said.sizes.split(",")):
        tally = Tally()
        for seed in range(int(first), int(last or first) + 1):
            for patterns in groups(seed, size):
                one_year(tally, seed, size, patterns)
            print(f"seed {seed} of {size}: {tally.seconds[-1]:.1f} s", file=sys.stderr)
        print("\n".join(table(size, tally)))
        if said.misses:
            print("\n".join(tally.lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
