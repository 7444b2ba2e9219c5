"""Logs of unlike shapes: one case that never ends, cases of one event each; nothing is lost, and memory keeps its bound."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from qingfeng.importing.logs.canonical import LOG, MANIFEST

from .made_kit import COLUMNS

MILLION = 1_000_000
MOST_MB = 1_000
IN_ITSELF = """
import resource, sys
from pathlib import Path
from tests.importing.logs.made_kit import imported
imported(Path(sys.argv[1]), "log.csv")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("cases", [1, MILLION])
def test_a_million_events_of_one_case_or_of_as_many_cases(cases: int, tmp_path: Path) -> None:
    first = datetime(2026, 1, 1)
    with (tmp_path / "log.csv").open("w", encoding="utf-8") as file:
        file.write(",".join(COLUMNS) + "\n")
        for n in range(MILLION):
            turned = n * 7_919 % MILLION  # every number once, out of order
            at = first + timedelta(seconds=turned)
            file.write(f"A-{turned % cases},立案,{at.isoformat()}+08:00,王五,1.00,e{n}\n")
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", IN_ITSELF, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True
    )
    told = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))
    assert (told["rows_read"], told["events"], told["cases"], told["quarantined"]) == (MILLION, MILLION, cases, {})
    assert int(run.stdout) < MOST_MB
    with duckdb.connect() as db:
        log = f"read_parquet('{tmp_path / 'out' / LOG}', file_row_number=true)"
        assert db.execute(f'SELECT count(DISTINCT "at"), count(DISTINCT id) FROM {log}').fetchone() == (
            MILLION,
            MILLION,
        )
        unsorted = f'SELECT "case", "at", lag(("case", "at")) OVER (ORDER BY file_row_number) AS before FROM {log}'
        assert db.execute(f'SELECT count(*) FROM ({unsorted}) WHERE ("case", "at") < before').fetchone() == (0,)
