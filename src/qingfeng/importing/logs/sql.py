"""Logs in databases, read through the database's own driver: SQLite files, PostgreSQL, OCEL 2.0 in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from heapq import merge
from os import SEEK_END
from pathlib import Path
from typing import Any

import psycopg

from .ocel import spread
from .source import Row, Source, Unread, failed

BATCH = 10_000


def _opened(path: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)


def not_cut_short(path: str | Path) -> None:
    """Refuse a file that is shorter than its head says: SQLite may read what is left of it without a word.  Raises ImportFailed.

    Source: SQLite file format, 1.3 (page size at 16, pages at 28, valid where the numbers at 24 and 92 agree).
    """
    with Path(path).open("rb") as file:
        head = file.read(100)
        size = file.seek(0, SEEK_END)
    page = int.from_bytes(head[16:18], "big") if len(head) == 100 else 0
    pages = int.from_bytes(head[28:32], "big") if head[24:28] == head[92:96] else 0
    if len(head) < 100 or size < pages * (65_536 if page == 1 else page):
        raise failed("SQLite文件不完整（比自己记载的短）；请重新复制后再导入。", "The SQLite file is cut short (shorter than it says); copy it again.")


def tables_of(path: str | Path) -> list[str]:
    """Return the names of the tables and views of a SQLite file.  Raises ImportFailed if it is damaged."""
    not_cut_short(path)
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
    """Read OCEL 2.0 in SQLite in the order of its table `event`: one row an event and related object of each type (see `ocel.spread`).

    Raises ImportFailed.
    """
    not_cut_short(source.where)
    try:
        with closing(_opened(source.where)) as db:
            types = dict(db.execute("SELECT ocel_id, ocel_type FROM object"))
            kinds = db.execute("SELECT ocel_type, ocel_type_map FROM event_map_type ORDER BY 1").fetchall()
            relations = _Related(db)
            for place, kind, row in merge(*(_events(db, kind, name) for kind, name in kinds), key=lambda one: one[0]):
                attributes = {key: value for key, value in row.items() if key not in ("ocel_id", "ocel_time", _PLACE)}
                yield from spread(row["ocel_id"], kind, row["ocel_time"], attributes, relations.of(place), types)
    except sqlite3.Error as error:
        raise _bad(error) from error


_PLACE = "qingfeng place"


def _events(db: sqlite3.Connection, kind: str, name: str) -> Iterator[tuple[int, str, Row]]:
    quoted = f"event_{name}".replace('"', '""')
    query = f'SELECT e.rowid AS "{_PLACE}", t.* FROM event e JOIN "{quoted}" t ON t.ocel_id = e.ocel_id WHERE e.ocel_type = ? ORDER BY 1'
    for row in _rows(db.execute(query, (kind,))):
        place = row[_PLACE]
        assert isinstance(place, int), "a rowid is a whole number"
        yield place, kind, row


class _Related:
    """The objects of events, read beside them in one pass: asked in the order of the table `event`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._rows = iter(db.execute("SELECT e.rowid, r.ocel_object_id FROM event_object r JOIN event e ON e.ocel_id = r.ocel_event_id "
                                     "ORDER BY e.rowid, r.rowid"))  # fmt: skip
        self._next: tuple[int, str] | None = next(self._rows, None)

    def of(self, place: int) -> list[str]:
        """Return the objects of the event in a place."""
        found: list[str] = []
        while self._next is not None and self._next[0] <= place:
            if self._next[0] == place:
                found.append(self._next[1])
            self._next = next(self._rows, None)
        return found


def _bad(error: Exception) -> Exception:
    return failed(f"SQLite读不下去（{str(error)[:150]}）；请核对文件和查询语句。", f"SQLite cannot be read ({str(error)[:150]}); check file and query.")
