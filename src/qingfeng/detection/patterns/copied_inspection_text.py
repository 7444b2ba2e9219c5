"""copied_inspection_text 检查记录雷同: one officer's records of different subjects are nearly the same text, which nobody else writes.

Resembles: inspections written at the desk.  Innocent: a form's own words (texts that two other officers write as well do not count) and
short records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from qingfeng.detection.alike import near, pieces_of
from qingfeng.detection.pattern import Need, Pattern, Row, Tally
from qingfeng.detection.relations import BESIDE
from qingfeng.terms.text import Text

ALIKE, LEAST_PIECES, COMMON = 0.75, 15, 2
"""Share of pieces that makes a copy (room for another name and date); fewest pieces of a record; other officers who make it common."""
_SQL = """
  SELECT t.actor AS officer_id, t.case_id, t.seq, t.power, coalesce(t.party, c.party, t.case_id) AS about, t.text
  FROM tagged t JOIN cases c USING (case_id)
  WHERE t.role = 'visit' AND t.officer AND t.text IS NOT NULL AND length(t.text) >= 20 ORDER BY t.actor, t.case_id, t.seq"""


def copies(rows: Sequence[Row]) -> list[Tally]:
    """Return for each officer how many of the records are copies of another of his own about somebody else."""
    kinds: dict[frozenset[str], list[Row]] = defaultdict(list)  # equal texts are looked at once
    for row in rows:
        kinds[pieces_of(str(row["text"]))].append(row)
    texts = [pieces for pieces in kinds if len(pieces) >= LEAST_PIECES]
    alike: dict[int, list[int]] = defaultdict(list)
    for one, two in near(texts, ALIKE):
        alike[one].append(two)
        alike[two].append(one)
    found: dict[str, list[Row]] = defaultdict(list)
    for n, pieces in enumerate(texts):
        crowd = [row for k in (n, *alike[n]) for row in kinds[texts[k]]]
        writers = {str(row["officer_id"]) for row in crowd}
        for row in kinds[pieces]:
            who = str(row["officer_id"])
            copied = any(other["officer_id"] == who and other["about"] != row["about"] for other in crowd)
            if copied and len(writers - {who}) < COMMON:
                found[who].append(row)
    return _tallies(rows, found)


def _tallies(rows: Sequence[Row], found: dict[str, list[Row]]) -> list[Tally]:
    mine: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        mine[str(row["officer_id"])].append(row)
    trials, hits = len(rows), sum(map(len, found.values()))
    return [
        Tally(subject=who, stratum="text", hits=len(found.get(who, ())), trials=len(records), rest_hits=hits - len(found.get(who, ())),
              rest_trials=trials - len(records), peers=len(mine) - 1, power=str(records[0]["power"]), officers=(who,),
              evidence=tuple(f"{row['case_id']}#{row['seq']}" for row in found.get(who, ())))
        for who, records in sorted(mine.items()) if who not in BESIDE
    ]  # fmt: skip


PATTERN = Pattern(
    name="copied_inspection_text",
    title=Text(zh="检查记录雷同", en="Copied inspection records"),
    resembles=Text(zh="同一人对不同对象的检查记录文字雷同，像在办公室写成",
                   en="one officer's records of different subjects are the same text, as if written at the desk"),
    innocent=Text(zh="通用套话（多人都用的不算）", en="set phrases (what several officers write does not count)"),
    unit=Text(zh="一份现场记录", en="a record of a visit"),
    peers=Text(zh="其他写现场记录的人员", en="others who write such records"),
    touches=("site_visit_evidence", "review_worksheet", "site_survey", "sheet_as_surveyed"),
    needs=(Need(roles=("visit",), columns=("actor", "text")),),
    sql=_SQL,
    minimum=8,
    least_hits=4,
    prepare=copies,
)
