"""non_filing_rate 不立案偏高: an officer proposes not to open a case on far more leads than others who get the same kind of leads.

Resembles: leads that are bought off at the door.  Innocent: who sorts the hopeless ones (compared within source or violation).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH proposed AS (
    SELECT case_id, any_value(power) AS power, coalesce(arg_max(actor, seq) FILTER (role IN ('file', 'not_file')), arg_min(actor, seq))
      AS who, coalesce(arg_max(role, seq) FILTER (role IN ('file', 'not_file')), arg_max(role, seq)) IN ('not_file', 'not_open') AS hit,
      max(seq) AS seq FROM tagged WHERE role IN ('file', 'not_file', 'open', 'not_open') AND officer GROUP BY case_id)
  SELECT p.who AS subject, p.power || '/' || coalesce(l.outcome, c.code, '') AS stratum, p.case_id, p.seq, p.power, p.hit
  FROM proposed p JOIN cases c USING (case_id) LEFT JOIN (
    SELECT case_id, arg_min(outcome, seq) AS outcome FROM tagged WHERE role = 'lead' GROUP BY case_id) l USING (case_id)"""
PATTERN = Pattern(
    name="non_filing_rate",
    title=Text(zh="不立案偏高", en="Leads not opened"),
    resembles=Text(zh="同类线索别人立案，他总提请不立案", en="leads on which others open a case, he proposes not to"),
    innocent=Text(zh="由他集中处理不属管辖或者重复的线索", en="leads outside the jurisdiction or told twice are his task"),
    unit=Text(zh="一条作出处置的线索（不立案为异常）", en="a lead that was disposed of (hit: not opened)"),
    peers=Text(zh="处理同一来源线索的其他人员", en="others with leads of the same source"),
    touches=("lead_disposition", "case_opening_due", "withdrawal_approval"),
    needs=(Need(roles=("file", "not_file", "open", "not_open"), columns=("actor",)), Need(roles=("not_file", "not_open"))),
    sql=rates(_TRIALS),
    wider=True,
    minimum=12,
    least_hits=6,
    ratio=2.0,
)
