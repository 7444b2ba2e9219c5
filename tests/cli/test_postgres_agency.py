"""The same commands against an agency in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qingfeng import wiring
from tests.cli.conftest import LEAD, Run
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    running = Cluster()
    try:
        yield running
    finally:
        running.remove()


def test_an_agency_may_live_in_postgresql(run: Run, cluster: Cluster) -> None:
    url = f"postgresql:///?{'&'.join(cluster.dsn.split())}"
    power = str(wiring.data_folder("powers") / "a000" / "penalty.yaml")
    run("case", "list", "--agency", url, code=3)  # nothing there yet
    run("init", "--agency", url, "--demo-people", "--powers", power)
    opened = run("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD, "--agency", url, "--json")
    case = json.loads(opened.stdout)["case"]
    inbox = json.loads(run("case", "inbox", "--post", "case_handler", "--agency", url, "--json").stdout)
    assert [row["case"] for row in inbox["cases"]] == [case]
    assert json.loads(run("verify-projections", "--agency", url, "--json").stdout)["ok"] is True
    run("init", "--agency", url, code=3)


def test_its_log_stands_beside_it_and_a_backup_is_taken_with_its_own_programs(
    run: Run, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsn = cluster.dsn
    url = f"postgresql:///?{'&'.join(dsn.split())}"
    monkeypatch.setenv("QINGFENG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QINGFENG_AGENCY", url)
    run("init", "--demo-people", "--powers", str(wiring.data_folder("powers") / "a000" / "penalty.yaml"), "--agency", url)
    run("notary", "begin", "--agency", url)
    told = json.loads(run("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD, "--agency", url, "--json").stdout)
    assert told["promise"].startswith("qingfeng.promise/1\n")
    assert json.loads(run("notary", "run", "--once", "--agency", url, "--json").stdout)["logged"] > 100
    assert json.loads(run("verify", "--agency", url, "--json").stdout)["ok"]
    run("backup", str(tmp_path / "backup"), "--agency", url)
    assert (tmp_path / "backup" / "agency.dump").stat().st_size > 10_000
    refused = run("restore", str(tmp_path / "backup"), "--agency", url, code=3)  # not into a database that holds something
    assert "pg_restore" in refused.stderr
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "没有 pg_dump" in run("backup", str(tmp_path / "other"), "--agency", url, code=3).stderr
    assert json.loads(run("verify", "--agency", url, "--json").stdout)["ok"]
