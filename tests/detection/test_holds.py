"""Who holds one of some posts, as the second telling sees it: on the day of the act, by appointment."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qingfeng.detection.evaluate import World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import T
from qingfeng.facts.say import gate, holds
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.people import Span
from tests.sample import ALWAYS, calendar, free_version, people

WHO = people([("ann", "clerk"), ("bob", "head", Span(date(2026, 3, 1), date(2026, 3, 31))), ("bob", "clerk", ALWAYS)])


@pytest.mark.parametrize(
    ("who", "posts", "day", "held"),
    [
        ("ann", ["clerk"], 2, True),
        ("ann", ["head", "deputy"], 2, False),
        ("bob", ["deputy", "head"], 31, True),
        ("bob", ["clerk"], 31, True),
        ("carl", ["clerk"], 2, False),
        ("bob", [], 2, False),
    ],
)
def test_an_officer_holds_one_of_the_posts_on_the_day(who: str, posts: list[str], day: int, held: bool) -> None:
    when = datetime(2026, 3, day, 9, tzinfo=LOCAL)
    row = ActRow(
        case="c1", act="note", actor=who, at=when, entered=when, effective=when.date().isoformat(), lag=0, seq=1
    )
    said, _ = judge(gate(["note"], holds(T("_actor"), posts, T("_on"))), [row], free_version(), World(calendar(), WHO))
    assert said is (Outcome.VIOLATED if held else Outcome.SATISFIED)


def test_an_appointment_that_has_ended_is_none() -> None:
    when = datetime(2026, 4, 1, 9, tzinfo=LOCAL)
    row = ActRow(case="c1", act="note", actor="bob", at=when, entered=when, effective="2026-04-01", lag=0, seq=1)
    said, _ = judge(
        gate(["note"], holds(T("_actor"), ["head"], T("_on"))), [row], free_version(), World(calendar(), WHO)
    )
    assert said is Outcome.SATISFIED
