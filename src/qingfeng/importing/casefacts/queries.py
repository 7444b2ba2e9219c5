"""Facts by a query engine: one set of expressions (group_by with count, min and max of what fits), for DuckDB and for Spark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from qingfeng.detection.casefacts.facts import DAY, EPOCH_DAY, Wall
from qingfeng.detection.casefacts.plan import Plan
from qingfeng.importing.logs.canonical import QUIET, Canonical

from .engines import Engine
from .table import LIST, MARK, UNREADABLE, facts_schema, kind_of

SECOND = 1_000_000
MEMORY = "2GB"
BATCH = 50_000
"""Cases handed over together."""


def queried(engine: Engine, log: Canonical, plan: Plan, wall: Wall, *, until: int | None) -> Iterator[Any]:
    """Return the facts of all cases, in order of cases.  until: the last day that is read, as a number.  Raises OSError."""
    schema = facts_schema(plan, log.schema)
    unbound = ibis.table(ibis.Schema.from_pyarrow(_uncoded(log.schema)), name="log")
    asked = facts_asked(unbound, plan, log.schema, wall, until=until, days=bool(log.manifest["whole_days"])).order_by(
        "case"
    )
    batches = _by_duckdb(log, asked) if engine is Engine.DUCKDB else _by_spark(log, asked)
    for batch in batches:
        if batch.num_rows:
            yield _cast(batch, schema)


def _uncoded(schema: Any) -> Any:
    """Return the columns of the log as engines see them: coded texts are texts."""
    return pa.schema(
        [(one.name, one.type.value_type if pa.types.is_dictionary(one.type) else one.type) for one in schema]
    )


def _by_duckdb(log: Canonical, asked: Any) -> Iterator[Any]:
    # By its own connection: the driver of ibis 12 asks DuckDB 2 for a function that is no longer there.
    config: dict[str, Any] = {
        "threads": 2,
        "memory_limit": MEMORY,
        "temp_directory": str(log.folder / ".facts"),
        "preserve_insertion_order": False,
    }
    try:
        with duckdb.connect(":memory:", config=config) as session:
            session.execute(QUIET)
            session.read_parquet(str(log.path)).create_view("log")
            for batch in session.sql(ibis.to_sql(asked, dialect="duckdb")).to_arrow_reader(BATCH):
                yield pa.Table.from_batches([batch])
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise OSError(str(error)[:200]) from error


def _by_spark(log: Canonical, asked: Any) -> Iterator[Any]:
    from pyspark.sql import SparkSession  # noqa: PLC0415  DuckDB does not need it

    spark = (SparkSession.builder.master("local[2]").config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
             .config("spark.sql.shuffle.partitions", "4").getOrCreate())  # fmt: skip
    try:
        spark.read.parquet(str(log.path)).createOrReplaceTempView("log")
        whole = spark.sql(ibis.to_sql(asked, dialect="pyspark")).toArrow()
        for first in range(0, whole.num_rows, BATCH):
            yield whole.slice(first, BATCH)
    finally:
        spark.stop()


def facts_asked(log: Any, plan: Plan, schema: Any, wall: Wall, *, until: int | None, days: bool) -> Any:
    """Return the facts of a log as an expression.  days: some acts are known to the day only."""
    if until is not None:
        log = log.filter(_day(log, wall) <= until)
    asked: dict[str, Any] = {"began": log.at.min(), "whole": log.count(where=log.whole_day)}
    for act in plan.acts:
        mine = log.act == act
        asked |= {f"n:{act}": log.count(where=mine), f"first:{act}": log.at.min(where=mine), f"last:{act}": log.at.max(where=mine),
                  f"w:{act}": log.count(where=mine & log.whole_day)}  # fmt: skip
        for column in sorted(plan.columns[act]):
            said = _said(log, column, schema)
            asked |= {f"c:{act}:{column}": said.count(where=mine), f"lo:{act}:{column}": said.min(where=mine),
                      f"hi:{act}:{column}": said.max(where=mine)}  # fmt: skip
    facts = log.group_by("case").agg(**asked)
    ties = _tied(log, log.at, "by_instant")
    facts = facts.left_join(ties, "case").drop("case_right")
    tied = facts.by_instant
    if days:
        facts = facts.left_join(_tied(log, _day(log, wall), "by_day"), "case").drop("case_right")
        tied = ibis.ifelse(facts.whole > 0, facts.by_day, facts.by_instant)
    return facts.mutate(tied=ibis.coalesce(tied, 0))


def _day(log: Any, wall: Wall) -> Any:
    """The day that the clock of the agency showed, as a number."""
    second = log.at.cast("timestamp").truncate("s").epoch_seconds().cast("int64")
    east = ibis.literal(wall.east[0] // SECOND, "int64")
    for since, then in zip(wall.since[1:], wall.east[1:], strict=True):
        east = ibis.ifelse(second >= since // SECOND, ibis.literal(then // SECOND, "int64"), east)
    return (second + east) // (DAY // SECOND) + EPOCH_DAY


def _tied(log: Any, place: Any, name: str) -> Any:
    """Return how many acts of a case share their place with another."""
    shared = log.group_by("case", place=place).agg(together=log.count())
    return shared.filter(shared.together > 1).group_by("case").agg(**{name: shared.together.sum()})


def _said(log: Any, column: str, schema: Any) -> Any:
    if column == "entered":
        return ibis.coalesce(log.entered, log.at)
    said = log[column]
    if kind_of(schema, column) == LIST:
        size = said.length()
        joined = ibis.coalesce(size.cast("string") + MARK + said.join(MARK), UNREADABLE)
        return ibis.cases((said.isnull(), ibis.null("string")), (size == 0, ibis.literal("0")), else_=joined)
    return said.cast("int64") if pa.types.is_boolean(schema.field(column).type) else said


def _cast(table: Any, schema: Any) -> Any:
    return pa.table([_plain(table.column(field.name)).cast(field.type) for field in schema], schema=schema)


def _plain(column: Any) -> Any:
    """An instant as microseconds; everything else as it is."""
    return (
        column.cast(pa.timestamp("us", tz=column.type.tz)).cast(pa.int64())
        if pa.types.is_timestamp(column.type)
        else column
    )
