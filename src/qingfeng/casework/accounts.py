"""Which account speaks for which officer, and which password it has: events that need two administrators, never a row in a table.

Whoever owns the database of accounts could give himself another's account; so what counts is this stream.  The system
administrator proposes (a binding, an end, a reset), the security administrator confirms; then the account sets its password, and
only the digest laid down here is believed at sign-in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.limits import MAX_NAME
from qingfeng.terms.people import People
from qingfeng.terms.text import Text, hazards

from .office import Office, event_of
from .ports import ReadTx, WriteTx

STREAM = "accounts"
PROPOSED, CONFIRMED, REJECTED, SECRET, SEEN = (
    "account_proposed",
    "account_confirmed",
    "account_rejected",
    "account_secret",
    "account_sign_in",
)
RELEASED = "account_released"  # let sign in again after too many wrong passwords: changes no binding
PROPOSER, CONFIRMER = "system_administrator", "security_administrator"
ACTS: Mapping[str, Text] = {
    "bind": Text(zh="绑定账号与人员", en="bind an account to an officer"),
    "unbind": Text(zh="解除绑定", en="end a binding"),
    "reset_password": Text(zh="重置口令", en="reset a password"),
    "reset_second_factor": Text(zh="重置第二因素", en="reset a second factor"),
}
RESETS = {"bind": "both", "reset_password": "password", "reset_second_factor": "second_factor"}


class BadAccountChange(Exception):
    """A change of accounts that cannot be made; says why and what next."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(zh=zh, en=en)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change waiting for the second administrator."""

    number: int
    act: str
    account: str
    officer: str | None
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Binding:
    """An account that speaks for an officer.  secret: digest of what it last set; None: it has to set one first."""

    account: str
    officer: str
    secret: str | None = None
    renew: frozenset[str] = frozenset({"password", "second_factor"})


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the stream says up to event `seq`."""

    seq: int = 0
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    waiting: Mapping[int, Proposal] = field(default_factory=dict)

    def officer_of(self, account: str) -> str | None:
        """Return the officer for whom an account speaks."""
        bound = self.bindings.get(account)
        return bound.officer if bound is not None else None


EMPTY = Accounts()


def standing(tx: ReadTx, known: Accounts = EMPTY) -> Accounts:
    """Return the accounts as they stand; reads only what came since `known`."""
    return grown(known, (event_of(row) for row in tx.events(STREAM, after=known.seq)))


def grown(known: Accounts, events: Iterable[Event]) -> Accounts:
    """Return the accounts after more events."""
    bindings, waiting, seq = dict(known.bindings), dict(known.waiting), known.seq
    for event in events:
        seq, data = event.seq, event.data
        if event.kind == PROPOSED:
            waiting[event.seq] = Proposal(event.seq, event.act, str(data["account"]), data.get("officer"), str(event.actor),
                                          event.at, str(event.facts.get("reason") or ""))  # fmt: skip
        elif event.kind == REJECTED:
            waiting.pop(int(data["number"]), None)
        elif event.kind == CONFIRMED:
            _confirmed(bindings, waiting.pop(int(data["number"])))
        elif event.kind == SECRET:
            bound = bindings[str(data["account"])]
            bindings[bound.account] = replace(
                bound,
                secret=str(data["digest"]) if "digest" in data else bound.secret,
                renew=bound.renew - {str(data["what"])},
            )
    return Accounts(seq, bindings, waiting)


def _confirmed(bindings: dict[str, Binding], change: Proposal) -> None:
    if change.act == "bind":
        bindings[change.account] = Binding(change.account, str(change.officer))
    elif change.act == "unbind":
        bindings.pop(change.account, None)
    elif change.account in bindings:
        bound = bindings[change.account]
        what = {RESETS[change.act]}
        bindings[change.account] = replace(
            bound, secret=None if "password" in what else bound.secret, renew=bound.renew | what
        )


def propose(
    office: Office, act: str, account: str, officer: str | None, *, reason: str, by: str, at: datetime
) -> Proposal:
    """Propose a change.  Raises BadAccountChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        people, accounts = office.registry(tx).people, standing(tx)
        _must_hold(people, by, PROPOSER, local_day(at))
        if act not in ACTS:
            raise BadAccountChange(f"没有账号事项“{act[:50]}”", f"there is no account change {act[:50]!r}")
        if not account or len(account) > MAX_NAME or hazards(account) or account != account.strip():
            raise BadAccountChange(
                "账号名应为1至100字，不含控制字符和首尾空格", "an account's name is 1 to 100 plain characters"
            )
        if not any(char.isalnum() for char in reason) or len(reason) > 1_000 or hazards(reason):
            raise BadAccountChange(
                "请写明理由（任免文件名称和文号）", "say why (the paper of appointment and its number)"
            )
        if act == "bind":
            if officer is None or not people.in_service(officer, local_day(at)):
                raise BadAccountChange("要绑定的人员未登记或已离任", "the officer is not registered or has left")
            taken = next((b.account for b in accounts.bindings.values() if b.officer == officer), None)
            if taken is not None and taken != account:
                raise BadAccountChange(
                    f"该人员已有账号{taken}；请先解除", f"the officer has the account {taken}: end that first"
                )
            if account in accounts.bindings:
                raise BadAccountChange("账号已绑定人员；请先解除", "the account is bound: end that first")
        elif account not in accounts.bindings:
            raise BadAccountChange(f"账号“{account[:50]}”没有绑定人员", f"account {account[:50]!r} is bound to nobody")
        data = {"account": account, **({"officer": officer} if act == "bind" else {})}
        seq = _append(office, tx, PROPOSED, act, data, by=by, at=at, reason=reason)
        return Proposal(seq, act, account, officer if act == "bind" else None, by, at, reason)


def decide_on(office: Office, number: int, *, confirm: bool, by: str, at: datetime) -> Proposal:
    """Confirm or reject a proposal of another administrator.  Raises BadAccountChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        people, accounts = office.registry(tx).people, standing(tx)
        _must_hold(people, by, CONFIRMER, local_day(at))
        change = accounts.waiting.get(number)
        if change is None:
            raise BadAccountChange("没有这一事项，或者已经处理", "there is no such proposal, or it was dealt with")
        if by in (change.by, change.officer):
            raise BadAccountChange(
                "提出人和被绑定人不能自己确认；请由另一名安全管理员办理",
                "who proposed it or is bound by it does not confirm it: another security administrator does",
            )
        _append(office, tx, CONFIRMED if confirm else REJECTED, change.act, {"number": number}, by=by, at=at)
        return change


def note_secret(office: Office, account: str, *, what: str, digest: str | None, at: datetime) -> None:
    """Lay down that an account set its password (with the digest that alone is believed) or its second factor.

    Raises BadAccountChange unless the account has to set it, or sets a new password over its old one.
    """
    with office.store.write() as tx:
        tx.lock(STREAM)
        bound = standing(tx).bindings.get(account)
        if bound is None:
            raise BadAccountChange("账号没有绑定人员", "the account is bound to nobody")
        data: dict[str, Any] = {"account": account, "what": what}
        if digest is not None:
            data["digest"] = digest
        _append(office, tx, SECRET, what, data, by=bound.officer, at=at)


def note_sign_in(office: Office, account: str, officer: str, *, outcome: str, at: datetime) -> None:
    """Lay down a sign-in, or that one was refused because the account's secret is not the one laid down."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        _append(office, tx, SEEN, outcome, {"account": account}, by=officer, at=at)


def note_release(office: Office, account: str, *, by: str, at: datetime) -> None:
    """Lay down that an account is let sign in again after too many wrong passwords.  Raises BadAccountChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        people, day = office.registry(tx).people, local_day(at)
        if not people.holds(by, CONFIRMER, day):
            _must_hold(people, by, PROPOSER, day)
        if not account or len(account) > MAX_NAME or hazards(account):
            raise BadAccountChange("没有这个账号", "there is no such account")
        _append(office, tx, RELEASED, RELEASED, {"account": account}, by=by, at=at)


def _append(
    office: Office,
    tx: WriteTx,
    kind: str,
    act: str,
    data: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
    reason: str = "",
) -> int:
    seq = tx.head(STREAM) + 1
    facts = {"reason": reason} if reason else {}
    office.append(
        tx, Event(stream=STREAM, seq=seq, kind=kind, act=act, at=at, entered=at, actor=by, facts=facts, data=data)
    )
    return seq


def _must_hold(people: People, who: str, post: str, day: date) -> None:
    if not people.holds(who, post, day):
        zh, en = (
            ("系统管理员", "system administrator") if post == PROPOSER else ("安全管理员", "security administrator")
        )
        raise BadAccountChange(f"此事须由{zh}办理", f"this is for the {en}")
