"""Every example of docs/scripts.md runs, and does what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng.cli.main import cli

TEXT = (Path(__file__).parents[2] / "docs" / "scripts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(yaml|jsonl)\n(.*?)```", TEXT, flags=re.DOTALL)
SHAPE = json.loads(re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)[0])


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=lambda value: value.split("\n")[0][:30])
def test_the_example_runs_as_it_says(kind: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"example.{kind}"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["case", "run", "--script", str(path), "--json"])
    told = json.loads(result.stdout)
    assert result.exit_code == 0, [r for r in told.get("rows", [told]) if not r.get("as_expected")]
    assert told["expected"] > 0
    assert all(row["expected"] or row["outcome"] in ("accepted", "clock") for row in told["rows"]), (
        "a row that says nothing passes"
    )
    assert told.keys() == SHAPE.keys()
    assert told["rows"][0].keys() == SHAPE["rows"][0].keys()
    assert all(one.keys() == SHAPE["findings"][0].keys() for one in told["findings"])


def test_an_expectation_that_is_not_met_is_found(tmp_path: Path) -> None:
    kind, text = EXAMPLES[0]
    path = tmp_path / f"example.{kind}"
    path.write_text(text.replace("then: refused}", "then: accepted}"), encoding="utf-8")
    assert CliRunner().invoke(cli, ["case", "run", "--script", str(path)]).exit_code == 1


def test_findings_other_than_expected_are_told(tmp_path: Path) -> None:
    kind, text = next((kind, text) for kind, text in EXAMPLES if "findings: [back_dated_registration]" in text)
    path = tmp_path / f"example.{kind}"
    path.write_text(text.replace("findings: [back_dated_registration]", "findings: []"), encoding="utf-8")
    result = CliRunner().invoke(cli, ["case", "run", "--script", str(path), "--json"])
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (told["failed"], told["findings_as_expected"], told["ok"]) == (0, False, False)
    (found,) = told["findings"]
    assert (found["rule"], found["line"], found["script_case"]) == ("back_dated_registration", 10, "main")
