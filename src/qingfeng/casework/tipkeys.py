"""Public keys for tips: one for each inspector, and one of the body one level up; made in the holder's browser, confirmed by another.

The private key is never here: whoever makes a pair keeps it, sealed with a passphrase, as a file of his own.  What a key published
before this was told apart by holder belongs to whom proposed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .office import Office, event_of
from .ports import ReadTx, WriteTx
from .recipients import OUTSIDE, Org, org_of

KEYS = "tip_keys"
KEY, KEY_PROPOSED, KEY_REJECTED = "tip_key", "tip_key_proposed", "tip_key_rejected"
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
MAX_SPKI = 400
"""Characters of a public key: P-256 as SPKI in base64 takes 124."""


class BadTip(Exception):
    """What came in is no sealed message, or a step that cannot be taken; says so without repeating a word of it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class TipKey:
    """A public key: SPKI in base64; id: the beginning of its digest; holder: the inspector, or OUTSIDE."""

    id: str
    spki: str
    since: date
    by: str
    confirmed_by: str = ""
    holder: str = ""


def key_id(spki: str) -> str:
    """Return the name of a public key."""
    return sha256(spki.encode()).hexdigest()[:16]


def propose_key(office: Office, spki: str, *, by: str, at: datetime, outside: bool = False) -> TipKey:
    """Propose one's own public key, or that of the body one level up: who published one alone could pass his off for another's.

    Raises BadTip, StoreError."""
    if len(spki) > MAX_SPKI or not _BASE64.fullmatch(spki):
        raise BadTip("这不是公钥，没有保存", "this is no public key; nothing was saved")
    holder = OUTSIDE if outside else by
    with office.store.write() as tx:
        tx.lock(KEYS)
        if any(one.spki == spki for one in [*keys(tx), *proposed_keys(tx)]):
            raise BadTip("这个公钥已经公布过或者正待确认；要更换，请生成新的", "this key was published or proposed before: make a new one")
        _append(office, tx, KEY_PROPOSED, {"spki": spki, "holder": holder}, by=by, at=at)
    return TipKey(key_id(spki), spki, local_day(at), by, holder=holder)


def decide_on_key(office: Office, name: str, *, confirm: bool, by: str, at: datetime) -> None:
    """Publish the key that another inspector proposed, or reject it.  Raises BadTip, StoreError."""
    with office.store.write() as tx:
        tx.lock(KEYS)
        waiting = next((one for one in proposed_keys(tx) if one.id == name), None)
        if waiting is None:
            raise BadTip("没有待确认的这个公钥，或者已经处理", "no such key waits to be confirmed, or it was dealt with")
        if confirm and waiting.by == by:
            raise BadTip("提出公钥的人不能自己确认；请另一名纪检人员核对指纹后确认",
                         "who proposed the key does not confirm it: another inspector compares the fingerprint first")  # fmt: skip
        data = {"spki": waiting.spki, "holder": waiting.holder} if confirm else {"key": name}
        _append(office, tx, KEY if confirm else KEY_REJECTED, data, by=by, at=at, facts={"proposed_by": waiting.by})


def keys(tx: ReadTx) -> Sequence[TipKey]:
    """Return all public keys ever confirmed, the latest last."""
    return [_key_in(event, str(event.facts.get("proposed_by", event.actor)), str(event.actor)) for event in _published(tx)]


def _published(tx: ReadTx) -> list[Event]:
    return [event for event in map(event_of, tx.events(KEYS)) if event.kind == KEY]


def in_use(tx: ReadTx) -> Mapping[str, TipKey]:
    """Return the key of each holder: his latest."""
    return {one.holder: one for one in keys(tx)}


def holders_of(tx: ReadTx) -> Mapping[str, frozenset[str]]:
    """Return who holds each key there ever was, by its id: of one from before keys were told apart, who proposed and who confirmed it."""
    told = {}
    for event, one in zip(_published(tx), keys(tx), strict=True):
        told[one.id] = frozenset({one.holder} if "holder" in event.data else {one.by, one.confirmed_by})
    return told


def chart(office: Office, tx: ReadTx, *, day: date) -> Org:
    """Return the organisation chart with the keys in use, from which the recipients of a tip follow."""
    used = in_use(tx)
    outside = used.get(OUTSIDE)
    inside = {who: key.id for who, key in used.items() if who != OUTSIDE}
    return org_of(office.registry(tx).people, day, inside, outside.id if outside is not None else None)


def open_to_tips(office: Office, tx: ReadTx, *, day: date) -> bool:
    """True if somebody can be sent a sealed tip."""
    org = chart(office, tx, day=day)
    return bool(org.keys) or org.outside is not None


def proposed_keys(tx: ReadTx) -> Sequence[TipKey]:
    """Return the keys that wait for a second inspector, of each holder the last one proposed."""
    waiting: dict[str, TipKey] = {}
    for event in map(event_of, tx.events(KEYS)):
        if event.kind == KEY_PROPOSED:
            one = _key_in(event, str(event.actor), "")
            waiting[one.holder] = one
            continue
        done = str(event.data["key"]) if event.kind == KEY_REJECTED else key_id(str(event.data["spki"]))
        waiting = {holder: one for holder, one in waiting.items() if one.id != done}
    return list(waiting.values())


def _key_in(event: Event, by: str, confirmed_by: str) -> TipKey:
    spki = str(event.data["spki"])
    return TipKey(key_id(spki), spki, local_day(event.at), by, confirmed_by, str(event.data.get("holder") or by))


def _append(
    office: Office, tx: WriteTx, kind: str, data: Mapping[str, Any], *, by: str, at: datetime, facts: Mapping[str, Any] | None = None
) -> None:
    office.append(tx, Event(
        stream=KEYS, seq=tx.head(KEYS) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data),
        facts=facts or {}))  # fmt: skip
