"""Which cases the books across cases look at: the latest of each power, page by page, or those that a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.terms.names import key_of
from qingfeng.terms.text import Text

from ..ports import ReadTx

MOST_CASES, MOST_NOTES = 60, 500
"""So many cases of a power are looked at on a page, the latest first."""
SOUGHT = ("party", "subject", "applicant", "document_no", "receipt_no")
_EACH = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants to see.  power: None for all; q: number of a case, party, number of a document or receipt (items are numbered
    within a case); before: the cases of the power that come before this one; all_: settled ones too."""

    power: str | None = None
    q: str = ""
    before: str | None = None
    all_: bool = False


@dataclass(frozen=True, slots=True)
class Older:
    """There are older cases of a power, before this one."""

    power: str
    title: Text
    before: str


def found(tx: ReadTx, q: str) -> tuple[str, ...]:
    """Return the cases that a search finds, the latest first within each field; bounded."""
    q = q.strip()
    if not q:
        return ()
    if tx.case_row(q) is not None:
        return (q,)
    return tuple(dict.fromkeys(case for field in SOUGHT for case, _ in tx.uses(field, key_of(field, q), limit=_EACH)))[:MOST_CASES]


def page_of(tx: ReadTx, field: str, power: str, asked: Asked, sought: Sequence[str] | None) -> tuple[list[str], str | None]:
    """Return the cases of a power on this page, and the case before which there are older ones, None if there are none.

    field: what is noted of the cases that belong into the book; sought: what a search found, None if nothing was asked for.
    """
    if sought is not None:
        return [case for case in sought if case.startswith(f"{power}/") and any(name == field for name, _, _ in tx.uses_of(case))], None
    before = asked.before if asked.power == power else None
    cases: list[str] = []
    while True:  # a case of hundreds of notes fills a batch alone
        rows = tx.uses(field, power, before=before, limit=MOST_NOTES)
        cases += [case for case in dict.fromkeys(case for case, _ in rows) if case not in cases]
        if len(cases) > MOST_CASES or len(rows) < MOST_NOTES:
            break
        before = rows[-1][0]
    return cases[:MOST_CASES], cases[MOST_CASES - 1] if len(cases) > MOST_CASES else None
