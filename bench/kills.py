"""Ten thousand kills and a thousand races of the log's sequencer: for the night.

    python -m bench.kills [kills] [races]

Every kill comes at a random moment of a program that acts and logs without pause; after each, what it acknowledged is looked for.
Stops with an AssertionError at the first act that is lost or the first fork.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.notary.test_kill import kills, race


def main() -> None:
    """Kill, race, and say what came of it."""
    times, races = (int(one) for one in (*sys.argv[1:], *("10000", "1000")[len(sys.argv) - 1 :]))
    with TemporaryDirectory() as folder:
        begun = time.monotonic()
        acts = kills(Path(folder), times, int(time.time()))
        print(f"{times} kills, {acts} acts acknowledged, 0 lost, {time.monotonic() - begun:.0f} s", flush=True)
    with TemporaryDirectory() as folder:
        begun = time.monotonic()
        heads = race(Path(folder), races)
        print(f"{races} races of two sequencers, {heads} heads signed, 0 forks, {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
