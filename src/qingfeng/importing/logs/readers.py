"""The reader for each kind of log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .flat import csv_rows, parquet_rows
from .ocel import ocel_json_rows, ocel_xml_rows
from .sheet import xlsx_rows
from .source import Row, Source, Unread
from .sql import ocel_sqlite_rows, postgres_rows, sqlite_rows
from .xes import xes_rows

READERS: Mapping[str, Callable[[Source], Iterator[Row | Unread]]] = {
    "csv": csv_rows, "xes": xes_rows, "parquet": parquet_rows, "sqlite": sqlite_rows, "postgresql": postgres_rows, "xlsx": xlsx_rows,
    "ocel_json": ocel_json_rows, "ocel_xml": ocel_xml_rows, "ocel_sqlite": ocel_sqlite_rows,
}  # fmt: skip
MANY = 10_000
"""Different values of a column that are counted apart."""


def rows_of(source: Source) -> Iterator[Row | Unread]:
    """Return the rows of a log, in its order, as a stream.  Raises ImportFailed."""
    return READERS[source.kind](source)


@dataclass(slots=True)
class Look:
    """What a log holds at a glance.  values: of every column, how often each occurs (None once there are too many)."""

    rows: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str] | None] = field(default_factory=dict)


def look(source: Source, *, progress: Callable[[int], None] = lambda n: None) -> Look:
    """Read a log through and count what its columns hold; memory does not grow with the number of rows.  Raises ImportFailed."""
    seen = Look()
    for row in rows_of(source):
        seen.rows += 1
        if isinstance(row, Unread):
            seen.unread[row.reason] += 1
            continue
        for column, value in row.items():
            if value is None or value == "":
                continue
            seen.filled[column] += 1
            counted = seen.values.setdefault(column, Counter())
            if counted is not None:
                counted[str(value)[:200]] += 1
                if len(counted) > MANY:
                    seen.values[column] = None
        progress(seen.rows)
    return seen
