"""Controls of leads and people where their own stories cannot tell: other settings, settings that cannot work, words that leak."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.catalogue.settings import typed
from qingfeng.controls import discover
from qingfeng.detection.evaluate import World, judge
from qingfeng.engine.case import fold
from qingfeng.engine.control import Control, Refusal
from qingfeng.facts.rows import Outcome
from tests.controls.tellings import happenings, people_of, rows, situation
from tests.sample import calendar, free_version

ACTS = ("declare", "lead", "open", "drop", "propose", "recuse", "ask", "close", "reply")


def control_of(name: str, settings: dict[str, Any]) -> Control:
    control: Control = typed(discover()[name], settings, place=name)
    return control


@pytest.mark.parametrize(
    ("named", "lines", "refused"),
    [
        (True, ("declare bob 0 officers=[ann]", "investigate ann 1"), False),
        (False, ("declare bob 0 officers=[ann]", "investigate ann 1"), True),
        (True, ("declare bob 0 officers=[carl]", "investigate ann 1"), True),
        (True, ("declare ann 0", "investigate ann 1 officers=[ann,carl]"), True),
        (True, ("declare ann 0 officers=[carl]", "investigate ann 1 officers=[ann,carl]"), False),
    ],
)
def test_a_declaration_signed_by_all_counts_for_all_only_where_the_power_says_so(
    named: bool, lines: tuple[str, ...], refused: bool
) -> None:
    control = control_of("recusal_declared", {"acts": ["investigate"], "declares": ["declare"], "named": named})
    version, events = free_version(acts=ACTS), [event for _, event in happenings(lines)]
    answer = control.check(situation(fold("c1", version, events[:-1]), events[-1]))
    assert isinstance(answer, Refusal) is refused
    said, _ = judge(control.detect(version), rows(events), version, World(calendar()))
    assert (said is Outcome.VIOLATED) is refused


LEAD = {"registers": ["lead"], "disposes": ["open"], "closes": ["close"]}
WITHDRAW = {"proposes": ["propose"], "approves": ["approve"], "investigators": ["investigate"], "rank": 3}


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("two_officers", {"acts": []}),
        ("two_officers", {"acts": ["fly"]}),
        ("two_officers", {"acts": ["investigate"], "number": 1}),
        ("two_officers", {"acts": ["investigate"], "number": 11}),
        ("recusal_declared", {"acts": ["investigate"], "declares": ["fly"]}),
        ("recusal_declared", {"acts": ["declare"], "declares": ["declare"]}),
        ("recusal", {"acts": ["investigate"], "recuses": ["fly"]}),
        ("recusal", {"acts": ["investigate"], "recuses": ["recuse"], "parties": []}),
        ("recusal_decided", {"requests": ["ask"], "answers": ["recuse"], "before": []}),
        ("recusal_decided", {"requests": ["ask"], "answers": ["ask"], "before": ["approve"]}),
        ("lead_disposition", {**LEAD, "closes": ["open"]}),
        ("lead_disposition", {**LEAD, "refuses": ["drop"]}),
        ("lead_disposition", {**LEAD, "within": 0}),
        ("reporter_answered", {**LEAD, "replies": ["reply"], "within": 61}),
        ("case_opening_due", {"items": [], "refuses": ["drop"], "proposes": [], "evidence": ["note"]}),
        ("case_opening_due", {"items": ["a"], "refuses": ["drop"], "proposes": ["fly"], "evidence": ["note"]}),
        ("withdrawal_approval", {**WITHDRAW, "rank": 5}),
        ("withdrawal_approval", {**WITHDRAW, "approves": ["propose"]}),
        ("withdrawal_proposal", {"proposes": ["propose"], "grounds": []}),
        ("withdrawal_proposal", {"proposes": ["propose"], "grounds": ["a"], "refuses": ["drop"]}),
        ("need_to_know", {"posts": [{"part": "file", "posts": ["nobody"]}]}),
        ("need_to_know", {"posts": [{"part": "diary", "posts": ["head"]}]}),
        ("need_to_know", {"posts": [{"part": "file", "posts": ["head"]}, {"part": "file", "posts": ["chief"]}]}),
        ("tip_access", {"registers": ["lead"], "acts": ["lead"]}),
        ("tip_access", {"registers": ["lead"], "acts": ["open"], "units": [{"posts": ["nobody"]}]}),
    ],
)
def test_settings_that_nobody_could_satisfy_are_refused(name: str, settings: dict[str, Any]) -> None:
    problem = control_of(name, settings).problem(free_version(acts=ACTS))
    assert problem is not None
    assert problem.zh
    assert problem.en


def test_a_refused_tip_does_not_tell_the_accused_that_he_is() -> None:
    kind = discover()["tip_access"]
    control = control_of("tip_access", {"registers": ["lead"], "acts": ["open"]})
    version = free_version(acts=(*ACTS, "read_file"))
    told = set()
    for accused in ("accused=[bob]", "accused=[ann,bob]", "party=firm"):
        lines = (f"lead ann 0 {accused}", "read_file bob 1 part=lead")
        before, reading = (event for _, event in happenings(lines))
        answer = control.check(situation(fold("c1", version, [before]), reading, people_of(kind)))
        assert isinstance(answer, Refusal)
        told.add((answer.reason, answer.remedy))
    assert len(told) == 1, "whatever the ground, the words are the same"
