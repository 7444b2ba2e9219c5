"""Complaints about service and procedure from the portal, and bad ratings that no power takes up: they go to discipline supervision.

They are no tips: whoever writes one may leave his name, gets a receipt, and is answered in writing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.names import key_of, plain_name
from qingfeng.terms.text import Text

from . import boxes, receipts
from .office import Office, UnknownThing, event_of, load_case
from .ports import ReadTx, WriteTx
from .recipients import Why, barred, org_of

STREAM, BOX = "complaint/", "complaints"
RECEIVED, ANSWERED = "complaint_received", "complaint_answered"
BAD = frozenset({"bad", "very_bad"})
"""Ratings that somebody looks into who was not rated."""
OUTCOMES: Mapping[str, Text] = {
    "confirmed": Text(zh="属实并整改", en="Confirmed, put right"),
    "partly": Text(zh="部分属实并整改", en="Confirmed in part, put right"),
    "unfounded": Text(zh="不属实", en="Not confirmed"),
}
PRIVATE = frozenset({"content", "name", "phone", "answer"})
ABOUT: Mapping[str, Text] = {
    "service": Text(zh="服务态度、推诿拖延", en="Service, delay, being sent away"),
    "demand": Text(zh="多要材料、指定中介、收费", en="Papers beyond the list, named agents, fees"),
    "procedure": Text(zh="不按程序、超过时限", en="Procedure not kept, late"),
    "result": Text(zh="对办理结果有意见", en="The result"),
    "rating": Text(zh="差评", en="Bad rating"),
    "denied": Text(zh="回访未获确认的事项", en="What the party denies, asked by telephone"),
    "other": Text(zh="其他", en="Other"),
}
REASON, LEAST_ANSWER = re.compile(r"\w"), 10
INNER = frozenset({"rating", "denied"})
"""What nobody complains of in these words: a bad rating, and what a call brought to light."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint as it stands; answer: what discipline wrote back; outcome: of OUTCOMES."""

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
    outcome: str = ""

    @property
    def on(self) -> date:
        """The day on which it came in."""
        return local_day(self.at)

    @property
    def verdict(self) -> Text | None:
        """What it was found to be, in words; None where that was left open."""
        return OUTCOMES.get(self.outcome)


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


class NotYours(Exception):
    """A complaint that an officer may not answer, or not so; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


def answer(office: Office, number: str, text: str, *, outcome: str = "", by: str, at: datetime) -> None:
    """Answer a complaint, once, by somebody who did not work on the case; outcome is needed for a bad rating.

    Raises NotYours, UnknownThing, StoreError.
    """
    with office.store.write() as tx:
        tx.lock(STREAM + number)
        told = read(tx, number)
        if told.answer is not None:
            raise NotYours("这件投诉已经答复", "this complaint has been answered")
        if by in worked_on(office, tx, case_meant(tx, told.case)):
            raise NotYours("您参与过所涉案件，不能核实对本件的投诉和差评；请由没有参与的人员办理",
                           "you took part in the case that it is about: somebody who did not looks into it")  # fmt: skip
        if (why := _concerned(office, tx, told, by, local_day(at))) is not None:
            raise why
        if len(REASON.findall(text)) < LEAST_ANSWER:
            raise NotYours(f"答复过短：请写明查了什么、结果如何（{LEAST_ANSWER}字以上）",
                           f"the answer is too short: say what was looked into and what came of it (at least {LEAST_ANSWER} signs)")
        if outcome not in OUTCOMES and (outcome or told.about in INNER):
            raise NotYours("请选择核实结果（属实、部分属实或者不属实）", "choose what it was found to be: confirmed, in part, or not")
        _append(office, tx, number, ANSWERED, {"answer": text, "outcome": outcome}, by=by, at=at)
        boxes.take(office, tx, BOX, number, by=by, at=at)


def _concerned(office: Office, tx: ReadTx, told: Complaint, by: str, day: date) -> NotYours | None:
    """Return why somebody may not answer: the complaint names him, whom he answers to or commands, or one to whom he is tied."""
    people = office.registry(tx).people
    text = plain_name(told.content)
    named = {who for who in people.names if len(name := plain_name(people.name(who))) > 1 and name in text}
    if not named or barred(org_of(people, day, {}, None), named).get(by) in (None, Why.OFFICE):  # a complaint is no tip: a colleague may
        return None
    return NotYours("投诉写到您、您的上下级或者与您有利害关系的人，不能由您核实答复；请转与其无关的人员办理",
                    "it names you, somebody above or below you or tied to you: somebody apart has to answer it")  # fmt: skip


def case_meant(tx: ReadTx, said: str) -> str:
    """Return the case that a number names: its own, that of its receipt, or that of one of its papers; else the number as it was said."""
    receipt = receipts.read(tx, receipts.plain_number(said))
    if tx.case_row(said) is not None or not said:
        return said
    if receipt is not None and receipt.case is not None:
        return receipt.case
    of_paper = {case for case, _ in tx.uses("document_no", key_of("document_no", said), limit=2)}
    return of_paper.pop() if len(of_paper) == 1 else said


def worked_on(office: Office, tx: ReadTx, case: str) -> frozenset[str]:
    """Return who did an act of a case or is named in one as an officer; nobody for a case that is not there."""
    if not case or tx.case_row(case) is None:
        return frozenset()
    found, _ = load_case(office, tx, office.registry(tx), case)
    acts = [event for event in found.events if event.kind == ACT]
    named = {str(one) for event in acts for name in ("officers", "members") for one in event.data.get(name) or ()}
    return frozenset({str(event.actor) for event in acts if event.actor} | named)


def read(tx: ReadTx, number: str) -> Complaint:
    """Return a complaint.  Raises UnknownThing."""
    told: Complaint | None = None
    for row in tx.events(STREAM + number):
        event = event_of(row)
        said = {name: str(event.data.get(name, "")) for name in ("about", "power", "case", "content", "name", "phone", "answer", "outcome")}
        if event.kind == RECEIVED:
            told = Complaint(
                number, said["about"], said["power"], said["case"], said["content"], said["name"], said["phone"], event.at)  # fmt: skip
        elif told is not None:
            told = replace(told, answer=said["answer"], answered_at=event.at, answered_by=event.actor,
                           outcome=said["outcome"])  # fmt: skip
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
