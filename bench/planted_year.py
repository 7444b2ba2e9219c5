"""A year in which every distinct wrong of the maps is tried once, at random, among honest cases: what stops each, what is said beside it.

    python -m bench.planted_year [--cases 400] [--seed 1] [--every-drill] [--power a000/penalty …]

Promised: every wrong is refused, or found by a rule that its drill names; nothing is refused, asked or found in an honest case.
Exit code 1 if that is not so.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from qingfeng.simulation.planted import PlantedYear, one_of_each, planted_year, wrongs_of
from qingfeng.simulation.year import FOUNDED, staff_for
from qingfeng.wiring import furnish, office_over, open_store

from .honest_year import agency_powers, each_month

SHOWN = 40


def show(report: PlantedYear, wrongs: int, seconds: float) -> None:
    """Print what happened."""
    counts = Counter(one.outcome for one in report.fates)
    print(f"{wrongs} wrongs among {report.cases} cases; not begun {report.waiting}; {seconds:.0f} s")
    print(" · ".join(f"{name} {counts[name]}" for name in ("refused", "found", "missed", "broken")))
    stopped = counts["refused"] + counts["found"]
    elsewhere = sum(one.outcome == "refused" and not one.by for one in report.fates)
    print(f"recall {stopped}/{len(report.fates)} = {stopped / max(len(report.fates), 1):.1%}, {elsewhere} of them refused by another rule")
    for one in [one for one in report.fates if one.outcome in ("missed", "broken")][:SHOWN]:
        named, other = sorted(one.wrong.drill.by), sorted(one.other)
        print(f"  {one.outcome} {one.wrong.power} {one.wrong.drill.id} by {named}: {other} {one.case} {one.said}")
    print(f"honest cases: refused {len(report.stuck)} · asked {len(report.asked)} · found {len(report.found)}")
    for stuck in report.stuck[:SHOWN]:
        print(f"  refused {stuck.acts[0]} {stuck.case} by {[r.by for r in stuck.refusals]}: {stuck.refusals[0].reason.zh}")
    for case, act in report.asked[:SHOWN]:
        print(f"  asked {act} {case}")
    for found in report.found[:SHOWN]:
        print(f"  found {found.rule} {found.case} {found.seq} {found.key}")


def main() -> int:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-drill", action="store_true", help="every drill that can be, not one for each distinct text")
    parser.add_argument("--power", action="append", default=[], help="only this power; may be repeated")
    options = parser.parse_args()
    powers = [power for power in agency_powers([], options.power) if not power.id.startswith("supervision/")]
    versions = [power.versions[-1] for power in powers]
    wrongs = [w for v in versions for w in wrongs_of(v)] if options.every_drill else one_of_each(versions, Random(options.seed))
    begin = time.perf_counter()
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name:
        store = open_store(str(Path(name) / "agency.db"), create=True)
        office = office_over(store)
        furnish(office, powers, name="bench", demo_people=True, at=FOUNDED, staff=staff_for(powers, options.cases + len(wrongs)))
        report = planted_year(office, [p.id for p in powers], wrongs, cases=options.cases, seed=options.seed, progress=each_month(begin))
        store.close()
    show(report, len(wrongs), time.perf_counter() - begin)
    return 0 if not (report.count("missed") + report.count("broken") or report.stuck or report.asked or report.found) else 1


if __name__ == "__main__":
    sys.exit(main())
