"""Logs in databases, read through the database's own driver: SQLite files, PostgreSQL, OCEL 2.0 in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from .ocel import spread
from .source import Row, Source, Unread, failed

BATCH = 10_000


def _opened(path: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)


def tables_of(path: str | Path) -> list[str]:
    """Return the names of the tables and views of a SQLite file.  Raises ImportFailed if it is damaged."""
    try:
        with closing(_opened(path)) as db:
            rows = db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1")
            return [str(name) for (name,) in rows]
    except sqlite3.Error as error:
        raise _bad(error) from error


def sqlite_rows(source: Source) -> Iterator[Row | Unread]:
    """Read a SQLite file: the rows of `query`, else of its one table.  Raises ImportFailed."""
    tables = tables_of(source.where)
    if source.query is None and len(tables) != 1:
        named = "、".join(tables[:20])
        raise failed(f"库中有{len(tables)}个表（{named}）；请用 --query 写明查询语句。",
                     f"The database has {len(tables)} tables ({named}); say which with --query 'SELECT …'.")  # fmt: skip
    quoted = tables[0].replace('"', '""') if tables else ""
    query = source.query or f'SELECT * FROM "{quoted}"'
    try:
        with closing(_opened(source.where)) as db:
            yield from _rows(db.execute(query))
    except sqlite3.Error as error:
        raise _bad(error) from error


def postgres_rows(source: Source) -> Iterator[Row | Unread]:
    """Read the rows of a query from a server through a cursor that stays there.  Raises ImportFailed."""
    try:
        with psycopg.connect(source.where) as db:
            db.read_only = True
            with db.cursor(name="qingfeng_log") as cursor:
                cursor.itersize = BATCH
                cursor.execute(str(source.query).encode())
                yield from _rows(cursor)
    except psycopg.Error as error:
        raise failed(f"数据库没有答复查询（{str(error).strip()[:200]}）；请核对地址、权限和语句。",
                     f"The database did not answer ({str(error).strip()[:200]}); check address, rights and query.") from error  # fmt: skip


def _rows(cursor: Any) -> Iterator[Row]:
    while True:
        chunk = cursor.fetchmany(BATCH)
        names = [column[0] for column in cursor.description or ()]
        if len(set(names)) != len(names):
            raise failed("查询结果有同名的列；请用AS取不同的名字。", "The query has two columns of one name; give them names with AS.")
        for row in chunk:
            yield dict(zip(names, row, strict=True))
        if not chunk:
            return


def ocel_sqlite_rows(source: Source) -> Iterator[Row | Unread]:
    """Read OCEL 2.0 in SQLite: one row an event and related object of each type (see `ocel.spread`).  Raises ImportFailed."""
    try:
        with closing(_opened(source.where)) as db:
            types = dict(db.execute("SELECT ocel_id, ocel_type FROM object"))
            for kind, name in db.execute("SELECT ocel_type, ocel_type_map FROM event_map_type ORDER BY 1").fetchall():
                quoted = f"event_{name}".replace('"', '""')
                for row in _rows(db.execute(f'SELECT * FROM "{quoted}" ORDER BY ocel_id')):
                    related = db.execute("SELECT ocel_object_id FROM event_object WHERE ocel_event_id = ?", (row["ocel_id"],))
                    attributes = {key: value for key, value in row.items() if key not in ("ocel_id", "ocel_time")}
                    yield from spread(row["ocel_id"], kind, row["ocel_time"], attributes, [one for (one,) in related], types)
    except sqlite3.Error as error:
        raise _bad(error) from error


def _bad(error: Exception) -> Exception:
    return failed(f"SQLite读不下去（{str(error)[:150]}）；请核对文件和查询语句。", f"SQLite cannot be read ({str(error)[:150]}); check file and query.")
