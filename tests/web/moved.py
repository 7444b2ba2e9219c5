"""The seeded agency in PostgreSQL: brought over once a run, then a database of its own for every site, made from that template."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import psycopg

from qingfeng import wiring
from qingfeng.casework.rebuild import rebuild
from qingfeng.ledger.entry import Sealed
from tests.postgres import Cluster

_NUMBERS = count(1)
_TEMPLATE = "qf_image"


def moved(cluster: Cluster, image: Path) -> str:
    """Return the connection string of a new database that holds what the image holds."""
    with psycopg.connect(cluster.dsn, autocommit=True) as owner:
        if owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_TEMPLATE,)).fetchone() is None:
            owner.execute(f"CREATE DATABASE {_TEMPLATE}")
            _bring_over(image / "agency.db", _named(cluster, _TEMPLATE))
        name = f"qf_web_{next(_NUMBERS)}"
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
    return _named(cluster, name)


def dropped(cluster: Cluster, where: str) -> None:
    """Throw such a database away."""
    name = where.partition("dbname=")[2].partition(" ")[0]
    with psycopg.connect(cluster.dsn, autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _named(cluster: Cluster, name: str) -> str:
    return f"host={cluster.folder} dbname={name} user=owner"


def _bring_over(source: Path, where: str) -> None:
    """Copy every event, then write the projections anew."""
    old, new = wiring.open_store(str(source)), wiring.open_store(where, create=True)
    try:
        with old.read() as tx, new.write() as target:
            after = 0
            while batch := tx.all_events(after=after, limit=2_000):
                for row in batch:
                    target.append(Sealed(stream=row.stream, seq=row.seq, entry=row.entry, opening=row.opening, private=row.private))
                after = batch[-1].position
        rebuild(wiring.office_over(new))
    finally:
        old.close()
        new.close()
