"""A DuckDB session over the relations of a log: filled once, in memory, asked in SQL.  The only place that imports duckdb.

DuckDB's extensions that read other databases are downloaded when used; an agency's machine may not reach them.  So the rows come
through our own driver (casework.actlog reads SQLite and PostgreSQL alike) and enter as columns.  Columns are numpy arrays: DuckDB takes
them as they are, and no further package is needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import duckdb
import numpy as np

from qingfeng.detection.relations import RELATIONS, Relations

CHUNK = 100_000
"""Rows that enter at a time: bounds what stands in memory twice."""
_KINDS: dict[str, str] = {"DOUBLE": "float64", "BIGINT": "int64", "TIMESTAMP": "datetime64[us]", "DATE": "datetime64[us]"}


class Analytics:
    """One session.  threads: how many the machine gives it."""

    def __init__(self, relations: Relations, *, threads: int = 2) -> None:
        """Raises KeyError for a relation that nobody knows, ValueError for a value that is not of its column."""
        self._db = duckdb.connect(":memory:", config={"threads": threads})
        self._db.execute("SET enable_progress_bar = false")  # else it writes a bar where it takes the output for a terminal
        for name, columns in RELATIONS.items():
            said = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
            self._db.execute(f"CREATE TABLE {name} ({said})")
        for name, rows in relations.items():
            self._fill(name, RELATIONS[name], rows)

    def _fill(self, name: str, columns: dict[str, str] | Any, rows: Iterable[tuple[object, ...]]) -> None:
        chunk: list[tuple[object, ...]] = []
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                self._enter(name, columns, chunk)
                chunk = []
        if chunk:
            self._enter(name, columns, chunk)

    def _enter(self, name: str, columns: Any, chunk: Sequence[tuple[object, ...]]) -> None:
        held = {column: _array(kind, [row[n] for row in chunk]) for n, (column, kind) in enumerate(columns.items())}
        self._db.register("chunk", held)
        said = ", ".join(_said(column, kind) for column, kind in columns.items())
        self._db.execute(f"INSERT INTO {name} SELECT {said} FROM chunk")
        self._db.unregister("chunk")

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """Run one statement; return its rows by column."""
        answer = self._db.execute(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def close(self) -> None:
        """Let go of the memory."""
        self._db.close()


def _said(column: str, kind: str) -> str:
    return f"nullif(\"{column}\", 'NaN'::DOUBLE)" if kind == "DOUBLE" else f'"{column}"::{kind}'


def _array(kind: str, values: Sequence[Any]) -> Any:
    if kind == "DOUBLE":
        return np.array([np.nan if v is None else v for v in values], dtype="float64")
    if kind in ("TIMESTAMP", "DATE"):
        assert all(v is None or isinstance(v, datetime | date) for v in values), "instants come as datetimes"
        return np.array([np.datetime64("NaT") if v is None else v for v in values], dtype=_KINDS[kind])
    if kind == "BIGINT":
        return np.array(values, dtype="int64")
    if kind == "BOOLEAN":
        return np.array(values, dtype="bool")
    return np.array([None if v is None else str(v) for v in values], dtype=object)
