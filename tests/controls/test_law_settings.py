"""Controls of the law: settings with which they could be passed by, or satisfied by nobody, are refused before publication."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import typed
from qingfeng.catalogue.violations import sample
from qingfeng.controls import discover
from tests.controls.tellings import example_of
from tests.sample import free_version

NEED_THE_CATALOGUE = (
    "legal_basis_in_force",
    "lighter_law",
    "statutory_range",
    "mitigation_proved",
    "discretion_benchmark",
    "limitation_period",
    "criminal_referral",
)


@pytest.mark.parametrize("name", NEED_THE_CATALOGUE)
def test_who_reads_the_catalogue_cannot_do_without_it(name: str) -> None:
    control, version = example_of(discover()[name])
    assert control.problem(version) is None
    bare = free_version(controls={k: v for k, v in version.controls.items() if k != "violation_catalogue"})
    assert control.problem(bare) is not None


@pytest.mark.parametrize(
    ("name", "other"), [("statutory_range", "mitigation_proved"), ("discretion_benchmark", "statutory_range")]
)
def test_a_control_that_leaves_a_way_round_asks_for_the_one_that_closes_it(name: str, other: str) -> None:
    control, version = example_of(discover()[name])
    alone = {k: v for k, v in version.controls.items() if k != other}
    said = control.problem(free_version(controls=alone, acts=tuple({row.act for row in version.procedure.rows})))
    assert said is not None
    assert other in said.en


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("violation_catalogue", {"entries": []}),
        ("violation_catalogue", {"decisions": ["fly"]}),
        ("violation_catalogue", {"entries": [sample("V1"), sample("V1")]}),
        ("legal_basis_in_force", {"acts": []}),
        ("lighter_law", {"decisions": ["fly"]}),
        ("mitigation_proved", {"slight": ["merit"]}),
        ("mitigation_proved", {"grounds": ["no_fault"]}),
        ("mitigation_proved", {"evidence": ["fly"]}),
        ("limitation_period", {"grace": 91}),
        ("limitation_period", {"grace": -1}),
        ("no_double_fine", {"fines": []}),
        ("no_double_fine", {"revocations": ["decide"]}),
        ("criminal_referral", {"referrals": []}),
        ("criminal_referral", {"returns": ["refer"]}),
        ("summary_limits", {"within": 31}),
        ("summary_limits", {"times": 0}),
        ("summary_limits", {"days": 0}),
        ("summary_limits", {"records": ["fly"]}),
    ],
)
def test_settings_that_cannot_work_say_why(name: str, wrong: dict[str, Any]) -> None:
    kind = discover()[name]
    _, version = example_of(kind)
    said = typed(kind, {**kind.example, **wrong}, place=name).problem(version)
    assert said is not None
    assert said.zh != said.en


def test_a_fine_on_the_spot_is_bounded_by_the_law_and_not_by_a_setting() -> None:
    assert not {"person_max", "organisation_max"} & set(discover()["summary_limits"].__dataclass_fields__)


def test_wordings_that_hold_together_are_a_fault_of_the_catalogue() -> None:
    kind = discover()["violation_catalogue"]
    both = [sample("A1", family="a"), sample("A2", family="a")]
    _, version = example_of(kind)
    said = typed(kind, {**kind.example, "entries": both}, place="x").problem(version)
    assert said is not None
    assert "A1" in said.zh
