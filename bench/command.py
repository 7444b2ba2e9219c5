"""What one durable command costs, beside a bare INSERT+COMMIT of the same bytes and two well-known engines.

    python -m bench.command [--rounds 60] [--postgres]

One client.  Every round each contender runs one whole nine-step case, in turn (interleaved); printed are medians of wall
and CPU time a command, and ratios to the bare commit of the same run.  SQLite: WAL, synchronous=FULL, own file each.
`qingfeng cold` forgets the case before each command, so that it is read and folded from its events every time.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office
from qingfeng.wiring import office_over, open_store

from . import nine
from .server import postgres

Samples = dict[str, list[tuple[float, float]]]


def timed(samples: list[tuple[float, float]], work: Callable[[], Any]) -> Any:
    """Run once; note (wall, CPU) seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    samples.append((time.perf_counter() - wall, time.process_time() - cpu))
    return result


def our_case(
    office: Office, samples: list[tuple[float, float]], *, cold: bool
) -> list[tuple[bytes, bytes, bytes | None]]:
    """Run one case through our door; return the bytes that it stored, for the bare contender."""
    case = ""
    for command in nine.commands():
        if cold:
            office.forget_all()
        ready = replace(command, case=case)
        answer = timed(samples, lambda ready=ready: handle(office, ready, power=None if ready.case else nine.POWER))
        assert isinstance(answer, Done), answer
        case = answer.case
    with office.store.read() as tx:
        return [(row.entry, row.opening, row.private) for row in tx.events(f"case/{case}")]


class Bare:
    """The same bytes, one INSERT and COMMIT each, nothing else."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE e (position INTEGER PRIMARY KEY, entry BLOB, opening BLOB, private BLOB)")

    def case(self, rows: list[tuple[bytes, bytes, bytes | None]], samples: list[tuple[float, float]]) -> None:
        """Commit each row on its own."""
        for row in rows:
            timed(samples, lambda row=row: self._one(row))

    def _one(self, row: tuple[bytes, bytes, bytes | None]) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("INSERT INTO e (entry, opening, private) VALUES (?, ?, ?)", row)
        self.db.execute("COMMIT")


class BarePostgres:
    """The same on PostgreSQL."""

    def __init__(self, dsn: str) -> None:
        import psycopg

        self.db = psycopg.connect(dsn, autocommit=True)
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS bare (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            " entry bytea, opening bytea, private bytea)"
        )

    def case(self, rows: list[tuple[bytes, bytes, bytes | None]], samples: list[tuple[float, float]]) -> None:
        """Commit each row on its own."""
        for row in rows:
            timed(
                samples,
                lambda row=row: self.db.execute("INSERT INTO bare (entry, opening, private) VALUES (%s, %s, %s)", row),
            )


class Peer:
    """A contender in a process of its own environment (bench/peers.py), told to run one case at a time."""

    def __init__(self, python: str, name: str, folder: Path) -> None:
        here = Path(__file__).parent / "peers.py"
        self.process = subprocess.Popen(
            [python, str(here), name, str(folder / f"{name}.db")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def case(self, samples: list[tuple[float, float]]) -> None:
        """Run one case there; take over its samples."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("case\n")
        self.process.stdin.flush()
        samples += [(wall, cpu) for wall, cpu in json.loads(self.process.stdout.readline())]

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)


def run(rounds: int, peers_python: str | None, dsn: str | None) -> Samples:
    """Run all contenders in turn; return their samples without the first two rounds (warming up)."""
    samples: Samples = {}
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name:
        folder = Path(name)
        office = office_over(open_store(str(folder / "ours.db"), create=True))
        nine.furnish_nine(office)
        bare = Bare(folder / "bare.db")
        peers = {n: Peer(peers_python, n, folder) for n in ("spiffworkflow", "eventsourcing")} if peers_python else {}
        ours_pg, bare_pg = None, None
        if dsn:
            ours_pg = office_over(open_store(dsn, create=True))
            nine.furnish_nine(ours_pg)
            bare_pg = BarePostgres(dsn)
        for n in range(rounds + 2):
            if n == 2:
                samples = {}
            rows = our_case(office, samples.setdefault("qingfeng", []), cold=False)
            bare.case(rows, samples.setdefault("bare", []))
            our_case(office, samples.setdefault("qingfeng cold", []), cold=True)
            for peer, process in peers.items():
                process.case(samples.setdefault(peer, []))
            if ours_pg is not None and bare_pg is not None:
                rows = our_case(ours_pg, samples.setdefault("qingfeng postgres", []), cold=False)
                bare_pg.case(rows, samples.setdefault("bare postgres", []))
                our_case(ours_pg, samples.setdefault("qingfeng postgres cold", []), cold=True)
        for process in peers.values():
            process.close()
        office.store.close()
        if ours_pg is not None and bare_pg is not None:
            ours_pg.store.close()
            bare_pg.db.close()
    return samples


def report(samples: Samples) -> None:
    """Print medians, the spread between quartiles (noise) and ratios."""
    base = {False: statistics.median(w for w, _ in samples["bare"])}
    base[True] = (
        statistics.median(w for w, _ in samples["bare postgres"]) if "bare postgres" in samples else base[False]
    )
    print(f"{'contender':26}{'wall ms':>9}{'q1–q3':>15}{'CPU ms':>9}{'× bare':>8}   n")
    for name, taken in samples.items():
        walls = sorted(w for w, _ in taken)
        q1, mid, q3 = statistics.quantiles(walls, n=4)
        cpu = statistics.median(c for _, c in taken)
        print(
            f"{name:26}{mid * 1e3:9.3f}{q1 * 1e3:8.3f}–{q3 * 1e3:.3f}{cpu * 1e3:9.3f}{mid / base['postgres' in name]:8.2f}   {len(taken)}"
        )


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--peers", help="python of the environment with requirements/bench.txt")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL too, on a server of its own")
    options = parser.parse_args()
    with postgres(options.postgres) as dsn:
        report(run(options.rounds, options.peers, dsn))


if __name__ == "__main__":
    sys.exit(main())
