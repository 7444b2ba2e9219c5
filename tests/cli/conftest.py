"""One agency with demonstration people, founded once and copied for every test; the clock stands still."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qingfeng.cli import agency as edge
from qingfeng.cli.main import cli
from qingfeng.terms.instants import LOCAL

NOW = datetime(2026, 3, 3, 10, tzinfo=LOCAL)
Run = Callable[..., Result]
Told = Callable[..., Any]
Until = Callable[..., None]
LEAD = ("lead_source=report", "summary=群众举报无证经营", "lead_no=示线〔2026〕001号", 'allegations:=["A1"]')
"""A lead that may be registered: it has a number of its own, and its allegations have theirs."""
GROUNDS = (
    "violation_code=AQ30", "party_kind=organisation",
    'standard:={"fact": "met", "party": "met", "jurisdiction": "met", "in_time": "met"}',
)  # fmt: skip
"""What a proposal to open rests on: an entry of the catalogue of violations, the four conditions of art. 54."""
PROPOSE = ("propose_case_opening", "--who", "case_handler", "party=示例商行", "violation=无证经营", "facts=属实", *GROUNDS)


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "read_clock", lambda: NOW)
    for name in ("QINGFENG_AGENCY", "QINGFENG_HOME", "QINGFENG_LANG", "QINGFENG_TRACE", "QINGFENG_OFFICER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def until(monkeypatch: pytest.MonkeyPatch) -> Until:
    """Let time pass until an instant."""

    def passes(*when: int) -> None:
        later = datetime(*when, tzinfo=LOCAL)  # type: ignore[misc,arg-type]
        monkeypatch.setattr(edge, "read_clock", lambda: later)

    return passes


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An agency that no test changes."""
    path = tmp_path_factory.mktemp("founded") / "agency.db"
    with pytest.MonkeyPatch.context() as patch:  # an agency is founded now, and now is set for each test only
        patch.setattr(edge, "read_clock", lambda: NOW)
        result = CliRunner().invoke(cli, ["init", "--demo-people", "--agency", str(path)])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def agency(founded: Path, tmp_path: Path) -> Path:
    """An agency of the test's own."""
    path = tmp_path / "agency.db"
    shutil.copy(founded, path)
    return path


@pytest.fixture
def run(agency: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against the agency."""
    monkeypatch.setenv("QINGFENG_AGENCY", str(agency))

    def invoke(*args: str, code: int | None = 0) -> Result:
        result = CliRunner().invoke(cli, list(args))
        assert "Traceback" not in result.output
        assert code is None or result.exit_code == code, (result.exit_code, result.output)
        return result

    return invoke


@pytest.fixture
def told(run: Run) -> Told:
    """Run a command with --json; return the value."""

    def invoke(*args: str, code: int | None = 0) -> Any:
        return json.loads(run(*args, "--json", code=code).stdout)

    return invoke


@pytest.fixture
def application(told: Told) -> str:
    """A licence applied for at the counter, as its rules ask; the number of the case."""
    clerk = ("--who", "counter_clerk")
    first = ("--act", "open_counter", *clerk, "counter_no=C1", "--reason", "停电")
    case: str = told("case", "open", "a001/licence", *first)["case"]
    told("case", "do", case, "take_ticket", "--who", "party", "ticket_no=XK2026-0001")
    told("case", "do", case, "register_first_contact", *clerk, "content=来人提交申请")
    papers = ("matter_code=build", 'material_codes:=["form", "entity", "safety"]', "materials=申请书")
    received = ("receive_application", *clerk, "applicant=甲公司", "matter=新办", *papers, "counter_no=C1")
    told("case", "do", case, *received)
    return case


def lead(number: int) -> tuple[str, ...]:
    """The fields of the n-th lead: no two have one number."""
    return (*LEAD[:2], f"lead_no=示线〔2026〕{number:03d}号", LEAD[3])


@pytest.fixture
def case(told: Told) -> str:
    """A case that has just been opened."""
    return str(told("case", "open", "a000/penalty", "--who", "intake_officer", *LEAD)["case"])
