"""nothing_found_streak 久查无果: an inspector finds nothing, visit after visit, where others find something in the same kind of place.

Resembles: inspections for form's sake, or paid for.  Innocent: subjects of a better kind (compared within the power and the items).
Who writes the record decides what it says; the others of a team are counted, too, but apart from what each of them wrote.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Direction, Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH told AS (
    SELECT case_id, arg_max(outcome, seq) FILTER (outcome IS NOT NULL) AS outcome FROM tagged WHERE role IN ('inspect', 'result')
    GROUP BY case_id),
  gone AS (
    SELECT DISTINCT case_id, power, code, min(seq) OVER (PARTITION BY case_id) AS seq,
      unnest(string_split(coalesce(team, actor), '|')) AS subject,
      '' AS way FROM tagged WHERE role = 'inspect'
    UNION ALL
    SELECT DISTINCT case_id, power, code, min(seq) OVER (PARTITION BY case_id), actor || '#wrote', 'wrote/'
    FROM tagged WHERE role = 'inspect' AND officer AND contains(team, '|'))
  SELECT g.subject, g.way || g.power || '/' || coalesce(g.code, '') AS stratum, g.case_id, g.seq, g.power, t.outcome <> 'normal' AS hit
  FROM gone g JOIN told t USING (case_id) WHERE t.outcome IS NOT NULL"""
PATTERN = Pattern(
    name="nothing_found_streak",
    title=Text(zh="久查无果", en="Nothing ever found"),
    resembles=Text(zh="检查走过场：同类对象别人查得出问题，他一直查不出", en="inspections for form's sake: others find faults where he never does"),
    innocent=Text(zh="分到的对象确实较好", en="the better subjects fell to him"),
    unit=Text(zh="一次检查（查出问题为正常，次数过少为异常）", en="an inspection (too few that find something)"),
    peers=Text(zh="检查同类对象的其他检查人员", en="others who inspect the same kind of subject"),
    touches=("site_visit_evidence", "problem_disposition", "review_worksheet", "inspection_conduct"),
    needs=(Need(roles=("inspect",), columns=("actor",)), Need(roles=("inspect", "result"), columns=("outcome",), share=0.2)),
    sql=rates(_TRIALS, shown="NOT hit", officers="list_value(split_part(subject, '#', 1))"),
    minimum=12,
    direction=Direction.LOW,
    ratio=2.0,
)
