"""intermediary_concentration 中介集中: the applicants of one officer go to one intermediary, while those of others choose among several.

Resembles: a named intermediary, a share of its fee.  Innocent: a region or a matter that only one intermediary serves.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import rates
from qingfeng.terms.text import Text

_TRIALS = """
  WITH chosen AS (
    SELECT c.case_id, c.power, c.intermediary, c.power || '/' || coalesce(c.code, '') AS matter, min(t.seq) AS seq
    FROM cases c JOIN tagged t ON t.case_id = c.case_id AND t.role = 'choose' WHERE c.intermediary IS NOT NULL GROUP BY ALL),
  acting AS (
    SELECT DISTINCT g.*, r.actor AS member FROM chosen g JOIN tagged r ON r.case_id = g.case_id AND r.officer AND r.actor IS NOT NULL
      AND r.role IN ('receive', 'accept', 'send_home', 'handle', 'visit', 'decide')),
  offered AS (SELECT DISTINCT matter, intermediary FROM chosen)
  SELECT a.member || '|' || o.intermediary AS subject, a.matter || '|' || o.intermediary AS stratum, a.case_id, a.seq, a.power,
    a.intermediary = o.intermediary AS hit FROM acting a JOIN offered o ON o.matter = a.matter"""
PATTERN = Pattern(
    name="intermediary_concentration",
    title=Text(zh="中介集中", en="Concentrated intermediaries"),
    resembles=Text(zh="经同一工作人员办理的申请人都选同一家中介", en="the applicants of one officer all choose the same intermediary"),
    innocent=Text(zh="该类事项或者当地只有一家可选", en="the only one for the matter or the place"),
    unit=Text(zh="一件选择了中介的案件", en="a case with a chosen intermediary"),
    peers=Text(zh="办理同一事项的其他工作人员", en="others who handle the same matter"),
    touches=("free_choice_of_intermediary", "treatment_stated"),
    needs=(Need(roles=("choose",), columns=("intermediary",)),),
    sql=rates(_TRIALS),
    minimum=10,
    least_hits=7,
    ratio=2.0,
    rho=0.05,
)
