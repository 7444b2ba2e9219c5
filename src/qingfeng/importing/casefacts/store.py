"""Facts that are kept beside the log: a new rule whose facts are there needs no pass, and a day's arrivals touch their cases only.

Kept in segments: the facts of all cases first, then those of the cases that a later import added to; a later segment stands for what an
earlier one says of the same case.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.detection.casefacts.facts import Wall
from qingfeng.detection.casefacts.plan import FORMAT, Plan
from qingfeng.importing.logs.canonical import Canonical

from .stream import holding, named, streamed
from .table import facts_schema

ABOUT = "facts.json"
MOST = 60
"""Segments; with more of them, or where they hold a quarter of the log, all is computed anew."""
SHARE = 4
LEAST = 5_000
"""Cases in a row group of a later segment: a rule over a few cases costs what it costs over some thousands."""


def segment(number: int) -> str:
    """Return the name of the file of a segment."""
    return f"facts-{number:04d}.parquet"


class Kept:
    """The facts of a log in its folder.  They hold for this log, mapping and clock only; a manifest says for which, and what they cover."""

    def __init__(self, log: Canonical) -> None:
        self.log = log

    def covers(self, plan: Plan, wall: Wall) -> bool:
        """True if everything that is asked is there, of the log as it is now.  Raises OSError."""
        said = self._about(wall)
        return said is not None and said["log"] == self.log.manifest["sha256"] and _plan(said).covers(plan)

    def _about(self, wall: Wall) -> dict[str, Any] | None:
        """Return what the manifest says; None where nothing whole is kept for this mapping and clock."""
        about = self.log.folder / ABOUT
        if not about.exists():
            return None
        try:
            said: dict[str, Any] = json.loads(about.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            return None  # cut off while it was written: computed again
        if said.get("of") != self._of(wall):
            return None
        files = [self.log.folder / one["file"] for one in said["segments"]]
        sizes = [one["bytes"] for one in said["segments"]]
        return said if [file.stat().st_size if file.exists() else -1 for file in files] == sizes else None

    def _of(self, wall: Wall) -> str:
        told = [FORMAT, self.log.manifest["mapping"], wall.since[1:], wall.east]  # before its first change a clock has no beginning
        return sha256(json.dumps(told).encode()).hexdigest()

    def bring(self, plan: Plan, wall: Wall) -> None:
        """See to it that what is asked is kept: of touched cases alone where they were all that changed.  Raises OSError."""
        said = self._about(wall)
        if said is None or not _plan(said).covers(plan):
            self.write(plan, wall)
            return
        touched = self.log.touched(said["log"])
        if touched is None:
            self.write(plan, wall)
            return
        if not len(touched):
            return
        rows = sum(one["cases"] for one in said["segments"][1:]) + len(touched)
        if rows * SHARE > self.log.manifest["cases"] or len(said["segments"]) >= MOST:
            self.write(_plan(said), wall)
            return
        made = self._segment(len(said["segments"]), _plan(said), wall, only=touched)
        self._tell(_plan(said), wall, [*said["segments"], made])

    def write(self, plan: Plan, wall: Wall) -> None:
        """Compute the facts of all cases and keep them.  Raises OSError."""
        (self.log.folder / ABOUT).unlink(missing_ok=True)  # until the end nothing is kept
        made = self._segment(0, plan, wall, only=None)
        self._tell(plan, wall, [made])
        for old in self.log.folder.glob("facts-*.parquet"):
            if old.name != made["file"]:
                old.unlink()

    def _segment(self, number: int, plan: Plan, wall: Wall, *, only: Any | None) -> dict[str, Any]:
        schema, cases = facts_schema(plan, self.log.schema), 0
        file = self.log.folder / segment(number)
        beside = file.with_suffix(".tmp")
        with pq.ParquetWriter(beside, schema, compression="lz4", write_statistics=["case"]) as out:
            plain = (
                pa.table([table.column(field.name).cast(field.type) for field in schema], schema=schema)
                for table in streamed(self.log, plan, wall, until=None, only=only)
            )
            for table in plain if only is None else gathered(plain):
                out.write_table(table, row_group_size=table.num_rows)
                cases += table.num_rows
        beside.replace(file)
        return {"file": file.name, "bytes": file.stat().st_size, "cases": cases}

    def _tell(self, plan: Plan, wall: Wall, segments: list[dict[str, Any]]) -> None:
        said = {"of": self._of(wall), "log": self.log.manifest["sha256"], "segments": segments,
                "plan": {act: sorted(plan.columns[act]) for act in plan.acts}}  # fmt: skip
        fresh = (self.log.folder / ABOUT).with_suffix(".tmp")
        fresh.write_text(json.dumps(said), encoding="utf-8")
        fresh.replace(self.log.folder / ABOUT)

    def read(self, plan: Plan, wall: Wall, *, only: Any | None = None) -> Iterator[Any]:
        """Return the facts that a plan asks, a batch of cases at a time; `covers` was asked before.  only: of these cases.

        Each segment is in order of cases; they follow one another.  Raises OSError.
        """
        said = self._about(wall)
        assert said is not None, "what is kept is of this log"
        assert said["log"] == self.log.manifest["sha256"], "and of what it is now"
        schema = facts_schema(plan, self.log.schema)
        texts = [field.name for field in schema if pa.types.is_string(field.type) and field.name != "case"]
        files: list[Path] = [self.log.folder / one["file"] for one in said["segments"]]
        later: list[Any] = [pa.array([], pa.string())]
        for file in reversed(files[1:]):
            more = pa.concat_arrays([later[-1], pq.read_table(file, columns=["case"]).column("case").combine_chunks()])
            later.append(more.take(pc.sort_indices(more)))
        for file, newer in zip(files, reversed(later), strict=True):
            with pq.ParquetFile(file, read_dictionary=texts) as held:
                replaced = set(holding(held, newer))
                left = None if only is None else only.filter(pc.invert(pc.is_in(only, value_set=newer)))
                for n in range(held.num_row_groups) if left is None else holding(held, left):
                    table = held.read_row_group(n, columns=schema.names)
                    if n in replaced:
                        table = table.filter(pc.invert(pc.is_in(table.column("case"), value_set=newer)))
                    if left is not None:
                        table = named(table, left)
                    if table.num_rows:
                        yield table


def gathered(tables: Iterable[Any], least: int = LEAST) -> Iterator[Any]:
    """Return the same rows in fewer tables, of so many rows at least but the last."""
    held: list[Any] = []
    for table in tables:
        held.append(table)
        if sum(one.num_rows for one in held) >= least:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


def _plan(said: dict[str, Any]) -> Plan:
    return Plan({act: frozenset(names) for act, names in said["plan"].items()})
