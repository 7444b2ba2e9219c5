"""What the API says and takes: shapes that mirror the page objects of casework/desk, for OpenAPI and for checking what comes in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field

MAX_WORDS = 2_000


class Words(Schema):
    """One message in both languages."""

    zh: str
    en: str


class Problem(Schema):
    """RFC 9457 problem details; detail, law and remedy in both languages."""

    type: str
    title: str
    title_zh: str
    status: int
    detail: str
    detail_zh: str
    remedy: str | None = None
    remedy_zh: str | None = None
    refusals: list[Stop] | None = None


class Stop(Schema):
    """One rule that refuses, or wants a reason."""

    by: str
    ring: str
    reason: str
    reason_zh: str
    law: str | None = None
    law_zh: str | None = None
    remedy: str | None = None
    remedy_zh: str | None = None


class Me(Schema):
    """Who the token speaks for."""

    client: str
    officer: str | None
    name: str
    posts: list[str]
    until: date
    per_minute: int


class PowerLineOut(Schema):
    """A power in the list."""

    id: str
    title: Words
    agency: Words | None
    steps: int
    risks: int
    applies: bool


class PowersOut(Schema):
    """The powers in force."""

    powers: list[PowerLineOut]


class FieldOut(Schema):
    """A field of an act.  choices: code -> words."""

    id: str
    type: str
    name: Words
    required: bool
    choices: dict[str, Words]


class ActOut(Schema):
    """A command of a power: who may give it, in which steps, what it says."""

    act: str
    name: Words
    at: list[str]
    by: list[str]
    opens_case: bool
    fields: list[FieldOut]


class StepOut(Schema):
    """A step of the map."""

    id: str
    name: Words
    level: str | None
    risks: list[str]
    measures: list[str]


class PowerOut(Schema):
    """A power with its map and its commands."""

    id: str
    version: str
    title: Words
    kind: str
    basis: list[Words]
    steps: list[StepOut]
    acts: list[ActOut]


class CaseLineOut(Schema):
    """A case in a list.  tone: red over, amb soon, gry."""

    id: str
    power: str
    power_title: Words
    title: str
    step: Words
    status: Words
    state: str
    due: Words | None
    due_on: str | None
    tone: str
    provisional: bool
    opened_on: str
    last_on: str


class CasesOut(Schema):
    """A page of cases.  next: send it as `after` for the next page."""

    cases: list[CaseLineOut]
    next: str | None = None


class LimitOut(Schema):
    """A running limit."""

    id: str
    name: Words
    remaining: Words
    ends: Words
    tone: str
    provisional: bool
    holder: str


class SaidOut(Schema):
    """A field as said, in words; file: SHA-256 of a file."""

    field: str
    name: Words
    value: Words
    file: str | None = None


class PossibleOut(Schema):
    """A command that the officer may give now, and what would stop it whatever it says."""

    act: str
    name: Words
    post: str
    blocked: list[CheckOut]


class CheckOut(Schema):
    """One rule asked.  state: ok, stop or reason."""

    rule: str
    title: Words
    state: str
    reason: Words | None = None
    remedy: Words | None = None
    law: Words | None = None


class ForecastOut(Schema):
    """What would come of a command; nothing is recorded.  fine: nothing stops it and no reason is wanted."""

    fine: bool
    checks: list[CheckOut]


class CaseOut(Schema):
    """A case.  seq: number of its last event, to be sent back as If-Match or seen; outline: without what stands in the file."""

    id: str
    power: str
    version: str
    title: str
    state: str
    status: Words
    step: Words
    seq: int
    outline: bool
    limits: list[LimitOut]
    facts: list[SaidOut]
    matters: list[Words]
    acts: list[PossibleOut]


class EntryOut(Schema):
    """A line of the log."""

    kind: str
    seq: int
    at: datetime
    entered: datetime
    name: Words
    who: Words
    lines: list[SaidOut]
    late: bool


class LogOut(Schema):
    """The log of a case, latest first."""

    case: str
    entries: list[EntryOut]


class DocumentOut(Schema):
    """A paper of the case."""

    id: int
    kind: str
    title: str
    state: str
    number: str | None
    hash: str


class FileOut(Schema):
    """A file that an act names by its hash."""

    name: Words
    act: Words
    at: datetime
    digest: str
    held: bool


class DocumentsOut(Schema):
    """Papers and files of a case."""

    case: str
    documents: list[DocumentOut]
    files: list[FileOut]


class FindingOut(Schema):
    """A finding: a lead, no verdict."""

    number: int
    sentence: Words
    power: str
    rule: str
    rule_name: Words
    state: Words
    level: str | None
    day: date


class FindingsOut(Schema):
    """A page of findings, latest first.  next: send it as `before`."""

    findings: list[FindingOut]
    many: int
    next: int | None


class DeadlineOut(Schema):
    """A mark to come."""

    case: str
    limit: str
    run: int
    mark: str
    at: datetime
    provisional: bool


class DeadlinesOut(Schema):
    """Marks to come, earliest first."""

    deadlines: list[DeadlineOut]


class CommandIn(Schema):
    """A command.  at: when it happened (now if left out); post: in which post; reason: where one is wanted; seen: last event seen."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field(default_factory=dict)
    at: str | None = Field(default=None, max_length=40)
    post: str | None = Field(default=None, max_length=200)
    reason: str | None = Field(default=None, max_length=MAX_WORDS)
    seen: int | None = Field(default=None, ge=0, le=1_000_000)
    purpose: str = Field(default="", max_length=500)


class DoneOut(Schema):
    """The command is recorded.  repeated: it was before, under the same key; promise: a note that the log's key has signed, that this
    record will stand in the log (docs/format.md, section 9); null once it does, and where there is no log."""

    case: str
    seq: int
    step: str
    repeated: bool
    promise: str | None = None


Problem.model_rebuild()
PossibleOut.model_rebuild()
