"""leak_signature 泄密迹象: somebody without a part in an inspection opens its plan or file beforehand, and the subject is then prepared.

Resembles: a warning given.  Innocent: a clerk who reads every plan (then his share is everybody's), a subject that is in order anyway.
Who reads for several purposes is counted twice: all that he read, and the firms of which he read most inspections.
A warning is given for a day that is known: readings of the week before count.  Who reads has no hand in what the visit finds, so that
honest readers differ but little (rho).
The control need_to_know refuses readings without a part; the pattern finds what the readings that were let through led to.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Direction, Need, Pattern
from qingfeng.terms.text import Text

_SQL = """
  WITH gone AS (
    SELECT t.case_id, any_value(t.power) AS power, any_value(t.code) AS code,
      coalesce(any_value(c.party), t.case_id) AS party, min(t."at") AS went, min(t.seq) AS seq,
      '|' || string_agg(coalesce(t.team, t.actor), '|') || '|' AS team
    FROM tagged t JOIN cases c USING (case_id) WHERE t.role = 'inspect' GROUP BY t.case_id),
  told AS (
    SELECT case_id, arg_max(outcome, seq) FILTER (outcome IS NOT NULL) AS outcome FROM tagged WHERE role IN ('inspect', 'result')
    GROUP BY case_id),
  visits AS (
    SELECT g.*, g.power || '/' || coalesce(g.code, '') AS stratum, o.outcome <> 'normal' AS hit
    FROM gone g JOIN told o USING (case_id) WHERE o.outcome IS NOT NULL),
  peeked AS (
    SELECT DISTINCT r.reader, v.* FROM visits v JOIN reads r ON r.case_id = v.case_id AND r."at" < v.went
      AND r."at" >= v.went - INTERVAL 7 DAY
    WHERE NOT contains(v.team, '|' || r.reader || '|')
      AND NOT EXISTS (SELECT 1 FROM recent a WHERE a.case_id = v.case_id AND a.actor = r.reader AND a.seq < v.seq)),
  kept AS (
    SELECT p.reader, p.party FROM peeked p JOIN (SELECT party, count(*) AS n FROM visits GROUP BY party) f USING (party)
    GROUP BY p.reader, p.party, f.n HAVING count(*) >= 2 AND 2 * count(*) > f.n),
  watched AS (
    SELECT reader, reader AS subject, p.* EXCLUDE (reader) FROM peeked p
    UNION ALL SELECT reader, reader || '#firms', p.* EXCLUDE (reader) FROM peeked p
      SEMI JOIN kept k ON k.reader = p.reader AND k.party = p.party),
  whole AS (SELECT stratum, count(*) AS trials, count(*) FILTER (hit) AS hits, count(DISTINCT team) AS teams FROM visits GROUP BY stratum)
  SELECT p.subject, p.stratum, count(*) FILTER (p.hit) AS hits, count(*) AS trials, any_value(w.hits) - count(*) FILTER (p.hit)
    AS rest_hits, any_value(w.trials) - count(*) AS rest_trials, any_value(w.teams) AS peers, mode(p.power) AS power,
    list_value(any_value(p.reader)) AS officers,
    list(p.case_id || '#' || p.seq ORDER BY p.case_id) FILTER (NOT p.hit) AS evidence
  FROM watched p JOIN whole w USING (stratum) GROUP BY p.subject, p.stratum ORDER BY p.subject, p.stratum"""
PATTERN = Pattern(
    name="leak_signature",
    title=Text(zh="泄密迹象", en="Signs of a leak"),
    resembles=Text(zh="无关人员事先查阅检查方案或者案卷，随后检查总是查不出问题", en="somebody without a part reads the plan, and then nothing is found"),
    innocent=Text(zh="因工作汇总查阅；对象本来就没有问题", en="read for a summary; a subject that is in order anyway"),
    unit=Text(zh="一次他在前七日内查阅过的检查（查出问题的过少为异常）", en="an inspection whose file he read in the week before (too few that find something)"),
    peers=Text(zh="同类检查中他没有事先查阅的", en="like inspections that he did not read beforehand"),
    touches=("need_to_know", "tip_access", "inspection_plan"),
    needs=(Need(relation="reads", columns=("reader",)), Need(roles=("inspect", "result"), columns=("outcome",), share=0.2)),
    sql=_SQL,
    minimum=8,
    direction=Direction.LOW,
    ratio=2.0,
    rho=0.005,
    common=False,
)
