"""What a durable command costs with every control of a power on, beside the same command with the basic three, and a bare commit.

    python -m bench.controls [--power a000/penalty] [--rounds 20] [--peers PYTHON]

Every round plays the power's longest honest story through the officers' door in a fresh copy of an agency (SQLite, WAL,
synchronous=FULL), then the same rows with all other controls off, then a bare INSERT+COMMIT of the same bytes, then the peers'
nine-step cases.  Only the time inside `casework.handle` counts.  Medians, and ratios to the bare commit of the same run.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from qingfeng import wiring
from qingfeng.simulation import script
from qingfeng.simulation.drill_desk import Loosened
from qingfeng.simulation.script import row_from_story

from .command import Bare, Peer, Samples, report, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qingfeng.casework.office import Office
    from qingfeng.catalogue.power import Power, Story

BASIC = {"time_limit", "prompt_registration", "separate_duties"}


@contextmanager
def clocked(samples: list[tuple[float, float]]) -> Iterator[None]:
    """Note the time of every command that scripts send."""
    real = script.handle

    def handle(*args: Any, **more: Any) -> Any:
        return timed(samples, lambda: real(*args, **more))

    script.handle = handle
    try:
        yield
    finally:
        script.handle = real


def honest(power: Power) -> Story:
    """Return the longest story, without what is refused or demanded in it."""
    done = [replace(s, rows=tuple(r for r in s.rows if ":" not in r.then and r.who != "clock")) for s in power.versions[-1].stories]
    return max(done, key=lambda s: len(s.rows))


def play(office: Office, power: Power, story: Story, samples: list[tuple[float, float]]) -> list[tuple[bytes, bytes, bytes | None]]:
    """Play the story; return the bytes that it stored."""
    with clocked(samples):
        results = list(script.run(office, [row_from_story(row) for row in story.rows], power=power.id))
    assert all(r.outcome == "accepted" for r in results), [(r.row.does, r.happened) for r in results if r.outcome != "accepted"]
    with office.store.read() as tx:
        return [(row.entry, row.opening, row.private) for row in tx.events(f"case/{results[0].case}")]


def run(power: Power, rounds: int, peers_python: str | None) -> tuple[Samples, int, int]:
    """Return the samples without the first two rounds, the number of rows of the story and of controls."""
    story = honest(power)
    wanted = set(power.versions[-1].controls) | BASIC
    samples: Samples = {}
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name, wiring.throwaways([power]) as agencies:
        folder = Path(name)
        bare = Bare(folder / "bare.db")
        peers = {n: Peer(peers_python, n, folder) for n in ("spiffworkflow", "eventsourcing")} if peers_python else {}
        for n in range(rounds + 2):
            if n == 2:
                samples = {}
            with agencies() as office:
                rows = play(office, power, story, samples.setdefault(f"qingfeng, {len(wanted)} controls", []))
            with agencies() as office:
                play(Loosened(office, wanted - BASIC), power, story, samples.setdefault("qingfeng, basic controls", []))
            bare.case(rows, samples.setdefault("bare", []))
            for peer, process in peers.items():
                process.case(samples.setdefault(peer, []))
        for process in peers.values():
            process.close()
    return samples, len(story.rows), len(wanted)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--power", default="a000/penalty")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--peers", help="python of the environment with requirements/bench.txt")
    options = parser.parse_args()
    (power,) = [f.loaded.power for f in wiring.read_powers() if f.loaded.power is not None and f.loaded.power.id == options.power]
    samples, rows, controls = run(power, options.rounds, options.peers)
    print(f"{options.power}: {controls} controls, a story of {rows} acts")
    report(samples)


if __name__ == "__main__":
    sys.exit(main())
