"""The order ring: what may be done here and now, in which words a refusal says so, and what overrides can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from qingfeng.catalogue.power import CLOSED, PARTY, SYSTEM
from qingfeng.engine.case import fold, new_case
from qingfeng.engine.control import Basis, Command, Demand, Refusal, Situation
from qingfeng.engine.decide import Accepted
from qingfeng.engine.order import possible
from qingfeng.terms.text import TermError, Text
from tests.sample import HELD, Walk, ask, at, command, course, demands, one_refusal, people, refusals


def words(walk: Walk, act: str, actor: str, day: str, **more: object) -> tuple[str, str]:
    return one_refusal(walk.ask(act, actor, day, **more))


def test_an_act_of_another_step_is_refused_with_where_it_belongs_and_what_is_possible() -> None:
    zh, en = words(Walk().to("take"), "send_up", "ann", "2026-03-03")
    assert "“收件受理”" in zh
    assert "“报审”" in zh
    assert "审查" in zh
    assert "“受理”" in zh
    assert "Taking in" in en
    assert "“Send up”" in en
    assert "Examination" in en
    assert "“Accept”" in en
    assert "视为受理" not in zh, "what only the clock does is no advice for a person"


def test_only_the_first_row_of_the_first_step_opens_a_case() -> None:
    empty = new_case("c1", course())
    assert [rule.act for rule in possible(empty)] == ["apply"]
    for act in sorted({row.act for row in course().procedure.rows} - {"apply"}):
        data = (
            {"outcome": "approved"}
            if act in ("review", "answer")
            else {"due_on": "2026-03-02"}
            if act == "give_days"
            else {}
        )
        assert refusals(ask(empty, command(act, "ann", "2026-03-02", data=data))) == ["lawful_order"], act
    assert refusals(
        ask(empty, command("override", "eve", "2026-03-02", data={"act": "apply", "controls": ["x"]}, reason="急件"))
    )


def test_a_pending_matter_blocks_what_it_names_and_the_words_say_how_to_close_it() -> None:
    walk = Walk().to("take")
    walk.do("tell_missing", "ann", "2026-03-03")
    zh, en = words(walk, "accept", "ann", "2026-03-04")
    assert "待补正" in zh
    assert "“补正”" in zh
    assert "Awaiting material" in en
    assert "“Supplement”" in en
    walk.do("supplement", PARTY, "2026-03-05")
    assert walk.do("accept", "ann", "2026-03-05").seq == 4


def test_a_suspension_blocks_all_but_its_end_and_what_is_done_during_it() -> None:
    walk = Walk().to("look")
    walk.do("suspend", "carl", "2026-03-04")
    assert {rule.act for rule in possible(walk.case)} == {"resume", "drop"}
    for act, who in (("inspect", "bob"), ("order_review", "ann"), ("suspend", "carl")):
        assert "中止中" in words(walk, act, who, "2026-03-05")[0]
    walk.do("drop", PARTY, "2026-03-06")
    assert walk.case.step == CLOSED


def test_closing_demands_that_the_matter_is_open() -> None:
    zh, en = words(Walk().to("look"), "resume", "carl", "2026-03-04")
    assert "没有“中止中”" in zh
    assert "“Suspended” is not the case" in en


def test_after_asks_for_one_of_the_named_acts_in_this_round() -> None:
    walk = Walk().to("look")
    zh, en = words(walk, "send_up", "ann", "2026-03-04")
    assert "“现场检查”或“制作记录”" in zh
    assert "“Inspect” or “Record”" in en
    walk.do("record", "bob", "2026-03-04")
    walk.do("send_up", "ann", "2026-03-05")
    assert walk.case.step == "decide"


def test_once_means_once_in_a_round() -> None:
    walk = Walk().to("look")
    walk.do("record", "bob", "2026-03-04")
    zh, en = words(walk, "record", "bob", "2026-03-05")
    assert "不能重复" in zh
    assert "already" in en
    walk.do("send_up", "ann", "2026-03-05")
    walk.do("review", "carl", "2026-03-06", data={"outcome": "returned"})
    walk.do("record", "bob", "2026-03-09")


def test_a_move_back_undoes_later_acts_and_keeps_earlier_ones() -> None:
    walk = Walk().to("decide")
    assert {"apply", "accept", "inspect", "send_up"} <= walk.case.done.keys()
    walk.do("review", "carl", "2026-03-06", data={"outcome": "returned"})
    assert walk.case.step == "look"
    assert walk.case.returns == 1
    assert set(walk.case.done) == {"apply", "accept"}
    assert "“现场检查”或“制作记录”" in words(walk, "send_up", "ann", "2026-03-06")[0]
    assert refusals(walk.ask("inspect", "bob", "2026-03-05")) == ["event_time"], "dated before the new round began"
    walk.do("inspect", "bob", "2026-03-09")
    walk.do("send_up", "ann", "2026-03-09")
    assert walk.case.step == "decide"


def test_life_after_the_decision_blocks_by_choice_and_may_reopen_the_case() -> None:
    walk = Walk().to("closed")
    assert walk.case.closed
    assert "没有“复议中”" in words(walk, "answer", "dan", "2026-03-17", data={"outcome": "approved"})[0]
    walk.do("object", PARTY, "2026-03-17")
    walk.do("answer", "dan", "2026-03-18", data={"outcome": "returned"})
    assert walk.case.closed
    assert set(walk.case.pending) == {"hearing"}, "opens is chosen by the field"
    walk.do("object", PARTY, "2026-03-19")
    walk.do("answer", "dan", "2026-03-20", data={"outcome": "redo"})
    assert walk.case.step == "look"
    assert walk.case.returns == 1
    assert set(walk.case.done) == {"apply", "accept"}


def test_a_closed_case_says_that_it_is_closed() -> None:
    zh, en = words(Walk().to("closed"), "inspect", "bob", "2026-03-17")
    assert "已办结" in zh
    assert "closed" in en


def test_waiting_for_the_partys_window_to_end_or_to_be_waived() -> None:
    walk = Walk().to("serve")
    zh, en = words(walk, "serve", "ann", "2026-03-13")
    assert "期限window" in zh
    assert "2026-03-13" in zh
    assert "2026-03-13" in en
    assert isinstance(walk.ask("serve", "ann", "2026-03-14"), Accepted)
    walk.do("waive", PARTY, "2026-03-10")
    walk.do("serve", "ann", "2026-03-11")


@pytest.mark.parametrize(("minutes", "by"), [(5, []), (6, ["event_time"])])
def test_an_act_may_be_ahead_of_the_clock_by_five_minutes_at_most(minutes: int, by: list[str]) -> None:
    walk, now = Walk().to("take"), at("2026-03-03")
    assert refusals(walk.ask("accept", "ann", now + timedelta(minutes=minutes), entered=now)) == by


def test_an_act_is_not_dated_before_its_step_nor_before_the_act_that_it_must_follow() -> None:
    walk = Walk().to("look")
    early = walk.ask("inspect", "bob", "2026-03-02", entered=at("2026-03-06"))
    assert "2026-03-03 09:00" in one_refusal(early)[0]
    walk.do("inspect", "bob", "2026-03-06")
    zh, en = one_refusal(walk.ask("send_up", "ann", "2026-03-05", entered=at("2026-03-09")))
    assert "“现场检查”" in zh
    assert "“Inspect”" in en
    late = walk.do("send_up", "ann", "2026-03-06", entered=at("2026-03-09"))
    assert (late.at, late.entered) == (at("2026-03-06"), at("2026-03-09"))


def test_an_unknown_act_is_refused_with_what_is_possible() -> None:
    zh, en = words(Walk().to("take"), "fly", "ann", "2026-03-03")
    assert "fly" in zh
    assert "受理(accept)" in zh
    assert "accept" in en
    assert "deem_accept" not in zh + en


def test_a_case_takes_ten_thousand_events_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qingfeng.engine.order.MAX_EVENTS_PER_CASE", 3)
    walk = Walk().to("look")
    walk.do("inspect", "bob", "2026-03-04")
    assert "上限" in words(walk, "inspect", "bob", "2026-03-05")[0]


@dataclass(frozen=True)
class Stub:
    """A control that answers what it is told to."""

    name: str = "stub"
    basis: Basis = Basis.MAP
    answer: object = None
    title = Text(zh="示例措施", en="Sample control")

    def check(self, _: Situation) -> Refusal | Demand | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer  # type: ignore[return-value]


def stop(by: str = "stub", basis: Basis = Basis.MAP) -> Refusal:
    return Refusal(
        by=by, ring="control", basis=basis, reason=Text(zh="不行", en="no"), remedy=Text(zh="另办", en="else")
    )


def test_every_control_is_asked_and_every_refusal_told_in_order() -> None:
    controls = [Stub("a", answer=stop("a")), Stub("b"), Stub("c", answer=stop("c"))]
    assert refusals(Walk(controls=controls).ask("apply", "ann", "2026-03-02", data={"matter": "示例"})) == ["a", "c"]


@pytest.mark.parametrize(
    "error",
    [ZeroDivisionError("boom"), AssertionError(), TermError(Text(zh="缺日历", en="no table")), RecursionError()],
)
def test_a_control_that_raises_refuses_and_is_named(error: Exception) -> None:
    walk = Walk(controls=[Stub("broken", answer=error), Stub("other", answer=stop("other"))])
    outcome = walk.ask("apply", "ann", "2026-03-02", data={"matter": "示例"})
    assert refusals(outcome) == ["broken", "other"]
    reason = outcome.refusals[0].reason  # type: ignore[union-attr]
    assert "示例措施" in reason.zh
    assert "Sample control" in reason.en
    if isinstance(error, TermError):
        assert "缺日历" in reason.zh


DEMAND = Demand(by="stub", reason=Text(zh="为何迟延", en="why late"))


@pytest.mark.parametrize("reason", [None, "", "   ", "。", "\u200b", "……!"])
def test_a_demand_wants_a_reason_that_says_something(reason: str | None) -> None:
    walk = Walk(controls=[Stub(answer=DEMAND)])
    assert demands(walk.ask("apply", "ann", "2026-03-02", data={"matter": "示例"}, reason=reason)) == ["stub"]


def test_a_demand_answered_is_recorded_with_its_reason() -> None:
    event = Walk(controls=[Stub(answer=DEMAND)]).do(
        "apply", "ann", "2026-03-02", data={"matter": "示例"}, reason="系统停机"
    )
    assert (event.facts["demanded"], event.facts["reason"], event.facts["asked"]) == (["stub"], "系统停机", ["stub"])


def override(who: str = "dan", day: str = "2026-03-04", **more: object) -> Command:
    data = more.pop("data", {"act": "inspect", "controls": ["stub"]})
    return command("override", who, day, **{"data": data, "reason": "汛期紧急", **more})


def stopped() -> Walk:
    walk = Walk().to("look")
    walk.controls = [Stub(answer=stop())]
    return walk


def test_an_override_lets_one_act_pass_one_control_once() -> None:
    walk = stopped()
    assert refusals(walk.ask("inspect", "bob", "2026-03-04")) == ["stub"]
    outcome = ask(walk.case, override(), controls=walk.controls)
    assert isinstance(outcome, Accepted)
    assert (outcome.event.kind, outcome.event.post, outcome.event.facts["reason"]) == ("override", "deputy", "汛期紧急")
    walk.case = fold("c1", course(), [*walk.case.events, outcome.event])
    assert refusals(walk.ask("order_review", "ann", "2026-03-04")) == ["stub"], "only the act that was named"
    assert walk.do("inspect", "bob", "2026-03-04").facts["waived"] == ["stub"]
    assert refusals(walk.ask("inspect", "bob", "2026-03-04")) == ["stub"], "once"


def test_nobody_lets_himself_pass() -> None:
    walk = stopped()
    walk.who = people([*HELD, ("dan", "inspector")])
    outcome = ask(walk.case, override("dan"), who=walk.who, controls=walk.controls)
    assert isinstance(outcome, Accepted)
    walk.case = fold("c1", course(), [*walk.case.events, outcome.event])
    assert refusals(walk.ask("inspect", "dan", "2026-03-04", post="inspector")) == ["stub"]
    assert walk.do("inspect", "bob", "2026-03-04").facts["waived"] == ["stub"], "it helps others"


@pytest.mark.parametrize("basis", [Basis.STATUTE, Basis.RULE])
def test_what_rests_on_statute_or_rule_is_never_overridden(basis: Basis) -> None:
    walk = stopped()
    assert refusals(ask(walk.case, override(), controls=[Stub(basis=basis)])) == ["lawful_order"]
    accepted = ask(walk.case, override(), controls=[Stub()])
    assert isinstance(accepted, Accepted)
    walk.case = fold("c1", course(), [*walk.case.events, accepted.event])
    walk.controls = [Stub(answer=stop(basis=basis))]
    assert refusals(walk.ask("inspect", "bob", "2026-03-04")) == ["stub"], (
        "nor when its answer turns out to rest on one"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        override("ann"),
        override("carl"),
        override(data={"act": "review", "controls": ["stub"]}, who="carl"),
        override(reason=None),
        override(reason="  "),
        override(reason="x" * 501),
        override(data={"act": "inspect"}),
        override(data={"act": "inspect", "controls": []}),
        override(data={"act": "inspect", "controls": "stub"}),
        override(data={"act": "inspect", "controls": [["stub"]]}),
        override(data={"act": "inspect", "controls": [{}]}),
        override(data={"act": "inspect", "controls": ["stub"] * 1001}),
        override(data={"act": "fly", "controls": ["stub"]}),
        override(data={"act": "inspect", "controls": ["stub"], "more": 1}),
        override(data={"act": "inspect", "controls": ["other"]}),
        override(day="2026-03-02", entered=at("2026-03-05")),
        override(day="2026-03-10", entered=at("2026-03-05")),
    ],
)
def test_an_override_that_is_not_lawful_or_not_sound_is_refused(wrong: Command) -> None:
    assert refusals(ask(stopped().case, wrong, controls=[Stub()]))


def test_an_override_needs_a_post_above_those_that_do_the_act() -> None:
    walk = Walk().to("decide")
    for who, fine in (("carl", False), ("dan", False), ("eve", True)):
        outcome = ask(
            walk.case, override(who, "2026-03-06", data={"act": "review", "controls": ["stub"]}), controls=[Stub()]
        )
        assert isinstance(outcome, Accepted) is fine, who


def test_an_override_of_an_act_that_extends_or_waits_is_judged_by_its_time_alone() -> None:
    walk = Walk().to("serve")
    wanted = override("dan", "2026-03-09", data={"act": "serve", "controls": ["stub"]})
    assert isinstance(ask(walk.case, wanted, controls=[Stub()]), Accepted)
    future = replace(wanted, at=at("2026-03-30"))
    assert refusals(ask(walk.case, future, controls=[Stub()])) == ["event_time"]


def test_the_clock_acts_where_the_procedure_says_so_only() -> None:
    walk = Walk().to("take")
    zh, en = words(walk, "accept", SYSTEM, "2026-03-03")
    assert "承办人员" in zh
    assert "Clerk" in en
    zh, en = words(walk, "deem_accept", "ann", "2026-03-03")
    assert "系统时钟" in zh
    assert "the clock" in en


def test_a_period_that_ends_beyond_the_calendar_is_refused_with_its_field_and_never_stops_the_case() -> None:
    walk = Walk().to("serve")
    said = refusals(walk.ask("give_days", "ann", "2026-03-09", data={"due_on": "2031-03-02"}))
    assert said == ["shape"]
    zh, en = words(walk, "give_days", "ann", "2026-03-09", data={"due_on": "2031-03-02"})
    assert "“届满日”（due_on）" in zh
    assert "2027-12-20" in zh
    assert "“Due on” (due_on)" in en
    assert isinstance(walk.ask("give_days", "ann", "2026-03-09", data={"due_on": "2026-04-02"}), Accepted)


@pytest.mark.parametrize(
    ("basis", "zh", "en"),
    [
        (Basis.STATUTE, "法律、法规的要求，任何人不得特批", "demanded by statute"),
        (Basis.RULE, "依据规章制度，对所有人一律适用，不得特批", "standing rules"),
    ],
)
def test_who_may_not_override_is_told_on_what_the_rule_rests_and_what_else_to_do(basis: Basis, zh: str, en: str) -> None:
    walk = Walk(controls=[Stub(basis=basis)]).to("look")
    told = one_refusal(ask(walk.case, override(), controls=[Stub(basis=basis)]))
    assert zh in told[0]
    assert en in told[1]
    assert "没有设置" not in told[0]
    assert "特批一次" in told[0]
    unset = one_refusal(ask(walk.case, override(data={"act": "inspect", "controls": ["nothing"]}), controls=[Stub()]))
    assert "本职权没有设置：nothing" in unset[0]
