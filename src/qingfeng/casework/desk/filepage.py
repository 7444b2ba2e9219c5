"""One file of a case: where it is named, by whom it came in, and from hand to hand; what its bytes are the shelf says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from qingfeng.catalogue.power import FieldType
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.shape import word_of
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from ..history import act_name
from ..office import UnknownThing
from .rules import acts_in
from .said import lines_of, plain

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHAIN = ("registers", "takes", "hands", "accepts", "shows", "returns")


@dataclass(frozen=True, slots=True)
class Mention:
    """An act that names the file.  same: None where no hash is said."""

    seq: int
    act: Text
    field: Text
    who: Text
    at: datetime
    entered: datetime
    words: tuple[tuple[Text, Text], ...]
    same: bool | None = True


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file.  chain: what happened to the item of evidence that it is, in order."""

    digest: str
    name: Text
    item: str | None
    mentions: tuple[Mention, ...]
    chain: tuple[Mention, ...]

    @property
    def first(self) -> Mention:
        """The act by which it came in."""
        return self.mentions[0]

    @property
    def swapped(self) -> bool:
        """True if an act of the chain shows another hash than the one registered."""
        return any(one.same is False for one in self.chain)


def hashes_in(case: Case, event: Event) -> Iterator[tuple[str, Text, str]]:
    """Yield (field, its name, digest) of every file that an act names."""
    word = word_of(case.version, event.act)
    for field in word.fields if word is not None else ():
        value = event.data.get(field.id)
        if field.type is FieldType.FILE and value:
            yield field.id, field.name, str(value)
        elif field.type is FieldType.LINES:
            yield from ((field.id, field.name, str(one)) for one in value or () if _DIGEST.fullmatch(str(one)))


def paper_name(name: Text) -> Text:
    """Return what a file is, from the name of the field that holds its hash."""
    en = name.en.removeprefix("Hash of the ").removeprefix("Hash of ").removesuffix(" (hash)").removesuffix(" hash")
    return Text(zh=name.zh.removesuffix("校验值") or name.zh, en=en)


def paper_of(case: Case, event: Event, name: Text) -> Text:
    """Return what a file is and of which act: many are just a document."""
    short, act = paper_name(name), act_name(case, event)
    item = event.data.get("evidence_no")
    more = f" {item}" if item else ""
    return Text(zh=f"{act.zh}·{short.zh}{more}", en=f"{act.en}: {short.en}{more}")


def file_page(case: Case, controls: Sequence[Control], people: People, digest: str) -> FilePage:
    """Return the page of a file that the case names.  Raises UnknownThing."""
    acts = [e for e in case.events if e.kind == ACT]
    found = [(e, name) for e in acts for _, name, one in hashes_in(case, e) if one == digest]
    if not found:
        raise UnknownThing("本案没有这个文件", "this case names no such file")
    event = found[0][0]
    item = next((str(e.data["evidence_no"]) for e, _ in found if e.data.get("evidence_no")), None)
    moves = frozenset(act for setting in _CHAIN for act in acts_in(controls, ("evidence_custody",), setting))
    chain = [
        e for e in acts if item is not None and e.data.get("evidence_no") == item and (not moves or e.act in moves)
    ]
    return FilePage(
        digest,
        found[0][1]
        if item is None
        else Text(zh=f"{found[0][1].zh.removesuffix('校验值')} {item}", en=f"{found[0][1].en} {item}"),
        item,
        tuple(_mention(case, e, name, people, None) for e, name in found),
        tuple(_mention(case, e, act_name(case, e), people, _registered(event)) for e in chain),
    )


def _registered(event: Event) -> str | None:
    return str(event.data["evidence_hash"]) if event.data.get("evidence_hash") else None


def _mention(case: Case, event: Event, name: Text, people: People, registered: str | None) -> Mention:
    post = case.version.posts.get(event.post or "")
    who = people.name(event.actor) if event.actor else ""
    shown = {
        k: v
        for k, v in event.data.items()
        if k in ("evidence_no", "custodian", "condition", "place", "reasons", "evidence_source", "obtained_on")
    }
    said = event.data.get("evidence_hash")
    return Mention(
        event.seq,
        act_name(case, event),
        name,
        Text(zh=f"{who}（{post.name.zh}）", en=f"{who} ({post.name.en})") if post else plain(who),
        event.at,
        event.entered,
        tuple((line.name, line.value) for line in lines_of(case.version, event.act, shown, people)),
        None if said is None or registered is None else said == registered,
    )
