"""qingfeng log export: for discipline alone, recorded, in the form that the name asks for."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Run, Told


def test_discipline_exports_a_power_and_that_is_recorded(
    told: Told, run: Run, agency: Path, case: str, tmp_path: Path
) -> None:
    out = tmp_path / "log.xes"
    refused = run("log", "export", str(out), "--power", "a000/penalty", code=2)
    assert "--as" in refused.output
    assert (
        "只对纪检监察开放"
        in run("--as", "case_handler", "log", "export", str(out), "--power", "a000/penalty", code=1).output
    )
    assert not out.exists()
    done = told("--as", "discipline_inspector", "log", "export", str(out), "--power", "a000/penalty")
    assert (done["form"], done["cases"]) == ("xes", 1)
    assert case in out.read_text(encoding="utf-8")
    assert (
        "已经存在"
        in run("--as", "discipline_inspector", "log", "export", str(out), "--power", "a000/penalty", code=2).output
    )
    run("--as", "discipline_inspector", "log", "export", str(out), "--power", "a000/penalty", "--force")
    with closing(sqlite3.connect(agency)) as db:
        streams = [stream for (stream,) in db.execute("SELECT stream FROM events WHERE stream = 'exports'")]
    assert len(streams) == 2


def test_what_was_exported_is_judged_by_the_command_for_other_systems(
    told: Told, run: Run, case: str, tmp_path: Path
) -> None:
    folder = tmp_path / "canonical"
    done = told("--as", "discipline_inspector", "log", "export", str(folder), "--power", "a000/penalty")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["cases"], manifest["sha256"]) == (1, done["sha256"])
    judged = told("log", "judge", str(folder), "--mapping", done["mapping"])
    assert judged["cases"] == 1
    assert any(one["satisfied"] for one in judged["rules"])
    assert (
        "不知道"
        in run(
            "--as", "discipline_inspector", "log", "export", str(tmp_path / "x.doc"), "--power", "a000/penalty", code=2
        ).output
    )
