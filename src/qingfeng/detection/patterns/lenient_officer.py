"""lenient_officer 处罚畸轻: one officer's cases end at the bottom of what like cases cost, in violation and tier alike.

Resembles: penalties sold.  Innocent: an officer to whom the slight cases of a violation are given (another tier is another stratum).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH like_cases AS (
    SELECT *, power || '/' || coalesce(code, '') || '/' || coalesce(tier, '') AS stratum,
      CASE WHEN spared_seq IS NOT NULL AND coalesce(spared_seq > penalised_seq, true) THEN 0 ELSE fine END AS cost
    FROM cases WHERE penalised_seq IS NOT NULL OR (spared_seq IS NOT NULL AND tier IS NOT NULL)),
  placed AS (
    SELECT *, (rank() OVER w - 1 + (count(*) OVER (PARTITION BY stratum, cost) - 1) / 2.0)
      / nullif(count(*) OVER (PARTITION BY stratum) - 1, 0) AS place
    FROM like_cases WHERE cost IS NOT NULL WINDOW w AS (PARTITION BY stratum ORDER BY cost))
  SELECT handler AS subject, stratum, case_id, coalesce(decided_seq, 1) AS seq, power, place <= 0.2 AS hit FROM placed"""
PATTERN = Pattern(
    name="lenient_officer",
    title=Text(zh="处罚畸轻", en="Lenient officer"),
    resembles=Text(zh="同一承办人的案件处罚总在同类案件的最低处", en="an officer whose cases always end at the bottom of like ones"),
    innocent=Text(zh="分给他的确是情节较轻的案件", en="the slight cases are given to him"),
    unit=Text(zh="一件已作决定的处罚案件（处罚在同类案件最低的五分之一为异常）", en="a decided penalty case (hit: in the lowest fifth of like ones)"),
    peers=Text(zh="办理同一案由、同一裁量档次案件的其他承办人", en="others who handle the same violation and tier"),
    touches=("discretion_benchmark", "mitigation_proved", "statutory_range", "decision_matches_review"),
    needs=(Need(roles=("penalise", "spare")), Need(roles=("penalise",), columns=("amount", "actor"))),
    sql=rates(_TRIALS),
    minimum=8,
    least_hits=6,
    ratio=2.5,
)
