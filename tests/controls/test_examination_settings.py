"""Settings of the rules of examination, experts, files and supervision that nobody could satisfy are refused before publication."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from tests.controls.tellings import example_of
from tests.sample import free_version, limit

SHEET = {"kind": "gas", "hash": "a" * 64, "items": [{"code": "exit"}]}
IMPOSSIBLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("staged_examination", {"stages": [{"act": "formal"}]}),
    ("staged_examination", {"stages": [{"act": "formal"}, {"act": "formal"}]}),
    ("staged_examination", {"stages": [{"act": "formal"}, {"act": "site", "waived_by": ["fly"]}]}),
    ("staged_examination", {"fewest": 31}),
    ("examination_team", {"papers": []}),
    ("examination_team", {"rates": ["fly"]}),
    ("review_worksheet", {"sheets": []}),
    ("review_worksheet", {"sheets": [SHEET, SHEET]}),
    ("review_worksheet", {"sheets": [{**SHEET, "hash": "a" * 63}]}),
    ("review_worksheet", {"sheets": [{**SHEET, "hash": "Z" * 64}]}),
    ("review_worksheet", {"sheets": [{**SHEET, "items": []}]}),
    ("review_worksheet", {"sheets": [{**SHEET, "items": [{"code": "exit"}, {"code": "exit"}]}]}),
    ("review_worksheet", {"sheets": [{**SHEET, "items": [{"code": "gap", "at_least": 9, "at_most": 8}]}]}),
    ("review_worksheet", {"proofs": ["fly"]}),
    ("outcome_follows_worksheet", {"departures": ["decide"]}),
    ("material_verification", {"papers": []}),
    ("material_verification", {"papers": [{"code": "M1", "against": ["hearsay"]}]}),
    ("material_verification", {"papers": [{"code": "M1"}, {"code": "M1"}]}),
    ("false_material_traced", {"within": 0}),
    ("false_material_traced", {"closings": []}),
    ("site_survey", {"number": 1}),
    ("site_survey", {"items": []}),
    ("site_survey", {"readings": ["fly"]}),
    ("sheet_as_surveyed", {"values": [], "answers": []}),
    ("sheet_as_surveyed", {"settles": []}),
    ("expert_selection", {"factor": 1}),
    ("expert_selection", {"examiners": []}),
    ("expert_opinions", {"meetings": []}),
    ("expert_clock", {"most": 0}),
    ("expert_clock", {"site_checks": ["fly"]}),
    ("free_choice_of_intermediary", {"listed": ["f1", "f2"]}),
    ("free_choice_of_intermediary", {"fees": [{"item": "a", "yuan": 1}, {"item": "a", "yuan": 2}]}),
    ("free_choice_of_intermediary", {"often": 0}),
    ("treatment_stated", {"window": 0}),
    ("treatment_stated", {"asks": []}),
    ("joint_consultation", {"fewest": 0}),
    ("joint_consultation", {"ends": []}),
    ("file_access", {"most": 0}),
    ("file_access", {"lends": []}),
    ("seal_use", {"seals": ["fly"]}),
    ("interested_heard", {"window": 31}),
    ("interested_heard", {"tells": []}),
    ("quota_order", {"quotas": []}),
    ("quota_order", {"quotas": [{"no": "Q1", "places": 0}]}),
    ("ex_post_check", {"items": []}),
    ("ex_post_check", {"per_day": 0}),
    ("ex_post_check", {"within": 366}),
    ("progress_report", {"every": 0}),
    ("progress_report", {"starts": []}),
)


@pytest.mark.parametrize(("name", "changed"), IMPOSSIBLE)
def test_settings_that_nobody_could_satisfy_are_named(name: str, changed: dict[str, Any]) -> None:
    kind = discover()[name]
    _, version = example_of(kind)
    problem = typed(kind, {**kind.example, **changed}, place=name).problem(version)
    assert problem is not None
    assert problem.zh
    assert problem.en


def test_a_plain_site_check_stops_no_limit_and_an_expert_review_may() -> None:
    kind = discover()["expert_clock"]
    stop = {"from": "look", "to": "receive_expert_review", "basis": None}
    decide = limit("decide_20", ["order_expert_review"], ["back"], 20, "working_day", stops=[stop])
    version = free_version([decide], acts=("order_expert_review", "receive_expert_review", "back", "look", "glance"))
    told = {
        site: typed(kind, {**kind.example, "site_checks": [site]}, place="x").problem(version)
        for site in ("look", "glance")
    }
    wrong = told["look"]
    assert wrong is not None
    assert "decide_20" in wrong.en
    assert told["glance"] is None
