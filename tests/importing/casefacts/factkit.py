"""Canonical logs of random histories of a control, with the faults of foreign logs: ties, days only, silent actors."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingfeng.facts.rows import ActRow
from qingfeng.importing.logs import canonical
from qingfeng.importing.logs.canonical import FORMAT, LOG, MANIFEST, PREFIX, Canonical, Writer, schema_of
from qingfeng.importing.logs.mapping import Kind, Source
from qingfeng.importing.logs.values import table_text
from tests.controls.histories import history, wild
from tests.controls.tellings import rows

GROUP = 60
"""Rows of a row group, so that a log has several."""


def histories(name: str, *, seed: int, n: int) -> list[ActRow]:
    """Return the acts of some histories of a control, each of them cases of its own."""
    chance = Random(seed)
    found: list[ActRow] = []
    for number in range(n):
        events = history(chance, name=name) if chance.random() < 0.8 else wild(chance, name=name, length=16)
        made = [replace(row, case=f"{number:04d}-{row.case}") for row in rows(events)]
        found += _spoiled(chance, made)
    return found


def _spoiled(chance: Random, made: list[ActRow]) -> list[ActRow]:
    fault = chance.randrange(8)
    if fault == 0 and made:  # two acts in one instant
        n = chance.randrange(len(made))
        made[n] = replace(made[n], at=made[n - 1].at)
    elif fault == 1:  # somebody unknown
        made = [replace(row, actor=None) if chance.random() < 0.2 else row for row in made]
    elif fault == 2:  # days only
        made = [replace(row, at=row.at.replace(hour=0, minute=0)) if chance.random() < 0.6 else row for row in made]
    elif fault == 3 and made:  # some of it twice
        made = made + [replace(row, at=row.at + timedelta(minutes=7)) for row in chance.choices(made, k=3)]
    return made


def kinds(found: Sequence[ActRow]) -> dict[str, Kind]:
    """Return the fields that a canonical log can hold, and how."""
    values: dict[str, list[Any]] = {}
    for row in found:
        for name, value in (row.data or {}).items():
            values.setdefault(name, []).append(value)
    tests: tuple[tuple[Kind, Callable[[Any], bool]], ...] = (
        (Kind.NUMBER, lambda v: type(v) is int),
        (Kind.TEXT, lambda v: isinstance(v, str)),
        (Kind.FLAG, lambda v: isinstance(v, bool)),
        (Kind.TABLE, lambda v: isinstance(v, dict) and all(isinstance(one, str) or type(one) is int for one in v.values())),
        (Kind.LINES, lambda v: isinstance(v, list) and all(isinstance(one, str) for one in v)),
    )
    return {
        name: next(kind for kind, fits in tests if all(fits(v) for v in said))
        for name, said in values.items()
        if any(all(fits(v) for v in said) for _, fits in tests)
    }


def written(folder: Path, found: Sequence[ActRow]) -> Canonical:
    """Write acts as a canonical log."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = {name: Source(name, kind) for name, kind in kinds(found).items()}
    schema = schema_of(fields, coded=True)
    made: list[dict[str, Any]] = []
    for n, row in enumerate(sorted(found, key=lambda one: (one.case, one.at)), 1):
        midnight = row.at.hour == 0 and row.at.minute == 0
        late = {"entered": row.entered.astimezone(UTC)} if row.entered > row.at else {}
        there: dict[str, Any] = {name: value for name, value in (row.data or {}).items() if name in fields}
        said = {PREFIX + name: table_text(value) if fields[name].kind is Kind.TABLE else value for name, value in there.items()}
        made.append(
            {
                "case": row.case,
                "act": row.act,
                "actor": row.actor,
                "post": row.post,
                "at": row.at.astimezone(UTC),
                "offset": 480,
                "whole_day": midnight,
                "row": n,
                **late,
                **said,
            }
        )
    whole = pa.Table.from_pylist(made, schema=schema)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canonical, "GROUP", GROUP)
        writer = Writer(folder / LOG, schema)
        for batch in whole.to_batches(max_chunksize=GROUP // 2):
            writer.write(batch)
        writer.close()
    ats = [one["at"] for one in made]
    manifest = {
        "format": FORMAT,
        "zone": "Asia/Shanghai",
        "first": min(ats).isoformat(),
        "last": max(ats).isoformat(),
        "sha256": folder.name,
        "mapping": "made",
        "events": len(made),
        "cases": len({one["case"] for one in made}),
        "whole_days": sum(one["whole_day"] for one in made),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return Canonical(folder)


def acts_in(log: Canonical) -> frozenset[str]:
    """Return the acts of a log."""
    return frozenset(pq.read_table(log.path, columns=["act"]).column("act").cast("string").to_pylist())
