"""impossible_presence 分身无术: one officer on site at two places at once, or without the time to get from one to the other.

Resembles: signatures for colleagues, visits that were never made.  The control one_place_at_a_time refuses a plain overlap here; the
pattern finds overlaps in logs of systems without it, and visits that follow each other faster than anybody travels.
Innocent: neighbouring rooms recorded as two places; a clock read wrongly once; a market hall, where one team goes from stall to stall or
writes one span for all of them (the same team at adjoining or equal times is one visit).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH stays AS (
    SELECT DISTINCT case_id, power, seq, started, ended, coalesce(place, party, case_id) AS place,
      list_sort(string_split(team, '|')) AS team, unnest(string_split(coalesce(team, actor), '|')) AS who
    FROM recent WHERE started IS NOT NULL AND ended > started AND ended - started < INTERVAL 24 HOUR),
  next AS (
    SELECT *, lead(started) OVER o AS then_started, lead(place) OVER o AS then_place, lead(case_id) OVER o AS then_case,
      coalesce(len(team) > 1 AND team = lead(team) OVER o AND (lead(started) OVER o >= ended OR (lead(started) OVER o, lead(ended) OVER o)
        = (started, ended)), false) AS then_round,
      lag(ended) OVER o AS last_ended, lag(place) OVER o AS last_place, lag(case_id) OVER o AS last_case,
      coalesce(len(team) > 1 AND team = lag(team) OVER o AND (started >= lag(ended) OVER o OR (lag(started) OVER o, lag(ended) OVER o)
        = (started, ended)), false) AS last_round
    FROM stays WINDOW o AS (PARTITION BY who ORDER BY started, ended, case_id, seq))
  SELECT who AS subject, 'stay' AS stratum, case_id, seq, power,
    coalesce(then_started < ended + INTERVAL 3 MINUTE AND then_place <> place AND then_case <> case_id AND NOT then_round, false)
    OR coalesce(started < last_ended + INTERVAL 3 MINUTE AND last_place <> place AND last_case <> case_id AND NOT last_round, false) AS hit
  FROM next WHERE who NOT IN ('system', 'party', '')"""
PATTERN = Pattern(
    name="impossible_presence",
    title=Text(zh="分身无术", en="Impossible presence"),
    resembles=Text(zh="同一人同时在两处现场，或者前后两处之间没有路上的时间", en="one officer at two places at once, or without time to travel between them"),
    innocent=Text(zh="相邻场所分开登记；偶尔记错时间", en="neighbouring rooms entered as two places; a slip of the clock"),
    unit=Text(zh="一次现场停留", en="a stay on site"),
    peers=Text(zh="其他到现场的人员", en="others who go on site"),
    touches=("one_place_at_a_time", "two_officers", "site_visit_evidence", "present_on_day"),
    needs=(Need(roles=("visit",), columns=("started", "ended"), share=0.3),),
    sql=rates(_TRIALS),
    minimum=8,
    least_hits=4,
    rho=0.01,
)
