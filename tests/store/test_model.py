"""Any course of commands, kept and abandoned, leaves both stores as a few dictionaries would be."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from qingfeng.casework.ports import CaseRow, Conflict, DeadlineRow, WriteTx
from qingfeng.ledger.entry import Sealed
from qingfeng.store.postgres import PostgresStore
from qingfeng.store.sqlite import SqliteStore

from ..postgres import Cluster
from .conftest import AnyStore
from .samples import case, deadline, event

NAMES = st.sampled_from(["a", "b", "办"])
DUE = [None, "2026-03-05T09:00:00+08:00", "2026-03-05T01:00:00+00:00", "2026-04-01T00:00:00+08:00"]
CASES = st.builds(
    case,
    NAMES,
    power=st.sampled_from(["p1", "p2"]),
    step=st.sampled_from(["s1", "s2"]),
    status=st.sampled_from(["open", "suspended", "closed"]),
    posts=st.lists(st.sampled_from(["x", "y"]), unique=True).map(tuple),
    owed=st.sampled_from([(), ("y",)]),
    next_due=st.sampled_from(DUE),
    seq=st.integers(1, 3),
    title=st.sampled_from(["", "某店", "'; DROP TABLE cases; --", "% ? \\"]),
    provisional=st.booleans(),
)
DEADLINES = st.lists(
    st.tuples(st.sampled_from(["l1", "l2"]), st.sampled_from(["yellow", "red"]), st.integers(-2, 2), st.booleans()),
    unique_by=lambda d: d[:2],
)


@dataclass
class Model:
    """What should be in the store."""

    events: dict[str, list[Sealed]] = field(default_factory=dict)
    erased: set[tuple[str, int]] = field(default_factory=set)
    cases: dict[str, CaseRow] = field(default_factory=dict)
    deadlines: dict[str, list[DeadlineRow]] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)
    answers: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)


class Course(RuleBasedStateMachine):
    """Commands of one agency.  Each rule acts on the open transaction, which is kept or abandoned at random."""

    store: AnyStore

    def __init__(self) -> None:
        super().__init__()
        self.kept, self.open = Model(), Model()
        self.manager = self.store.write()
        self.tx: WriteTx = self.manager.__enter__()

    @rule(keep=st.booleans())
    def end(self, keep: bool) -> None:
        if keep:
            self.manager.__exit__(None, None, None)
            self.kept = deepcopy(self.open)
        else:
            self._abandon()
            self.open = deepcopy(self.kept)
        self._compare()
        self.manager = self.store.write()
        self.tx = self.manager.__enter__()

    def _abandon(self) -> None:
        # Leaving with an error: the manager lets it pass, which it says by returning False.
        assert not self.manager.__exit__(ZeroDivisionError, ZeroDivisionError(), None)

    @rule(name=NAMES, private=st.booleans())
    def append(self, name: str, private: bool) -> None:
        stream = self.open.events.setdefault(name, [])
        sealed = event(name, len(stream) + 1, private=private)
        self.tx.append(sealed)
        stream.append(sealed)

    @rule(name=NAMES, off=st.sampled_from([-1, 1, 2]))
    def append_out_of_order(self, name: str, off: int) -> None:
        seq = len(self.open.events.get(name, [])) + 1 + off
        if seq > 0:
            with pytest.raises(Conflict):
                self.tx.append(event(name, seq))

    @rule(row=CASES)
    def put_case(self, row: CaseRow) -> None:
        self.tx.put_case(row)
        self.open.cases[row.case] = row

    @rule(name=NAMES, rows=DEADLINES)
    def put_deadlines(self, name: str, rows: list[tuple[str, str, int, bool]]) -> None:
        armed = [deadline(name, limit=lim, mark=mark, days=days, provisional=soft) for lim, mark, days, soft in rows]
        self.tx.put_deadlines(name, armed)
        self.open.deadlines[name] = armed

    @rule(name=NAMES)
    def next_number(self, name: str) -> None:
        self.open.numbers[name] += 1
        assert self.tx.next_number(name) == self.open.numbers[name]

    @rule(key=NAMES, answer=st.binary(max_size=3))
    def keep_answer(self, key: str, answer: bytes) -> None:
        if key in self.open.answers:
            with pytest.raises(Conflict):
                self.tx.keep_answer(key, b"d", answer)
        else:
            self.tx.keep_answer(key, b"d", answer)
            self.open.answers[key] = (b"d", answer)

    @precondition(lambda self: any(self.open.events.values()))
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        sealed = data.draw(st.sampled_from([s for stream in self.open.events.values() for s in stream]))
        spot = (sealed.stream, sealed.seq)
        assert self.tx.erase(*spot) == (sealed.private is not None and spot not in self.open.erased)
        self.open.erased.add(spot)

    @rule()
    def rewrite_projections(self) -> None:
        self.tx.clear_projections()
        for row in self.open.cases.values():
            self.tx.put_case(row)
        for name, rows in self.open.deadlines.items():
            self.tx.put_deadlines(name, rows)

    @rule(row=CASES)
    def fail_within_a_savepoint(self, row: CaseRow) -> None:
        with pytest.raises(ZeroDivisionError), self.tx.savepoint():
            self.put_case_only(row)

    def put_case_only(self, row: CaseRow) -> None:
        self.tx.put_case(row)
        self.tx.next_number("a")
        raise ZeroDivisionError

    @invariant()
    def own_writes_show(self) -> None:
        assert [self.tx.head(name) for name in "ab"] == [len(self.open.events.get(name, [])) for name in "ab"]
        assert self.tx.counts() == _counts(self.open)

    def _compare(self) -> None:
        model = self.kept
        with self.store.read() as look:
            for name in ("a", "b", "办"):
                assert [(e.entry, e.opening, e.private) for e in look.events(name)] == [
                    (s.entry, s.opening, None if (name, s.seq) in model.erased else s.private)
                    for s in model.events.get(name, [])
                ]
                assert look.answer(name) == model.answers.get(name)
                assert look.case_row(name) == model.cases.get(name)
            assert len(look.all_events()) == len(look.outbox()) == sum(map(len, model.events.values()))
            assert look.case_rows() == [model.cases[name] for name in sorted(model.cases)]
            assert look.counts() == _counts(model)
            for posts in (["x"], ["y", "x"]):
                assert look.inbox(posts) == _inbox(model, posts)
            armed = [d for rows in model.deadlines.values() for d in rows]
            assert look.deadlines() == sorted(armed, key=lambda d: (d.at, d.case, d.limit, d.run, d.mark))
            assert look.provisional_cases() == sorted({d.case for d in armed if d.provisional})

    def teardown(self) -> None:
        self._abandon()


def _counts(model: Model) -> list[tuple[str, str, str, int]]:
    tally = Counter((row.power, row.step, row.status) for row in model.cases.values())
    return [(*key, n) for key, n in sorted(tally.items())]


def _inbox(model: Model, posts: list[str]) -> list[CaseRow]:
    # Two of the limits are one instant in two time zones: then the name decides.
    rank = {None: 9, DUE[1]: 1, DUE[2]: 1, DUE[3]: 2}
    waiting = [r for r in model.cases.values() if set(r.owed if r.status == "closed" else r.posts) & set(posts)]
    return sorted(waiting, key=lambda r: (rank[r.next_due], r.case))


def _run(opened: Callable[[], AnyStore]) -> None:
    class Fresh(Course):
        def __init__(self) -> None:
            self.store = opened()
            super().__init__()

        def teardown(self) -> None:
            super().teardown()
            self.store.close()

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp())
    yield made
    shutil.rmtree(made)


def test_sqlite_keeps_what_the_model_keeps(folder: Path) -> None:
    numbers = count()
    _run(lambda: SqliteStore.open(folder / f"{next(numbers)}.db", create=True))


def test_postgres_keeps_what_the_model_keeps(cluster: Cluster) -> None:
    numbers = count()
    _run(lambda: PostgresStore.open(cluster.dsn, schema=f"qf_model_{next(numbers)}", create=True))
