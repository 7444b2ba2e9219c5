"""What a duty is handed of the agency's own register: read in the transaction in which its report is judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from qingfeng.duties.duty import CaseFile, Duty, Period, Register
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from .office import CASE, event_of
from .ports import CaseRow, ReadTx

PAGE = 1_000


def register_for(
    tx: ReadTx, duty: Duty, power: str, period: Period, report: Mapping[str, Any], *, since: date | None = None,
    named: Collection[str] = (),
) -> Register:  # fmt: skip
    """Return what the register of a power says: cases opened in a period, open cases and their last movement; for a duty that
    reads files those of the cases open, or with an entry from a day on, or named; and which of the numbers in its report some
    case of the agency bears.

    since: that day; None: the first of the period, or for a duty that looks further back (`looks_back`) all cases.  A case
    closed and silent since then has nothing that the duty asks for, so a year of reports reads each file a few times only.
    """
    first = since or (None if duty.looks_back else period.first)
    opened, after = 0, ""
    still: dict[str, date] = {}
    files: dict[str, CaseFile] = {}
    while rows := tx.case_rows(power=power, after=after, limit=PAGE):
        for row in rows:
            opened += period.first <= local_day(datetime.fromisoformat(row.opened_at)) <= period.last
            if row.status != "closed":
                still[row.case] = local_day(datetime.fromisoformat(row.last_at))
            if duty.reads_files and (row.status != "closed" or row.case in named or _entered(tx, row, first)):
                files[row.case] = file_of(tx, row.case)
        after = rows[-1].case
    field = duty.looks_up
    known = {one for one in duty.mentions(report) if field is not None and tx.uses(field, one, limit=1)}
    return Register(opened, still, files, frozenset(known))


def _entered(tx: ReadTx, row: CaseRow, first: date | None) -> bool:
    """True if a case has an entry from a day on (None: any day): by the day of entry, as an act may be entered late."""
    if first is None:
        return True
    return any(local_day(event_of(last).entered) >= first for last in tx.events(CASE + row.case, after=row.seq - 1))


def file_of(tx: ReadTx, case: str) -> CaseFile:
    """Return the acts of a case."""
    events = (event_of(row) for row in tx.events(CASE + case))
    return CaseFile(case, tuple(event for event in events if event.kind == ACT))
