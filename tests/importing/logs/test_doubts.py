"""What is missing or unclear in a log is never an accusation: rows put aside, a name misspelled, an export of a period, two spellings."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from qingfeng.detection.foreign import WHY
from qingfeng.importing.casefacts.engines import Engine
from qingfeng.importing.logs.added import add_log
from qingfeng.importing.logs.canonical import Canonical
from qingfeng.importing.logs.doubts import read_aside
from qingfeng.importing.logs.hold import Holding
from qingfeng.importing.logs.mapping import Mapping_, read_mapping
from qingfeng.importing.logs.outcomes import summary
from qingfeng.importing.logs.source import source_of
from qingfeng.importing.logs.stage import import_log
from tests.importing.logs.foreign_kit import calendar
from tests.importing.logs.test_multiplied import power

STEPS = (("线索", "register_lead", "intake"), ("立案", "approve_case_opening", "head"), ("告知", "serve_prior_notice", "officer"),
         ("处罚", "decide_penalty", "chief"))  # fmt: skip
MAPPING = f"""
power: a000/penalty
zone: "+08:00"
columns: {{case: 案号, activity: 环节, at: 时间, actor: 人员}}
activities: {{{", ".join(f"{said}: {act}" for said, act, _ in STEPS)}}}
fields: {{amount: {{from: 金额, kind: yuan}}}}
row_order: meaningful
"""
BEFORE = "lawful_order#decide_penalty.before"
CASES, GUILTY = 60, 7
Row = tuple[str, str, str, str, str]
Told = dict[str, tuple[int, int, int, str]]
INSTALLED = [Engine.DUCKDB] if find_spec("ibis") else []
engines = pytest.mark.parametrize("engine", [Engine.EXACT, Engine.STREAM, *INSTALLED])


def log() -> list[Row]:
    """Sixty cases, one begun every fourth day, each running for two months; every seventh is decided without a notice."""
    found: list[Row] = []
    for n in range(CASES):
        at = datetime(2026, 1, 5, 9) + timedelta(days=4 * n)
        for k, (said, _, who) in enumerate(STEPS):
            if not (said == "告知" and n % GUILTY == 0):
                found.append((f"案{n:03}", said, (at + timedelta(days=20 * k)).isoformat(sep=" "), f"{who}{n % 5}", "1000.00"))
    return found


def judged(folder: Path, rows: Sequence[Row], engine: Engine, mapping: str = MAPPING, name: str = "log") -> Told:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("案号", "环节", "时间", "人员", "金额"), *rows])
    read = read_mapping(mapping, name="mapping.yaml")
    import_log(source_of(str(folder / f"{name}.csv")), read, folder / name)
    return told(folder / name, read, engine)


def told(folder: Path, mapping: Mapping_, engine: Engine, *, keep: bool = False) -> Told:
    holding = Holding(Canonical(folder), mapping, power(), calendar())
    found = summary(holding.judge(folder / "found.parquet", engine=engine, keep=keep), WHY)
    return {one["rule"]: (one["violated"], one["satisfied"], one["not_evaluable"], "；".join(why["zh"] for why in one["why"]))
            for one in found}  # fmt: skip


def changed(rows: Sequence[Row], when: Callable[[Row], bool], how: Callable[[Row], Row]) -> list[Row]:
    return [how(row) if when(row) else row for row in rows]


@engines
def test_the_log_as_it_is_says_who_is_guilty(tmp_path: Path, engine: Engine) -> None:
    assert judged(tmp_path, log(), engine)[BEFORE][:3] == (9, 51, 0)


@engines
def test_a_row_that_cannot_be_read_accuses_nobody_and_hides_nobody(tmp_path: Path, engine: Engine) -> None:
    odd = changed(log(), lambda row: row[1] == "告知" and row[0] in ("案001", "案002"), lambda row: (*row[:2], "昨天", *row[3:]))
    odd = changed(odd, lambda row: row[1] == "告知" and row[0] == "案003", lambda row: (*row[:4], "壹仟"))
    said = judged(tmp_path, odd, engine)
    assert said[BEFORE][:3] == (9, 48, 3)
    assert "隔离" in said[BEFORE][3]
    assert said["lawful_order#approve_case_opening.before"][:3] == (0, 60, 0), "rules that do not ask for that act are not concerned"
    assert read_aside(tmp_path / "log") == [("案001", "serve_prior_notice"), ("案002", "serve_prior_notice"), ("案003", "serve_prior_notice")]


@engines
def test_an_activity_that_the_mapping_misspells_proves_nothing(tmp_path: Path, engine: Engine) -> None:
    said = judged(tmp_path, log(), engine, MAPPING.replace("告知: serve", "告之: serve"))
    assert said[BEFORE][0] == 0, "it cannot be asked whether notice was given; what comes farther ahead was done"
    assert "serve_prior_notice" in said["lawful_order#serve_prior_notice.before"][3]
    other = judged(tmp_path, [row for row in log() if row[1] != "告知"], engine, name="none")
    assert other[BEFORE][:3] == (60, 0, 0), "where every activity of the log is mapped, what does not occur was not done"


@engines
def test_an_activity_in_another_spelling_is_put_aside(tmp_path: Path, engine: Engine) -> None:
    odd = changed(log(), lambda row: row[1] == "告知" and row[0] == "案001", lambda row: (row[0], "告知\u200b ", *row[2:]))
    assert judged(tmp_path, odd, engine)[BEFORE][:3] == (9, 50, 1)


@engines
def test_the_export_of_a_period_accuses_no_case_that_began_before_it(tmp_path: Path, engine: Engine) -> None:
    window = [row for row in log() if row[2] >= "2026-03-01"]
    said = judged(tmp_path, window, engine)
    assert said[BEFORE][2] > 5
    assert "开头不在日志里" in said[BEFORE][3]
    began = {row[0] for row in window if row[1] == "线索"}
    guilty = {f"案{n:03}" for n in range(0, CASES, GUILTY)} & began
    assert said[BEFORE][0] == len(guilty)
    declared = judged(tmp_path, window, engine, MAPPING + "records_from: 2026-03-01\n", name="declared")
    assert declared[BEFORE][:3] == said[BEFORE][:3]
    whole = judged(tmp_path, window, engine, MAPPING + "records_from: all\n", name="whole")
    assert whole[BEFORE][0] > said[BEFORE][0], "who says that all is there is taken at his word"


@engines
def test_cases_without_a_beginning_all_through_the_log_are_found(tmp_path: Path, engine: Engine) -> None:
    skipped = [row for row in log() if not (row[1] == "线索" and int(row[0][1:]) % 6 == 0)]
    said = judged(tmp_path, skipped, engine)
    assert said["lawful_order#approve_case_opening.before"][:3] == (10, 50, 0)


@engines
def test_numbers_and_names_that_look_alike_are_not_judged_as_two(tmp_path: Path, engine: Engine) -> None:
    odd = changed(log(), lambda row: row[1] == "告知" and row[0] == "案001", lambda row: (row[0] + " ", *row[1:]))
    said = judged(tmp_path, odd, engine)
    assert said[BEFORE][:3] == (9, 50, 1)
    assert "看不见" in said[BEFORE][3]
    names = changed(log(), lambda row: row[0] == "案001" and row[1] in ("立案", "处罚"), lambda row: (
        *row[:3], "head1" if row[1] == "立案" else "head1\u200b", row[4]))  # fmt: skip
    plain = judged(tmp_path, log(), engine, name="plain")
    about = {rule: one for rule, one in judged(tmp_path, names, engine, name="names").items() if one != plain[rule]}
    assert about
    assert all(rule.startswith("separate_duties") and one[2] == plain[rule][2] + 1 and "同一人" in one[3] for rule, one in about.items())


def test_a_day_that_is_added_brings_its_doubts_to_old_cases(tmp_path: Path) -> None:
    rows = log()
    first, later = rows[:100], [*rows[100:], ("案001", "告知", "不详", "x", "1"), ("案900", "线索", "不详", "x", "1")]
    read = read_mapping(MAPPING, name="mapping.yaml")
    judged(tmp_path, first, Engine.STREAM)
    told(tmp_path / "log", read, Engine.STREAM, keep=True)
    with (tmp_path / "day.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("案号", "环节", "时间", "人员", "金额"), *later])
    add_log(source_of(str(tmp_path / "day.csv")), read, tmp_path / "log")
    kept = told(tmp_path / "log", read, Engine.STREAM, keep=True)
    assert kept == judged(tmp_path, [*first, *later], Engine.EXACT, name="all")
    assert kept[BEFORE][:3] == (9, 50, 1)


def _ocel(officers: int) -> dict[str, Any]:
    objects = [{"id": f"案{n:03}", "type": "Case"} for n in range(CASES)] + [{"id": f"p{k}", "type": "Officer"} for k in range(9)]
    events = []
    for n, (case, said, at, _, _) in enumerate(log()):
        who = [f"p{(n + k) % 9}" for k in range(officers if said in ("立案", "告知") else 1)]
        events.append({"id": f"e{n}", "type": said, "time": at.replace(" ", "T") + "+08:00", "attributes": [],
                       "relationships": [{"objectId": one, "qualifier": ""} for one in (case, *who)]})  # fmt: skip
    return {"objectTypes": [], "eventTypes": [], "objects": objects, "events": events}


@engines
def test_an_event_with_two_officers_is_one_act(tmp_path: Path, engine: Engine) -> None:
    mapping = MAPPING.replace("案号", "object:Case").replace("环节", "ocel:type").replace("时间", "ocel:time").replace("人员", "object:Officer")
    read = read_mapping(mapping.replace("fields: {amount: {from: 金额, kind: yuan}}\n", ""), name="mapping.yaml")
    for officers in (1, 2):
        path = tmp_path / f"{officers}.jsonocel"
        path.write_text(json.dumps(_ocel(officers)), encoding="utf-8")
        manifest = import_log(source_of(str(path)), read, tmp_path / f"log{officers}")
        assert manifest["events"] == len(log())
        assert manifest["several"] == ({} if officers == 1 else {"object:Officer": 60 + 51})
        said = told(tmp_path / f"log{officers}", read, engine)
        assert said[BEFORE][:3] == (9, 51, 0)
        assert all(one[0] == 0 for rule, one in said.items() if rule.endswith((".once", ".step"))), "nothing was done twice"


@engines
def test_one_officer_for_both_duties_in_one_instant_is_found_in_whichever_order(tmp_path: Path, engine: Engine) -> None:
    mapping = MAPPING.replace("线索: register_lead", "线索: propose_case_opening").replace("row_order: meaningful", "")
    plain = judged(tmp_path, log(), engine, mapping, name="plain")
    pair = [rule for rule in plain if rule in ("separate_duties#1", "separate_duties#2")]
    assert len(pair) == 2
    assert [plain[rule][:2] for rule in pair] == [(0, 0), (0, 60)], "both directions of proposing and approving an opening"
    begun = {row[0]: row for row in log() if row[1] == "线索"}
    tied = changed(log(), lambda row: row[1] == "立案" and row[0] in ("案001", "案002"), lambda row: (*row[:2], *begun[row[0]][2:]))
    days = changed(tied, lambda row: True, lambda row: (*row[:2], row[2][:10], *row[3:]))
    for name, rows in (("tied", tied), ("days", days)):
        said = judged(tmp_path, rows, engine, mapping, name=name)
        assert sum(said[rule][0] for rule in pair) == 2


@engines
def test_what_is_entered_late_is_found_where_the_log_says_when_it_was_entered(tmp_path: Path, engine: Engine) -> None:
    mapping = MAPPING.replace("actor: 人员}", "actor: 人员, entered: 录入}").replace(
        "fields: {amount: {from: 金额, kind: yuan}}", "never_said: [" + ", ".join(sorted(NEVER)) + "]")
    rows = [(case, said, at, who, at) for case, said, at, who, _ in log()]
    late = changed(rows, lambda row: row[0] in ("案003", "案004") and row[1] == "告知", lambda row: (*row[:4], "2026-11-02 09:00:00"))
    unsaid = changed(late, lambda row: row[0] == "案005" and row[1] == "告知", lambda row: (*row[:4], ""))
    said = _entered(tmp_path, unsaid, mapping, engine)["prompt_registration"]
    assert said[:3] == (2, 57, 1)


NEVER = {"obtained_on", "obtained_by", "received_on", "started", "ended", "served_on", "delivered_on", "held_on"}


def _entered(folder: Path, rows: Sequence[Row], mapping: str, engine: Engine) -> Told:
    with (folder / "e.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("案号", "环节", "时间", "人员", "录入"), *rows])
    read = read_mapping(mapping, name="mapping.yaml")
    import_log(source_of(str(folder / "e.csv")), read, folder / "e")
    return told(folder / "e", read, engine)


def test_a_record_that_another_with_its_number_contradicts_is_not_believed(tmp_path: Path) -> None:
    mapping = MAPPING.replace("actor: 人员}", "actor: 人员, id: 编号}").replace("fields: {amount: {from: 金额, kind: yuan}}\n", "")
    rows = [(case, said, at, who, f"e{n}") for n, (case, said, at, who, _) in enumerate(log())]
    forged = [(row[0], row[1], "2026-01-01 08:00:00", *row[3:]) for row in rows if row[:2] == ("案003", "告知")]
    again = [row for row in rows if row[:2] == ("案004", "告知")]
    read = read_mapping(mapping, name="mapping.yaml")
    asked = []
    for name, parts in (("once", [[*rows, *forged, *again]]), ("added", [rows, [*forged, *again]])):
        for n, part in enumerate(parts):
            with (tmp_path / f"{name}{n}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([("案号", "环节", "时间", "人员", "编号"), *part])
            source = source_of(str(tmp_path / f"{name}{n}.csv"))
            manifest = (add_log if n else import_log)(source, read, tmp_path / name)
        assert manifest["quarantined"] == {"duplicate id": 2}
        assert read_aside(tmp_path / name) == [("案003", "serve_prior_notice")]
        asked.append(told(tmp_path / name, read, Engine.STREAM)[BEFORE][:3])
    assert asked == [(9, 50, 1)] * 2
