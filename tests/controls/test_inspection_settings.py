"""Settings of the controls of inspections that nobody could satisfy are refused before a power is published."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from tests.controls.tellings import example_of

FAULTY: list[tuple[str, dict[str, Any]]] = [
    ("inspection_plan", {"longest": 0}),
    ("inspection_plan", {"longest": 367}),
    ("inspection_plan", {"approvals": []}),
    ("inspection_plan", {"approvals": ["make_inspection_plan"]}),
    ("drawn_at_random", {"visits": ["fly"]}),
    ("draw_stands", {"grounds": []}),
    ("site_visit_evidence", {"items": [], "measured": []}),
    ("site_visit_evidence", {"measured": ["roof"]}),
    ("site_visit_evidence", {"excused": 3}),
    ("site_visit_evidence", {"photos": 0}),
    ("inspection_conduct", {"items": []}),
    ("inspection_conduct", {"officers": 0}),
    ("inspection_conduct", {"notices": [], "leaves": []}),
    ("enterprise_visit_cap", {"cap": 0}),
    ("problem_disposition", {"classes": []}),
    ("problem_disposition", {"classes": [{"name": "minor", "allowed": []}]}),
    ("problem_disposition", {"classes": [{"name": "minor", "allowed": ["case"]}] * 2}),
    ("liability_of_persons", {"reports": []}),
    ("accountability_follows", {"posts": []}),
    ("accountability_follows", {"posts": ["nobody"]}),
    ("rectification", {"times": 4}),
    ("rectification", {"grace": 0}),
    ("rectification_recheck", {"drops": ["fly"]}),
    ("doubts_resolved", {"passes": ["resolve_doubt"]}),
    ("independent_recheck", {"fields": []}),
]


@pytest.mark.parametrize(("name", "wrong"), FAULTY)
def test_settings_of_an_inspection_control_that_cannot_work_are_told(name: str, wrong: dict[str, Any]) -> None:
    kind = discover()[name]
    _, version = example_of(kind)
    problem = typed(kind, {**kind.example, **wrong}, place=name).problem(version)
    assert problem is not None
    assert problem.zh
    assert problem.en


def test_reading_a_file_is_no_act_of_a_procedure_and_may_be_named_all_the_same() -> None:
    kind = discover()["independent_recheck"]
    _, version = example_of(kind)
    assert typed(kind, {"readings": ["read_file"]}, place="x").problem(version) is None
    assert typed(kind, {"readings": ["read_minds"]}, place="x").problem(version) is not None
