"""An honest year of an agency with all its powers: 10^4 cases through the officers' door, read by every rule at the end of each month.

    python -m bench.honest_year [--cases 10000] [--seed 1] [--powers FOLDER] [--power a000/penalty …]

Cases are played from the honest stories of the power files (simulation.told) day by day, the acts of a day sharing a commit.
Promised: no refusal that the law does not demand, nobody asked for a reason, no finding of any control or watch.
Exit code 1 if that is not so; every refusal and finding is printed with its case and story.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from qingfeng.simulation.year import FOUNDED, YearReport, honest_year, staff_for, with_thick_books
from qingfeng.wiring import furnish, office_over, open_store, read_powers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from qingfeng.catalogue.power import Power

SHOWN = 12


def agency_powers(folders: list[Path], wanted: list[str]) -> list[Power]:
    """Return all powers (or those wanted) with all of their rules, and books of receipts for a year."""
    powers = [f.loaded.power for f in read_powers(folders) if f.loaded.power is not None]
    return [with_thick_books(p) for p in powers if not wanted or p.id in wanted]


def show(report: YearReport, seconds: float) -> None:
    """Print what happened."""
    read = sum(r.read for r in report.readings)
    print(f"{report.cases} cases from {report.stories} stories, {report.closed} closed, {report.acts} acts, {read} readings")
    print(f"{seconds:.0f} s, {1e3 * seconds / report.cases:.0f} ms a case")
    print(f"not begun by the year's end: {dict(Counter(report.waiting)) or 0}")
    print(f"refused {len(report.stuck)} · asked {len(report.asked)} · found {len(report.found)}")
    refused = Counter((s.acts[0], *(r.by for r in s.refusals)) for s in report.stuck)
    for (act, *by), n in refused.most_common(SHOWN):
        case = next(s for s in report.stuck if s.acts[0] == act and [r.by for r in s.refusals] == by)
        print(f"  refused {n} × {act} by {', '.join(by)}: {case.case} {case.refusals[0].reason.zh}")
    for what, found in (("asked", Counter(act for _, act in report.asked)), ("found", Counter(f.rule for f in report.found))):
        for name, n in found.most_common(SHOWN):
            where = next((f"{f.case} {f.seq} {f.key}" for f in report.found if f.rule == name), "")
            where = where or next((case for case, act in report.asked if act == name), "")
            print(f"  {what} {n} × {name}: {where}")


def each_month(begin: float) -> Callable[[date, float], None]:
    """Return what says each month how far the year is, and after how many seconds since `begin` (of the performance counter)."""
    said = [""]

    def progress(day: date, part: float) -> None:
        if said[-1] != f"{day:%Y-%m}":
            said.append(f"{day:%Y-%m}")
            print(f"{day:%Y-%m} {part:4.0%} {time.perf_counter() - begin:6.0f} s", flush=True)

    return progress


def main() -> int:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--powers", type=Path, action="append", default=[], help="folder of power files (the shipped ones)")
    parser.add_argument("--power", action="append", default=[], help="only this power; may be repeated")
    options = parser.parse_args()
    powers = agency_powers(options.powers, options.power)
    begin = time.perf_counter()

    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name:
        store = open_store(str(Path(name) / "agency.db"), create=True)
        office = office_over(store)
        furnish(office, powers, name="bench", demo_people=True, at=FOUNDED, staff=staff_for(powers, options.cases))
        report = honest_year(office, [p.id for p in powers], cases=options.cases, seed=options.seed, progress=each_month(begin))
        store.close()
    show(report, time.perf_counter() - begin)
    return 0 if report.honest else 1


if __name__ == "__main__":
    sys.exit(main())
