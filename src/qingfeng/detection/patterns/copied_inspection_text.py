"""copied_inspection_text 检查记录雷同: one officer's records of different subjects are nearly the same text, which nobody else writes.

Or taken over with a sentence or two changed: names and figures are left out, and the form's own words.
Resembles: inspections written at the desk.  Innocent: a form's own words (texts that two other officers write as well do not count) and
short records.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from qingfeng.detection.alike import near, pieces_of
from qingfeng.detection.pattern import Need, Pattern, Row, Tally
from qingfeng.detection.relations import BESIDE
from qingfeng.terms.text import Text

ALIKE, ADAPTED, LEAST_PIECES, COMMON, FORM = 0.75, 0.5, 15, 2, 4
"""Share of pieces that makes a copy (room for another name and date); the same where names of subjects, figures and the form's own words
are left out (room for another sentence); fewest pieces of a record; other officers who make it common; officers who write the same piece,
which then is the form's."""
_FIGURES = re.compile(r"\d+")
_SQL = """
  SELECT t.actor AS officer_id, t.case_id, t.seq, t.power, coalesce(t.party, c.party, t.case_id) AS about, t.text
  FROM tagged t JOIN cases c USING (case_id)
  WHERE t.role = 'visit' AND t.officer AND t.text IS NOT NULL AND length(t.text) >= 20 ORDER BY t.actor, t.case_id, t.seq"""


def copies(rows: Sequence[Row]) -> list[Tally]:
    """Return for each officer how many of the records are copies of another of his own about somebody else, as they stand or adapted."""
    whole = _copied(rows, [pieces_of(str(row["text"])) for row in rows], ALIKE)
    bare = [pieces_of(_FIGURES.sub("", str(row["text"]).replace(str(row["about"]), ""))) for row in rows]
    authors: dict[str, set[str]] = defaultdict(set)
    for row, pieces in zip(rows, bare, strict=True):
        for piece in pieces:
            authors[piece].add(str(row["officer_id"]))
    own = [frozenset(piece for piece in pieces if len(authors[piece]) < FORM) for pieces in bare]
    told = [mine if 2 * len(mine) >= len(pieces) else pieces for mine, pieces in zip(own, bare, strict=True)]  # few words in all
    adapted = _copied(rows, told, ADAPTED)
    return _tallies(rows, [one or other for one, other in zip(whole, adapted, strict=True)])


def _copied(rows: Sequence[Row], told: Sequence[frozenset[str]], share: float) -> list[bool]:
    """Return which records are a copy of another of the same officer about somebody else that hardly anybody else writes."""
    kinds: dict[frozenset[str], list[int]] = defaultdict(list)  # equal texts are looked at once
    for place, pieces in enumerate(told):
        if len(pieces) >= LEAST_PIECES:
            kinds[pieces].append(place)
    texts = list(kinds)
    alike: dict[int, list[int]] = defaultdict(list)
    for one, two in near(texts, share):
        alike[one].append(two)
        alike[two].append(one)
    found = [False] * len(rows)
    for n, pieces in enumerate(texts):
        crowd = [rows[place] for k in (n, *alike[n]) for place in kinds[texts[k]]]
        writers = {str(row["officer_id"]) for row in crowd}
        for place in kinds[pieces]:
            who, about = str(rows[place]["officer_id"]), rows[place]["about"]
            found[place] = len(writers - {who}) < COMMON and any(
                other["officer_id"] == who and other["about"] != about for other in crowd)  # fmt: skip
    return found


def _tallies(rows: Sequence[Row], copied: Sequence[bool]) -> list[Tally]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row, is_copy in zip(rows, copied, strict=True):
        if is_copy:
            found[str(row["officer_id"])].append(row)
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
