"""qingfeng drill and coverage: their JSON, exit codes, tables and spreadsheet, on a small power of our own."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from qingfeng.cli.main import cli
from tests.drilled import TEXT

KEYS = {"power", "step", "risk", "part", "text", "attempt", "ring", "outcome", "by", "after", "probability"}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def permit(tmp_path: Path) -> Path:
    """The small power as a file."""
    path = tmp_path / "a900" / "permit.yaml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(*args: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, list(args))
    assert "Traceback" not in result.output
    assert result.exit_code == code, (result.exit_code, result.output)
    return result


def told(*args: str, code: int = 0) -> Any:
    return json.loads(run(*args, "--json", code=code).stdout)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_value_has_exactly_the_agreed_shape(permit: Path) -> None:
    value = told("drill", "--power", str(permit))
    assert value.keys() == {"drills", "risks", "stopped"}
    assert (value["risks"], value["stopped"]) == (2, 2)
    assert [d.keys() == KEYS for d in value["drills"]] == [True] * 4
    first, *_, last = value["drills"]
    assert first == {
        "power": "a900/permit", "step": "accept", "risk": "r1", "part": "p1", "text": "刁难申请人", "attempt": "受理人员收件后压着不办",
        "ring": "found", "outcome": "found", "by": ["time_limit"], "after": "P28D", "probability": 1.0,
    }  # fmt: skip
    assert (last["part"], last["text"], last["outcome"], last["after"]) == (
        None,
        "随意行驶自由裁量权。",
        "refused",
        "P0D",
    )


def test_the_map_shows_each_risk_in_order_with_what_stopped_it(permit: Path) -> None:
    words = run("drill", "--power", str(permit)).stdout
    places = [
        words.index(word)
        for word in ("a900/permit", "刁难申请人", "28天后发现", "故意", "拦下：法定程序", "随意行驶", "拦下：岗位分离")
    ]
    assert places == sorted(places)
    assert "风险点2个，拦住2个" in words
    english = run("--lang", "en", "drill", "--power", str(permit)).stdout
    assert "found after 28 days: " in english
    assert "2 risks, 2 stopped" in english


def test_one_risk_can_be_tried_alone(permit: Path) -> None:
    value = told("drill", "--power", str(permit), "--risk", "decide.r1")
    assert [(d["step"], d["risk"]) for d in value["drills"]] == [("decide", "r1")]
    assert (value["risks"], value["stopped"]) == (1, 1)
    assert "decide.r1" in run("drill", "--power", str(permit), "--risk", "decide.r2", code=2).stderr


def test_what_is_missed_or_not_as_stated_ends_with_1_and_says_why(permit: Path) -> None:
    change(permit, "who: examiner, does: decide_application", "who: deputy_in_charge, does: decide_application")
    change(permit, "by: [lawful_order]", "by: [authority_scope]")
    result = run("drill", "--power", str(permit), "--json", code=1)
    value = json.loads(result.stdout)
    outcomes = {d["attempt"]: (d["outcome"], d["by"], d["after"], d["probability"]) for d in value["drills"]}
    assert outcomes["分管领导自己审查又自己决定"] == ("missed", [], None, 0.0)
    assert outcomes["受理人员不等审查直接决定"] == ("missed", ["lawful_order"], "P0D", 1.0)
    assert (value["risks"], value["stopped"]) == (2, 0)
    assert "decides_at_once" in result.stderr
    assert "authority_scope" in result.stderr
    assert "办成了" in run("drill", "--power", str(permit), code=1).stdout


def test_a_broken_drill_is_missed_and_says_at_which_row(permit: Path) -> None:
    change(permit, "before: submit_examination", "before: approve_extension")
    change(
        permit,
        "day: 2026-03-30, who: agency_head, does: approve_extension",
        "day: 2026-03-30, who: agency_head/2, does: approve_extension",
    )
    first, last = "- {day: 2026-03-31, who: examiner, does: submit_examination", "- {day: 2026-04-01, who: examiner"
    rest = ", with: {opinion: 符合条件}}\n          "
    change(permit, first + rest + last, first.replace("who: examiner", "who: archivist") + rest + last)
    result = run("drill", "--power", str(permit), "--risk", "decide.r1", "--json", code=1)
    assert json.loads(result.stdout)["drills"][0]["outcome"] == "missed"
    assert "archivist submit_examination → refused: authority_scope" in result.stderr


def test_a_risk_without_a_drill_ends_with_1_and_is_named(permit: Path) -> None:
    text = permit.read_text(encoding="utf-8")
    permit.write_text(
        text[: text.index("      - id: examines_and_decides")] + text[text.index("    stories:\n") :], encoding="utf-8"
    )
    result = run("drill", "--power", str(permit), "--json", code=1)
    value = json.loads(result.stdout)
    assert (value["risks"], value["stopped"], len(value["drills"])) == (1, 1, 3)
    assert "decide.r1" in result.stderr
    assert "没有演练" in run("drill", "--power", str(permit), code=1).stdout
    run("drill", "--power", str(permit), "--risk", "accept.r1")


def test_a_power_without_drills_founds_no_agency_and_ends_with_1(permit: Path) -> None:
    text = permit.read_text(encoding="utf-8")
    permit.write_text(text[: text.index("    drills:\n")] + text[text.index("    stories:\n") :], encoding="utf-8")
    result = run("drill", "--power", str(permit), "--json", code=1)
    assert json.loads(result.stdout) == {"drills": [], "risks": 0, "stopped": 0}
    assert "accept.r1.p1" in result.stderr


def test_a_faulty_power_or_name_is_told(permit: Path) -> None:
    change(permit, "ring: order", "ring: gate")
    assert "ring" in run("drill", "--power", str(permit), code=1).stderr
    assert "a000/penalty" in run("drill", "--power", "a000/penalti", code=2).stderr
    assert "a000/penalty" in run("coverage", "--power", "a000/penalti", code=2).stderr


def test_coverage_tells_every_risk_measure_and_gap(permit: Path) -> None:
    change(permit, "carried_by: [act:give_one_time_notice]", "carried_by: []")
    value = told("coverage", "--power", str(permit), code=1)
    assert value.keys() == {"powers", "errors", "complete"}
    assert value["complete"] is False
    (power,) = value["powers"]
    assert power["risks"][0] == {
        "step": "accept", "risk": "r1", "part": "p1", "text": "刁难申请人", "stopped_by": ["prompt_registration", "time_limit"],
        "drills": [{"id": "lies_still", "ring": "found", "by": ["time_limit"]},
                   {"id": "entered_late", "ring": "found", "by": ["prompt_registration"]}],
    }  # fmt: skip
    assert [m["measure"] for m in power["measures"]] == ["m1", "m1", "m2"]
    own = [error for error in value["errors"] if error["place"].startswith("a900/")]
    assert [(error["place"], error["severity"]) for error in own] == [("a900/permit.accept.m1", "error")]
    words = run("coverage", "--power", str(permit), code=1).stdout
    assert "刁难申请人" in words
    assert "lies_still" in words
    assert "没有任何东西落实它" in words
    english = run("--lang", "en", "coverage", "--power", str(permit), code=1).stdout
    assert "Nothing carries it out." in english


def test_coverage_ends_with_0_where_nothing_is_missing(permit: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qingfeng.cli import powers_files

    real = powers_files.usable
    monkeypatch.setattr(powers_files, "usable", lambda where: real(where or [permit]))
    change(
        permit,
        "stopped_by: [lawful_order, authority_scope, separate_duties]",
        "stopped_by: [lawful_order, prompt_registration]",
    )
    assert told("coverage", "--power", str(permit))["complete"] is True
    assert "问题0处" in run("coverage", "--power", str(permit)).stdout


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path: Path) -> list[list[list[str]]]:
    """Read a spreadsheet with nothing but the standard library."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(t.text or "" for t in one.iter(f"{MAIN}t"))
            for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = sorted(name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet[0-9]+[.]xml", name))
        found = []
        for name in names:
            tree = ElementTree.fromstring(book.read(name))
            assert not list(tree.iter(f"{MAIN}f")), "a formula"
            cells = [[cell.find(f"{MAIN}v") for cell in row] for row in tree.iter(f"{MAIN}row")]
            found.append(
                [[shared[int(value.text or 0)] if value is not None else "" for value in row] for row in cells]
            )
    return found


def test_the_spreadsheet_crosses_risks_rules_and_drills(permit: Path, tmp_path: Path) -> None:
    change(permit, "text: 一次性告知。", "text: =1+1")
    out = tmp_path / "coverage.xlsx"
    run("coverage", "--power", str(permit), "--out", str(out))
    risks, measures, missing = sheets(out)
    assert risks[0] == ["职权", "环节", "等级", "编号", "风险点", "规则", "演练", "企图", "由哪一关"]
    crossed = [(row[3], row[5], row[6], row[8]) for row in risks[1:]]
    assert crossed == [
        ("r1.p1", "prompt_registration", "entered_late", "found"),
        ("r1.p1", "time_limit", "lies_still", "found"),
        ("r1.p2", "lawful_order", "decides_at_once", "order"),
        ("r1.p2", "authority_scope", "", ""),
        ("r1.p2", "separate_duties", "", ""),
        ("r1", "separate_duties", "examines_and_decides", "control"),
    ]
    assert ["a900/permit", "accept", "m1", "'=1+1", "act:give_one_time_notice"] in measures, "a formula is text"
    assert missing[0][0] == "位置"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_spreadsheet_that_cannot_be_written_is_told(permit: Path, tmp_path: Path) -> None:
    assert ".xlsx" in run("coverage", "--power", str(permit), "--out", str(tmp_path / "coverage.csv"), code=2).stderr
    run("coverage", "--power", str(permit), "--out", str(tmp_path / "nowhere" / "coverage.xlsx"), code=2)


def test_the_demonstration_ends_with_the_table_of_drills(
    permit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qingfeng.cli import powers_files

    real = powers_files.usable
    monkeypatch.setattr(powers_files, "usable", lambda where: real(where or [permit]))
    words = run("demo", "--agency", str(tmp_path / "demo.db")).stdout
    table = words[words.index("演练：照着防控图") :]
    assert re.search(r"a900/permit 示例许可 +2 +2 +2 +4 +2 +2 +28天", table), table
    assert "coverage" in table
