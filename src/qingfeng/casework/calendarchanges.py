"""Calendars: the system administrator proposes a year's table, the security administrator compares it with the notice and confirms.

Limits of every open case follow the calendar: one administrator alone would move all of them with one invented day off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qingfeng.terms.calendar import YearTable
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_SHORT_TEXT

from .accounts import CONFIRMER
from .office import Office, event_of
from .ports import ReadTx, WriteTx
from .registry import By, load_calendar, plain_table
from .tryout import tried
from .twofold import CONFIRMED, PROPOSED, Change, change_in, decide, propose

STREAM, LOAD = "calendar_changes", "calendar"


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal that was dealt with."""

    change: Change
    confirmed: bool
    by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits by number, and what was dealt with last (None: nothing was yet)."""

    waiting: Mapping[int, Change] = field(default_factory=dict)
    last: Decided | None = None


def table_of(change: Change) -> YearTable:
    """Return the table that is proposed."""
    return YearTable.of(change.data["table"])


def standing(tx: ReadTx) -> Standing:
    """Return the proposals as they stand."""
    waiting: dict[int, Change] = {}
    last: Decided | None = None
    for event in map(event_of, tx.events(STREAM)):
        if event.kind == PROPOSED:
            waiting[event.seq] = change_in(event)
        elif (dealt := waiting.pop(int(event.data["number"]), None)) is not None:
            last = Decided(dealt, event.kind == CONFIRMED, str(event.actor))
    return Standing(waiting, last)


def enter(office: Office, table: YearTable, *, by: By) -> int | list[str]:
    """Propose a table and return the number of the proposal; while nobody is security administrator yet (the agency is being founded),
    load it and return what was recomputed.  Raises BadRegistration, BadChange, TermError, StoreError."""
    with office.store.read() as tx:
        two = bool(office.registry(tx).people.holders(CONFIRMER, local_day(by.entered)))

    def load(tx: WriteTx) -> list[str]:
        changed = load_calendar(office, tx, table, by=by)
        office.registry(tx)  # a gap between the years would show here, and undo it
        return changed

    if not two:
        with office.store.write() as tx:
            return load(tx)
    tried(office, load)
    data: dict[str, Any] = {"table": plain_table(table)}
    with office.store.write() as tx:
        tx.lock(STREAM)
        return propose(office, tx, STREAM, LOAD, data, reason=table.source[:MAX_SHORT_TEXT], by=by.actor, at=by.entered)


def decide_on(office: Office, number: int, *, confirm: bool, by: By) -> list[str]:
    """Confirm or reject what another proposed; return the cases and duties whose limits were recomputed.

    Raises BadChange, BadRegistration, TermError, StoreError; nothing is then loaded.
    """
    with office.store.write() as tx:
        tx.lock(STREAM)
        change = decide(office, tx, STREAM, standing(tx).waiting, number, confirm=confirm, by=by.actor, at=by.entered)
        if not confirm:
            return []
        changed = load_calendar(office, tx, table_of(change), by=By(actor=change.by, entered=by.entered, confirmed_by=by.actor))
        office.registry(tx)
        return changed
