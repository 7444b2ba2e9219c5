"""What rules said of the cases of a log: tallies with four outcomes and their denominators, findings, and both as files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.catalogue.power import PowerVersion
from qingfeng.detection.foreign import Part
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.importing.casefacts.rulings import Code
from qingfeng.terms.text import Text

BATCH = 5_000
FINDING = pa.schema([("rule", pa.string()), ("control", pa.string()), ("case", pa.string()), ("seq", pa.int64()), ("key", pa.string()),
                     ("act", pa.string()),
                     ("actor", pa.string()), ("at", pa.string()), ("zh", pa.string()), ("en", pa.string())])  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What one rule said.  blind: why it was not judged at all; cases: in which its acts occur; why: of those not evaluable."""

    part: Part
    blind: Text | None
    cases: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)

    @property
    def judged(self) -> int:
        """Cases of which the rule says violated or satisfied."""
        return self.outcomes[Outcome.VIOLATED] + self.outcomes[Outcome.SATISFIED]


def tally_of(part: Part, told: Counter[int], codes: Sequence[Code]) -> Tally:
    """Return the tally that codes come to."""
    made = Tally(part, None)
    for code, n in told.items():
        on, outcome, why = codes[code - 1]
        made.cases += n if on else 0
        made.outcomes[Outcome(outcome)] += n
        if why:
            made.why[why] += n
    return made


def written(found: Iterable[dict[str, Any]], path: Path, standing: Any | None = None) -> Iterator[dict[str, Any]]:
    """Return findings as they come, and write them after those that stand.  Raises OSError."""
    with pq.ParquetWriter(path, FINDING, compression="zstd") as file:
        if standing is not None:
            file.write_table(standing)
        held: list[dict[str, Any]] = []
        for one in found:
            held.append(one)
            yield one
            if len(held) >= BATCH:
                file.write_table(pa.Table.from_pylist(held, schema=FINDING))
                held = []
        file.write_table(pa.Table.from_pylist(held, schema=FINDING))


def finding_of(part: Part, version: PowerVersion, row: ActRow, key: str | None) -> dict[str, Any]:
    """Return one finding: what was seen and the rule; a lead, no verdict."""
    word = version.words[row.act].name if row.act in version.words else Text(zh=row.act, en=row.act)
    day, who = row.effective, row.actor
    zh = f"案件{row.case}：{day}{f'，{who}' if who else ''}“{word.zh}”，与规则“{part.title.zh}”不符，须核实。"
    en = f"Case {row.case}: “{word.en}” on {day}{f' by {who}' if who else ''} disagrees with the rule “{part.title.en}”; to be checked."
    return {"rule": part.name, "control": part.control, "case": row.case, "seq": row.seq, "key": key, "act": row.act, "actor": who,
            "at": row.at.replace(tzinfo=None).isoformat(), "zh": zh, "en": en}  # fmt: skip


def summary(tallies: Iterable[Tally], why: Mapping[str, Text]) -> list[dict[str, Any]]:
    """Return the tallies as data.  base: violated among the judged; null where none was judged."""
    return [{"rule": t.part.name, "title": {"zh": t.part.title.zh, "en": t.part.title.en}, "cases": t.cases,
             **{outcome.value: t.outcomes[outcome] for outcome in Outcome},
             "base": round(t.outcomes[Outcome.VIOLATED] / t.judged, 6) if t.judged else None,
             "why": [{"zh": t.blind.zh, "en": t.blind.en, "cases": None}] if t.blind else
             [{"zh": why[w].zh, "en": why[w].en, "cases": n} for w, n in t.why.most_common()]} for t in tallies]  # fmt: skip


def write_summary(path: Path, told: Sequence[Mapping[str, Any]]) -> None:
    """Write the outcomes of every rule beside the findings.  Raises OSError."""
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
