"""waived_hearing_rate 放弃权利偏高: the parties of one officer waive hearing or defence far more often than those of others.

Resembles: parties who are pressed to sign.  Innocent: slight cases in which nobody cares to be heard (compared within the violation).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH told AS (
    SELECT case_id, any_value(power) AS power, arg_min(actor, seq) AS who, min(seq) AS seq FROM tagged WHERE role = 'notice' AND officer
    GROUP BY case_id),
  waived AS (SELECT case_id, min(seq) AS seq FROM tagged WHERE role = 'waive' GROUP BY case_id)
  SELECT t.who AS subject, t.power || '/' || coalesce(c.code, '') || '/' || coalesce(c.tier, '') AS stratum, t.case_id,
    coalesce(w.seq, t.seq) AS seq, t.power, w.seq > t.seq IS TRUE AS hit
  FROM told t JOIN cases c USING (case_id) LEFT JOIN waived w USING (case_id)"""
PATTERN = Pattern(
    name="waived_hearing_rate",
    title=Text(zh="放弃权利偏高", en="Rights waived too often"),
    resembles=Text(zh="同一承办人的当事人总是放弃听证或者陈述申辩", en="the parties of one officer always waive hearing or defence"),
    innocent=Text(zh="案件轻微，当事人无意申辩", en="slight cases in which nobody cares to be heard"),
    unit=Text(zh="一件已告知的案件（当事人放弃为异常）", en="a case with notice given (hit: waived)"),
    peers=Text(zh="同一案由、同一档次的其他承办人", en="others with the same violation and tier"),
    touches=("hearing_right", "prior_notice", "defence_heard"),
    needs=(Need(roles=("notice",), columns=("actor",)), Need(roles=("waive",))),
    sql=rates(_TRIALS),
    wider=True,
    minimum=10,
    least_hits=6,
    ratio=2.0,
)
