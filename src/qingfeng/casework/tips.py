"""Tips to discipline supervision, encrypted in the reporter's browser to inspectors whom the tip does not concern.

The agency keeps ciphertext and a mailbox name, no more: no address, no browser, and the day instead of the time.  No private key is
here (tipkeys).  Who the recipients are follows from whom the reporter names in his browser (recipients); whom he names never comes
here.  A mailbox is named by the digest of a secret that follows from the reporter's 24 digits, so that nobody who reads the store can
answer in his place; only the holders of the keys that its first message is sealed to come to it.

Not hidden: between which two other records of the log a tip was written down, hence roughly when; and who are its recipients, hence
that it may concern one of the others.  Whoever may be suspected for being at a desk at that hour should write from elsewhere, and is
told so on the page.  Format of a sealed message: docs/adr/014-tips.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, TypeVar

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day, start_of_day
from qingfeng.terms.text import Text

from . import boxes
from .office import Office, UnknownThing, event_of
from .ports import ReadTx, WriteTx
from .recipients import OUTSIDE
from .tipkeys import BadTip, chart, holders_of

STREAM, BOX = "tip/", "tips"
TIP, REPLY, OPENED, TAKEN_UP = "tip", "tip_reply", "tip_opened", "tip_taken_up"
CLOSING, CLOSED, KEPT_OPEN = "tip_closing", "tip_closed", "tip_kept_open"
FROM_ABOVE, PASSED = "tip_answer_from_above", "tip_referred"
PASSED_ON = "passed_on"
GROUNDS: Mapping[str, Text] = {
    "registered": Text(zh="已按规定登记为线索并处置", en="Registered as a lead and dealt with as the rules say"),
    PASSED_ON: Text(zh="不属本机关管辖，已移送有管辖权的机关", en="Not ours: passed on to the body that is competent"),
    "repeated": Text(zh="与已登记的线索重复，已并入", en="Told before: joined to the lead that is registered"),
    "nothing": Text(zh="没有可查的内容（空白、测试、广告）", en="Nothing in it to look into (empty, a test, advertising)"),
}
"""Why a mailbox is closed: chosen, never written, so that no record repeats a word of a tip."""
MAX_CIPHERTEXT = 100_000
"""Characters of one sealed message in base64: some twenty thousand Chinese characters after padding."""
MAX_MESSAGES = 200
MAX_FILES, MAX_FILE = 3, 4 * 1024 * 1024
"""Files with one message; bytes of one of them, sealed: a photograph is some 500 kB once it is drawn anew without what stood behind it."""
MAX_KEYS = 40
"""Recipients of one message."""
ANSWERS = "qingfeng answers to tips v1"
MAX_ANSWERS = 200
"""Answers of the body above that come back in one file."""
HOLDERS = 3
"""Inspectors among whom a name is divided; any two of them together read it."""
_B64 = r"[A-Za-z0-9+/]{16,}={0,2}"
_BASE64 = re.compile(_B64)
_KID = "[0-9a-f]{16}"
_WRAPPED = rf"{_B64}\.{_B64}\.{_B64}\.{_B64}"  # point, salt, nonce, wrapped key
_FORMS = {
    "v": re.compile("2"),
    "nonce": _BASE64,
    "text": _BASE64,
    "boxes": re.compile(rf"{_KID}\.{_WRAPPED}( {_KID}\.{_WRAPPED}){{0,{MAX_KEYS - 1}}}"),
    "files": re.compile(rf"([0-9a-f]{{64}}\.{_B64}( [0-9a-f]{{64}}\.{_B64}){{0,{MAX_FILES - 1}}})?"),
    "idnonce": _BASE64,
    "idtext": _BASE64,
    "idshares": re.compile(rf"{_KID}\.{_KID}\.{_WRAPPED}( {_KID}\.{_KID}\.{_WRAPPED}){{5}}"),
}
_MOST = {"nonce": 64, "idnonce": 64, "text": MAX_CIPHERTEXT, "idtext": 8_000, "boxes": 20_000, "files": 600, "idshares": 4_000, "v": 1}
_NEEDED, _NAMED = frozenset({"v", "nonce", "text", "boxes"}), frozenset({"idnonce", "idtext", "idshares"})
P = TypeVar("P", boxes.Pointer, boxes.Settled)
_SECRET = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Closing:
    """That one inspector would close a mailbox, and why; another has to agree."""

    by: str
    ground: str
    day: date


@dataclass(frozen=True, slots=True)
class Message:
    """One sealed message of a mailbox.  by: None: the reporter; of an answer of the body one level up: who brought it; above: it is one."""

    seq: int
    day: date
    sealed: Mapping[str, str]
    by: str | None
    above: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the ids of the keys that open it; none of an answer, which the reporter's own key opens."""
        if "boxes" in self.sealed:
            return tuple(one.partition(".")[0] for one in self.sealed["boxes"].split())
        return (self.sealed["key"],) if self.by is None else ()

    @property
    def files(self) -> tuple[str, ...]:
        """Return the digests of the sealed files that came with it."""
        return tuple(one.partition(".")[0] for one in self.sealed.get("files", "").split())


def mailbox_of(secret: str) -> str:
    """Return the mailbox that a secret opens.  Raises BadTip."""
    if not _SECRET.fullmatch(secret):
        raise BadTip("凭证不完整，请重新输入24位数字", "the mark is not complete: enter the 24 digits again")
    return sha256(bytes.fromhex(secret)).hexdigest()


def files_of(sealed: Mapping[str, object]) -> list[str]:
    """Return the digests of the sealed files that a message says come with it.  Raises BadTip."""
    said = sealed.get("files", "")
    if not isinstance(said, str) or len(said) > _MOST["files"] or not _FORMS["files"].fullmatch(said):
        raise _unsealed()
    return [one.partition(".")[0] for one in said.split()]


def send(office: Office, secret: str, sealed: Mapping[str, object], *, at: datetime) -> str:
    """Keep a sealed message of a reporter; return the mailbox.  Raises BadTip, StoreError."""
    mailbox, day = mailbox_of(secret), start_of_day(local_day(at))
    with office.store.write() as tx:
        org = chart(office, tx, day=local_day(at))
        holders = {key: who for who, key in org.keys.items()} | ({org.outside: OUTSIDE} if org.outside is not None else {})
        kept = _checked(sealed, holders)
        message = Message(0, local_day(at), kept, None)
        to = {holders[key] for key in message.keys}
        tx.lock(STREAM + mailbox)
        if tx.head(STREAM + mailbox) >= MAX_MESSAGES:
            raise BadTip("这个信箱已满，请另写一件", "this mailbox is full: begin another")
        former = readers(tx, mailbox)
        if former and not to <= former:
            raise BadTip("续写的内容只能封给第一次的收件人，请重新打开页面", "what is added goes to the first recipients only: open the page anew")
        _append(office, tx, STREAM + mailbox, TIP, kept, by=None, at=day)
        boxes.put(office, tx, BOX, mailbox, power="", what="up" if to == {OUTSIDE} else "tip", at=day)
    return mailbox


def readers(tx: ReadTx, mailbox: str) -> frozenset[str]:
    """Return who come to a mailbox: the holders of the keys of its first message; nobody if there is no such mailbox."""
    return of_many(tx, [mailbox]).get(mailbox, frozenset())


def of_many(tx: ReadTx, mailboxes: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """Return who come to each of some mailboxes, read at one go."""
    holders, first = holders_of(tx), tx.events_at([(STREAM + one, 1) for one in mailboxes])
    told = {stream.removeprefix(STREAM): _message(event_of(row)) for (stream, _), row in first.items()}
    return {mailbox: frozenset(who for key in one.keys for who in holders.get(key, ())) for mailbox, one in told.items()}


def waiting(office: Office, tx: ReadTx, who: str, *, today: date) -> Sequence[boxes.Pointer]:
    """Return the mailboxes that wait for an inspector; of one that is not sealed to him he is not told."""
    return _mine(tx, who, boxes.waiting(office, tx, BOX, today=today))


def settled(office: Office, tx: ReadTx, who: str, *, today: date) -> Sequence[boxes.Settled]:
    """Return the mailboxes closed last of those that are sealed to an inspector."""
    return _mine(tx, who, boxes.settled(office, tx, BOX, today=today))


def _mine(tx: ReadTx, who: str, found: Sequence[P]) -> list[P]:
    readers_ = of_many(tx, [one.number for one in found])
    return [one for one in found if who in readers_.get(one.number, ())]


def gone_up(office: Office, tx: ReadTx, *, today: date) -> list[str]:
    """Return the mailboxes that only the body one level up can open and has not answered: who takes one and drops it does not bury it."""
    return [one.number for one in boxes.waiting(office, tx, BOX, today=today) if one.what in ("up", "above")]


def take_up(office: Office, *, by: str, at: datetime) -> Mapping[str, Sequence[Message]]:
    """Return what is sealed to the body one level up, lay down who took it there; the reporters are told the day.  Raises StoreError."""
    day, told = start_of_day(local_day(at)), {}
    with office.store.write() as tx:
        for mailbox in gone_up(office, tx, today=local_day(at)):
            tx.lock(STREAM + mailbox)
            told[mailbox] = messages(tx, mailbox)
            _append(office, tx, STREAM + mailbox, TAKEN_UP, {}, by=by, at=day)
            boxes.put(office, tx, BOX, mailbox, power="", what="above", at=day)
    return told


def reply(office: Office, mailbox: str, sealed: Mapping[str, object], *, by: str, at: datetime) -> None:
    """Keep an answer of discipline, sealed to the reporter.  Raises BadTip, UnknownThing, StoreError."""
    day = start_of_day(local_day(at))
    with office.store.write() as tx:
        must_read(tx, mailbox, by)
        _append(office, tx, STREAM + mailbox, REPLY, _reply(sealed), by=by, at=day)
        boxes.put(office, tx, BOX, mailbox, power="", what="answered", at=day)  # an answer alone closes nothing


def bring_back(office: Office, told: Mapping[str, Any], *, by: str, at: datetime) -> int:
    """Put answers of the body one level up into the mailboxes that were taken there, all or none; return how many are new.

    told: what its page wrote (web/static/tip_above.js): `kind`, and `answers`, a list of `mailbox` and `sealed`.  They are sealed to the
    reporters with keys that only the body above has read: whoever brings them can neither read them nor write one that opens.
    Raises BadTip, StoreError.
    """
    answers = told.get("answers")
    if told.get("kind") != ANSWERS or not isinstance(answers, list) or not 0 < len(answers) <= MAX_ANSWERS:
        raise BadTip("这不是上一级的回复文件，没有放入；请用上一级交来的 tips-answers 文件",
                     "this is no file of answers from the body above: nothing was put in")  # fmt: skip
    day, new = start_of_day(local_day(at)), 0
    with office.store.write() as tx:
        for one in answers:
            new += _from_above(office, tx, one if isinstance(one, dict) else {}, by=by, at=day)
    return new


def _from_above(office: Office, tx: WriteTx, one: Mapping[str, Any], *, by: str, at: datetime) -> bool:
    mailbox, sealed = one.get("mailbox"), one.get("sealed")
    if not isinstance(mailbox, str) or not _SECRET.fullmatch(mailbox) or not isinstance(sealed, dict):
        raise _unsealed()
    kept = _reply(sealed)
    tx.lock(STREAM + mailbox)
    if OUTSIDE not in readers(tx, mailbox) or taken_up_on(tx, mailbox) is None:
        raise BadTip("回复文件里有的信箱没有送到过上一级，全部没有放入；请核对是不是本单位的文件",
                     "the file answers a mailbox that was never taken to the body above: nothing was put in")  # fmt: skip
    past = messages(tx, mailbox)
    if any(message.above and message.sealed == kept for message in past):
        return False  # the same file once more
    if tx.head(STREAM + mailbox) >= MAX_MESSAGES:
        raise BadTip("有的信箱已满，全部没有放入", "a mailbox is full: nothing was put in")
    _append(office, tx, STREAM + mailbox, FROM_ABOVE, kept, by=by, at=at)
    boxes.take(office, tx, BOX, mailbox, by=by, at=at)
    return True


def propose_closing(office: Office, mailbox: str, ground: str, *, by: str, at: datetime) -> None:
    """Propose to close a mailbox.  Raises BadTip, UnknownThing, StoreError."""
    if ground not in GROUNDS:
        raise BadTip("请选择办结的情形", "choose why it is closed")
    day = start_of_day(local_day(at))
    with office.store.write() as tx:
        tx.lock(STREAM + mailbox)
        must_read(tx, mailbox, by)
        _must_wait(office, tx, mailbox, at)
        if not can_be_two(office, tx, mailbox, day=local_day(at)):
            if ground == PASSED_ON and not any(event.kind == PASSED for event in map(event_of, tx.events(STREAM + mailbox))):
                raise BadTip("还没有移送，不能按“已移送”办结；请先移送",
                             "nothing was passed on yet, so it cannot be closed as passed on: pass it on first")  # fmt: skip
            if ground != PASSED_ON:
                raise BadTip("这件举报只有您一人能打开，不能自己办结；请移送上一级，情形选“已移送”",
                             "you alone can open this one, so you do not close it: pass it up, and choose “passed on”")  # fmt: skip
            _append(office, tx, STREAM + mailbox, CLOSED, {"ground": ground}, by=by, at=day)
            boxes.take(office, tx, BOX, mailbox, by=by, at=day)
            return
        _append(office, tx, STREAM + mailbox, CLOSING, {"ground": ground}, by=by, at=day)
        boxes.put(office, tx, BOX, mailbox, power="", what="closing", at=day)


def decide_on_closing(office: Office, mailbox: str, *, confirm: bool, by: str, at: datetime) -> None:
    """Close a mailbox that another inspector proposed to close, having opened it, or keep it open.

    Raises BadTip, UnknownThing, StoreError.
    """
    day = start_of_day(local_day(at))
    with office.store.write() as tx:
        tx.lock(STREAM + mailbox)
        must_read(tx, mailbox, by)
        waits = closing(tx, mailbox)
        if waits is None:
            raise BadTip("没有待确认的办结，或者举报人又写了新的内容", "nobody proposes to close it, or the reporter has written more")
        if confirm and waits.by == by:
            raise BadTip("提出办结的人不能自己确认；请另一名纪检人员打开信箱后确认",
                         "who proposes it does not confirm it: another inspector opens the mailbox and confirms")  # fmt: skip
        if confirm and not _has_opened(tx, mailbox, by):
            raise BadTip("请先打开信箱，再确认办结", "open the mailbox before you confirm")
        _append(office, tx, STREAM + mailbox, CLOSED if confirm else KEPT_OPEN, {"ground": waits.ground}, by=by, at=day)
        if confirm:
            boxes.take(office, tx, BOX, mailbox, by=by, at=day)
        else:
            boxes.put(office, tx, BOX, mailbox, power="", what="tip", at=day)


def closing(tx: ReadTx, mailbox: str) -> Closing | None:
    """Return the closing of a mailbox that waits for a second inspector; what the reporter writes ends it."""
    found: Closing | None = None
    for event in map(event_of, tx.events(STREAM + mailbox)):
        if event.kind == CLOSING:
            found = Closing(str(event.actor), str(event.data["ground"]), local_day(event.at))
        elif event.kind in (TIP, CLOSED, KEPT_OPEN):
            found = None
    return found


def closed(tx: ReadTx, mailbox: str) -> Closing | None:
    """Return how and when a mailbox was closed, by whom it was agreed; what the reporter writes after that opens it again."""
    found: Closing | None = None
    for event in map(event_of, tx.events(STREAM + mailbox)):
        if event.kind in (CLOSED, TIP):
            found = Closing(str(event.actor), str(event.data["ground"]), local_day(event.at)) if event.kind == CLOSED else None
    return found


def _must_wait(office: Office, tx: WriteTx, mailbox: str, at: datetime) -> None:
    if not any(one.number == mailbox for one in boxes.waiting(office, tx, BOX, today=local_day(at))):
        raise BadTip("这个信箱已经办结", "this mailbox is closed already")


def _has_opened(tx: ReadTx, mailbox: str, who: str) -> bool:
    """True if somebody opened a mailbox since the reporter last wrote."""
    since = False
    for event in map(event_of, tx.events(STREAM + mailbox)):
        since = False if event.kind == TIP else since or (event.kind == OPENED and event.actor == who)
    return since


def opened(office: Office, mailbox: str, *, by: str, at: datetime) -> Sequence[Message]:
    """Return the messages of a mailbox to an officer of discipline and lay down that he opened it.  Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        must_read(tx, mailbox, by)
        told = messages(tx, mailbox)
        _append(office, tx, STREAM + mailbox, OPENED, {}, by=by, at=at)
        return told


def messages(tx: ReadTx, mailbox: str) -> Sequence[Message]:
    """Return the messages of a mailbox in order; none if there is no such mailbox."""
    events = [event_of(row) for row in tx.events(STREAM + mailbox)]
    return [_message(event) for event in events if event.kind in (TIP, REPLY, FROM_ABOVE)]


def _message(event: Event) -> Message:
    return Message(event.seq, local_day(event.at), {name: str(value) for name, value in event.data.items()}, event.actor,
                   above=event.kind == FROM_ABOVE)  # fmt: skip


def must_read(tx: ReadTx, mailbox: str, who: str) -> None:
    """Fail for whom a mailbox is not sealed to: to him it is not there.  Raises UnknownThing."""
    if who not in readers(tx, mailbox):
        raise _nothing()


def can_be_two(office: Office, tx: ReadTx, mailbox: str, *, day: date) -> bool:
    """True if two inspectors who serve can open a mailbox, so that one can look at what the other does."""
    return len(readers(tx, mailbox) & set(chart(office, tx, day=day).keys)) > 1


def times_opened(tx: ReadTx, mailbox: str) -> int:
    """Return how often a mailbox was opened by those whom it is sealed to: told to the reporter."""
    return sum(event_of(row).kind == OPENED for row in tx.events(STREAM + mailbox))


def taken_up_on(tx: ReadTx, mailbox: str) -> date | None:
    """Return on which day a mailbox was last taken to the body one level up, None if it was not."""
    days = [local_day(event.at) for event in map(event_of, tx.events(STREAM + mailbox)) if event.kind == TAKEN_UP]
    return days[-1] if days else None


def _checked(sealed: Mapping[str, object], known: Mapping[str, str]) -> Mapping[str, str]:
    """Return the parts of a sealed message, each what it has to be: nothing that is readable gets by.  known: holders by key."""
    named = _NAMED & set(sealed)
    if set(sealed) - set(_FORMS) or not set(sealed) >= _NEEDED or named not in (frozenset(), _NAMED):
        raise _unsealed()
    kept = {}
    for name, value in sealed.items():
        if not isinstance(value, str) or len(value) > _MOST[name] or not _FORMS[name].fullmatch(value):
            raise _unsealed()
        kept[name] = value
    to = [one.partition(".")[0] for one in kept["boxes"].split()]
    if len(set(to)) != len(to) or not set(to) <= set(known) or (len(to) > 1 and any(known[key] == OUTSIDE for key in to)):
        raise _unsealed()
    if named:
        pairs = {tuple(one.split(".")[:2]) for one in kept["idshares"].split()}
        divided = {one for pair in pairs for one in pair}
        whole = len(pairs) == HOLDERS * (HOLDERS - 1) and len(divided) == HOLDERS and all(one != other for one, other in pairs)
        if not whole or not divided <= set(to):
            raise _unsealed()
    return kept


def _reply(sealed: Mapping[str, object]) -> Mapping[str, str]:
    """Return an answer sealed to the reporter, checked."""
    kept = {name: value for name, value in sealed.items() if isinstance(value, str) and len(value) <= MAX_CIPHERTEXT}
    if set(kept) != set(sealed) or set(kept) != {"key", "nonce", "text"} or kept["key"] != "reply" or len(kept["nonce"]) > _MOST["nonce"]:
        raise _unsealed()
    if not (_BASE64.fullmatch(kept["nonce"]) and _BASE64.fullmatch(kept["text"])):
        raise _unsealed()
    return kept


def _unsealed() -> BadTip:
    return BadTip("内容没有在您的浏览器里加密，或者公钥已更换：没有接收，也没有保存任何文字。请重新打开页面再试",
                  "this was not sealed in your browser, or the key has changed: nothing was taken in. Open the page anew")  # fmt: skip


def _nothing() -> UnknownThing:
    return UnknownThing("没有这个信箱", "there is no such mailbox")


def _append(office: Office, tx: WriteTx, stream: str, kind: str, data: Mapping[str, Any], *, by: str | None, at: datetime) -> None:
    tx.lock(stream)
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, data=dict(data)))  # fmt: skip
