"""What a transaction does, told once for both databases; statements are written with `?`.

A subclass says how statements are run and translates the driver's errors; the few operations that the databases do
differently (append, claim_due, the bounds of a consistent look) are its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import islice

from qingfeng.casework.ports import CaseRow, DeadlineRow, StoredEvent, StoreError
from qingfeng.ledger.entry import Sealed

from . import faults
from .rows import (
    CASE_COLUMNS,
    DEADLINE_COLUMNS,
    EVENT_COLUMNS,
    Row,
    case_row,
    case_values,
    count_key,
    deadline_changes,
    deadline_row,
    inbox_rows,
    micros,
    stored_event,
)

Statement = tuple[str, Row]
"""SQL with `?` and what stands for them."""

WholeCase = tuple[Sequence[Sealed], CaseRow, Sequence[DeadlineRow]]
"""What append_bulk takes per case."""

BULK_CASES = 2_000
"""Cases per transaction of append_bulk: some 20,000 events, held in memory; larger ones were not faster."""

# The personal opening by a lookup per event, not by a join: without fresh statistics PostgreSQL joins by reading all.
EVENTS = f"SELECT {EVENT_COLUMNS} FROM events e"
_STREAM = f"{EVENTS} WHERE e.stream = ? AND e.seq > ? ORDER BY e.seq"
_HEAD = "SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?"
_ANSWER = "SELECT digest, answer FROM answers WHERE key = ?"
_CASE = f"SELECT {CASE_COLUMNS} FROM cases WHERE case_id = ?"
_INBOX = (
    f"SELECT i.due, {CASE_COLUMNS.replace('case_id', 'c.case_id')} FROM inbox i JOIN cases c ON c.case_id = i.case_id"
    " WHERE i.post = ? ORDER BY i.due, i.case_id LIMIT ?"
)
_COUNTS = (
    "SELECT power, step, status, CAST(sum(n) AS bigint) FROM counts GROUP BY power, step, status HAVING sum(n) > 0"
    " ORDER BY power, step, status"
)
DEADLINES = f"SELECT {DEADLINE_COLUMNS} FROM deadlines"
BY_TIME = " ORDER BY at, case_id, limit_id, run, mark LIMIT ?"
_OF_CASE = f"{DEADLINES} WHERE case_id = ?"
_PROVISIONAL = (
    "SELECT DISTINCT case_id FROM deadlines WHERE provisional AND case_id > ? ORDER BY case_id LIMIT ?"
)
_KEEP = "INSERT INTO answers (key, digest, answer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_NUMBER = (
    "INSERT INTO numbers (name, last) VALUES (?, 1)"
    " ON CONFLICT (name) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)
_ADD_CASE = f"INSERT INTO cases ({CASE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
# Two ways to change a case: the columns that indexes stand on are named only when they changed.
_MOVE_CASE = (
    "UPDATE cases SET step = ?, title = ?, last_at = ?, seq = ?, posts = ?, next_due = ?, provisional = ?"
    " WHERE case_id = ?"
)
_TURN_CASE = (
    "UPDATE cases SET power = ?, version = ?, step = ?, status = ?, title = ?, opened_at = ?, last_at = ?, seq = ?,"
    " posts = ?, next_due = ?, provisional = ? WHERE case_id = ?"
)
_COUNT = (
    "INSERT INTO counts (power, step, status, shard, n) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (power, step, status, shard) DO UPDATE SET n = counts.n + excluded.n"
)
_OUT = "DELETE FROM inbox WHERE post = ? AND due = ? AND case_id = ?"
_IN = "INSERT INTO inbox (post, due, case_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_DISARM = "DELETE FROM deadlines WHERE case_id = ? AND limit_id = ? AND run = ? AND mark = ?"
_ARM = f"INSERT INTO deadlines ({DEADLINE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
_ERASE = (
    "UPDATE private SET opening = NULL WHERE opening IS NOT NULL"
    " AND position = (SELECT position FROM events WHERE stream = ? AND seq = ?)"
)


class Reading(ABC):
    """A consistent look (casework.ports.ReadTx)."""

    @abstractmethod
    def _all(self, sql: str, values: Row) -> list[Row]:
        """Run a statement and return its rows.  Raises StoreError."""

    @abstractmethod
    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        """See casework.ports."""

    @abstractmethod
    def outbox(self, *, limit: int = 1_000) -> list[int]:
        """See casework.ports."""

    def events(self, stream: str, *, after: int = 0) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(_STREAM, (stream, after))]

    def head(self, stream: str) -> int:
        return int(self._all(_HEAD, (stream,))[0][0])

    def answer(self, key: str) -> tuple[bytes, bytes] | None:
        rows = self._all(_ANSWER, (key,))
        return (bytes(rows[0][0]), bytes(rows[0][1])) if rows else None

    def case_row(self, case: str) -> CaseRow | None:
        rows = self._all(_CASE, (case,))
        return case_row(rows[0]) if rows else None

    def case_rows(
        self, *, power: str | None = None, status: str | None = None, after: str = "", limit: int = 100
    ) -> list[CaseRow]:
        wanted = [(column, value) for column, value in (("power", power), ("status", status)) if value is not None]
        where = "".join(f"{column} = ? AND " for column, _ in wanted)
        sql = f"SELECT {CASE_COLUMNS} FROM cases WHERE {where}case_id > ? ORDER BY case_id LIMIT ?"
        return [case_row(row) for row in self._all(sql, (*(value for _, value in wanted), after, limit))]

    def inbox(self, posts: Sequence[str], *, limit: int = 100) -> list[CaseRow]:
        # Each post's list is read from its index, nearest first, and no further than the limit.
        lists = [self._all(_INBOX, (post, limit)) for post in dict.fromkeys(posts)]
        nearest = {row[1]: row for row in merge(*lists, key=lambda row: (row[0], row[1]))}
        return [case_row(row[1:]) for row in islice(nearest.values(), limit)]

    def counts(self) -> list[tuple[str, str, str, int]]:
        return [(power, step, status, int(n)) for power, step, status, n in self._all(_COUNTS, ())]

    def deadlines(
        self, *, case: str | None = None, before: datetime | None = None, limit: int = 1_000
    ) -> list[DeadlineRow]:
        wanted: list[tuple[str, str | int]] = []
        if case is not None:
            wanted.append(("case_id = ?", case))
        if before is not None:
            wanted.append(("at < ?", micros(before)))
        where = " WHERE " + " AND ".join(condition for condition, _ in wanted) if wanted else ""
        rows = self._all(DEADLINES + where + BY_TIME, (*(value for _, value in wanted), limit))
        return [deadline_row(row) for row in rows]

    def provisional_cases(self, *, after: str = "", limit: int = 1_000) -> list[str]:
        return [row[0] for row in self._all(_PROVISIONAL, (after, limit))]


class Writing(Reading):
    """A transaction (casework.ports.WriteTx).

    After an error that may have left an operation half done the transaction is spoilt: whoever swallows the error gets
    it again on leaving, and nothing is kept.  Undoing a savepoint around it makes good.
    """

    def __init__(self) -> None:
        self.spoilt: StoreError | None = None

    @abstractmethod
    def _run(self, statements: Sequence[Statement]) -> list[int]:
        """Run statements in order and return how many rows each touched.  Raises StoreError."""

    @abstractmethod
    def _mark(self, sql: str) -> None:
        """Run a statement on savepoints.  Raises StoreError."""

    def keep_answer(self, key: str, digest: bytes, answer: bytes) -> None:
        if self._run([(_KEEP, (key, digest, answer))]) != [1]:
            raise faults.key_taken(key)

    def next_number(self, name: str) -> int:
        return int(self._all(_NUMBER, (name,))[0][0])

    def put_case(self, row: CaseRow) -> None:
        former = self.case_row(row.case)
        if former == row:
            return
        statements = [_case_change(former, row), *_count_changes(former, row), *_inbox_changes(former, row)]
        if self._run(statements)[0] != 1:  # another transaction made or cleared this row since we read it
            self.spoilt = faults.rows_taken(row.case)
            raise self.spoilt

    def put_deadlines(self, case: str, rows: Sequence[DeadlineRow]) -> None:
        former = [deadline_row(found) for found in self._all(_OF_CASE, (case,))]
        stale, fresh = deadline_changes(case, former, rows)
        statements: list[Statement] = [(_DISARM, (case, row.limit, row.run, row.mark)) for row in stale]
        statements += [(_ARM, (case, row.limit, row.run, row.mark, micros(row.at), row.provisional)) for row in fresh]
        if statements:
            self._run(statements)

    def erase(self, stream: str, seq: int) -> bool:
        return self._run([(_ERASE, (stream, seq))]) == [1]

    def clear_projections(self) -> None:
        self._run([(f"DELETE FROM {table}", ()) for table in ("cases", "inbox", "counts", "deadlines")])

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        before = self.spoilt
        self._mark("SAVEPOINT inner_work")
        done = False
        try:
            yield
            done = self.spoilt is before
        finally:
            if not done:
                # If this fails too (connection lost), the transaction stays spoilt and nothing of it is kept.
                self._mark("ROLLBACK TO SAVEPOINT inner_work")
                self._mark("RELEASE SAVEPOINT inner_work")
                swallowed, self.spoilt = self.spoilt, before
        if not done:
            assert swallowed is not None
            raise swallowed
        self._mark("RELEASE SAVEPOINT inner_work")


def _case_change(former: CaseRow | None, row: CaseRow) -> Statement:
    values = case_values(row)
    if former is None:
        return _ADD_CASE, values
    fixed = replace(
        row, step=former.step, title=former.title, last_at=former.last_at, seq=former.seq, posts=former.posts,
        next_due=former.next_due, provisional=former.provisional,
    )  # fmt: skip
    if fixed == former:
        return _MOVE_CASE, (values[3], values[5], *values[7:], row.case)
    return _TURN_CASE, (*values[1:], row.case)


def _count_changes(former: CaseRow | None, row: CaseRow) -> list[Statement]:
    changes: list[Row] = [(*count_key(row), 1)]
    if former is not None:
        if count_key(former) == count_key(row):
            return []
        changes.append((*count_key(former), -1))
    # In one order everywhere, so that two transactions do not wait for each other crosswise.
    return [(_COUNT, change) for change in sorted(changes)]


def _inbox_changes(former: CaseRow | None, row: CaseRow) -> list[Statement]:
    before, now = inbox_rows(former), inbox_rows(row)
    return [(_OUT, gone) for gone in sorted(before - now)] + [(_IN, come) for come in sorted(now - before)]


class Tally:
    """Counts of a bulk of new cases, to be added in one go."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, str, int], int] = {}

    def add(self, row: CaseRow) -> None:
        """Count a new case."""
        key = count_key(row)
        self._numbers[key] = self._numbers.get(key, 0) + 1

    def statements(self) -> list[Statement]:
        """Return what adds the numbers, in the order that everybody keeps."""
        return [(_COUNT, (*key, n)) for key, n in sorted(self._numbers.items())]


def follow(tx: Reading, heads: dict[str, int], sealed: Sealed) -> None:
    """Note sealed as the new head of its stream.  Raises Conflict unless it follows; a new stream costs no query."""
    head = heads.get(sealed.stream)
    if head is None:
        head = 0 if sealed.seq == 1 else tx.head(sealed.stream)
    if sealed.seq != head + 1:
        raise faults.stream_taken(sealed.stream, sealed.seq)
    heads[sealed.stream] = sealed.seq


def batches(cases: Iterable[WholeCase], size: int) -> Iterator[list[WholeCase]]:
    """Cut a stream of cases into lists of at most so many."""
    source = iter(cases)
    while batch := list(islice(source, size)):
        yield batch
