"""Lists of cases as people see them: the inbox by urgency, filtered lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qingfeng.catalogue.power import CLOSED
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from ..office import Office, Registry
from ..ports import CaseRow, ReadTx
from ..words import STATUS, remaining
from .access import Viewer

SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list.  tone: red (over) | amb (soon) | gry."""

    id: str
    power: str
    power_title: Text
    title: str
    step: Text
    status: Text
    state: str
    due: Text | None
    due_on: str | None
    tone: str
    provisional: bool
    opened_on: str
    last_on: str


def line_of(registry: Registry, row: CaseRow, now: datetime) -> CaseLine:
    """Return a projection in words.  From the published document: a version need not be built for a list."""
    document = registry.versions[row.power, row.version]
    power = Text.of(document["power"]["title"])
    due = datetime.fromisoformat(row.next_due) if row.next_due else None
    tone = "gry" if due is None else "red" if due <= now else "amb" if due - now <= SOON else "gry"
    return CaseLine(
        id=row.case,
        power=row.power,
        power_title=power,
        title="" if row.title == power.zh else row.title,
        step=step_in(registry, row.power, row.version, row.step),
        status=STATUS[row.status],
        state=row.status,
        due=remaining(due, now) if due is not None else None,
        due_on=local_day(due - datetime.resolution).isoformat() if due is not None else None,
        tone=tone,
        provisional=row.provisional,
        opened_on=row.opened_at[:10],
        last_on=row.last_at[:10],
    )


def step_in(registry: Registry, power: str, version: str, step: str) -> Text:
    """Return the name of a step of a published version."""
    if step == CLOSED:
        return STATUS["closed"]
    steps = registry.versions[power, version]["version"]["steps"]
    found = next((one["name"] for one in steps if one["id"] == step), None)
    return Text.of(found) if found is not None else Text(zh=step, en=step)


def inbox(office: Office, tx: ReadTx, viewer: Viewer, *, now: datetime, limit: int = 100) -> Sequence[CaseLine]:
    """Return what waits for a viewer in any of his posts, the most urgent first."""
    registry = office.registry(tx)
    rows = tx.inbox(viewer.posts, limit=limit) if viewer.posts else []
    return [line_of(registry, row, now) for row in rows]


def cases(
    office: Office, tx: ReadTx, *, now: datetime, power: str | None, status: str | None, after: str, limit: int = 50
) -> Sequence[CaseLine]:
    """Return cases in order of their ids."""
    registry = office.registry(tx)
    return [line_of(registry, row, now) for row in tx.case_rows(power=power, status=status, after=after, limit=limit)]
