"""A complete small power, as a file: an invented permit with one of everything that a file may hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import qingfeng.catalogue
from qingfeng.catalogue.load import Loaded, load_power, load_vocabulary
from qingfeng.catalogue.vocabulary import Vocabulary

NAME = "powers/a900/permit.yaml"

SAMPLE = """\
id: a900/permit
title: {zh: 示例许可, en: Sample permit}
agency: {zh: 示例县应急管理局, en: Sample county bureau}
kind: licence
source: {document: 900_sample.txt, diagram: 1}
level_scheme: [低, 中, 高]
phones: {supervision: "0000-1", service: "0000-2"}
words:
  acts:
    stamp_paper: {zh: 盖章, en: Stamp the paper, fields: [document_no!]}
versions:
  - in_force_from: 2024-01-01
    basis: [{instrument: 行政许可法, articles: [32, 42]}]
    steps:
      - id: accept
        name: {zh: 受理, en: Acceptance}
        owner: {source: 受理人员, post: counter_clerk}
        level: 低
        risks: [{id: r1, text: 故意刁难申请人。, stopped_by: [separate_duties]}]
        measures: [{id: m1, text: 一次性告知。, carried_by: [act:give_one_time_notice]}]
      - id: decide
        name: {zh: 决定, en: Decision}
        owner: {source: 分管领导, post: deputy_in_charge}
        level: 高
        risks: [{id: r1, text: 随意行驶自由裁量权。, reads_as: 随意行使自由裁量权。, stopped_by: [separate_duties]}]
        measures: [{id: m1, text: 限时办结。, carried_by: [limit:decide_20]},
                   {id: m2, text: 定期检查台帐。, carried_by: [duty:register_check]}]
    procedure:
      start: accept
      acts:
        - {act: receive_application, at: [accept], by: [counter_clerk], once: true}
        - {act: give_one_time_notice, at: [accept], by: [counter_clerk], opens: supplementation,
           after: [receive_application]}
        - {act: supplement, at: [accept], by: [counter_clerk, party], closes: supplementation}
        - {act: accept_application, at: [accept], by: [counter_clerk], to: decide, after: [receive_application]}
        - {act: deemed_acceptance, at: [accept], by: [system], to: decide, after: [receive_application]}
        - {act: submit_examination, at: [decide], by: [examiner], after: [accept_application|deemed_acceptance]}
        - {act: approve_extension, at: [decide], by: [agency_head], once: true, no_delegation: true}
        - {act: order_expert_review, at: [decide], by: [examiner]}
        - {act: receive_expert_review, at: [decide], by: [examiner], after: [order_expert_review]}
        - {act: decide_application, at: [decide], by: [deputy_in_charge], after: [submit_examination],
           to: {field: decision_outcome, granted: closed, refused: closed}}
        - {act: stamp_paper, at: [closed], by: [archivist], waits: [answer_window], credential: false}
      pending:
        - {id: supplementation, name: {zh: 待补正, en: Awaiting material}, blocks: [accept_application]}
      limits:
        - {id: notice_5, name: {zh: 一次性告知, en: One-off notice}, starts: [receive_application],
           ends: [give_one_time_notice, accept_application], n: 5, unit: working_day, kind: statutory,
           basis: {instrument: 行政许可法, article: "32(1)"}, rolls: agency, effect: deemed_acceptance}
        - {id: decide_20, name: {zh: 决定, en: Decision}, starts: [accept_application, deemed_acceptance],
           ends: [decide_application], n: 20, unit: working_day, kind: statutory,
           basis: {instrument: 行政许可法, article: "42(1)"}, rolls: agency, yellow: {n: 5, unit: working_day},
           stops: [{from: order_expert_review, to: receive_expert_review, basis: {instrument: 行政许可法, article: "45"}}],
           extend: [{by: approve_extension, n: 10, unit: working_day, times: 1}]}
        - {id: answer_window, name: {zh: 异议期, en: Window for objections}, starts: [decide_application],
           ends: [stamp_paper], n: 3, unit: working_day, kind: setting, basis: null, rolls: party, for: party}
      branches:
        supplementation: {acts: [give_one_time_notice, supplement]}
        extension: {acts: [approve_extension]}
        refusal_to_accept: {why_not: {zh: 示例不含, en: Not in the sample}}
        no_case_opening: {why_not: {zh: 示例不含, en: Not in the sample}}
        return_on_review: {why_not: {zh: 示例不含, en: Not in the sample}}
        hearing: {why_not: {zh: 示例不含, en: Not in the sample}}
        suspension: {why_not: {zh: 示例不含, en: Not in the sample}}
        withdrawal: {why_not: {zh: 示例不含, en: Not in the sample}}
        referral: {why_not: {zh: 示例不含, en: Not in the sample}}
        reconsideration: {why_not: {zh: 示例不含, en: Not in the sample}}
        litigation: {why_not: {zh: 示例不含, en: Not in the sample}}
        redo: {why_not: {zh: 示例不含, en: Not in the sample}}
        revocation: {why_not: {zh: 示例不含, en: Not in the sample}}
        refund: {why_not: {zh: 示例不含, en: Not in the sample}}
        correction: {why_not: {zh: 示例不含, en: Not in the sample}}
    controls:
      separate_duties: {pairs: [{first: [submit_examination], second: [decide_application]}]}
    duties:
      register_check: {every: month, by: section_head, within: {n: 5, unit: working_day}}
    stories:
      - id: full_course
        title: {zh: 办结, en: To the end}
        covers: [supplementation, extension]
        rows:
          - {day: 2026-03-02, who: counter_clerk, does: receive_application,
             with: {applicant: 示例公司, matter: 示例, materials: [申请书]}, then: accept}
          - {day: 2026-03-03, who: counter_clerk, does: give_one_time_notice, with: {missing: [图纸]}, then: accept}
          - {day: 2026-03-03 10:00, who: counter_clerk, does: accept_application, then: "refused: order"}
          - {day: 2026-03-05, who: party, does: supplement, with: {materials: [图纸]}, then: accept}
          - {day: 2026-03-05 10:00, who: counter_clerk/2, does: accept_application, then: decide}
          - {day: 2026-03-27, who: clock, does: wait, then: yellow decide_20}
          - {day: 2026-03-30, who: agency_head, does: approve_extension, with: {reasons: 案情复杂}, then: decide}
          - {day: 2026-03-31, who: examiner, does: submit_examination, with: {opinion: 符合条件}, then: decide}
          - {day: 2026-04-01, who: deputy_in_charge, does: decide_application, with: {decision_outcome: granted},
             then: closed}
"""


@cache
def vocabulary() -> Vocabulary:
    """The shared words."""
    return load_vocabulary((Path(qingfeng.catalogue.__file__).parent / "vocabulary.yaml").read_text(encoding="utf-8"))


def load(text: str, *, name: str = NAME) -> Loaded:
    """Load a text as if it were the sample's file."""
    return load_power(text, name=name, vocabulary=vocabulary())


def changed(old: str, new: str) -> str:
    """The sample with one place changed; the place must be there exactly once."""
    assert SAMPLE.count(old) == 1, (SAMPLE.count(old), old)
    return SAMPLE.replace(old, new)
