"""Exported logs as pm4py sees them, in an environment of its own: opened without complaint, and it counts what we counted."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from qingfeng.importing.logs.outgoing import going, leaving
from qingfeng.importing.logs.writers import form_of, write_log

from .leaving_kit import POWER, agency

TOP = Path(__file__).parents[3]
ORACLE = Path(os.environ.get("QINGFENG_ORACLE") or TOP / ".venv-oracle" / "bin" / "python")
FILES = ("log.xes", "log.xes.gz", "log.jsonocel", "log.xmlocel", "log.sqlite")


@pytest.mark.slow
def test_another_program_opens_every_form_and_counts_the_same(tmp_path: Path) -> None:
    if not ORACLE.is_file():
        pytest.skip(
            "没有 .venv-oracle（scripts/oracle.txt），由 ./test --all 建立。 There is no .venv-oracle; ./test --all makes it."
        )
    with agency() as office, office.store.read() as tx:
        what = leaving(office, office.registry(tx), POWER)
        cases = list(going(tx, what))
    for name in FILES:
        write_log(tmp_path / name, form_of(tmp_path / name), what, cases)
    reader = [str(ORACLE), str(Path(__file__).with_name("peer_reads_logs.py")), str(tmp_path)]
    told = json.loads(
        subprocess.run(reader, check=True, capture_output=True, text=True, timeout=300).stdout.splitlines()[-1]
    )
    assert told["complaints"] == []
    acts = [one for case in cases for one in case]
    for name in FILES:
        seen = told[name]
        assert (seen["events"], seen["cases"]) == (len(acts), len(cases)), name
        assert seen["acts"] == sorted({one.act for one in acts}), name
        assert datetime.fromisoformat(seen["first"]) == min(one.at for one in acts), name
    for name in FILES[2:]:
        assert told[name]["types"] == ["case", "officer", "party"]
        assert told[name]["relations"] == sum(1 + (one.actor is not None) + (one.party is not None) for one in acts)
    assert told["log.xes"]["actors"] == sorted({one.actor for one in acts if one.actor is not None})
    assert told["flat"] == len(acts)
