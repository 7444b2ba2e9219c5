"""Controls of the decision: levels with a gap, levels that overlap and posts that may not do the act are refused before publication."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from tests.controls.tellings import example_of
from tests.sample import free_version

APPROVE, HEAD, CHIEF = {"acts": ["approve"]}, {"posts": ["head"]}, {"posts": ["chief"]}
FAULTY_LEVELS: list[list[dict[str, Any]]] = [
    [{**APPROVE, **HEAD, "up_to": 10}],
    [{**APPROVE, **HEAD}, {**APPROVE, **CHIEF}],
    [{**APPROVE, **HEAD, "up_to": 10}, {**APPROVE, "posts": ["head", "chief"]}],
    [{**APPROVE, **HEAD, "kinds": ["closure"]}, {**APPROVE, **CHIEF, "kinds": ["licence"]}],
    [{**APPROVE, **HEAD, "up_to": 10}, {**APPROVE, **CHIEF, "up_to": 50, "kinds": ["closure"]}],
]
SOUND_LEVELS: list[list[dict[str, Any]]] = [
    [{**APPROVE, **CHIEF}],
    [{**APPROVE, **HEAD, "up_to": 10}, {**APPROVE, **CHIEF, "kinds": ["closure", "licence"]}],
]


def tiered(levels: list[dict[str, Any]]) -> Any:
    kind = discover()["tiered_approval"]
    return typed(kind, {"levels": levels, "sources": ["report"], "adds": ["decide"]}, place="tiered_approval")


@pytest.mark.parametrize("levels", FAULTY_LEVELS)
def test_levels_that_leave_a_sum_to_nobody_or_give_it_to_two_are_refused(levels: list[dict[str, Any]]) -> None:
    _, version = example_of(discover()["tiered_approval"])
    assert tiered(levels).problem(version) is not None


@pytest.mark.parametrize("levels", SOUND_LEVELS)
def test_levels_that_cover_every_sum_once_are_taken(levels: list[dict[str, Any]]) -> None:
    _, version = example_of(discover()["tiered_approval"])
    assert tiered(levels).problem(version) is None


@pytest.mark.parametrize("name", ["tiered_approval", "legality_review", "disclosure_approval", "withholding_approved"])
def test_a_post_that_never_does_the_act_cannot_be_set_to_do_it(name: str) -> None:
    control, version = example_of(discover()[name])
    assert control.problem(version) is None
    clerks = free_version(acts=tuple({row.act for row in version.procedure.rows}), by=("clerk",))
    said = control.problem(clerks)
    assert said is not None
    assert "科室负责人" in said.zh
    assert "、" not in said.en


def test_a_conclusion_cannot_both_need_and_bar_something_established() -> None:
    kind = discover()["plan_neutrality"]
    control, version = example_of(kind)
    assert control.problem(version) is None
    both = typed(kind, {**kind.example, "clears": ["punish"]}, place="plan_neutrality")
    assert both.problem(version) is not None


@pytest.mark.parametrize("more", [{"every": 0}, {"proofs": ["other"]}, {"lasting": ["other"]}, {"reviews": []}])
def test_withholding_needs_a_period_known_grounds_and_somebody_who_looks_again(more: dict[str, Any]) -> None:
    kind = discover()["withholding_approved"]
    _, version = example_of(kind)
    assert typed(kind, {**kind.example, **more}, place="withholding_approved").problem(version) is not None
