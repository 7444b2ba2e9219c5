"""What a duty is handed of the agency's own register: read in the transaction in which its report is judged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from qingfeng.duties.duty import CaseFile, Duty, Period, Register
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from .office import CASE, event_of
from .ports import ReadTx

PAGE = 1_000


def register_for(tx: ReadTx, duty: Duty, power: str, period: Period, report: Mapping[str, Any]) -> Register:
    """Return what the register of a power says: cases opened in a period, open cases and their last movement; for a duty that
    reads them all its files, and which of the numbers in its report some case of the agency bears."""
    opened, after = 0, ""
    still: dict[str, date] = {}
    files: dict[str, CaseFile] = {}
    while rows := tx.case_rows(power=power, after=after, limit=PAGE):
        for row in rows:
            opened += period.first <= local_day(datetime.fromisoformat(row.opened_at)) <= period.last
            if row.status != "closed":
                still[row.case] = local_day(datetime.fromisoformat(row.last_at))
            if duty.reads_files:
                files[row.case] = file_of(tx, row.case)
        after = rows[-1].case
    field = duty.looks_up
    known = {one for one in duty.mentions(report) if field is not None and tx.uses(field, one, limit=1)}
    return Register(opened, still, files, frozenset(known))


def file_of(tx: ReadTx, case: str) -> CaseFile:
    """Return the acts of a case."""
    events = (event_of(row) for row in tx.events(CASE + case))
    return CaseFile(case, tuple(event for event in events if event.kind == ACT))
