"""ping_pong 反复退回: one reviewer sends the same case back a second and third time far more often than others at that desk.

Resembles: difficulties made until something is given; a case kept from its end.  Innocent: who trains beginners, a strict reviewer
(the first return never counts).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH looked AS (
    SELECT t.*, count(*) FILTER (t.role = 'return') OVER (PARTITION BY t.case_id, t.actor) AS returns,
      row_number() OVER (PARTITION BY t.case_id, t.actor ORDER BY t.seq DESC) AS nth
    FROM tagged t WHERE t.role IN ('return', 'approve') AND t.officer)
  SELECT actor AS subject, power || '/' || coalesce(post, '') AS stratum, case_id, seq, power, returns >= 2 AS hit
  FROM looked WHERE nth = 1"""
PATTERN = Pattern(
    name="ping_pong",
    title=Text(zh="反复退回", en="Returned again and again"),
    resembles=Text(zh="同一审核人把同一案件一再退回", en="a reviewer who sends the same case back again and again"),
    innocent=Text(zh="把关严格；承办人是新手", en="a strict reviewer, a beginner's files"),
    unit=Text(zh="一件经他审核的案件（退回两次以上为异常）", en="a case that he reviewed (hit: sent back twice or more)"),
    peers=Text(zh="同一职权、同一岗位的其他审核人", en="others at the same desk of the same power"),
    touches=("time_limit", "one_time_notification", "reasoned_refusal"),
    needs=(Need(roles=("return",), columns=("actor",)),),
    sql=rates(_TRIALS),
    minimum=12,
    least_hits=5,
    apart=True,
)
