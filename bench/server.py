"""A PostgreSQL server of the measurement's own, as the tests make it: a temporary folder, a socket, gone at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import Cluster


@contextmanager
def postgres(wanted: bool) -> Iterator[str | None]:
    """Yield the DSN of a fresh database, or None if not wanted."""
    if not wanted:
        yield None
        return
    cluster = Cluster()
    try:
        yield cluster.dsn
    finally:
        cluster.stop()
        cluster.remove()
