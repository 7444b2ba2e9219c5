"""Many things read at one go, the same for both databases."""

from __future__ import annotations

from .conftest import AnyStore
from .samples import case, event


def test_values_said_are_counted_between_two_of_them(store: AnyStore) -> None:
    with store.write() as tx:
        for n, day in enumerate(("2026-11-01", "2026-11-02", "2026-11-02", "2026-12-01"), 1):
            tx.append(event(f"case/c{n}", 1))
            tx.put_case(case(f"c{n}"))
            tx.note_uses(f"c{n}", [("_red", f"{day} a/b", 1), ("_yellow", f"{day} a/b", 1)])
        assert tx.tally("_red", "2026-11-02", "2026-11-03") == [("2026-11-02 a/b", 2)], "its own writes too"
    with store.read() as look:
        assert look.tally("_red", "2026-11-01", "2026-11-30~") == [("2026-11-01 a/b", 1), ("2026-11-02 a/b", 2)]
        assert look.tally("_red", "2027", "2028") == []
        said = look.uses_between("_red", "2026-11-02", "2026-11-30~")
        assert said == sorted(said)
        assert [value for value, _, _ in said] == ["2026-11-02 a/b"] * 2
        assert look.uses_between("_red", "2026-11-01", "2026-11-30~", limit=1)[0][0] == "2026-11-01 a/b"


def test_many_streams_and_single_events_are_read_at_one_go(store: AnyStore) -> None:
    streams = [f"s{n}" for n in range(40)]
    with store.write() as tx:
        for stream in streams:
            for seq in (1, 2):
                tx.append(event(stream, seq))
        assert tx.heads(["s0", "none"]) == {"s0": 2}, "its own writes too"
    with store.read() as look:
        assert look.heads([*streams, "none", "s1"]) == dict.fromkeys(streams, 2)
        places = [*((stream, 2) for stream in streams), ("s0", 1), ("s0", 3), ("none", 1)]
        found = look.events_at(places)
        assert found == {(s, n): look.events(s, after=n - 1)[0] for s, n in places[:-2]}
        after = look.events_after([*((stream, 1) for stream in streams), ("s0", 1), ("none", 0)])
        assert after == {**{s: look.events(s, after=1) for s in streams}, "none": []}
        assert look.events_after([("s1", 0)]) == {"s1": look.events("s1")}
        assert look.events_after([]) == {}
        assert look.heads([]) == {}
        assert look.events_at([]) == {}
