"""The functions `sums` and `figures` of the second telling: what a text speaks of, and what is coded."""

from __future__ import annotations

from datetime import datetime

import pytest

from qingfeng.detection.evaluate import World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import T
from qingfeng.facts.say import figures, gate, joined, over, sums, without
from qingfeng.terms.instants import LOCAL
from tests.sample import calendar, free_version

WHEN = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("data", "odd"),
    [
        ({"content": "罚款二万元", "amount": 2_000_000}, 0),
        ({"content": "罚款三万元", "amount": 2_000_000}, 1),
        ({"content": "甲500元，乙300元，共800元", "prizes": {"C1": 500, "C2": 300}}, 0),
        ({"content": "甲500元，乙350元，共850元", "prizes": {"C1": 500, "C2": 300}}, 2),
        ({"content": "罚款三万元"}, 1),
        ({}, 0),
    ],
)
def test_sums_of_a_text_beside_the_figures_coded(data: dict[str, object], odd: int) -> None:
    row = ActRow(
        case="c1", act="pay", actor="ann", at=WHEN, entered=WHEN, effective="2026-03-02", lag=0, data=data, seq=1
    )
    outside = without(sums(T("content")), joined(figures(T("amount"), 1), figures(T("prizes"), 100)))
    for least, holds in ((odd - 1, True), (odd, False)):
        said, _ = judge(gate(["pay"], over(outside, least)), (row,), free_version(), World(calendar()))
        assert (said is Outcome.VIOLATED) is holds
