"""What the honest courses of a power (its stories) show about its forms: what an act says when it is done well, whence it is known.

A form asks first for what most honest courses say there; what a course repeats from an earlier act is filled in from the case, and a
number that refers to an earlier one is chosen, not typed.  Learned from the declaration, so a power added tomorrow brings its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from qingfeng.catalogue.power import PARTY, SYSTEM, Field, FieldType, PowerVersion, Story, StoryRow

_LISTED = frozenset({FieldType.CODES, FieldType.ANSWERS, FieldType.QUANTITIES})
_REFERS = frozenset({FieldType.TEXT, *_LISTED})
_NAMES = frozenset({FieldType.TEXT, FieldType.CODES})
"""Fields that give out numbers or names to which others refer."""
_OWN_WORD = frozenset({FieldType.CHOICE, FieldType.QUANTITIES})
"""What somebody answers or counts for himself is never filled in for him."""
_STANDING = frozenset({"party_kind"})
"""But for what a party is: that does not change from act to act."""
_OBSERVED = frozenset({"marks", "condition"})
"""Nor what is to be looked at again each time it changes hands."""
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Habit:
    """How one act is done in the honest courses.

    said: fields that most courses say; always: those that every one says; carried: field -> the field whose last value it repeats;
    today: dates that are the day of the act; own: officers that are the actor; fixed: what every course says in the same way.
    """

    said: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    carried: Mapping[str, str] = field(default_factory=dict)
    today: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Practice:
    """What all stories of a power show.

    refers: field -> fields whose values it names again; examples: act and field -> the first value said; codes: act and
    field -> what was said there, in the order of the courses; answers: the same of the answers in a sheet;
    posts: act and field -> the posts of the officers named there.
    """

    habits: Mapping[str, Habit]
    refers: Mapping[str, frozenset[str]]
    examples: Mapping[tuple[str, str], Any]
    codes: Mapping[tuple[str, str], tuple[str, ...]]
    answers: Mapping[tuple[str, str], tuple[str, ...]]
    posts: Mapping[tuple[str, str], tuple[str, ...]]

    def of(self, act: str) -> Habit:
        """Return the habit of an act; an empty one for an act of no story."""
        return self.habits.get(act, Habit())


@lru_cache(maxsize=128)
def practice_of(version: PowerVersion) -> Practice:
    """Return what the stories of a version show.  Learned once for a version that is at hand."""
    rows: dict[str, list[StoryRow]] = defaultdict(list)
    repeats: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    points: dict[str, list[frozenset[str]]] = defaultdict(list)
    for story in version.stories:
        _walk(version, story, rows, repeats, points)
    habits = {act: _habit(version, act, done, repeats) for act, done in rows.items()}
    refers = {name: frozenset.intersection(*told) for name, told in points.items()}
    return Practice(habits, {name: to for name, to in refers.items() if to}, _examples(rows), *_said(version, rows), _posts(version, rows))


def honest(story: Story) -> Iterable[StoryRow]:
    """Yield the rows of a story that were done."""
    return (row for row in story.rows if not row.then.startswith(REFUSED) and row.who != SYSTEM)


def _walk(version: PowerVersion, story: Story, rows: dict[str, list[StoryRow]], repeats: dict[tuple[str, str], Counter[str]],
          points: dict[str, list[frozenset[str]]]) -> None:  # fmt: skip
    last: dict[str, Any] = {}
    given: dict[str, set[str]] = defaultdict(set)
    for row in honest(story):
        word = version.words.get(row.does)
        if word is None:
            continue
        rows[row.does].append(row)
        kinds = {f.id: f for f in word.fields}
        for name, value in row.data.items():
            known = kinds.get(name)
            if known is None:
                continue
            for other in (name, *(o for o in last if o != name)):
                if other in last and last[other] == value:
                    repeats[row.does, name][other] += 1
            if known.type in _REFERS:
                points[name].append(frozenset(o for o, named in given.items() if o != name and set(parts(value)) <= named))
        for name, value in row.data.items():
            last[name] = value
            if name in kinds and kinds[name].type in _NAMES:
                given[name].update(parts(value))


def _habit(version: PowerVersion, act: str, done: Sequence[StoryRow], repeats: Mapping[tuple[str, str], Counter[str]]) -> Habit:
    kinds = {f.id: f for f in version.words[act].fields}
    often = Counter(name for row in done for name in row.data if name in kinds)
    said, always = (frozenset(name for name, n in often.items() if n > least) for least in (len(done) / 2, len(done) - 1))
    carried, today, own = {}, set(), set()
    for name, known in kinds.items():
        saying = [row for row in done if name in row.data]
        if not saying:
            continue
        if known.type is FieldType.DATE and 2 * sum(str(row.data[name]) == row.day[:10] for row in saying) > len(saying):
            today.add(name)
        elif known.type is FieldType.OFFICER and row_owns(saying, name):
            own.add(name)
        elif (source := _source(known, repeats[act, name], len(saying))) is not None:
            carried[name] = source
    return Habit(said, always, carried, frozenset(today), frozenset(own), _fixed(kinds.values(), done))


def _fixed(fields: Iterable[Field], done: Sequence[StoryRow]) -> dict[str, str]:
    """Return the lines that are the same in every course, of at least two: the kind of paper that an act is."""
    told = {f.id: [row.data[f.id] for row in done if f.id in row.data] for f in fields if f.type is FieldType.TEXT}
    return {name: said[0] for name, said in told.items() if len(said) > 1 and len({*map(str, said)}) == 1 and isinstance(said[0], str)}


def row_owns(saying: Sequence[StoryRow], name: str) -> bool:
    """True if the officer that an act names is always the one who does it."""
    return all(row.data[name] == row.who and row.who != PARTY for row in saying)


def _source(known: Field, votes: Counter[str], of: int) -> str | None:
    """Return the field that this one repeats: in most courses, free text in all; itself before another."""
    if (known.type in _OWN_WORD and known.id not in _STANDING) or known.id in _OBSERVED or not votes:
        return None
    best = known.id if votes[known.id] == max(votes.values()) else max(votes, key=lambda name: votes[name])
    enough = votes[best] == of > 1 if known.type in (FieldType.NOTE, FieldType.LINES) else 2 * votes[best] > of
    return best if enough else None


def parts(value: Any) -> tuple[str, ...]:
    """Return the names in a value: its keys, its items, or itself."""
    return tuple(map(str, value)) if isinstance(value, Mapping | list | tuple) else (str(value),)


def _examples(rows: Mapping[str, Sequence[StoryRow]]) -> Mapping[tuple[str, str], Any]:
    told: dict[tuple[str, str], Any] = {}
    for act, done in rows.items():
        for row in done:
            for name, value in row.data.items():
                told.setdefault((act, name), value)
    return told


def _said(version: PowerVersion, rows: Mapping[str, Sequence[StoryRow]]) -> tuple[
        Mapping[tuple[str, str], tuple[str, ...]], Mapping[tuple[str, str], tuple[str, ...]]]:  # fmt: skip
    codes: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    answers: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for act, done in rows.items():
        kinds = {f.id: f.type for f in version.words[act].fields}
        for row in done:
            for name, value in row.data.items():
                codes[act, name].update(dict.fromkeys(parts(value)))
                if kinds.get(name) is FieldType.ANSWERS and isinstance(value, Mapping):
                    answers[act, name].update(dict.fromkeys(map(str, value.values())))
    return {k: tuple(v) for k, v in codes.items()}, {k: tuple(v) for k, v in answers.items()}


def _posts(version: PowerVersion, rows: Mapping[str, Sequence[StoryRow]]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the posts of the people named in fields of officers; in a story a person is named by his post and a number."""
    told: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for act, done in rows.items():
        people = {f.id for f in version.words[act].fields if f.type in (FieldType.OFFICER, FieldType.OFFICERS)}
        for row in done:
            for name in people & row.data.keys():
                told[act, name].update(dict.fromkeys(who.split("/")[0] for who in parts(row.data[name])))
    return {key: tuple(posts) for key, posts in told.items()}
