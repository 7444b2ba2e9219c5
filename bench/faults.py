"""Every fault at every file call of append, checkpoint, witness, backup and restore: how the work ended, and that nothing was harmed.

    python -m bench.faults [append …] [--sample N]      N faults of each, chosen at random

Prints a table; stops at the first harm with the call and the fault that did it.  Linux on x86-64 (tests/notary/injector.py).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.notary.fault_scenes import SCENES
from tests.notary.injector import MODES
from tests.notary.test_faults import Outcomes, all_of

ENDED = ("refused", "done", "killed")


def row(name: str, told: Outcomes) -> str:
    """Return a line of the table."""
    by: Counter[tuple[str, str]] = Counter()
    for (_, mode, ended), count in told.items():
        by[mode, ended] += count
    cells = [" / ".join(str(by[mode, ended]) for ended in ENDED if by[mode, ended]) or "–" for mode in MODES]
    return f"| {name} | {len({call for call, _, _ in told})} | {sum(told.values())} | {' | '.join(cells)} | 0 |"


def main() -> None:
    """Run the scenes that are named, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", nargs="*")
    parser.add_argument("--sample", type=int)
    given = parser.parse_args()
    wanted = given.work
    print(f"| work | kinds of calls | faults | {' | '.join(MODES)} | harm |\n|---|---|---|{'---|' * (len(MODES) + 1)}", flush=True)
    for scene in SCENES:
        if wanted and scene.name not in wanted:
            continue
        begun = time.monotonic()
        with TemporaryDirectory() as folder:
            told = all_of(scene, Path(folder) / "f", sample=given.sample)
        print(row(scene.name, told), flush=True)
        print(f"{scene.name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
