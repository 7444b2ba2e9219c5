"""Patterns on generated years: who was planted and found, and who was suspected without cause.

    python -m bench.patterns [--cases 10000] [--seeds 11-15] [--honest]

Every year is an agency of its own (simulation.worldlog): one corrupt subject for each pattern (--honest: none).  A suspicion counts as
false if neither its subject nor a part of it was planted for any pattern.  Thresholds were fixed on seeds 1-10; what is reported comes
from seeds that nobody looked at before (README.md).  A table as in README.md is printed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from qingfeng.detection.patterns import discover
from qingfeng.detection.survey import survey
from qingfeng.facts.rows import Outcome
from qingfeng.simulation.worldcases import write_year
from qingfeng.simulation.worldlog import found_world
from qingfeng.simulation.wrongs import WRONGS, plant
from qingfeng.store.analytics import Analytics

END = date(2027, 1, 15)
"""The day of reading: the year is over, and what began in it is done."""


@dataclass(slots=True)
class Score:
    """What several years came to."""

    years: int = 0
    cases: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)  # planted, but the subject could not be judged
    false: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)


def one_year(score: Score, *, cases: int, seed: int, honest: bool) -> str:
    """Play a year, judge it, add to the score; return a line."""
    begin = time.perf_counter()
    world = found_world(seed=seed, size=cases)
    if not honest:
        plant(world, WRONGS)
    log = write_year(world)
    written = time.perf_counter()
    session = Analytics(log.relations())
    verdicts = survey(session.ask, today=END)
    session.close()
    guilty = {part for _, subject in log.planted for part in (subject, *subject.split("|"))}
    score.years, score.cases = score.years + 1, score.cases + cases
    for verdict in verdicts:
        name, subject = verdict.pattern, world.wrongs.get(verdict.pattern)
        score.judged[name] += verdict.judged
        suspects = {one.subject for one in verdict.found}
        if subject is not None:
            score.planted[name] += 1
            score.found[name] += subject in suspects
            score.silent[name] += verdict.subjects.get(subject) is Outcome.NOT_EVALUABLE
        score.false[name] += sum(not guilty & {one, *one.split("|")} for one in suspects)
    done = time.perf_counter()
    hits = sum(world.wrongs.get(v.pattern) in {one.subject for one in v.found} for v in verdicts)
    spent = f"written {written - begin:.0f} s, judged {done - written:.0f} s"
    return f"seed {seed}: {len(log.rows['acts'])} acts, {hits} of {len(world.wrongs)} found, {spent}"


def table(score: Score) -> list[str]:
    """Return the table, a row a pattern."""
    lines = ["| pattern | planted | found | not evaluable | subjects judged a year | false |", "|---|---|---|---|---|---|"]
    for name in sorted(discover()):
        per_year = round(score.judged[name] / score.years)
        lines.append(f"| {name} | {score.planted[name]} | {score.found[name]} | {score.silent[name]} | {per_year} | {score.false[name]} |")
    planted, found, false = score.planted.total(), score.found.total(), score.false.total()
    recall = f"{found / planted:.0%}" if planted else "—"
    per_thousand = f"{1000 * false / score.cases:.3f} per 1,000 cases"
    return [*lines, f"| **all** | {planted} | {found} ({recall}) | {score.silent.total()} | | {false} ({per_thousand}) |"]


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seeds", default="11-15")
    parser.add_argument("--honest", action="store_true", help="plant nothing")
    options = parser.parse_args()
    first, _, last = options.seeds.partition("-")
    score = Score()
    for seed in range(int(first), int(last or first) + 1):
        print(one_year(score, cases=options.cases, seed=seed, honest=options.honest), flush=True)
    print("\n".join(table(score)))


if __name__ == "__main__":
    main()
