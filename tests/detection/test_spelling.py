"""The function `spelling` of the second telling: a number as the bank writes it, and nothing of nothing."""

from __future__ import annotations

from datetime import datetime

import pytest

from qingfeng.detection.evaluate import World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import T
from qingfeng.facts.say import differs, equal, gate, missing, spelling
from qingfeng.terms.instants import LOCAL
from tests.sample import calendar, free_version

WHEN = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("data", "odd", "same", "none"),
    [({"bank_ref": "yh 1"}, True, True, False), ({"bank_ref": "YH1"}, False, True, False), ({}, False, False, True)],
)
def test_spelling_of_a_number(data: dict[str, object], odd: bool, same: bool, none: bool) -> None:
    row = ActRow(
        case="c1", act="pay", actor="ann", at=WHEN, entered=WHEN, effective="2026-03-02", lag=0, data=data, seq=1
    )
    written = spelling(T("bank_ref"))
    for expr, holds in (
        (differs(written, T("bank_ref")), odd),
        (equal(written, "YH1"), same),
        (missing(written), none),
    ):
        said, _ = judge(gate(["pay"], expr), (row,), free_version(), World(calendar()))
        assert (said is Outcome.VIOLATED) is holds
