"""Complaints about service and procedure from the portal, and bad ratings that no power takes up: they go to discipline supervision.

They are no tips: whoever writes one may leave his name, gets a receipt, and is answered in writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.text import Text

from . import boxes, receipts
from .office import Office, UnknownThing, event_of
from .ports import ReadTx, WriteTx

STREAM, BOX = "complaint/", "complaints"
RECEIVED, ANSWERED = "complaint_received", "complaint_answered"
PRIVATE = frozenset({"content", "name", "phone", "answer"})
ABOUT: Mapping[str, Text] = {
    "service": Text(zh="服务态度、推诿拖延", en="Service, delay, being sent away"),
    "demand": Text(zh="多要材料、指定中介、收费", en="Papers beyond the list, named agents, fees"),
    "procedure": Text(zh="不按程序、超过时限", en="Procedure not kept, late"),
    "result": Text(zh="对办理结果有意见", en="The result"),
    "rating": Text(zh="差评", en="Bad rating"),
    "other": Text(zh="其他", en="Other"),
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as it stands; answer: what discipline wrote back."""

    number: str
    about: str
    power: str
    case: str
    content: str
    name: str
    phone: str
    at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote."""

    about: str
    power: str
    case: str
    content: str
    name: str
    phone: str


def submit(office: Office, written: Written, number: str, digest: str, *, at: datetime) -> None:
    """Keep a complaint and its receipt.  Raises StoreError; Conflict if the number is taken."""
    with office.store.write() as tx:
        receipts.issue(office, tx, number, digest, about="complaint", power=written.power, at=at)
        keep(office, tx, number, written, at=at)


def keep(office: Office, tx: WriteTx, number: str, written: Written, *, at: datetime) -> None:
    """Keep a complaint under a number, inside a transaction of the caller."""
    data = {"about": written.about, "power": written.power, "case": written.case, "content": written.content, "name": written.name,
            "phone": written.phone}  # fmt: skip
    _append(office, tx, number, RECEIVED, data, by=None, at=at)
    boxes.put(office, tx, BOX, number, power=written.power, what=written.about, at=at)


def answer(office: Office, number: str, text: str, *, by: str, at: datetime) -> None:
    """Answer a complaint.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        read(tx, number)
        _append(office, tx, number, ANSWERED, {"answer": text}, by=by, at=at)
        boxes.take(office, tx, BOX, number, by=by, at=at)


def read(tx: ReadTx, number: str) -> Complaint:
    """Return a complaint.  Raises UnknownThing."""
    told: Complaint | None = None
    for row in tx.events(STREAM + number):
        event = event_of(row)
        said = {name: str(event.data.get(name, "")) for name in ("about", "power", "case", "content", "name", "phone", "answer")}
        if event.kind == RECEIVED:
            told = Complaint(
                number, said["about"], said["power"], said["case"], said["content"], said["name"], said["phone"], event.at)  # fmt: skip
        elif told is not None:
            told = replace(told, answer=said["answer"], answered_at=event.at, answered_by=event.actor)
    if told is None:
        raise UnknownThing("没有这件投诉", "there is no such complaint")
    return told


def _append(
    office: Office, tx: WriteTx, number: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime
) -> None:
    stream = STREAM + number
    tx.lock(stream)
    kept = {name: value for name, value in data.items() if value}
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=kept,
        private=PRIVATE & frozenset(kept)))  # fmt: skip
