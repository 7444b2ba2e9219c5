"""A large agency for the measurements of the site: whole courses of all powers stamped in bulk, multiplied in the database, findings.

    python -m bench.fill --store WHERE [--cases 100000] [--times 10] [--findings 2000]

WHERE is the path of a SQLite file that is not there yet, or the connection string of an empty PostgreSQL database.  `--cases` are
stamped one by one by simulation.bulk (fresh salts, some 35 events each, the courses cut off at today so that those of the last weeks
are open); with `--times` every one of them is then copied by the database itself under so many numbers: each copy's entries name its
own stream and open as they should, but share their salts with the original, and what its fields say is noted with a sign of its own,
so that a document number is not found ten times.  Copies count as taken into the log already.  Readings are not copied.
"""

from __future__ import annotations

import argparse
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from qingfeng.casework.findings import FINDING, STREAM
from qingfeng.casework.followup import STEP
from qingfeng.casework.office import Office
from qingfeng.casework.projection import note_version
from qingfeng.engine.event import Event
from qingfeng.simulation import bulk
from qingfeng.terms.instants import LOCAL
from qingfeng.wiring import furnish, office_over, open_store, read_powers

NAME = "测量单位（虚构）"
WEEKS = tuple(range(-6, 38))
"""From the courses of spring: until the weeks after today, of which what lies ahead is cut off."""
PER_PARTY = 3
OUTCOMES = ("upheld", "not_upheld", "false_alarm")
STEP_OF_COPIES = 100_000
"""Between the number of a case and that of its copy; so many cases of a power and year may be stamped at most."""


def stamped(office: Office, cases: int, per_power: int, now: datetime) -> None:
    """Write cases one by one."""
    begin = time.perf_counter()

    def told(n: int) -> None:
        if n % 20_000 == 0:
            print(f"  {n} cases, {time.perf_counter() - begin:.0f} s", flush=True)

    made = bulk.write_bulk(office, cases=cases, per_power=per_power, moves=5, open_share=0.01, weeks=WEEKS, until=now,
                           parties=max(bulk.NAMES, cases // PER_PARTY), progress=told)  # fmt: skip
    print(f"stamped {made.cases} cases, {made.events} events of {made.dies} courses in {time.perf_counter() - begin:.0f} s", flush=True)


def _new(column: str, by: str, postgres: bool) -> str:
    """Return SQL for the number of a copy; column: a case's id or its stream."""
    if postgres:
        return f"left({column}, -5) || (right({column}, 5)::int + {by})"
    return f"(substr({column}, 1, length({column}) - 5) || (CAST(substr({column}, -5) AS INTEGER) + {by}))"


def statements(copy: int, far: int, postgres: bool) -> list[str]:
    """Return what makes one more copy of every stamped case."""
    by, shift = str(copy * STEP_OF_COPIES), f"position + {copy * far}"
    stream, case = _new("stream", by, postgres), _new("case_id", by, postgres)
    entry = (
        f"convert_to(replace(convert_from(entry, 'UTF8'), '\"' || stream || '\"', '\"' || {stream} || '\"'), 'UTF8')" if postgres
        else f"CAST(replace(CAST(entry AS TEXT), '\"' || stream || '\"', '\"' || {stream} || '\"') AS BLOB)"
    )  # fmt: skip
    sign = f"CASE WHEN substr(field, 1, 1) = '_' THEN value ELSE value || '·{copy}' END"
    return [
        f"INSERT INTO events SELECT {shift}, {stream}, seq, {entry}, opening FROM events_0",
        f"INSERT INTO private SELECT {shift}, opening FROM private_0",
        f"INSERT INTO cases SELECT {case}, power, version, step, status, title, opened_at, last_at, seq, posts, next_due, provisional"
        " FROM cases_0",
        f"INSERT INTO inbox SELECT post, due, {case} FROM inbox_0",
        f"INSERT INTO deadlines SELECT {case}, limit_id, run, mark, at, provisional FROM deadlines_0",
        f"INSERT INTO uses SELECT field, {sign}, {case}, seq FROM uses_0",
    ]


_TEMP = (
    "CREATE TEMP TABLE cases_0 AS SELECT * FROM cases",
    "CREATE TEMP TABLE events_0 AS SELECT * FROM events WHERE stream IN (SELECT 'case/' || case_id FROM cases_0)",
    "CREATE TEMP TABLE private_0 AS SELECT * FROM private WHERE position IN (SELECT position FROM events_0)",
    *(f"CREATE TEMP TABLE {table}_0 AS SELECT * FROM {table} WHERE case_id IN (SELECT case_id FROM cases_0)"
      for table in ("inbox", "deadlines", "uses")),
)
_KEYS = (
    "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),"
    " format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint"
    " WHERE contype IN ('p', 'u', 'f') AND connamespace = 'qingfeng'::regnamespace AND conrelid::regclass::text = ANY(%s)"
    " ORDER BY contype, conname"  # foreign keys hang on the others: gone first, back last
)
_INDEXES = (
    "SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid) FROM pg_index"
    " WHERE indrelid::regclass::text = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
)
_GROWING = ["events", "private", "outbox", "logged", "cases", "inbox", "deadlines", "uses"]


@contextmanager
def without_keys(link: Any) -> Iterator[None]:
    """Take the indexes and keys of the large tables away, and make them anew: row by row they cost ten times as much."""
    keys = link.execute(_KEYS, (_GROWING,)).fetchall()
    indexes = link.execute(_INDEXES, (_GROWING,)).fetchall()
    for gone, _ in (*keys, *indexes):
        link.execute(gone)
    yield
    begin = time.perf_counter()
    for _, back in (*reversed(keys), *indexes):
        link.execute(back)
        print(f"  {back[:60]}, {time.perf_counter() - begin:.0f} s", flush=True)


def multiplied(where: str, times: int) -> None:
    """Let the database copy every case so many times less one."""
    begin, postgres = time.perf_counter(), not Path(where).is_file()
    if postgres:
        import psycopg

        link = psycopg.connect(where, autocommit=True)
        run = link.execute
        run("SET search_path = qingfeng, pg_catalog; SET session_replication_role = replica; SET synchronous_commit = off;"
            " SET work_mem = '256MB'; SET maintenance_work_mem = '1GB'; SET temp_buffers = '256MB'")  # fmt: skip
    else:
        base = sqlite3.connect(where, isolation_level=None)
        run = base.execute  # type: ignore[assignment]
        run("PRAGMA synchronous = OFF")
    for sql in _TEMP:
        run(sql)
    numbers = "right(case_id, 5)::int" if postgres else "CAST(substr(case_id, -5) AS INTEGER)"
    row = run(f"SELECT (SELECT max(position) FROM events), max({numbers}) FROM cases_0").fetchone()
    assert row is not None
    assert int(row[1]) < STEP_OF_COPIES, f"{row[1]} cases of one power and year: numbers of copies would meet"
    with without_keys(link) if postgres else nullcontext():
        for copy in range(1, times):
            for sql in statements(copy, int(row[0]), postgres):
                run(sql)
            print(f"  copy {copy}, {time.perf_counter() - begin:.0f} s", flush=True)
    run(f"UPDATE counts SET n = n * {times}")
    run("DELETE FROM outbox")
    run(f"UPDATE numbers SET last = last + {times * STEP_OF_COPIES} WHERE name LIKE '%/20__'")
    run("VACUUM (ANALYZE)" if postgres else "ANALYZE")  # as the server does by itself after a while


def found(office: Office, many: int, now: datetime) -> None:
    """Lay down findings, spread over half a year; half of them verified."""
    rng = Random(7)
    with office.store.read() as tx:
        rows = [row for power in office.registry(tx).powers() for row in tx.case_rows(power=power, limit=many)]
        rules = {(row.power, row.version): sorted(
            {one.name for one in office.version(office.registry(tx), row.power, row.version)[1]}) for row in rows}  # fmt: skip
    with office.store.write() as tx:
        note_version(tx)
        tx.lock(STREAM)
        seq = tx.head(STREAM)
        for n, row in enumerate(rng.sample(rows, min(many, len(rows)))):
            at = now - timedelta(hours=4_000 * (many - n) // many)
            seq += 1
            rule = rng.choice(rules[row.power, row.version])
            office.append(tx, Event(stream=STREAM, seq=seq, kind=FINDING, act=FINDING, at=at, entered=at, facts={"seen_by": "unit"},
                                    data={"rule": rule, "case": row.case, "seq": row.seq, "key": ""}, power=row.power,
                                    version=row.version))  # fmt: skip
            if n % 2:
                seq += 1
                office.append(tx, Event(stream=STREAM, seq=seq, kind=STEP, act="review", at=at, entered=at,
                                        actor="discipline_inspector", facts={"reason": "已核对案卷。"}, power=row.power,
                                        version=row.version,
                                        data={"number": seq - 1, "outcome": rng.choice(OUTCOMES)}))  # fmt: skip


def main() -> None:
    """Found, stamp, copy, find."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--per-power", type=int, default=12)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--findings", type=int, default=2_000)
    options = parser.parse_args()
    now = datetime.now(LOCAL).replace(microsecond=0)
    office = office_over(open_store(options.store, create=True))
    powers = [f.loaded.power for f in read_powers() if f.loaded.power is not None]
    furnish(office, powers, name=NAME, demo_people=True, administrators=True)
    stamped(office, options.cases, options.per_power, now)
    if options.times > 1:
        multiplied(options.store, options.times)
    found(office, options.findings, now)
    office.store.close()


if __name__ == "__main__":
    main()
