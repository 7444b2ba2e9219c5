"""Personal contents that were emptied, and files that were destroyed: lawful only if two administrators have said so in the log.

The log holds salted commitments, so that emptying changes no byte of it; nobody could tell an approved erasure from a tampering.  So it is
proposed by the system administrator and confirmed by the security administrator, both in the stream `notary`; what is emptied without that
is named by the audit.  Archive periods come first: whoever proposes it says under which paper they are over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qingfeng.casework.office import DamagedEvent, Office, event_of
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.twofold import CONFIRMED, PROPOSED, REJECTED, BadChange, Change, change_in, decide, propose

from .guard import STREAM

ERASE = "erase"
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Erasure:
    """An event whose personal contents may be empty, and the files that may be gone with it; why, and who said so."""

    stream: str
    seq: int
    files: tuple[str, ...]
    reason: str
    by: str
    confirmed_by: str


def erasures(look: ReadTx) -> Sequence[Erasure]:
    """Return what two administrators have approved.  Raises DamagedEvent."""
    return _read(look)[0]


def waiting(look: ReadTx) -> Sequence[Change]:
    """Return what waits for the second administrator."""
    return list(_read(look)[1].values())


def _read(look: ReadTx) -> tuple[list[Erasure], dict[int, Change]]:
    found, open_ = list[Erasure](), dict[int, Change]()
    for row in look.events(STREAM):
        try:
            event = event_of(row)
            if event.kind == PROPOSED and event.act == ERASE:
                open_[event.seq] = change_in(event)
                continue
            change = open_.pop(int(event.data["number"]), None) if event.kind in (CONFIRMED, REJECTED) else None
            if change is not None and event.kind == CONFIRMED and event.actor != change.by:
                data = change.data
                files = tuple(str(one) for one in data.get("files", ()))
                found.append(Erasure(str(data["stream"]), int(data["seq"]), files, change.reason, change.by, str(event.actor)))
        except (KeyError, ValueError, TypeError) as error:
            raise DamagedEvent(row) from error
    return found, open_


def ask(office: Office, stream: str, seq: int, *, files: Sequence[str] = (), reason: str, by: str, at: datetime) -> int:
    """Propose that an event's personal contents are emptied; return the number of the proposal.  files: digests of what is destroyed
    with them.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        row = tx.events_at([(stream, seq)]).get((stream, seq))
        if row is None or row.private is None:
            raise BadChange("没有这一条，或者它没有可以清空的内容", "there is no such record, or it holds nothing that can be emptied")
        if any(not _DIGEST.fullmatch(one) for one in files):
            raise BadChange("文件写校验值：64位小写十六进制数", "files are named by their hash: 64 small hexadecimal digits")
        data = {"name": f"erase-{stream}-{seq}", "stream": stream, "seq": seq, "files": list(files)}
        return propose(office, tx, STREAM, ERASE, data, reason=reason, by=by, at=at)


def confirm(office: Office, number: int, *, agree: bool, by: str, at: datetime) -> Change:
    """Confirm or reject a proposal; when confirmed the contents are emptied in the same transaction.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        change = decide(office, tx, STREAM, _read(tx)[1], number, confirm=agree, by=by, at=at)
        if agree and not tx.erase(str(change.data["stream"]), int(change.data["seq"])):
            raise BadChange("这一条的内容已经清空", "the contents of this record have been emptied already")
        return change
