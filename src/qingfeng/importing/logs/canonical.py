"""The canonical log: Parquet in order of cases, whole cases in a row group, acts and actors coded; written once, read as a stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.detection.foreign import UNKNOWN_LAG
from qingfeng.facts.rows import ActRow
from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from .mapping import Kind, Source

FORMAT = 2
QUIET = "SET enable_progress_bar = false"
"""Said first in every session of DuckDB: where it takes a program for a terminal it writes a bar to standard output, into our JSON."""
LOG, MANIFEST, QUARANTINE, NEXT = "log.parquet", "manifest.json", "quarantine.jsonl", "manifest.next"
GROUP = 100_000
"""Rows of a row group at least; it then ends with its last case."""
MAX_GROUP = 20_000_000
"""Rows that one case may bring into memory."""
_CODED = pa.dictionary(pa.int32(), pa.string())
_TYPES: Mapping[Kind, Any] = {
    Kind.TEXT: pa.string(), Kind.NUMBER: pa.int64(), Kind.YUAN: pa.int64(), Kind.FEN: pa.int64(), Kind.FLAG: pa.bool_(),
    Kind.DAY: pa.string(), Kind.LINES: pa.list_(pa.string()), Kind.TABLE: pa.string(),
}  # fmt: skip
PREFIX = "f_"
"""Before the name of a field of ours in its column."""
TABLE: Mapping[bytes, bytes] = {b"qingfeng": b"table"}
"""Said of a column of texts that are tables in JSON."""
READ = ("case", "act", "actor", "post", "at", "whole_day", "entered")
"""Columns of which rows are made, beside those fields."""


def schema_of(fields: Mapping[str, Source], *, coded: bool) -> Any:
    """Return the columns.  at: the instant in UTC; offset: minutes east of it as written; whole_day: nothing finer is known;
    row: its place in the foreign log from 1; extra: what the mapping does not name, as JSON."""
    name = _CODED if coded else pa.string()
    own = [("case", pa.string()), ("act", name), ("actor", name), ("post", name), ("at", pa.timestamp("us", tz="UTC")),
           ("offset", pa.int16()), ("whole_day", pa.bool_()), ("entered", pa.timestamp("us", tz="UTC")), ("row", pa.int64()),
           ("id", pa.string())]  # fmt: skip
    said = [pa.field(PREFIX + field, _TYPES[source.kind], metadata=TABLE if source.kind is Kind.TABLE else None)
            for field, source in sorted(fields.items())]  # fmt: skip
    return pa.schema([*own, *said, ("extra", pa.string())])


BLANKS = "[\\s\\x{00A0}\\x{00AD}\\x{200B}-\\x{200F}\\x{2028}-\\x{202F}\\x{2060}\\x{3000}\\x{FEFF}]"
"""What cannot be seen in a name or number, as DuckDB's patterns write it."""


def cases_alike(more: str = "") -> str:
    """Return SQL for the groups of cases of a view `log` whose numbers differ only in what cannot be seen."""
    bare = f"regexp_replace(\"case\", '{BLANKS}', '', 'g')"
    return (f'WITH odd AS (SELECT DISTINCT "case" FROM log WHERE regexp_matches("case", \'{BLANKS}\')), '
            f'kin AS (SELECT "case" FROM odd UNION SELECT DISTINCT "case" FROM log WHERE "case" IN (SELECT {bare} FROM odd)) '
            f'SELECT list("case" ORDER BY "case") FROM kin GROUP BY {bare} HAVING count(*) > 1 ORDER BY 1 {more}')


class Writer:
    """Writes batches that come in order of cases."""

    def __init__(self, path: Path, schema: Any) -> None:
        self._file = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=True, write_statistics=["case", "at"])
        self._schema = schema
        self._held: list[Any] = []
        self._rows = 0

    def write(self, batch: Any) -> None:
        """Take a batch.  Raises OSError, ImportFailed for a case that is too long."""
        self._held.append(batch)
        self._rows += batch.num_rows
        if self._rows < GROUP:
            return
        last = batch.column("case")[batch.num_rows - 1].as_py()
        if self._held[0].column("case")[0].as_py() == last:  # all of it is one case so far
            if self._rows > MAX_GROUP:
                raise ImportFailed(Text(zh=f"一个案件有{MAX_GROUP}条以上的记录；案号列多半对错了，请核对映射。",
                                        en=f"A case has more than {MAX_GROUP} rows; the case column is probably wrong."))  # fmt: skip
            return
        open_: list[Any] = []
        while self._held[-1].column("case")[0].as_py() == last:
            open_.insert(0, self._held.pop())
        mixed = self._held[-1]
        cut = _begins(mixed.column("case"), last)
        if cut < mixed.num_rows:
            open_.insert(0, mixed.slice(cut))
        self._held[-1] = mixed.slice(0, cut)
        self._out(pa.Table.from_batches(self._held))
        self._held = open_
        self._rows = sum(one.num_rows for one in open_)

    def _out(self, table: Any) -> None:
        self._file.write_table(table.cast(self._schema), row_group_size=max(1, table.num_rows))
        pa.default_memory_pool().release_unused()

    def close(self) -> None:
        """Write what is held and end the file.  Raises OSError."""
        if self._held:
            self._out(pa.Table.from_batches(self._held))
        self._file.close()

    def abandon(self) -> None:
        """End the file without what is held."""
        self._file.close()


def _begins(cases: Any, name: str) -> int:
    """Return where the case of this name, the last one, begins; the length if it does not."""
    low, high = 0, len(cases)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if cases[middle].as_py() == name else (middle + 1, high)
    return low


@dataclass(frozen=True, slots=True)
class Read:
    """One event: its row as rules see it, and whether its time is known to the day only."""

    row: ActRow
    whole_day: bool


class Canonical:
    """A canonical log that lies there."""

    def __init__(self, folder: Path) -> None:
        """Raises ImportFailed if there is none, or if it is of another format."""
        self.folder = folder
        if (folder / NEXT).exists() and not (folder / f"{LOG}.next").exists():  # killed while adding, after the log was put in place
            (folder / NEXT).replace(folder / MANIFEST)
        try:
            self.manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            self.schema = pq.read_schema(folder / LOG)
        except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, pa.ArrowException) as error:
            raise ImportFailed(Text(zh=f"{folder}里没有导入完的日志；请先用 qingfeng log import。",
                                    en=f"{folder} holds no imported log; run qingfeng log import first.")) from error  # fmt: skip
        if self.manifest.get("format") != FORMAT:
            raise ImportFailed(Text(zh="日志是另一版本导入的；请重新导入。", en="Another release imported this log; import it again."))

    @property
    def path(self) -> Path:
        """The Parquet file."""
        return self.folder / LOG

    def fields(self) -> list[str]:
        """Return our fields that have a column."""
        return [name.removeprefix(PREFIX) for name in self.schema.names if name.startswith(PREFIX)]

    def touched(self, since: str) -> Any | None:
        """Return the cases that later imports added to, in order, since the log had this digest; None if it never had.  Raises OSError."""
        if since == self.manifest["sha256"]:
            return pa.array([], pa.string())
        later = self.manifest.get("added", [])
        start = next((n for n, one in enumerate(later) if one["before"] == since), None)
        if start is None:
            return None
        files = [self.folder / one["touched"] for one in later[start:]]
        found = pc.unique(pa.chunked_array([pq.read_table(file).column("case").combine_chunks() for file in files], pa.string()))
        return found.take(pc.sort_indices(found))

    def cases(self, zone: tzinfo, *, power: str, only: Iterable[str] | None = None) -> Iterator[list[Read]]:
        """Return every case, its events in order, a row group in memory at a time.

        zone: the agency's; rules count days as they were there.  only: these fields.  Raises OSError.
        """
        fields = self.fields() if only is None else [name for name in self.fields() if name in set(only)]
        columns = [*READ, *(PREFIX + name for name in fields)]
        with pq.ParquetFile(self.path) as file:
            for n in range(file.num_row_groups):
                yield from cases_of(file.read_row_group(n, columns=columns), fields, zone, power)


def cases_of(table: Any, fields: list[str], zone: tzinfo, power: str) -> Iterator[list[Read]]:
    """Return the cases of some rows of the log, which hold them whole.  fields: columns of ours that the rows have."""
    columns = [table.column(name).to_pylist() for name in READ]
    said = [_values(table, PREFIX + name) for name in fields]
    rows: list[Read] = []
    for n, (case, act, actor, post, at, whole_day, entered) in enumerate(zip(*columns, strict=True)):
        if rows and rows[-1].row.case != case:
            yield rows
            rows = []
        here = _wall(at, zone)
        data = {name: values[n] for name, values in zip(fields, said, strict=True) if values[n] is not None}
        row = ActRow(case=case, act=act, actor=actor, post=post, at=here, entered=here if entered is None else _wall(entered, zone),
                     effective=here.date().isoformat(), lag=UNKNOWN_LAG if entered is None else 0, data=data, seq=len(rows) + 1,
                     power=power,
                     position=int(at.timestamp()) * 1_000_000 + at.microsecond)  # fmt: skip
        rows.append(Read(row, whole_day))
    if rows:
        yield rows


def is_table(field: Any) -> bool:
    """True if a column holds tables in JSON."""
    return (field.metadata or {}).get(b"qingfeng") == TABLE[b"qingfeng"]


def _values(table: Any, name: str) -> list[Any]:
    held: list[Any] = table.column(name).to_pylist()
    if not is_table(table.schema.field(name)):
        return held
    read = {text: json.loads(text) for text in set(held) if text is not None}
    return [None if text is None else read[text] for text in held]


def _wall(at: datetime, zone: tzinfo) -> datetime:
    """Return what the agency's clock showed, as rules read it: their days are the days of that clock."""
    return at.astimezone(zone).replace(tzinfo=LOCAL)
