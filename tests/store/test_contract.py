"""What casework may rely on, the same for both databases."""
# ruff: noqa: PT012  (what a transaction does is several statements)

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from qingfeng.casework.ports import Conflict, StoreError
from qingfeng.ledger.entry import broken

from .conftest import AnyStore
from .samples import case, deadline, event, run_all


class Stop(Exception):
    """Raised by a test within a transaction."""


def test_bytes_come_back_as_they_went_in(opener: Callable[..., AnyStore]) -> None:
    sealed = [event("c1", 1), event("c1", 2, private=False, odd="\x7f“𠮷”\n\u0000")]
    store = opener()
    with store.write() as tx:
        positions = [tx.append(one) for one in sealed]
    store.close()
    store = opener(create=False)
    with store.read() as look:
        found = look.events("c1")
        assert look.all_events() == found
        assert look.outbox() == positions
        assert look.events("c1", after=1) == found[1:]
        assert look.head("c1") == 2
        assert look.head("c2") == 0
    store.close()
    assert [(e.stream, e.seq, e.entry, e.opening, e.private) for e in found] == [
        (s.stream, s.seq, s.entry, s.opening, s.private) for s in sealed
    ]
    assert [e.position for e in found] == positions == sorted(positions)


def test_all_events_and_outbox_go_on_after_a_position(store: AnyStore) -> None:
    with store.write() as tx:
        for stream in ("b", "a"):
            for seq in (1, 2, 3):
                tx.append(event(stream, seq))
    with store.read() as look:
        everything = look.all_events()
        assert [(e.stream, e.seq) for e in everything] == [(s, n) for s in "ba" for n in (1, 2, 3)]
        assert look.all_events(after=everything[1].position, limit=3) == everything[2:5]
        assert look.outbox(limit=2) == [e.position for e in everything[:2]]


def test_the_last_events_come_first_and_go_on_before_a_place(store: AnyStore) -> None:
    with store.write() as tx:
        for stream in ("b", "a"):
            for seq in (1, 2, 3):
                tx.append(event(stream, seq))
    with store.read() as look:
        everything = look.all_events()
        assert look.recent() == everything[::-1]
        assert look.recent(before=everything[4].position, limit=2) == [everything[3], everything[2]]
        assert [(e.stream, e.seq) for e in look.latest("a")] == [("a", 3), ("a", 2), ("a", 1)]
        assert [e.seq for e in look.latest("b", before=3, limit=1)] == [2]
        assert look.latest("c") == []


@pytest.mark.parametrize("seq", [2, 4, 1, 5])
def test_a_number_that_does_not_follow_is_a_conflict(store: AnyStore, seq: int) -> None:
    with store.write() as tx:
        tx.append(event("c", 1))
        tx.append(event("c", 2))
    with pytest.raises(Conflict) as caught, store.write() as tx:
        tx.append(event("other", 1))
        tx.append(event("c", seq))
    assert "c" in caught.value.message.zh
    assert caught.value.message.en
    with store.read() as look:
        assert look.head("c") == 2
        assert look.head("other") == 0


def test_after_a_conflict_the_transaction_can_go_on(store: AnyStore) -> None:
    with store.write() as tx:
        tx.append(event("c", 1))
        with pytest.raises(Conflict):
            tx.append(event("c", 1))
        tx.keep_answer("k", b"d", b"a")
        with pytest.raises(Conflict):
            tx.keep_answer("k", b"d", b"a")
        tx.append(event("c", 2))
    with store.read() as look:
        assert [e.seq for e in look.events("c")] == [1, 2]


def test_of_two_writers_with_the_same_number_one_meets_a_conflict(store: AnyStore) -> None:
    outcomes: Counter[str] = Counter()
    for round_ in range(1, 11):
        barrier = threading.Barrier(2)

        def act(seq: int = round_, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                with store.write() as tx:
                    tx.append(event("c", seq))
            except Conflict:
                outcomes["conflict"] += 1
            else:
                outcomes["kept"] += 1

        run_all(act, act)
    assert outcomes == {"kept": 10, "conflict": 10}
    with store.read() as look:
        assert [e.seq for e in look.events("c")] == list(range(1, 11))


def test_writers_that_lock_and_load_never_conflict(store: AnyStore) -> None:
    def act() -> None:
        for _ in range(15):
            with store.write() as tx:
                tx.lock("c")
                tx.append(event("c", tx.head("c") + 1))

    run_all(*[act] * 4)
    with store.read() as look:
        assert [e.seq for e in look.events("c")] == list(range(1, 61))


def test_an_abandoned_transaction_leaves_nothing(store: AnyStore) -> None:
    with store.write() as tx:
        tx.append(event("old", 1))
        tx.put_case(case("old"))
        assert tx.next_number("n") == 1
    with pytest.raises(Stop), store.write() as tx:
        tx.append(event("c", 1))
        tx.keep_answer("key", b"digest", b"answer")
        tx.put_case(case("c"))
        tx.put_case(case("old", step="review", posts=("reviewer",)))
        tx.put_deadlines("c", [deadline("c", provisional=True)])
        assert tx.next_number("n") == 2
        raise Stop
    with store.read() as look:
        assert [e.stream for e in look.all_events()] == ["old"]
        assert len(look.outbox()) == 1
        assert look.answer("key") is None
        assert look.case_rows() == [case("old")]
        assert look.inbox(["intake_officer", "reviewer"]) == [case("old")]
        assert look.counts() == [("a000/penalty", "open_case", "open", 1)]
        assert look.deadlines() == []
        assert look.provisional_cases() == []
    with store.write() as tx:
        assert tx.next_number("n") == 2


def test_what_fails_within_a_savepoint_is_undone_alone(store: AnyStore) -> None:
    with store.write() as tx:
        tx.append(event("a", 1))
        with pytest.raises(Stop), tx.savepoint():
            tx.append(event("b", 1))
            tx.put_case(case("b"))
            tx.next_number("n")
            with tx.savepoint():
                tx.append(event("b", 2))
            raise Stop
        with tx.savepoint():
            tx.append(event("c", 1))
        assert tx.head("b") == 0
        assert tx.next_number("n") == 1
    with store.read() as look:
        assert [e.stream for e in look.all_events()] == ["a", "c"]
        assert look.case_rows() == []


def test_an_error_of_the_database_within_a_savepoint_does_not_spoil_the_rest(store: AnyStore) -> None:
    twice = [deadline("b"), deadline("b", mark="yellow")]
    with store.write() as tx:
        tx.append(event("a", 1))
        with pytest.raises(StoreError), tx.savepoint():
            tx.append(event("b", 1))
            _provoke(tx)
        tx.put_deadlines("b", twice)
    with store.read() as look:
        assert [e.stream for e in look.all_events()] == ["a"]
        assert len(look.deadlines()) == 2


def test_an_error_that_is_swallowed_comes_again_on_leaving(store: AnyStore) -> None:
    with pytest.raises(StoreError), store.write() as tx:
        tx.append(event("a", 1))
        with pytest.raises(StoreError):
            _provoke(tx)
    with store.read() as look:
        assert look.all_events() == []
    with store.write() as tx:
        tx.append(event("a", 1))


def _provoke(tx: object) -> None:
    """Break a unique constraint behind the contract's back."""
    insert = "INSERT INTO numbers (name, last) VALUES ('twice', 1)"
    tx._run([(insert, ()), (insert, ())])  # type: ignore[attr-defined]


def test_a_key_is_kept_once(store: AnyStore) -> None:
    with store.write() as tx:
        tx.keep_answer("key", b"\x00digest", b"answer")
    with pytest.raises(Conflict), store.write() as tx:
        tx.append(event("c", 1))
        tx.keep_answer("key", b"other", b"answer 2")
    with store.read() as look:
        assert look.answer("key") == (b"\x00digest", b"answer")
        assert look.answer("none") is None
        assert look.head("c") == 0


def test_numbers_are_dense_also_when_transactions_fail_in_eight_threads(store: AnyStore) -> None:
    taken: list[int] = []

    def act() -> None:
        for turn in range(12):
            try:
                with store.write() as tx:
                    number = tx.next_number("文号")
                    if turn % 3 == 1:
                        raise Stop
                taken.append(number)
            except Stop:
                pass

    run_all(*[act] * 8)
    assert sorted(taken) == list(range(1, 65))
    with store.write() as tx:
        assert tx.next_number("another") == 1


def test_erasing_leaves_the_commitments_standing(store: AnyStore) -> None:
    with store.write() as tx:
        tx.append(event("c", 1))
        tx.append(event("c", 2, private=False))
    with store.write() as tx:
        assert tx.erase("c", 1)
        assert not tx.erase("c", 1)
        assert not tx.erase("c", 2)
        assert not tx.erase("c", 3)
    with store.read() as look:
        found = look.events("c")
        assert look.all_events() == found
    assert found[0].private is None
    assert [broken(e.entry, e.opening, e.private) for e in found] == [[], []]


def test_a_look_stays_as_it_was_when_it_was_opened(store: AnyStore) -> None:
    with store.read() as look:
        assert look.head("c") == 0
        with store.write() as tx:
            tx.append(event("c", 1))
            tx.put_case(case("c"))
        assert look.head("c") == 0
        assert look.counts() == []
        with store.read() as later:
            assert later.head("c") == 1


def test_bulk_and_single_writing_leave_the_same(store: AnyStore) -> None:
    def whole(name: str) -> tuple[list[object], object, list[object], list[object]]:
        return ([event(name, 1), event(name, 2, private=False)], case(name, seq=2, posts=("p", "q")), [deadline(name)],
            [("receipt_no", name, 1)])

    assert store.append_bulk(whole(f"c{n}") for n in range(25)) == 50  # type: ignore[misc]
    with store.write() as tx:
        tx.append(event("c1", 3))
        tx.put_case(case("c1", seq=3, step="next"))
        position = tx.append(event("single", 1))
    with store.read() as look:
        assert [e.seq for e in look.events("c1")] == [1, 2, 3]
        everything = look.all_events()
        assert len(everything) == 52
        assert all(broken(e.entry, e.opening, e.private) == [] for e in everything)
        assert look.outbox() == [e.position for e in everything]
        assert everything[-1].position == position
        assert look.counts() == [("a000/penalty", "next", "open", 1), ("a000/penalty", "open_case", "open", 24)]
        assert len(look.inbox(["p", "q"])) == 24
        assert look.deadlines(case="c7") == [deadline("c7")]


@pytest.mark.parametrize("wrong", [[2], [1, 3], [1, 1]])
def test_bulk_refuses_gaps(store: AnyStore, wrong: list[int]) -> None:
    with pytest.raises(Conflict):
        store.append_bulk([([event("c", n) for n in wrong], case("c"), [], [])])
    with store.read() as look:
        assert look.all_events() == []
        assert look.case_rows() == []


def test_bulk_refuses_cases_that_are_there(store: AnyStore) -> None:
    store.append_bulk([([event("c", 1)], case("c"), [], [])])
    with pytest.raises(Conflict):
        store.append_bulk([([event("d", 1)], case("d"), [], []), ([event("c", 1)], case("c"), [], [])])
    with pytest.raises(Conflict):
        store.append_bulk([([event("e", 1)], case("c"), [], [])])
    with store.read() as look:
        assert [e.stream for e in look.all_events()] == ["c"]


def test_a_closed_store_says_so(store: AnyStore) -> None:
    store.close()
    with pytest.raises(StoreError), store.read():
        pass
    with pytest.raises(StoreError), store.write():
        pass


def test_values_said_are_found_across_cases_and_go_with_the_projections(store: AnyStore) -> None:
    with store.write() as tx:
        for name in ("c1", "c2"):
            tx.append(event(f"case/{name}", 1))
            tx.put_case(case(name))
            tx.note_uses(name, [("receipt_no", "R-1", 1), ("party", f"甲{name}", 1)])
            tx.note_uses(name, [("receipt_no", "R-1", 1)])
        assert tx.uses("receipt_no", "R-1") == [("c2", 1), ("c1", 1)], "its own writes too"
    with store.read() as look:
        assert look.uses("receipt_no", "R-1", limit=1) == [("c2", 1)]
        assert look.uses("receipt_no", "R-1", before="c2") == [("c1", 1)]
        assert look.uses("receipt_no", "R-1", before="c1") == []
        assert look.uses("receipt_no", "R-2") == []
        assert look.uses("document_no", "R-1") == []
        assert look.uses_of("c1") == [("party", "甲c1", 1), ("receipt_no", "R-1", 1)]
    with store.write() as tx:
        tx.erase("case/c1", 1)
        assert tx.uses_of("c1") == [], "what was erased is not left standing beside"
        tx.clear_projections()
    with store.read() as look:
        assert look.uses("receipt_no", "R-1") == []


def test_bulk_notes_what_its_cases_say(store: AnyStore) -> None:
    store.append_bulk([([event("case/c", 1)], case("c"), [], [("receipt_no", "R-9", 1), ("party", "甲", 1)])])
    with store.read() as look:
        assert look.uses("receipt_no", "R-9") == [("c", 1)]
        assert look.uses_of("c") == [("party", "甲", 1), ("receipt_no", "R-9", 1)]


def test_what_is_taken_into_the_log_has_its_place_for_good(store: AnyStore) -> None:
    with store.write() as tx:
        for stream in ("b", "a"):
            for seq in (1, 2, 3):
                tx.append(event(stream, seq))
    with store.write() as tx:
        first = tx.pending(limit=4)
        assert [(e.stream, e.seq) for e in first] == [("b", 1), ("b", 2), ("b", 3), ("a", 1)]
        assert (tx.log_size(), tx.place("b", 1), tx.logged(0)) == (0, None, [])
        tx.take_in(0, first)
    with store.read() as look:
        assert look.log_size() == 4
        assert [look.place(e.stream, e.seq) for e in first] == [0, 1, 2, 3]
        assert look.logged(1, limit=2) == [(1, first[1]), (2, first[2])]
        assert look.place("a", 3) is look.place("c", 1) is None
        rest = look.pending()
        assert [(e.stream, e.seq) for e in rest] == [("a", 2), ("a", 3)]
        assert look.outbox() == [e.position for e in rest]
        assert look.unlogged() == rest
        assert look.unlogged(after=rest[0].position, limit=5) == rest[1:]
        assert look.holes() == []
    with store.write() as tx:
        tx.take_in(4, [])
        tx.take_in(4, rest)
    with store.read() as look:
        assert (look.pending(), look.log_size()) == ([], 6)
        assert look.logged(0) == list(enumerate(look.all_events()))
        assert look.unlogged() == []


def test_places_of_what_an_old_backup_has_lost_stay_empty(store: AnyStore) -> None:
    with store.write() as tx:
        for seq in (1, 2, 3):
            tx.append(event("c", seq))
    with store.write() as tx:
        one, two, three = tx.pending()
        tx.take_in(0, [one])
        tx.take_in(5, [two, three], beyond=True)
    with store.read() as look:
        assert (look.log_size(), look.pending()) == (7, [])
        assert [place for place, _ in look.logged(0)] == [0, 5, 6]
    with store.write() as tx:
        tx.append(event("c", 4))
    with pytest.raises(Conflict), store.write() as tx:
        tx.take_in(3, tx.pending(), beyond=True)
    with store.write() as tx:
        tx.take_in(7, tx.pending())
