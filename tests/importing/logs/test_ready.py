"""The mappings that are shipped, each on a small made-up log in the form of the public one; counts held against SQL of its own."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import duckdb
import pytest
from click.testing import CliRunner

from qingfeng import wiring
from qingfeng.cli.main import cli
from qingfeng.importing.logs.canonical import LOG
from qingfeng.importing.logs.mapping import held_against, read_mapping
from qingfeng.importing.logs.ready import READY, text_of

SAME_HANDS = "receipt_phase"


def made_up(name: str, cases: int = 40) -> str:
    """Return an XES log with the activities of a mapping, some more, and the attributes that the public log has."""
    mapping, rng = read_mapping(text_of(name), name=name), Random(7)
    activities = [*mapping.activities, "Something else"]
    made = ['<log xes.version="1.0" xmlns="http://www.xes-standard.org/">']
    for case in range(cases):
        made.append(f'<trace><string key="concept:name" value="C{case}"/>')
        hour = 0
        for activity in rng.sample(activities, min(len(activities), 8)):
            hour += rng.randrange(1, 60)
            day, at = 1 + hour // 24 % 28, "00:00:00" if mapping.zone == "Europe/Rome" else f"{hour % 24:02d}:15:00"
            who = f'<string key="org:resource" value="R{rng.randrange(4)}"/>' if mapping.actor else ""
            made.append(f'<event><string key="concept:name" value="{activity}"/><string key="activityNameEN" value="{activity}"/>{who}'
                        f'<float key="amount" value="{rng.randrange(20, 90)}.0"/>'
                        f'<date key="time:timestamp" value="2024-0{1 + case % 9}-{day:02d}T{at}.000+02:00"/></event>')  # fmt: skip
        made.append("</trace>")
    return "".join(made) + "</log>"


def run(*words: str) -> dict[str, object]:
    told = CliRunner().invoke(cli, [*words, "--json"])
    assert told.exit_code in (0, 1), told.output
    found: dict[str, object] = json.loads(told.stdout)
    return found


@pytest.mark.parametrize("name", READY)
def test_a_mapping_fits_its_power(name: str) -> None:
    mapping = read_mapping(text_of(name), name=name)
    loaded = wiring.read_power(wiring.data_folder("powers") / f"{mapping.power}.yaml", wiring.vocabulary()).loaded
    assert loaded.power is not None
    assert mapping.against is not None
    version = loaded.power.in_force(mapping.against)
    assert version is not None
    held_against(mapping, version)
    assert mapping.acts


@pytest.mark.parametrize("name", READY)
def test_a_log_of_that_form_is_read_and_judged(name: str, tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(made_up(name), encoding="utf-8")
    told = run("log", "import", str(tmp_path / "log.xes"), "--mapping", name, "--out", str(tmp_path / "out"))
    mapping = read_mapping(text_of(name), name=name)
    assert told["quarantined"] == {}
    assert set(told["unmapped"]) <= {"Something else"}  # type: ignore[call-overload]
    assert told["mapped_but_not_there"] == {"activities": [], "columns": []}
    rules = run("log", "coverage", str(tmp_path / "out"), "--mapping", name)["rules"]
    assert isinstance(rules, list)
    assert all(rule["why"] for rule in rules if not rule["cases"] and rule["why"])
    judged = [rule for rule in rules if not rule["why"]]
    assert judged
    assert mapping.actor is not None or all(rule["rule"].startswith("lawful_order#") for rule in judged), "who did it is not known"


def test_counts_equal_sql_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(made_up(SAME_HANDS, cases=300), encoding="utf-8")
    run("log", "import", str(tmp_path / "log.xes"), "--mapping", SAME_HANDS, "--out", str(tmp_path / "out"))
    rules = run("log", "judge", str(tmp_path / "out"), "--mapping", SAME_HANDS)["rules"]
    assert isinstance(rules, list)
    said = {rule["rule"]: (rule["violated"], rule["satisfied"]) for rule in rules}
    with duckdb.connect() as db:
        db.execute('CREATE VIEW log AS SELECT "case" AS c, act::VARCHAR AS act, actor::VARCHAR AS who, "at" AS t '
                   f"FROM '{tmp_path / 'out' / LOG}'")  # fmt: skip

        def both(first: str, second: str) -> tuple[int, int]:
            joined = f"FROM log a JOIN log b USING (c) WHERE a.act IN ({first}) AND b.act IN ({second}) AND a.t < b.t"
            counted = "count(DISTINCT CASE WHEN a.who = b.who THEN c END), count(DISTINCT c)"
            bad, concerned = db.execute(f"SELECT {counted} {joined}").fetchone() or (0, 0)
            return bad, concerned - bad

        assert said["separate_duties#2"] == both("'receive_application'", "'examine_formally', 'recheck_examination', 'decide_application'")
        assert said["separate_duties#4"] == both("'examine_formally', 'submit_examination'", "'recheck_examination', 'decide_application'")
    assert said["separate_duties#2"][0] >= 5
    assert said["separate_duties#4"][0] >= 5


def test_order_in_a_log_without_people_equals_sql_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(made_up("payments", cases=300), encoding="utf-8")
    run("log", "import", str(tmp_path / "log.xes"), "--mapping", "payments", "--out", str(tmp_path / "out"))
    told = run("log", "judge", str(tmp_path / "out"), "--mapping", "payments")["rules"]
    assert isinstance(told, list)
    said = {rule["rule"].removeprefix("lawful_order#"): (rule["violated"], rule["satisfied"]) for rule in told}
    with duckdb.connect() as db:
        db.execute(f"""CREATE VIEW log AS SELECT "case" AS c, act::VARCHAR AS act, "at" AS t FROM '{tmp_path / "out" / LOG}'""")

        def first(act: str, needed: str) -> tuple[int, int]:
            early = "NOT EXISTS (SELECT * FROM log b WHERE b.c = a.c AND b.act = ? AND b.t < a.t)"
            bad, every = db.execute(f"SELECT count(DISTINCT CASE WHEN {early} THEN c END), count(DISTINCT c) FROM log a WHERE a.act = ?",
                                    [needed, act]).fetchone() or (0, 0)  # fmt: skip
            return bad, every - bad

        def once(act: str, back: str) -> tuple[int, int]:
            again = """EXISTS (SELECT * FROM log b WHERE b.c = a.c AND b.act = a.act AND b.t < a.t AND NOT EXISTS (
                       SELECT * FROM log r WHERE r.c = a.c AND r.act = ? AND r.t > b.t AND r.t < a.t))"""
            bad, every = db.execute(f"SELECT count(DISTINCT CASE WHEN {again} THEN c END), count(DISTINCT c) FROM log a WHERE a.act = ?",
                                    [back, act]).fetchone() or (0, 0)  # fmt: skip
            return bad, every - bad

        assert said["recheck_examination.before"] == first("recheck_examination", "review_budget")
        assert said["issue_budget.before"] == first("issue_budget", "approve_decision")
        assert said["issue_budget.once"] == once("issue_budget", "return_budget")
    assert min(said["recheck_examination.before"]) >= 5
    assert min(said["issue_budget.before"]) >= 5


def test_they_are_listed() -> None:
    listed = run("log", "mappings")["mappings"]
    assert isinstance(listed, list)
    assert [one["name"] for one in listed] == list(READY)
    assert all(one["doi"].startswith("10.4121/") for one in listed)
