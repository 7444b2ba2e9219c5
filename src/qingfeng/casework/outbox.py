"""News for other systems: every act, mark and finding that a hook asks for is delivered at least once, in the order of the store.

A hook (an https address or a mail address) is let in by two administrators.  What is to be delivered is read from the events
themselves, after the position up to which the hook has had them; that position is an event too, written after the receiver said yes.
A worker that dies in between delivers again: receivers know a delivery by its number.  One that fails is tried again, later each
time; after the last try it is laid down as dead, told to the administrators, and the next ones go on.

What is said is no more than what happened where: number of the case, act, time.  Whoever wants to know more asks the API, with the
rights of his own token.  Findings of suspicion and proceedings against the agency's own people are never told.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from qingfeng.catalogue.power import SYSTEM
from qingfeng.engine.event import ACT, MARK, Event
from qingfeng.terms.instants import format_instant
from qingfeng.terms.limits import MAX_NAME
from qingfeng.terms.text import hazards

from .desk.public import INTERNAL
from .findings import FINDING
from .findings import STREAM as FINDINGS
from .office import CASE, Office, Registry, event_of
from .ports import ReadTx, WriteTx
from .twofold import BadChange, Change, check_name, decide, finish, follow, must_administer, propose, record

STREAM, DELIVERIES = "hooks", "deliveries/"
LET_IN, END, HANDED = "hook_let_in", "hook_ended", "hook_secret_shown"
DELIVERED, FAILED, DEAD, AGAIN = "delivered", "delivery_failed", "delivery_dead", "delivery_again"
KINDS = (ACT, MARK, FINDING, DEAD)
"""What may be asked for: acts, marks of time limits, procedural findings, deliveries given up."""
TRIES = 16
FIRST_PAUSE, LONGEST_PAUSE = 5, 6 * 3600
"""Seconds between tries, doubled each time: sixteen tries take a day and a half, so that a closed office may come back."""
BATCH, LOOK, FAR = 20, 500, 5_000
"""Deliveries until the position is laid down; events read at once; events without news after which the position is laid down too."""
_MAIL = re.compile(r"mailto:[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}")
_HERE = ("127.0.0.1", "localhost", "::1")

Send = Callable[[str, bytes, Mapping[str, str]], str | None]
"""Delivers to an address: body and headers; returns what went wrong, None if the receiver said yes."""


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that gets news.  since: position of the event that let it in; it gets what came later.  number: of the proposal, which
    no other hook ever has; shown: its secret has been handed over."""

    name: str
    url: str
    kinds: frozenset[str]
    powers: frozenset[str]  # none: of all
    since: int
    number: int
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Hooks:
    """All hooks, and those proposed."""

    let_in: Mapping[str, Hook] = field(default_factory=dict)
    waiting: Mapping[int, Change] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """A delivery that did not succeed: which event, how often it was tried, why."""

    position: int
    tries: int
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a hook has come, as its stream says up to event `seq`.  next_try: not before; again: dead ones to be sent once more."""

    seq: int = 0
    position: int = 0
    failing: Failed | None = None
    next_try: datetime | None = None
    dead: Mapping[int, Failed] = field(default_factory=dict)
    again: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round did for a hook."""

    hook: str
    delivered: int = 0
    failed: str | None = None
    died: int | None = None
    more: bool = False


def hooks(tx: ReadTx) -> Hooks:
    """Return the hooks as they stand."""
    let_in: dict[str, Hook] = {}
    waiting: dict[int, Change] = {}
    for row in tx.events(STREAM):
        event = event_of(row)
        follow(event, let_in, waiting, partial(_hook, since=row.position))
        if event.kind == HANDED:
            let_in |= {name: replace(one, shown=True) for name, one in let_in.items() if one.number == event.data["number"]}
    return Hooks(let_in, waiting)


def _hook(change: Change, *, since: int) -> Hook:
    data = change.data
    return Hook(str(data["name"]), str(data["url"]), frozenset(data["kinds"]), frozenset(data.get("powers") or ()), since, change.number)


def let_in(
    office: Office, name: str, url: str, *, kinds: Sequence[str], powers: Sequence[str] = (), reason: str, by: str, at: datetime
) -> int:
    """Propose a hook; return the number of the proposal.  Raises BadChange, StoreError."""
    check_name(name)
    _check_url(url)
    if not kinds or set(kinds) - set(KINDS):
        raise BadChange(f"请写明通知哪些：{'、'.join(KINDS)}", f"say what is wanted: {', '.join(KINDS)}")
    with office.store.write() as tx:
        tx.lock(STREAM)
        unknown = set(powers) - set(office.registry(tx).powers())
        if unknown:
            raise BadChange(f"没有职权：{'、'.join(sorted(unknown))[:200]}", f"no such power: {', '.join(sorted(unknown))[:200]}")
        if name in hooks(tx).let_in:
            raise BadChange(f"已有通知订阅“{name}”；请先终止", f"there is a hook {name!r}: end it first")
        data = {"name": name, "url": url, "kinds": sorted(set(kinds)), **({"powers": sorted(set(powers))} if powers else {})}
        return propose(office, tx, STREAM, LET_IN, data, reason=reason, by=by, at=at)


def _check_url(url: str) -> None:
    """Raise BadChange unless news may go there: over TLS, or within this machine, or by mail."""
    fault = BadChange(
        "地址应为 https://…、本机的 http://… 或 mailto:…，不带账号口令",
        "an address is https://…, http://… of this machine, or mailto:…, without password",
    )
    if len(url) > MAX_NAME * 5 or hazards(url) or any(char.isspace() for char in url):
        raise fault
    if url.startswith("mailto:"):
        if not _MAIL.fullmatch(url):
            raise fault
        return
    try:
        parts = urlsplit(url)
        fine = parts.hostname and not parts.username and not parts.password and (parts.port or 1) > 0
    except ValueError:
        raise fault from None
    if not fine or (parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE)):
        raise fault


def decide_on(office: Office, number: int, *, confirm: bool, by: str, at: datetime) -> Change:
    """Confirm or reject a hook.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        known = hooks(tx)
        change = known.waiting.get(number)
        if confirm and change is not None and change.data["name"] in known.let_in:
            raise BadChange("同名通知订阅已经生效；请先终止", "a hook of this name is in: end it first")
        return decide(office, tx, STREAM, known.waiting, number, confirm=confirm, by=by, at=at)


def end(office: Office, name: str, *, reason: str, by: str, at: datetime) -> None:
    """End a hook at once; one administrator does.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        must_administer(office, tx, by, at)
        if name not in hooks(tx).let_in:
            raise BadChange(f"没有通知订阅“{name[:50]}”", f"there is no hook {name[:50]!r}")
        finish(office, tx, STREAM, END, name, reason=reason, by=by, at=at)


def send_again(office: Office, name: str, position: int, *, by: str, at: datetime) -> None:
    """Have a dead delivery sent once more.  Raises BadChange, StoreError."""
    stream = DELIVERIES + name
    with office.store.write() as tx:
        tx.lock(stream)
        must_administer(office, tx, by, at)
        if position not in progress(tx, name).dead:
            raise BadChange("没有这一条未送达的通知", "there is no such dead delivery")
        record(office, tx, stream, AGAIN, AGAIN, {"position": str(position)}, by=by, at=at)


def progress(tx: ReadTx, name: str, known: Progress | None = None) -> Progress:
    """Return how far a hook has come; reads only what came since `known`."""
    told = known or Progress()
    for event in map(event_of, tx.events(DELIVERIES + name, after=told.seq)):
        told = _after(told, event)
    return told


def _after(told: Progress, event: Event) -> Progress:
    position = int(event.data["position"])  # as text: positions of a long-lived store pass what JSON numbers hold exactly
    told = replace(told, seq=event.seq)
    if event.kind == DELIVERED:
        dead = {n: one for n, one in told.dead.items() if n not in {int(p) for p in event.data.get("again") or ()}}
        left = tuple(n for n in told.again if n in dead)
        return replace(told, position=max(told.position, position), failing=None, next_try=None, dead=dead, again=left)
    if event.kind == AGAIN:
        return replace(told, again=tuple(dict.fromkeys((*told.again, position))))
    failed = Failed(position, int(event.data["tries"]), str(event.data["why"]), event.at)
    if event.kind == FAILED:
        return replace(told, failing=failed, next_try=event.at + timedelta(seconds=pause(failed.tries)))
    return replace(told, position=max(told.position, position), failing=None, next_try=None, dead={**told.dead, position: failed},
                   again=tuple(n for n in told.again if n != position))  # fmt: skip


def pause(tries: int) -> int:
    """Return how many seconds to wait after so many tries."""
    return int(min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE))


def secret_of(key: bytes, hook: Hook) -> str:
    """Return the secret with which the news of a hook are signed; derived, so that no record holds it.  key: of the installation.

    One that is let in again under the same name has another: who had the old secret forges nothing for the new receiver.
    """
    return hmac.new(key, f"hook:{hook.name}:{hook.number}".encode(), sha256).hexdigest()


def hand_secret(office: Office, key: bytes, name: str, *, by: str, at: datetime) -> str:
    """Return the secret of a hook, once: that it was shown, and to whom, is laid down first.  Raises BadChange, StoreError."""
    with office.store.write() as tx:
        tx.lock(STREAM)
        must_administer(office, tx, by, at)
        hook = hooks(tx).let_in.get(name)
        if hook is None:
            raise BadChange(f"没有通知订阅“{name[:50]}”", f"there is no hook {name[:50]!r}")
        if hook.shown:
            raise BadChange("密钥已经显示过一次，不再显示；遗失的，请终止这一订阅后重新提出，届时另有新密钥",
                            "the secret was shown once and is not shown again: if lost, end the hook and propose it anew")  # fmt: skip
        record(office, tx, STREAM, HANDED, HANDED, {"name": name, "number": hook.number}, by=by, at=at)
    return secret_of(key, hook)


def signature(secret: str, body: bytes, at: datetime) -> str:
    """Return what a receiver checks: when it was signed, and the HMAC-SHA256 of that and the body."""
    when = str(int(at.timestamp()))
    return f"t={when},v1={hmac.new(secret.encode(), when.encode() + b'.' + body, sha256).hexdigest()}"


def body_of(hook: Hook, position: int, event: Event) -> bytes:
    """Return what is said of an event: where and when what happened, nothing of what was said in it."""
    told: dict[str, Any] = {
        "id": str(position),
        "hook": hook.name,
        "kind": event.kind,
        "at": format_instant(event.at),
        "entered": format_instant(event.entered),
    }
    if event.power:
        told |= {"power": event.power, "version": event.version}
    if event.kind == FINDING:
        told |= {"finding": event.seq, "rule": event.data["rule"], "case": event.data["case"]}
    elif event.kind == DEAD:
        told |= {"of": event.stream.removeprefix(DELIVERIES), "delivery": event.data["position"], "why": event.data["why"]}
    else:
        told |= {"case": event.stream.removeprefix(CASE), "seq": event.seq, "act": event.act}
        if event.kind == MARK:
            told["mark"] = event.facts.get("mark")
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def wanted(hook: Hook, event: Event, internal: frozenset[str]) -> bool:
    """True if a hook gets news of an event.  internal: powers whose cases concern the agency's own people."""
    if event.kind not in hook.kinds:
        return False
    if event.kind == DEAD:
        return event.stream.startswith(DELIVERIES) and event.stream != DELIVERIES + hook.name
    if event.power in internal or (hook.powers and event.power not in hook.powers):
        return False
    if event.kind == FINDING:
        return event.stream == FINDINGS and event.facts.get("seen_by") == "unit"
    return event.stream.startswith(CASE)


def internal_powers(registry: Registry) -> frozenset[str]:
    """Return the powers of which nothing is told outside."""
    return frozenset(power for (power, _), document in registry.versions.items() if document["power"].get("kind") in INTERNAL)


class Outbox:
    """Delivers for one worker; what it remembers only saves reading: all that counts is in the store."""

    def __init__(self, office: Office, *, key: bytes, send: Send) -> None:
        self._office, self._key, self._send = office, key, send
        self._known: dict[str, Progress] = {}
        self._looked: dict[str, int] = {}  # events up to here hold no news that was not delivered
        self._skipped: dict[str, int] = {}  # so many of them since the position was laid down: positions have gaps

    def round(self, *, now: datetime) -> list[Sent]:
        """Deliver a batch to every hook.  Raises StoreError: what was sent and not laid down is then sent again."""
        with self._office.store.read() as tx:
            standing = hooks(tx).let_in
        return [self._deliver(hook, now) for hook in standing.values()]

    def _deliver(self, hook: Hook, now: datetime) -> Sent:
        with self._office.store.read() as tx:
            known = self._known[hook.name] = progress(tx, hook.name, self._known.get(hook.name))
            if known.next_try is not None and now < known.next_try:
                return Sent(hook.name)
            begun = max(known.position, hook.since)
            after = max(begun, self._looked.get(hook.name, 0)) if known.failing is None else begun
            rows = tx.all_events(after=after, limit=LOOK)
            internal = internal_powers(self._office.registry(tx))
            news = [(row.position, event) for row in rows if wanted(hook, event := event_of(row), internal)]
            old = [
                (n, event_of(found[0]))
                for n in known.again[:BATCH]
                if (found := tx.all_events(after=n - 1, limit=1)) and found[0].position == n
            ]
        if rows and not news:
            self._looked[hook.name] = rows[-1].position
            self._skipped[hook.name] = self._skipped.get(hook.name, 0) + len(rows)
            if not old and self._skipped[hook.name] < FAR:
                return Sent(hook.name, more=len(rows) == LOOK)
        again, fault = self._send_all(hook, old, now)
        had, fault = self._send_all(hook, news[:BATCH], now) if fault is None else ([], fault)
        reached = had[-1] if had else (rows[-1].position if rows and not news else begun)
        self._skipped[hook.name] = 0
        died = self._lay_down(hook, known, reached, again, fault, now, moved=reached > begun)
        return Sent(hook.name, len(had) + len(again), fault[1] if fault else None, died, len(news) > BATCH or len(rows) == LOOK)

    def _send_all(self, hook: Hook, news: Iterable[tuple[int, Event]], now: datetime) -> tuple[list[int], tuple[int, str] | None]:
        """Send one after the other until one fails; return which arrived, and which failed and why."""
        had: list[int] = []
        for position, event in news:
            body = body_of(hook, position, event)
            headers = {"Content-Type": "application/json", "Qingfeng-Delivery": f"{hook.name}/{position}",
                       "Qingfeng-Signature": signature(secret_of(self._key, hook), body, now)}  # fmt: skip
            why = self._send(hook.url, body, headers)
            if why is not None:
                return had, (position, why[:MAX_NAME])
            had.append(position)
        return had, None

    def _lay_down(
        self, hook: Hook, known: Progress, reached: int, again: list[int], fault: tuple[int, str] | None, now: datetime, *, moved: bool
    ) -> int | None:
        """Write how far the hook has come and what failed, in one transaction; return the position of what was given up."""
        stream, died = DELIVERIES + hook.name, None
        if not (moved or again or fault):
            return None
        with self._office.store.write() as tx:
            tx.lock(stream)
            if moved or again:
                self._note(tx, stream, DELIVERED, {"position": str(reached), **({"again": [str(n) for n in again]} if again else {})}, now)
            if fault is not None:
                position, why = fault
                before = known.failing.tries if known.failing is not None and known.failing.position == position else 0
                dead = before + 1 >= TRIES or position in known.dead
                died = position if dead else None
                self._note(tx, stream, DEAD if dead else FAILED, {"position": str(position), "tries": before + 1, "why": why}, now)
        return died

    def _note(self, tx: WriteTx, stream: str, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        record(self._office, tx, stream, kind, kind, data, by=SYSTEM, at=now)
