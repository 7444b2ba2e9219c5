"""Applications turned away at the door: what is no application at all, with a reason that the sender reads and discipline looks at.

Only what needs no decision is turned away: sent twice, empty or not to be made out, withdrawn by the sender.  That a matter is not for
this agency, needs no licence or lacks papers is a decision or a notice with rights of its own: it is made on the case, never here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from qingfeng.terms.text import Text, clean, hazards

from . import boxes
from .applications import BACK, BOX, REVIEWED, TURNED, BadApplication, append, read, to_register
from .office import Office
from .ports import WriteTx

TURNED_BOX = "turned_away"
MOST_REASON = 1_000
_WORDS = 6
GROUNDS: Mapping[str, Text] = {
    "twice": Text(zh="重复提交（写明另一回执号或者案号）", en="Sent twice (name the other receipt or case)"),
    "empty": Text(zh="没有申请内容，或者无法辨认", en="No application in it, or not to be made out"),
    "withdrawn": Text(zh="申请人登记以前要求撤回", en="Taken back by the sender before it was registered"),
}


def turn_away(office: Office, number: str, *, ground: str, reason: str, by: str, at: datetime) -> None:
    """Turn an application away.  Raises BadApplication, UnknownThing, StoreError."""
    said = _said(reason)
    if ground not in GROUNDS:
        raise BadApplication("请选择不予收件的情形；其他情形请登记收件，再在案件中决定",
                         "choose why; for anything else register it and decide on the case")  # fmt: skip
    with office.store.write() as tx:
        application = to_register(tx, number)
        append(office, tx, number, TURNED, {"ground": ground, "reason": said}, by=by, at=at)
        boxes.take(office, tx, BOX, number, by=by, at=at)
        boxes.put(office, tx, TURNED_BOX, number, power=application.power, what=ground, at=at)


def review(office: Office, number: str, *, keep: bool, reason: str, by: str, at: datetime) -> None:
    """Look at a turning away, by another than who did it: keep it, or put the application back to be registered.

    Raises BadApplication, UnknownThing, StoreError.
    """
    with office.store.write() as tx:
        application = _turned(tx, number, by)
        if keep:
            append(office, tx, number, REVIEWED, {}, by=by, at=at)
        else:
            append(office, tx, number, BACK, {"reason": _said(reason)}, by=by, at=at)
            boxes.put(office, tx, BOX, number, power=application, what="new", at=at)
        boxes.take(office, tx, TURNED_BOX, number, by=by, at=at)


def _turned(tx: WriteTx, number: str, by: str) -> str:
    """Return the power of an application that was turned away and not looked at yet."""
    application = read(tx, number)
    if application.turned is None or application.turned.reviewed is not None:
        raise BadApplication("这份申请没有待复核的不予收件", "no turning away of this application waits to be looked at")
    if application.turned.by == by:
        raise BadApplication("作出不予收件的人不能自己复核", "who turned it away does not review that")
    return application.power


def _said(reason: str) -> str:
    said = clean(reason.replace("\r\n", "\n")).strip()
    if sum(char.isalnum() for char in said) < _WORDS or len(said) > MOST_REASON or hazards(said.replace("\n", "")):
        raise BadApplication(f"请写明理由（{_WORDS}至{MOST_REASON}字），申请人凭回执可见",
                             f"say why ({_WORDS} to {MOST_REASON} characters): the sender reads it")  # fmt: skip
    return said
