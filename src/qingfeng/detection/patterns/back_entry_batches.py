"""back_entry_batches 事后补录: what one officer types in late has mostly been overtaken: weeks old, and what rests on it is there before.

Resembles: cases finished elsewhere and entered for the record; dates made to fit.  The control prompt_registration asks a reason of each.
Innocent: paper records typed on Fridays or at the end of a month, before anything rests on them (then few of the late entries are hits);
a failure of the system or an outing of the whole office (a day on which three or more type in six late entries each does not count).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

LATE, OLD, MANY, TOGETHER = 2, 10, 6, 3
"""Working days from which an entry is late, and old; late entries of a day that make a batch, people who make it common."""
_TRIALS = f"""
  WITH done AS (
    SELECT a.case_id, a.seq, a.power, a.actor, a.entered, a.entered::DATE AS day,
      coalesce(e.number - d.number, date_diff('day', a."at", a.entered)) AS lag
    FROM recent a LEFT JOIN calendar e ON e.day = a.entered::DATE LEFT JOIN calendar d ON d.day = a."at"::DATE
    WHERE a.actor IS NOT NULL AND a.actor NOT IN ('system', 'party')),
  late AS (SELECT * FROM done WHERE lag >= {LATE}),
  common AS (
    SELECT day FROM (SELECT day, actor FROM late GROUP BY day, actor HAVING count(*) >= {MANY})
    GROUP BY day HAVING count(*) >= {TOGETHER}),
  resting AS (
    SELECT DISTINCT case_id, seq, entered FROM tagged
    WHERE officer AND role IN ('handle', 'result', 'notice', 'approve', 'decide', 'open', 'accept')),
  overtaken AS (
    SELECT DISTINCT l.case_id, l.seq FROM late l JOIN resting r ON r.case_id = l.case_id AND r.seq > l.seq AND r.entered < l.entered)
  SELECT l.actor AS subject, 'late' AS stratum, l.case_id, l.seq, l.power, l.lag >= {OLD} AND o.seq IS NOT NULL AS hit
  FROM late l LEFT JOIN overtaken o USING (case_id, seq) WHERE l.day NOT IN (SELECT day FROM common)"""
PATTERN = Pattern(
    name="back_entry_batches",
    title=Text(zh="事后补录", en="Entries made up afterwards"),
    resembles=Text(zh="下一步早已登记，作为依据的记录过了几周才由同一人补录",
                   en="one officer types in records weeks late, after the acts that rest on them"),
    innocent=Text(zh="系统故障或者外出后集中补录；每周、每月集中录入纸质记录",
                  en="entries made up after a failure or an outing; paper records typed weekly or monthly"),
    unit=Text(zh="一次迟录（晚两个工作日以上；晚十个工作日以上且后续步骤已先登记的为异常）",
              en="an entry two working days late or more (hit: ten or more, and a later step was recorded before it)"),
    peers=Text(zh="其他迟录的人员", en="others who make late entries"),
    touches=("prompt_registration", "lawful_order"),
    needs=(Need(relation="recent", columns=("actor", "entered", "at")),),
    sql=rates(_TRIALS),
    minimum=15,
    least_hits=6,
    least_share=0.4,
    apart=True,
)
