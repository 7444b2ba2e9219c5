"""Rows as the tables hold them, the same for both databases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zlib import crc32

from qingfeng.casework.ports import CaseRow, DeadlineRow, StoredEvent

Row = tuple[Any, ...]
"""One row as a driver returns it."""

CASE_COLUMNS = "case_id, power, version, step, status, title, opened_at, last_at, seq, posts, next_due, provisional"
DEADLINE_COLUMNS = "case_id, limit_id, run, mark, at, provisional"
EVENT_COLUMNS = (
    "e.position, e.stream, e.seq, e.entry, e.opening, (SELECT p.opening FROM private p WHERE p.position = e.position)"
)

NO_DUE = 2**63 - 1
"""In the inbox: no limit runs, so the case stands last.  The largest number both databases hold."""

SHARDS = 16
"""Rows per counter.  Transactions of different cases rarely meet on one row (docs/adr/003-stores.md)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Return microseconds since 1970-01-01 UTC, exactly.  The instant must know its offset."""
    assert at.tzinfo is not None, f"{at} has no offset from UTC"
    return (at - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """Return the instant of so many microseconds, in UTC."""
    return _EPOCH + number * _MICROSECOND


def _raw(value: object) -> bytes:
    """Return what stands in a column of bytes; SQLite holds whatever somebody with the file put there, "
    "and it has to be read to be named."""
    return (
        bytes(value)
        if isinstance(value, bytes | bytearray | memoryview)
        else str(value).encode("utf-8", "surrogatepass")
    )


def stored_event(row: Row) -> StoredEvent:
    """Return an event as read with EVENT_COLUMNS."""
    position, stream, seq, entry, opening, private = row
    return StoredEvent(position, stream, seq, _raw(entry), _raw(opening), None if private is None else _raw(private))


def case_values(row: CaseRow) -> Row:
    """Return what goes into CASE_COLUMNS."""
    posts = json.dumps({"may": row.posts, "owe": row.owed} if row.owed else row.posts, ensure_ascii=False)
    return (
        row.case, row.power, row.version, row.step, row.status, row.title, row.opened_at, row.last_at,
        row.seq, posts, row.next_due, row.provisional,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _posts(told: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who may act and who owes an act, out of the column of posts: of a thousand cases it has some dozen values."""
    posts = json.loads(told)
    may, owed = (posts["may"], posts["owe"]) if isinstance(posts, dict) else (posts, ())
    return tuple(may), tuple(owed)


def case_row(row: Row) -> CaseRow:
    """Return a projection as read with CASE_COLUMNS."""
    may, owed = _posts(row[9])
    return CaseRow(
        case=row[0], power=row[1], version=row[2], step=row[3], status=row[4], title=row[5], opened_at=row[6],
        last_at=row[7], seq=row[8], posts=may, next_due=row[10], provisional=bool(row[11]), owed=owed,
    )  # fmt: skip


def deadline_values(row: DeadlineRow) -> Row:
    """Return what goes into DEADLINE_COLUMNS."""
    return (row.case, row.limit, row.run, row.mark, micros(row.at), row.provisional)


def deadline_row(row: Row) -> DeadlineRow:
    """Return a deadline as read with DEADLINE_COLUMNS."""
    return DeadlineRow(case=row[0], limit=row[1], run=row[2], mark=row[3], at=instant(row[4]), provisional=bool(row[5]))


def inbox_rows(row: CaseRow | None) -> set[tuple[str, int, str]]:
    """Return (post, due, case) for each post that may act next; of a closed case for those who still owe an act on it."""
    if row is None:
        return set()
    due = NO_DUE if row.next_due is None else micros(datetime.fromisoformat(row.next_due))
    return {(post, due, row.case) for post in (row.owed if row.status == "closed" else row.posts)}


def count_key(row: CaseRow) -> tuple[str, str, str, int]:
    """Return the counter that this case is counted on: (power, step, status, shard)."""
    return (row.power, row.step, row.status, crc32(row.case.encode("utf-8")) % SHARDS)


def check_deadlines(case: str, rows: Sequence[DeadlineRow]) -> set[DeadlineRow]:
    """Return the deadlines to be armed, after looking whether they are of this case and each mark is there once."""
    assert all(row.case == case for row in rows), f"a deadline of another case given for {case}"
    wanted = set(rows)
    assert len({(row.limit, row.run, row.mark) for row in rows}) == len(wanted), f"{case}: one mark with two instants"
    return wanted


def deadline_changes(
    case: str, former: Sequence[DeadlineRow], rows: Sequence[DeadlineRow]
) -> tuple[list[DeadlineRow], list[DeadlineRow]]:
    """Return (to be deleted, to be inserted) that turn the former deadlines of a case into rows."""
    wanted = check_deadlines(case, rows)
    kept = set(former) & wanted
    return [row for row in former if row not in kept], [row for row in dict.fromkeys(rows) if row not in kept]
