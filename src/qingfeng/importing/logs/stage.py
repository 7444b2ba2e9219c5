"""From foreign rows to the canonical log: parts on disk, a sort outside memory, a manifest; killed midway it goes on where it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.terms.names import plain_name

from .canonical import FORMAT, LOG, MANIFEST, PREFIX, QUARANTINE, QUIET, Writer, cases_alike, schema_of
from .doubts import ASIDE, write_aside
from .making import Count, Maker, folded
from .mapping import Mapping_, zone_of
from .readers import rows_of
from .source import BLOCK, Row, Source, Unread, failed

PART = 20_000
"""Foreign rows of a part: what is lost at most when the import is killed."""
MEMORY = "32MB"
MORE = (1, 2, 4, 8, 16)
"""Times that memory where sorting does not succeed with less."""
KEPT = 100_000
"""Rows in quarantine that are written down; all are counted."""
LISTED = 200
BATCH = 5_000
T = TypeVar("T")


def import_log(
    source: Source, mapping: Mapping_, out: Path, *, zone: str | None = None, memory: str = MEMORY,
    progress: Callable[[int], None] = lambda n: None,
) -> dict[str, Any]:  # fmt: skip
    """Import a log into a new folder; return its manifest.  Raises ImportFailed, OSError; then the parts done stay, and the same
    command goes on from there."""
    if (out / MANIFEST).exists():
        raise failed(
            f"{out}里已有导入的日志；请另选文件夹，或加 --add 增补到其中。",
            f"{out} already holds an imported log; choose another folder, or add to it with --add.",
        )
    said = zone or mapping.zone
    staging = out / ".staging"
    key = {"format": FORMAT, "source": source.digest, "query": source.query, "mapping": mapping.digest, "zone": said}
    _begin(staging, key, fresh=source.kind == "postgresql")
    count = _stage(source, mapping, staging, zone_of(said) if said else None, progress)
    manifest = with_memory(memory, lambda given: _merge(source, mapping, staging, out, count, given))
    manifest |= {
        "zone": said,
        "source": {"name": _named(source), "kind": source.kind, "sha256": source.digest, "bytes": source.size},
    }
    written_whole(out / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    shutil.rmtree(staging)
    return manifest


def with_memory(memory: str, do: Callable[[str], T]) -> T:
    """Do what sorts with so much memory ("64MB"); where that is too little, which depends on the rows, with more.  Raises OSError."""
    for times in MORE:
        try:
            return do(f"{int(memory.removesuffix('MB')) * times}MB")
        except (duckdb.OutOfMemoryException, duckdb.IOException, OSError) as error:
            # where rows are being handed on, Arrow passes the same failure on as an OSError
            if not str(error).startswith("Out of Memory Error") or times == MORE[-1]:
                raise OSError(f"排序没有完成 sorting did not finish: {str(error)[:200]}") from error
    raise AssertionError("the last attempt returns or raises")


def _named(source: Source) -> str:
    return "postgresql" if source.kind == "postgresql" else Path(source.where).name  # an address may hold a password


def _begin(staging: Path, key: Mapping[str, Any], *, fresh: bool) -> None:
    """Keep the parts of the same import, remove those of another."""
    held = staging / "key.json"
    if staging.exists() and (fresh or not held.exists() or json.loads(held.read_text("utf-8")) != key):
        shutil.rmtree(staging)
    staging.mkdir(parents=True, exist_ok=True)
    written_whole(held, json.dumps(key))


def written_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all.  Raises OSError."""
    beside = path.with_suffix(".tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _stage(
    source: Source, mapping: Mapping_, staging: Path, zone: tzinfo | None, progress: Callable[[int], None]
) -> Count:
    count, done = Count(), 0
    while (staging / f"{done:06d}.json").exists():
        count.add(json.loads((staging / f"{done:06d}.json").read_text("utf-8")))
        done += 1
    rows = rows_of(source)
    skipped = sum(1 for _ in islice(rows, count.read))
    if skipped < count.read:
        raise failed(
            "日志比上次短了；请删去文件夹后重新导入。",
            "The log is shorter than before; remove the folder and import again.",
        )
    schema = schema_of(mapping.fields, coded=False)
    maker = Maker(mapping, zone)
    while (part := _part(rows, staging / f"{done:06d}", schema, maker, count.read)).read:
        count.add(part.plain())
        done += 1
        progress(count.read)
    return count


def _part(rows: Iterator[Row | Unread], name: Path, schema: Any, maker: Maker, before: int) -> Count:
    """Write the next rows to disk; return what was met among them."""
    part, kept, odd = Count(), list[tuple[object, ...]](), list[dict[str, object]]()
    for number, row in enumerate(islice(rows, PART), before + 1):
        part.read += 1
        made = maker.made(row, number, part)
        if isinstance(made, Unread):
            part.quarantined[made.reason] += 1
            of = {key: value for key, value in (("case", made.case), ("act", made.act)) if value is not None}
            odd.append({"row": number, "reason": made.reason, "what": made.what, **of})
        elif made is not None:
            kept.append(made)
    if part.read:
        part.kept = len(kept)
        columns = zip(*kept, strict=True) if kept else ([] for _ in schema)
        arrays = [pa.array(column, one.type) for column, one in zip(columns, schema, strict=True)]
        pq.write_table(pa.table(arrays, schema=schema), name.with_suffix(".parquet"), compression="lz4", use_dictionary=False,
                       write_statistics=False)  # fmt: skip
        name.with_suffix(".odd").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in odd), encoding="utf-8")
        written_whole(name.with_suffix(".json"), json.dumps(part.plain(), ensure_ascii=False))  # last: the part counts from here on
    return part


def _merge(source: Source, mapping: Mapping_, staging: Path, out: Path, count: Count, memory: str) -> dict[str, Any]:
    pa.default_memory_pool().release_unused()
    parts = sorted(str(one) for one in staging.glob("*.parquet"))
    with duckdb.connect(":memory:", config={"memory_limit": memory, "threads": 1, "temp_directory": str(staging / "sorting"),
                                            "preserve_insertion_order": False}) as db:  # fmt: skip
        db.execute(QUIET)
        db.read_parquet(parts).create_view("staged") if parts else _empty(db, mapping)
        order = order_of(mapping)
        db.execute(f"CREATE TEMP TABLE twice AS SELECT row, id FROM staged WHERE id IS NOT NULL QUALIFY row_number() OVER "
                   f"(PARTITION BY id ORDER BY {order}, row) > 1")  # fmt: skip
        twice = db.execute("SELECT row, id FROM twice ORDER BY row").fetchall()
        count.quarantined["duplicate id"] = len(twice)
        _quarantine(staging, out, [{"row": row, "reason": "duplicate id", "what": id_} for row, id_ in twice])
        contradicted = db.execute(
            f"""SELECT DISTINCT "case", act FROM staged WHERE id IN (SELECT id FROM staged WHERE id IN (SELECT id FROM twice)
                GROUP BY id HAVING count(DISTINCT row({content_of(mapping)})) > 1)"""
        ).fetchall() if twice else []  # fmt: skip
        left = "WHERE row NOT IN (SELECT row FROM twice)" if twice else ""
        _sorted(db, f"SELECT * FROM staged {left} ORDER BY {order}", out, mapping)
        told = told_of(db, out / LOG, mapping)
    write_aside(out / ASIDE, chain(_asides(staging), contradicted))
    kept = count.kept - len(twice)
    assert told["events"] == kept, "rows were lost or doubled while sorting"
    return {
        "format": FORMAT, "power": mapping.power, "mapping": mapping.digest, "sha256": digest_of_file(out / LOG),
        "row_order": mapping.row_order, "rows_read": count.read, **told, "midnights": count.midnights,
        "quarantined": dict(sorted((reason, n) for reason, n in count.quarantined.items() if n)),
        "not_ours": {name: n for name, n in count.met.items() if mapping.activities[name] is None},
        "unmapped": dict(count.unmapped.most_common(LISTED)), "unmapped_activities": len(count.unmapped),
        "unmapped_posts": dict(count.posts.most_common(LISTED)), "nobodies": dict(count.nobodies), "several": dict(count.several),
        "mapped_but_not_there": {"activities": sorted(set(mapping.activities) - set(count.met)),
                                 "columns": [one for one in mapping.columns() if one not in count.columns]},
    }  # fmt: skip


def order_of(mapping: Mapping_) -> str:
    """Return by what the canonical log is in order, as SQL says it."""
    names = ["case", "at", *(["row"] if mapping.row_order else
             ["act", "actor", "post", "entered", *(PREFIX + name for name in sorted(mapping.fields)), "extra", "row"])]  # fmt: skip
    return ", ".join(f'"{name}"' for name in names)


def content_of(mapping: Mapping_, of: str = "") -> str:
    """Return the columns of what a record says, as SQL says it: two records of one number that differ in them contradict each other."""
    names = ["case", "act", "at", "actor", "post", "entered", *(PREFIX + name for name in sorted(mapping.fields))]
    return ", ".join(f'{of}"{name}"' for name in names)


def digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file.  Raises OSError."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _empty(db: Any, mapping: Mapping_) -> None:
    db.from_arrow(schema_of(mapping.fields, coded=False).empty_table()).create("staged")


def _asides(staging: Path) -> Iterator[tuple[str, str | None]]:
    for path in sorted(staging.glob("*.odd")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                one = json.loads(line)
                if "case" in one:
                    yield one["case"], one.get("act")


def _quarantine(staging: Path, out: Path, more: list[dict[str, Any]]) -> None:
    def lines() -> Iterator[str]:
        for one in sorted(staging.glob("*.odd")):
            with one.open(encoding="utf-8") as file:
                yield from file
        yield from (json.dumps(one, ensure_ascii=False) + "\n" for one in more)

    with (out / QUARANTINE).open("w", encoding="utf-8") as file:
        file.writelines(islice(lines(), KEPT))


def _sorted(db: Any, query: str, out: Path, mapping: Mapping_) -> None:
    beside = out / f"{LOG}.tmp"
    writer = Writer(beside, schema_of(mapping.fields, coded=True))
    whole = False
    try:
        for batch in db.sql(query).to_arrow_reader(BATCH):
            if batch.num_rows:
                writer.write(batch)
        whole = True
    finally:
        writer.close() if whole else writer.abandon()
    beside.replace(out / LOG)


def _iso(micros: int | None) -> str | None:
    return None if micros is None else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)).isoformat()


def told_of(db: Any, path: Path, mapping: Mapping_) -> dict[str, Any]:
    """Return what the manifest says of a canonical log: counts, first and last, null shares of every act, actors."""
    log = db.read_parquet(str(path))
    log.create_view("log")
    events, cases, days, first, last = db.execute(
        'SELECT count(*), count(DISTINCT "case"), count(*) FILTER (WHERE whole_day), '
        'epoch_us(min("at")), epoch_us(max("at")) FROM log').fetchone()  # fmt: skip
    columns = ["actor", "post", "entered", *(PREFIX + name for name in sorted(mapping.fields))]
    null = ", ".join(f'count(*) - count("{name}")' for name in columns)
    shares = {}
    for act, n, *missing in db.execute(
        f"SELECT act::VARCHAR, count(*), {null} FROM log GROUP BY 1 ORDER BY 1"
    ).fetchall():
        shares[act] = {
            "events": n,
            "null": {c.removeprefix(PREFIX): round(m / n, 6) for c, m in zip(columns, missing, strict=True)},
        }
    actors = [
        a
        for (a,) in db.execute("SELECT DISTINCT actor::VARCHAR FROM log WHERE actor IS NOT NULL ORDER BY 1").fetchall()
    ]
    known = set(mapping.actors.values())
    alike: dict[str, list[str]] = {}
    for one in actors:
        alike.setdefault(folded(plain_name(one)), []).append(one)
    twins = [group for (group,) in db.execute(cases_alike(f"LIMIT {LISTED}")).fetchall()]
    return {"events": events, "cases": cases, "whole_days": days, "first": _iso(first), "last": _iso(last), "acts": shares,
            "actors": len(actors),
            "actors_not_in_map": [one for one in actors if one not in known][:LISTED] if known else [],
            "cases_alike": twins,
            "actors_alike": [group for group in alike.values() if len(group) > 1][:LISTED]}  # fmt: skip
