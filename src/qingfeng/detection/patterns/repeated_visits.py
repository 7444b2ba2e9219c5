"""repeated_visits 群众多头跑: at one clerk's counter, applicants are sent home a second time in the same matter far more often.

The control of the same name finds each applicant who had to come again; the pattern finds the counter at which it is usual.
Resembles: difficulties made on purpose, until something is given.  Innocent: a matter with hard papers (compared within the matter).
Who receives or accepts nothing in the power sits at no counter: whoever signs refusals signs after a notice each time.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH met AS (
    SELECT t.actor, t.power, t.role, t.case_id, t.seq, t."at", c.party, coalesce(t.code, c.code, '') AS matter,
      row_number() OVER (PARTITION BY t.case_id, t.actor ORDER BY t.seq DESC) AS nth
    FROM tagged t JOIN cases c USING (case_id) WHERE t.officer AND t.role IN ('receive', 'accept', 'send_home')),
  desk AS (SELECT DISTINCT actor, power FROM met WHERE role IN ('receive', 'accept')),
  home AS (SELECT * FROM met WHERE role = 'send_home')
  SELECT m.actor AS subject, m.power || '/' || m.matter AS stratum, m.case_id, m.seq, m.power, EXISTS (
      SELECT 1 FROM home a JOIN home b ON (a.case_id = b.case_id OR (a.party = b.party AND a.matter = b.matter))
        AND (a."at", a.case_id, a.seq) < (b."at", b.case_id, b.seq) AND b."at" - a."at" < INTERVAL 60 DAY
      WHERE b.case_id = m.case_id AND b.actor = m.actor) AS hit
  FROM met m JOIN desk USING (actor, power) WHERE nth = 1"""
PATTERN = Pattern(
    name="repeated_visits",
    title=Text(zh="群众多头跑", en="Visitors sent home again"),
    resembles=Text(zh="同一窗口人员总让申请人为同一事项再跑一趟", en="a clerk whose applicants have to come again in the same matter"),
    innocent=Text(zh="所办事项材料确实复杂", en="a matter whose papers are hard"),
    unit=Text(zh="一件申请（同一事项被退回两次以上为异常）", en="an application (hit: sent home twice or more in the matter)"),
    peers=Text(zh="办理同一事项的其他窗口人员", en="other clerks for the same matter"),
    touches=("repeated_visits", "one_time_notification", "published_requirements", "told_in_writing"),
    needs=(Need(roles=("receive", "accept", "send_home"), columns=("actor",)),),
    sql=rates(_TRIALS),
    minimum=15,
    least_hits=5,
)
