"""Words for limits: who is late is told so, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

from qingfeng.casework.words import left_for
from qingfeng.terms.instants import LOCAL

DUE = datetime(2026, 10, 23, tzinfo=LOCAL)


def test_only_the_agency_is_overdue_a_right_that_was_not_used_has_lapsed() -> None:
    late, early = DUE + timedelta(days=8), DUE - timedelta(days=3)
    assert left_for(DUE, late, holder="agency").zh == "已逾期9天"
    assert left_for(DUE, late, holder="party").zh == "期限已过"
    assert left_for(DUE, DUE, holder="party").en == "the time is over"
    assert left_for(DUE, early, holder="party") == left_for(DUE, early, holder="agency")
