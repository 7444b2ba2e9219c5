"""The notary at work on one agency: begins a log, takes events in, asks witnesses, and says how things stand."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from qingfeng.casework.accounts import PROPOSER
from qingfeng.casework.office import Office, event_of
from qingfeng.casework.ports import Store
from qingfeng.casework.twofold import BadChange, check_reason, must_hold, record
from qingfeng.catalogue.power import SYSTEM
from qingfeng.ledger.checkpoint import Checkpoint
from qingfeng.ledger.policy import Party
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from . import gap
from .faults import LogDamaged, LogTrouble
from .fitting import must_fit
from .keys import log_signer
from .place import POLICY, Place, begin, least_of, place_in, write_policy, write_whole
from .promise import promised
from .sequencer import Sequencer
from .succession import laid_down

BEGUN, WITNESSES = "log_begun", "witnesses_changed"
MAX_WITNESSES = 30


@dataclass(frozen=True, slots=True)
class WitnessState:
    """A witness of the policy.  size: entries that it has cosigned, with the POSIX time; None: nothing yet."""

    name: str
    vkey: str
    url: str | None
    size: int | None
    seconds: int | None


@dataclass(frozen=True, slots=True)
class State:
    """How the log stands.  final: entries under the newest final checkpoint; trouble: why it cannot go on."""

    origin: str
    vkey: str
    size: int
    pending: int
    final: int
    least: int
    witnesses: tuple[WitnessState, ...]
    trouble: Text | None = None
    gaps: tuple[gap.Gap, ...] = ()
    waiting: tuple[tuple[int, Mapping[str, Any], str, str], ...] = field(default_factory=tuple)  # number, data, by, reason


def sequencer_of(place: Place, store: Store) -> Sequencer:
    """Return what takes the events of a store into the log.  Raises LogTrouble when the key cannot be read."""
    signer = log_signer(place.key_file)
    if signer.verifier.vkey != place.key.vkey:
        raise LogTrouble(Text(
            zh="密钥文件里不是本日志的密钥；请核对 notary.json 所指的密钥。",
            en="The key file holds another key than this log's; see the key that notary.json names."))  # fmt: skip
    return Sequencer(store, place.folder, place.head, signer, place.digest, place.retired)


def found(home: Path, office: Office, *, at: datetime, **settings: Any) -> Place:
    """Begin the log of an agency; settings as for place.begin; office: over the bare store.  Raises LogTrouble, BadNote, StoreError."""
    place = place_in(home)
    with office.store.read() as look:
        begun = bool(look.log_size() or look.head(gap.STREAM))
    if begun and place is None:
        raise LogTrouble(Text(
            zh="本单位的记录里已经有存证日志；请把原来的日志文件夹放回原处，不要另建。",
            en="The records know a log already: put its folder back where it was, do not begin another."))  # fmt: skip
    if begun or place is None:  # else it broke off before the log said so of itself
        place = begin(home, **settings)
    sequencer_of(place, office.store).begin()
    with office.store.write() as tx:
        tx.lock(gap.STREAM)
        record(office, tx, gap.STREAM, BEGUN, BEGUN, {"log_key": place.key.vkey}, by=SYSTEM, at=at)
    return place


def promise_for(place: Place | None, store: Store, stream: str, seq: int, *, seconds: int) -> str | None:
    """Return the log's promise for a record that was just made; None where there is no log, its key is kept on another machine, or the
    record stands in the log already and has its receipt.  The record is made: nothing here undoes it.  Raises StoreError."""
    if place is None:
        return None
    with store.read() as look:
        event = look.events_at([(stream, seq)]).get((stream, seq))
        if event is None or look.place(stream, seq) is not None:
            return None
    try:
        return promised(log_signer(place.key_file), event, seconds=seconds, digest=place.digest).whole
    except LogTrouble:
        return None


def publish(place: Place) -> None:
    """Put the head, with what witnesses have said of it, beside the tiles, where anybody may fetch it.  Raises LogTrouble."""
    text = place.head.read()
    if text is None:
        return
    head = place.reader.opened(text)
    here = next((one for one in place.cosigned.all() if one.head == head), None)
    text = here.note.whole if here is not None else text
    published = place.log / "checkpoint"
    with suppress(OSError):
        if published.read_text("utf-8") == text:
            return
    os.makedirs(place.log, exist_ok=True)
    write_whole(published, text)


def state_of(place: Place, store: Store) -> State:
    """Return how the log stands.  Raises StoreError."""
    cosigned = place.cosigned
    latest = cosigned.latest()
    size, trouble = 0, None
    with store.read() as look:
        pending = len(look.outbox(limit=1_000_000))
        explained, waiting = tuple(gap.gaps(look)), gap.waiting(look)
    try:
        size = place.reader.state().size
        must_fit(store, place)
    except LogTrouble as error:
        trouble = error.text
    final = cosigned.final()
    told = tuple(
        WitnessState(name, party.key.vkey, party.url, kept.head.size if kept else None, cosigned.when(name, kept) if kept else None)
        for name, party in place.policy.witnesses.items() for kept in (latest.get(name),)
    )  # fmt: skip
    least = next(iter(least_of(place.policy).values()), 0)
    return State(place.origin, place.key.vkey, size, pending, final.head.size if final else 0, least, told, trouble, explained,
                 tuple((one.number, one.data, one.by, one.reason) for one in waiting))  # fmt: skip


def set_witnesses(
    home: Path, office: Office, witnesses: Sequence[Party], least: int, *, reason: str, by: str, at: datetime
) -> Place:
    """Write who the witnesses are and how many are enough; laid down in the log.  Raises BadChange, LogTrouble, StoreError."""
    place = place_in(home)
    assert place is not None
    if len(witnesses) > MAX_WITNESSES or not 0 < least <= max(1, len(witnesses)):
        raise BadChange(f"见证机构至多{MAX_WITNESSES}个，足够数应为1至见证机构数", f"at most {MAX_WITNESSES} witnesses, of which 1 to all are enough")
    if len({one.name for one in witnesses}) < len(witnesses) or len({one.key.vkey for one in witnesses}) < len(witnesses):
        raise BadChange("见证机构的名称和公钥不能重复", "names and keys of witnesses are all different")
    said = [{"name": one.name, "key": one.key.vkey, "url": one.url or ""} for one in witnesses]
    with office.store.write() as tx:
        tx.lock(gap.STREAM)
        must_hold(office.registry(tx).people, by, (PROPOSER,), local_day(at))
        check_reason(reason)
        record(office, tx, gap.STREAM, WITNESSES, WITNESSES, {"witnesses": said, "least": least}, by=by, at=at, reason=reason)
    write_policy(place.home / POLICY, place.key, witnesses, least, place.retired)
    changed = place_in(home)
    assert changed is not None
    return changed


def policy_differs(place: Place, store: Store) -> Text | None:
    """Return why the policy beside the log is not the one that was laid down in it, None if it is.  Raises StoreError."""
    laid: Mapping[str, Any] = {"log_key": place.key.vkey, "witnesses": [], "least": 0}
    with store.read() as look:
        rows = [event_of(row) for row in look.events(gap.STREAM)]
        keys = laid_down(look)
    if not any(one.kind == BEGUN for one in rows):
        return None  # what stands in the log has been looked at; this one says nothing of itself
    for event in rows:
        if event.kind in (BEGUN, WITNESSES):
            laid = {**laid, **event.data}
    said = {(str(one["name"]), str(one["key"]), str(one.get("url", ""))) for one in laid["witnesses"]}
    here = {(one.name, one.key.vkey, one.url or "") for one in place.policy.witnesses.values()}
    held = [*(one.key.vkey for one in place.retired), place.key.vkey]
    believed = [one.key.vkey for one in place.policy.logs]
    if (keys, said) == (held, here) and sorted(believed) == sorted(held) and place.policy.quorum_is(int(laid["least"]) if said else 0):
        return None
    return Text(zh="信任名单（notary/policy）与日志所记的不同：见证机构被人绕过登记增减，或者名单被换过",
                en="the policy (notary/policy) is not the one that the log has on record: witnesses were changed without leave, "
                "or it was exchanged")  # fmt: skip


def must_have_gap(place: Place, store: Store) -> Checkpoint:
    """Return the head if the log holds what the store does not.  Raises BadChange if all fits, LogTrouble for other troubles."""
    with place.head.alone():
        head = place.reader.state()
        with store.read() as look:
            noted = look.log_size()
            try:
                place.reader.placed(look, head.size, look.pending(limit=max(1, head.size - noted)))
            except LogDamaged:
                if noted < head.size:
                    return head
                raise
    raise BadChange("日志与数据库之间没有缺口，无须说明", "there is no gap between the log and the store: nothing to explain")
