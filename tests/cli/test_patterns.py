"""qingfeng patterns: what each compares, a run over the record, and a word where the packages are missing."""

from __future__ import annotations

import pytest

from qingfeng import wiring
from qingfeng.detection.patterns import discover
from tests.cli.conftest import Run, Told


def test_all_patterns_are_listed_in_both_languages(told: Told, run: Run) -> None:
    listed = told("patterns")["patterns"]
    assert {one["name"] for one in listed} == set(discover())
    assert all(one["title"]["zh"] and one["title"]["en"] and one["innocent"]["zh"] for one in listed)
    assert "不看即批" in run("patterns", "list").output
    assert "Rubber-stamping" in run("--lang", "en", "patterns", "list").output


def test_one_pattern_says_what_else_may_explain_it_and_its_thresholds(run: Run) -> None:
    shown = run("patterns", "show", "never_inspected").output
    assert "也可能是" in shown
    assert "一次也没有" in shown
    assert "没有疑点规律" in run("patterns", "show", "nothing", code=2).output
    assert "3倍以上" in run("patterns", "show", "ping_pong").output


def test_a_new_agency_raises_no_suspicion_and_no_pattern_calls_it_clean(told: Told) -> None:
    assert told("patterns", "run")["patterns"] == [], "suspicion is told to discipline alone"
    ran = told("patterns", "run", "--as", "discipline_inspector")
    assert ran["findings"] == []
    assert {one["outcome"] for one in ran["patterns"]} <= {"not_applicable", "not_evaluable"}
    assert all(one["why"]["zh"] for one in ran["patterns"])


def test_one_can_be_run_alone(told: Told, run: Run) -> None:
    one = told("patterns", "run", "--only", "ping_pong", "--as", "discipline_inspector")
    assert [found["pattern"] for found in one["patterns"]] == ["ping_pong"]
    assert "没有疑点规律" in run("patterns", "run", "--only", "nothing", code=2).output


def test_without_the_packages_it_says_which_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "patterns_can_run", lambda: False)
    assert "analysis.txt" in run("patterns", "run", code=2).output


def test_the_worker_runs_them_once_a_day(told: Told, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("work", "--once", "--confirm-clock") is not None
    monkeypatch.setattr(wiring, "analytics_over", lambda relations: pytest.fail("a second run on the same day"))
    told("work", "--once", "--confirm-clock")
    monkeypatch.setattr(wiring, "patterns_can_run", lambda: False)
    assert "analysis.txt" in run("work", "--once", "--confirm-clock", code=None).output
