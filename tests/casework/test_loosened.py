"""A revision that gives something up is told to discipline: by whom, from what to what."""

from __future__ import annotations

from typing import Any

import pytest

from qingfeng.casework.desk.access import Role, Viewer
from qingfeng.casework.desk.findingpage import Desk, page
from qingfeng.casework.findings import act_behind, sentence, sweep
from qingfeng.casework.followup import standing_in
from qingfeng.casework.office import Office, UnknownThing
from qingfeng.casework.registry import By, publish
from qingfeng.catalogue.loosening import loosenings
from qingfeng.detection.run import LOOSENED
from tests.sample import at, course_document, limit

from .agency import COURSE

FIRST = [limit("decide_20", ["accept", "deem_accept"], ["review"], 20, "working_day"),
         limit("appeal", ["review"], ["serve"], 10, "working_day", **{"for": "party"})]  # fmt: skip
PAIRS = {"pairs": [{"first": ["accept"], "second": ["review"]}, {"first": ["inspect"], "second": ["review"]}]}
CONTROLS = {"separate_duties": PAIRS, "prompt_registration": {"within": 3}}
LATER = By(actor="dan", entered=at("2026-03-02"), confirmed_by="eve")


def said(**more: Any) -> dict[str, Any]:
    return course_document(**{"limits": FIRST, "controls": CONTROLS, **more})


def longer(name: str, n: int) -> list[dict[str, Any]]:
    return [{**one, "n": n} if one["id"] == name else one for one in FIRST]


LOOSER: dict[str, dict[str, Any]] = {
    "a control is gone": {"controls": {"separate_duties": PAIRS}},
    "a pair of duties is gone": {"controls": {**CONTROLS, "separate_duties": {"pairs": PAIRS["pairs"][:1]}}},
    "a number is changed": {"controls": {**CONTROLS, "prompt_registration": {"within": 30}}},
    "the agency has longer": {"limits": longer("decide_20", 30)},
    "the party has less": {"limits": longer("appeal", 3)},
    "a limit is gone": {"limits": FIRST[:1]},
}
STRICTER: dict[str, dict[str, Any]] = {
    "nothing": {},
    "the agency has less": {"limits": longer("decide_20", 10)},
    "the party has longer": {"limits": longer("appeal", 20)},
    "a pair more": {"controls": {**CONTROLS, "separate_duties": {"pairs": [*PAIRS["pairs"], {"first": ["apply"], "second": ["review"]}]}}},
}


@pytest.mark.parametrize("what", LOOSER)
def test_what_is_given_up_is_told(what: str) -> None:
    assert loosenings(said(), said(**LOOSER[what]))


@pytest.mark.parametrize("what", STRICTER)
def test_what_is_only_added_or_made_stricter_is_no_loosening(what: str) -> None:
    assert loosenings(said(), said(**STRICTER[what])) == ()


def test_the_numbers_before_and_after_stand_in_the_words() -> None:
    (told,) = loosenings(said(), said(**LOOSER["a number is changed"]))
    assert "3" in told.zh
    assert "30" in told.zh
    assert "from 3 to 30" in told.en


@pytest.mark.parametrize(("changes", "found"), [(LOOSER["the agency has longer"], 1), (STRICTER["the agency has less"], 0)])
def test_a_looser_revision_is_a_finding_for_discipline_and_names_who_published_it(
    office: Office, changes: dict[str, Any], found: int
) -> None:
    base = {"limits": FIRST, "controls": {}}
    with office.store.write() as tx:
        publish(office, tx, course_document(in_force_from="2026-03-09", **base), by=By(actor="ann", entered=at("2026-02-27")))
        changed = {**base, "limits": changes["limits"]}
        publish(office, tx, course_document(in_force_from="2026-03-10", **changed), by=LATER)
    fresh = [one for one in sweep(office, now=at("2026-03-03")) if one.found.rule == LOOSENED and one.found.key == "2026-03-10"]
    assert len(fresh) == found
    if not fresh:
        return
    (one,) = fresh
    with office.store.read() as tx:
        registry = office.registry(tx)
        version, _ = office.version(registry, one.power, one.version)
        proof = act_behind(office, tx, one)
        told = sentence(one, proof, version, registry.people.name)
    assert (one.power, one.version) == (COURSE, "2026-03-09")
    assert registry.people.name("dan") in told.zh
    assert "由20改为30" in told.zh
    assert "from 20 to 30" in told.en
    with office.store.read() as tx:
        desk = Desk.at(office, tx, standing_in(office, tx), now=at("2026-03-03"))
        shown = page(desk, one.number, Viewer(officer="eve", posts=("discipline_head",), roles=frozenset({Role.DISCIPLINE})))
        assert (shown.line.rule, shown.line.discreet) == (LOOSENED, True), "for discipline alone"
        with pytest.raises(UnknownThing):
            page(desk, one.number, Viewer(officer="bob", posts=("section_head",), roles=frozenset({Role.HEAD})))
    assert [again for again in sweep(office, now=at("2026-03-04")) if again.found.rule == LOOSENED] == [], "kept once"
