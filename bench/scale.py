"""Does a command cost more when the store holds more cases?  The same nine steps beside 10^3 and 10^6 other cases.

    python -m bench.scale [--small 1000] [--large 1000000] [--rounds 40]

Both stores are filled by simulation.bulk (real sealed events), then measured in turn; the ratio of medians is printed.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from qingfeng.casework.office import Office
from qingfeng.simulation import bulk
from qingfeng.wiring import furnish, office_over, open_store, read_powers

from . import nine
from .command import our_case


def filled(path: Path, cases: int) -> Office:
    """Return an office over a new store that holds so many cases of the shipped powers."""
    office = office_over(open_store(str(path), create=True))
    powers = [f.loaded.power for f in read_powers() if f.loaded.power is not None]
    furnish(office, powers, name="bench", demo_people=True)
    begin = time.perf_counter()
    events = bulk.write_bulk(office, cases=cases, seed=1, longest=5).events
    took = time.perf_counter() - begin
    size = path.stat().st_size / 1e9
    print(
        f"filled {cases} cases, {events} events, {size:.2f} GB in {took:.0f} s ({cases / took:.0f} cases/s)", flush=True
    )
    nine.add_nine(office)
    return office


def main() -> None:
    """Read the options, fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name:
        offices = {n: filled(Path(name) / f"{n}.db", n) for n in (options.small, options.large)}
        samples: dict[tuple[int, bool], list[tuple[float, float]]] = {}
        for _ in range(options.rounds + 2):
            for n, office in offices.items():
                for cold in (False, True):
                    our_case(office, samples.setdefault((n, cold), []), cold=cold)
        for cold in (False, True):
            medians = []
            for n in offices:
                taken = samples[n, cold][2 * nine.STEPS :]
                medians.append((statistics.median(w for w, _ in taken), statistics.median(c for _, c in taken)))
                print(
                    f"{n:>9} cases {'cold' if cold else 'warm'}: wall {medians[-1][0] * 1e3:.3f} ms, CPU {medians[-1][1] * 1e3:.3f} ms"
                )
            print(
                f"ratio large / small: wall {medians[1][0] / medians[0][0]:.2f}, CPU {medians[1][1] / medians[0][1]:.2f}"
            )
        for office in offices.values():
            office.store.close()


if __name__ == "__main__":
    main()
