"""How PostgreSQL reads what pages ask of a large store: plans, told by EXPLAIN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from qingfeng.store import transaction
from qingfeng.store.postgres import PostgresStore

from ..postgres import Cluster
from .samples import case


@pytest.fixture
def store(cluster: Cluster, schema: str) -> Iterator[PostgresStore]:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as opened:
        yield opened


_EAGER = {"parallel_setup_cost": 0, "parallel_tuple_cost": 0, "min_parallel_table_scan_size": 0, "min_parallel_index_scan_size": 0}


def test_a_first_page_is_not_read_by_several_processes(cluster: Cluster, schema: str) -> None:
    """Of a million cases: a plan that does not know the limit begins with starting processes, 13 ms for an inbox that takes 1."""
    eager = f"{cluster.dsn} options='{' '.join(f'-c {name}={value}' for name, value in _EAGER.items())}'"
    with closing(PostgresStore.open(eager, schema=schema, create=True)) as store:
        with store.write() as tx:
            for n in range(400):
                tx.put_case(case(f"a000/penalty/2026/{n:05d}", posts=("case_handler",)))
        asked = transaction._INBOX
        with psycopg.connect(eager, autocommit=True) as bare:
            bare.execute(f"SET search_path = {schema}; ANALYZE inbox; ANALYZE cases; SET plan_cache_mode = force_generic_plan")
            bare.execute("SET enable_sort = off; SET max_parallel_workers_per_gather = 2")
            assert "Gather" in _plan(bare, asked), "else there is nothing to be seen here"
            link = store._pool.take()
            try:
                link.connection.execute("SET enable_sort = off")
                assert "Gather" not in _plan(link.connection, asked)
                assert link.run("SELECT current_setting('jit')").fetchone() == ("off",)
            finally:
                store._pool.give_back(link)


def _plan(connection: psycopg.Connection, asked: str) -> str:
    connection.execute(f"PREPARE asked (text, bigint) AS {asked.replace('?', '$1', 1).replace('?', '$2', 1)}".encode(), prepare=False)
    rows = connection.execute("EXPLAIN EXECUTE asked ('case_handler', 200)", prepare=False).fetchall()
    return "\n".join(str(row[0]) for row in rows)


def test_late_cases_are_counted_from_the_index_alone(store: PostgresStore) -> None:
    """Of a million cases two thousand rows lie on as many pages, in the index on some dozen."""
    with store.write() as tx:
        for n in range(200):
            tx.put_case(case(f"c{n}", next_due=f"2026-03-{n % 28 + 1:02d}T00:00:00+08:00"))
    link = store._pool.take()
    try:
        link.connection.execute("VACUUM ANALYZE cases", prepare=False)
        link.connection.execute("SET enable_seqscan = off; SET enable_bitmapscan = off", prepare=False)
        values = iter(("'2026-03-10T00:00:00+08:00'", "'2026-03-20T00:00:00+08:00'", "2000"))
        asked = re.sub(r"\?", lambda _: next(values), transaction._LATE_BY_STEP)
        told = "\n".join(str(row[0]) for row in link.connection.execute(f"EXPLAIN {asked}".encode(), prepare=False))
    finally:
        store._pool.give_back(link)
    assert "Index Only Scan using cases_by_due" in told, told
