"""What several folders of tests share: a PostgreSQL server of the run's own, and a schema of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest

from tests.postgres import Cluster

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    running = Cluster()
    try:
        yield running
    finally:
        running.remove()


@pytest.fixture
def schema(cluster: Cluster) -> Iterator[str]:
    name = f"qf_{next(_NUMBERS)}"
    yield name
    with psycopg.connect(cluster.dsn, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
