"""Who belongs to a body, who of it is there, and who is tied to somebody, as the second telling sees it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qingfeng.detection.evaluate import Log, World, judge
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.facts.rule import Expr, R, T
from qingfeng.facts.say import away, equal, gate, is_in, joined, kin, present, size, some, staff, without
from qingfeng.terms.instants import LOCAL, day_if_instant
from qingfeng.terms.people import Interest, Span
from tests.sample import ALWAYS, calendar, free_version, people

OUT = {"bob": (Span(date(2026, 3, 3), date(2026, 3, 4)),)}
WHO = people(
    [("ann", "head"), ("bob", "head"), ("carl", "head"), ("eve", "chief"), ("dan", "head", Span(date(2026, 4, 1)))],
    absences=OUT,
    interests=[Interest("carl", "P", "亲属", ALWAYS)],
)


def row(day: int, *, case: str = "c1", position: int = 1, **data: object) -> ActRow:
    when = datetime(2026, 3, day, 9, tzinfo=LOCAL)
    return ActRow(
        case=case,
        act="note",
        actor="ann",
        at=when,
        entered=when,
        effective=when.date().isoformat(),
        lag=0,
        seq=1,
        data=data,
        position=position,
    )


def holds(expr: Expr, one: ActRow) -> bool:
    said, _ = judge(gate(["note"], expr), [one], free_version(), World(calendar(), WHO))
    return said is Outcome.VIOLATED


@pytest.mark.parametrize(
    ("expr", "day", "held"),
    [
        (away("bob", T("_on")), 2, False),
        (away("bob", T("_on")), 3, True),
        (away("bob", T("_on")), 4, True),
        (away("ann", T("_on")), 3, False),
        (away("bob", T("nothing")), 3, False),
        (equal(size(staff({"head": 2, "chief": 1}, T("_on"))), 3), 2, True),
        (is_in("carl", staff({"head": 2}, T("_on"))), 2, False),
        (is_in("carl", staff({"head": 3}, T("_on"))), 2, True),
        (is_in("dan", staff({"head": 9}, T("_on"))), 2, False),
        (is_in("bob", present({"head": 2}, T("_on"))), 2, True),
        (is_in("bob", present({"head": 2}, T("_on"))), 3, False),
        (is_in("carl", present({"head": 2}, T("_on"))), 3, False),
        (is_in("carl", kin("P", T("_on"))), 2, True),
        (equal(size(kin("Q", T("_on"))), 0), 2, True),
        (equal(size(joined(("ann", "bob"), ("bob", "eve"))), 3), 2, True),
        (equal(without(joined(T("nothing"), ("ann",)), ("bob",)), 1), 2, True),
    ],
)
def test_seats_absences_and_ties_are_told_for_the_day(expr: Expr, day: int, held: bool) -> None:
    assert holds(expr, row(day)) is held


def test_an_instant_is_found_across_cases_by_its_day() -> None:
    here = row(2, case="c2", position=2, started="2026-03-02T14:00:00+08:00")
    for started, found in (("2026-03-02T09:00:00+08:00", True), ("2026-03-03T14:00:00+08:00", False)):
        log = Log([row(2, started=started), here])
        rule = gate(["note"], some(None, equal(R("_case"), "c1"), same="started"))
        said, _ = judge(rule, [here], free_version(), World(calendar(), WHO), log=log)
        assert (said is Outcome.VIOLATED) is found
    assert day_if_instant("2026-03-02T14:00:00.125+08:00") == "2026-03-02"
    assert day_if_instant("2026-03-02T14:00 左右") == "2026-03-02T14:00 左右"
    assert day_if_instant("示罚〔2026〕1号") == "示罚〔2026〕1号"
