"""Who reads at the command line is shown what the pages show him: of supervision and discipline only his; denials are kept."""

from __future__ import annotations

import json
from itertools import product

import pytest

from qingfeng import wiring
from qingfeng.casework.desk.access import DENIED, STREAM
from qingfeng.casework.mirrored import POWER
from tests.cli.conftest import Run, Told, Until

INSPECTOR, STRANGER = ("--as", "discipline_inspector"), ("--as", "case_handler")


@pytest.fixture
def inner(told: Told, run: Run, until: Until) -> str:
    """A case of supervision: a duty was missed, the daily check found it, and the agency follows up its findings."""
    until(2026, 6, 3, 10)
    told("deadlines", "run", "--confirm-clock")
    told("detect", *INSPECTOR, code=1)
    (case, *_) = [one["case"] for one in told("case", "list", "--power", POWER, *INSPECTOR)["cases"]]
    return str(case)


def test_no_list_tells_a_stranger_of_a_case_of_supervision(told: Told, inner: str) -> None:
    lists = ("case", "list"), ("case", "list", "--power", POWER), ("case", "inbox", "--post", "discipline_inspector"), ("deadlines",)
    for who, words in product(((), STRANGER), lists):
        assert inner not in json.dumps(told(*words, *who)), (words, who)
    assert inner in json.dumps(told("case", "list", *INSPECTOR))


def test_a_list_goes_on_behind_the_cases_that_it_leaves_out(told: Told, inner: str) -> None:
    """The limit counts what is shown."""
    every = told("case", "list", "--limit", "3", *INSPECTOR)["cases"]
    assert len(every) == 3
    assert told("case", "list", "--limit", "3", *STRANGER)["cases"] == []


def test_a_case_of_supervision_is_not_there_for_a_stranger_and_his_try_is_kept(run: Run, inner: str, agency: object) -> None:
    shut = [("case", "show", inner), ("case", "history", inner), ("document", "list", inner),
            ("case", "file", inner, "--out", "x", "--by", "case_handler"), ("document", "make", inner, "penalty_decision")]  # fmt: skip
    for words in shut:
        for who in ((), STRANGER):
            answer = run(*words, *who, code=2)
            assert f"没有案件“{inner}”" in answer.stderr, words
    store = wiring.open_store(str(agency))
    with store.read() as tx:
        kept = list(tx.events(STREAM))
    store.close()
    assert len(kept) == 2 * len(shut)
    assert DENIED in str(kept[0])
    for words in shut[:3]:
        run(*words, *INSPECTOR)


def test_suspicion_is_told_to_discipline_alone(told: Told, run: Run, inner: str) -> None:
    seen = told("findings", *INSPECTOR)["findings"]
    open_to_all = told("findings")["findings"]
    assert {one["number"] for one in open_to_all} <= {one["number"] for one in seen}
    assert {one["number"] for one in told("findings", *STRANGER)["findings"]} == {one["number"] for one in open_to_all}
    for one in seen:
        hidden = one["number"] not in {other["number"] for other in open_to_all}
        run("findings", "show", str(one["number"]), code=2 if hidden else 0)


def test_who_reads_must_serve_in_the_agency(run: Run) -> None:
    assert "没有登记人员“nobody”" in run("case", "list", "--as", "nobody", code=2).stderr


def test_an_officer_reads_the_file_of_his_own_case_and_says_why_for_another(run: Run, told: Told, case: str) -> None:
    """As on the pages: who has a part in it reads; who has none is refused, and both are kept."""
    assert case in run("case", "history", case, "--as", "intake_officer").stdout
    refused = run("case", "history", case, "--as", "finance_officer", code=None)
    assert refused.exit_code != 0
    assert "case read" in refused.stderr
