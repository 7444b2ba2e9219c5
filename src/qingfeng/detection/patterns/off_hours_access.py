"""off_hours_access 非工作时间查阅: somebody opens files at night (22 to 6) or on free days, far more often than colleagues, and does not
work on them.

Resembles: files looked up for outsiders.  Innocent: late work (readings of a case within two weeks of the reader's own acts on it are left
out), a night duty (compared within the post).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH opened AS (
    SELECT r.*, row_number() OVER (ORDER BY r.reader, r."at", r.case_id) AS n, coalesce(NOT c.working, dayofweek(r."at") IN (0, 6))
      OR hour(r."at") >= 22 OR hour(r."at") < 6 AS off
    FROM reads r LEFT JOIN calendar c ON c.day = r."at"::DATE, today t
    WHERE r."at" >= t.day - INTERVAL 365 DAY AND r."at" < t.day + INTERVAL 1 DAY)
  SELECT o.reader AS subject, coalesce(o.post, '') AS stratum, o.case_id, 0 AS seq, c.power, o.off AS hit
  FROM opened o LEFT JOIN cases c USING (case_id)
  WHERE NOT EXISTS (SELECT 1 FROM recent a WHERE a.case_id = o.case_id AND a.actor = o.reader
    AND abs(date_diff('day', a.entered, o."at")) <= 14)"""
PATTERN = Pattern(
    name="off_hours_access",
    title=Text(zh="非工作时间查阅", en="Files opened off hours"),
    resembles=Text(zh="夜间（22时至次日6时）或者休息日查阅案卷，前后又不办这些案件",
                   en="files opened at night (22 to 6) or on free days by somebody who does no work on them"),
    innocent=Text(zh="值班、加班；汇总统计", en="duty at night, late work, a summary"),
    unit=Text(zh="一次与本人办理无关的查阅", en="a reading of a case that the reader does not work on"),
    peers=Text(zh="同一岗位的其他查阅人", en="other readers of the same post"),
    touches=("need_to_know", "tip_access", "file_access"),
    needs=(Need(relation="reads", columns=("reader", "at")),),
    sql=rates(_TRIALS),
    minimum=20,
    least_hits=8,
)
