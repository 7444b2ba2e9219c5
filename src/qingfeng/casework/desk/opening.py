"""Whether somebody who comes to a case may see its file, asked once and laid down: the same for pages and for the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from qingfeng.engine.case import Case
from qingfeng.engine.control import Refusal

from ..office import READS, Office, UnknownThing, event_of, load_case
from ..reading import open_file
from .access import Viewer

AGAIN = timedelta(minutes=30)
"""Looking at a file again within this time is the same reading."""
_LOOK = 20
MAX_PURPOSE = 500
OPEN, OUTLINE, ASKED, BARRED = "open", "outline", "asked", "barred"


@dataclass(frozen=True, slots=True)
class Opening:
    """What came of it.  open: the file; outline: may act on the case but not read its file; asked: say what for; barred: refused."""

    state: str
    refusals: tuple[Refusal, ...] = ()


def opening(office: Office, case_id: str, viewer: Viewer, *, purpose: str, own_work: str, now: datetime) -> Opening:
    """Open the file of a case for a viewer.  own_work: the purpose of who works on it himself.  Raises UnknownThing, StoreError."""
    with office.store.read() as tx:
        row = tx.case_row(case_id)
        if row is None:
            raise UnknownThing(f"没有案件“{case_id[:100]}”", f"no case {case_id[:100]!r}")
        head = tx.head(READS + case_id)
        last = [event_of(one) for one in tx.events(READS + case_id, after=max(0, head - _LOOK))]
        if any(e.actor == viewer.officer and now - e.at < AGAIN for e in last):
            return Opening(OPEN)
        case, _ = load_case(office, tx, office.registry(tx), case_id)
    concerned = _concerned(case, row.posts, viewer)
    if not concerned and not purpose:
        return Opening(ASKED)
    answer = open_file(
        office, case_id, reader=viewer.officer or "", data={"part": "file", "purpose": purpose[:MAX_PURPOSE] or own_work}, at=now
    )
    if not isinstance(answer, tuple):
        return Opening(OPEN)
    return Opening(OUTLINE if set(row.posts) & set(viewer.posts) else BARRED, answer)


def _concerned(case: Case, posts: tuple[str, ...], viewer: Viewer) -> bool:
    return bool(set(posts) & set(viewer.posts)) or any(e.actor == viewer.officer for e in case.events)
