"""repeated_pairing 人企固定搭配: the same officer has the same party's cases again and again, though others take like cases.

Resembles: a tie that nobody declared, an officer who is asked for.  Innocent: a re-check by who was there before (one case), a
specialist or somebody who alone serves a place (then all of his parties come back to him: the comparison is with them).
"""

from __future__ import annotations

from qingfeng.detection.pattern import Need, Pattern
from qingfeng.detection.relations import pairs
from qingfeng.terms.text import Text

_TRIALS = """
  SELECT t.actor AS member, c.party AS other, t.case_id, c.power, min(t.seq) OVER (PARTITION BY t.case_id, t.actor) AS seq
  FROM tagged t JOIN cases c USING (case_id)
  WHERE t.officer AND t.role IN ('handle', 'visit', 'receive', 'accept', 'decide') AND c.party IS NOT NULL"""
PATTERN = Pattern(
    name="repeated_pairing",
    title=Text(zh="人企固定搭配", en="Repeated pairing"),
    resembles=Text(zh="同一当事人的案件总由同一工作人员办理，而同类案件由多人分担", en="one party's cases always go to one officer, though like cases are shared"),
    innocent=Text(zh="由原办理人跟进同一事项；片区或者专业分工", en="follow-up by who began it; a specialist or the officer of a place"),
    unit=Text(zh="首次之后该当事人的一件案件", en="a case of the party after the first"),
    peers=Text(zh="他办过的其他当事人后来的案件仍由他办理的份额", en="how often later cases of other parties that he once had came to him again"),
    touches=("recusal", "recusal_declared", "drawn_at_random", "contact_record"),
    needs=(Need(relation="cases", columns=("party",)), Need(roles=("handle", "visit", "receive", "decide"), columns=("actor",))),
    sql=pairs(_TRIALS),
    minimum=5,
    least_hits=5,
    ratio=2.5,
    rho=0.07,
    spread=1.5,
    pair=True,
    common=False,
)
