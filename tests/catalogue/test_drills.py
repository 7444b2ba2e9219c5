"""Parts of risks and drills: read, published, exported and compared whole; every slip in them told with its place."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from qingfeng.catalogue.build import version_document, version_from_document
from qingfeng.catalogue.coverage import coverage
from qingfeng.catalogue.diff import diff_documents
from qingfeng.catalogue.drills import by_risk, row_of, targets, window
from qingfeng.catalogue.export import export_power
from qingfeng.catalogue.power import Ring
from tests.catalogue.sample import SAMPLE, changed, load
from tests.drilled import TEXT, drill, drilled


def test_parts_and_drills_are_read_as_written() -> None:
    version = drilled().versions[-1]
    assert [one.place for one in targets(version)] == ["accept.r1.p1", "accept.r1.p2", "decide.r1"]
    assert [place for place, _ in by_risk(version)] == ["accept.r1", "decide.r1"]
    risk = version.steps[0].risks[0]
    assert set(risk.stopped_by) == {name for part in risk.parts for name in part.stopped_by}
    late = drill(drilled(), "entered_late")
    assert (late.risk, late.part, late.story, late.before, late.ring) == (
        "accept.r1",
        "p1",
        "full_course",
        "receive_application",
        Ring.FOUND,
    )
    assert late.by == {"prompt_registration"}
    assert (late.rows[0].entered, late.rows[0].then, late.resume, late.probability) == (
        "2026-03-26 10:00",
        "",
        None,
        None,
    )
    assert TEXT.splitlines()[late.line - 1].strip() == "- id: entered_late"
    assert "does: receive_application, entered" in TEXT.splitlines()[late.rows[0].line - 1]


def test_each_target_is_tried_by_its_own_drills_only() -> None:
    version = drilled().versions[-1]
    tried = {one.place: [d.id for d in version.drills if one.tried_by(d)] for one in targets(version)}
    assert tried == {
        "accept.r1.p1": ["lies_still", "entered_late"],
        "accept.r1.p2": ["decides_at_once"],
        "decide.r1": ["examines_and_decides"],
    }


def test_what_is_published_brings_parts_and_drills_back() -> None:
    version = drilled(("by: [time_limit]\n", "by: [time_limit]\n        probability: 0.25\n")).versions[-1]
    again = version_from_document(version_document(version))
    assert [(d.id, d.by, d.rows[0].data, d.probability) for d in again.drills] == [
        (d.id, d.by, d.rows[0].data, d.probability) for d in version.drills
    ]
    assert again.drills[0].probability == 0.25
    assert again.steps == version.steps


def test_the_export_shows_parts_where_there_are_some() -> None:
    steps = export_power(drilled(), [])["steps"]
    assert [part["id"] for part in steps[0]["risks"][0]["parts"]] == ["p1", "p2"]
    assert steps[0]["risks"][0]["parts"][0] == {
        "id": "p1",
        "text": "刁难申请人",
        "stopped_by": ["prompt_registration", "time_limit"],
    }
    assert "parts" not in steps[1]["risks"][0]


def test_coverage_wants_every_part_bound() -> None:
    names = {"separate_duties", "prompt_registration", "time_limit"}
    guards = {"lawful_order", "authority_scope", "prompt_registration", "time_limit"}
    whole = coverage(drilled(), controls=names, duties={"register_check"}, guards=guards)
    assert (whole.risks, whole.risks_bound, whole.faults) == (2, 2, ())
    half = drilled(("stopped_by: [prompt_registration, time_limit]", "stopped_by: []"))
    told = coverage(half, controls=names, duties={"register_check"}, guards=guards)
    assert (told.risks, told.risks_bound, told.unbound) == (2, 1, ("accept.r1.p1",))
    unguarded = coverage(drilled(), controls=names, duties={"register_check"})
    assert sum("没有名为“lawful_order”" in fault.what.zh for fault in unguarded.faults) == 1


def test_a_part_that_nothing_stops_is_a_gap_of_its_own() -> None:
    gaps = load(TEXT.replace("stopped_by: [prompt_registration, time_limit]", "stopped_by: []")).gaps
    assert any("3条中有1条风险点没有对应的防控：accept.r1.p1" in gap.what.zh for gap in gaps)


def test_a_risk_may_be_found_by_a_duty_that_is_set() -> None:
    text = changed(
        "reads_as: 随意行使自由裁量权。, stopped_by: [separate_duties]",
        "reads_as: 随意行使自由裁量权。, stopped_by: [duty:register_check]",
    )
    power = load(text).power
    assert power is not None
    assert coverage(power, controls={"separate_duties"}, duties={"register_check"}).faults == ()


Change = tuple[str, str, str, str]
CLOCK = "rows: [{day: 2026-03-03, who: clock"
CLERK = "rows: [{day: 2026-03-03, who: counter_clerk"
EXAMINED = "who: examiner, does: submit_examination, with: {opinion: 符合条件}}"
FROM = "from: full_course\n        before: submit_examination"
WRONG: list[Change] = [
    ("text: 刁难申请人, ", "text: 刁难群众, ", "risks.r1.parts.p1.text", "不是该风险点原文"),
    ("{id: p2, text: 故意", "{id: p3, text: 故意", "parts.p3.id", "p2"),
    (", parts: [", ", stopped_by: [time_limit], parts: [", "risks.r1.stopped_by", "各部分之和"),
    ("risk: decide.r1", "risk: decide.r2", "examines_and_decides.risk", "decide.r1"),
    ("risk: decide.r1", "risk: decide", "examines_and_decides.risk", "环节.风险点"),
    ("risk: decide.r1", "risk: decide.r1\n        part: p1", "examines_and_decides.part", "没有名为“p1”的风险点部分"),
    ("        part: p2\n", "", "drills.decides_at_once", "没有写明是哪一部分"),
    ("        part: p2\n", "        part: p3\n", "decides_at_once.part", "没有名为“p3”"),
    ("- id: decides_at_once", "- id: lies_still", "drills.lies_still.id", "重复"),
    ("before: submit_examination", "before: submit_examinations", "examines_and_decides.before", "是否应为“submit_examination”"),
    ("before: submit_examination", "before: submit_examination#2", "examines_and_decides.before", "没有名为“submit_examination#2”"),
    ("before: receive_application", "before: receive_application#0", "entered_late.before", "动作#次序"),
    (CLOCK, "resume: nothing\n        " + CLOCK, "lies_still.resume", "full_course的行"),
    (CLOCK, "resume: receive_application\n        " + CLOCK, "lies_still.resume", "之前"),
    (CLOCK, "end: supplement\n        " + CLOCK, "lies_still.end", "没有写 resume"),
    (
        CLOCK,
        "resume: supplement\n        end: give_one_time_notice\n        " + CLOCK,
        "lies_still.end",
        "之前",
    ),
    (
        CLOCK,
        "resume: decide_application\n        rows: [{day: 2025-12-01, who: clock",
        "lies_still.resume",
        "其后90日之间",
    ),
    (
        CLOCK,
        "resume: supplement\n        rows: [{day: 2026-03-06, who: clock",
        "lies_still.resume",
        "应在所企图的2026-03-06",
    ),
    (CLERK, CLERK.replace("03-03", "03-01"), "decides_at_once.rows.1.day", "早于实例中前一行"),
    ("day: 2026-03-31, " + EXAMINED, "day: 2026-04-02, " + EXAMINED,
     "examines_and_decides.rows.2.day", "早于"),
    ("ring: order", "ring: gate", "decides_at_once.ring", "不允许的值"),
    ("ring: order", "ring: order\n        probability: 0.5", "decides_at_once.probability", "ring: found"),
    ("ring: order", "ring: order\n        resume: supplement", "decides_at_once.resume", "ring: found"),
    ("by: [time_limit]", "by: [time_limit]\n        probability: 0.0", "lies_still.probability", "大于0"),
    ("by: [time_limit]", "by: [time_limit]\n        probability: 1.5", "lies_still.probability", "大于0"),
    ("by: [time_limit]", "by: [time_limit]\n        probability: 2", "lies_still.probability", "超出范围"),
    ("by: [time_limit]", "by: []", "lies_still.by", "此处为空"),
    (FROM, FROM.replace("course", "coarse"), "examines_and_decides.from", "是否应为“full_course”"),
    ("{day: 2026-04-01, who: examiner, does: decide_application, with: {decision_outcome: granted}}\n        ring",
     "{day: 2026-04-01, who: examinor, does: decide_application, with: {decision_outcome: granted}}\n        ring", "who", "examiner"),
    ("{day: 2026-04-01, who: examiner, does: decide_application, with: {decision_outcome: granted}}\n        ring",
     "{day: 2026-04-01, who: examiner, does: decide_application, with: {decision_outcome: given}}\n        ring", "decision_outcome", "准予"),
    ("{day: 2026-03-03, who: clock, does: wait}", "{day: 2026-03-03, who: clock, does: wait, then: nothing}", "then", "不认识的键"),
    (", parts: [{id: p1, text: 刁难申请人, stopped_by: [prompt_registration, time_limit]},\n                {id: p2, text: 故意, "
     "stopped_by: [lawful_order, authority_scope, separate_duties]}]}", "}", "risks.r1", "stopped_by、parts 至少要写一个"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "word"), WRONG)
def test_every_slip_in_a_drill_is_told(old: str, new: str, place: str, word: str) -> None:
    assert TEXT.count(old) == 1, (TEXT.count(old), old)
    errors = load(TEXT.replace(old, new)).errors
    fits = [f for f in errors if place in f.place and word in f.what.zh + f.hint.zh]
    assert fits, [(f.place, f.what.zh, f.hint.zh) for f in errors]
    assert all(f.line and f.what.en and f.hint.en for f in fits)


def test_only_what_the_shape_is_to_refuse_may_be_badly_filled_in() -> None:
    bad = TEXT.replace("with: {decision_outcome: refused}}]\n        ring: order", "with: {}}]\n        ring: shape")
    assert load(bad).errors == ()
    assert any("缺少必填字段" in fault.what.zh for fault in load(bad.replace("ring: shape", "ring: control")).errors)


def test_a_field_can_be_made_findable_across_cases() -> None:
    own = "words:\n  fields:\n    document_no: {type: text, zh: 文号, en: Document number, index: true}\n"
    power = load(changed("words:\n", own)).power
    assert power is not None
    stamp = next(row.word for row in power.versions[-1].procedure.rows if row.act == "stamp_paper")
    assert [(f.id, f.index) for f in stamp.fields] == [("document_no", True)]
    again = version_from_document(power.versions[-1].document)
    assert any(f.index for row in again.procedure.rows for f in row.word.fields)
    assert load(changed("words:\n", own.replace("index: true", "index: maybe"))).errors


def _document(text: str) -> Any:
    power = load(text).power
    assert power is not None
    return copy.deepcopy(power.versions[-1].document)


def test_changes_of_parts_and_drills_are_told_in_words() -> None:
    before = _document(TEXT)
    assert diff_documents(before, before) == ()
    after = _document(
        TEXT.replace("by: [time_limit]", "by: [time_limit, prompt_registration]").replace(
            "ring: order", "ring: control"
        )
    )
    told = [(change.group.zh, change.text.zh) for change in diff_documents(before, after)]
    assert len(told) == 2
    assert all(group == "演练" and "演练 " in text for group, text in told)
    assert any("由程序（order）改为防控（control）" in text for _, text in told)
    parted = diff_documents(_document(SAMPLE), before)
    assert any("各部分" in change.text.zh and "刁难申请人" in change.text.zh for change in parted)


def test_a_row_is_named_by_its_act_and_its_place_among_those() -> None:
    acts = ["a", "b", "a", "a"]
    assert [row_of(acts, anchor) for anchor in ("a", "a#1", "a#2", "a#3", "a#4", "b", "c")] == [
        0,
        0,
        2,
        3,
        None,
        1,
        None,
    ]


def test_the_highest_level_leaves_thirty_days_and_the_others_ninety() -> None:
    assert [window(level, ["低", "中", "高"]) for level in ("高", "中", "低", None)] == [30, 90, 90, 90]
