"""qingfeng log judge and log patterns: leads to Parquet and a workbook, with the roll-up."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from qingfeng.documents.workbook import read
from tests.cli.conftest import Run, Told
from tests.importing.logs.foreign_kit import MAPPING, UNREAD, write


def test_patterns_over_a_log_of_another_system(told: Told, run: Run, tmp_path: Path) -> None:
    write(tmp_path / "log.csv")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    told("log", "import", str(tmp_path / "log.csv"), "--mapping", str(mapping), "--out", str(tmp_path / "log"))
    rest = ("--mapping", str(mapping), "--as-of", "2026-12-31")
    out = tmp_path / "leads.xlsx"
    done = told("log", "patterns", str(tmp_path / "log"), *rest, "--unit", "科室", "--out", str(out), code=1)
    assert done["leads"] == 1
    blind = next(one for one in done["patterns"] if one["pattern"] == "off_hours_access")
    assert (blind["outcome"], blind["judged"]) == ("not_evaluable", 0)
    assert "the log lacks readings of files" in blind["why"]["en"]
    assert [(one["by"], one["name"], one["leads"]) for one in done["roll_up"] if one["by"] == "officer"] == [
        ("officer", UNREAD, 1)
    ]
    with out.open("rb") as file:
        assert [name.split()[0] for name in read(file).sheets] == ["线索", "按人员", "按当事人", "按单位", "规则"]
    assert "已经存在" in run("log", "patterns", str(tmp_path / "log"), *rest, "--out", str(out), code=2).output
    shown = run("--lang", "both", "log", "patterns", str(tmp_path / "log"), *rest, code=1).output
    assert "不是结论" in shown
    assert "leads, no verdicts" in shown or "lead, no verdicts" in shown
    assert "没有疑点规律" in run("log", "patterns", str(tmp_path / "log"), *rest, "--only", "no_such", code=2).output
    assert "名称=文件" in run("log", "patterns", str(tmp_path / "log"), *rest, "--companion", "reads", code=2).output


def test_judged_findings_go_out_as_leads(told: Told, case: str, tmp_path: Path) -> None:
    folder, out = tmp_path / "canonical", tmp_path / "leads.parquet"
    done = told("--as", "discipline_inspector", "log", "export", str(folder), "--power", "a000/penalty")
    judged = told("log", "judge", str(folder), "--mapping", done["mapping"], "--out", str(out), code=None)
    assert pq.read_table(out).num_rows == sum(one["violated"] for one in judged["rules"])
    assert judged["roll_up"] == [] or judged["roll_up"][0]["leads"] > 0


def test_leads_come_onto_the_board_once_with_the_log_named(told: Told, run: Run, tmp_path: Path) -> None:
    write(tmp_path / "log.csv")
    mapping, out = tmp_path / "mapping.yaml", tmp_path / "leads.parquet"
    mapping.write_text(MAPPING, encoding="utf-8")
    told("log", "import", str(tmp_path / "log.csv"), "--mapping", str(mapping), "--out", str(tmp_path / "log"))
    told("log", "patterns", str(tmp_path / "log"), "--mapping", str(mapping), "--as-of", "2026-12-31", "--out", str(out), code=1)
    inspector, take = ("--as", "discipline_inspector"), ("findings", "import", str(out), "--log", "审批系统")
    assert "--as" in run(*take, code=2).output
    assert "只对纪检监察开放" in run("--as", "case_handler", *take, code=1).output
    (new,) = told(*inspector, *take, code=1)["findings"]
    assert new["origin"]["log"] == "审批系统"
    assert len(new["origin"]["events"]) == 20
    assert new["rule"] == "log:pattern:rubber_stamping"
    assert new["sentence"]["zh"].startswith("［审批系统］")
    assert new["risks"]
    again = told(*inspector, *take)
    assert (again["findings"], again["known"]) == ([], 1)
    shown = run(*inspector, "findings", "show", str(new["number"])).output
    assert "来源：审批系统的日志" in shown
    assert UNREAD in shown
    assert told(*inspector, "findings", "list", "--rule", "log:pattern:rubber_stamping")["findings"]
    assert told("findings", "list")["findings"] == [], "a suspicion is for discipline alone"
    assert "不是线索文件" in run(*inspector, "findings", "import", str(tmp_path / "log" / "log.parquet"), "--log", "x", code=2).output
    assert "不是线索文件" in run(*inspector, "findings", "import", str(mapping), "--log", "x", code=2).output
    assert told(*inspector, "findings", "import", str(out), "--log", "审批系统", "--level", "无此级")["known"] == 0
