"""threshold_splitting 压线处罚: an officer's sums lie just under a limit that would bring a hearing, a deliberation or a higher approval.

Beside the share of all sums that lie there, those just below are held against those just above (what was above is then missing there).
Resembles: a sum chosen so that nobody else looks, or one matter split in several.  Innocent: a benchmark whose tier ends there (then
the sums of others lie there too, and the comparison is with them).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH sums AS (
    SELECT DISTINCT ON (c.case_id) c.case_id, c.power, c.handler, c.party, c.opened, c.decided, c.penalised_seq AS seq, c.fine AS amount,
      t.amount AS bar
    FROM cases c JOIN thresholds t ON t.power = c.power AND c.fine BETWEEN 0.3 * t.amount AND 2.0 * t.amount WHERE c.fine > 0
    ORDER BY c.case_id, abs(ln(c.fine / t.amount)), t.amount),
  parts AS (
    SELECT c.case_id, t.power, t.amount AS bar, c.party, CAST(c.opened AS DATE) AS opened, CAST(c.decided AS DATE) AS decided,
      c.fine AS amount
    FROM cases c JOIN thresholds t ON t.power = c.power AND c.fine >= 0.1 * t.amount AND c.fine < t.amount
    WHERE c.party IS NOT NULL),
  told AS (
    SELECT *, decided IS NOT NULL AND sum(amount) OVER (on_decided RANGE BETWEEN CURRENT ROW AND INTERVAL 30 DAYS FOLLOWING) >= bar
        AS decided_together,
      opened IS NOT NULL AND sum(amount) OVER (on_opened RANGE BETWEEN CURRENT ROW AND INTERVAL 15 DAYS FOLLOWING) >= bar
        AS opened_together FROM parts
    WINDOW on_decided AS (PARTITION BY power, bar, party ORDER BY decided), on_opened AS (PARTITION BY power, bar, party ORDER BY opened)),
  split AS (
    SELECT case_id, bar, bool_or(decided_together) OVER (PARTITION BY power, bar, party ORDER BY decided
        RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW)
      OR bool_or(opened_together) OVER (PARTITION BY power, bar, party ORDER BY opened
        RANGE BETWEEN INTERVAL 15 DAYS PRECEDING AND CURRENT ROW) AS hit FROM told)
  SELECT s.handler AS subject, s.power || '/' || s.bar AS stratum, s.case_id, s.seq, s.power,
    s.amount >= 0.9 * s.bar AND s.amount < s.bar AS hit FROM sums s
  UNION ALL
  SELECT s.handler || '#notch', 'notch/' || s.power || '/' || s.bar, s.case_id, s.seq, s.power, s.amount < s.bar FROM sums s
  WHERE s.amount >= 0.9 * s.bar AND s.amount < 1.6 * s.bar
  UNION ALL
  SELECT s.handler || '#split', 'split/' || s.power || '/' || s.bar, s.case_id, s.seq, s.power, coalesce(p.hit, false)
  FROM sums s LEFT JOIN split p ON p.case_id = s.case_id AND p.bar = s.bar"""
PATTERN = Pattern(
    name="threshold_splitting",
    title=Text(zh="压线处罚", en="Just under the limit"),
    resembles=Text(zh="金额总是压在听证、集体讨论或者上级审批的标准以下，或者拆成几件", en="sums kept just under hearing, deliberation or approval, or split"),
    innocent=Text(zh="裁量档次的上限恰在标准之下", en="a tier of the benchmark that ends just there"),
    unit=Text(zh="一件金额接近标准的处罚（低于标准一成以内的为异常；九成至一点六倍之间低于标准的、同一当事人半月内立案或者一月内决定的几件合计过线的，分别统计）",
              en="a penalty near the limit (hit: within a tenth below it; each apart: below it among 0.9 to 1.6 times the limit, "
                 "split: opened within 15 days, decided within 30)"),
    peers=Text(zh="同一职权、同一标准附近的其他承办人", en="others near the same limit of the same power"),
    touches=("hearing_right", "collective_deliberation", "tiered_approval", "major_case_test"),
    needs=(Need(relation="thresholds"), Need(roles=("penalise",), columns=("amount",))),
    sql=rates(_TRIALS, officers="list_value(split_part(subject, '#', 1))"),
    minimum=6,
    least_hits=5,
    ratio=2.5,
    kinds={"notch": {"ratio": 2.0}},
)
