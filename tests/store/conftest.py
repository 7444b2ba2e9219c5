"""Both stores, for every test that asks for `store` or `fresh`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qingfeng.store.postgres import PostgresStore
from qingfeng.store.sqlite import SqliteStore

from ..postgres import Cluster

AnyStore = SqliteStore | PostgresStore


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
