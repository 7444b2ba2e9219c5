"""withdrawn_after_contact 接触后撤案: cases in which a contact or a word put in is on record are withdrawn, not opened or spared by one
officer far more often than like cases without.

Resembles: a wish that was granted.  Innocent: the party came because the case was weak.  Who recorded the contact is protected and never
the subject, unless he handled or ended the case.  Who decides is compared with what he decides where no contact is on record.
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import CONTACT
from qingfeng.terms.text import Text

_SAID = ", ".join(f"'{word}'" for word in CONTACT)
_SQL = f"""
  WITH touched AS (
    SELECT case_id, coalesce(min(seq) FILTER (outcome IN ({_SAID})), min(seq)) AS seq,
      coalesce(min("at") FILTER (outcome IN ({_SAID})), min("at")) AS met, bool_or(outcome IN ({_SAID})) AS contact
    FROM tagged WHERE role = 'contact' AND outcome IS NOT NULL GROUP BY case_id),
  ended AS (
    SELECT c.case_id, c.power, c.power || '/' || coalesce(c.code, '') AS stratum, t.seq, t.contact,
      coalesce(c.withdrawn_seq > t.seq AND c.withdrawn_at - t.met < INTERVAL 90 DAY, false) AS hit,
      unnest([c.handler || '#handled', c.decider || '#decided']) AS who
    FROM cases c JOIN touched t USING (case_id) WHERE c.decided_seq IS NOT NULL),
  mine AS (
    SELECT who, stratum, mode(power) AS power, count(*) FILTER (contact) AS trials, count(*) FILTER (contact AND hit) AS hits,
      count(*) FILTER (NOT contact) AS others, count(*) FILTER (NOT contact AND hit) AS other_hits,
      list(case_id || '#' || seq ORDER BY case_id) FILTER (contact AND hit) AS evidence
    FROM ended WHERE who IS NOT NULL GROUP BY who, stratum)
  SELECT who AS subject, stratum, hits, trials, power, evidence, list_value(split_part(who, '#', 1)) AS officers, 2 AS peers,
    CASE WHEN who LIKE '%#decided' THEN other_hits ELSE sum(other_hits) FILTER (who LIKE '%#handled') OVER s END AS rest_hits,
    CASE WHEN who LIKE '%#decided' THEN others ELSE sum(others) FILTER (who LIKE '%#handled') OVER s END AS rest_trials
  FROM mine WHERE trials > 0 OR others > 0 WINDOW s AS (PARTITION BY stratum) ORDER BY who, stratum"""
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
