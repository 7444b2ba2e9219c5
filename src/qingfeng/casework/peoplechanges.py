"""Posts, credentials and the rest of the people: the system administrator proposes, another administrator confirms, both are events.

One administrator alone would make himself the heads of a whole chain of approvals.  Only what narrows may be said by one: a tie that
bars somebody.  What is proposed is tried out as if it were confirmed; it is tried again when it is, for things may have moved on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .accounts import CONFIRMER
from .office import Office, event_of
from .ports import ReadTx, WriteTx
from .registry import ADMIN_POSTS, BadRegistration, By, register
from .tryout import tried
from .twofold import CONFIRMED, PROPOSED, REJECTED, check_reason, must_hold

STREAM = "people_changes"
AUDITOR = "audit_administrator"
SETTLED = 50
"""So many of those dealt with last are remembered."""
ALONE = frozenset({"interest_declared"})
"""What one may register: a tie bars somebody, it lets nobody in."""
_OWN = frozenset({"absent", "stand_in_named", "delegated"})

Registration = tuple[str, Mapping[str, Any]]
"""What is registered and its fields."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Registrations waiting for the second administrator, all of them or none.  paper: that of the appointment."""

    number: int
    entries: tuple[Registration, ...]
    by: str
    at: datetime
    paper: str

    @property
    def officers(self) -> frozenset[str]:
        """Return whom it is about."""
        return frozenset(str(data[name]) for _, data in self.entries for name in ("officer", "deputy", "to") if data.get(name))


@dataclass(frozen=True, slots=True)
class Decided:
    """A proposal that was dealt with."""

    proposal: Proposal
    confirmed: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits, and what was dealt with last, the latest first."""

    waiting: Mapping[int, Proposal] = field(default_factory=dict)
    decided: Sequence[Decided] = ()


def standing(tx: ReadTx) -> Standing:
    """Return the proposals as they stand."""
    waiting: dict[int, Proposal] = {}
    decided: list[Decided] = []
    for event in map(event_of, tx.events(STREAM)):
        if event.kind == PROPOSED:
            entries = tuple((str(one["act"]), one["data"]) for one in event.data.get("entries") or ())
            waiting[event.seq] = Proposal(event.seq, entries, str(event.actor), event.at, str(event.facts.get("reason", "")))
        elif (dealt := waiting.pop(int(event.data["number"]), None)) is not None:
            decided = [*decided[-SETTLED + 1 :], Decided(dealt, event.kind == CONFIRMED, str(event.actor), event.at)]
    return Standing(waiting, decided[::-1])


def takes_two(people: People, entries: Iterable[Registration], by: By) -> bool:
    """True if the registrations wait for a second administrator: all but ties and what somebody says of himself.

    While nobody is security administrator yet the agency is being founded, and there is no second one.
    """
    if not people.holders(CONFIRMER, local_day(by.entered)):
        return False
    return any(act not in ALONE and not (act in _OWN and data.get("officer") == by.actor) for act, data in entries)


def confirmers(people: People, proposal: Proposal, at: datetime) -> tuple[str, ...]:
    """Return who may confirm: security administrators who neither proposed it nor are concerned; if there is none, the auditor."""
    day, apart = local_day(at), {proposal.by, *proposal.officers}
    able = [tuple(one for one in people.holders(post, day) if one not in apart) for post in (CONFIRMER, AUDITOR)]
    return able[0] or able[1]


def enter(office: Office, entries: Sequence[Registration], *, paper: str, by: By) -> int | None:
    """Register, all or none, or propose what takes two; return its number.  Raises BadRegistration, BadChange, StoreError."""
    with office.store.read() as tx:
        two = takes_two(office.registry(tx).people, entries, by)
    if two:
        return propose(office, entries, paper=paper, by=by)
    with office.store.write() as tx:
        for act, data in entries:
            register(office, tx, act, data, by=by)
    return None


def propose(office: Office, entries: Sequence[Registration], *, paper: str, by: By) -> int:
    """Propose registrations; return the number of the proposal.  Raises BadRegistration, BadChange, StoreError."""
    _try_out(office, entries, by)
    check_reason(paper)
    with office.store.write() as tx:
        tx.lock(STREAM)
        _must_administer(office.registry(tx).people, by)
        told = [{"act": act, "data": dict(data)} for act, data in entries]
        return _record(office, tx, PROPOSED, {"entries": told}, by=by, facts={"reason": paper})


def _must_administer(people: People, by: By) -> None:
    """Raise BadRegistration unless one of the administrators proposes."""
    if not any(people.holds(by.actor, post, local_day(by.entered)) for post in sorted(ADMIN_POSTS)):
        raise BadRegistration([Text(zh="人员变更由系统管理员按任免文件提出", en="changes of people are proposed by the system administrator")],
                              forbidden=True)  # fmt: skip


def _try_out(office: Office, entries: Sequence[Registration], by: By) -> None:
    """Raise BadRegistration unless all could be registered one after the other."""

    def all_of_them(tx: WriteTx) -> None:
        for act, data in entries:
            register(office, tx, act, data, by=by)

    tried(office, all_of_them)


def decide_on(office: Office, number: int, *, confirm: bool, by: By) -> Proposal:
    """Confirm or reject a proposal of another.  Raises BadRegistration, BadChange, StoreError; nothing is then registered."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        people, proposal = office.registry(tx).people, standing(tx).waiting.get(number)
        must_hold(people, by.actor, (CONFIRMER, AUDITOR), local_day(by.entered))
        if proposal is None:
            raise BadRegistration([Text(zh="没有这一事项，或者已经处理", en="there is no such proposal, or it was dealt with")])
        if by.actor not in (may := confirmers(people, proposal, by.entered)):
            who = "、".join(people.name(one) for one in may)
            raise BadRegistration([Text(
                zh=f"提出人和所涉人员不能自己确认；可以确认的：{who or '无，请先另行任命安全管理员或者审计管理员'}",
                en=f"who proposed it or is concerned does not confirm it; these may: {who or 'nobody'}")], forbidden=True)  # fmt: skip
        if confirm:
            for act, data in proposal.entries:
                register(office, tx, act, data, by=By(actor=proposal.by, entered=by.entered, confirmed_by=by.actor))
        _record(office, tx, CONFIRMED if confirm else REJECTED, {"number": number}, by=by)
        return proposal


def _record(
    office: Office, tx: WriteTx, kind: str, data: Mapping[str, Any], *, by: By, facts: Mapping[str, Any] | None = None
) -> int:
    seq = tx.head(STREAM) + 1
    office.append(tx, Event(stream=STREAM, seq=seq, kind=kind, act=kind, at=by.entered, entered=by.entered, actor=by.actor,
                            facts=facts or {}, data=data, private=frozenset({"entries"} & data.keys())))  # fmt: skip
    return seq
