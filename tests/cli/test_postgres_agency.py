"""The same commands against an agency in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator

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
