"""back_entry_batches 事后补录: a good part of what one officer types in is late and overtaken: what rests on it was there before it;
or a fifth of his own steps (proposals, reports, notices, decisions: no papers to be typed up) come in late batches.

Resembles: cases finished elsewhere and entered for the record; dates made to fit.  The control prompt_registration asks a reason of each.
Innocent: paper records typed on Fridays or at the end of a month, before anything rests on them (a tenth of all his entries cannot be
so); a failure of the system or an outing of the whole office (a day on which three or more type in six such entries each does not count).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

OLD, MANY, TOGETHER, BATCH = 5, 6, 3, 4
"""Working days from which an entry is late; such entries of a day that make an outing or a failure, people who make it common; late
entries of one officer on a day that make a batch."""
_TRIALS = f"""
  WITH done AS (
    SELECT a.case_id, a.seq, a.power, a.actor, a.entered, a.entered::DATE AS day,
      coalesce(e.number - d.number, date_diff('day', a."at", a.entered)) AS lag
    FROM recent a LEFT JOIN calendar e ON e.day = a.entered::DATE LEFT JOIN calendar d ON d.day = a."at"::DATE
    WHERE a.actor IS NOT NULL AND a.actor NOT IN ('system', 'party')),
  late AS (SELECT * FROM done WHERE lag >= {OLD}),
  resting AS (
    SELECT DISTINCT case_id, seq, entered FROM tagged
    WHERE officer AND role IN ('handle', 'result', 'notice', 'approve', 'decide', 'open', 'accept')),
  overtaken AS (
    SELECT DISTINCT l.case_id, l.seq FROM late l JOIN resting r ON r.case_id = l.case_id AND r.seq > l.seq AND r.entered < l.entered),
  common AS (
    SELECT day FROM (SELECT day, actor FROM late JOIN overtaken USING (case_id, seq) GROUP BY day, actor HAVING count(*) >= {MANY})
    GROUP BY day HAVING count(*) >= {TOGETHER}),
  busy AS (
    SELECT day FROM (SELECT day, actor FROM late GROUP BY day, actor HAVING count(*) >= {BATCH})
    GROUP BY day HAVING count(*) >= {TOGETHER}),
  sat AS (SELECT *, count(*) FILTER (lag >= {OLD}) OVER (PARTITION BY actor, day) AS together FROM done)
  SELECT d.actor AS subject, 'all' AS stratum, d.case_id, d.seq, d.power, o.seq IS NOT NULL AS hit
  FROM done d LEFT JOIN overtaken o USING (case_id, seq) WHERE d.day NOT IN (SELECT day FROM common)
  UNION ALL
  SELECT actor || '#batch', 'batch', case_id, seq, power, lag >= {OLD} AND together >= {BATCH} FROM sat
    SEMI JOIN (SELECT case_id, seq FROM tagged WHERE role IN ('file', 'not_file', 'handle', 'result', 'notice', 'approve', 'decide', 'open',
      'accept') AND act <> 'investigate') USING (case_id, seq)
  WHERE day NOT IN (SELECT day FROM busy)"""
PATTERN = Pattern(
    name="back_entry_batches",
    title=Text(zh="事后补录", en="Entries made up afterwards"),
    resembles=Text(zh="下一步早已登记，作为依据的记录过了几周才由同一人补录",
                   en="one officer types in records weeks late, after the acts that rest on them"),
    innocent=Text(zh="系统故障或者外出后集中补录；每周、每月集中录入纸质记录",
                  en="entries made up after a failure or an outing; paper records typed weekly or monthly"),
    unit=Text(zh="一次登记（晚五个工作日以上，且以它为据的后续步骤已先登记的为异常；本人的提请、报告、告知、决定等步骤同日一次补录的另行统计）",
              en="an entry (hit: five working days late or more, and a later step that rests on it was recorded before; counted apart: "
                 "his own proposals, reports, notices, decisions, late and in one sitting)"),
    peers=Text(zh="其他登记的人员", en="others who make entries"),
    touches=("prompt_registration", "lawful_order"),
    needs=(Need(relation="recent", columns=("actor", "entered", "at")),),
    sql=rates(_TRIALS, officers="list_value(split_part(subject, '#', 1))"),
    minimum=15,
    least_hits=6,
    least_share=0.1,
    ratio=2.0,
    kinds={"batch": {"minimum": 30, "least_hits": 10, "least_share": 0.2, "ratio": 4.0}},
)
