"""How an event is laid out as an entry of the log, and read back (docs/format.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.ledger.entry import Salts, Sealed, Unsealed, seal
from qingfeng.terms.instants import LOCAL, format_instant


def sealed(event: Event, *, salts: Salts) -> Sealed:
    """Return the bytes of an event: envelope in the clear, every field a salted commitment, personal fields apart."""
    envelope: dict[str, str | int] = {
        "stream": event.stream, "seq": event.seq, "kind": event.kind, "act": event.act,
        "at": format_instant(event.at), "entered": format_instant(event.entered),
    }  # fmt: skip
    if event.power:
        envelope |= {"power": event.power, "version": event.version}
    open_fields: dict[str, Any] = {name: value for name, value in event.facts.items() if value and name != "reason"}
    open_fields |= {"actor": event.actor, "post": event.post} if event.actor is not None else {}
    private_fields: dict[str, Any] = {"reason": event.facts["reason"]} if event.facts.get("reason") else {}
    for name, value in event.data.items():
        (private_fields if name in event.private else open_fields)[f"data.{name}"] = value
    return seal(envelope, open_fields=open_fields, private_fields=private_fields, salts=salts)


def read_back(unsealed: Unsealed) -> Event:
    """Return the event that an entry and its openings say.  Inverse of `sealed` but for which fields were personal."""
    envelope = unsealed.envelope
    facts, data = {}, {}
    for name, value in unsealed.fields.items():
        if name.startswith("data."):
            data[name[5:]] = value
        else:
            facts[name] = value
    return Event(
        stream=envelope["stream"], seq=envelope["seq"], kind=envelope["kind"], act=envelope["act"],
        at=datetime.fromisoformat(envelope["at"]).astimezone(LOCAL),
        entered=datetime.fromisoformat(envelope["entered"]).astimezone(LOCAL),
        power=envelope.get("power", ""), version=envelope.get("version", ""),
        actor=facts.pop("actor", None), post=facts.pop("post", None), facts=facts, data=data,
        erased=frozenset(name.removeprefix("data.") for name in unsealed.erased))  # fmt: skip
