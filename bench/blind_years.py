"""Patterns on years written by somebody who has read none of them (bench/blind): what they find, whom they name wrongly.

    python -m bench.blind_years --seeds 101-120 [--cases 2000] [--honest] [--verbose]

A lead is right if its pattern is that of a planted wrong and it names nobody outside it, or rests mostly on its cases.
A lead of another pattern that fits a wrong so is counted apart (beside); every other lead is false.  Printed are recall for each pattern,
and false leads for 1,000 honest cases.  --honest plants nothing: then every lead is false.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable

from qingfeng.detection.pattern import Suspicion
from qingfeng.detection.survey import survey
from qingfeng.store.analytics import Analytics

from .blind.clock import TODAY
from .blind.plant import Plant
from .blind.year import WRONGS, Told, blind_year

MOSTLY = 0.5
"""A lead rests on a wrong if more than this share of its evidence are acts of the wrong's cases."""


def number_of(evidence: str) -> int:
    """Return the number of the case in a piece of evidence (case#seq, the case ends with its number)."""
    found = re.search(r"-(\d{5})#", evidence)
    return int(found[1]) if found else 0


def fits(lead: Suspicion, plant: Plant, known: frozenset[str]) -> bool:
    """Whether a lead leads to a wrong: by whom it names, else by the cases that it shows."""
    named = set(lead.subject.split("|")) & known
    if named and named <= plant.names:
        return True
    on = [number_of(one) in plant.numbers for one in lead.evidence]
    return bool(on) and sum(on) > MOSTLY * len(on)


def leads_of(told: Told) -> Iterable[tuple[str, Suspicion]]:
    """Run all patterns over a year, as the product does; yield each lead with its pattern."""
    session = Analytics(told.rows)
    try:
        for verdict in survey(session.ask, today=TODAY):
            for lead in verdict.found:
                yield verdict.pattern, lead
    finally:
        session.close()


class Score:
    """Counts over all years."""

    def __init__(self) -> None:
        self.planted: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.false: Counter[str] = Counter()
        self.beside: Counter[str] = Counter()
        self.honest = 0

    def add(self, told: Told, *, verbose: bool) -> None:
        """Judge one year."""
        known = frozenset(one.id for one in told.office.officers) | {one.name for one in told.office.firms} | {
            name for agents in told.office.agents.values() for name, _ in agents}  # fmt: skip
        leads = list(leads_of(told))
        self.honest += told.honest
        for plant in told.plants:
            self.planted[plant.pattern] += 1
            hit = any(name == plant.pattern and fits(lead, plant, known) for name, lead in leads)
            self.found[plant.pattern] += hit
            if verbose:
                print(f"  {'found' if hit else 'MISSED'} {plant.pattern} style {plant.style} cases {len(plant.numbers)}")
        for name, lead in leads:
            right = [plant for plant in told.plants if fits(lead, plant, known)]
            if not any(plant.pattern == name for plant in right):
                (self.beside if right else self.false)[name] += 1
                if verbose:
                    print(f"  {'beside' if right else 'FALSE'} {name} {lead.subject} {lead.hits}/{lead.trials} base {lead.base:.3f}")

    def show(self) -> None:
        """Print the table."""
        for wrong in WRONGS:
            name = wrong.__name__
            print(f"{name:28} found {self.found[name]:3} of {self.planted[name]:3}   "
                  f"false {self.false[name]:3}   beside {self.beside[name]:3}")  # fmt: skip
        planted, found, false = self.planted.total(), self.found.total(), self.false.total()
        print(f"recall {found}/{planted} = {found / max(planted, 1):.1%}; false leads {false} on {self.honest} honest cases = "
              f"{1000 * false / max(self.honest, 1):.2f} per 1,000; beside {self.beside.total()}")  # fmt: skip


def seeds_in(said: str) -> list[int]:
    """Return the seeds of `1-3,7`.  Raises ValueError."""
    spans = [part.partition("-") for part in said.split(",")]
    return [n for low, _, high in spans for n in range(int(low), int(high or low) + 1)]


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=seeds_in, default=[1], help="such as 101-120")
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--honest", action="store_true", help="plant nothing")
    parser.add_argument("--verbose", action="store_true", help="name every plant, miss and false lead")
    options = parser.parse_args()
    score = Score()
    for seed in options.seeds:
        told = blind_year(seed, cases=options.cases, planted=not options.honest)
        print(f"seed {seed}: {len(told.office.officers)} officers, {len(told.rows['acts'])} acts, {len(told.plants)} wrongs", flush=True)
        score.add(told, verbose=options.verbose)
    score.show()


if __name__ == "__main__":
    main()
