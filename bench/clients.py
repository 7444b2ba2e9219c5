"""Thirty-two clients at once, each on cases of its own, beside the store's own group-commit rate in the same run.

    python -m bench.clients [--seconds 4] [--rounds 3] [--postgres]

bare SQLite: the same number of threads, each row in the same table, whoever has the lock commits for all who wait (the
same way as casework.committer, without any work).  bare PostgreSQL: one connection a client, INSERT and COMMIT each.
Interleaved rounds; medians of rates.
"""

from __future__ import annotations

import argparse
import itertools
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from qingfeng.casework.committer import Committer
from qingfeng.casework.handle import Done, handle
from qingfeng.casework.office import Office
from qingfeng.wiring import office_over, open_store

from . import nine
from .server import postgres

CLIENTS = 32
PAYLOAD = (b"e" * 620, b"o" * 420, b"p" * 160)  # the sizes of an entry, its opening and its private part


class BareCommitter:
    """Threads hand in rows; the first to get the lock commits them all."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("CREATE TABLE e (position INTEGER PRIMARY KEY, entry BLOB, opening BLOB, private BLOB)")
        self.lock, self.waiting = threading.Lock(), []

    def insert(self) -> None:
        """Return when one more row is durable."""
        done = threading.Event()
        self.waiting.append(done)
        with self.lock:
            if done.is_set():
                return
            batch, self.waiting = self.waiting, []
            self.db.execute("BEGIN IMMEDIATE")
            for _ in batch:
                self.db.execute("INSERT INTO e (entry, opening, private) VALUES (?, ?, ?)", PAYLOAD)
            self.db.execute("COMMIT")
            for one in batch:
                one.set()


def rate(work: Callable[[int], Callable[[], None]], seconds: float) -> float:
    """Let all clients work for some seconds; return acts a second, all together."""
    stop, counts = threading.Event(), [0] * CLIENTS

    def client(n: int) -> None:
        act = work(n)
        while not stop.is_set():
            act()
            counts[n] += 1

    threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - begin)


def our_client(office: Office, committer: Committer | None) -> Callable[[], None]:
    """Return a client that works through case after case, one command a call."""
    state = {"case": ""}
    cycle = itertools.cycle(list(nine.commands()))

    def act() -> None:
        command = next(cycle)
        opens = command.act == "a1"
        ready = replace(command, case="" if opens else state["case"])
        power = nine.POWER if opens else None
        answer = committer.handle(ready, power=power) if committer else handle(office, ready, power=power)
        assert isinstance(answer, Done), answer
        state["case"] = answer.case

    return act


def main() -> None:
    """Read the options, run, print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL too, on a server of its own")
    options = parser.parse_args()
    rates: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="qingfeng-bench-", dir=".") as name, postgres(options.postgres) as dsn:
        office = office_over(open_store(str(Path(name) / "ours.db"), create=True))
        nine.furnish_nine(office)
        committer, bare = Committer(office), BareCommitter(Path(name) / "bare.db")
        contenders: dict[str, Callable[[int], Callable[[], None]]] = {
            "bare SQLite, shared commits": lambda n: bare.insert,
            "qingfeng SQLite, shared commits": lambda n: our_client(office, committer),
        }
        if dsn:
            import psycopg

            pg = office_over(open_store(dsn, create=True))
            nine.furnish_nine(pg)
            pg_committer = Committer(pg)
            with psycopg.connect(dsn, autocommit=True) as db:
                db.execute(
                    "CREATE TABLE bare_clients (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                    " entry bytea, opening bytea, private bytea)"
                )

            def bare_pg(_: int) -> Callable[[], None]:
                db = psycopg.connect(dsn, autocommit=True)
                return lambda: (
                    db.execute("INSERT INTO bare_clients (entry, opening, private) VALUES (%s, %s, %s)", PAYLOAD)
                    and None
                )

            contenders |= {
                "bare PostgreSQL, own group commit": bare_pg,
                "qingfeng PostgreSQL, shared commits": lambda n: our_client(pg, pg_committer),
                "qingfeng PostgreSQL, a connection each": lambda n: our_client(pg, None),
            }
        for _ in range(options.rounds):
            for label, work in contenders.items():
                rates.setdefault(label, []).append(rate(work, options.seconds))
        office.store.close()
    for label, taken in rates.items():
        base = rates["bare PostgreSQL, own group commit" if "PostgreSQL" in label else "bare SQLite, shared commits"]
        print(f"{label:40}{statistics.median(taken):10.0f}/s   {statistics.median(taken) / statistics.median(base):5.2f} of bare   "
              f"({', '.join(f'{t:.0f}' for t in taken)})")  # fmt: skip


if __name__ == "__main__":
    main()
