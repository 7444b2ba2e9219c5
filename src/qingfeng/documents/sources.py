"""Where the words of a document come from: the case's events up to the one it rests on, the agency, the people, its limits.

A source is written in the data files as
    act.field · *.field · this.field      what the last such act said (any act; the act the document rests on)
    day.act · time.act · who.act · post.act     when and by whom it was done (act may be `this`, or a|b)
    agency.name · given.name              what the agency says of itself; what the caller hands in
    due.limit · number.kind · sum.act.field · done.act
    rows.act.field · says.act.field       answers of a checklist: as rows of a table (item | answer), the answers only
    left.act.field.N                      what is left of N when the numbers of a checklist (points taken off) are taken away
    = text                                the text itself
    {all: [acts], say: "{day}…{field}"}   a list with one entry for every such act; with `only: {field: act.other}` for those of them
                                          whose field stands in the list that the last such act said; with `same: field` for those that
                                          say of it what the anchor says; acts may be ["*"]: all; {post} is who did it by his post,
                                          {stamp} when
    {last: {act: text or .field}}         by which of these acts was done last
    {kind: {licence: text}}               by the kind of power
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from qingfeng.catalogue import codes
from qingfeng.catalogue.power import Field, FieldType, PowerVersion
from qingfeng.engine.case import Case, evolve, fold
from qingfeng.engine.clock import clocks
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.shape import word_of
from qingfeng.terms.calendar import WorkCalendar
from qingfeng.terms.instants import local_day
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

from .kinds import FieldSpec, instruments
from .wording import day_words, listed, stamp_words, sum_words, time_words

_SAY = re.compile(r"\{([a-z_|]+)\}")
Value = str | list[str]


class Erased(Exception):
    """What a document says was erased from the record by an approved erasure."""

    def __init__(self, act: str, field_id: str) -> None:
        super().__init__(f"{act}.{field_id}")
        self.act, self.field = act, field_id


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a document may look at: a case as of its anchor, and what stands around it."""

    case: Case
    anchor: Event
    people: People
    agency: Mapping[str, Any]
    calendar: WorkCalendar
    numbers: Mapping[str, str] = field(default_factory=dict)  # kind -> number of the last one issued
    given: Mapping[str, Any] = field(default_factory=dict)
    floor: int = 0  # acts before this one do not count

    @property
    def version(self) -> PowerVersion:
        """The version of the power."""
        return self.case.version

    def events(self) -> tuple[Event, ...]:
        """Return the acts up to the anchor, which is the last; the anchor of a draft has not been recorded yet."""
        before = self.case.events[: self.anchor.seq - 1]
        return tuple(e for e in (*before, self.anchor) if e.kind == ACT and e.seq >= self.floor)

    def last(self, acts: str) -> Event | None:
        """Return the last act named so (a|b; `this` is the anchor, * any)."""
        if acts == "this":
            return self.anchor
        names = set(acts.split("|"))
        return next((e for e in reversed(self.events()) if acts == "*" or e.act in names), None)


def look_up(view: View, spec: FieldSpec) -> Value | None:
    """Return what a field says, None if no source has it.  Raises Erased."""
    if spec.since is not None:
        begun = view.last(spec.since)
        view = replace(view, floor=begun.seq if begun is not None else 0)
    for source in spec.sources:
        value = _mapped(view, source) if isinstance(source, Mapping) else _one(view, source)
        if value:
            return [value.rstrip("。；;") + "。"] if spec.listed and isinstance(value, str) else value
    return None


def _one(view: View, source: str) -> Value | None:
    if source.startswith("="):
        return source[1:].strip()
    head, _, name = source.partition(".")
    if head in _LOOKS:
        looked: Value | None = _LOOKS[head](view, name)
        return looked
    return _said(view, head, name)


def _said(view: View, acts: str, name: str) -> Value | None:
    if acts == "this":
        events: Sequence[Event] = [view.anchor]
    else:
        names = set(acts.split("|"))
        events = [e for e in reversed(view.events()) if acts == "*" or e.act in names]
    for event in events:
        if name in event.erased:
            raise Erased(event.act, name)
        if name in event.data and event.data[name] not in (None, "", [], {}):
            return written(view, event, name)
        if acts != "*":
            return None  # the last such act counts; an earlier one was superseded
    return None


def written(view: View, event: Event, name: str) -> Value:
    """Return a field of an event in words."""
    word = word_of(view.version, event.act)
    known: Field | None = next((f for f in word.fields if f.id == name), None) if word else None
    value = event.data[name]
    match known.type if known else None:
        case FieldType.MONEY:
            return sum_words(int(value))
        case FieldType.DATE:
            return day_words(date.fromisoformat(str(value)))
        case FieldType.INSTANT:
            return time_words(datetime.fromisoformat(str(value)))
        case FieldType.CHOICE:
            assert known is not None
            return known.choices[str(value)].zh
        case FieldType.OFFICER:
            return view.people.name(str(value))
        case FieldType.TEXT if str(value) in view.people.names:  # a field for anybody, in which an officer is named by his id
            return view.people.name(str(value))
        case FieldType.OFFICERS:
            return listed([view.people.name(str(v)) for v in value])

    def say(code: str) -> str:
        return codes.word(view.version, code).zh

    if name == "factors" and isinstance(value, Mapping):
        return [f"{say(key)}：{say(str(member))}" for key, member in value.items()]
    if isinstance(value, Mapping):
        return [f"{say(key)}　{_answer(member)}" for key, member in value.items()]
    if isinstance(value, list | tuple):
        return [say(str(v)) for v in value]
    return say(str(value)) if name in ("tier", "withhold_ground") else str(value)


def _answer(said: Any) -> str:
    """Return a short answer of a checklist in words; what somebody wrote stays as it is."""
    return instruments().answers.get(str(said)) or str(said)


def _pairs(view: View, acts: str) -> Mapping[str, Any]:
    """Return a field of codes and what is said of each, from the last act that says it."""
    names, _, field_id = acts.partition(".")
    for event in [view.anchor] if names == "this" else reversed(view.events()):
        if names in ("this", "*") or event.act in names.split("|"):
            if field_id in event.erased:
                raise Erased(event.act, field_id)
            if isinstance(event.data.get(field_id), Mapping):
                return dict(event.data[field_id])
            if names != "*":
                break
    return {}


def _rows(view: View, acts: str) -> list[str]:
    said = _pairs(view, acts)
    return [f"{_about(view, key)}|{_told(view, one).replace('|', '｜')}" for key, one in said.items()]


def _about(view: View, key: str) -> str:
    """Return what an answer is about: an officer by his name, a code by its word."""
    return view.people.name(key) if key in view.people.names else codes.word(view.version, key).zh


def _told(view: View, said: Any) -> str:
    """Return an answer in words: the power's own word for a code, else the common one, else as it was written."""
    own = view.version.codes.get(str(said))
    return own.zh if own is not None else _answer(said)


def _says(view: View, acts: str) -> list[str]:
    said = [_answer(said).rstrip("。；;") for said in _pairs(view, acts).values()]
    return [f"{n}．{one}。" for n, one in enumerate(said, 1)] if len(said) > 1 else [f"{one}。" for one in said]


def _left(view: View, name: str) -> str:
    acts, _, whole = name.rpartition(".")
    return str(int(whole) - sum(int(n) for n in _pairs(view, acts).values()))


def _mapped(view: View, source: Mapping[str, Any]) -> Value | None:
    if "kind" in source:
        chosen: str | None = source["kind"].get(view.version.kind)
        return chosen
    if "all" in source:
        return _entries(view, source)
    event = view.last("|".join(source["last"]))
    if event is None:
        return None
    word = str(source["last"][event.act])
    return _said(view, event.act, word[1:]) if word.startswith(".") else word


def _entries(view: View, source: Mapping[str, Any]) -> list[str]:
    """Return an entry for every act named, in words made from what it said."""
    acts = list(source["all"])
    events = [event for event in view.events() if event.act in acts or acts == ["*"]]
    if "same" in source:
        events = [event for event in events if event.data.get(source["same"]) == view.anchor.data.get(source["same"])]
    for name, where in source.get("only", {}).items():
        act, _, listing = where.partition(".")
        chosen = view.last(act)
        among = (chosen.data.get(listing) if chosen is not None else None) or ()
        events = [event for event in events if event.data.get(name) in among]
    said = [_sentence(view, event, source["say"], n) for n, event in enumerate(events, 1)]
    if "{n}" not in source["say"] and acts != ["*"]:
        said = [one for one in dict.fromkeys(said) if one]  # what was recorded anew is listed once
    return [*said[:-1], said[-1].removesuffix("；") + "。"] if said and said[-1].endswith("；") else said


def _sentence(view: View, event: Event, pattern: str, n: int) -> str:
    return _SAY.sub(lambda m: _part(view, event, m[1], n), pattern)


def _part(view: View, event: Event, names: str, n: int) -> str:
    at = {
        "n": lambda: str(n),
        "day": lambda: day_words(local_day(event.at)),
        "time": lambda: time_words(event.at),
        "who": lambda: _actor(view, event),
        "stamp": lambda: stamp_words(event.at),
        "act": lambda: _act_name(view, event.act),
        "post": lambda: _post_of(view, event),
    }
    for name in names.split("|"):
        if name in at:
            return at[name]()
        if name in event.erased:
            raise Erased(event.act, name)
        if event.data.get(name):
            value = written(view, event, name)
            said = listed(value) if isinstance(value, list) else value.rstrip("。；")
            return said.replace("|", "｜")  # what people typed parts no cells
    return ""


def _act_name(view: View, act: str) -> str:
    word = word_of(view.version, act)
    return word.name.zh if word else act


def _actor(view: View, event: Event) -> str:
    return view.people.name(event.actor) if event.actor and event.actor != "party" else "当事人"


def _day(view: View, acts: str) -> str | None:
    event = view.last(acts)
    return day_words(local_day(event.at)) if event else None


def _effective(view: View, acts: str) -> str | None:
    event = view.last(acts)
    return day_words(event.effective_day) if event else None


def _time(view: View, acts: str) -> str | None:
    event = view.last(acts)
    return time_words(event.at) if event else None


def _who(view: View, acts: str) -> str | None:
    event = view.last(acts)
    return _actor(view, event) if event else None


def _post(view: View, acts: str) -> str | None:
    event = view.last(acts)
    post = view.version.posts.get(event.post or "") if event else None
    return post.name.zh if post else None


def _post_of(view: View, event: Event) -> str:
    post = view.version.posts.get(event.post or "")
    if post is None and event.actor != "party":
        return "期限届满" if not event.actor or event.actor == "clock" else view.people.name(event.actor)
    return f"{post.name.zh}　{_actor(view, event)}" if post else "当事人"


def _agency(view: View, name: str) -> str | None:
    return str(view.agency.get(name) or "") or None


def _given(view: View, name: str) -> Value | None:
    value = view.given.get(name)
    return list(value) if isinstance(value, list | tuple) else str(value) if value else None


def _due(view: View, limit: str) -> str | None:
    """Return the last day of a limit as of the anchor: raw, before rest days give way."""
    state = fold(view.case.id, view.version, view.case.events[: view.anchor.seq - 1])
    if (state.step, view.anchor.act) in view.version.rules:
        state = evolve(state, view.anchor)
    clock = clocks(state, view.calendar).get(limit)
    return day_words(clock.due.raw_day) if clock is not None and clock.due is not None else None


def _number(view: View, kind: str) -> str | None:
    return view.numbers.get(kind)


def _sum(view: View, name: str) -> str | None:
    act, _, field_id = name.partition(".")
    found = [int(e.data[field_id]) for e in view.events() if e.act == act and e.data.get(field_id)]
    return sum_words(sum(found)) if found else None


def _done(view: View, acts: str) -> str | None:
    return "是" if view.last(acts) else None


_LOOKS: Mapping[str, Any] = {
    "day": _day, "effective": _effective, "time": _time, "who": _who, "post": _post, "agency": _agency, "given": _given,
    "due": _due, "number": _number, "sum": _sum, "done": _done, "rows": _rows, "says": _says, "left": _left,
}  # fmt: skip


def suppliers(version: PowerVersion, spec: FieldSpec, particulars: Mapping[str, Text]) -> Text:
    """Return in words who can supply a field: the acts of this power, or the agency's particulars."""
    zh, en = [], []
    for head, name in _named(spec, version):
        word = word_of(version, head) if head != "this" else None
        if head == "agency":
            label = particulars.get(name, Text(zh=name, en=name))
            zh.append(f"用 qingfeng document agency {name}=… 登记单位的“{label.zh}”")
            en.append(f"register the agency's {label.en}: qingfeng document agency {name}=…")
        elif head == "number":
            zh.append(f"先签发“{name}”")
            en.append(f"issue {name} first")
        elif head == "due":
            zh.append(f"期限“{name}”须在计算中")
            en.append(f"the limit {name} must be running")
        elif word is not None:
            fields = {f.id: f.name for f in word.fields}
            what = fields.get(name)
            zh.append(f"办理“{word.name.zh}”（{head}）" + (f"并填写{what.zh}（{name}）" if what else ""))
            en.append(f"do {word.name.en} ({head})" + (f" with {what.en} ({name})" if what else ""))
        elif head == "this" and name:
            zh.append(f"在本文书所依据的动作中填写 {name}")
            en.append(f"say {name} in the act on which the document rests")
    zh, en = list(dict.fromkeys(zh)) or ["由调用者提供"], list(dict.fromkeys(en)) or ["supplied by the caller"]
    return Text(zh="；或者".join(zh), en="; or ".join(en))


def _named(spec: FieldSpec, version: PowerVersion) -> Iterator[tuple[str, str]]:
    """Yield (act or place, field) of every source; for * the acts of the power that have such a field."""
    for source in spec.sources:
        if isinstance(source, Mapping):
            acts = source.get("all", source.get("last", ()))
            yield from ((act, "") for act in acts if act != "*")
            continue
        head, _, name = source.partition(".")
        if head in ("day", "effective", "time", "who", "post", "done"):
            yield from ((act, "") for act in name.split("|"))
        elif head in ("rows", "says", "left"):
            names, _, field_id = name.partition(".")
            yield from _named(replace(spec, sources=(f"{names}.{field_id.partition('.')[0]}",)), version)
        elif head == "sum":
            act, _, field_id = name.partition(".")
            yield act, field_id
        elif head == "*":
            yield from ((row.act, name) for row in version.procedure.rows if any(f.id == name for f in row.word.fields))
        elif not source.startswith("="):
            yield from ((act, name) for act in head.split("|"))
