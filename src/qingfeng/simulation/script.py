"""Scripts and stories: a table of who does what on which day, run through the same door that officers use.

A row is accepted, refused (by which rule), met with a demand for a reason, or the clock's.  `then` says what ought to
happen; without it the row only reports.  docs/scripts.md tells outsiders how to write one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from qingfeng.casework import clockwork
from qingfeng.casework.handle import Asked, Done, Stale, Stopped, handle
from qingfeng.casework.office import Office, UnknownThing, load_case
from qingfeng.casework.ports import Conflict
from qingfeng.casework.reading import open_file
from qingfeng.casework.registry import PERSON_ACTS, BadRegistration, By, register
from qingfeng.catalogue.power import READ_FILE, StoryRow
from qingfeng.engine.control import Command, Refusal
from qingfeng.engine.event import MARK
from qingfeng.terms.calendar import CalendarMissing
from qingfeng.terms.citation import Citation
from qingfeng.terms.instants import LOCAL, parse_instant
from qingfeng.terms.text import TermError, Text

CLOCK = "clock"
WAIT = "wait"
MAIN = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a script.  case: a name within the script; power: only where it opens a case of another power."""

    day: str
    who: str
    does: str
    data: Mapping[str, Any]
    then: str | None = None
    entered: str | None = None
    reason: str | None = None
    post: str | None = None
    key: str | None = None
    seen: int | None = None
    case: str = MAIN
    power: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """By which rule a row was stopped, and the words that the officer reads."""

    by: str
    ring: str
    basis: str
    reason: Text
    remedy: Text | None
    citation: Citation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What happened to a row.  outcome: accepted, refused, demand, conflict, clock or error; happened: as `then` writes it."""

    row: Row
    at: datetime
    outcome: str
    happened: str
    case: str | None = None
    step: str | None = None
    seq: int | None = None
    stops: tuple[Stop, ...] = ()
    fired: tuple[str, ...] = ()

    @property
    def as_expected(self) -> bool:
        """True if the row does not say what ought to happen, or it did."""
        return self.row.then is None or _meets(self.row.then, self)


def run(
    office: Office, rows: Iterable[Row], *, power: str | None, known: Mapping[str, str] | None = None,
    last: datetime | None = None,
) -> Iterator[Result]:  # fmt: skip
    """Run the rows in order against an office, each at its own time; yields what happened.  Never raises for a bad row.

    known: names of cases that are there already -> their numbers; last: when the row before these was done.
    A row is taken only when the one before has been run.
    """
    cases: dict[str, str] = dict(known or {})
    for row in rows:
        try:
            at = moment_of(row.day, last)
            entered = parse_instant(row.entered) if row.entered else at
        except TermError as error:
            yield _error(row, last or datetime(2026, 1, 1, tzinfo=LOCAL), error.text)
            continue
        if row.entered is None:
            last = at
        fired = [
            f"{f.mark} {f.limit}"
            for f in clockwork.run(office, now=entered, confirm_clock=True).fired
            if f.case == cases.get(row.case)
        ]
        if row.does == WAIT:
            yield _waited(office, row, at, cases.get(row.case), tuple(fired))
            continue
        result = _one(office, row, at, entered, cases, power)
        yield replace(result, fired=tuple(fired))


def _one(office: Office, row: Row, at: datetime, entered: datetime, cases: dict[str, str], power: str | None) -> Result:
    if row.does in PERSON_ACTS:
        try:
            with office.store.write() as tx:
                register(office, tx, row.does, row.data, by=By(actor=row.who, entered=entered))
        except BadRegistration as error:
            return _not_registered(row, at, error)
        return Result(row=row, at=at, outcome="accepted", happened="accepted")
    if row.does == READ_FILE:
        return _read(office, row, at, cases.get(row.case, ""))
    opens = row.power or (power if row.case not in cases else None)
    command = Command(case=cases.get(row.case, ""), act=row.does, actor=row.who, at=at, entered=entered, data=row.data,
                      post=row.post, reason=row.reason, key=row.key, seen=row.seen)  # fmt: skip
    try:
        answer = handle(office, command, power=opens)
    except (UnknownThing, CalendarMissing, Conflict) as error:
        return _error(row, at, error.text if isinstance(error, CalendarMissing) else error.message)
    match answer:
        case Done():
            cases.setdefault(row.case, answer.case)
            return Result(
                row=row,
                at=at,
                outcome="accepted",
                happened=answer.step,
                case=answer.case,
                step=answer.step,
                seq=answer.seq,
            )
        case Stopped():
            return _refused(row, at, answer.case, answer.refusals)
        case Asked():
            asked = tuple(
                Stop(by=d.by, ring="control", basis="rule", reason=d.reason, remedy=None, citation=d.citation)
                for d in answer.demands
            )
            return Result(
                row=row,
                at=at,
                outcome="demand",
                happened="demand: " + ", ".join(s.by for s in asked),
                case=answer.case,
                stops=asked,
            )
        case Stale():
            stop = Stop(by="conflict", ring="order", basis="rule", reason=answer.message, remedy=None, citation=None)
            return Result(row=row, at=at, outcome="conflict", happened="conflict", case=answer.case, stops=(stop,))


def _not_registered(row: Row, at: datetime, error: BadRegistration) -> Result:
    if not error.forbidden:
        return _error(row, at, error.message)
    stop = Stop(by="authority_scope", ring="order", basis="rule", reason=error.message, remedy=None, citation=None)
    return Result(row=row, at=at, outcome="refused", happened="refused: authority_scope", stops=(stop,))


def _read(office: Office, row: Row, at: datetime, case_id: str) -> Result:
    try:
        answer = open_file(office, case_id, reader=row.who, data=row.data, at=at)
    except UnknownThing as error:
        return _error(row, at, error.message)
    if isinstance(answer, tuple):
        return _refused(row, at, case_id, answer)
    return Result(
        row=row, at=at, outcome="accepted", happened="accepted", case=case_id, step=answer.step, seq=answer.seq
    )


def _refused(row: Row, at: datetime, case_id: str | None, refusals: Sequence[Refusal]) -> Result:
    stops = tuple(
        Stop(by=r.by, ring=r.ring, basis=r.basis.value, reason=r.reason, remedy=r.remedy, citation=r.citation)
        for r in refusals
    )
    happened = "refused: " + ", ".join(s.by for s in stops)
    return Result(row=row, at=at, outcome="refused", happened=happened, case=case_id, stops=stops)


def _waited(office: Office, row: Row, at: datetime, case_id: str | None, fired: tuple[str, ...]) -> Result:
    if case_id is None:
        return Result(row=row, at=at, outcome="clock", happened="nothing")
    with office.store.read() as tx:
        case, _ = load_case(office, tx, office.registry(tx), case_id)
    recent = [f"{e.facts['mark']} {e.act}" for e in case.events if e.kind == MARK]
    happened = "; ".join([*fired, case.step]) if fired else "nothing"
    return Result(row=row, at=at, outcome="clock", happened=happened, case=case_id, step=case.step, seq=case.seq,
                  fired=tuple(dict.fromkeys([*fired, *recent])))  # fmt: skip


def _meets(then: str, result: Result) -> bool:
    wanted = then.strip()
    if result.outcome == "clock":
        if wanted == "nothing":
            return result.happened == "nothing"
        parts = [p.strip() for p in wanted.split(";") if p.strip()]
        return all(p == result.step or p in result.fired for p in parts)
    kind, _, names = wanted.partition(":")
    if kind in ("refused", "demand") and result.outcome == kind:
        listed = {n.strip() for n in names.split(",") if n.strip()}
        return not listed or listed == {s.by for s in result.stops}
    return wanted in (result.happened, result.outcome)


def moment_of(day: str, last: datetime | None) -> datetime:
    """Return the row's instant: a bare day is nine o'clock, one minute later a row on the same day."""
    at = parse_instant(day)
    bare = len(day.strip()) == len("2026-01-01")
    if bare and last is not None and last.date() == at.date() and at <= last:
        return last + timedelta(minutes=1)
    return at


def _error(row: Row, at: datetime, message: Text) -> Result:
    stop = Stop(by="error", ring="shape", basis="rule", reason=message, remedy=None, citation=None)
    return Result(row=row, at=at, outcome="error", happened="error", stops=(stop,))


def row_from_story(row: StoryRow) -> Row:
    """Return a story's row as a script's."""
    return Row(
        day=row.day,
        who=row.who,
        does=row.does,
        data=row.data,
        then=row.then,
        entered=row.entered,
        reason=row.reason,
        line=row.line,
    )


def row_from(plain: Mapping[str, Any], *, line: int = 0) -> Row:
    """Return a row from a script's plain data.  Raises BadRow for an unknown or missing key."""
    known = {"day", "who", "does", "with", "then", "entered", "reason", "post", "key", "seen", "case", "power"}
    wrong = sorted(str(k) for k in plain if k not in known)
    missing = sorted({"day", "who", "does"} - plain.keys())
    if wrong or missing:
        raise BadRow(line, wrong, missing)
    data = plain.get("with") or {}
    if not isinstance(data, Mapping):
        raise BadRow(line, ["with"], [])
    return Row(day=str(plain["day"]), who=str(plain["who"]), does=str(plain["does"]), data=data, line=line,
               then=plain.get("then"), entered=plain.get("entered"), reason=plain.get("reason"), post=plain.get("post"),
               key=plain.get("key"), seen=plain.get("seen"), case=str(plain.get("case", MAIN)), power=plain.get("power"))  # fmt: skip


class BadRow(Exception):
    """A line of a script that is no row."""

    def __init__(self, line: int, wrong: Sequence[str], missing: Sequence[str]) -> None:
        zh = "；".join(
            [
                *([f"不认识的项：{'、'.join(wrong)}"] if wrong else []),
                *([f"缺少：{'、'.join(missing)}"] if missing else []),
            ]
        )
        en = f"unknown or malformed: {', '.join(wrong) or '-'}; missing: {', '.join(missing) or '-'}"
        super().__init__(en)
        self.message = Text(zh=f"第{line}行：{zh}", en=f"line {line}: {en}")
