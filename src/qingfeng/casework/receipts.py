"""Receipts: a number and a secret code with which a party follows its case and acts on it without an account.

Only the digest of the code is kept, as an event in the stream of the receipt; numbers are drawn at random, so that they tell nothing.
A code that an officer handed out is changed at its first use: from then on only the party knows it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.text import Text

from .office import Office, event_of
from .ports import Conflict, ReadTx, Use, WriteTx
from .projection import rated_notes

STREAM = "receipts/"
ISSUED, BOUND, CHANGED, RATED = "receipt_issued", "receipt_bound", "receipt_code_changed", "receipt_rated"
USED, CALLED = "receipt_used", "receipt_called"
OF_CASE, APPLIED = "_receipt_of", "_applied"
"""Indexed fields: the case for which an officer handed out a receipt; the case that an application became."""
CHANNELS: Mapping[str, Text] = {
    "signed": Text(zh="当面交付，签收", en="Handed over in person, signed for"),
    "served": Text(zh="随文书送达，送达回证载明", en="Served with a paper, as its proof of service says"),
    "phone": Text(zh="核对身份后电话告知", en="Told on the telephone after checking who it is"),
}
"""How a code reaches the party; each needs to whom, and the number of the slip or of the telephone."""
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that nobody misreads."""
_PRIVATE = frozenset({"content", "to", "reference", "words"})
CODE_LENGTH = 12
"""58 bits: with the few tries an hour that are allowed, no guessing comes through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """To whom a code was handed and how: one of CHANNELS; reference: number of the slip, the proof of service or the telephone."""

    to: str
    channel: str
    reference: str


@dataclass(frozen=True, slots=True)
class Used:
    """An act of the party that came by a receipt: event `seq` of the case, 0 for a rating kept with the receipt."""

    act: str
    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """What came of asking the party whether it was the one."""

    outcome: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as it stands.  about: application | case | complaint; handed_out: its code is the one that an officer had in hands;
    handed_by: who that was, whatever became of the code."""

    number: str
    about: str
    power: str
    digest: str
    case: str | None
    handed_out: bool
    issued_at: datetime
    rated: Mapping[str, Any] | None = None
    seq: int = 1
    handed_by: str | None = None
    handed: Handed | None = None
    used: tuple[Used, ...] = ()
    calls: tuple[Call, ...] = ()

    @property
    def open_calls(self) -> tuple[Call, ...]:
        """Return the calls since the last act that came by it."""
        since = max((one.at for one in self.used), default=self.issued_at)
        return tuple(one for one in self.calls if one.at >= since)


def plain_number(text: str) -> str:
    """Return a number as typed in its plain form: digits with hyphens."""
    digits = "".join(c for c in text if c.isascii() and c.isdigit())[:12]
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def plain_code(text: str) -> str:
    """Return a code as typed without spaces, hyphens and small letters."""
    return "".join(c for c in text.upper() if c in ALPHABET)[: CODE_LENGTH + 1]


def digest_of(number: str, code: str) -> str:
    """Return what is kept of a code."""
    return sha256(f"qingfeng receipt {number} {code}".encode()).hexdigest()


def issue(
    office: Office, tx: WriteTx, number: str, digest: str, *, about: str, power: str, case: str | None = None,
    by: str | None = None, handed: Handed | None = None, at: datetime,
) -> Receipt:  # fmt: skip
    """Issue a receipt; by: the officer who hands it out, None if the party draws it itself.  Raises Conflict if the number is taken."""
    data = {"about": about, "digest": digest, "power": power, **({"case": case} if case else {}),
            **({"to": handed.to, "channel": handed.channel, "reference": handed.reference} if handed else {})}  # fmt: skip
    _append(office, tx, number, ISSUED, data, by=by, at=at)
    tx.note_uses(STREAM + number, notes_of([event_of(row) for row in tx.events(STREAM + number)]))
    return Receipt(number, about, power, digest, case, by is not None, at, handed_by=by, handed=handed)


def use(office: Office, tx: WriteTx, number: str, act: str, seq: int, *, at: datetime) -> None:
    """Note that an act of the party came by a receipt."""
    _append(office, tx, number, USED, {"act": act, "seq": seq}, by=None, at=at)


def call(office: Office, tx: WriteTx, number: str, outcome: str, words: str, *, by: str, at: datetime) -> None:
    """Lay down what came of asking the party."""
    _append(office, tx, number, CALLED, {"outcome": outcome, "words": words}, by=by, at=at)


def applications_of(tx: ReadTx, case: str) -> list[str]:
    """Return the numbers of the applications that became a case."""
    return list(dict.fromkeys(stream.removeprefix(STREAM) for stream, _ in tx.uses(APPLIED, case, limit=10)))


def of_case(tx: ReadTx, case: str) -> list[Receipt]:
    """Return the receipts that officers handed out for a case, the latest first."""
    found = dict.fromkeys(stream for stream, _ in tx.uses(OF_CASE, case, limit=50))
    return [one for stream in found if (one := read(tx, stream.removeprefix(STREAM))) is not None]


def bind(office: Office, tx: WriteTx, number: str, case: str, *, by: str, at: datetime) -> None:
    """Say which case an application has become."""
    _append(office, tx, number, BOUND, {"case": case}, by=by, at=at)
    tx.note_uses(STREAM + number, notes_of([event_of(row) for row in tx.events(STREAM + number)]))


def change_code(office: Office, number: str, digest: str, *, at: datetime) -> None:
    """Keep the digest of a new code.  Raises StoreError."""
    with office.store.write() as tx:
        _append(office, tx, number, CHANGED, {"digest": digest}, by=None, at=at)


def rate(office: Office, tx: WriteTx, number: str, rating: str, content: str, *, at: datetime) -> None:
    """Keep a rating where the power has no act for it; it is counted like one of a case."""
    _append(office, tx, number, RATED, {"rating": rating, "content": content}, by=None, at=at)
    tx.note_uses(STREAM + number, notes_of([event_of(row) for row in tx.events(STREAM + number)]))


def notes_of(events: Sequence[Event]) -> list[Use]:
    """Return what is noted of a receipt: for which case an officer handed it out, which case its application became, how the service
    was rated with it."""
    power = str(events[0].data.get("power", "")) if events else ""
    handed = [(OF_CASE, str(one.data["case"]), one.seq) for one in events if one.kind == ISSUED and one.actor and one.data.get("case")]
    bound = [(APPLIED, str(one.data["case"]), one.seq) for one in events if one.kind == BOUND]
    return [*handed, *bound, *(note for event in events if event.kind == RATED for note in rated_notes(power, event))]


def read(tx: ReadTx, number: str) -> Receipt | None:
    """Return a receipt, None if there is no such number."""
    receipt: Receipt | None = None
    for row in tx.events(STREAM + number):
        event = event_of(row)
        data = event.data
        if event.kind == ISSUED:
            about, power, digest = (str(data.get(name, "")) for name in ("about", "power", "digest"))
            handed = Handed(**{name: str(data.get(name, "")) for name in ("to", "channel", "reference")}) if "channel" in data else None
            receipt = Receipt(number, about, power, digest, data.get("case"), event.actor is not None, event.at,
                              handed_by=event.actor, handed=handed)  # fmt: skip
            continue
        assert receipt is not None, f"receipt {number} does not begin with its issue"
        receipt = replace(receipt, seq=event.seq)
        if event.kind == BOUND:
            receipt = replace(receipt, case=str(data["case"]))
        elif event.kind == CHANGED:
            receipt = replace(receipt, digest=str(data["digest"]), handed_out=False)
        elif event.kind == RATED:
            receipt = replace(receipt, rated=data)
        elif event.kind == USED:
            receipt = replace(receipt, used=(*receipt.used, Used(str(data["act"]), int(data["seq"]), event.at)))
        elif event.kind == CALLED:
            done = Call(str(data["outcome"]), str(data.get("words", "")), str(event.actor), event.at)
            receipt = replace(receipt, calls=(*receipt.calls, done))
    return receipt


def fits(receipt: Receipt | None, number: str, code: str) -> bool:
    """True if a code belongs to a receipt; takes as long for one that is not there."""
    kept = receipt.digest if receipt is not None else "0" * 64
    return hmac.compare_digest(kept, digest_of(number, code)) and receipt is not None


def _append(
    office: Office, tx: WriteTx, number: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime
) -> None:
    stream = STREAM + number
    tx.lock(stream)
    head = tx.head(stream)
    if kind == ISSUED and head:
        raise Conflict(Text(zh="回执号码重复，没有保存；请重试", en="the number of the receipt is taken; nothing was saved: try again"))
    private = _PRIVATE & frozenset(data)
    office.append(tx, Event(
        stream=stream, seq=head + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data), private=private))  # fmt: skip

