"""The proof of coverage: complete when nothing is missing, and every kind of gap told."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace

import pytest

from qingfeng import wiring
from qingfeng.catalogue.build import version_document, version_from_document
from qingfeng.catalogue.coverage_proof import INTENT, WEAK, Known, Proof, counted, prove
from qingfeng.catalogue.power import Power
from qingfeng.controls import discover
from qingfeng.duties import discover as discover_duties
from tests.catalogue.sample import changed, load
from tests.drilled import drilled

RULES, DUTIES = discover(), discover_duties()

KNOWN = Known(
    controls={"separate_duties", "prompt_registration", "time_limit", "two_officers"},
    duties={"register_check", "file_sampling"},
    always={"prompt_registration", "time_limit", "lawful_order", "authority_scope"},
)
Change = tuple[str, str]


def proof(*changes: Change, catalogue: Sequence[Power] | None = None) -> Proof:
    power = drilled(ONE_EACH, *changes)
    return prove([power], KNOWN, catalogue=catalogue if catalogue is not None else [power])


ONE_EACH = (
    "stopped_by: [lawful_order, authority_scope, separate_duties]",
    "stopped_by: [lawful_order, prompt_registration]",
)
"""With two risks no control may be named by both."""


def told(found: Proof) -> list[tuple[str, str]]:
    return [(fault.place, fault.what.zh) for fault in found.faults]


def test_a_map_that_is_stopped_tried_and_carried_is_complete() -> None:
    found = proof()
    assert found.complete, told(found)
    assert [(line.target.place, [drill.id for drill in line.drills]) for line in found.risks] == [
        ("accept.r1.p1", ["lies_still", "entered_late"]),
        ("accept.r1.p2", ["decides_at_once"]),
        ("decide.r1", ["examines_and_decides"]),
    ]
    assert [(line.step, line.measure.id) for line in found.measures] == [
        ("accept", "m1"),
        ("decide", "m1"),
        ("decide", "m2"),
    ]
    assert counted(found.risks) == {"a900/permit": 2}


EXAMINES = "risk: decide.r1"
P1 = "stopped_by: [prompt_registration, time_limit]"
GAPS: list[tuple[list[Change], str, str]] = [
    ([(P1, "stopped_by: []")], "accept.r1.p1", "没有任何规则"),
    ([(P1, "stopped_by: [prompt_registrations]")], "accept.r1.p1", "没有名为“prompt_registrations”"),
    ([(P1, "stopped_by: [two_officers]")], "accept.r1.p1", "“two_officers”在本职权没有启用"),
    ([(P1, "stopped_by: [duty:file_sampling]")], "accept.r1.p1", "“duty:file_sampling”在本职权没有启用"),
    ([(P1, "stopped_by: [duty:call_back]")], "accept.r1.p1", "没有名为“duty:call_back”"),
    ([(P1, "stopped_by: [limit:decide_20]")], "accept.r1.p1", "没有名为“limit:decide_20”"),
    ([("stopped_by: [lawful_order, prompt_registration]", "stopped_by: [lawful_order]")], "accept.r1.p2", "只靠lawful_order"),
    ([("stopped_by: [lawful_order, prompt_registration]", "stopped_by: [authority_scope, time_limit]")], "accept.r1.p2", "故意"),
    ([(EXAMINES, "risk: accept.r1\n        part: p2")], "decide.r1", "没有演练"),
    ([("by: [time_limit]\n", "by: [two_officers]\n")], "drills.lies_still", "没有启用"),
    ([("by: [time_limit]\n", "by: [nobody]\n")], "drills.lies_still", "没有名为“nobody”"),
    ([("carried_by: [act:give_one_time_notice]", "carried_by: []")], "accept.m1", "没有任何东西落实"),
    ([("carried_by: [act:give_one_time_notice]", "carried_by: [act:order_expert_review]")], "accept.m1", "没有办成过"),
    ([("carried_by: [act:give_one_time_notice]", "carried_by: [two_officers]")], "accept.m1", "没有启用"),
    ([("carried_by: [act:give_one_time_notice]", "carried_by: [duty:file_sampling]")], "accept.m1", "没有启用"),
    ([("carried_by: [act:give_one_time_notice]", "carried_by: [limit:decide_21]")], "accept.m1", "没有名为“decide_21”"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "word"), GAPS)
def test_every_gap_is_told_with_its_place(changes: list[Change], place: str, word: str) -> None:
    found = proof(*changes)
    assert not found.complete
    fits = [fault for fault in found.faults if fault.place == f"a900/permit.{place}" and word in fault.what.zh]
    assert fits, told(found)
    assert all(fault.what.en and fault.hint.en for fault in fits)


def test_an_act_that_is_only_ever_refused_carries_nothing() -> None:
    refused = (
        "does: give_one_time_notice, with: {missing: [图纸]}, then: accept",
        'does: give_one_time_notice, with: {missing: [图纸]}, then: "refused: x"',
    )
    branch = ("covers: [supplementation, extension]", "covers: [supplementation, extension]")
    assert ("a900/permit.accept.m1", "动作“give_one_time_notice”在任何实例中都没有办成过。") in told(
        proof(refused, branch)
    )


def test_strong_rules_beside_weak_ones_are_enough_for_intent() -> None:
    assert {"lawful_order", "time_limit", "authority_scope"} == WEAK
    assert {"故意", "隐瞒", "利益"} <= set(INTENT)
    assert not any(word in "线索办理程序" for word in INTENT)
    assert proof().complete  # p2 says 故意 and names lawful_order beside a control


SAME = """rows: [{day: 2026-03-03, who: counter_clerk, does: decide_application, with: {decision_outcome: refused}}]"""
OTHER = """rows:
          - {day: 2026-03-31, who: examiner, does: submit_examination, with: {opinion: 符合条件}}
          - {day: 2026-04-01, who: examiner, does: decide_application, with: {decision_outcome: granted}}
        ring: control
        by: [separate_duties]"""


def test_two_risks_of_different_words_cannot_share_a_drill() -> None:
    shared = (OTHER, SAME + "\n        ring: order\n        by: [lawful_order]")
    faults = told(proof(shared, ("before: submit_examination", "before: give_one_time_notice")))
    assert (
        "a900/permit.drills.examines_and_decides",
        "原文不同的风险点共用一次演练：decides_at_once、examines_and_decides。",
    ) in faults
    alike = ("{id: p2, text: 故意, ", "{id: p2, text: 刁难申请人, ")
    moved = (EXAMINES, "risk: accept.r1\n        part: p1")
    assert not any(
        "共用" in what
        for _, what in told(proof(shared, ("before: submit_examination", "before: give_one_time_notice"), alike, moved))
    )


def test_no_control_may_bear_more_than_its_share_of_all_risks() -> None:
    crowded = proof(("stopped_by: [lawful_order, prompt_registration]", "stopped_by: [lawful_order, separate_duties]"))
    assert told(crowded) == [("separate_duties", "2个风险点中有2个写由它防控，超过15%（至多1个）。")]
    many = [drilled(ONE_EACH)] * 14
    twice = proof(
        ("stopped_by: [lawful_order, prompt_registration]", "stopped_by: [lawful_order, separate_duties]"),
        catalogue=[drilled(ONE_EACH)],
    )
    assert twice.complete, told(twice)  # the share is counted over the catalogue read
    assert {place for place, _ in told(proof(catalogue=many))} == {
        "lawful_order",
        "prompt_registration",
        "separate_duties",
        "time_limit",
    }


def test_words_copied_from_another_map_need_a_reading() -> None:
    """An announcement has no applicant: who is meant is said, with the doubt, or the risk is not covered."""
    power = wiring.read_power(
        wiring.data_folder("powers") / "a002" / "announcement_three.yaml", wiring.vocabulary()
    ).loaded.power
    assert power is not None
    document = deepcopy(version_document(power.versions[-1]))
    kept = [one for one in document["version"]["role_map"] if one["word"] != "申请人"]
    document["version"]["role_map"] = kept
    silent = replace(power, versions=(version_from_document(document),))
    every = Known(controls=RULES, duties=DUTIES, always=KNOWN.always)

    def unread(one: Power) -> set[str]:
        return {fault.place for fault in prove([one], every, catalogue=[one]).faults if "从别处抄来" in fault.what.zh}

    assert unread(power) == set()
    assert {place.split("_three.")[1][:12] for place in unread(silent)} == {"prepare.r1", "implement.r5"}


def test_a_reading_of_a_word_that_the_map_lacks_is_an_error() -> None:
    reading = "role_map: [{word: 龙王, means: {zh: 甲, en: A}, doubt: {zh: 乙, en: B}}]\n    steps:\n"
    loaded = load(changed("steps:\n", reading))
    assert ["龙王" in fault.what.zh for fault in loaded.errors] == [True]
