"""A program that writes until it is killed, or takes due deadlines until there are none; run by test_killed.

    writer.py write|claim sqlite|postgres <where> <name>

It prints one line per kept transaction, after the commit.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import count
from pathlib import Path

from samples import NOON, case, deadline, event

from qingfeng.casework.ports import Conflict, Store

LATE = NOON + timedelta(days=365)


def opened(kind: str, where: str) -> Store:
    """Open the store named on the command line."""
    if kind == "sqlite":
        from qingfeng.store.sqlite import SqliteStore

        return SqliteStore.open(Path(where), create=False)
    from qingfeng.store.postgres import PostgresStore

    dsn, schema = where.split("|")
    return PostgresStore.open(dsn, schema=schema, create=False)


def write(store: Store, name: str) -> None:
    """Write commands on three cases for ever."""
    for turn in count():
        stream = f"{name}-{turn % 3}"
        with store.write() as tx:
            tx.lock(stream)
            seq = tx.head(stream) + 1
            tx.append(event(stream, seq, number=tx.next_number("n")))
            step = f"step{seq % 4}"
            tx.put_case(case(stream, seq=seq, step=step, posts=(step,), status="closed" if seq % 7 == 0 else "open"))
            tx.put_deadlines(stream, [deadline(stream, days=seq)])
            tx.keep_answer(f"{stream}/{seq}", b"digest", b"answer")
        sys.stdout.write(f"{stream} {seq}\n")
        sys.stdout.flush()


def claim(store: Store, name: str) -> None:
    """Claim, record and disarm until nothing is due."""
    while True:
        with store.read() as look:
            if not look.deadlines(before=LATE, limit=1):
                return
        try:
            with store.write() as tx:
                claimed = tx.claim_due(LATE, limit=3)
                for due in claimed:
                    tx.append(event(due.case, tx.head(due.case) + 1, mark=due.mark, worker=name))
                    tx.put_deadlines(due.case, [d for d in tx.deadlines(case=due.case) if d != due])
        except Conflict:
            continue
        for due in claimed:
            sys.stdout.write(f"{due.case} {due.mark}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    {"write": write, "claim": claim}[sys.argv[1]](opened(sys.argv[2], sys.argv[3]), sys.argv[4])
