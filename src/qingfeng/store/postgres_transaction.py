"""Transactions on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import psycopg
from psycopg import errors

from qingfeng.casework.ports import CASE_STREAM, CaseRow, DeadlineRow, Opened, StoredEvent, StoreError, Use, Wanted
from qingfeng.ledger.entry import Sealed

from . import faults
from .postgres_link import POSITION_BITS, Link, Pool, typed
from .postgres_opening import Found, opening, sorted_out
from .postgres_statements import (
    ALL,
    ALL_VISIBLE,
    APPEND,
    APPEND_LATER,
    CLAIM,
    CLAIMED,
    KEEP_LATER,
    LOCK,
    NOTE_LATER,
    OUTBOX,
    REPLACE_DEADLINES,
    TRANSACTION,
    WRITE,
    change_of_case,
    counting,
)
from .rows import (
    CASE_COLUMNS,
    DEADLINE_COLUMNS,
    Row,
    case_values,
    check_deadlines,
    deadline_row,
    deadline_values,
    inbox_rows,
    micros,
    stored_event,
)
from .transaction import Reading, Statement, Tally, WholeCase, Writing, follow

KEPT_BACK = 500
"""Statements kept back at most, so that a large transaction does not gather in memory."""


class PostgresRead(Reading):
    """A consistent look on a connection within a transaction."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def _all(self, sql: str, values: Row) -> list[Row]:
        try:
            return self._link.run(sql, values).fetchall()
        except psycopg.Error as error:
            meaning = typed(error)
            if meaning is None:
                raise
            raise meaning from error

    def _wanted(self, places: Sequence[tuple[str, int]]) -> Statement:
        return "unnest(?::text[], ?::bigint[]) AS w (stream, seq)", ([stream for stream, _ in places], [seq for _, seq in places])

    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        return [stored_event(row) for row in self._all(ALL, (after, self._link.base, limit))]

    def outbox(self, *, limit: int = 1_000) -> list[int]:
        return [row[0] for row in self._all(OUTBOX, (self._link.base, limit))]


class PostgresWrite(PostgresRead, Writing):
    """One transaction among several; those of one stream follow each other through lock().

    Writes whose refusal can wait are kept back and travel with the next question, or with the COMMIT: each makes the
    server raise an error if it cannot be done, so that the COMMIT behind it is not reached.
    """

    def __init__(self, link: Link, pool: Pool) -> None:
        PostgresRead.__init__(self, link)
        Writing.__init__(self)
        self._pool = pool
        self._begun = False
        self._pending: list[Statement] = []
        self._appended = 0
        self._entered = 0
        self._before: dict[str, dict[Row, int]] = {}  # savepoints, with what had been counted before each
        self._tally = Tally()  # counters are shared by many cases: added to last, so that others wait shortly
        self._alone = False
        self._lost: StoreError | None = None
        self.transaction: int | None = None
        self._foreseen: dict[Wanted, Found] = {}
        self._opened = False
        self._heads: dict[str, int] = {}  # of streams that we hold
        self._unused: set[str] = set()  # keys without an answer
        self._rows: dict[str, CaseRow | None] = {}  # projections as they stand, of cases whose stream we hold
        self._armed: dict[str, set[DeadlineRow]] = {}

    def _send(self, *more: Statement) -> psycopg.Cursor[Row]:
        """Send what was kept back and more, in one round trip; return the cursor of the last."""
        if self._lost is not None:
            raise self._lost
        statements, self._pending = [*self._pending, *more], []
        try:
            if self._begun:
                return self._link.together(statements)
            self._begun = True
            return self._pool.first(self._link, [(WRITE, ()), *statements])
        except psycopg.Error as error:
            raise self._spoil(error) from error

    def _later(self, statement: Statement) -> None:
        """Keep a write back; it must end in an error of the server if it cannot be done."""
        self._pending.append(statement)
        if len(self._pending) >= KEPT_BACK:
            self._send()

    def commit(self) -> None:
        """Send what is left, and COMMIT.  Raises psycopg.Error or StoreError."""
        self._count()
        if not self._begun:
            self._send()  # by itself: what may be sent twice must not end with a COMMIT
        if self._pending:
            self._link.together([*self._pending, ("COMMIT", ())])
        else:
            self._link.run("COMMIT")

    def _count(self) -> None:
        """Keep back what adds to the counters."""
        self._pending += counting(self._tally.rows())
        self._tally.numbers = {}

    def counts(self) -> list[tuple[str, str, str, int]]:
        self._count()
        return super().counts()

    def _all(self, sql: str, values: Row) -> list[Row]:
        return self._send((sql, values)).fetchall()

    def _run(self, statements: Sequence[Statement]) -> int:
        return self._send(*statements).rowcount

    def _enter(self) -> str:
        self._entered += 1
        point = f"point_{self._entered}"  # never the same name twice: undoing must not reach back to another one
        self._before[point] = dict(self._tally.numbers)
        self._pending.append((f"SAVEPOINT {point}", ()))
        return point

    def _unsent(self, point: str) -> int | None:
        begin = (f"SAVEPOINT {point}", ())
        return self._pending.index(begin) if begin in self._pending else None

    def _leave(self, point: str, *, proven: bool) -> None:
        unsent = self._unsent(point)
        if unsent is not None and (not proven or unsent + 1 == len(self._pending)):
            del self._pending[unsent]
        else:
            self._pending.append((f"RELEASE {point}", ()))
            if proven:
                self._send()
        del self._before[point]

    def _undo(self, point: str) -> None:
        for known in (self._heads, self._unused, self._rows, self._armed):
            known.clear()
        self._tally.numbers = self._before.pop(point)
        unsent = self._unsent(point)
        if unsent is not None:
            del self._pending[unsent:]
            return
        self._pending.clear()
        failed = self.spoilt
        try:
            # One by one: psycopg forgets its prepared statements on ROLLBACK, for which it must see the answer by itself.
            for statement in (f"ROLLBACK TO {point}", f"RELEASE {point}"):
                self._link.together([(statement, ())])
        except errors.InvalidSavepointSpecification as error:
            # What failed was sent before this savepoint and is not undone with it: nothing can be kept any more.
            assert failed is not None
            self._lost = failed
            raise failed from error
        except psycopg.Error as error:
            raise self._spoil(error) from error

    def _spoil(self, error: psycopg.Error) -> StoreError:
        meaning = typed(error)
        self.spoilt = meaning or faults.unavailable(str(error))
        if meaning is None:
            raise error
        return meaning

    def lock(self, stream: str) -> None:
        self._all(LOCK, (stream,))

    def foresee(self, wanted: Sequence[Wanted]) -> None:
        """Read for several commands together; of two on one stream or under one key the second reads for itself."""
        taken: set[tuple[str, str]] = set()
        first: list[Wanted] = []
        for one in wanted:
            names = {(kind, name) for kind, name in (("stream", one.stream), ("key", one.key)) if name is not None}
            if not names & taken and (one.beside, one.beside_after) == (wanted[0].beside, wanted[0].beside_after):
                taken |= names
                first.append(one)
        assert not self._before, "what is foreseen must stay locked: not within a savepoint"
        self._foreseen = self._look(first)

    def open(self, wanted: Wanted) -> Opened:
        found = self._foreseen.get(wanted)
        if found is None:
            found = self._look([wanted])[wanted]
        elif wanted.stream is not None or wanted.key is not None:  # once: we may write what it tells of
            del self._foreseen[wanted]
        self._opened = True
        if wanted.stream is not None:
            self._heads[wanted.stream] = found.opened.events[-1].seq if found.opened.events else wanted.after
            case = wanted.stream.removeprefix(CASE_STREAM)
            self._rows[case], self._armed[case] = found.row, found.armed
        if wanted.key is not None and found.opened.answer is None:
            self._unused.add(wanted.key)
        return found.opened

    def _look(self, wanted: Sequence[Wanted]) -> dict[Wanted, Found]:
        rows = self._send(*opening(wanted)).fetchall()
        self.transaction, found = sorted_out(wanted, rows)
        return found

    def all_events(self, *, after: int = 0, limit: int = 1_000) -> list[StoredEvent]:
        if self._alone:  # no other writer of cases is left: everything visible, our own events too
            return [stored_event(row) for row in self._all(ALL_VISIBLE, (after, limit))]
        return super().all_events(after=after, limit=limit)

    def append(self, sealed: Sealed) -> int:
        if self._foreseen and sealed.stream == next(iter(self._foreseen)).beside:  # one and the same for all
            self._foreseen.clear()
        if self._opened and self.transaction is not None and self._heads.get(sealed.stream, 0) == sealed.seq - 1:
            return self._append_later(sealed, self.transaction)
        number = self._appended = self._appended + 1
        assert number < 1 << POSITION_BITS, "too many events in one transaction"
        values = (
            self._link.base, number, sealed.stream, sealed.seq, sealed.entry, sealed.opening,
            sealed.stream, sealed.seq, sealed.private, sealed.private,
        )  # fmt: skip
        rows = self._all(APPEND, values)
        if not rows:
            raise faults.stream_taken(sealed.stream, sealed.seq)
        position = int(rows[0][0])
        self.transaction = (position >> POSITION_BITS) - self._link.base
        self._heads[sealed.stream] = sealed.seq
        return position

    def _append_later(self, sealed: Sealed, transaction: int) -> int:
        self._appended += 1
        assert self._appended < 1 << POSITION_BITS, "too many events in one transaction"
        position = (transaction + self._link.base) << POSITION_BITS | self._appended
        values = (
            position, sealed.stream, sealed.seq, sealed.entry, sealed.opening, sealed.stream, sealed.seq,
            sealed.private, sealed.private,
        )  # fmt: skip
        self._later((APPEND_LATER, values))
        self._heads[sealed.stream] = sealed.seq
        if sealed.seq == 1:  # so its case has no projections yet; if it had, they would be met as a conflict
            case = sealed.stream.removeprefix(CASE_STREAM)
            self._rows[case], self._armed[case] = None, set()
        return position

    def keep_answer(self, key: str, digest: bytes, answer: bytes) -> None:
        if key in self._unused:
            self._unused.remove(key)
            self._later((KEEP_LATER, (key, digest, answer)))
        else:
            super().keep_answer(key, digest, answer)

    def case_row(self, case: str) -> CaseRow | None:
        return self._rows[case] if case in self._rows else super().case_row(case)

    def _change_case(self, former: CaseRow | None, row: CaseRow) -> None:
        self._later(change_of_case(former, row))
        self._tally.change(former, row)
        if row.case in self._rows:
            self._rows[row.case] = row

    def put_deadlines(self, case: str, rows: Sequence[DeadlineRow]) -> None:
        wanted = check_deadlines(case, rows)
        if self._armed.get(case) == wanted:
            return
        columns = zip(*map(deadline_values, wanted), strict=True) if wanted else [()] * 6
        _, limits, runs, marks, ats, provisional = map(list, columns)
        self._later((REPLACE_DEADLINES, (case, limits, runs, marks, case, limits, runs, marks, ats, provisional)))
        if case in self._armed:
            self._armed[case] = wanted

    def note_uses(self, case: str, uses: Sequence[Use]) -> None:
        if uses:
            fields, values, seqs = zip(*uses, strict=True)
            self._later((NOTE_LATER, (case, list(fields), list(values), list(seqs))))

    def claim_due(self, now: datetime, *, limit: int = 100) -> list[DeadlineRow]:
        """Claim by locking the cases' streams, as lock() does; streams being written are left for the next time.

        What was claimed is read again under the locks, so that nothing another worker has just dealt with is returned.
        """
        at = micros(now)
        claimed = list({row[0] for row in self._all(CLAIM, (at, limit))})
        return [deadline_row(row) for row in self._all(CLAIMED, (claimed, at, limit))] if claimed else []

    def clear_projections(self) -> None:
        """Keep all writers of projections off until the end, then clear: they must not be half old, half new."""
        self._run([("LOCK TABLE cases, inbox, counts, deadlines, uses IN EXCLUSIVE MODE", ())])
        self._alone = True
        for known in (self._rows, self._armed, self._foreseen, self._tally.numbers):
            known.clear()
        super().clear_projections()

    def append_cases(self, batch: Iterable[WholeCase]) -> int:
        """Write whole new cases with COPY; return the number of events."""
        events: list[Row] = []
        private: list[Row] = []
        cases: list[CaseRow] = []
        deadlines: list[Row] = []
        noted: list[Row] = []
        tally = Tally()
        heads: dict[str, int] = {}
        for known in (self._heads, self._rows, self._armed):
            known.clear()
        self.transaction = int(self._all(TRANSACTION, ())[0][0])
        first = (self.transaction + self._link.base) << POSITION_BITS
        for sealed_events, row, due, uses in batch:
            for sealed in sealed_events:
                follow(self, heads, sealed)
                self._appended += 1
                events.append((first | self._appended, sealed.stream, sealed.seq, sealed.entry, sealed.opening))
                if sealed.private is not None:
                    private.append((events[-1][0], sealed.private))
            tally.change(None, row)
            cases.append(row)
            deadlines += map(deadline_values, due)
            noted += sorted({(field, value, row.case, seq) for field, value, seq in uses})
        assert self._appended < 1 << POSITION_BITS, "too many events in one transaction"
        self._copy("events (position, stream, seq, entry, opening)", "int8 text int8 bytea bytea", events)
        self._copy("outbox (position)", "int8", [event[:1] for event in events])
        self._copy("private (position, opening)", "int8 bytea", private)
        self._copy(f"cases ({CASE_COLUMNS})", "text " * 8 + "int8 text text bool", map(case_values, cases))
        waiting = [entry for row in cases for entry in sorted(inbox_rows(row))]
        self._copy("inbox (post, due, case_id)", "text int8 text", waiting)
        self._copy(f"deadlines ({DEADLINE_COLUMNS})", "text text int8 text int8 bool", deadlines)
        self._copy("uses (field, value, case_id, seq)", "text text text int8", noted)
        self._run(tally.statements())
        return len(events)

    def _copy(self, target: str, types: str, rows: Iterable[Row]) -> None:
        sql = f"COPY {target} FROM STDIN (FORMAT BINARY)"
        try:
            with self._link.connection.cursor().copy(sql) as copy:
                copy.set_types(types.split())
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise self._spoil(error) from error
