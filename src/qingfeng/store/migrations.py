"""How the tables came to be: each version with the SQL that leads to it, for both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

Dialect = Literal["sqlite", "postgres"]


@dataclass(frozen=True, slots=True)
class Migration:
    """What leads from version - 1 to version, per database."""

    version: int
    sqlite: str
    postgres: str


def _script(name: str, dialect: Dialect) -> str:
    return files(__package__).joinpath(f"{name}_{dialect}.sql").read_text("utf-8")


MIGRATIONS: list[Migration] = [
    Migration(version, _script(name, "sqlite"), _script(name, "postgres"))
    for version, name in enumerate(("schema", "uses", "logged", "due", "pressing"), 1)
]
"""Ascending and without gaps.  A published one is never changed: the next one corrects it."""


def newest() -> int:
    """Return the schema version that this program writes."""
    return MIGRATIONS[-1].version


def steps(found: int, dialect: Dialect) -> list[str]:
    """Return the statements that lead from version `found` (0: nothing there) to the newest, then the version mark."""
    wanted: list[str] = []
    for migration in MIGRATIONS:
        if migration.version > found:
            wanted += _split(getattr(migration, dialect)) if dialect == "sqlite" else [migration.postgres]
    mark = (
        f"INSERT INTO meta (key, value) VALUES ('schema_version', '{newest()}')"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    )
    return [*wanted, mark] if wanted else []


def _split(script: str) -> list[str]:
    """Split a script, as sqlite3's own executescript commits before it begins and so cannot run in a transaction."""
    statements: list[str] = []
    pending: list[str] = []
    for line in script.splitlines():
        if not line.strip() or line.lstrip().startswith("--"):
            continue
        pending.append(line)
        text = "\n".join(pending)
        if sqlite3.complete_statement(text):
            statements.append(text)
            pending = []
    assert not pending, f"a migration ends within a statement: {pending}"
    return statements


def check_order(migrations: Sequence[Migration]) -> None:
    """Assert that versions are 1, 2, 3 …"""
    assert [m.version for m in migrations] == list(range(1, len(migrations) + 1)), "migrations are out of order"


check_order(MIGRATIONS)
