"""What is said to PostgreSQL and not to SQLite; statements are written with `?`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from qingfeng.casework.ports import CASE_STREAM, CaseRow

from .postgres_link import POSITION_BITS
from .rows import CASE_COLUMNS, DEADLINE_COLUMNS, Row, case_values, inbox_rows
from .transaction import BY_TIME, COUNT, DEADLINES, EVENTS, Statement

WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

# Only events of transactions before the oldest one still running: a position is made of its transaction's number, so
# nothing that is committed later can stand before them.
_SETTLED = f"< (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ?) << {POSITION_BITS}"
ALL_VISIBLE = f"{EVENTS} WHERE e.position > ? ORDER BY e.position LIMIT ?"
ALL = f"{EVENTS} WHERE e.position > ? AND e.position {_SETTLED} ORDER BY e.position LIMIT ?"
OUTBOX = f"SELECT position FROM outbox WHERE position {_SETTLED} ORDER BY position LIMIT ?"
TRANSACTION = "SELECT pg_current_xact_id()::text::bigint"
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))"


# One round trip: event, personal opening, outbox row; nothing when seq does not follow the head or was taken meanwhile.
APPEND = (
    "WITH event AS (INSERT INTO events (position, stream, seq, entry, opening)"
    f" SELECT ((pg_current_xact_id()::text::bigint + ?) << {POSITION_BITS}) | ?, ?, ?, ?, ?"
    " WHERE (SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?) = ? - 1"
    " ON CONFLICT (stream, seq) DO NOTHING RETURNING position),"
    " personal AS (INSERT INTO private (position, opening)"
    " SELECT position, ?::bytea FROM event WHERE ?::bytea IS NOT NULL)"
    " INSERT INTO outbox (position) SELECT position FROM event RETURNING position"
)
# The same for later: an error of the server when seq does not follow, so that no COMMIT comes after it.
APPEND_LATER = (
    "WITH event AS (INSERT INTO events (position, stream, seq, entry, opening) SELECT ?, ?, ?, ?, ?"
    " WHERE (SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?) = ? - 1 RETURNING position),"
    " personal AS (INSERT INTO private (position, opening)"
    " SELECT position, ?::bytea FROM event WHERE ?::bytea IS NOT NULL),"
    " sent AS (INSERT INTO outbox (position) SELECT position FROM event RETURNING position)"
    " SELECT must_be_one(count(*)) FROM sent"
)
KEEP_LATER = "INSERT INTO answers (key, digest, answer) VALUES (?, ?, ?)"

NOTE_LATER = (
    "INSERT INTO uses (field, value, case_id, seq)"
    " SELECT n.field, n.value, ?, n.seq FROM unnest(?::text[], ?::text[], ?::bigint[]) AS n (field, value, seq) ON CONFLICT DO NOTHING"
)

# OFFSET 0 keeps the planner from asking for locks before the order and the limit are settled.
CLAIM = (
    "SELECT case_id FROM"
    " (SELECT case_id FROM deadlines WHERE at <= ? ORDER BY at, case_id, limit_id, run, mark OFFSET 0) due"
    f" WHERE pg_try_advisory_xact_lock(hashtextextended('{CASE_STREAM}' || case_id, 0)) LIMIT ?"
)
CLAIMED = f"{DEADLINES} WHERE case_id = ANY(?) AND at <= ?{BY_TIME}"

# Whatever stood there: the rows of a case become these.
REPLACE_DEADLINES = (
    "WITH gone AS (DELETE FROM deadlines WHERE case_id = ?"
    " AND (limit_id, run, mark) NOT IN (SELECT * FROM unnest(?::text[], ?::bigint[], ?::text[])))"
    f" INSERT INTO deadlines AS d ({DEADLINE_COLUMNS})"
    " SELECT ?, * FROM unnest(?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::boolean[])"
    " ON CONFLICT (case_id, limit_id, run, mark) DO UPDATE SET at = excluded.at, provisional = excluded.provisional"
    " WHERE (d.at, d.provisional) <> (excluded.at, excluded.provisional)"
)


def change_of_case(former: CaseRow | None, row: CaseRow) -> Statement:
    """Return what writes row in place of former, with inbox; an error of the server if former is not there."""
    values = case_values(row)
    taken: list[object] = [*values] if former is None else [*values[1:], row.case, *_guard(former)]
    before, now = inbox_rows(former), inbox_rows(row)
    gone, come = sorted(before - now), sorted(now - before)
    for posts in (gone, come):
        if posts:
            taken += [[post for post, _, _ in posts], *posts[0][1:]]
    return _change(former is None, bool(gone), bool(come)), tuple(taken)


def counting(rows: Sequence[Row]) -> list[Statement]:
    """Return what adds to counters, in the order given, in statements of few different lengths."""
    statements: list[Statement] = []
    while rows:
        n = next(n for n in (32, 8, 2, 1) if n <= len(rows))
        statements.append((_count(n), tuple(value for row in rows[:n] for value in row)))
        rows = rows[n:]
    return statements


@cache
def _count(rows: int) -> str:
    one = "(?, ?, ?, ?, ?)"
    return COUNT.replace(one, ", ".join([one] * rows))


def _guard(former: CaseRow) -> Row:
    """Return what inbox and counts were derived from; who finds it changed starts again."""
    _, power, _, step, status, _, _, _, _, posts, due, _ = case_values(former)
    return (power, step, status, posts, due)


@cache
def _change(fresh: bool, gone: bool, come: bool) -> str:
    if fresh:
        case = f"INSERT INTO cases ({CASE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    else:
        columns = ", ".join(f"{column.strip()} = ?" for column in CASE_COLUMNS.split(",")[1:])
        case = (
            f"UPDATE cases SET {columns} WHERE case_id = ? AND power = ? AND step = ? AND status = ? AND posts = ?"
            " AND next_due IS NOT DISTINCT FROM ?"
        )
    parts = [f"done AS ({case} RETURNING 1)"]
    if gone:
        parts.append("gone AS (DELETE FROM inbox WHERE post = ANY(?::text[]) AND due = ? AND case_id = ?)")
    if come:
        parts.append(
            "come AS (INSERT INTO inbox (post, due, case_id)"
            " SELECT unnest(?::text[]), ?::bigint, ?::text ON CONFLICT DO NOTHING)"
        )
    return f"WITH {', '.join(parts)} SELECT must_be_one(count(*)) FROM done"
