"""Clocks and order along the log: honest work is never accused, however slow; what runs backwards is named once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from qingfeng.notary.order import DAY, LAG, Order, Seen

BEGUN = 1_772_413_200


def said(seq: int, seconds: int, stream: str = "case/a") -> dict[str, Any]:
    return {"stream": stream, "seq": seq, "entered": datetime.fromtimestamp(BEGUN + seconds, UTC).isoformat()}


def kinds(order: Order, *entries: dict[str, Any]) -> list[tuple[int, str]]:
    return [(place, kind) for place, one in enumerate(entries) for kind, _ in order.look(place, one)]


@pytest.mark.parametrize(
    "entries",
    [
        (said(1, 0), said(2, 0), said(3, 5)),
        (said(1, 300), said(2, 0)),  # two machines whose clocks differ by five minutes
        (said(1, 7200), said(1, 0, "case/b"), said(2, 7300)),  # cases that were entered side by side
        ({"stream": "case/a", "seq": 1}, said(2, 0), {"stream": "case/a", "seq": 3, "entered": "soon"}),
        ({}, {"stream": 5, "seq": "x"}),
    ],
)
def test_honest_work_is_not_accused(entries: tuple[dict[str, Any], ...]) -> None:
    seen = [Seen("w", 1, BEGUN + 7300), Seen("v", 3, BEGUN + 40 * DAY)]  # one cosigned forty days later
    order = Order(seen, BEGUN + 40 * DAY)
    assert kinds(order, *entries) == []
    assert list(order.clocks()) == []


def test_a_log_that_stood_still_for_weeks_is_not_accused() -> None:
    assert kinds(Order([Seen("w", 1, BEGUN + LAG)]), said(1, 0), said(2, 1)) == []


def test_what_runs_backwards_is_named_once_for_each_turn() -> None:
    year = 366 * DAY
    entries = [
        said(1, 0, "a"),
        said(1, year, "b"),
        said(1, 0, "c"),
        said(1, 5, "d"),
        said(1, -2 * DAY, "e"),
        said(1, 0, "f"),
    ]
    assert kinds(Order(), *entries) == [(2, "clock"), (4, "clock")]
    assert kinds(Order(), said(1, 301), said(2, 0)) == [(1, "clock")]


def test_each_witness_says_once_what_does_not_fit_its_clock() -> None:
    order = Order([Seen("w", 2, BEGUN), Seen("v", 2, BEGUN + 2 * LAG)], BEGUN + LAG)
    assert [name for name, _ in order.clocks()] == ["v"]
    entries = [said(1, 0), said(2, 2 * DAY), said(3, 2 * DAY), said(4, 2 * DAY)]
    assert kinds(order, *entries) == [(1, "clock"), (2, "clock")]


def test_the_order_within_a_stream() -> None:
    assert kinds(Order(), said(1, 0), said(3, 0), said(2, 0)) == [(1, "order"), (2, "order")]
    assert kinds(Order(), said(1, 0), said(1, 0)) == [(1, "order")]
