"""Settings of the rules on rights, papers, publication and file that nobody could satisfy are refused before the power is published."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import BadSetting, typed
from qingfeng.controls import discover
from tests.controls.tellings import example_of

IMPOSSIBLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("prior_notice", {"decisions": []}),
    ("prior_notice", {"decisions": ["tell"]}),
    ("prior_notice", {"waivers": ["fly"]}),
    ("defence_heard", {"window": 0}),
    ("defence_heard", {"investigates": []}),
    ("defence_heard", {"rechecks": ["record"]}),
    ("defence_adopted", {"rechecks": ["fly"]}),
    ("hearing_right", {"window": 31}),
    ("hearing_right", {"person_yuan": 10_001}),
    ("hearing_right", {"ends": ["hold"]}),
    ("hearing_conduct", {"ahead": 0}),
    ("hearing_conduct", {"bars": []}),
    ("appeal_handling", {"accepts": []}),
    ("appeal_handling", {"plain": ["answer"]}),
    ("appeal_handling", {"within": 0}),
    ("appeal_handling", {"answer_days": 181}),
    ("proof_of_service", {"proofs": [{"method": "direct", "needs": []}]}),
    (
        "proof_of_service",
        {"proofs": [{"method": "post", "needs": ["tracking_no"]}, {"method": "post", "needs": ["receipt_hash"]}]},
    ),
    ("proof_of_service", {"within": 61}),
    ("special_service", {"tries": 0}),
    ("special_service", {"attempts": ["serve"]}),
    ("document_control", {"seals": [], "releases": []}),
    ("document_control", {"approvals": ["draft"]}),
    ("disclosure_due", {"fields": []}),
    ("disclosure_due", {"withdraw_within": 0}),
    ("withholding_approved", {"posts": ["nobody"]}),
    ("withholding_approved", {"grounds": []}),
    ("disclosure_approval", {"posts": []}),
    ("disclosure_approval", {"drafts": ["publish"]}),
    ("complete_archive", {"papers": []}),
    ("complete_archive", {"papers": [{"code": "a", "acts": ["open"]}, {"code": "a", "acts": ["report"]}]}),
    ("complete_archive", {"papers": [{"code": "a", "acts": ["fly"]}]}),
)


@pytest.mark.parametrize(("name", "changed"), IMPOSSIBLE)
def test_settings_that_nobody_could_satisfy_are_named(name: str, changed: dict[str, Any]) -> None:
    kind = discover()[name]
    _, version = example_of(kind)
    control = typed(kind, {**kind.example, **changed}, place=name)
    problem = control.problem(version)
    assert problem is not None
    assert problem.zh
    assert problem.en


def test_the_right_to_a_hearing_asks_for_the_amount_that_the_agency_has_set() -> None:
    with pytest.raises(BadSetting):
        typed(discover()["hearing_right"], {"decisions": ["decide"]}, place="hearing_right")
