"""init, people, calendar, deadlines, upkeep, completion."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from qingfeng import wiring
from qingfeng.cli.main import cli
from tests.cli.conftest import Run, Told, Until


def test_init_founds_once_and_says_what(tmp_path: Path, run: Run) -> None:
    place = str(tmp_path / "new" / "agency.db")
    power = str(wiring.data_folder("powers") / "a000" / "award.yaml")
    value = json.loads(run("init", "--agency", place, "--name", "某县局", "--powers", power, "--json").stdout)
    assert (value["name"], [p["id"] for p in value["powers"]], value["people"]) == ("某县局", ["a000/award"], 0)
    assert 2026 in value["calendars"]
    run("init", "--agency", place, code=3)


def test_init_with_a_faulty_power_founds_nothing(tmp_path: Path, run: Run) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: 1", encoding="utf-8")
    place = tmp_path / "never" / "agency.db"
    result = run("init", "--agency", str(place), "--powers", str(bad), code=1)
    assert "bad.yaml" in result.stderr
    assert not place.exists()


def test_people_are_added_appointed_and_dismissed(told: Told, run: Run) -> None:
    told("people", "add", "zhang", "--name", "张某", "--post", "case_handler", "--credential", "SF-1")
    assert told("people", "do", "dismissed", "officer=zhang", "on=2026-03-10")["registered"][0]["act"] == "dismissed"
    people = {p["officer"]: p for p in told("people", "list")["people"]}
    assert people["zhang"]["posts"] == ["case_handler"]
    assert people["zhang"]["credential"] is True
    later = {p["officer"]: p for p in told("people", "list", "--on", "2026-03-10")["people"]}
    assert later["zhang"]["posts"] == []
    assert "张某" in run("people", "list", "--post", "case_handler").stdout


def test_a_bad_registration_is_refused_whole(told: Told, run: Run) -> None:
    run("people", "do", "dismissed", "officer=nobody", "on=2026-03-10", code=1)
    run("people", "do", "no_such_act", "officer=case_handler", code=1)
    run("people", "add", "li", "--name", "李某", "--post", "case_handler", "--from", "soon", code=1)
    assert "li" not in {p["officer"] for p in told("people", "list")["people"]}


def test_limits_are_computed_by_the_calendar(told: Told, run: Run) -> None:
    value = told("calendar", "due", "--start", "2026-09-30", "--n", "5", "--unit", "working_day")
    assert value["last_day"] == "2026-10-13"
    stopped = ("--start", "2026-03-02", "--n", "10", "--unit", "calendar_day", "--exclude", "2026-03-05..2026-03-08")
    assert told("calendar", "due", *stopped)["last_day"] == "2026-03-15"
    assert told("calendar", "due", *stopped, "--rolls", "agency")["outer_day"] == "2026-03-16"
    hours = told("calendar", "due", "--start", "2026-03-02 10:00", "--n", "24", "--unit", "hour")
    assert hours["due"] == "2026-03-03T10:00:00+08:00"
    run("calendar", "due", "--start", "2026-03-02", "--n", "5", "--unit", "working_day", "--exclude", "x", code=2)
    run("calendar", "due", "--start", "1950-03-02", "--n", "5", "--unit", "working_day", code=3)


def test_an_official_calendar_is_not_replaced_by_a_provisional_one(told: Told, run: Run, tmp_path: Path) -> None:
    assert {c["year"]: c["official"] for c in told("calendar", "list")["calendars"]}[2027] is False
    text = (wiring.data_folder("calendars") / "2027.yaml").read_text(encoding="utf-8")
    file = tmp_path / "2027.yaml"
    file.write_text(text.replace("official: false", "official: true"), encoding="utf-8")
    assert told("calendar", "load", str(file)) == {"year": 2027, "official": True, "recomputed": ["duty/a000/penalty/integrity_training"]}
    run("calendar", "load", str(wiring.data_folder("calendars") / "2027.yaml"), code=1)


def test_deadlines_are_listed_and_fire_once(told: Told, run: Run, case: str, until: Until) -> None:
    armed = [d for d in told("deadlines", "list")["deadlines"] if d["case"] == case]
    assert armed
    assert [d for d in told("deadlines", "list", "--before", "2026-01-01")["deadlines"] if d["case"] == case] == []
    assert "04-0" in run("deadlines").stdout or "03-" in run("deadlines").stdout
    until(2026, 9, 2)
    run("deadlines", "run", "--now", "2026-09-01", code=3)  # a clock that jumps half a year is suspect
    fired = told("deadlines", "run", "--now", "2026-09-01", "--confirm-clock")["fired"]
    assert {f["limit"] for f in fired if f["case"] == case} == {d["limit"] for d in armed}
    assert told("deadlines", "run", "--now", "2026-09-01", "--confirm-clock")["fired"] == []


def test_the_clock_cannot_be_set_ahead(told: Told, run: Run, case: str) -> None:
    armed = told("deadlines", "list")
    for ahead in ("2026-09-01", "2026-03-03 10:01"):
        refused = run("deadlines", "run", "--now", ahead, "--confirm-clock", code=2)
        assert "晚于现在" in refused.stderr
    assert "in the future" in run("--lang", "en", "deadlines", "run", "--now", "2199-01-01", code=2).stderr
    assert told("deadlines", "list") == armed
    assert told("deadlines", "run", "--now", "2026-03-03 10:00")["fired"] == []
    assert told("deadlines", "run", "--now", "2026-03-02")["fired"] == []


def test_projections_are_verified_and_rebuilt(told: Told, case: str, agency: Path) -> None:
    assert told("verify-projections") == {"differ": [], "ok": True}
    with sqlite3.connect(agency) as connection:
        connection.execute("DELETE FROM cases")
    assert told("verify-projections", code=1)["differ"] == [case]
    assert told("rebuild")["cases"] == 1
    assert told("verify-projections")["ok"] is True
    assert [c["case"] for c in told("case", "list")["cases"]] == [case]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(run: Run, shell: str) -> None:
    assert "_QINGFENG_COMPLETE" in run("completion", shell).stdout


def test_completion_completes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "qingfeng case in")
    monkeypatch.setenv("COMP_CWORD", "2")
    monkeypatch.setenv("_QINGFENG_COMPLETE", "bash_complete")
    assert "inbox" in CliRunner().invoke(cli, []).output


def test_help_is_bilingual_everywhere() -> None:
    for args in (["--help"], ["case", "--help"], ["case", "do", "-h"], ["powers", "check", "--help"]):
        result = CliRunner().invoke(cli, args)
        assert result.exit_code == 0
        assert "QINGFENG_AGENCY" in result.output


def test_the_demonstration_is_founded_once_and_left_alone_then(run: Run, tmp_path: Path, agency: Path) -> None:
    place = str(tmp_path / "demo" / "agency.db")
    value = json.loads(run("demo", "--agency", place, "--seed", "3", "--json").stdout)
    assert value["founded"] is True
    assert (len(value["lines"]), value["unmeant"], value["stuck"]) == (14, [], [])
    cases = sum(line["opened"] for line in value["lines"])
    again = json.loads(run("demo", "--agency", place, "--json").stdout)
    assert (again["founded"], again["cases"]) == (False, cases)
    words = run("demo", "--agency", place).stdout
    assert "case inbox" in words
    assert f"QINGFENG_AGENCY='{place}'" in words


def test_the_demonstration_does_not_touch_a_real_agency(run: Run, tmp_path: Path) -> None:
    place = str(tmp_path / "real" / "agency.db")
    power = str(wiring.data_folder("powers") / "a000" / "award.yaml")
    run("init", "--agency", place, "--name", "某县局", "--powers", power)
    assert "某县局" in run("demo", "--agency", place, code=2).stderr
