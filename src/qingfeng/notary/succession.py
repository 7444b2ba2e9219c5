"""A log's key handed over to the next: announced in the log under the old key, or, when that one is lost, explained by two administrators.

    announced (or confirmed)  →  in the log  →  head signed anew  →  note of succession, policy  →  settings

What is interrupted stands still and is finished by asking again; nothing of it is done twice.  Between the head and the settings the log
is closed to everybody (its head is under a key that the settings do not name): a sequencer that began before must not sign beyond it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from qingfeng.casework.accounts import PROPOSER
from qingfeng.casework.office import Office, event_of
from qingfeng.casework.ports import ReadTx
from qingfeng.casework.twofold import (
    CONFIRMED,
    PROPOSED,
    REJECTED,
    BadChange,
    Change,
    change_in,
    check_reason,
    decide,
    must_hold,
    propose,
    record,
)
from qingfeng.ledger.checkpoint import Checkpoint, signed_checkpoint
from qingfeng.ledger.note import BadNote, Note, Signer, Verifier
from qingfeng.ledger.succession import Retired, Succession, opened_head, succession_of
from qingfeng.ledger.tiles import BadTile, Tree
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .faults import LogTrouble, no_head, not_our_head
from .guard import STREAM
from .keys import LOG_KINDS, log_signer, next_log_key, suite_of
from .place import POLICY, Place, least_of, place_in, succeed, write_policy, write_whole
from .sequencer import Sequencer

KEY_CHANGED, REPLACE_KEY, BEGUN = "key_changed", "replace_key", "log_begun"
MAX_KEYS = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One key after another, as the stream `notary` has it.  announced: under the old key; else it was lost, and two said so."""

    seq: int
    old: str
    new: str
    announced: bool
    by: str
    confirmed_by: str | None = None


def _read(look: ReadTx) -> tuple[str | None, list[Step], dict[int, Change]]:
    """Return the first key, the steps from it on, and what waits for the second administrator.  Raises DamagedEvent."""
    first, steps, waiting = None, list[Step](), dict[int, Change]()
    for row in look.events(STREAM):
        event = event_of(row)
        number = event.data.get("number")
        if event.kind == BEGUN:
            first = str(event.data["log_key"])
        elif event.kind == KEY_CHANGED:
            steps.append(_step(event.seq, event.data, str(event.actor), None, announced=True))
        elif event.kind == PROPOSED and event.act == REPLACE_KEY:
            waiting[event.seq] = change_in(event)
        elif number in waiting and event.kind in (CONFIRMED, REJECTED):
            change = waiting.pop(int(event.data["number"]))
            if event.kind == CONFIRMED:
                steps.append(_step(event.seq, change.data, change.by, str(event.actor), announced=False))
    return first, steps, waiting


def _step(seq: int, data: Any, by: str, confirmed_by: str | None, *, announced: bool) -> Step:
    return Step(seq, str(data["old"]), str(data["new"]), announced, by, confirmed_by)


def laid_down(look: ReadTx) -> list[str]:
    """Return the keys that the log has had by what it says of itself, the present one last."""
    first, steps, _ = _read(look)
    keys, then = [first] if first is not None else [], {one.old: one.new for one in steps}
    while keys and (new := then.get(keys[-1])) is not None and new not in keys:
        keys.append(new)
    return keys


def waiting(look: ReadTx) -> Sequence[Change]:
    """Return replacements of a lost key that wait for the second administrator."""
    return list(_read(look)[2].values())


def note_path(place: Place, number: int) -> Path:
    """Return where the note by which the log's key of this number (from 1) handed over is kept."""
    return place.home / f"succession-{number}.note"


def _next_key(place: Place) -> tuple[Path, Signer]:
    """Return the next key; one that was made and never announced is used, so that what broke off goes on."""
    stem = re.sub(r"-[0-9]+$", "", place.key_file.stem)
    path = place.key_file.with_name(f"{stem}-{len(place.retired) + 2}{place.key_file.suffix}")
    signer = log_signer(path) if path.exists() else next_log_key(path, place.key_file, place.origin, suite_of(place.key))
    if signer.verifier.name != place.origin:
        raise LogTrouble(
            Text(zh=f"{path.name}是另一日志的密钥，不能用。", en=f"{path.name} is the key of another log: it cannot be used.")
        )
    return path, signer


def rotate(home: Path, office: Office, *, reason: str, by: str, at: datetime) -> Place:
    """Announce a new key in the log under the old one, and hand over to it.  Raises BadChange, LogTrouble, StoreError."""
    place = _place(home)
    old = _present(place)
    if old is None:
        raise _cannot_hand_over()
    if _unfinished(place, office) is None:
        with office.store.write() as tx:
            tx.lock(STREAM)
            must_hold(office.registry(tx).people, by, (PROPOSER,), local_day(at))
            check_reason(reason)
            if len(place.retired) + 1 >= MAX_KEYS:
                raise BadChange(f"一份日志至多换{MAX_KEYS}把密钥", f"a log has at most {MAX_KEYS} keys")
            _, new = _next_key(place)
            data = {"old": place.key.vkey, "new": new.verifier.vkey}
            record(office, tx, STREAM, KEY_CHANGED, KEY_CHANGED, data, by=by, at=at, reason=reason)
    sequencer = Sequencer(office.store, place.folder, place.head, old, place.digest, place.retired)
    while not _handed_over(place) and sequencer.round():
        pass
    return finish(home, office)


def declare_lost(home: Path, office: Office, *, reason: str, by: str, at: datetime) -> int:
    """Propose a new key because the old one is lost or in other hands; return its number.  Raises BadChange, LogTrouble, StoreError."""
    place = _place(home)
    begun = _unfinished(place, office)
    if begun is not None and not begun.announced:
        raise BadChange("上一次更换还没有办完，请先办完", "the last replacement is not finished: finish that first")
    with office.store.write() as tx:
        tx.lock(STREAM)
        if waiting(tx):
            raise BadChange("已有一项密钥更换待确认", "a replacement of the key waits for confirmation already")
        must_hold(office.registry(tx).people, by, (PROPOSER,), local_day(at))
        check_reason(reason)
        head, (_, new) = place.reader.state(), _next_key(place)
        data = {"name": "log_key", "old": place.key.vkey, "new": new.verifier.vkey, "size": head.size,
                "root": b64encode(head.root).decode()}  # fmt: skip
        return propose(office, tx, STREAM, REPLACE_KEY, data, reason=reason, by=by, at=at)


def confirm_lost(home: Path, office: Office, number: int, *, agree: bool, by: str, at: datetime) -> Place:
    """Confirm or reject that the key is replaced; confirmed, the new one takes over.  Raises BadChange, LogTrouble, StoreError."""
    place = _place(home)
    with office.store.write() as tx:
        tx.lock(STREAM)
        open_ = {one.number: one for one in waiting(tx)}
        if agree and number in open_:
            _fits(place, open_[number])
        decide(office, tx, STREAM, open_, number, confirm=agree, by=by, at=at)
    return finish(home, office) if agree else place


def _fits(place: Place, change: Change) -> None:
    """Raise BadChange if what was proposed is no longer so: another key file, another log."""
    head = place.reader.state()
    said = (change.data["size"], change.data["root"], change.data["new"])
    if said != (head.size, b64encode(head.root).decode(), _next_key(place)[1].verifier.vkey):
        raise BadChange(
            "提出之后日志又有增加，或者新密钥不是提出的那一把，请重新提出", "the log has grown or the key is another: propose it anew"
        )


def finish(home: Path, office: Office) -> Place:
    """Hand over to the key that was announced or confirmed; what was done already is left.  Raises BadChange, LogTrouble, StoreError."""
    place = _place(home)
    step = _unfinished(place, office)
    if step is None:
        raise BadChange("没有待办完的密钥更换", "there is no replacement of a key to be finished")
    path, new = _next_key(place)
    if new.verifier.vkey != step.new:
        raise LogTrouble(Text(zh=f"{path.name}不是已宣布的那一把新密钥；请找回它，没有宣布的密钥不能接替。",
                              en=f"{path.name} is not the key that was announced: find that one; a key nobody announced "
                                 f"takes over from none."))  # fmt: skip
    old = _present(place) if step.announced else None
    if step.announced and old is None:
        raise _cannot_hand_over()
    with place.head.alone():
        text = place.head.read()
        if text is None:
            raise no_head()
        head = _either(place, new.verifier, text)
        if step.announced:
            _must_cover(place, office, step, head)
        place.head.swap(text, signed_checkpoint(head, [new]).whole)
        said = Succession(place.key, new.verifier, (head.size, head.root))
        signers = [one for one in (old, new) if one is not None]
        write_whole(note_path(place, len(place.retired) + 1), Note(said.text, tuple(one.sign(said.text) for one in signers)).whole)
        retired = (*place.retired, Retired(place.key, head.size))
        witnesses = list(place.policy.witnesses.values())
        write_policy(place.home / POLICY, new.verifier, witnesses, next(iter(least_of(place.policy).values()), 0), retired)
        succeed(place, new.verifier, path, retired)
    return _place(home)


def _cannot_hand_over() -> LogTrouble:
    return LogTrouble(Text(zh="旧密钥读不出，不能由它移交；请用 qingfeng notary lost 由两名管理员说明。",
                           en="The old key cannot be read and hands nothing over: two administrators explain it (qingfeng "
                              "notary lost)."))  # fmt: skip


def _must_cover(place: Place, office: Office, step: Step, head: Checkpoint) -> None:
    with office.store.read() as look:
        index = look.place(STREAM, step.seq)
    if index is None or index >= head.size:
        raise LogTrouble(Text(zh="宣布新密钥的记录还没有入日志，旧密钥仍然有效；请稍后再运行一次。",
                              en="The announcement is not in the log yet and the old key is still the log's: run this again "
                                 "shortly."))  # fmt: skip


def _either(place: Place, new: Verifier, text: str) -> Checkpoint:
    """Return what the head says under the old key, or under the new one where handing over broke off."""
    try:
        return place.reader.opened(text)
    except LogTrouble:
        try:
            return opened_head(text, key=new, digest=place.digest)[0]
        except BadNote as error:
            raise not_our_head(str(error)) from error


def _handed_over(place: Place) -> bool:
    """Return whether the head is under the new key already: handing over broke off between head and settings."""
    try:
        place.reader.state()
    except LogTrouble:
        return True
    return False


def _unfinished(place: Place, office: Office) -> Step | None:
    """Return the step after the key that the settings name, None if that is the last."""
    with office.store.read() as look:
        steps = _read(look)[1]
    return next((one for one in steps[::-1] if one.old == place.key.vkey), None)


def _present(place: Place) -> Signer | None:
    """Return the log's key, None when it cannot be read (then `lost` is the way)."""
    try:
        signer = log_signer(place.key_file)
    except LogTrouble:
        return None
    return signer if signer.verifier.vkey == place.key.vkey else None


def _place(home: Path) -> Place:
    place = place_in(home)
    assert place is not None, "whoever calls has seen that there is a log"
    return place


def doubts(place: Place, look: ReadTx) -> Iterator[Text]:
    """Say of each key before the present one what does not hold: its note, its last head, its announcement in the log."""
    _, steps, _ = _read(look)
    by = {(one.old, one.new): one for one in steps}
    keys = [*(one.key for one in place.retired), place.key]
    for number, (former, new) in enumerate(zip(place.retired, keys[1:], strict=True), start=1):
        step, name = by.get((former.key.vkey, new.vkey)), note_path(place, number).name
        if step is None:
            yield Text(
                zh=f"第{number}把密钥被换掉，日志里却没有宣布或说明",
                en=f"key {number} was replaced, and the log neither announces nor explains it",
            )
            continue
        try:
            said = succession_of(note_path(place, number).read_bytes(), LOG_KINDS, vouched=step.announced)
            root = Tree(place.folder.read, former.size, place.digest).root()
        except (OSError, BadNote, BadTile, LogTrouble) as error:
            yield Text(zh=f"{name} 缺失或不成立（{error}）", en=f"{name} is missing or does not stand: {error}")
            continue
        if said != Succession(former.key, new, (former.size, root)):
            yield Text(
                zh=f"{name} 与日志或设置（notary.json）不符：换钥的位置被改过",
                en=f"{name} differs from the log or the settings: where the key changed was altered",
            )
        index = look.place(STREAM, step.seq)
        if step.announced and (index is None or index >= former.size):
            yield Text(
                zh=f"第{number}把密钥的接替不在它自己签的日志里", en=f"what key {number} announced is not in the log that it signed"
            )
        if step.confirmed_by == step.by:
            yield Text(
                zh=f"第{number}把密钥的遗失由同一人提出和确认", en=f"the loss of key {number} was proposed and confirmed by one person"
            )


def followed(place: Place, trusted: Verifier) -> Place:
    """Return a log, with its policy from elsewhere, as somebody sees it who knows that policy: each note of succession after the trusted
    key has to be signed by the key before.

    Raises LogTrouble where the chain breaks: then the reader needs the new key from elsewhere too.
    """
    keys = [one.key.vkey for one in place.retired]
    start = keys.index(trusted.vkey) if trusted.vkey in keys else len(keys)
    named = {one.key.vkey for one in place.policy.logs}
    retired, key = [one for one in place.retired[:start] if one.key.vkey in named], trusted
    for number in range(start + 1, len(keys) + 1):
        path = note_path(place, number)
        try:
            said = succession_of(path.read_bytes(), LOG_KINDS)
            if said.old.vkey != key.vkey or said.head is None:
                raise BadNote("it hands over another key")
        except (OSError, BadNote) as error:
            raise LogTrouble(Text(
                zh=f"名单上的公钥已被更换，而{path.name}不足以证明由它移交（{error}）：旧密钥遗失或被盗的，请从别处另取新名单。",
                en=f"The key of this policy was replaced, and {path.name} does not prove that it handed over ({error}): "
                "if it was lost, get a new policy from elsewhere.")) from error  # fmt: skip
        retired.append(Retired(key, said.head[0]))
        key = said.new
    return replace(place, key=key, retired=tuple(retired))
