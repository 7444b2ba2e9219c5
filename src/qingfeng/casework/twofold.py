"""Changes that two administrators make: the system administrator proposes, the security administrator confirms; both are events.

Used for what lets programs in or sends news out (clients of the API, hooks): one administrator alone can do neither.  To end such
a thing takes only one of them: what closes a door must be quick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_KEY, MAX_SHORT_TEXT
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, hazards

from .accounts import CONFIRMER, PROPOSER
from .office import Office
from .ports import WriteTx

Thing = TypeVar("Thing")

_NAMED = {PROPOSER: "系统管理员", CONFIRMER: "安全管理员", "audit_administrator": "审计管理员"}
PROPOSED, CONFIRMED, REJECTED, ENDED = "change_proposed", "change_confirmed", "change_rejected", "change_ended"


class BadChange(Exception):
    """A change that cannot be made; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Change:
    """A change waiting for the second administrator."""

    number: int
    data: Mapping[str, Any]
    by: str
    at: datetime
    reason: str


def change_in(event: Event) -> Change:
    """Return the change that an event proposes."""
    return Change(event.seq, event.data, str(event.actor), event.at, str(event.facts.get("reason") or ""))


def follow(event: Event, let_in: dict[str, Thing], waiting: dict[int, Change], made: Callable[[Change], Thing]) -> None:
    """Bring what is in (by name) and what waits (by number) up to an event.  made: the thing that a confirmed change lets in."""
    if event.kind == PROPOSED:
        waiting[event.seq] = change_in(event)
    elif event.kind == REJECTED:
        waiting.pop(int(event.data["number"]), None)
    elif event.kind == CONFIRMED:
        change = waiting.pop(int(event.data["number"]))
        let_in[str(change.data["name"])] = made(change)
    elif event.kind == ENDED:
        let_in.pop(str(event.data["name"]), None)


def check_name(name: str) -> None:
    """Raise BadChange unless a thing may be called so."""
    if not name or len(name) > MAX_KEY or not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise BadChange(f"名称应为1至{MAX_KEY}个字母、数字、-或_", f"a name has 1 to {MAX_KEY} letters, digits, - or _")


def propose(office: Office, tx: WriteTx, stream: str, act: str, data: Mapping[str, Any], *, reason: str, by: str, at: datetime) -> int:
    """Propose a change within a transaction that holds the stream's lock; return its number.  Raises BadChange."""
    must_hold(office.registry(tx).people, by, (PROPOSER,), local_day(at))
    check_reason(reason)
    return record(office, tx, stream, PROPOSED, act, data, by=by, at=at, reason=reason)


def decide(
    office: Office, tx: WriteTx, stream: str, waiting: Mapping[int, Change], number: int, *, confirm: bool, by: str, at: datetime,
    concerned: frozenset[str] = frozenset(),
) -> Change:  # fmt: skip
    """Confirm or reject what another proposed.  concerned: who may not confirm beside the proposer.  Raises BadChange."""
    must_hold(office.registry(tx).people, by, (CONFIRMER,), local_day(at))
    change = waiting.get(number)
    if change is None:
        raise BadChange("没有这一事项，或者已经处理", "there is no such proposal, or it was dealt with")
    if by == change.by or by in concerned:
        raise BadChange("提出人和所绑定的人员不能自己确认；请由另一名安全管理员办理",
                        "who proposed it or is bound by it does not confirm it: another security administrator does")  # fmt: skip
    record(office, tx, stream, CONFIRMED if confirm else REJECTED, "change", {"number": number}, by=by, at=at)
    return change


def finish(office: Office, tx: WriteTx, stream: str, act: str, name: str, *, reason: str, by: str, at: datetime) -> None:
    """End a thing within a transaction that holds the stream's lock; who may has been asked.  Raises BadChange."""
    check_reason(reason)
    record(office, tx, stream, ENDED, act, {"name": name}, by=by, at=at, reason=reason)


def must_administer(office: Office, tx: WriteTx, who: str, at: datetime) -> None:
    """Raise BadChange unless somebody is one of the two administrators."""
    must_hold(office.registry(tx).people, who, (PROPOSER, CONFIRMER), local_day(at))


def check_reason(reason: str) -> None:
    """Raise BadChange unless a reason says something."""
    if not any(char.isalnum() for char in reason) or len(reason) > MAX_SHORT_TEXT or hazards(reason):
        raise BadChange("请写明理由（批准文件名称和文号）", "say why (the paper of approval and its number)")


def must_hold(people: People, who: str, posts: tuple[str, ...], day: date) -> None:
    """Raise BadChange unless somebody holds one of the administrators' posts."""
    if not any(people.holds(who, post, day) for post in posts):
        zh = "或".join(_NAMED[post] for post in posts)
        raise BadChange(f"此事须由{zh}办理", f"this is for: {', '.join(posts)}")


def record(
    office: Office, tx: WriteTx, stream: str, kind: str, act: str, data: Mapping[str, Any], *, by: str, at: datetime, reason: str = ""
) -> int:
    """Append an event to a stream whose lock is held; return its number."""
    seq = tx.head(stream) + 1
    facts = {"reason": reason} if reason else {}
    office.append(tx, Event(stream=stream, seq=seq, kind=kind, act=act, at=at, entered=at, actor=by, facts=facts, data=data))
    return seq
