"""The usual course of a step: done is what was done here, what is open comes next, what has to wait says until when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from qingfeng import wiring
from qingfeng.casework.desk.course import DONE, OTHERS, WAITS, CourseItem, course_of
from qingfeng.casework.office import load_case
from qingfeng.engine.case import Case
from qingfeng.engine.clock import clocks
from qingfeng.engine.order import possible
from qingfeng.simulation import script


@contextmanager
def after(story_id: str, act: str, *more: script.Row, power: str = "a000/penalty") -> Iterator[tuple[Case, tuple[CourseItem, ...]]]:
    """Play a story of a power until an act is done, and what is done otherwise; yield the case and its course to an onlooker."""
    (read,) = wiring.read_powers([wiring.data_folder("powers") / f"{power}.yaml"])
    declared = read.loaded.power
    assert declared is not None
    story = next(one for one in declared.versions[-1].stories if one.id == story_id)
    rows = list(map(script.row_from_story, story.rows))
    last = next(n for n, row in enumerate(rows) if row.does == act)
    with wiring.throwaway([declared]) as office:
        told = list(script.run(office, (*rows[: last + 1], *more), power=power))
        assert all(one.as_expected for one in told)
        with office.store.read() as tx:
            registry = office.registry(tx)
            case, controls = load_case(office, tx, registry, next(one.case for one in told if one.case))
        now = told[-1].at + timedelta(minutes=1)
        running = clocks(case, registry.calendar)
        acts = {rule.act for rule in possible(case)}
        yield case, course_of(case, {}, acts, holders=lambda post: [post], controls=controls, running=running, now=now)


def states(course: tuple[CourseItem, ...]) -> dict[tuple[str, str], str]:
    return {(one.act, one.by): one.state for one in course}


def test_what_others_declared_at_an_earlier_step_is_not_done_by_the_reviewer() -> None:
    with after("full_course", "submit_final_report") as (case, course):
        assert case.step == "review"
        assert states(course)["declare_no_interest", "reviewer"] == OTHERS


def test_what_another_post_did_at_this_step_is_done() -> None:
    with after("full_course", "register_evidence") as (_, course):
        assert states(course)["register_evidence", "enforcement_officer"] == DONE


def test_an_open_matter_is_settled_next_by_whom_it_waits_for() -> None:
    with after("hearing", "submit_hearing_report") as (case, course):
        assert "legality" in case.pending
        assert states(course)["pass_legality_review", "legal_reviewer"] == OTHERS
        first = next(one for one in course if one.state != DONE)
        assert first.owed
        assert first.people == ("legal_reviewer",)


def test_what_has_to_wait_says_for_what_and_until_when() -> None:
    with after("full_course", "recheck_defence") as (_, course):
        (one,) = (one for one in course if one.act == "forward_for_decision")
        assert one.state == WAITS
        assert one.until is not None
        assert "听证申请期" in one.until.zh
        assert "2026-03-25" in one.until.zh
        assert one.people == ()


def test_what_may_be_done_at_any_step_is_no_part_of_the_course() -> None:
    with after("hearing", "notify_hearing") as (_, course):
        assert not {"receive_complaint", "accept_appeal", "answer_appeal"} & {one.act for one in course}


def test_what_only_one_story_knows_is_no_part_of_the_course_without_an_occasion() -> None:
    with after("hearing", "serve_decision") as (case, course):
        acts = {one.act for one in course}
        assert case.step == "execute"
        assert {"record_payment", "record_performance", "propose_closure"} <= acts
        assert not {"check_afterwards", "decide_accountability", "record_integrity_call"} & acts
    with after("hearing", "call_deliberation") as (_, course):
        assert {"cast_vote", "deliberate"} <= {one.act for one in course}


def test_of_two_courses_that_fit_the_commoner_one_is_told() -> None:
    """Few licences need experts: until somebody refers the file to them, the course goes on without."""
    with after("refused_with_reasons", "recheck_examination", power="a001/licence") as (case, course):
        assert case.step == "examine"
        told = [one.act for one in course if one.state != DONE]
    assert {"dispense_expert_review", "pass_review"} <= set(told)
    assert "refer_to_expert_review" not in told
