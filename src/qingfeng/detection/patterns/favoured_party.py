"""favoured_party 偏袒当事人: one party's cases end better than like cases, again and again: fined at the bottom, granted at once, or dropped.

Resembles: a firm that is looked after.  Innocent: a firm whose violations are small (compared within violation and tier only), or
whose applications are always complete.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH like_cases AS (
    SELECT *, 'fine' AS kind, 'fine/' || power || '/' || coalesce(code, '') || '/' || coalesce(tier, '') AS stratum,
      CASE WHEN spared_seq IS NOT NULL AND coalesce(spared_seq > penalised_seq, true) THEN 0 ELSE fine END AS cost
    FROM cases WHERE penalised_seq IS NOT NULL OR (spared_seq IS NOT NULL AND tier IS NOT NULL)
    UNION ALL
    SELECT *, 'grant' AS kind, 'grant/' || power || '/' || coalesce(code, '') AS stratum,
      CASE WHEN granted = 'granted' THEN date_diff('hour', opened, granted_at) ELSE 1e9 END AS cost
    FROM cases WHERE granted IS NOT NULL),
  placed AS (
    SELECT *, (rank() OVER w - rank() OVER mine
        + (count(*) OVER (PARTITION BY stratum, cost) - count(*) OVER (PARTITION BY stratum, party, cost)) / 2.0)
      / nullif(count(*) OVER (PARTITION BY stratum) - count(*) OVER (PARTITION BY stratum, party), 0) AS place
    FROM like_cases WHERE cost IS NOT NULL
    WINDOW w AS (PARTITION BY stratum ORDER BY cost), mine AS (PARTITION BY stratum, party ORDER BY cost))
  SELECT party || '#' || kind AS subject, kind || '/' || power AS stratum, case_id, coalesce(decided_seq, 1) AS seq, power,
    place <= 0.2 AS hit  -- a rank is like any
  FROM placed WHERE party IS NOT NULL AND place IS NOT NULL
  UNION ALL
  SELECT party || '#drop', 'drop/' || power || '/' || coalesce(code, ''), case_id, coalesce(withdrawn_seq, decided_seq, n.seq), power,
    withdrawn_seq IS NOT NULL OR decided_seq IS NULL  -- a lead that was not proposed ends without a decision
  FROM cases LEFT JOIN (SELECT case_id, max(seq) AS seq FROM tagged WHERE role = 'not_file' GROUP BY case_id) n USING (case_id)
  WHERE party IS NOT NULL AND (decided_seq IS NOT NULL OR n.seq IS NOT NULL)
    AND power IN (SELECT power FROM tagged WHERE role = 'penalise')"""
PATTERN = Pattern(
    name="favoured_party",
    title=Text(zh="偏袒当事人", en="Favoured party"),
    resembles=Text(zh="同一当事人的案件总是比同类案件处理得轻、办得快", en="a party whose cases always end lighter or sooner than like ones"),
    innocent=Text(zh="违法情节确实较轻；申请材料总是齐全", en="violations that are truly slight; applications that are always complete"),
    unit=Text(zh="一件案件（处罚最轻或者办得最快的五分之一，或者撤案、不立案的为异常）", en="a case (hit: among the lightest or quickest fifth of like ones, or dropped)"),
    peers=Text(zh="同一职权、同一案由、同一裁量档次（或者同一事项）的其他当事人", en="other parties with the same violation and tier, or the same matter"),
    touches=("recusal", "discretion_benchmark", "decision_matches_review", "mitigation_proved", "contact_record"),
    needs=(Need(roles=("decide",)), Need(relation="cases", columns=("party",))),
    sql=rates(_TRIALS, officers="NULL"),
    minimum=5,
    least_hits=5,
    ratio=2.5,
    rho=0.03,
)
