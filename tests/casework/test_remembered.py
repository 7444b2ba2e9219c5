"""What an office keeps folded in memory is bounded by events, and is never an older state than the store's."""

from __future__ import annotations

from qingfeng.casework.office import Office, load_case, load_cases
from tests.casework.agency import begin, case_of, do


def test_the_oldest_go_when_there_are_too_many_events(office: Office) -> None:
    cases = [begin(office) for _ in range(4)]
    small = Office(office.store, salts=office.salts, remembers=2)
    with small.store.read() as tx:
        registry = small.registry(tx)
        for case in cases:
            small.remember(load_case(small, tx, registry, case)[0])
    assert [small.remembered(case) is not None for case in cases] == [False, False, True, True]
    small.forget_all()
    assert not any(small.remembered(case) for case in cases)


def test_many_cases_are_loaded_at_one_go_as_one_by_one(office: Office) -> None:
    cases = [begin(office) for _ in range(3)]
    other = Office(office.store, salts=office.salts)
    with other.store.read() as tx:
        other.remember(load_case(other, tx, other.registry(tx), cases[0])[0])
    do(office, cases[0], "accept", "ann", "2026-03-03")  # after it was remembered elsewhere
    with other.store.read() as tx:
        registry = other.registry(tx)
        found = load_cases(other, tx, registry, [*cases, "nobody"])
        assert list(found) == cases
        assert [found[case][0].events for case in cases] == [load_case(other, tx, registry, case)[0].events for case in cases]
    assert found[cases[0]][0].seq == case_of(office, cases[0]).seq
