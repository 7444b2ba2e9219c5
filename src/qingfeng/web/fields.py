"""Forms that derive from the catalogue: every field of an act as an input, and back from what was sent to plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from qingfeng.casework.desk.aid import NO_AID, Aid, Row
from qingfeng.catalogue.power import ActWord, Field, FieldType, PowerVersion
from qingfeng.engine.case import Case
from qingfeng.engine.event import ACT
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from . import agency

PREFIX = "f."
_PAIRS = (FieldType.QUANTITIES, FieldType.ANSWERS)
RADIO_AT_MOST = 5
FOLDED_FROM = 8
"""So many people who are not near at hand are folded away, or stand under a heading of their own where one is chosen."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    name: Text


@dataclass(frozen=True, slots=True)
class Input:
    """One field as an input.  kind: text note date instant money count radio select pick officers pairs rows lines codes file."""

    id: str
    name: Text
    kind: str
    required: bool
    personal: bool
    value: Any
    options: tuple[Option, ...] = ()
    hint: Text | None = None
    wanted: bool = False  # a rule asks for it or every honest course says it: it is shown open
    rows: tuple[Row, ...] = ()  # of kind rows: what is to be answered, item by item
    example: str = ""
    known: bool = False  # filled in from the record: to be checked
    note: Text | None = None  # what to know, so that nobody has to guess
    usual: bool = False  # may be left empty, but nobody does
    near: int = 0  # so many of the people offered first fit; 0: all of them, or none

    @property
    def first(self) -> bool:
        """True if it is shown open."""
        return self.required or self.wanted

    @property
    def input_name(self) -> str:
        """Its name in the form."""
        return PREFIX + self.id

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is chosen, for inputs of several."""
        return tuple(map(str, self.value)) if isinstance(self.value, list | tuple) else (str(self.value),) if self.value else ()

    @property
    def others(self) -> tuple[Option, ...]:
        """The people beside those who fit: folded away, for there are many."""
        return self.options[self.near :] if 0 < self.near <= len(self.options) - FOLDED_FROM else ()

    @property
    def fitting(self) -> tuple[Option, ...]:
        """The people who are shown at once."""
        return self.options[: len(self.options) - len(self.others)]

    @property
    def unfolded(self) -> bool:
        """True if somebody beside those who fit is chosen."""
        return any(option.value in self.chosen for option in self.others)

    @property
    def typed(self) -> tuple[str, ...]:
        """What is chosen beside the options."""
        offered = {option.value for option in self.options}
        return tuple(one for one in self.chosen if one not in offered)

    @property
    def answered(self) -> tuple[tuple[Row, str, str], ...]:
        """Each item of kind rows with what is answered to it, and that again if it is none of what is offered."""
        told = self._pairs
        said = [(row, told.get(row.key, "")) for row in self.rows]
        return tuple((row, one, "" if one in {value for value, _ in row.options} else one) for row, one in said)

    @property
    def beside(self) -> str:
        """What is answered beside the items, as lines."""
        keys = {row.key for row in self.rows}
        return "\n".join(f"{key}: {said}" for key, said in self._pairs.items() if key not in keys)

    @property
    def _pairs(self) -> Mapping[str, str]:
        told = _pairs(self.value) if isinstance(self.value, str) else self.value
        return {str(k): str(v) for k, v in told.items()} if isinstance(told, Mapping) else {}


_HINTS: Mapping[FieldType, Text] = {
    FieldType.MONEY: Text(zh="元，如 5000.00", en="yuan, such as 5000.00"),
    FieldType.LINES: Text(zh="每行一条", en="one a line"),
    FieldType.CODES: Text(zh="编号，几个的用逗号分开", en="ids, comma between several"),
    FieldType.QUANTITIES: Text(zh="每行“编号: 数量”，如 G1: 20", en="one “id: number” a line, such as G1: 20"),
    FieldType.ANSWERS: Text(zh="每行“编号: 内容”，如 E3: 与待证事实无关", en="one “id: answer” a line, such as E3: not relevant"),
    FieldType.FILE: Text(zh="选择文件，系统计算校验值并保存", en="choose a file: its hash is taken and it is kept"),
    FieldType.INSTANT: Text(zh="日期和时间", en="date and time"),
}  # fmt: skip


def inputs(
    version: PowerVersion, word: ActWord, people: People, day: date, *, given: Mapping[str, Any], case: Case | None = None,
    aid: Aid = NO_AID,
) -> tuple[Input, ...]:  # fmt: skip
    """Return the inputs of an act: those that must be filled in first, the others in the order of the catalogue."""
    made = [_input(f, word, version, people, day, given, case, aid) for f in word.fields]
    return tuple(sorted(made, key=lambda one: (not one.required, not one.wanted)))


def _input(
    f: Field, word: ActWord, version: PowerVersion, people: People, day: date, given: Mapping[str, Any], case: Case | None,
    aid: Aid,
) -> Input:  # fmt: skip
    value = given.get(f.id, "")
    options: tuple[Option, ...] = ()
    kind, near = f.type.value, 0
    match f.type:
        case FieldType.CHOICE:
            options = tuple(Option(key, f.choices[key]) for key in in_order(f.choices))
            kind = "radio" if len(options) <= RADIO_AT_MOST else "select"
        case FieldType.OFFICER | FieldType.OFFICERS:
            named, out = value if isinstance(value, list | tuple) else (value,), aid.kept_out.get(f.id, frozenset())
            able = tuple(one for one in officers(version, people, day) if one.value not in out or one.value in named)
            first = aid.first.get(f.id, ())
            options, near = _nearest(able, first), sum(one.value in first for one in able)
            kind = "officer" if f.type is FieldType.OFFICER else "officers"
        case FieldType.CODES:
            options = _offered(aid, f.id) or _said_before(case, f.id)
        case FieldType.TEXT:
            options = _offered(aid, f.id)
            listed = f.id not in aid.open_to and value in ("", *(one.value for one in options))
            kind = ("select" if listed else "pick") if options else kind
        case FieldType.QUANTITIES | FieldType.ANSWERS:
            odd = isinstance(value, str) and isinstance(_pairs(value), str)  # what cannot be read is shown as it was written
            kind = "pairs" if odd or f.id not in aid.rows else "rows"
    name = _paper_name(f.name) if f.type is FieldType.FILE else f.name
    return Input(f.id, name, kind, f.id in word.required, f.personal, value, options, _HINTS.get(f.type), f.id in aid.wanted,
                 rows=aid.rows.get(f.id, ()), example=aid.examples.get(f.id, ""), known=f.id in aid.known,
                 note=aid.notes.get(f.id), usual=f.id in aid.usual, near=near)  # fmt: skip


_SCALES = (
    ("very_good", "good", "fair", "bad", "very_bad"), ("for", "against", "abstain"), ("adopted", "rejected", "deferred"),
    ("punish", "no_punishment", "not_established", "withdraw", "refer"),
)  # fmt: skip
"""Answers that have an order of their own: what is published keeps its keys by the alphabet."""


def in_order(choices: Mapping[str, Text]) -> list[str]:
    """Return what may be chosen, from one end of its scale to the other, where it is on one; the rest comes last."""
    scale = next((one for one in _SCALES if set(choices) <= set(one)), None)
    return sorted(choices, key=scale.index) if scale is not None else sorted(choices, key="other".__eq__)


def _paper_name(name: Text) -> Text:
    """Return the name of a field of a file as it is chosen: the paper, not its hash, which nobody types."""
    zh, en = name.zh.removesuffix("校验值"), name.en.removesuffix(" (hash)")
    en = en.replace("Hash of", "File of").replace(" hash", " file")
    return Text(zh=zh if zh == name.zh or zh.endswith("文件") else f"{zh}（文件）", en=en)


def _offered(aid: Aid, name: str) -> tuple[Option, ...]:
    return tuple(Option(value, told) for value, told in aid.choices.get(name, ()))


def _nearest(options: tuple[Option, ...], first: Sequence[str]) -> tuple[Option, ...]:
    """Return people with those of the case before the others."""
    place = {who: n for n, who in enumerate(first)}
    return tuple(sorted(options, key=lambda one: place.get(one.value, len(place))))


def officers(version: PowerVersion, people: People, day: date) -> tuple[Option, ...]:
    """Return everybody in service who holds a post of the power, with his posts."""
    posts: dict[str, list[str]] = {}
    for post in version.posts.values():
        for who in people.holders(post.id, day):
            posts.setdefault(who, []).append(post.id)
    def told(who: str) -> Option:
        zh = "、".join(version.posts[p].name.zh for p in posts[who])
        en = ", ".join(version.posts[p].name.en for p in posts[who])
        return Option(who, Text(zh=f"{people.name(who)}（{zh}）", en=f"{people.name(who)} ({en})"))
    return tuple(told(who) for who in posts)


_NUMBERED = {"relies_on": "evidence_no", "exhibits": "evidence_no"}


def _said_before(case: Case | None, name: str) -> tuple[Option, ...]:
    """Return the numbers that the case has given out, for a field that refers to them."""
    source = _NUMBERED.get(name)
    if case is None or source is None:
        return ()
    said = dict.fromkeys(str(e.data[source]) for e in case.events if e.kind == ACT and source in e.data)
    return tuple(Option(one, Text(zh=one, en=one)) for one in said)


@dataclass(slots=True)
class Sent:
    """What a form sent: data for the command, and what was wrong with its files."""

    data: dict[str, Any] = field(default_factory=dict)
    faults: list[Text] = field(default_factory=list)


def sent(request: HttpRequest, word: ActWord, *, files: bool = True) -> Sent:
    """Return what a form said, as plain data; an empty input says nothing.  Files are kept and become their hash, or not looked at.

    Values stay as they were written: what is wrong with them the first ring says, in one message.
    """
    told = Sent()
    sent_files = request.FILES if files and request.method == "POST" else {}  # asking a GET for files would empty what it was given to show
    for f in word.fields:
        value = _read(request.POST, f)
        upload = sent_files.get(PREFIX + f.id) if f.type is FieldType.FILE else None
        if isinstance(upload, UploadedFile):
            from qingfeng.store.files import BadFile

            try:
                value = agency.shelf().keep(upload.name or "", upload.chunks())
            except BadFile as error:
                told.faults.append(Text(zh=f"{f.name.zh}：{error.text.zh}", en=f"{f.name.en}: {error.text.en}"))
                continue
        if value not in ("", [], {}):
            told.data[f.id] = value
    known = {PREFIX + f.id for f in word.fields}
    sheets = tuple(f"{PREFIX}{f.id}:" for f in word.fields if f.type in _PAIRS)
    for name in request.POST:
        if name.startswith(PREFIX) and name not in known and not name.startswith(sheets):
            told.data[name.removeprefix(PREFIX)] = request.POST[name]  # a forged field: the first ring names it
    return told


def _read(post: QueryDict, f: Field) -> Any:
    name = PREFIX + f.id
    match f.type:
        case FieldType.OFFICERS:
            return [one for one in post.getlist(name) if one]
        case FieldType.CODES:
            return _parts([*post.getlist(name)])
        case FieldType.LINES:
            return [line.strip() for line in post.get(name, "").splitlines() if line.strip()]
        case FieldType.QUANTITIES | FieldType.ANSWERS:
            return _with_rows(post, name, _pairs(post.get(name, "")))
        case FieldType.TEXT:  # chosen from a list, or written beside it
            return next((one.strip() for one in reversed(post.getlist(name)) if one.strip()), "")
    return str(post.get(name, "")).strip()


def _with_rows(post: QueryDict, name: str, told: dict[str, str] | str) -> dict[str, str] | str:
    """Return what was written as lines with what was answered item by item."""
    if isinstance(told, str):
        return told
    lines = {key.removeprefix(f"{name}:"): post.getlist(key) for key in post if key.startswith(f"{name}:")}
    rows = {key: next((one.strip() for one in reversed(said) if one.strip()), "") for key, said in lines.items()}
    return {**{key: said for key, said in rows.items() if said}, **told}


def _parts(texts: Sequence[Any]) -> list[str]:
    joined = "\n".join(map(str, texts))
    for mark in ("，", ",", "、", "；", ";"):
        joined = joined.replace(mark, "\n")
    return [one.strip() for one in joined.splitlines() if one.strip()]


def _pairs(text: str) -> dict[str, str] | str:
    told: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        key, mark, value = line.replace("：", ":", 1).partition(":")
        if not mark or key.strip() in told:
            return text  # not as asked: the first ring says so
        told[key.strip()] = value.strip()
    return told


def as_written(word: ActWord, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return data as the inputs show it again: pairs as lines, lists as lines."""
    kinds = {f.id: f.type for f in word.fields}
    shown: dict[str, Any] = {}
    for name, value in data.items():
        if kinds.get(name) in _PAIRS and isinstance(value, Mapping):
            shown[name] = "\n".join(f"{k}: {v}" for k, v in value.items())
        elif kinds.get(name) is FieldType.LINES and isinstance(value, list):
            shown[name] = "\n".join(map(str, value))
        else:
            shown[name] = value
    return shown
