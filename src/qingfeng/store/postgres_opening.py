"""Opening streams on PostgreSQL: all that several commands need to see, in one statement after their locks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from qingfeng.casework.ports import CASE_STREAM, CaseRow, DeadlineRow, Opened, StoredEvent, Wanted

from .postgres_statements import LOCK
from .rows import CASE_COLUMNS, DEADLINE_COLUMNS, EVENT_COLUMNS, Row, case_row, deadline_row, stored_event
from .transaction import Statement

_LOCKS = "SELECT pg_advisory_xact_lock(hashtextextended(stream, 0)) FROM unnest(?::text[]) AS s (stream)"

_NUMBER, _EVENT, _ANSWER, _CASE, _DEADLINE = range(
    5
)  # kinds of rows; each has the columns of an event, or some of them
_NONE = "NULL::bytea, NULL::bytea, NULL::bytea"


def _opening(streams: str, names: str) -> str:
    # The transaction's number is drawn here, with the locks had.  LATERAL and OFFSET 0: always by the index.
    return (
        f"SELECT {_NUMBER}::bigint, pg_current_xact_id()::text::bigint, NULL::text, NULL::bigint, {_NONE}"
        f" UNION ALL SELECT {_EVENT}, e.* FROM {streams} AS w (stream, after), LATERAL (SELECT {EVENT_COLUMNS}"
        " FROM events e WHERE e.stream = w.stream AND e.seq > w.after ORDER BY e.seq OFFSET 0) e"
        f" UNION ALL SELECT {_ANSWER}, NULL, a.* FROM {names} AS w (name), LATERAL"
        " (SELECT key, NULL::bigint, digest, answer, NULL::bytea FROM answers WHERE key = w.name OFFSET 0) a"
        f" UNION ALL SELECT {_CASE}, NULL, c.row, NULL, {_NONE} FROM {names} AS w (name), LATERAL"
        f" (SELECT json_build_array({CASE_COLUMNS})::text AS row FROM cases WHERE case_id = w.name OFFSET 0) c"
        f" UNION ALL SELECT {_DEADLINE}, NULL, d.row, NULL, {_NONE} FROM {names} AS w (name), LATERAL"
        f" (SELECT json_build_array({DEADLINE_COLUMNS})::text AS row FROM deadlines WHERE case_id = w.name OFFSET 0) d"
    )


_MANY = _opening("unnest(?::text[], ?::bigint[])", "unnest(?::text[])")
_ONE = _opening("(VALUES (?::text, ?::bigint), (?::text, ?::bigint))", "(VALUES (?::text))")  # lists cost psycopg time


@dataclass(frozen=True, slots=True)
class Found:
    """What was read to open a stream, and the projections of its case."""

    opened: Opened
    row: CaseRow | None
    armed: set[DeadlineRow]


def opening(wanted: Sequence[Wanted]) -> list[Statement]:
    """Return what locks and reads; streams and keys are each there once, what stands beside them is the same for all."""
    # The locks apart: a statement sees what was committed when it began, so it must begin after the waiting.
    first = wanted[0]
    if len(wanted) == 1:
        case = None if first.stream is None else _case(first.stream)
        values = (first.stream, first.after, first.beside, first.beside_after, first.key, case, case)
        return [*([] if first.stream is None else [(LOCK, (first.stream,))]), (_ONE, values)]
    after = {one.stream: one.after for one in wanted if one.stream is not None}
    streams = sorted(after)  # in one order everywhere: no waiting crosswise
    cases = [_case(stream) for stream in streams]
    after[first.beside] = first.beside_after
    keys = [one.key for one in wanted if one.key is not None]
    return [(_LOCKS, (streams,)), (_MANY, (list(after), list(after.values()), keys, cases, cases))]


def _case(stream: str) -> str:
    return stream.removeprefix(CASE_STREAM)


def sorted_out(wanted: Sequence[Wanted], rows: Sequence[Row]) -> tuple[int, dict[Wanted, Found]]:
    """Return the transaction's number and give each what it wanted, out of what `opening` read."""
    number = 0
    events: dict[str, list[StoredEvent]] = {}
    answers: dict[str, tuple[bytes, bytes]] = {}
    cases: dict[str, CaseRow] = {}
    armed: dict[str, set[DeadlineRow]] = {}
    for kind, *values in rows:
        if kind == _NUMBER:
            number = values[0]
        elif kind == _EVENT:
            event = stored_event(tuple(values))
            events.setdefault(event.stream, []).append(event)
        elif kind == _ANSWER:
            answers[values[1]] = (values[3], values[4])
        elif kind == _CASE:
            row = case_row(json.loads(values[1]))
            cases[row.case] = row
        else:
            due = deadline_row(json.loads(values[1]))
            armed.setdefault(due.case, set()).add(due)
    found = {}
    for one in wanted:
        stream = one.stream or ""
        opened = Opened(events.get(stream, []), events.get(one.beside, []), answers.get(one.key or ""))
        found[one] = Found(opened, cases.get(_case(stream)), armed.get(_case(stream), set()))
    return number, found
