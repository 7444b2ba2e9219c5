"""The registry: what cannot be is refused with every fault; what was undone never was."""

from __future__ import annotations

import secrets
import threading
from typing import Any

import pytest

from qingfeng.casework.handle import Done, Stopped
from qingfeng.casework.office import REGISTRY, Office, UnknownThing
from qingfeng.casework.rebuild import compare, rebuild
from qingfeng.casework.registry import PERSON_ACTS, BadRegistration, publish, register
from tests.casework.agency import COURSE, FOUNDED, begin, case_of, change, do, furnished, seqs
from tests.sample import at, course_document

BAD: list[tuple[str, dict[str, Any]]] = [
    ("promoted", {"officer": "ann"}),
    ("officer_added", {}),
    ("officer_added", {"officer": "ann", "name": "安然"}),
    ("officer_added", {"officer": "party", "name": "某"}),
    ("officer_added", {"officer": "system", "name": "某"}),
    ("officer_added", {"officer": "a b", "name": "某"}),
    ("officer_added", {"officer": "x" * 101, "name": "某"}),
    ("officer_added", {"officer": "gus", "name": "a\u202eb"}),
    ("officer_added", {"officer": "gus", "name": "x" * 201}),
    ("officer_added", {"officer": "gus", "name": ""}),
    ("officer_added", {"officer": "gus", "name": 5}),
    ("officer_added", {"officer": "gus", "name": "e\u0301"}),
    ("officer_added", {"officer": "gus", "name": "\ud800"}),
    ("officer_added", {"officer": "gus", "name": "某", 5: "x", "more": "y"}),
    ("officer_added", {"officer": "gus", "name": "某", "\x1b": "x"}),
    ("appointed", {"officer": "nobody", "post": "clerk", "from": "2026-01-01"}),
    ("appointed", {"officer": "ann", "post": "clerk"}),
    ("appointed", {"officer": "ann", "post": "clerk", "from": "2026-02-30"}),
    ("appointed", {"officer": "ann", "post": "clerk", "from": "20260302"}),
    ("appointed", {"officer": "ann", "post": "clerk", "from": "2026-W10-1"}),
    ("appointed", {"officer": "ann", "post": "clerk", "from": "9999-12-31"}),
    ("appointed", {"officer": "ann", "post": "clerk", "from": "2026-03-02", "until": "2026-03-01"}),
    ("stand_in_named", {"officer": "ann", "deputy": "nobody", "post": "clerk", "from": "2026-01-01"}),
    (
        "delegated",
        {"officer": "ann", "to": "fay", "post": "clerk", "from": "2026-01-01", "until": "2026-02-01", "acts": []},
    ),
    (
        "delegated",
        {"officer": "ann", "to": "fay", "post": "clerk", "from": "2026-01-01", "until": "2026-02-01", "acts": "x"},
    ),
    (
        "delegated",
        {
            "officer": "ann",
            "to": "fay",
            "post": "clerk",
            "from": "2026-01-01",
            "until": "2026-02-01",
            "acts": ["x" * 10**6],
        },
    ),
    (
        "delegated",
        {
            "officer": "ann",
            "to": "fay",
            "post": "clerk",
            "from": "2026-01-01",
            "until": "2026-02-01",
            "acts": ["a\u202e"],
        },
    ),
    ("dismissed", {"officer": "ann", "on": None}),
    ("dismissed", {"officer": ["ann"], "on": "2026-01-01"}),
]


def test_a_bad_registration_is_refused_in_words_and_leaves_nothing(office: Office) -> None:
    before = seqs(office, REGISTRY)
    for act, data in BAD:
        with pytest.raises(BadRegistration) as caught:
            change(office, act, data)
        said = caught.value.message
        assert said.zh
        assert said.en
        assert not {"\x1b", "\u202e"} & set(said.zh), (act, data)
        said.zh.encode()
    assert seqs(office, REGISTRY) == before


def test_every_fault_is_told_at_once(office: Office) -> None:
    with pytest.raises(BadRegistration) as caught:
        change(office, "delegated", {"officer": "ann", "from": "x", "until": "y", "acts": 3, "strange": 1})
    for word in ("缺少post", "缺少to", "strange", "from", "until", "acts"):
        assert word in caught.value.message.zh


def test_every_kind_of_registration_is_understood_by_every_office(office: Office) -> None:
    span = {"from": "2026-01-01", "until": "2026-12-31"}
    good: dict[str, dict[str, Any]] = {
        "officer_added": {"officer": "gus", "name": "=顾\"O'"},
        "appointed": {"officer": "gus", "post": "clerk", **span},
        "appointment_ended": {"officer": "gus", "post": "clerk", "last_day": "2026-06-30"},
        "dismissed": {"officer": "gus", "on": "2026-07-01"},
        "credential_granted": {"officer": "gus", "number": "1", **span},
        "credential_withdrawn": {"officer": "gus", "last_day": "2026-05-01"},
        "absent": {"officer": "ann", **span},
        "stand_in_named": {"officer": "ann", "deputy": "gus", "post": "clerk", **span},
        "delegated": {"officer": "ann", "to": "fay", "post": "clerk", "acts": ["accept"], **span},
        "interest_declared": {"officer": "ann", "other": "某公司", "relation": "亲属", **span},
    }
    assert set(good) == set(PERSON_ACTS)
    for act, data in good.items():
        change(office, act, data)
    fresh = Office(office.store, salts=secrets.token_bytes)
    with office.store.read() as tx:
        assert fresh.registry(tx).people == office.registry(tx).people
        people = fresh.registry(tx).people
    from datetime import date

    assert people.name("gus") == "=顾\"O'"
    assert people.holds("gus", "clerk", date(2026, 6, 30))
    assert not people.holds("gus", "clerk", date(2026, 7, 1))
    assert people.has_credential("gus", date(2026, 5, 1))
    assert not people.has_credential("gus", date(2026, 5, 2))
    assert people.posts_of("fay", date(2026, 3, 2)) == ["clerk"]


def test_who_was_dismissed_yesterday_is_refused_and_who_is_appointed_today_acts(office: Office) -> None:
    case = begin(office)
    change(office, "dismissed", {"officer": "ann", "on": "2026-03-02"})
    assert isinstance(do(office, case, "accept", "ann", "2026-03-03"), Stopped)
    change(office, "appointed", {"officer": "fay", "post": "clerk", "from": "2026-03-03"})
    assert isinstance(do(office, case, "accept", "fay", "2026-03-03"), Done)


def test_whoever_is_appointed_anew_after_a_dismissal_acts_and_a_second_dismissal_brings_nothing_back(
    office: Office,
) -> None:
    case, other = begin(office), begin(office)
    change(office, "dismissed", {"officer": "ann", "on": "2026-03-02"})
    assert isinstance(do(office, case, "accept", "ann", "2026-03-03"), Stopped)
    change(office, "appointed", {"officer": "ann", "post": "clerk", "from": "2026-03-04"})
    change(office, "dismissed", {"officer": "ann", "on": "2026-05-06"})
    assert isinstance(do(office, case, "accept", "ann", "2026-03-03"), Stopped)
    assert isinstance(do(office, case, "accept", "ann", "2026-03-05"), Done)
    assert isinstance(do(office, other, "accept", "ann", "2026-05-07"), Stopped)


class Crash(RuntimeError):
    """The caller's transaction fails after its last step."""


def crashing(office: Office) -> None:
    with office.store.write() as tx:
        publish(office, tx, course_document(in_force_from="2026-01-01"), by=FOUNDED)
        register(office, tx, "officer_added", {"officer": "gus", "name": "顾"}, by=FOUNDED)
        registry = office.registry(tx)
        assert "gus" in registry.people.names
        assert office.version(registry, COURSE, "2026-01-01")[0].controls
        raise Crash


def test_what_was_undone_is_not_remembered(office: Office) -> None:
    with pytest.raises(Crash):
        crashing(office)
    case = begin(office)
    assert case_of(office, case).version.version == "2024-01-01"
    assert isinstance(do(office, case, "accept", "gus", "2026-03-03"), Stopped)
    with office.store.write() as tx:
        publish(office, tx, course_document(in_force_from="2026-01-01", controls={}), by=FOUNDED)
    later = begin(office)
    assert case_of(office, later).version.controls == {}
    with office.store.read() as tx:
        assert office.version(office.registry(tx), COURSE, "2026-01-01")[0].controls == {}


def test_publishing_the_same_again_is_nothing_and_other_content_of_the_same_day_is_refused(office: Office) -> None:
    before = seqs(office, REGISTRY)
    with office.store.write() as tx:
        publish(office, tx, course_document(), by=FOUNDED)
    assert seqs(office, REGISTRY) == before
    with pytest.raises(BadRegistration), office.store.write() as tx:
        publish(office, tx, course_document(controls={}), by=FOUNDED)
    with pytest.raises(BadRegistration, match="no such control"), office.store.write() as tx:
        publish(office, tx, course_document(in_force_from="2026-01-01", controls={"none": {}}), by=FOUNDED)
    assert seqs(office, REGISTRY) == before


def test_two_offices_add_the_same_officer_at_once_and_one_is_told(office: Office) -> None:
    offices = [office, Office(office.store, salts=secrets.token_bytes)]
    said: list[str] = []
    barrier = threading.Barrier(2)

    def add(mine: Office) -> None:
        barrier.wait()
        try:
            change(mine, "officer_added", {"officer": "gus", "name": "顾"})
        except BadRegistration:
            said.append("refused")
        else:
            said.append("added")

    for _ in range(3):
        threads = [threading.Thread(target=add, args=(mine,)) for mine in offices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said.count("added") == 1
    assert said.count("refused") == 5
    events = seqs(office, REGISTRY)
    assert events == list(range(1, len(events) + 1))


def test_the_catalogue_is_read_from_the_store_alone(office: Office) -> None:
    case = begin(office)
    fresh = Office(office.store, salts=secrets.token_bytes)
    assert isinstance(do(fresh, case, "accept", "ann", "2026-03-03"), Done)
    with fresh.store.read() as tx, pytest.raises(UnknownThing):
        fresh.version(fresh.registry(tx), COURSE, "1999-01-01")


def test_compare_finds_planted_differences_and_rebuild_mends_them(office: Office) -> None:
    from dataclasses import replace

    cases = [begin(office) for _ in range(4)]
    do(office, cases[0], "accept", "ann", "2026-03-03")
    assert compare(office) == []
    with office.store.read() as tx:
        rows = {case: tx.case_row(case) for case in cases}
        armed = {case: tx.deadlines(case=case) for case in cases}
    with office.store.write() as tx:
        first, second = rows[cases[0]], rows[cases[1]]
        assert first is not None
        assert second is not None
        tx.put_case(replace(first, step="decide"))
        tx.put_case(replace(second, posts=("chief",)))
        tx.put_deadlines(cases[2], [])
        tx.put_deadlines(cases[3], [replace(d, at=at("2030-01-01")) for d in armed[cases[3]]])
    assert compare(office) == cases
    assert rebuild(office) == 4
    assert compare(office) == []
    with office.store.read() as tx:
        assert {case: tx.case_row(case) for case in cases} == rows
        assert {case: tx.deadlines(case=case) for case in cases} == armed


def test_a_second_agency_in_a_store_of_its_own_knows_nothing_of_the_first(office: Office, tmp_path: Any) -> None:
    from qingfeng.store.sqlite import SqliteStore

    store = SqliteStore.open(tmp_path / "other.db", create=True)
    other = furnished(Office(store, salts=secrets.token_bytes))
    assert begin(office) == begin(other)
    store.close()


def _with_books(document: dict[str, Any], power: str, *books: tuple[str, str, str]) -> dict[str, Any]:
    said = [{"prefix": prefix, "first": first, "last": last} for prefix, first, last in books]
    controls = {"fine_receipts": {"issues": ["review"], "voids": [], "books": said}}
    return {**document, "power": {**document["power"], "id": power}, "version": {**document["version"], "controls": controls}}


def test_books_of_receipts_that_another_power_holds_are_not_published(office: Office) -> None:
    plain = course_document(in_force_from="2024-01-01")
    with office.store.write() as tx:
        publish(office, tx, _with_books(plain, "s901/one", ("罚A", "0001", "0500"), ("罚B", "0001", "0500")), by=FOUNDED)
        with pytest.raises(BadRegistration) as caught:
            publish(office, tx, _with_books(plain, "s901/two", ("罚C", "0001", "0500"), ("罚 Ｂ", "0500", "0900")), by=FOUNDED)
        for told in (caught.value.message.zh, caught.value.message.en):
            assert "controls.fine_receipts.books[2]" in told
            assert "s901/one" in told
        publish(office, tx, _with_books(plain, "s901/two", ("罚C", "0001", "0500"), ("罚B", "0501", "0900")), by=FOUNDED)
        assert "s901/two" in {power for power, _ in office.registry(tx).versions}
