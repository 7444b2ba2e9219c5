"""Functions of the language of the second telling, one by one: what they make of a value, and of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from qingfeng.detection.evaluate import World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import Expr, R, T
from qingfeng.facts.say import (
    day,
    equal,
    gate,
    gather,
    is_in,
    length,
    minus,
    missing,
    moment,
    size,
    without,
    workday,
    year,
)
from qingfeng.terms.instants import LOCAL
from tests.sample import calendar, free_version


def row(seq: int, act: str, **data: object) -> ActRow:
    when = datetime(2026, 12, 31, 9, seq, tzinfo=LOCAL)
    return ActRow(
        case="c1", act=act, actor="ann", at=when, entered=when, effective="2026-12-31", lag=0, data=data, seq=seq
    )


def holds(expr: Expr, *rows: ActRow) -> bool:
    """True if the expression holds for the last of the rows."""
    last = rows[-1]
    rule = gate([last.act], expr)
    said, _ = judge(rule, rows, free_version(), World(calendar()))
    assert said in (Outcome.VIOLATED, Outcome.SATISFIED)
    return said is Outcome.VIOLATED


START, END = "2026-03-02T09:00:00+08:00", "2026-03-02T10:30:00+08:00"


@pytest.mark.parametrize(
    ("expr", "data"),
    [
        (equal(length(T("text")), 4), {"text": "理由如下"}),
        (equal(length(T("text")), 0), {}),
        (equal(minus(moment(T("ended")), moment(T("started"))), 90 * 60), {"started": START, "ended": END}),
        (missing(minus(moment(T("ended")), moment(T("started")))), {"started": START}),
        (equal(moment(T("until")), T("_at")), {"until": "2026-12-31T09:09:00+08:00"}),
        (equal(year(T("_on")), 2026), {}),
        (missing(year(T("nothing"))), {}),
        (
            equal(workday(day(T("date"))), day(T("until"))),
            {"date": "2026-10-01", "until": "2026-10-08"},
        ),  # the national holiday
        (equal(workday(day(T("date"))), day(T("date"))), {"date": "2026-10-10"}),  # a Saturday on which everybody works
        (missing(workday(day(T("date")))), {}),
    ],
)
def test_a_function_of_one_value(expr: Expr, data: dict[str, object]) -> None:
    assert holds(expr, row(9, "approve", **data))


NAMED = gather("set", ["note"], R("_value"), each="answers")


@pytest.mark.parametrize(
    ("expr", "notes"),
    [
        (equal(size(NAMED), 2), [{"a": "ann", "b": "bob"}, {"c": "ann"}]),
        (equal(size(NAMED), 0), []),
        (is_in(T("text"), NAMED), [{"a": "bob"}]),
        (equal(without(NAMED, T("codes")), 1), [{"a": "bob", "b": "carl"}]),
    ],
)
def test_the_values_gathered_as_a_list(expr: Expr, notes: Sequence[dict[str, str]]) -> None:
    rows = [row(n, "note", answers=answers) for n, answers in enumerate(notes, 1)]
    assert holds(expr, *rows, row(9, "approve", text="bob", codes=["bob"]))


def test_a_list_of_nothing_holds_nothing() -> None:
    assert not holds(is_in(T("text"), NAMED), row(9, "approve", text="bob"))
