"""What travels late is refused all the same: writes that PostgreSQL is sent together with the COMMIT, and shared commits."""
# ruff: noqa: PT012  (what a transaction does is several statements)

from __future__ import annotations

from contextlib import closing

import pytest

from qingfeng.casework.ports import CASE_STREAM, Conflict, Opened, StoreUnavailable, Wanted
from qingfeng.store.postgres import PostgresStore
from qingfeng.store.postgres_link import Link

from ..postgres import Cluster
from .conftest import AnyStore
from .samples import case, deadline, event

STREAM = CASE_STREAM + "c"


def wanted(after: int = 0, key: str | None = None, stream: str | None = STREAM) -> Wanted:
    return Wanted(stream, after, "registry", 0, key)


def test_opening_shows_what_is_new_what_stands_beside_and_the_answer(store: AnyStore) -> None:
    with store.write() as tx:
        for stream, seq in (("registry", 1), (STREAM, 1), (STREAM, 2)):
            tx.append(event(stream, seq))
        tx.keep_answer("k", b"d", b"a")
    with store.write() as tx:
        opened = tx.open(wanted(1, "k"))
        assert [e.seq for e in opened.events] == [2]
        assert [e.stream for e in opened.beside] == ["registry"]
        assert opened.answer == (b"d", b"a")
        assert tx.open(Wanted(None, 0, "registry", 1, "other")) == Opened([], [], None)


def test_a_transaction_sees_what_it_has_not_sent_yet(store: AnyStore) -> None:
    with store.write() as tx:
        tx.open(wanted(key="k"))
        positions = [tx.append(event(STREAM, seq)) for seq in (1, 2)]
        tx.put_case(case("c", step="x"))
        tx.put_case(case("c", step="y", posts=("q",)))
        tx.put_deadlines("c", [deadline("c")])
        tx.keep_answer("k", b"d", b"a")
        assert [e.position for e in tx.events(STREAM)] == positions
        assert tx.counts() == [("a000/penalty", "y", "open", 1)]
        assert tx.inbox(["intake_officer", "q"]) == [case("c", step="y", posts=("q",))]
        assert tx.deadlines(case="c") == [deadline("c")]
        assert tx.answer("k") == (b"d", b"a")


def test_of_two_that_opened_nothing_new_one_meets_a_conflict_at_the_latest_on_leaving(store: AnyStore) -> None:
    with store.write() as tx:
        tx.append(event(STREAM, 1))
    with pytest.raises(Conflict), store.write() as tx:
        tx.open(wanted(stream=None))
        tx.append(event("other", 1))
        tx.append(event(STREAM, 1))
        tx.put_case(case("c"))
    with store.read() as look:
        assert (look.head(STREAM), look.head("other"), look.case_rows()) == (1, 0, [])


def test_a_gap_behind_what_was_opened_is_refused(store: AnyStore) -> None:
    with pytest.raises(Conflict), store.write() as tx:
        tx.open(wanted(after=4))  # we thought four were there; there is none
        tx.append(event(STREAM, 5))
    with store.read() as look:
        assert look.all_events() == []


def test_a_key_that_was_taken_meanwhile_keeps_the_command_out(cluster: Cluster, schema: str) -> None:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:
        with pytest.raises(Conflict), store.write() as slow:
            slow.open(wanted(key="k"))
            with store.write() as quick:
                quick.keep_answer("k", b"d", b"first")
            slow.append(event(STREAM, 1))
            slow.keep_answer("k", b"d", b"second")
        with store.read() as look:
            assert (look.head(STREAM), look.answer("k")) == (0, (b"d", b"first"))


@pytest.mark.parametrize("meanwhile", ["cleared", "changed"])
def test_a_projection_that_changed_since_it_was_read_is_a_conflict(
    cluster: Cluster, schema: str, meanwhile: str
) -> None:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:
        with store.write() as tx:
            tx.append(event(STREAM, 1))
            tx.put_case(case("c"))
        with pytest.raises(Conflict), store.write() as slow:
            slow.open(wanted())
            with store.write() as other:
                other.clear_projections() if meanwhile == "cleared" else other.put_case(case("c", step="z"))
            slow.append(event(STREAM, 2))
            slow.put_case(case("c", step="y"))
        with store.read() as look:
            assert look.head(STREAM) == 1
            assert look.counts() == ([] if meanwhile == "cleared" else [("a000/penalty", "z", "open", 1)])


def test_a_trial_that_fails_is_undone_alone_and_counts_nothing(store: AnyStore) -> None:
    with store.write() as tx:
        for name in ("a", "b", "c"):
            with pytest.raises(ZeroDivisionError) if name == "b" else tx.savepoint(), tx.trial():
                tx.open(wanted(stream=CASE_STREAM + name))
                tx.append(event(CASE_STREAM + name, 1))
                tx.put_case(case(name))
                tx.next_number("n")
                if name == "b":
                    raise ZeroDivisionError
    with store.read() as look:
        assert [row.case for row in look.case_rows()] == ["a", "c"]
        assert look.counts() == [("a000/penalty", "open_case", "open", 2)]


def test_what_a_trial_left_to_be_refused_later_is_not_kept_by_undoing_the_next(cluster: Cluster, schema: str) -> None:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:
        with store.write() as tx:
            tx.append(event("taken", 1))
        with pytest.raises(Conflict), store.write() as tx:
            with tx.trial():
                tx.open(wanted())
                tx.append(event(STREAM, 1))
                tx.append(event("taken", 1))  # refused only when it is sent
            with pytest.raises(Conflict), tx.trial():
                tx.head("anything")
            with pytest.raises(Conflict):
                tx.head("anything")
        with store.read() as look:
            assert [e.stream for e in look.all_events()] == ["taken"]


def test_what_was_foreseen_is_not_shown_after_it_was_written(store: AnyStore) -> None:
    one, two = wanted(key="k1"), wanted(key="k2")
    with store.write() as tx:
        tx.foresee([one, two, wanted(stream=None), wanted(stream=None)])
        assert tx.open(one).events == []
        tx.append(event(STREAM, 1))
        assert [e.seq for e in tx.open(two).events] == [1]
        assert tx.open(wanted(stream=None)).beside == []
        tx.append(event("registry", 1))
        assert len(tx.open(wanted(stream=None)).beside) == 1


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch, cluster: Cluster) -> list[str]:
    """Cuts the connection when a COMMIT is on its way with other statements: before it, or after it was carried out."""
    import psycopg

    when: list[str] = []
    together = Link.together

    def act(self: Link, statements: list[tuple[str, tuple[object, ...]]]) -> object:
        if not when or statements[-1][0] != "COMMIT":
            return together(self, statements)
        if when.pop() == "after":
            together(self, statements)
        with psycopg.connect(cluster.dsn, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (self.connection.info.backend_pid,))
        return together(self, [("SELECT 1", ())])

    monkeypatch.setattr(Link, "together", act)
    return when


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_travelled_with_writes_is_asked_after(
    cluster: Cluster, schema: str, cut: list[str], when: str
) -> None:
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:

        def act() -> None:
            with store.write() as tx:
                tx.open(wanted())
                tx.append(event(STREAM, 1))
                cut.append(when)

        if when == "after":
            act()
        else:
            with pytest.raises(StoreUnavailable):
                act()
        with store.read() as look:
            assert look.head(STREAM) == (1 if when == "after" else 0)


def test_a_command_costs_two_round_trips(cluster: Cluster, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []
    together = Link.together
    with closing(PostgresStore.open(cluster.dsn, schema=schema, create=True)) as store:
        with store.write() as tx:
            tx.append(event(STREAM, 1))
            tx.put_case(case("c"))

        def counted(self: Link, statements: list[tuple[str, tuple[object, ...]]]) -> object:
            trips.append(len(statements))
            return together(self, statements)

        monkeypatch.setattr(Link, "together", counted)
        with store.write() as tx:
            tx.open(wanted(1, "k"))
            tx.append(event(STREAM, 2))
            tx.put_case(case("c", step="y", posts=("p", "q")))
            tx.put_deadlines("c", [deadline("c")])
            tx.keep_answer("k", b"d", b"a")
        assert len(trips) == 2
