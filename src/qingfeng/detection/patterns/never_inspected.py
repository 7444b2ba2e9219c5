"""never_inspected 从未检查: a subject on the published library that is not inspected in years, while its like are, again and again.

Resembles: somebody is kept out of the draw, or drawn and then let off: planned visits that nobody made.  Innocent: a low-risk class that
is drawn less (its own stratum), a place that stood still.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Direction, Need, Pattern
from qingfeng.detection.relations import LONG_DAYS
from qingfeng.terms.text import Text

LET_OFF, LET_LIE, MOSTLY = "let off", 30, 0.8
"""Planned and not visited: days after which a case without a visit counts, share of cases of a power that end in one."""
_SQL = f"""
  WITH visits AS (
    SELECT coalesce(party, of_case) AS subject, case_id, min("at")::DATE AS day FROM (
      SELECT a.*, max(a.party) OVER (PARTITION BY a.case_id) AS of_case FROM acts a)
    WHERE act IN (SELECT act FROM roles WHERE role = 'inspect') AND coalesce(party, of_case) IS NOT NULL
    GROUP BY coalesce(party, of_case), case_id),
  begun AS (SELECT min("at")::DATE AS day FROM acts),  -- before the log began nothing could be on record
  listed AS (
    SELECT s.subject, s.stratum, greatest(s.first_day, t.day - INTERVAL {LONG_DAYS} DAY, b.day)::DATE AS first_day,
      coalesce(s.last_day, t.day) AS last_day FROM subjects s, today t, begun b WHERE s.first_day <= t.day),
  seen AS (
    SELECT l.subject, l.stratum, count(DISTINCT v.case_id) AS hits, date_diff('day', l.first_day, l.last_day) AS days
    FROM listed l LEFT JOIN visits v ON v.subject = l.subject AND v.day BETWEEN l.first_day AND l.last_day GROUP BY ALL),
  whole AS (SELECT stratum, sum(hits) AS hits, sum(days) AS days, count(*) AS n FROM seen GROUP BY stratum),
  planned AS (
    SELECT c.party AS subject, c.power, c.case_id, coalesce(c.visited, false) AS visited FROM cases c, today t
    WHERE c.party IN (SELECT subject FROM subjects) AND (coalesce(c.visited, false) OR c.last_at < t.day - INTERVAL {LET_LIE} DAY)),
  visiting AS (SELECT power, count(*) FILTER (NOT visited) AS hits, count(*) AS n, count(DISTINCT subject) AS firms
    FROM planned GROUP BY power HAVING avg(visited::INT) >= {MOSTLY}),
  let_off AS (
    SELECT p.subject, p.power, count(*) FILTER (NOT p.visited) AS hits, count(*) AS n,
      list(p.case_id || '#1' ORDER BY p.case_id) FILTER (NOT p.visited) AS evidence
    FROM planned p JOIN visiting USING (power) GROUP BY ALL)
  SELECT s.subject, s.stratum, s.hits, s.days AS trials, w.hits - s.hits AS rest_hits, w.days - s.days AS rest_trials, w.n - 1 AS peers,
    '' AS power, NULL AS evidence, NULL AS officers
  FROM seen s JOIN whole w USING (stratum)
  UNION ALL
  SELECT l.subject || '#{LET_OFF}', '{LET_OFF}/' || l.power, l.hits, l.n, v.hits - l.hits, v.n - l.n, v.firms - 1, l.power, l.evidence, NULL
  FROM let_off l JOIN visiting v USING (power) ORDER BY 1, 2"""
PATTERN = Pattern(
    name="never_inspected",
    title=Text(zh="从未检查", en="Never inspected"),
    resembles=Text(zh="名录上的对象多年不被检查，而同类对象反复被查", en="a listed subject not inspected in years, while its like are again and again"),
    innocent=Text(zh="停产、迁出；属于抽查比例低的类别", en="shut down or gone; a class that is drawn rarely"),
    unit=Text(zh="在名录上的一天（被检查的日子过少为异常）；另计列入计划的一次检查（过后没有去的为异常）",
              en="a day on the library (too few with an inspection); counted apart, a planned visit (hit: it was not made)"),
    peers=Text(zh="同一名录同一类别的其他对象", en="other subjects of the same class of the library"),
    touches=("drawn_at_random", "inspection_pool", "drawn_from_pool", "plan_neutrality"),
    needs=(Need(relation="subjects", columns=("subject", "first_day"), least=5), Need(roles=("inspect",))),
    sql=_SQL,
    minimum=180,
    peers_needed=5,
    direction=Direction.LOW,
    ratio=1000.0,
    rho=0.005,
    spread=0.3,
    kinds={LET_OFF: {"minimum": 3, "least_hits": 3, "direction": Direction.HIGH, "ratio": 3.0, "least_share": 0.5}},
)
