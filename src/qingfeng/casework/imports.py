"""Imported map documents while they are looked over: what was uploaded, every change with who made it and why, and what became of each map.

Stream `imports`: one event for each document, whose number is its seq.  Stream `imports/<number>`: the changes to it.  The document and
what was read from it are kept in the shelf of files, their SHA-256 here; what a change means, `importing` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.limits import MAX_IMPORT_EDITS
from qingfeng.terms.text import Text, clean, hazards

from .office import Office, UnknownThing, event_of
from .ports import ReadTx
from .registry import By

STREAM = "imports"
BEGUN, EDITED, TAKEN = "import_begun", "import_edited", "import_taken"
ACTS: Mapping[str, Text] = {
    BEGUN: Text(zh="上传防控图", en="maps uploaded"),
    EDITED: Text(zh="核对防控图", en="maps looked over"),
    TAKEN: Text(zh="防控图转入职权草稿", en="map taken over into a draft"),
}
MOST_SHOWN = 50


class BadImport(Exception):
    """A step that cannot be made; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Head:
    """An uploaded document.  file, kept: SHA-256 of the document and of what was read from it; maps: how many."""

    number: int
    name: str
    file: str
    kept: str
    maps: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One change as it was recorded."""

    edit: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(slots=True)
class Standing:
    """A document with all that was done to it.  seq: of the last change; taken: number of a map → id of the power it went into."""

    head: Head
    seq: int = 0
    changes: list[Change] = field(default_factory=list)
    taken: dict[int, str] = field(default_factory=dict)


def _stream(number: int) -> str:
    return f"{STREAM}/{number}"


def _head(event: Event) -> Head:
    d: Mapping[str, Any] = event.data
    return Head(event.seq, str(d["name"]), str(d["file"]), str(d["kept"]), int(d["maps"]), str(event.actor), event.at)


def begin(office: Office, *, name: str, file: str, kept: str, maps: int, by: By) -> int:
    """Lay down that a document was uploaded; return its number.  Raises StoreError."""
    shown = clean(name).strip()[:200]
    data = {"name": "?" if not shown or hazards(shown) else shown, "file": file, "kept": kept, "maps": maps}
    with office.store.write() as tx:
        tx.lock(STREAM)
        number = tx.head(STREAM) + 1
        office.append(
            tx,
            Event(
                stream=STREAM,
                seq=number,
                kind=BEGUN,
                act=BEGUN,
                at=by.entered,
                entered=by.entered,
                actor=by.actor,
                data=data,
            ),
        )
    return number


def latest(tx: ReadTx) -> list[Head]:
    """Return the documents that were uploaded last, the newest first."""
    return [_head(event_of(row)) for row in tx.latest(STREAM, limit=MOST_SHOWN)]


def standing(tx: ReadTx, number: int) -> Standing:
    """Return a document with all its changes.  Raises UnknownThing."""
    rows = tx.events(STREAM, after=number - 1)[:1] if 0 < number <= tx.head(STREAM) else []
    if not rows:
        raise UnknownThing("没有这次导入", "there is no such import")
    found = Standing(_head(event_of(rows[0])))
    for row in tx.events(_stream(number)):
        event = event_of(row)
        found.seq = event.seq
        if event.kind == TAKEN:
            found.taken[int(event.data["map"])] = str(event.data["power"])
        else:
            found.changes.append(Change(event.data["edit"], str(event.actor), event.at))
    return found


def change(office: Office, number: int, edit: Mapping[str, Any], *, seen: int, by: By) -> None:
    """Lay down a change made to what was seen (the seq of the last change then).  Raises BadImport, StoreError."""
    _append(office, number, EDITED, {"edit": dict(edit)}, seen=seen, by=by)


def take(office: Office, number: int, *, map_number: int, power: str, seen: int, by: By) -> None:
    """Lay down that a map went into the draft of a power.  Raises BadImport, StoreError."""
    _append(office, number, TAKEN, {"map": map_number, "power": power}, seen=seen, by=by)


def _append(office: Office, number: int, kind: str, data: Mapping[str, Any], *, seen: int, by: By) -> None:
    stream = _stream(number)
    with office.store.write() as tx:
        tx.lock(stream)
        last = tx.head(stream)
        if last != seen:
            raise BadImport("别人在此期间改过这份草稿，您的这一步没有做；下面是现在的样子，请再看一眼后重做",
                            "somebody else changed it meanwhile; yours was not made: look at it as it stands and do it again")  # fmt: skip
        if last >= MAX_IMPORT_EDITS:
            raise BadImport(
                f"这次导入已改动{MAX_IMPORT_EDITS}处，请转入草稿后继续",
                f"{MAX_IMPORT_EDITS} changes were made: take it over and go on there",
            )
        office.append(tx, Event(stream=stream, seq=last + 1, kind=kind, act=kind, at=by.entered, entered=by.entered, actor=by.actor,
                                data=dict(data)))  # fmt: skip
