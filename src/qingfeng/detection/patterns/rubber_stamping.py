"""rubber_stamping 不看即批: approvals given within a minute of the one before, or of their arrival, without the file having been opened.

Resembles: whoever approves is paid or ordered not to look; separation of duties exists on paper only.  Whoever decides signs as well
(but for a summary penalty, given on the spot by who found it).  Innocent: files read on paper beforehand; a sitting in which many alike
papers are signed (peers who sit alike are alike).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

LOOK = 30
"""Seconds that it takes to look at a file at all: who opened it later than that before signing did not read it."""
_TRIALS = f"""
  WITH came AS (
    SELECT case_id, seq, max(entered) FILTER (coalesce(actor, '') NOT IN (me, 'system')) AS arrived FROM (
      SELECT n.case_id, n.seq, n.actor AS me, b.actor, b.entered FROM tagged n JOIN recent b ON b.case_id = n.case_id AND b.seq < n.seq
        AND b.seq >= n.seq - 12 WHERE n.role IN ('approve', 'decide')) GROUP BY case_id, seq),
  signed AS (
    SELECT t.*, c.arrived, CASE WHEN t."at"::TIME = TIME '00:00' THEN t.entered ELSE least(t."at", t.entered) END AS done,
      lag(t.entered) OVER (PARTITION BY actor ORDER BY t.entered, t.case_id, t.seq) AS before,
      lag(t.case_id) OVER (PARTITION BY actor ORDER BY t.entered, t.case_id, t.seq) AS before_case
    FROM (SELECT DISTINCT ON (case_id, seq) * FROM tagged WHERE role IN ('approve', 'decide') AND officer) t
      LEFT JOIN came c USING (case_id, seq) WHERE act <> 'decide_summary_penalty')
  SELECT s.actor AS subject, s.power || '/' || s.act AS stratum, s.case_id, s.seq, s.power,
    (coalesce(s.entered - s.arrived < INTERVAL 60 SECOND, false)
      OR coalesce(s.done - s.arrived BETWEEN INTERVAL 0 SECOND AND INTERVAL 60 SECOND, false)
      OR coalesce(s.entered - s.before < INTERVAL 60 SECOND AND s.before_case <> s.case_id, false))
    AND NOT EXISTS (SELECT 1 FROM reads r WHERE r.case_id = s.case_id AND r.reader = s.actor
      AND r."at" <= s.done - INTERVAL {LOOK} SECOND AND r."at" >= s.done - INTERVAL 7 DAY) AS hit
  FROM signed s"""
PATTERN = Pattern(
    name="rubber_stamping",
    title=Text(zh="不看即批", en="Rubber-stamping"),
    resembles=Text(zh="审批流于形式：材料未查阅，一到即批，或者一分钟内接连批准数件",
                   en="approval for form's sake: unread, within a minute of arrival or of the one before"),
    innocent=Text(zh="事先看过纸质材料；集中签批同类简单文书", en="files read on paper beforehand; one sitting for many simple papers"),
    unit=Text(zh="一次审批", en="an approval"),
    peers=Text(zh="同一职权、同一审批动作的其他审批人", en="others who give the same approval in the same power"),
    touches=("tiered_approval", "separate_duties", "collective_deliberation", "legality_review"),
    needs=(Need(roles=("approve", "decide"), columns=("actor", "entered")),),
    sql=rates(_TRIALS),
    minimum=20,
    wider=True,
    least_hits=8,
    least_share=0.1,
)
