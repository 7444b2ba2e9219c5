"""The second telling compares names as the first does: letters and digits alone."""

from __future__ import annotations

from qingfeng.facts.rule import T
from qingfeng.facts.say import differs, equal, missing, plain
from tests.detection.test_functions import holds, row


def test_two_spellings_of_a_name_are_equal_and_two_names_are_not() -> None:
    told = row(1, "note", party="示例（县）化工 有限公司", subject="示例县化工有限公司", other="示例县矿业有限公司")
    party, subject, other = (plain(T(name)) for name in ("party", "subject", "other"))
    assert holds(equal(party, subject), told)
    assert holds(differs(party, other), told)


def test_nothing_said_has_no_plain_name() -> None:
    assert holds(missing(plain(T("party"))), row(1, "note"))
