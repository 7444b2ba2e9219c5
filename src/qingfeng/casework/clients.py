"""Clients of the API: programs that come with a token, bound to an officer in whose name they act, or to nobody: those only read lists.

Whoever runs the program makes the token and hands its SHA-256 to the administrators: no administrator ever sees a token, and no
record holds one.  Two administrators let a client in; one of them, or the officer himself, ends it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day

from .office import Office, event_of
from .ports import ReadTx
from .twofold import BadChange, Change, check_name, decide, finish, follow, must_administer, propose

STREAM, USES = "clients", "clients/"
USED = "client_used"
LET_IN, END = "client_let_in", "client_ended"
PREFIX = "qf_"
_TOKEN, _DIGEST = re.compile(r"qf_[A-Za-z0-9_-]{43}"), re.compile(r"[0-9a-f]{64}")
LONGEST = timedelta(days=366)
"""A token is renewed once a year at least: what nobody remembers ends by itself."""
PER_MINUTE, MOST_PER_MINUTE = 120, 6_000
"""Requests of one client in a clock minute, all workers together."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that was let in.  officer None: it reads lists and published things, no files, and does nothing."""

    name: str
    officer: str | None
    digest: str
    until: date
    per_minute: int

    def good_on(self, day: date) -> bool:
        """True while its token holds."""
        return day <= self.until


@dataclass(frozen=True, slots=True)
class Clients:
    """What the stream says up to event `seq`."""

    seq: int = 0
    let_in: Mapping[str, Client] = field(default_factory=dict)  # by name
    waiting: Mapping[int, Change] = field(default_factory=dict)
    by_digest: Mapping[str, str] = field(default_factory=dict)

    def of_token(self, token: str, day: date) -> Client | None:
        """Return the client that shows a token; None for one unknown, ended or over."""
        if not _TOKEN.fullmatch(token):
            return None
        name = self.by_digest.get(digest_of(token))  # looked up by digest: how long it takes tells nothing of the token
        client = self.let_in.get(name) if name is not None else None
        return client if client is not None and client.good_on(day) else None


EMPTY = Clients()


def digest_of(token: str) -> str:
    """Return what the record holds of a token."""
    return sha256(token.encode()).hexdigest()


def standing(tx: ReadTx, known: Clients = EMPTY) -> Clients:
    """Return the clients as they stand; reads only what came since `known`."""
    rows = tx.events(STREAM, after=known.seq)
    return grown(known, map(event_of, rows)) if rows else known


def grown(known: Clients, events: Iterable[Event]) -> Clients:
    """Return the clients after more events."""
    let_in, waiting, seq = dict(known.let_in), dict(known.waiting), known.seq
    for event in events:
        seq = event.seq
        follow(event, let_in, waiting, _client)
    return Clients(seq, let_in, waiting, {one.digest: one.name for one in let_in.values()})


def _client(change: Change) -> Client:
    data = change.data
    officer = data.get("officer")
    return Client(
        str(data["name"]),
        str(officer) if officer else None,
        str(data["digest"]),
        date.fromisoformat(str(data["until"])),
        int(data["per_minute"]),
    )


def let_in(
    office: Office,
    name: str,
    *,
    officer: str | None,
    digest: str,
    until: date,
    per_minute: int = PER_MINUTE,
    reason: str,
    by: str,
    at: datetime,
) -> int:
    """Propose to let a client in; return the number of the proposal.  Raises BadChange, StoreError."""
    check_name(name)
    today = local_day(at)
    if not _DIGEST.fullmatch(digest):
        raise BadChange(
            "请提供令牌的SHA-256（64位十六进制小写），不要提供令牌本身",
            "give the token's SHA-256 (64 lower-case hex digits), never the token",
        )
    if not today < until <= today + LONGEST:
        raise BadChange("有效期应在明天至一年以内", "a token ends between tomorrow and a year from now")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise BadChange(f"每分钟请求数应为1至{MOST_PER_MINUTE}", f"requests a minute: 1 to {MOST_PER_MINUTE}")
    with office.store.write() as tx:
        tx.lock(STREAM)
        known = standing(tx)
        if officer is not None and not office.registry(tx).people.in_service(officer, today):
            raise BadChange("要绑定的人员未登记或已离任", "the officer is not registered or has left")
        if name in known.let_in and known.let_in[name].good_on(today):
            raise BadChange(f"已有客户端“{name}”；请先撤销", f"there is a client {name!r}: end it first")
        if digest in known.by_digest or any(change.data["digest"] == digest for change in known.waiting.values()):
            raise BadChange("该令牌已经登记过；请为每个客户端另做令牌", "this token is registered: make one for each client")
        data = {
            "name": name,
            "digest": digest,
            "until": until.isoformat(),
            "per_minute": per_minute,
            **({"officer": officer} if officer else {}),
        }
        return propose(office, tx, STREAM, LET_IN, data, reason=reason, by=by, at=at)


def decide_on(office: Office, number: int, *, confirm: bool, by: str, at: datetime) -> Change:
    """Confirm or reject a proposal.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        known = standing(tx)
        change = known.waiting.get(number)
        concerned = frozenset({str(change.data["officer"])}) if change is not None and change.data.get("officer") else frozenset[str]()
        if (
            confirm
            and change is not None
            and change.data["name"] in known.let_in
            and known.let_in[str(change.data["name"])].good_on(local_day(at))
        ):
            raise BadChange("同名客户端已经生效；请先撤销", "a client of this name is in: end it first")
        return decide(office, tx, STREAM, known.waiting, number, confirm=confirm, by=by, at=at, concerned=concerned)


def end(office: Office, name: str, *, reason: str, by: str, at: datetime) -> None:
    """End a client at once: one administrator, or the officer in whose name it acts.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        client = standing(tx).let_in.get(name)
        if client is None:
            raise BadChange(f"没有客户端“{name[:50]}”", f"there is no client {name[:50]!r}")
        if by != client.officer:
            must_administer(office, tx, by, at)
        finish(office, tx, STREAM, END, name, reason=reason, by=by, at=at)


def note_use(office: Office, name: str, *, at: datetime) -> None:
    """Lay down that a client came today, once a day.  Raises StoreError."""
    with office.store.write() as tx:
        tx.lock(USES + name)
        known = last_use(tx, name)
        if known is None or local_day(known) < local_day(at):
            office.append(tx, Event(stream=USES + name, seq=tx.head(USES + name) + 1, kind=USED, act=USED, at=at, entered=at, actor=None))


def last_use(tx: ReadTx, name: str) -> datetime | None:
    """Return when a client of this name first came on the last day on which it came; None if it never did."""
    rows = tx.latest(USES + name, limit=1)
    return event_of(rows[0]).at if rows else None
