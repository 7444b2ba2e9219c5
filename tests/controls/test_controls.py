"""Every control, the same questions: a new control is tested by being there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.casework.office import CASE
from qingfeng.catalogue.power import PARTY, SYSTEM
from qingfeng.catalogue.settings import BadSetting
from qingfeng.controls import configure, discover
from qingfeng.detection.evaluate import gathered, outcome
from qingfeng.engine.case import evolve, fold
from qingfeng.engine.control import Control
from qingfeng.engine.decide import Accepted
from qingfeng.engine.event import MARK
from qingfeng.engine.order import possible
from qingfeng.facts.rows import Outcome
from qingfeng.facts.rule import AnyOf, GateRule
from tests.controls.histories import history, wild
from tests.controls.tellings import (
    agrees,
    case_of,
    example_of,
    found,
    happenings,
    judged,
    number_of,
    objections,
    people_of,
    read_on,
    rows,
    situation,
    story,
    telling_of,
    told,
)
from tests.sample import Walk, at, calendar, command, course, course_document, free_version, people

NAMES = sorted(discover())
each_control = pytest.mark.parametrize("name", NAMES)
RANDOM = 1_000
ACTS = ("investigate", "investigate", "approve", "approve", "interview", "note", "suspend", "resume", "order_review",
        "receive_review", "extend", "extend_more", "set_day", "move_day")  # fmt: skip
SHARE = 0.2


def test_every_module_of_the_folder_is_a_control_with_stories() -> None:
    assert {"separate_duties", "time_limit", "prompt_registration"} <= set(NAMES)
    for kind in discover().values():
        assert kind.allowed
        assert kind.refused


@each_control
def test_the_allowed_stories_pass_and_the_refused_ones_end_with_an_objection(name: str) -> None:
    telling, kind = telling_of(name), discover()[name]
    for lines in kind.allowed:
        assert objections(telling, story(lines)) == [], lines
        assert found(telling, story(lines)) is not Outcome.VIOLATED, lines
    for lines in kind.refused:
        events = story(lines)
        last = (case_of(events[-1]), number_of(events[-1]))
        assert last in objections(telling, events), lines
        assert found(telling, events) is Outcome.VIOLATED, lines


@each_control
def test_what_was_neglected_is_found_on_its_day_and_no_control_watches_without_saying_so(name: str) -> None:
    telling, kind = telling_of(name), discover()[name]
    control, version = example_of(kind)
    watch = getattr(control, "watch", None)
    told = (bool(getattr(kind, "neglected", ())), bool(getattr(kind, "kept", ())))
    assert told == (watch is not None,) * 2
    if watch is None:
        return
    for lines in getattr(kind, "kept", ()):
        assert (
            judged(telling, rows(story(lines)), rule=watch(version), today=read_on(lines))[0] is not Outcome.VIOLATED
        ), lines
    for lines in getattr(kind, "neglected", ()):
        assert judged(telling, rows(story(lines)), rule=watch(version), today=read_on(lines))[0] is Outcome.VIOLATED, (
            lines
        )
        assert objections(telling, story(lines)) == [], ("nobody can refuse what is not done", lines)


@each_control
def test_an_objection_says_by_whom_why_and_what_next_in_both_languages(name: str) -> None:
    kind = discover()[name]
    control, version = example_of(kind)
    for lines in kind.refused:
        events = [event for _, event in happenings(lines)]
        case = case_of(events[-1])
        before = [event for event in events[:-1] if event.stream == CASE + case]
        answer = control.check(situation(fold(case, version, before), events[-1], people_of(kind), events[:-1]))
        assert answer is not None
        assert answer.by == name
        texts = [answer.reason, answer.remedy] if hasattr(answer, "remedy") else [answer.reason]
        for text in texts:
            assert text.zh.strip()
            assert text.en.strip()
            assert name not in text.zh + text.en, "words for people, no names of ours"
            assert any("\u4e00" <= char <= "\u9fff" for char in text.zh), "Chinese first"
            assert "None" not in text.zh + text.en, "something was not known"


@each_control
@pytest.mark.parametrize("n", [RANDOM, pytest.param(100_000, marks=pytest.mark.slow)])
def test_check_and_detect_agree_on_random_histories_of_which_enough_violate_and_enough_do_not(
    name: str, n: int
) -> None:
    telling = telling_of(name)
    said: Counter[Outcome] = Counter()
    chance = Random(20260302)
    for _ in range(n):
        events = history(chance, name=name)
        assert agrees(telling, events), told(events)
        said[found(telling, events)] += 1
    assert said[Outcome.VIOLATED] >= SHARE * n, said
    assert said[Outcome.SATISFIED] >= SHARE * n, said


@each_control
@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_check_and_detect_agree_on_any_history(name: str, seed: int) -> None:
    telling, events = telling_of(name), history(Random(seed), name=name, length=16)
    assert agrees(telling, events), told(events)


@pytest.mark.parametrize("name", ["separate_duties", "time_limit", "prompt_registration"])
def test_check_and_detect_agree_on_limits_of_every_kind(name: str) -> None:
    telling, chance = telling_of(name, rich=True), Random(7)
    for _ in range(RANDOM):
        events = wild(chance, name=name, length=14, acts=ACTS)
        assert agrees(telling, events), told(events)


@each_control
def test_what_never_applied_is_not_satisfied(name: str) -> None:
    telling = telling_of(name)
    assert outcome(telling.rule, [], telling.version, calendar()) is Outcome.NOT_APPLICABLE


@each_control
def test_a_log_without_actors_cannot_pass_a_rule_about_actors(name: str) -> None:
    telling = telling_of(name)
    rule = telling.rule
    parts = rule.rules if isinstance(rule, AnyOf) else [rule] if isinstance(rule, GateRule) else []
    for lines in (*discover()[name].allowed, *discover()[name].refused):
        named = rows(story(lines))
        nameless = [replace(row, actor=None) for row in named]
        blind = [
            part for part in parts if "_actor" in part.needs
            and any(part.on is None or r.act in part.on | gathered(part.violated) | gathered(part.applies) for r in named)
        ]  # fmt: skip
        said = judged(telling, nameless)[0]
        if blind:
            assert said in (Outcome.NOT_EVALUABLE, Outcome.VIOLATED)
        if all("_actor" not in part.needs for part in parts):
            assert said is judged(telling, named)[0]


BY = {
    "clerk": ("ann", "fay"),
    "inspector": ("bob", "fay"),
    "head": ("carl", "bob"),
    "deputy": ("dan",),
    "chief": ("eve",),
    PARTY: (PARTY,),
    SYSTEM: (SYSTEM,),
}
WHO = people([(who, post) for post, several in BY.items() if post not in (PARTY, SYSTEM) for who in several])


def controlled(controls: tuple[Control, ...], seed: int) -> Walk:
    """A case of the full course, walked at random: refused acts are not done, demands are answered."""
    chance, walk, now = Random(seed), Walk(who=WHO, controls=controls), at("2026-03-02")
    for _ in range(25):
        choices = possible(walk.case)
        if not choices:
            break
        rule = chance.choice(choices)
        now += timedelta(hours=chance.choice((1, 20, 20, 70, 400)))
        post = chance.choice(rule.by)
        data = {"apply": {"matter": "示例"}, "give_days": {"due_on": "2026-05-01"}}.get(rule.act, {})
        if rule.act in ("review", "answer"):
            data = {
                "outcome": chance.choice(
                    ["approved", "returned", "redo"] if rule.act == "answer" else ["approved", "returned"]
                )
            }
        late = timedelta(days=chance.choice((0, 0, 0, 6)))
        outcome_ = walk.ask(
            rule.act, chance.choice(BY[post]), now, entered=now + late, data=data, reason="说明", post=None
        )
        if isinstance(outcome_, Accepted):
            walk.case = evolve(walk.case, outcome_.event)
    return walk


def test_a_controlled_case_has_no_findings_but_those_that_were_demanded() -> None:
    controls = configure(course())
    assert len(controls) == 3
    demanded: Counter[str] = Counter()
    for seed in range(250):
        case = controlled(controls, seed).case
        assert all(e.kind != MARK for e in case.events)
        for control in controls:
            asked = any(control.name in e.facts["demanded"] for e in case.events)
            said = outcome(control.detect(course()), rows(case.events), course(), calendar())
            assert (said is Outcome.VIOLATED) is asked, (control.name, [(e.act, str(e.at)) for e in case.events])
            demanded[control.name] += asked
    assert min(demanded["time_limit"], demanded["prompt_registration"]) > 20
    assert demanded["separate_duties"] == 0


def test_separate_duties_refuses_in_words_that_help() -> None:
    walk = Walk(
        who=people([("bob", "inspector"), ("bob", "head"), ("ann", "clerk"), ("carl", "head")]),
        controls=configure(course()),
    )
    for act, who, day, data in (
        ("apply", "ann", "2026-03-02", {"matter": "示例"}),
        ("accept", "ann", "2026-03-03", {}),
        ("inspect", "bob", "2026-03-04", {}),
        ("send_up", "ann", "2026-03-05", {}),
    ):
        walk.do(act, who, day, data=data)
    answer = walk.ask("review", "bob", "2026-03-06", data={"outcome": "approved"})
    (refusal,) = answer.refusals  # type: ignore[union-attr]
    assert "柏青已在本案“现场检查”" in refusal.reason.zh
    assert "不得再“审批”" in refusal.reason.zh
    assert "常林" in refusal.remedy.zh
    assert "柏青" not in refusal.remedy.zh
    assert "“Inspect”" in refusal.reason.en
    walk.do("review", "carl", "2026-03-06", data={"outcome": "approved"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"no_such_control": {}},
        {"separate_duties": {}},
        {"separate_duties": {"pairs": []}},
        {"separate_duties": []},
        {"separate_duties": {"pairs": [{"first": ["inspect"], "second": ["fly"]}]}},
        {"separate_duties": {"pairs": [{"first": ["inspect"], "second": ["inspect"]}]}},
        {"separate_duties": {"pairs": [{"first": [], "second": ["inspect"]}]}},
        {"separate_duties": {"pairs": [{"first": "inspect", "second": ["x"]}]}},
        {"prompt_registration": {"within": 31}},
        {"prompt_registration": {"within": -1}},
        {"prompt_registration": {"within": True}},
        {"prompt_registration": {"within": "3"}},
        {"time_limit": {"days": 3}},
    ],
)
def test_settings_that_cannot_work_are_refused_with_their_place(wrong: dict[str, Any]) -> None:
    from qingfeng.catalogue.build import version_from_document

    with pytest.raises(BadSetting) as caught:
        configure(version_from_document(course_document(controls=wrong)))
    assert caught.value.place.startswith(f"controls.{next(iter(wrong))}")


def test_every_power_has_the_controls_that_all_have() -> None:
    assert [c.name for c in configure(free_version())] == ["prompt_registration", "time_limit"]
    assert [c.name for c in configure(course())] == ["prompt_registration", "separate_duties", "time_limit"]


def test_commands_and_histories_speak_of_the_same_acts() -> None:
    assert command("approve", "ann", "2026-03-02").day == story(["approve ann 0"])[0].effective_day
