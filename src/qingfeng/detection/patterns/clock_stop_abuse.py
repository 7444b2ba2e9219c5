"""clock_stop_abuse 滥用停表: an officer stops the clock (suspension, appraisal, expert review, extension) far more often than others.

Resembles: delay until something is given, or an overdue case made to look in time.  Innocent: who handles what needs an appraisal
(compared within the matter).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH stops AS (
    SELECT case_id, min(seq) AS seq, count(*) AS n, arg_min(actor, seq) FILTER (officer) AS who FROM tagged WHERE role = 'stop'
    GROUP BY case_id),
  handled AS (SELECT case_id, arg_max(actor, seq) AS who FROM tagged WHERE role = 'handle' AND officer GROUP BY case_id),
  told AS (  -- where somebody handles, a case that nobody has handled yet is nobody's: only its stop is known, not the others' want of it
    SELECT c.case_id, c.power, c.power || '/' || coalesce(c.code, '') AS stratum, coalesce(s.seq, 1) AS seq, coalesce(s.n, 0) AS n,
      coalesce(h.who, CASE WHEN c.power NOT IN (SELECT power FROM tagged WHERE role = 'handle') THEN coalesce(s.who, c.handler) END) AS who
    FROM cases c LEFT JOIN stops s USING (case_id) LEFT JOIN handled h USING (case_id)
    WHERE c.power IN (SELECT power FROM tagged WHERE role = 'stop'))
  SELECT who AS subject, stratum, case_id, seq, power, n > 0 AS hit FROM told
  UNION ALL SELECT who || '#again', 'again/' || stratum, case_id, seq, power, n > 1 FROM told"""
PATTERN = Pattern(
    name="clock_stop_abuse",
    title=Text(zh="滥用停表", en="Abused clock stops"),
    resembles=Text(zh="同一承办人的案件总要中止、延期或者停表", en="an officer whose cases are always suspended, extended or stopped"),
    innocent=Text(zh="办理的案件确需检测鉴定", en="cases that need an appraisal"),
    unit=Text(zh="一件案件（停过表为异常；停过两次以上的另行统计）", en="a case (hit: its clock was stopped; stopped twice or more, counted apart)"),
    peers=Text(zh="办理同类案件的其他承办人", en="others who handle like cases"),
    touches=("time_limit", "expert_clock", "bounded_period"),
    needs=(Need(roles=("stop",), columns=("actor",)),),
    sql=rates(_TRIALS, officers="list_value(split_part(subject, '#', 1))"),
    wider=True,
    minimum=12,
    least_hits=6,
    ratio=2.0,
)
