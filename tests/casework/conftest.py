"""An agency with both sample powers, over both stores."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qingfeng.casework.office import Office
from qingfeng.casework.ports import Store
from qingfeng.store.postgres import PostgresStore
from qingfeng.store.sqlite import SqliteStore
from tests.casework.agency import furnished
from tests.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The place of a store, as `agency.opened` takes it."""
    if request.param == "sqlite":
        return f"sqlite|{tmp_path / 'qf.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return f"postgres|{cluster.dsn}|{request.getfixturevalue('schema')}"


@pytest.fixture
def opener(where: str) -> Iterator[Callable[[], Store]]:
    """Opens the same store each time it is called; makes it the first time."""
    kind, place, *schema = where.split("|")
    stores: list[Store] = []

    def opened() -> Store:
        create = not stores
        made: Store
        if kind == "sqlite":
            made = SqliteStore.open(place, create=create)
        else:
            made = PostgresStore.open(place, schema=schema[0], create=create)
        stores.append(made)
        return made

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def office(opener: Callable[[], Store]) -> Office:
    return furnished(Office(opener(), salts=secrets.token_bytes))
