"""What was done with a receipt whose code had been in an officer's hands: kept apart, and confirmed with the party by somebody else.

An officer could hand a receipt out to himself and act as the party: waive its defence, withdraw its request, rate himself.  No office
can see who typed a code.  So every such act is noted with the receipt by which it came, in the same transaction, and waits until an
inspector who took no part in the case has asked the party, on a number of the party's own (docs/adr/009).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from qingfeng.catalogue.power import PARTY
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text, clean, hazards

from . import applications, boxes, complaints, receipts
from .handle import Answer, Done, Stale, handle_within
from .office import CASE, Office, UnknownThing, load_case
from .ports import Conflict, ReadTx, WriteTx
from .receipts import Call, Receipt

BOX = "callbacks"
CONFIRMED, DENIED, NOT_REACHED = "confirmed", "denied", "not_reached"
OUTCOMES: Mapping[str, Text] = {
    CONFIRMED: Text(zh="当事人确认都是本人办理", en="The party says that it did all of it"),
    DENIED: Text(zh="当事人否认办理过（全部或者部分）", en="The party denies it, all or in part"),
    NOT_REACHED: Text(zh="没有联系上", en="Not reached"),
}
TRIES, LEAST_WORDS, MOST_WORDS = 2, 6, 1_000
"""Days on which a party that is not reached is tried; then discipline looks into it as into a denial."""
PHONES = ("phone", "contact", "address")
_NUMBER = re.compile(r"\+?[0-9][0-9() -]{5,18}")


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number in the file: who wrote it down, in which act."""

    number: str
    by: str
    act: str


class BadCall(Exception):
    """A call that does not count; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


def act(office: Office, receipt: Receipt, command: Command) -> Answer:
    """Do an act of the party with a receipt, and note by which it came.  Raises as `handle` does."""
    try:
        with office.store.write() as tx:
            answer = handle_within(office, tx, command)
            if isinstance(answer, Done) and not answer.repeated:
                note(office, tx, receipt, command.act, answer.seq, at=command.entered)
    except Conflict:
        with office.store.read() as look:
            return Stale(command.case, look.head(CASE + command.case))
    if isinstance(answer, Done) and answer.state is not None:
        office.remember(answer.state)
    return answer


def note(office: Office, tx: WriteTx, receipt: Receipt, name: str, seq: int, *, at: datetime) -> None:
    """Note that an act came by a receipt; if its code was in an officer's hands somebody else calls the party."""
    receipts.use(office, tx, receipt.number, name, seq, at=at)
    if receipt.handed_by is not None:
        boxes.put(office, tx, BOX, receipt.number, power=receipt.power, what="act", at=at)


def called(office: Office, number: str, *, outcome: str, words: str, by: str, at: datetime) -> None:
    """Lay down what came of a call.  A denial, and a party that cannot be found, goes to discipline as a complaint.

    Raises BadCall, UnknownThing, StoreError.
    """
    said = clean(words.replace("\r\n", "\n")).strip()
    if outcome not in OUTCOMES:
        raise BadCall("请选择回访结果", "choose what came of the call")
    if sum(char.isalnum() for char in said) < LEAST_WORDS or len(said) > MOST_WORDS or hazards(said.replace("\n", "")):
        raise BadCall(f"请写明打的哪个号码、接听人怎么说（{LEAST_WORDS}至{MOST_WORDS}字）",
                      f"say which number was called and what was said ({LEAST_WORDS} to {MOST_WORDS} characters)")  # fmt: skip
    with office.store.write() as tx:
        tx.lock(receipts.STREAM + number)
        receipt = receipts.read(tx, number)
        if receipt is None or receipt.case is None:
            raise UnknownThing("没有这份回执", "there is no such receipt")
        if not any(one.number == number for one in boxes.waiting(office, tx, BOX, today=local_day(at))):
            raise BadCall("这份回执没有待回访的事项", "nothing of this receipt waits for a call")
        if by in barred(office, tx, receipt):
            raise BadCall("您参与过本案，或者经手发放了回执，不能回访；请由没有参与的人员回访",
                          "you took part in the case or handed out the receipt: somebody who did not calls")  # fmt: skip
        receipts.call(office, tx, number, outcome, said, by=by, at=at)
        tried = {local_day(one.at) for one in receipt.open_calls} | {local_day(at)}
        if outcome == NOT_REACHED and len(tried) < TRIES:
            return
        if outcome != CONFIRMED:
            wrong = complaints.Written(about="denied", power=receipt.power, case=receipt.case, content=_told(receipt, outcome, said),
                                       name="", phone="")  # fmt: skip
            complaints.keep(office, tx, f"{number}-{receipt.seq + 1}", wrong, at=at)
        boxes.take(office, tx, BOX, number, by=by, at=at)


def _told(receipt: Receipt, outcome: str, said: str) -> str:
    return f"凭回执{receipt.number}办理的事项，回访结果：{OUTCOMES[outcome].zh}。{said}"


def barred(office: Office, tx: ReadTx, receipt: Receipt) -> frozenset[str]:
    """Return who may not call the party: who worked on the case, and whoever handed out a receipt of it."""
    case = receipt.case or ""
    handed = {one.handed_by for one in receipts.of_case(tx, case) if one.handed_by}
    return complaints.worked_on(office, tx, case) | handed | ({receipt.handed_by} if receipt.handed_by else set())


def numbers(office: Office, tx: ReadTx, receipt: Receipt) -> Sequence[Number]:
    """Return the telephone numbers that the file of a case holds, the party's own words first."""
    if receipt.case is None:
        return ()
    case, _ = load_case(office, tx, office.registry(tx), receipt.case)
    sent = [Number(applications.read(tx, one).phone, PARTY, "application") for one in receipts.applications_of(tx, receipt.case)]
    found = [
        Number(str(value), str(event.actor), event.act)
        for event in case.events if event.kind == ACT
        for name, value in event.data.items()
        if any(one in name for one in PHONES) and isinstance(value, str) and _NUMBER.fullmatch(value)
    ]  # fmt: skip
    return sorted(dict.fromkeys([*(one for one in sent if one.number), *found]), key=lambda one: one.by != PARTY)


def last_call(receipt: Receipt) -> Call | None:
    """Return what came of the last call, None if nobody has called."""
    return receipt.calls[-1] if receipt.calls else None
