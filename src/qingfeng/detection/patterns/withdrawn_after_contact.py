"""withdrawn_after_contact 接触后撤案: cases in which a contact or a word put in is on record are withdrawn, not opened or spared by one
officer far more often than like cases without.

Resembles: a wish that was granted.  Innocent: the party came because the case was weak.  Who recorded the contact is protected and never
the subject, unless he handled or ended the case.  Who decides is compared with what he decides where no contact is on record; kinds of
contact and refusals to open a case are looked at apart.  What he dropped on the proposals of one handler speaks of the handler: the cases
of the one with the most are left out for who decides.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import CONTACT
from qingfeng.terms.text import Text

_SAID = ", ".join(f"'{word}'" for word in CONTACT)
OWN = 4
"""Whose own other cases he is compared with is himself: as certain a likeness as so many peers."""
_SQL = f"""
  WITH touched AS (
    SELECT case_id, coalesce(min(seq) FILTER (outcome IN ({_SAID})), min(seq)) AS seq,
      coalesce(min("at") FILTER (outcome IN ({_SAID})), min("at")) AS met, bool_or(outcome IN ({_SAID})) AS contact,
      arg_min(outcome, seq) FILTER (outcome IN ({_SAID})) AS said
    FROM tagged WHERE role = 'contact' AND outcome IS NOT NULL GROUP BY case_id),
  ended AS (
    SELECT c.case_id, c.power, c.handler, coalesce(t.seq, c.decided_seq) AS seq, coalesce(t.contact, false) AS contact, t.said,
      t.case_id IS NOT NULL AS asked, coalesce(n.seq > coalesce(t.seq, 0), false) AS barred,
      coalesce(c.withdrawn_seq > coalesce(t.seq, 0) AND c.withdrawn_at - coalesce(t.met, c.withdrawn_at) < INTERVAL 90 DAY, false) AS hit,
      unnest([c.handler, c.decider, c.handler, c.decider]) AS who, unnest(['handled', 'decided', 'unopened', 'barred']) AS kind
    FROM cases c LEFT JOIN touched t USING (case_id)
      LEFT JOIN (SELECT case_id, max(seq) AS seq FROM tagged WHERE role = 'not_open' GROUP BY case_id) n USING (case_id)
    WHERE c.decided_seq IS NOT NULL AND c.power IN (SELECT power FROM tagged WHERE role = 'contact')),
  told AS (
    SELECT * REPLACE (CASE WHEN kind IN ('unopened', 'barred') THEN barred ELSE hit END AS hit) FROM ended
    WHERE who IS NOT NULL AND (kind IN ('unopened', 'barred') OR (asked AND NOT barred))),
  one_hand AS (  -- of a decider, the handler whose cases he dropped most often: where only that one's are, the handler is meant
    SELECT who, kind, power, said, arg_max(handler, (n, handler)) AS handler FROM (
      SELECT who, kind, power, said, handler, count(*) FILTER (hit) AS n FROM told
      WHERE contact AND kind IN ('decided', 'barred') AND handler <> who GROUP BY ALL) GROUP BY ALL),
  mine AS (
    SELECT t.who, t.kind, t.power, t.said, count(*) AS trials, count(*) FILTER (hit) AS hits,
      list(case_id || '#' || seq ORDER BY case_id) FILTER (hit) AS evidence
    FROM told t ANTI JOIN one_hand USING (who, kind, power, said, handler) WHERE contact GROUP BY t.who, t.kind, t.power, t.said),
  rest AS (
    SELECT who, kind, power, count(*) AS trials, count(*) FILTER (hit) AS hits FROM told WHERE NOT contact GROUP BY who, kind, power),
  whole AS (
    SELECT kind, power, sum(trials) AS trials, sum(hits) AS hits, count(*) AS n FROM rest WHERE kind IN ('handled', 'unopened')
    GROUP BY kind, power)
  SELECT m.who || '#' || m.kind AS subject, m.power || '/' || m.said AS stratum, m.hits, m.trials, m.power, m.evidence,
    list_value(m.who) AS officers, CASE WHEN w.n IS NULL THEN {OWN} ELSE greatest(w.n - 1, 1) END AS peers,
    coalesce(w.hits, r.hits, 0) AS rest_hits, coalesce(w.trials, r.trials, 0) AS rest_trials
  FROM mine m LEFT JOIN rest r USING (who, kind, power) LEFT JOIN whole w USING (kind, power) ORDER BY subject, stratum"""
PATTERN = Pattern(
    name="withdrawn_after_contact",
    title=Text(zh="接触后撤案", en="Withdrawn after a contact"),
    resembles=Text(zh="登记过接触或者打招呼的案件，随后总是撤案、不立案或者不予处罚", en="cases with a contact or a word put in on record are then always dropped"),
    innocent=Text(zh="案件本身证据不足", en="cases that were weak anyway"),
    unit=Text(zh="一件登记过接触的案件（九十日内撤案、不立案或者不予处罚为异常）", en="a case with a contact on record (hit: dropped within ninety days)"),
    peers=Text(zh="没有登记接触的同类案件", en="like cases without a contact on record"),
    touches=("interference_record", "contact_record", "withdrawal_approval", "gift_register"),
    needs=(Need(roles=("contact",), columns=("outcome",)), Need(roles=("withdraw",))),
    sql=_SQL,
    minimum=4,
    least_hits=3,
    common=False,
)
