"""Who is to answer for a finding stands in the register of accountability: a case of it is opened with the disposition that says so.

By the system, in the same transaction, once for a finding; the finding is then handed over to that case.  Where the agency has not
published the register, or its rules refuse the entry, the finding waits to be handed over by hand: nothing is lost (docs/adr/012).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from qingfeng.catalogue.power import SYSTEM
from qingfeng.engine.case import Case
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.names import key_of

from . import mirrored
from .office import CASE, Registry
from .ports import WriteTx

REGISTER, HAND_OVER = "supervision/accountability", "hand_over_for_accountability"
DISPOSED, WORD = "dispose_finding", "accountability"
NUMBER = "finding_no"
SEVERITIES: Mapping[str, str] = {"minor": "slight"}
"""Words of the verification that the register says otherwise."""


def follow(tx: WriteTx, registry: Registry, case: Case, event: Event, act: Callable[[Command, str | None], str | None]) -> None:
    """Do what follows from an act that was just recorded on a case; act: do a command (of a power: opening a case), say on which case."""
    if not leads_on(case.version.power, event.act, event.data):
        return
    at = event.entered
    opened = _opened_before(tx, case)
    if opened is None and REGISTER in registry.powers():
        data = _entry(tx, case, event)
        opened = act(Command(case="", act="register_accountability", actor=SYSTEM, at=at, entered=at, data=data), REGISTER)
    if opened is None:
        return
    said = {"to_authority": "本机关责任追究登记", "document_no": opened, "document_hash": _hash(tx, CASE + opened, 1), "reasons": "按处理决定登记责任追究"}
    act(Command(case=case.id, act=HAND_OVER, actor=SYSTEM, at=at, entered=at, data=said), None)


def leads_on(power: str, act: str, data: Mapping[str, Any]) -> bool:
    """True if an act of a power says that somebody answers in the register."""
    return power == mirrored.POWER and act == DISPOSED and data.get("disposition") == WORD


def _opened_before(tx: WriteTx, case: Case) -> str | None:
    number = str(case.events[0].data[NUMBER])
    uses = (one for one, _ in tx.uses(NUMBER, key_of(NUMBER, number), limit=20))
    return next((one for one in uses if one.startswith(REGISTER + "/")), None)


def _entry(tx: WriteTx, case: Case, event: Event) -> dict[str, Any]:
    """Return what the register is told: who answers is whoever the disposition says so of."""
    first, verified = case.events[0].data, next(e.data for e in reversed(case.events) if e.kind == ACT and e.act == "verify_finding")
    answer = [who for who, word in event.data["accountability"].items() if word == WORD]
    points = {point: who for point, who in (verified.get("responsible") or {}).items() if who in answer}
    points |= {f"q{n}": who for n, who in enumerate(answer, 1) if who not in points.values()}
    severity = str(verified.get("severity"))
    found = {"found_case": first["found_case"]} if first.get("found_case") else {}
    return {NUMBER: str(first[NUMBER]), "external_no": str(first[NUMBER]), "finding_outcome": "upheld", "facts": verified["facts"],
            "severity": SEVERITIES.get(severity, severity), "responsible": points, **found,
            "evidence_hash": _hash(tx, CASE + case.id, event.seq)}  # fmt: skip


def _hash(tx: WriteTx, stream: str, seq: int) -> str:
    return sha256(tx.events(stream, after=seq - 1)[0].entry).hexdigest()
