"""A small power with drills of every ring: the sample permit, its risks cut into parts, each of them tried."""

from __future__ import annotations

from functools import cache

from qingfeng.catalogue.power import Drill, Power
from tests.catalogue.sample import SAMPLE, load

RISK = "{id: r1, text: 故意刁难申请人。, stopped_by: [separate_duties]}"
PARTS = """{id: r1, text: 故意刁难申请人。, parts: [{id: p1, text: 刁难申请人, stopped_by: [prompt_registration, time_limit]},
                {id: p2, text: 故意, stopped_by: [lawful_order, authority_scope, separate_duties]}]}"""
DRILLS = """\
    drills:
      - id: lies_still
        risk: accept.r1
        part: p1
        attempt: {zh: 受理人员收件后压着不办, en: The clerk lets the application lie}
        from: full_course
        before: give_one_time_notice
        rows: [{day: 2026-03-03, who: clock, does: wait}]
        ring: found
        by: [time_limit]
      - id: entered_late
        risk: accept.r1
        part: p1
        attempt: {zh: 受理人员先收件，拖了三周才登记, en: The clerk takes the application in and enters it three weeks later}
        from: full_course
        before: receive_application
        rows:
          - {day: 2026-03-02, who: counter_clerk, does: receive_application, entered: 2026-03-26 10:00,
             with: {applicant: 示例公司, matter: 示例, materials: [申请书]}}
        ring: found
        by: [prompt_registration]
      - id: decides_at_once
        risk: accept.r1
        part: p2
        attempt: {zh: 受理人员不等审查直接决定, en: The clerk decides without an examination}
        from: full_course
        before: give_one_time_notice
        rows: [{day: 2026-03-03, who: counter_clerk, does: decide_application, with: {decision_outcome: refused}}]
        ring: order
        by: [lawful_order]
      - id: examines_and_decides
        risk: decide.r1
        attempt: {zh: 分管领导自己审查又自己决定, en: The deputy examines and decides alone}
        from: full_course
        before: submit_examination
        rows:
          - {day: 2026-03-31, who: examiner, does: submit_examination, with: {opinion: 符合条件}}
          - {day: 2026-04-01, who: examiner, does: decide_application, with: {decision_outcome: granted}}
        ring: control
        by: [separate_duties]
"""
_BY = "by: [deputy_in_charge], after: [submit_examination]"
TEXT = (
    SAMPLE.replace(RISK, PARTS)
    .replace("refused: order", "refused: lawful_order")
    .replace("    stories:\n", DRILLS + "    stories:\n")
    .replace(_BY, _BY.replace("in_charge", "in_charge, examiner"))
)


def drilled(*changes: tuple[str, str]) -> Power:
    """The power with places of its text changed, each of which must be there exactly once."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return _load(text)


def drill(power: Power, name: str) -> Drill:
    """One of its drills."""
    return next(one for one in power.versions[-1].drills if one.id == name)


@cache
def _load(text: str) -> Power:
    loaded = load(text)
    assert loaded.power is not None, loaded.errors
    return loaded.power
