"""Whether somebody who comes to a case may see its file, asked once and laid down: the same for pages and for the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qingfeng.controls.scored_assessment import ScoredAssessment
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control, Refusal
from qingfeng.engine.event import ACT, Event

from ..office import READS, Office, UnknownThing, event_of, load_case
from ..reading import open_file
from .access import Viewer, in_the_know, readers_of, reads_handled, sees_case

AGAIN = timedelta(minutes=30)
"""Looking at a file again within this time is the same reading."""
_LOOK = 20
MAX_PURPOSE = 500
FILE, HANDLED = "file", "handled"
OPEN, OUTLINE, ASKED, BARRED = "open", "outline", "asked", "barred"
"""HANDLED beside these: evidence, goods and papers that pass through the viewer's hands, and of the rest the outline."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What came of it.  open: the file; handled: what passes through his hands; outline: may act on the case but not read
    its file; asked: say what for; barred: refused."""

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
        looks = [(e.data.get("part"), e.facts.get("after")) for e in last if e.actor == viewer.officer and now - e.at < AGAIN]
        seen = {part for part, _ in looks}
        if (FILE, row.seq) in looks:  # nothing was done since
            return Opening(OPEN)
        case, controls = load_case(office, tx, office.registry(tx), case_id)
        if not sees_case(viewer, case, readers_of(controls)):
            raise UnknownThing(f"没有案件“{case_id[:100]}”", f"no case {case_id[:100]!r}")
        office.remember(case)  # as committed: opening it and the page itself read on from here
        acts_on_it = bool(set(row.posts) & set(viewer.posts))
    unread = acts_on_it and not purpose and to_score(controls, case.events, viewer.officer)
    if FILE in seen and not unread:
        return Opening(OPEN)
    part = _part(case, controls, viewer)
    if part in seen and part == HANDLED:
        return Opening(HANDLED)
    if not purpose and not _concerned(case, row.posts, viewer):
        return Opening(ASKED)
    if not purpose and part == FILE and set(row.posts) & set(viewer.posts) and (unread or _not_yet(case, controls, viewer)):
        return Opening(OUTLINE)  # his inbox led him here: to see where the case stands is no attempt on its file
    answer = open_file(
        office, case_id, reader=viewer.officer or "", data={"part": part, "purpose": purpose[:MAX_PURPOSE] or own_work}, at=now
    )
    if not isinstance(answer, tuple):
        return Opening(OPEN if part == FILE else HANDLED)
    return Opening(OUTLINE if acts_on_it else BARRED, answer)


def to_score(controls: Iterable[Control], events: Sequence[Event], officer: str | None) -> bool:
    """True if others have scored somebody whom this assessor still has to score: what they gave is not for his eyes yet."""
    done = [e for e in events if e.kind == ACT]
    for one in controls:
        if not isinstance(one, ScoredAssessment):
            continue
        drawn = max((n for n, e in enumerate(done, 1) if e.act in one.draws), default=0)
        panel = {*((done[drawn - 1].data.get("officers") or ()) if drawn else ())}
        panel -= {out for e in done[drawn:] if e.act in one.recuses for out in e.data.get("officers") or ()}
        round_ = done[max((n for n, e in enumerate(done, 1) if e.act in one.resets), default=0) :]
        own, theirs = ({e.data.get("candidate_no") for e in round_ if e.act in one.scores and (e.actor == officer) == mine}
                       for mine in (True, False))  # fmt: skip
        off = {e.data.get("candidate_no") for e in done if e.act in one.drops}
        if officer in panel and theirs - own - off:
            return True
    return False


def _part(case: Case, controls: tuple[Control, ...], viewer: Viewer) -> str:
    """Return what he may ask for: the file, or only what passes through his hands."""
    return HANDLED if reads_handled(viewer, controls) and not in_the_know(viewer, case, controls, ()) else FILE


def _not_yet(case: Case, controls: tuple[Control, ...], viewer: Viewer) -> bool:
    """True if he takes no part in the case yet; who was recused from it is not meant: what he tries is laid down."""
    recuses = {act for one in controls if one.name == "need_to_know" for act in getattr(one, "recuses", ())}
    recused = any(viewer.officer in (e.data.get("officers") or ()) for e in case.events if e.kind == ACT and e.act in recuses)
    return not recused and not in_the_know(viewer, case, controls, ())


def _concerned(case: Case, posts: tuple[str, ...], viewer: Viewer) -> bool:
    return bool(set(posts) & set(viewer.posts)) or any(e.actor == viewer.officer for e in case.events)
