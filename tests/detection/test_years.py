"""The day n years on, and what a case has stated so far: words of the second telling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from qingfeng.detection.evaluate import World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import Expr, T
from qingfeng.facts.say import day, equal, gate, missing, years_after
from qingfeng.facts.stated import changed, day_of_violation, stated, unregistered
from tests.sample import at, calendar, free_version


def said(expr: Expr, *told: Mapping[str, object]) -> bool:
    """True if something holds for the last of these acts, done one after the other."""
    rows = [
        ActRow(case="c1", act="note", actor="ann", at=at("2026-03-02"), entered=at("2026-03-02"), effective="2026-03-02", lag=0,
               data=data, seq=n, position=n)
        for n, data in enumerate(told, 1)
    ]  # fmt: skip
    outcome, hits = judge(gate(["note"], expr), rows, free_version(), World(calendar()))
    assert outcome in (Outcome.VIOLATED, Outcome.SATISFIED)
    return len(told) in {hit.seq for hit in hits}


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2024-02-29", 2, "2026-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2021-03-01", 5, "2026-03-01"),
        ("2023-02-28", 1, "2024-02-28"),
    ],
)
def test_years_end_on_the_same_date_or_with_february(start: str, n: int, end: str) -> None:
    assert said(equal(years_after(day(T("from")), n), date.fromisoformat(end).toordinal()), {"from": start})
    assert not said(equal(years_after(day(T("from")), n), date.fromisoformat(end).toordinal() + 1), {"from": start})


def test_years_after_nothing_are_nothing() -> None:
    assert said(missing(years_after(day(T("from")), 2)), {})
    assert said(missing(years_after(day(T("from")), T("n"))), {"from": "2026-03-02"})


def test_the_latest_word_counts_and_the_act_itself_comes_first() -> None:
    assert said(equal(stated("a"), 3), {"a": 1}, {"a": 2}, {}, {"a": 3})
    assert said(equal(stated("a"), 2), {"a": 1}, {"a": 2}, {})
    assert said(missing(stated("a")), {"b": 1}, {})


def test_a_change_is_another_word_than_the_latest_one() -> None:
    assert said(changed("a"), {"a": 1}, {}, {"a": 2})
    assert not said(changed("a"), {"a": 1}, {"a": 2}, {"a": 2})
    assert not said(changed("a"), {"a": 1}, {})
    assert not said(changed("a"), {}, {"a": 1})


def test_a_violation_that_went_on_counts_from_its_end() -> None:
    last = date(2026, 3, 2).toordinal()
    assert said(equal(day_of_violation(), last), {"occurred_on": "2026-01-01", "continued_until": "2026-03-02"}, {})
    assert said(equal(day_of_violation(), last), {"occurred_on": "2026-03-02"}, {})


def test_evidence_counts_only_once_registered_before() -> None:
    number = unregistered("proofs", ["note"])
    assert said(equal(number, 1), {"evidence_no": "E1"}, {"proofs": ["E1", "E2"], "evidence_no": "E2"})
    assert said(equal(number, 0), {"evidence_no": "E1"}, {"evidence_no": "E2"}, {"proofs": ["E1", "E2"]})
    assert said(equal(unregistered("proofs", ["interview"]), 1), {"evidence_no": "E1"}, {"proofs": ["E1"]})
