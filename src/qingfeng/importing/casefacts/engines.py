"""Who computes the facts: a stream over the file, or a query engine through one set of expressions."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from importlib.util import find_spec
from typing import Any

from qingfeng.detection.casefacts.facts import Wall
from qingfeng.detection.casefacts.plan import Plan
from qingfeng.importing.failure import ImportFailed
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.terms.text import Text

from .stream import streamed


class Engine(StrEnum):
    """exact: no facts at all, every case by its acts (what the others are measured by)."""

    STREAM = "stream"
    DUCKDB = "duckdb"
    SPARK = "spark"
    EXACT = "exact"


def facts_by(engine: Engine, log: Canonical, plan: Plan, wall: Wall, *, until: int | None) -> Iterator[Any]:
    """Return the facts of all cases, in order of cases, a batch at a time.  Raises OSError, ImportFailed without the engine."""
    if engine is Engine.STREAM:
        yield from streamed(log, plan, wall, until=until)
        return
    if find_spec("ibis") is None or (engine is Engine.SPARK and find_spec("pyspark") is None):
        raise ImportFailed(Text(zh="没有安装查询引擎：请安装 requirements/spark.txt，或用 --engine stream。",
                                en="Query engines are not there: install requirements/spark.txt, or use --engine stream."))  # fmt: skip
    from .queries import queried  # noqa: PLC0415  the query engines are extras

    yield from queried(engine, log, plan, wall, until=until)
