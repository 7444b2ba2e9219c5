"""clock_stop_abuse 滥用停表: an officer stops the clock (suspension, appraisal, expert review, extension) far more often than others.

Resembles: delay until something is given, or an overdue case made to look in time.  Innocent: who handles what needs an appraisal
(compared within the matter).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  SELECT c.handler AS subject, c.power || '/' || coalesce(c.code, '') AS stratum, c.case_id, c.power,
    coalesce(min(t.seq), 1) AS seq, count(t.seq) > 0 AS hit
  FROM cases c LEFT JOIN tagged t ON t.case_id = c.case_id AND t.role = 'stop'
  WHERE c.power IN (SELECT power FROM tagged WHERE role = 'stop') GROUP BY c.case_id, c.handler, c.power, c.code"""
PATTERN = Pattern(
    name="clock_stop_abuse",
    title=Text(zh="滥用停表", en="Abused clock stops"),
    resembles=Text(zh="同一承办人的案件总要中止、延期或者停表", en="an officer whose cases are always suspended, extended or stopped"),
    innocent=Text(zh="办理的案件确需检测鉴定", en="cases that need an appraisal"),
    unit=Text(zh="一件案件（停过表为异常）", en="a case (hit: its clock was stopped)"),
    peers=Text(zh="办理同类案件的其他承办人", en="others who handle like cases"),
    touches=("time_limit", "expert_clock", "bounded_period"),
    needs=(Need(roles=("stop",), columns=("actor",)),),
    sql=rates(_TRIALS),
    minimum=12,
    least_hits=6,
    ratio=2.0,
    apart=True,
)
