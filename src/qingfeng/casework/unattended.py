"""What nobody attends to outside the cases: complaints without an answer, tips that nobody opens or that stay above, accusations by letter.

No act of a case is late there, so no rule of a power looks at it; each is a finding for discipline, once.  That a signed accusation was
classified as one makes it a finding, too: it goes on with discipline, and no longer in the hands of those who classified it.
Source: 信访工作条例 34 (sixty days); the days for tips are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from qingfeng.detection.run import ACCUSATION, COMPLAINT_WAITS, TIP_WAITS, Found
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day

from . import boxes, complaints, tips
from .mirrored import POWER as HANDLING
from .office import CASE, Office, Registry, event_of
from .ports import ReadTx

PETITIONS, CLASSIFIES = "supervision/complaint_petition", "classify_petition"
COMPLAINT_DAYS, TIP_DAYS, ABOVE_DAYS = 60, 7, 90
"""Calendar days until a complaint has an answer, a tip has been opened, the body above has answered."""
SHOWN = 12
"""Signs of a mailbox by which it is told: it says nothing of who wrote."""
PAGE = 500
Of = tuple[str, str]


def unattended(office: Office, tx: ReadTx, registry: Registry, today: date) -> Iterator[tuple[Of, Found]]:
    """Yield what nobody attended to in time, and every accusation; under the power that it concerns or that handles findings."""
    if (whose := _version(registry, HANDLING, today)) is not None:
        for one in boxes.waiting(office, tx, complaints.BOX, today=today):
            if local_day(one.since) + timedelta(days=COMPLAINT_DAYS) < today:
                yield _version(registry, one.power, today) or whose, Found(COMPLAINT_WAITS, "", 0, one.number)
        for one in boxes.waiting(office, tx, tips.BOX, today=today):
            days = {"tip": TIP_DAYS, "up": TIP_DAYS, "above": ABOVE_DAYS}.get(one.what)
            if days is not None and local_day(one.since) + timedelta(days=days) < today and not _opened(tx, one):
                yield whose, Found(TIP_WAITS, "", 0, f"{one.number[:SHOWN]} {local_day(one.since)}")
    after = ""
    while rows := tx.case_rows(power=PETITIONS, after=after, limit=PAGE):
        for row in rows:
            for event in map(event_of, tx.events(CASE + row.case)):
                if event.kind == ACT and event.act == CLASSIFIES and event.data.get("found_by") == "accusation":
                    yield (row.power, row.version), Found(ACCUSATION, row.case, event.seq)
        after = rows[-1].case


def _version(registry: Registry, power: str, today: date) -> Of | None:
    return (power, registry.version_on(power, today)) if power and registry.in_force(power, today) else None


def _opened(tx: ReadTx, one: boxes.Pointer) -> bool:
    """True if somebody opened a mailbox since it waits; the one above is opened by nobody here."""
    return one.what == "tip" and any(
        event.kind == tips.OPENED and event.at >= one.since for event in map(event_of, tx.events(tips.STREAM + one.number)))  # fmt: skip
