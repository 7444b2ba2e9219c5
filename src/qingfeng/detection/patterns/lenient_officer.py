"""lenient_officer 处罚畸轻: one officer's cases end at the bottom of what like cases cost, in violation and tier alike.

Resembles: penalties sold.  Innocent: an officer to whom the slight cases of a violation are given (another tier is another stratum);
whose tiers are always the lowest, or who always spares, is counted apart, among all cases of the violation.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH graded AS (
    SELECT power, code, tier, rank() OVER (PARTITION BY power, code ORDER BY median(fine)) AS step,
      count(*) OVER (PARTITION BY power, code) AS steps
    FROM cases WHERE fine IS NOT NULL AND tier IS NOT NULL GROUP BY power, code, tier),
  like_cases AS (
    SELECT *, power || '/' || coalesce(code, '') || '/' || coalesce(tier, '') AS stratum,
      CASE WHEN spared_seq IS NOT NULL AND coalesce(spared_seq > penalised_seq, true) THEN 0 ELSE fine END AS cost
    FROM cases WHERE penalised_seq IS NOT NULL OR (spared_seq IS NOT NULL AND tier IS NOT NULL)),
  placed AS (
    SELECT *, (rank() OVER w - rank() OVER mine
        + (count(*) OVER (PARTITION BY stratum, cost) - count(*) OVER (PARTITION BY stratum, handler, cost)) / 2.0)
      / nullif(count(*) OVER (PARTITION BY stratum) - count(*) OVER (PARTITION BY stratum, handler), 0) AS place
    FROM like_cases WHERE cost IS NOT NULL
    WINDOW w AS (PARTITION BY stratum ORDER BY cost), mine AS (PARTITION BY stratum, handler ORDER BY cost))
  SELECT handler AS subject, power AS stratum, case_id, coalesce(decided_seq, 1) AS seq, power, place <= 0.2 AS hit  -- a rank is like any
  FROM placed WHERE place IS NOT NULL
  UNION ALL
  SELECT handler || '#tier', 'tier/' || power || '/' || coalesce(code, ''), case_id, coalesce(decided_seq, 1), power, step = 1
  FROM cases JOIN graded USING (power, code, tier) WHERE steps >= 2
  UNION ALL
  SELECT handler || '#spared', 'spared/' || power || '/' || coalesce(code, ''), case_id, decided_seq, power,
    coalesce(spared_seq > coalesce(penalised_seq, 0), false)
  FROM cases WHERE decided_seq IS NOT NULL AND (penalised_seq IS NOT NULL OR spared_seq IS NOT NULL)
    AND case_id NOT IN (SELECT case_id FROM tagged WHERE role IN ('not_open', 'not_file'))"""
PATTERN = Pattern(
    name="lenient_officer",
    title=Text(zh="处罚畸轻", en="Lenient officer"),
    resembles=Text(zh="同一承办人的案件处罚总在同类案件的最低处", en="an officer whose cases always end at the bottom of like ones"),
    innocent=Text(zh="分给他的确是情节较轻的案件", en="the slight cases are given to him"),
    unit=Text(zh="一件已作决定的处罚案件（在同类案件最低的五分之一、最低一档或者不予处罚，分别统计）",
              en="a decided penalty case (hit: in the lowest fifth of like ones; the lowest tier; spared; each apart)"),
    peers=Text(zh="办理同一案由、同一裁量档次案件的其他承办人", en="others who handle the same violation and tier"),
    touches=("discretion_benchmark", "mitigation_proved", "statutory_range", "decision_matches_review"),
    needs=(Need(roles=("penalise", "spare")), Need(roles=("penalise",), columns=("amount", "actor"))),
    sql=rates(_TRIALS, officers="list_value(split_part(subject, '#', 1))"),
    minimum=8,
    least_hits=6,
    ratio=2.0,
)
