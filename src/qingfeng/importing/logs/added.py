"""A further export added to a log that was imported: the result is the log that both files would have given together.

The new records are imported by themselves first, then merged into the file of all, which is written anew, a row group in memory at a time.
What stands beside the log (facts, answers) learns from the manifest which cases were touched.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingfeng.importing.failure import ImportFailed
from qingfeng.terms.text import Text

from .canonical import LOG, MANIFEST, NEXT, QUARANTINE, QUIET, Canonical, Writer, schema_of
from .doubts import ASIDE, read_aside, write_aside
from .mapping import Mapping_
from .source import Source
from .stage import (
    KEPT,
    LISTED,
    MEMORY,
    content_of,
    digest_of_file,
    import_log,
    order_of,
    told_of,
    with_memory,
    written_whole,
)

ADDING = ".adding"
BATCH = 100_000


def add_log(
    source: Source, mapping: Mapping_, folder: Path, *, zone: str | None = None, memory: str = MEMORY,
    progress: Callable[[int], None] = lambda n: None,
) -> dict[str, Any]:  # fmt: skip
    """Add the records of a further export; return the new manifest.  Raises ImportFailed, OSError; then the log is as it was, and the
    same command goes on from there."""
    log = Canonical(folder)
    said = log.manifest
    if said["mapping"] != mapping.digest:
        raise ImportFailed(Text(zh="这个日志不是按这份映射导入的；增补须用同一份映射，或者全部重新导入。",
                                en="The log was imported with another mapping; add with the same one, or import all again."))  # fmt: skip
    if zone is not None and zone != said["zone"]:
        raise ImportFailed(Text(zh=f"原日志的时区是{said['zone']}，增补不能另用{zone}。", en=f"The log is of zone {said['zone']}, not {zone}."))
    known = [one["source"]["sha256"] for one in (said, *said.get("added", [])) if "source" in one]
    if source.kind != "postgresql" and source.digest in known:
        raise ImportFailed(Text(zh=f"{Path(source.where).name}已经导入过，没有再增补。", en=f"{Path(source.where).name} was imported before."))
    (folder / NEXT).unlink(missing_ok=True)  # of an attempt that ended before its log was in place
    day = _imported(source, mapping, folder, zone=said["zone"], memory=memory, progress=progress)
    merged, twice, contradicted = with_memory(memory, lambda given: _merge(log, day, mapping, folder, given))
    manifest = _manifest(said, day, merged, twice, contradicted, folder)
    written_whole(folder / NEXT, json.dumps(manifest, ensure_ascii=False, indent=1))
    (folder / f"{LOG}.next").replace(folder / LOG)  # between these lines the manifest that is next says which log it is of
    (folder / NEXT).replace(folder / MANIFEST)
    shutil.rmtree(folder / ADDING)
    return manifest


def _imported(source: Source, mapping: Mapping_, folder: Path, **how: Any) -> Canonical:
    """Import the new records by themselves, or take them from where an earlier attempt left them."""
    beside = folder / ADDING
    if (beside / MANIFEST).exists():
        there = Canonical(beside)
        same = there.manifest["source"]["sha256"] == source.digest and there.manifest["mapping"] == mapping.digest
        if same and source.kind != "postgresql":
            return there
        shutil.rmtree(beside)
    import_log(source, mapping, beside, **how)
    return Canonical(beside)


def _merge(log: Canonical, day: Canonical, mapping: Mapping_, folder: Path, memory: str) -> tuple[dict[str, Any], list[Any], list[Any]]:
    """Write the merged file beside the log; return what is told of it, the records whose ids were there before, and cases and acts of those
    that say something else than the record of their id."""
    plain = schema_of(mapping.fields, coded=False)
    sorting = str(folder / ADDING / "sorting")
    with duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 1, "temp_directory": sorting}) as db:
        db.execute(QUIET)
        twice = db.execute("SELECT row, id FROM read_parquet(?) d WHERE id IS NOT NULL AND id IN (SELECT id FROM read_parquet(?)) "
                           "ORDER BY row", [str(day.path), str(log.path)]).fetchall()  # fmt: skip
        ours, theirs = (content_of(mapping, of) for of in ("l.", "d."))
        contradicted = db.execute(
            f"""SELECT DISTINCT unnest([l."case", d."case"]), unnest([l.act, d.act])
                FROM read_parquet(?) d JOIN read_parquet(?) l USING (id) WHERE row({ours}) IS DISTINCT FROM row({theirs})""",
            [str(day.path), str(log.path)]
        ).fetchall() if twice else []  # fmt: skip
        writer, whole = Writer(folder / f"{LOG}.next", schema_of(mapping.fields, coded=True)), False
        touched = []
        try:
            news = _News(day, plain, {row for row, _ in twice}, log.manifest["rows_read"])
            with pq.ParquetFile(log.path) as file:
                for n in range(file.num_row_groups):
                    held = file.read_row_group(n)
                    more = news.until(held.column("case")[held.num_rows - 1].as_py())
                    touched.append(more.column("case"))
                    if more.num_rows:
                        both = pa.concat_tables([held.cast(plain), more])
                        held = db.from_arrow(both).order(order_of(mapping)).to_arrow_table().cast(plain)
                    for batch in held.to_batches(max_chunksize=BATCH):
                        writer.write(batch.cast(plain) if batch.schema != plain else batch)
            for more in news.left():
                touched.append(more.column("case"))
                for batch in more.to_batches():
                    writer.write(batch)
            whole = True
        finally:
            writer.close() if whole else writer.abandon()
        odd = pa.array(sorted({case for case, _ in (*read_aside(day.folder), *contradicted)}), pa.string())
        cases = pc.unique(pa.chunked_array([*(chunk for one in touched for chunk in one.chunks), _there(db, odd, folder)], pa.string()))
        number = len(log.manifest.get("added", [])) + 1
        pq.write_table(pa.table({"case": cases.take(pc.sort_indices(cases))}), folder / f"touched-{number:04d}.parquet")
        told = told_of(db, folder / f"{LOG}.next", mapping)
    told["touched"] = {"file": f"touched-{number:04d}.parquet", "cases": len(cases)}
    return told, twice, contradicted


class _News:
    """The new records in order of cases, as many as belong to what is merged."""

    def __init__(self, day: Canonical, schema: Any, twice: set[int], before: int) -> None:
        self._tables = self._read(day, schema, twice, before)
        self._held = schema.empty_table()

    def _read(self, day: Canonical, schema: Any, twice: set[int], before: int) -> Iterator[Any]:
        gone = pa.array(sorted(twice), pa.int64())
        with pq.ParquetFile(day.path) as file:
            for n in range(file.num_row_groups):
                table = file.read_row_group(n).cast(schema)
                if len(gone):
                    table = table.filter(pc.invert(pc.is_in(table.column("row"), value_set=gone)))
                place = table.schema.names.index("row")
                yield table.set_column(place, schema.field("row"), pc.add(table.column("row"), before))

    def until(self, last: str) -> Any:
        """Return the records of cases up to this one."""
        parts = []
        while True:
            cut = _first_after(self._held.column("case"), last)
            parts.append(self._held.slice(0, cut))
            self._held = self._held.slice(cut)
            if self._held.num_rows:
                return pa.concat_tables(parts)
            fresh = next(self._tables, None)
            if fresh is None:
                return pa.concat_tables(parts)
            self._held = fresh

    def left(self) -> Iterator[Any]:
        """Return the records of cases after all others."""
        yield self._held
        yield from self._tables


def _there(db: Any, cases: Any, folder: Path) -> Any:
    """Return those of some cases that the merged log has."""
    db.from_arrow(pa.table({"case": cases})).create("odd")
    found = db.execute('SELECT DISTINCT "case" FROM read_parquet(?) WHERE "case" IN (SELECT "case" FROM odd)',
                       [str(folder / f"{LOG}.next")]).fetchall() if len(cases) else []  # fmt: skip
    return pa.array([case for (case,) in found], pa.string())


def _first_after(cases: Any, last: str) -> int:
    low, high = 0, len(cases)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if cases[middle].as_py() <= last else (low, middle)
    return low


def _manifest(
    said: Mapping[str, Any], day: Canonical, merged: dict[str, Any], twice: list[Any], contradicted: list[Any], folder: Path
) -> dict[str, Any]:
    new = day.manifest
    touched = merged.pop("touched")
    named = ("quarantined", "not_ours", "unmapped", "unmapped_posts", "nobodies", "several")
    counters = {name: Counter(said.get(name, {})) for name in named}
    for name, counter in counters.items():
        counter.update(new.get(name, {}))
    if twice:
        counters["quarantined"]["duplicate id"] += len(twice)
    digest = digest_of_file(folder / f"{LOG}.next")
    absent = {kind: sorted(set(said["mapped_but_not_there"][kind]) & set(new["mapped_but_not_there"][kind]))
              for kind in ("activities", "columns")}  # fmt: skip
    _quarantine(folder, day, said["rows_read"], twice, contradicted)
    listed = {name: dict(counters[name].most_common(LISTED)) for name in ("unmapped", "unmapped_posts")}
    return {
        **said, **merged, **listed, "sha256": digest, "rows_read": said["rows_read"] + new["rows_read"],
        "midnights": said["midnights"] + new["midnights"],
        "quarantined": dict(sorted(counters["quarantined"].items())), "not_ours": dict(counters["not_ours"]),
        "nobodies": dict(counters["nobodies"]), "several": dict(counters["several"]),
        "unmapped_activities": max(said["unmapped_activities"], new["unmapped_activities"], len(listed["unmapped"])),
        "mapped_but_not_there": absent,
        "added": [*said.get("added", []), {"before": said["sha256"], "sha256": digest, "touched": touched["file"], "source": new["source"],
                                           "rows_read": new["rows_read"], "events": new["events"] - len(twice),
                                           "cases": touched["cases"]}],
    }  # fmt: skip


def _quarantine(folder: Path, day: Canonical, before: int, twice: list[Any], contradicted: list[Any]) -> None:
    """Write what was put aside of both; rows are numbered through."""

    def lines() -> Iterator[str]:
        with (folder / QUARANTINE).open(encoding="utf-8") as file:
            yield from file
        with (day.folder / QUARANTINE).open(encoding="utf-8") as file:
            for line in file:
                one = json.loads(line)
                yield json.dumps({**one, "row": one["row"] + before}, ensure_ascii=False) + "\n"
        for row, id_ in twice:
            yield json.dumps({"row": row + before, "reason": "duplicate id", "what": id_}, ensure_ascii=False) + "\n"

    beside = folder / f"{QUARANTINE}.tmp"
    with beside.open("w", encoding="utf-8") as file:
        file.writelines(islice(lines(), KEPT))
    beside.replace(folder / QUARANTINE)
    united = folder / f"{ASIDE}.tmp"
    if both := [*read_aside(folder), *read_aside(day.folder), *contradicted]:
        write_aside(united, both)
        united.replace(folder / ASIDE)
