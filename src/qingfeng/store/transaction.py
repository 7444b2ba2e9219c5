"""What a transaction does, told once for both databases; statements are written with `?`.

A subclass says how statements are run and translates the driver's errors; the few operations that the databases do
differently (append, claim_due, the bounds of a consistent look) are its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from heapq import merge
from itertools import islice

from qingfeng.casework.ports import CASE_STREAM, CaseRow, DeadlineRow, Opened, StoredEvent, StoreError, Use, Wanted
from qingfeng.ledger.entry import Sealed
from qingfeng.terms.instants import format_instant

from . import faults
from .rows import (
    CASE_COLUMNS,
    DEADLINE_COLUMNS,
    EVENT_COLUMNS,
    Row,
    case_row,
    count_key,
    deadline_row,
    micros,
    stored_event,
)

Statement = tuple[str, Row]
"""SQL with `?` and what stands for them."""

WholeCase = tuple[Sequence[Sealed], CaseRow, Sequence[DeadlineRow], Sequence[Use]]
"""What append_bulk takes per case."""

BULK_CASES = 2_000
"""Cases per transaction of append_bulk: some 20,000 events, held in memory; larger ones were not faster."""

# The personal opening by a lookup per event, not by a join: without fresh statistics PostgreSQL joins by reading all.
EVENTS = f"SELECT {EVENT_COLUMNS} FROM events e"
_STREAM = f"{EVENTS} WHERE e.stream = ? AND e.seq > ? ORDER BY e.seq"
_LATEST = f"{EVENTS} WHERE e.stream = ? AND e.seq < ? ORDER BY e.seq DESC LIMIT ?"
_RECENT = f"{EVENTS} WHERE e.position < ? ORDER BY e.position DESC LIMIT ?"
_END = (1 << 63) - 1
MAX_SEQ = (1 << 31) - 1
_HEAD = "SELECT coalesce(max(seq), 0) FROM events WHERE stream = ?"
_ANSWER = "SELECT digest, answer FROM answers WHERE key = ?"
_CASE = f"SELECT {CASE_COLUMNS} FROM cases WHERE case_id = ?"
_LAST_CASES = "SELECT case_id, seq FROM cases WHERE power = ? ORDER BY case_id DESC LIMIT ?"
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
_PROVISIONAL = "SELECT DISTINCT case_id FROM deadlines WHERE provisional AND case_id > ? ORDER BY case_id LIMIT ?"
_KEEP = "INSERT INTO answers (key, digest, answer) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_JOINED = "SELECT " + EVENT_COLUMNS + " FROM {} CROSS JOIN events e WHERE e.stream = w.stream AND e.seq {}"
_HEADS = "SELECT w.stream, (SELECT max(e.seq) FROM events e WHERE e.stream = w.stream) FROM {}"
_CASES = f"SELECT {CASE_COLUMNS} FROM cases WHERE case_id IN (SELECT w.stream FROM {{}})"
_LATE = f"SELECT {CASE_COLUMNS} FROM cases WHERE next_due < ? AND status <> 'closed' ORDER BY next_due, case_id LIMIT ?"
_LATE_BY_STEP = (
    "SELECT power, step, gone, count(*) FROM (SELECT power, step, next_due <= ? AS gone FROM cases WHERE next_due < ?"
    " AND status <> 'closed' ORDER BY next_due, case_id LIMIT ?) AS late GROUP BY power, step, gone ORDER BY power, step, gone"
)
_NUMBER = (
    "INSERT INTO numbers (name, last) VALUES (?, 1)"
    " ON CONFLICT (name) DO UPDATE SET last = numbers.last + 1 RETURNING last"
)
COUNT = (
    "INSERT INTO counts (power, step, status, shard, n) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (power, step, status, shard) DO UPDATE SET n = counts.n + excluded.n"
)
_USES = "SELECT case_id, seq FROM uses WHERE field = ? AND value = ? ORDER BY case_id DESC, seq DESC LIMIT ?"
_USES_BEFORE = _USES.replace(" ORDER", " AND case_id < ? ORDER")
_TALLY = "SELECT value, count(*) FROM uses WHERE field = ? AND value BETWEEN ? AND ? GROUP BY value ORDER BY value"
_USES_BETWEEN = "SELECT value, case_id, seq FROM uses WHERE field = ? AND value BETWEEN ? AND ? ORDER BY value, case_id, seq LIMIT ?"
_USES_OF = "SELECT field, value, seq FROM uses WHERE case_id = ? ORDER BY seq, field, value"
NOTE = "INSERT INTO uses (field, value, case_id, seq) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_FORGET = "DELETE FROM uses WHERE case_id = ? AND seq = ?"
_ERASE = (
    "UPDATE private SET opening = NULL WHERE opening IS NOT NULL"
    " AND position = (SELECT position FROM events WHERE stream = ? AND seq = ?)"
)


_PENDING = f"{EVENTS} WHERE e.position BETWEEN ? AND ? AND e.position IN (SELECT position FROM outbox) ORDER BY e.position"
_LOG_SIZE = "SELECT coalesce(max(idx) + 1, 0) FROM logged"
_PLACE = "SELECT l.idx FROM events e JOIN logged l ON l.position = e.position WHERE e.stream = ? AND e.seq = ?"
_LOGGED = (
    f"SELECT l.idx, {EVENT_COLUMNS} FROM logged l JOIN events e ON e.position = l.position"
    " WHERE l.idx >= ? AND l.idx < ? ORDER BY l.idx"
)
_UNLOGGED = (
    f"{EVENTS} WHERE e.position > ? AND NOT EXISTS (SELECT 1 FROM logged l WHERE l.position = e.position) ORDER BY e.position LIMIT ?"
)
_HOLES = "SELECT stream, count(*), max(seq) FROM events GROUP BY stream HAVING count(*) <> max(seq) ORDER BY stream"
_TAKE_IN = (
    "INSERT INTO logged (idx, position) SELECT ? + row_number() OVER (ORDER BY position) - 1, position"
    " FROM outbox WHERE position BETWEEN ? AND ?"
)
_TAKE_OUT = "DELETE FROM outbox WHERE position BETWEEN ? AND ?"


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

    def pending(self, *, limit: int = 1_000) -> list[StoredEvent]:
        positions = self.outbox(limit=limit)
        return [stored_event(row) for row in self._all(_PENDING, (positions[0], positions[-1]))] if positions else []

    def log_size(self) -> int:
        return int(self._all(_LOG_SIZE, ())[0][0])

    def place(self, stream: str, seq: int) -> int | None:
        rows = self._all(_PLACE, (stream, seq))
        return int(rows[0][0]) if rows else None

    def logged(self, first: int, *, limit: int = 1_000) -> list[tuple[int, StoredEvent]]:
        return [(int(row[0]), stored_event(row[1:])) for row in self._all(_LOGGED, (first, first + limit))]

    def unlogged(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(_UNLOGGED, (after, limit))]

    def holes(self) -> list[tuple[str, int, int]]:
        return [(str(stream), int(count), int(last)) for stream, count, last in self._all(_HOLES, ())]

    def events(self, stream: str, *, after: int = 0) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(_STREAM, (stream, after))]

    def latest(self, stream: str, *, before: int | None = None, limit: int = 100) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(_LATEST, (stream, MAX_SEQ if before is None else before, limit))]

    def recent(self, *, before: int | None = None, limit: int = 1_000) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(_RECENT, (_END if before is None else before, limit))]

    def uses(self, field: str, value: str, *, before: str | None = None, limit: int = 500) -> list[tuple[str, int]]:
        rows = self._all(_USES, (field, value, limit)) if before is None else self._all(_USES_BEFORE, (field, value, before, limit))
        return [(str(case), int(seq)) for case, seq in rows]

    def tally(self, field: str, first: str, last: str) -> list[tuple[str, int]]:
        return [(str(value), int(n)) for value, n in self._all(_TALLY, (field, first, last))]

    def uses_between(self, field: str, first: str, last: str, *, limit: int = 10_000) -> list[tuple[str, str, int]]:
        return [(str(value), str(case), int(seq)) for value, case, seq in self._all(_USES_BETWEEN, (field, first, last, limit))]

    def uses_of(self, case: str) -> list[Use]:
        return [(str(field), str(value), int(seq)) for field, value, seq in self._all(_USES_OF, (case,))]

    def head(self, stream: str) -> int:
        return int(self._all(_HEAD, (stream,))[0][0])

    @abstractmethod
    def _wanted(self, places: Sequence[tuple[str, int]]) -> Statement:
        """Return SQL of a table w (stream, seq) of any length, and what stands for it: one text however many are asked for."""

    def _among(self, sql: str, places: Sequence[tuple[str, int]], *more: str) -> list[Row]:
        table, values = self._wanted(list(dict.fromkeys(places)))
        return self._all(sql.format(table, *more), values) if places else []

    def heads(self, streams: Sequence[str]) -> dict[str, int]:
        rows = self._among(_HEADS, [(stream, 0) for stream in streams])
        return {str(stream): int(head) for stream, head in rows if head is not None}

    def events_at(self, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], StoredEvent]:
        return {(one.stream, one.seq): one for one in map(stored_event, self._among(_JOINED, places, "= w.seq"))}

    def events_after(self, wanted: Sequence[tuple[str, int]]) -> dict[str, list[StoredEvent]]:
        found: dict[str, list[StoredEvent]] = {stream: [] for stream, _ in wanted}
        for one in map(stored_event, self._among(_JOINED, wanted, "> w.seq ORDER BY e.stream, e.seq")):
            found[one.stream].append(one)
        return found

    def answer(self, key: str) -> tuple[bytes, bytes] | None:
        rows = self._all(_ANSWER, (key,))
        return (bytes(rows[0][0]), bytes(rows[0][1])) if rows else None

    def case_row(self, case: str) -> CaseRow | None:
        rows = self._all(_CASE, (case,))
        return case_row(rows[0]) if rows else None

    def cases_by_ids(self, cases: Sequence[str]) -> dict[str, CaseRow]:
        return {one.case: one for one in map(case_row, self._among(_CASES, [(case, 0) for case in cases]))}

    def late(self, before: datetime, *, limit: int) -> list[CaseRow]:
        return [case_row(row) for row in self._all(_LATE, (format_instant(before), limit))]

    def late_by_step(self, now: datetime, before: datetime, *, limit: int) -> list[tuple[str, str, bool, int]]:
        rows = self._all(_LATE_BY_STEP, (format_instant(now), format_instant(before), limit))
        return [(power, step, bool(gone), int(n)) for power, step, gone, n in rows]

    def case_rows(
        self, *, power: str | None = None, status: str | None = None, after: str = "", limit: int = 100
    ) -> list[CaseRow]:
        wanted = [(column, value) for column, value in (("power", power), ("status", status)) if value is not None]
        where = "".join(f"{column} = ? AND " for column, _ in wanted)
        sql = f"SELECT {CASE_COLUMNS} FROM cases WHERE {where}case_id > ? ORDER BY case_id LIMIT ?"
        return [case_row(row) for row in self._all(sql, (*(value for _, value in wanted), after, limit))]

    def last_cases(self, power: str, *, limit: int) -> list[tuple[str, int]]:
        return [(str(case), int(seq)) for case, seq in self._all(_LAST_CASES, (power, limit))]

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
    def _run(self, statements: Sequence[Statement]) -> int:
        """Run statements in order and return how many rows the last one touched.  Raises StoreError."""

    @abstractmethod
    def _enter(self) -> str:
        """Begin a savepoint; return its name.  Raises StoreError."""

    @abstractmethod
    def _leave(self, point: str, *, proven: bool) -> None:
        """End a savepoint whose block went well; with proven only after the database took all of it.  Raises StoreError."""

    @abstractmethod
    def _undo(self, point: str) -> None:
        """Undo what was done since the savepoint began, and end it.  Raises StoreError."""

    @abstractmethod
    def _change_case(self, former: CaseRow | None, row: CaseRow) -> None:
        """Write row in place of former, which differs, with inbox and counts.  Raises Conflict if former is not there."""

    @abstractmethod
    def lock(self, stream: str) -> None:
        """See casework.ports."""

    def open(self, wanted: Wanted) -> Opened:
        if wanted.stream is not None:
            self.lock(wanted.stream)
        return Opened(
            [] if wanted.stream is None else self.events(wanted.stream, after=wanted.after),
            self.events(wanted.beside, after=wanted.beside_after),
            None if wanted.key is None else self.answer(wanted.key),
        )

    def keep_answer(self, key: str, digest: bytes, answer: bytes) -> None:
        if self._run([(_KEEP, (key, digest, answer))]) != 1:
            raise faults.key_taken(key)

    def next_number(self, name: str) -> int:
        return int(self._all(_NUMBER, (name,))[0][0])

    def put_case(self, row: CaseRow) -> None:
        former = self.case_row(row.case)
        if former != row:
            self._change_case(former, row)

    def note_uses(self, case: str, uses: Sequence[Use]) -> None:
        if uses:
            self._run([(NOTE, (field, value, case, seq)) for field, value, seq in uses])

    def take_in(self, first: int, events: Sequence[StoredEvent], *, beyond: bool = False) -> None:
        if not events:
            return
        span, size = (events[0].position, events[-1].position), self.log_size()
        if not (size < first if beyond else size == first) or self._run([(_TAKE_IN, (first, *span))]) != len(events):
            self.spoilt = faults.place_taken(first)
            raise self.spoilt
        self._run([(_TAKE_OUT, span)])

    def erase(self, stream: str, seq: int) -> bool:
        self._run([(_FORGET, (stream.removeprefix(CASE_STREAM), seq))])
        return self._run([(_ERASE, (stream, seq))]) == 1

    def clear_projections(self) -> None:
        self._run([(f"DELETE FROM {table}", ()) for table in ("cases", "inbox", "counts", "deadlines", "uses")])

    def savepoint(self) -> AbstractContextManager[None]:
        return self._apart(proven=True)

    def trial(self) -> AbstractContextManager[None]:
        return self._apart(proven=False)

    @contextmanager
    def _apart(self, *, proven: bool) -> Iterator[None]:
        before = self.spoilt
        point = self._enter()
        done = False
        try:
            yield
            if self.spoilt is before:
                self._leave(point, proven=proven)
                done = True
        finally:
            if not done:
                # If this fails too (connection lost), the transaction stays spoilt and nothing of it is kept.
                self._undo(point)
                swallowed, self.spoilt = self.spoilt, before
        if not done:
            assert swallowed is not None
            raise swallowed


def count_changes(former: CaseRow | None, row: CaseRow) -> list[Row]:
    """Return what to add to which counters, in one order everywhere, so that two transactions do not wait crosswise."""
    key = count_key(row)
    if former is None:
        return [(*key, 1)]
    if (former.power, former.step, former.status) == key[:3]:
        return []
    return sorted([(*key, 1), (former.power, former.step, former.status, key[3], -1)])


class Tally:
    """What is to be added to counters, gathered to be added in one go."""

    def __init__(self) -> None:
        self.numbers: dict[Row, int] = {}

    def change(self, former: CaseRow | None, row: CaseRow) -> None:
        """Count a case in another place."""
        for *names, n in count_changes(former, row):
            key = tuple(names)
            self.numbers[key] = self.numbers.get(key, 0) + n

    def rows(self) -> list[Row]:
        """Return what to add, in the order that everybody keeps."""
        return [(*key, n) for key, n in sorted(self.numbers.items()) if n]

    def statements(self) -> list[Statement]:
        """Return what adds it."""
        return [(COUNT, row) for row in self.rows()]


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
