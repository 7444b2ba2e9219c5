"""Patterns on years of the third generator (bench/third), by whose author none of them was read: what they find, by intensity.

    python -m bench.third_years --seeds 1-3 [--cases 10000] [--honest] [--verbose]

A lead is right as in bench.blind_years: its pattern is that of a planted wrong and it names nobody outside it, or rests mostly on its
cases.  Printed are found/planted for each pattern and intensity, and false leads for 1,000 honest cases.  --honest plants nothing.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Set

from qingfeng.detection.pattern import Suspicion
from qingfeng.detection.survey import survey
from qingfeng.store.analytics import Analytics

from .blind_years import MOSTLY, number_of, seeds_in
from .third.people import TODAY
from .third.wrongs import INTENSITIES, WRONGS, Plant
from .third.year import Told, third_year


def fits(lead: Suspicion, plant: Plant, known: Set[str]) -> bool:
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
    """Counts over all years, by pattern and intensity."""

    def __init__(self) -> None:
        self.planted: Counter[tuple[str, str]] = Counter()
        self.found: Counter[tuple[str, str]] = Counter()
        self.false: Counter[str] = Counter()
        self.beside: Counter[str] = Counter()
        self.honest = 0

    def add(self, told: Told, *, verbose: bool = False) -> None:
        """Judge one year."""
        known = {one.id for one in told.office.officers} | {one.name for one in told.office.firms}
        known |= {name for agents in told.office.agents.values() for name, _ in agents}
        leads = list(leads_of(told))
        self.honest += told.honest
        for plant in told.plants:
            key = plant.pattern, plant.intensity
            hit = any(name == plant.pattern and fits(lead, plant, known) for name, lead in leads)
            self.planted[key] += 1
            self.found[key] += hit
            if verbose:
                print(f"  {'found' if hit else 'MISSED'} {plant.pattern} {plant.intensity} cases {len(plant.numbers)}")
        for name, lead in leads:
            right = [plant for plant in told.plants if fits(lead, plant, known)]
            if not any(plant.pattern == name for plant in right):
                (self.beside if right else self.false)[name] += 1
                if verbose:
                    print(
                        f"  {'beside' if right else 'FALSE'} {name} {lead.subject} {lead.hits}/{lead.trials} base {lead.base:.3f}"
                    )

    def show(self) -> None:
        """Print the table."""
        for name in WRONGS:
            parts = "   ".join(f"{one} {self.found[name, one]:2}/{self.planted[name, one]:2}" for one in INTENSITIES)
            print(f"{name:28} {parts}   false {self.false[name]:3}   beside {self.beside[name]:3}")
        for one in INTENSITIES:
            found, planted = (
                sum(n for (_, how), n in count.items() if how == one) for count in (self.found, self.planted)
            )
            print(f"{one:28} {found}/{planted} = {found / max(planted, 1):.1%}")
        found, planted, false = self.found.total(), self.planted.total(), self.false.total()
        print(f"recall {found}/{planted} = {found / max(planted, 1):.1%}; false leads {false} on {self.honest} honest cases = "
              f"{1000 * false / max(self.honest, 1):.2f} per 1,000; beside {self.beside.total()}")  # fmt: skip


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--seeds", type=seeds_in, default=[1, 2, 3], help="such as 1-3; three in a row give each wrong each intensity"
    )
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--honest", action="store_true", help="plant nothing")
    parser.add_argument("--verbose", action="store_true", help="name every plant, miss and false lead")
    options = parser.parse_args()
    score = Score()
    for seed in options.seeds:
        told = third_year(seed, cases=options.cases, planted=not options.honest)
        print(
            f"seed {seed}: {len(told.office.officers)} officers, {len(told.rows['acts'])} acts, {len(told.plants)} wrongs",
            flush=True,
        )
        score.add(told, verbose=options.verbose)
    score.show()


if __name__ == "__main__":
    main()
