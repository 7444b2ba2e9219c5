"""Facts that are kept beside the log: a new rule whose facts are there needs no pass, and a day's arrivals touch their cases only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.detection.casefacts.facts import Wall
from qingfeng.detection.casefacts.plan import FORMAT, Plan
from qingfeng.importing.logs.canonical import Canonical

from .stream import streamed
from .table import facts_schema

FACTS, ABOUT = "facts.parquet", "facts.json"


class Kept:
    """The facts of a log in its folder.  They hold for this log, mapping and clock only; a manifest says for which, and what they cover."""

    def __init__(self, log: Canonical) -> None:
        self.log = log
        self.path = log.folder / FACTS

    def covers(self, plan: Plan, wall: Wall) -> bool:
        """True if everything that is asked is there.  Raises OSError."""
        about = self.log.folder / ABOUT
        if not about.exists() or not self.path.exists():
            return False
        try:
            said = json.loads(about.read_text(encoding="utf-8"))
        except json.JSONDecodeError:
            return False  # cut off while it was written: computed again
        known = (
            Plan({act: frozenset(names) for act, names in said["plan"].items()})
            if said.get("of") == self._of(wall)
            else None
        )
        return known is not None and said["bytes"] == self.path.stat().st_size and known.covers(plan)

    def _of(self, wall: Wall) -> str:
        log = self.log.manifest
        told = [FORMAT, log["sha256"], log["mapping"], wall.since, wall.east]
        return sha256(json.dumps(told).encode()).hexdigest()

    def write(self, plan: Plan, wall: Wall) -> None:
        """Compute the facts and keep them; the former ones stand until these are whole.  Raises OSError."""
        schema = facts_schema(plan, self.log.schema)
        beside = self.path.with_suffix(".tmp")
        about = self.log.folder / ABOUT
        with pq.ParquetWriter(beside, schema, compression="lz4", write_statistics=["case"]) as file:
            for table in streamed(self.log, plan, wall, until=None):
                plain = pa.table([table.column(field.name).cast(field.type) for field in schema], schema=schema)
                file.write_table(plain, row_group_size=plain.num_rows)
        about.unlink(missing_ok=True)  # between these lines nothing is kept
        beside.replace(self.path)
        said = {
            "of": self._of(wall),
            "bytes": self.path.stat().st_size,
            "plan": {act: sorted(plan.columns[act]) for act in plan.acts},
        }
        fresh = about.with_suffix(".tmp")
        fresh.write_text(json.dumps(said), encoding="utf-8")
        fresh.replace(about)

    def read(self, plan: Plan, wall: Wall) -> Iterator[Any]:
        """Return the facts that a plan asks, a batch of cases at a time; `covers` was asked before.  Raises OSError."""
        assert self.covers(plan, wall), "what is kept is of this log and covers the plan"
        schema = facts_schema(plan, self.log.schema)
        texts = [field.name for field in schema if pa.types.is_string(field.type) and field.name != "case"]
        with pq.ParquetFile(self.path, read_dictionary=texts) as file:
            for n in range(file.num_row_groups):
                yield file.read_row_group(n, columns=schema.names)

    def with_day(self, day: Canonical, plan: Plan, wall: Wall) -> Iterator[Any]:
        """Return the facts of the cases of a later log, with what was kept of them before; no other case is touched.

        Acts of both logs are counted as tied where one might stand beside the other: that leaves more open, never less.
        """
        schema = facts_schema(plan, self.log.schema)
        for fresh in streamed(day, plan, wall, until=None):
            new = pa.table([fresh.column(field.name).cast(field.type) for field in schema], schema=schema)
            names = new.column("case").combine_chunks()
            old = [table.filter(pc.is_in(table.column("case"), value_set=names)) for table in self.read(plan, wall)]
            plain = [
                pa.table([one.column(field.name).cast(field.type) for field in schema], schema=schema) for one in old
            ]
            yield merged(pa.concat_tables([*plain, new]), schema)


def merged(facts: Any, schema: Any) -> Any:
    """Return one row a case: numbers added, firsts and least values by their minimum, lasts and greatest by their maximum."""
    how = {name: _together(name) for name in schema.names if name != "case"}
    rows = pa.table({**{name: facts.column(name) for name in schema.names}, "parts": pa.array([1] * facts.num_rows)})
    whole = rows.group_by("case").aggregate([*how.items(), ("parts", "sum")])
    named = {name: whole.column(f"{name}_{kind}") for name, kind in how.items()}
    acts = None
    for name in schema.names:
        if name.startswith("n:"):
            acts = named[name] if acts is None else pc.add(acts, named[name])
    several = pc.greater(whole.column("parts_sum"), 1)
    beside = pc.if_else(
        several,
        pc.max_element_wise(named["tied"], pc.add(named["tied"], acts if acts is not None else 0)),
        named["tied"],
    )
    named["tied"] = beside
    made = pa.table({"case": whole.column("case"), **named}).select(schema.names)
    return made.sort_by("case").cast(schema)


def _together(name: str) -> str:
    kind = name.partition(":")[0]
    if kind in ("n", "w", "c", "tied", "whole"):
        return "sum"
    return "max" if kind in ("last", "hi") else "min"
