"""What happens on the case of a finding is told beside the finding too, in the same transaction: boards read one stream, and no case.

A finding that was laid down where the built-in power `supervision/finding_handling` is published has a case of it, opened by the system
(docs/adr/012).  The case is the truth; each of its steps is mirrored into the stream of findings, with the state that it leads to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingfeng.catalogue.power import SYSTEM
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT, Event

from .office import Office
from .ports import WriteTx

POWER = "supervision/finding_handling"
FINDINGS, STEP, OPENED = "findings", "finding_step", "finding_opened"
REGISTER, ADD = "register_finding", "add_finding"
STEPS: Mapping[str, str] = {
    "assign_self_check": "assign",
    "self_check": "self_check",
    "return_self_check": "return",
    "hear_explanation": "hear",
    "verify_finding": "review",
    "agree_dismissal": "agree",
    "refuse_dismissal": "refuse",
    "order_rectification": "order",
    "extend_rectification": "extend",
    "report_rectification": "report",
    "recheck_rectification": "recheck",
    "report_not_rectified": "not_rectified",
    "forward_for_disposition": "rectify",
    "dispose_finding": "dispose",
    "settle_without_person": "dispose",
    "withdraw_disposition": "withdraw",
    "hand_over_for_accountability": "hand_over",
    "refer_upward": "refer",
    "record_superior_decision": "superior",
    "confirm_superior_decision": "confirm",
    "close_finding": "close",
    "reopen_finding": "reopen",
}
"""Act of the power -> step of a finding as pages and lists know it; evidence and declarations stay in the file."""
WORDS = ("reasons", "facts", "opinion", "content")
_BY_STEP = {"rectify": "upheld", "dispose": "rectified", "closed": "closed"}
_AFTER = {"self_check": "checked", "verify_finding": "undetermined", "refuse_dismissal": "undetermined"}
_ENDED = {"dispose_finding": "disposed", "settle_without_person": "disposed", "record_superior_decision": "disposed"}


def mirror(office: Office, tx: WriteTx, case: Case, event: Event) -> None:
    """Tell a step of a case opened for a finding beside the finding; case: as it stands after the event.  Raises StoreError."""
    first = case.events[0]
    if event.kind != ACT or first.actor != SYSTEM:
        return  # registered by hand: nothing stands in the stream that it could be told of
    if event.act in (REGISTER, ADD):
        if event.actor == SYSTEM:
            level = str(first.data["seen_by"])
            _append(office, tx, event, OPENED, event.act, {"number": int(event.data["finding_no"]), "case": case.id, "level": level,
                    "state": state_of(case), "accused": list(first.data.get("accused") or ())}, None)  # fmt: skip
        return
    if event.act not in STEPS:
        return
    words = next((str(event.data[name]) for name in WORDS if event.data.get(name)), None)
    for number in numbers_of(case):
        said = {"number": number, "case": case.id, "at": event.seq, "state": state_of(case), "pending": sorted(case.pending)}
        _append(office, tx, event, STEP, STEPS[event.act], said | _said(event), words)


def numbers_of(case: Case) -> list[int]:
    """Return the numbers of the findings that a case handles: of what the system registered."""
    own = [e for e in case.events if e.kind == ACT and e.actor == SYSTEM and e.act in (REGISTER, ADD)]
    return [int(e.data["finding_no"]) for e in own]


def state_of(case: Case) -> str:
    """Return how a finding stands, in the words of followup.STATES, from its case."""
    if "superior" in case.pending:
        return "superior"
    if case.step in _BY_STEP:
        return _BY_STEP[case.step]
    if case.step == "self_check":
        return "assigned" if "assign_self_check" in case.done else "found"
    latest = [e for e in reversed(case.events) if e.kind == ACT]
    if case.step == "close":
        last = next(e for e in latest if e.act in (*_ENDED, "verify_finding"))
        return _ENDED.get(last.act) or str(last.data["finding_outcome"])
    return next((_AFTER.get(e.act, "found") for e in latest if e.act in (*_AFTER, REGISTER, "reopen_finding")), "found")


def _said(event: Event) -> dict[str, Any]:
    """Return what lists of findings need of a step."""
    data = event.data
    match event.act:
        case "assign_self_check":
            return {"to": data["officers"][0], "due": data["due_on"]}
        case "order_rectification":
            return {"ordered": list(data["officers"]), "due": data["due_on"]}
        case "extend_rectification":
            return {"due": data["until"]}
        case "verify_finding":
            weight = {"severity": data["severity"]} if data.get("severity") else {}
            return {"outcome": data["finding_outcome"], "responsible": sorted({*(data.get("responsible") or {}).values()}), **weight}
        case "record_superior_decision":
            return {"outcome": data["finding_outcome"], "disposition": "transfer", "answerable": sorted(data.get("accountability") or ())}
        case "dispose_finding":
            return {"disposition": data["disposition"], "answerable": sorted(data["accountability"])}
        case "settle_without_person":
            return {"disposition": "none", "answerable": []}
    return {}


def _append(office: Office, tx: WriteTx, event: Event, kind: str, act: str, data: Mapping[str, Any], words: str | None) -> None:
    tx.lock(FINDINGS)
    office.append(tx, Event(stream=FINDINGS, seq=tx.head(FINDINGS) + 1, kind=kind, act=act, at=event.at, entered=event.entered,
                            power=event.power, version=event.version, actor=event.actor, post=event.post,
                            facts={"reason": words} if words else {}, data=data))  # fmt: skip
