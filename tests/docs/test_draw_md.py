"""docs/draw.md: its plan is one without faults, and its golden values are those of the golden transcript."""

from __future__ import annotations

import json
import re
from pathlib import Path

from qingfeng.catalogue.located import read_yaml
from qingfeng.draw.parse import parse_plan
from qingfeng.draw.plan import DrawPlan
from qingfeng.draw.transcript import DrawTranscript, leaf
from tests.draw.sample import drawn

TOP = Path(__file__).parents[2]
TEXT = (TOP / "docs" / "draw.md").read_text(encoding="utf-8")


def test_the_plan_of_the_document_has_no_faults() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
    located = read_yaml(text, name="plan.yaml")
    assert not located.faults
    plan = parse_plan(located.data)
    assert isinstance(plan, DrawPlan), plan
    assert plan.plain().keys() == located.data.keys() | {"v"}


def test_the_golden_values_are_those_of_the_golden_transcript() -> None:
    (block,) = re.findall(r"```text\n(.*?)```", TEXT, flags=re.DOTALL)
    said = {line.split()[0]: line.split()[1:] for line in block.strip().split("\n")}
    golden = json.loads((TOP / "tests" / "draw" / "golden" / "transcript.json").read_text(encoding="utf-8"))
    for name in ("plan_id", "links_id", "seed", "root"):
        assert said[name] == [golden[name]]
    firm, ticket = said["ticket"]
    assert golden["tickets"][firm] == ticket
    made = drawn()
    assert isinstance(made, DrawTranscript)
    assert said["salt"] == ["1", made.salt(1)]
    assert said["leaf"] == ["1", leaf(made.salt(1), made.teams[0].plain())] == ["1", made.leaves[0]]


def test_every_key_of_a_record_is_in_the_document() -> None:
    made = drawn()
    for key in (*made.plain(), *made.plain()["teams"][0], *made.opening(1)):
        assert f'"{key}"' in TEXT, key
