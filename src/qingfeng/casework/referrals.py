"""What of a tip is passed on: a summary without the reporter, a copy of its own for each who gets it, every opening laid down.

The inspector writes the summary; the system refuses words that give a reporter away at first sight (numbers, addresses, his own “I”),
refuses whoever may not have the tip in hands (recipients.barred), and marks each copy (marks), so that one that leaks names its holder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from unicodedata import normalize

from qingfeng.engine.event import Event
from qingfeng.terms.instants import local_day, start_of_day
from qingfeng.terms.names import plain_name
from qingfeng.terms.text import Text, hazards

from . import marks
from .office import Office, UnknownThing, event_of
from .ports import ReadTx, WriteTx
from .recipients import WHY, barred
from .tipkeys import BadTip, chart
from .tips import PASSED, STREAM, must_read

REFERRALS = "referrals"
REFERRED, COPY_OPENED = "referred", "referral_opened"
LEAST, MOST, MOST_COPIES = 10, 5_000, 20
_GIVES_AWAY: Sequence[tuple[re.Pattern[str], Text]] = (
    (re.compile(r"(?<!\d)1[3-9]\d(?:[-\s.·]?\d){8}(?!\d)"), Text(zh="手机号码", en="a mobile number")),
    (re.compile(r"(?<!\d)\d(?:[-\s.·]?\d){16}[-\s.·]?[\dXx](?!\d)"), Text(zh="身份证号码", en="an identity number")),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"), Text(zh="电话号码", en="a telephone number")),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), Text(zh="电子邮箱", en="a mail address")),
    (re.compile(r"(?i)(微信|微|薇信|威信|加v|\bvx|\bwx|wechat|QQ|扣扣)号?[:\s]*[a-z0-9][\w-]{4,}"), Text(zh="微信、QQ号", en="an account of a messenger")),
    (re.compile(r"本人|我是|我叫|我的|我们|俺|(举报|反映|投诉|检举)(人|者)(姓|叫|是|为|系|名|:)"),
     Text(zh="反映人自己的口气（本人、我）", en="the reporter's own “I”")),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its number, of which mailbox, to whom (an officer, or a body by name), its place among its fellows, how often opened."""

    number: int
    mailbox: str
    officer: str | None
    to: str
    place: int
    by: str
    day: date
    text: str
    opened: int = 0


def refer(
    office: Office, mailbox: str, text: str, *, accused: Collection[str], officers: Sequence[str], bodies: Sequence[str],
    by: str, at: datetime,
) -> Sequence[Copy]:  # fmt: skip
    """Pass a summary on; return the copies.  Raises BadTip, UnknownThing, StoreError."""
    words = text.strip()
    if not LEAST <= len(words) <= MOST or hazards(words.replace("\n", "").replace("\r", "")):
        raise BadTip(f"摘要须有{LEAST}至{MOST}字", f"a summary has {LEAST} to {MOST} characters")
    plain = normalize("NFKC", words)
    for pattern, what in _GIVES_AWAY:
        if pattern.search(plain):
            raise BadTip(f"摘要里有{what.zh}，可能认出反映人，没有转出；请改成第三人称的摘要", f"the summary holds {what.en}: nothing was passed on")
    names = [one.strip() for one in bodies if one.strip()]
    if not 0 < len(officers) + len(names) <= MOST_COPIES or any(len(one) > 60 or hazards(one) for one in names):
        raise BadTip(f"请选择转给谁（1至{MOST_COPIES}个）", "choose to whom it is passed on")
    with office.store.write() as tx:
        must_read(tx, mailbox, by)
        _must_be_apart(office, tx, accused, officers, day=local_day(at))
        _must_not_name(office, tx, plain, officers, names, day=local_day(at))
        people = office.registry(tx).people
        tx.lock(REFERRALS)
        to = [(who, people.name(who)) for who in dict.fromkeys(officers)] + [(None, name) for name in dict.fromkeys(names)]
        copies = [Copy(int.from_bytes(office.salts(5), "big"), mailbox, who, name, place, by, local_day(at), words)
                  for place, (who, name) in enumerate(to)]  # fmt: skip
        for one in copies:
            data = {"number": f"{one.number:010x}", "mailbox": mailbox, "officer": one.officer, "to": one.to, "place": one.place,
                    "accused": sorted(accused), "text": words}  # fmt: skip
            _append(office, tx, REFERRALS, REFERRED, data, by=by, at=at, private=frozenset({"text"}))
        _append(office, tx, STREAM + mailbox, PASSED, {"copies": len(copies)}, by=by, at=start_of_day(local_day(at)))
    return copies


def _must_be_apart(office: Office, tx: ReadTx, accused: Collection[str], officers: Collection[str], *, day: date) -> None:
    """Fail where a copy would come to whom the tip concerns or who is close to him.  Raises BadTip."""
    people = office.registry(tx).people
    if any(not people.in_service(one, day) for one in [*officers, *accused]):
        raise BadTip("所选的人不在本单位任职", "somebody chosen does not serve here")
    if officers and not accused:
        raise BadTip("转给本单位人员的，请先选被反映的人，好核对该不该转给他", "to pass it on inside, say first whom it concerns")
    out = barred(chart(office, tx, day=day), accused)
    for one in officers:
        if one in out:
            name, why = people.name(one), WHY[out[one]]
            raise BadTip(f"{name}是{why.zh}，不能转给他", f"{name} is {why.en}: it is not passed on to him")


def _must_not_name(office: Office, tx: ReadTx, text: str, officers: Collection[str], bodies: Collection[str], *, day: date) -> None:
    """Fail where a copy would come to somebody whom its words name, or to an officer here by name, as if he were a body.  Raises BadTip."""
    people = office.registry(tx).people
    serving = {who: plain_name(people.name(who)) for who in people.names if people.in_service(who, day)}
    words = plain_name(text)
    for who in officers:
        if serving.get(who) and serving[who] in words:
            name = people.name(who)
            raise BadTip(f"摘要里写到{name}，不能转给他；请核对被反映的人", f"the summary names {name}: it is not passed on to him")
    for body in bodies:
        if any(name and name in plain_name(body) for name in serving.values()):
            raise BadTip(f"“{body[:30]}”是本单位人员；请在人员里选，好核对该不该转给他",
                         f"{body[:30]!r} serves here: choose him among the officers, who are checked")  # fmt: skip


def copies(tx: ReadTx) -> Sequence[Copy]:
    """Return every copy there is, in order, with how often it was opened."""
    found: dict[int, Copy] = {}
    opened: dict[int, int] = {}
    for event in map(event_of, tx.events(REFERRALS)):
        data = event.data
        number = int(str(data["number"]), 16)
        if event.kind == REFERRED:
            found[number] = Copy(number, str(data["mailbox"]), data.get("officer"), str(data["to"]), int(data["place"]), str(event.actor),
                                 local_day(event.at), str(data.get("text", "")))  # fmt: skip
        else:
            opened[number] = opened.get(number, 0) + 1
    return [replace(one, opened=opened.get(number, 0)) for number, one in found.items()]


def handed_to(tx: ReadTx, who: str) -> Sequence[Copy]:
    """Return the copies that an officer may open: his own."""
    return [one for one in copies(tx) if one.officer == who]


def open_copy(office: Office, number: int, *, by: str, at: datetime) -> str:
    """Return the text of a copy to its holder, or of a body's copy to who passes it on, and lay down that he opened it.

    Raises UnknownThing, StoreError."""
    with office.store.write() as tx:
        tx.lock(REFERRALS)
        one = next((one for one in copies(tx) if one.number == number), None)
        if one is None or by != (one.officer or one.by):
            raise UnknownThing("没有这份摘要", "there is no such summary")
        _append(office, tx, REFERRALS, COPY_OPENED, {"number": f"{number:010x}"}, by=by, at=at)
    return marks.marked(one.text, number=one.number, place=one.place, to=one.to)


def whose(tx: ReadTx, text: str) -> tuple[Sequence[Copy], bool]:
    """Return whose copies a text may come from, and whether that is sure: by its number, else by its turns of phrase alone."""
    found, known = marks.read(text), copies(tx)
    sure = [one for one in known if one.number in found.numbers]
    return (sure, True) if sure else ([one for one in known if marks.fits(found, one.place)], False)


def times_passed_on(tx: ReadTx, mailbox: str) -> int:
    """Return how many copies of a summary of a tip were passed on: told to its reporter."""
    return sum(int(event.data["copies"]) for event in map(event_of, tx.events(STREAM + mailbox)) if event.kind == PASSED)


def _append(
    office: Office, tx: WriteTx, stream: str, kind: str, data: Mapping[str, object], *, by: str, at: datetime,
    private: frozenset[str] = frozenset(),
) -> None:  # fmt: skip
    office.append(tx, Event(
        stream=stream, seq=tx.head(stream) + 1, kind=kind, act=kind, at=at, entered=at, actor=by, private=private,
        data={name: value for name, value in data.items() if value is not None}))  # fmt: skip
