"""ping_pong 反复退回: one reviewer, or one counter, sends the same case back a second and third time far more often than others there.

Resembles: difficulties made until something is given; a case kept from its end.  Innocent: who trains beginners, a strict reviewer
(the first return never counts, nor does a refusal, which ends the case).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH sent AS (
    SELECT case_id, seq, power, actor, post, role IN ('return', 'send_home') AS back FROM tagged
    WHERE role IN ('return', 'approve', 'send_home', 'receive', 'accept') AND officer AND act NOT LIKE 'refuse_%'),
  looked AS (
    SELECT t.*, count(*) FILTER (t.back) OVER (PARTITION BY t.case_id, t.actor) AS returns,
      row_number() OVER (PARTITION BY t.case_id, t.actor ORDER BY t.seq DESC) AS nth
    FROM sent t)
  SELECT actor AS subject, power || '/' || coalesce(post, '') AS stratum, case_id, seq, power, returns >= 2 AS hit
  FROM looked WHERE nth = 1"""
PATTERN = Pattern(
    name="ping_pong",
    title=Text(zh="反复退回", en="Returned again and again"),
    resembles=Text(zh="同一审核人或者窗口把同一案件一再退回", en="a reviewer or counter who sends the same case back again and again"),
    innocent=Text(zh="把关严格；承办人是新手", en="a strict reviewer, a beginner's files"),
    unit=Text(zh="一件经他审核或者受理的案件（退回两次以上为异常）", en="a case that he reviewed or received (hit: sent back twice or more)"),
    peers=Text(zh="同一职权、同一岗位的其他审核人", en="others at the same desk of the same power"),
    touches=("time_limit", "one_time_notification", "reasoned_refusal"),
    needs=(Need(roles=("return", "send_home"), columns=("actor",)),),
    sql=rates(_TRIALS),
    minimum=12,
    spread=1.0,
    least_hits=5,
)
