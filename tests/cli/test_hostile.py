"""Whatever is typed or lies in a file: a sentence, an exit code, no traceback, nothing recorded that should not be."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng.cli import frame
from qingfeng.cli.main import cli
from qingfeng.cli.screen import Screen, harmless
from tests.cli.conftest import GROUNDS, Run, Told, lead

STRANGE = [
    "",
    " ",
    "=1+1",
    "'; DROP TABLE events;--",
    '"',
    "\u202eabc",
    "\x1b[31m",
    "𠀀" * 300,
    "../../etc",
    "-",
    "a/b/c/d",
    "中" * 40_000,
]


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_strange_words_anywhere_are_told_not_raised(run: Run, told: Told, case: str, value: str) -> None:
    for args in (
        ("case", "show", value),
        ("case", "history", value),
        ("case", "open", value, "--who", "intake_officer"),
        ("case", "do", case, value, "--who", "case_handler"),
        ("case", "do", case, "propose_case_opening", "--who", value),
        (
            "case",
            "do",
            case,
            "propose_case_opening",
            "--who",
            "case_handler",
            f"facts={value}",
            "violation=x",
            *GROUNDS,
            "--key",
            value,
        ),
        ("case", "inbox", f"--who={value}"),
        ("case", "list", f"--power={value}", f"--after={value}"),
        ("powers", "show", value),
        ("people", "add", value, f"--name={value}"),
        ("calendar", "due", f"--start={value}", "--n", "1", "--unit", "month"),
        ("deadlines", "list", f"--before={value}" if value else "--before=x"),
        ("case", "run", f"--script={value}"),
    ):
        result = run(*args, code=None)
        assert result.exit_code in (0, 1, 2, 3), (args, result.output)
        assert "程序内部错误" not in result.output, args
        assert not any(char in result.output for char in "\x1b\u202e"), args


@pytest.mark.parametrize("name", ["王“小”明", "=HYPERLINK(1)", "O'Brien", '"; --'])
def test_names_with_quotes_and_formulas_are_kept_as_they_are(told: Told, name: str) -> None:
    told("people", "add", "odd", "--name", name)
    assert {p["officer"]: p["name"] for p in told("people", "list")["people"]}["odd"] == name


def test_a_million_characters_are_refused(run: Run, told: Told, case: str, tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text(json.dumps({"facts": "长" * 10**6, "violation": "x"}, ensure_ascii=False), encoding="utf-8")
    propose = ("case", "do", case, "propose_case_opening", "--who", "case_handler", *GROUNDS)
    run(*propose, "--data-file", str(file), code=2)
    script = tmp_path / "long.jsonl"
    row = {"power": "a000/penalty", "day": "2026-03-02", "who": "intake_officer", "does": "register_lead"}
    good = {"lead_source": "report", "summary": "x", "lead_no": "L-1", "allegations": ["A1"]}
    odd = ({"with": {**good, "summary": "x" * 10**6}}, {"who": "y" * 200_000}, {"does": "z" * 200_000})
    rows = [{**row, "with": good, **one} for one in odd]
    script.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    value = told("case", "run", "--script", str(script))
    assert [(r["outcome"], r["by"]) for r in value["rows"]] == [("refused", ["shape"])] * 3
    assert len(run("case", "run", "--script", str(script)).stdout) < 10_000
    assert told("case", "show", case)["seq"] == 1


SCRIPTS = {
    "alias": "power: a\nrows: [&a {day: 2026-03-02, who: x, does: y}, *a]",
    "not yaml": "rows: [",
    "empty": "",
    "a word": "hello",
    "no rows": "power: a000/penalty",
    "unknown key": "power: a000/penalty\nrows: [{day: 2026-03-02, who: x, does: y, colour: red}]",
    "missing key": "power: a000/penalty\nrows: [{day: 2026-03-02, who: x}]",
    "row no map": "power: a000/penalty\nrows: [1, [2]]",
    "with no map": "power: a000/penalty\nrows: [{day: 2026-03-02, who: x, does: y, with: [1]}]",
    "seen no number": "power: a000/penalty\nrows: [{day: 2026-03-02, who: x, does: y, seen: one}]",
    "reason a list": "power: a000/penalty\nrows: [{day: 2026-03-02, who: x, does: y, reason: [a]}]",
    "people no list": "power: a000/penalty\npeople: 7\nrows: []",
    "no power": "rows: [{day: 2026-03-02, who: x, does: y}]",
    "bidi": "power: a000/penalty\nrows: [{day: 2026-03-02, who: \u202ex, does: y}]",
    "repeated key": "power: a000/penalty\nrows: []\nrows: []",
    "deep": "rows: " + "[" * 5_000,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_faulty_script_is_bad_input_and_says_where(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(SCRIPTS[name], encoding="utf-8")
    result = run("case", "run", "--script", str(path), code=2)
    assert "script.yaml" in result.stderr or "行" in result.stderr


def test_rows_that_make_no_sense_go_on_to_the_next(told: Told, tmp_path: Path) -> None:
    rows = [
        {"day": "someday", "who": "x", "does": "y", "then": "error"},
        {"day": "2026-03-02", "who": "x", "does": "appointed", "with": {"officer": "ghost"}, "then": "error"},
        {"day": "2026-03-02", "who": "x", "does": "y", "power": "no/power", "then": "error"},
        {"day": "1900-01-01", "who": "intake_officer", "does": "register_lead", "power": "a000/penalty", "then": "error"},
        {"day": "2199-12-31", "who": "clock", "does": "wait", "then": "nothing"},
        {"day": "2026-03-02", "who": "system", "does": "register_lead", "power": "a000/penalty", "then": "refused"},
        {"day": "2026-03-02", "who": "intake_officer", "does": "register_lead", "power": "a000/penalty",
         "with": {"lead_source": 1.5, "summary": {"a": [None]}}, "then": "refused"},
    ]  # fmt: skip
    path = tmp_path / "script.jsonl"
    path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    value = told("case", "run", "--script", str(path), code=None)
    assert [r["outcome"] for r in value["rows"]] == [str(r["then"]).replace("nothing", "clock") for r in rows]


def test_json_lines_that_are_no_json_are_told_with_their_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "script.jsonl"
    path.write_text('{"day": 1}\n{', encoding="utf-8")
    assert "第2行" in run("case", "run", "--script", str(path), code=2).stderr


def test_a_live_script_may_not_forge_the_time_of_entry(run: Run, told: Told, tmp_path: Path) -> None:
    path = tmp_path / "script.yaml"
    path.write_text("- {power: a000/penalty, day: 2026-03-02, entered: 2026-03-02, who: x, does: y}", encoding="utf-8")
    run("deadlines", "run", "--confirm-clock")
    run("case", "run", "--live", "--script", str(path), code=2)
    said = "{lead_source: report, summary: x, lead_no: L-1, allegations: [A1]}"
    path.write_text(
        f"- {{power: a000/penalty, day: 2026-03-02, who: intake_officer, does: register_lead, with: {said}}}"
    )
    (row,) = told("case", "run", "--live", "--script", str(path))["rows"]
    assert row["outcome"] == "accepted"
    (event,) = told("case", "history", row["case"], "--as", "intake_officer")["events"]
    assert event["at"].startswith("2026-03-02")
    assert event["entered"].startswith("2026-03-03T10:00")
    path.write_text(f"- {{case: {row['case']}, day: 2026-03-03, who: nobody, does: register_lead, then: refused}}")
    told("case", "run", "--live", "--script", str(path))


def test_a_missing_foreign_or_newer_database_is_told(run: Run, agency: Path, tmp_path: Path) -> None:
    run("case", "list", "--agency", str(tmp_path / "none.db"), code=3)
    assert not (tmp_path / "none.db").exists()
    foreign = tmp_path / "foreign.db"
    foreign.write_text("not a database " * 1000)
    run("case", "list", "--agency", str(foreign), code=3)
    with sqlite3.connect(agency) as connection:
        connection.execute("UPDATE meta SET value = '9999' WHERE key = 'schema_version'")
    run("case", "list", code=3)


def test_a_folder_that_cannot_be_made_is_told(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run("init", "--agency", str(blocked / "deep" / "agency.db"), code=None).exit_code in (2, 3)
    run("case", "list", "--agency", "postgresql://127.0.0.1:1/none?connect_timeout=1", code=3)


def test_wrong_use_is_told_in_the_readers_language(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "没有选项" in run("case", "list", "--colour", code=2).stderr
    assert "可用：open" in run("case", "list", "--status", "odd", code=2).stderr
    assert "There is no command" in run("--lang", "en", "cases", code=2).stderr
    assert "整数" in run("case", "list", "--limit", "many", code=2).stderr
    run("case", "show", code=2)
    run("case", "inbox", code=2)
    run("case", "show", "\udcff", code=2)
    monkeypatch.setenv("QINGFENG_LANG", "tlh")
    run("powers", "list", code=2)


def test_with_json_an_error_is_json_too(run: Run) -> None:
    value = json.loads(run("case", "show", "none", "--json", code=2).stdout)
    assert value["code"] == 2
    assert value["error"][0].keys() == {"zh", "en"}
    assert json.loads(run("--json", "case", "show", "--odd", code=2).stdout)["code"] == 2


def test_a_bug_is_one_sentence_and_details_only_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    assert frame.guarded(broken, Screen()) == 3
    assert "Traceback" not in (told := capsys.readouterr().err)
    assert "QINGFENG_TRACE=1" in told
    monkeypatch.setenv("QINGFENG_TRACE", "1")
    assert frame.guarded(broken, Screen()) == 3
    assert "Traceback" in capsys.readouterr().err


def test_harmless_text_is_still_json() -> None:
    text = "a\u202eb\x1b\x9b\ud800中"
    shown = harmless(json.dumps([text], ensure_ascii=False))
    assert json.loads(shown) == [text]
    assert shown.encode("utf-8")


def test_refusals_of_an_unknown_officer_leave_the_case_alone(run: Run, told: Told, case: str) -> None:
    before = told("case", "show", case)["seq"]
    run("case", "do", case, "propose_case_opening", "--who", "nobody", "violation=x", "facts=y", *GROUNDS, code=1)
    run("case", "open", "a000/penalty", "--who", "nobody", *lead(2), code=1)
    assert told("case", "show", case)["seq"] == before
    assert len(told("case", "list")["cases"]) == 1


def test_the_group_without_a_command_shows_its_help() -> None:
    assert "inbox" in CliRunner().invoke(cli, ["case"]).output
