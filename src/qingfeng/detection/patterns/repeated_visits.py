"""repeated_visits 反复跑、反复查: applicants are sent home a second time at one clerk's counter, or one inspector goes to the same firm
again and again, far more often than others do.

The control of the same name finds each applicant who had to come again; the pattern finds the counter at which it is usual.
Resembles: difficulties made on purpose, until something is given.  Innocent: a matter with hard papers (compared within the matter).
An inspection beyond twice of what a firm of its class gets from everybody in the year is repeated; a re-check is none.
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
  home AS (SELECT * FROM met WHERE role = 'send_home'),
  classes AS (SELECT subject, min(stratum) AS class FROM subjects GROUP BY subject),
  gone AS (
    SELECT c.party, coalesce(k.class, '') AS class, t.case_id, t.power, min(t.seq) AS seq, min(t."at") AS went,
      list_distinct(flatten(list(string_split(coalesce(t.team, t.actor), '|')))) AS team
    FROM tagged t JOIN cases c USING (case_id) LEFT JOIN classes k ON k.subject = c.party
    WHERE t.role = 'inspect' AND t.officer AND c.party IS NOT NULL GROUP BY ALL),
  usual AS (SELECT class, count(*) / count(DISTINCT party) AS usual FROM gone GROUP BY class),
  visited AS (
    SELECT *, row_number() OVER (PARTITION BY who, party ORDER BY went, case_id) AS nth
    FROM (SELECT * EXCLUDE (team), unnest(team) AS who FROM gone))
  SELECT m.actor AS subject, 'home/' || m.power || '/' || m.matter AS stratum, m.case_id, m.seq, m.power, EXISTS (
      SELECT 1 FROM home a JOIN home b ON (a.case_id = b.case_id OR (a.party = b.party AND a.matter = b.matter))
        AND (a."at", a.case_id, a.seq) < (b."at", b.case_id, b.seq) AND b."at" - a."at" < INTERVAL 60 DAY
      WHERE b.case_id = m.case_id AND b.actor = m.actor) AS hit
  FROM met m JOIN desk USING (actor, power) WHERE nth = 1
  UNION ALL
  SELECT v.who || '#again', 'visit/' || v.class, v.case_id, v.seq, v.power, v.nth > greatest(u.usual * 2, 3) AS hit
  FROM visited v JOIN usual u USING (class)"""
PATTERN = Pattern(
    name="repeated_visits",
    title=Text(zh="反复跑、反复查", en="Sent home, or visited, again and again"),
    resembles=Text(zh="同一窗口人员总让申请人为同一事项再跑一趟；同一人对同一企业反复上门检查",
                   en="a clerk whose applicants come again and again in the same matter; an inspector who visits one firm again and again"),
    innocent=Text(zh="所办事项材料确实复杂；企业被多次举报", en="a matter whose papers are hard; a firm often complained of"),
    unit=Text(zh="一件申请（同一事项被退回两次以上为异常）；一次检查（本人一年内对该企业已超过三次和同类企业所受检查的两倍为异常），分别统计",
              en="an application (hit: sent home twice or more in the matter); an inspection (hit: his own there in the year are more "
                 "than three and than twice what like firms get from all); each apart"),
    peers=Text(zh="办理同一事项的其他窗口人员；检查同类企业的其他人员", en="other clerks for the same matter; others who inspect like firms"),
    touches=("repeated_visits", "one_time_notification", "published_requirements", "told_in_writing"),
    needs=(Need(roles=("receive", "accept", "send_home", "inspect"), columns=("actor",)),),
    sql=rates(_TRIALS, officers="list_value(split_part(subject, '#', 1))"),
    spread=1.0,
    minimum=15,
    least_hits=5,
)
