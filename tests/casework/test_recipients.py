"""No key to a tip for the accused, those above and below them, those tied to them, their office in discipline: over random organisation
charts, against a second definition that asks of each inspector what leads from him to an accused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date
from itertools import product
from random import Random

import pytest

from qingfeng.casework.recipients import OUTSIDE, Org, Route, Why, barred, org_of, recipients
from qingfeng.terms.people import Appointment, Delegation, Interest, People, Span, StandIn

DAY = date(2026, 10, 30)
ALWAYS = Span(date(2020, 1, 1))


def charted(random: Random) -> tuple[Org, frozenset[str]]:
    """Return a random chart, rings and several discipline offices included, and whom a tip is about."""
    people = [f"p{n}" for n in range(random.randint(1, 14))]
    above: dict[str, set[str]] = {}
    for place, who in enumerate(people):
        if random.random() < 0.8:  # mostly a tree, sometimes two who answer, sometimes a ring
            pool = people[:place] if random.random() < 0.9 and place else people
            above[who] = {random.choice(pool) for _ in range(random.choice((1, 1, 1, 2)))} - {who}
    ties = {(random.choice(people), random.choice(people)) for _ in range(random.randint(0, 5))}
    offices = tuple(frozenset(random.sample(people, random.randint(0, min(4, len(people))))) for _ in range(random.randint(1, 2)))
    staff = [one for office in offices for one in sorted(office)]
    keys = {who: f"key-{who}" for who in staff if random.random() < 0.85}
    accused = frozenset(random.sample(people, random.randint(0, min(3, len(people)))))
    outside = "key-above" if random.random() < 0.7 else None
    below: dict[str, set[str]] = {}
    for who, ups in above.items():
        for boss in ups if who not in staff or random.random() < 0.15 else ():  # few inspectors hold another post
            below.setdefault(boss, set()).add(who)
    org = Org(above={who: frozenset(ups) for who, ups in above.items()}, ties=frozenset(ties), offices=offices, keys=keys, outside=outside,
              below={boss: frozenset(under) for boss, under in below.items()})  # fmt: skip
    return org, accused


def free_of(org: Org, inspector: str, accused: Collection[str]) -> bool:
    """The second definition: the inspector, looked at alone.  Whom he answers for is a table of who reaches whom, downwards."""
    everybody = sorted({*org.above, *(up for ups in org.above.values() for up in ups), *accused, inspector})
    under = {(boss, who) for who in everybody for boss in org.above.get(who, ())}
    for middle, boss, who in product(everybody, repeat=3):  # Warshall
        if (boss, middle) in under and (middle, who) in under:
            under.add((boss, who))
    if any(inspector == one or (inspector, one) in under for one in accused):
        return False
    bosses, seen = {boss for boss, held in org.below.items() if inspector in held}, {inspector}
    while bosses - seen:  # up from him, through those to whom somebody answers
        seen |= bosses
        bosses = {boss for boss, held in org.below.items() if not seen.isdisjoint(held)}
    if not (seen - {inspector}).isdisjoint(accused):
        return False
    if any({inspector, one} == {*pair} for one in accused for pair in org.ties):
        return False
    return not any(inspector in office and one in office for one in accused for office in org.offices)


def agrees(org: Org, accused: frozenset[str]) -> Route:
    """Hold a route against the second definition and against what has to follow from it; return it."""
    route = recipients(org, accused)
    fit = {who: key for who, key in org.keys.items() if free_of(org, who, accused)}
    wanted = fit or ({OUTSIDE: org.outside} if org.outside is not None else {})
    assert (route.to, route.up) == (wanted, not fit), (org, accused)
    assert not set(route.to) & set(route.barred)
    common = set(org.keys.values())  # what the reporter's browser does: it has the routes for each alone
    for one in accused:
        alone = recipients(org, {one})
        common &= set() if alone.up else set(alone.to.values())
    assert common == set(fit.values()), (org, accused)
    return route


def over(charts: int, seed: int) -> None:
    random, seen = Random(seed), Counter[str]()
    for _ in range(charts):
        org, accused = charted(random)
        route = agrees(org, accused)
        seen["up" if route.up else "inside"] += 1
        seen.update(set(route.barred.values()) if org.keys else ())
    least = charts // 20
    assert all(seen[kind] > least for kind in ("up", "inside", *Why)), f"the charts hardly try some of it: {seen}"


def test_no_key_goes_to_whom_a_tip_concerns_on_two_thousand_charts() -> None:
    over(2_000, seed=1)


@pytest.mark.slow
def test_no_key_goes_to_whom_a_tip_concerns_on_a_hundred_thousand_charts() -> None:
    over(100_000, seed=2)


@pytest.mark.parametrize("forgets", list(Why))
def test_the_second_definition_notices_a_rule_that_is_left_out(forgets: Why, monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(org: Org, accused: Collection[str]) -> dict[str, Why]:
        return {who: why for who, why in barred(org, accused).items() if why is not forgets}

    monkeypatch.setattr("qingfeng.casework.recipients.barred", lax)
    with pytest.raises(AssertionError):
        over(2_000, seed=3)


def staffed(*interests: Interest, stand_ins: tuple[StandIn, ...] = (), delegations: tuple[Delegation, ...] = ()) -> People:
    posts = {"li": "case_handler", "wang": "section_head", "zhao": "deputy_in_charge", "sun": "agency_head", "chen": "discipline_head",
             "zhou": "discipline_inspector", "wu": "discipline_inspector"}  # fmt: skip
    names = {"li": "李办", "wang": "王科", "zhao": "赵副", "sun": "孙局", "chen": "陈组", "zhou": "周检", "wu": "吴检"}
    away = {"chen": (ALWAYS,)} if stand_ins else {}
    held = tuple(Appointment(who, post, ALWAYS) for who, post in posts.items())
    return People(names, {}, held, {}, away, stand_ins, delegations, interests)


KEYS = {"chen": "k1", "zhou": "k2", "wu": "k3", "li": "k4"}


def to(people: People, *accused: str) -> list[str]:
    return list(recipients(org_of(people, DAY, KEYS, "k9"), accused).to.values())


def test_an_agency_as_registered_sends_a_tip_to_inspectors_whom_it_does_not_concern() -> None:
    plain = staffed()
    assert to(plain) == to(plain, "li") == to(plain, "sun") == ["k1", "k3", "k2"], "who holds no post of discipline has no use for a key"
    assert to(plain, "zhou") == to(plain, "li", "chen") == ["k9"], "discipline staff: one level up"
    assert to(staffed(Interest("zhou", "李办", "夫妻", ALWAYS)), "li") == ["k1", "k3"]
    assert to(staffed(Interest("li", "wu", "同学", ALWAYS)), "li") == ["k1", "k2"], "a tie that the accused declared"
    assert to(staffed(Interest("zhou", "保管员李办", "夫妻", ALWAYS)), "li") == ["k1", "k3"], "a name written with a post before it"
    assert to(staffed(Interest("zhou", "清江楼餐饮有限公司", "股东", ALWAYS)), "li") == ["k1", "k3", "k2"]
    for written in ("李办（承办人）", "李办之妻王芳", "承办人李办同志", "李办 (执法证 123)"):
        assert to(staffed(Interest("zhou", written, "夫妻", ALWAYS)), "li") == ["k1", "k3"], written
    gone = Interest("zhou", "李办", "夫妻", Span(date(2020, 1, 1), date(2021, 1, 1)))
    assert to(staffed(gone), "li") == ["k1", "k3", "k2"]


def test_who_stands_in_for_somebody_or_acts_for_him_stands_where_he_stands() -> None:
    above = staffed(delegations=(Delegation("wang", "wu", "section_head", None, ALWAYS),))
    assert to(above, "li") == ["k2"], "an inspector who acts as head of section answers for the handler, and his own head for him"
    beside = staffed(stand_ins=(StandIn("discipline_head", "chen", "wang", ALWAYS),))
    assert to(beside, "wang") == ["k9"], "a head of section who stands in for the head of discipline is discipline staff"


def test_an_inspector_who_holds_another_post_besides_answers_to_its_heads() -> None:
    people = staffed()
    both = People(people.names, {}, (*people.appointments, Appointment("wu", "case_handler", ALWAYS)), {}, {})
    assert to(both, "wang") == to(both, "zhao") == to(both, "sun") == ["k1", "k2"], "his own head, the head's deputy, the head of all"
    assert to(both, "li") == ["k1", "k3", "k2"], "beside him"
    assert to(people, "sun") == ["k1", "k3", "k2"], "by their post in discipline they answer to no head of the agency"


def test_where_nobody_above_is_named_the_post_after_answers() -> None:
    people = staffed()
    thin = People(people.names, {}, tuple(a for a in people.appointments if a.officer not in ("wang", "zhao")), {}, {})
    org = org_of(thin, DAY, KEYS, None)
    assert org.above["li"] == {"sun"}
    assert recipients(org, {"chen"}) == Route({}, True, barred(org, {"chen"})), "no key above: nobody, and the reporter is told"
