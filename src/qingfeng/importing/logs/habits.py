"""A simulated year of habits as canonical logs: what simulation.worldlog writes, one log a power, with the tables beside it and labels.

Rules say nothing of it: its acts bear only what patterns look at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from qingfeng.catalogue.power import Power
from qingfeng.detection.pattern import Verdict
from qingfeng.detection.relations import RELATIONS
from qingfeng.facts.rows import Outcome
from qingfeng.terms.calendar import WorkCalendar

from .canonical import Canonical
from .mapping import read_mapping
from .source import failed, source_of
from .stage import import_log
from .surveyed import Surveying
from .writers import MAPPING

PLANTED = "planted.json"
POWERS: Mapping[str, str] = {"penalty": "a000/penalty", "licence": "a001/licence", "inspection": "a000/inspection"}
"""Kinds of cases there, and the powers that they are."""
BESIDE = ("reads", "subjects", "thresholds")
_FIELDS: Mapping[str, tuple[str, str]] = {
    "party": ("party", "text"), "violation_code": ("code", "text"), "tier": ("tier", "text"), "amount": ("amount", "yuan"),
    "decision_outcome": ("outcome", "text"), "intermediary": ("intermediary", "text"), "place": ("place", "text"),
    "started": ("started", "text"), "ended": ("ended", "text"), "officers": ("team", "lines"), "facts": ("text", "text"),
}  # fmt: skip
_TIMES = ("at", "entered", "started", "ended")


def write_habits(
    folder: Path,
    rows: Mapping[str, Sequence[tuple[Any, ...]]],
    planted: Iterable[tuple[str, str]],
    *,
    until: date,
    cases: int,
) -> dict[str, Any]:
    """Write a year as canonical logs in a new folder; return how many acts and cases each has.  rows: of the relations, as
    simulation.worldlog has them; planted: (pattern, subject); until: the day on which it is read.  Raises ImportFailed, OSError."""
    if (folder / PLANTED).exists():
        raise failed(f"{folder}里已有日志；请另选文件夹。", f"{folder} already holds a log; choose another folder.")
    told: dict[str, Any] = {}
    names = list(RELATIONS["acts"])
    acts = [dict(zip(names, row, strict=True)) for row in rows["acts"]]
    for kind, power in POWERS.items():
        into = folder / kind
        into.mkdir(parents=True, exist_ok=True)
        mine = [_plain(one) for one in acts if one["power"] == kind]
        flat = into / ".acts.parquet"
        pq.write_table(pa.Table.from_pylist(mine), flat)
        text = _mapping(power, sorted({one["act"] for one in mine}))
        (into / MAPPING).write_text(text, encoding="utf-8")
        manifest = import_log(source_of(str(flat)), read_mapping(text, name=MAPPING), into)
        flat.unlink()
        for name in BESIDE:
            _beside(
                into / f"{name}.parquet", name, [row for row in rows.get(name, ()) if _belongs(name, row, kind)], power
            )
        told[kind] = {
            "power": power,
            "events": manifest["events"],
            "cases": manifest["cases"],
            "quarantined": manifest["quarantined"],
        }
    said = {"until": until.isoformat(), "cases": cases, "planted": dict(sorted(planted)), "logs": told}
    (folder / PLANTED).write_text(json.dumps(said, ensure_ascii=False, indent=1), encoding="utf-8")
    return said


def _plain(one: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: one[name].isoformat() if one[name] is not None else None for name in _TIMES}
    return {**one, **times, "team": one["team"].split("|") if one["team"] else None}


def _belongs(name: str, row: tuple[Any, ...], kind: str) -> bool:
    """True if a row stands beside a log: readings of its cases, its limits, the library of what is inspected."""
    if name == "reads":
        return str(row[0]).startswith(f"{kind}/")
    return name == "subjects" or row[0] == kind


def _beside(path: Path, name: str, rows: Sequence[tuple[Any, ...]], power: str) -> None:
    columns = list(RELATIONS[name])
    if name == "thresholds":
        rows = [(power, *row[1:]) for row in rows]
    if rows:
        pq.write_table(pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows]), path)


def _mapping(power: str, acts: Sequence[str]) -> str:
    fields = {name: {"from": column, "kind": kind} for name, (column, kind) in _FIELDS.items()}
    said = {
        "power": power, "zone": "+08:00", "row_order": "meaningful", "midnight": "instant",
        "columns": {"case": "case_id", "activity": "act", "at": "at", "entered": "entered", "actor": "actor"},
        "activities": {act: act for act in acts}, "fields": fields,
    }  # fmt: skip
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=200)


def evaluate_habits(folder: Path, powers: Mapping[str, Power], calendar: WorkCalendar) -> dict[str, Any]:
    """Run every pattern over the logs of a year; return for each what was planted, whether it was found, and who was accused falsely.

    A finding counts as false if neither its subject nor a part of it was planted for any pattern.  Raises ImportFailed, OSError.
    """
    said = json.loads((folder / PLANTED).read_text(encoding="utf-8"))
    planted: dict[str, str] = said["planted"]
    guilty = {part for subject in planted.values() for part in (subject, *subject.split("|"))}
    verdicts: dict[str, list[Verdict]] = {}
    for kind, power in POWERS.items():
        into = folder / kind
        mapping = read_mapping((into / MAPPING).read_text(encoding="utf-8"), name=MAPPING)
        beside = {name: into / f"{name}.parquet" for name in BESIDE if (into / f"{name}.parquet").is_file()}
        session = Surveying(
            Canonical(into),
            mapping,
            powers[power],
            calendar,
            as_of=date.fromisoformat(said["until"]),
            companions=beside,
        )
        try:
            for verdict in session.verdicts():
                verdicts.setdefault(verdict.pattern, []).append(verdict)
        finally:
            session.close()
    told = {name: _told(several, planted.get(name), guilty) for name, several in sorted(verdicts.items())}
    false = sum(one["false"] for one in told.values())
    return {"cases": said["cases"], "planted": len(planted), "found": sum(one["found"] for one in told.values()),
            "recall": round(sum(one["found"] for one in told.values()) / len(planted), 6) if planted else None, "false": false,
            "false_per_1000": round(1000 * false / said["cases"], 6), "patterns": told}  # fmt: skip


def _told(several: Sequence[Verdict], subject: str | None, guilty: set[str]) -> dict[str, Any]:
    suspects = {one.subject for verdict in several for one in verdict.found}
    able = [verdict for verdict in several if verdict.judged]
    why = next((verdict.why for verdict in several if verdict.why is not None), None) if not able else None
    silent = subject is not None and all(v.subjects.get(subject) in (None, Outcome.NOT_EVALUABLE) for v in several)
    return {"subject": subject, "found": subject is not None and any(_same(subject, one) for one in suspects), "silent": silent,
            "false": sum(not guilty & {one, *one.split("|"), one.split("#")[0]} for one in suspects), "suspects": sorted(suspects),
            "judged": sum(verdict.judged for verdict in several),
            "why": {"zh": why.zh, "en": why.en} if why is not None else None}  # fmt: skip


def _same(subject: str, found: str) -> bool:
    return found == subject or found.split("#", maxsplit=1)[0] == subject
