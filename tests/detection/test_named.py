"""The functions `named` and `ours` of the second telling: is the person written here this officer, or any officer?"""

from __future__ import annotations

from datetime import datetime

import pytest

from qingfeng.detection.evaluate import World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import T
from qingfeng.facts.say import gate, named, ours
from qingfeng.terms.instants import LOCAL
from tests.sample import calendar, free_version, people

WHEN = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("receiver", "he"),
    [("carl", True), ("常林", True), ("常·林", True), ("保管员常林", True), ("常林仓储公司", False), ("柏青", False), ("", False), (None, False)],
)
def test_an_officer_is_known_by_id_and_by_name_however_it_is_written(receiver: str | None, he: bool) -> None:
    row = ActRow(
        case="c1", act="note", actor="carl", at=WHEN, entered=WHEN, effective="2026-03-02", lag=0, seq=1, data={"receiver": receiver}
    )
    said, _ = judge(gate(["note"], named(T("_actor"), T("receiver"))), [row], free_version(), World(calendar(), people()))
    assert (said is Outcome.VIOLATED) is he


@pytest.mark.parametrize(
    ("payer", "one_of_us"),
    [("dan", True), ("柏·青", True), ("财务人员方圆", True), ("示例商行", False), ("方圆仓储公司", False), ("", False), (None, False)],
)
def test_any_officer_is_known_by_id_and_by_name(payer: str | None, one_of_us: bool) -> None:
    row = ActRow(case="c1", act="note", actor="carl", at=WHEN, entered=WHEN, effective="2026-03-02", lag=0, seq=1, data={"payer": payer})
    said, _ = judge(gate(["note"], ours(T("payer"))), [row], free_version(), World(calendar(), people()))
    assert (said is Outcome.VIOLATED) is one_of_us
