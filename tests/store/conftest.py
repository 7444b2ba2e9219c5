"""Both stores, for every test that asks for `store` or `fresh`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from qingfeng.store.postgres import PostgresStore
from qingfeng.store.sqlite import SqliteStore

from ..postgres import Cluster

AnyStore = SqliteStore | PostgresStore
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


@pytest.fixture(params=["sqlite", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., AnyStore]:
    """Opens the same store each time it is called."""
    if request.param == "sqlite":
        return lambda *, create=True: SqliteStore.open(tmp_path / "qf.db", create=create)
    cluster: Cluster = request.getfixturevalue("cluster")
    schema: str = request.getfixturevalue("schema")
    return lambda *, create=True: PostgresStore.open(cluster.dsn, schema=schema, create=create)


@pytest.fixture
def store(opener: Callable[..., AnyStore]) -> Iterator[AnyStore]:
    opened = opener(create=True)
    yield opened
    opened.close()
