"""Entries of the log without a record in the store: what an old backup leaves behind, and how two administrators explain it.

A store that was put back is older than the log.  What the log holds beyond it cannot be made again: its entries are commitments.  Nothing
goes on until the system administrator says in the log what happened, and the security administrator confirms it; both are events, and
whoever checks the log is told of them for ever.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from qingfeng.casework.office import DamagedEvent, Office, event_of
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.twofold import PROPOSED, BadChange, Change, decide, follow, propose
from qingfeng.engine.event import Event
from qingfeng.ledger.checkpoint import Checkpoint

from .guard import STREAM

__all__ = ["EXPLAIN", "STREAM", "Gap", "confirm", "explain", "gaps", "waiting"]
EXPLAIN = "explain_gap"


@dataclass(frozen=True, slots=True)
class Gap:
    """Places from `first` to before `size` of which not every record is in the store; why, and who said so."""

    first: int
    size: int
    root: str
    reason: str
    by: str
    confirmed_by: str
    seq: int


def gaps(look: ReadTx) -> Sequence[Gap]:
    """Return the gaps that two administrators have explained, in order.  Raises DamagedEvent."""
    return _read(look)[0]


def waiting(look: ReadTx) -> Sequence[Change]:
    """Return explanations that wait for the second administrator."""
    return _read(look)[1]


def _read(look: ReadTx) -> tuple[list[Gap], list[Change]]:
    found: dict[str, Gap] = {}
    open_: dict[int, Change] = {}
    others: set[int] = set()
    for row in look.events(STREAM):
        event = event_of(row)
        if event.kind == PROPOSED and event.act != EXPLAIN:
            others.add(event.seq)  # a key that is replaced (notary.succession)
        if event.act not in (EXPLAIN, "change") or event.data.get("number") in others:
            continue
        try:
            follow(event, found, open_, partial(_gap, event=event))
        except (KeyError, ValueError, TypeError) as error:
            raise DamagedEvent(row) from error
    return list(found.values()), list(open_.values())


def _gap(change: Change, *, event: Event) -> Gap:
    data = change.data
    return Gap(int(data["first"]), int(data["size"]), str(data["root"]), change.reason, change.by, str(event.actor), change.number)


def explain(office: Office, head: Checkpoint, *, reason: str, by: str, at: datetime) -> int:
    """Propose an explanation of why the log holds more than the store; return its number.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        first = tx.log_size()
        if first >= head.size or any(gap.first <= first < gap.size == head.size for gap in gaps(tx)):
            raise BadChange("日志与数据库之间没有缺口，无须说明", "there is no gap between the log and the store: nothing to explain")
        data = {"name": f"gap-{first}-{head.size}", "first": first, "size": head.size, "root": b64encode(head.root).decode()}
        return propose(office, tx, STREAM, EXPLAIN, data, reason=reason, by=by, at=at)


def confirm(office: Office, head: Checkpoint, number: int, *, agree: bool, by: str, at: datetime) -> Change:
    """Confirm or reject an explanation.  Raises BadChange, StoreError; also when the log has become another since."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        open_ = {one.number: one for one in waiting(tx)}
        change = decide(office, tx, STREAM, open_, number, confirm=agree, by=by, at=at)
        said = (int(change.data["size"]), str(change.data["root"]))
        if agree and said != (head.size, b64encode(head.root).decode()):
            raise BadChange("日志在提出说明之后有变化，请重新提出", "the log has changed since this was proposed: propose it anew")
        return change
