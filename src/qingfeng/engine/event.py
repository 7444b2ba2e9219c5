"""What happened: one event of a stream, in the past tense; and how it is laid out as an entry of the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from qingfeng.ledger.entry import Salts, Sealed, Unsealed, seal
from qingfeng.terms.instants import LOCAL, format_instant, local_day

ACT = "act"  # an act was done on a case
OVERRIDE = "override"  # a higher post lets an act pass a named control once
MARK = "mark"  # a time limit came near, ran out or lapsed
REFUSED = "refused"  # an act was asked for and stopped (stream refusals/…)
EFFECTIVE_FIELDS = ("effective", "served_on", "received_on")  # the day from which an act counts, if it names one


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.  `at` is when it happened, `entered` when it was recorded.

    facts: what the engine itself noted (actor, post, controls asked, demands answered …); data: what the actor said;
    private: names of data fields that can be erased (as the reason always can); erased: those of them that can no longer be read.
    """

    stream: str
    seq: int
    kind: str
    act: str
    at: datetime
    entered: datetime
    power: str = ""
    version: str = ""
    actor: str | None = None
    post: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()

    @property
    def effective_day(self) -> date:
        """The local day from which the event counts: the day it names (deemed as of, served on, received on), or its own."""
        named = self.facts.get("effective")
        for name in EFFECTIVE_FIELDS:
            named = named or self.data.get(name)
        return date.fromisoformat(named) if named else local_day(self.at)


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
