"""A plan says what it seems to say, or every fault is named; the order in which it is written changes nothing."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.draw.canonical import NotCanonical, canonical
from qingfeng.draw.parse import parse_plan
from tests.draw.sample import SECRETS, parsed, parties, plan, said, sample


def test_the_plan_comes_back_from_its_own_bytes() -> None:
    one = plan()
    assert parsed(json.loads(one.plan_bytes())) == one
    assert one.name == "a000/2026/001"


def test_the_plan_id_is_the_hash_of_the_bytes_that_anybody_can_make() -> None:
    one = plan()
    assert one.plan_bytes() == rfc8785.dumps(one.plain())
    assert one.plan_id == hashlib.sha256(rfc8785.dumps(one.plain())).hexdigest()


@given(st.integers(0, 10_000))
def test_the_order_in_the_file_changes_nothing(seed: int) -> None:
    plain = sample()
    shuffled = random.Random(seed)
    for listed in (plain["pool"], plain["officers"], plain["conflicts"], plain["entropy"]["parties"]):
        shuffled.shuffle(listed)
    plain["quotas"] = dict(shuffled.sample(sorted(plain["quotas"].items()), 4))
    assert parsed(plain).plan_bytes() == plan().plan_bytes()


@pytest.mark.parametrize("kind", ["lottery", "camera", "drand"])
def test_every_kind_of_beacon_can_be_named(kind: str) -> None:
    plain = sample()
    plain["entropy"]["beacon"] |= {"kind": kind, "round": 4_711}
    assert parsed(plain).beacon.round == "4711"


def change(*path: str | int, to: Any, **changes: Any) -> Any:
    """A sample with one value changed."""
    plain = sample(**changes)
    here = plain
    for part in path[:-1]:
        here = here[part]  # type: ignore[index]
    here[path[-1]] = to  # type: ignore[index]
    return plain


def more(name: str, *items: Any, **changes: Any) -> Any:
    """A sample with members added to a list."""
    plain = sample(**changes)
    plain[name] += items
    return plain


def excluded(**changes: str) -> Any:
    return change(
        "exclusions", 0, to={"id": "A099", "reason": "已停业", "by": "clerk", "approved_by": "deputy", **changes}
    )


SENSE: dict[str, tuple[Any, str]] = {
    "same firm twice": (more("pool", sample()["pool"][0]), "The id is there twice: A001"),
    "same firm in capitals": (more("pool", {"id": "a001", "name": "虚构", "class": "A"}), "twice: A001, a001"),
    "same firm in two classes": (more("pool", {"id": "A001", "name": "虚构", "class": "B"}), "A001 is in the classes A, B at once"),
    "same officer twice": (more("officers", {"id": "officer_1"}), "twice: officer_1"),
    "same conflict twice": (more("conflicts", {"officer": "officer_1", "firm": "D001"}), "The same conflict is there twice"),
    "conflict of an unknown officer": (more("conflicts", {"officer": "nobody", "firm": "D001"}), 'officer "nobody"'),
    "conflict with an unknown firm": (more("conflicts", {"officer": "officer_1", "firm": "Z9"}), 'firm "Z9"'),
    "quota larger than its class": (change("quotas", "D", to=4), "The quota of class D is 4; it has 3"),
    "quota of no class": (change("quotas", "E", to=1), "The quota of class E is 1; it has 0"),
    "class without quota": (change("quotas", to={"A": 1, "B": 1, "C": 1}), "Class D has no quota"),
    "nothing to draw": (change("quotas", to=dict.fromkeys("ABCD", 0)), "All quotas are 0"),
    "team of one": (change("team", "size", to=1), "A team has 1 officer"),
    "too few officers for a team": (change("officers", to=[{"id": "o1", "skills": ["fire", "food"]}]), "1 officers can fill 4"),
    "too small a load": (change("team", "load", to=2), "24 places are to be filled"),
    "a firm whose officers all conflict": (
        more("conflicts", *({"officer": f"officer_{n}", "firm": "D002"} for n in range(1, 11))),
        "No team could be formed for D002: 0 officers",
    ),
    "a skill that nobody has": (change("team", "skills", to=["welding"]), "0 of them with the skills (2 wanted)"),
    "nobody to stand in for the one with the skill": (
        change("officers", to=[{"id": f"o{n}", "skills": ["food", "fire"] if n == 1 else []} for n in range(10)], conflicts=[]),
        "1 of them with the skills (2 wanted)",
    ),
    "excluded and in the pool": (excluded(id="A001"), "A001 is excluded and in the pool"),
    "excluded by one person alone": (excluded(approved_by="clerk"), "Who proposed to exclude A099 also approved it"),
    "a firm left out silently": (change("library", "count", to=20), "The library lists 20 firms; pool and exclusions together have 19"),
    "library after the freeze": (change("library", "published", to="2026-03-03"), "published after the plan is frozen"),
    "beacon before the freeze": (change("entropy", "beacon", "at", to="2026-03-01 21:15"), "is not after the freeze"),
    "links after the beacon": (change("deadlines", "links_by", to="2026-03-06"), "links_by < entropy.beacon.at"),
    "links before the freeze": (change("deadlines", "links_by", to="2026-03-01"), "frozen < links_by"),
    "draw before the beacon": (change("deadlines", "draw_by", to="2026-03-05"), "entropy.beacon.at < draw_by"),
    "published before the draw": (change("deadlines", "publish_by", to="2026-03-08"), "draw_by < publish_by"),
    "number of another year": (change("year", to=2025), "Numbered in 2025, but frozen in another year"),
    "more links than parties": (change("entropy", "min_links", to=4), "4 links are wanted of 3 parties"),
    "two parties with one secret": (
        change("entropy", "parties", to=[{**party, "anchor": "cd" * 32} for party in parties()]),
        "discipline, justice, market have the same anchor",
    ),
    "a party twice": (change("entropy", "parties", to=[*parties(), {**parties()[0], "anchor": "cd" * 32}]), "twice: discipline"),
}  # fmt: skip

SHAPE: dict[str, tuple[Any, str]] = {
    "not a mapping": ([], "A mapping is wanted here"),
    "nothing": (None, "A mapping is wanted here"),
    "exclusion without reason": (excluded(reason=""), "exclusions.1.reason: The value of reason is wrong"),
    "exclusion without approver": (
        change("exclusions", 0, to={"id": "A099", "reason": "停业", "by": "clerk"}), "approved_by is missing",
    ),
    "unknown key": (sample(colour="red"), 'Unknown key "colour"'),
    "another version": (sample(v=2), "v: The value of v is wrong"),
    "a number for an id": (change("pool", 0, "id", to=12), "pool.1.id"),
    "an id with a blank": (change("pool", 0, "id", to="A 1"), "pool.1.id"),
    "a name that turns the reading": (change("pool", 0, "name", to="虚构\u202e饭店"), "pool.1.name"),
    "a truth value for a number": (change("number", to=True), "number: The value"),
    "a fraction": (change("number", to=1.0), "number: The value"),
    "number zero": (change("number", to=0), "number: The value"),
    "a negative quota": (change("quotas", "A", to=-1), "quotas.A"),
    "quotas as a list": (change("quotas", to=[1]), "The quotas must be a mapping"),
    "an empty team": (change("team", to={}), "team.size: size is missing"),
    "a hash in capitals": (change("library", "sha256", to="AB" * 32), "library.sha256"),
    "no instant": (change("deadlines", "draw_by", to="soon"), "deadlines.draw_by"),
    "no day": (change("library", "published", to="2026-02-30"), "library.published"),
    "no such beacon": (change("entropy", "beacon", "kind", to="dice"), "There is no such beacon"),
    "pool as text": (change("pool", to="everybody"), "pool must be a list"),
    "a skill twice": (change("team", "skills", to=["food", "food"]), "team.skills"),
    "position zero": (change("entropy", "parties", 0, "position", to=0), "entropy.parties.1.position"),
}  # fmt: skip


@pytest.mark.parametrize("name", SENSE | SHAPE)
def test_a_faulty_plan_is_refused_with_its_fault(name: str) -> None:
    plain, words = (SENSE | SHAPE)[name]
    assert words in said(parse_plan(plain))


def test_all_faults_of_sense_are_told_at_once() -> None:
    plain = change("quotas", "D", to=4)
    plain["team"]["size"] = 1
    plain["exclusions"][0]["approved_by"] = "clerk"
    assert said(parse_plan(plain)).count("\n") == 2


@pytest.mark.parametrize("name", sample())
def test_every_part_must_be_there(name: str) -> None:
    plain = sample()
    del plain[name]
    if name == "v":
        assert parsed(plain) == plan()
    elif name == "conflicts":
        assert parsed(plain) != plan()
    elif name == "exclusions":
        assert "The library lists 19" in said(parse_plan(plain))
    else:
        assert f"{name} is missing" in said(parse_plan(plain))


JUNK = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner:
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8)  # fmt: skip


@given(st.sampled_from(sorted(sample())), JUNK)
def test_junk_anywhere_is_told_and_never_raised(name: str, junk: Any) -> None:
    made = parse_plan({**sample(), name: junk})
    assert not isinstance(made, tuple) or said(made)
    made = parse_plan(change("pool", 0, to=junk))
    assert isinstance(made, tuple)
    for inner in ("parties", "beacon", "min_links"):
        made = parse_plan(change("entropy", inner, to=junk))
        assert not isinstance(made, tuple) or said(made)


def test_a_million_faults_stop_the_reading() -> None:
    assert len(said(parse_plan(sample(pool=[1] * 20_000))).split("\n")) == 1_000


@given(st.recursive(st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])), lambda inner:
                    st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)))  # fmt: skip
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, True, 2**53, {"键": 1}, {1: 1}, b"x", "\ud800", float("nan")])
def test_what_has_no_bytes_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical([value])


def test_the_secrets_of_the_sample_are_long_enough() -> None:
    assert all(len(secret) >= 32 for secret in SECRETS.values())
