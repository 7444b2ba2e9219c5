"""Case facts over a large log: what one pass costs, beside decoding the same columns, and how many cases stay open.

    python -m bench.case_facts [--events 10000000] [--engines stream,duckdb,spark] [--folder DIR] [--no-kept]

The log is made here, of penalty cases with a few careless and corrupt ones among them; every engine runs in a process of its own, so
that the peak of memory is its own.  With Spark or DuckDB: in the environment of requirements/spark.txt.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng import wiring
from qingfeng.catalogue.power import Power
from qingfeng.detection.casefacts.decide import Answer, Common, Judge
from qingfeng.detection.casefacts.plan import plan_of
from qingfeng.importing.casefacts.engines import Engine, facts_by
from qingfeng.importing.casefacts.store import Kept, segment
from qingfeng.importing.casefacts.table import facts_of
from qingfeng.importing.logs.canonical import LOG, MANIFEST, Canonical, schema_of
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import Mapping_, read_mapping
from qingfeng.terms.calendar import WorkCalendar

COURSE = (
    ("register_lead", "enforcement_officer"), ("propose_case_opening", "enforcement_officer"), ("approve_case_opening", "section_head"),
    ("draw_up_investigation_plan", "enforcement_officer"),
    ("approve_investigation_plan", "section_head"), ("investigate", "enforcement_officer"), ("submit_final_report", "enforcement_officer"),
    ("pass_review", "legal_reviewer"), ("serve_prior_notice", "enforcement_officer"), ("record_no_response", "enforcement_officer"),
    ("forward_for_decision", "section_head"), ("decide_penalty", "agency_head"), ("serve_decision", "enforcement_officer"),
    ("publish_decision", "enforcement_officer"), ("propose_closure", "enforcement_officer"), ("close_case", "section_head"),
)  # fmt: skip
"""An honest penalty by the ordinary course, where nobody defends himself."""
ACTS, POSTS = (tuple(one[n] for one in COURSE) for n in (0, 1))
DECLARED = frozenset({"declare_no_interest", "approve_change_of_party"})
"""Kept on paper there: the log does not say whether it was done."""
SILENCE = 12
"""Days, at least, before nobody's answer is written down."""
CASES = 12_000
"""Cases made at once; a row group holds as many, about as many rows as an imported log has in one."""
OFFICERS = 2_000
DAY, YEAR = 86_400_000_000, 1_772_409_600_000_000  # 2026-03-02
GOALS = "goals: stream 5e7 events <= 2.5 s, <= 0.5 GB, <= 2x decoding; DuckDB <= 10 s; new rule on kept facts <= 1.5 s; a day <= 1.3 s"


def power() -> Power:
    """Return the power over penalties."""
    loaded = wiring.read_power(wiring.data_folder("powers") / "a000" / "penalty.yaml", wiring.vocabulary()).loaded.power
    assert loaded is not None, "the power loads"
    return loaded


def mapping_text() -> str:
    """Return a mapping that says what the system never did, so that many rules can be judged."""
    version = power().versions[-1]
    acts = [act for act in ACTS if act in version.words]
    never = sorted(version.words.keys() - set(acts) - DECLARED)
    posts = sorted(set(POSTS) & set(version.posts))
    return "\n".join([
        "power: a000/penalty", 'zone: "+08:00"', "columns: {case: case, activity: act, at: at, actor: actor, post: post}",
        "row_order: unknown", f"activities: {{{', '.join(f'{a}: {a}' for a in acts)}}}",
        f"posts: {{{', '.join(f'{p}: {p}' for p in posts)}}}",
        "fields: {amount: {from: amount, kind: fen}, party: {from: party, kind: text}}", f"never_done: [{', '.join(never)}]",
        "against: 2026-03-02", ""])  # fmt: skip


def make(folder: Path, events: int) -> None:
    """Write the log, case by case in order, and its manifest."""
    mapping = read_mapping(mapping_text(), name="mapping.yaml")
    acts = [act for act in ACTS if act in mapping.acts]
    schema, rng = schema_of(mapping.fields, coded=True), np.random.default_rng(7)
    folder.mkdir(parents=True)
    counted: dict[str, int] = dict.fromkeys(acts, 0)
    done = cases = 0
    with pq.ParquetWriter(folder / LOG, schema, compression="zstd", write_statistics=["case", "at"]) as file:
        while done < events:
            batch = _batch(rng, cases, min(CASES, -(-(events - done) // (len(acts) + 1))), acts, schema, counted)
            file.write_table(batch, row_group_size=batch.num_rows)
            done, cases = done + batch.num_rows, cases + CASES
    manifest = {"format": 1, "mapping": mapping.digest, "sha256": f"made-{events}", "zone": "+08:00", "events": done, "cases": cases,
                "whole_days": 0, "first": "2026-03-02T00:00:00+00:00", "last": "2027-02-28T00:00:00+00:00",
                "acts": {act: {"events": n} for act, n in counted.items()}}  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping_text(), encoding="utf-8")


def _batch(rng: np.random.Generator, first: int, n: int, acts: Sequence[str], schema: Any, counted: dict[str, int]) -> Any:
    """Each case: all acts once, some twice, one in a thousand without the notice."""
    case, act = np.repeat(np.arange(n), len(acts)), np.tile(np.arange(len(acts)), n)
    kept = (rng.random(len(case)) > 0.001) | (act != acts.index("serve_prior_notice"))
    again = np.where((act == acts.index("investigate")) & (rng.random(len(case)) < 0.3), 2, 1)
    case, act = np.repeat(case[kept], again[kept]), np.repeat(act[kept], again[kept])
    new = np.concatenate([[True], case[1:] != case[:-1]])
    steps = rng.integers(3_600_000_000, 2 * DAY, len(case)) + np.where(act == acts.index("record_no_response"), SILENCE * DAY, 0)
    run = np.cumsum(steps)
    begun = YEAR + rng.integers(0, 200 * DAY, n)
    at = begun[case] + run - run[np.flatnonzero(new)][case]
    officer = (rng.integers(0, OFFICERS, n)[case] + act * (rng.random(len(case)) > 0.0005)) % OFFICERS
    names = pa.array([f"officer{i:04d}" for i in range(OFFICERS)])
    decided = act == acts.index("decide_penalty")
    for number, count in zip(*np.unique(act, return_counts=True), strict=True):
        counted[acts[number]] += int(count)
    said = {
        "case": pa.array([f"P{first + i:09d}" for i in range(n)]).take(pa.array(case)),
        "act": pa.DictionaryArray.from_arrays(pa.array(act, pa.int32()), pa.array(list(acts))),
        "actor": pa.DictionaryArray.from_arrays(pa.array(officer, pa.int32()), names),
        "post": pa.DictionaryArray.from_arrays(pa.array(act, pa.int32()), pa.array([POSTS[ACTS.index(a)] for a in acts])),
        "at": pa.array(at, pa.timestamp("us", tz="UTC")), "whole_day": pa.array(np.zeros(len(case), dtype=np.bool_)),
        "row": pa.array(np.arange(len(case))), "offset": pa.array(np.full(len(case), 480), pa.int16()),
        "f_amount": pa.array(rng.integers(1_000, 9_000_000, len(case)), mask=~decided),
        "f_party": pa.array([f"firm{i:05d}" for i in range(50_000)]).take(pa.array(rng.integers(0, 50_000, n)[case])),
    }  # fmt: skip
    return pa.table([said[one.name].cast(one.type) if one.name in said else pa.nulls(len(case), one.type) for one in schema], schema=schema)


def holding(folder: Path) -> tuple[Holding, Mapping_]:
    """Return the log held against the power."""
    mapping = read_mapping((folder / "mapping.yaml").read_text(encoding="utf-8"), name="mapping.yaml")
    return Holding(Canonical(folder), mapping, power(), WorkCalendar(wiring.calendars())), mapping


def decode(folder: Path) -> dict[str, Any]:
    """Decode the columns of the facts, and nothing else."""
    held, _ = holding(folder)
    plan = held.plan()
    columns = ["case", "act", "at", "whole_day", *sorted({name for names in plan.columns.values() for name in names})]
    begun, cpu, rows = time.perf_counter(), time.process_time(), 0
    with pq.ParquetFile(folder / LOG, read_dictionary=["case", "act", "actor", "post", "f_party"]) as file:
        for n in range(file.num_row_groups):
            rows += file.read_row_group(n, columns=columns).num_rows
    return {"rows": rows, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}


def judged(folder: Path, engine: Engine | None) -> dict[str, Any]:
    """Compute facts by an engine (None: those that are kept) and hold all rules against them; no evidence is fetched."""
    held, _ = holding(folder)
    parts = [t.part for t in held.coverage() if t.blind is None and not t.part.shares]
    plan, wall, common = held.plan(), held.wall(), Common()
    open_, seen = np.zeros(len(Answer), dtype=np.int64), 0
    spent, answers = 0.0, 0.0
    begun, cpu, rules_cpu = time.perf_counter(), time.process_time(), 0.0
    tables = facts_by(engine, held.log, plan, wall, until=None) if engine else Kept(held.log).read(plan, wall)
    by_rule: dict[str, int] = {}
    for table in tables:
        spent = time.perf_counter() - begun - answers
        since, cpu_since = time.perf_counter(), time.process_time()
        facts = facts_of(table, plan, held.log.schema, wall, "a000/penalty")
        judge = Judge(facts, held.world, row_order=False, common=common)
        for part in parts:
            counts = np.bincount(judge.said(part), minlength=len(Answer))
            open_ += counts
            by_rule[part.name] = by_rule.get(part.name, 0) + int(counts[Answer.OPEN])
        seen += len(facts.began)
        answers += time.perf_counter() - since
        rules_cpu += time.process_time() - cpu_since
    most = sorted(((n / seen, name) for name, n in by_rule.items() if n), reverse=True)[:5]
    return {"rules": len(parts), "cases": seen, "facts_seconds": spent, "rules_seconds": answers,
            "seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu,
            "rules_cpu": rules_cpu, "open_share": float(open_[Answer.OPEN] / open_.sum()),
            "violated": int(open_[Answer.VIOLATED]), "most_open": [f"{name} {share:.4f}" for share, name in most]}  # fmt: skip


def keep(folder: Path) -> dict[str, Any]:
    """Compute the facts and keep them."""
    held, _ = holding(folder)
    begun = time.perf_counter()
    Kept(held.log).write(held.plan(), held.wall())
    return {"seconds": time.perf_counter() - begun, "bytes": (folder / segment(0)).stat().st_size}


def one_rule(folder: Path) -> dict[str, Any]:
    """Hold one new rule against the facts that are kept, each rule in turn; the median and the slowest of them."""
    held, _ = holding(folder)
    parts = [t.part for t in held.coverage() if t.blind is None and not t.part.shares]
    told: list[tuple[float, str]] = []
    for part in parts:
        plan = plan_of([part], acts=held.mapping.acts, fields=frozenset(held.log.fields()), never_said=held.mapping.never_said)
        begun, common = time.perf_counter(), Common()
        for table in Kept(held.log).read(plan, held.wall()):
            facts = facts_of(table, plan, held.log.schema, held.wall(), "a000/penalty")
            Judge(facts, held.world, row_order=False, common=common).said(part)
        told.append((time.perf_counter() - begun, part.name))
    told.sort()
    return {"rules": len(told), "cases": held.log.manifest["cases"], "median": told[len(told) // 2][0], "slowest": told[-3:]}


def whole(folder: Path) -> dict[str, Any]:
    """Judge every case with its evidence, and keep the answers."""
    held, _ = holding(folder)
    begun, cpu = time.perf_counter(), time.process_time()
    held.judge(folder / "found.parquet", engine=Engine.STREAM, keep=True)
    found = pq.read_metadata(folder / "found.parquet").num_rows
    return {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu, "found": found}


def day(folder: Path, *, spread: bool) -> dict[str, Any]:
    """Judge again after a day: eighty thousand cases touched (fewer of a small log), the latest ones or scattered over all."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    cases = manifest["cases"]
    n, number = min(80_000, cases // 12), len(manifest.get("added", [])) + 1
    which = np.linspace(0, cases - 1, n).astype(int) if spread else np.arange(cases - n, cases)
    pq.write_table(pa.table({"case": [f"P{i:09d}" for i in which]}), folder / f"touched-{number:04d}.parquet")
    after = {"before": manifest["sha256"], "sha256": f"day-{number}", "touched": f"touched-{number:04d}.parquet"}
    manifest |= {"sha256": after["sha256"], "added": [*manifest.get("added", []), after]}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    held, _ = holding(folder)
    begun, cpu = time.perf_counter(), time.process_time()
    held.judge(folder / "found.parquet", engine=Engine.STREAM, keep=True)
    return {"again": held.again, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - cpu}


def main(argv: Sequence[str]) -> None:
    """Make a log, measure, print one line a step."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--engines", default="stream")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--no-kept", dest="kept", action="store_false", help="nothing about facts that are kept")
    parser.add_argument("--one")
    said = parser.parse_args(argv)
    if said.one:
        steps = {"decode": decode, "keep": keep, "kept": lambda folder: judged(folder, None), "rule": one_rule, "whole": whole,
                 "day": lambda folder: day(folder, spread=False), "scattered": lambda folder: day(folder, spread=True)}  # fmt: skip
        told = steps[said.one](said.folder) if said.one in steps else judged(said.folder, Engine(said.one))
        print(json.dumps({"step": said.one, **told, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
        return
    with TemporaryDirectory() as place:
        folder = said.folder or Path(place) / "log"
        if not (folder / MANIFEST).exists():
            make(folder, said.events)
        print(GOALS)
        for step in ("decode", *said.engines.split(","), *(["keep", "kept", "rule", "whole", "day", "scattered"] if said.kept else [])):
            subprocess.run([sys.executable, "-m", "bench.case_facts", "--folder", str(folder), "--one", step], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
