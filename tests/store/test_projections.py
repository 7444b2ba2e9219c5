"""Lists, inbox, counts and deadlines: written with the events, right under concurrency, rebuildable."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from .conftest import AnyStore
from .samples import NOON, case, deadline, event, run_all


def test_the_inbox_shows_the_nearest_limit_first_and_of_closed_cases_what_is_still_owed(store: AnyStore) -> None:
    rows = [
        case("none-b", posts=("p", "q")),
        case("none-a"),
        case("late", posts=("p",), next_due="2026-03-05T09:00:00+08:00"),
        case("early", posts=("q", "p"), next_due="2026-03-05T00:59:59.5Z"),
        case("suspended", posts=("q",), status="suspended", next_due="2026-04-01T00:00:00+08:00"),
        case("closed", posts=("p", "q"), status="closed", next_due="2026-01-01T00:00:00+08:00"),
        case("owed", posts=("p", "q"), owed=("a",), status="closed", next_due="2026-01-01T00:00:00+08:00"),
    ]
    with store.write() as tx:
        for row in rows:
            tx.put_case(row)
    with store.read() as look:
        assert [r.case for r in look.inbox(["p", "q", "p"])] == ["early", "late", "suspended", "none-b"]
        assert [r.case for r in look.inbox(["p", "q"], limit=2)] == ["early", "late"]
        assert [r.case for r in look.inbox(["q"])] == ["early", "suspended", "none-b"]
        assert look.inbox([]) == look.inbox(["nobody"]) == []
        assert look.inbox(["intake_officer"]) == [rows[1]]
        assert look.inbox(["a"]) == [rows[-1]]
        late = look.late(datetime(2026, 3, 6, tzinfo=UTC), limit=9)
        assert [r.case for r in late] == ["early", "late"]  # a file to be put away keeps no case waiting
    with store.write() as tx:
        tx.put_case(replace(rows[-1], owed=(), next_due=None))
    with store.read() as look:
        assert look.inbox(["a"]) == []


def test_lists_filter_and_go_on(store: AnyStore) -> None:
    rows = [
        case(name, power=power, status=status)
        for name, power, status in [("a", "x", "open"), ("b", "y", "open"), ("c", "x", "closed"), ("办", "x", "open")]
    ]
    with store.write() as tx:
        for row in reversed(rows):
            tx.put_case(row)
    with store.read() as look:
        assert look.case_rows() == rows
        assert look.case_rows(power="x") == [rows[0], rows[2], rows[3]]
        assert look.case_rows(power="x", status="open", after="a") == [rows[3]]
        assert look.case_rows(status="open", limit=2) == rows[:2]
        assert look.case_row("办") == rows[3]
        assert look.case_row("nothing") is None


def test_late_cases_come_nearest_first_and_are_counted_by_step_and_closed_ones_never(store: AnyStore) -> None:
    due = {"late": 3, "soon": 12, "far": 30, "ended": 2}
    with store.write() as tx:
        for name, day in due.items():
            tx.put_case(case(name, next_due=f"2026-03-{day:02d}T00:00:00+08:00", step="decide" if name == "soon" else "open_case"))
        tx.put_case(case("ended", next_due=None, status="closed"))
        tx.put_case(case("endless", next_due=None))
    now, before = datetime(2026, 3, 10, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC)
    with store.read() as look:
        assert [row.case for row in look.late(before, limit=10)] == ["late", "soon"]
        assert [row.case for row in look.late(before, limit=1)] == ["late"]
        assert look.late_by_step(now, before, limit=10) == [
            ("a000/penalty", "decide", False, 1), ("a000/penalty", "open_case", True, 1)]  # fmt: skip
        assert look.late_by_step(now, before, limit=1) == [("a000/penalty", "open_case", True, 1)]


def test_many_cases_are_read_by_their_ids_at_one_go(store: AnyStore) -> None:
    names = [f"c{n}" for n in range(70)]
    with store.write() as tx:
        for name in names:
            tx.put_case(case(name))
        assert set(tx.cases_by_ids(["c3", "c3", "nobody"])) == {"c3"}, "its own writes too"
    with store.read() as look:
        found = look.cases_by_ids([*names, "nobody"])
        assert sorted(found) == sorted(names)
        assert found["c69"] == case("c69")
        assert look.cases_by_ids([]) == {}


def test_a_case_that_changes_is_counted_and_listed_where_it_is(store: AnyStore) -> None:
    stages = [
        case("c"),
        case("c", seq=2, last_at="2026-03-03T00:00:00Z"),
        case("c", seq=3, step="review", posts=("reviewer",), next_due="2026-03-09T00:00:00Z", provisional=True),
        case("c", seq=4, step="review", status="suspended", posts=()),
        case("c", seq=5, power="b", version="2", title="新", status="closed", opened_at="2020-01-01T00:00:00Z"),
    ]
    for row in stages:
        with store.write() as tx:
            tx.put_case(row)
            tx.put_case(row)
        with store.read() as look:
            assert look.case_row("c") == row
            assert look.counts() == [(row.power, row.step, row.status, 1)]
            listed = row.status != "closed"
            assert look.inbox(["intake_officer", "reviewer"]) == ([row] if listed and row.posts else [])


def test_deadlines_are_replaced_as_a_whole(store: AnyStore) -> None:
    first = [deadline("c", days=2), deadline("c", days=1, mark="yellow", provisional=True)]
    with store.write() as tx:
        tx.put_deadlines("c", first)
        tx.put_deadlines("d", [deadline("d", days=1.5)])
    with store.read() as look:
        assert look.deadlines() == [first[1], deadline("d", days=1.5), first[0]]
        assert look.deadlines(case="c", limit=1) == [first[1]]
        assert look.deadlines(before=NOON + timedelta(days=1.5)) == [first[1]]
        assert look.deadlines(case="c", before=NOON) == []
        assert look.provisional_cases() == ["c"]
        assert look.provisional_cases(after="c") == []
    elsewhere = timezone(timedelta(hours=8))
    second = [replace(first[0], at=first[0].at.astimezone(elsewhere)), deadline("c", days=7, mark="effect", run=2)]
    with store.write() as tx:
        tx.put_deadlines("c", second)
    with store.read() as look:
        assert look.deadlines(case="c") == second
        assert look.provisional_cases() == []
    with store.write() as tx:
        tx.put_deadlines("c", [])
    with store.read() as look:
        assert [d.case for d in look.deadlines()] == ["d"]


def test_due_deadlines_are_claimed_earliest_first_up_to_now(store: AnyStore) -> None:
    with store.write() as tx:
        for number in range(6):
            tx.put_deadlines(f"c{number}", [deadline(f"c{number}", days=6 - number)])
    with store.write() as tx:
        assert [d.case for d in tx.claim_due(NOON + timedelta(days=3))] == ["c5", "c4", "c3"]
        assert [d.case for d in tx.claim_due(NOON + timedelta(days=9), limit=2)] == ["c5", "c4"]
        assert tx.claim_due(NOON) == []


def test_projections_can_be_cleared_and_written_anew(store: AnyStore) -> None:
    with store.write() as tx:
        for name in ("a", "b"):
            tx.append(event(name, 1))
            tx.put_case(case(name))
            tx.put_deadlines(name, [deadline(name, provisional=True)])
    with store.write() as tx:
        tx.clear_projections()
        assert [tx.case_rows(), tx.counts(), tx.deadlines(), tx.inbox(["intake_officer"])] == [[], [], [], []]
        for stored in tx.all_events():
            tx.put_case(case(stored.stream, step="again"))
    with store.read() as look:
        assert look.case_rows() == [case("a", step="again"), case("b", step="again")]
        assert look.counts() == [("a000/penalty", "again", "open", 2)]
        assert look.provisional_cases() == []
        assert len(look.all_events()) == 2


def test_counts_are_right_when_many_write_at_once(store: AnyStore) -> None:
    def act(worker: int) -> None:
        for number in range(10):
            name = f"c{worker}-{number}"
            for step in ("open_case", "review", "decide"):
                with store.write() as tx:
                    tx.put_case(case(name, step=step, power=f"p{number % 2}"))

    run_all(*[lambda worker=worker: act(worker) for worker in range(6)])
    with store.read() as look:
        assert look.counts() == [("p0", "decide", "open", 30), ("p1", "decide", "open", 30)]


def test_the_last_cases_of_a_power_are_those_with_the_highest_ids(store: AnyStore) -> None:
    with store.write() as tx:
        for name, power in (("x/1", "x"), ("x/3", "x"), ("x/2", "x"), ("y/9", "y")):
            tx.put_case(case(name, power=power, seq=int(name[-1])))
    with store.read() as look:
        assert look.last_cases("x", limit=2) == [("x/3", 3), ("x/2", 2)]
        assert look.last_cases("z", limit=2) == []
