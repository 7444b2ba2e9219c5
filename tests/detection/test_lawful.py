"""The lawful order as rules over a log: never more than the engine asks, and what the engine refuses is found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from qingfeng import wiring
from qingfeng.catalogue.checks_stories import WAIT, happens
from qingfeng.catalogue.power import ByField, PowerVersion
from qingfeng.detection.evaluate import World
from qingfeng.detection.foreign import Feed, blind, judge_case
from qingfeng.detection.lawful import order_parts
from qingfeng.facts.rows import ActRow, Outcome
from qingfeng.terms.calendar import WorkCalendar

BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)
POWERS = ("a000/penalty", "a001/licence", "a002/budget", "a002/acceptance")
COURSE = ["make_plan", "approve_plan", "deploy_budget", "submit_first_draft", "call_deliberation", "deliberate", "issue_control_figures"]


@cache
def version(power: str) -> PowerVersion:
    """Return the newest version of a shipped power."""
    loaded = wiring.read_power(wiring.data_folder("powers") / f"{power}.yaml", wiring.vocabulary()).loaded
    assert loaded.power is not None
    return loaded.power.versions[-1]


def rows(acts: list[str], *, apart: int = 60) -> list[ActRow]:
    """Return acts of one case, so many minutes apart."""
    times = [BEGAN + timedelta(minutes=apart * n) for n in range(len(acts))]
    return [ActRow(case="c", act=act, actor=f"o{n}", at=at, entered=at, effective=at.date().isoformat(), lag=0, seq=n + 1)
            for n, (act, at) in enumerate(zip(acts, times, strict=True))]  # fmt: skip


def said(power: str, acts: list[str], *, recorded: frozenset[str] | None = None, apart: int = 60) -> dict[str, Outcome]:
    """Return what every rule of order says of such a case, as far as it can be judged."""
    one = version(power)
    feed = Feed(acts=recorded if recorded is not None else frozenset(one.words), fields=frozenset())
    world, held = World(WorkCalendar(wiring.calendars()), today=date(2026, 12, 31)), rows(acts, apart=apart)
    return {
        part.name.removeprefix("lawful_order#"): judge_case(part, held, [False] * len(held), world, row_order=False).outcome
        for part in order_parts(one, feed) if blind(part, feed) is None
    }  # fmt: skip


def violated(power: str, acts: list[str], **more: object) -> set[str]:
    """Return which rules of order such a case violates."""
    return {name for name, outcome in said(power, acts, **more).items() if outcome is Outcome.VIOLATED}  # type: ignore[arg-type]


def test_a_lawful_course_violates_nothing_and_is_judged() -> None:
    told = said("a002/budget", COURSE)
    assert Outcome.VIOLATED not in told.values()
    assert sum(outcome is Outcome.SATISFIED for outcome in told.values()) >= len(COURSE)


@pytest.mark.parametrize(("acts", "found"), [
    ([COURSE[0], *COURSE[2:]], "deploy_budget.before"),
    ([COURSE[1], COURSE[0], *COURSE[2:]], "approve_plan.before"),
    ([COURSE[0], COURSE[1], COURSE[0], *COURSE[2:]], "deploy_budget.pending"),
    ([*COURSE, "submit_first_draft"], "submit_first_draft.step"),
    ([*COURSE[:4], "request_missing_material", "supplement", "request_missing_material", *COURSE[4:]], "request_missing_material.once"),
])  # fmt: skip
def test_what_is_out_of_order_is_found(acts: list[str], found: str) -> None:
    assert found in violated("a002/budget", acts)


def test_of_two_acts_at_one_instant_nobody_says_which_came_first() -> None:
    told = said("a002/budget", ["make_plan", "approve_plan"], apart=0)
    assert told["approve_plan.before"] is Outcome.NOT_EVALUABLE


def test_between_acts_that_are_not_recorded_those_that_are_keep_their_order() -> None:
    recorded = frozenset({"make_plan", "submit_first_draft", "issue_control_figures"})
    assert violated("a002/budget", ["make_plan", "submit_first_draft", "issue_control_figures"], recorded=recorded) == set()
    assert violated("a002/budget", ["make_plan", "issue_control_figures"], recorded=recorded) == {"issue_control_figures.before"}
    assert violated("a002/budget", ["submit_first_draft", "make_plan"], recorded=recorded) == {
        "submit_first_draft.before", "make_plan.step"}  # fmt: skip


def test_where_nothing_before_an_act_is_recorded_it_is_not_judged() -> None:
    one = version("a002/budget")
    feed = Feed(acts=frozenset({"deploy_budget", "submit_first_draft"}), fields=frozenset())
    why = {part.name: blind(part, feed) for part in order_parts(one, feed)}
    assert why["lawful_order#submit_first_draft.before"] is None
    assert why["lawful_order#deploy_budget.before"] is not None
    assert why["lawful_order#deploy_budget.step"] is None, "drafting leads out of the step of planning, whatever else is recorded"


@pytest.mark.parametrize("power", POWERS)
def test_no_honest_story_is_out_of_order(power: str) -> None:
    told = 0
    for story in version(power).stories:
        if any(row.does == WAIT for row in story.rows):
            continue  # what the clock does by itself stands in no row
        acts = [row.does for row in story.rows if row.does in version(power).words and happens(row.then)[0] == "then"]
        told += len(acts)
        assert violated(power, acts) == set(), story.id
    assert told > 40


def test_what_a_choice_opens_is_known_where_the_choice_is_recorded() -> None:
    one = version("a000/award")
    opened = [row for row in one.procedure.rows if isinstance(row.opens, ByField)]
    assert opened, "an award has an act that opens a matter by a choice"
    fields = frozenset(row.opens.field for row in opened if isinstance(row.opens, ByField))
    acts = frozenset(one.words)
    told, untold = ([part.reads for part in order_parts(one, Feed(acts, held)) if part.name.endswith(".pending")]
                    for held in (fields, frozenset[str]()))  # fmt: skip
    assert any(reads & fields for reads in told)
    assert not any(untold), "without the field nothing is asked of it"
