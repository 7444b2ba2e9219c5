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
KEY_PROPOSED, KEY_REJECTED = "tip_key_proposed", "tip_key_rejected"
CLOSING, CLOSED, KEPT_OPEN = "tip_closing", "tip_closed", "tip_kept_open"
GROUNDS: Mapping[str, Text] = {
    "registered": Text(zh="已按规定登记为线索并处置", en="Registered as a lead and dealt with as the rules say"),
    "passed_on": Text(zh="不属本机关管辖，已移送有管辖权的机关", en="Not ours: passed on to the body that is competent"),
    "repeated": Text(zh="与已登记的线索重复，已并入", en="Told before: joined to the lead that is registered"),
    "nothing": Text(zh="没有可查的内容（空白、测试、广告）", en="Nothing in it to look into (empty, a test, advertising)"),
}
"""Why a mailbox is closed: chosen, never written, so that no record repeats a word of a tip."""
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
    confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """That one inspector would close a mailbox, and why; another has to agree."""

    by: str
    ground: str
    day: date


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


def propose_key(office: Office, spki: str, *, by: str, at: datetime) -> TipKey:
    """Propose a public key: one inspector who replaces the key alone would read what comes in alone.  Raises BadTip, StoreError."""
    if len(spki) > 400 or not _BASE64.fullmatch(spki):
        raise BadTip("这不是公钥，没有保存", "this is no public key; nothing was saved")
    with office.store.write() as tx:
        tx.lock(KEYS)
        if any(one.spki == spki for one in keys(tx)):
            raise BadTip("这个公钥已经公布过；要更换，请生成新的", "this key was published before: make a new one")
        _append(office, tx, KEYS, KEY_PROPOSED, {"spki": spki}, by=by, at=at)
    return TipKey(key_id(spki), spki, local_day(at), by)


def decide_on_key(office: Office, name: str, *, confirm: bool, by: str, at: datetime) -> None:
    """Publish the key that another inspector proposed, or reject it; tips are sealed to the latest.  Raises BadTip, StoreError."""
    with office.store.write() as tx:
        tx.lock(KEYS)
        waiting = proposed_key(tx)
        if waiting is None or waiting.id != name:
            raise BadTip("没有待确认的这个公钥，或者已经处理", "no such key waits to be confirmed, or it was dealt with")
        if confirm and waiting.by == by:
            raise BadTip("生成密钥的人不能自己确认；请另一名纪检人员当面核对指纹后确认",
                         "who made the key does not confirm it: another inspector compares the fingerprint first")  # fmt: skip
        data = {"spki": waiting.spki} if confirm else {"key": name}
        _append(office, tx, KEYS, KEY if confirm else KEY_REJECTED, data, by=by, at=at, facts={"proposed_by": waiting.by})


def keys(tx: ReadTx) -> Sequence[TipKey]:
    """Return all public keys, the one in use last."""
    events = [event for event in map(event_of, tx.events(KEYS)) if event.kind == KEY]
    return [_key_in(event, str(event.facts.get("proposed_by", event.actor)), str(event.actor)) for event in events]


def proposed_key(tx: ReadTx) -> TipKey | None:
    """Return the key that waits for a second inspector: the last one proposed, None if none does."""
    last = next(reversed(list(tx.events(KEYS))), None)
    event = event_of(last) if last is not None else None
    return _key_in(event, str(event.actor), "") if event is not None and event.kind == KEY_PROPOSED else None


def _key_in(event: Event, by: str, confirmed_by: str) -> TipKey:
    spki = str(event.data["spki"])
    return TipKey(key_id(spki), spki, local_day(event.at), by, confirmed_by)


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
        boxes.put(office, tx, BOX, mailbox, power="", what="answered", at=day)  # an answer alone closes nothing


def propose_closing(office: Office, mailbox: str, ground: str, *, by: str, at: datetime) -> None:
    """Propose to close a mailbox.  Raises BadTip, UnknownThing, StoreError."""
    if ground not in GROUNDS:
        raise BadTip("请选择办结的情形", "choose why it is closed")
    day = start_of_day(local_day(at))
    with office.store.write() as tx:
        tx.lock(STREAM + mailbox)
        if not tx.head(STREAM + mailbox):
            raise _nothing()
        _must_wait(office, tx, mailbox, at)
        _append(office, tx, STREAM + mailbox, CLOSING, {"ground": ground}, by=by, at=day)
        boxes.put(office, tx, BOX, mailbox, power="", what="closing", at=day)


def decide_on_closing(office: Office, mailbox: str, *, confirm: bool, by: str, at: datetime) -> None:
    """Close a mailbox that another inspector proposed to close, having opened it, or keep it open.

    Raises BadTip, UnknownThing, StoreError.
    """
    day = start_of_day(local_day(at))
    with office.store.write() as tx:
        tx.lock(STREAM + mailbox)
        if not tx.head(STREAM + mailbox):
            raise _nothing()
        waiting = closing(tx, mailbox)
        if waiting is None:
            raise BadTip("没有待确认的办结，或者举报人又写了新的内容", "nobody proposes to close it, or the reporter has written more")
        if confirm and waiting.by == by:
            raise BadTip("提出办结的人不能自己确认；请另一名纪检人员打开信箱后确认",
                         "who proposes it does not confirm it: another inspector opens the mailbox and confirms")  # fmt: skip
        if confirm and not _has_opened(tx, mailbox, by):
            raise BadTip("请先打开信箱，再确认办结", "open the mailbox before you confirm")
        _append(office, tx, STREAM + mailbox, CLOSED if confirm else KEPT_OPEN, {"ground": waiting.ground}, by=by, at=day)
        if confirm:
            boxes.take(office, tx, BOX, mailbox, by=by, at=day)
        else:
            boxes.put(office, tx, BOX, mailbox, power="", what="tip", at=day)


def closing(tx: ReadTx, mailbox: str) -> Closing | None:
    """Return the closing of a mailbox that waits for a second inspector; what the reporter writes ends it."""
    found: Closing | None = None
    for event in map(event_of, tx.events(STREAM + mailbox)):
        if event.kind == CLOSING:
            found = Closing(str(event.actor), str(event.data["ground"]), local_day(event.at))
        elif event.kind in (TIP, CLOSED, KEPT_OPEN):
            found = None
    return found


def _must_wait(office: Office, tx: WriteTx, mailbox: str, at: datetime) -> None:
    if not any(one.number == mailbox for one in boxes.waiting(office, tx, BOX, today=local_day(at))):
        raise BadTip("这个信箱已经办结", "this mailbox is closed already")


def _has_opened(tx: ReadTx, mailbox: str, who: str) -> bool:
    """True if somebody opened a mailbox since the reporter last wrote."""
    since = False
    for event in map(event_of, tx.events(STREAM + mailbox)):
        since = False if event.kind == TIP else since or (event.kind == OPENED and event.actor == who)
    return since


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


def _append(
    office: Office, tx: WriteTx, stream: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data),
        facts=facts or {}))  # fmt: skip
