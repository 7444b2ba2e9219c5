"""How a form helps who fills it in: which fields come first, what is known already, what there is to choose, how a value looks.

All of it follows from the declaration of the power (its stories, the settings of its controls) and from the record of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qingfeng.catalogue.power import Field, FieldType, PowerVersion
from qingfeng.controls.complete_archive import CompleteArchive
from qingfeng.controls.review_worksheet import ReviewWorksheet
from qingfeng.controls.tip_access import TipAccess
from qingfeng.engine.case import Case
from qingfeng.engine.control import Control, Refusal, Situation
from qingfeng.engine.event import ACT, Event
from qingfeng.engine.shape import parse_data
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .filling import come_for, filled_in, last_said, named_in
from .forecast import Outlook, asked_by
from .notes import Notes, lead_for, notes_for
from .offers import Choices, answers_to, choices, codes_of, named, words_beside
from .practice import practice_of

LONGEST_EXAMPLE = 60  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """One item to be answered: its key, its name, what may be answered (none: in words; open_to: or in words)."""

    key: str
    name: Text
    options: Choices = ()
    open_to: bool = False


@dataclass(frozen=True, slots=True)
class Aid:
    """The help for one form.  known: values already there; open_to: fields in which something else may be written too."""

    wanted: frozenset[str] = frozenset()
    known: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Choices] = field(default_factory=dict)
    open_to: frozenset[str] = frozenset()
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # field of officers -> whom to offer before all others
    kept_out: Mapping[str, frozenset[str]] = field(default_factory=dict)  # field of officers -> whom a rule lets nobody name there
    notes: Notes = field(default_factory=dict)  # what to know beside a field
    lead: Text | None = None  # what the act says by being done
    usual: frozenset[str] = frozenset()  # fields that nobody leaves empty, though the form would allow it


NO_AID = Aid()


def aid_for(outlook: Outlook, situation: Situation, *, data: Mapping[str, Any] | None, seen: Case | None = None) -> Aid:
    """Return the help for an act.  data: what was sent already; None before anything was, then what is known is filled in.

    seen: as much of the case as the viewer may read (None: all); the form tells nothing of the rest.
    """
    version, case = situation.case.version, seen or situation.case
    word, practice = situation.rule.word, practice_of(version)
    fields = {f.id: f for f in word.fields}
    controls = outlook.asked_of(word.id)
    wanted = practice.of(word.id).said & fields.keys()
    if data is not None:
        wanted |= asked_by(controls, situation) & fields.keys()
    wanted |= word.required
    known = filled_in(outlook.tx, replace(situation, case=case), controls if seen is None else (), wanted) if data is None else {}
    known |= {k: v for k, v in come_for(situation, controls, whole=seen is None).items() if v and data is None}
    if data is None and seen is None:  # the question that a rule asks once the form is filled in so far
        wanted |= asked_by(controls, _as_sent(situation, known)) & {f.id for f in word.fields if f.type is FieldType.CHOICE}
    offered, open_to, rows = {}, set(), {}
    for f in word.fields:
        if f.type in (FieldType.ANSWERS, FieldType.QUANTITIES):
            told = known.get(f.id)
            people = _of_people(outlook, case, f, word.id) if f.type is FieldType.ANSWERS else ()
            rows[f.id] = people or tuple(_rows(outlook, case, f, word.id, tuple(told) if isinstance(told, Mapping) else ()))
        elif f.type in (FieldType.TEXT, FieldType.CODES):
            offered[f.id], closed = _file_index(case, controls, f) or _offered(version, case, f, word.id)
            open_to |= set() if closed else {f.id}
    free = (name for name in fields if not offered.get(name))  # where words are offered an example would be a code
    examples = {name: shown for name in free if (shown := _example(practice.examples.get((word.id, name)), fields[name]))}
    return Aid(wanted, known, {k: v for k, v in offered.items() if v}, frozenset(open_to),
               {k: v for k, v in rows.items() if v}, examples, _first(outlook, situation, case),
               _kept_out(outlook, situation, controls) if seen is None else {},
               notes_for(controls, situation, case), lead_for(outlook.controls, word.id),
               practice.of(word.id).always - word.required)  # fmt: skip


def _as_sent(situation: Situation, known: Mapping[str, Any]) -> Situation:
    """Return the act with what is known already; sums as the rules read them."""
    parsed = parse_data(replace(situation.proposed, data=dict(known)), situation.rule.word)
    return situation if isinstance(parsed, Refusal) else replace(situation, proposed=replace(situation.proposed, data=parsed))


def _first(outlook: Outlook, situation: Situation, case: Case) -> dict[str, tuple[str, ...]]:
    """Return whom a field of officers offers first: who is on the case of the posts that are named there, then these posts, then who
    else is on the case."""
    people, day, word = outlook.registry.people, situation.proposed.day, situation.rule.word
    here, told = tuple(_concerned(case)), {}
    for f in word.fields:
        if f.type in (FieldType.OFFICER, FieldType.OFFICERS):
            said = practice_of(situation.case.version).posts
            posts = said.get((word.id, f.id)) or dict.fromkeys(p for (_, name), told_of in said.items() if name == f.id for p in told_of)
            able = dict.fromkeys(who for post in posts for who in people.holders(post, day))
            told[f.id] = tuple(dict.fromkeys((*(who for who in here if who in able), *able, *here)))
    return told


def _kept_out(outlook: Outlook, situation: Situation, controls: Sequence[Control]) -> dict[str, frozenset[str]]:
    """Return whom the rule on tips refuses, should he be named in a field of officers: to who reads the file, it tells nothing new."""
    rule = next((one for one in controls if isinstance(one, TipAccess) and situation.proposed.act in one.acts), None)
    if rule is None or rule.check(situation) is not None:
        return {}
    people, day, proposed = outlook.registry.people, situation.proposed.day, situation.proposed
    posts = situation.case.version.posts
    serving = dict.fromkeys(who for post in posts for who in people.holders(post, day))

    def refused(name: str, said: Any) -> bool:
        return rule.check(replace(situation, proposed=replace(proposed, data={**proposed.data, name: said}))) is not None

    return {
        f.id: frozenset(who for who in serving if refused(f.id, [who] if f.type is FieldType.OFFICERS else who))
        for f in situation.rule.word.fields
        if f.type in (FieldType.OFFICER, FieldType.OFFICERS)
    }


ITEM_EVIDENCE, RESTS_ON = "item_evidence", ("material_no", "evidence_no")
"""What each item of a sheet rests on, and where the case has named it: material as it was verified, evidence as it was registered."""
INDEX = "archive_list"
"""The field in which a file's contents are listed: the numbers of its evidence, the codes of its papers."""


def _file_index(case: Case, controls: Sequence[Control], f: Field) -> tuple[Choices, bool] | None:
    """Return what the file of a case has to hold, in words, to be ticked off by who has looked; None where nothing of the kind is asked."""
    rule = next((one for one in controls if isinstance(one, CompleteArchive)), None) if f.id == INDEX else None
    if rule is None:
        return None
    acts = [e for e in case.events if e.kind == ACT]
    done = {e.act for e in acts}
    papers = named(case.version, tuple(paper.code for paper in rule.papers if done & {*paper.acts}))
    kinds = {str(e.data["evidence_no"]): _kind_of(case, e) for e in acts if e.act in rule.evidence and e.data.get("evidence_no")}
    items = tuple((number, Text(zh=f"证据 {number}{kind.zh}", en=f"Evidence {number}{kind.en}")) for number, kind in kinds.items())
    return (*papers, *items), False


def _kind_of(case: Case, event: Event) -> Text:
    word = case.version.words.get(event.act)
    kinds = next((f.choices for f in word.fields if f.id == "evidence_kind"), {}) if word is not None else {}
    kind = kinds.get(str(event.data.get("evidence_kind")))
    return Text(zh=f"（{kind.zh}）", en=f" ({kind.en})") if kind is not None else Text(zh="", en="")


def _offered(version: PowerVersion, case: Case, f: Field, act: str) -> tuple[Choices, bool]:
    here = _referred(version, case, f, act)
    return (_with_kinds(case, named(version, here)), False) if here else choices(version, act, f)


def _with_kinds(case: Case, told: Choices) -> Choices:
    """Return numbers with the kind of evidence that each was given to, where it was."""
    kinds = {str(e.data["evidence_no"]): _kind_of(case, e) for e in case.events
             if e.kind == ACT and e.data.get("evidence_no") and e.data.get("evidence_kind")}  # fmt: skip
    none = Text(zh="", en="")
    return tuple((one, Text(zh=name.zh + kinds.get(one, none).zh, en=name.en + kinds.get(one, none).en)) for one, name in told)


def _referred(version: PowerVersion, case: Case, f: Field, act: str) -> tuple[str, ...]:
    """Return what the case named and this field names again: numbers of evidence, allegations, points of a defence."""
    told = dict.fromkeys(
        part for name in sorted(practice_of(version).refers.get(f.id, ())) for part in named_in(case, name)
    )
    if f.id.endswith("_no") and practice_of(version).of(act).carried.get(f.id) == f.id:
        told |= dict.fromkeys(named_in(case, f.id))
    return tuple(told)


def _rows(outlook: Outlook, case: Case, f: Field, act: str, known: tuple[str, ...]) -> Iterator[Row]:
    version = case.version
    rests_on = dict.fromkeys(n for name in RESTS_ON for n in named_in(case, name)) if f.id == ITEM_EVIDENCE else ()
    officers = _officers(outlook, case) if _are_people(version, practice_of(version).answers.get((act, f.id), ())) else ()
    for key in known or _referred(version, case, f, act) or _sheet_items(outlook, case, f) or codes_of(version, act, f)[0]:
        name = named(version, (key,))[0][1]
        if officers or f.type is not FieldType.ANSWERS:
            yield Row(key, name, officers)
        elif rests_on:
            yield Row(key, name, named(version, tuple(rests_on)))
        elif offered := answers_to(version, act, f.id, key):
            yield Row(key, name, offered)
        else:
            beside = words_beside(version, act, f.id, key)
            yield Row(key, name, beside, open_to=bool(beside))


def _sheet_items(outlook: Outlook, case: Case, f: Field) -> tuple[str, ...]:
    """Return the items of the published sheet that the case is examined by, for who answers them anew; none where it is not known yet."""
    kind = last_said(case, "worksheet_kind") if f.id == "checklist" else None
    sheets = (sheet for one in outlook.controls if isinstance(one, ReviewWorksheet) for sheet in one.sheets if sheet.kind == kind)
    return tuple(dict.fromkeys(item.code for sheet in sheets for item in sheet.items))


def _of_people(outlook: Outlook, case: Case, f: Field, act: str) -> tuple[Row, ...]:
    """Return the people of the case as items, where the stories answer something about people; else none."""
    version = case.version
    if not _are_people(version, practice_of(version).codes.get((act, f.id), ())):
        return ()
    return tuple(Row(who, name, answers_to(version, act, f.id, who)) for who, name in _officers(outlook, case))


def _are_people(version: PowerVersion, said: Sequence[str]) -> bool:
    """True if everything said is an officer: in a story a person is named by his post and a number."""
    return bool(said) and all(one.split("/")[0] in version.posts for one in said)


def _officers(outlook: Outlook, case: Case) -> Choices:
    """Return who takes part in the case, by name and post."""
    people, version = outlook.registry.people, case.version

    def told(who: str) -> Text:
        posts = [version.posts[p].name for p in people.posts_of(who, local_day(case.events[-1].at)) if p in version.posts]
        name = people.name(who)
        return Text(zh=f"{name}（{'、'.join(p.zh for p in posts)}）", en=f"{name} ({', '.join(p.en for p in posts)})") if posts else \
            Text(zh=name, en=name)  # fmt: skip

    return tuple((who, told(who)) for who in _concerned(case) if who in people.names)


def _example(value: Any, f: Field) -> str:
    """Return what an honest course says there, as it is typed; none for choices, files, people and long words."""
    if f.type not in (FieldType.TEXT, FieldType.CODES) or value is None or f.personal:
        return ""
    shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return shown if len(shown) <= LONGEST_EXAMPLE else ""


def _concerned(case: Case) -> Iterator[str]:
    """Yield who takes part in the case or is named on it, the latest first."""
    people: dict[str, None] = {}
    for event in reversed(case.events):
        if event.kind == ACT and event.actor:
            people[event.actor] = None
        word = case.version.words.get(event.act)
        for f in word.fields if word is not None else ():
            said = event.data.get(f.id)
            if f.type is FieldType.OFFICERS and isinstance(said, list | tuple):
                people.update(dict.fromkeys(map(str, said)))
            elif f.type is FieldType.OFFICER and isinstance(said, str):
                people[said] = None
    return iter(people)
