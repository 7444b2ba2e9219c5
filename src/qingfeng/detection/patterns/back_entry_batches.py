"""back_entry_batches 成批补录: one officer types in many acts long after they happened, of several cases, in one sitting.

Resembles: cases finished elsewhere and entered for the record; dates made to fit.  The control prompt_registration asks a reason of each.
Innocent: a failure of the system or an outing of the whole office (a day on which three or more do it does not count).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH done AS (
    SELECT a.case_id, a.seq, a.power, a.actor, a."at", a.entered, a.entered::DATE AS day,
      coalesce(e.number - d.number, date_diff('day', a."at", a.entered)) >= 2 AS late
    FROM recent a LEFT JOIN calendar e ON e.day = a.entered::DATE LEFT JOIN calendar d ON d.day = a."at"::DATE
    WHERE a.actor IS NOT NULL AND a.actor NOT IN ('system', 'party')),
  near AS (
    SELECT *, late AND count(*) FILTER (late) OVER w >= 6
      AND date_diff('day', min("at") FILTER (late) OVER w, max("at") FILTER (late) OVER w) + 1 >= 2 AS batch FROM done
    WINDOW w AS (PARTITION BY actor ORDER BY entered RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND INTERVAL 1 HOUR FOLLOWING)),
  common AS (SELECT day FROM near WHERE batch GROUP BY day HAVING count(DISTINCT actor) >= 3)
  SELECT actor AS subject, 'entry' AS stratum, case_id, seq, power, batch AND day NOT IN (SELECT day FROM common) AS hit FROM near"""
PATTERN = Pattern(
    name="back_entry_batches",
    title=Text(zh="成批补录", en="Batches of back entries"),
    resembles=Text(zh="事情办完多日后，一人一次成批补录多件", en="one officer enters many acts at one sitting, days after they happened"),
    innocent=Text(zh="系统故障或者外出后集中补录", en="entries made up after a failure or an outing"),
    unit=Text(zh="一次录入（晚两个工作日以上，且一小时内六条以上为异常）", en="an entry (hit: two working days late, six or more within an hour)"),
    peers=Text(zh="其他录入人员", en="others who make entries"),
    touches=("prompt_registration", "lawful_order"),
    needs=(Need(relation="recent", columns=("actor", "entered", "at")),),
    sql=rates(_TRIALS),
    minimum=20,
    least_hits=6,
    rho=0.01,
)
