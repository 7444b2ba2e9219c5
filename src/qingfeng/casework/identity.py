"""The name of a reporter who gave it: sealed apart from what he tells, read by two of three inspectors together, with a reason.

His browser makes a key for the name, splits it once for each pair of the three inspectors into a random half and what makes it whole,
and seals each half to its inspector.  One alone has nothing; why no Shamir: docs/adr/014-tips.md.  The course is: one asks, with a
ground, and seals his halves to each of the others; another agrees, and seals his half to who asked; only then does the server hand out
the sealed name to the two, each time a record of its own.  The reporter is told how often, on which days and on what grounds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .office import Office, UnknownThing, event_of
from .ports import ReadTx, WriteTx
from .tipkeys import BadTip, holders_of, in_use
from .tips import STREAM, TIP, must_read

ASKED, AGREED, REFUSED, READ = "identity_asked", "identity_agreed", "identity_refused", "identity_read"
GROUNDS: Mapping[str, Text] = {
    "hear": Text(zh="须当面向举报人核实情况", en="the reporter has to be heard in person"),
    "protect": Text(zh="举报人可能受到打击报复，须采取保护措施", en="the reporter may meet with reprisals and has to be protected"),
    "answer": Text(zh="实名举报，须当面反馈处理结果", en="a signed report has to be answered in person"),
    "ordered": Text(zh="有管辖权的机关依法书面调取", en="a competent body asks for it in writing, by law"),
}
"""Why a name is read: chosen, never written, as the reporter is told of it."""
DAYS = 7
"""So long may the two read a name once another has agreed; after that it is asked for anew."""
_B64 = r"[A-Za-z0-9+/]{16,}={0,2}"
_BOX = re.compile(rf"[0-9a-f]{{16}}\.{_B64}\.{_B64}\.{_B64}\.{_B64}")
_MOST = 600


@dataclass(frozen=True, slots=True)
class Asking:
    """That a name was asked for.  to: sealed halves by inspector; agreed: by whom and when; refused: by whom."""

    seq: int
    by: str
    ground: str
    day: date
    halves: Mapping[str, str]
    agreed_by: str = ""
    agreed_at: datetime | None = None
    back: str = ""
    refused_by: str = ""
    read: int = 0

    @property
    def open(self) -> bool:
        """True while another inspector has to say yes or no."""
        return not self.agreed_by and not self.refused_by


@dataclass(frozen=True, slots=True)
class Vault:
    """The sealed name of a mailbox: of which message, which keys it is divided among, by holder, and what became of it."""

    seq: int
    sealed: Mapping[str, str]
    holders: Mapping[str, str]
    askings: tuple[Asking, ...]

    @property
    def waits(self) -> Asking | None:
        """Return the asking on which another has to decide."""
        return next((one for one in self.askings if one.open), None)


def vault(tx: ReadTx, mailbox: str) -> Vault | None:
    """Return the name that a mailbox holds, the latest if the reporter gave it again; None if he gave none."""
    found: Vault | None = None
    holders = holders_of(tx)
    for event in map(event_of, tx.events(STREAM + mailbox)):
        if event.kind == TIP and "idtext" in event.data:
            parts = {name: str(event.data[name]) for name in ("idnonce", "idtext", "idshares")}
            keys = {one.partition(".")[0] for one in parts["idshares"].split()}
            found = Vault(event.seq, parts, {who: key for key in keys for who in holders.get(key, ())}, ())
        elif found is not None and event.kind in (ASKED, AGREED, REFUSED, READ):
            found = Vault(found.seq, found.sealed, found.holders, _after(found.askings, event))
    return found


def _after(askings: tuple[Asking, ...], event: Event) -> tuple[Asking, ...]:
    day, by = local_day(event.at), str(event.actor)
    if event.kind == ASKED:
        halves = {str(who): str(box) for who, box in event.data["halves"].items()}
        return (*askings, Asking(event.seq, by, str(event.data["ground"]), day, halves))
    return tuple(_changed(one, event, by) if one.seq == int(event.data["asking"]) else one for one in askings)


def _changed(one: Asking, event: Event, by: str) -> Asking:
    if event.kind == AGREED:
        return replace(one, agreed_by=by, agreed_at=event.at, back=str(event.data["half"]))
    return replace(one, refused_by=by) if event.kind == REFUSED else replace(one, read=one.read + 1)


def ask(office: Office, mailbox: str, ground: str, halves: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Ask to read a name; halves: those of who asks, sealed to each of the others.  Raises BadTip, UnknownThing, StoreError."""
    if ground not in GROUNDS:
        raise BadTip("请选择开启身份的理由", "choose why the name has to be read")
    with office.store.write() as tx:
        found = _held(tx, mailbox, by)
        if found.waits is not None:
            raise BadTip("已经有人提出开启，正待另一名纪检人员决定", "somebody has asked already: another inspector decides")
        others = set(found.holders) - {by}
        if set(halves) != others or not all(_is_box(tx, box, who) for who, box in halves.items()):
            raise BadTip("您的密钥份额没有封给另外两名纪检人员，没有提出", "your halves are not sealed to the two others: nothing was asked")
        _append(office, tx, mailbox, ASKED, {"ground": ground, "halves": dict(halves)}, by=by, at=at)


def decide(office: Office, mailbox: str, *, agree: bool, half: str, by: str, at: datetime) -> None:
    """Agree that a name is read, sealing one's half to who asked, or refuse.  Raises BadTip, UnknownThing, StoreError."""
    with office.store.write() as tx:
        asking = _held(tx, mailbox, by).waits
        if asking is None:
            raise BadTip("没有待决定的开启申请", "nobody asks to read the name")
        if asking.by == by and agree:
            raise BadTip("提出开启的人不能自己同意；请另一名持有份额的纪检人员决定", "who asks does not agree with himself: another holder decides")
        if agree and not _is_box(tx, half, asking.by):
            raise BadTip("您的密钥份额没有封给提出人，没有同意", "your half is not sealed to who asked: nothing was agreed")
        data = {"asking": asking.seq, **({"half": half} if agree else {})}
        _append(office, tx, mailbox, AGREED if agree else REFUSED, data, by=by, at=at)


def read(office: Office, mailbox: str, *, by: str, at: datetime) -> tuple[Vault, Asking]:
    """Return the sealed name with the half of the other to one of the two who agreed, and lay down that he reads it.

    Raises BadTip when nobody has agreed, or too long ago; UnknownThing, StoreError."""
    with office.store.write() as tx:
        found = _held(tx, mailbox, by)
        agreed = [one for one in found.askings if one.agreed_at is not None and by in (one.by, one.agreed_by)]
        asking = next((one for one in reversed(agreed) if one.agreed_at is not None and at - one.agreed_at <= timedelta(days=DAYS)), None)
        if asking is None:
            raise BadTip("身份须由两名持有份额的纪检人员同意才能开启", "a name is read only when two of its holders agree")
        _append(office, tx, mailbox, READ, {"asking": asking.seq}, by=by, at=at)
        return found, asking


def _held(tx: WriteTx, mailbox: str, by: str) -> Vault:
    tx.lock(STREAM + mailbox)
    must_read(tx, mailbox, by)
    found = vault(tx, mailbox)
    if found is None:
        raise BadTip("举报人没有留下身份", "the reporter gave no name")
    if by not in found.holders:
        raise UnknownThing("没有这个信箱", "there is no such mailbox")
    return found


def _is_box(tx: ReadTx, box: str, who: str) -> bool:
    """True if something is a half sealed to the key of somebody."""
    key = in_use(tx).get(who)
    return key is not None and len(box) <= _MOST and bool(_BOX.fullmatch(box)) and box.startswith(f"{key.id}.")


def told(tx: ReadTx, mailbox: str) -> Sequence[tuple[date, str]]:
    """Return the days on which two agreed to read the name and the grounds: what the reporter is told."""
    found = vault(tx, mailbox)
    return [(local_day(one.agreed_at), one.ground) for one in (found.askings if found is not None else ()) if one.agreed_at is not None]


def _append(office: Office, tx: WriteTx, mailbox: str, kind: str, data: Mapping[str, object], *, by: str, at: datetime) -> None:
    stream = STREAM + mailbox
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data)))  # fmt: skip
