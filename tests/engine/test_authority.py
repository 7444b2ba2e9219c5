"""Who may act on which day: appointments, dismissal, stand-ins, delegation, credentials."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from qingfeng.engine.decide import Accepted
from qingfeng.terms.people import Delegation, People, Span, StandIn
from tests.sample import ALWAYS, HELD, Walk, at, one_refusal, people, refusals

DAY = date(2026, 3, 4)


def inspecting(who: People, actor: str = "bob", **more: Any) -> Any:
    walk = Walk().to("look")
    walk.who = who
    return walk.ask("inspect", actor, more.pop("day", "2026-03-04"), **more)


def test_an_unregistered_actor_is_told_to_be_registered() -> None:
    zh, en = one_refusal(inspecting(people(), "nobody"))
    assert "nobody" in zh
    assert "未登记" in zh
    assert "not registered" in en


def test_who_lacks_the_post_reads_whose_it_is_and_whom_to_ask() -> None:
    zh, en = one_refusal(inspecting(people(), "ann"))
    assert "“现场检查”应由检查人员办理" in zh
    assert "安然" in zh
    assert "承办人员" in zh
    assert "柏青" in zh
    assert "“Inspect” belongs to Inspector" in en
    assert "Clerk" in en
    assert "柏青" in en


def test_who_has_no_post_at_all_is_told_so_and_that_nobody_holds_it() -> None:
    zh, en = one_refusal(inspecting(people([("ann", "clerk")]), "fay"))
    assert "无岗位" in zh
    assert "尚无人担任" in zh
    assert "no post" in en
    assert "appoint first" in en


def test_who_has_two_fitting_posts_must_name_one() -> None:
    walk = Walk().to("take")
    walk.who = people([*HELD, ("ann", "head")])
    zh, en = one_refusal(walk.ask("accept", "ann", "2026-03-03"))
    assert "承办人员、科室负责人" in zh
    assert "clerk, head" in en
    assert walk.ask("accept", "ann", "2026-03-03", post="head").event.post == "head"  # type: ignore[union-attr]
    assert refusals(walk.ask("accept", "ann", "2026-03-03", post="chief")) == ["authority_scope"]


@pytest.mark.parametrize(("on", "fine"), [(date(2026, 3, 3), False), (DAY, False), (date(2026, 3, 5), True)])
def test_from_the_day_of_dismissal_nobody_acts(on: date, fine: bool) -> None:
    outcome = inspecting(people(dismissed={"bob": on}))
    assert isinstance(outcome, Accepted) is fine
    if not fine:
        assert f"已于{on}免职" in one_refusal(outcome)[0]


def test_an_act_done_in_office_but_entered_after_dismissal_is_refused() -> None:
    who = people(dismissed={"bob": date(2026, 3, 6)})
    assert isinstance(inspecting(who, entered=at("2026-03-05")), Accepted)
    assert "已于2026-03-06免职" in one_refusal(inspecting(who, entered=at("2026-03-06")))[0]


@pytest.mark.parametrize(
    ("span", "fine"),
    [
        (Span(DAY), True),
        (Span(date(2026, 3, 5)), False),
        (Span(date(2024, 1, 1), DAY), True),
        (Span(date(2024, 1, 1), date(2026, 3, 3)), False),
    ],
)
def test_an_appointment_counts_from_its_first_to_its_last_day(span: Span, fine: bool) -> None:
    assert isinstance(inspecting(people([("bob", "inspector", span)])), Accepted) is fine


def test_an_act_dated_before_the_appointment_is_refused_though_he_holds_the_post_today() -> None:
    who = people([("bob", "inspector", Span(date(2026, 3, 5)))])
    assert refusals(inspecting(who, entered=at("2026-03-06"))) == ["authority_scope"]
    assert isinstance(inspecting(who, day="2026-03-05", entered=at("2026-03-06")), Accepted)


@pytest.mark.parametrize(
    ("away", "fine"), [(None, False), (Span(DAY, DAY), True), (Span(date(2026, 3, 5), date(2026, 3, 9)), False)]
)
def test_the_stand_in_acts_only_while_the_holder_is_away(away: Span | None, fine: bool) -> None:
    who = people(absences={"bob": (away,)} if away else {}, stand_ins=[StandIn("inspector", "bob", "fay", ALWAYS)])
    outcome = inspecting(who, "fay")
    assert isinstance(outcome, Accepted) is fine
    if fine:
        assert outcome.event.facts["via"] == "stand_in"


def test_nobody_stands_in_for_one_who_has_lost_the_post_or_was_dismissed() -> None:
    away = {"bob": (ALWAYS,)}
    named = [StandIn("inspector", "bob", "fay", ALWAYS)]
    assert refusals(inspecting(people([("ann", "clerk")], absences=away, stand_ins=named), "fay")) == [
        "authority_scope"
    ]
    assert refusals(inspecting(people(absences=away, stand_ins=named, dismissed={"bob": DAY}), "fay")) == [
        "authority_scope"
    ]
    assert refusals(inspecting(people(absences=away, stand_ins=named, dismissed={"fay": DAY}), "fay")) == [
        "authority_scope"
    ]


@pytest.mark.parametrize(
    ("acts", "span", "fine"),
    [
        (None, ALWAYS, True),
        (frozenset({"inspect"}), ALWAYS, True),
        (frozenset({"record"}), ALWAYS, False),
        (None, Span(date(2026, 3, 5), date(2026, 3, 9)), False),
        (None, Span(DAY, DAY), True),
    ],
)
def test_a_delegation_counts_for_its_acts_and_its_days(acts: frozenset[str] | None, span: Span, fine: bool) -> None:
    who = people(delegations=[Delegation("bob", "fay", "inspector", acts, span)])
    assert isinstance(inspecting(who, "fay"), Accepted) is fine


def test_what_may_not_be_delegated_is_not_and_nobody_passes_on_what_he_was_lent() -> None:
    walk = Walk().to("look")
    walk.who = people(delegations=[Delegation("eve", "fay", "chief", None, ALWAYS)])
    assert refusals(walk.ask("extend", "fay", "2026-03-04")) == ["authority_scope"]
    assert isinstance(walk.ask("extend_more", "fay", "2026-03-04"), Accepted)
    walk.who = people(
        delegations=[Delegation("eve", "dan", "chief", None, ALWAYS), Delegation("dan", "fay", "chief", None, ALWAYS)]
    )
    assert refusals(walk.ask("extend_more", "fay", "2026-03-04")) == ["authority_scope"]


@pytest.mark.parametrize(
    ("card", "fine"),
    [
        ((), False),
        ((Span(date(2024, 1, 1), DAY),), True),
        ((Span(date(2024, 1, 1), date(2026, 3, 3)),), False),
        ((Span(date(2026, 3, 5)),), False),
        ((Span(date(2024, 1, 1), date(2025, 1, 1)), Span(DAY)), True),
    ],
)
def test_an_enforcement_act_needs_a_credential_valid_on_its_day(card: tuple[Span, ...], fine: bool) -> None:
    outcome = inspecting(people(credentials={"bob": card}))
    assert isinstance(outcome, Accepted) is fine
    if not fine:
        zh, en = one_refusal(outcome)
        assert refusals(outcome) == ["credential_valid"]
        assert "柏青在2026-03-04没有有效的行政执法证件" in zh
        assert "no valid enforcement credential on 2026-03-04" in en
    walk = Walk().to("look")
    walk.who = people(credentials={})
    assert isinstance(walk.ask("record", "bob", "2026-03-04"), Accepted), "acts without that demand need none"


def test_the_day_is_the_local_one() -> None:
    from datetime import UTC, datetime

    evening = datetime(2026, 3, 3, 17, tzinfo=UTC)  # 01:00 on the 4th in China
    walk = Walk().to("look")
    walk.who = people([("bob", "inspector", Span(DAY))])
    assert isinstance(walk.ask("inspect", "bob", evening), Accepted)
