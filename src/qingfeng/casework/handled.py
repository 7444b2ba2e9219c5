"""The case of a finding: opened by the system when the finding is laid down, in the same transaction, where the power is published.

Procedural findings go to the unit, suspicion and whatever names a leader to discipline, what names discipline staff one level up.  A
finding about the handling of a finding goes one level up too; and once there is a case above, what is found about it is added to that
case: no chain without an end (docs/adr/012).
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from qingfeng.catalogue.power import SYSTEM
from qingfeng.detection.pattern import PREFIX
from qingfeng.detection.run import ACCUSATION, TIP_WAITS, Found, own_rule
from qingfeng.engine.case import Case
from qingfeng.engine.control import Command
from qingfeng.engine.event import ACT, Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_SHORT_TEXT, MAX_TEXT
from qingfeng.terms.names import key_of, plain_name
from qingfeng.terms.people import People

from .handle import Done, handle_within
from .mirrored import ADD, FINDINGS, POWER, REGISTER
from .office import Office, Registry, UnknownThing, load_case
from .ports import WriteTx

UNIT, INSIDE, ABOVE = "unit", "discipline", "superior"
FOUND_CASE = "found_case"
_KINDS = (PREFIX, "pattern"), ("duty:", "duty"), (ACCUSATION, "complaint"), (TIP_WAITS, "tip")


def open_case(
    office: Office, tx: WriteTx, registry: Registry, *, number: int, found: Found, power: str, proof: Event | None, discreet: bool,
    summary: str, now: datetime,
) -> str | None:  # fmt: skip
    """Open the case of a finding that was just laid down, or add it to the one above; return its number, None where the agency has
    not published the power, or has revised it so that nothing can be opened: the finding is then followed up beside its stream."""
    try:
        version, _ = office.version(registry, POWER, registry.version_on(POWER, local_day(now)))
    except UnknownThing:
        return None
    said: dict[str, Any] = {"finding_no": str(number), "found_by": kind_of(found.rule), "summary": summary.strip()[:MAX_TEXT] or found.rule,
                            "evidence_hash": entry_hash(tx, number), "found_case": (found.case or f"{power} {found.key}")[:MAX_SHORT_TEXT],
                            "found_rule": found.rule[:MAX_SHORT_TEXT]}  # fmt: skip
    above = _above(office, tx, registry, found.case) if power == POWER and found.case else None
    if above is not None:
        return _do(office, tx, Command(case=above, act=ADD, actor=SYSTEM, at=now, entered=now, data=said))
    settings = version.controls.get("finding_routed", {})
    accused = sorted(who for who in involved(proof, registry.people) if who in registry.people.names)
    level = ABOVE if power == POWER else _level(registry.people, accused, settings, discreet, said["found_by"], now)
    data = said | {"seen_by": level} | ({"accused": accused} if accused else {})
    return _do(office, tx, Command(case="", act=REGISTER, actor=SYSTEM, at=now, entered=now, data=data), power=POWER)


def kind_of(rule: str) -> str:
    """Return what found something, as the power says it."""
    return next((kind for head, kind in _KINDS if own_rule(rule).startswith(head)), "rule")


def involved(proof: Event | None, people: People) -> frozenset[str]:
    """Return who took part in the act that proves a finding; of a word put in, not who wrote it down but the officer who put it in."""
    if proof is None:
        return frozenset()
    if proof.data.get("found_by") and proof.data.get("accused"):  # it tells of others: who writes down an accusation is not accused
        return frozenset(map(str, proof.data["accused"]))
    told = str(proof.data.get("intervener") or "")
    said = plain_name(told)
    meddlers = {who for who in people.names if who == told or (len(name := plain_name(people.name(who))) > 1 and name in said)}
    if meddlers:
        return frozenset(meddlers)
    named = {str(one) for key in ("officers", "members") for one in proof.data.get(key) or ()}
    return frozenset((named | ({proof.actor} if proof.actor else set())) - {SYSTEM})


def entry_hash(tx: WriteTx, number: int) -> str:
    """Return the SHA-256 of the entry by which a finding was laid down."""
    return sha256(tx.events(FINDINGS, after=number - 1)[0].entry).hexdigest()


def _level(people: People, accused: list[str], settings: Any, discreet: bool, found_by: str, now: datetime) -> str:
    """Return who handles it, as the control of the power will judge it (finding_routed), or stricter."""
    day = local_day(now)

    def holds(posts: Any) -> bool:
        return any(people.holds(who, post, day) for who in accused for post in posts or ())

    if holds(settings.get("staff")):
        return ABOVE
    inner = discreet or holds(settings.get("leaders")) or found_by in settings.get("suspicion", ("tip", "pattern", "complaint"))
    return INSIDE if inner else UNIT


def _above(office: Office, tx: WriteTx, registry: Registry, handling: str) -> str | None:
    """Return the open case above that looks at the handling of a case: that case itself if it stands above, or the one about it.  What
    is found after that one was closed is looked at anew: one closing does not bury what comes later."""
    beside = [case for case, _ in tx.uses(FOUND_CASE, key_of(FOUND_CASE, handling), limit=20)]
    for one in (handling, *beside):
        if one.startswith(POWER + "/") and tx.case_row(one) is not None:
            case, _ = load_case(office, tx, registry, one)
            if _stands_above(case) and not case.closed:
                return case.id
    return None


def _stands_above(case: Case) -> bool:
    return any(e.kind == ACT and e.act == REGISTER and e.data.get("seen_by") == ABOVE for e in case.events)


def _do(office: Office, tx: WriteTx, command: Command, *, power: str | None = None) -> str | None:
    answer = handle_within(office, tx, command, power=power, read=True)  # the system's own: what came from outside is read before
    return answer.case if isinstance(answer, Done) else None
