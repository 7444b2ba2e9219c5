"""What the pages of tips show: to a reporter whom it goes to and what became of it, to an inspector his keys and the name in the vault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .. import identity, referrals, tips
from ..office import Office, Registry
from ..ports import ReadTx
from ..recipients import DISCIPLINE, OUTSIDE, recipients
from ..tipkeys import chart, in_use
from ..words import listed
from .roster import post_names

ABOVE = Text(zh="上一级纪检监察机关", en="The discipline body one level up")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One whose key a tip may be sealed to, as the reporter reads it before he sends."""

    who: str
    name: str
    post: Text
    key: str
    spki: str
    outside: bool


@dataclass(frozen=True, slots=True)
class Officer:
    """One whom a reporter can point at.  keys: those that may open what concerns him, with spaces between; none: it goes one level up."""

    who: str
    name: str
    post: Text
    keys: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What a reporter's page needs so that his browser alone works out to whom he seals."""

    to: tuple[Recipient, ...]
    officers: tuple[Officer, ...]


def writing(office: Office, tx: ReadTx, *, day: date) -> Writing:
    """Return who may get a tip, and for each officer of the agency who may still get one about him."""
    registry = office.registry(tx)
    org, people, posts = chart(office, tx, day=day), registry.people, post_names(office, registry)
    to = _recipients(office, tx, day=day)
    officers = []
    for who in people.names:
        if people.in_service(who, day) and (held := people.posts_of(who, day)):
            route = recipients(org, {who})
            keys = " ".join(sorted(set(route.to.values()) if not route.up else ()))
            officers.append(Officer(who, people.name(who), listed([posts.get(one, Text(one, one)) for one in held]), keys))
    return Writing(to, tuple(sorted(officers, key=lambda one: (one.post.zh, one.name))))


def _recipients(office: Office, tx: ReadTx, *, day: date) -> tuple[Recipient, ...]:
    registry = office.registry(tx)
    org, used, posts = chart(office, tx, day=day), in_use(tx), post_names(office, registry)
    told = [Recipient(who, registry.people.name(who), post_of(registry.people, posts, who, day), key, used[who].spki, False)
            for who, key in sorted(org.keys.items())]  # fmt: skip
    if org.outside is not None:
        told.append(Recipient(OUTSIDE, ABOVE.zh, ABOVE, org.outside, used[OUTSIDE].spki, True))
    return tuple(told)


def post_of(people: People, posts: dict[str, Text], who: str, day: date) -> Text:
    """Return the post in discipline that somebody holds, in words."""
    held = [posts.get(one, Text(one, one)) for one in DISCIPLINE if one in people.posts_of(who, day)]
    return listed(held)


def targets(office: Office, tx: ReadTx, mailbox: str, *, day: date) -> Sequence[Recipient]:
    """Return whom the reporter of a mailbox seals what he adds to: its first recipients, by the keys they use now."""
    former = tips.readers(tx, mailbox)
    return [one for one in _recipients(office, tx, day=day) if one.who in former]


def told_reporter(office: Office, tx: ReadTx, mailbox: str, *, day: date) -> Sequence[Text]:
    """Return what became of a tip, for its reporter: who can open it, how often it was opened, how it ended, whether his name was read."""
    names = listed([one.post if one.outside else Text(f"{one.name}（{one.post.zh}）", f"{one.name} ({one.post.en})")
                    for one in targets(office, tx, mailbox, day=day)])  # fmt: skip
    opened, up = tips.times_opened(tx, mailbox), tips.taken_up_on(tx, mailbox)
    told = [Text(zh=f"能打开的：{names.zh or '无'}", en=f"Can open it: {names.en or 'nobody'}"),
            Text(zh=f"纪检人员打开过{opened}次", en=f"Opened by inspectors {opened} times")]  # fmt: skip
    if passed := referrals.times_passed_on(tx, mailbox):
        told.append(Text(zh=f"抹去身份的摘要已转出{passed}份，份份有记号", en=f"A summary without you was passed on in {passed} marked copies"))
    if OUTSIDE in tips.readers(tx, mailbox):
        told.append(Text(zh=f"{up}已取出送上一级" if up else "还没有送到上一级；超过十天没有送的，请写信直接寄上一级",
                         en=f"Taken to the body above on {up}" if up else
                         "Not yet taken to the body above; after ten days write there yourself"))  # fmt: skip
        answers = [one for one in tips.messages(tx, mailbox) if one.above]
        if answers:
            told.append(Text(zh=f"上一级回复了{len(answers)}次，最近一次{answers[-1].day}放回信箱",
                             en=f"Answered by the body above {len(answers)} times, last brought back on {answers[-1].day}"))  # fmt: skip
    if (end := tips.closed(tx, mailbox)) is not None:
        ground = tips.GROUNDS[end.ground]
        told.append(Text(zh=f"{end.day}办结：{ground.zh}；您再写的，重新列入待办", en=f"Closed on {end.day}: {ground.en}; writing on opens it again"))
    if identity.vault(tx, mailbox) is not None:
        reads = identity.told(tx, mailbox)
        grounds = [(one, identity.GROUNDS[cause]) for one, cause in reads]
        why = listed([Text(f"{one}，{cause.zh}", f"{one}, {cause.en}") for one, cause in grounds], zh="；", en="; ")
        told.append(Text(zh=f"您的姓名另外密封，经两名纪检人员同意开启过{len(reads)}次{'：' + why.zh if reads else ''}",
                         en=f"Your name is sealed apart; two agreed to read it {len(reads)} times{': ' + why.en if reads else ''}",
        ))  # fmt: skip
    return told


@dataclass(frozen=True, slots=True)
class Holder:
    """Another inspector who holds shares of a name: the key they are sealed to, and the key he uses now."""

    who: str
    name: str
    kid: str
    now: str
    spki: str


@dataclass(frozen=True, slots=True)
class Named:
    """The vault of a mailbox as one of its holders sees it.  own: the key that his shares are sealed to."""

    vault: identity.Vault
    own: str
    others: tuple[Holder, ...]


def named(tx: ReadTx, registry: Registry, mailbox: str, who: str) -> Named | None:
    """Return the vault of a mailbox for one who holds shares of it; None for others, and where no name was given."""
    vault = identity.vault(tx, mailbox)
    if vault is None or who not in vault.holders:
        return None
    used = in_use(tx)
    others = tuple(Holder(other, registry.people.name(other), key, used[other].id, used[other].spki)
                   for other, key in sorted(vault.holders.items()) if other != who)  # fmt: skip
    return Named(vault, vault.holders[who], others)
