"""Who is drawn: exactly the quotas, no conflict, no overload, nobody alone, and every chance alike."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.draw.entropy import LinkState
from qingfeng.draw.plan import DrawPlan
from qingfeng.draw.run import draw
from qingfeng.draw.select import NoTeam, chosen, index_below, seed_of, teams, tickets
from qingfeng.draw.transcript import DrawTranscript, DrawVoid, VoidReason
from qingfeng.terms.instants import LOCAL
from tests.draw.sample import AFTER, BEACON, drawn, links, parsed, plan, said, sample


@st.composite
def plans(choose: st.DrawFn) -> DrawPlan:
    """Plans of many shapes, each without faults."""
    sizes = choose(st.dictionaries(st.sampled_from("ABCD"), st.integers(1, 6), min_size=1))
    quotas = {grade: choose(st.integers(0, size)) for grade, size in sizes.items()}
    quotas[min(sizes)] = max(1, quotas[min(sizes)])
    pool = [
        {"id": f"{g}{n}", "name": "虚构", "class": g, "needs": choose(st.sampled_from([[], ["fire"]]))}
        for g, size in sizes.items()
        for n in range(size)
    ]
    size, extra = choose(st.integers(2, 3)), choose(st.integers(0, 2))
    officers = [
        {"id": f"o{n}", "skills": ["fire"] if n < 5 else []} for n in range(choose(st.integers(size + extra + 4, 12)))
    ]
    conflicts = [
        {"officer": f"o{choose(st.integers(0, 1))}", "firm": choose(st.sampled_from(pool))["id"]}
        for _ in range(choose(st.integers(0, 3)))
    ]
    unique = [dict(pair) for pair in {tuple(sorted(c.items())) for c in conflicts}]
    least = -(-sum(quotas.values()) * (size + extra) // len(officers))
    return parsed(
        sample(
            library={"published": "2026-02-20", "sha256": "ab" * 32, "count": len(pool)}, exclusions=[], pool=pool,
            quotas=quotas, officers=officers, conflicts=unique,
            team={"size": size, "substitutes": extra, "load": least + choose(st.integers(0, 3)), "skills": []},
        )
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(plans(), st.binary(min_size=32, max_size=32))
def test_every_result_keeps_the_plan(a_plan: DrawPlan, seed: bytes) -> None:
    found = teams(a_plan, seed)
    if isinstance(found, NoTeam):
        assert found.full > 0, "a plan without faults fails for full loads only"
        return
    _, made = found
    grades = {firm.id: firm.grade for firm in a_plan.pool}
    assert Counter(grades[team.firm] for team in made) == Counter(a_plan.quotas)
    assert [team.n for team in made] == list(range(1, len(made) + 1))
    skills = {officer.id: set(officer.skills) for officer in a_plan.officers}
    firms = {firm.id: firm for firm in a_plan.pool}
    barred = {(pair.officer, pair.firm) for pair in a_plan.conflicts}
    load: Counter[str] = Counter()
    for team in made:
        sitting = (*team.officers, *team.substitutes)
        assert len(team.officers) == a_plan.team.size
        assert len(team.substitutes) == a_plan.team.substitutes
        assert len(set(sitting)) == len(sitting)
        assert not any((officer, team.firm) in barred for officer in sitting)
        for expert in (team.officers[0], *team.substitutes):
            assert a_plan.needs(firms[team.firm]) <= skills[expert]
        load.update(sitting)
    assert all(times <= a_plan.team.load for times in load.values())


@given(plans(), st.binary(min_size=32, max_size=32))
def test_in_each_class_the_lowest_tickets_win(a_plan: DrawPlan, seed: bytes) -> None:
    drawn_for = tickets(seed, [firm.id for firm in a_plan.pool])
    won = {firm.id for firm in chosen(a_plan, drawn_for)}
    for winner in a_plan.pool:
        for loser in a_plan.pool:
            if winner.grade == loser.grade and winner.id in won and loser.id not in won:
                assert drawn_for[winner.id] < drawn_for[loser.id]


def test_equal_tickets_go_by_the_id() -> None:
    plain = sample(quotas={"A": 2, "B": 0, "C": 0, "D": 1})
    for n, firm in enumerate(plain["pool"]):
        firm["name"] = f"虚构{99 - n}号"
    a_plan = parsed(plain)
    same = {firm.id: "00" * 32 for firm in a_plan.pool}
    assert [firm.id for firm in chosen(a_plan, same)] == ["A001", "A002", "D001"]


@given(st.integers(0, 10_000))
def test_the_order_of_the_file_does_not_change_the_result(seed: int) -> None:
    plain, shuffled = sample(), random.Random(seed)
    for listed in (plain["pool"], plain["officers"], plain["conflicts"], plain["entropy"]["parties"]):
        shuffled.shuffle(listed)
    assert drawn(parsed(plain)).plain() == drawn().plain()


def test_any_change_of_links_beacon_or_pool_changes_the_seed() -> None:
    seeds = [drawn().seed]
    seeds += [drawn(without=[name]).seed for name in ("discipline", "justice", "market")]
    seeds.append(drawn(beacon=BEACON[:-1] + "6").seed)
    renamed = sample()
    renamed["pool"][4]["name"] = "另一家虚构饭店"
    fewer = sample(library={"published": "2026-02-20", "sha256": "ab" * 32, "count": 18})
    del fewer["pool"][4]
    seeds += [drawn(parsed(renamed)).seed, drawn(parsed(fewer)).seed]
    assert len(set(seeds)) == len(seeds)


@given(
    st.lists(st.none() | st.text("0123456789abcdef", min_size=64, max_size=64), max_size=4),
    st.text(max_size=9),
    st.text(max_size=9),
)
def test_no_two_inputs_share_a_seed(given_links: list[str | None], plan_id: str, beacon: str) -> None:
    one = seed_of(plan_id, given_links, beacon)
    assert one != seed_of(plan_id + beacon, given_links, "") or not beacon
    assert one != seed_of(plan_id, [*given_links, None], beacon)
    assert one == seed_of(plan_id, list(given_links), beacon)


def test_tickets_favour_nobody() -> None:
    """Over 10 000 fixed seeds each of ten firms should win 1 000 times; 6 standard deviations are 180."""
    ids = [f"f{n}" for n in range(10)]
    won: Counter[str] = Counter()
    for n in range(10_000):
        made = tickets(n.to_bytes(32, "big"), ids)
        won[min(ids, key=made.__getitem__)] += 1
    assert all(820 <= won[an_id] <= 1_180 for an_id in ids), won


def test_officers_are_drawn_alike() -> None:
    """One firm, five officers, teams of two: each of ten pairs should come up 600 times of 6 000; 6 deviations are 140."""
    a_plan = parsed(
        sample(
            pool=[{"id": "A1", "name": "虚构", "class": "A"}], exclusions=[], quotas={"A": 1}, conflicts=[],
            library={"published": "2026-02-20", "sha256": "ab" * 32, "count": 1},
            officers=[{"id": f"o{n}"} for n in range(5)], team={"size": 2, "substitutes": 0, "load": 1, "skills": []},
        )
    )  # fmt: skip
    came: Counter[tuple[str, ...]] = Counter()
    for n in range(6_000):
        found = teams(a_plan, n.to_bytes(32, "big"))
        assert not isinstance(found, NoTeam)
        came[tuple(sorted(found[1][0].officers))] += 1
    assert set(came) == set(combinations([f"o{n}" for n in range(5)], 2))
    assert all(460 <= times <= 740 for times in came.values()), came


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10, 999, 1_000])
def test_an_index_is_below_n_and_each_equally_often(n: int) -> None:
    came = Counter(index_below(n, value.to_bytes(2, "big") + b"rest") for value in range(65_536))
    rejected = came.pop(None, 0)
    assert rejected == 65_536 % n
    assert set(came) == set(range(n))
    assert len(set(came.values())) == 1


def tight(*, load: int = 2, firms: int = 6) -> dict[str, Any]:
    """Six officers, every place of whom is needed."""
    return sample(
        pool=[{"id": f"A{n}", "name": "虚构", "class": "A"} for n in range(firms)], quotas={"A": firms}, exclusions=[],
        conflicts=[], library={"published": "2026-02-20", "sha256": "ab" * 32, "count": firms},
        officers=[{"id": f"o{n}", "skills": []} for n in range(6)],
        team={"size": 2, "substitutes": 0, "load": load, "skills": []},
    )  # fmt: skip


def test_a_tight_plan_is_drawn_in_a_later_round_and_full_to_the_last_place() -> None:
    a_plan = parsed(tight())
    rounds: Counter[int] = Counter()
    for n in range(100):
        found = teams(a_plan, n.to_bytes(32, "big"))
        assert not isinstance(found, NoTeam)
        rounds[found[0]] += 1
        load = Counter(officer for team in found[1] for officer in team.officers)
        assert set(load.values()) == {2}
    assert max(rounds) > 1, "the sample is not tight"


def impossible() -> DrawPlan:
    """Every firm alone finds a team; both together do not: each needs one of the two with the skill, who is full."""
    plain = tight(load=1, firms=3)
    plain["pool"] = [{**firm, "needs": ["fire"]} for firm in plain["pool"]]
    plain["officers"] = [{"id": f"o{n}", "skills": ["fire"] if n < 2 else []} for n in range(6)]
    return parsed(plain)


def test_without_a_team_the_draw_is_void_and_names_firm_and_reason() -> None:
    record = draw(impossible(), links=links(), beacon=BEACON, at=AFTER)
    assert isinstance(record, DrawVoid)
    assert record.why is VoidReason.TEAM
    found = teams(impossible(), seed_of(impossible().plan_id, [links()[n] for n in sorted(links())], BEACON))
    assert isinstance(found, NoTeam)
    assert found.conflict + found.full + found.unskilled + found.sitting == 6
    assert found.firm in record.words.zh
    assert f"{found.full} a full load" in record.words.en


def test_a_missing_link_is_dropped_and_named() -> None:
    made = drawn(without=["justice"])
    assert made.missing == ("justice",)
    assert [each.state for each in made.links] == [LinkState.GIVEN, LinkState.MISSING, LinkState.GIVEN]


@pytest.mark.parametrize("position", [2, 4])
def test_a_link_of_another_place_does_not_count(position: int) -> None:
    given_links = {**links(), "justice": links(position=position)["justice"]}
    record = draw(plan(), links=given_links, beacon=BEACON, at=AFTER)
    assert isinstance(record, DrawTranscript)
    assert record.links[1].state is LinkState.FALSE
    assert record.missing == ("justice",)
    assert record.seed == drawn(without=["justice"]).seed


def test_below_the_least_number_of_links_the_draw_is_void() -> None:
    record = draw(plan(), links=links(without=["justice", "market"]), beacon=BEACON, at=AFTER)
    assert isinstance(record, DrawVoid)
    assert record.why is VoidReason.LINKS
    assert "justice, market" in record.words.en


def test_too_late_is_void_and_too_early_is_refused() -> None:
    late = draw(plan(), links=links(), beacon=BEACON, at=datetime(2026, 3, 9, 17, 0, 1, tzinfo=LOCAL))
    assert isinstance(late, DrawVoid)
    assert late.why is VoidReason.LATE
    early = draw(plan(), links=links(), beacon=BEACON, at=datetime(2026, 3, 5, 21, 14, tzinfo=LOCAL))
    assert "takes place at" in said(early)


@pytest.mark.parametrize(
    "value", ["", "3,11", "03  11", " 03 11", "03 11 ", "０３ 11", "03 11\n", "ab" * 32, "\u202e03"]
)
def test_a_beacon_has_one_way_to_be_written(value: str) -> None:
    assert "not written as it should be" in said(draw(plan(), links=links(), beacon=value, at=AFTER))


def test_a_drand_beacon_is_a_hash() -> None:
    plain = sample()
    plain["entropy"]["beacon"] |= {"kind": "drand", "source": "drand quicknet", "round": "4711"}
    assert drawn(parsed(plain), beacon="cd" * 32).teams
    assert "randomness" in draw(parsed(plain), links=links(), beacon="03 11", at=AFTER)[0].hint.en  # type: ignore[index]


def test_unknown_parties_and_what_is_no_link_are_refused() -> None:
    assert 'no party "mayor"' in said(draw(plan(), links={**links(), "mayor": "ab" * 32}, beacon=BEACON, at=AFTER))
    for wrong in ("xyz", 7, ["ab" * 32], "AB" * 32):
        assert "not 64 small" in said(draw(plan(), links={**links(), "justice": wrong}, beacon=BEACON, at=AFTER))
