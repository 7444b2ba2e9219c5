"""To whom a tip is sealed: inspectors whom it does not concern, else the body one level up.

Pure: an organisation chart and the accused come in, a route goes out.  No key goes to the accused, to anybody above them who answers for
them, to anybody who answers to them, to whoever has declared a tie with them, and, when one of the accused is discipline staff, to anybody
of that discipline office.  By a post of discipline nobody answers to a head whom he supervises; by another post besides, he does.
Each of these holds for every single one of the accused, so that the route for several is what the routes for each have in common: the
reporter's browser relies on it, and the server is never told who is accused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qingfeng.terms.names import plain_name
from qingfeng.terms.people import People
from qingfeng.terms.text import Text

OUTSIDE = "(outside)"
"""Who holds the key of the body one level up: no officer's id looks like this."""
DISCIPLINE = ("discipline_head", "discipline_inspector")
CHAIN: Mapping[str, str] = {
    "discipline_inspector": "discipline_head",
    "discipline_head": "agency_head",
    "section_head": "deputy_in_charge",
    "legal_reviewer": "deputy_in_charge",
    "deputy_in_charge": "agency_head",
}
"""Which post answers for a post; every other post answers to the heads of sections, as powers name no section (DESIGN §5)."""
LEAST_NAME = 2
TOP, UNNAMED = "agency_head", "section_head"


class Why(StrEnum):
    """Why somebody gets no key."""

    ACCUSED = "accused"
    ABOVE = "above"
    BELOW = "below"
    TIED = "tied"
    OFFICE = "office"


WHY: Mapping[Why, Text] = {
    Why.ACCUSED: Text(zh="被反映的人", en="told of"),
    Why.ABOVE: Text(zh="被反映的人的上级", en="above one told of"),
    Why.BELOW: Text(zh="被反映的人的下属", en="one who answers to somebody told of"),
    Why.TIED: Text(zh="与被反映的人有利害关系", en="tied to one told of"),
    Why.OFFICE: Text(zh="与被反映的纪检人员同一部门", en="of the discipline office told of"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """An organisation chart.  above: who answers for somebody directly; ties: pairs in either order; offices: the discipline offices,
    each with all its people; keys: inspectors who have a key, by person; outside: the key of the body one level up; below: who answers
    to somebody directly by another post than one of discipline."""

    above: Mapping[str, frozenset[str]]
    ties: frozenset[tuple[str, str]]
    offices: tuple[frozenset[str], ...]
    keys: Mapping[str, str]
    outside: str | None = None
    below: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a key: person to key; up: nobody inside may, the body one level up gets it; barred: who may not and why.

    up without a key in `to`: there is no way to seal it, and the reporter is told so."""

    to: Mapping[str, str]
    up: bool
    barred: Mapping[str, Why] = field(default_factory=dict)


def recipients(org: Org, accused: Collection[str]) -> Route:
    """Return who gets a key for a tip about somebody; about nobody known: every inspector who has one."""
    out = barred(org, accused)
    inside = {who: key for who, key in sorted(org.keys.items()) if who not in out}
    if inside:
        return Route(inside, up=False, barred=out)
    return Route({OUTSIDE: org.outside} if org.outside is not None else {}, up=True, barred=out)


def barred(org: Org, accused: Collection[str]) -> Mapping[str, Why]:
    """Return everybody who may not have a tip about some people in hands, each with the nearest reason."""
    out: dict[str, Why] = dict.fromkeys(sorted(accused), Why.ACCUSED)
    for chart, why in ((org.above, Why.ABOVE), (org.below, Why.BELOW)):
        reached = set(accused)
        while more := {one for who in reached for one in chart.get(who, ())} - reached:  # a ring of two comes to an end all the same
            reached |= more
        for who in sorted(reached):
            out.setdefault(who, why)
    for one, other in sorted(org.ties):
        for who, near in ((one, other), (other, one)):
            if near in accused:
                out.setdefault(who, Why.TIED)
    for office in org.offices:
        if not office.isdisjoint(accused):
            for who in sorted(office):
                out.setdefault(who, Why.OFFICE)
    return out


def org_of(people: People, day: date, keys: Mapping[str, str], outside: str | None) -> Org:
    """Return the chart of an agency as of a day.  keys: published keys by officer; only discipline staff of that day uses theirs.

    Who stands in for somebody, or acts for him by delegation, stands where he stands."""
    posts = {who: frozenset(people.posts_of(who, day)) for who in people.names if people.in_service(who, day)}
    holders: dict[str, set[str]] = {}
    for who, held in posts.items():
        for post in held:
            holders.setdefault(post, set()).add(who)
    above = {who: frozenset(up for post in held for up in _over(post, holders)) - {who} for who, held in posts.items()}
    below: dict[str, set[str]] = {}
    for who, held in posts.items():
        for up in {up for post in held - {*DISCIPLINE} for up in _over(post, holders)} - {who}:
            below.setdefault(up, set()).add(who)
    staff = frozenset(who for post in DISCIPLINE for who in holders.get(post, ()))
    by_name: dict[str, set[str]] = {}
    for who in posts:
        by_name.setdefault(plain_name(people.name(who)), set()).add(who)
    ties = frozenset((i.officer, who) for i in people.interests if day in i.span for who in _named(i.other, posts, by_name))
    return Org(above=above, ties=ties, offices=(staff,), keys={who: key for who, key in keys.items() if who in staff}, outside=outside,
               below={up: frozenset(under) for up, under in below.items()})  # fmt: skip


def near_to(people: People, officer: str, day: date) -> frozenset[str]:
    """Return the officers to whom somebody is tied, whichever of the two declared it."""
    by_name: dict[str, set[str]] = {}
    for who in people.names:
        by_name.setdefault(plain_name(people.name(who)), set()).add(who)
    near: set[str] = set()
    for one in people.interests:
        named = _named(one.other, people.names, by_name) if day in one.span else set()
        near |= named if one.officer == officer else {one.officer} if officer in named else set()
    return frozenset(near - {officer})


def _named(written: str, posts: Collection[str], by_name: Mapping[str, Collection[str]]) -> set[str]:
    """Return which officers a tie may mean: whose name stands anywhere in it (a spouse's before “之妻”, a post or a number after it)."""
    text = plain_name(written)
    return {who for name, held in by_name.items() if len(name) >= LEAST_NAME and name in text for who in held} | ({written} & set(posts))


def _over(post: str, holders: Mapping[str, Collection[str]]) -> set[str]:
    """Return who answers for a post: its next post up, or the one after where nobody holds that."""
    while post != TOP:
        post = CHAIN.get(post, UNNAMED)
        if found := holders.get(post):
            return set(found)
    return set()
