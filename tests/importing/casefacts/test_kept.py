"""Facts that are kept: used where they cover what is asked, computed again where they do not; a day's arrivals touch their cases only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingfeng.controls import discover
from qingfeng.detection.casefacts.facts import Wall, wall_of
from qingfeng.detection.casefacts.plan import Plan, plan_of
from qingfeng.detection.foreign import parts_of
from qingfeng.importing.casefacts.store import ABOUT, Kept, segment
from qingfeng.importing.casefacts.stream import streamed
from qingfeng.importing.casefacts.table import facts_schema
from qingfeng.importing.logs.canonical import LOG, Canonical
from tests.controls.tellings import example_of
from tests.importing.casefacts.factkit import acts_in, histories, written

ZONE = ZoneInfo("Asia/Shanghai")
NAME = "prompt_registration"


def _wall(log: Canonical) -> Wall:
    return wall_of(ZONE, *(datetime.fromisoformat(log.manifest[end]) for end in ("first", "last")))


def _plan(log: Canonical) -> Plan:
    control, version = example_of(discover()[NAME])
    return plan_of(
        parts_of([control], version), acts=acts_in(log), fields=frozenset(log.fields()), never_said=frozenset()
    )


def _plain(tables: Any, schema: Any) -> list[dict[str, Any]]:
    made = [pa.table([one.column(field.name).cast(field.type) for field in schema], schema=schema) for one in tables]
    return pa.concat_tables(made).sort_by("case").to_pylist()


@pytest.fixture
def log(tmp_path: Path) -> Canonical:
    return written(tmp_path / "log", histories(NAME, seed=4, n=50))


def test_what_is_kept_is_what_a_pass_gives(log: Canonical) -> None:
    plan, wall, kept = _plan(log), _wall(log), Kept(log)
    assert not kept.covers(plan, wall)
    kept.write(plan, wall)
    assert kept.covers(plan, wall)
    schema = facts_schema(plan, log.schema)
    assert _plain(kept.read(plan, wall), schema) == _plain(streamed(log, plan, wall, until=None), schema)


def test_less_may_be_asked_of_it_but_not_more(log: Canonical) -> None:
    plan, wall, kept = _plan(log), _wall(log), Kept(log)
    kept.write(plan, wall)
    less = Plan({plan.acts[0]: frozenset()})
    assert _plain(kept.read(less, wall), facts_schema(less, log.schema))
    assert not kept.covers(plan.with_(Plan({plan.acts[0]: frozenset({"post", "entered", "actor"})})), wall)
    assert not kept.covers(plan.with_(Plan({"another_act": frozenset()})), wall)


def test_it_holds_for_this_log_and_clock_only(log: Canonical) -> None:
    plan, wall, kept = _plan(log), _wall(log), Kept(log)
    kept.write(plan, wall)
    assert not kept.covers(plan, Wall((0,), (0,)))
    assert kept.covers(plan, Wall((0,), wall.east)), "before its first change a clock has no beginning"
    log.manifest["sha256"] = "another"
    assert not kept.covers(plan, wall)


def test_facts_cut_off_while_written_are_not_used(log: Canonical) -> None:
    plan, wall, kept = _plan(log), _wall(log), Kept(log)
    kept.write(plan, wall)
    about = log.folder / ABOUT
    whole = about.read_text(encoding="utf-8")
    about.write_text(whole[: len(whole) // 2], encoding="utf-8")
    assert not kept.covers(plan, wall)
    about.write_text(whole, encoding="utf-8")
    file = log.folder / segment(0)
    file.write_bytes(file.read_bytes()[:-1])
    assert not kept.covers(plan, wall)


def test_a_day_adds_to_the_facts_of_its_cases_alone(tmp_path: Path) -> None:
    rows = histories(NAME, seed=9, n=50)
    late = sorted({row.case for row in rows})[::5]
    cut = {case: max(row.at for row in rows if row.case == case) for case in late}
    whole, before = (written(tmp_path / name, some) for name, some in (
        ("whole", rows), ("before", [row for row in rows if row.at != cut.get(row.case)])))  # fmt: skip
    plan, wall, kept = _plan(whole), _wall(whole), Kept(before)
    schema = facts_schema(plan, whole.schema)
    assert before.schema == whole.schema, "the same mapping"
    kept.write(plan, wall)
    size = (before.folder / segment(0)).stat().st_size
    pq.write_table(pa.table({"case": late}), before.folder / "touched-0001.parquet")
    (whole.folder / LOG).replace(before.folder / LOG)
    before.manifest |= {"sha256": "next", "added": [{"before": "before", "sha256": "next", "touched": "touched-0001.parquet"}]}
    assert not kept.covers(plan, wall)
    kept.bring(plan, wall)
    assert kept.covers(plan, wall)
    assert (before.folder / segment(0)).stat().st_size == size, "what was there is not written again"
    assert pq.read_table(before.folder / segment(1), columns=["case"]).column("case").to_pylist() == late
    told = _plain(kept.read(plan, wall), schema)
    assert told == _plain(streamed(before, plan, wall, until=None), schema)
    asked = pa.array(late[1:3])
    assert _plain(kept.read(plan, wall, only=asked), schema) == [one for one in told if one["case"] in late[1:3]]
    before.manifest |= {"sha256": "unknown", "added": []}
    kept.bring(plan, wall)
    assert kept.covers(plan, wall)
    assert not (before.folder / segment(1)).exists(), "of a log that nobody can follow all is computed again"
