"""A power as its agency declares it (the map, verbatim) and as it runs (the procedure), after loading: frozen, checked.

Nothing here reads files or judges: `load` builds these from YAML, `faults` and `coverage` look at them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from qingfeng.terms.citation import Citation
from qingfeng.terms.text import Text
from qingfeng.terms.timelimit import TimeLimit, Unit

CLOSED = "closed"
"""Reserved step: the case has ended."""
STAY = "stay"
ANY = "any"
SUPERVISION = "supervision"
"""The kind of the built-in powers: supervision of the agency itself.  Their maps are ours and copied from no document."""
PARTY = "party"
SYSTEM = "system"
READ_FILE = "read_file"
"""Opening a file: asked like an act, recorded apart from the case's acts."""


class FieldType(StrEnum):
    """What an act's field holds; `engine.command` parses it."""

    TEXT = "text"  # one line, MAX_SHORT_TEXT characters
    NOTE = "note"  # several lines, MAX_TEXT characters
    DATE = "date"  # YYYY-MM-DD
    INSTANT = "instant"  # local date and time
    MONEY = "money"  # yuan in, fen kept
    COUNT = "count"  # integer >= 0
    CHOICE = "choice"
    OFFICER = "officer"
    OFFICERS = "officers"
    LINES = "lines"  # list of texts
    FILE = "file"  # SHA-256 of a file, hex
    CODES = "codes"  # list of different short ids: numbers of evidence, of items
    QUANTITIES = "quantities"  # short id -> whole number >= 0: how many of what
    ANSWERS = "answers"  # short id -> one line: an item of a checklist and its result


FREE_TEXT = frozenset({FieldType.NOTE, FieldType.LINES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that an act says."""

    id: str
    type: FieldType
    name: Text
    personal: bool = False
    index: bool = False  # its values are findable across the cases of the agency
    choices: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post; rank 1 handles, 2 heads a section, 3 is a deputy head of the agency, 4 heads it."""

    id: str
    name: Text
    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActWord:
    """An act as the vocabulary knows it: its name and what it says; `required` are names of fields."""

    id: str
    name: Text
    fields: tuple[Field, ...] = ()
    required: frozenset[str] = frozenset()
    credential: bool = False

    @property
    def private(self) -> frozenset[str]:
        """Fields whose values can be erased: those that name persons, and all free text, which may."""
        return frozenset(f.id for f in self.fields if f.personal or f.type in FREE_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByField:
    """A consequence that depends on a choice field of the act: value of the field -> consequence."""

    field: str
    cases: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRule:
    """One row of the procedure: where, by whom and after what an act may be done, and what follows."""

    word: ActWord
    at: frozenset[str]
    by: tuple[str, ...]
    to: str | ByField = STAY
    after: tuple[frozenset[str], ...] = ()  # one of each set must have been done in this round
    opens: str | ByField | None = None
    closes: str | None = None
    during: frozenset[str] = frozenset()
    waits: tuple[str, ...] = ()
    once: bool = False
    credential: bool = False
    no_delegation: bool = False
    opens_case: bool = False  # may be the first act of a new case
    only_opens: bool = False  # and is nothing else: refused once the case has begun

    @property
    def act(self) -> str:
        """The act's id."""
        return self.word.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A matter that blocks acts while it is open; blocks None means: all but those that close it or are done during it."""

    id: str
    name: Text
    blocks: frozenset[str] | None
    lapses: bool = False  # goes away when a return to an earlier step undoes the act that opened it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStop:
    """Days between two acts that a limit does not count."""

    from_act: str
    to_act: str
    basis: Citation | None
    until: str | None = (
        None  # date field of from_act: the period told; the clock stands still until that day at the latest
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An act that lengthens a running limit, at most so many times; by n units, or to a date that the act names."""

    by: str
    times: int
    n: int = 0
    unit: Unit | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time limit of the procedure.  Either `length`, or `until`: a date field of the starting act."""

    id: str
    name: Text
    starts: frozenset[str]
    ends: frozenset[str]
    length: TimeLimit
    choices: frozenset[tuple[str, str, str]] = (
        frozenset()
    )  # act, field, value: that act starts it only with such a choice
    until: str | None = None
    basis: Citation | None = None
    stops: tuple[ClockStop, ...] = ()
    extend: tuple[Extension, ...] = ()
    yellow: tuple[int, Unit] | None = None
    effect: str | None = None
    holder: str = "agency"  # agency | party: who has to act
    late: str = (
        "ask"  # ask: an act that ends it late needs a reason; note: it does not (the lateness is not the actor's)
    )
    ahead: tuple[int, Unit] | None = None  # the effect arises only if the start lies so long before the end
    restarts: bool = False  # a starting act while it runs begins it anew; else the first start counts

    def begins(self, act: str, data: Mapping[str, Any]) -> bool:
        """True if an act with this data starts the clock."""
        wanted = {(field_id, value) for name, field_id, value in self.choices if name == act}
        return act in self.starts and (not wanted or any(data.get(f) == value for f, value in wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Whether a standard branch applies: the acts that walk it, or why it does not."""

    acts: tuple[str, ...] = ()
    why_not: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """The lawful course."""

    start: str
    rows: tuple[ActRule, ...]
    pending: Mapping[str, Pending]
    limits: Mapping[str, Limit]
    branches: Mapping[str, Branch]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPart:
    """One of several wrongs that a compound risk names; `text` is cut out of the risk's own words."""

    id: str
    text: str
    stopped_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A risk point, verbatim; `reads_as` is the reading of a typo or garbled text.

    With parts, `stopped_by` is all that stops any of them; the risk is stopped only when every part is.
    """

    id: str
    text: str
    reads_as: str | None = None
    stopped_by: tuple[str, ...] = ()
    parts: tuple[RiskPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A control measure, verbatim, and what carries it out."""

    id: str
    text: str
    reads_as: str | None = None
    carried_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who answers for the measures: the words of the source, and the post that they mean."""

    source: str
    post: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One box of the work flow with its risks and measures."""

    id: str
    name: Text
    label: str | None = None
    owner: Owner | None = None
    level: str | None = None
    doubt: Text | None = None
    risks: tuple[Risk, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeProcess:
    """Boxes that belong to the whole map and to no step."""

    owner: Owner | None = None
    doubt: Text | None = None
    risks: tuple[Risk, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """One line of a story: on this day this person does this, and that happens."""

    day: str
    who: str
    does: str
    then: str
    data: Mapping[str, Any] = field(default_factory=dict)
    entered: str | None = None
    reason: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What people do and what happens, as a table that a lawyer can read."""

    id: str
    title: Text
    covers: tuple[str, ...]
    rows: tuple[StoryRow, ...]


class Ring(StrEnum):
    """What stops a drill: one of the three rings refuses the act, or it is found in the log afterwards."""

    SHAPE = "shape"
    ORDER = "order"
    CONTROL = "control"
    FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """An attempt to commit exactly one risk (or part of it), beginning from an honest story; `rows` have an empty `then`.

    before, resume, end: rows of the story, as `act` (the first row that does it) or `act#n` (the n-th).
    probability: of being found, where that depends on sampling; else None.
    """

    id: str
    risk: str  # <step>.<risk>, whole_process.<risk>
    part: str | None
    attempt: Text
    story: str
    before: str
    rows: tuple[StoryRow, ...]
    ring: Ring
    by: frozenset[str]
    resume: str | None = None
    end: str | None = None
    probability: float | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoleReading:
    """A word that the map copied from elsewhere (an applicant where nobody applies), and what it stands for here: a reading."""

    word: str
    means: Text
    doubt: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PowerVersion:
    """A power as in force from a day on.  `document` is the plain data it was built from (what is published and hashed)."""

    power: str
    title: Text
    kind: str
    in_force_from: date
    basis: tuple[tuple[str, tuple[str, ...]], ...]  # instrument, articles
    steps: tuple[Step, ...]
    whole_process: WholeProcess
    procedure: Procedure
    controls: Mapping[str, Mapping[str, Any]]
    duties: Mapping[str, Mapping[str, Any]]
    stories: tuple[Story, ...]
    drills: tuple[Drill, ...]
    posts: Mapping[str, Post]
    level_scheme: tuple[str, ...]
    document: Mapping[str, Any]
    step_order: Mapping[str, int]  # step id -> place from 0; CLOSED comes last
    rules: Mapping[tuple[str, str], ActRule]  # (step, act) -> the row that applies
    role_map: tuple[RoleReading, ...] = ()
    codes: Mapping[str, Text] = field(default_factory=dict)  # words of its own for items of its lists and sheets
    words: Mapping[str, ActWord] = field(init=False, repr=False, compare=False)  # act -> its word; follows from the procedure

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", {row.act: row.word for row in reversed(self.procedure.rows)})

    @property
    def version(self) -> str:
        """The name of this version: the day it came into force."""
        return self.in_force_from.isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """One administrative power with all its versions, oldest first."""

    id: str
    title: Text
    agency: Text | None
    kind: str
    document: str  # file name of the source; empty: a built-in power, whose map stands in no document
    diagram: int  # its number in that file, from 1; 0 of a built-in power
    level_scheme: tuple[str, ...]
    phones: Mapping[str, str]
    source_faults: tuple[tuple[Text, Text], ...]  # what, hint
    versions: tuple[PowerVersion, ...]

    @property
    def builtin(self) -> bool:
        """True if the map is ours: it belongs to supervision of the agency itself and is copied from no document."""
        return not self.document

    def in_force(self, day: date) -> PowerVersion | None:
        """Return the version in force on a day, None before the first."""
        fit = [v for v in self.versions if v.in_force_from <= day]
        return fit[-1] if fit else None
