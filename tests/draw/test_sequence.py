"""Side by side the records of a year show what each alone does not: gaps, doubles, draws repeated until they please."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.draw.plan import DrawPlan
from qingfeng.draw.run import withdraw
from qingfeng.draw.sequence import Oddity, check_sequence
from qingfeng.draw.transcript import DrawVoid
from tests.draw.sample import AFTER, drawn, links, parsed, parties, sample


def numbered(number: int, *, month: int = 3, day: int = 2, firms: str | None = None, **changes: Any) -> DrawPlan:
    """A plan of its own pool, links and month unless told otherwise."""
    plain = sample(number=number, **changes)
    for firm in plain["pool"]:
        firm["id"] = f"{firms or number}-{firm['id']}"
    plain["conflicts"] = []
    plain["entropy"]["parties"] = parties(number)
    plain["entropy"]["beacon"]["at"] = f"2026-{month:02}-{day + 3:02}T21:15:00+08:00"
    plain["deadlines"] = {
        "frozen": f"2026-{month:02}-{day:02}", "links_by": f"2026-{month:02}-{day + 2:02}",
        "draw_by": f"2026-{month:02}-{day + 7:02}", "publish_by": f"2026-{month + 1:02}-{day:02}",
    }  # fmt: skip
    return parsed(plain)


def void(plan: DrawPlan) -> DrawVoid:
    made = withdraw(plan, reason="名录库有误", by="clerk", approved_by="deputy", at=plan.frozen)
    assert isinstance(made, DrawVoid)
    return made


def kinds(*items: Any, days: int = 30) -> list[Oddity]:
    for finding in (found := check_sequence(items, days=days)):
        assert finding.plans
        assert finding.words.zh
        assert finding.words.en
    return [finding.kind for finding in found]


def test_a_dense_year_of_outcomes_is_fine() -> None:
    assert kinds(*(void(numbered(n)) for n in (3, 1, 2))) == []
    assert kinds(drawn()) == []


@pytest.mark.parametrize("there", [(2,), (1, 3), (1, 2, 5)])
def test_a_gap_shows(there: tuple[int, ...]) -> None:
    assert kinds(*(void(numbered(n)) for n in there)) == [Oddity.GAP]


def test_each_agency_counts_for_itself() -> None:
    assert kinds(void(numbered(1)), void(numbered(1, agency="a001", firms="x"))) == [Oddity.LINK_REUSED] * 3


def test_a_plan_without_outcome_shows() -> None:
    assert kinds(numbered(1)) == [Oddity.OPEN]


def test_two_plans_of_one_number_and_two_outcomes_of_one_plan_show() -> None:
    assert Oddity.DOUBLE in kinds(void(numbered(1)), void(numbered(1, firms="x")))
    plan = numbered(1)
    other = withdraw(plan, reason="另一个理由", by="clerk", approved_by="deputy", at=plan.frozen)
    assert kinds(void(plan), other) == [Oddity.DOUBLE]
    assert kinds(void(plan), void(plan), plan) == []


def test_a_second_draw_from_the_same_pool_shows_with_the_void_before_it() -> None:
    one, two = numbered(1, firms="x"), numbered(2, firms="x", day=9)
    (found,) = check_sequence([void(one), void(two)])
    assert found.kind is Oddity.REROLL
    assert found.plans == ("a000/2026/001", "a000/2026/002")
    assert "名录库有误" in found.words.zh
    assert kinds(void(one), void(two), days=6) == []
    assert kinds(void(one), void(numbered(2, firms="x", month=6))) == []


def test_leaving_out_one_firm_does_not_hide_a_second_draw() -> None:
    plain = numbered(2, firms="x", day=9).plain()
    plain["pool"] = plain["pool"][1:]
    plain["library"]["count"] -= 1
    assert kinds(void(numbered(1, firms="x")), void(parsed(plain))) == [Oddity.REROLL]


def test_a_link_that_is_public_already_shows() -> None:
    two = numbered(2, month=6).plain()
    two["entropy"]["parties"] = parties(1)
    assert kinds(void(numbered(1)), void(parsed(two))) == [Oddity.LINK_REUSED] * len(links())


def test_giving_up_after_the_beacon_shows() -> None:
    made = withdraw(drawn().plan, reason="结果不合适", by="clerk", approved_by="deputy", at=AFTER)
    assert kinds(made) == [Oddity.WITHDRAWN_LATE]
