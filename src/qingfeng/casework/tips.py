"""Tips to discipline supervision, encrypted in the reporter's browser to a key that only discipline can use.

The agency keeps ciphertext and a mailbox name, no more: no address, no browser, and the day instead of the time.  The private key is
never here: discipline makes the pair in its browser and keeps it, sealed with a passphrase, as a file of its own.  A mailbox is named
by the digest of a secret that follows from the reporter's 24 digits, so that nobody who reads the store can answer in his place.

Not hidden: between which two other records of the log a tip was written down, hence roughly when.  Whoever may be suspected for being
at a desk at that hour should write from elsewhere, and is told so on the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day, start_of_day
from qingfeng.terms.text import Text

from . import boxes
from .office import Office, UnknownThing, event_of
from .ports import ReadTx, WriteTx

STREAM, BOX, KEYS = "tip/", "tips", "tip_keys"
KEY, TIP, REPLY, OPENED = "tip_key", "tip", "tip_reply", "tip_opened"
MAX_CIPHERTEXT = 100_000
"""Characters of one sealed message in base64: some twenty thousand Chinese characters after padding."""
MAX_MESSAGES = 200
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_PARTS = {"key": 16, "point": 200, "salt": 64, "nonce": 64, "text": MAX_CIPHERTEXT}
_SECRET = re.compile(r"[0-9a-f]{64}")


class BadTip(Exception):
    """What came in is no sealed message; says so without repeating a word of it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class TipKey:
    """A public key of discipline: SPKI in base64; id: the beginning of its digest."""

    id: str
    spki: str
    since: date
    by: str


@dataclass(frozen=True, slots=True)
class Message:
    """One sealed message of a mailbox.  by: None: the reporter."""

    seq: int
    day: date
    sealed: Mapping[str, str]
    by: str | None


def mailbox_of(secret: str) -> str:
    """Return the mailbox that a secret opens.  Raises BadTip."""
    if not _SECRET.fullmatch(secret):
        raise BadTip("凭证不完整，请重新输入24位数字", "the mark is not complete: enter the 24 digits again")
    return sha256(bytes.fromhex(secret)).hexdigest()


def key_id(spki: str) -> str:
    """Return the name of a public key."""
    return sha256(spki.encode()).hexdigest()[:16]


def publish_key(office: Office, spki: str, *, by: str, at: datetime) -> TipKey:
    """Publish a public key; tips are sealed to the latest one.  Raises BadTip, StoreError."""
    if len(spki) > 400 or not _BASE64.fullmatch(spki):
        raise BadTip("这不是公钥，没有保存", "this is no public key; nothing was saved")
    with office.store.write() as tx:
        _append(office, tx, KEYS, KEY, {"spki": spki}, by=by, at=at)
    return TipKey(key_id(spki), spki, local_day(at), by)


def keys(tx: ReadTx) -> Sequence[TipKey]:
    """Return all public keys, the one in use last."""
    events = [event_of(row) for row in tx.events(KEYS)]
    return [TipKey(key_id(str(e.data["spki"])), str(e.data["spki"]), local_day(e.at), str(e.actor)) for e in events]


def send(office: Office, secret: str, sealed: Mapping[str, object], *, at: datetime) -> str:
    """Keep a sealed message of a reporter; return the mailbox.  Raises BadTip, StoreError."""
    mailbox, day = mailbox_of(secret), start_of_day(local_day(at))
    with office.store.write() as tx:
        kept = _checked(sealed, {key.id for key in keys(tx)})
        if tx.head(STREAM + mailbox) >= MAX_MESSAGES:
            raise BadTip("这个信箱已满，请另写一件", "this mailbox is full: begin another")
        _append(office, tx, STREAM + mailbox, TIP, kept, by=None, at=day)
        boxes.put(office, tx, BOX, mailbox, power="", what="tip", at=day)
    return mailbox


def reply(office: Office, mailbox: str, sealed: Mapping[str, object], *, by: str, at: datetime) -> None:
    """Keep an answer of discipline, sealed to the reporter.  Raises BadTip, UnknownThing, StoreError."""
    day = start_of_day(local_day(at))
    with office.store.write() as tx:
        if not tx.head(STREAM + mailbox):
            raise _nothing()
        _append(office, tx, STREAM + mailbox, REPLY, _checked(sealed, {"reply"}), by=by, at=day)
        boxes.take(office, tx, BOX, mailbox, by=by, at=day)


def close(office: Office, mailbox: str, *, by: str, at: datetime) -> None:
    """Take a mailbox out of what waits, without an answer.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        if not tx.head(STREAM + mailbox):
            raise _nothing()
        boxes.take(office, tx, BOX, mailbox, by=by, at=start_of_day(local_day(at)))


def opened(office: Office, mailbox: str, *, by: str, at: datetime) -> Sequence[Message]:
    """Return the messages of a mailbox to an officer of discipline and lay down that he opened it.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        told = messages(tx, mailbox)
        if not told:
            raise _nothing()
        _append(office, tx, STREAM + mailbox, OPENED, {}, by=by, at=at)
        return told


def messages(tx: ReadTx, mailbox: str) -> Sequence[Message]:
    """Return the messages of a mailbox in order; none if there is no such mailbox."""
    events = [event_of(row) for row in tx.events(STREAM + mailbox)]
    return [Message(e.seq, local_day(e.at), {k: str(v) for k, v in e.data.items()}, e.actor) for e in events if e.kind in (TIP, REPLY)]


def _checked(sealed: Mapping[str, object], known: set[str]) -> Mapping[str, str]:
    """Return the parts of a sealed message, each what it has to be: nothing that is readable gets by."""
    found = {name: sealed.get(name, "") for name in _PARTS if name in sealed}
    if set(sealed) - set(_PARTS) or not {"key", "nonce", "text"} <= set(found):
        raise _unsealed()
    kept = {}
    for name, value in found.items():
        if not isinstance(value, str) or len(value) > _PARTS[name]:
            raise _unsealed()
        if name != "key" and not _BASE64.fullmatch(value):
            raise _unsealed()
        kept[name] = value
    if kept["key"] not in known or (kept["key"] != "reply" and not {"point", "salt"} <= set(kept)):
        raise _unsealed()
    return kept


def _unsealed() -> BadTip:
    return BadTip("内容没有在您的浏览器里加密，或者公钥已更换：没有接收，也没有保存任何文字。请重新打开页面再试",
                  "this was not sealed in your browser, or the key has changed: nothing was taken in. Open the page anew")  # fmt: skip


def _nothing() -> UnknownThing:
    return UnknownThing("没有这个信箱", "there is no such mailbox")


def _append(office: Office, tx: WriteTx, stream: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime) -> None:
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data)))  # fmt: skip
