"""Several powers together: coverage of the maps, the export, and what must hold between files."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from qingfeng.catalogue.checks_catalogue import check_catalogue
from qingfeng.catalogue.coverage import Coverage, coverage
from qingfeng.catalogue.export import export_catalogue
from qingfeng.catalogue.power import Power
from qingfeng.catalogue.statutes import wrong_unit
from qingfeng.terms.timelimit import Unit
from tests.catalogue.sample import SAMPLE, changed, load

OTHER = SAMPLE.replace("id: a900/permit", "id: a900/other").replace("diagram: 1", "diagram: 3")


def _power(text: str) -> Power:
    loaded = load(text, name="permit.yaml")
    assert loaded.power is not None, loaded.errors
    return loaded.power


def _coverage(text: str) -> Coverage:
    return coverage(_power(text), controls={"separate_duties"}, duties={"register_check"})


def test_coverage_counts_what_is_bound() -> None:
    told = _coverage(changed("carried_by: [limit:decide_20]", "carried_by: []"))
    assert (told.risks, told.risks_bound, told.measures, told.measures_bound) == (2, 2, 3, 2)
    assert told.unbound == ("decide.m1",)
    assert told.faults == ()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("carried_by: [limit:decide_20]", "carried_by: [limit:decide_21]", "没有名为“decide_21”的期限"),
        (
            "carried_by: [act:give_one_time_notice]",
            "carried_by: [act:hold_hearing]",
            "没有名为“hold_hearing”的办理动作",
        ),
        ("carried_by: [duty:register_check]", "carried_by: [duty:file_check]", "没有名为“file_check”的定期职责"),
        ("carried_by: [duty:register_check]", "carried_by: [separate_duty]", "没有名为“separate_duty”的防控措施"),
        (
            "reads_as: 随意行使自由裁量权。, stopped_by: [separate_duties]",
            "stopped_by: [limit:decide_20]",
            "风险点不能由",
        ),
        ("      separate_duties: {pairs", "      separate_dutys: {pairs", "没有名为“separate_dutys”的防控措施"),
        ("      register_check: {every", "      file_check: {every", "没有名为“file_check”的定期职责"),
        (
            "      register_check: {every: month, by: section_head, within: {n: 5, unit: working_day}}",
            "      {}",
            "没有设置",
        ),
    ],
)
def test_a_binding_to_nothing_is_an_error_and_binds_nothing(old: str, new: str, word: str) -> None:
    told = _coverage(changed(old, new))
    assert any(word in fault.what.zh and fault.severity == "error" for fault in told.faults), told.faults


def test_the_export_has_exactly_this_shape() -> None:
    loaded = load(changed("level: 低", "level: null"))
    assert loaded.power is not None
    exported = export_catalogue([(loaded.power, loaded.faults)])
    assert json.loads(json.dumps(exported)) == exported
    (power,) = exported["powers"]
    assert list(power) == ["id", "title", "agency", "kind", "source", "steps", "whole_process", "faults"]
    assert power["source"] == {"document": "900_sample.txt", "diagram": 1}
    assert (power["title"], power["agency"], power["kind"]) == ("示例许可", "示例县应急管理局", "licence")
    assert power["steps"][0] == {
        "id": "accept",
        "name": "受理",
        "level": None,
        "owner": "受理人员",
        "doubt": None,
        "risks": [{"id": "r1", "text": "故意刁难申请人。", "reads_as": None, "stopped_by": ["separate_duties"]}],
        "measures": [
            {"id": "m1", "text": "一次性告知。", "reads_as": None, "carried_by": ["act:give_one_time_notice"]}
        ],
    }
    assert power["whole_process"] == {"risks": [], "measures": []}
    (fault,) = power["faults"]
    assert list(fault) == ["place", "line", "what", "hint", "severity"]
    assert fault["severity"] == "gap"
    assert "没有风险等级" in fault["what"]


def test_the_export_takes_the_latest_version_and_null_where_the_source_is_silent() -> None:
    version = SAMPLE[SAMPLE.index("  - in_force_from") :]
    later = version.replace("2024-01-01", "2025-01-01").replace("level: 高", "level: 中")
    text = (SAMPLE + later).replace("agency: {zh: 示例县应急管理局, en: Sample county bureau}", "agency: null")
    (power,) = export_catalogue([(_power(text), ())])["powers"]
    assert power["agency"] is None
    assert power["steps"][1]["level"] == "中"


def test_one_id_or_diagram_twice_is_an_error() -> None:
    power = _power(SAMPLE)
    told = [fault.what.zh for fault in check_catalogue([power, power])]
    assert any("已被使用" in one for one in told)
    assert any("已由 a900/permit 录入" in one for one in told)


def test_one_procedure_under_two_maps_is_an_error_whatever_its_names() -> None:
    renamed = OTHER.replace("故意刁难申请人。", "另一张图。").replace("accept,", "admit,")
    renamed = (
        renamed.replace("[accept]", "[admit]")
        .replace("id: accept\n", "id: admit\n")
        .replace("start: accept", "start: admit")
    )
    renamed = renamed.replace("then: accept", "then: admit").replace("answer_window", "objections")
    told = [fault.what.zh for fault in check_catalogue([_power(SAMPLE), _power(renamed)])]
    assert any("除名称外完全相同" in one for one in told)


def test_one_procedure_under_equal_maps_is_none() -> None:
    told = [fault for fault in check_catalogue([_power(SAMPLE), _power(OTHER)]) if fault.severity == "error"]
    assert told == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("by: [agency_head], once: true, no", "by: [agency_head], no"),
        ("n: 3, unit: working_day", "n: 4, unit: working_day"),
        ("blocks: [accept_application]", "blocks: all"),
        (", waits: [answer_window]", ""),
    ],
)
def test_procedures_that_differ_in_substance_are_not_equal(old: str, new: str) -> None:
    assert OTHER.count(old) == 1
    other = _power(OTHER.replace("故意刁难申请人。", "另一张图。").replace(old, new))
    assert [fault for fault in check_catalogue([_power(SAMPLE), other]) if fault.severity == "error"] == []


def test_a_diagram_that_no_file_takes_up_is_a_gap() -> None:
    told = [fault for fault in check_catalogue([_power(SAMPLE), _power(OTHER)]) if fault.severity == "gap"]
    assert [fault.what.zh for fault in told] == ["900_sample.txt第2图没有录入。"]


@pytest.mark.parametrize(
    ("law", "article", "n", "unit", "wanted"),
    [
        ("行政处罚法", "64(1)", 5, Unit.CALENDAR_DAY, Unit.WORKING_DAY),
        ("行政处罚法", "60", 90, Unit.WORKING_DAY, Unit.CALENDAR_DAY),
        ("行政处罚法", "67", 15, Unit.CALENDAR_DAY, None),
        ("中华人民共和国行政处罚法", "56", 7, Unit.CALENDAR_DAY, Unit.WORKING_DAY),
        ("行政强制法", "25", 30, Unit.WORKING_DAY, Unit.CALENDAR_DAY),
        ("行政强制法", "54", 10, Unit.CALENDAR_DAY, Unit.WORKING_DAY),
        ("行政强制法", "19", 24, Unit.HOUR, None),
        ("行政许可法", "42(1)", 20, Unit.CALENDAR_DAY, Unit.WORKING_DAY),
        ("行政许可法", "50", 30, Unit.CALENDAR_DAY, None),
        ("行政复议法", "48", 10, Unit.CALENDAR_DAY, Unit.WORKING_DAY),
        ("行政复议法", "62", 60, Unit.WORKING_DAY, Unit.CALENDAR_DAY),
        ("行政诉讼法", "67", 15, Unit.WORKING_DAY, Unit.CALENDAR_DAY),
        ("示例条例", "1", 5, Unit.CALENDAR_DAY, None),
    ],
)
def test_each_statute_counts_its_days_its_own_way(
    law: str, article: str, n: int, unit: Unit, wanted: Unit | None
) -> None:
    found = wrong_unit(law, article, n, unit)
    assert (found[0] if found else None) is wanted


def test_a_published_version_needs_neither_yaml_nor_jsonschema() -> None:
    program = (
        "import sys; import qingfeng.catalogue.build, qingfeng.catalogue.diff, qingfeng.catalogue.export; "
        "print(sorted({'yaml', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_loading_does_not_import_jsonschema_before_it_is_used() -> None:
    program = "import sys; import qingfeng.catalogue.load; print('jsonschema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
