"""What anybody may know of the log: how long it is, who vouches for it and since when; and what a receipt says, in words."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from qingfeng import wiring
from qingfeng.casework.desk.said import Said, lines_of, plain
from qingfeng.casework.office import Office, UnknownThing
from qingfeng.casework.ports import ReadTx
from qingfeng.engine.shape import word_of
from qingfeng.ledger.proof import BadProof
from qingfeng.ledger.receipt import receipt_of, receipt_proved
from qingfeng.notary.faults import LogTrouble
from qingfeng.notary.house import State, state_of
from qingfeng.notary.place import POLICY, Place
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.text import Text

from . import agency

FRESH = 5.0
"""Seconds for which the state is shown again without looking: the page is open to everybody."""
LATE = 24 * 3600
"""Seconds after which a witness that has not cosigned is called behind: offline carriage takes a day."""
_LOCK = threading.Lock()
_SEEN: WeakKeyDictionary[Office, tuple[datetime, LogPage | None]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness.  state: there | behind | silent; entries: how many it has vouched for; ago: how long since, in words."""

    name: str
    key: str
    state: str
    entries: int
    at: datetime | None
    ago: Text | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Everything on the page of the log.  quorum: how many witnesses make a receipt final, 0 if none is asked."""

    origin: str
    key: str
    policy: str
    size: int
    root: str
    final: int
    least: int
    witnesses: tuple[WitnessLine, ...]
    checkpoint: str
    written: datetime | None
    ago: Text | None
    pending: int
    trouble: Text | None

    @property
    def standing(self) -> int:
        """How many witnesses are up to date."""
        return sum(one.state == "there" for one in self.witnesses)


@dataclass(frozen=True, slots=True)
class ReceiptSays:
    """What a good receipt says, in words."""

    case: str
    seq: int
    title: Text
    act: Text
    at: str
    entered: str
    lines: tuple[Said, ...]
    closed: int
    index: int
    size: int
    by: tuple[str, ...]
    missing: tuple[str, ...]
    final: bool


def place() -> Place | None:
    """Return the log of this agency, None if none was begun.  Raises LogTrouble."""
    return wiring.log_of(settings.AGENCY_STORE)


def policy_text() -> str:
    """Return the list of keys as published, nothing where there is no log.  Raises LogTrouble."""
    here = place()
    return (here.home / POLICY).read_text("utf-8") if here is not None else ""


def ago(then: datetime, now: datetime) -> Text:
    """Return how long ago something was, in words."""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, zh, en in ((86_400, "天", "day"), (3_600, "小时", "hour"), (60, "分钟", "minute")):
        if seconds >= unit:
            n = seconds // unit
            return Text(zh=f"{n}{zh}前", en=f"{n} {en}{'s' if n > 1 else ''} ago")
    return Text(zh="刚刚", en="just now")


def log_page(now: datetime) -> LogPage | None:
    """Return how the log stands, None if there is none.  Raises LogTrouble, StoreError."""
    office = agency.office()
    with _LOCK:
        kept = _SEEN.get(office)
    if kept is not None and 0 <= (now - kept[0]).total_seconds() < FRESH:
        return kept[1]
    here = place()
    page = _look(here, office, now) if here is not None else None
    with _LOCK:
        _SEEN[office] = (now, page)
    return page


def forget() -> None:
    """Look anew at the next request."""
    with _LOCK:
        _SEEN.clear()


def _look(here: Place, office: Office, now: datetime) -> LogPage:
    state = state_of(here, office.store)
    published, root = here.log / "checkpoint", ""
    try:
        text = published.read_text("utf-8")
        written = datetime.fromtimestamp(int(published.stat().st_mtime), LOCAL)
        root = b64encode(here.reader.opened(text).root).decode()
    except (OSError, LogTrouble):  # not published yet, or trouble, which the state tells
        text, written = "", None
    return LogPage(
        state.origin, state.vkey, policy_text(), state.size, root, state.final, state.least, _witnesses(state, now), text,
        written, ago(written, now) if written is not None else None, state.pending, state.trouble,
    )  # fmt: skip


def _witnesses(state: State, now: datetime) -> tuple[WitnessLine, ...]:
    lines = []
    for one in state.witnesses:
        at = datetime.fromtimestamp(one.seconds, LOCAL) if one.seconds is not None else None
        late = at is not None and (one.size or 0) < state.size and (now - at).total_seconds() > LATE
        told = "silent" if at is None else "behind" if late else "there"
        lines.append(WitnessLine(one.name, one.vkey, told, one.size or 0, at, ago(at, now) if at is not None else None))
    return tuple(lines)


def says(text: str) -> ReceiptSays:
    """Return what a receipt of this agency's log says.  Raises BadProof if it is not good, LogTrouble."""
    here = place()
    if here is None:
        raise BadProof("this agency keeps no log")
    receipt = receipt_of(text)
    found = receipt_proved(receipt, policy=here.policy, digest=here.digest)
    said = receipt.envelope
    office = agency.office()
    with office.store.read() as tx:
        title, act, lines = _words(office, tx, said, receipt.shown)
    by = tuple(sorted(found.witnesses))
    closed = len(json.loads(receipt.entry)["commit"]) - len(receipt.shown)
    return ReceiptSays(
        str(said.get("stream", "")).removeprefix("case/"), int(said.get("seq", 0)), title, act,
        str(said.get("at", ""))[:16].replace("T", " "),
        str(said.get("entered", ""))[:16].replace("T", " "), lines, closed, receipt.proof.index, found.checkpoint.size, by,
        tuple(sorted(set(here.policy.witnesses) - set(by))), found.final)  # fmt: skip


def _words(office: Office, tx: ReadTx, said: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[Text, Text, tuple[Said, ...]]:
    """Return the names of power, act and fields; as they are written where the version is not known here."""
    act = str(said.get("act", ""))
    values = {name.removeprefix("data."): value for name, value in shown.items()}
    registry = office.registry(tx)
    try:
        version, _ = office.version(registry, str(said.get("power", "")), str(said.get("version", "")))
    except UnknownThing:
        return plain(said.get("power", "")), plain(act), tuple(Said(name, plain(name), plain(value)) for name, value in values.items())
    word = word_of(version, act)
    return version.title, word.name if word is not None else plain(act), lines_of(version, act, values, registry.people)
