"""Cases of a log of which something is known to be missing or unclear, so that what a rule seems to see there proves nothing.

Rows put aside: the act is known to have been done, nobody can read how.  A beginning before the first day of an export.  Two spellings that
may be one person.  Such a case is not evaluable by the rules that the doubt concerns, and is counted as such; it is never an accusation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.catalogue.power import PowerVersion
from qingfeng.detection.doubt import Doubt

from .canonical import QUIET, Canonical, cases_alike
from .mapping import Mapping_

ASIDE, LISTED = "aside.parquet", 1_000
EARLY, LATE = 4, 2
"""A quarter of the cases, those that began first, are compared with the half that began last."""
LEAST, SHARE, TIMES = 3, 0.05, 4
"""So many of the early cases, such a share of them, and so many times the share of the late ones, lack a beginning in an excerpt."""
_SCHEMA = pa.schema([("case", pa.string()), ("act", pa.string())])


def write_aside(path: Path, rows: Iterable[tuple[str, str | None]]) -> None:
    """Keep of which cases rows were put aside, and of which acts (None: of one that is not known); no file if of none.  Raises OSError."""
    found = sorted(set(rows), key=lambda one: (one[0], one[1] or ""))
    if not found:
        return
    columns = [pa.array([one[n] for one in found], pa.string()) for n in (0, 1)]
    pq.write_table(pa.table(columns, schema=_SCHEMA), path)


def read_aside(folder: Path) -> list[tuple[str, str | None]]:
    """Return what was put aside, in order of cases; nothing for a log that was imported before this was kept.  Raises OSError."""
    path = folder / ASIDE
    if not path.exists():
        return []
    table = pq.read_table(path)
    return list(zip(table.column("case").to_pylist(), table.column("act").to_pylist(), strict=True))


@dataclass(frozen=True)
class Doubts:
    """What is unclear in a log.  aside: by case; cut_before: cases without a beginning that start before this day were cut off;
    alike: spellings that may be one person; twins: cases in which two of them act;
    split: cases whose numbers differ only in what cannot be seen."""

    aside: Mapping[str, frozenset[str | None]]
    opening: frozenset[str]
    cut_before: date | None
    cut: int
    alike: tuple[frozenset[str], ...]
    twins: frozenset[str]
    split: frozenset[str]

    @cached_property
    def _named(self) -> Any | None:
        named = sorted(self.twins | self.split | self.aside.keys())
        return pa.array(named, pa.string()) if named else None

    def of(self, case: str, acts: Collection[str], began: date) -> Doubt | None:
        """Return what is unclear in a case, None if nothing is."""
        cut = self.cut_before is not None and began < self.cut_before and self.opening.isdisjoint(acts)
        aside, twins, split = self.aside.get(case), case in self.twins, case in self.split
        return Doubt(aside, cut, twins, split) if aside or cut or twins or split else None

    def where(self, names: Any, opened: Any, began_days: Any) -> Any:
        """Return in which cases of a batch something is unclear.  opened: where an opening act was done."""
        found = np.zeros(len(opened), dtype=np.bool_)
        if self._named is not None:
            column = names.cast(pa.string()) if isinstance(names, pa.Array | pa.ChunkedArray) else pa.array(names, pa.string())
            found |= np.asarray(pc.is_in(column, value_set=self._named), dtype=np.bool_)
        if self.cut_before is not None:
            found |= ~opened & (began_days < self.cut_before.toordinal())
        return found


def doubts_of(log: Canonical, mapping: Mapping_, version: PowerVersion) -> Doubts:
    """Look what is unclear in a log.  Raises OSError."""
    aside: dict[str, set[str | None]] = {}
    for case, act in read_aside(log.folder):
        aside.setdefault(case, set()).add(act)
    opening = frozenset(row.act for row in version.procedure.rows if row.opens_case) & mapping.acts
    before, cut = (None, 0) if mapping.whole or not opening else _cut(log, mapping, opening)
    alike = tuple(frozenset(group) for group in log.manifest.get("actors_alike", []))
    return Doubts({case: frozenset(acts) for case, acts in aside.items()}, opening, before, cut, alike, _twins(log, alike),
                  _split(log))  # fmt: skip


def _split(log: Canonical) -> frozenset[str]:
    """Return the cases of which several may be one."""
    if not log.manifest.get("cases_alike"):
        return frozenset()
    with duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": 2}) as db:
        db.execute(QUIET)
        db.read_parquet(str(log.path)).create_view("log")
        return frozenset(case for (group,) in db.execute(cases_alike()).fetchall() for case in group)


def _twins(log: Canonical, alike: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the cases in which two spellings act that may be one person."""
    groups = [(name, n) for n, group in enumerate(alike) for name in sorted(group)]
    if not groups:
        return frozenset()
    with duckdb.connect(":memory:", config={"memory_limit": "256MB", "threads": 2}) as db:
        db.execute(QUIET)
        db.read_parquet(str(log.path)).create_view("log")
        db.from_arrow(pa.table({"name": [name for name, _ in groups], "n": [n for _, n in groups]})).create("alike")
        rows = db.execute('SELECT DISTINCT "case" FROM (SELECT "case" FROM log JOIN alike ON actor::VARCHAR = name '
                          'GROUP BY "case", n HAVING count(DISTINCT name) > 1)').fetchall()  # fmt: skip
    return frozenset(case for (case,) in rows)


def _cut(log: Canonical, mapping: Mapping_, opening: frozenset[str]) -> tuple[date | None, int]:
    """Return before which day cases without a beginning count as cut off, and how many there are.

    Where many more of the cases that begin early lack it than of those that begin late, the log is an excerpt.
    """
    began, opened = _beginnings(log, opening)
    if mapping.records_from is not None:
        return date.max, int((~opened).sum())
    order = np.argsort(began, kind="stable")
    lacking, n = ~opened[order], len(order)
    early, late = lacking[: n // EARLY], lacking[n - n // LATE :]
    if not len(early) or early.sum() < LEAST or early.mean() < SHARE or early.mean() < TIMES * late.mean():
        return None, 0
    return date.max, int(lacking.sum())


def _beginnings(log: Canonical, opening: frozenset[str]) -> tuple[Any, Any]:
    """Return of every case its first instant (microseconds) and whether an opening act was done."""
    began: list[Any] = []
    opened: list[Any] = []
    wanted = pa.array(sorted(opening), pa.string())
    with pq.ParquetFile(log.path) as file:
        for n in range(file.num_row_groups):  # cases are whole in a row group, and in order
            table = file.read_row_group(n, columns=["case", "act", "at"]).combine_chunks()
            case = table.column("case")
            if not len(case):
                continue
            new = np.asarray(pc.not_equal(case.slice(1), case.slice(0, len(case) - 1)), dtype=np.bool_)
            first = np.flatnonzero(np.concatenate(([True], new)))
            acts = np.asarray(pc.is_in(table.column("act").cast(pa.string()), value_set=wanted), dtype=np.bool_)
            began.append(table.column("at").cast(pa.int64()).to_numpy()[first])
            opened.append(np.logical_or.reduceat(acts, first))
    if not began:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
    return np.concatenate(began), np.concatenate(opened)


def told(doubts: Doubts, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is unclear in a log, as data: numbers of cases, rows put aside by reason, what the mapping names in vain, spellings."""
    return {"rows_aside": dict(manifest["quarantined"]), "cases_with_rows_aside": len(doubts.aside),
            "cases": sorted({*doubts.aside, *doubts.split, *doubts.twins})[:LISTED], "cases_cut_off": doubts.cut,
            "cases_split": len(doubts.split), "cases_of_two_spellings": len(doubts.twins), "actors_alike": manifest.get("actors_alike", []),
            "mapped_but_not_there": manifest["mapped_but_not_there"], "unmapped_activities": manifest["unmapped_activities"]}  # fmt: skip
